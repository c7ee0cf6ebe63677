package app

import (
	"context"
	"fmt"
	"sync"
	"time"

	"newsvigil/crawler"
	"newsvigil/news"
	"newsvigil/store"
)

// backfillPages is how many pages a backfill reads of one host; what is left waits for the next one.
const backfillPages = 1000

// Backfill reads the pieces that the sources published since then, as far back as their feeds, sitemaps,
// lists and WordPress interfaces go, so that scoring and grouping know what came before. What it reads is
// marked as seen: no digest announces it. What is new of a source that is watched already is read by an
// ordinary crawl first, so that none of it passes for old.
func (a *App) Backfill(ctx context.Context, since time.Time) (CrawlReport, error) {
	report, err := a.backfill(ctx, since)
	a.db.Suspect(err)
	return report, err
}

func (a *App) backfill(ctx context.Context, since time.Time) (CrawlReport, error) {
	healths, err := a.healths(ctx)
	if err != nil {
		return CrawlReport{}, err
	}
	fresh, err := a.baseline(ctx, healths, a.now())
	if err != nil {
		return CrawlReport{}, err
	}
	sources, err := a.unheld(ctx, a.sources())
	if err != nil {
		return CrawlReport{}, err
	}
	for _, s := range sources {
		if !fresh[s.Name] {
			if _, err := a.crawlOnce(ctx, CrawlOptions{All: true}); err != nil {
				return CrawlReport{}, err
			}
			break
		}
	}
	a.crawling.Lock()
	defer a.crawling.Unlock()
	in, err := a.newIntake(ctx)
	if err != nil {
		return CrawlReport{}, err
	}
	start := a.now()
	past := &pastHistory{DB: a.db, found: map[string]string{}, since: since, fresh: fresh, start: start, maxAge: a.cfg.Crawler.MaxAge}
	in.seen = past.seen
	o := a.crawlerOptions(CrawlOptions{})
	o.MaxAge, o.PagesPerRun, o.Baseline = start.Sub(since), max(o.PagesPerRun, backfillPages), map[string]bool{}
	for _, s := range sources {
		o.Baseline[s.Name] = true
	}
	sum, runErr := crawler.New(past, o).Run(ctx, sources, func(p news.Page) error {
		if past.isNew(p) {
			return nil // it waits for the next crawl
		}
		return in.take(ctx, p)
	})
	if runErr != nil && !stopped(ctx, runErr) {
		return CrawlReport{}, fmt.Errorf("backfill: %w", runErr)
	}
	for i, s := range sum.Sources {
		sum.Sources[i] = unread(news.Health{}, s)
		sum.Sources[i].New = past.newOf(s.Source)
	}
	after := context.WithoutCancel(ctx)
	if err := a.settle(after, in.stored > 0); err != nil {
		return CrawlReport{}, err
	}
	report, err := a.report(after, sum, in, start)
	if err != nil {
		return CrawlReport{}, err
	}
	return report, ctx.Err()
}

// pastHistory is the database as a backfill needs it: no route was ever polled, so that each shows all it
// has, and what an earlier crawl left alone as too old waits to be read.
type pastHistory struct {
	*store.DB
	since, start time.Time
	maxAge       time.Duration
	// fresh are the sources that no crawl has looked at yet.
	fresh map[string]bool
	// found has the sources of the pieces that nobody knew before, by their keys; mu guards it.
	mu    sync.Mutex
	found map[string]string
}

var _ crawler.History = (*pastHistory)(nil)

// Known is part of crawler.Catalog. Nothing is known, so that lists are followed to their end.
func (h *pastHistory) Known(context.Context, []string) (map[string]bool, error) { return nil, nil }

// Poll is part of crawler.Polls.
func (h *pastHistory) Poll(context.Context, string) (news.PollState, error) {
	return news.PollState{}, nil
}

// Polled is part of crawler.Polls. What is remembered of a route that was polled before stays: the next
// crawl goes on from there.
func (h *pastHistory) Polled(ctx context.Context, state news.PollState, found []news.Candidate) error {
	before, err := h.DB.Poll(ctx, state.URL)
	if err != nil {
		return err
	}
	if before.URL != "" {
		state = before
	}
	keys := make([]string, len(found))
	for i, c := range found {
		keys[i] = c.Key
	}
	known, err := h.DB.Known(ctx, keys)
	if err != nil {
		return err
	}
	h.mu.Lock()
	for _, k := range keys {
		if !known[k] {
			h.found[k] = state.Source
		}
	}
	h.mu.Unlock()
	return h.DB.Polled(ctx, state, found)
}

// Pending is part of crawler.Backlog.
func (h *pastHistory) Pending(ctx context.Context, source string, before time.Time) ([]news.Candidate, error) {
	list, err := h.DB.Pending(ctx, source, before)
	if err != nil {
		return nil, err
	}
	old, err := h.DB.Outdated(ctx, source, h.since)
	return append(list, old...), err
}

// newOf counts a source's pieces that nobody knew before.
func (h *pastHistory) newOf(source string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	n := 0
	for _, s := range h.found {
		if s == source {
			n++
		}
	}
	return n
}

// isNew reports whether a piece of a source that is watched appeared after the crawl that came first.
func (h *pastHistory) isNew(p news.Page) bool {
	at := p.Candidate.Published.Time
	if p.Outcome == news.OutcomeRead && !p.Article.Published.IsZero() {
		at = p.Article.Published.Time
	}
	return !h.fresh[p.Candidate.Source] && at.After(h.start)
}

// seen reports whether a piece is never to be announced: all of a source that no crawl has looked at, and
// of the others what the backfill has found, or what is too old anyway. What an ordinary crawl has found
// and not read yet is news.
func (h *pastHistory) seen(p news.Page) bool {
	h.mu.Lock()
	_, found := h.found[p.Candidate.Key]
	h.mu.Unlock()
	at := p.Article.Published
	return h.fresh[p.Candidate.Source] || found || baselineSeen(p) || !at.IsZero() && h.start.Sub(at.Time) > h.maxAge
}
