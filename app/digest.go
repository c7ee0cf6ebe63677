package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"newsvigil/digest"
	"newsvigil/news"
	"newsvigil/notify"
	"newsvigil/notify/slack"
	"newsvigil/store"
)

const (
	// slotLayout is the wall clock of the admin's zone: an hour that comes twice in autumn is one slot.
	slotLayout = "2006-01-02T15:04"
	// unannouncedFor bounds how far before the last digest pieces are looked for that none has shown.
	unannouncedFor = 14 * 24 * time.Hour
	// nearPool is how many near misses are offered for composing.
	nearPool = 50
)

// DigestResult says what became of one topic's digest.
type DigestResult struct {
	Topic   string `json:"topic"`
	Digest  string `json:"digest,omitempty"` // its key; empty where there was nothing new
	Stories int    `json:"stories"`
	Near    int    `json:"near_misses"`
	Trouble int    `json:"sources_in_trouble"`
	Since   string `json:"since,omitempty"`
	// Waits says why nothing was composed, although something may be new.
	Waits string `json:"waits,omitempty"`
}

// PostResult is what the digest command did.
type PostResult struct {
	Topics []DigestResult `json:"topics"`
	// Sent and Queued count the messages that were delivered and those that wait.
	Sent   int `json:"sent"`
	Queued int `json:"queued"`
}

// PostDigests finishes what is pending, composes what is new of each topic (or of the one named)
// under a manual key, which uses up no slot, and waits for delivery at most as long as it is told.
func (a *App) PostDigests(ctx context.Context, only string, atMost time.Duration) (PostResult, error) {
	res, err := a.postDigests(ctx, only, atMost)
	a.db.Suspect(err)
	return res, err
}

func (a *App) postDigests(ctx context.Context, only string, atMost time.Duration) (PostResult, error) {
	topics, err := a.topicsNamed(only)
	if err != nil {
		return PostResult{}, err
	}
	w, err := a.worker()
	if err != nil {
		return PostResult{}, err
	}
	if err := a.redirect(ctx); err != nil {
		return PostResult{}, err
	}
	if err := a.adopt(ctx); err != nil { // a source that was renamed since the last crawl
		return PostResult{}, err
	}
	wait, cancel := context.WithTimeout(ctx, atMost)
	defer cancel()
	var res PostResult
	if res.Sent, res.Queued, err = w.Flush(wait); err != nil {
		return res, fmt.Errorf("deliver what was pending: %w", err)
	}
	if _, err := w.Sweep(wait); err != nil {
		a.log.Warn("sweep", "err", err)
	}
	if err := a.settle(ctx, false); err != nil {
		return res, err
	}
	if err := a.revise(ctx); err != nil {
		return res, err
	}
	for _, t := range topics {
		if err := a.greet(ctx, t, greeting{}); err != nil {
			return res, err
		}
		r, err := a.composeManual(ctx, t)
		if err != nil {
			return res, err
		}
		res.Topics = append(res.Topics, r)
	}
	if err := a.flush(ctx, wait, w, &res); err != nil {
		return res, fmt.Errorf("deliver: %w", err)
	}
	a.drawNow(wait)
	a.takeBackWords(wait, w.Sender, res.Topics)
	return res, nil
}

// flush delivers what is due before wait ends, and adds to res what came of it.
func (a *App) flush(ctx, wait context.Context, w *notify.Worker, res *PostResult) error {
	for {
		sent, counted, err := w.Flush(wait)
		res.Sent += sent
		if err != nil {
			return err
		}
		// The outbox is asked once more: a wait that was over before it began has counted nothing, and
		// a refusal may have queued a notice for the admin channel, which shall hear of it now.
		res.Queued, err = a.db.Queued(context.WithoutCancel(ctx))
		if err != nil || res.Queued <= counted || wait.Err() != nil {
			return err
		}
	}
}

func (a *App) composeManual(ctx context.Context, t *topic) (DigestResult, error) {
	now := a.now().In(a.cfg.Zone)
	d, err := a.compose(ctx, a.db, t, now)
	if err == nil && d.Stories() > 0 { // else there is nothing that could have been posted before
		if err = a.recall(ctx, t); err == nil {
			d, err = a.compose(ctx, a.db, t, now)
		}
	}
	if w, ok := errors.AsType[*waits](err); ok {
		return DigestResult{Topic: t.Name, Waits: w.Error()}, nil
	}
	if err != nil {
		return DigestResult{}, err
	}
	r := DigestResult{Topic: t.Name, Stories: d.Stories(), Near: len(d.Near), Trouble: d.Totals.Trouble}
	if !d.Since.IsZero() {
		r.Since = d.Since.In(a.cfg.Zone).Format(time.RFC3339)
	}
	if d.Stories() == 0 {
		return r, nil
	}
	d, _, err = a.save(ctx, t, edition{key: t.Key() + "/" + manualKey + now.UTC().Format(manualLayout), slot: now, manual: true})
	r.Digest, r.Stories, r.Near = d.Key, d.Stories(), len(d.Near)
	return r, err
}

// edition is the digest that is to be made of a topic.
type edition struct {
	key    string
	slot   time.Time
	manual bool
}

// save composes a digest and queues it. Earlier ones that are queued and of which certainly nothing was
// posted, because Slack was down, are folded into it. One that exists already is left as it is.
func (a *App) save(ctx context.Context, t *topic, e edition) (d news.Digest, created bool, err error) {
	a.composing.Lock()
	defer a.composing.Unlock()
	for range 5 { // a digest may be taken for posting while this one is composed, but hardly five
		var queued []string
		if queued, err = a.db.Unposted(ctx, t.Key()); err != nil {
			return d, false, err
		}
		db := a.db.Without(slices.DeleteFunc(queued, func(k string) bool { return k == e.key }))
		if d, err = a.compose(ctx, db, t, e.slot); err != nil {
			return d, false, err
		}
		d.Key = e.key
		created, err = db.SaveDigest(ctx, t.Key(), e.manual, d, a.deliveries(d))
		if !errors.Is(err, store.ErrUnderWay) {
			break
		}
	}
	if err != nil {
		return d, false, fmt.Errorf("store the digest of topic %q: %w", t.Name, err)
	}
	return d, created, nil
}

// postSlot composes and queues the digest of a slot; one that exists already is left as it is. A
// slot with nothing new is posted too, so that silence always means trouble.
func (a *App) postSlot(ctx context.Context, t *topic, slot time.Time) error {
	if err := a.recall(ctx, t); err != nil {
		return err
	}
	if err := a.greet(ctx, t, greeting{daemon: true}); err != nil {
		return err
	}
	d, created, err := a.save(ctx, t, edition{key: slotKey(t, slot.In(a.cfg.Zone)), slot: slot})
	if err != nil {
		return err
	}
	a.log.Info("digest", "topic", t.Name, "digest", d.Key, "stories", d.Stories(), "created", created)
	a.wake()
	return nil
}

// Preview is the next digest of each topic (or of the one named) exactly as it would look now.
func (a *App) Preview(ctx context.Context, only string) ([]news.Digest, error) {
	var out []news.Digest
	for _, t := range a.topics {
		if only != "" && t.Name != only && t.Key() != news.Slug(only) {
			continue
		}
		queued, err := a.db.Unposted(ctx, t.Key())
		if err != nil {
			return nil, err
		}
		d, err := a.compose(ctx, a.db.Without(queued), t, a.now().In(a.cfg.Zone))
		if err != nil {
			return nil, err
		}
		d.Key = t.Key() + "/preview"
		out = append(out, a.Arranged(d))
	}
	if len(out) == 0 {
		_, err := a.topicNamed(only)
		return nil, err
	}
	return out, nil
}

// compose reads what no digest of db has shown and makes a digest of it; it stores nothing.
func (a *App) compose(ctx context.Context, db *store.DB, t *topic, slot time.Time) (news.Digest, error) {
	fail := func(what string, err error) (news.Digest, error) {
		return news.Digest{}, fmt.Errorf("%s for topic %q: %w", what, t.Name, err)
	}
	since, _, err := db.LastDigest(ctx, t.Key())
	if err != nil {
		return fail("find the last digest", err)
	}
	// A digest may come once a month only, or late after an outage: what was read since the last one
	// belongs to it, however long ago that was.
	last := slot
	if !since.IsZero() && since.Before(last) {
		last = since
	}
	stories, err := db.Stories(ctx, t.Key(), last.Add(-unannouncedFor))
	if err != nil {
		return fail("read the stories", err)
	}
	from := since
	if from.IsZero() {
		from = slot.Add(-a.cfg.Crawler.MaxAge)
	}
	near, err := db.NearMisses(ctx, t.Key(), from, nearPool)
	if err != nil {
		return fail("read the near misses", err)
	}
	counted, err := db.LastComposed(ctx, t.Key())
	if err != nil {
		return fail("find when the last digest was composed", err)
	}
	totals, err := db.Totals(ctx, t.Key(), counted)
	if err != nil {
		return fail("count what was read", err)
	}
	troubles, err := a.troubles(ctx)
	if err != nil {
		return fail("read the sources' health", err)
	}
	totals.Trouble = len(troubles)
	muted, err := db.Mutes(ctx, t.Channel, a.now())
	if err != nil {
		return fail("read what readers muted", err)
	}
	ended, err := db.EndedMutes(ctx, t.Channel, a.now())
	if err != nil {
		return fail("read what readers muted", err)
	}
	quarantined, err := a.cordon(ctx, t)
	if err != nil {
		return fail("read what is quarantined", err)
	}
	near = quarantined.let(near)
	all := quarantined.let(stories)
	stories = remembered(unmuted(all, t.Topic, muted), t.Topic, ended, since)
	totals.Muted = countedIn(all, counted) - countedIn(stories, counted)
	texts, err := a.texts(ctx, stories)
	if err != nil {
		return fail("read the texts of what is new", err)
	}
	d := digest.Compose(stories, digest.Options{
		Topic: t.Topic, Slot: slot, Since: since, Totals: totals, Texts: texts,
		Troubles: troubles, Near: unmuted(near, t.Topic, muted), Sources: a.cfg.Sources,
		Buttons: a.listening(), Muted: muted, Quarantined: quarantined.names(),
	})
	d.Totals.Stories = d.Stories()
	if a.cfg.Slack.Configured {
		d = slack.Fitted(d)
	}
	return d, nil
}

// troubles are the watched sources that are in trouble now.
func (a *App) troubles(ctx context.Context) ([]news.SourceTrouble, error) {
	list, err := a.db.Health(ctx)
	if err != nil {
		return nil, err
	}
	watched := map[string]bool{}
	read, err := a.unheld(ctx, a.sources()) // how one was that is quarantined says nothing any more
	if err != nil {
		return nil, err
	}
	for _, s := range read {
		watched[s.Key()] = true
	}
	var out []news.SourceTrouble
	for _, h := range list {
		if watched[news.Slug(h.Source)] && h.Trouble != news.TroubleNone {
			out = append(out, news.SourceTrouble{Source: h.Source, Trouble: h.Trouble, Detail: h.Detail, Since: h.Since})
		}
	}
	return out, nil
}

// Arranged is a digest as its messages show it, which depends on where they are posted.
func (a *App) Arranged(d news.Digest) news.Digest {
	if a.cfg.Slack.Configured {
		return slack.Arrange(d)
	}
	return d
}

// Digest reads a digest that was composed before.
func (a *App) Digest(ctx context.Context, key string) (news.Digest, error) {
	d, err := a.db.Digest(ctx, key)
	if err != nil {
		return d, fmt.Errorf("read the digest: %w", err)
	}
	return d, nil
}
