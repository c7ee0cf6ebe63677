package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"newsvigil/news"
	"newsvigil/notify"
	"newsvigil/notify/slack"
	"newsvigil/store"
)

// redrawIdle is how long nothing is looked for that nobody told of.
const redrawIdle = 10 * time.Minute

// draw asks for the messages that were pressed to be drawn anew. It never waits.
func (a *App) draw() {
	select {
	case a.drawn <- struct{}{}:
	default: // somebody asked already, or nobody draws
	}
}

// drawing shows in the messages what readers said, until ctx ends. What is not shown by then is shown
// after the next start.
func (a *App) drawing(ctx context.Context, c *slack.Client) {
	for fails := 0; ctx.Err() == nil; {
		wait := redrawIdle
		if after, err := a.drawAll(ctx, c); err != nil && ctx.Err() == nil {
			fails++
			wait = max(after, a.pause(fails))
			a.log.Warn("draw a message anew", "again_in", wait, "err", err)
		} else {
			fails = 0
		}
		t := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-a.drawn:
		case <-t.C:
		}
		t.Stop()
	}
}

// drawAll draws all messages that do not show yet what was said. One that fails stops no other; after is
// the pause that Slack asked for.
func (a *App) drawAll(ctx context.Context, c *slack.Client) (after time.Duration, err error) {
	list, err := a.db.Redraws(ctx)
	if err != nil {
		return 0, err
	}
	var errs []error
	for _, r := range list {
		err := a.drawOne(ctx, c, r)
		if ref, ok := errors.AsType[*notify.Refusal](err); ok {
			after = max(after, ref.After)
		}
		errs = append(errs, err)
	}
	return after, errors.Join(errs...)
}

func (a *App) drawOne(ctx context.Context, c *slack.Client, r store.Redraw) error {
	part, ok, err := a.db.PartOf(ctx, r.Digest, r.Part)
	if err != nil {
		return err
	}
	if ok {
		if part.State != news.DeliverySent || part.TS == "" { // else the one that a sweep leaves standing
			part.ChannelID, part.TS = r.ChannelID, r.TS
		}
		d, err := a.marked(ctx, r.Digest)
		if err != nil {
			return err
		}
		d.Revision = r.Revision
		err = c.Update(ctx, notify.Message{Delivery: part, Digest: d})
		switch {
		case errors.Is(err, slack.ErrGone):
			a.log.Info("a message that was pressed is gone", "digest", r.Digest, "part", r.Part)
		case err != nil:
			return fmt.Errorf("digest %s, part %d: %w", r.Digest, r.Part, err)
		}
	}
	return a.db.SaveRedrawn(context.WithoutCancel(ctx), r)
}

// marked is a stored digest with what readers said of its stories, and with the outlets that are muted in
// its channel now.
func (a *App) marked(ctx context.Context, key string) (news.Digest, error) {
	d, err := a.Digest(ctx, key)
	if err != nil {
		return d, err
	}
	if d.Muted, err = a.db.Mutes(ctx, d.Channel, a.now()); err != nil {
		return d, err
	}
	said, err := a.db.Feedback(ctx, news.Slug(d.Topic))
	if err != nil {
		return d, err
	}
	d.Marks = marks(d, said)
	return d, nil
}

// marks counts, by story, the readers who said something of one of its pieces.
func marks(d news.Digest, said []news.Feedback) map[int64]news.Mark {
	story := map[int64]int64{} // by article
	for _, items := range [][]news.Item{d.Lead, d.Lines, d.Rest, d.Near} {
		for _, it := range items {
			for _, id := range append([]int64{it.Article}, it.Articles...) {
				story[id] = it.Story
			}
		}
	}
	type voice struct {
		story int64
		by    string
		label news.Label
	}
	heard := map[voice]bool{}
	out := map[int64]news.Mark{}
	for _, f := range said {
		id, ok := story[f.Article]
		v := voice{id, f.By, f.Label}
		if !ok || f.Article == 0 || heard[v] {
			continue
		}
		heard[v] = true
		m := out[id]
		switch f.Label {
		case news.LabelLike, news.LabelMissed:
			m.Kept++
		case news.LabelDislike:
			m.Disliked++
		case news.LabelRescue:
			m.Rescued++
		}
		out[id] = m
	}
	return out
}
