package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"newsvigil/address"
	"newsvigil/crawler"
	"newsvigil/dedup"
	"newsvigil/news"
)

// backgroundSize is how many of the newest stored pieces a model is fitted against.
const backgroundSize = 2000

// CrawlOptions say how one crawl is run.
type CrawlOptions struct {
	// All polls every source whatever its due time, and ignores the retry timers of articles.
	All bool
	// Limit ends the crawl; what was not read stays queued. 0 means no limit.
	Limit time.Duration
}

// SourceReport is what one crawl did for one source; its JSON is a line of `once --json`.
type SourceReport struct {
	Source     string       `json:"source,omitempty"`
	Total      bool         `json:"total,omitempty"`
	Polled     bool         `json:"polled"`
	Candidates int          `json:"candidates"`
	New        int          `json:"new"`
	Fetched    int          `json:"fetched"`
	Stored     int          `json:"stored"`
	Relevant   int          `json:"relevant"`
	Failed     int          `json:"failed"`
	Trouble    news.Trouble `json:"trouble"`
	Detail     string       `json:"detail,omitempty"`
	// Waiting counts the pieces that are due and were left for a later crawl.
	Waiting int   `json:"waiting,omitempty"`
	TookMS  int64 `json:"took_ms"`
	// Requests counts the requests of the crawl by what came of them; only in the total.
	Requests map[string]int `json:"requests,omitempty"`
}

// CrawlReport is what one crawl did, a report per due source and their sum.
type CrawlReport struct {
	Sources []SourceReport
	Total   SourceReport
	// NotDue counts the sources whose time had not come.
	NotDue int
}

// Troubled are the reports of the sources that gave nothing they should have given.
func (r CrawlReport) Troubled() []SourceReport {
	var bad []SourceReport
	for _, s := range r.Sources {
		if s.Trouble != news.TroubleNone {
			bad = append(bad, s)
		}
	}
	return bad
}

// Crawl polls every due source once, reads what is new, scores and places it, and stores each piece
// in one transaction. A source that fails stops no other; its trouble is in the report and becomes
// its health. The error is for what stops the whole program, such as a full disk.
func (a *App) Crawl(ctx context.Context, o CrawlOptions) (CrawlReport, error) {
	report, err := a.crawlOnce(ctx, o)
	a.db.Suspect(err)
	return report, err
}

func (a *App) crawlOnce(ctx context.Context, o CrawlOptions) (CrawlReport, error) {
	a.crawling.Lock()
	defer a.crawling.Unlock()
	start := a.now()
	if err := a.adopt(ctx); err != nil {
		return CrawlReport{}, err
	}
	if err := a.awake(ctx); err != nil {
		return CrawlReport{}, err
	}
	a.recallEarly(ctx)
	due, healths, err := a.due(ctx, start, o.All)
	if err != nil {
		return CrawlReport{}, err
	}
	in, err := a.newIntake(ctx)
	if err != nil {
		return CrawlReport{}, err
	}
	limited, cancel := ctx, context.CancelFunc(func() {})
	if o.Limit > 0 {
		limited, cancel = context.WithTimeout(ctx, o.Limit)
	}
	defer cancel()
	options := a.crawlerOptions(o)
	if options.Baseline, err = a.baseline(ctx, healths, start); err != nil {
		return CrawlReport{}, err
	}
	sum, runErr := crawler.New(a.db, options).Run(limited, due, func(p news.Page) error { return in.take(ctx, p) })
	if runErr != nil && !stopped(limited, runErr) {
		return CrawlReport{}, fmt.Errorf("crawl: %w", runErr)
	}
	for i, s := range sum.Sources {
		sum.Sources[i] = unread(healths[news.Slug(s.Source)], s)
	}
	// What was read is kept and judged even when the crawl was cut short by its limit or a signal.
	after := context.WithoutCancel(ctx)
	if err := a.settle(after, in.stored > 0); err != nil {
		return CrawlReport{}, err
	}
	if err := a.revise(after); err != nil {
		return CrawlReport{}, err
	}
	report, err := a.report(after, sum, in, start)
	if err != nil {
		return CrawlReport{}, err
	}
	report.NotDue = len(a.sources()) - len(due)
	if err := a.recordHealth(after, sum, healths); err != nil {
		return report, err
	}
	if err := a.tellOutside(after, in.outside); err != nil {
		return report, err
	}
	return report, ctx.Err()
}

// strayPieces are how many of a source's newest pieces must all belong to another one for it to pass for
// that one's former name.
const strayPieces = 20

// follow gives the pieces of a source that is configured no more to the source to which all their
// addresses belong, and to no other: it was renamed. Links, explanations and the knowledge of what has been
// read go by the name.
func (a *App) follow(ctx context.Context, names []string) error {
	strays, err := a.db.Strays(ctx, names, strayPieces)
	if err != nil {
		return err
	}
	for _, s := range strays {
		var heirs []string
		for _, src := range a.cfg.Sources {
			if !slices.ContainsFunc(s.URLs, func(u string) bool { return !address.Belongs(src, u) }) {
				heirs = append(heirs, src.Name)
			}
		}
		if len(s.URLs) == 0 || len(heirs) != 1 {
			continue
		}
		if err := a.db.Rename(ctx, s.Key, heirs[0]); err != nil {
			return err
		}
		a.log.Info("a source has another name", "was", s.Key, "source", heirs[0])
	}
	return nil
}

// adopt gives what is remembered of a source that is configured no more, because it was renamed, to the
// source that the addresses belong to now. What waits to be read goes by its own address: no route will
// show it as new again.
func (a *App) adopt(ctx context.Context) error {
	var names []string
	for _, s := range a.cfg.Sources {
		names = append(names, s.Name)
	}
	if err := a.follow(ctx, names); err != nil {
		return err
	}
	orphans, err := a.db.Orphans(ctx, names)
	if err != nil {
		return err
	}
	owners := map[string]string{}
	for _, c := range orphans {
		if src, ok := a.sourceOf(c.URL); ok {
			owners[c.Key] = src.Name
		}
	}
	if len(owners) == 0 {
		return nil
	}
	return a.db.Adopt(ctx, owners)
}

// stopped reports whether a run ended because its time or its context ended. Any error counts then: a
// transaction that was cut off does not say why.
func stopped(ctx context.Context, err error) bool { return err != nil && ctx.Err() != nil }

func (a *App) crawlerOptions(o CrawlOptions) crawler.Options {
	c := a.cfg.Crawler
	return crawler.Options{
		UserAgent: a.cfg.UserAgent(), Timeout: c.Timeout, Delay: c.Delay, MaxAge: c.MaxAge, Parallel: c.Parallel,
		MaxBody: c.MaxBody, PagesPerRun: c.PagesPerRun, AllowPrivate: c.AllowPrivate,
		All: o.All, Now: a.now, Log: a.log, Progress: a.o.Progress, Halted: a.quarantinedNow,
	}
}

// baseline are the sources of which nothing is known yet, or nothing that could tell what is new: they
// were added, or switched off and on again, or in trouble for longer than a piece may be old. One whose
// lists answered all that time while its pages did not is known; one that was quarantined since is not.
func (a *App) baseline(ctx context.Context, healths map[string]news.Health, now time.Time) (map[string]bool, error) {
	all, err := a.db.Quarantines(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for _, s := range a.sources() {
		h := healths[s.Key()]
		known := h.Good
		if answering(h.Trouble, h.Detail) && h.Polled.After(known) {
			known = h.Polled
		}
		// An outlet that is asked more seldom than a piece may be old is known as well.
		out[s.Name] = known.IsZero() || now.Sub(known) > max(a.cfg.Crawler.MaxAge, 2*s.Every) || liftedSince(all, s.Key(), known)
	}
	return out, nil
}

// due are the sources to poll now, with what is remembered of each source's health, by its key.
func (a *App) due(ctx context.Context, now time.Time, all bool) ([]news.Source, map[string]news.Health, error) {
	healths, err := a.healths(ctx)
	if err != nil {
		return nil, nil, err
	}
	read, err := a.unheld(ctx, a.sources())
	if err != nil {
		return nil, nil, err
	}
	var due []news.Source
	for _, s := range read {
		// A poll in the future was noted by a clock that was wrong; its next one may be years away.
		if h := healths[s.Key()]; all || !h.Next.After(now) || h.Polled.After(now) {
			due = append(due, s)
		}
	}
	return due, healths, nil
}

// healths are what is remembered of each source's health, by its key.
func (a *App) healths(ctx context.Context) (map[string]news.Health, error) {
	list, err := a.db.Health(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the sources' health: %w", err)
	}
	out := make(map[string]news.Health, len(list))
	for _, h := range list {
		out[news.Slug(h.Source)] = h
	}
	return out, nil
}

func (a *App) report(ctx context.Context, sum crawler.Summary, in *intake, start time.Time) (CrawlReport, error) {
	relevant, err := a.relevantOf(ctx, start)
	if err != nil {
		return CrawlReport{}, err
	}
	var r CrawlReport
	r.Total.Total, r.Total.Requests = true, sum.Requests
	for _, s := range sum.Sources {
		one := SourceReport{
			Source: s.Source, Polled: s.Polled, Candidates: s.Candidates, New: s.New, Fetched: s.Fetched,
			Stored: in.bySource[s.Source], Relevant: relevant[s.Source], Failed: s.Failed,
			Waiting: s.Waiting, Trouble: s.Trouble, Detail: s.Detail, TookMS: s.Took.Milliseconds(),
		}
		r.Sources = append(r.Sources, one)
		r.Total.add(one)
	}
	r.Total.TookMS = a.now().Sub(start).Milliseconds()
	return r, nil
}

func (r *SourceReport) add(s SourceReport) {
	r.Polled = r.Polled || s.Polled
	r.Candidates += s.Candidates
	r.New += s.New
	r.Fetched += s.Fetched
	r.Stored += s.Stored
	r.Relevant += s.Relevant
	r.Failed += s.Failed
	r.Waiting += s.Waiting
}

func (a *App) relevantOf(ctx context.Context, since time.Time) (map[string]int, error) {
	stats, err := a.db.SourceStats(ctx, since, a.topicKeys())
	if err != nil {
		return nil, fmt.Errorf("count what is relevant: %w", err)
	}
	out := make(map[string]int, len(stats))
	for name, s := range stats {
		out[name] = s.Relevant
	}
	return out, nil
}

func (a *App) topicKeys() []string {
	keys := make([]string, 0, len(a.topics))
	for _, t := range a.topics {
		keys = append(keys, t.Key())
	}
	return keys
}

func (a *App) placerOptions() dedup.Options {
	d := a.cfg.Dedup
	return dedup.Options{
		CopySimilarity: d.CopySimilarity, StorySimilarity: d.StorySimilarity,
		Window: d.Window, StoryWindow: d.StoryWindow, Now: a.now,
	}
}
