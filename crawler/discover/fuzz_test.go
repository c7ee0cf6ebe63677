package discover

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/net/html"
	"pgregory.net/rapid"

	"newsvigil/address"
)

func FuzzSection(f *testing.F) {
	files, _ := filepath.Glob("testdata/sections/*.html")
	for _, file := range files {
		if body, err := os.ReadFile(file); err == nil {
			f.Add(body)
		}
	}
	f.Add([]byte(`<link rel="https://api.w.org/" href="/wp-json/"><a href="?page=2">2</a><base href="//[">`))
	src := outlet(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		root, err := html.Parse(bytes.NewReader(body))
		if err != nil {
			return
		}
		res := Section(src, "https://www.example.kr/list?page=1", root)
		for _, c := range res.Candidates {
			if c.Key == "" || c.URL == "" || c.Source != src.Name {
				t.Errorf("candidate %+v", c)
			}
		}
		for _, next := range res.Next {
			if !address.Belongs(src, next) {
				t.Errorf("the next page %q is not the outlet's", next)
			}
		}
		if res.API != "" {
			if _, err := PostsAddress(res.API, testNow, 2); err != nil {
				t.Errorf("the interface %q: %v", res.API, err)
			}
		}
	})
}

func FuzzPosts(f *testing.F) {
	f.Add([]byte(`[{"link":"https://example.kr/news/1.html","date_gmt":"2026-09-27T10:00:00","title":{"rendered":"a"},"content":{"rendered":"<p>b","protected":false}}]`))
	f.Add([]byte(`[{"link":7,"title":"a"},null,[],{"link":"//x"}]`))
	src := outlet(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, c := range Posts(src, "https://www.example.kr/wp-json/wp/v2/posts", body, testNow).Candidates {
			if c.Key == "" || c.URL == "" || c.Source != src.Name || c.Published.Time.After(testNow.Add(futureSlack)) {
				t.Errorf("candidate %+v", c)
			}
		}
	})
}

func TestPostsAddress(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"https://e.kr/wp-json/":                    "https://e.kr/wp-json/wp/v2/posts?_fields=date%2Cdate_gmt%2Clink%2Ctitle%2Cexcerpt%2Ccontent&after=2026-09-28T00%3A00%3A00Z&order=desc&orderby=date&page=2&per_page=50",
		"https://e.kr/blog/index.php?rest_route=/": "https://e.kr/blog/index.php?_fields=date%2Cdate_gmt%2Clink%2Ctitle%2Cexcerpt%2Ccontent&after=2026-09-28T00%3A00%3A00Z&order=desc&orderby=date&page=2&per_page=50&rest_route=%2Fwp%2Fv2%2Fposts",
	} {
		if got, err := PostsAddress(in, testNow, 2); got != want || err != nil || !IsAPI(in) {
			t.Errorf("%s\n got %s, %v\nwant %s", in, got, err, want)
		}
	}
	if got, _ := PostsAddress("https://e.kr/wp-json", time.Time{}, 1); got != "https://e.kr/wp-json/wp/v2/posts?_fields=date%2Cdate_gmt%2Clink%2Ctitle%2Cexcerpt%2Ccontent&order=desc&orderby=date&per_page=50" {
		t.Errorf("the newest posts: %s", got)
	}
}

// TestAPIOnlyWhereThePageShowsIt holds that a site which shows no sign of WordPress is not asked as one.
func TestAPIOnlyWhereThePageShowsIt(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`<link rel="https://api.w.org/" href="https://www.example.kr/api/" />`:             "https://www.example.kr/api/",
		`<link rel="https://api.w.org/" href="/index.php?rest_route=/" />`:                 "https://www.example.kr/index.php?rest_route=/",
		`<meta name="generator" content="WordPress 6.8.1">`:                                "https://www.example.kr/wp-json/",
		`<script src="https://www.example.kr/en/wp-content/themes/x/a.js"></script>`:       "https://www.example.kr/en/wp-json/",
		`<img src="https://other.example/wp-content/uploads/a.jpg">`:                       "",
		`<meta name="generator" content="Drupal 10"><link rel="stylesheet" href="/a.css">`: "",
		`<p>We moved from WordPress; see /wp-content/ for old pictures.</p>`:               "",
		`<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/2">`:     "",
		`<link rel="https://api.w.org/" href="javascript:alert(1)"><a href="/a">a</a>`:     "",
	} {
		if got := API(tree(t, "<html><head>"+in+"</head></html>"), "https://www.example.kr/"); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
	if got := Announced([]string{`<https://e.kr/>; rel=shortlink`, `<https://e.kr/x/wp-json/>; rel="https://api.w.org/", <https://e.kr/y>; rel="alternate"`}, "https://e.kr/"); got != "https://e.kr/x/wp-json/" {
		t.Errorf("by the Link header: %q", got)
	}
	feed := `<rss><channel><link>https://www.example.kr/en/</link><generator>https://wordpress.org/?v=6.8</generator><item><link>https://www.example.kr/en/a-1234</link></item></channel></rss>`
	if got := Feed(outlet(t), "https://www.example.kr/en/feed/", []byte(feed), testNow).API; got != "https://www.example.kr/en/wp-json/" {
		t.Errorf("by the feed: %q", got)
	}
}

func TestPosts(t *testing.T) {
	t.Parallel()
	body := `[{"date":"2026-09-27T19:00:00","date_gmt":"2026-09-27T10:00:00","link":"https:\/\/www.example.kr\/a-1","title":{"rendered":"R&#038;D &#8220;소식&#8221;"},"excerpt":{"rendered":"<p>짧게<\/p>"},"content":{"rendered":"<p>모두<\/p>","protected":false}},
{"date":"2026-09-27T18:00:00","link":"/a-2","title":"plain","content":{"rendered":"secret","protected":true}},{"link":5},{"link":""},"x",{"link":"https://other.example/a"}]`
	got := Posts(outlet(t), "https://www.example.kr/wp-json/wp/v2/posts?page=1", []byte(body), testNow).Candidates
	var own []string
	for _, c := range got {
		if address.Belongs(outlet(t), c.URL) {
			own = append(own, c.URL+" "+c.Title+" "+c.Summary+" "+c.Content+" "+c.Published.Time.In(seoul(t)).Format("15:04"))
		}
	}
	if len(own) != 2 || own[0] != "https://www.example.kr/a-1 R&D “소식” 짧게 <p>모두</p> 19:00" || own[1] != "https://www.example.kr/a-2 plain   18:00" {
		t.Errorf("%q", own)
	}
	if r := Posts(outlet(t), "https://www.example.kr/", []byte("[]"), testNow); r.Trouble != "" || len(r.Candidates) != 0 {
		t.Errorf("no posts: %+v", r)
	}
	if r := Posts(outlet(t), "https://www.example.kr/", []byte(`{"code":"rest_no_route"}`), testNow); r.Trouble != "not-a-feed" {
		t.Errorf("no list: %+v", r)
	}
}

// TestFollowingPage holds which links of a list lead to its next page by their number alone.
func TestFollowingPage(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]bool{
		`<a href="/list?page=2">2</a>`: true, `<a href="/list/page/2/">2</a>`: true, `<a href="/list?sc=1&Page=02"> 2 </a>`: true,
		`<a href="/list?page=3">3</a>`: false, `<a href="/news/2">2</a>`: false, `<a href="/list?page=2">둘</a>`: false,
	} {
		got := Section(outlet(t), "https://www.example.kr/list", tree(t, `<html><body><h3><a href="/2026/11/20/a-long-headline-about-news">A long headline about news</a></h3>`+in+"</body></html>"))
		if (len(got.Next) == 1) != want {
			t.Errorf("%s: next %v, want one: %v", in, got.Next, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		pageNumber(rapid.String().Draw(t, "address"))
	})
}
