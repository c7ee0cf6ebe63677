package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"newsvigil/news"
	"newsvigil/notify"
	"newsvigil/notify/slack"
	"newsvigil/store"
)

const (
	// redrawIdle is how long nothing is looked for that nobody told of: another process may have asked.
	redrawIdle = 30 * time.Second
	// unclearPause is the wait after a message could not be changed for the first time, closedPause the one
	// after its channel did not allow it. They are doubled each time, up to longestPutOff.
	unclearPause  = 15 * time.Second
	closedPause   = 15 * time.Minute
	longestPutOff = 6 * time.Hour
	// redrawFor is how old a message may be for a change that Slack refuses to be tried again.
	redrawFor = 14 * 24 * time.Hour
)

// draw asks for the messages that are to be changed to be drawn anew. It never waits.
func (a *App) draw() {
	select {
	case a.drawn <- struct{}{}:
	default: // somebody asked already, or nobody draws
	}
}

// drawing shows in the messages what readers said and what came to their stories, until ctx ends. What is
// not shown by then is shown after the next start.
func (a *App) drawing(ctx context.Context, c *slack.Client) {
	for fails := 0; ctx.Err() == nil; {
		wait, wake := redrawIdle, a.drawn
		if after, err := a.drawAll(ctx, c); err == nil {
			fails = 0
		} else if ctx.Err() == nil {
			fails++
			wait, wake = max(after, a.pause(fails)), nil // nobody's hurry shortens a pause
			level := slog.LevelWarn
			if fails > 1 {
				level = slog.LevelDebug
			}
			a.log.Log(ctx, level, "draw messages anew", "again_in", wait, "err", err)
		}
		t := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-wake:
		case <-t.C:
		}
		t.Stop()
	}
}

// drawNow draws what is to be drawn anew where no daemon does it: beside a crawl or a digest by hand. It
// waits for a pause that Slack asks for as long as that ends before ctx does, and leaves the rest to the
// next time; messages that cannot be changed now are no trouble of what was done before.
func (a *App) drawNow(ctx context.Context) {
	if !a.edits() {
		return
	}
	sender, err := a.sender(a.cfg)
	c, ok := sender.(*slack.Client)
	if err != nil || !ok {
		return // nor can anything be posted, and a digest says why
	}
	for {
		after, err := a.drawAll(ctx, c)
		end, ok := ctx.Deadline()
		if err != nil && ctx.Err() == nil {
			a.log.Warn("messages in Slack are not changed yet; the next run goes on with them", "err", err)
		}
		if err == nil || after <= 0 || !ok || time.Until(end) < after || sleep(ctx, after) != nil {
			return
		}
	}
}

// redrawAtMost bounds how long a crawl by hand waits for messages to be changed.
const redrawAtMost = time.Minute

// Redraw changes the messages in Slack whose stories have grown or that were pressed, as the daemon does by
// itself. What Slack does not let through within a minute is left to the next run.
func (a *App) Redraw(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, redrawAtMost)
	defer cancel()
	a.drawNow(ctx)
}

// drawAll draws all messages that do not show yet what they should. One that cannot be changed is put off
// and stops no other. An error ends it: Slack asks for a pause, after, or takes nothing from this token, or
// the database fails.
func (a *App) drawAll(ctx context.Context, c *slack.Client) (after time.Duration, err error) {
	list, err := a.db.Redraws(ctx)
	if err != nil {
		return 0, err
	}
	for _, r := range list {
		err := a.drawOne(ctx, c, r)
		if err == nil {
			err = a.db.SaveRedrawn(context.WithoutCancel(ctx), r)
		}
		if err == nil {
			continue
		}
		err = fmt.Errorf("digest %s, part %d: %w", r.Digest, r.Part, err)
		ref, _ := errors.AsType[*notify.Refusal](err)
		switch class := notify.ClassOf(err); {
		case ctx.Err() != nil:
			return 0, err
		case class == notify.ClassWait:
			return ref.After, err
		case class == notify.ClassAuth, storeFailed(err):
			return 0, err
		}
		if err := a.putOff(ctx, r, err); err != nil {
			return 0, err
		}
	}
	return 0, nil
}

// storeFailed reports whether an error is one of the database.
func storeFailed(err error) bool {
	_, passes := store.Outage(err)
	return passes || store.Damaged(err)
}

// putOff notes when a message that could not be changed is tried again. An old one that Slack refuses to
// change stays as it stands.
func (a *App) putOff(ctx context.Context, r store.Redraw, why error) error {
	wait, class := unclearPause, notify.ClassOf(why)
	if class != notify.ClassAmbiguous {
		wait = closedPause
	}
	if at, ok := slack.PostedAt(r.TS); class != notify.ClassAmbiguous && ok && a.now().Sub(at) > redrawFor {
		a.log.Warn("an old message cannot be changed any more and stays as it is", "digest", r.Digest, "part", r.Part, "err", why)
		return a.db.SaveRedrawn(ctx, r)
	}
	wait = min(longestPutOff, wait<<min(r.Fails, 10))
	if r.Fails == 0 {
		a.log.Warn("a message cannot be changed; it is tried again by itself", "again_in", wait, "err", why)
	}
	return a.db.PostponeRedraw(ctx, r, a.now().Add(wait))
}

// drawOne draws one message from what is stored. A message that is gone needs no drawing.
func (a *App) drawOne(ctx context.Context, c *slack.Client, r store.Redraw) (err error) {
	defer func() { // a digest over which rendering panics must not end the daemon, which would meet it again
		if p := recover(); p != nil {
			err = fmt.Errorf("the program stumbled: %v", p)
		}
	}()
	part, ok, err := a.db.PartOf(ctx, r.Digest, r.Part)
	if err == nil && !ok {
		part, ok, err = a.db.NoticePart(ctx, r.Digest, r.Part) // a brief
	}
	if err != nil || !ok {
		return err
	}
	if part.State != news.DeliverySent || part.TS == "" { // else the one that a sweep leaves standing
		part.ChannelID, part.TS = r.ChannelID, r.TS
	}
	if part.ChannelID == terminal {
		return nil
	}
	m := notify.Message{Delivery: part}
	if part.Kind == news.DeliverNotice {
		m.Notice, err = shielded{a.db, a}.Notice(ctx, r.Digest)
	} else {
		m.Digest, err = a.marked(ctx, r.Digest)
	}
	if err != nil {
		return err
	}
	if part.Kind == news.DeliverDigest && part.Part > slack.Parts(m.Digest) { // of a version that spread it otherwise
		a.log.Warn("a message of an earlier version stays as it is", "digest", r.Digest, "part", r.Part)
		return nil
	}
	m.Digest.Revision = r.Revision
	err = c.Update(ctx, m)
	a.unchanged(ctx, r, err)
	if errors.Is(err, slack.ErrGone) {
		a.log.Info("a message that was to be changed is gone", "digest", r.Digest, "part", r.Part)
		return nil
	}
	return err
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
	l, err := a.links(ctx)
	return l.Withdraw(d), err
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
