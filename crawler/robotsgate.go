package crawler

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"newsvigil/news"
)

const (
	// robotsFresh is how long a robots.txt is good without being asked for again.
	robotsFresh = 24 * time.Hour
	// robotsLast is how long the last good copy stands in while robots.txt cannot be had.
	robotsLast = 30 * 24 * time.Hour
	// robotsHops is how many redirects RFC 9309 section 2.3.1.2 asks to follow.
	robotsHops = 5
)

// learnRobots takes a host's rules from memory, or puts the request for robots.txt in front of all
// its other jobs. As a host has one request in flight, robots.txt is asked for once.
func (r *run) learnRobots(h *host) {
	s := h.state
	answered := s.RobotsStatus >= 200 && s.RobotsStatus < 500 && s.RobotsStatus != http.StatusTooManyRequests
	if age := r.c.o.Now().Sub(s.RobotsFetched); answered && age >= 0 && age < robotsFresh {
		h.rules = r.c.read(s)
		return
	}
	h.asked = true
	h.add(&job{
		priority: firstRobots, owner: h,
		url: &url.URL{Scheme: h.scheme, Host: h.name, Path: "/robots.txt"},
	})
}

// read gives the rules of a remembered answer: a text, or leave for everything by a 4xx.
func (c *Crawler) read(s news.HostState) *rules {
	if s.RobotsStatus/100 != 2 {
		return &rules{}
	}
	return parseRobots(s.Robots, c.agent)
}

// robotsCame takes the answer to a request for robots.txt.
func (r *run) robotsCame(ctx context.Context, j *job, a answer) {
	h := j.owner
	now := r.c.o.Now()
	trouble, detail := diagnose(a)
	h.state.RobotsFetched, h.state.RobotsStatus = now, a.status
	switch {
	case a.err == nil && a.status/100 == 2:
		h.state.Robots, h.state.RobotsGood = string(a.body), now
		h.rules = r.c.read(h.state)
	case a.err == nil && a.status/100 == 4 && a.status != http.StatusTooManyRequests, a.err == nil && a.status/100 == 3:
		// Not there, forbidden, or more redirects than need be followed: leave for everything. A
		// former text is forgotten, as the outlet has taken it away.
		h.state.RobotsStatus, h.state.Robots, h.state.RobotsGood = max(a.status, 400), "", now
		h.rules = &rules{}
	case h.state.RobotsGood.IsZero() || now.Sub(h.state.RobotsGood) > robotsLast:
		h.rules = &rules{nothing: true}
		h.stop(robotsHalt(a, trouble, detail))
	case trouble == news.TroublePrivate || trouble == news.TroubleBadAddress:
		h.rules = &rules{nothing: true}
		h.stop(halt{trouble, detail})
	default:
		h.rules = parseRobots(h.state.Robots, r.c.agent)
	}
	if h.halt == nil {
		h.ready = later(h.ready, h.started.Add(r.gap(h)))
	}
	r.save(ctx, h)
	r.ready.place(h)
}

// robotsHalt says why a host without rules is not asked: it cannot be reached at all, or it can
// and only robots.txt cannot be had.
func robotsHalt(a answer, trouble news.Trouble, detail string) halt {
	if a.err == nil && trouble == news.TroubleServer || trouble == news.TroubleOther || trouble == news.TroubleTooLarge {
		return halt{news.TroubleRobots, fmt.Sprintf("robots.txt cannot be had (%s), so nothing may be asked", detail)}
	}
	return halt{trouble, detail}
}
