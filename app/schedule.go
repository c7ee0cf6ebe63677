package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/robfig/cron/v3"

	"newsvigil/store"
)

const (
	// prePoll bounds the crawl that goes before a digest, so that the digest is fresh and not late.
	prePoll = 10 * time.Minute
	// pulse is how long a job sleeps at most before it looks at the clock on the wall again: a timer
	// knows nothing of a machine that slept, or of a clock that was set.
	pulse = time.Minute
	// setBack is by how much a clock must have been set back for the slots between to count as coming
	// again. Those that were posted are known by their keys.
	setBack = time.Hour
)

// job is one thing that runs on a schedule. name stands in the database.
type job struct {
	name, spec string
	// atOnce says that a job which has never run is due at once; others wait for their first slot.
	atOnce bool
	// run is given the time the run stands for: the slot, not the moment at which it began. again says
	// that a run for this slot has failed before.
	run func(ctx context.Context, slot time.Time, again bool) error
}

// jobs are the crawl, the upkeep of the database, the weekly message, the digests of every topic, the ends of its quiet
// hours, and learning from readers.
func (a *App) jobs() []job {
	list := []job{
		{name: "crawl", spec: a.cfg.Crawl, atOnce: true, run: a.crawlJob},
		{name: runUpkeep, spec: upkeepSpec, run: a.upkeepJob},
	}
	if a.cfg.Coverage != "" {
		list = append(list, job{name: runCoverage, spec: a.cfg.Coverage, run: a.weeklyJob})
	}
	for _, t := range a.topics {
		for i, spec := range t.Digest {
			list = append(list, job{
				name: fmt.Sprintf("digest/%s/%d", t.Key(), i), spec: spec, run: (&digesting{App: a, topic: t}).run,
			})
		}
		for i, spec := range t.Brief {
			list = append(list, job{name: fmt.Sprintf("%s%s/%d", briefKey, t.Key(), i), spec: spec, run: (&briefing{App: a, topic: t}).run})
		}
	}
	list = append(list, a.quietEnds()...)
	return append(list, job{name: "learn", spec: learnSpec, run: a.learnJob})
}

func (a *App) crawlJob(ctx context.Context, _ time.Time, again bool) error {
	if again {
		if err := a.probe(ctx); err != nil {
			return err
		}
	} else if err := sleep(ctx, a.jitter()); err != nil {
		return err
	}
	report, err := a.Crawl(ctx, CrawlOptions{})
	a.log.Info("crawl", "sources", len(report.Sources), "stored", report.Total.Stored,
		"relevant", report.Total.Relevant, "trouble", len(report.Troubled()), "took", time.Duration(report.Total.TookMS)*time.Millisecond)
	if err == nil {
		err = a.watchRoom(ctx)
	}
	if err != nil {
		return err
	}
	if err := a.greetAll(ctx, report); err != nil {
		return err
	}
	return a.alert(ctx)
}

// probe tries whether the database can be written: the outlets are asked for nothing that could not be
// written down.
func (a *App) probe(ctx context.Context) error { return a.db.SaveRun(ctx, runProbe, a.now()) }

// digesting is the job of one topic's digests.
type digesting struct {
	*App
	topic *topic
}

// run polls every source and posts the slot.
func (d *digesting) run(ctx context.Context, slot time.Time, again bool) error {
	if again {
		if err := d.probe(ctx); err != nil {
			return err
		}
	}
	if err := d.poll(ctx, slot); err != nil {
		return err
	}
	return d.postSlot(ctx, d.topic, slot)
}

// poll polls every source for a slot, once: a repetition leaves the outlets alone, and so do the other
// topics whose digests have the same slot.
func (d *digesting) poll(ctx context.Context, slot time.Time) error {
	d.polling.Lock()
	defer d.polling.Unlock()
	if d.polled.Equal(slot) {
		return ctx.Err()
	}
	_, err := d.Crawl(ctx, CrawlOptions{All: true, Limit: prePoll})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if _, passes := store.Outage(err); passes || store.Damaged(err) {
		return err
	}
	if err != nil { // no reason for silence: the digest says what is known
		d.log.Error("crawl before the digest", "topic", d.topic.Name, "err", err)
	}
	d.polled = slot
	return nil
}

// schedule hands every job to cron, in the configured zone, and looks at once for what was missed
// while the program was down. What it started is counted in a.running and ends with ctx.
func (a *App) schedule(ctx context.Context) error {
	logger := cronLogger{a.log}
	c := cron.New(cron.WithLocation(a.cfg.Zone), cron.WithLogger(logger),
		// In this order: a panic that passed through SkipIfStillRunning would leave the job as still running.
		cron.WithChain(cron.SkipIfStillRunning(logger), cron.Recover(logger)))
	var names []string
	for _, j := range a.jobs() {
		sched, err := parseSpec(j.spec)
		if err != nil {
			return &UsageError{Text: fmt.Sprintf("schedule %q: %v", j.spec, err)}
		}
		k := &keeper{app: a, job: j, sched: slots{sched, a.cfg.Zone}}
		c.Schedule(k, cron.FuncJob(func() { k.look(ctx) }))
		names = append(names, j.name)
	}
	a.setbacks.keepOnly(append(names, partDelivery))
	c.Start()
	for _, e := range c.Entries() {
		a.running.Go(e.WrappedJob.Run)
	}
	a.running.Go(func() {
		<-ctx.Done()
		<-c.Stop().Done()
	})
	return nil
}

// keeper is the job that cron runs and the schedule by which it does. cron's timers know nothing of a
// machine that slept or of a clock that was set, and nothing of a run that failed; so the keeper looks
// at the clock on the wall at every slot and once a minute besides, and runs the job once for the last
// slot that was missed, then at every slot. A run that fails is tried again until it succeeds or the
// next slot takes its place. Runs of one job follow each other.
type keeper struct {
	app   *App
	job   job
	sched cron.Schedule
	// last is the slot up to which nothing is owed; known says that it was read.
	last  time.Time
	known bool
	// fails counts the failures in a row, the last one for the slot failed; no try before retry.
	fails  int
	failed time.Time
	retry  time.Time
}

// Next implements cron.Schedule: when to look at the clock again.
func (k *keeper) Next(t time.Time) time.Time {
	return t.Add(k.idle(k.app.now().In(k.app.cfg.Zone)))
}

// idle is the time to the next slot, or to the next look at the clock if that is sooner.
func (k *keeper) idle(now time.Time) time.Duration {
	next := k.sched.Next(now)
	if next.IsZero() { // a 30th of February
		return k.app.pulse
	}
	return min(k.app.pulse, max(time.Millisecond, next.Sub(now)))
}

// look does all that is due now.
func (k *keeper) look(ctx context.Context) {
	for ctx.Err() == nil && k.turn(ctx) <= 0 {
	}
}

// turn does one thing that is due and says how long nothing is.
func (k *keeper) turn(ctx context.Context) time.Duration {
	now := k.app.now().In(k.app.cfg.Zone)
	if err := k.learn(ctx, now); err != nil {
		k.app.setback(ctx, k.job.name, err)
		k.fails++
		return k.app.pause(k.fails)
	}
	if k.last.After(now.Add(setBack)) {
		k.last = now
	}
	slot, due := k.due(now)
	if !due {
		return k.idle(now)
	}
	if wait := k.retry.Sub(now); wait > 0 && wait <= longestPause {
		return min(wait, k.app.pulse)
	}
	if slot.Before(now.Add(-pulse)) {
		k.app.log.Info("catching up", "job", k.job.name, "slot", slot)
	}
	err := k.app.runJob(ctx, k.job, slot, k.fails > 0 && slot.Equal(k.failed))
	if err != nil {
		k.fails++
		k.failed, k.retry = slot, k.app.now().Add(k.app.pause(k.fails))
		return 0
	}
	k.last, k.fails, k.retry = slot, 0, time.Time{}
	return 0
}

// learn reads when the job ran last. One that has never run counts from now on.
func (k *keeper) learn(ctx context.Context, now time.Time) error {
	if k.known {
		return nil
	}
	last, ran, err := k.app.db.LastRun(ctx, k.job.name)
	if err == nil && !ran && !k.job.atOnce {
		last, err = now, k.app.db.SaveRun(ctx, k.job.name, now)
	}
	if err != nil {
		return fmt.Errorf("find the last run of %s: %w", k.job.name, err)
	}
	k.last, k.known, k.fails = last.In(k.app.cfg.Zone), true, 0
	k.app.well(ctx, k.job.name)
	return nil
}

// due is the slot to run now, if any.
func (k *keeper) due(now time.Time) (slot time.Time, ok bool) {
	if k.last.IsZero() {
		return now, true
	}
	return lastMissed(k.sched, k.last, now)
}

// parseSpec reads a cron spec; the library panics on some, which config.Load has refused before.
func parseSpec(spec string) (sched cron.Schedule, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("not a cron schedule: %v", r)
		}
	}()
	return cron.ParseStandard(spec)
}

// lastMissed is the last time within (last, now] at which the schedule was due.
func lastMissed(sched cron.Schedule, last, now time.Time) (slot time.Time, ok bool) {
	// A month is enough to find any slot that still matters, and bounds the search.
	if oldest := now.AddDate(0, -1, 0); last.Before(oldest) {
		last = oldest
	}
	for next := sched.Next(last); !next.IsZero() && !next.After(now); next = sched.Next(next) {
		slot, ok = next, true
	}
	return slot, ok
}

// runJob runs a job and notes when it went well, which is what catching up goes by. A panic is an
// error of this run alone.
func (a *App) runJob(ctx context.Context, j job, slot time.Time, again bool) (err error) {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the program stumbled: %v", r)
			a.log.Error("job", "job", j.name, "slot", slot, "err", err, "stack", string(debug.Stack()))
		}
	}()
	err = j.run(ctx, slot, again)
	if err == nil {
		if err = a.db.SaveRun(context.WithoutCancel(ctx), j.name, slot); err != nil {
			err = fmt.Errorf("note the run: %w", err)
		}
	}
	if err != nil {
		if ctx.Err() == nil && !errors.Is(err, context.Canceled) {
			a.setback(ctx, j.name, err)
		}
		return err
	}
	a.well(ctx, j.name)
	return nil
}

// cronLogger speaks cron's logging interface to slog.
type cronLogger struct{ log *slog.Logger }

func (l cronLogger) Info(msg string, kv ...any) { l.log.Debug("cron "+msg, kv...) }

func (l cronLogger) Error(err error, msg string, kv ...any) {
	l.log.Error("cron "+msg, append([]any{"err", err}, kv...)...)
}

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
