package notify

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"newsvigil/news"
)

// Sweep makes sure that deliveries which were posted more than once stand once: the oldest message
// with the key is kept, the others are deleted. A message that heads a thread is kept instead, so
// that its thread does not lose its head. It returns how many messages were deleted. A Sender that
// is no Sweeper is left alone.
//
// A delivery whose last post is younger than ten minutes waits for a later sweep, because a lost
// post may still arrive.
func (w *Worker) Sweep(ctx context.Context) (deleted int, err error) {
	w.setup()
	w.mu.Lock()
	defer w.mu.Unlock()
	s, ok := w.Sender.(Sweeper)
	if !ok {
		return 0, nil
	}
	list, err := w.Outbox.Unswept(ctx)
	if err != nil {
		return 0, fmt.Errorf("read what is to be swept: %w", err)
	}
	var errs []error
	for _, d := range list {
		if ctx.Err() != nil {
			break
		}
		if w.Now().Sub(d.Claimed) < sweepAge {
			continue
		}
		n, err := w.sweep(ctx, s, d)
		deleted += n
		if err != nil {
			errs = append(errs, fmt.Errorf("sweep %s: %w", d.Key, err))
		}
	}
	return deleted, errors.Join(errs...)
}

func (w *Worker) sweep(ctx context.Context, s Sweeper, d news.Delivery) (deleted int, err error) {
	ctx, cancel := context.WithTimeout(ctx, w.Timeout)
	defer cancel()
	all, err := s.FindAll(ctx, Message{Delivery: d})
	if err != nil && !errors.Is(err, ErrBlind) {
		return 0, err
	}
	keep := 0
	if d.Part <= 1 && d.Parts > 1 {
		keep = max(0, slices.IndexFunc(all, func(r Receipt) bool { return r.TS == d.TS }))
	}
	for i, r := range all {
		if i == keep {
			d.TS, d.ChannelID = r.TS, r.ChannelID
			continue
		}
		if err := s.Delete(ctx, r); err != nil {
			return deleted, fmt.Errorf("delete double %s: %w", r.TS, err)
		}
		deleted++
		w.Log.Info("deleted a double", "key", d.Key, "ts", r.TS)
	}
	if deleted == 0 {
		d.Swept = true
		return 0, w.save(ctx, d)
	}
	// That a message was deleted is believed when it is gone: else a later sweep does it again.
	all, err = s.FindAll(ctx, Message{Delivery: d})
	d.Swept = err == nil && len(all) <= 1
	return deleted, w.save(ctx, d)
}
