package store

import (
	"os"
	"path/filepath"
	"testing"

	"newsvigil/news"
)

// TestJournal: what was appended is there after a crash that cut the last line off, without numbers of rows,
// and nothing is left of it afterwards.
func TestJournal(t *testing.T) {
	t.Parallel()
	db := open(t)
	j := db.Journal()
	if list, err := j.Presses(); err != nil || len(list) != 0 {
		t.Fatal(list, err)
	}
	in := []Press{
		{Digest: "d", Part: 1, ChannelID: "C1", TS: "1.0", Said: &Said{Feedback: news.Feedback{Topic: "t", URL: "https://a.example/1\n", Article: 7, By: "U1", Label: news.LabelRescue}, Key: "k", Rescue: &news.Score{Topic: "t"}}},
		{Digest: "d", Part: 1, Mute: &news.Mute{Channel: "#c", Source: "s", Until: db.now()}},
		{Back: &news.Feedback{Topic: "t", URL: "https://a.example/1", Article: 7, By: "U1"}},
	}
	for i, p := range in {
		if err := j.Append(p); err != nil {
			t.Fatal(err)
		}
		f, err := os.OpenFile(filepath.Join(filepath.Dir(db.Path()), journalName), os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			f.WriteString(`{"Digest":"cut`)
		}
		f.Close()
	}
	list, err := j.Presses()
	if err != nil || len(list) != 3 {
		t.Fatalf("%d presses, %v", len(list), err)
	}
	if s := list[0].Said; s.Article != 0 || s.Key != "" || s.Rescue != nil || s.URL != in[0].Said.URL || in[0].Said.Article != 7 {
		t.Errorf("said %+v", s)
	}
	if list[1].Mute == nil || !list[1].Mute.Until.Equal(in[1].Mute.Until) || list[2].Back == nil || list[2].Back.Article != 0 || list[2].Back.By != "U1" {
		t.Errorf("%+v", list)
	}
	for range 2 {
		if err := j.Clear(); err != nil {
			t.Fatal(err)
		}
	}
	if list, err := j.Presses(); err != nil || len(list) != 0 {
		t.Error(list, err)
	}
}

// TestTakenBack: a reader takes back what they said of a piece by any of its addresses, and nobody else's
// words.
func TestTakenBack(t *testing.T) {
	t.Parallel()
	db := open(t)
	ctx := t.Context()
	say := func(url, by string) Said {
		return Said{Feedback: news.Feedback{Topic: "t", URL: url, By: by, Label: news.LabelLike, At: db.now()}}
	}
	if err := db.SaveFeedback(ctx, say("https://a.example/1", "U1"), say("https://a.example/1", "U2"), say("https://a.example/1", ""), say("https://a.example/2", "U1")); err != nil {
		t.Fatal(err)
	}
	for _, by := range []string{"U1", ""} {
		if err := db.SavePress(ctx, Press{Back: &news.Feedback{Topic: "t", URL: "https://a.example/1", By: by}}); err != nil {
			t.Fatal(err)
		}
	}
	said, err := db.Feedback(ctx, "t")
	if err != nil || len(said) != 3 {
		t.Errorf("%+v, %v; want what U2, the admin and U1 said of others", said, err)
	}
}

// TestMissedIsReadAgain: a piece that was dropped for its age is read again when a reader misses it; one that
// robots.txt forbids is not.
func TestMissedIsReadAgain(t *testing.T) {
	t.Parallel()
	db := open(t)
	ctx := t.Context()
	for outcome, want := range map[news.Outcome]int{news.OutcomeOld: 1, news.OutcomeFailed: 1, news.OutcomeRefused: 0} {
		c := news.Candidate{Source: "Source " + string(outcome), URL: "https://a.example/" + string(outcome), Key: "url:a.example/" + string(outcome), Route: news.RouteFeed, Via: "feed"}
		if err := db.SavePage(ctx, news.Page{Candidate: c, Outcome: outcome, Fetched: db.now()}); err != nil {
			t.Fatal(err)
		}
		c.Route, c.Via = news.RouteReader, "feedback"
		if err := db.SaveFeedback(ctx, Said{Feedback: news.Feedback{Topic: "t", URL: c.URL, By: "U1", Label: news.LabelMissed, At: db.now()}, Key: c.Key, Candidate: &c}); err != nil {
			t.Fatal(err)
		}
		list, err := db.Pending(ctx, c.Source, db.now())
		if err != nil || len(list) != want || want == 1 && list[0].Route != news.RouteReader {
			t.Errorf("%s: pending %+v, %v", outcome, list, err)
		}
	}
}
