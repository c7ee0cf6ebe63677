package crawler

import (
	"context"
	"net/url"
	"slices"
	"time"

	"newsvigil/address"
	"newsvigil/news"
)

const (
	// deepestSitemap is how far below its index a sitemap is read.
	deepestSitemap = 2
	// furtherPages is how many older pages of a section are read while they show new pieces.
	furtherPages = 9
	// mostRoutes bounds the requests of one source's poll.
	mostRoutes = 60
	// mostFeeds bounds the feeds taken from a page or, as sitemaps, from robots.txt.
	mostFeeds = 5
)

// route is one feed, sitemap or section to poll.
type route struct {
	kind news.Route
	url  string
	// finds says that the page is asked for the feeds that it announces, shows that its pieces count.
	finds, shows bool
	// depth counts sitemaps below their index, or pages after the first of a section.
	depth int
	// fills says that the route is asked for what a feed may have missed. baseline says that the route
	// which led here was read for the first time.
	fills, baseline bool
	// extra says that nobody configured the route; full that it is asked for all it has, whatever it
	// answered the last time.
	extra, full bool
	// after bounds what a WordPress interface is asked for; the zero time asks for the newest.
	after time.Time
}

func (t *route) why() why {
	switch t.kind {
	case news.RouteFeed:
		return whyFeed
	case news.RouteSitemap:
		return whySitemap
	case news.RouteWordPress:
		return whyPosts
	}
	return whySection
}

// outlet is a source within a run.
type outlet struct {
	src     news.Source
	planned []*route
	asked   map[string]bool
	routes  []RouteResult
	// helped marks the routes that only led to others; they do not count as working.
	helped []bool
	// extra marks the routes that nobody configured: they stand in for the others, but these are sick.
	extra []bool
	// filled says that routes beyond the configured ones were looked for, feeds how many feeds were
	// found, missing since when pieces may be missing that no route shows.
	filled  bool
	feeds   int
	missing time.Time
	reach
	began       time.Time
	took        time.Duration
	total, left int
	sum         SourceResult
	// failures counts the pages that could not be read by what kept them from it.
	failures map[news.Trouble]int
}

func newOutlet(src news.Source) *outlet {
	o := &outlet{src: src, asked: map[string]bool{}, began: time.Now()}
	o.fresh, o.known = map[string]bool{}, map[string]bool{}
	if len(src.Feeds) == 0 && src.Home != "" {
		// A home page that is also named as a section shows pieces like any other.
		shows := len(src.Sections) == 0 || slices.Contains(src.Sections, src.Home)
		o.plan(&route{kind: news.RouteSection, url: src.Home, finds: true, shows: shows})
	}
	for _, u := range src.Feeds {
		o.plan(&route{kind: news.RouteFeed, url: u, shows: true})
	}
	for _, u := range src.Sitemaps {
		o.plan(&route{kind: news.RouteSitemap, url: u, shows: true})
	}
	for _, u := range src.Sections {
		o.plan(&route{kind: news.RouteSection, url: u, shows: true})
	}
	return o
}

// plan adds a route unless it was asked already or there are too many.
func (o *outlet) plan(t *route) {
	if o.asked[t.url] || len(o.asked) >= mostRoutes {
		return
	}
	o.asked[t.url] = true
	o.planned = append(o.planned, t)
}

// begin starts the poll of a source. Its routes are asked one after the other, so that a piece shown
// by several of them is new once, and the feed, which says most, comes first.
func (r *run) begin(ctx context.Context, o *outlet) {
	r.progress(o, StagePolling)
	r.nextRoute(ctx, o)
}

func (r *run) nextRoute(ctx context.Context, o *outlet) {
	if len(o.planned) == 0 {
		o.filled = true
		r.fill(o)
	}
	if len(o.planned) == 0 {
		r.settle(ctx, o)
		r.tasks = append(r.tasks, task{load: o})
		return
	}
	t := o.planned[0]
	o.planned = o.planned[1:]
	if owing, gap := o.owing(r.oldest()); owing && t.kind != news.RouteFeed {
		t.full, t.fills = true, gap
	}
	j := &job{priority: thenRoutes, outlet: o, route: t, url: &url.URL{}}
	u, err := t.request()
	if err != nil {
		j.verdict = err
		r.tasks = append(r.tasks, task{job: j})
		return
	}
	j.url = u
	r.enqueue(ctx, j)
}

// routeCame takes what a route gave, and asks for what it led to.
func (r *run) routeCame(ctx context.Context, j *job, got routeRead) {
	o, t := j.outlet, j.route
	o.routes = append(o.routes, got.RouteResult)
	o.helped = append(o.helped, !t.shows || len(got.next) > 0 && got.Candidates == 0 && got.Trouble == news.TroubleNone)
	o.extra = append(o.extra, t.extra)
	o.learn(t, got)
	for i, u := range got.feeds {
		if i < mostFeeds {
			o.feeds++
			o.plan(&route{kind: news.RouteFeed, url: u, shows: true})
		}
	}
	deepest := furtherPages
	if t.kind == news.RouteSitemap {
		deepest = deepestSitemap
	}
	if t.depth < deepest && r.further(o, t, got) {
		for _, u := range got.next {
			further := *t
			further.url, further.depth, further.baseline, further.finds = u, t.depth+1, got.baseline, false
			o.plan(&further)
		}
	}
	r.progress(o, StagePolling)
	r.nextRoute(ctx, o)
}

// loaded puts the waiting candidates of a source into the queues of their hosts.
func (r *run) loaded(ctx context.Context, o *outlet, waiting []waitingPage) {
	var jobs []*job
	for _, w := range waiting {
		name := address.Host(w.url.String())
		h := r.hosts[name]
		if h == nil {
			var err error
			if h, err = r.meet(ctx, name, w.url.Scheme); err != nil {
				r.fail(ctx, err)
				return
			}
		}
		if h.pages >= r.c.o.PagesPerRun {
			o.sum.Waiting++
			continue
		}
		h.pages++
		jobs = append(jobs, &job{priority: thenPages, outlet: o, candidate: w.candidate, url: w.url})
	}
	o.total, o.left = len(jobs), len(jobs)
	if o.left == 0 {
		r.finish(o)
		return
	}
	r.progress(o, StageReading)
	for _, j := range jobs {
		r.enqueue(ctx, j)
	}
}

// pageCame counts a page that has got its outcome, asked for or not.
func (r *run) pageCame(o *outlet, p news.Page, asked bool) {
	if asked {
		o.sum.Fetched++
	}
	switch p.Outcome {
	case news.OutcomeRetry, news.OutcomeFailed, news.OutcomeBlocked, news.OutcomeRefused:
		o.sum.Failed++
		o.unreadable(p)
	}
	r.pageDone(o)
}

// unreadable keeps which failure most pages met.
func (o *outlet) unreadable(p news.Page) {
	if p.Trouble == news.TroubleNone {
		return
	}
	if o.failures == nil {
		o.failures = map[news.Trouble]int{}
	}
	if o.failures[p.Trouble]++; o.failures[p.Trouble] > o.failures[o.sum.Unread] {
		o.sum.Unread, o.sum.UnreadDetail = p.Trouble, p.Detail
	}
}

// pageLeft counts a page that stays pending unasked.
func (r *run) pageLeft(o *outlet) {
	o.sum.Waiting++
	r.pageDone(o)
}

func (r *run) pageDone(o *outlet) {
	if o.left--; o.left == 0 {
		r.finish(o)
		return
	}
	r.progress(o, StageReading)
}

func (r *run) finish(o *outlet) {
	o.took = time.Since(o.began)
	r.progress(o, StageDone)
	res := o.result()
	r.c.o.Log.Info("polled", "source", o.src.Name, "candidates", res.Candidates, "new", res.New,
		"fetched", res.Fetched, "failed", res.Failed, "trouble", string(res.Trouble), "detail", res.Detail, "took", res.Took)
}

func (r *run) progress(o *outlet, stage string) {
	p := Progress{Source: o.src.Name, Stage: stage, Done: o.total - o.left, Total: o.total}
	if stage == StagePolling {
		p.Done, p.Total = len(o.routes), len(o.asked)
	} else {
		p.Trouble, _ = o.trouble()
	}
	r.c.o.Progress(p)
}

// trouble is none when any route gave what it should and nothing is missing, else that of the first
// route.
func (o *outlet) trouble() (news.Trouble, string) {
	trouble, detail := news.TroubleNoRoute, "no feed, sitemap or section is known; add one to this source"
	found, well := false, false
	for i, t := range o.routes {
		if t.Trouble == news.TroubleNone {
			if !o.helped[i] && !o.extra[i] {
				well = true
			}
			continue
		}
		if !found {
			trouble, detail, found = t.Trouble, t.Detail, true
		}
	}
	switch {
	case well && !o.missing.IsZero():
		return news.TroubleGap, gapDetail(o.missing)
	case well:
		return news.TroubleNone, ""
	}
	return trouble, detail
}

// result sums up what is known of the source, finished or not.
func (o *outlet) result() SourceResult {
	res := o.sum
	res.Source, res.Routes, res.Took = o.src.Name, o.routes, o.took
	res.Waiting += o.left
	if res.Unfinished = res.Took == 0; res.Unfinished {
		res.Took = time.Since(o.began)
	}
	for i, t := range o.routes {
		res.Polled = res.Polled || t.Status != 0
		if !o.helped[i] {
			res.Candidates += t.Candidates
			res.New += t.New
		}
	}
	if len(o.routes) > 0 || o.filled {
		res.Trouble, res.Detail = o.trouble()
	}
	return res
}
