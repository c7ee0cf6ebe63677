package app

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"newsvigil/config"
	"newsvigil/store"
)

const wallClock = "2006-01-02 15:04"

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// TestSlots holds that both nights on which clocks are changed have every slot, none of which is lost.
func TestSlots(t *testing.T) {
	t.Parallel()
	berlin := zone(t, "Europe/Berlin")
	for _, tt := range []struct {
		spec, from string
		want       []string
	}{
		{"30 2 * * *", "2026-03-28 12:00", []string{"2026-03-29 03:30", "2026-03-30 02:30", "2026-03-31 02:30"}}, // there is no 02:30
		{"30 2 * * *", "2026-10-24 12:00", []string{"2026-10-25 02:30", "2026-10-25 02:30", "2026-10-26 02:30"}}, // twice, of one name
		{"0 8 * * *", "2026-03-28 12:00", []string{"2026-03-29 08:00", "2026-03-30 08:00"}},
		{"*/30 * * * *", "2026-03-29 01:00", []string{"2026-03-29 01:30", "2026-03-29 03:00", "2026-03-29 03:30", "2026-03-29 04:00"}},
		{"0 2 29 3 *", "2025-06-01 00:00", []string{"2026-03-29 03:00", "2027-03-29 02:00"}},
		{"15 2,3 * * *", "2026-03-28 12:00", []string{"2026-03-29 03:15", "2026-03-30 02:15", "2026-03-30 03:15"}},
	} {
		sched, err := parseSpec(tt.spec)
		if err != nil {
			t.Fatal(err)
		}
		at, err := time.ParseInLocation(wallClock, tt.from, berlin)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for range tt.want {
			next := slots{sched, berlin}.Next(at)
			if !next.After(at) {
				t.Fatalf("%s: %v comes after %v", tt.spec, next, at)
			}
			at = next
			got = append(got, at.In(berlin).Format(wallClock))
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s from %s: %s", tt.spec, tt.from, diff)
		}
	}
}

// night is a daemon's keeper of one job under a clock that stands until the test moves it.
type night struct {
	t    *testing.T
	a    *App
	k    *keeper
	time time.Time
	// posted are the slots in order, each by the key that its digest would have; fail makes runs fail.
	posted []string
	runs   int
	fail   error
}

func newNight(t *testing.T, spec, zoneName, from string) *night {
	t.Helper()
	loc := zone(t, zoneName)
	n := &night{t: t}
	var err error
	if n.time, err = time.ParseInLocation(wallClock, from, loc); err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return n.time }
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), DatabaseName), store.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	n.a = &App{
		cfg: &config.Config{Zone: loc}, now: now, log: slog.New(slog.DiscardHandler), db: db,
		damage: make(chan error, 1), pulse: pulse, patience: firstPause,
	}
	n.restart(spec)
	return n
}

// restart forgets all but what stands in the database.
func (n *night) restart(spec string) {
	sched, err := parseSpec(spec)
	if err != nil {
		n.t.Fatal(err)
	}
	keys := map[string]bool{}
	for _, p := range n.posted {
		keys[p] = true
	}
	n.k = &keeper{app: n.a, sched: slots{sched, n.a.cfg.Zone}, job: job{name: "digest/x/0", spec: spec,
		run: func(_ context.Context, slot time.Time, _ bool) error {
			n.runs++
			if key := slot.In(n.a.cfg.Zone).Format(slotLayout); n.fail == nil && !keys[key] { // as the store does
				keys[key] = true
				n.posted = append(n.posted, key)
			}
			return n.fail
		}}}
}

// pass lets time go by as the keeper would see it; it never sleeps longer than a pulse.
func (n *night) pass(d time.Duration) {
	for end := n.time.Add(d); n.time.Before(end); {
		wait := n.k.turn(n.t.Context())
		if wait > max(pulse, longestPause) {
			n.t.Fatalf("sleeps for %v", wait)
		}
		n.time = n.time.Add(max(wait, time.Millisecond))
	}
	n.k.turn(n.t.Context())
}

func (n *night) want(slots ...string) {
	n.t.Helper()
	if diff := cmp.Diff(slots, n.posted); diff != "" {
		n.t.Error(diff)
	}
}

// TestClockBack sets the clock back by a day: the day's slots come again and are known.
func TestClockBack(t *testing.T) {
	t.Parallel()
	n := newNight(t, "0 8,18 * * *", "Europe/Berlin", "2026-06-10 07:00")
	n.pass(26 * time.Hour)
	n.want("2026-06-10T08:00", "2026-06-10T18:00", "2026-06-11T08:00")
	n.time = n.time.Add(-24 * time.Hour)
	n.pass(48 * time.Hour)
	n.want("2026-06-10T08:00", "2026-06-10T18:00", "2026-06-11T08:00", "2026-06-11T18:00", "2026-06-12T08:00")
}

// TestClockForthAndBack lets the clock run years ahead for a while; no slot before that time is lost.
func TestClockForthAndBack(t *testing.T) {
	t.Parallel()
	for _, restart := range []bool{false, true} {
		n := newNight(t, "0 8 * * *", "Europe/Berlin", "2026-06-10 07:00")
		n.pass(2 * time.Hour)
		n.time = n.time.AddDate(3, 0, 0)
		n.pass(2 * time.Hour)
		n.time = n.time.AddDate(-3, 0, 0)
		if restart {
			n.restart("0 8 * * *")
		}
		n.pass(48 * time.Hour)
		n.want("2026-06-10T08:00", "2029-06-10T08:00", "2026-06-11T08:00", "2026-06-12T08:00")

		day := newNight(t, "0 8 * * *", "Europe/Berlin", "2026-06-10 07:00")
		day.pass(2 * time.Hour)
		day.time = day.time.AddDate(0, 0, 1)
		day.pass(2 * time.Hour) // tomorrow's slot is posted a day too early
		day.time = day.time.AddDate(0, 0, -1)
		if restart {
			day.restart("0 8 * * *")
		}
		day.pass(48 * time.Hour)
		day.want("2026-06-10T08:00", "2026-06-11T08:00", "2026-06-12T08:00")
	}
}

// TestClockNights holds that the nights on which clocks change have each slot once.
func TestClockNights(t *testing.T) {
	t.Parallel()
	spring := newNight(t, "30 2 * * *", "Europe/Berlin", "2026-03-28 12:00")
	spring.pass(48 * time.Hour)
	spring.want("2026-03-29T03:30", "2026-03-30T02:30")
	autumn := newNight(t, "30 2 * * *", "Europe/Berlin", "2026-10-24 12:00")
	autumn.pass(48 * time.Hour)
	autumn.want("2026-10-25T02:30", "2026-10-26T02:30")
}

// TestSleepOver lets the machine sleep over slots: the last of them comes within a pulse of waking, and
// without a restart.
func TestSleepOver(t *testing.T) {
	t.Parallel()
	n := newNight(t, "0 8,12 * * *", "Asia/Seoul", "2026-06-10 07:00")
	n.pass(30 * time.Minute)
	n.time = n.time.Add(7 * time.Hour)
	n.pass(time.Second)
	n.want("2026-06-10T12:00")
}

// TestRetried holds that a run which fails is tried again, ever more seldom, until it succeeds or its
// next slot comes.
func TestRetried(t *testing.T) {
	t.Parallel()
	n := newNight(t, "0 8 * * *", "Asia/Seoul", "2026-06-10 07:00")
	n.fail = errors.New("not now")
	n.pass(3 * time.Hour)
	if n.want(); n.runs < 8 || n.runs > 16 {
		t.Errorf("%d runs in two hours", n.runs)
	}
	n.fail = nil
	n.pass(longestPause)
	n.want("2026-06-10T08:00")
	n.fail = errors.New("not now")
	n.pass(24 * time.Hour)
	n.restart("0 8 * * *")
	n.pass(24 * time.Hour)
	n.fail = nil
	n.pass(time.Hour)
	n.want("2026-06-10T08:00", "2026-06-12T08:00")
}
