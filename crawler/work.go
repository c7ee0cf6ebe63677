package crawler

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"time"

	"newsvigil/address"
	"newsvigil/news"
)

const (
	// mostHops is how many redirects are followed.
	mostHops = 10
	// mostRetries is how often a request that failed is made again in the same run.
	mostRetries = 2
)

// trip prepares the request of a job.
func (c *Crawler) trip(j *job, h *host) *trip {
	t := &trip{url: j.url, host: h.name, rules: h.rules, began: time.Now()}
	switch {
	case j.priority == firstRobots:
		t.why, t.limit, t.rules = whyRobots, robotsCap, nil
	case j.priority == thenPages:
		t.why, t.limit = whyPage, c.o.MaxBody
	default:
		t.why, t.limit = j.route.why(), routeCap
		if t.why == whySection {
			t.limit = c.o.MaxBody
		}
	}
	return t
}

// work does one task on a worker's goroutine. It touches nothing of the run but its channel of pages.
func (c *Crawler) work(ctx context.Context, r *run, t task) (res result) {
	res.task = t
	if t.load != nil {
		res.backlog, res.err = c.load(ctx, t.load.src, r.pages)
		return res
	}
	j := t.job
	var state news.PollState
	if j.priority == thenRoutes {
		if state, res.err = c.h.Poll(ctx, j.route.url); res.err != nil {
			res.err = fmt.Errorf("read the last poll of %s: %w", j.route.url, res.err)
			return res
		}
	}
	a := c.ask(ctx, t, state)
	defer c.desks.leave(t.trip)
	if t.trip != nil {
		res.request = c.trace(ctx, t.trip, a)
	}
	if res.err = ctx.Err(); res.err != nil {
		return res
	}
	res.hop, a.err = c.follow(j, a)
	a.again = j.tries > 0
	res.answer = a
	res.retry = !j.spent && j.tries < mostRetries && passing(j, a)
	switch {
	case res.hop != nil, res.retry, j.priority == firstRobots:
	case j.priority == thenRoutes:
		res.route, res.err = c.readRoute(ctx, reading{job: j, answer: a, state: state})
	default:
		res.page = c.readInTime(j, a)
		res.answer.root = nil // its tree would live until the result is taken
		c.desks.leave(t.trip)
		res.err = give(ctx, r.pages, res.page)
	}
	return res
}

// give hands a page to the receiver, and waits while it is behind.
func give(ctx context.Context, pages chan<- news.Page, p news.Page) error {
	select {
	case pages <- p:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// ask makes the request of a task, or carries its verdict through.
func (c *Crawler) ask(ctx context.Context, t task, state news.PollState) (a answer) {
	if t.job.spent {
		return t.job.failed
	}
	if t.job.verdict != nil {
		return answer{url: t.job.url, err: t.job.verdict}
	}
	defer c.rescue(t.job, func() { a = answer{url: t.job.url, err: errPanic} })
	if t.job.priority == thenRoutes && !t.job.route.full && remembered(t.job.route, state) {
		t.trip.etag, t.trip.modified = state.ETag, state.LastModified
	}
	return c.fetch(ctx, t.trip)
}

// remembered reports whether "not modified" is answer enough: for a page that leads on to others it
// is only where those are remembered.
func remembered(t *route, state news.PollState) bool {
	leadsOn := t.finds || t.kind == news.RouteSitemap && state.Candidates == 0
	return !leadsOn || len(state.Next) > 0
}

// rescue keeps a panic over one page from ending the run.
func (c *Crawler) rescue(j *job, fail func()) {
	if v := recover(); v != nil {
		c.o.Log.Error("page set aside", "url", j.url.String(), "err", fmt.Sprint(v), "stack", string(debug.Stack()))
		fail()
	}
}

// follow gives the next hop of a redirect, or the error for one that must not be followed.
func (c *Crawler) follow(j *job, a answer) (*job, error) {
	location := a.location()
	if a.err != nil || location == "" {
		return nil, a.err
	}
	if j.priority == firstRobots && len(j.from) >= robotsHops {
		return nil, nil // the answer stays a redirect, which means that there is no robots.txt
	}
	if len(j.from) >= mostHops {
		return nil, errHops
	}
	to, err := resolve(a.url, location)
	if err != nil {
		return nil, err
	}
	asked := append(slices.Clone(j.from), j.url.String())
	if slices.Contains(asked, to.String()) {
		if j.priority == firstRobots {
			return nil, nil
		}
		return nil, errLoop
	}
	if err := permitted(j, to); err != nil {
		return nil, err
	}
	hop := *j
	hop.url, hop.from = to, asked
	return &hop, nil
}

func resolve(base *url.URL, ref string) (*url.URL, error) {
	abs, err := address.Resolve(base.String(), ref)
	if err != nil {
		return nil, &badAddressError{ref}
	}
	return normalAddress(abs)
}

// permitted reports whether a redirect stays with the outlet. A robots.txt may be anywhere
// (RFC 9309 section 2.3.1.2), and a feed that the outlet announces at another site stays at that one.
func permitted(j *job, to *url.URL) error {
	if j.priority == firstRobots {
		return nil
	}
	raw := to.String()
	own := address.Belongs(j.outlet.src, raw)
	if j.route != nil {
		own = own || address.SameSite(j.route.url, raw)
	}
	if !own {
		return &outsideError{host: to.Host, alike: suspicion(j.outlet.src, to.Host)}
	}
	if j.priority == thenPages && frontPage(j, to) {
		return errFrontPage
	}
	return nil
}

// frontPage reports whether a page's redirect leads to the outlet's front page, which is how many
// outlets say that a piece is gone.
func frontPage(j *job, to *url.URL) bool {
	if to.RawQuery != "" || j.url.Path == "/" && j.url.RawQuery == "" {
		return false
	}
	home, err := address.Canonical(j.outlet.src.Home)
	if err != nil {
		return to.Path == "/" || to.Path == ""
	}
	target, err := address.Canonical(to.String())
	return err == nil && target == home || to.Path == "/" || to.Path == ""
}

// isRedirect reports whether a status is one of the redirects, with or without an address.
func isRedirect(status int) bool {
	return status/100 == 3 && status != http.StatusNotModified
}
