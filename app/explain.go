package app

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"newsvigil/address"
	"newsvigil/crawler"
	"newsvigil/news"
	"newsvigil/store"
)

// Explanation answers "what became of this address?": one verdict, then the reasons.
type Explanation struct {
	URL string `json:"url"`
	// Verdict is one sentence; Code is the same for machines.
	Verdict string `json:"verdict"`
	Code    string `json:"code"`
	// Source is the watched outlet the address belongs to; empty where none is.
	Source string `json:"source,omitempty"`
	// Lines are the reasons, in the order in which a person would ask for them.
	Lines []string `json:"lines,omitempty"`
	// Scores are the article's scores, one a topic.
	Scores []news.Score `json:"scores,omitempty"`
	// Placement says which story the article belongs to.
	Placement *news.Placement `json:"placement,omitempty"`
}

// Explain answers for any address, posted or not. Only an address that is no address at all, or an
// unreadable database, is an error.
func (a *App) Explain(ctx context.Context, raw string) (Explanation, error) {
	return a.explain(ctx, raw, func(t store.Trail) store.Trail { return t })
}

// explain is Explain by what is left of the piece's trail.
func (a *App) explain(ctx context.Context, raw string, left func(store.Trail) store.Trail) (Explanation, error) {
	e := Explanation{URL: raw}
	canonical, err := address.Canonical(raw)
	if err != nil {
		return e, &UsageError{Text: fmt.Sprintf("%q is not the address of a web page; give it whole, from https:// on, as the browser shows it", raw)}
	}
	src, watched := a.sourceOf(raw)
	keys := []string{"url:" + trimScheme(canonical)}
	if key, err := address.Key(src, raw); err == nil && !slices.Contains(keys, key) {
		keys = append([]string{key}, keys...)
	}
	trail, err := a.db.Trail(ctx, keys)
	if err != nil {
		return e, fmt.Errorf("look up %s: %w", raw, err)
	}
	trail = left(trail)
	if watched {
		e.Source = src.Name
	}
	a.explainTrail(&e, src, watched, trail)
	switch {
	case e.Code == "not-shown":
		err = a.explainSource(ctx, &e)
	case trail.Article != nil:
		for _, explain := range []func(context.Context, *Explanation, store.Trail) error{a.explainMute, a.explainForeign, a.explainRevision} {
			if err == nil {
				err = explain(ctx, &e, trail)
			}
		}
	}
	if err == nil {
		err = a.explainQuarantine(ctx, &e)
	}
	return e, err
}

// explainSource says whether the outlet of an address that nothing has shown could be polled at all.
func (a *App) explainSource(ctx context.Context, e *Explanation) error {
	list, err := a.db.Health(ctx)
	if err != nil {
		return fmt.Errorf("read the sources' health: %w", err)
	}
	i := slices.IndexFunc(list, func(h news.Health) bool { return h.Source == e.Source })
	switch {
	case i < 0:
		e.add("The outlet has not been polled yet; `newsvigil once` does it.")
	case list[i].Trouble != news.TroubleNone:
		e.add("The outlet is in trouble since %s: %s.", a.clock(list[i].Since), orElse(list[i].Detail, string(list[i].Trouble)))
	}
	return nil
}

func (a *App) sourceOf(raw string) (news.Source, bool) {
	for _, s := range a.cfg.Sources {
		if address.Belongs(s, raw) {
			return s, true
		}
	}
	return news.Source{}, false
}

func (a *App) explainTrail(e *Explanation, src news.Source, watched bool, t store.Trail) {
	switch {
	case t.Article != nil:
		a.explainArticle(e, t)
	case t.Candidate != nil:
		explainCandidate(e, t.Candidate, a)
	case !watched:
		e.say("not-watched", "Not watched: no source in %s belongs to this site.", a.cfg.File)
		e.add("To watch the outlet, add a [[source]] with its home page; docs/admin.md shows how.")
	case src.Off:
		e.say("not-watched", "Not watched: the source %q is switched off (off = true).", src.Name)
	default:
		e.say("not-shown", "Watched (%s), but no feed, sitemap or section page has shown this address.", src.Name)
		e.add("It may be older than the first crawl, or not be linked from the pages that are polled. `newsvigil sources` shows when the outlet was last polled well.")
		if crawler.Endless(e.URL) {
			e.add("An address like this one, which repeats its folders, is very deep or carries a heap of parameters, is taken for part of a site without end: lists and sitemaps that show it are not believed. A feed would be.")
		}
		if src.Article != nil && !src.Article.MatchString(e.URL) {
			e.add("The source's `article` pattern does not match this address.")
		}
	}
}

func (e *Explanation) say(code, format string, args ...any) {
	e.Code, e.Verdict = code, fmt.Sprintf(format, args...)
}

func (e *Explanation) add(format string, args ...any) {
	e.Lines = append(e.Lines, fmt.Sprintf(format, args...))
}

func trimScheme(canonical string) string {
	_, rest, ok := strings.Cut(canonical, "://")
	if !ok {
		return canonical
	}
	return rest
}
