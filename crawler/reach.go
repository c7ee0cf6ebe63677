package crawler

import (
	"context"
	"fmt"
	"slices"
	"time"

	"newsvigil/address"
	"newsvigil/news"
)

const (
	// mostHeads is how many of a feed's newest pieces are remembered, to be met again at the next poll.
	mostHeads = 5
	// fewestCut is how many pieces a feed shows at least that leaves older ones away: the programs that
	// write feeds cut them at eight, ten or more, and a shorter one lists all there is.
	fewestCut = 5
	// mostOwed is for how many polls other routes are asked for what a feed missed.
	mostOwed = 3
)

// debt is what a feed may have missed: it is paid when other routes have shown what is there.
type debt struct {
	why   news.Owing
	since time.Time
	// again says that an earlier run left it unpaid.
	again bool
	// heads are the pieces up to which nothing was missing, newest when the newest was published.
	heads  []string
	newest time.Time
	// paid is what to remember of the feed once nothing is owed.
	paid news.PollState
}

// reach is what a run learns of whether the routes of a source show all that it published.
type reach struct {
	debts []debt
	// fresh are the keys of the pieces that this run saw first, known those that were known before it
	// and that a route without a debt showed.
	fresh, known map[string]bool
	// complete says that WordPress listed all posts back to the known ones, mapped that a sitemap shows
	// recent pieces, unheard that a route beyond the configured ones failed in a way that passes.
	complete, mapped, unheard bool
	// api is the WordPress interface of the outlet, where it shows that it has one.
	api string
}

// learn takes what a route showed.
func (o *outlet) learn(t *route, got routeRead) {
	if o.api == "" {
		o.api = got.api
	}
	for _, key := range got.fresh {
		o.fresh[key] = true
	}
	if got.debt != nil {
		o.debts = append(o.debts, *got.debt)
	} else {
		for _, key := range got.known {
			if !o.fresh[key] {
				o.known[key] = true
			}
		}
	}
	well := got.Trouble == news.TroubleNone
	o.mapped = o.mapped || t.kind == news.RouteSitemap && got.Candidates > 0
	o.complete = o.complete || t.kind == news.RouteWordPress && well && len(got.next) == 0
	if !t.extra {
		return
	}
	switch got.Trouble {
	case news.TroubleUnreachable, news.TroubleTLS, news.TroubleTimeout, news.TroubleServer, news.TroubleThrottled, news.TroublePaused:
		o.unheard = true
	}
}

// owing reports whether pieces may still be missing; gap leaves out what is owed since a first poll.
func (o *outlet) owing(oldest time.Time) (any, gap bool) {
	for _, d := range o.debts {
		if !o.paid(d, oldest) {
			any, gap = true, gap || d.why == news.OwesGap
		}
	}
	return any, gap
}

// paid reports whether other routes have shown what a feed may have missed: they lead back to the
// pieces up to which nothing was missing. One of these may have been taken down since. Where they are
// older than what is looked at, routes that show anything recent show all of it.
func (o *outlet) paid(d debt, oldest time.Time) bool {
	if d.why == news.OwesFirst {
		return o.complete // else when all that there is has been asked, see settle
	}
	met := 0
	for _, key := range d.heads {
		if o.known[key] {
			met++
		}
	}
	return o.complete || met > 0 && met >= len(d.heads)-1 || o.mapped && !d.newest.IsZero() && d.newest.Before(oldest)
}

// fill plans routes beyond the configured ones where a feed may have missed pieces, where no feed works,
// and where nothing but the front page is known of the outlet. It is called until it plans no more.
func (r *run) fill(o *outlet) {
	owing, gap := o.owing(r.oldest())
	named := len(o.src.Feeds)+len(o.src.Sitemaps)+len(o.src.Sections) > 0
	bare := !named && o.feeds == 0
	if o.src.Home == "" || !owing && !bare && !o.dead() {
		return
	}
	add := func(t *route) bool {
		t.shows, t.extra = true, named || o.feeds > 0
		before := len(o.planned)
		o.plan(t)
		return len(o.planned) > before
	}
	if o.api != "" {
		t := &route{kind: news.RouteWordPress, url: o.api}
		if owing {
			t.after = r.oldest().Truncate(24 * time.Hour)
		}
		if add(t) {
			return // it is the shortest way, and often enough
		}
	}
	if len(o.src.Sections) == 0 || gap {
		add(&route{kind: news.RouteSection, url: o.src.Home})
	}
	if h := r.hosts[address.Host(o.src.Home)]; h != nil && h.rules != nil && !o.works(news.RouteSitemap) {
		for _, u := range h.rules.sitemaps[:min(len(h.rules.sitemaps), mostFeeds)] {
			if address.Belongs(o.src, u) {
				add(&route{kind: news.RouteSitemap, url: u})
			}
		}
	}
}

// further reports whether the older pages of a list are to be asked for that was asked for all it has:
// until it has shown what was known before, or nothing that is new in this run. What an earlier run
// began to make good is known by now, and says nothing.
func (r *run) further(o *outlet, t *route, got routeRead) bool {
	if !t.full || !t.pages() {
		return true
	}
	for _, d := range o.debts {
		switch {
		case d.why == news.OwesFirst && d.again, d.why == news.OwesGap && !o.paid(d, r.oldest()):
			return true
		case d.why == news.OwesFirst:
			if slices.ContainsFunc(slices.Concat(got.fresh, got.known), func(key string) bool { return o.fresh[key] }) {
				return true
			}
		}
	}
	return false
}

// oldest is how far back pieces count.
func (r *run) oldest() time.Time { return r.c.o.Now().Add(-r.c.o.MaxAge) }

// works reports whether a route of a kind gave what it should.
func (o *outlet) works(kind news.Route) bool {
	return slices.ContainsFunc(o.routes, func(t RouteResult) bool { return t.Route == kind && t.Trouble == news.TroubleNone })
}

// dead reports whether the feeds answer, and none of them is of use.
func (o *outlet) dead() bool {
	feeds := 0
	for _, t := range o.routes {
		if t.Route != news.RouteFeed {
			continue
		}
		switch feeds++; t.Trouble {
		case news.TroubleMissing, news.TroubleNotFeed, news.TroubleEmpty, news.TroubleStale, news.TroubleOther,
			news.TroubleMoved, news.TroubleRedirects, news.TroubleWrongType:
		default:
			return false
		}
	}
	return feeds > 0
}

// settle remembers which feeds owe nothing any more, and says so where something stays missing.
func (r *run) settle(ctx context.Context, o *outlet) {
	for _, d := range o.debts {
		switch {
		case o.paid(d, r.oldest()), d.why == news.OwesFirst && !o.unheard:
			if err := r.c.polled(ctx, d.paid, nil); err != nil {
				r.fail(ctx, err)
				return
			}
		case d.why == news.OwesGap && (o.missing.IsZero() || d.since.Before(o.missing)):
			o.missing = d.since
		}
	}
	o.reach = reach{api: o.api}
}

// gapDetail says what it means that a gap stays open.
func gapDetail(since time.Time) string {
	return fmt.Sprintf("the feed turned over since it was read on %s, and nothing else shows what was in it in between; pieces may be missing",
		since.Format("2 January at 15:04 MST"))
}

// reckon decides whether a feed's answer can be all that was published since the last one, and what is
// to be remembered until that is made good. shown is what the answer showed.
func (c *Crawler) reckon(in reading, shown []news.Candidate, got *routeRead, state *news.PollState) {
	last, now := in.state, c.o.Now()
	if len(shown) == 0 {
		state.Heads, state.Newest = last.Heads, last.Newest
		state.Owes, state.OwedSince, state.OwedPolls = last.Owes, last.OwedSince, last.OwedPolls
		return
	}
	state.Heads, state.Newest = heads(shown)
	d := debt{why: last.Owes, since: last.OwedSince, again: last.OwedPolls > 0, heads: last.Heads, newest: last.Newest, paid: *state}
	oldest := now.Add(-c.o.MaxAge)
	switch {
	case last.Polled.IsZero() || last.Polled.Before(oldest):
		if len(shown) < fewestCut || reaches(shown, oldest) {
			return
		}
		d.why, d.since, d.heads = news.OwesFirst, oldest, nil
	case missed(last, shown, len(got.fresh)):
		if last.Owes == news.OwesNothing {
			d.why, d.since = news.OwesGap, last.Polled
		}
	case last.Owes != news.OwesFirst:
		return
	}
	got.debt, got.Gap = &d, d.why == news.OwesGap
	if last.OwedPolls+1 >= mostOwed {
		return // enough; what was missed stays missed, and the source's trouble says so
	}
	state.Owes, state.OwedSince, state.OwedPolls = d.why, d.since, last.OwedPolls+1
	state.Heads, state.Newest = d.heads, d.newest
	// Read in full next time: an unchanged answer shows nothing to go by.
	state.ETag, state.LastModified, state.Hash = "", "", ""
}

// missed reports whether an answer shows next to nothing of what stood at the top of the last one, so
// that the feed may have turned over more than once in between. A single piece that stays may be one
// that the outlet keeps on top, where there are others. fresh is how many of the pieces are new.
func missed(last news.PollState, shown []news.Candidate, fresh int) bool {
	if len(last.Heads) == 0 {
		return last.Candidates > 0 && fresh > 0 && fresh == len(shown)
	}
	met := 0
	for _, n := range shown {
		if slices.Contains(last.Heads, n.Key) {
			met++
		}
	}
	enough := 2
	if len(shown) < fewestCut {
		enough = 1
	}
	return (fresh > 0 || last.Owes == news.OwesGap) && met < min(enough, len(last.Heads))
}

// heads are the keys of the newest pieces, those without a date last, and when the newest was published.
func heads(shown []news.Candidate) (keys []string, newest time.Time) {
	list := slices.Clone(shown)
	slices.SortStableFunc(list, func(a, b news.Candidate) int { return b.Published.Time.Compare(a.Published.Time) })
	for _, n := range list[:min(len(list), mostHeads)] {
		keys = append(keys, n.Key)
	}
	return keys, list[0].Published.Time
}

// reaches reports whether a feed goes back to a time: its oldest dated piece is older.
func reaches(shown []news.Candidate, oldest time.Time) bool {
	return slices.ContainsFunc(shown, func(n news.Candidate) bool {
		return !n.Published.IsZero() && n.Published.Time.Before(oldest)
	})
}
