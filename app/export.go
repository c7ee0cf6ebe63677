package app

import (
	"context"
	"fmt"
	"regexp"
	"time"

	"newsvigil/config"
	"newsvigil/news"
	"newsvigil/store"
	"newsvigil/text"
)

// Exported is a row of `export`: one article as one topic sees it. Its JSON has the columns of the CSV,
// in their order. What is unknown is null.
type Exported struct {
	ID        int64    `json:"id"`
	URL       string   `json:"url"`
	Canonical string   `json:"canonical"`
	Source    string   `json:"source"`
	Title     string   `json:"title"`
	Authors   []string `json:"authors"`
	// Published is RFC 3339 with the outlet's own offset, or a bare date where only the day is known.
	Published *string `json:"published"`
	Fetched   *string `json:"fetched"`
	Language  *string `json:"language"`
	// Topic is the topic's name, or its key where it is configured no more.
	Topic    string        `json:"topic"`
	Score    float64       `json:"score"`
	Grade    news.Grade    `json:"grade"`
	Relevant bool          `json:"relevant"`
	Story    int64         `json:"story"`
	Relation news.Relation `json:"relation"`
	// Digest is the key of the digest that announced the article, Posted when its message was posted.
	Digest *string `json:"digest"`
	Posted *string `json:"posted"`
}

// Export calls each for every article read since then and every topic that has judged it, the earliest
// stored first, until each returns an error, which Export returns. Nothing is gathered in memory.
func (a *App) Export(ctx context.Context, since time.Time, each func(Exported) error) error {
	names := map[string]string{}
	for _, t := range a.topics {
		names[t.Key()] = t.Name
	}
	return a.db.Export(ctx, since, func(e store.Exported) error {
		return each(a.exported(e, names))
	})
}

func (a *App) exported(e store.Exported, names map[string]string) Exported {
	art, s := e.Article, e.Score
	authors := make([]string, 0, len(art.Authors))
	for _, name := range art.Authors {
		authors = append(authors, text.Clean(name))
	}
	return Exported{
		ID: art.ID, URL: text.Clean(art.URL), Canonical: text.Clean(art.Canonical), Source: text.Clean(art.Source),
		Title: text.Clean(art.Title), Authors: authors, Published: known(publishedText(art.Published)),
		Fetched: known(a.rfc(art.Fetched)), Language: known(art.Language),
		Topic: orElse(names[s.Topic], s.Topic), Score: s.Value, Grade: s.Grade, Relevant: s.Relevant(),
		Story: e.Story, Relation: e.Relation, Digest: known(e.Digest), Posted: known(a.rfc(e.Posted)),
	}
}

// publishedText is a publication as other programs read it; "" where it is unknown.
func publishedText(p news.Instant) string {
	switch {
	case p.IsZero():
		return ""
	case p.DateOnly:
		return p.Time.Format(time.DateOnly)
	}
	return p.Time.Format(time.RFC3339)
}

// rfc writes a time of our own in the admin's zone; "" where it is unknown.
func (a *App) rfc(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(a.cfg.Zone).Format(time.RFC3339)
}

// known is nil for what is unknown.
func known(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

var dayShape = regexp.MustCompile(`^\d{4}-\d{1,2}-\d{1,2}$`)

// Since reads how far an admin wants to look back: "30d" before now, or the beginning of a day in the
// configured zone. The error is a *UsageError.
func (a *App) Since(s string) (time.Time, error) {
	if dayShape.MatchString(s) {
		t, err := time.ParseInLocation("2006-1-2", s, a.cfg.Zone)
		if err != nil {
			return t, &UsageError{Text: fmt.Sprintf("--since: there is no day %s", s)}
		}
		if t.After(a.now()) {
			return t, &UsageError{Text: fmt.Sprintf("--since: %s is still to come", s)}
		}
		return t, nil
	}
	d, err := config.ParseDuration(s)
	if err != nil {
		return time.Time{}, &UsageError{Text: fmt.Sprintf("--since: %v; a day such as 2026-11-01 will do, too", err)}
	}
	return a.now().Add(-d), nil
}
