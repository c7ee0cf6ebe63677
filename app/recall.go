package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"newsvigil/address"
	"newsvigil/news"
	"newsvigil/notify"
	"newsvigil/store"
)

const (
	// recallAtMost bounds one look through a channel, and earlyAtMost those that go before a crawl.
	recallAtMost = 5 * time.Minute
	earlyAtMost  = 30 * time.Second
	// manualLayout is the moment of a manual digest, in UTC, and manualKey stands before it.
	manualLayout = "20060102T150405.000000Z"
	manualKey    = "manual/"
)

// waits is the error of a digest that is not composed yet, because nobody knows what was posted before.
type waits struct {
	channel string
	err     error
}

func (w *waits) Error() string {
	why := w.err.Error()
	if r, ok := errors.AsType[*notify.Refusal](w.err); ok {
		why = r.Text
	}
	return fmt.Sprintf("the digest waits until Slack has shown what stands in %s already, so that nothing is posted twice: %s Nothing is lost; `newsvigil run` tries again by itself, else run `newsvigil digest` again.", w.channel, sentence(why))
}

func (w *waits) Unwrap() error { return w.err }

// recall makes sure that the database knows what was posted for a topic. One that was begun anew, or
// brought back from a copy, asks the channel's history once: what stands there is not announced a
// second time, and a slot that stands there is not posted again. Until that is done nothing may be
// composed; the error is then a *waits. Where nobody can be asked the topic goes on without.
func (a *App) recall(ctx context.Context, t *topic) error {
	a.recalling.Lock()
	defer a.recalling.Unlock()
	due, err := a.db.RecallDue(ctx, t.Key())
	if err != nil || !due {
		return err
	}
	sender, err := a.sender(a.cfg)
	if err != nil {
		return err
	}
	found, err := a.posted(ctx, sender, t)
	switch {
	case errors.Is(err, notify.ErrBlind):
		a.log.Warn("what was posted before cannot be looked up: if an earlier newsvigil posted in this channel, pieces may come a second time, none older than max_age; "+blindAdvice(err),
			"topic", t.Name, "channel", t.Channel, "max_age", a.cfg.Crawler.MaxAge, "err", err)
	case err != nil && ctx.Err() != nil:
		return err
	case err != nil:
		if err := a.recallFailed(ctx, t, err); err != nil {
			return err
		}
		return &waits{t.Channel, err}
	}
	if err := a.greetedBefore(ctx, t, found); err != nil {
		return err
	}
	recalled, again := a.recalled(t, found)
	if err := a.db.SaveRecall(ctx, t.Key(), recalled, again); err != nil {
		return err
	}
	if len(recalled) > 0 {
		a.log.Info("recalled what was posted before", "topic", t.Name, "channel", t.Channel, "digests", len(recalled), "pieces", len(again))
	}
	return nil
}

// posted asks for our own messages in a topic's channel, as far back as what they tell of may still be
// met: no older piece is read, and none that was read before the last digest is known as new.
func (a *App) posted(ctx context.Context, sender notify.Sender, t *topic) ([]notify.Remembered, error) {
	if _, printed := sender.(printer); printed {
		return nil, nil // what a terminal showed is gone, and nobody is disturbed by it twice
	}
	r, ok := sender.(notify.Recaller)
	if !ok {
		return nil, notify.ErrBlind
	}
	since := a.now().Add(-max(a.cfg.Crawler.MaxAge, unannouncedFor))
	last, ok, err := a.db.LastDigest(ctx, t.Key())
	if err != nil {
		return nil, err
	}
	if ok && last.Before(since) { // an old copy was brought back: what it holds as new was posted long ago
		since = last
	}
	ctx, cancel := context.WithTimeout(ctx, recallAtMost)
	defer cancel()
	return r.Posted(ctx, t.Channel, since)
}

// blindAdvice says what an admin can do, if anything.
func blindAdvice(err error) string {
	if strings.Contains(err.Error(), "lacks") {
		return "to mend that, add the scope that is named here to the Slack app and install it anew, before the next digest"
	}
	return "a webhook shows no history, a bot token does"
}

// recallFailed tells of it, once, where something must be mended: the digest waits as one does that is refused.
func (a *App) recallFailed(ctx context.Context, t *topic, err error) error {
	r, ok := errors.AsType[*notify.Refusal](err)
	switch {
	case ok && r.Class == notify.ClassChannel:
		return a.begins(ctx, a.refusedBy(news.Delivery{Kind: news.DeliverDigest, Of: t.Key() + "/", Channel: t.Channel, Error: r.Text}))
	case ok && r.Class == notify.ClassAuth:
		s := a.speechless()
		s.reason = r.Text
		return a.begins(ctx, s)
	}
	a.log.Warn("what was posted before is not known yet", "topic", t.Name, "channel", t.Channel, "err", err)
	return nil
}

// recallEarly recalls what is due before a crawl, so that the crawl reads again what was posted and
// places the rest beside it. What fails here is made up for before the next digest.
func (a *App) recallEarly(ctx context.Context) {
	if _, err := a.sender(a.cfg); err != nil {
		return // nothing can be posted either, and a digest says why
	}
	ctx, cancel := context.WithTimeout(ctx, earlyAtMost)
	defer cancel()
	for _, t := range a.topics {
		if err := a.recall(ctx, t); err != nil && ctx.Err() == nil {
			if w := (*waits)(nil); !errors.As(err, &w) {
				a.log.Warn("recall", "topic", t.Name, "err", err)
			}
		}
	}
}

// recalled turns messages into the topic's digests, and the pieces they link to into candidates.
func (a *App) recalled(t *topic, found []notify.Remembered) ([]store.Recalled, []news.Candidate) {
	byKey := map[string]*store.Recalled{}
	pieces := map[string]news.Candidate{}
	for _, m := range found {
		key, ok := digestKey(m, t.Key())
		if !ok {
			continue
		}
		r := byKey[key]
		if r == nil {
			r = &store.Recalled{Posted: m.At}
			r.Digest = news.Digest{Key: key, Topic: t.Name, Channel: t.Channel, Language: t.Language}
			byKey[key] = r
		}
		if m.At.Before(r.Posted) {
			r.Posted = m.At
		}
		rest := strings.TrimPrefix(key, t.Key()+"/")
		r.Digest.Slot, r.Manual = a.slotOf(rest, r.Posted)
		r.Alert = strings.HasPrefix(rest, alertKey)
		for _, l := range m.Links {
			r.Keys = append(r.Keys, a.keysOf(l)...)
			if c, ok := a.candidateOf(l, m); ok {
				pieces[c.Key] = c
			}
		}
		for _, l := range m.Near {
			r.Near = append(r.Near, a.keysOf(l)...)
		}
	}
	var all []store.Recalled
	for _, r := range byKey {
		all = append(all, *r)
	}
	slices.SortFunc(all, func(x, y store.Recalled) int { return strings.Compare(x.Digest.Key, y.Digest.Key) })
	var again []news.Candidate
	for _, c := range pieces {
		again = append(again, c)
	}
	slices.SortFunc(again, func(x, y news.Candidate) int { return strings.Compare(x.Key, y.Key) })
	return all, again
}

// digestKey is the key of the digest that a message belongs to, which is its own without channel and
// part; false where it is no digest of the topic.
func digestKey(m notify.Remembered, topic string) (string, bool) {
	key := m.Key
	for range 2 {
		key = key[:max(0, strings.LastIndexByte(key, '/'))]
	}
	return key, m.Kind == news.DeliverDigest && strings.HasPrefix(key, topic+"/") && len(key) > len(topic)+1
}

// slotOf reads the slot that the rest of a digest's key names; manual digests and alerts name their
// moment.
func (a *App) slotOf(rest string, posted time.Time) (slot time.Time, manual bool) {
	if moment, ok := strings.CutPrefix(strings.TrimPrefix(rest, alertKey), manualKey); ok || strings.HasPrefix(rest, alertKey) {
		if at, err := time.Parse(manualLayout, moment); err == nil {
			return at, true
		}
		return posted, true
	}
	if at, err := time.ParseInLocation(slotLayout, rest, a.cfg.Zone); err == nil {
		return at, false
	}
	return posted, true
}

// keysOf are the keys under which a linked piece may be known.
func (a *App) keysOf(link string) []string {
	var keys []string
	add := func(src news.Source) {
		if key, err := address.Key(src, link); err == nil && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	for _, src := range a.cfg.Sources {
		if address.Belongs(src, link) {
			add(src)
		}
	}
	add(news.Source{})
	return keys
}

// candidateOf is a linked piece, to be read again; false where its outlet is not watched, or the
// message is so old that the piece would not be read.
func (a *App) candidateOf(link string, m notify.Remembered) (news.Candidate, bool) {
	src, ok := a.sourceOf(link)
	if !ok || src.Off || m.At.Before(a.now().Add(-a.cfg.Crawler.MaxAge)) {
		return news.Candidate{}, false
	}
	key, err := address.Key(src, link)
	return news.Candidate{Source: src.Name, URL: link, Key: key, Route: news.RouteRecall, Via: m.Key}, err == nil
}
