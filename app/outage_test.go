package app

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"newsvigil/internal/practice/slack"
)

// notices are the messages of the admin channel whose text has the words.
func (r *rig) notices(words string) int {
	n := 0
	for _, m := range r.slack.Messages(testOps) {
		if strings.Contains(m.Text, words) {
			n++
		}
	}
	return n
}

// first is the daemon's first crawl.
func (r *rig) first(t *testing.T) {
	t.Helper()
	r.wait(t, "the first crawl", func() bool {
		_, ok, err := r.db.LastRun(t.Context(), "crawl")
		return ok && err == nil
	})
}

// TestDiskFull fills the disk under a running daemon over a digest's slot: it goes on, says so once,
// can be read beside, and comes up with everything when there is room again.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := r.start(ctx)
	r.first(t)
	r.diskFull()
	r.outlets.Publish(2)
	r.clock.advance(25 * time.Hour)
	r.wait(t, "the notice", func() bool { return r.notices("has to wait") > 0 })
	r.wait(t, "the digest's failure", func() bool { return strings.Contains(r.log.String(), "part=digest/") })
	reader, err := New(t.Context(), Options{Config: r.cfg, ReadOnly: true, Now: r.clock.now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := reader.Sources(t.Context()); err != nil {
		t.Errorf("nothing can be read: %v", err)
	}
	if err := reader.Close(); err != nil {
		t.Error(err)
	}
	for range 20 {
		r.clock.advance(20 * time.Minute)
		time.Sleep(10 * time.Millisecond)
	}
	if n := r.notices("has to wait"); n != 1 || len(r.digests()) != 0 {
		t.Errorf("%d notices, %d digests", n, len(r.digests()))
	}
	r.diskWell()
	r.wait(t, "the digest", func() bool { r.clock.advance(time.Minute); return len(r.digests()) == 1 })
	r.wait(t, "the end of the outage", func() bool { r.clock.advance(time.Minute); return r.notices("can write to its database again") == 1 })
	r.wait(t, "the whole digest", func() bool {
		r.clock.advance(time.Minute)
		n, err := r.db.Queued(t.Context())
		return n == 0 && err == nil
	})
	r.shownOnce(t)
	r.keysOnce(t, testOps)
	list, err := r.Preview(t.Context(), "")
	if err != nil || list[0].Stories() != 0 {
		t.Errorf("%d stories are left, %v", list[0].Stories(), err)
	}
	select {
	case err := <-done:
		t.Fatalf("the daemon ended: %v", err)
	default:
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestSickDisk lets every third commit fail for a while, whatever it is for: nothing is lost or doubled.
func TestSickDisk(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	var n atomic.Int64
	sick := func(string) error {
		if n.Add(1)%3 == 0 {
			return syscall.EIO
		}
		return nil
	}
	r.fault.Store(&sick)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := r.start(ctx)
	for range 3 { // the clock leaps over slots meanwhile
		time.Sleep(300 * time.Millisecond)
		r.clock.advance(24 * time.Hour)
	}
	r.diskWell()
	r.wait(t, "everything", func() bool {
		r.clock.advance(10 * time.Minute)
		queued, err := r.db.Queued(t.Context())
		if err != nil || queued > 0 || len(r.digests()) == 0 {
			return false
		}
		list, err := r.Preview(t.Context(), "")
		return err == nil && list[0].Stories() == 0
	})
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	r.shownOnce(t)
	r.keysOnce(t, testOps)
	if r.notices("has to wait: the disk gives errors") == 0 || !strings.Contains(r.log.String(), "catching up") {
		t.Errorf("log:\n%s", r.log)
	}
}

// TestOutageToldOnce holds that one outage is told once, also by a program that was started anew within
// it, and the next one again.
func TestOutageToldOnce(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := newRig(t, nil)
	r.setback(ctx, "crawl", errors.New("a mistake of another kind"))
	if n := len(r.slack.Messages(testOps)); n != 0 {
		t.Fatalf("%d notices of what is no outage", n)
	}
	for range 2 {
		r.setback(ctx, "crawl", syscall.ENOSPC)
		r.setback(ctx, partDelivery, syscall.ENOSPC)
		r.reopen(t)
	}
	if n := r.notices("has to wait"); n != 1 {
		t.Errorf("%d notices of one outage", n)
	}
	r.setback(ctx, "crawl", syscall.ENOSPC)
	calls := r.slack.Calls("conversations.history")
	r.setback(ctx, partDelivery, syscall.ENOSPC)
	if r.slack.Calls("conversations.history") != calls {
		t.Error("Slack is asked again although the admin channel knows")
	}
	r.well(ctx, partDelivery)
	if r.setbacks.key == "" {
		t.Error("the outage ended while a part still fails")
	}
	r.well(ctx, "crawl")
	r.well(ctx, "crawl")
	r.deliverAll(ctx, t)
	if n := r.notices("can write to its database again"); n != 1 {
		t.Errorf("the end was told %d times", n)
	}
	r.setback(ctx, "crawl", syscall.ENOSPC)
	if n := r.notices("has to wait"); n != 2 {
		t.Errorf("%d notices of two outages", n)
	}
	// While Slack is down too, the next failure tells.
	r.well(ctx, "crawl")
	r.slack.Script("chat.postMessage", slack.TooFast)
	r.setback(ctx, "crawl", syscall.ENOSPC)
	r.setback(ctx, "crawl", syscall.ENOSPC)
	r.setback(ctx, "crawl", syscall.ENOSPC)
	if n := r.notices("has to wait"); n != 3 {
		t.Errorf("%d notices of three outages", n)
	}
}

// TestPause holds that retries become ever more seldom, and never stop.
func TestPause(t *testing.T) {
	t.Parallel()
	a := &App{patience: firstPause}
	for n, want := range map[int]time.Duration{0: time.Minute, 1: time.Minute, 2: 2 * time.Minute, 4: 8 * time.Minute, 5: longestPause, 1000: longestPause} {
		if got := a.pause(n); got != want {
			t.Errorf("after %d failures: %v, want %v", n, got, want)
		}
	}
}

// TestPatientStart holds that a daemon that begins on a full disk waits for room, and that a command
// says what is wrong instead.
func TestPatientStart(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	if err := r.App.Close(); err != nil {
		t.Fatal(err)
	}
	var n atomic.Int64
	a := &App{cfg: r.cfg, now: r.now, log: slog.New(slog.DiscardHandler), patience: time.Millisecond}
	try := func() error {
		if n.Add(1) < 4 {
			return syscall.ENOSPC
		}
		return nil
	}
	if err := a.patiently(t.Context(), try); !errors.Is(err, syscall.ENOSPC) || n.Load() != 1 {
		t.Errorf("%v after %d tries", err, n.Load())
	}
	n.Store(0)
	a.o.Patient = true
	if err := a.patiently(t.Context(), try); err != nil || n.Load() != 4 {
		t.Errorf("%v after %d tries", err, n.Load())
	}
	r.App = nil
	r.reopen(t)
}
