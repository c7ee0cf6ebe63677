package store

import (
	"errors"
	"testing"
	"time"

	"newsvigil/news"
)

func TestHostRoundTrip(t *testing.T) {
	t.Parallel()
	db := open(t)
	want := news.HostState{Host: "post.example:8080", Robots: "User-agent: *\n", RobotsStatus: 200, RobotsFetched: at(1), RobotsGood: at(2),
		NotBefore: at(3), Failures: 4, Opened: 5, Throttle: 1500*time.Millisecond + 1}
	same(t, "new host", must(db.Host(t.Context(), want.Host))(t), news.HostState{Host: want.Host})
	ok(t, db.SaveHost(t.Context(), news.HostState{Host: want.Host, Failures: 9}))
	ok(t, db.SaveHost(t.Context(), full(t, want)))
	same(t, "host", must(db.Host(t.Context(), want.Host))(t), want)
}

func TestHealthRoundTrip(t *testing.T) {
	t.Parallel()
	db := open(t)
	bad := news.Health{Source: "Border Post", Polled: at(1), Good: at(-9), Trouble: news.TroubleBlocked, Detail: "403", Since: at(-8),
		Failures: 3, Told: true, Next: at(9)}
	well := news.Health{Source: "Annual", Polled: at(1), Good: at(1)}
	ok(t, db.SaveHealth(t.Context(), news.Health{Source: "border-POST", Failures: 1}))
	ok(t, db.SaveHealth(t.Context(), full(t, bad)))
	ok(t, db.SaveHealth(t.Context(), well))
	same(t, "health", must(db.Health(t.Context()))(t), []news.Health{well, bad})
}

func TestRunsAndChannels(t *testing.T) {
	t.Parallel()
	db := open(t)
	if _, found, err := db.LastRun(t.Context(), "crawl"); found || err != nil {
		t.Errorf("a run before the first: %v", err)
	}
	ok(t, db.SaveRun(t.Context(), "crawl", at(1)))
	ok(t, db.SaveRun(t.Context(), "crawl", at(2)))
	got, found, err := db.LastRun(t.Context(), "crawl")
	if !found || err != nil || !got.Equal(at(2)) {
		t.Errorf("last run %v, %v, %v", got, found, err)
	}
	if _, found, err := db.Channel(t.Context(), "#north"); found || err != nil {
		t.Errorf("a channel before it was saved: %v", err)
	}
	ok(t, db.SaveChannel(t.Context(), "#north", "C1"))
	ok(t, db.SaveChannel(t.Context(), "#north", "C2"))
	if id, found, err := db.Channel(t.Context(), "#north"); id != "C2" || !found || err != nil {
		t.Errorf("channel %q, %v, %v", id, found, err)
	}
	ok(t, db.SaveChannel(t.Context(), "#north", ""))
	if _, found, err := db.Channel(t.Context(), "#north"); found || err != nil {
		t.Errorf("the channel was not forgotten: %v", err)
	}
}

func TestFeedbackRoundTrip(t *testing.T) {
	t.Parallel()
	db := open(t)
	a, _ := save(t, db, placed(1, relevant("north", 1)))
	first := news.Feedback{Topic: "north", URL: "https://post.example/1", Article: a, Label: "relevant", By: "U1", At: at(1)}
	second := news.Feedback{Topic: "north", URL: first.URL, Label: "not", By: "U2", At: at(2)}
	ok(t, db.SaveFeedback(t.Context(), news.Feedback{Topic: "north", URL: first.URL, Label: "not", By: "U1", At: at(0)}))
	ok(t, db.SaveFeedback(t.Context(), second))
	ok(t, db.SaveFeedback(t.Context(), full(t, first)))
	same(t, "feedback", must(db.Feedback(t.Context(), "north"))(t), []news.Feedback{first, second})
	same(t, "of another topic", must(db.Feedback(t.Context(), "south"))(t), []news.Feedback(nil))
	if n := must(db.WithdrawFeedback(t.Context(), news.Feedback{Topic: "north", URL: first.URL, By: "U2"}))(t); n != 1 {
		t.Errorf("%d withdrawn", n)
	}
	same(t, "what is left", must(db.Feedback(t.Context(), "north"))(t), []news.Feedback{first})
	if n := must(db.WithdrawFeedback(t.Context(), news.Feedback{Topic: "north", URL: first.URL}))(t); n != 1 {
		t.Errorf("%d withdrawn", n)
	}
}

func TestPublished(t *testing.T) {
	t.Parallel()
	db := open(t)
	db.now = func() time.Time { return at(3) }
	for n := range 5 { // published at minute n, so that the last one lies in the future
		save(t, db, placed(n, relevant("north", 1)))
	}
	undated := placed(9, relevant("north", 1))
	undated.Article.Published = news.Instant{}
	save(t, db, undated)
	polled(t, db, candidate(1), candidate(-4)) // published at minutes -1 and 4
	ok(t, db.SavePage(t.Context(), news.Page{Candidate: candidate(1), Outcome: news.OutcomeBlocked}))
	same(t, "published", must(db.Published(t.Context(), "border post", 9))(t), []time.Time{at(3), at(2), at(1), at(0), at(-1)})
	same(t, "newest", must(db.Published(t.Context(), "Border Post", 2))(t), []time.Time{at(3), at(2)})
	same(t, "of another source", must(db.Published(t.Context(), "Other", 2))(t), []time.Time(nil))
}

func TestSourceStats(t *testing.T) {
	t.Parallel()
	db := open(t)
	for n, in := range []struct {
		source string
		scores []news.Score
	}{
		{"Border Post", []news.Score{relevant("north", 1), relevant("south", 1)}},
		{"Other", []news.Score{relevant("north", 1)}},
		{"Border Post", []news.Score{graded("north", 0, news.GradeNone), graded("south", 0, news.GradeStrong)}},
		{"border post", []news.Score{graded("north", 0, news.GradeWeak), relevant("east", 1)}},
	} {
		p := placed(n*10, in.scores...)
		p.Article.Source = in.source
		if n == 3 {
			p.Article.Published = news.Instant{}
		}
		save(t, db, p)
	}
	got := must(db.SourceStats(t.Context(), at(16), []string{"north", "south"}))(t)
	same(t, "since minute 16", got, map[string]SourceStat{"border post": {New: 2, Relevant: 1, LastArticle: at(35)}, "Other": {LastArticle: at(10)}})
	got = must(db.SourceStats(t.Context(), time.Time{}, nil))(t)
	same(t, "no topics", got, map[string]SourceStat{"border post": {New: 3, LastArticle: at(35)}, "Other": {New: 1, LastArticle: at(10)}})
}

func TestExport(t *testing.T) {
	t.Parallel()
	db := open(t)
	save(t, db, placed(1, relevant("north", 1)))
	a, story := save(t, db, placed(20, relevant("north", 1), graded("south", 0.2, news.GradeWeak)))
	d := news.Digest{Key: "d", Slot: at(60), Lead: []news.Item{item(news.ItemNew, a)}}
	must(db.SaveDigest(t.Context(), "north", false, d, []news.Delivery{delivery("d/1", 1, 1)}))(t)
	near := news.Digest{Key: "s", Slot: at(60), Near: []news.Item{item(news.ItemNear, a)}}
	must(db.SaveDigest(t.Context(), "south", false, near, nil))(t)
	export := func() []Exported {
		var all []Exported
		ok(t, db.Export(t.Context(), at(10), func(e Exported) error {
			all = append(all, e)
			return nil
		}))
		return all
	}
	article := placed(20).Article
	article.ID, article.Text = a, ""
	article.Keys = append(article.Keys, placed(20).CandidateKey)
	north := Exported{Article: article, Score: relevant("north", 1), Story: story, Relation: news.RelationNew, Digest: "d"}
	south := Exported{Article: article, Score: graded("south", 0.2, news.GradeWeak), Story: story, Relation: news.RelationNew}
	same(t, "before posting", export(), []Exported{north, south})
	sent := claim(t, db, 1, 61)
	sent.State = news.DeliverySent
	ok(t, db.Save(t.Context(), sent))
	north.Posted = at(61)
	same(t, "after posting", export(), []Exported{north, south})
	stop := errors.New("enough")
	if err := db.Export(t.Context(), at(10), func(Exported) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("error %v", err)
	}
}
