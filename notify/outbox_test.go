package notify_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"newsvigil/news"
	"newsvigil/notify"
)

var errDisk = errors.New("the disk is full")

// sickBox is an outbox that can be read, and written only while it is well.
type sickBox struct {
	*notify.Memory
	well func() bool
}

func (b sickBox) Claim(ctx context.Context, id int64, now time.Time) (news.Delivery, bool, error) {
	if !b.well() {
		return news.Delivery{}, false, errDisk
	}
	return b.Memory.Claim(ctx, id, now)
}

func (b sickBox) Save(ctx context.Context, d news.Delivery) error {
	if !b.well() {
		return errDisk
	}
	return b.Memory.Save(ctx, d)
}

// TestSickOutbox holds that nothing is posted that could not be claimed, that a post whose answer could
// not be written down is not repeated, and that delivery goes on by itself.
func TestSickOutbox(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		from, to time.Duration // while the disk is full
		refuse   bool
	}{
		"before the claim": {0, time.Hour, false},
		"after the post":   {time.Nanosecond, time.Hour, false},
		"after a refusal":  {time.Nanosecond, time.Hour, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := setUp()
			start := s.clock.Now()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			posted := false
			s.Outbox = sickBox{s.box, func() bool {
				since := s.clock.Now().Sub(start)
				full := since >= tt.from && since < tt.to || tt.from > 0 && posted && since < tt.to
				return !full
			}}
			s.Sender = watching{s.board, func() { posted = true }}
			if tt.refuse {
				s.board.answers = []answer{{err: &notify.Refusal{Class: notify.ClassWait, Text: "No."}}}
			}
			var errs, fine int
			s.OnOutbox = func(err error) {
				switch {
				case err != nil:
					errs++
				case len(s.board.keys) == 1 && s.box.Deliveries()[0].State == news.DeliverySent:
					fine++
					cancel()
				case s.clock.Now().Sub(start) > 3*time.Hour:
					t.Error("not delivered in hours")
					cancel()
				}
			}
			s.notice("one")
			if err := s.Run(ctx); err != nil {
				t.Fatal(err)
			}
			if tries := map[bool]int{false: 1, true: 2}[tt.refuse]; errs == 0 || errs > 130 || fine == 0 || len(s.board.keys) != 1 || len(s.board.posts) != tries {
				t.Errorf("%d errors, %d good passes, posts %v, in the channel %v", errs, fine, s.board.posts, s.board.keys)
			}
		})
	}
}

// watching tells of every post.
type watching struct {
	*board
	told func()
}

func (w watching) Send(ctx context.Context, m notify.Message) (notify.Receipt, error) {
	defer w.told()
	return w.board.Send(ctx, m)
}

// stumbling panics over the message with one key.
type stumbling struct {
	*board
	key string
}

func (s stumbling) Send(ctx context.Context, m notify.Message) (notify.Receipt, error) {
	if m.Delivery.Of == s.key {
		panic("a poisoned message")
	}
	return s.board.Send(ctx, m)
}

// TestPoisonedMessage holds that a message over which the sender panics does not end the program, and
// that the admin hears of it.
func TestPoisonedMessage(t *testing.T) {
	t.Parallel()
	s := setUp()
	s.Sender = stumbling{s.board, "bad"}
	s.box.AddNotice(news.Notice{Key: "bad", Channel: "#bad", Title: "bad"})
	s.notice("good")
	s.flush(t, time.Hour, 1, 1)
	if d := s.box.Deliveries()[0]; d.State == news.DeliverySent || len(s.told) == 0 {
		t.Errorf("%+v, told %v", d, s.told)
	}
}

// TestCertainlyRefused holds which deliveries are known to stand nowhere: those of which every post was
// refused, and none once an answer has left it open.
func TestCertainlyRefused(t *testing.T) {
	t.Parallel()
	no := answer{err: &notify.Refusal{Class: notify.ClassWait, After: time.Second, Text: "No."}}
	blocked := answer{err: &notify.Refusal{Class: notify.ClassChannel, Text: "No."}}
	lost := answer{err: errors.New("no answer")}
	for _, tt := range []struct {
		in   []answer
		want bool
	}{
		{[]answer{blocked}, true},
		{[]answer{no, no, no, no, blocked}, true},
		{[]answer{lost, no, blocked}, false},
		{[]answer{no, lost, no, blocked}, false},
	} {
		s := setUp()
		s.board.answers = tt.in
		s.notice("one")
		ctx, cancel := context.WithDeadline(t.Context(), s.clock.Now().Add(20*time.Minute))
		if _, _, err := s.Flush(ctx); err != nil {
			t.Fatal(err)
		}
		cancel()
		if d := s.box.Deliveries()[0]; d.State != news.DeliveryBlocked || d.Tries != len(tt.in) || (d.Looks == news.LooksRefused) != tt.want {
			t.Errorf("%v: %+v", tt.in, d)
		}
	}
}
