// Package crawler asks news outlets for new pieces, politely: it polls feeds, sitemaps and section
// pages, keeps what they show, reads the pages and streams articles.
//
// Colly is its fetch-and-parse shell: every request is one synchronous clone of a collector over the
// program's own transport. What to ask next is decided by one goroutine that owns all state of a
// run; a host has one request in flight, a redirect is a new request in the queue of its host, and
// workers never sleep.
package crawler

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/gocolly/colly/v2"

	"newsvigil/news"
)

// Options say how a Crawler behaves. Zero values are replaced by the defaults named here.
type Options struct {
	// UserAgent is sent with every request; its part before the slash is what robots.txt is read
	// for. Default "newsvigil".
	UserAgent string
	// Timeout bounds the wait for an answer's headers; the whole answer may take three times as
	// long. Default 30 s.
	Timeout time.Duration
	// Delay is the least time from start to start of two requests to one host. Default 2 s.
	Delay time.Duration
	// MaxAge is the age over which a piece is not read. A feed that is known may show a piece late: it is
	// read up to four times as old. Default 168 h.
	MaxAge time.Duration
	// Parallel is how many hosts are asked at once. Default 16.
	Parallel int
	// MaxBody caps a page, decoded, in bytes. Default 5 MB. Feeds and sitemaps have 12 MB.
	MaxBody int64
	// PagesPerRun is how many pages are read of one host in one run. Default 200.
	PagesPerRun int
	// AllowPrivate are the private networks that may be asked, at any port.
	AllowPrivate []netip.Prefix
	// Baseline names the sources of which nothing is known yet, or not for so long that nobody can say
	// what of theirs is new: what they show is marked, see news.Candidate.
	Baseline map[string]bool
	// All ignores the retry timers of pieces; never robots.txt, Retry-After or a breaker.
	All bool
	// Halted is asked before every request, from a single goroutine, whether a source is to be left alone
	// from now on; nil leaves none alone. It must be quick.
	Halted func(source string) bool
	// Now is the clock for what is stored and compared with stored times. Default time.Now.
	Now func() time.Time
	// Log receives a debug row for every request. Default: nothing is logged.
	Log *slog.Logger
	// Trace hears of every request that was made, from several goroutines at a time; nil hears nothing.
	Trace func(Request)
	// Progress is called from a single goroutine with every step; it must be quick.
	Progress func(Progress)
}

func (o Options) withDefaults() Options {
	o.UserAgent = orElse(o.UserAgent, "newsvigil")
	o.Timeout = orElse(o.Timeout, 30*time.Second)
	o.Delay = orElse(o.Delay, 2*time.Second)
	o.MaxAge = orElse(o.MaxAge, 168*time.Hour)
	o.Parallel = max(orElse(o.Parallel, 16), 1)
	o.MaxBody = orElse(o.MaxBody, 5<<20)
	o.PagesPerRun = orElse(o.PagesPerRun, 200)
	o.Log = orElse(o.Log, slog.New(slog.DiscardHandler))
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Halted == nil {
		o.Halted = func(string) bool { return false }
	}
	if o.Progress == nil {
		o.Progress = func(Progress) {}
	}
	return o
}

func orElse[T comparable](v, other T) T {
	var zero T
	if v == zero {
		return other
	}
	return v
}

// Crawler polls and reads outlets. Make it with New.
type Crawler struct {
	h     History
	o     Options
	agent string // the product token for robots.txt
	shell *colly.Collector
	wire  http.RoundTripper
	ports portBook
	desks desks
	// longestRead is the constant longestRead, but for tests.
	longestRead time.Duration
	// turn holds one token: runs follow each other, so that a host has one request in flight.
	turn chan struct{}
}

// New makes a Crawler that remembers by h.
func New(h History, o Options) *Crawler {
	o = o.withDefaults()
	c := &Crawler{h: h, o: o, agent: productToken(o.UserAgent), turn: make(chan struct{}, 1), desks: newDesks(), longestRead: longestRead}
	c.wire = newTransport(o, newGuard(o.AllowPrivate, o.Timeout, c.ports.names))
	c.shell = newCollector(o, c.wire)
	return c
}

// Run polls every due source once and reads what is new. Each piece becomes one page handed to
// emit, which is called from the calling goroutine and must record the page in the history; while it
// works, reading goes on until a small buffer is full.
//
// A source that fails stops no other: its trouble is in the summary. The error is that of emit, of
// the history, or of ctx, within a second of its end; what was not read then stays pending, and the
// summary tells what was done. Runs of one Crawler follow each other.
func (c *Crawler) Run(ctx context.Context, due []news.Source, emit func(news.Page) error) (Summary, error) {
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-ctx.Done():
		return Summary{}, context.Cause(ctx)
	}
	c.ports.learn(due)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	r := newRun(c, due)
	go r.dispatch(ctx)
	err := r.deliver(ctx, cancel, emit)
	if err == nil {
		err = r.err
	}
	if err == nil {
		err = context.Cause(ctx)
	}
	return r.summary(), err
}
