package app

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"newsvigil/dedup"
	"newsvigil/news"
	"newsvigil/store"
)

// intake takes the pages of one crawl, one after the other: two copies that arrive together are
// placed in turn, and so cannot become two stories.
type intake struct {
	app      *App
	placer   *dedup.Placer
	stored   int
	bySource map[string]int
	outside  elsewhere
	// seen says of a piece that was read that it is never to be announced.
	seen func(news.Page) bool
}

// baselineSeen holds of a piece without a date that a first crawl found: it may be of any age.
func baselineSeen(p news.Page) bool { return p.Candidate.Baseline && p.Article.Published.IsZero() }

// seenBefore holds of such a piece, and of one that is read only because a reader missed it and that is older
// than what digests tell: it is there to learn from.
func (a *App) seenBefore(p news.Page) bool {
	at := p.Article.Published
	return baselineSeen(p) || p.Candidate.Route == news.RouteReader && !at.IsZero() && a.now().Sub(at.Time) > a.cfg.Crawler.MaxAge
}

func (a *App) newIntake(ctx context.Context) (*intake, error) {
	if err := a.fitStored(ctx); err != nil {
		return nil, err
	}
	placer := dedup.NewPlacer(a.db, a.placerOptions())
	if err := placer.Warm(ctx); err != nil {
		return nil, fmt.Errorf("warm the story index: %w", err)
	}
	return &intake{app: a, placer: placer, bySource: map[string]int{}, outside: elsewhere{}, seen: a.seenBefore}, nil
}

// take commits one page. An article that makes the program panic is set aside with its reason, and
// the crawl goes on; an error of the database ends the crawl.
func (in *intake) take(ctx context.Context, p news.Page) error {
	in.outside.note(p)
	if p.Outcome != news.OutcomeRead {
		switch p.Outcome {
		case news.OutcomeRetry, news.OutcomeFailed, news.OutcomeBlocked, news.OutcomeRefused: // those that a crawl counts as failed
			in.app.log.Info("page not read", "source", p.Candidate.Source, "url", p.Candidate.URL, "outcome", p.Outcome, "detail", p.Detail)
		}
		return in.app.db.SavePage(ctx, p)
	}
	placed, err := in.judge(ctx, p)
	if err != nil {
		return err
	}
	if placed == nil {
		p.Outcome, p.Detail = news.OutcomeFailed, "the program stumbled over this piece; it was set aside"
		return in.app.db.SavePage(ctx, p)
	}
	if in.stored == 0 {
		// Before the first piece: should the crawl be killed, the next one knows that its pieces were
		// judged once only.
		if err := in.app.db.SaveRun(ctx, runUnsettled, in.app.now()); err != nil {
			return fmt.Errorf("note the beginning of a crawl: %w", err)
		}
	}
	id, story, err := in.app.db.SaveArticle(ctx, *placed)
	if quarantinedMeanwhile(err) {
		return nil // it waits, and is read once the outlet is its own again
	}
	if err != nil {
		return fmt.Errorf("store %s: %w", p.URL, err)
	}
	if placed.Placement.Relation == news.RelationAddress {
		return nil
	}
	a := placed.Article
	a.ID = id
	in.placer.Add(a, story)
	in.stored++
	in.bySource[a.Source]++
	return nil
}

// judge scores and places an article; nil without an error means that it panicked.
func (in *intake) judge(ctx context.Context, p news.Page) (placed *store.Placed, err error) {
	defer func() {
		if r := recover(); r != nil {
			in.app.log.Error("article set aside", "url", p.URL, "err", fmt.Sprint(r), "stack", string(debug.Stack()))
			placed, err = nil, nil
		}
	}()
	where, err := in.placer.Place(ctx, p.Article)
	if err != nil {
		return nil, fmt.Errorf("place %s: %w", p.URL, err)
	}
	placed = &store.Placed{
		Article: p.Article, CandidateKey: p.Candidate.Key, Reader: p.Reader,
		Fingerprint: dedup.Fingerprint(p.Article), Placement: where,
		Seen: in.seen(p),
	}
	for _, t := range in.app.topics {
		placed.Scores = append(placed.Scores, t.model.Score(p.Article))
	}
	return placed, nil
}

// settle judges the pieces that no digest has judged yet once more, by models that have seen what
// this crawl brought: on the first day the background would otherwise be empty when the first
// pieces are scored. What a digest has judged stays as it was, so that no old piece surfaces late.
// A crawl that was killed before it came to that is made up for by the next crawl or digest.
func (a *App) settle(ctx context.Context, grown bool) error {
	if !grown {
		owed, err := a.unsettled(ctx)
		if err == nil && !owed {
			owed, err = a.anyTopicNew(ctx)
		}
		if err != nil || !owed {
			return err
		}
	}
	if err := a.fitStored(ctx); err != nil {
		return err
	}
	for _, t := range a.topics {
		if err := a.rescore(ctx, t); err != nil {
			return fmt.Errorf("score again for topic %q: %w", t.Name, err)
		}
	}
	if err := a.db.SaveRun(ctx, runSettled, a.now()); err != nil {
		return fmt.Errorf("note the end of a crawl: %w", err)
	}
	return nil
}

// The names under which the database knows when pieces were stored and when all were judged again.
const (
	runUnsettled = "intake"
	runSettled   = "settled"
)

// unsettled reports whether pieces were stored since all were last judged again.
func (a *App) unsettled(ctx context.Context) (bool, error) {
	stored, any, err := a.db.LastRun(ctx, runUnsettled)
	if err != nil || !any {
		return false, err
	}
	settled, ok, err := a.db.LastRun(ctx, runSettled)
	return !ok || settled.Before(stored), err
}

// scored is an article's score; false where the model panicked over it, which must not keep the others
// from being judged.
func (a *App) scored(t *topic, art news.Article) (score news.Score, ok bool) {
	defer func() {
		if r := recover(); r != nil {
			a.log.Error("article keeps its score", "url", art.URL, "topic", t.Name, "err", fmt.Sprint(r), "stack", string(debug.Stack()))
			ok = false
		}
	}()
	return t.model.Score(art), true
}

func (a *App) rescore(ctx context.Context, t *topic) error {
	since, ok, err := a.db.LastDigest(ctx, t.Key())
	if err != nil {
		return err
	}
	if oldest := a.now().Add(-a.cfg.Crawler.MaxAge); !ok || since.Before(oldest) {
		since = oldest
	}
	begun, err := a.begun(ctx, t)
	if err != nil {
		return err
	}
	if first := begun.Add(-firstDay); since.Before(first) {
		since = first
	}
	articles, err := a.db.Rescorable(ctx, t.Key(), since)
	if err != nil {
		return err
	}
	scores := make([]store.ArticleScore, 0, len(articles))
	for _, art := range articles {
		if score, ok := a.scored(t, art); ok {
			scores = append(scores, store.ArticleScore{Article: art.ID, Score: score})
		}
	}
	return a.db.SaveScores(ctx, scores)
}

// firstDay is how far back a topic that is added later looks: what is older would come as a flood.
const firstDay = 24 * time.Hour

// anyTopicNew reports whether no piece was ever judged for one of the topics.
func (a *App) anyTopicNew(ctx context.Context) (bool, error) {
	for _, t := range a.topics {
		if _, known, err := a.db.LastRun(ctx, "begun/"+t.Key()); err != nil || !known {
			return err == nil, err
		}
	}
	return false, nil
}

// begun is when pieces were judged for a topic first.
func (a *App) begun(ctx context.Context, t *topic) (time.Time, error) {
	name, now := "begun/"+t.Key(), a.now()
	at, ok, err := a.db.LastRun(ctx, name)
	if err == nil && !ok {
		at, err = now, a.db.SaveRun(ctx, name, now)
	}
	if err != nil {
		return at, fmt.Errorf("find when the topic began: %w", err)
	}
	return at, nil
}
