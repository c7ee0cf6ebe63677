package crawler

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"time"

	"newsvigil/address"
	"newsvigil/news"
)

// Request is one request that a run made, as the trace has it.
type Request struct {
	// At is when it was begun, Took how long it lasted to the last byte.
	At   time.Time
	Took time.Duration
	Host string
	URL  string
	// Why is what it was for: robots, feed, sitemap, section, wordpress or page.
	Why string
	// Status is that of the answer; 0 where there was none. Bytes is the length of the body, unpacked.
	Status, Bytes int
	// Outcome is ok, unchanged, redirect, or the trouble it met, and Detail that trouble in plain words.
	Outcome, Detail string
}

// The outcomes of a request that met no trouble.
const (
	RequestOK        = "ok"
	RequestUnchanged = "unchanged" // 304: as it was when it was asked for last
	RequestRedirect  = "redirect"
)

// trace tells of a request that was made: by a debug event of the log, and to whoever listens.
func (c *Crawler) trace(ctx context.Context, t *trip, a answer) Request {
	q := Request{
		At: t.began, Took: cmp.Or(t.took, time.Since(t.began)), Host: address.Host(t.url.String()), URL: t.url.String(), Why: string(t.why),
		Status: a.status, Bytes: len(a.body),
	}
	q.Outcome, q.Detail = requestOutcome(a)
	if c.o.Log.Enabled(ctx, slog.LevelDebug) {
		c.o.Log.DebugContext(ctx, "request", "host", q.Host, "url", q.URL, "status", q.Status, "bytes", q.Bytes,
			"ms", q.Took.Milliseconds(), "why", q.Why, "outcome", q.Outcome, "detail", q.Detail)
	}
	if c.o.Trace != nil {
		c.o.Trace(q)
	}
	return q
}

func requestOutcome(a answer) (outcome, detail string) {
	trouble, detail := diagnose(a)
	switch {
	case a.err == nil && a.status == http.StatusNotModified:
		return RequestUnchanged, ""
	case a.err == nil && a.location() != "":
		return RequestRedirect, "to " + a.location()
	case trouble == news.TroubleNone:
		return RequestOK, ""
	}
	return string(trouble), detail
}
