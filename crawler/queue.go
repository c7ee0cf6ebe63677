package crawler

import (
	"container/heap"
	"net/url"
	"time"

	"newsvigil/news"
)

// priority orders the jobs of one host. What others wait for comes first: a source's routes must
// not stand behind the pages of another source on the same host.
type priority int

const (
	firstRobots priority = iota
	thenRoutes
	thenPages
	priorities
)

// job is one request to make, or a redirect hop of one.
type job struct {
	priority priority
	url      *url.URL
	// from are the addresses that were asked before, the first one first; redirects came between.
	from []string
	// outlet and route belong to a route's job, outlet and candidate to a page's, and owner to that
	// of a robots.txt: the host whose rules it fetches.
	outlet    *outlet
	route     *route
	candidate news.Candidate
	owner     *host
	// tries is how often it was tried before in this run, failed what came of it last. spent says that
	// there is no further try: its host is asked no more.
	tries  int
	failed answer
	spent  bool
	// verdict is set for a job that must not be asked; it is only carried through to its end.
	verdict error
}

// host is the queue of one host, and all that is known of it in this run. Only the goroutine of
// dispatch touches it.
type host struct {
	name  string
	state news.HostState
	// rules are nil until robots.txt is known; asked says that it is on its way.
	rules *rules
	asked bool
	// scheme is that of the first address seen; robots.txt is asked for over it.
	scheme string
	// halt, when set, says why nothing more is asked in this run.
	halt *halt
	busy bool
	// ready is the earliest start of the next request, by the monotonic clock: a step of the wall
	// clock must not break the delay.
	ready   time.Time
	started time.Time
	// pages counts the pages taken on in this run.
	pages int
	jobs  [priorities][]*job
	index int // in the heap; -1 outside
}

// stop ends the host's work in this run; the first reason stands. Its jobs are dropped at once.
func (h *host) stop(why halt) {
	if h.halt == nil {
		h.halt = &why
	}
	h.ready = time.Time{}
}

func (h *host) add(j *job) { h.jobs[j.priority] = append(h.jobs[j.priority], j) }

// peek gives the job that may be made next; nil where there is none, or robots.txt is awaited.
func (h *host) peek() *job {
	for p := range h.jobs {
		if p > int(firstRobots) && h.rules == nil && h.asked && h.halt == nil {
			return nil
		}
		if len(h.jobs[p]) > 0 {
			return h.jobs[p][0]
		}
	}
	return nil
}

// pop takes off the job that peek gave.
func (h *host) pop() *job {
	j := h.peek()
	if j != nil {
		h.jobs[j.priority] = h.jobs[j.priority][1:]
	}
	return j
}

// readyHosts is a heap of the hosts that have work and no request in flight, the soonest first.
type readyHosts []*host

func (q readyHosts) Len() int           { return len(q) }
func (q readyHosts) Less(i, j int) bool { return q[i].ready.Before(q[j].ready) }
func (q readyHosts) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].index, q[j].index = i, j
}

// Push is part of heap.Interface.
func (q *readyHosts) Push(x any) {
	h := x.(*host)
	h.index = len(*q)
	*q = append(*q, h)
}

// Pop is part of heap.Interface.
func (q *readyHosts) Pop() any {
	old := *q
	h := old[len(old)-1]
	old[len(old)-1] = nil
	*q = old[:len(old)-1]
	h.index = -1
	return h
}

// place puts a host where its state says: into the heap, to another place in it, or out of it.
func (q *readyHosts) place(h *host) {
	wanted := !h.busy && h.peek() != nil
	switch {
	case wanted && h.index < 0:
		heap.Push(q, h)
	case wanted:
		heap.Fix(q, h.index)
	case h.index >= 0:
		heap.Remove(q, h.index)
	}
}

// next takes the host that is ready, if one is; else it tells how long to wait (0: nothing waits).
func (q *readyHosts) next(now time.Time) (h *host, wait time.Duration) {
	if q.Len() == 0 {
		return nil, 0
	}
	if wait = (*q)[0].ready.Sub(now); wait > 0 {
		return nil, wait
	}
	return heap.Pop(q).(*host), 0
}
