package rhythm

import (
	"math/rand/v2"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// every gives n times ending at end, gap apart.
func every(n int, gap time.Duration, end time.Time) []time.Time {
	times := make([]time.Time, n)
	for i := range times {
		times[i] = end.Add(-time.Duration(i) * gap)
	}
	return times
}

func TestInterval(t *testing.T) {
	t.Parallel()
	office := []time.Time{} // ten pieces between 09:00 and 10:00 UTC on each of 20 days, nothing else
	for day := range 20 {
		start := time.Date(2026, 11, 19-day, 9, 0, 0, 0, time.UTC)
		office = append(office, every(10, 6*time.Minute, start.Add(55*time.Minute))...)
	}
	tests := []struct {
		name string
		in   []time.Time
		now  time.Time
		want time.Duration
	}{
		{"nothing known", nil, noon, unknown},
		{"three pieces", every(3, time.Hour, noon), noon, unknown},
		{"only future", every(9, -time.Hour, noon.Add(time.Hour)), noon, unknown},
		{"only long ago", every(40, time.Hour, noon.Add(-60*24*time.Hour)), noon, unknown},
		{"a ticker", every(2000, time.Minute, noon), noon, Shortest},
		{"a weekly", every(4, 7*24*time.Hour, noon), noon, Longest},
		{"busy hour ahead", office, time.Date(2026, 11, 20, 8, 55, 0, 0, time.UTC), 43 * time.Minute},
		{"dead of night", office, time.Date(2026, 11, 20, 22, 0, 0, 0, time.UTC), Longest},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Interval(tt.in, 0, tt.now)
			if diff := (got - tt.want).Abs(); diff > 3*time.Minute {
				t.Errorf("Interval = %v, want about %v", got, tt.want)
			}
		})
	}
}

func TestIntervalLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		minutes := rapid.SliceOfN(rapid.IntRange(-500, 60*24*60), 0, 300).Draw(t, "minutes ago")
		times := make([]time.Time, len(minutes))
		for i, m := range minutes {
			times[i] = noon.Add(-time.Duration(m) * time.Minute)
		}
		got := Interval(times, 0, noon)
		if got < Shortest || got > Longest {
			t.Fatalf("Interval = %v, outside %v to %v", got, Shortest, Longest)
		}
		rand.Shuffle(len(times), func(i, j int) { times[i], times[j] = times[j], times[i] })
		if again := Interval(times, 0, noon); again != got {
			t.Fatalf("Interval depends on order: %v and %v", got, again)
		}
		if quiet := Quiet(times, noon); quiet != 0 && (quiet < 24*time.Hour || quiet > 60*24*time.Hour) {
			t.Fatalf("Quiet = %v", quiet)
		}
	})
}

func TestBusierIsSooner(t *testing.T) {
	t.Parallel()
	last := Longest + 1
	for _, gap := range []time.Duration{12 * time.Hour, 2 * time.Hour, 30 * time.Minute, 10 * time.Minute, 3 * time.Minute} {
		got := Interval(every(int(20*24*time.Hour/gap), gap, noon), 0, noon)
		if got > last {
			t.Errorf("a piece every %v: Interval = %v, longer than %v of a slower source", gap, got, last)
		}
		last = got
	}
	if last >= time.Hour {
		t.Errorf("a piece every 3 minutes is polled after %v", last)
	}
}

func TestQuiet(t *testing.T) {
	t.Parallel()
	daily := every(30, 24*time.Hour, noon)
	outage := append(every(15, 24*time.Hour, noon), every(15, 24*time.Hour, noon.Add(-40*24*time.Hour))...)
	tests := []struct {
		name string
		in   []time.Time
		want time.Duration
	}{
		{"too little", every(7, time.Hour, noon), 0},
		{"hourly", every(200, time.Hour, noon), 24 * time.Hour},
		{"daily", daily, 72 * time.Hour},
		{"one outage is no habit", outage, 72 * time.Hour},
		{"yearly", every(10, 365*24*time.Hour, noon), 60 * 24 * time.Hour},
	}
	for _, tt := range tests {
		if got := Quiet(tt.in, noon); got != tt.want {
			t.Errorf("%s: Quiet = %v, want %v", tt.name, got, tt.want)
		}
	}
}

// TestABusyDayIsLookedAtMoreOften holds that what the last hours brought counts beside the habit.
func TestABusyDayIsLookedAtMoreOften(t *testing.T) {
	t.Parallel()
	calm := every(160, 187*time.Minute, noon.Add(-4*time.Hour))
	busy := append(every(12, 10*time.Minute, noon), calm...)
	if a, b := Interval(calm, 10, noon), Interval(busy, 10, noon); b > a*3/4 {
		t.Errorf("after twelve pieces in two hours it is polled after %v, on a calm day after %v", b, a)
	}
}
