package app

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"newsvigil/news"
)

// failure is a way in which an outlet fails, and what an admin is told of it.
type failure struct {
	name string
	// in makes the outlet fail; it may give a home address of its own.
	in     func(t *testing.T, p *press, d *desk) (home string)
	want   news.Trouble
	detail string
	// stays says that the test cannot make it well again.
	stays bool
}

// answers makes the feed answer like this.
func answers(status int, header, body string) func(*testing.T, *press, *desk) string {
	return func(_ *testing.T, p *press, _ *desk) string {
		p.on("/feed", func(w http.ResponseWriter, _ *http.Request) {
			for line := range strings.Lines(header) {
				k, v, _ := strings.Cut(strings.TrimSpace(line), ": ")
				w.Header().Set(k, v)
			}
			w.WriteHeader(status)
			fmt.Fprint(w, body)
		})
		return ""
	}
}

// pages makes the feed lead to four pages that answer like this.
func pages(status int, header string) func(*testing.T, *press, *desk) string {
	return func(_ *testing.T, p *press, _ *desk) string {
		var list []entry
		for n := range 4 {
			path := fmt.Sprintf("/news/%d.html", n)
			list = append(list, entry{link: path, at: time.Now().Add(-time.Hour)})
			p.on(path, func(w http.ResponseWriter, _ *http.Request) {
				if k, v, ok := strings.Cut(header, ": "); ok {
					w.Header().Set(k, v)
				}
				w.WriteHeader(status)
			})
		}
		p.feed("/feed", list...)
		return ""
	}
}

func packed(size int) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(make([]byte, size))
	_ = z.Close()
	return b.String()
}

func failures() []failure {
	never := func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	drip := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/rss+xml")
		for r.Context().Err() == nil {
			_, _ = w.Write([]byte(" "))
			_ = http.NewResponseController(w).Flush()
			time.Sleep(2 * time.Millisecond)
		}
	}
	slow := func(h http.HandlerFunc) func(*testing.T, *press, *desk) string {
		return func(_ *testing.T, p *press, d *desk) string {
			d.cfg.Crawler.Timeout = 300 * time.Millisecond
			p.on("/feed", h)
			return ""
		}
	}
	return []failure{
		{"no connection", func(_ *testing.T, p *press, _ *desk) string { p.Close(); return "" }, news.TroubleUnreachable, "connection refused", true},
		{"a certificate that nobody knows", func(t *testing.T, _ *press, _ *desk) string {
			s := httptest.NewTLSServer(http.NotFoundHandler())
			t.Cleanup(s.Close)
			return s.URL
		}, news.TroubleTLS, "the certificate is not valid", true},
		{"no TLS behind https", func(_ *testing.T, p *press, _ *desk) string { return strings.Replace(p.URL, "http://", "https://", 1) }, news.TroubleTLS, "no secure connection", true},
		{"robots.txt forbids", func(_ *testing.T, p *press, _ *desk) string {
			p.say("/robots.txt", 200, "text/plain", "User-agent: *\nDisallow: /")
			return ""
		}, news.TroubleRobots, "robots.txt forbids it", false},
		{"robots.txt cannot be had", func(_ *testing.T, p *press, _ *desk) string { p.say("/robots.txt", 500, "", ""); return "" }, news.TroubleRobots, "robots.txt cannot be had (HTTP 500)", false},
		{"forbidden", answers(403, "", ""), news.TroubleBlocked, "HTTP 403", false},
		{"a login", answers(401, "", ""), news.TroubleBlocked, "HTTP 401", false},
		{"a challenge", answers(503, "Cf-Mitigated: challenge", ""), news.TroubleBlocked, "a page that keeps programs out", false},
		{"a challenge that says all is well", answers(200, "Cf-Mitigated: challenge", ""), news.TroubleBlocked, "a page that keeps programs out", false},
		{"a wall in words", answers(200, "Content-Type: text/html", "<html><title>Just a moment...</title><body>Checking your browser</body></html>"), news.TroubleBlocked, "a page that keeps programs out", false},
		{"a page for a feed", answers(200, "Content-Type: text/html", "<html><title>Press</title><body><p>Welcome</p></body></html>"), news.TroubleNotFeed, "a web page, not a feed", false},
		{"an empty feed", answers(200, "Content-Type: application/rss+xml", "<rss version=\"2.0\"><channel><title>x</title></channel></rss>"), news.TroubleEmpty, "lists no pieces", false},
		{"a stale feed", func(_ *testing.T, p *press, _ *desk) string {
			p.feed("/feed", entry{link: "/news/1.html", at: time.Now().AddDate(-2, 0, 0)})
			return ""
		}, news.TroubleStale, "the newest piece is of", false},
		{"too large", answers(200, "Content-Type: application/rss+xml\nContent-Encoding: gzip", packed(13<<20)), news.TroubleTooLarge, "larger than 12 MB", false},
		{"headers that never come", slow(never), news.TroubleTimeout, "no answer within 300ms", false},
		{"a byte at a time", slow(drip), news.TroubleTimeout, "the answer was not complete within 900ms", false},
		{"a picture", answers(200, "Content-Type: image/png", "\x89PNG\r\n\x1a\n...."), news.TroubleWrongType, "a feed was expected; the answer is of type image/png", false},
		{"an error of the server", answers(500, "", ""), news.TroubleServer, "HTTP 500", false},
		{"not there", answers(404, "", ""), news.TroubleMissing, "HTTP 404", false},
		{"gone", answers(410, "", ""), news.TroubleMissing, "HTTP 410", false},
		{"another site", answers(301, "Location: https://casino.example/", ""), news.TroubleMoved, "redirects to casino.example, which is not among this source's hosts", false},
		{"a circle", answers(302, "Location: /feed", ""), news.TroubleRedirects, "redirects in a circle", false},
		{"asked too often", answers(429, "Retry-After: 60", ""), news.TroubleThrottled, "asked too often", true}, // well again, it is asked slowly
		{"a private address", func(_ *testing.T, p *press, d *desk) string { d.cfg.Crawler.AllowPrivate = nil; return "" }, news.TroublePrivate, "127.0.0.1", true},
		{"pages behind a wall", pages(403, ""), news.TroubleBlocked, "none of the pages they lead to could be read: HTTP 403", false},
		{"pages that fail", pages(500, ""), news.TroubleServer, "none of the pages they lead to could be read: HTTP 500", false},
	}
}

// TestFailureClasses holds for each way in which an outlet can fail what `once`, `sources` and the admin
// channel call it, that the channel hears of it once, with what to do, and once when it is over.
func TestFailureClasses(t *testing.T) {
	t.Parallel()
	unraced(t)
	for _, f := range failures() {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			p := newPress(t)
			home := p.URL
			d := &desk{clock: &clock{}, log: &syncBuffer{}}
			d.configure(t, block("Press", p.URL, `feeds = ["`+p.URL+`/feed"]`), t.TempDir())
			t.Cleanup(func() { _ = d.App.Close() })
			if at := f.in(t, p, d); at != "" {
				home = at
				d.configure(t, block("Press", home, `feeds = ["`+home+`/feed"]`), "")
			}
			for n := range 3 {
				if got := d.poll(t, "Press"); got.Trouble != f.want || !strings.Contains(got.Detail, f.detail) {
					t.Errorf("poll %d: %q %q, want %q %q", n, got.Trouble, got.Detail, f.want, f.detail)
				}
				d.clock.advance(31 * time.Minute)
			}
			if n := d.notices(`title="Press is in trouble"`); n != 1 {
				t.Errorf("%d notices, want 1", n)
			}
			if d.notices("("+string(f.want)+")") != 1 || d.notices("What to do if it stays: "+Remedy(f.want)[:5]) != 1 {
				t.Errorf("the notice does not say what it is or what to do:\n%s", d.log.String())
			}
			list, err := d.Sources(t.Context())
			if err != nil || list[0].Trouble != f.want || !strings.Contains(list[0].Detail, f.detail) {
				t.Errorf("sources says %+v, %v", list, err)
			}
			if x := d.explain(t, home+"/news/unseen.html"); !strings.Contains(strings.Join(x.Lines, "\n"), f.detail) {
				t.Errorf("explain says %+v", x)
			}
			if f.stays {
				return
			}
			d.cfg.Crawler.Timeout = 5 * time.Second
			p.on("/robots.txt", http.NotFound)
			at := time.Now().Add(25 * time.Hour)
			var shown []entry
			for n := range 5 {
				shown = append(shown, entry{link: fmt.Sprintf("/news/%d.html", n), at: at})
				p.page(fmt.Sprintf("/news/%d.html", n), report(n, at))
			}
			p.feed("/feed", shown...)
			d.clock.advance(26 * time.Hour)
			for range 2 {
				if got := d.poll(t, "Press"); got.Trouble != news.TroubleNone {
					t.Fatalf("made well again: %q %q", got.Trouble, got.Detail)
				}
			}
			if n := d.notices(`title="Press is well again"`); n != 1 {
				t.Errorf("%d notices of recovery, want 1", n)
			}
		})
	}
}

// TestRemedies holds that every trouble has a remedy.
func TestRemedies(t *testing.T) {
	t.Parallel()
	for _, f := range failures() {
		if len(Remedy(f.want)) < 10 {
			t.Errorf("%s: %q", f.want, Remedy(f.want))
		}
	}
}

// TestFlappingSource holds that a source which is up and down all day is told of once a day, with one
// notice of recovery.
func TestFlappingSource(t *testing.T) {
	t.Parallel()
	p := newPress(t)
	d := newDesk(t, block("Press", p.URL, `feeds = ["`+p.URL+`/feed"]`))
	sick := answers(500, "", "")
	n := 0
	var list []entry
	hours := func(more int) {
		for range more {
			n++
			at := d.now().Add(-time.Minute)
			if n%4 == 1 || n%4 == 2 {
				sick(t, p, d)
			} else {
				list = append(list, entry{link: fmt.Sprintf("/news/%d.html", n), at: at})
				p.page(list[len(list)-1].link, report(n, at))
				p.feed("/feed", list...)
			}
			d.poll(t, "Press")
			d.clock.advance(2 * time.Hour)
		}
	}
	hours(10) // twenty hours
	if in, out := d.notices("is in trouble"), d.notices("is well again"); in != 1 || out != 1 {
		t.Errorf("in 20 hours: %d notices of trouble, %d of recovery", in, out)
	}
	hours(10)
	if in, out := d.notices("is in trouble"), d.notices("is well again"); in != 2 || out != 2 {
		t.Errorf("in 40 hours: %d notices of trouble, %d of recovery", in, out)
	}
	// Another kind of trouble is news at any time.
	answers(404, "", "")(t, p, d)
	d.poll(t, "Press")
	d.poll(t, "Press")
	if n := d.notices("is in trouble"); n != 3 {
		t.Errorf("%d notices after another kind of trouble, want 3", n)
	}
}
