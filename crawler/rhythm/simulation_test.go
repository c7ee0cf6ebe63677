package rhythm

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	// simulated is how long the outlets are watched, tick how often the crawl looks who is due.
	simulated = 28
	// rhythmPieces are how many of the last pieces the program goes by.
	rhythmPieces = 200
	// seeds is how often each outlet is made up.
	seeds = 2
	tick  = 10 * time.Minute
)

// watched is an outlet of the simulation: when it publishes, and how many pieces its feed shows.
type watched struct {
	name   string
	window int
	// day gives the pieces of a day that begins at start.
	day func(r *rand.Rand, start time.Time) []time.Time
}

// hours are the pieces expected in each hour of a day in Seoul, which has an office, from a total.
func hours(total float64, weights [24]float64) [24]float64 {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	for i := range weights {
		weights[i] *= total / sum
	}
	return weights
}

var (
	office = [24]float64{1, 0, 0, 0, 0, 2, 6, 10, 12, 16, 12, 10, 8, 10, 12, 12, 14, 16, 12, 8, 5, 4, 3, 2}
	even   = [24]float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}
	night  = [24]float64{12, 12, 10, 8, 6, 4, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 6, 8, 10, 12}
)

// flow publishes by chance at the given rates, and on weekends a share of it.
func flow(total float64, weights [24]float64, weekend float64) func(*rand.Rand, time.Time) []time.Time {
	rates := hours(total, weights)
	return func(r *rand.Rand, start time.Time) (out []time.Time) {
		share := 1.0
		if d := start.Weekday(); d == time.Saturday || d == time.Sunday {
			share = weekend
		}
		for minute := range 24 * 60 {
			if r.Float64() < share*rates[minute/60]/60 {
				out = append(out, start.Add(time.Duration(minute)*time.Minute))
			}
		}
		return out
	}
}

// bursts publishes n pieces within ten minutes around each of the given hours.
func bursts(n int, at ...int) func(*rand.Rand, time.Time) []time.Time {
	return func(r *rand.Rand, start time.Time) (out []time.Time) {
		for _, h := range at {
			first := start.Add(time.Duration(h)*time.Hour + time.Duration(r.IntN(40)-20)*time.Minute)
			for range n {
				out = append(out, first.Add(time.Duration(r.IntN(600))*time.Second))
			}
		}
		return out
	}
}

// waves is a flow that some days swells to many times its size.
func waves(total float64) func(*rand.Rand, time.Time) []time.Time {
	calm, storm := flow(total, office, 0.5), flow(8*total, office, 1)
	return func(r *rand.Rand, start time.Time) []time.Time {
		if r.IntN(7) == 0 {
			return storm(r, start)
		}
		return calm(r, start)
	}
}

func weekly(n int) func(*rand.Rand, time.Time) []time.Time {
	issue := bursts(n, 6)
	return func(r *rand.Rand, start time.Time) []time.Time {
		if start.Weekday() != time.Thursday {
			return nil
		}
		return issue(r, start)
	}
}

var outlets = []watched{
	{"news agency, 240 a day, feed of 50", 50, flow(240, even, 0.7)},
	{"daily, 60 a day, feed of 20", 20, flow(60, office, 0.3)},
	{"daily, 40 a day, feed of 8", 8, flow(40, office, 0.4)},
	{"broadcaster, 90 a day, feed of 10", 10, flow(90, office, 0.5)},
	{"portal, 150 a day, feed of 10", 10, flow(150, office, 0.6)},
	{"breaking news, bursts of 8 six times a day, feed of 10", 10, bursts(8, 1, 7, 8, 12, 13, 19)},
	{"overseas daily, 70 a day, feed of 25", 25, flow(70, night, 0.4)},
	{"bursts of 6 three times a day, feed of 10", 10, bursts(6, 7, 13, 19)},
	{"bursts of 5 twice a day, feed of 8", 8, bursts(5, 9, 18)},
	{"weekly of 9 pieces, feed of 10", 10, weekly(9)},
	{"institute, 3 a week, feed of 10", 10, flow(0.6, office, 0)},
	{"8 a day, now and then 64, feed of 10", 10, waves(8)},
}

// outcome is what watching an outlet in one way gave.
type outcome struct {
	published, caught, polls int
}

func (o outcome) share() float64 { return 100 * float64(o.caught) / float64(max(o.published, 1)) }
func (o *outcome) add(p outcome) {
	o.published, o.caught, o.polls = o.published+p.published, o.caught+p.caught, o.polls+p.polls
}

// watch polls one outlet for 28 days; wait says after each poll how long to wait for the next, which
// comes at the nearest tick. The watcher knows only what it has caught.
func watch(w watched, seed uint64, wait func(caught []time.Time, now time.Time) time.Duration) (o outcome) {
	r := rand.New(rand.NewPCG(seed, 7))
	zone := time.FixedZone("KST", 9*3600)
	begin := time.Date(2026, 11, 2, 0, 0, 0, 0, zone)
	var all []time.Time
	for day := -3; day < simulated; day++ { // the feed is full when the watch begins
		all = append(all, w.day(r, begin.AddDate(0, 0, day))...)
	}
	slices.SortFunc(all, time.Time.Compare)
	seen := map[int]bool{}
	var caught []time.Time
	next := begin
	for now := begin; now.Before(begin.AddDate(0, 0, simulated)); now = now.Add(tick) {
		if next.After(now.Add(tick / 2)) {
			continue
		}
		o.polls++
		end, _ := slices.BinarySearchFunc(all, now.Add(time.Nanosecond), time.Time.Compare)
		for i := max(0, end-w.window); i < end; i++ {
			if !seen[i] {
				seen[i] = true
				caught = append(caught, all[i])
			}
		}
		next = now.Add(wait(caught[max(0, len(caught)-rhythmPieces):], now))
	}
	for i, t := range all {
		if !t.Before(begin) && t.Before(begin.AddDate(0, 0, simulated).Add(-2*time.Hour)) {
			o.published++
			if seen[i] {
				o.caught++
			}
		}
	}
	return o
}

// TestSimulation compares polling by rhythm with fixed intervals over twelve outlets and 28 days: which
// share of the pieces the feeds alone show, and at how many polls a day and outlet. What a feed does not
// show is found by the gap it leaves, at the cost of more requests.
func TestSimulation(t *testing.T) {
	ways := []struct {
		name string
		wait func(window int) func([]time.Time, time.Time) time.Duration
	}{{"by rhythm", func(window int) func([]time.Time, time.Time) time.Duration {
		return func(caught []time.Time, now time.Time) time.Duration { return Interval(caught, window, now) }
	}}}
	for _, minutes := range []int{10, 30, 60, 120} {
		ways = append(ways, struct {
			name string
			wait func(window int) func([]time.Time, time.Time) time.Duration
		}{fmt.Sprintf("every %d min", minutes), func(int) func([]time.Time, time.Time) time.Duration {
			return func([]time.Time, time.Time) time.Duration { return time.Duration(minutes) * time.Minute }
		}})
	}
	var table strings.Builder
	totals := make([]outcome, len(ways))
	for i, way := range ways {
		fmt.Fprintf(&table, "\n%s\n", way.name)
		for _, w := range outlets {
			var sum outcome
			for seed := range uint64(seeds) {
				sum.add(watch(w, 100+seed, way.wait(w.window)))
			}
			totals[i].add(sum)
			fmt.Fprintf(&table, "  %6.2f %% caught of %5d, %6.1f polls a day  %s\n", sum.share(), sum.published, float64(sum.polls)/simulated/seeds, w.name)
		}
	}
	table.WriteString("\nall outlets: share of pieces caught by the feed alone, polls a day and outlet\n")
	for i, way := range ways {
		fmt.Fprintf(&table, "  %-14s %6.2f %%  %6.1f\n", way.name, totals[i].share(), polls(totals[i]))
	}
	t.Log(table.String())
	if share, cost := totals[0].share(), polls(totals[0]); share < 99.6 || cost > 22 {
		t.Errorf("by rhythm %.2f %% are caught with %.1f polls a day; 99.6 %% with 22 is the least", share, cost)
	}
}

func polls(o outcome) float64 { return float64(o.polls) / simulated / seeds / float64(len(outlets)) }
