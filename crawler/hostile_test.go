package crawler

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/korean"

	"newsvigil/news"
)

// one serves a single page under a feed and crawls it.
func one(t *testing.T, h http.HandlerFunc, o Options) (news.Page, *site) {
	t.Helper()
	s := newSite(t)
	s.on("/news/harbour-report-page", h)
	s.text("/feed.xml", "application/rss+xml", s.feed("/news/harbour-report-page"))
	got, _ := crawl(t, nil, o, s.source())
	return got.page(t, "-page"), s
}

func answer1(status int, header, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for line := range strings.Lines(header) {
			k, v, _ := strings.Cut(strings.TrimSpace(line), ": ")
			w.Header().Set(k, v)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func hijack(raw string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		_, _ = io.WriteString(conn, raw)
		_ = conn.Close()
	}
}

func TestPageOutcomes(t *testing.T) {
	t.Parallel()
	const page = "Content-Type: text/html"
	tests := []struct {
		name    string
		in      http.HandlerFunc
		outcome news.Outcome
		detail  string
	}{
		{"read", answer1(200, page, story(1)), news.OutcomeRead, ""},
		{"no type", answer1(200, "Content-Type: ", story(1)), news.OutcomeRead, ""},
		{"called plain text", answer1(200, "Content-Type: text/plain", story(1)), news.OutcomeRead, ""},
		{"missing", answer1(404, page, ""), news.OutcomeGone, "HTTP 404"},
		{"gone", answer1(410, page, ""), news.OutcomeGone, "HTTP 410"},
		{"login", answer1(401, page, ""), news.OutcomeBlocked, "HTTP 401"},
		{"forbidden", answer1(403, page, ""), news.OutcomeBlocked, "HTTP 403"},
		{"law", answer1(451, page, ""), news.OutcomeBlocked, "HTTP 451"},
		{"bot wall", answer1(503, page+"\nCf-Mitigated: challenge", ""), news.OutcomeBlocked, "HTTP 503: a page that keeps programs out"},
		{"bot wall by words", answer1(503, page, "<html><title>Just a moment...</title><body>Checking your browser before accessing.</body></html>"),
			news.OutcomeBlocked, "HTTP 503: the outlet answered with a page that keeps programs out"},
		{"server error", answer1(500, page, ""), news.OutcomeRetry, "HTTP 500"},
		{"bad request", answer1(400, page, ""), news.OutcomeFailed, "HTTP 400"},
		{"video", answer1(200, "Content-Type: video/mp4", "xxxx"), news.OutcomeNotArticle, "a web page was expected; the answer is of type video/mp4"},
		{"empty", answer1(200, page, ""), news.OutcomeNotArticle, "a web page was expected; the answer is empty"},
		{"no article", answer1(200, page, "<html><body><p>Hello</p></body></html>"), news.OutcomeNotArticle, "the page holds no article"},
		{"front page", answer1(302, "Location: /", ""), news.OutcomeGone, "redirects to the front page"},
		{"circle", answer1(302, "Location: /news/harbour-report-page", ""), news.OutcomeFailed, "redirects in a circle"},
		{"no location", answer1(302, "X: y", ""), news.OutcomeFailed, "HTTP 302 without an address to go to"},
		{"file", answer1(302, "Location: file:///etc/passwd", ""), news.OutcomeOutside, `"file:///etc/passwd" is not an http or https address`},
		{"other site", answer1(302, "Location: https://elsewhere.example/", ""), news.OutcomeOutside, "redirects to elsewhere.example, which is not among this source's hosts"},
		{"private", answer1(302, "Location: http://169.254.169.254/latest", ""), news.OutcomeOutside, "redirects to 169.254.169.254, which is not among this source's hosts"},
		{"unknown packing", answer1(200, page+"\nContent-Encoding: compress", story(1)), news.OutcomeFailed, `packed as "compress", which was not asked for`},
		{"said to be packed", answer1(200, page+"\nContent-Encoding: gzip", story(1)), news.OutcomeRead, ""},
		{"reset", hijack(""), news.OutcomeRetry, "the connection was closed without an answer"},
		{"short body", hijack("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99999\r\n\r\n<html>"), news.OutcomeRetry, "the answer broke off"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p, _ := one(t, tt.in, quick())
			if p.Outcome != tt.outcome || p.Detail != tt.detail {
				t.Errorf("outcome %q, detail %q; want %q, %q", p.Outcome, p.Detail, tt.outcome, tt.detail)
			}
			if (p.Outcome == news.OutcomeRead) != (p.Article.Title != "") {
				t.Errorf("article %+v", p.Article)
			}
		})
	}
}

func TestBodiesAreCapped(t *testing.T) {
	t.Parallel()
	bomb := func(size int) string {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		block := make([]byte, 1<<20)
		for range size {
			_, _ = z.Write(block)
		}
		_ = z.Close()
		return b.String()
	}
	endless := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		block := bytes.Repeat([]byte("<p>more and more"), 4096)
		for r.Context().Err() == nil {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
	}
	// A gzip stream of empty blocks unpacks to nothing for ever.
	nothing := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write([]byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"))
		block := bytes.Repeat([]byte("\x00\x00\x00\xff\xff"), 16<<10)
		for r.Context().Err() == nil {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
	}
	tests := map[string]http.HandlerFunc{
		"endless":   endless,
		"gzip bomb": answer1(200, "Content-Type: text/html\nContent-Encoding: gzip", bomb(300)),
		"nothing":   nothing,
	}
	for name, h := range tests {
		o := quick()
		o.MaxBody, o.Timeout = 1<<20, 20*time.Second
		p, _ := one(t, h, o)
		if p.Outcome != news.OutcomeFailed || p.Detail != "larger than 1 MB" {
			t.Errorf("%s: %q %q", name, p.Outcome, p.Detail)
		}
	}
	s := newSite(t)
	s.on("/feed.xml", answer1(200, "Content-Type: application/xml\nContent-Encoding: gzip", bomb(30)))
	s.on("/map.xml.gz", answer1(200, "Content-Type: application/gzip", bomb(30)))
	src := s.source()
	src.Sitemaps = []string{s.URL + "/map.xml.gz"}
	_, sum := crawl(t, nil, quick(), src)
	for _, r := range sum.Sources[0].Routes {
		if r.Trouble != news.TroubleTooLarge || r.Detail != "larger than 12 MB" {
			t.Errorf("route %+v", r)
		}
	}
}

func TestDeadlines(t *testing.T) {
	t.Parallel()
	o := quick()
	o.Timeout = 150 * time.Millisecond
	never := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	drip := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		for r.Context().Err() == nil {
			_, _ = w.Write([]byte("<"))
			_ = http.NewResponseController(w).Flush()
			time.Sleep(5 * time.Millisecond)
		}
	}
	if p, _ := one(t, never, o); p.Outcome != news.OutcomeRetry || p.Detail != "no answer within 150ms" {
		t.Errorf("headers that never come: %q %q", p.Outcome, p.Detail)
	}
	if p, _ := one(t, drip, o); p.Outcome != news.OutcomeRetry || p.Detail != "the answer was not complete within 450ms" {
		t.Errorf("a byte at a time: %q %q", p.Outcome, p.Detail)
	}
}

func TestRedirectsEnd(t *testing.T) {
	t.Parallel()
	grow := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", r.URL.Path+"/more")
		w.WriteHeader(http.StatusFound)
	}
	s := newSite(t)
	s.text("/feed.xml", "application/rss+xml", s.feed("/news/harbour-report-page"))
	s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/news") {
			s.mu.Lock()
			s.hits = append(s.hits, hit{path: r.URL.Path})
			s.mu.Unlock()
			grow(w, r)
			return
		}
		s.serve(w, r)
	})
	got, _ := crawl(t, nil, quick(), s.source())
	if p := got.page(t, "-page"); p.Outcome != news.OutcomeFailed || p.Detail != "more than 10 redirects" {
		t.Errorf("%q %q", p.Outcome, p.Detail)
	}
	if n := len(s.hits) - 2; n != mostHops+1 {
		t.Errorf("%d requests, want %d", n, mostHops+1)
	}
}

func TestPrivateAddressesAreRefused(t *testing.T) {
	t.Parallel()
	s, _ := setup(t, 1)
	tests := []struct {
		name    string
		allow   []netip.Prefix
		address string
		trouble news.Trouble
	}{
		{"nothing allowed", nil, s.URL, news.TroublePrivate},
		{"another network allowed", []netip.Prefix{netip.MustParsePrefix("127.9.0.0/16")}, s.URL, news.TroublePrivate},
		{"a name for it", []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, strings.Replace(s.URL, "127.0.0.1", "localhost", 1), news.TroublePrivate},
		{"mapped", nil, strings.Replace(s.URL, "127.0.0.1", "[::ffff:127.0.0.1]", 1), news.TroublePrivate},
		{"as a number", nil, strings.Replace(s.URL, "127.0.0.1", "2130706433", 1), news.TroublePrivate},
		{"allowed", loopback, s.URL, news.TroubleNone},
	}
	for _, tt := range tests {
		o := quick()
		o.AllowPrivate = tt.allow
		src := news.Source{Name: "Inside", Home: tt.address + "/", Feeds: []string{tt.address + "/feed.xml"}}
		s.forget()
		_, sum := crawl(t, nil, o, src)
		if sum.Sources[0].Trouble != tt.trouble {
			t.Errorf("%s: %q %q", tt.name, sum.Sources[0].Trouble, sum.Sources[0].Detail)
		}
		if tt.trouble != news.TroubleNone && len(s.paths()) != 0 {
			t.Errorf("%s: asked %v", tt.name, s.paths())
		}
	}
}

func TestRedirectToAPrivateAddressOfTheOutlet(t *testing.T) {
	t.Parallel()
	s, _ := setup(t, 0)
	inner := newSite(t)
	inner.text("/news/secret", "text/html", story(1))
	host := strings.Replace(strings.TrimPrefix(inner.URL, "http://"), "127.0.0.1", "127.0.0.2", 1)
	s.redirect("/news/harbour-report-page", "http://"+host+"/news/secret")
	s.text("/feed.xml", "application/rss+xml", s.feed("/news/harbour-report-page"))
	src := s.source()
	src.Hosts = []string{host} // even a host that the outlet owns must not be private
	o := quick()
	o.AllowPrivate = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
	got, _ := crawl(t, nil, o, src)
	if p := got.page(t, "-page"); p.Outcome != news.OutcomeOutside || !strings.Contains(p.Detail, "127.0.0.2") {
		t.Errorf("%q %q", p.Outcome, p.Detail)
	}
}

func TestGuard(t *testing.T) {
	t.Parallel()
	book := portBook{}
	book.learn([]news.Source{{Feeds: []string{"http://Outlet.example:8080/feed"}}})
	g := newGuard([]netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}, time.Second, book.names)
	tests := []struct {
		ip   string
		port bool
		want bool
	}{
		{"93.184.215.14", true, true}, {"93.184.215.14", false, false}, {"2606:2800:21f:cb07::1", true, true},
		{"10.1.2.3", false, true}, {"10.2.2.3", true, false}, {"127.0.0.1", true, false}, {"100.64.0.1", true, false},
		{"169.254.169.254", true, false}, {"224.0.0.1", true, false}, {"0.0.0.0", true, false}, {"::1", true, false},
		{"fd00::1", true, false}, {"fe80::1", true, false}, {"64:ff9b::a00:1", true, false}, {"255.255.255.255", true, false},
	}
	for _, tt := range tests {
		if err := g.check(netip.MustParseAddr(tt.ip), tt.port, "h"); (err == nil) != tt.want {
			t.Errorf("check(%s, %v) = %v", tt.ip, tt.port, err)
		}
	}
	if !book.names("outlet.example:8080") || book.names("outlet.example:22") || book.names("other.example:8080") {
		t.Error("the book of ports knows the wrong ones")
	}
	var port *portError
	if _, err := g.dial(t.Context(), "tcp", "192.0.2.1:22"); err == nil {
		t.Error("a documentation address was dialled")
	} else if errors.As(err, &port) {
		t.Log("refused by port")
	}
}

func TestTheEnvironmentsProxyIsNotUsed(t *testing.T) {
	proxy := newSite(t)
	t.Setenv("HTTP_PROXY", proxy.URL)
	t.Setenv("http_proxy", proxy.URL)
	s, _ := setup(t, 1)
	got, _ := crawl(t, nil, quick(), s.source())
	if len(proxy.paths()) != 0 || len(got.pages) != 1 {
		t.Errorf("the proxy saw %v", proxy.paths())
	}
}

func TestCharsetsAndPacking(t *testing.T) {
	t.Parallel()
	const said = "북한 인권 문제에 대한 국제사회의 관심이 높아지고 있다"
	page := strings.Replace(story(1), "Paragraph 0", said+" Paragraph 0", 1)
	euc, err := korean.EUCKR.NewEncoder().String(page)
	if err != nil {
		t.Fatal(err)
	}
	zstdWriter := func(w io.Writer) io.WriteCloser {
		z, _ := zstd.NewWriter(w)
		return z
	}
	repack := func(packed string, make func(io.Writer) io.WriteCloser) string {
		var b bytes.Buffer
		w := make(&b)
		_, _ = io.WriteString(w, packed)
		_ = w.Close()
		return b.String()
	}
	pack := func(make func(io.Writer) io.WriteCloser) string { return repack(page, make) }
	gz := pack(func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) })
	tests := map[string]http.HandlerFunc{
		"EUC-KR, labelled":         answer1(200, "Content-Type: text/html; charset=euc-kr", euc),
		"EUC-KR labelled UTF-8":    answer1(200, "Content-Type: text/html; charset=utf-8", euc),
		"UTF-8 labelled EUC-KR":    answer1(200, "Content-Type: text/html; charset=euc-kr", page),
		"UTF-8 labelled ISO":       answer1(200, "Content-Type: text/html; charset=iso-8859-1", page),
		"UTF-8 with mark":          answer1(200, "Content-Type: text/html", "\ufeff"+page),
		"gzip":                     answer1(200, "Content-Type: text/html\nContent-Encoding: gzip", gz),
		"gzip in capitals":         answer1(200, "Content-Type: text/html\nContent-Encoding: GZIP", gz),
		"gzip and trailing bytes":  answer1(200, "Content-Type: text/html\nContent-Encoding: gzip", gz+"\x00\x00"),
		"brotli":                   answer1(200, "Content-Type: text/html\nContent-Encoding: br", pack(func(w io.Writer) io.WriteCloser { return brotli.NewWriter(w) })),
		"zstd":                     answer1(200, "Content-Type: text/html\nContent-Encoding: zstd", pack(zstdWriter)),
		"gzip in zstd":             answer1(200, "Content-Type: text/html\nContent-Encoding: gzip, zstd", repack(gz, zstdWriter)),
		"deflate":                  answer1(200, "Content-Type: text/html\nContent-Encoding: deflate", pack(func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) })),
		"EUC-KR labelled unknown9": answer1(200, "Content-Type: text/html; charset=unknown9", euc),
	}
	for name, h := range tests {
		if p, _ := one(t, h, quick()); p.Outcome != news.OutcomeRead || !strings.Contains(p.Article.Text, said) {
			t.Errorf("%s: %q %q %.80q", name, p.Outcome, p.Detail, p.Article.Text)
		}
	}
}

func TestAPanicOverOnePageEndsNothing(t *testing.T) {
	t.Parallel()
	c := New(NewMemory(), quick())
	// No page is known that makes reading panic; a job without its outlet does.
	at := &url.URL{Scheme: "http", Host: "h", Path: "/a"}
	bad := &job{priority: thenPages, url: at, candidate: news.Candidate{URL: at.String()}}
	p := c.readPage(bad, answer{url: bad.url, status: 200, media: "text/html"})
	if p.Outcome != news.OutcomeFailed || p.Detail != errPanic.Error() {
		t.Errorf("page: %q %q", p.Outcome, p.Detail)
	}
	got, err := c.readRoute(t.Context(), reading{job: &job{route: &route{kind: news.RouteFeed}, url: bad.url}, answer: answer{url: bad.url, status: 200}})
	if err != nil || got.Trouble != news.TroubleOther || got.Detail != errPanic.Error() {
		t.Errorf("route: %+v %v", got, err)
	}
	if a := c.ask(t.Context(), task{job: bad}, news.PollState{}); !errors.Is(a.err, errPanic) {
		t.Errorf("request: %v", a.err)
	}
}

// TestAPageThatIsReadForEverIsSetAside holds that reading has a deadline.
func TestAPageThatIsReadForEverIsSetAside(t *testing.T) {
	t.Parallel()
	// The clock stands still in the reading's first step, for as long as the test lasts.
	var asked atomic.Int32
	release := make(chan struct{})
	defer close(release)
	o := quick()
	o.Now = func() time.Time {
		if asked.Add(1) == 1 {
			<-release
		}
		return time.Now()
	}
	c := New(NewMemory(), o)
	c.longestRead = time.Millisecond
	at := &url.URL{Scheme: "http", Host: "h", Path: "/a"}
	p := c.readInTime(&job{priority: thenPages, url: at, candidate: news.Candidate{URL: at.String()}}, answer{url: at, status: 200})
	if p.Outcome != news.OutcomeFailed || p.Detail != errSlow.Error() || p.URL != at.String() || p.Candidate.URL != at.String() {
		t.Errorf("%+v", p)
	}
}

func TestNothingLeavesWithoutLeave(t *testing.T) {
	t.Parallel()
	s, _ := setup(t, 1)
	c := New(NewMemory(), quick())
	req, _ := http.NewRequestWithContext(t.Context(), "GET", s.URL+"/feed.xml", nil)
	if _, err := c.wire.RoundTrip(req); err == nil {
		t.Error("a request without leave was sent")
	}
	open, closed := &rules{}, parseRobots("User-agent: *\nDisallow: /feed", "newsvigil")
	host := strings.TrimPrefix(s.URL, "http://")
	for _, tr := range []*trip{{host: "other", rules: open}, {host: host, rules: closed}, {host: host}} {
		tr.why, tr.limit = whyFeed, 1000
		if _, err := c.wire.RoundTrip(req.WithContext(withTrip(t.Context(), tr))); err == nil {
			t.Errorf("sent with leave %+v", tr)
		}
	}
	if len(s.paths()) != 0 {
		t.Errorf("asked %v", s.paths())
	}
}

func TestBrokenConnectionsAreTriedOnceMore(t *testing.T) {
	t.Parallel()
	n := 0
	p, s := one(t, func(w http.ResponseWriter, r *http.Request) {
		if n++; n == 1 {
			hijack("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nab")(w, r)
			return
		}
		answer1(200, "Content-Type: text/html", story(1))(w, r)
	}, quick())
	if p.Outcome != news.OutcomeRead || len(s.seen("/news/harbour-report-page")) != 2 {
		t.Errorf("%q %q", p.Outcome, p.Detail)
	}
}

func TestGzipOfSeveralMembers(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	for _, part := range []string{"one ", "", "two"} {
		z := gzip.NewWriter(&b)
		_, _ = io.WriteString(z, part)
		_ = z.Close()
	}
	r, err := unpack(bufio.NewReader(&b), "gzip", whyPage)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(r); err != nil || string(got) != "one two" {
		t.Errorf("%q %v", got, err)
	}
}
