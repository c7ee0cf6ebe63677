package store

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"newsvigil/news"
)

// TestPress: a press asks for one more revision of its message; one that came while the last was drawn is
// still to be drawn.
func TestPress(t *testing.T) {
	t.Parallel()
	db := open(t)
	ctx := t.Context()
	p := Press{Digest: "d/1", Part: 2, ChannelID: "C1", TS: "1.5",
		Said: &Said{Feedback: news.Feedback{Topic: "t", URL: "https://a.example/1", Label: news.LabelLike, By: "U1", At: db.now()}}}
	for range 2 {
		if err := db.SavePress(ctx, p); err != nil {
			t.Fatal(err)
		}
	}
	redraws := func() []Redraw {
		list, err := db.Redraws(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	if diff := cmp.Diff([]Redraw{{Digest: "d/1", Part: 2, ChannelID: "C1", TS: "1.5", Revision: 2}}, redraws()); diff != "" {
		t.Error(diff)
	}
	drawn := redraws()[0]
	p.ChannelID, p.TS, p.Said = "", "", nil // from a modal, which knows no message
	if err := db.SavePress(ctx, p); err != nil {
		t.Fatal(err)
	}
	if err := db.SaveRedrawn(ctx, drawn); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Redraw{{Digest: "d/1", Part: 2, ChannelID: "C1", TS: "1.5", Revision: 3}}, redraws()); diff != "" {
		t.Error(diff)
	}
	if err := db.SaveRedrawn(ctx, redraws()[0]); err != nil || len(redraws()) != 0 {
		t.Errorf("%d left, %v", len(redraws()), err)
	}
	if said, err := db.Feedback(ctx, "t"); err != nil || len(said) != 1 {
		t.Errorf("said %+v, %v; twice the same is said once", said, err)
	}
	p.Part = 3
	if err := db.SavePress(ctx, p); err != nil || len(redraws()) != 0 {
		t.Errorf("a message that nobody knows is to be drawn: %+v, %v", redraws(), err)
	}
}

func TestMutes(t *testing.T) {
	t.Parallel()
	db := open(t)
	ctx, now := t.Context(), db.now()
	mute := func(channel, source string, d time.Duration) {
		t.Helper()
		if err := db.SavePress(ctx, Press{Digest: "d", Part: 1, Mute: &news.Mute{Channel: channel, Source: source, Outlet: source, Until: now.Add(d)}}); err != nil {
			t.Fatal(err)
		}
	}
	mute("#a", "one", time.Hour)
	mute("#a", "one", 3*time.Hour)
	mute("#a", "two", time.Hour)
	mute("#b", "one", 3*time.Hour)
	count := func(channel string, at time.Time) int {
		t.Helper()
		list, err := db.Mutes(ctx, channel, at)
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	if a, later, all := count("#a", now), count("#a", now.Add(2*time.Hour)), count("", now); a != 2 || later != 1 || all != 3 {
		t.Errorf("%d, later %d, in all channels %d; want 2, 1, 3", a, later, all)
	}
	if err := db.SavePress(ctx, Press{Digest: "d", Part: 1, Unmute: &news.Mute{Channel: "#a", Source: "one"}}); err != nil {
		t.Fatal(err)
	}
	if a, b := count("#a", now), count("#b", now); a != 1 || b != 1 {
		t.Errorf("after the end of one: %d and %d; want 1 and 1", a, b)
	}
}
