package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"newsvigil/news"
	"newsvigil/notify"
	"newsvigil/store"
)

const (
	// runCoverage is the run of the weekly message.
	runCoverage = "coverage"
	// leastStretch is how long a time must be to be worth a message of its own, and mostStretch how much
	// of a long one is counted.
	leastStretch = 12 * time.Hour
	mostStretch  = 35 * 24 * time.Hour
	// digestsSettle is how long after its slot a digest should be there: outlets are read first.
	digestsSettle = time.Hour
	// lateAfter is by how much a digest may follow its slot without being called late.
	lateAfter = 20 * time.Minute
	// runAwake is when the last crawl was at work, and runStill stands before the time from which on
	// there was none for long: newsvigil did not run, or could not.
	runAwake, runStill = "awake", "still/"
	// leastStandstill is the shortest time without a crawl that is worth a word.
	leastStandstill = 3 * time.Hour
)

// period is a stretch of time.
type period struct{ from, to time.Time }

// stretch is what newsvigil did between two weekly messages.
type stretch struct {
	period
	// began says that nothing is known of the time before.
	began bool
	// still are the times in which newsvigil did not run.
	still   []period
	outlets []outletWeek
	topics  []topicWeek
	read    int
	said    map[news.Label]int
}

// outletWeek is how an outlet did.
type outletWeek struct {
	SourceState
	// ills are the troubles of which the admin channel was told and that are over.
	ills []period
	// last is when it last showed something new.
	last time.Time
}

// topicWeek is how a topic's digests did.
type topicWeek struct {
	name                string
	onTopic, told       int
	due, posted, alerts int
	late                []store.Fared
	// waits are those that were not posted so far.
	waits []store.Fared
}

// awake notes that a crawl is at work, and before it the time in which there was none.
func (a *App) awake(ctx context.Context) error {
	now := a.now()
	from, stood, err := a.stoodStill(ctx, now)
	if err != nil {
		return err
	}
	if stood {
		if err := a.db.SaveRun(ctx, runStill+strconv.FormatInt(from.Unix(), 10), now); err != nil {
			return err
		}
	}
	return a.db.SaveRun(ctx, runAwake, now)
}

// stoodStill reports whether there was no crawl for long, and since when.
func (a *App) stoodStill(ctx context.Context, now time.Time) (since time.Time, yes bool, err error) {
	last, ok, err := a.db.LastRun(ctx, runAwake)
	return last, ok && now.Sub(last) > max(leastStandstill, 3*a.tick(now)), err
}

// weeklyJob tells the admin channel once what was covered since the last time.
func (a *App) weeklyJob(ctx context.Context, slot time.Time, _ bool) error {
	last, ran, err := a.db.LastRun(ctx, runCoverage)
	if err != nil {
		return err
	}
	if !ran || slot.Sub(last) < leastStretch {
		return nil
	}
	s, err := a.stretch(ctx, period{last, slot})
	if err != nil {
		return fmt.Errorf("sum up the week: %w", err)
	}
	n := a.coverageNotice(s)
	n.Key = weeklyKey(slot.In(a.cfg.Zone))
	if stands, err := a.stands(ctx, n, slot); err != nil || stands {
		return err
	}
	return a.tell(ctx, n)
}

// weeklyKey is the key of the weekly message of a slot, in the configured zone.
func weeklyKey(slot time.Time) string { return "coverage/" + slot.Format(slotLayout) }

// stands reports whether a notice that comes late is in the admin channel already: a database that was
// brought back from a copy does not know what was posted since. Where nobody can be asked it does not.
func (a *App) stands(ctx context.Context, n news.Notice, slot time.Time) (bool, error) {
	if a.now().Sub(slot) < leastStandstill || !a.hasAdminChannel() {
		return false, nil
	}
	sender, err := a.sender(a.cfg)
	if err != nil {
		return false, err
	}
	_, found, err := sender.Find(ctx, notify.Message{Notice: n, Delivery: news.Delivery{
		Key: n.Key, Kind: news.DeliverNotice, Of: n.Key, Channel: a.cfg.Slack.AdminChannel, Part: 1, Parts: 1, Claimed: slot,
	}})
	if errors.Is(err, notify.ErrBlind) || notify.ClassOf(err) == notify.ClassChannel || notify.ClassOf(err) == notify.ClassAuth {
		return false, nil
	}
	return found, err
}

// Weekly queues the weekly message where it is due: for those who run no daemon. One that was never due
// counts from now on.
func (a *App) Weekly(ctx context.Context) error {
	if a.cfg.Coverage == "" {
		return nil
	}
	sched, err := parseSpec(a.cfg.Coverage)
	if err != nil {
		return fmt.Errorf("schedule %q: %w", a.cfg.Coverage, err)
	}
	now := a.now().In(a.cfg.Zone)
	last, ran, err := a.db.LastRun(ctx, runCoverage)
	if err != nil {
		return err
	}
	if !ran {
		return a.db.SaveRun(ctx, runCoverage, now)
	}
	slot, due := lastMissed(slots{sched, a.cfg.Zone}, last.In(a.cfg.Zone), now)
	if !due {
		return nil
	}
	if err := a.weeklyJob(ctx, slot, false); err != nil {
		return err
	}
	return a.db.SaveRun(ctx, runCoverage, slot)
}

// stretch gathers what is known of a time.
func (a *App) stretch(ctx context.Context, p period) (s stretch, err error) {
	s = stretch{period: p}
	if oldest := p.to.Add(-mostStretch); s.from.Before(oldest) {
		s.from = oldest
	}
	earlier, err := a.db.NoticesSince(ctx, "coverage/", time.Time{})
	if err != nil {
		return s, err
	}
	s.began = len(earlier) == 0
	if s.still, err = a.standstills(ctx, s.from); err != nil {
		return s, err
	}
	if s.said, err = a.db.SaidSince(ctx, s.from); err != nil {
		return s, err
	}
	if s.outlets, err = a.outletWeeks(ctx, s.from); err != nil {
		return s, err
	}
	for _, t := range a.topics {
		totals, err := a.db.Totals(ctx, t.Key(), s.from)
		if err != nil {
			return s, err
		}
		w, err := a.topicWeek(ctx, t, period{s.from.Add(-digestsSettle), s.to.Add(-digestsSettle)})
		if err != nil {
			return s, err
		}
		w.onTopic, s.read = totals.OnTopic, totals.Read
		s.topics = append(s.topics, w)
	}
	return s, nil
}

// standstills are the times without a crawl that ended after from, the earliest first.
func (a *App) standstills(ctx context.Context, from time.Time) ([]period, error) {
	ends, err := a.db.RunsOf(ctx, runStill)
	if err != nil {
		return nil, err
	}
	var all []period
	for start, to := range ends {
		if unix, err := strconv.ParseInt(start, 10, 64); err == nil && to.After(from) {
			all = append(all, period{time.Unix(unix, 0), to})
		}
	}
	now := a.now()
	since, stood, err := a.stoodStill(ctx, now)
	if stood {
		all = append(all, period{since, now})
	}
	slices.SortFunc(all, func(x, y period) int { return x.from.Compare(y.from) })
	return all, err
}

// outletWeeks are the outlets that are switched on, in the order of the configuration.
func (a *App) outletWeeks(ctx context.Context, from time.Time) ([]outletWeek, error) {
	states, err := a.sourcesSince(ctx, from)
	if err != nil {
		return nil, err
	}
	told, err := a.db.NoticesSince(ctx, "health/", from)
	if err != nil {
		return nil, err
	}
	var out []outletWeek
	for _, s := range states {
		if s.Off {
			continue
		}
		w := outletWeek{SourceState: s, ills: ills(told, news.Slug(s.Source))}
		if w.last, err = a.db.LastNew(ctx, s.Source); err != nil {
			return nil, err
		}
		out = append(out, w)
	}
	return out, nil
}

// ills are the times of trouble of a source that are over, by what the admin channel was told.
func ills(told []news.Notice, source string) []period {
	var all []period
	for _, n := range told {
		since, over := strings.CutPrefix(n.Key, "health/"+source+"/well/")
		if unix, err := strconv.ParseInt(since, 10, 64); over && err == nil {
			all = append(all, period{time.Unix(unix, 0), n.At})
		}
	}
	return all
}

// topicWeek is how the digests of the slots within p fared.
func (a *App) topicWeek(ctx context.Context, t *topic, p period) (topicWeek, error) {
	w := topicWeek{name: t.Name}
	var err error
	if w.told, err = a.db.ToldSince(ctx, t.Key(), p.from); err != nil {
		return w, err
	}
	for at := a.nextSlot(t, p.from); !at.IsZero() && !at.After(p.to); at = a.nextSlot(t, at) {
		w.due++
	}
	all, err := a.db.FaredSince(ctx, p.from)
	if err != nil {
		return w, err
	}
	for _, f := range all {
		switch {
		case f.Topic != t.Key() || f.Slot.After(p.to):
		case f.State != "" && f.State != news.DeliverySent:
			w.waits = append(w.waits, f)
		case !f.Own:
			w.alerts++
		default:
			w.posted++
			if !f.Posted.IsZero() && f.Posted.Sub(f.Slot) >= lateAfter {
				w.late = append(w.late, f)
			}
		}
	}
	return w, nil
}
