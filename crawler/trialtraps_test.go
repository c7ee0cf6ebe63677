package crawler

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"

	"newsvigil/news"
)

// ruled has a Crawl-delay and forbids what its own feed and sections link to.
func ruled(tr *trial) {
	s := tr.site("Ruled")
	s.delay = max(4*tr.delay, 200*time.Millisecond)
	s.robots(fmt.Sprintf("User-agent: *\nDisallow: /private/\nDisallow: /*.php$\nAllow: /private/open\nCrawl-delay: %g\n", s.delay.Seconds()), "/private/s", "/print.php")
	paths := s.pieces(8)
	s.feed(append(paths, "/private/secret", "/private/../private/sealed", "/%70rivate/secret", "/print.php")...)
	s.redirect(paths[0], "/moved/1")
	s.text("/moved/1", "text/html", story(6001))
	s.redirect("/news/2026/11/harbour-report-in", "/private/secret")
}

// ruledElsewhere sends robots.txt to another host, and pages to one whose robots.txt forbids some.
func ruledElsewhere(tr *trial) {
	s, rules, other := tr.site("Ruled elsewhere"), tr.site(""), tr.site("")
	s.forbidden = []string{"/secret/"}
	s.on("/robots.txt", func(w http.ResponseWriter, r *http.Request) {
		s.met()
		http.Redirect(w, r, rules.base+"/rules.txt", http.StatusMovedPermanently)
	})
	rules.text("/rules.txt", "text/plain", "User-agent: newsvigil\nDisallow: /secret/\n")
	other.robots("User-agent: *\nDisallow: /closed/\n", "/closed/")
	s.src.Hosts = []string{other.host}
	paths := s.pieces(8)
	for i, p := range paths[:4] {
		s.redirect(p, fmt.Sprintf("%s/open/%d", other.base, i))
		other.text(fmt.Sprintf("/open/%d", i), "text/html", story(6100+i))
	}
	s.redirect("/news/2026/11/harbour-report-closed", other.base+"/closed/1")
	s.feed(append(paths, "/secret/one", "/news/2026/11/harbour-report-closed")...)
}

func (s *trialSite) redirect(path, to string) {
	s.on(path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", to)
		w.WriteHeader(http.StatusFound)
	})
}

// unruled has no robots.txt.
func unruled(tr *trial) {
	s := tr.site("Unruled")
	s.feed(s.pieces(5)...)
	s.on("/robots.txt", func(w http.ResponseWriter, r *http.Request) { s.met(); http.NotFound(w, r) })
}

// unruledForNow cannot give its robots.txt in the first run.
func unruledForNow(tr *trial) {
	s := tr.site("Unruled for now")
	var paths []string
	for range 5 {
		paths = append(paths, s.piece(2))
	}
	s.feed(paths...)
	s.on("/robots.txt", func(w http.ResponseWriter, _ *http.Request) {
		if time.Until(s.now()) < time.Hour {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		s.met()
	})
	tr.troubles["Unruled for now"] = string(news.TroubleRobots)
}

// throttledForLong asks to be left alone for an hour after its third page.
func throttledForLong(tr *trial) {
	s := tr.site("Throttled for long")
	paths := s.pieces(2)
	for range 4 {
		paths = append(paths, s.piece(2))
	}
	s.feed(paths...)
	s.first(paths[2], func(w http.ResponseWriter, _ *http.Request) {
		s.leaveAlone(w, http.StatusTooManyRequests, time.Hour, true)
	})
}

// redirecting sends pages in circles, ever further, to where nobody may go in every spelling, and to
// other schemes.
func redirecting(tr *trial) {
	s := tr.site("Redirecting")
	paths := s.pieces(7)
	for i, to := range []string{"/hop/1", "/hop/2", "/hop/3", "/hop/end"} {
		from := append(paths[:1:1], "/hop/1", "/hop/2", "/hop/3")[i]
		s.redirect(from, to)
	}
	s.text("/hop/end", "text/html", story(6200))
	s.redirect("/news/2026/11/harbour-report-loop", "/news/2026/11/harbour-report-pool")
	s.redirect("/news/2026/11/harbour-report-pool", "/news/2026/11/harbour-report-loop")
	s.other = func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/news/2026/11/harbour-report-grow") {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Location", r.URL.Path+strings.Repeat("/further", 1+len(r.URL.Path)/50))
		w.WriteHeader(http.StatusMovedPermanently)
	}
	paths = append(paths, "/news/2026/11/harbour-report-loop", "/news/2026/11/harbour-report-grow")
	for i, host := range []string{
		"127.0.2.1", "2130706945", "0x7f000201", "0x7f.0x0.0x2.0x1", "0177.0.02.01", "017700001001", "127.513", "127.0.513", "[::ffff:127.0.2.1]",
		"[::ffff:7f00:201]", "[0:0:0:0:0:ffff:127.0.2.1]", "127。0。2。1", "１２７.0.2.1", "127.0.2.1.", "%31%32%37.0.2.1", "user:pw@127.0.2.1", "localhost",
		"[::1]", "0.0.0.0", "[::]", "169.254.169.254", "[fe80::1%25lo]", "[64:ff9b::7f00:201]",
	} {
		to, from := "http://"+host+":"+tr.privatePort+"/secret", fmt.Sprintf("/news/2026/11/harbour-report-p%d", i)
		s.redirect(from, to)
		// Once by a redirect, and once in the feed of an outlet that says the host is its own.
		s.src.Hosts = append(s.src.Hosts, strings.TrimPrefix(host, "user:pw@")+":"+tr.privatePort)
		paths = append(paths, from, strings.Replace(to, "/secret", fmt.Sprintf("/news/2026/11/harbour-report-s%d", i), 1))
	}
	for i, to := range []string{"file:///etc/passwd", "ftp://127.0.2.1/x", "gopher://127.0.2.1:" + tr.privatePort + "/1", "javascript:alert(1)", "data:text/html,x", "//127.0.2.1:" + tr.privatePort + "/x", "http:///x", "http://[::1", "\\\\127.0.2.1\\x", "dict://127.0.2.1:" + tr.privatePort} {
		from := fmt.Sprintf("/news/2026/11/harbour-report-q%d", i)
		s.redirect(from, to)
		paths = append(paths, from)
	}
	s.feed(paths...)
}

// bombing sends bodies that have no end or are larger than they look, one drop at a time, or not at all.
func bombing(tr *trial) {
	body := func(block []byte, pause time.Duration) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			for r.Context().Err() == nil {
				if _, err := w.Write(block); err != nil {
					return
				}
				if pause > 0 {
					_ = http.NewResponseController(w).Flush()
					select {
					case <-r.Context().Done():
					case <-time.After(pause):
					}
				}
			}
		}
	}
	deep := "<html><body>" + strings.Repeat("<div>", 200_000) + "x"
	wide := "<html><body><p>" + strings.Repeat("<b>x</b> ", 500_000)
	traps := map[string]http.HandlerFunc{
		"endless": body(bytes.Repeat([]byte("<p>more and more"), 4096), 0),
		"drip":    body([]byte("<"), min(tr.delay, time.Second)),
		"never":   func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"gzip":    answer1(200, "Content-Type: text/html\nContent-Encoding: gzip", zeros(100)),
		"headers": func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X-Long", strings.Repeat("x", 1<<20)) },
		"deep":    answer1(200, "Content-Type: text/html", deep),
		"wide":    answer1(200, "Content-Type: text/html", wide),
		"large":   answer1(200, "Content-Type: text/html", strings.Repeat("<p>a large page</p>", 500_000)),
	}
	for name, h := range traps {
		s := tr.site("Bombing " + name)
		path := "/news/2026/11/harbour-report-" + name
		s.on(path, h)
		s.feed(append([]string{path}, s.pieces(2)...)...)
	}
	s := tr.site("Bombing sitemap")
	s.src.Sitemaps = []string{s.base + "/sitemap.xml.gz"}
	s.on("/sitemap.xml.gz", answer1(200, "Content-Type: application/gzip", zeros(100)))
	s.feed(s.pieces(3)...)
	tr.troubles["Bombing sitemap "+s.base+"/sitemap.xml.gz"] = string(news.TroubleTooLarge)
}

// endlessLinks has a calendar without end, addresses with session ids, and paths that repeat themselves.
func endlessLinks(tr *trial) {
	s := tr.site("Endless links")
	paths := s.pieces(8)
	s.src.Sections = []string{s.base + "/news"}
	page := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		n := rand.IntN(1 << 30)
		fmt.Fprintf(w, `<html><head><title>Harbour</title></head><body><main><a href="/calendar/%d">Next month, and the one after that</a><a rel="next" href="/calendar/%d">next</a>
<a href="a/b/">The way further into the harbour</a><a href="%sa/b/a/b/">And the same again</a>`, n, n+1, r.URL.Path)
		for i, p := range paths {
			fmt.Fprintf(w, `<h2><a href="%s?PHPSESSID=%x">Headline number %d of the harbour office</a></h2>`, p, n, i)
		}
	}
	s.on("/news", page)
	s.other = page
	s.on("/favicon.ico", http.NotFound)
}

// oddAnswers has pages that are not what their addresses say.
func oddAnswers(tr *trial) {
	s := tr.site("Odd answers")
	paths := s.pieces(6)
	odd := []http.HandlerFunc{
		answer1(200, "Content-Type: text/html", "<html><head><title>Page not found</title></head><body><h1>404</h1><p>This page does not exist.</p></body></html>"),
		answer1(200, "Content-Type: video/mp4", strings.Repeat("\x00\x01\x02", 1<<20)),
		answer1(200, "Content-Type: text/html", strings.Repeat("\x00\xff\x02\x89PNG", 1<<18)),
		answer1(410, "Content-Type: text/html", "<html>gone"), answer1(404, "X: y", ""), answer1(403, "X: y", ""), answer1(204, "X: y", ""),
		answer1(200, "Content-Type: text/html", ""), answer1(200, "Content-Type: application/pdf", "%PDF-1.7"), answer1(206, "Content-Type: text/html", "<html>"),
	}
	for i, h := range odd {
		p := fmt.Sprintf("/news/2026/11/harbour-report-odd-%d.html", i)
		s.on(p, h)
		paths = append(paths, p)
	}
	s.feed(paths...)
}
