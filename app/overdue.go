package app

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"newsvigil/digest"
	"newsvigil/news"
	"newsvigil/notify"
	"newsvigil/notify/slack"
)

const (
	// overdueLook is how often it is looked whether a digest was delivered, overdueCheck how often Slack is
	// asked although nothing changed.
	overdueLook  = 30 * time.Second
	overdueCheck = 6 * time.Hour
	// overdueAgain is when Slack is asked again after it refused.
	overdueAgain = 5 * time.Minute
	// overdueFixed is how long before its time Slack takes no message back, and overdueGrace by how much its
	// clock may differ from ours.
	overdueFixed, overdueGrace = time.Minute, 10 * time.Second
	// farthestWord is how far ahead Slack takes messages, with a day to spare.
	farthestWord = 119 * 24 * time.Hour
	// runOverdue is the run that says that a message was ever left.
	runOverdue = "overdue"
)

// word is what waits with Slack for a topic, as far as is known, and when Slack was asked last.
type word struct {
	slot, asked time.Time
	// message is the one that waits; without an ID none does.
	message slack.Scheduled
	// refused says that it failed, and that nothing is known.
	refused bool
	// untrue are messages that could not be taken back any more when the digest came, and are posted.
	untrue []slack.Scheduled
}

// leaveWords keeps, with Slack itself, one message a topic that says that its next digest did not come,
// until ctx ends. It is taken back when the digest is delivered, and left anew for the one after. A machine
// that has stopped cannot say so; with this its readers notice.
func (a *App) leaveWords(ctx context.Context, c *slack.Client) {
	left := map[string]word{}
	for ctx.Err() == nil {
		known := true
		for _, t := range a.topics {
			before := left[t.Key()]
			w, err := a.leaveWord(ctx, c, t, before)
			if err != nil && ctx.Err() == nil {
				level := slog.LevelWarn
				if before.refused { // which was said already
					level = slog.LevelDebug
				}
				a.log.Log(ctx, level, "leave word with Slack, should the next digest stay out", "topic", t.Name, "again_in", overdueAgain, "err", err)
				w = word{slot: w.slot, asked: a.now(), refused: true, untrue: w.untrue}
			}
			w.untrue = a.retract(ctx, c, w.untrue)
			left[t.Key()] = w
			known = known && !w.refused
		}
		if known && ctx.Err() == nil {
			if err := a.takeBackStrays(ctx, c, left); err != nil && ctx.Err() == nil {
				a.log.Warn("take back what was left with Slack for another topic or channel", "err", err)
			}
		}
		if sleep(ctx, overdueLook) != nil {
			return
		}
	}
}

// wordRun is the run that remembers a message that was left: its topic may be renamed, or given another
// channel.
func wordRun(m slack.Scheduled) string { return runOverdue + "/" + m.ChannelID + "/" + m.ID }

// retract deletes what Slack has posted although the digest was there, and returns what it has not posted yet.
func (a *App) retract(ctx context.Context, c *slack.Client, list []slack.Scheduled) (rest []slack.Scheduled) {
	for _, m := range list {
		if !a.now().After(m.At.Add(overdueGrace)) {
			rest = append(rest, m)
			continue
		}
		if err := c.Retract(ctx, m); err != nil && ctx.Err() == nil {
			a.log.Warn("delete the word that a digest did not come, which was there", "err", err)
		}
	}
	return rest
}

// overtaken reports whether the digest came before the message that says it did not, and so short before that
// Slack posts it all the same.
func (a *App) overtaken(ctx context.Context, t *topic, left word) (bool, error) {
	m := left.message
	if m.ID == "" || m.At.Sub(a.now()) > overdueFixed+overdueGrace {
		return false, nil
	}
	part, ok, err := a.db.PartOf(ctx, slotKey(t, left.slot.In(a.cfg.Zone)), 1)
	return ok && part.State == news.DeliverySent && part.Claimed.Before(m.At), err
}

// takeBackStrays takes back the messages that were left for a topic that is no more, or in a channel that is no
// longer its own.
func (a *App) takeBackStrays(ctx context.Context, c *slack.Client, left map[string]word) error {
	all, err := a.db.RunsOf(ctx, runOverdue+"/")
	if err != nil {
		return err
	}
	for _, w := range left {
		delete(all, strings.TrimPrefix(wordRun(w.message), runOverdue+"/"))
	}
	for name, at := range all {
		channel, id, _ := strings.Cut(name, "/")
		m := slack.Scheduled{ChannelID: channel, ID: id, At: at}
		if at.After(a.now()) {
			if err := c.Unschedule(ctx, m); err != nil && notify.ClassOf(err) != notify.ClassChannel {
				return err
			}
		}
		if err := a.db.ForgetRun(ctx, wordRun(m)); err != nil {
			return err
		}
	}
	return nil
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
	if over, err := a.overtaken(ctx, t, left); err != nil || over {
		if err != nil {
			return left, err
		}
		left.untrue, left.message = append(left.untrue, left.message), slack.Scheduled{}
	}
	channel, err := c.Channel(ctx, t.Channel)
	if err != nil {
		return left, err
	}
	want := slack.Scheduled{ChannelID: channel, At: slot.Add(a.cfg.Slack.Overdue),
		Text: digest.OverdueLine(t.Name, slot.In(a.cfg.Zone), t.Language)}
	list, err := c.Scheduled(ctx, channel)
	if err != nil {
		return left, err
	}
	var waits slack.Scheduled
	there := slot.IsZero() || a.cfg.Slack.Overdue <= 0 || !want.At.After(now.Add(time.Minute)) || want.At.Sub(now) > farthestWord // then none is left
	for _, m := range list {
		switch {
		case !a.wordOf(t, m.Text):
		case !there && m.Text == slack.ScheduledText(want.Text) && m.At.Unix() == want.At.Unix():
			there, waits = true, m
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
		if waits, err = c.Schedule(ctx, want); err != nil {
			return left, err
		}
		if err := a.db.SaveRun(ctx, wordRun(waits), waits.At); err != nil {
			return left, err
		}
	}
	return word{slot: slot, asked: now, message: waits, untrue: left.untrue}, nil
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
// start never does, nor one that was found in its channel.
func (a *App) owed(ctx context.Context, t *topic, slot time.Time) (bool, error) {
	key := slotKey(t, slot.In(a.cfg.Zone))
	part, ok, err := a.db.PartOf(ctx, key, 1)
	if err != nil || ok {
		return ok && part.State != news.DeliverySent, err
	}
	if _, err := a.db.Digest(ctx, key); err == nil {
		return false, nil
	}
	for i, spec := range t.Digest {
		sched, err := parseSpec(spec)
		if err != nil || !(slots{sched, a.cfg.Zone}).Next(slot.Add(-time.Second)).Equal(slot) {
			continue // the slot of another schedule
		}
		last, ran, err := a.db.LastRun(ctx, fmt.Sprintf("digest/%s/%d", t.Key(), i))
		if err != nil || ran && last.Before(slot) {
			return err == nil, err
		}
	}
	return false, nil
}

// takeBackWord takes back what waits for a slot that is past: its readers were just sent a digest, by hand.
func (a *App) takeBackWord(ctx context.Context, c *slack.Client, t *topic) error {
	channel, err := c.Channel(ctx, t.Channel)
	if err != nil {
		return err
	}
	list, err := c.Scheduled(ctx, channel)
	if err != nil {
		return err
	}
	for _, m := range list {
		if a.wordOf(t, m.Text) && !m.At.Add(-a.cfg.Slack.Overdue).After(a.now()) {
			if err := c.Unschedule(ctx, m); err != nil {
				return err
			}
		}
	}
	return nil
}

// takeBackWords does so for the topics of which a digest was posted by hand.
func (a *App) takeBackWords(ctx context.Context, s notify.Sender, posted []DigestResult) {
	c, ok := s.(*slack.Client)
	if !ok || !c.Schedules() || !a.leftWords(ctx) {
		return
	}
	for _, r := range posted {
		t, err := a.topicNamed(r.Topic)
		if err != nil || r.Digest == "" {
			continue
		}
		if part, ok, err := a.db.PartOf(ctx, r.Digest, 1); err != nil || !ok || part.State != news.DeliverySent {
			continue
		}
		if err := a.takeBackWord(ctx, c, t); err != nil {
			a.log.Warn("take back the word that the digest did not come", "topic", t.Name, "err", err)
		}
	}
}

// slotKey is the key of the digest of a slot, in the configured zone.
func slotKey(t *topic, slot time.Time) string { return t.Key() + "/" + slot.Format(slotLayout) }
