package store

import (
	"testing"
	"time"

	"newsvigil/news"
)

// TestKept holds whose words keep a story, for how long, and in which order they come.
func TestKept(t *testing.T) {
	t.Parallel()
	db := open(t)
	one, story := save(t, db, placed(1, relevant("north", 0.8)))
	again, _ := save(t, db, joining(2, news.RelationStory, story, one))
	two, second := save(t, db, placed(3, graded("north", 0.1, news.GradeNone)))
	three, third := save(t, db, placed(4, relevant("north", 0.8)))
	four, _ := save(t, db, placed(5, relevant("north", 0.8)))
	say := func(by string, minute int, l news.Label, article int64) {
		t.Helper()
		a := must(db.Article(t.Context(), article))(t)
		ok(t, db.SaveFeedback(t.Context(), Said{Feedback: news.Feedback{Topic: "north", URL: a.URL, Article: article, By: by, Label: l, At: at(minute)}}))
	}
	say("U1", 10, news.LabelLike, one)
	say("U2", 20, news.LabelLike, again)
	say("U3", 25, news.LabelDislike, one)
	say("U1", 30, news.LabelRescue, two) // of no relevance to the model
	say("U1", 40, news.LabelLike, three)
	say("U2", 41, news.LabelDislike, three)
	say("", 42, news.LabelLike, four) // the admin's
	say("U4", 43, news.LabelMissed, four)
	ok(t, db.SaveFeedback(t.Context(), Said{Feedback: news.Feedback{Topic: "north", URL: "https://elsewhere.example/", By: "U1", Label: news.LabelLike, At: at(44)}}))
	kept := func(from, to int) (out []news.Keeping) {
		t.Helper()
		return must(db.Kept(t.Context(), "north", at(from), at(to)))(t)
	}
	got := kept(0, 60)
	var stories []int64
	for _, k := range got {
		stories = append(stories, k.Story.ID)
	}
	same(t, "stories", stories, []int64{story, third, second})
	k := got[0]
	same(t, "articles", k.Articles, []int64{again, one})
	same(t, "members", members(k.Story), []int64{one, again})
	if k.Readers != 2 || k.Against != 1 || !k.First.Equal(at(10)) || !k.Last.Equal(at(20)) || got[1].Against != 1 || len(got[2].Story.Members) != 1 {
		t.Errorf("%+v", got)
	}
	for _, c := range []struct{ from, to, want int }{{20, 60, 2}, {19, 20, 1}, {10, 19, 0}, {40, 60, 0}} { // the bounds: after the one, up to the other
		if got := kept(c.from, c.to); len(got) != c.want {
			t.Errorf("from %d to %d: %d stories, want %d", c.from, c.to, len(got), c.want)
		}
	}
	say("U1", 50, news.LabelDislike, again) // the last word of one person on any piece of the story counts
	must(db.WithdrawFeedback(t.Context(), news.Feedback{Topic: "north", URL: must(db.Article(t.Context(), three))(t).URL, By: "U1"}))(t)
	if got := kept(0, 60); len(got) != 2 || got[1].Readers != 1 || got[1].Against != 2 || len(got[1].Articles) != 1 || got[0].Story.ID == third || got[1].Story.ID == third {
		t.Errorf("after a change of mind and a withdrawal: %+v", got)
	}
	must(db.EraseReaders(t.Context(), at(100)))(t)
	if got := kept(0, 60); len(got) != 2 || got[0].Readers != 2 || got[1].Readers != 1 {
		t.Errorf("after the readers' names were erased: %+v", got)
	}
	if got := must(db.Kept(t.Context(), "south", at(0), at(60)))(t); len(got) != 0 {
		t.Errorf("another topic keeps %+v", got)
	}
}

// TestBriefOutbox holds that a brief is saved once, with all its messages in a thread, moves no digest, and
// follows its topic to another channel; and which brief was the last one of the schedule.
func TestBriefOutbox(t *testing.T) {
	t.Parallel()
	db := open(t)
	put := func(key string, until time.Time) bool {
		n := news.Notice{Key: key, Channel: "#wrong", Title: "T", At: until, Brief: &news.Brief{Key: key, Topic: "North", Until: until}}
		ds := []news.Delivery{{Key: key + "/1", Channel: "#wrong", Part: 1, Parts: 2}, {Key: key + "/2", Channel: "#wrong", Part: 2, Parts: 2}}
		return must(db.SaveNotice(t.Context(), n, ds...))(t)
	}
	if !put("brief/north/2026-03-13T09:00", at(0)) || put("brief/north/2026-03-13T09:00", at(0)) || !put("brief/north/2026-03-14T09:00", at(60)) {
		t.Error("a brief is not saved once")
	}
	put("brief/north/manual/2026-03-14/ab", at(90))
	put("brief/north-east/2026-03-14T09:00", at(95))
	for _, c := range []struct {
		before time.Time
		want   time.Time
	}{{at(0), time.Time{}}, {at(1), at(0)}, {at(60), at(0)}, {at(600), at(60)}} {
		got, found, err := db.LastBrief(t.Context(), "north", c.before)
		if err != nil || !got.Until.Equal(c.want) || found == c.want.IsZero() {
			t.Errorf("before %v: %v, %v, %v; want %v", c.before, got, found, err, c.want)
		}
	}
	if _, found, err := db.LastDigest(t.Context(), "north"); found || err != nil {
		t.Error("a brief counts as a digest", err)
	}
	if keys := must(db.Unposted(t.Context(), "north"))(t); len(keys) != 0 {
		t.Errorf("%v would be folded into a digest", keys)
	}
	if due := must(db.Due(t.Context(), at(100)))(t); len(due) != 4 {
		t.Errorf("%d messages are due, want the first of each brief", len(due))
	}
	if n := must(db.Redirect(t.Context(), "north", "#right"))(t); n != 6 {
		t.Errorf("%d messages redirected, want 6", n)
	}
	d := must(db.Due(t.Context(), at(100)))(t)[0]
	d.State, d.TS, d.ChannelID = news.DeliverySent, "1.1", "C1"
	ok(t, db.Save(t.Context(), d))
	if n := must(db.Unsent(t.Context(), d.Of))(t); n != 1 {
		t.Errorf("%d messages are left of one brief, want 1", n)
	}
	due := must(db.Due(t.Context(), at(100)))(t)
	if len(due) != 4 || due[0].Part != 2 || due[0].Thread != "1.1" || due[0].Of != d.Of {
		t.Errorf("the second part does not follow in the thread: %+v", due[0])
	}
	if n := must(db.Redirect(t.Context(), "north", "#elsewhere"))(t); n != 4 {
		t.Errorf("%d messages redirected, want those of which nothing stands", n)
	}
	sound(t, db)
}
