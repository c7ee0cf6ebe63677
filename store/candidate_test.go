package store

import (
	"fmt"
	"testing"
	"time"

	"newsvigil/news"
)

func candidate(n int) news.Candidate {
	return news.Candidate{
		Source: "Border Post", URL: fmt.Sprintf("https://post.example/%d", n), Key: fmt.Sprintf("url:post.example/%d", n),
		Route: news.RouteFeed, Via: "https://post.example/feed", Title: "A title", Summary: "A <b>summary</b>",
		Authors: []string{"Kim"}, Language: "en", Content: "<p>whole \u2029 article</p>",
		Published: news.Instant{Time: at(-n), DateOnly: true, Zone: news.ZoneAssumed, Confidence: news.ConfidenceHigh},
	}
}

func polled(t *testing.T, db *DB, cs ...news.Candidate) {
	t.Helper()
	ok(t, db.Polled(t.Context(), news.PollState{URL: "https://post.example/feed"}, cs))
}

func TestCandidateRoundTrip(t *testing.T) {
	t.Parallel()
	db := open(t)
	want := candidate(1)
	want.Attempts, want.Baseline = 2, true
	full(t, want)
	full(t, want.Published)
	bare := news.Candidate{Source: "border  POST", URL: "https://post.example/2", Key: "k2"}
	polled(t, db, want, bare)
	same(t, "pending", must(db.Pending(t.Context(), "Border Post", clock))(t), []news.Candidate{want, bare})
	same(t, "of another source", must(db.Pending(t.Context(), "Other", clock))(t), []news.Candidate(nil))
}

func TestPolledIsOneTransaction(t *testing.T) {
	t.Parallel()
	db := open(t)
	state := news.PollState{Source: "Border Post", URL: "https://post.example/feed", Route: news.RouteFeed, ETag: `"x"`,
		LastModified: "Sat, 14 Mar 2026", Hash: "h", Polled: at(1), Changed: at(0), Candidates: 4, Next: []string{"https://post.example/a?<b>&c"},
		Heads: []string{"url:post.example/1"}, Newest: at(-1), Owes: news.OwesGap, OwedSince: at(-2), OwedPolls: 2}
	full(t, state)
	same(t, "before", must(db.Poll(t.Context(), state.URL))(t), news.PollState{})
	noKey := candidate(2)
	noKey.Key = ""
	if err := db.Polled(t.Context(), state, []news.Candidate{candidate(1), noKey}); err == nil {
		t.Fatal("a candidate without a key was stored")
	}
	same(t, "poll after a failure", must(db.Poll(t.Context(), state.URL))(t), news.PollState{})
	same(t, "candidates after a failure", must(db.Pending(t.Context(), "Border Post", at(99)))(t), []news.Candidate(nil))
	ok(t, db.Polled(t.Context(), state, []news.Candidate{candidate(1)}))
	state.ETag, state.Polled = "", at(9)
	ok(t, db.Polled(t.Context(), state, nil))
	same(t, "poll", must(db.Poll(t.Context(), state.URL))(t), state)
}

func TestPolledLeavesKnownKeys(t *testing.T) {
	t.Parallel()
	db := open(t)
	polled(t, db, candidate(1))
	ok(t, db.SavePage(t.Context(), news.Page{Candidate: candidate(1), Outcome: news.OutcomeGone, Detail: "404"}))
	save(t, db, placed(5, relevant("north", 1)))
	article := candidate(5)
	article.Key = placed(5).Article.Keys[0]
	changed := candidate(1)
	changed.Title = "Another title"
	polled(t, db, changed, article)
	same(t, "pending", must(db.Pending(t.Context(), "Border Post", at(99)))(t), []news.Candidate(nil))
	trail := must(db.Trail(t.Context(), []string{changed.Key}))(t)
	if trail.Candidate.Title != "A title" || trail.Candidate.Outcome != news.OutcomeGone {
		t.Errorf("the known candidate became %+v", trail.Candidate)
	}
	known := must(db.Known(t.Context(), []string{changed.Key, article.Key, placed(5).CandidateKey, "url:new", "", changed.Key}))(t)
	same(t, "known", known, map[string]bool{changed.Key: true, article.Key: true, placed(5).CandidateKey: true})
	same(t, "known of nothing", must(db.Known(t.Context(), nil))(t), map[string]bool{})
	sound(t, db)
}

func TestPendingOrder(t *testing.T) {
	t.Parallel()
	db := open(t)
	now := clock
	db.now = func() time.Time { return now }
	unknown := candidate(9)
	unknown.Published = news.Instant{}
	polled(t, db, candidate(3), unknown, candidate(1))
	now = at(1)
	polled(t, db, candidate(0))
	var got []string
	for _, c := range must(db.Pending(t.Context(), "border post", now))(t) {
		got = append(got, c.Key)
	}
	same(t, "order", got, []string{candidate(1).Key, candidate(3).Key, unknown.Key, candidate(0).Key})
}

func TestSavePage(t *testing.T) {
	t.Parallel()
	db := open(t)
	polled(t, db, candidate(1), candidate(2))
	retry := news.Page{Candidate: candidate(1), URL: "https://post.example/final", Status: 503, Fetched: at(2),
		Outcome: news.OutcomeRetry, Detail: "busy", Retry: at(30)}
	ok(t, db.SavePage(t.Context(), retry))
	same(t, "too early", len(must(db.Pending(t.Context(), "Border Post", at(29)))(t)), 1)
	again := must(db.Pending(t.Context(), "Border Post", at(30)))(t)
	want := candidate(1)
	want.Attempts = 1
	same(t, "due again", again, []news.Candidate{want, candidate(2)})
	same(t, "trail", *must(db.Trail(t.Context(), []string{want.Key}))(t).Candidate, Considered{Candidate: want, State: CandidatePending,
		Outcome: news.OutcomeRetry, Status: 503, Detail: "busy", Final: retry.URL, Found: clock, Tried: at(2), Next: at(30)})

	blocked := news.Page{Candidate: again[0], Status: 403, Fetched: at(31), Outcome: news.OutcomeBlocked, Detail: "a bot wall"}
	ok(t, db.SavePage(t.Context(), blocked))
	want.Attempts, want.Content = 2, ""
	same(t, "final", *must(db.Trail(t.Context(), []string{want.Key}))(t).Candidate, Considered{Candidate: want, State: CandidateDropped,
		Outcome: news.OutcomeBlocked, Status: 403, Detail: "a bot wall", Found: clock, Tried: at(31)})

	ok(t, db.SavePage(t.Context(), news.Page{Candidate: candidate(7), Outcome: news.OutcomeOld}))
	old := must(db.Trail(t.Context(), []string{candidate(7).Key}))(t).Candidate
	if old == nil || old.State != CandidateDropped || old.Outcome != news.OutcomeOld || old.Attempts != 1 || !old.Tried.Equal(clock) {
		t.Errorf("an unknown candidate became %+v", old)
	}
	if err := db.SavePage(t.Context(), news.Page{Candidate: candidate(2), Outcome: news.OutcomeRead}); err == nil {
		t.Error("SavePage took an article")
	}
	sound(t, db)
}

// A page that is reported once more after its article was stored must not undo that.
func TestSavePageAfterArticle(t *testing.T) {
	t.Parallel()
	db := open(t)
	p := placed(1, relevant("north", 1))
	c := candidate(1)
	c.Key = p.CandidateKey
	polled(t, db, c)
	save(t, db, p)
	for _, key := range []string{p.CandidateKey, p.Article.Keys[0]} {
		c.Key = key
		ok(t, db.SavePage(t.Context(), news.Page{Candidate: c, Outcome: news.OutcomeFailed}))
	}
	trail := must(db.Trail(t.Context(), []string{p.Article.Keys[1]}))(t)
	if trail.Candidate == nil || trail.Candidate.State != CandidateRead || trail.Candidate.Outcome != news.OutcomeRead {
		t.Errorf("candidate %+v", trail.Candidate)
	}
	sound(t, db)
}

// TestOrphans holds that pending pieces of a source that is no longer named can be given to another.
func TestOrphans(t *testing.T) {
	t.Parallel()
	db := open(t)
	shown := []news.Candidate{{Source: "Old Name", URL: "https://a.example/1", Key: "url:a.example/1"}, {Source: "Other", URL: "https://b.example/1", Key: "url:b.example/1"}}
	ok(t, db.Polled(t.Context(), news.PollState{URL: "https://a.example/feed"}, shown))
	same(t, "a change of capitals", len(must(db.Orphans(t.Context(), []string{"OLD name", "other"}))(t)), 0)
	orphans := must(db.Orphans(t.Context(), []string{"New Name", "Other"}))(t)
	if len(orphans) != 1 || orphans[0].Key != "url:a.example/1" {
		t.Fatalf("%+v", orphans)
	}
	ok(t, db.Adopt(t.Context(), map[string]string{orphans[0].Key: "New Name"}))
	got := must(db.Pending(t.Context(), "New Name", clock))(t)
	if len(got) != 1 || got[0].Source != "New Name" || len(must(db.Pending(t.Context(), "Old Name", clock))(t)) != 0 {
		t.Errorf("%+v", got)
	}
}

// TestOtherAddressesNeedNotBeRead holds that a candidate which waits under another address of a piece that
// was stored waits no longer.
func TestOtherAddressesNeedNotBeRead(t *testing.T) {
	t.Parallel()
	db := open(t)
	p := placed(1, relevant("north", 1))
	twin, other := candidate(2), candidate(3)
	twin.Key = p.Article.Keys[len(p.Article.Keys)-1]
	polled(t, db, twin, other)
	save(t, db, p)
	waiting := must(db.Pending(t.Context(), "Border Post", at(99)))(t)
	if len(waiting) != 1 || waiting[0].Key != other.Key {
		t.Errorf("waiting: %+v", waiting)
	}
	sound(t, db)
}

// TestOutdated holds which of the pieces that were too old a longer look back takes up.
func TestOutdated(t *testing.T) {
	t.Parallel()
	db := open(t)
	old, older, read := candidate(10), candidate(90), candidate(5)
	polled(t, db, old, older, read)
	for _, c := range []news.Candidate{old, older} {
		ok(t, db.SavePage(t.Context(), news.Page{Candidate: c, Outcome: news.OutcomeOld}))
	}
	ok(t, db.SavePage(t.Context(), news.Page{Candidate: read, Outcome: news.OutcomeGone}))
	got := must(db.Outdated(t.Context(), "border post", at(-30)))(t)
	if len(got) != 1 || got[0].Key != old.Key {
		t.Errorf("outdated: %+v", got)
	}
	same(t, "of another source", must(db.Outdated(t.Context(), "Other", at(-30)))(t), []news.Candidate(nil))
}
