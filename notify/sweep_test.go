package notify_test

import (
	"context"
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

// lying is a Sender whose deletions are answered and not made.
type lying struct{ *board }

func (lying) Delete(context.Context, notify.Receipt) error { return nil }

// TestSweepBelievesTheChannel holds that a double counts as deleted when it is gone, and not before.
func TestSweepBelievesTheChannel(t *testing.T) {
	t.Parallel()
	s := setUp()
	s.notice("a")
	s.board.answers = []answer{{err: errors.New("lost")}, {stored: true}}
	s.flush(t, time.Hour, 1, 0)
	s.board.stands, s.board.keys = slices.Insert(s.board.stands, 0, notify.Receipt{ChannelID: "C1", TS: "0"}), slices.Insert(s.board.keys, 0, key)
	s.clock.After(time.Hour)
	s.Sender = lying{s.board}
	if _, err := s.Sweep(t.Context()); err != nil || s.box.Deliveries()[0].Swept {
		t.Errorf("swept, with %d messages: %v", len(s.board.stands), err)
	}
	s.Sender = s.board
	if n, err := s.Sweep(t.Context()); n != 1 || err != nil || !s.box.Deliveries()[0].Swept || len(s.board.stands) != 1 {
		t.Errorf("deleted %d, %d messages, %v", n, len(s.board.stands), err)
	}
}

// TestPausesFollowSettle holds that pauses after failures begin with the first settle time and double, and
// that settle times of nothing leave one.
func TestPausesFollowSettle(t *testing.T) {
	t.Parallel()
	lost := errors.New("lost")
	for _, tt := range []struct {
		settle []time.Duration
		want   time.Duration // until the second post, after a lost one and three failed looks
	}{
		{[]time.Duration{time.Second, 2 * time.Second}, 1*time.Second + (1+2+4)*time.Second + 2*time.Second},
		{[]time.Duration{0}, (100 + 200 + 400) * time.Millisecond},
		{[]time.Duration{time.Hour}, time.Hour + 3*5*time.Minute},
	} {
		s := setUp()
		s.notice("a")
		s.Settle = tt.settle
		s.board.answers, s.board.looks = []answer{{err: lost}}, []error{lost, lost, lost}
		start := s.clock.Now()
		s.flush(t, 24*time.Hour, 1, 0)
		if got := s.clock.Now().Sub(start); got != tt.want {
			t.Errorf("%v: %v, want %v", tt.settle, got, tt.want)
		}
	}
}
