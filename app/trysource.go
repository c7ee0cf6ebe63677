package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"newsvigil/address"
	"newsvigil/config"
	"newsvigil/crawler"
	"newsvigil/news"
)

// TryOptions say how a source is tried.
type TryOptions struct {
	// Pages is how many of the newest pieces are read; at least 1.
	Pages int
	// MaxAge is the age over which a piece is not read; 0 means that of the configuration.
	MaxAge time.Duration
	// Trace keeps the requests.
	Trace bool
}

// Trial is what a source gave when it was tried.
type Trial struct {
	Source, Home string
	// Configured says that the source stands in the configuration, Off that it is switched off there.
	Configured, Off bool
	// Trouble and Detail are those of the source, as a crawl would report them.
	Trouble news.Trouble
	Detail  string
	// Found counts the pieces that were shown, each once.
	Found  int
	Routes []TriedRoute
	Pieces []TriedPiece
	// Requests are all requests that were made, in order; only where TryOptions asks for them.
	Requests []crawler.Request
	// Warnings say what an admin should look at twice, such as a host that looks like a watched one.
	Warnings []string
	// Block is a [[source]] to paste for a source that is not configured; "" where nothing came of it.
	Block string
}

// Read counts the pieces that could be read.
func (t Trial) Read() int {
	n := 0
	for _, p := range t.Pieces {
		if p.Outcome == news.OutcomeRead {
			n++
		}
	}
	return n
}

// Bad reports whether the source is in trouble, or none of its pages could be read.
func (t Trial) Bad() bool {
	lost := 0
	for _, p := range t.Pieces {
		switch p.Outcome {
		case news.OutcomeRetry, news.OutcomeFailed, news.OutcomeBlocked, news.OutcomeRefused:
			lost++
		}
	}
	return t.Trouble != news.TroubleNone || lost > 0 && lost == len(t.Pieces)
}

// TriedRoute is what one feed, sitemap or section page gave.
type TriedRoute struct {
	Kind   news.Route `json:"kind"`
	URL    string     `json:"url"`
	Pieces int        `json:"pieces"`
	// Newest is when the newest of its pieces was published; null where it says no dates.
	Newest  *string      `json:"newest"`
	Trouble news.Trouble `json:"trouble"`
	Detail  string       `json:"detail,omitempty"`
}

// TriedPiece is what became of one piece.
type TriedPiece struct {
	URL     string       `json:"url"`
	Outcome news.Outcome `json:"outcome"`
	Detail  string       `json:"detail,omitempty"`
	// The rest is empty where nothing was read. Zone says where the date's zone came from.
	Title     string          `json:"title,omitempty"`
	Published *string         `json:"published"`
	Zone      news.ZoneOrigin `json:"zone,omitempty"`
	Language  string          `json:"language,omitempty"`
	Words     int             `json:"words"`
	Kind      news.Kind       `json:"kind,omitempty"`
	// Reader names what read the body off the page.
	Reader string `json:"reader,omitempty"`
	// Selected tells of each of the source's selectors whether it matched; also where nothing was read.
	Selected []news.Selected `json:"selected,omitempty"`
	// Begins is the first line of the text, cut to about a hundred letters.
	Begins string       `json:"begins,omitempty"`
	Scores []TriedScore `json:"scores,omitempty"`
}

// TriedScore is what one topic makes of a piece.
type TriedScore struct {
	Topic string     `json:"topic"`
	Value float64    `json:"value"`
	Cut   float64    `json:"cut"`
	Grade news.Grade `json:"grade"`
	// Verdict is relevant, near or below.
	Verdict string `json:"verdict"`
	// Reasons are the lines of `explain`.
	Reasons []string `json:"reasons"`
}

// TrySource polls one outlet and stores nothing: the one of this name in the configuration, or the one
// at an address. It is as polite as a crawl, and remembers what the database knows of the host. A name
// that is not configured, or an address that is none, is a *UsageError; an outlet in trouble is no error.
func TrySource(ctx context.Context, o Options, what string, t TryOptions) (Trial, error) {
	a, err := openLoose(ctx, o)
	if err != nil {
		return Trial{}, err
	}
	defer a.Close()
	src, configured, err := a.sourceToTry(what)
	if err != nil {
		return Trial{}, err
	}
	if err := a.fitStored(ctx); err != nil {
		return Trial{}, err
	}
	p := &probe{app: a, src: src, o: t, memory: newTrialMemory(a.db, src.Name, t.Pages), trial: Trial{
		Source: src.Name, Home: src.Home, Configured: configured, Off: src.Off,
	}}
	if configured {
		err = p.poll(ctx, src)
	} else {
		err = p.discover(ctx)
	}
	if err != nil {
		return Trial{}, fmt.Errorf("try %s: %w", src.Name, err)
	}
	p.trial.Found = p.memory.found()
	p.trial.Requests = p.requests
	p.warn()
	return p.trial, nil
}

// sourceToTry finds what is meant: a configured source by its name or an address of it, or a new one.
func (a *App) sourceToTry(what string) (src news.Source, configured bool, err error) {
	for _, s := range a.cfg.Sources {
		if s.Name == what || s.Key() != "" && s.Key() == news.Slug(what) {
			return s, true, nil
		}
	}
	if !strings.Contains(what, "://") {
		return src, false, a.noSource(what)
	}
	if _, err := address.Canonical(what); err != nil {
		return src, false, &UsageError{Text: fmt.Sprintf("%q is not the address of a web page; give it whole, from https:// on, as the browser shows it", what)}
	}
	if s, ok := a.sourceOf(what); ok {
		return s, true, nil
	}
	return news.Source{Name: address.Host(what), Home: what, Zone: a.cfg.Zone, Weight: 1}, false, nil
}

// noSource says which names there are.
func (a *App) noSource(what string) error {
	var names, quoted []string
	for _, s := range a.cfg.Sources {
		names = append(names, s.Name)
		quoted = append(quoted, fmt.Sprintf("%q", s.Name))
	}
	hint := ""
	switch near := config.Nearest(what, names); {
	case near != "":
		hint = fmt.Sprintf("; did you mean %q?", near)
	case strings.Contains(what, ".") && !strings.Contains(what, " "):
		hint = fmt.Sprintf("; for an address, begin with https://, as in https://%s", what)
	}
	return &UsageError{Text: fmt.Sprintf("there is no source %q in %s%s\nIt has %s.", what, a.cfg.File, hint, joinAnd(quoted))}
}
