package notify_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"newsvigil/news"
	"newsvigil/notify"
)

func TestSweepKeepsTheOldest(t *testing.T) {
	t.Parallel()
	s := setUp()
	s.notice("a")
	s.board.answers = []answer{{err: errors.New("lost")}, {stored: true}}
	s.flush(t, time.Hour, 1, 0)
	// The lost post arrives after all.
	s.board.stands, s.board.keys = slices.Insert(s.board.stands, 0, notify.Receipt{ChannelID: "C1", TS: "0"}), slices.Insert(s.board.keys, 0, key)
	if n, err := s.Sweep(t.Context()); n != 0 || err != nil {
		t.Errorf("a sweep at once: deleted %d, %v; want it to wait", n, err)
	}
	s.clock.After(time.Hour)
	if n, err := s.Sweep(t.Context()); n != 1 || err != nil {
		t.Errorf("sweep: deleted %d, %v; want 1", n, err)
	}
	if d := s.box.Deliveries()[0]; !d.Swept || d.TS != "0" || len(s.board.stands) != 1 {
		t.Errorf("after the sweep: %+v, %d messages", d, len(s.board.stands))
	}
}

func TestSweepKeepsTheHeadOfAThread(t *testing.T) {
	t.Parallel()
	s := setUp()
	s.box.AddDigest(news.Digest{Key: "d", Channel: "#n"}, 2)
	s.board.answers = []answer{{err: errors.New("lost")}}
	s.flush(t, time.Hour, 2, 0)
	d := s.box.Deliveries()[0]
	s.board.stands, s.board.keys = slices.Insert(s.board.stands, 0, notify.Receipt{ChannelID: "C1", TS: "0"}), slices.Insert(s.board.keys, 0, d.Key)
	s.clock.After(time.Hour)
	if _, err := s.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := s.box.Deliveries()[0].TS; got != d.TS || got == "0" {
		t.Errorf("kept %q, want %q, on which the thread hangs", got, d.TS)
	}
}
