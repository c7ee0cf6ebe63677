package discover

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"newsvigil/news"
)

func mustCompile(s string) *regexp.Regexp { return regexp.MustCompile(s) }

func tree(t testing.TB, page string) *html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func TestSections(t *testing.T) {
	files, _ := filepath.Glob("testdata/sections/*.html")
	if len(files) < 4 {
		t.Fatalf("found %d pages", len(files))
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			page, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			src := outlet(t)
			if strings.HasPrefix(filepath.Base(file), "pattern_") {
				src.Article = mustCompile(`^https?://(?:www\.)?example\.kr/(?:[a-z]+/article/\d+|commentary/view\?(?:[^#]*&)?cd=[A-Z]{3}\d{6})`)
				src.ID = mustCompile(`/article/(\d+)|[?&]cd=([A-Z]{3}\d{6})`)
			}
			golden(t, file, show(Section(src, "https://www.example.kr/asia/", tree(t, string(page)))))
		})
	}
}

func TestLinks(t *testing.T) {
	t.Parallel()
	page := `<html><head><base href="https://cdn.example.kr/x/"><link rel="alternate" type="application/rss+xml" href="../feed.xml">
<link rel="ALTERNATE stylesheet" type="application/atom+xml; charset=utf-8" href="https://example.kr/atom"><link rel="alternate" type="application/rss+xml" href="https://example.kr/comments/feed/">
<link rel="alternate" type="application/rss+xml" title="Example » Comments Feed" href="https://example.kr/f2"><link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/2">
<link rel="alternate" type="application/json+oembed" href="/oembed"><link rel="alternate" type="application/feed+json" href="/feed.json"><link rel="alternate" hreflang="ko" href="/ko/">
<link rel="alternate" type="application/rss+xml" href="../feed.xml"><link rel="alternate" type="application/rss+xml" href="javascript:alert(1)"></head></html>`
	want := []string{"https://cdn.example.kr/feed.xml", "https://example.kr/atom", "https://cdn.example.kr/feed.json"}
	if diff := cmp.Diff(want, Links(tree(t, page), "https://example.kr/")); diff != "" {
		t.Error(diff)
	}
}

func TestArticleAddress(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in   string
		want bool
	}{
		{"https://e.kr/", false},
		{"https://e.kr/asia/", false},
		{"https://e.kr/asia/article/56762/", true},
		{"https://e.kr/www/opinion/2022/05/790_309274.html", true},
		{"https://e.kr/opinion/20251203/raids-on-clergy-reveal-fragility", true},
		{"https://e.kr/view.php?ud=20221019000704", true},
		{"https://e.kr/commentary/view?cd=COM000100", true},
		{"https://e.kr/commentary/list", false},
		{"https://e.kr/arti/english_edition/e_northkorea/list2.html", false},
		{"https://e.kr/2024/05/", false},
		{"https://e.kr/2024/", false},
		{"https://e.kr/news/2025/07/21/short-slug", true},
		{"https://e.kr/tag/human-rights-in-the-north", false},
		{"https://e.kr/author/jane-roe-the-great-writer", false},
		{"https://e.kr/images/photo-123456.jpg", false},
		{"https://e.kr/reports/annual-report-on-rights-2026.pdf", true},
		{"https://e.kr/login?next=12345", false},
		{"https://e.kr/북한-인권-결의안-채택", true},
		{"https://e.kr/z/2712", true},
		{"https://e.kr/page/2000", false},
		{"https://e.kr/news/articleView.html?idxno=31234", true},
		{"://", false},
	}
	for _, tt := range tests {
		if got := articleAddress(tt.in); got != tt.want {
			t.Errorf("articleAddress(%q) = %v", tt.in, got)
		}
	}
}

// TestHangulAndKana: patterns and measures made for Latin must neither miss nor swallow other scripts.
func TestHangulAndKana(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]bool{
		"https://e.kr/人権決議案を採択した国連": true, "https://e.kr/news/북한인권결의": true, "https://e.kr/%EB%B6%81%ED%95%9C%EC%9D%B8%EA%B6%8C-%EA%B2%B0%EC%9D%98": true,
		"https://e.kr/정치": false, "https://e.kr/list?분류=국제": false, "https://e.kr/view?번호=31234": true,
	} {
		if got := articleAddress(in); got != want {
			t.Errorf("articleAddress(%q) = %v", in, got)
		}
	}
	for in, want := range map[string]bool{"유엔, 북한 인권 결의 채택": true, "国連人権決議を採択": true, "더보기": false, "정치": false, "全文を読む": false} {
		if got := long(in); got != want {
			t.Errorf("long(%q) = %v", in, got)
		}
	}
	if m := pageTitle.FindStringSubmatch("<title>북한 인권 결의</title>"); m == nil || m[1] != "북한 인권 결의" {
		t.Errorf("title %q", m)
	}
	if m := metaRefresh.FindStringSubmatch(`<meta http-equiv="refresh" content="0;url=/뉴스/목록.html">`); m == nil || m[1] != "/뉴스/목록.html" {
		t.Errorf("refresh %q", m)
	}
	if m := attribute.FindStringSubmatch(`이름="값 하나"`); m == nil || m[1] != "이름" || !xmlName.MatchString("뉴스:제목") {
		t.Errorf("attribute %q", m)
	}
}

func TestSectionDeep(t *testing.T) {
	t.Parallel()
	root := &html.Node{Type: html.DocumentNode}
	n := root
	for range 300000 {
		c := &html.Node{Type: html.ElementNode, Data: "div"}
		n.AppendChild(c)
		n = c
	}
	Section(outlet(t), "https://example.kr/", root)
	Links(root, "https://example.kr/")
}

// TestSectionWall holds that a bot wall in place of a section page is called blocked, not empty.
func TestSectionWall(t *testing.T) {
	t.Parallel()
	page := "<html><head><title>Just a moment...</title></head><body>Enable JavaScript and cookies to continue</body></html>"
	if got := Section(outlet(t), "https://example.kr/", tree(t, page)); got.Trouble != news.TroubleBlocked {
		t.Errorf("trouble %q (%s), want blocked", got.Trouble, got.Detail)
	}
	if got := Section(outlet(t), "https://example.kr/", tree(t, "<html><body>Nothing today</body></html>")); got.Trouble != news.TroubleEmpty {
		t.Errorf("trouble %q (%s), want empty", got.Trouble, got.Detail)
	}
}

// TestSectionNext holds that the following page of a list is found by its words or its rel.
func TestSectionNext(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]bool{
		`<a href="/list?page=2">Older</a>`: true, `<a href="/list?page=2">Next &raquo;</a>`: true, `<a rel="next" href="/list?page=2">2</a>`: true,
		`<a href="/list?page=2">다음</a>`: true, `<a href="/list?page=2">Older people need care</a>`: false, `<a href="https://other.example/list?page=2">Older</a>`: false,
	} {
		got := Section(outlet(t), "https://www.example.kr/list", tree(t, `<html><body><h3><a href="/2026/11/20/a-long-headline-about-news">A long headline about news</a></h3>`+in+"</body></html>"))
		if (len(got.Next) == 1) != want {
			t.Errorf("%s: next %v, want one: %v", in, got.Next, want)
		}
	}
}
