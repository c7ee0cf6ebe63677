// Package rhythm learns from publication times how often a source publishes: when to look again,
// and how long a silence is still ordinary.
package rhythm

import (
	"slices"
	"time"
)

const (
	// Shortest and Longest bound the time between two polls of one source.
	Shortest = 10 * time.Minute
	Longest  = 120 * time.Minute
	// unknown is the interval for a source of which next to nothing is known.
	unknown = 60 * time.Minute
	// lookBack is how far back times count; a source's habits of last season say little.
	lookBack = 28 * 24 * time.Hour
	// usual is how many pieces a feed is taken to show of which nobody knows.
	usual = 20
	// fewest is how many times are needed before a rate or a silence is worth believing.
	fewest = 4
	// recentHours are the hours by which a day is known for a busy one.
	recentHours = 3
	// smoothing spreads this share of the pieces evenly over the day, so that an hour in which
	// nothing happened to appear is not taken for an hour in which nothing can.
	smoothing = 0.25
	// learned is how many days show at which hours a source publishes.
	learned = 3
)

// Interval is the time to wait before the source is polled again: the time in which a quarter of
// its feed is expected to turn over, within 10 and 120 minutes. window is how many pieces the feed
// shows, 0 where that is not known. The expectation follows the hours of the day in which the source
// published during the last 28 days. Times in the future are ignored, order means nothing, and a source
// with fewer than four times is polled hourly.
func Interval(published []time.Time, window int, now time.Time) time.Duration {
	recent := within(published, now)
	if len(recent) < fewest {
		return unknown
	}
	if window <= 0 {
		window = usual
	}
	rates := hourly(recent, now)
	goal := float64(min(len(recent), window)) / 4
	press := pressure(recent, rates, now)
	const step = time.Minute
	expected := 0.0
	for wait := step; wait < Longest; wait += step {
		expected += press * rates[now.Add(wait).UTC().Hour()] / 60
		if expected >= goal {
			return max(wait, Shortest)
		}
	}
	return Longest
}

// pressure is by how much more a source publishes these hours than it does at this time of other days,
// at least 1: on a day of great news it is looked at more often. One piece more than expected says little.
func pressure(times []time.Time, rates [24]float64, now time.Time) float64 {
	from := now.Add(-recentHours * time.Hour)
	at, _ := slices.BinarySearchFunc(times, from, time.Time.Compare)
	expected := 0.0
	for h := range recentHours {
		expected += rates[now.Add(-time.Duration(h)*time.Hour).UTC().Hour()]
	}
	return max(1, float64(len(times)-at)/(expected+1))
}

// Quiet is the silence after which something is likely wrong: three times the longest but one gap
// between two pieces, within 1 and 60 days; 0 where too little is known. The longest gap is left out
// because it may itself be an outage. Future times are ignored.
func Quiet(published []time.Time, now time.Time) time.Duration {
	const day = 24 * time.Hour
	times := sorted(published, now)
	if len(times) < 2*fewest {
		return 0
	}
	gaps := make([]time.Duration, 0, len(times))
	for i := 1; i < len(times); i++ {
		gaps = append(gaps, times[i].Sub(times[i-1]))
	}
	slices.Sort(gaps)
	return min(max(3*gaps[len(gaps)-2], day), 60*day)
}

// within gives the times of the look-back, in order.
func within(published []time.Time, now time.Time) []time.Time {
	times := sorted(published, now)
	from, _ := slices.BinarySearchFunc(times, now.Add(-lookBack), time.Time.Compare)
	return times[from:]
}

// sorted gives the known times that are not in the future, in order.
func sorted(published []time.Time, now time.Time) []time.Time {
	times := make([]time.Time, 0, len(published))
	for _, t := range published {
		if !t.IsZero() && !t.After(now) {
			times = append(times, t)
		}
	}
	slices.SortFunc(times, time.Time.Compare)
	return times
}

// hourly gives pieces an hour for each hour of the day in UTC. Of a history of less than three days the
// hours say the less the shorter it is, and the mean the more: what the first poll of a feed shows may
// all be of one hour.
func hourly(times []time.Time, now time.Time) [24]float64 {
	span := max(now.Sub(times[0]).Hours(), 1)
	even := max(smoothing, 1-span/(24*learned))
	days := max(span/24, 1)
	var rates [24]float64
	for i := range rates {
		rates[i] = even * float64(len(times)) / span
	}
	for _, t := range times {
		rates[t.UTC().Hour()] += (1 - even) / days
	}
	return rates
}
