package app

import (
	"context"
	"errors"
	"sync"
	"time"

	"newsvigil/store"
)

const (
	// storeWithin is how long a press waits for the database before it is kept beside it: Slack shows the
	// reader an error after three seconds.
	storeWithin = 1500 * time.Millisecond
	// storeAgain is the pause before a press that was confirmed is brought into the database again.
	storeAgain = time.Second
	// drainMore is how much longer a stop waits for what is in the queue.
	drainMore = 500 * time.Millisecond
)

// inbox brings what readers press into the database, in the order in which they press it. What the database
// does not take within storeWithin, because another program holds it, is kept in the journal beside it, so
// that it can be confirmed in time, and brought in as soon as that is possible, or after the next start.
type inbox struct {
	app     *App
	journal store.Journal
	within  time.Duration
	// came says that there is something in the queue.
	came chan struct{}

	mu    sync.Mutex
	queue []*arrival
	// kept counts what of the queue stands in the journal.
	kept int
}

// arrival is a press on its way into the database.
type arrival struct {
	store.Press
	// kept says that it stands in the journal, and that nobody waits for it.
	kept bool
	done chan error // holds one
}

// openInbox takes up what the journal holds from before. What is in the queue when end is called is brought
// in as far as that takes a moment only; what was confirmed of the rest is in the journal.
func (a *App) openInbox(ctx context.Context) (b *inbox, end func(), err error) {
	b = &inbox{app: a, journal: a.db.Journal(), within: a.within, came: make(chan struct{}, 1)}
	list, err := b.journal.Presses()
	if err != nil {
		return nil, nil, err
	}
	for _, p := range list {
		b.queue, b.kept = append(b.queue, &arrival{Press: p, kept: true, done: make(chan error, 1)}), b.kept+1
	}
	inner, cancel := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan struct{})
	go func() { defer close(ended); b.work(inner) }()
	return b, func() {
		for late := time.Now().Add(b.within + drainMore); b.waiting() > 0 && time.Now().Before(late); {
			time.Sleep(drainMore / 50)
		}
		cancel()
		waitFor(b.within+drainMore, func() { <-ended })
	}, nil
}

// waiting is how many presses are in the queue.
func (b *inbox) waiting() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.queue)
}

// keep stores a press. It is in the database when keep returns nil, or in the journal beside it; with an error
// it is not kept.
func (b *inbox) keep(ctx context.Context, p store.Press) error {
	e := &arrival{Press: p, done: make(chan error, 1)}
	b.mu.Lock()
	b.queue = append(b.queue, e)
	b.mu.Unlock()
	b.wake()
	t := time.NewTimer(b.within)
	defer t.Stop()
	select {
	case err := <-e.done:
		return err
	case <-t.C:
	case <-ctx.Done():
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	select {
	case err := <-e.done: // meanwhile
		return err
	default:
	}
	if err := b.journal.Append(p); err != nil {
		return err
	}
	e.kept = true
	b.kept++
	b.app.log.Warn("the database does not take in what a reader pressed; it is kept beside it")
	return nil
}

func (b *inbox) wake() {
	select {
	case b.came <- struct{}{}:
	default:
	}
}

// work brings in one press after the other until ctx ends.
func (b *inbox) work(ctx context.Context) {
	for ctx.Err() == nil {
		b.mu.Lock()
		var e *arrival
		if len(b.queue) > 0 {
			e = b.queue[0]
		}
		b.mu.Unlock()
		if e == nil {
			select {
			case <-b.came:
			case <-ctx.Done():
			}
			continue
		}
		err := b.bring(ctx, e)
		if b.settle(e, err) {
			b.app.draw()
		} else if sleep(ctx, storeAgain) != nil {
			return
		}
	}
}

// bring brings a press into the database. What stood in the journal is understood anew: the database may be
// another one since.
func (b *inbox) bring(ctx context.Context, e *arrival) error {
	p := e.Press
	if p.Said != nil && p.Said.Article == 0 && p.Said.Key == "" {
		said, err := b.app.understand(ctx, p.Said.Feedback)
		if err != nil {
			return err
		}
		p.Said = &said
	}
	if p.Back != nil && p.Back.Article == 0 {
		back, _, err := b.app.piece(ctx, *p.Back)
		if err != nil {
			return err
		}
		p.Back = &back
	}
	return b.app.db.SavePress(ctx, p)
}

// settle notes what became of the first of the queue; false where it is to be tried again. What the
// database refuses for good, as a topic that is configured no longer, is dropped with a word in the log.
func (b *inbox) settle(e *arrival, err error) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, outside := store.Outage(err)
	if err != nil && e.kept && (outside || errors.Is(err, context.Canceled) || store.Damaged(err)) {
		return false
	}
	e.done <- err
	b.queue = b.queue[1:]
	if !e.kept {
		return true
	}
	if err != nil {
		b.app.log.Error("what a reader pressed cannot be stored", "err", err)
	}
	if b.kept--; b.kept > 0 {
		return true
	}
	if err := b.journal.Clear(); err != nil {
		b.app.log.Warn("empty the journal of presses", "err", err)
	}
	return true
}

// store keeps a press where it holds anything. Without an inbox, as beside a daemon that has one, it goes
// straight into the database.
func (d bureau) store(ctx context.Context, p store.Press) error {
	if p.Said == nil && p.Back == nil && p.Mute == nil && p.Unmute == nil {
		return nil
	}
	if d.inbox == nil { // the journal is that of the newsvigil at work
		return d.db.SavePress(ctx, p)
	}
	return d.inbox.keep(ctx, p)
}
