package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"newsvigil/crawler"
	"newsvigil/crawler/rhythm"
	"newsvigil/news"
)

// pace is how often a source publishes, as far as is known.
type pace struct {
	// every is the time between two polls, by the rhythm of the source and as it is configured.
	every time.Duration
	// next is the wait that comes nearest to it: crawls start at the ticks of their schedule only.
	next time.Duration
	// quiet is the longest silence that is ordinary; 0 where nobody knows.
	quiet time.Duration
}

// pace reads a source's rhythm.
func (a *App) pace(ctx context.Context, src news.Source) (pace, error) {
	published, err := a.db.Published(ctx, src.Name, rhythmPieces)
	if err != nil {
		return pace{}, fmt.Errorf("read the rhythm of %s: %w", src.Name, err)
	}
	window, err := a.db.Window(ctx, src.Name)
	if err != nil {
		return pace{}, err
	}
	now := a.now()
	interval := rhythm.Interval(published, window, now)
	p := pace{every: max(interval, src.Every), next: max(interval-a.tick(now)/2, src.Every), quiet: src.QuietAfter}
	if p.quiet == 0 {
		p.quiet = rhythm.Quiet(published, now)
	}
	return p, nil
}

// tick is the time between two crawls by their schedule; 0 where it has none.
func (a *App) tick(now time.Time) time.Duration {
	sched, err := parseSpec(a.cfg.Crawl)
	if err != nil {
		return 0
	}
	first := sched.Next(now)
	second := sched.Next(first)
	if first.IsZero() || second.IsZero() {
		return 0
	}
	return second.Sub(first)
}

// silence makes a trouble of a source that is well by its answers, and has shown nothing new for longer
// than is ordinary.
func (a *App) silence(ctx context.Context, r crawler.SourceResult, quiet time.Duration) (crawler.SourceResult, error) {
	if r.Trouble != news.TroubleNone || quiet == 0 || r.New > 0 {
		return r, nil
	}
	last, err := a.db.LastNew(ctx, r.Source)
	if err != nil {
		return r, err
	}
	if now := a.now(); last.IsZero() || now.Sub(last) <= quiet {
		return r, nil
	}
	r.Trouble = news.TroubleSilent
	r.Detail = fmt.Sprintf("it answers, but has shown nothing new since %s; up to %s of silence are usual for it", a.clock(last), span(quiet))
	return r, nil
}

// answering reports whether a source in trouble answers like one that is well, so that asking it less
// often would only lose pieces.
func answering(t news.Trouble, detail string) bool {
	return t == news.TroubleGap || t == news.TroubleSilent || strings.HasPrefix(detail, pagesUnread)
}

// span writes a duration in days and hours, for people.
func span(d time.Duration) string {
	const day = 24 * time.Hour
	count := func(n time.Duration, unit string) string {
		if n == 1 {
			return "1 " + unit
		}
		return fmt.Sprintf("%d %ss", n, unit)
	}
	switch days, hours := d/day, d%day/time.Hour; {
	case days == 0:
		return count(hours, "hour")
	case hours == 0:
		return count(days, "day")
	default:
		return count(days, "day") + " and " + count(hours, "hour")
	}
}
