package store

import (
	"errors"
	"fmt"
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
	first := news.Feedback{Topic: "north", URL: "https://post.example/1", Article: a, Label: news.LabelDislike, Reason: news.ComplaintOffTopic, By: "U1", At: at(1), Stands: news.LabelDislike}
	second := news.Feedback{Topic: "north", URL: first.URL, Label: news.LabelLike, By: "U2", At: at(2), Stands: news.LabelLike}
	ok(t, db.SaveFeedback(t.Context(), Said{Feedback: news.Feedback{Topic: "north", URL: first.URL, Label: news.LabelLike, By: "U1", At: at(0)}},
		Said{Feedback: second}))
	ok(t, db.SaveFeedback(t.Context(), Said{Feedback: full(t, first)}))
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

// A word on something else than the topic leaves alone what its reader said of the topic.
func TestRepeatLeavesTheTopicAlone(t *testing.T) {
	t.Parallel()
	db := open(t)
	said := func(l news.Label, why news.Complaint, minute int) Said {
		return Said{Feedback: news.Feedback{Topic: "north", URL: "https://post.example/1", Label: l, Reason: why, By: "U1", At: at(minute)}}
	}
	for i, c := range []struct {
		in   Said
		want news.Label
	}{
		{said(news.LabelDislike, news.ComplaintRepeat, 1), ""},
		{said(news.LabelMissed, "", 2), news.LabelLike},
		{said(news.LabelDislike, news.ComplaintRepeat, 3), news.LabelLike},
		{said(news.LabelDislike, news.ComplaintOld, 4), news.LabelLike},
		{said(news.LabelDislike, "", 5), news.LabelDislike},
		{said(news.LabelDislike, news.ComplaintOpinion, 6), news.LabelDislike},
		{said(news.LabelLike, "", 7), news.LabelLike},
	} {
		ok(t, db.SaveFeedback(t.Context(), c.in))
		want := c.in.Feedback
		want.Stands = c.want
		same(t, fmt.Sprint("word ", i), must(db.Feedback(t.Context(), "north"))(t), []news.Feedback{want})
	}
}

// Of an import all is kept or nothing.
func TestFeedbackIsKeptWhole(t *testing.T) {
	t.Parallel()
	db := open(t)
	good := Said{Feedback: news.Feedback{Topic: "north", URL: "https://post.example/1", Label: news.LabelLike}}
	bad := Said{Feedback: news.Feedback{Topic: "north", URL: "https://post.example/2", Article: 99, Label: news.LabelLike}}
	if err := db.SaveFeedback(t.Context(), good, bad); err == nil {
		t.Error("a word on an article that is not there was kept")
	}
	same(t, "feedback", must(db.Feedback(t.Context(), "north"))(t), []news.Feedback(nil))
}

// User ids are erased after their time; the words stay and count as before.
func TestEraseReaders(t *testing.T) {
	t.Parallel()
	db := open(t)
	for i, by := range []string{"U3", "U1", "", "U2"} {
		ok(t, db.SaveFeedback(t.Context(), Said{Feedback: news.Feedback{Topic: "north", URL: "https://post.example/1", Label: news.LabelLike, By: by, At: at(i)}}))
	}
	if n := must(db.EraseReaders(t.Context(), at(3)))(t); n != 2 {
		t.Errorf("%d erased", n)
	}
	ok(t, db.SaveFeedback(t.Context(), Said{Feedback: news.Feedback{Topic: "north", URL: "https://post.example/1", Label: news.LabelLike, By: "U1", At: at(4)}}))
	if n := must(db.EraseReaders(t.Context(), at(9)))(t); n != 2 {
		t.Errorf("%d erased", n)
	}
	var got []string
	for _, f := range must(db.Feedback(t.Context(), "north"))(t) {
		got = append(got, f.By)
	}
	same(t, "readers", got, []string{"forgotten/2", "forgotten/1", "", "forgotten/4", "forgotten/3"})
	if n := must(db.EraseReaders(t.Context(), at(9)))(t); n != 0 {
		t.Errorf("%d erased twice", n)
	}
}

// A rescued near miss is told once, whenever it was read, and no longer wanted it is what it was.
func TestRescue(t *testing.T) {
	t.Parallel()
	db := open(t)
	was := graded("north", 0.3, news.GradeWeak)
	id, story := save(t, db, placed(1, was))
	told := func(what string, want ...int64) {
		t.Helper()
		var got []int64
		for _, s := range must(db.Stories(t.Context(), "north", at(1000)))(t) {
			got = append(got, s.ID)
		}
		same(t, what, got, want)
	}
	score := was
	score.Grade, score.Value = news.GradeLikely, 0.5
	rescue := Said{Feedback: news.Feedback{Topic: "north", URL: "https://post.example/1", Article: id, Label: news.LabelRescue, By: "U1", At: at(2)}, Rescue: &score}
	ok(t, db.MarkSeen(t.Context(), EveryTopic, []int64{id}))
	told("before")
	ok(t, db.SaveFeedback(t.Context(), rescue))
	told("rescued", story)
	same(t, "to score anew", must(db.Rescorable(t.Context(), "north", at(-1000)))(t), []news.Article(nil))
	if _, err := db.WithdrawFeedback(t.Context(), rescue.Feedback); err != nil {
		t.Fatal(err)
	}
	told("withdrawn")
	trail := must(db.Trail(t.Context(), placed(1).Article.Keys))(t)
	same(t, "score", trail.Scores, []news.Score{was})
	ok(t, db.SaveFeedback(t.Context(), rescue))
	must(db.SaveDigest(t.Context(), "north", false, news.Digest{Key: "north/1", Slot: at(3), Lead: []news.Item{{Story: story, Article: id, Kind: news.ItemNew}}}, nil))(t)
	told("announced")
	ok(t, db.SaveFeedback(t.Context(), rescue))
	told("rescued again")
}

func TestLearnedRoundTrip(t *testing.T) {
	t.Parallel()
	db := open(t)
	want := Learned{Labels: []LearnedLabel{{Article: 1, Like: true, At: at(1)}, {Article: 2, At: at(2)}}, Model: "m1", At: at(3), Refused: "r", Why: "worse"}
	same(t, "before", must(db.Learned(t.Context(), "north"))(t), Learned{})
	ok(t, db.SaveLearned(t.Context(), "north", Learned{Model: "m0"}))
	ok(t, db.SaveLearned(t.Context(), "north", full(t, want)))
	same(t, "learned", must(db.Learned(t.Context(), "north"))(t), want)
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

// TestEraseReadersOfAStory: after the erasure as many readers spoke of a story as before, whichever of its
// pieces they spoke of.
func TestEraseReadersOfAStory(t *testing.T) {
	t.Parallel()
	db := open(t)
	id, story := save(t, db, placed(1))
	copied := placed(2)
	copied.Placement = news.Placement{Relation: news.RelationCopy, Of: id, Story: story}
	other, _ := save(t, db, copied)
	for i, f := range []news.Feedback{{Article: id, By: "U1"}, {Article: other, By: "U2"}, {Article: other, By: "U1"}} {
		f.Topic, f.URL, f.Label, f.At = "north", fmt.Sprintf("https://post.example/%d", f.Article), news.LabelLike, at(i)
		ok(t, db.SaveFeedback(t.Context(), Said{Feedback: f}))
	}
	if n := must(db.EraseReaders(t.Context(), at(9)))(t); n != 3 {
		t.Errorf("%d erased", n)
	}
	by := map[string]int{}
	for _, f := range must(db.Feedback(t.Context(), "north"))(t) {
		by[f.By]++
	}
	same(t, "words by reader", by, map[string]int{"forgotten/1": 2, "forgotten/2": 1})
}
