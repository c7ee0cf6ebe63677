package app

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"newsvigil/config"
)

func TestLastMissed(t *testing.T) {
	t.Parallel()
	seoul, err := time.LoadLocation("Asia/Seoul")
	if err != nil {
		t.Fatal(err)
	}
	at := func(s string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04", s, seoul)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, tt := range []struct{ spec, last, now, want string }{
		{"0 8 * * MON-FRI", "2026-11-20 08:00", "2026-11-20 09:00", ""},
		{"0 8 * * MON-FRI", "2026-11-19 08:00", "2026-11-20 07:59", ""},
		{"0 8 * * MON-FRI", "2026-11-19 08:00", "2026-11-20 08:00", "2026-11-20 08:00"},
		{"0 8 * * MON-FRI", "2026-11-13 08:00", "2026-11-21 12:00", "2026-11-20 08:00"}, // one, the last
		{"*/20 * * * *", "2026-11-20 08:00", "2026-11-20 08:45", "2026-11-20 08:40"},
		{"0 8 * * *", "2024-01-01 08:00", "2026-11-20 09:00", "2026-11-20 08:00"},
	} {
		sched, err := parseSpec(tt.spec)
		if err != nil {
			t.Fatal(err)
		}
		got, ok := lastMissed(sched, at(tt.last), at(tt.now))
		if ok != (tt.want != "") || ok && !got.Equal(at(tt.want)) {
			t.Errorf("%s from %s to %s: %v %v, want %s", tt.spec, tt.last, tt.now, got, ok, tt.want)
		}
	}
	if _, err := parseSpec("CRON_TZ=Asia/Seoul"); err == nil {
		t.Error("a spec on which the library panics was accepted")
	}
}

// TestSlotOnce holds that a slot is posted once, also when it is run again after a crash, that a
// slot with nothing new says so, and that the two hours of an autumn night are one slot.
func TestSlotOnce(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := newRig(t, nil)
	slot := time.Date(2026, 11, 20, 8, 0, 0, 0, r.cfg.Zone)
	deliver := func() {
		w, err := r.worker()
		if err != nil {
			t.Fatal(err)
		}
		if _, queued, err := w.Flush(ctx); err != nil || queued != 0 {
			t.Fatalf("%d queued, %v", queued, err)
		}
	}
	r.crawl(ctx, t)
	for range 2 {
		if err := r.postSlot(ctx, r.topics[0], slot); err != nil {
			t.Fatal(err)
		}
	}
	deliver()
	if n := len(r.digests()); n != 1 {
		t.Fatalf("%d digests for one slot", n)
	}
	if err := r.postSlot(ctx, r.topics[0], slot.AddDate(0, 0, 1)); err != nil {
		t.Fatal(err)
	}
	deliver()
	if n := len(r.digests()); n != 2 {
		t.Fatalf("%d digests; a slot with nothing new must say so", n)
	}
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	r.cfg.Zone = berlin
	night := time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC) // 02:30 summer time; an hour later it is 02:30 again
	for _, at := range []time.Time{night, night.Add(time.Hour)} {
		if err := r.postSlot(ctx, r.topics[0], at); err != nil {
			t.Fatal(err)
		}
	}
	deliver()
	if n := len(r.digests()); n != 3 {
		t.Errorf("%d digests after an autumn night, want 3", n)
	}
}

// TestManualUsesNoSlot holds that a digest by hand leaves the slot that follows its own message.
func TestManualUsesNoSlot(t *testing.T) {
	t.Parallel()
	unraced(t)
	ctx := t.Context()
	r := newRig(t, nil)
	r.crawl(ctx, t)
	r.post(ctx, t)
	if err := r.postSlot(ctx, r.topics[0], r.now().Truncate(time.Minute)); err != nil {
		t.Fatal(err)
	}
	r.post(ctx, t)
	if n := len(r.digests()); n != 2 {
		t.Errorf("%d digests, want the one by hand and the slot", n)
	}
}

// TestCatchUp holds that a job that fell due while the program was down runs once at the next start,
// for the slot it missed, and that a first start only crawls.
func TestCatchUp(t *testing.T) {
	t.Parallel()
	unraced(t)
	r := newRig(t, nil)
	first, cancel := context.WithCancel(t.Context())
	done := r.start(first)
	r.wait(t, "the first crawl", func() bool {
		_, ok, err := r.db.LastRun(t.Context(), "crawl")
		return ok && err == nil && len(r.outlets.Requests()) > 50
	})
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if len(r.digests()) != 0 {
		t.Error("the first start posted a digest before its slot")
	}
	r.clock.advance(25 * time.Hour) // a slot goes by
	r.reopen(t)
	second, cancel2 := context.WithCancel(t.Context())
	done = r.start(second)
	r.wait(t, "the missed digest", func() bool { return len(r.digests()) == 1 })
	cancel2()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	slot, ok, err := r.db.LastSlot(t.Context(), r.topics[0].Key())
	if err != nil || !ok || slot.In(r.cfg.Zone).Hour() != 8 || slot.Minute() != 0 {
		t.Errorf("the digest stands for %v, want a slot at 08:00", slot)
	}
	r.reopen(t)
	third, cancel3 := context.WithCancel(t.Context())
	defer cancel3()
	done = r.start(third)
	time.Sleep(300 * time.Millisecond) // nothing is due; give a mistake the time to show
	cancel3()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if n := len(r.digests()); n != 1 {
		t.Errorf("%d digests after a restart, want 1", n)
	}
}

// start runs the daemon.
func (r *rig) start(ctx context.Context) <-chan error {
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx, nil) }()
	return done
}

// wait polls until ok, for at most half a minute.
func (r *rig) wait(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("waited in vain for %s; log:\n%s", what, r.log)
}

// TestReload holds that a mistake keeps the old settings and is told, and that a new configuration
// takes over without a restart.
func TestReload(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	reload := make(chan Reloaded)
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx, reload) }()
	reload <- Reloaded{Err: errors.New("config.toml:3:1: a mistake")}
	r.wait(t, "the notice", func() bool { return len(r.slack.Messages(testOps)) == 1 })
	next := testConfig(t, r.outlets.Outlets()[:1])
	next.DataDir, next.Slack = r.cfg.DataDir, r.cfg.Slack
	reload <- Reloaded{Config: next}
	r.wait(t, "the new configuration", func() bool { return strings.Contains(r.log.String(), "configuration read again") })
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if len(r.sources()) != 1 {
		t.Errorf("%d sources after the reload, want 1", len(r.sources()))
	}
}

// TestReloadLines holds that every mistake has a line of its own, and that what to do stands last.
func TestReloadLines(t *testing.T) {
	t.Parallel()
	two := reloadLines(errors.New("config.toml:3:1: a mistake\nconfig.toml:4:1: another"))
	if len(two) != 3 || two[1] != "config.toml:4:1: another" || !strings.Contains(two[2], "newsvigil check") {
		t.Errorf("two mistakes: %q", two)
	}
	many := reloadLines(errors.New(strings.Repeat("a mistake\n", 19) + "a mistake"))
	if len(many) != mostMistakes+2 || many[mostMistakes] != "… and 12 more" || !strings.Contains(many[mostMistakes+1], "reload") {
		t.Errorf("twenty mistakes: %q", many)
	}
}

// TestJobs holds that only a good run is noted, and that the pause before a crawl stays in its bounds.
func TestJobs(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(c *config.Config) { c.Jitter = time.Hour })
	if d := r.jitter(); d < 0 || d >= time.Hour {
		t.Errorf("jitter %v", d)
	}
	var runs atomic.Int32
	j := job{name: "odd", spec: "* * * * *", run: func(context.Context, time.Time, bool) error { runs.Add(1); return errors.New("no") }}
	if err := r.runJob(t.Context(), j, r.now(), false); err == nil {
		t.Error("a failed run was hidden")
	}
	if _, ok, _ := r.db.LastRun(t.Context(), "odd"); ok || runs.Load() != 1 {
		t.Error("a failed run was noted as a good one")
	}
	j.run = func(context.Context, time.Time, bool) error { return nil }
	if err := r.runJob(t.Context(), j, r.now(), false); err != nil {
		t.Fatal(err)
	}
	if _, ok, _ := r.db.LastRun(t.Context(), "odd"); !ok {
		t.Error("a good run was not noted")
	}
}

// stumbling panics once, at a message.
type stumbling struct {
	slog.Handler
	at   string
	done *atomic.Bool
}

func (s stumbling) Handle(ctx context.Context, r slog.Record) error {
	if r.Message == s.at && s.done.CompareAndSwap(false, true) {
		panic("stumbled")
	}
	return s.Handler.Handle(ctx, r)
}

// TestKeeperStumbles holds that a panic beside the run of a job does not end the job for good.
func TestKeeperStumbles(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r := newRig(t, nil)
	from := r.now()
	for _, name := range []string{"crawl", runUpkeep} {
		if err := r.db.SaveRun(ctx, name, from); err != nil {
			t.Fatal(err)
		}
	}
	r.clock.advance(25 * time.Hour)
	r.topics = nil // the crawl and the upkeep are left
	var stumbled atomic.Bool
	r.App.log = slog.New(stumbling{r.App.log.Handler(), "catching up", &stumbled})
	done := r.start(ctx)
	r.wait(t, "both jobs", func() bool {
		crawl, _, _ := r.db.LastRun(ctx, "crawl")
		upkeep, _, _ := r.db.LastRun(ctx, runUpkeep)
		return stumbled.Load() && crawl.After(from) && upkeep.After(from)
	})
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

// TestReloadWaits holds that a new configuration takes over only when the work under the old one has
// ended, for that must not see its settings change.
func TestReloadWaits(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	r.grace = 10 * time.Second / stopWaits
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	reload, done, hanging := make(chan Reloaded), make(chan error, 1), make(chan struct{})
	go func() { done <- r.Run(ctx, reload) }()
	r.first(t)
	r.running.Go(func() { <-hanging })
	next := testConfig(t, r.outlets.Outlets()[:1])
	next.DataDir, next.Slack = r.cfg.DataDir, r.cfg.Slack
	reload <- Reloaded{Config: next}
	r.wait(t, "the wait", func() bool { return strings.Contains(r.log.String(), "the work in hand takes long to end") })
	if strings.Contains(r.log.String(), "configuration read again") {
		t.Error("the settings changed under the work in hand")
	}
	close(hanging)
	r.wait(t, "the new configuration", func() bool { return strings.Contains(r.log.String(), "configuration read again") })
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

// TestPolledOnceASlot holds that digests of several topics at one slot share one poll of the outlets.
func TestPolledOnceASlot(t *testing.T) {
	t.Parallel()
	unraced(t)
	r := newRig(t, func(c *config.Config) {
		for _, name := range []string{"The Same Again", "And Again"} {
			other := c.Topics[0]
			other.Name = name
			c.Topics = append(c.Topics, other)
		}
		c.Crawl = "0 0 1 1 *" // no crawl but the first
	})
	polls := func() int { return strings.Count(r.log.String(), `msg=polled source="Bridge Notes"`) }
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := r.start(ctx)
	r.first(t)
	before := polls()
	r.clock.advance(24 * time.Hour)
	r.wait(t, "the digests", func() bool { return strings.Count(r.log.String(), "msg=digest ") == 3 })
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if n := polls() - before; n != 1 {
		t.Errorf("%d polls for one slot", n)
	}
}
