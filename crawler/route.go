package crawler

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"newsvigil/crawler/discover"
	"newsvigil/news"
)

// reading is an answer to a route's request on its way to candidates.
type reading struct {
	job    *job
	answer answer
	state  news.PollState // of the poll before
}

// routeRead is what a route gave.
type routeRead struct {
	RouteResult
	// next are further routes of the same kind, feeds those that the page announces.
	next, feeds []string
	// baseline says that the route was read for the first time.
	baseline bool
	// fresh and known are the keys of the pieces shown that were new and that were not, api is the
	// WordPress interface that the answer gives away, debt what a feed may have missed.
	fresh, known []string
	api          string
	debt         *debt
}

// readRoute turns an answer into candidates and keeps those that are new, in one transaction with
// the validators. The error is the history's.
func (c *Crawler) readRoute(ctx context.Context, in reading) (got routeRead, err error) {
	t, a := in.job.route, in.answer
	got.RouteResult = RouteResult{Route: t.kind, URL: t.url, Status: a.status}
	defer c.rescue(in.job, func() {
		got = routeRead{RouteResult: RouteResult{Route: t.kind, URL: t.url, Status: a.status, Trouble: news.TroubleOther, Detail: errPanic.Error()}}
	})
	got.Trouble, got.Detail = diagnose(a)
	if got.Trouble == news.TroubleMissing && t.kind == news.RouteSection && t.depth > 0 {
		// The list ends before its last link: nothing is owed.
		gone := news.PollState{Source: in.job.outlet.src.Name, URL: t.url, Route: t.kind, Polled: c.o.Now()}
		return got, c.polled(ctx, gone, nil)
	}
	if got.Trouble != news.TroubleNone {
		return got, nil
	}
	if a.status == http.StatusNotModified {
		if err := c.lead(ctx, in, &got); err != nil {
			return got, err
		}
		got.Unchanged = true
		got.Candidates = in.state.Candidates
		in.state.Polled = c.o.Now()
		return got, c.polled(ctx, in.state, nil)
	}
	err = c.readBody(ctx, in, &got)
	return got, err
}

// lead sets what a route leads on to whose answer is as it was.
func (c *Crawler) lead(ctx context.Context, in reading, got *routeRead) (err error) {
	t := in.job.route
	if t.pages() && !t.finds {
		got.next, err = c.owed(ctx, in.state, furtherPages-in.job.route.depth)
		return err
	}
	for _, u := range in.state.Next {
		switch {
		case u == t.url:
		case discover.IsAPI(u) && (t.finds || t.kind == news.RouteFeed):
			got.api = u
		case t.finds:
			got.feeds = append(got.feeds, u)
		case t.kind == news.RouteSitemap:
			got.next = append(got.next, u)
		}
	}
	return nil
}

// owed are the older pages of a section that were to be read when the section last showed new
// pieces, and have not answered since: a crash or a failure came between. Were they forgotten, their
// pieces would never be seen, because the section itself has nothing new any more. pages is how many
// pages further the search goes.
func (c *Crawler) owed(ctx context.Context, state news.PollState, pages int) ([]string, error) {
	var out []string
	if pages <= 0 {
		return nil, nil
	}
	for _, u := range state.Next {
		page, err := c.h.Poll(ctx, u)
		if err != nil {
			return nil, fmt.Errorf("look up the poll of %s: %w", u, err)
		}
		if page.Polled.Before(state.Changed) {
			out = append(out, u)
			continue
		}
		further, err := c.owed(ctx, page, pages-1)
		if err != nil {
			return nil, err
		}
		out = append(out, further...)
	}
	return out, nil
}

// readBody reads a full answer.
func (c *Crawler) readBody(ctx context.Context, in reading, got *routeRead) error {
	t, a, now := in.job.route, in.answer, c.o.Now()
	state := news.PollState{
		Source: in.job.outlet.src.Name, URL: t.url, Route: t.kind, Polled: now, Changed: now,
		ETag: a.header.Get("ETag"), LastModified: a.header.Get("Last-Modified"), Hash: hash(a.body),
	}
	if state.Hash == in.state.Hash && !t.full && remembered(t, in.state) {
		if err := c.lead(ctx, in, got); err != nil {
			return err
		}
		got.Unchanged = true
		got.Candidates = in.state.Candidates
		state.Changed, state.Candidates, state.Next = in.state.Changed, in.state.Candidates, in.state.Next
		return c.polled(ctx, state, nil)
	}
	res := c.discover(in, now)
	if t.finds && a.root != nil {
		got.Home = homePage(in.job.outlet.src, a)
	}
	if !t.shows {
		// Asked for its feeds only: that it shows no pieces is no trouble.
		res.Candidates, res.Next = nil, nil
		if res.Trouble == news.TroubleEmpty {
			res.Trouble, res.Detail = news.TroubleNone, ""
		}
	}
	got.Trouble, got.Detail, got.Candidates = res.Trouble, res.Detail, len(res.Candidates)
	fresh, known, err := c.unknown(ctx, res.Candidates)
	if err != nil {
		return err
	}
	got.fresh, got.known, got.api = keysOf(fresh), keysOf(known), orElse(res.API, discover.Announced(a.header.Values("Link"), a.url.String()))
	got.baseline = c.baseline(in, now)
	for i := range fresh {
		fresh[i].Baseline = got.baseline
	}
	got.New = count(fresh, func(n news.Candidate) bool { return !c.old(n, n.Published, now) })
	switch {
	case t.finds:
		got.feeds, state.Next = res.Feeds, orSelf(withAPI(res.Feeds, got.api), t.url)
	case t.kind == news.RouteSitemap:
		got.next, state.Next = res.Next, orSelf(res.Next, t.url)
	case t.kind == news.RouteFeed:
		state.Next = withAPI(nil, got.api)
	}
	if t.pages() {
		if err := c.older(ctx, in, res.Next, got, &state); err != nil {
			return err
		}
	}
	state.Candidates = len(res.Candidates)
	if res.Trouble != news.TroubleNone || !t.after.IsZero() {
		// Posts after a time are another answer than the newest ones. An answer with a fault is read in full next time, or the fault would seem to be over.
		state.ETag, state.LastModified, state.Hash = "", "", ""
	}
	if t.kind == news.RouteFeed {
		c.reckon(in, res.Candidates, got, &state)
	}
	return c.polled(ctx, state, slices.Concat(fresh, known))
}

func keysOf(list []news.Candidate) []string {
	keys := make([]string, len(list))
	for i, n := range list {
		keys[i] = n.Key
	}
	return keys
}

// withAPI adds the WordPress interface to what a route leads on to, if there is one.
func withAPI(list []string, api string) []string {
	if api == "" {
		return list
	}
	return append(slices.Clone(list), api)
}

// older sets which older pages of a section are to be read: those it names while it shows new
// pieces, else those that are still owed.
func (c *Crawler) older(ctx context.Context, in reading, named []string, got *routeRead, state *news.PollState) (err error) {
	switch t := in.job.route; {
	case got.New > 0 || t.full:
		got.next = named
		if !t.finds { // else Next holds the feeds
			state.Next = named
		}
	case !t.finds:
		got.next, err = c.owed(ctx, in.state, furtherPages-in.job.route.depth)
		if len(got.next) > 0 {
			state.Next, state.Changed = got.next, in.state.Changed
		}
	}
	return err
}

func (c *Crawler) polled(ctx context.Context, state news.PollState, fresh []news.Candidate) error {
	if err := c.h.Polled(ctx, state, fresh); err != nil {
		return fmt.Errorf("save the poll of %s: %w", state.URL, err)
	}
	return nil
}

// discover reads candidates off an answer.
func (c *Crawler) discover(in reading, now time.Time) discover.Result {
	src, t, a := in.job.outlet.src, in.job.route, in.answer
	at := a.url.String()
	var res discover.Result
	switch {
	case t.kind == news.RouteFeed:
		res = discover.Feed(src, at, a.body, now)
	case t.kind == news.RouteSitemap:
		res = discover.Sitemap(src, at, bytes.NewReader(a.body), now.Add(-c.o.MaxAge))
	case t.kind == news.RouteWordPress:
		res = discover.Posts(src, at, a.body, now)
		res.Next = t.following(a.header)
	case a.root == nil:
		return discover.Result{Trouble: wrongType(a, news.TroubleEmpty), Detail: "a web page was expected; the answer is " + describe(a)}
	default:
		res = discover.Section(src, at, a.root)
	}
	if t := wrongType(a, res.Trouble); res.Trouble == news.TroubleNotFeed && t != res.Trouble {
		res.Trouble, res.Detail = t, "a feed was expected; the answer is "+describe(a)
	}
	kept, shown := res.Candidates[:0], len(res.Candidates)
	for _, n := range res.Candidates {
		// The addresses of feeds are written by the outlet; those of other routes may be traps.
		if t.kind == news.RouteFeed || !trap(n.URL) {
			n.Via = t.url
			kept = append(kept, n)
		}
	}
	res.Candidates = kept
	if traps := shown - len(kept); traps > 0 {
		c.o.Log.Info("links left out that look like those of a site without end", "source", src.Name, "url", t.url, "links", traps)
		if res.Trouble == news.TroubleNone {
			res.Detail = fmt.Sprintf("%d links look like those of a site without end, and were left out", traps)
		}
	}
	return res
}

// unknown parts the candidates that are new from those that are known.
func (c *Crawler) unknown(ctx context.Context, all []news.Candidate) (fresh, known []news.Candidate, err error) {
	if len(all) == 0 {
		return nil, nil, nil
	}
	held, err := c.h.Known(ctx, keysOf(all))
	if err != nil {
		return nil, nil, fmt.Errorf("look up known pieces: %w", err)
	}
	for _, n := range all {
		if held[n.Key] {
			known = append(known, n)
		} else {
			fresh = append(fresh, n)
		}
	}
	return fresh, known, nil
}

// baseline reports whether what a route shows may be of any age, because the source or the route is
// looked at for the first time, or for the first time after so long that nobody can say what is new.
// The front page that is asked for what a feed missed is none: what it shows beside the feed is missed.
func (c *Crawler) baseline(in reading, now time.Time) bool {
	t := in.job.route
	if t.baseline || c.o.Baseline[in.job.outlet.src.Name] {
		return true
	}
	unknown := in.state.Polled.IsZero() || now.Sub(in.state.Polled) > max(c.o.MaxAge, 2*in.job.outlet.src.Every)
	return unknown && t.depth == 0 && !(t.fills && t.kind == news.RouteSection)
}

// lateFeed is how many times MaxAge a piece may be old that a known feed shows for the first time:
// outlets print some pieces under the day on which they were written.
const lateFeed = 4

// old reports whether a piece that was published at an instant is too old to be read; a bare day
// counts to its end.
func (c *Crawler) old(n news.Candidate, i news.Instant, now time.Time) bool {
	if i.IsZero() || n.Route == news.RouteReader {
		return false
	}
	t, most := i.Time, c.o.MaxAge
	if i.DateOnly {
		t = t.Add(12 * time.Hour)
	}
	if n.Route == news.RouteFeed && !n.Baseline && most < math.MaxInt64/lateFeed {
		most *= lateFeed
	}
	return now.Sub(t) > most
}

// Endless reports whether an address that a list or a sitemap shows is left out, because it looks like
// those of a site without end: a calendar, or folders that repeat themselves.
func Endless(raw string) bool { return trap(raw) }

// trap reports whether an address looks like one of an endless site: it repeats its own folders, is
// very deep, or carries a heap of parameters.
func trap(raw string) bool {
	u, err := url.Parse(raw)
	if err != nil || len(raw) > longestAddress {
		return true
	}
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	seen := make(map[string]int)
	for _, p := range parts {
		if seen[p]++; seen[p] > 2 && p != "" {
			return true
		}
	}
	return len(parts) > 15 || strings.Count(u.RawQuery, "&") > 15
}

func hash(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

func orSelf(list []string, self string) []string {
	if len(list) == 0 {
		return []string{self}
	}
	return list
}

func count[T any](list []T, is func(T) bool) int {
	n := 0
	for _, v := range list {
		if is(v) {
			n++
		}
	}
	return n
}

// wrongType is TroubleWrongType for a picture, a sound, a document and the like, else the trouble it is given.
func wrongType(a answer, otherwise news.Trouble) news.Trouble {
	media := a.media
	if media == "" || media == "application/octet-stream" || strings.HasPrefix(media, "text/") {
		media, _, _ = strings.Cut(http.DetectContentType(a.body[:min(len(a.body), 512)]), ";")
	}
	kind, _, _ := strings.Cut(media, "/")
	switch {
	case kind == "image", kind == "audio", kind == "video", kind == "font", strings.HasPrefix(media, "application/vnd."), strings.HasPrefix(media, "application/ms"),
		media == "application/pdf", media == "application/zip", media == "application/ogg":
		return news.TroubleWrongType
	}
	return otherwise
}

// describe says what an answer is, for a person who expected something else.
func describe(a answer) string {
	if len(a.body) == 0 && (a.media == "" || strings.Contains(a.media, "html")) {
		return "empty"
	}
	if a.media == "" {
		return "of no known type"
	}
	return "of type " + a.media
}
