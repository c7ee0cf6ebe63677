package notify_test

import (
	"context"
	"testing"
	"time"

	"newsvigil/news"
	"newsvigil/notify"
)

// careful is a board that can tell before a post that its channel does not exist.
type careful struct {
	*board
	missing bool
}

func (c *careful) Prepare(context.Context, notify.Message) error {
	if c.missing {
		return &notify.Refusal{Class: notify.ClassChannel, Text: "No such channel."}
	}
	return nil
}

// A channel that does not exist comes to light before the claim: after it, a crash would leave open
// whether the message stands.
func TestPrepare(t *testing.T) {
	t.Parallel()
	s := setUp()
	c := &careful{board: s.board, missing: true}
	s.Worker.Sender = c
	s.notice("a")
	s.flush(t, time.Minute, 0, 1)
	if d := s.box.Deliveries()[0]; d.State != news.DeliveryBlocked || d.Tries != 0 || len(s.board.posts) != 0 {
		t.Errorf("%s after %d tries and %d posts, want blocked and untried", d.State, d.Tries, len(s.board.posts))
	}
	if len(s.told) != 1 {
		t.Errorf("told %q", s.told)
	}
	c.missing = false
	s.clock.After(time.Hour) // the channel is shut for a while
	s.flush(t, time.Minute, 1, 0)
}

// A message that a crash left in flight to a channel which is refused now is blocked, so that it follows
// its topic to another channel, and is looked for before it is posted.
func TestInFlightToNoChannel(t *testing.T) {
	t.Parallel()
	s := setUp()
	s.notice("a")
	d := s.box.Deliveries()[0]
	if _, ok, err := s.box.Claim(t.Context(), d.ID, s.clock.Now()); !ok || err != nil {
		t.Fatal(ok, err)
	}
	gone := &notify.Refusal{Class: notify.ClassChannel, Text: "No such channel."}
	s.board.looks = []error{gone}
	s.flush(t, time.Minute, 0, 1)
	d = s.box.Deliveries()[0]
	if d.State != news.DeliveryBlocked || d.Looks == news.LooksRefused {
		t.Errorf("%s with looks %d, want blocked and not certain", d.State, d.Looks)
	}
	s.board.looks = []error{gone}
	s.clock.After(time.Hour)
	s.flush(t, time.Minute, 0, 1)
	if len(s.board.posts) != 0 {
		t.Errorf("posted without a look: %q", s.board.posts)
	}
	s.clock.After(time.Hour)
	s.flush(t, time.Minute, 1, 0)
}
