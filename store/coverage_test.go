package store

import (
	"testing"

	"newsvigil/news"
)

// showing is a candidate that a route showed.
func showing(n int, route news.Route) news.Candidate {
	c := candidate(n)
	c.Route = route
	return c
}

func TestCoverage(t *testing.T) {
	t.Parallel()
	db := open(t)
	feed, sitemap := news.RouteFeed, news.RouteSitemap
	polled(t, db, showing(1, feed), showing(2, feed), showing(3, feed))
	polled(t, db, showing(2, sitemap), showing(3, sitemap), showing(4, sitemap), showing(5, sitemap))
	polled(t, db, showing(3, news.RouteSection), showing(5, news.RouteWordPress), showing(5, news.RouteWordPress))
	polled(t, db, showing(1, feed), showing(2, feed)) // the same again counts once
	old := showing(9, sitemap)
	polled(t, db, old)
	ok(t, db.SavePage(t.Context(), news.Page{Candidate: old, Outcome: news.OutcomeOld}))
	want := map[string]Coverage{"border-post": {
		Pieces: 5,
		Showed: map[news.Route]int{feed: 3, sitemap: 4, news.RouteSection: 1, news.RouteWordPress: 1},
		Only:   map[news.Route]int{feed: 1, sitemap: 1},
	}}
	same(t, "coverage", must(db.Coverage(t.Context(), clock))(t), want)
	same(t, "later", must(db.Coverage(t.Context(), at(1)))(t), map[string]Coverage{})
}

// TestCoverageOfAliases holds that a route which shows a piece by another address of it is credited.
func TestCoverageOfAliases(t *testing.T) {
	t.Parallel()
	db := open(t)
	a := placed(1, relevant("north", 0.7))
	c := candidate(1)
	c.Source, c.Key = a.Article.Source, a.Article.Keys[0]
	polled(t, db, c)
	a.Article.Keys = append(a.Article.Keys, "url:other.example/form")
	save(t, db, a)
	other := c
	other.Key, other.Route = "url:other.example/form", news.RouteSitemap
	polled(t, db, other)
	got := must(db.Coverage(t.Context(), clock))(t)[news.Slug(c.Source)]
	if got.Pieces != 1 || got.Showed[news.RouteSitemap] != 1 || got.Showed[news.RouteFeed] != 1 || len(got.Only) != 0 {
		t.Errorf("%+v", got)
	}
}

func TestWindow(t *testing.T) {
	t.Parallel()
	db := open(t)
	for url, n := range map[string]int{"a": 20, "b": 8, "c": 0} {
		ok(t, db.Polled(t.Context(), news.PollState{Source: "Post", URL: url, Route: news.RouteFeed, Candidates: n}, nil))
	}
	ok(t, db.Polled(t.Context(), news.PollState{Source: "Post", URL: "d", Route: news.RouteSitemap, Candidates: 3}, nil))
	if n := must(db.Window(t.Context(), "Post"))(t); n != 8 {
		t.Errorf("window %d", n)
	}
	if n := must(db.Window(t.Context(), "Other"))(t); n != 0 {
		t.Errorf("window of nothing %d", n)
	}
}

func TestLastNew(t *testing.T) {
	t.Parallel()
	db := open(t)
	if at := must(db.LastNew(t.Context(), "Border Post"))(t); !at.IsZero() {
		t.Errorf("of an unknown source: %v", at)
	}
	first := candidate(1)
	first.Baseline, first.Published.Time = true, at(-50)
	page := candidate(2)
	polled(t, db, first, page)
	ok(t, db.SavePage(t.Context(), news.Page{Candidate: page, Outcome: news.OutcomeNotArticle}))
	if got := must(db.LastNew(t.Context(), "border post"))(t); !got.Equal(at(-50)) {
		t.Errorf("what was there at first: %v, want %v", got, at(-50))
	}
	polled(t, db, candidate(3))
	if got := must(db.LastNew(t.Context(), "Border Post"))(t); !got.Equal(clock) {
		t.Errorf("what came since: %v, want %v", got, clock)
	}
}
