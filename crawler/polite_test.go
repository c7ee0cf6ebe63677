package crawler

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"newsvigil/news"
)

func TestRobotsForbidsPagesAndRoutes(t *testing.T) {
	t.Parallel()
	s, paths := setup(t, 2)
	s.text("/robots.txt", "text/plain", "User-agent: *\nDisallow: "+paths[0]+"\nDisallow: /private\n")
	s.text("/private/feed.xml", "application/rss+xml", s.feed(paths...))
	src := s.source()
	src.Feeds = append(src.Feeds, s.URL+"/private/feed.xml", s.URL+"/open/../private/feed.xml")
	got, sum := crawl(t, nil, quick(), src)
	if p := got.page(t, paths[0]); p.Outcome != news.OutcomeRefused || p.Detail != "robots.txt forbids it" || p.Status != 0 {
		t.Errorf("forbidden page: %q %q %d", p.Outcome, p.Detail, p.Status)
	}
	if p := got.page(t, paths[1]); p.Outcome != news.OutcomeRead {
		t.Errorf("open page: %q", p.Outcome)
	}
	for _, i := range []int{1, 2} {
		if r := sum.Sources[0].Routes[i]; r.Trouble != news.TroubleRobots {
			t.Errorf("forbidden feed: %+v", r)
		}
	}
	if sum.Sources[0].Trouble != news.TroubleNone {
		t.Errorf("source: %q", sum.Sources[0].Trouble)
	}
	for _, p := range s.paths() {
		if p == paths[0] || strings.HasPrefix(p, "/private") {
			t.Errorf("forbidden fetch of %s", p)
		}
	}
}

func TestRobotsAtEachRedirectHop(t *testing.T) {
	t.Parallel()
	s, _ := setup(t, 0)
	other := newSite(t)
	s.text("/robots.txt", "text/plain", "User-agent: *\nDisallow: /members/\n")
	other.text("/robots.txt", "text/plain", "User-agent: newsvigil\nDisallow: /\n")
	s.redirect("/news/harbour-report-inside-hop", "/members/report")
	s.redirect("/news/harbour-report-other-host", other.URL+"/news/report")
	s.text("/members/report", "text/html", story(1))
	other.text("/news/report", "text/html", story(2))
	s.text("/feed.xml", "application/rss+xml", s.feed("/news/harbour-report-inside-hop", "/news/harbour-report-other-host"))
	src := s.source()
	src.Hosts = []string{strings.TrimPrefix(other.URL, "http://")}
	got, _ := crawl(t, nil, quick(), src)
	for path, outcome := range got.outcomes() {
		if outcome != news.OutcomeRefused {
			t.Errorf("%s: %q", path, outcome)
		}
	}
	if n := count2(s.paths(), "/members/report") + count2(other.paths(), "/news/report"); n != 0 {
		t.Errorf("%d forbidden fetches", n)
	}
	if len(other.paths()) == 0 {
		t.Error("the other host's robots.txt was not asked for")
	}
}

func TestRobotsUnavailable(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		status int
		want   news.Trouble
	}{
		{"missing", 404, news.TroubleNone}, {"forbidden", 403, news.TroubleNone}, {"gone", 410, news.TroubleNone},
		{"server error", 503, news.TroubleRobots}, {"broken", 500, news.TroubleRobots}, {"throttled", 429, news.TroubleThrottled},
	}
	for _, tt := range tests {
		s, _ := setup(t, 1)
		s.status("/robots.txt", tt.status)
		got, sum := crawl(t, nil, quick(), s.source())
		if sum.Sources[0].Trouble != tt.want {
			t.Errorf("%s: %q %q", tt.name, sum.Sources[0].Trouble, sum.Sources[0].Detail)
		}
		if allowed := tt.want == news.TroubleNone; allowed != (len(got.pages) == 1) || allowed != (len(s.paths()) == 3) {
			t.Errorf("%s: %d pages, asked %v", tt.name, len(got.pages), s.paths())
		}
	}
}

func TestRobotsLastGoodCopy(t *testing.T) {
	t.Parallel()
	s, paths := setup(t, 3)
	s.text("/robots.txt", "text/plain", "User-agent: *\nDisallow: "+paths[2]+"\n")
	m := NewMemory()
	o := quick()
	o.PagesPerRun = 1
	crawl(t, m, o, s.source())
	s.status("/robots.txt", 503)

	o.Now = ahead(2 * 24 * time.Hour) // the copy is no longer fresh, but good enough
	o.PagesPerRun = 2
	got, sum := crawl(t, m, o, s.source())
	if got.page(t, paths[1]).Outcome != news.OutcomeRead || got.page(t, paths[2]).Outcome != news.OutcomeRefused {
		t.Errorf("outcomes %v", got.outcomes())
	}
	if count2(s.paths(), "/robots.txt") != 2 || sum.Sources[0].Trouble != news.TroubleNone {
		t.Errorf("asked %v, trouble %q", s.paths(), sum.Sources[0].Trouble)
	}

	o.Now = ahead(40 * 24 * time.Hour)
	if _, sum = crawl(t, m, o, s.source()); sum.Sources[0].Trouble != news.TroubleRobots {
		t.Errorf("after 40 days: %q %q", sum.Sources[0].Trouble, sum.Sources[0].Detail)
	}
	if count2(s.paths(), paths[2]) != 0 {
		t.Error("forbidden fetch")
	}
}

func TestRobotsIsCachedForADay(t *testing.T) {
	t.Parallel()
	s, _ := setup(t, 1)
	m := NewMemory()
	for _, age := range []time.Duration{0, time.Hour, 23 * time.Hour, 25 * time.Hour} {
		o := quick()
		o.Now = ahead(age)
		crawl(t, m, o, s.source())
	}
	if n := count2(s.paths(), "/robots.txt"); n != 2 {
		t.Errorf("robots.txt was asked %d times, want 2", n)
	}
}

func TestRobotsRedirects(t *testing.T) {
	t.Parallel()
	s, paths := setup(t, 2)
	other := newSite(t)
	other.text("/rules.txt", "text/plain", "User-agent: *\nDisallow: "+paths[0])
	s.redirect("/robots.txt", "/r1")
	s.redirect("/r1", other.URL+"/rules.txt")
	got, _ := crawl(t, nil, quick(), s.source())
	if got.page(t, paths[0]).Outcome != news.OutcomeRefused || got.page(t, paths[1]).Outcome != news.OutcomeRead {
		t.Errorf("outcomes %v", got.outcomes())
	}

	s, _ = setup(t, 1)
	s.redirect("/robots.txt", "/robots.txt?again")
	s.redirect("/robots.txt?again", "/robots.txt")
	if got, sum := crawl(t, nil, quick(), s.source()); len(got.pages) != 1 {
		t.Errorf("robots.txt that redirects in a circle: %+v", sum.Sources[0])
	}
}

func TestDelayIsKeptFromStartToStart(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, robots string
		delay, want  time.Duration
	}{
		{"delay", "", 100 * time.Millisecond, 100 * time.Millisecond},
		{"crawl-delay wins", "User-agent: *\nCrawl-delay: 0.1\n", 20 * time.Millisecond, 100 * time.Millisecond},
	}
	for _, tt := range tests {
		s, _ := setup(t, 4)
		s.text("/robots.txt", "text/plain", tt.robots)
		// Two sources of one host share its queue.
		a, b := s.source(), s.source()
		b.Name, b.Feeds = "Second", []string{s.URL + "/feed2.xml"}
		s.text("/feed2.xml", "application/rss+xml", s.feed(s.stories(6)[4:]...))
		o := quick()
		o.Delay = tt.delay
		m := NewMemory()
		crawl(t, m, o, a, b)
		o.All = true
		crawl(t, m, o, a, b) // another run, by another Crawler, right after it
		if len(s.hits) != 11 {
			t.Errorf("%s: %d requests, want 11: %v", tt.name, len(s.hits), s.paths())
		}
		for i := 1; i < len(s.hits); i++ {
			// The site stamps a request on arrival, so on a busy machine a pause looks shorter than it
			// was between the two requests; without the delay it would be a millisecond.
			if gap := s.hits[i].at.Sub(s.hits[i-1].at); gap < tt.want/2 {
				t.Errorf("%s: %v before %s, want %v", tt.name, gap, s.hits[i].path, tt.want)
			}
		}
		if s.most != 1 {
			t.Errorf("%s: %d requests in flight at once", tt.name, s.most)
		}
	}
}

func TestRetryAfterParksTheHost(t *testing.T) {
	t.Parallel()
	forms := map[string]func() string{
		"seconds": func() string { return "3600" },
		"date":    func() string { return time.Now().Add(time.Hour).UTC().Format(http.TimeFormat) },
		"none":    func() string { return "" },
	}
	for name, form := range forms {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, paths := setup(t, 5)
			s.on(paths[1], func(w http.ResponseWriter, _ *http.Request) {
				if v := form(); v != "" {
					w.Header().Set("Retry-After", v)
				}
				w.WriteHeader(http.StatusTooManyRequests)
			})
			m := NewMemory()
			got, sum := crawl(t, m, quick(), s.source())
			if asked := s.paths(); asked[len(asked)-1] != paths[1] || len(asked) != 5 { // the front page among them
				t.Errorf("%s: asked %v", name, asked)
			}
			if len(got.pages) != 2 || sum.Sources[0].Waiting != 3 {
				t.Errorf("%s: outcomes %v, summary %+v", name, got.outcomes(), sum.Sources[0])
			}
			if p := got.page(t, paths[1]); p.Outcome != news.OutcomeRetry || name != "none" && p.Retry.Before(time.Now().Add(59*time.Minute)) {
				t.Errorf("%s: %q, again at %v", name, p.Outcome, p.Retry)
			}
			s.forget()
			o := quick()
			o.All = true // never breaks a Retry-After
			_, sum = crawl(t, m, o, s.source())
			if len(s.paths()) != 0 || sum.Sources[0].Trouble != news.TroubleThrottled || sum.Sources[0].Polled {
				t.Errorf("%s: second run asked %v: %+v", name, s.paths(), sum.Sources[0])
			}
			o.Now = ahead(61 * time.Minute)
			s.text(paths[1], "text/html", story(1))
			if got, _ = crawl(t, m, o, s.source()); len(got.pages) != 4 {
				t.Errorf("%s: after the pause %v", name, got.outcomes())
			}
		})
	}
}

func TestShortRetryAfterIsWaitedFor(t *testing.T) {
	t.Parallel()
	s, paths := setup(t, 3)
	s.on(paths[0], func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	o := quick()
	got, _ := crawl(t, nil, o, s.source())
	if len(got.pages) != 3 {
		t.Fatalf("outcomes %v", got.outcomes())
	}
	if gap := s.seen(paths[1])[0].at.Sub(s.seen(paths[0])[0].at); gap < time.Second {
		t.Errorf("asked again after %v", gap)
	}
}

func TestBreakerOpensAndResumes(t *testing.T) {
	t.Parallel()
	s, paths := setup(t, 9)
	for _, p := range paths {
		s.status(p, http.StatusInternalServerError)
	}
	m := NewMemory()
	got, sum := crawl(t, m, quick(), s.source())
	if len(got.pages) != breakAfter || sum.Sources[0].Waiting != 4 {
		t.Fatalf("%d pages, summary %+v", len(got.pages), sum.Sources[0])
	}
	o := quick()
	o.All = true
	if _, sum = crawl(t, m, o, s.source()); sum.Sources[0].Trouble != news.TroublePaused {
		t.Errorf("second run: %+v", sum.Sources[0])
	}
	s.stories(9)
	o.Now = ahead(16 * time.Minute)
	got, sum = crawl(t, m, o, s.source())
	if len(got.pages) != 9 || sum.Sources[0].Trouble != news.TroubleNone {
		t.Errorf("after the pause: %d pages, %+v", len(got.pages), sum.Sources[0])
	}
	host, _ := url.Parse(s.URL)
	if h, _ := m.Host(t.Context(), host.Host); h.Failures != 0 || h.Opened != 0 {
		t.Errorf("host %+v", h)
	}
}

func TestBreakerDoubles(t *testing.T) {
	t.Parallel()
	var s news.HostState
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	for range breakAfter - 1 {
		breakerFail(&s, now)
	}
	if !s.NotBefore.IsZero() {
		t.Fatal("opened too early")
	}
	for i, want := range []time.Duration{15, 30, 60, 120, 240, 480, 960, 1440, 1440, 1440} {
		s.NotBefore = time.Time{}
		breakerFail(&s, now)
		if got := s.NotBefore.Sub(now); got != want*time.Minute {
			t.Errorf("pause %d = %v, want %v", i+1, got, want*time.Minute)
		}
	}
}

func TestASlowHostHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	slow, _ := setup(t, 3)
	slow.text("/robots.txt", "text/plain", "User-agent: *\nCrawl-delay: 120\n")
	fast, _ := setup(t, 20)
	o := quick()
	o.Parallel = 1 // a worker that slept for the slow host would hold up all
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	enough, read := errors.New("all pages of the fast host were read"), 0
	_, err := New(NewMemory(), o).Run(ctx, []news.Source{slow.source(), fast.source()}, func(news.Page) error {
		if read++; read == 20 {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) {
		t.Errorf("Run = %v after %d pages", err, read)
	}
	if n := len(slow.paths()); n != 1 {
		t.Errorf("the slow host was asked %d times within its Crawl-delay", n)
	}
}

func TestQueueOrder(t *testing.T) {
	t.Parallel()
	h := &host{rules: &rules{}, index: -1}
	page, feed, robots := &job{priority: thenPages}, &job{priority: thenRoutes}, &job{priority: firstRobots}
	for _, j := range []*job{page, feed, robots} {
		h.add(j)
	}
	for i, want := range []*job{robots, feed, page, nil} {
		if got := h.pop(); got != want {
			t.Errorf("job %d: %+v, want %+v", i, got, want)
		}
	}
	h.rules, h.asked = nil, true
	h.add(page)
	if got := h.peek(); got != nil {
		t.Error("a page goes out before robots.txt is known")
	}
	h.add(robots) // one for another host
	if got := h.pop(); got != robots {
		t.Error("robots.txt for another host waits for this one's")
	}
	h.stop(halt{})
	if got := h.peek(); got != page {
		t.Error("a stopped host does not give up its jobs")
	}
}

func TestReadyHosts(t *testing.T) {
	t.Parallel()
	now := time.Now()
	var q readyHosts
	hosts := make([]*host, 5)
	for i := range hosts {
		hosts[i] = &host{rules: &rules{}, index: -1, ready: now.Add(time.Duration((i*3)%5) * time.Second)}
		hosts[i].add(&job{priority: thenPages})
		q.place(hosts[i])
	}
	if h, wait := q.next(now.Add(-time.Second)); h != nil || wait != time.Second {
		t.Errorf("next = %v, %v", h, wait)
	}
	hosts[0].ready = now.Add(time.Hour) // moves back
	q.place(hosts[0])
	hosts[2].pop() // has no work any more
	q.place(hosts[2])
	hosts[4].busy = true
	q.place(hosts[4])
	var order []*host
	for {
		h, _ := q.next(now.Add(2 * time.Hour))
		if h == nil {
			break
		}
		order = append(order, h)
	}
	if len(order) != 3 || order[0] != hosts[1] || order[1] != hosts[3] || order[2] != hosts[0] {
		t.Errorf("order %v", order)
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	tests := []struct {
		status int
		in     string
		want   time.Duration
	}{
		{200, "60", 0}, {429, "60", time.Minute}, {503, "60", time.Minute}, {503, "", 0}, {429, "", blindPark},
		{429, "1.5", 1500 * time.Millisecond}, {429, "-5", blindPark}, {429, "soon", blindPark}, {429, "1e300", longestPark},
		{503, "Fri, 20 Nov 2026 12:02:00 GMT", 121 * time.Second}, {503, "Fri, 20 Nov 2026 11:00:00 GMT", 0}, {429, "NaN", blindPark},
	}
	for _, tt := range tests {
		if got := retryAfter(tt.status, http.Header{"Retry-After": {tt.in}}, now); got != tt.want {
			t.Errorf("retryAfter(%d, %q) = %v, want %v", tt.status, tt.in, got, tt.want)
		}
	}
}

func TestNoCookies(t *testing.T) {
	t.Parallel()
	s, _ := setup(t, 2)
	feed := s.pages["/feed.xml"]
	s.on("/feed.xml", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "id", Value: "1", Path: "/"})
		feed(w, r)
	})
	crawl(t, nil, quick(), s.source())
	for _, h := range s.hits {
		if h.header.Get("Cookie") != "" || h.header.Get("Referer") != "" {
			t.Errorf("%s carries %v", h.path, h.header)
		}
	}
}

func TestARunRightAfterWaitsOutALongCrawlDelay(t *testing.T) {
	t.Parallel()
	now := time.Now()
	for robots, halted := range map[string]bool{"User-agent: *\nCrawl-delay: 100\n": false, "": true} {
		m := NewMemory()
		_ = m.SaveHost(t.Context(), news.HostState{Host: "h", Robots: robots, RobotsStatus: 200, RobotsFetched: now, NotBefore: now.Add(time.Minute)})
		r := newRun(New(m, quick()), nil)
		h, err := r.meet(t.Context(), "h", "http")
		if err != nil || (h.halt != nil) != halted {
			t.Errorf("robots.txt %q: halt %+v, %v", robots, h.halt, err)
		}
	}
}

func TestIPv6Host(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		t.Skip("this machine has no IPv6 on loopback")
	}
	s := newSite(t)
	six := &http.Server{Handler: http.HandlerFunc(s.serve)}
	go func() { _ = six.Serve(l) }()
	t.Cleanup(func() { _ = six.Close() })
	s.URL = "http://" + l.Addr().String()
	s.text("/feed.xml", "application/rss+xml", s.feed(s.stories(2)...))
	got, sum := crawl(t, nil, quick(), news.Source{Name: "Six", Home: s.URL, Feeds: []string{s.URL + "/feed.xml"}})
	if len(got.pages) != 2 {
		t.Errorf("%v, %+v", got.outcomes(), sum)
	}
}
