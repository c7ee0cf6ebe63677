package crawler

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/korean"
)

// newTrial opens the outlets of TestTrial.
func newTrial(t *testing.T, delay time.Duration) *trial {
	t.Helper()
	tr := &trial{t: t, delay: delay, troubles: map[string]string{}}
	tr.guardPrivate()
	for _, open := range []func(*trial){
		plainOutlets, smallWindow, sectionsOnly, wrongCharset, stumbling, complaining, longFeed, hostileFeeds, packedPages, // complete whatever they do
		ruled, ruledElsewhere, unruled, unruledForNow, throttledForLong, // robots.txt and Retry-After
		redirecting, bombing, endlessLinks, oddAnswers, // traps
	} {
		open(tr)
	}
	for _, s := range tr.sites {
		if s.pages["/robots.txt"] == nil {
			s.robots("User-agent: *\nDisallow: /private/\n", "/private/")
		}
	}
	return tr
}

// guardPrivate listens where nobody may go.
func (tr *trial) guardPrivate() {
	l, err := net.Listen("tcp", "127.0.2.1:0")
	if err != nil {
		tr.t.Skipf("this machine gives no further addresses on loopback: %v", err)
	}
	tr.t.Cleanup(func() { _ = l.Close() })
	_, tr.privatePort, _ = net.SplitHostPort(l.Addr().String())
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			tr.private.Add(1)
			_ = c.Close()
		}
	}()
}

// plainOutlets publish two pieces more between runs.
func plainOutlets(tr *trial) {
	for i := range 3 {
		s := tr.site(fmt.Sprintf("Plain %d", i))
		paths := s.pieces(12)
		s.feed(append([]string{paths[0] + "?utm_source=feed"}, paths...)...)
		tr.later = append(tr.later, func(run int) {
			paths = append([]string{s.piece(run), s.piece(run)}, paths...)
			s.feed(paths...)
		})
	}
}

// smallWindow has an Atom feed of eight entries, and the rest in a packed sitemap.
func smallWindow(tr *trial) {
	s := tr.site("Small window")
	paths := s.pieces(24)
	serve := func() {
		var atom, sitemap strings.Builder
		atom.WriteString(`<feed xmlns="http://www.w3.org/2005/Atom"><title>Harbour</title>`)
		sitemap.WriteString(`<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
		when := time.Now().Add(-time.Hour).UTC().Format(time.RFC3339)
		for i, p := range paths {
			if i < 8 {
				fmt.Fprintf(&atom, `<entry><title>Headline %d</title><link href="%s"/><published>%s</published></entry>`, i, s.base+p, when)
			}
			fmt.Fprintf(&sitemap, "<url><loc>%s</loc><lastmod>%s</lastmod></url>", s.base+p, when)
		}
		s.text("/atom.xml", "application/atom+xml", atom.String()+"</feed>")
		s.text("/sitemap.xml.gz", "application/gzip", gzipped2(sitemap.String()+"</urlset>"))
	}
	serve()
	s.src.Feeds, s.src.Sitemaps = []string{s.base + "/atom.xml"}, []string{s.base + "/sitemap.xml.gz"}
	tr.later = append(tr.later, func(run int) {
		for range 12 { // more than the window holds
			paths = append([]string{s.piece(run)}, paths...)
		}
		serve()
	})
}

func gzipped2(body string) string {
	return packed(body, func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) })
}

func packed(body string, with func(io.Writer) io.WriteCloser) string {
	var b bytes.Buffer
	w := with(&b)
	_, _ = io.WriteString(w, body)
	_ = w.Close()
	return b.String()
}

// sectionsOnly has a list over two pages and no feed.
func sectionsOnly(tr *trial) {
	s := tr.site("Sections only")
	paths := s.pieces(20)
	list := func(paths []string, more string) string {
		var b strings.Builder
		b.WriteString("<html><head><title>Harbour News</title></head><body><nav><a href=\"/about\">About</a></nav><main>")
		for i, p := range paths {
			fmt.Fprintf(&b, `<article><h2><a href="%s">Headline number %d of the harbour office</a></h2></article>`, p, i)
		}
		return b.String() + more + "</main></body></html>"
	}
	serve := func() {
		s.text("/news", "text/html", list(paths[:10], `<a rel="next" href="/news?page=2">2</a>`))
		s.text("/news?page=2", "text/html", list(paths[10:], ""))
	}
	serve()
	s.src.Sections = []string{s.base + "/news"}
	tr.later = append(tr.later, func(run int) {
		paths = append([]string{s.piece(run), s.piece(run)}, paths...)
		serve()
	})
}

// wrongCharset sends EUC-KR and calls it UTF-8.
func wrongCharset(tr *trial) {
	s := tr.site("Wrong charset")
	paths := s.pieces(8)
	for i, p := range paths {
		page := strings.Replace(story(5000+i), "Paragraph 0", "항구 사무소는 이번 주에 배를 세었다고 밝혔다. Paragraph 0", 1)
		euc, _ := korean.EUCKR.NewEncoder().String(page)
		s.text(p, "text/html; charset=utf-8", euc)
	}
	euc, _ := korean.EUCKR.NewEncoder().String(strings.ReplaceAll(s.rss(paths...), "Headline", "항구 소식"))
	s.src.Feeds = []string{s.base + "/feed.xml"}
	s.text("/feed.xml", "application/rss+xml; charset=utf-8", euc)
}

// stumbling fails the first time that a page is asked for, in three ways, but for every fourth: where all
// fail one after the other, nobody asks any further for a while.
func stumbling(tr *trial) {
	s := tr.site("Stumbling")
	paths := s.pieces(12)
	s.feed(paths...)
	for i, p := range paths {
		if i%4 == 3 {
			continue
		}
		s.first(p, []http.HandlerFunc{
			func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
			hijack(""),
			hijack("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9999\r\n\r\n<html><body>short"),
		}[i%4])
	}
}

// complaining asks to be left alone for a moment, by seconds and by a date. What it answers so to is read
// in a later run.
func complaining(tr *trial) {
	s := tr.site("Complaining")
	paths := append(s.pieces(2), s.piece(2), s.piece(2))
	s.feed(paths...)
	s.first(paths[2], func(w http.ResponseWriter, _ *http.Request) {
		s.leaveAlone(w, http.StatusTooManyRequests, time.Second, false)
	})
	s.first(paths[3], func(w http.ResponseWriter, _ *http.Request) {
		s.leaveAlone(w, http.StatusServiceUnavailable, 2*time.Second, true)
	})
}

// first lets a page answer otherwise the first time.
func (s *trialSite) first(path string, h http.HandlerFunc) {
	well := s.pages[path]
	var tried atomic.Bool
	s.on(path, func(w http.ResponseWriter, r *http.Request) {
		if tried.Swap(true) {
			h = well
		}
		h(w, r)
	})
}

// longFeed has 5,000 entries, or 1,000 where there is little time, all but ten of them a month old.
func longFeed(tr *trial) {
	s := tr.site("Long feed")
	feed := strings.TrimSuffix(s.rss(s.pieces(10)...), "</channel></rss>")
	var b strings.Builder
	b.WriteString(feed)
	old := time.Now().AddDate(0, 0, -40).UTC().Format(time.RFC1123Z)
	entries := 4990
	if tr.delay < time.Second {
		entries = 990 // each is a commit, which is most of what the short trial would wait for
	}
	for i := range entries {
		fmt.Fprintf(&b, "<item><title>An old piece %d</title><link>%s/news/2026/10/old-%d</link><pubDate>%s</pubDate></item>", i, s.base, i, old)
	}
	s.src.Feeds = []string{s.base + "/feed.xml"}
	s.text("/feed.xml", "application/rss+xml", b.String()+"</channel></rss>")
}

// hostileFeeds has a feed with an entity bomb, one that is a gzip bomb, and one that is whole.
func hostileFeeds(tr *trial) {
	s := tr.site("Hostile feeds")
	s.feed(s.pieces(6)...)
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol0 "lol">`)
	for i := range 12 {
		fmt.Fprintf(&b, `<!ENTITY lol%d "%s">`, i+1, strings.Repeat(fmt.Sprintf("&lol%d;", i), 10))
	}
	b.WriteString(`]><rss version="2.0"><channel><title>&lol12;</title><item><title>&lol12;</title><link>` + s.base + s.piece(1) + `</link></item></channel></rss>`)
	s.text("/bomb.xml", "application/rss+xml", b.String())
	s.on("/packed.xml", answer1(200, "Content-Type: application/xml\nContent-Encoding: gzip", zeros(40)))
	s.src.Feeds = append(s.src.Feeds, s.base+"/bomb.xml", s.base+"/packed.xml")
	tr.troubles["Hostile feeds "+s.base+"/packed.xml"] = "too-large"
}

// zeros is so many MiB of nothing, packed.
func zeros(mib int) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	block := make([]byte, 1<<20)
	for range mib {
		_, _ = z.Write(block)
	}
	_ = z.Close()
	return b.String()
}

// packedPages packs every page in a way of its own.
func packedPages(tr *trial) {
	s := tr.site("Packed")
	ways := map[string]func(io.Writer) io.WriteCloser{
		"br":      func(w io.Writer) io.WriteCloser { return brotli.NewWriter(w) },
		"gzip":    func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
		"deflate": func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) },
		"zstd":    func(w io.Writer) io.WriteCloser { z, _ := zstd.NewWriter(w); return z },
	}
	var paths []string
	n := 7000
	for name, with := range ways {
		for range 2 {
			p := s.piece(1)
			n++
			s.on(p, answer1(200, "Content-Type: text/html\nContent-Encoding: "+name, packed(story(n), with)))
			paths = append(paths, p)
		}
	}
	s.src.Feeds = []string{s.base + "/feed.xml"}
	s.on("/feed.xml", answer1(200, "Content-Type: application/x-gzip", gzipped2(s.rss(paths...))))
}
