package when

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"newsvigil/news"
)

// The years a date may lie in. Others are misread numbers.
const (
	minYear = 1900
	maxYear = 2200
)

// maxLength bounds a date in bytes.
const maxLength = 200

// ErrNoDate says that a string is no complete date.
var ErrNoDate = errors.New("not a date")

// Parse reads s, which must be a date with or without a time and nothing else, in any form that
// outlets are known to use: RFC 822, 850, 1123, 3339 and their usual mistakes, asctime, Korean,
// Japanese and Chinese forms, English, German, French and Spanish month names, Unix seconds and
// milliseconds. zone applies where s names none; nil means UTC, marked as assumed. 03/04/2026 is
// read month first unless the first number is above 12; 03.04.2026 is read day first, as everywhere
// where points are written, but 26.04.03 begins with its year where the zone is East Asian (eight or
// nine hours ahead of UTC). A weekday is never checked. A date without a time is noon of its day. The year
// lies within 1900 and 2200 or there is an error. Confidence is left empty.
func Parse(s string, zone *time.Location) (news.Instant, error) {
	if len(s) > maxLength {
		return news.Instant{}, fmt.Errorf("read a date of %d bytes: %w", len(s), ErrNoDate)
	}
	p := newParser(normal(s), zone)
	p.read()
	if p.skip(); p.at < len(p.in) || !p.complete() {
		return news.Instant{}, fmt.Errorf("read date %q: %w", s, ErrNoDate)
	}
	i, err := p.instant(zone)
	if err != nil {
		return news.Instant{}, fmt.Errorf("read date %q: %w", s, err)
	}
	return i, nil
}

// normal folds full-width digits, no-break spaces and capitals.
func normal(s string) string {
	return strings.ToLower(norm.NFKC.String(strings.ToValidUTF8(s, " ")))
}

// instant builds the result from what was read.
func (p *parser) instant(zone *time.Location) (news.Instant, error) {
	if p.unix {
		return unixInstant(p.unixMilli)
	}
	if p.year < minYear || p.year > maxYear || p.month < 1 || p.month > 12 || p.day < 1 || p.day > daysIn(p.year, p.month) {
		return news.Instant{}, fmt.Errorf("day %d of month %d of year %d: %w", p.day, p.month, p.year, ErrNoDate)
	}
	loc, origin := p.location(zone)
	i := news.Instant{Zone: origin}
	if !p.timed {
		i.DateOnly = true
		i.Time = time.Date(p.year, time.Month(p.month), p.day, 12, 0, 0, 0, loc)
		return i, nil
	}
	i.Time = time.Date(p.year, time.Month(p.month), p.day, p.hour, p.min, p.sec, p.nano, loc)
	if i.Time.Year() > maxYear {
		return news.Instant{}, fmt.Errorf("the end of year %d: %w", p.year, ErrNoDate)
	}
	return i, nil
}

func (p *parser) location(zone *time.Location) (*time.Location, news.ZoneOrigin) {
	switch {
	case p.zone != nil:
		return p.zone, news.ZoneStated
	case zone != nil:
		return zone, news.ZoneOutlet
	}
	return time.UTC, news.ZoneAssumed
}

func unixInstant(milli int64) (news.Instant, error) {
	t := time.UnixMilli(milli).UTC()
	if t.Year() < minYear || t.Year() > maxYear {
		return news.Instant{}, fmt.Errorf("%d milliseconds: %w", milli, ErrNoDate)
	}
	return news.Instant{Time: t, Zone: news.ZoneStated}, nil
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// clockError is how far ahead an outlet's clock may be.
const clockError = 10 * time.Minute

// Clamp corrects an instant that lies in the future of now, the time of fetching. Ten minutes ahead
// are left to the outlet's clock. Beyond, the instant becomes now with low confidence. A bare date of
// today whose noon is still to come is not wrong: it becomes now and stays a date.
func Clamp(i news.Instant, now time.Time) news.Instant {
	if i.IsZero() || !i.Time.After(now.Add(clockError)) {
		return i
	}
	local := now.In(i.Time.Location())
	if i.DateOnly && sameDay(i.Time, local) {
		i.Time = local
		return i
	}
	i.Time, i.DateOnly, i.Confidence = local, false, news.ConfidenceLow
	return i
}

func sameDay(a, b time.Time) bool {
	ay, am, ad := a.Date()
	by, bm, bd := b.Date()
	return ay == by && am == bm && ad == bd
}
