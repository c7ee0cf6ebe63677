package address

import (
	"bufio"
	"os"
	"regexp"
	"strings"
	"testing"

	"newsvigil/news"
)

// rows reads a table of tab-separated fields without its comments.
func rows(t *testing.T, file string) [][]string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out [][]string
	for sc := bufio.NewScanner(f); sc.Scan(); {
		if line := sc.Text(); line != "" && line[0] != '#' {
			out = append(out, strings.Split(line, "\t"))
		}
	}
	return out
}

func outlets(t *testing.T) map[string]news.Source {
	t.Helper()
	out := make(map[string]news.Source)
	for _, r := range rows(t, "testdata/outlets.tsv") {
		out[r[0]] = news.Source{Name: r[0], Home: r[1], Article: regexp.MustCompile(r[2]), ID: regexp.MustCompile(r[3])}
	}
	return out
}

// TestKeyOfOutlets has real forms of addresses of 18 outlets. Those that are no article have no id.
func TestKeyOfOutlets(t *testing.T) {
	t.Parallel()
	sources := outlets(t)
	cases := rows(t, "testdata/url-cases.tsv")
	if len(cases) != 44 {
		t.Errorf("%d cases, want 44", len(cases))
	}
	for _, c := range cases {
		url, src, article, id := c[0], sources[c[1]], c[2] == "1", c[3]
		got, err := Key(src, url)
		if err != nil {
			t.Errorf("%s: %v", url, err)
			continue
		}
		if !Belongs(src, url) {
			t.Errorf("%s: does not belong to %s", url, src.Name)
		}
		if want := "id:" + c[1] + ":" + id; article && got != want {
			t.Errorf("%s: key %s, want %s", url, got, want)
		}
		if !article && !strings.HasPrefix(got, "url:") {
			t.Errorf("%s: key %s, want no id", url, got)
		}
		for name, other := range sources {
			if name == c[1] || SameSite(other.Home, url) {
				continue
			}
			if Belongs(other, url) {
				t.Errorf("%s: belongs to %s", url, name)
			}
			if k, _ := Key(other, url); !strings.HasPrefix(k, "url:") {
				t.Errorf("%s: key %s with the pattern of %s", url, k, name)
			}
		}
	}
}

// TestKeyVariants: whatever an outlet does to an address, the key stays.
func TestKeyVariants(t *testing.T) {
	t.Parallel()
	sources := outlets(t)
	for _, c := range rows(t, "testdata/url-cases.tsv") {
		url, src := c[0], sources[c[1]]
		want, err := Key(src, url)
		if err != nil {
			t.Fatal(err)
		}
		join := "?"
		if strings.Contains(url, "?") {
			join = "&"
		}
		variants := []string{url + "#comments", url + join + "utm_source=rss&fbclid=x", url + join + "fbclid=y#top", " " + url + "\n"}
		if rest, ok := strings.CutPrefix(url, "https:"); ok {
			variants = append(variants, "http:"+rest, "HTTPS:"+rest)
		}
		if strings.HasPrefix(want, "id:") && !strings.Contains(url, "?") && !strings.HasSuffix(url, "/") {
			variants = append(variants, url+"/")
		}
		if rest, ok := strings.CutPrefix(url, "https://www."); ok {
			variants = append(variants, "https://"+rest, "https://m."+rest, "https://WWW."+rest, "https://www."+strings.Replace(rest, "/", ":443/", 1))
		}
		for _, v := range variants {
			if got, err := Key(src, v); err != nil || got != want {
				t.Errorf("%q: key %q, %v; want %q", v, got, err, want)
			}
		}
	}
}

func TestKey(t *testing.T) {
	t.Parallel()
	src := news.Source{
		Name: "Test Outlet", Home: "https://www.example.co.kr/", Feeds: []string{"https://feed.example.net/rss"},
		ID: regexp.MustCompile(`[?&]idxno=(\d+)|/(\d{6,})`),
	}
	whole := src
	whole.ID = regexp.MustCompile(`\d{6,}`)
	strict := src
	strict.Article = regexp.MustCompile(`^https://www\.example\.co\.kr/2026/\d+/$`)
	plain := src
	plain.ID = nil
	tests := []struct {
		src      news.Source
		in, want string
	}{
		{src, "https://example.co.kr/view.php?idxno=77&page=2", "id:test-outlet:77"},
		{src, "https://news.example.co.kr/2026/123456", "id:test-outlet:123456"},
		{src, "https://www.example.co.kr/about/?b=2&a=1", "url:example.co.kr/about?a=1&b=2"},
		{src, "https://elsewhere.co.kr/2026/123456", "url:elsewhere.co.kr/2026/123456"},
		{src, "http://elsewhere.co.kr/", "url:elsewhere.co.kr/"},
		{whole, "https://example.co.kr/2026/123456", "id:test-outlet:123456"},
		{strict, "http://biz.example.co.kr/2026/123456/?utm_source=x", "id:test-outlet:123456"},
		{strict, "http://biz.example.co.kr/2026/123456", "id:test-outlet:123456"},
		{strict, "http://www.example.co.kr/2026/123456/#top", "id:test-outlet:123456"},
		{strict, "https://www.example.co.kr/list/123456/", "url:example.co.kr/list/123456"},
		{plain, "https://example.co.kr/2026/123456/", "url:example.co.kr/2026/123456"},
	}
	for _, tt := range tests {
		if got, err := Key(tt.src, tt.in); err != nil || got != tt.want {
			t.Errorf("%s: got %q, %v; want %q", tt.in, got, err, tt.want)
		}
	}
	if _, err := Key(src, "mailto:desk@example.co.kr"); err == nil {
		t.Error("a mail address has a key")
	}
}

func TestBelongs(t *testing.T) {
	t.Parallel()
	src := news.Source{
		Home: "https://www.example.co.kr/", Feeds: []string{"https://feed.example.net/rss"}, Hosts: []string{"cdn.example.go.kr", "http://127.0.0.1:8081/"},
		Sections: []string{"https://me.blogspot.com/"}, Sitemaps: []string{"https://xn--989aw10b.com/sitemap.xml"},
	}
	tests := []struct {
		in   string
		want bool
	}{
		{"https://example.co.kr/a", true},
		{"http://w.example.co.kr/a", true},
		{"https://other.co.kr/a", false},
		{"https://co.kr/a", false},
		{"https://feed.example.net/x", true},
		{"https://www.example.go.kr/x", true},
		{"https://example.go.kr.evil.com/x", false},
		{"https://notexample.co.kr/x", false},
		{"https://me.blogspot.com/2026/09/a.html", true},
		{"https://you.blogspot.com/2026/09/a.html", false},
		{"https://blogspot.com/", false},
		{"https://세계.com/a", true},
		{"http://127.0.0.1:8081/a", true},
		{"http://127.0.0.1:8082/a", false},
		{"http://127.0.0.1/a", false},
		{"ftp://example.co.kr/a", false},
		{"javascript:alert(1)", false},
		{"https://example.co.kr@evil.com/", false},
		{"/relative", false},
		{"", false},
	}
	for _, tt := range tests {
		if got := Belongs(src, tt.in); got != tt.want {
			t.Errorf("%s: got %t, want %t", tt.in, got, tt.want)
		}
	}
	if Belongs(news.Source{}, "https://example.com/") {
		t.Error("an address belongs to a source without hosts")
	}
}

func TestSameSite(t *testing.T) {
	t.Parallel()
	tests := []struct {
		a, b string
		want bool
	}{
		{"https://www.koreatimes.co.kr/x", "http://feed.koreatimes.co.kr/", true},
		{"https://a.co.kr/", "https://b.co.kr/", false},
		{"https://a.go.kr/", "https://b.go.kr/", false},
		{"https://a.blogspot.com/", "https://b.blogspot.com/", false},
		{"https://m.a.blogspot.com/", "https://a.blogspot.com/", true},
		{"https://example.com:8443/", "http://example.com/", true},
		{"http://127.0.0.1:80/", "http://127.0.0.1/", true},
		{"http://127.0.0.1:8080/", "http://127.0.0.1:8081/", false},
		{"http://[::1]:8080/", "http://[::1]:8080/x", true},
		{"http://[::1]:8080/", "http://[::1]:8081/", false},
		{"http://localhost:1/", "http://localhost:1/", true},
		{"http://localhost:1/", "http://localhost:2/", false},
		{"http://1.2.3.4/", "http://9.2.3.4/", false},
		{"", "", false},
		{"mailto:a@example.com", "https://example.com/", false},
	}
	for _, tt := range tests {
		if got := SameSite(tt.a, tt.b); got != tt.want {
			t.Errorf("%s, %s: got %t, want %t", tt.a, tt.b, got, tt.want)
		}
		if got := SameSite(tt.b, tt.a); got != tt.want {
			t.Errorf("%s, %s: got %t, want %t", tt.b, tt.a, got, tt.want)
		}
	}
}
