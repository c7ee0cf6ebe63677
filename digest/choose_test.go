package digest

import (
	"testing"
	"time"

	"newsvigil/news"
)

// TestRepresentative: each rule of choosing decides where all before it are even.
func TestRepresentative(t *testing.T) {
	t.Parallel()
	e := newEditor(Options{Sources: []news.Source{{Name: "Wire", Home: "https://wire.example", Wire: true}, {Name: "Post", Home: "https://post.example"}}})
	early, late := news.Instant{Time: time.Unix(1000, 0)}, news.Instant{Time: time.Unix(2000, 0)}
	for _, c := range []struct {
		name        string
		better, not news.Article
	}{
		{"whole before teaser", news.Article{Kind: news.KindFull, Published: late}, news.Article{Kind: news.KindTeaser, Published: early}},
		{"teaser before PDF", news.Article{Kind: news.KindTeaser, Published: late}, news.Article{Kind: news.KindPDF, Published: early}},
		{"the readers' language", news.Article{Language: "en", Published: late}, news.Article{Language: "ko", Published: early}},
		{"with a link", news.Article{Source: "Post", URL: "https://post.example/1", Published: late}, news.Article{Source: "Post", Published: early}},
		{"the wire itself", news.Article{Source: "Wire", Published: late}, news.Article{Source: "Post", Published: early}},
		{"without a credit", news.Article{Source: "Post", Published: late}, news.Article{Source: "Post", Credit: "Wire", Published: early}},
		{"the earlier", news.Article{Published: early}, news.Article{Published: late}},
	} {
		if e.better(news.Member{Article: c.better}, news.Member{Article: c.not}) >= 0 || e.better(news.Member{Article: c.not}, news.Member{Article: c.better}) <= 0 {
			t.Errorf("%s: the other one is chosen", c.name)
		}
	}
}

// TestLinkBelongs: a posted link leads to the outlet that is watched, or it is no link.
func TestLinkBelongs(t *testing.T) {
	t.Parallel()
	e := newEditor(Options{Sources: []news.Source{{Name: "Post", Home: "https://www.post.example/", Hosts: []string{"pages.example"}}}})
	for _, c := range []struct {
		in   news.Article
		want string
	}{
		{news.Article{Source: "Post", URL: "https://m.post.example/1", Canonical: "https://post.example/1"}, "https://m.post.example/1"},
		{news.Article{Source: "Post", URL: "https://proxy.invalid/r?u=1", Canonical: "https://post.example/1"}, "https://post.example/1"},
		{news.Article{Source: "Post", URL: "https://pages.example/1"}, "https://pages.example/1"},
		{news.Article{Source: "Post", URL: "https://post.example.evil.invalid/1"}, ""},
		{news.Article{Source: "Post", URL: "https://me@post.example/1"}, ""},
		{news.Article{Source: "Post", URL: "ftp://post.example/1"}, ""},
		{news.Article{Source: "Unknown", URL: "https://post.example/1"}, ""},
	} {
		if got := e.link(c.in); got != c.want {
			t.Errorf("%s, %s: got %q, want %q", c.in.URL, c.in.Canonical, got, c.want)
		}
	}
}
