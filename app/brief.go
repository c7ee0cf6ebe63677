package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"time"

	"newsvigil/digest"
	"newsvigil/news"
	"newsvigil/notify/slack"
)

const (
	// briefKey stands before the keys of briefs, which are notices of the outbox: what counts digests, recalls
	// or folds them never meets one.
	briefKey = "brief/"
	// briefLate is how long after its slot a brief counts as one that is caught up on.
	briefLate = 5 * time.Minute
	// queuedPause is how often the outbox is asked whether a running daemon has posted a brief.
	queuedPause = 200 * time.Millisecond
)

// briefing is the job of one topic's briefs.
type briefing struct {
	*App
	topic *topic
}

// run posts what readers kept since the brief before this slot. A slot in which nothing was kept says so.
func (b *briefing) run(ctx context.Context, slot time.Time, again bool) error {
	if again {
		if err := b.probe(ctx); err != nil {
			return err
		}
	}
	last, err := b.lastBrief(ctx, b.topic, slot)
	if err != nil {
		return err
	}
	kept, err := b.db.Kept(ctx, b.topic.Key(), last.Since, slot)
	if err != nil {
		return err
	}
	kept = slices.DeleteFunc(kept, func(k news.Keeping) bool { return !k.Last.After(last.Until) && holds(last, k) })
	d, err := b.briefOf(ctx, b.topic, kept, period{last.Until, slot})
	if err != nil {
		return err
	}
	d.Key = briefKey + b.topic.Key() + "/" + slot.In(b.cfg.Zone).Format(slotLayout)
	created, err := b.saveBrief(ctx, d, b.now().Sub(slot) > briefLate)
	if err != nil {
		return err
	}
	b.log.Info("brief", "topic", b.topic.Name, "brief", d.Key, "stories", len(d.Stories), "created", created)
	b.wake()
	return nil
}

// lastBrief is the brief before that of a slot, which begins where the last one ended, so that no kept story
// is in none, however long the program was down. The first brief begins at the slot before its own.
func (a *App) lastBrief(ctx context.Context, t *topic, slot time.Time) (news.Brief, error) {
	last, ok, err := a.db.LastBrief(ctx, t.Key(), slot)
	if err != nil || ok {
		return last, err
	}
	since := time.Time{}
	for _, spec := range t.Brief {
		sched, err := parseSpec(spec)
		if err != nil {
			continue // config.Load has refused it
		}
		if at, ok := lastMissed(slots{sched, a.cfg.Zone}, slot.AddDate(0, -1, 0), slot.Add(-time.Second)); ok && at.After(since) {
			since = at
		}
	}
	if since.IsZero() {
		since = slot.Add(-week)
	}
	return news.Brief{Since: since, Until: since}, nil
}

// holds reports whether a brief told a story as it is kept now. What readers pressed within its time and the
// database took in only after it was made, it did not: that is told by the brief after it.
func holds(b news.Brief, k news.Keeping) bool {
	return slices.ContainsFunc(b.Stories, func(s news.Kept) bool { return s.Story == k.Story.ID && !s.At.Before(k.Last) })
}

// brief is what readers of a topic kept between two moments.
func (a *App) brief(ctx context.Context, t *topic, since, until time.Time) (news.Brief, error) {
	kept, err := a.db.Kept(ctx, t.Key(), since, until)
	if err != nil {
		return news.Brief{}, err
	}
	return a.briefOf(ctx, t, kept, period{since, until})
}

// briefOf is a brief of what was kept in a time.
func (a *App) briefOf(ctx context.Context, t *topic, kept []news.Keeping, p period) (news.Brief, error) {
	texts := map[int64]string{}
	for _, k := range kept {
		for _, id := range k.Articles {
			art, err := a.db.Article(ctx, id)
			if err != nil {
				return news.Brief{}, err
			}
			texts[id] = art.Text
		}
	}
	return digest.Brief(kept, digest.BriefOptions{
		Topic: t.Topic, Since: p.from.In(a.cfg.Zone), Until: p.to.In(a.cfg.Zone), Texts: texts, Sources: a.cfg.Sources,
	}), nil
}

// Briefs are what readers kept since then and up to now, for each topic or for the one named, to be shown.
func (a *App) Briefs(ctx context.Context, only string, since time.Time) ([]news.Brief, error) {
	list, err := a.briefs(ctx, only, since)
	if err != nil {
		return nil, err
	}
	l, err := a.links(ctx)
	for i := range list {
		list[i] = l.WithdrawBrief(list[i])
	}
	return list, err
}

// briefs are those of Briefs as they are stored, from which links are taken out when they are rendered.
func (a *App) briefs(ctx context.Context, only string, since time.Time) ([]news.Brief, error) {
	topics, err := a.topicsNamed(only)
	if err != nil {
		return nil, err
	}
	var out []news.Brief
	for _, t := range topics {
		b, err := a.brief(ctx, t, since, a.now())
		if err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	return out, nil
}

// saveBrief queues a brief, once whatever happens. One that is caught up on may stand in the channel without
// this database knowing it, where that is an older copy that was brought back: it is looked for first, as
// after a post without an answer. What is printed cannot be looked for, and is printed.
func (a *App) saveBrief(ctx context.Context, b news.Brief, caughtUp bool) (created bool, err error) {
	parts := 1
	if a.cfg.Slack.Configured {
		parts = slack.BriefParts(b)
	}
	var ds []news.Delivery
	for i := range parts {
		d := news.Delivery{
			Key: fmt.Sprintf("%s/%s/%d", b.Key, b.Channel, i+1), Kind: news.DeliverNotice, Of: b.Key, Channel: b.Channel,
			Part: i + 1, Parts: parts, State: news.DeliveryPending, Next: a.now(),
		}
		if caughtUp && a.cfg.Slack.Configured {
			d.Tries, d.Claimed = 1, b.Until
		}
		ds = append(ds, d)
	}
	n := news.Notice{Key: b.Key, Channel: b.Channel, Title: digest.BriefHead(b), At: b.Until, Brief: &b}
	if created, err = a.db.SaveNotice(ctx, n, ds...); err != nil {
		return false, fmt.Errorf("store the brief of topic %q: %w", b.Topic, err)
	}
	return created, nil
}

// BriefResult says what became of one topic's brief.
type BriefResult struct {
	Topic   string `json:"topic"`
	Channel string `json:"channel,omitempty"`
	Brief   string `json:"brief,omitempty"` // its key; empty where nothing was kept, so nothing is posted
	Stories int    `json:"stories"`
	// Repeated says that the very same brief was posted before, on the same day, and not again.
	Repeated bool `json:"repeated,omitempty"`
	// Queued counts its messages that were not delivered in time.
	Queued int `json:"queued"`
}

// PostBriefs posts what readers kept since then, for each topic or for the one named, and waits for delivery
// at most as long as it is told. A day and the stories are the brief's key: the same ones are posted once a
// day, however often that is asked for, and after whatever crash. Where a daemon holds the database it is
// the one to deliver.
func (a *App) PostBriefs(ctx context.Context, only string, since time.Time, atMost time.Duration) ([]BriefResult, error) {
	res, err := a.postBriefs(ctx, only, since, atMost)
	a.db.Suspect(err)
	return res, err
}

func (a *App) postBriefs(ctx context.Context, only string, since time.Time, atMost time.Duration) ([]BriefResult, error) {
	briefs, err := a.briefs(ctx, only, since)
	if err != nil {
		return nil, err
	}
	var res []BriefResult
	for _, b := range briefs {
		r := BriefResult{Topic: b.Topic, Channel: b.Channel, Stories: len(b.Stories)}
		if r.Stories > 0 {
			b.Key = manualBrief(b)
			created, err := a.saveBrief(ctx, b, false)
			if err != nil {
				return nil, err
			}
			r.Brief, r.Repeated = b.Key, !created
		}
		res = append(res, r)
	}
	wait, cancel := context.WithTimeout(ctx, atMost)
	defer cancel()
	if a.beside {
		err = a.awaitBriefs(wait, res)
	} else {
		err = a.deliverNow(ctx, wait)
	}
	if err != nil {
		return res, err
	}
	for i, r := range res {
		if res[i].Queued, err = a.db.Unsent(context.WithoutCancel(ctx), r.Brief); err != nil {
			return res, err
		}
	}
	return res, nil
}

// deliverNow delivers what is queued, until wait ends.
func (a *App) deliverNow(ctx, wait context.Context) error {
	w, err := a.worker()
	if err != nil {
		return err
	}
	if err := a.redirect(ctx); err != nil {
		return err
	}
	var res PostResult
	if err := a.flush(ctx, wait, w, &res); err != nil {
		return fmt.Errorf("deliver: %w", err)
	}
	if _, err := w.Sweep(wait); err != nil {
		a.log.Warn("sweep", "err", err)
	}
	return nil
}

// awaitBriefs waits for a running daemon to post briefs, until wait ends.
func (a *App) awaitBriefs(wait context.Context, res []BriefResult) error {
	for {
		left := 0
		for _, r := range res {
			n, err := a.db.Unsent(context.WithoutCancel(wait), r.Brief)
			if err != nil {
				return err
			}
			left += n
		}
		if left == 0 || sleep(wait, queuedPause) != nil {
			return nil
		}
	}
}

// manualBrief is the key of a brief that a person posts.
func manualBrief(b news.Brief) string {
	sum := sha256.New()
	for _, k := range b.Stories {
		sum.Write(strconv.AppendInt(nil, k.Story, 10))
		sum.Write([]byte{'\n'})
	}
	return briefKey + b.TopicKey + "/" + manualKey + b.Until.Format(time.DateOnly) + "/" + hex.EncodeToString(sum.Sum(nil)[:6])
}

// kept lists what readers of the channel's topics kept in the last seven days, in the admin channel those of
// all topics: the same stories as in a brief of that time.
func (q asked) kept(ctx context.Context) (slack.Whisper, error) {
	topics := q.named()
	if len(topics) == 0 {
		return q.title("none_here"), nil
	}
	w := q.title("kept")
	links, err := q.links(ctx)
	if err != nil {
		return w, err
	}
	for _, t := range topics {
		b, err := q.brief(ctx, t, q.now().Add(-week), q.now())
		if err != nil {
			return w, err
		}
		b = links.WithdrawBrief(b)
		for _, k := range b.Stories {
			w.Lines = append(w.Lines, slack.Line{
				Text: fmt.Sprintf("%s · %s · %s · %s", digest.Untitled(k.Item), k.Outlet, digest.DayText(publishedOn(k.Item, q.cfg.Zone), q.lang), digest.KeptLine(k, q.lang)),
				URL:  k.URL,
			})
		}
	}
	if len(w.Lines) == 0 {
		return q.title("none_kept", "keep", digest.ButtonText("keep", q.lang)), nil
	}
	return w, nil
}

// publishedOn is when a piece was published, or first seen.
func publishedOn(it news.Item, zone *time.Location) time.Time {
	if it.Published.IsZero() {
		return it.Fetched.In(zone)
	}
	return it.Published.Time.In(zone)
}
