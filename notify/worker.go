package notify

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"newsvigil/news"
)

const (
	// maxBackoff is the longest wait between two tries, also of what an admin must mend: it is how long it may
	// take until what was mended is noticed.
	maxBackoff = 5 * time.Minute
	// leastBackoff keeps a settle time of nothing from asking without a pause.
	leastBackoff = 100 * time.Millisecond
	// idle is how long Run sleeps at most, so that a delivery is found even if nobody called Notify.
	idle = 30 * time.Second
	// horizon is how far ahead the outbox is read: further than any time a delivery waits for.
	horizon = 365 * 24 * time.Hour
	// sweepAge is how old the last post must be before its sweep is final: a lost post that has not
	// arrived by then never will.
	sweepAge   = 10 * time.Minute
	sweepEvery = time.Hour
)

// Worker sends what the outbox holds. Outbox and Sender must be set; every other field has a
// default. Its methods may be called from several goroutines; they take turns.
type Worker struct {
	Outbox Outbox
	Sender Sender
	// Now and After are the clock; the defaults are time.Now and time.After.
	Now   func() time.Time
	After func(time.Duration) <-chan time.Time
	Log   *slog.Logger
	// Settle are the waits before an unanswered post is looked up: the first after the answer was
	// lost, each further one after the look before it. The default is 15 s and 60 s. The first is also the
	// wait after a failure, which doubles with every further one.
	Settle []time.Duration
	// Pace is the shortest time between two posts to one channel; the default is none, for a Sender
	// that keeps it itself.
	Pace time.Duration
	// Timeout bounds one step of the Sender, even when the context ends; the default is a minute. It
	// must be longer than the Sender's own time-out of a request.
	Timeout time.Duration
	// MaxLevel is the highest level of degradation; the default is 4.
	MaxLevel int
	// OnTrouble is told of a delivery that is refused, or whose fate cannot be found out, or that has had to
	// wait for long (ClassWait): once per delivery and class, from the worker's goroutine. It must not call the worker, except Notify.
	OnTrouble func(news.Delivery, Class)
	// OnSent is told of every delivery that was posted, or found in its channel, from the worker's goroutine.
	// It must not call the worker, except Notify.
	OnSent func(news.Delivery)
	// OnOutbox is told by Run of every error of the outbox, upon which nothing is posted until the outbox
	// can be read and written again, and with nil after every pass that went well. It must not call the
	// worker, except Notify; the default writes errors to Log.
	OnOutbox func(error)

	once  sync.Once
	wake  chan struct{}
	mu    sync.Mutex
	fails map[int64]int        // failures in a row, by delivery
	told  map[int64]Class      // what OnTrouble was told, by delivery
	shut  map[string]time.Time // no post to this channel before
	// closed is the time before which nothing is posted anywhere: the token was refused.
	closed time.Time
	// spoke says that OnTrouble was called, which may have put a notice into the outbox.
	spoke bool
}

func (w *Worker) setup() {
	w.once.Do(func() {
		w.wake = make(chan struct{}, 1)
		w.fails, w.told, w.shut = map[int64]int{}, map[int64]Class{}, map[string]time.Time{}
		if w.Now == nil {
			w.Now = time.Now
		}
		if w.After == nil {
			w.After = time.After
		}
		if w.Log == nil {
			w.Log = slog.New(slog.DiscardHandler)
		}
		if len(w.Settle) == 0 {
			w.Settle = []time.Duration{15 * time.Second, 60 * time.Second}
		}
		if w.OnOutbox == nil {
			w.OnOutbox = func(err error) {
				if err != nil {
					w.Log.Error("read or write the outbox; trying again", "err", err)
				}
			}
		}
		w.Timeout = cmp.Or(w.Timeout, time.Minute)
		w.MaxLevel = cmp.Or(w.MaxLevel, 4)
	})
}

// Notify wakes Run, because something new is in the outbox. It never waits.
func (w *Worker) Notify() {
	w.setup()
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// Run sends what is due until the context ends, which is no error. It finishes the request in hand.
// Trouble with the outbox is logged and tried again.
func (w *Worker) Run(ctx context.Context) error {
	w.setup()
	t := w.begin()
	var swept time.Time
	for ctx.Err() == nil {
		if now := w.Now(); swept.IsZero() || now.Sub(swept) >= sweepEvery {
			swept = now
			if _, err := w.Sweep(ctx); err != nil && ctx.Err() == nil {
				w.Log.Warn("sweep for doubles", "err", err)
			}
		}
		wait := idle
		err := w.pass(ctx, &t)
		if ctx.Err() == nil {
			w.OnOutbox(err)
		}
		if next := earliest(t.next, t.mend); err == nil && !next.IsZero() {
			wait = min(idle, max(0, next.Sub(w.Now())))
		}
		select {
		case <-ctx.Done():
		case <-w.wake:
		case <-w.After(wait):
		}
	}
	return nil
}

// Flush sends until nothing is queued any more, or nothing can be done before the context's
// deadline; it waits for settle times and for waits that were asked for as long as they end before.
// Deliveries that an admin must mend are tried once. It returns how many were sent and how many are
// still queued. The error is one of the outbox; the end of the context is none.
func (w *Worker) Flush(ctx context.Context) (sent, queued int, err error) {
	w.setup()
	if _, err := w.Sweep(ctx); err != nil && ctx.Err() == nil {
		w.Log.Warn("sweep for doubles", "err", err)
	}
	t := w.begin()
	for {
		err := w.pass(ctx, &t)
		if ctx.Err() != nil {
			return t.sent, t.queued, nil
		}
		if err != nil || t.queued == 0 || t.refused || t.next.IsZero() {
			return t.sent, t.queued, err
		}
		if end, ok := ctx.Deadline(); ok && t.next.After(end) {
			return t.sent, t.queued, nil
		}
		select {
		case <-ctx.Done():
			return t.sent, t.queued, nil
		case <-w.After(max(0, t.next.Sub(w.Now()))):
		}
	}
}

// turn is what one call of Run or Flush remembers between its passes.
type turn struct {
	// tried are the blocked deliveries that had their try: a new run is a reason to try again.
	tried  map[int64]bool
	sent   int
	queued int
	// next is when the next step can be done; mend is the same for what an admin must mend. The zero
	// time means never.
	next, mend time.Time
	// refused says that the token was refused in this turn.
	refused bool
}

// begin starts a turn. A token that was refused is tried again: a new turn is a reason to.
func (w *Worker) begin() turn {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = time.Time{}
	return turn{tried: map[int64]bool{}}
}

// pass goes through the outbox until no step is possible any more.
func (w *Worker) pass(ctx context.Context, t *turn) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for {
		again, err := w.round(ctx, t)
		if err != nil || !again || ctx.Err() != nil {
			return err
		}
	}
}

// round tries every delivery once, in order. It reports whether another round may do more: after a
// message is sent its thread becomes visible, and a refusal may have led to a notice.
func (w *Worker) round(ctx context.Context, t *turn) (again bool, err error) {
	list, err := w.Outbox.Due(ctx, w.Now().Add(horizon))
	if err != nil {
		return false, fmt.Errorf("read what is due: %w", err)
	}
	slices.SortStableFunc(list, func(a, b news.Delivery) int { return cmp.Compare(a.ID, b.ID) })
	t.next, t.mend, t.queued = time.Time{}, time.Time{}, waiting(list)
	held := map[string]bool{}
	for _, d := range list {
		if ctx.Err() != nil {
			return false, nil
		}
		if held[line(d)] {
			continue
		}
		if at := w.dueAt(d, t); at.After(w.Now()) {
			t.note(d, at)
			held[line(d)] = d.State != news.DeliveryBlocked
			continue
		}
		t.tried[d.ID] = true
		d, err = w.step(ctx, d)
		if err != nil {
			return false, err
		}
		if d.State == news.DeliverySent {
			again = true
			t.sent++
			t.queued--
			continue
		}
		t.refused = t.refused || w.closed.After(w.Now())
		t.note(d, w.dueAt(d, t))
		held[line(d)] = d.State != news.DeliveryBlocked
	}
	again, w.spoke = again || w.spoke, false
	return again, nil
}

// note remembers when the delivery can be stepped next.
func (t *turn) note(d news.Delivery, at time.Time) {
	if d.State == news.DeliveryBlocked {
		t.mend = earliest(t.mend, at)
		return
	}
	t.next = earliest(t.next, at)
}

// dueAt is the time of the delivery's next step. A post waits for its channel's pace; a look does
// not. While the token is refused nothing is due.
func (w *Worker) dueAt(d news.Delivery, t *turn) time.Time {
	at := d.Next
	if d.State == news.DeliveryBlocked && !t.tried[d.ID] {
		at = time.Time{}
	}
	if d.State == news.DeliveryPending || d.State == news.DeliveryBlocked {
		at = latest(at, w.shut[d.Channel])
	}
	return latest(at, w.closed)
}

// line names the queue in which a delivery keeps its place: messages wait for earlier messages of
// their channel, parts of a thread for the earlier parts.
func line(d news.Delivery) string {
	if d.Part > 1 {
		return d.Channel + "\x00" + d.Of
	}
	return d.Channel
}

// waiting counts the queued deliveries, those included that Due hides behind their part 1.
func waiting(list []news.Delivery) int {
	n := 0
	for _, d := range list {
		n++
		if d.Part <= 1 {
			n += max(0, d.Parts-1)
		}
	}
	return n
}

// backoff is the wait after n failures in a row: the first settle time, doubled each time, at most
// maxBackoff.
func (w *Worker) backoff(n int) time.Duration {
	return min(maxBackoff, max(leastBackoff, w.Settle[0])<<min(n, 12))
}

func earliest(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
