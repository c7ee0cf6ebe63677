package crawler

import (
	"context"
	"fmt"
	"time"

	"newsvigil/address"
	"newsvigil/news"
)

// stopGrace is how long a stopped run waits for its workers. Their requests end at once; a page that
// is being parsed at that moment is left behind and its result dropped.
const stopGrace = 500 * time.Millisecond

// run is one run of a Crawler. All its state belongs to the goroutine of dispatch; workers get a task
// and hand back a result.
type run struct {
	c       *Crawler
	outlets []*outlet
	hosts   map[string]*host
	ready   readyHosts
	// tasks wait for a worker and for no host.
	tasks   []task
	working int
	results chan result
	pages   chan news.Page
	done    chan struct{}
	// requests counts what was asked by what came of it.
	requests map[string]int
	// err is the error of the history that ended the run.
	err error
}

// task is what a worker does: the request of a job, or work without one.
type task struct {
	job  *job
	trip *trip // nil: nothing is asked
	host *host
	load *outlet // the source whose waiting candidates are to be loaded
}

// result is what a worker hands back.
type result struct {
	task   task
	answer answer
	// request is what the trace says of the task's request; without an outcome where none was made.
	request Request
	// hop is the next job where the answer redirects.
	hop *job
	// route is what a route gave, page what became of a page, backlog what waits to be read.
	route   routeRead
	page    news.Page
	backlog []waitingPage
	// retry asks for the job once more in this run.
	retry bool
	err   error // of the history, or of ctx
}

func newRun(c *Crawler, due []news.Source) *run {
	r := &run{
		c:        c,
		hosts:    make(map[string]*host),
		results:  make(chan result, c.o.Parallel),
		pages:    make(chan news.Page, c.o.Parallel),
		done:     make(chan struct{}),
		requests: make(map[string]int),
	}
	for _, src := range due {
		r.outlets = append(r.outlets, newOutlet(src))
	}
	return r
}

// deliver hands pages to emit until the run is done. After the first error, or the end of ctx, it
// only waits for the end.
func (r *run) deliver(ctx context.Context, cancel context.CancelCauseFunc, emit func(news.Page) error) error {
	var failed error
	give := func(p news.Page) {
		if failed != nil || ctx.Err() != nil {
			return
		}
		if failed = emit(p); failed != nil {
			cancel(failed)
		}
	}
	for {
		select {
		case p := <-r.pages:
			give(p)
		case <-r.done:
			for {
				select {
				case p := <-r.pages:
					give(p)
				default:
					return failed
				}
			}
		}
	}
}

// dispatch starts what may start, and takes results, until nothing is left or ctx ends.
func (r *run) dispatch(ctx context.Context) {
	defer close(r.done)
	defer r.saveHosts(ctx)
	for _, o := range r.outlets {
		r.begin(ctx, o)
	}
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for r.err == nil && ctx.Err() == nil {
		wait := r.start(ctx)
		if r.working == 0 && len(r.tasks) == 0 && wait == 0 {
			return
		}
		if wait == 0 {
			wait = time.Hour
		}
		timer.Reset(wait)
		select {
		case res := <-r.results:
			r.working--
			r.take(ctx, res)
		case <-timer.C:
		case <-ctx.Done():
		}
	}
	r.abandon()
}

// abandon waits a moment for the workers of a stopped run.
func (r *run) abandon() {
	grace := time.After(stopGrace)
	for ; r.working > 0; r.working-- {
		select {
		case <-r.results:
		case <-grace:
			return
		}
	}
}

// start gives work to idle workers. It returns how long until a host is ready; 0 where a result must
// come first, or nothing is left.
func (r *run) start(ctx context.Context) time.Duration {
	for r.err == nil && r.working < r.c.o.Parallel {
		if len(r.tasks) > 0 {
			t := r.tasks[0]
			r.tasks = r.tasks[1:]
			r.launch(ctx, t)
			continue
		}
		h, wait := r.ready.next(time.Now())
		if h == nil {
			return wait
		}
		r.serve(ctx, h)
	}
	return 0
}

// serve makes the next job of a host that is ready.
func (r *run) serve(ctx context.Context, h *host) {
	defer r.ready.place(h)
	if j := h.peek(); j != nil && j.priority != firstRobots && h.halt == nil && h.rules == nil && !h.asked {
		r.learnRobots(h)
	}
	j := h.pop()
	switch {
	case j == nil:
	case h.halt != nil:
		r.drop(ctx, j, *h.halt)
	case j.outlet != nil && r.c.o.Halted(j.outlet.src.Name):
		r.drop(ctx, j, halt{news.TroubleQuarantined, "it was quarantined while it was read"})
	case j.priority != firstRobots && !h.rules.allows(j.url):
		// No request, no delay: the next job may go at once.
		j.verdict = errForbidden
		r.tasks = append(r.tasks, task{job: j})
	default:
		now := time.Now()
		h.busy, h.started, h.ready = true, now, now.Add(r.gap(h))
		r.launch(ctx, task{job: j, host: h, trip: r.c.trip(j, h)})
	}
}

// gap is the time from start to start of two requests to a host.
func (r *run) gap(h *host) time.Duration {
	d := r.c.o.Delay
	if h.rules != nil {
		d = max(d, h.rules.delay)
	} else if !h.state.NotBefore.IsZero() {
		d = max(d, r.c.read(h.state).delay) // met just now; the last known Crawl-delay may still run
	}
	return d + h.state.Throttle
}

// launch starts a worker. The number of workers is bounded by start.
func (r *run) launch(ctx context.Context, t task) {
	r.working++
	go func() { r.results <- r.c.work(ctx, r, t) }()
}

// take digests what a worker handed back.
func (r *run) take(ctx context.Context, res result) {
	if res.request.Outcome != "" {
		r.requests[res.request.Outcome]++
	}
	if res.err != nil {
		r.fail(ctx, res.err)
		return
	}
	if h := res.task.host; h != nil {
		h.busy = false
		r.govern(ctx, h, res.answer)
		defer r.ready.place(h)
	}
	j := res.task.job
	switch {
	case res.task.load != nil:
		r.loaded(ctx, res.task.load, res.backlog)
	case res.hop != nil:
		r.enqueue(ctx, res.hop)
	case res.retry:
		j.tries, j.failed = j.tries+1, res.answer
		j.failed.body, j.failed.root = nil, nil // hundreds may wait
		r.enqueue(ctx, j)
	case j.priority == firstRobots:
		r.robotsCame(ctx, j, res.answer)
	case j.priority == thenRoutes:
		r.routeCame(ctx, j, res.route)
	default:
		r.pageCame(j.outlet, res.page, res.task.trip != nil || j.spent)
	}
}

// govern learns from an answer how its host is to be treated.
func (r *run) govern(ctx context.Context, h *host, a answer) {
	now := r.c.o.Now()
	save := learn(&h.state, a, now)
	if !a.sent.IsZero() {
		h.started = a.sent
	}
	// The gap counts anew: robots.txt or the answer may have lengthened it.
	h.ready = h.started.Add(r.gap(h))
	if a.err != nil && !a.sent.IsZero() {
		// A host whose answer was given up half-way may still be busy with it.
		h.ready = later(h.ready, time.Now().Add(r.gap(h)))
	}
	r.park(h, now)
	if save {
		r.save(ctx, h)
	}
}

// park holds a host back until its time, or ends its work in this run where that is far off.
func (r *run) park(h *host, now time.Time) {
	wait := h.state.NotBefore.Sub(now)
	switch {
	case wait <= 0:
	case wait <= max(patience, r.gap(h)):
		h.ready = later(h.ready, time.Now().Add(wait))
	default:
		h.stop(parkedBy(h.state))
	}
}

func (r *run) save(ctx context.Context, h *host) {
	if err := r.c.h.SaveHost(ctx, h.state); err != nil {
		r.fail(ctx, fmt.Errorf("save host %s: %w", h.name, err))
	}
}

// fail ends the run by an error of the history. Errors after the end of ctx are its echo.
func (r *run) fail(ctx context.Context, err error) {
	if r.err == nil && ctx.Err() == nil {
		r.err = err
	}
}

// saveHosts keeps at the end of the run when each host may next be asked, so that another process
// that starts right away keeps the delay.
func (r *run) saveHosts(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopGrace/2)
	defer cancel()
	now, mono := r.c.o.Now(), time.Now()
	for _, h := range r.hosts {
		if h.started.IsZero() {
			continue
		}
		if rest := h.started.Add(r.gap(h)).Sub(mono); rest > 0 {
			h.state.NotBefore = later(h.state.NotBefore, now.Add(rest))
		}
		r.save(ctx, h)
	}
}

// enqueue puts a job into the queue of its host.
func (r *run) enqueue(ctx context.Context, j *job) {
	name := address.Host(j.url.String())
	h := r.hosts[name]
	if h == nil {
		var err error
		if h, err = r.meet(ctx, name, j.url.Scheme); err != nil {
			r.fail(ctx, err)
			return
		}
	}
	h.add(j)
	r.ready.place(h)
}

// meet loads what is remembered of a host.
func (r *run) meet(ctx context.Context, name, scheme string) (*host, error) {
	state, err := r.c.h.Host(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("read host %s: %w", name, err)
	}
	state.Host = name
	if now := r.c.o.Now(); state.NotBefore.Sub(now) > longestPark+time.Minute {
		// No answer and no breaker parks a host for so long: the clock was wrong when this was written.
		state.NotBefore = now
	}
	h := &host{name: name, state: state, scheme: scheme, index: -1}
	r.hosts[name] = h
	r.park(h, r.c.o.Now())
	return h, nil
}

// drop ends a job whose host is asked no more in this run.
func (r *run) drop(ctx context.Context, j *job, why halt) {
	switch {
	case j.priority == firstRobots:
		r.robotsCame(ctx, j, answer{url: j.url, err: &haltError{why}})
	case j.tries > 0:
		j.spent = true
		r.tasks = append(r.tasks, task{job: j})
	case j.priority == thenRoutes || why.trouble == news.TroublePrivate || why.trouble == news.TroubleBadAddress:
		// A page that leads to a private address will do so tomorrow; it is done with.
		j.verdict = &haltError{why}
		r.tasks = append(r.tasks, task{job: j})
	default:
		r.pageLeft(j.outlet)
	}
}

// summary gives the results of all sources, also of those that a stopped run left unfinished.
func (r *run) summary() Summary {
	s := Summary{Requests: r.requests}
	for _, o := range r.outlets {
		s.Sources = append(s.Sources, o.result())
	}
	return s
}
