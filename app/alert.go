package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"newsvigil/digest"
	"newsvigil/news"
)

// alertKey stands in the key of an alert, before its moment.
const alertKey = "alert/"

// alert posts at once what a topic's readers shall not wait for. It runs after every crawl of the
// daemon, and when quiet hours end. No crawl may run beside it: a piece fetched before this moment and
// stored after it would count as considered.
func (a *App) alert(ctx context.Context) error {
	a.crawling.Lock()
	defer a.crawling.Unlock()
	var errs []error // one topic's trouble holds no other topic's alerts back
	for _, t := range a.topics {
		if err := a.alertTopic(ctx, t); err != nil {
			errs = append(errs, fmt.Errorf("alerts of topic %q: %w", t.Name, err))
		}
	}
	return errors.Join(errs...)
}

// alertTopic considers what was stored since the last time. A topic's first time is its baseline: what
// is there already is no news. What quiet hours or a digest that is due hold back stays to be considered;
// what the day has no room for does not, and waits for the digest.
func (a *App) alertTopic(ctx context.Context, t *topic) error {
	now := a.now().In(a.cfg.Zone)
	if !digest.Alerting(t.Topic) {
		return nil
	}
	a.composing.Lock()
	defer a.composing.Unlock()
	after, ok, err := a.db.Considered(ctx, t.Key())
	if err != nil {
		return err
	}
	if !ok || after.After(now) { // or noted by a clock that was wrong
		_, err := a.db.SaveAlert(ctx, t.Key(), now, news.Digest{}, nil)
		return err
	}
	if digest.Quiet(t.Quiet, now) {
		return nil
	}
	if near, err := a.slotNear(ctx, t, now); err != nil || near {
		return err
	}
	if err := a.recall(ctx, t); err != nil {
		return err
	}
	d, err := a.composeAlert(ctx, t, after, now)
	if err != nil {
		return err
	}
	created, err := a.db.SaveAlert(ctx, t.Key(), now, d, a.deliveries(d))
	if err != nil || !created {
		return err
	}
	a.log.Info("alert", "topic", t.Name, "digest", d.Key, "stories", d.Stories())
	a.wake()
	return nil
}

// composeAlert makes an alert of what is new since after; one without stories is none.
func (a *App) composeAlert(ctx context.Context, t *topic, after, now time.Time) (news.Digest, error) {
	year, month, day := now.Date()
	told, err := a.db.Alerted(ctx, t.Key(), time.Date(year, month, day, 0, 0, 0, 0, now.Location()))
	if err != nil {
		return news.Digest{}, err
	}
	stories, err := a.db.Stories(ctx, t.Key(), after)
	if err != nil {
		return news.Digest{}, fmt.Errorf("read the stories: %w", err)
	}
	muted, err := a.db.Mutes(ctx, t.Channel, a.now())
	if err != nil {
		return news.Digest{}, err
	}
	quarantined, err := a.cordon(ctx, t)
	if err != nil {
		return news.Digest{}, err
	}
	stories = digest.Alerts(unmuted(quarantined.let(stories), t.Topic, muted), digest.AlertOptions{
		Topic: t.Topic, Now: now, After: after, Room: t.AlertsPerDay - told, Sources: a.cfg.Sources,
	})
	return digest.Compose(stories, digest.Options{
		Key: t.Key() + "/" + alertKey + now.UTC().Format(manualLayout), Topic: t.Topic, Slot: now, Sources: a.cfg.Sources, Alert: true,
		Buttons: a.listening(), Muted: muted,
	}), nil
}

// slotNear reports whether a digest of the topic is so near that an alert would only be noise: it is due
// within the time that the crawl before it takes, or was due a moment ago and is still to come.
func (a *App) slotNear(ctx context.Context, t *topic, now time.Time) (bool, error) {
	for slot := a.nextSlot(t, now.Add(-2*prePoll)); !slot.IsZero() && !slot.After(now.Add(prePoll)); slot = a.nextSlot(t, slot) {
		if slot.After(now) {
			return true, nil
		}
		if owed, err := a.owed(ctx, t, slot); err != nil || owed {
			return owed, err
		}
	}
	return false, nil
}

// quietEnds are jobs that post what quiet hours held back as soon as they end.
func (a *App) quietEnds() []job {
	var list []job
	for _, t := range a.topics {
		if !digest.Alerting(t.Topic) {
			continue
		}
		for i, hours := range t.Quiet {
			var hour, minute int
			if _, err := fmt.Sscanf(hours[len(hours)-len("15:04"):], "%d:%d", &hour, &minute); err != nil {
				continue // config.Load has refused it
			}
			list = append(list, job{
				name: fmt.Sprintf("quiet/%s/%d", t.Key(), i), spec: fmt.Sprintf("%d %d * * *", minute, hour),
				run: func(ctx context.Context, _ time.Time, _ bool) error { return a.alert(ctx) },
			})
		}
	}
	return list
}
