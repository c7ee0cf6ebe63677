package crawler

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"newsvigil/news"
)

var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

// hit is one request that a site saw.
type hit struct {
	path   string
	header http.Header
	at     time.Time
}

// site is an outlet on loopback that remembers every request.
type site struct {
	*httptest.Server
	mu       sync.Mutex
	hits     []hit
	inFlight int
	most     int
	pages    map[string]http.HandlerFunc
}

func newSite(t testing.TB) *site {
	t.Helper()
	s := &site{pages: map[string]http.HandlerFunc{}}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

func (s *site) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.hits = append(s.hits, hit{r.URL.RequestURI(), r.Header.Clone(), time.Now()})
	s.inFlight++
	s.most = max(s.most, s.inFlight)
	h := s.pages[r.URL.RequestURI()]
	if h == nil {
		h = s.pages[r.URL.Path]
	}
	s.mu.Unlock()
	defer func() { s.mu.Lock(); s.inFlight--; s.mu.Unlock() }()
	if h == nil {
		http.NotFound(w, r)
		return
	}
	h(w, r)
}

func (s *site) on(path string, h http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pages[path] = h
}

// text answers with a body and a media type.
func (s *site) text(path, media, body string) {
	s.on(path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", media)
		_, _ = w.Write([]byte(body))
	})
}

func (s *site) status(path string, code int) {
	s.on(path, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) })
}

func (s *site) redirect(path, to string) {
	s.on(path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", to)
		w.WriteHeader(http.StatusFound)
	})
}

func (s *site) paths() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []string
	for _, h := range s.hits {
		list = append(list, h.path)
	}
	return list
}

func (s *site) seen(path string) []hit {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []hit
	for _, h := range s.hits {
		if h.path == path {
			list = append(list, h)
		}
	}
	return list
}

func (s *site) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hits = nil
}

// story is an article page long enough to be one. Every n gives other words.
func story(n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<!doctype html><html lang="en"><head><title>Harbour report number %d is out</title>
<meta property="article:published_time" content="%s"></head><body><article><h1>Harbour report number %d is out</h1>`,
		n, time.Now().UTC().Add(-time.Hour).Format(time.RFC3339), n)
	for p := range 6 {
		fmt.Fprintf(&b, "<p>Paragraph %d of report %d says that the harbour office counted %d boats this week, and that the ferry to the island will run again from Monday morning, as the captain told the meeting.</p>", p, n, 100*n+p)
	}
	b.WriteString("</article></body></html>")
	return b.String()
}

// feed is an RSS feed of the given paths, published an hour ago.
func (s *site) feed(paths ...string) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Harbour News</title><link>` + s.URL + `/</link>`)
	for i, p := range paths {
		fmt.Fprintf(&b, "<item><title>Headline %d</title><link>%s%s</link><pubDate>%s</pubDate></item>",
			i, s.URL, p, time.Now().UTC().Add(-time.Hour-time.Duration(i)*time.Minute).Format(time.RFC1123Z))
	}
	b.WriteString("</channel></rss>")
	return b.String()
}

// stories serves n articles and gives their paths.
func (s *site) stories(n int) []string {
	var paths []string
	for i := range n {
		p := fmt.Sprintf("/news/harbour-report-%d", 1000+i)
		s.text(p, "text/html; charset=utf-8", story(i))
		paths = append(paths, p)
	}
	return paths
}

// source is the site as a configured outlet with one feed.
func (s *site) source() news.Source {
	return news.Source{Name: "Harbour " + strings.TrimPrefix(s.URL, "http://127.0.0.1:"), Home: s.URL + "/", Feeds: []string{s.URL + "/feed.xml"}}
}

// setup is a site with a feed of n articles.
func setup(t *testing.T, n int) (*site, []string) {
	t.Helper()
	s := newSite(t)
	paths := s.stories(n)
	s.text("/feed.xml", "application/rss+xml", s.feed(paths...))
	return s, paths
}

func quick() Options {
	return Options{UserAgent: "newsvigil/1.0", Delay: time.Nanosecond, Timeout: 2 * time.Second, AllowPrivate: loopback}
}

// collector records pages in a history as the program does.
type collector struct {
	*Memory
	pages []news.Page
}

func (c *collector) emit(p news.Page) error {
	c.pages = append(c.pages, p)
	return c.Record(p)
}

func (c *collector) outcomes() map[string]news.Outcome {
	m := map[string]news.Outcome{}
	for _, p := range c.pages {
		path := p.Candidate.URL
		if i := strings.Index(path[7:], "/"); i >= 0 {
			path = path[7+i:]
		}
		m[path] = p.Outcome
	}
	return m
}

func (c *collector) page(t *testing.T, suffix string) news.Page {
	t.Helper()
	for _, p := range c.pages {
		if strings.HasSuffix(p.Candidate.URL, suffix) {
			return p
		}
	}
	t.Fatalf("no page of %s among %d", suffix, len(c.pages))
	return news.Page{}
}

// crawl runs once over a fresh or given history.
func crawl(t *testing.T, m *Memory, o Options, due ...news.Source) (*collector, Summary) {
	t.Helper()
	if m == nil {
		m = NewMemory()
	}
	c := &collector{Memory: m}
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	sum, err := New(m, o).Run(ctx, due, c.emit)
	if err != nil {
		t.Fatalf("Run: %v", err)
	}
	return c, sum
}

// later is a clock that is ahead, so that what an earlier run asked for is over.
func ahead(d time.Duration) func() time.Time {
	return func() time.Time { return time.Now().Add(d) }
}

func count2(list []string, want string) int {
	return len(slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s != want }))
}
