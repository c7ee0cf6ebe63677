package app

import (
	"time"

	"github.com/robfig/cron/v3"
)

// slots is a cron schedule of a zone. The library leaves out what falls into the hour that is missing
// in spring; here it comes when that hour would have been.
type slots struct {
	cron.Schedule
	zone *time.Location
}

// Next implements cron.Schedule.
func (s slots) Next(t time.Time) time.Time {
	next := s.Schedule.Next(t.In(s.zone))
	if missing := s.missing(t.In(s.zone)); !missing.IsZero() && (next.IsZero() || missing.Before(next)) {
		return missing
	}
	return next
}

// missing is the next slot after t on a clock that never changes, where the zone's clock skips it; zero
// where the zone's clock has it.
func (s slots) missing(t time.Time) time.Time {
	_, offset := t.Zone()
	fixed := time.FixedZone("", offset)
	next := s.Schedule.Next(t.In(fixed))
	if next.IsZero() {
		return next
	}
	year, month, day := next.Date()
	at := func(day int, zone *time.Location) time.Time {
		return time.Date(year, month, day, next.Hour(), next.Minute(), 0, 0, zone)
	}
	const wall = "2006-01-02T15:04"
	if at(day, s.zone).Format(wall) == next.Format(wall) {
		return time.Time{}
	}
	// By the clock of the day before, so that the answer is the same whatever t was.
	_, offset = at(day-1, s.zone).Zone()
	return at(day, time.FixedZone("", offset)).In(s.zone)
}
