package app

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"newsvigil/config"
	"newsvigil/news"
)

// press is an outlet that a test writes by hand: a handler a path, and a log of what was asked.
type press struct {
	*httptest.Server
	mu    sync.Mutex
	pages map[string]http.HandlerFunc
	asked []string
}

func newPress(t *testing.T) *press {
	t.Helper()
	p := &press{pages: map[string]http.HandlerFunc{}}
	p.Server = httptest.NewServer(p)
	t.Cleanup(p.Close)
	return p
}

// ServeHTTP answers by the address with its query, else by its path.
func (p *press) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.asked = append(p.asked, r.URL.RequestURI())
	h := p.pages[r.URL.RequestURI()]
	if h == nil {
		h = p.pages[r.URL.Path]
	}
	p.mu.Unlock()
	if h == nil {
		http.NotFound(w, r)
		return
	}
	h(w, r)
}

func (p *press) on(path string, h http.HandlerFunc) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pages[path] = h
}

// say answers a path with a status, a media type and a body; a status of 3xx takes the body for the
// address to go to.
func (p *press) say(path string, status int, media, body string) {
	p.on(path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", media)
		if status/100 == 3 {
			w.Header().Set("Location", body)
			body = ""
		}
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	})
}

func (p *press) page(path, body string) { p.say(path, 200, "text/html; charset=utf-8", body) }

// times counts the requests for a path.
func (p *press) times(path string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for _, a := range p.asked {
		if a == path {
			n++
		}
	}
	return n
}

func (p *press) host() string { return strings.TrimPrefix(p.URL, "http://") }

// entry is a line of a feed; a zero time leaves the date out.
type entry struct {
	link string
	at   time.Time
	more string
}

// feed serves an RSS feed; links without a host are the outlet's own.
func (p *press) feed(path string, entries ...entry) {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Press</title><link>` + p.URL + `/</link>`)
	for i, e := range entries {
		if strings.HasPrefix(e.link, "/") {
			e.link = p.URL + e.link
		}
		fmt.Fprintf(&b, "<item><title>Report %d of the week</title><link>%s</link>", i, strings.ReplaceAll(e.link, "&", "&amp;"))
		if !e.at.IsZero() {
			fmt.Fprintf(&b, "<pubDate>%s</pubDate>", e.at.Format(time.RFC1123Z))
		}
		b.WriteString(e.more + "</item>")
	}
	p.say(path, 200, "application/rss+xml", b.String()+"</channel></rss>")
}

// report is a page on the topic of testTopic; each n has words of its own, and a zero time no date.
func report(n int, at time.Time) string {
	r := rand.New(rand.NewPCG(uint64(n), 7))
	word := func() string {
		var w strings.Builder
		for range 2 + r.IntN(2) {
			w.WriteByte("bdfgklmnprstvz"[r.IntN(14)])
			w.WriteByte("aeiou"[r.IntN(5)])
		}
		return w.String()
	}
	var b strings.Builder
	date := ""
	if !at.IsZero() {
		date = fmt.Sprintf(`<meta property="article:published_time" content="%s">`, at.Format(time.RFC3339))
	}
	title := fmt.Sprintf("%s %s %s in the prison camp of %s", strings.ToUpper(word()), word(), word(), strings.ToUpper(word()))
	fmt.Fprintf(&b, `<!doctype html><html lang="en"><head><title>%s</title><meta property="og:type" content="article">%s</head><body><article><h1>%s</h1>`, title, date, title)
	for range 6 {
		b.WriteString("<p>Of North Korea and human rights")
		for i := range 24 {
			b.WriteString(", " + word())
			if i == 12 {
				b.WriteString(" and torture")
			}
		}
		b.WriteString(".</p>")
	}
	b.WriteString("</article></body></html>")
	return b.String()
}

// desk is an App over a configuration of its own, without Slack, with a clock that tests move.
type desk struct {
	*App
	cfg   *config.Config
	clock *clock
	log   *syncBuffer
}

// newDesk opens an App with these [[source]] blocks.
func newDesk(t *testing.T, sources string) *desk {
	t.Helper()
	d := &desk{clock: &clock{}, log: &syncBuffer{}}
	dir := t.TempDir()
	d.configure(t, sources, dir)
	t.Cleanup(func() {
		if err := d.App.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// configure opens the App anew with other sources over the same data.
func (d *desk) configure(t *testing.T, sources, dir string) {
	t.Helper()
	cfg, err := config.Parse("test.toml", []byte(testTopic+sources))
	if err != nil {
		t.Fatal(err)
	}
	if dir == "" {
		dir = d.cfg.DataDir
	}
	cfg.DataDir, cfg.Jitter = dir, 0
	cfg.Crawler.Delay, cfg.Crawler.AllowPrivate = time.Nanosecond, allLoopback()
	cfg.Crawler.Timeout = 2 * time.Second
	d.cfg = cfg
	d.open(t)
}

func (d *desk) open(t *testing.T) {
	t.Helper()
	if d.App != nil {
		if err := d.App.Close(); err != nil {
			t.Fatal(err)
		}
	}
	a, err := New(t.Context(), Options{Config: d.cfg, Now: d.clock.now, Log: slog.New(slog.NewTextHandler(d.log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	if err != nil {
		t.Fatal(err)
	}
	d.App = a
}

// poll crawls every source and gives the report of the one of this name.
func (d *desk) poll(t *testing.T, name string) SourceReport {
	t.Helper()
	report, err := d.Crawl(t.Context(), CrawlOptions{All: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range report.Sources {
		if s.Source == name {
			return s
		}
	}
	t.Fatalf("no report of %s", name)
	return SourceReport{}
}

// due crawls what is due.
func (d *desk) due(t *testing.T) CrawlReport {
	t.Helper()
	report, err := d.Crawl(t.Context(), CrawlOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// told are the paths that the next digest links to, near misses among them.
func (d *desk) told(t *testing.T) map[string]news.Item {
	t.Helper()
	list, err := d.Preview(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]news.Item{}
	for _, g := range list {
		for _, items := range [][]news.Item{g.Lead, g.Lines, g.Rest, g.Near} {
			for _, it := range items {
				_, rest, _ := strings.Cut(it.URL, "://")
				_, path, _ := strings.Cut(rest, "/")
				out["/"+path] = it
			}
		}
	}
	return out
}

func (d *desk) explain(t *testing.T, address string) Explanation {
	t.Helper()
	x, err := d.Explain(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// notices counts the notices whose title or lines hold the words.
func (d *desk) notices(words string) int {
	n := 0
	for line := range strings.Lines(d.log.String()) {
		if strings.Contains(line, "msg=notice") && strings.Contains(line, words) {
			n++
		}
	}
	return n
}
