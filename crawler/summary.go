package crawler

import (
	"time"

	"newsvigil/news"
)

// Summary is what one run did.
type Summary struct {
	// Sources has a result for every source of the run, in the order in which they were given.
	Sources []SourceResult
	// Requests counts the requests of the run by what came of them; see Request.Outcome.
	Requests map[string]int
}

// SourceResult is what one run did for one source.
type SourceResult struct {
	Source string
	// Polled says that at least one route was asked and answered in some way.
	Polled bool
	// Candidates counts the pieces that the routes showed, New those that no run had seen before.
	Candidates, New int
	// Fetched counts the candidates whose pages were asked for, Failed those that ended as retry,
	// failed, blocked or refused.
	Fetched, Failed int
	// Waiting counts the candidates that are due but were left for a later run: over PagesPerRun,
	// their host parked, or the run cancelled.
	Waiting int
	// Trouble is empty when any route gave what it should, else the first route's trouble.
	Trouble news.Trouble
	Detail  string
	// Unread is the failure that most of the failed pages met, UnreadDetail the first such in words.
	Unread       news.Trouble
	UnreadDetail string
	// Unfinished says that the run ended before the source's routes and pages were through: what the
	// other fields say is the state at that moment.
	Unfinished bool
	// Took is the time from the first poll of the source to its last page.
	Took time.Duration
	// Routes are the feeds, sitemaps and sections that were polled, in order.
	Routes []RouteResult
}

// RouteResult is what one feed, sitemap or section gave.
type RouteResult struct {
	Route news.Route
	URL   string
	// Status is the HTTP status of the last answer; 0 where there was none.
	Status int
	// Unchanged says that the answer is the same as last time.
	Unchanged bool
	// Candidates and New count like those of SourceResult.
	Candidates, New int
	// Gap says that a feed showed nothing that was known: pieces may have been missed in between.
	Gap     bool
	Trouble news.Trouble
	Detail  string
	// Home is what a home page says of its outlet; nil of every other page.
	Home *HomePage
}

// The stages of a source within a run.
const (
	StagePolling = "polling" // its feeds, sitemaps and sections are asked
	StageReading = "reading" // its new pieces are fetched
	StageDone    = "done"
)

// Progress is a step of one source: routes asked, then pages read.
type Progress struct {
	Source string
	Stage  string
	// Done of Total routes while polling, of Total pages afterwards.
	Done, Total int
	Trouble     news.Trouble
}
