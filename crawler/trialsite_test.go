package crawler

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"newsvigil/news"
)

// trialNet is the network that the trial's outlets live in, and that allow_private names.
const trialNet = "127.0.1.0/24"

// trial is a set of outlets that watch how they are asked.
type trial struct {
	t        *testing.T
	delay    time.Duration
	mu       sync.Mutex
	shift    time.Duration
	sites    []*trialSite
	wanted   []trialPiece
	breaches []string
	written  int
	// troubles are what the first run must say of a source, or of one of its routes after a space.
	troubles map[string]string
	// private counts the connections to an address that is not allowed.
	private     atomic.Int32
	privatePort string
	later       []func(run int)
}

// trialPiece is a piece that must be read by the end of a run, the first of which is 1.
type trialPiece struct {
	url string
	run int
}

// trialSite is one host.
type trialSite struct {
	*trial
	host, base string
	src        news.Source
	at         sync.Mutex
	pages      map[string]http.HandlerFunc
	other      http.HandlerFunc
	// forbidden are the beginnings of the addresses that its robots.txt forbids, delay its Crawl-delay.
	forbidden []string
	delay     time.Duration
	// learned and parked are times by the trial's clock: when robots.txt was last had, and until when the
	// host asked to be left alone. last is when the last request came.
	learned, parked, last time.Time
	inFlight, asked       int
}

func (tr *trial) now() time.Time {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	return time.Now().Add(tr.shift)
}

// shiftTo puts the clock forward, by which all delays are over.
func (tr *trial) shiftTo(d time.Duration) {
	for _, s := range tr.sites {
		s.at.Lock()
		s.last = time.Time{}
		s.at.Unlock()
	}
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.shift = d
}

func (tr *trial) breach(format string, args ...any) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.breaches = append(tr.breaches, fmt.Sprintf(format, args...))
}

// publish brings what comes between two runs.
func (tr *trial) publish(run int) {
	for _, do := range tr.later {
		do(run)
	}
}

// trialKey is an address without what may be added to it on the way.
func trialKey(u string) string {
	u, _, _ = strings.Cut(u, "?")
	return strings.TrimSuffix(u, "/amp")
}

// site opens a host. One without a name is no source of its own.
func (tr *trial) site(name string) *trialSite {
	tr.t.Helper()
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.1.%d:0", len(tr.sites)+1))
	if err != nil {
		tr.t.Skipf("this machine gives no further addresses on loopback: %v", err)
	}
	s := &trialSite{trial: tr, host: l.Addr().String(), base: "http://" + l.Addr().String(), pages: map[string]http.HandlerFunc{}}
	srv := &httptest.Server{Listener: l, Config: &http.Server{Handler: http.HandlerFunc(s.serve)}}
	srv.Start()
	tr.t.Cleanup(srv.CloseClientConnections)
	s.src = news.Source{Name: name, Home: s.base + "/"}
	tr.sites = append(tr.sites, s)
	return s
}

func (s *trialSite) on(path string, h http.HandlerFunc) {
	s.at.Lock()
	defer s.at.Unlock()
	s.pages[path] = h
}

func (s *trialSite) text(path, media, body string) {
	s.on(path, answer1(http.StatusOK, "Content-Type: "+media, body))
}

func (s *trialSite) serve(w http.ResponseWriter, r *http.Request) {
	defer s.watch(r)()
	s.at.Lock()
	h := s.pages[r.URL.RequestURI()]
	if h == nil {
		h = s.pages[r.URL.Path]
	}
	s.at.Unlock()
	switch {
	case h != nil:
		h(w, r)
	case s.other != nil:
		s.other(w, r)
	default:
		http.NotFound(w, r)
	}
}

// watch holds a request against all that was promised, and returns what ends it.
func (s *trialSite) watch(r *http.Request) func() {
	at, clock := time.Now(), s.now()
	s.at.Lock()
	defer s.at.Unlock()
	what := s.src.Name + " " + s.host + r.URL.RequestURI()
	robots := r.URL.Path == "/robots.txt"
	switch {
	case robots && clock.Sub(s.learned) < 24*time.Hour:
		s.breach("%s: robots.txt again after %v", what, clock.Sub(s.learned))
	case !robots && r.URL.Path != "/rules.txt" && clock.Sub(s.learned) > 24*time.Hour+time.Minute:
		s.breach("%s: before robots.txt", what)
	}
	// What arrives on a busy machine looks closer together than it was sent: between requests that are
	// seconds apart this can be told, and where they are not, orderly holds the crawler's own stamps
	// against the number that arrived.
	patient := s.trial.delay >= time.Second
	if s.inFlight > 0 && patient {
		s.breach("%s: %d others in flight", what, s.inFlight)
	}
	if gap, least := at.Sub(s.last), max(s.trial.delay, s.delay); !s.last.IsZero() && patient && gap < least*9/10 {
		s.breach("%s: after %v, the delay is %v", what, gap, least)
	}
	if clock.Before(s.parked) {
		s.breach("%s: %v before the end of its Retry-After", what, s.parked.Sub(clock))
	}
	for _, p := range s.forbidden {
		if strings.HasPrefix(r.URL.RequestURI(), p) {
			s.breach("%s: robots.txt forbids it", what)
		}
	}
	h := r.Header
	if !strings.Contains(h.Get("User-Agent"), "desk@paper.example") || h.Get("Cookie") != "" || h.Get("Referer") != "" ||
		strings.HasPrefix(r.URL.Path, "/assets/") || r.Method != http.MethodGet {
		s.breach("%s: %s with %v", what, r.Method, h)
	}
	s.last = at
	s.inFlight++
	s.asked++
	// A host that holds on to a request that was given up must not count it as in flight.
	var once sync.Once
	end := func() {
		once.Do(func() {
			s.at.Lock()
			defer s.at.Unlock()
			s.inFlight--
		})
	}
	context.AfterFunc(r.Context(), end)
	return end
}

// robots serves a robots.txt.
func (s *trialSite) robots(body string, forbidden ...string) {
	s.forbidden = forbidden
	s.on("/robots.txt", func(w http.ResponseWriter, _ *http.Request) {
		s.met()
		_, _ = w.Write([]byte(body))
	})
}

// met notes that robots.txt was had.
func (s *trialSite) met() {
	clock := s.now()
	s.at.Lock()
	defer s.at.Unlock()
	s.learned = clock
}

// leaveAlone answers that the host wants to be left alone, by seconds or by a date.
func (s *trialSite) leaveAlone(w http.ResponseWriter, status int, d time.Duration, date bool) {
	until := s.now().Add(d)
	said := fmt.Sprint(int(d.Seconds()))
	if date {
		said = until.UTC().Format(http.TimeFormat)
		until = until.Truncate(time.Second)
	}
	s.at.Lock()
	s.parked = until
	s.at.Unlock()
	w.Header().Set("Retry-After", said)
	w.WriteHeader(status)
}

// piece serves an article that must be read by the end of a run, and gives its path.
func (s *trialSite) piece(run int) string {
	s.trial.mu.Lock()
	s.written++
	n := s.written
	s.trial.mu.Unlock()
	path := fmt.Sprintf("/news/2026/11/harbour-report-%d", 1000+n)
	s.text(path, "text/html; charset=utf-8", strings.Replace(story(n), "</head>", `<link rel="stylesheet" href="/assets/a.css"><script src="/assets/a.js"></script></head>`, 1))
	s.want(path, run)
	return path
}

func (s *trialSite) want(path string, run int) {
	s.trial.mu.Lock()
	defer s.trial.mu.Unlock()
	s.wanted = append(s.wanted, trialPiece{s.base + path, run})
}

func (s *trialSite) pieces(n int) (paths []string) {
	for range n {
		paths = append(paths, s.piece(1))
	}
	return paths
}

// rss is a feed of the paths or addresses.
func (s *trialSite) rss(paths ...string) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Harbour News</title>`)
	for i, p := range paths {
		if strings.HasPrefix(p, "/") {
			p = s.base + p
		}
		fmt.Fprintf(&b, "<item><title>Headline %d of the harbour</title><link>%s</link><pubDate>%s</pubDate></item>", i,
			strings.ReplaceAll(p, "&", "&amp;"), time.Now().Add(-time.Hour-time.Duration(i)*time.Second).UTC().Format(time.RFC1123Z))
	}
	return b.String() + "</channel></rss>"
}

// feed makes the site a source with a feed.
func (s *trialSite) feed(paths ...string) {
	s.src.Feeds = []string{s.base + "/feed.xml"}
	s.text("/feed.xml", "application/rss+xml", s.rss(paths...))
}
