// Package htmldate stands in for github.com/markusmobius/go-htmldate, which go-trafilatura imports,
// by a replace directive in this project's go.mod. That library looks for the date of a page with
// tables of the words for dates in some two hundred languages. They are built whenever a program
// starts: 80 MB of memory and a tenth of a second for every command, though this program never asks
// for a date that way. Package when reads dates, and go-trafilatura is always called with its
// HtmlDateMode disabled.
//
// The package holds what go-trafilatura v1.12.2 needs to compile. A search finds no date, which is
// an answer that the library's callers have to expect of any page.
package htmldate

import (
	"time"

	"golang.org/x/net/html"
)

// Options are the settings of a search that go-trafilatura makes. None has an effect.
type Options struct {
	// URL is the address of the page.
	URL string
	// UseOriginalDate asks for the date of publication, not that of the last change.
	UseOriginalDate bool
	// SkipExtensiveSearch asks to look at a page's metadata only.
	SkipExtensiveSearch bool
}

// Result is the outcome of a search. Its zero value says that no date was found.
type Result struct {
	// DateTime is the date; the zero time where none was found.
	DateTime time.Time
	// HasTime reports whether the date has a time of day.
	HasTime bool
}

// IsZero reports whether no date was found.
func (r Result) IsZero() bool { return r.DateTime.IsZero() }

// FromDocument finds no date in any document. It never fails.
func FromDocument(*html.Node, Options) (Result, error) { return Result{}, nil }
