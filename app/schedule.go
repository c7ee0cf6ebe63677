package app

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/robfig/cron/v3"
)

// prePoll bounds the crawl that goes before a digest, so that the digest is fresh and not late.
const prePoll = 10 * time.Minute

// job is one thing that runs on a schedule. name stands in the database.
type job struct {
	name, spec string
	// run is given the time the run stands for: the slot, not the moment at which it began.
	run func(ctx context.Context, slot time.Time) error
}

// jobs are the crawl and the digests of every topic.
func (a *App) jobs() []job {
	list := []job{{name: "crawl", spec: a.cfg.Crawl, run: a.crawlJob}}
	for _, t := range a.topics {
		for i, spec := range t.Digest {
			list = append(list, job{
				name: fmt.Sprintf("digest/%s/%d", t.Key(), i), spec: spec,
				run: func(ctx context.Context, slot time.Time) error { return a.digestJob(ctx, t, slot) },
			})
		}
	}
	return list
}

func (a *App) crawlJob(ctx context.Context, _ time.Time) error {
	if err := sleep(ctx, a.jitter()); err != nil {
		return err
	}
	report, err := a.Crawl(ctx, CrawlOptions{})
	a.log.Info("crawl", "sources", len(report.Sources), "stored", report.Total.Stored,
		"relevant", report.Total.Relevant, "trouble", len(report.Troubled()), "took", time.Duration(report.Total.TookMS)*time.Millisecond)
	return err
}

func (a *App) digestJob(ctx context.Context, t *topic, slot time.Time) error {
	// A failing crawl is no reason for silence: the digest says what is known.
	if _, err := a.Crawl(ctx, CrawlOptions{All: true, Limit: prePoll}); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		a.log.Error("crawl before the digest", "topic", t.Name, "err", err)
	}
	return a.postSlot(ctx, t, slot)
}

// schedule starts every job on its cron schedule in the configured zone. cron is wrapped: a panic
// is logged and ends the run alone, a run that is still going is not started again, and a run that
// was missed while the program was down is caught up with once.
func (a *App) schedule(ctx context.Context) (*cron.Cron, error) {
	logger := cronLogger{a.log}
	c := cron.New(cron.WithLocation(a.cfg.Zone), cron.WithLogger(logger),
		cron.WithChain(cron.Recover(logger), cron.SkipIfStillRunning(logger)))
	for _, j := range a.jobs() {
		sched, err := parseSpec(j.spec)
		if err != nil {
			return nil, &UsageError{Text: fmt.Sprintf("schedule %q: %v", j.spec, err)}
		}
		missed, ok, err := a.missed(ctx, j, sched)
		if err != nil {
			return nil, err
		}
		// A run that catches up stands for the slot it missed: a digest of that slot which was
		// stored just before a crash is then found, not made a second time.
		var catchUp atomic.Pointer[time.Time]
		id := c.Schedule(sched, cron.FuncJob(func() {
			slot := a.now().In(a.cfg.Zone).Truncate(time.Minute)
			if m := catchUp.Swap(nil); m != nil {
				slot = *m
			}
			a.runJob(ctx, j, slot)
		}))
		if ok {
			a.log.Info("catching up", "job", j.name, "slot", missed)
			catchUp.Store(&missed)
			a.running.Go(c.Entry(id).WrappedJob.Run) // counted from here on: a stop may come before it begins
		}
	}
	c.Start()
	return c, nil
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

// missed reports whether a run of the job fell due while the program was not running, and which one
// was the last of them. A job that has never run is due at once if it is the crawl; a digest waits
// for its slot.
func (a *App) missed(ctx context.Context, j job, sched cron.Schedule) (slot time.Time, ok bool, err error) {
	last, ran, err := a.db.LastRun(ctx, j.name)
	if err != nil {
		return time.Time{}, false, fmt.Errorf("find the last run of %s: %w", j.name, err)
	}
	if !ran {
		if err := a.db.SaveRun(ctx, j.name, a.now()); err != nil {
			return time.Time{}, false, fmt.Errorf("note the start of %s: %w", j.name, err)
		}
		return a.now(), j.name == "crawl", nil
	}
	slot, ok = lastMissed(sched, last.In(a.cfg.Zone), a.now().In(a.cfg.Zone))
	return slot, ok, nil
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

// runJob runs a job and notes when it went well, which is what catching up goes by.
func (a *App) runJob(ctx context.Context, j job, slot time.Time) {
	if ctx.Err() != nil {
		return
	}
	a.running.Add(1)
	defer a.running.Done()
	if err := j.run(ctx, slot); err != nil {
		if ctx.Err() == nil {
			a.log.Error("job", "job", j.name, "slot", slot, "err", err)
		}
		return
	}
	if err := a.db.SaveRun(context.WithoutCancel(ctx), j.name, slot); err != nil {
		a.log.Error("note the run", "job", j.name, "err", err)
	}
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
