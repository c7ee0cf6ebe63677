package app

import (
	"context"
	"fmt"
	"time"

	"newsvigil/news"
	"newsvigil/store"
)

// Schema is the number of the database schema that this program writes.
func Schema() int { return store.Latest() }

// week is the time that the sources table looks back.
const week = 7 * 24 * time.Hour

// SourceState is a line of the sources table.
type SourceState struct {
	Source string `json:"source"`
	Off    bool   `json:"off,omitempty"`
	// Good is the last poll that gave what was expected; zero means never.
	Good time.Time `json:"good,omitzero"`
	// New and Relevant count the pieces of the last seven days.
	New      int `json:"new"`
	Relevant int `json:"relevant"`
	// EverySeconds is the time between two polls by the outlet's rhythm.
	EverySeconds int64 `json:"every_seconds"`
	// Coverage is what each of its routes caught in the last seven days; null where nothing was shown.
	Coverage *Coverage    `json:"coverage"`
	Trouble  news.Trouble `json:"trouble"`
	Detail   string       `json:"detail,omitempty"`
	Since    time.Time    `json:"since,omitzero"`
}

// Zone is the configured zone.
func (a *App) Zone() *time.Location { return a.cfg.Zone }

// Sources tells how every configured source is doing, in the order of the configuration.
func (a *App) Sources(ctx context.Context) ([]SourceState, error) {
	return a.sourcesSince(ctx, a.now().Add(-week))
}

// sourcesSince is Sources with counts from another time on.
func (a *App) sourcesSince(ctx context.Context, since time.Time) ([]SourceState, error) {
	list, err := a.db.Health(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the sources' health: %w", err)
	}
	healths := map[string]news.Health{}
	for _, h := range list {
		healths[h.Source] = h
	}
	stats, err := a.db.SourceStats(ctx, since, a.topicKeys())
	if err != nil {
		return nil, fmt.Errorf("count the pieces of the week: %w", err)
	}
	coverage, err := a.coverage(ctx, since)
	if err != nil {
		return nil, err
	}
	held, err := a.held(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]SourceState, 0, len(a.cfg.Sources))
	for _, s := range a.cfg.Sources {
		pace, err := a.pace(ctx, s)
		if err != nil {
			return nil, err
		}
		h := healths[s.Name]
		if q, ok := held[s.Key()]; ok {
			h.Trouble, h.Detail, h.Since = news.TroubleQuarantined, "", q.At
		}
		out = append(out, SourceState{
			Source: s.Name, Off: s.Off, Good: h.Good, New: stats[s.Name].New, Relevant: stats[s.Name].Relevant,
			EverySeconds: int64(pace.every / time.Second), Coverage: coverage[s.Key()],
			Trouble: h.Trouble, Detail: h.Detail, Since: h.Since,
		})
	}
	return out, nil
}
