package digest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"newsvigil/news"
)

// TestRepresentative: each rule of choosing decides where all before it are even.
func TestRepresentative(t *testing.T) {
	t.Parallel()
	e := newEditor(Options{Sources: []news.Source{{Name: "Wire", Home: "https://wire.example", Wire: true}, {Name: "Post", Home: "https://post.example"}, {Name: "Trusted", Weight: 1.5}}})
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
		{"the more trusted outlet", news.Article{Source: "Trusted", Published: late}, news.Article{Source: "Post", Published: early}},
		{"no credit before trust", news.Article{Source: "Post", Published: late}, news.Article{Source: "Trusted", Credit: "Post", Published: early}},
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
		{news.Article{Source: "Post", URL: "https://relay.invalid/r?u=1", Canonical: "https://post.example/1"}, "https://post.example/1"},
		{news.Article{Source: "Post", URL: "https://pages.example/1"}, "https://pages.example/1"},
		{news.Article{Source: "Post", URL: "https://post.example.evil.invalid/1"}, ""},
		{news.Article{Source: "Post", URL: "https://me@post.example/1"}, ""},
		{news.Article{Source: "Post", URL: "ftp://post.example/1"}, ""},
		{news.Article{Source: "POST ", URL: "https://post.example/1"}, "https://post.example/1"}, // capitals changed since
		{news.Article{Source: "Unknown", URL: "https://post.example/1"}, ""},
	} {
		if got := e.link(c.in); got != c.want {
			t.Errorf("%s, %s: got %q, want %q", c.in.URL, c.in.Canonical, got, c.want)
		}
	}
}

// TestStanding holds that the newest version of an outlet's own piece stands for an unannounced
// story, in whatever order the versions arrived, and that another outlet's longer piece does not.
func TestStanding(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	member := func(id int64, source string, hours int, rel news.Relation, of int64) news.Member {
		return news.Member{
			Article:  news.Article{ID: id, Source: source, Fetched: day.Add(time.Duration(hours) * time.Hour)},
			Relation: rel, Of: of,
		}
	}
	for name, tt := range map[string]struct {
		in   []news.Member
		want []int64
	}{
		"old first":            {[]news.Member{member(1, "a", 0, news.RelationNew, 0), member(2, "a", 5, news.RelationUpdate, 1)}, []int64{2}},
		"new first":            {[]news.Member{member(2, "a", 5, news.RelationNew, 0), member(1, "a", 0, news.RelationCopy, 2)}, []int64{2}},
		"excerpt of one's own": {[]news.Member{member(1, "a", 0, news.RelationNew, 0), member(2, "a", 5, news.RelationCopy, 1)}, []int64{1, 2}},
		"another outlet":       {[]news.Member{member(1, "a", 0, news.RelationNew, 0), member(2, "b", 5, news.RelationUpdate, 1)}, []int64{1, 2}},
		"two updates": {[]news.Member{
			member(1, "a", 0, news.RelationNew, 0), member(2, "a", 5, news.RelationUpdate, 1), member(3, "a", 9, news.RelationUpdate, 2),
		}, []int64{3}},
	} {
		var got []int64
		for _, m := range standing(tt.in) {
			got = append(got, m.Article.ID)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestSpread holds that an outlet stands twice in full where others have stories as strong, and that a
// strong story never gives way to a likely one.
func TestSpread(t *testing.T) {
	t.Parallel()
	list := func(spec ...string) (out []ranked) {
		for i, s := range spec {
			out = append(out, ranked{item: news.Item{Story: int64(i + 1), Outlet: s[:1]}, strong: s[1:] == "!"})
		}
		return out
	}
	for _, c := range []struct {
		in   []ranked
		n    int
		want []int64
	}{
		{list("a", "a", "a", "b", "a", "c"), 5, []int64{1, 2, 4, 6, 3, 5}},
		{list("a!", "a!", "a!", "b", "b"), 4, []int64{1, 2, 3, 4, 5}},
		{list("a!", "a!", "a!", "b!", "b"), 3, []int64{1, 2, 4, 3, 5}},
		{list("a", "a", "a"), 3, []int64{1, 2, 3}},
		{list("a", "a", "a", "b"), 0, []int64{1, 2, 3, 4}},
		{nil, 0, nil},
	} {
		var got []int64
		for _, r := range spread(c.in, c.n) {
			got = append(got, r.item.Story)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("first %d (-want +got):\n%s", c.n, diff)
		}
	}
}
