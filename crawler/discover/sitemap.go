package discover

import (
	"bufio"
	"compress/gzip"
	"encoding/xml"
	"io"
	"sort"
	"strings"
	"time"

	"golang.org/x/net/html/charset"

	"newsvigil/address"
	"newsvigil/news"
	"newsvigil/text"
)

// The bounds of one sitemap; the protocol allows 50,000 addresses and 50 MB.
const (
	maxSitemapBytes   = 64 << 20
	maxSitemapEntries = 60000
	maxSitemapTokens  = 3000000
	maxChildren       = 50
)

// entry is one url or sitemap element.
type entry struct {
	loc, lastmod, date, title, lang string
	child, isNews                   bool
}

// Sitemap reads a sitemap, a news sitemap, a sitemap index, a text sitemap or a feed used as one,
// gzipped or not, as a stream. Entries and child sitemaps that were last changed before since are
// left out; a zero since keeps all. Next holds the child sitemaps, newest first. Candidates come
// newest first, those without a date last.
func Sitemap(src news.Source, url string, r io.Reader, since time.Time) Result {
	br := bufio.NewReaderSize(&capped{r: r, left: maxSitemapBytes}, 64<<10)
	if magic, _ := br.Peek(2); len(magic) == 2 && magic[0] == 0x1f && magic[1] == 0x8b {
		zr, err := gzip.NewReader(br)
		if err != nil {
			return Result{Trouble: news.TroubleOther, Detail: "the sitemap is packed, but cannot be unpacked"}
		}
		br = bufio.NewReaderSize(&capped{r: zr, left: maxSitemapBytes}, 64<<10)
	}
	head, _ := br.Peek(64 << 10)
	start := strings.TrimLeft(string(head), "\ufeff \t\r\n")
	m := &mapping{src: src, url: url, since: since, g: gather(src, news.RouteSitemap, url), changed: make(map[string]time.Time)}
	m.g.limit = maxSitemapEntries
	switch {
	case start == "":
		return Result{Trouble: news.TroubleEmpty, Detail: "the answer is empty"}
	case strings.HasPrefix(start, "http"):
		m.lines(br)
	case htmlStart.MatchString(start[:min(len(start), 2048)]):
		return notFeed(url, start)
	case feedRoot.MatchString(start[:min(len(start), 2048)]):
		return m.feed(br)
	default:
		m.stream(br)
	}
	return m.result()
}

// mapping is a sitemap on its way to candidates.
type mapping struct {
	src   news.Source
	url   string
	since time.Time
	g     *gathering
	dated []datedChild
	// changed is when the piece of a key was published or last changed.
	changed map[string]time.Time
	entries int
	old     int
	large   bool
	known   bool // a urlset or sitemapindex was seen
}

type datedChild struct {
	loc string
	mod time.Time
}

// stream reads url and sitemap elements one by one. Raw tokens are used so that a wrong end tag
// stops nothing.
func (m *mapping) stream(r io.Reader) {
	d := xml.NewDecoder(r)
	d.Strict = false
	d.Entity = xml.HTMLEntity
	d.CharsetReader = charset.NewReaderLabel
	var e entry
	var field string
	for tokens := 0; tokens < maxSitemapTokens && m.entries < maxSitemapEntries; tokens++ {
		tok, err := d.RawToken()
		if err != nil {
			m.large = err == errTooLarge
			return
		}
		switch t := tok.(type) {
		case xml.StartElement:
			field = strings.ToLower(t.Name.Local)
			switch {
			case field == "urlset" || field == "sitemapindex":
				m.known = true
			case field == "url" || field == "sitemap":
				e = entry{child: field == "sitemap"}
			case t.Name.Space == "image" || t.Name.Space == "video":
				field = "" // their titles and locations are not the piece's
			case field == "news":
				e.isNews = true
			}
		case xml.EndElement:
			if name := strings.ToLower(t.Name.Local); name == "url" || name == "sitemap" {
				m.take(e)
				e = entry{}
			}
			field = ""
		case xml.CharData:
			e.set(field, string(t))
		}
	}
}

func (e *entry) set(field, s string) {
	var p *string
	switch field {
	case "loc":
		p = &e.loc
	case "lastmod":
		p = &e.lastmod
	case "publication_date":
		p = &e.date
	case "title":
		p = &e.title
	case "language":
		p = &e.lang
	default:
		return
	}
	if len(*p)+len(s) <= 4096 {
		*p += s
	}
}

// lines reads a text sitemap: one address a line.
func (m *mapping) lines(r io.Reader) {
	m.known = true
	sc := bufio.NewScanner(r)
	for sc.Scan() && m.entries < maxSitemapEntries {
		m.take(entry{loc: sc.Text()})
	}
}

func (m *mapping) feed(r io.Reader) Result {
	body, _ := io.ReadAll(io.LimitReader(r, maxFeedBytes+1))
	res := Feed(m.src, m.url, body, time.Time{})
	for i := range res.Candidates {
		res.Candidates[i].Route = news.RouteSitemap
	}
	return res
}

func (m *mapping) take(e entry) {
	m.entries++
	e.loc = strings.TrimSpace(e.loc)
	mod := instant(m.src, e.lastmod, time.Time{})
	date := instant(m.src, e.date, time.Time{})
	// Most entries of most sitemaps are old; they go before their address is looked at.
	if before(date, m.since) || date.IsZero() && before(mod, m.since) {
		m.old++
		return
	}
	loc, err := address.Resolve(m.url, e.loc)
	if err != nil || e.loc == "" {
		return
	}
	if e.child {
		m.takeChild(loc, mod)
		return
	}
	if !e.isNews && m.src.Article == nil && !articleAddress(loc) {
		return
	}
	kept := m.g.add(news.Candidate{
		URL:       loc,
		Title:     cut(text.Clean(plain(e.title)), maxTitle),
		Language:  language(e.lang),
		Published: date,
	})
	if date.IsZero() {
		date = mod
	}
	if kept {
		m.changed[loc] = date.Time
	}
}

func (m *mapping) takeChild(loc string, mod news.Instant) {
	if mod.IsZero() && oldArchive(loc, m.since) || !m.near(loc) || sideMap(loc) {
		m.old++
		return
	}
	for _, c := range m.dated {
		if c.loc == loc {
			return
		}
	}
	if loc != m.url {
		m.dated = append(m.dated, datedChild{loc, mod.Time})
	}
}

// near reports whether a child sitemap lies with the outlet or beside its index.
func (m *mapping) near(loc string) bool {
	return address.Belongs(m.src, loc) || address.SameSite(m.url, loc)
}

func (m *mapping) result() Result {
	var res Result
	sort.SliceStable(m.dated, func(i, j int) bool { return m.dated[i].mod.After(m.dated[j].mod) })
	for _, c := range m.dated[:min(len(m.dated), maxChildren)] {
		res.Next = append(res.Next, c.loc)
	}
	res.Candidates, res.Detail = m.g.matching()
	sort.SliceStable(res.Candidates, func(i, j int) bool {
		return m.changed[res.Candidates[i].URL].After(m.changed[res.Candidates[j].URL])
	})
	res.Candidates = res.Candidates[:min(len(res.Candidates), maxItems)]
	switch {
	case m.large:
		res.Trouble, res.Detail = news.TroubleTooLarge, "the sitemap is larger than 64 MiB; only its beginning was read"
	case len(res.Candidates) > 0 || len(res.Next) > 0 || m.old > 0:
	case !m.known && m.entries == 0:
		res.Trouble, res.Detail = news.TroubleNotFeed, "the answer is no sitemap"
	default:
		res = m.g.empty("sitemap")
	}
	return res
}

// before reports whether a known instant lies before since; a bare day counts to its end.
func before(i news.Instant, since time.Time) bool {
	if i.IsZero() || since.IsZero() {
		return false
	}
	t := i.Time
	if i.DateOnly {
		t = t.Add(12 * time.Hour)
	}
	return t.Before(since)
}

// capped fails with errTooLarge once more than left bytes were read.
type capped struct {
	r    io.Reader
	left int64
}

func (c *capped) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, errTooLarge
	}
	if int64(len(p)) > c.left {
		p = p[:c.left]
	}
	n, err := c.r.Read(p)
	c.left -= int64(n)
	return n, err
}
