package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"newsvigil/digest"
	"newsvigil/news"
	"newsvigil/notify/slack"
)

const (
	// overdueLook is how often it is looked whether a digest was delivered, overdueCheck how often Slack is
	// asked although nothing changed.
	overdueLook  = 30 * time.Second
	overdueCheck = 6 * time.Hour
	// overdueAgain is when Slack is asked again after it refused.
	overdueAgain = 15 * time.Minute
	// farthestWord is how far ahead Slack takes messages, with a day to spare.
	farthestWord = 119 * 24 * time.Hour
	// runOverdue is the run that says that a message was ever left.
	runOverdue = "overdue"
)

// word is what waits with Slack for a topic, as far as is known, and when Slack was asked last.
type word struct {
	slot, asked time.Time
	// refused says that it failed, and that nothing is known.
	refused bool
}

// leaveWords keeps, with Slack itself, one message a topic that says that its next digest did not come,
// until ctx ends. It is taken back when the digest is delivered, and left anew for the one after. A machine
// that has stopped cannot say so; with this its readers notice.
func (a *App) leaveWords(ctx context.Context, c *slack.Client) {
	left := map[string]word{}
	for ctx.Err() == nil {
		for _, t := range a.topics {
			w, err := a.leaveWord(ctx, c, t, left[t.Key()])
			if err != nil && ctx.Err() == nil {
				a.log.Warn("leave word with Slack, should the next digest stay out", "topic", t.Name, "again_in", overdueAgain, "err", err)
				w = word{slot: w.slot, asked: a.now(), refused: true}
			}
			left[t.Key()] = w
		}
		if sleep(ctx, overdueLook) != nil {
			return
		}
	}
}

// leftWords reports whether a message may wait with Slack since the time before they were switched off.
func (a *App) leftWords(ctx context.Context) bool {
	_, ever, err := a.db.LastRun(ctx, runOverdue)
	return ever && err == nil
}

// leaveWord makes sure that the right message waits with Slack for one topic, and no other one. It asks
// Slack only where that is not known already.
func (a *App) leaveWord(ctx context.Context, c *slack.Client, t *topic, left word) (word, error) {
	now := a.now()
	if left.refused && now.Sub(left.asked) < overdueAgain {
		return left, nil
	}
	slot, err := a.awaited(ctx, t, now)
	if err != nil || !left.refused && slot.Equal(left.slot) && now.Sub(left.asked) < overdueCheck {
		return left, err
	}
	channel, err := c.Channel(ctx, t.Channel)
	if err != nil {
		return left, err
	}
	want := slack.Scheduled{ChannelID: channel, At: slot.Add(a.cfg.Slack.Overdue),
		Text: slack.ScheduledText(digest.OverdueLine(t.Name, slot.In(a.cfg.Zone), t.Language))}
	list, err := c.Scheduled(ctx, channel)
	if err != nil {
		return left, err
	}
	there := slot.IsZero() || a.cfg.Slack.Overdue <= 0 || !want.At.After(now.Add(time.Minute)) || want.At.Sub(now) > farthestWord // then none is left
	for _, m := range list {
		switch {
		case !a.wordOf(t, m.Text):
		case !there && m.Text == want.Text && m.At.Unix() == want.At.Unix():
			there = true
		default:
			if err := c.Unschedule(ctx, m); err != nil {
				return left, err
			}
		}
	}
	if !there {
		// First: a message that nobody remembers would come although it is switched off.
		if err := a.db.SaveRun(ctx, runOverdue, now); err != nil {
			return left, err
		}
		if err := c.Schedule(ctx, want); err != nil {
			return left, err
		}
	}
	return word{slot: slot, asked: now}, nil
}

// wordOf reports whether a waiting message is about a topic's digest: two topics may share a channel, and
// the name of one may stand within the name of the other.
func (a *App) wordOf(t *topic, text string) bool {
	if !strings.Contains(text, "newsvigil") || !strings.Contains(text, slack.ScheduledText(t.Name)) {
		return false
	}
	for _, other := range a.topics {
		if other.Name != t.Name && strings.Contains(other.Name, t.Name) && strings.Contains(text, slack.ScheduledText(other.Name)) {
			return false
		}
	}
	return true
}

// awaited is the slot whose digest is waited for: one that is past by less than the time that readers
// wait, and not delivered, or else the next one. It is zero where there is none.
func (a *App) awaited(ctx context.Context, t *topic, now time.Time) (time.Time, error) {
	slot := a.nextSlot(t, now.Add(-a.cfg.Slack.Overdue))
	for !slot.IsZero() && !slot.After(now) {
		owed, err := a.owed(ctx, t, slot)
		if err != nil || owed {
			return slot, err
		}
		slot = a.nextSlot(t, slot)
	}
	return slot, nil
}

// owed reports whether the digest of a past slot is still to come. One of a time before the daemon's first
// start never does.
func (a *App) owed(ctx context.Context, t *topic, slot time.Time) (bool, error) {
	part, ok, err := a.db.PartOf(ctx, slotKey(t, slot.In(a.cfg.Zone)), 1)
	if err != nil || ok {
		return ok && part.State != news.DeliverySent, err
	}
	for i := range t.Digest {
		last, ran, err := a.db.LastRun(ctx, fmt.Sprintf("digest/%s/%d", t.Key(), i))
		if err != nil || ran && last.Before(slot) {
			return err == nil, err
		}
	}
	return false, nil
}

// slotKey is the key of the digest of a slot, in the configured zone.
func slotKey(t *topic, slot time.Time) string { return t.Key() + "/" + slot.Format(slotLayout) }
