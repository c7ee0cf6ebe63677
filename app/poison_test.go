package app

import (
	"strings"
	"testing"

	"newsvigil/news"
)

// TestPoisonPiece holds that a piece over which the program panics is set aside, and that the others
// around it are stored, judged again and posted.
func TestPoisonPiece(t *testing.T) {
	t.Parallel()
	unraced(t)
	ctx := t.Context()
	r := newRig(t, nil)
	r.crawl(ctx, t)
	in, err := r.newIntake(ctx)
	if err != nil {
		t.Fatal(err)
	}
	page := func(key string) news.Page {
		c := news.Candidate{Source: r.cfg.Sources[0].Name, URL: "https://post.example/" + key, Key: key, Route: news.RouteFeed}
		if err := r.db.Polled(ctx, news.PollState{Source: c.Source, URL: "https://post.example/feed", Route: news.RouteFeed}, []news.Candidate{c}); err != nil {
			t.Fatal(err)
		}
		return news.Page{Candidate: c, URL: c.URL, Status: 200, Fetched: r.now(), Outcome: news.OutcomeRead, Article: news.Article{
			Source: c.Source, URL: c.URL, Keys: []string{key}, Title: "A piece " + key, Kind: news.KindFull, Fetched: r.now(),
			Language: "en", Text: strings.Repeat("Some words on the matter of "+key+". ", 20),
		}}
	}
	good := r.topics[0].model
	r.topics[0].model = nil // no piece is known that makes the model panic; no model does
	bad := page("bad")
	if err := in.take(ctx, bad); err != nil {
		t.Fatal(err)
	}
	r.topics[0].model = good
	if err := in.take(ctx, page("good")); err != nil {
		t.Fatal(err)
	}
	if in.stored != 1 {
		t.Errorf("%d stored, want the good one", in.stored)
	}
	trail, err := r.db.Trail(ctx, []string{"bad"})
	if err != nil || trail.Candidate == nil || trail.Candidate.Outcome != news.OutcomeFailed || !strings.Contains(trail.Candidate.Detail, "set aside") {
		t.Errorf("%+v %v", trail.Candidate, err)
	}
	pending, err := r.db.Pending(ctx, bad.Candidate.Source, r.now().AddDate(1, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range pending {
		if c.Key == "bad" {
			t.Error("it is read again for ever")
		}
	}
	r.topics[0].model = nil
	if err := r.rescore(ctx, r.topics[0]); err != nil {
		t.Error(err)
	}
	r.topics[0].model = good
	if res := r.post(ctx, t); res.Queued != 0 || len(r.digests()) != 1 {
		t.Errorf("%+v", res)
	}
}
