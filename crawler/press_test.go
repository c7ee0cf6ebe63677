package crawler

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"newsvigil/news"
)

// press is an outlet that publishes while a test goes on: its feed, sitemap, list and interface for
// programs show what there is at the moment of asking.
type press struct {
	*site
	now   time.Time
	items []item // the newest first
	// feedSize and pageSize are how many pieces the feed and a page of the list hold.
	feedSize, pageSize int
}

type item struct {
	path string
	at   time.Time
}

func newPress(t *testing.T) *press {
	t.Helper()
	return &press{site: newSite(t), now: time.Now().UTC().Truncate(time.Second), feedSize: 8, pageSize: 6}
}

// publish makes n pieces, spread evenly over the time since the last ones and ending now.
func (p *press) publish(n int, over time.Duration) {
	for i := range n {
		number := 1000 + len(p.items)
		path := fmt.Sprintf("/news/harbour-report-%d", number)
		at := p.now.Add(-over + time.Duration(i+1)*over/time.Duration(n+1))
		p.text(path, "text/html; charset=utf-8", dated(story(number), at))
		p.items = slices.Insert(p.items, 0, item{path, at})
	}
}

// dated is a page with another date.
func dated(page string, at time.Time) string {
	i := strings.Index(page, `content="`) + len(`content="`)
	return page[:i] + at.Format(time.RFC3339) + page[i+strings.Index(page[i:], `"`):]
}

// pass moves the clock of the outlet and of the crawler.
func (p *press) pass(d time.Duration) { p.now = p.now.Add(d) }

func (p *press) clock() func() time.Time { now := p.now; return func() time.Time { return now } }

func (p *press) options() Options {
	o := quick()
	o.Now = p.clock()
	return o
}

// serving answers a path with what make gives at that moment, with an ETag.
func (p *press) serving(path, media string, body func(r *http.Request) []byte) {
	p.on(path, func(w http.ResponseWriter, r *http.Request) {
		text := body(r)
		w.Header().Set("Content-Type", media)
		w.Header().Set("ETag", `"`+hash(text)[:12]+`"`)
		if r.Header.Get("If-None-Match") == w.Header().Get("ETag") {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = w.Write(text)
	})
}

func (p *press) atom(path string) {
	p.serving(path, "application/atom+xml", func(*http.Request) []byte {
		var b strings.Builder
		fmt.Fprintf(&b, `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Harbour News</title><link href="%s/"/>`, p.URL)
		for _, it := range p.items[:min(len(p.items), p.feedSize)] {
			fmt.Fprintf(&b, `<entry><title>Report %s</title><link href="%s"/><id>%s</id><published>%s</published></entry>`, it.path, it.path, it.path, it.at.Format(time.RFC3339))
		}
		return []byte(b.String() + "</feed>")
	})
}

func (p *press) rss(path, generator string) {
	p.serving(path, "application/rss+xml", func(*http.Request) []byte {
		var b strings.Builder
		fmt.Fprintf(&b, `<rss version="2.0"><channel><title>Harbour News</title><link>%s</link><generator>%s</generator>`, p.URL, generator)
		for _, it := range p.items[:min(len(p.items), p.feedSize)] {
			fmt.Fprintf(&b, `<item><title>Report %s</title><link>%s%s</link><pubDate>%s</pubDate></item>`, it.path, p.URL, it.path, it.at.Format(time.RFC1123Z))
		}
		return []byte(b.String() + "</channel></rss>")
	})
}

// sitemap is a packed sitemap of everything.
func (p *press) sitemap(path string) {
	p.serving(path, "application/x-gzip", func(*http.Request) []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		fmt.Fprint(z, `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
		for _, it := range p.items {
			fmt.Fprintf(z, "<url><loc>%s%s</loc><lastmod>%s</lastmod></url>", p.URL, it.path, it.at.Format(time.RFC3339))
		}
		fmt.Fprint(z, "</urlset>")
		_ = z.Close()
		return b.Bytes()
	})
}

// list is a section page with pages; number says that these are linked by their numbers alone.
func (p *press) list(path string, number bool) {
	p.serving(path, "text/html", func(r *http.Request) []byte {
		page, err := strconv.Atoi(r.URL.Query().Get("page"))
		if err != nil {
			page = 1
		}
		from := min((page-1)*p.pageSize, len(p.items))
		to := min(from+p.pageSize, len(p.items))
		var paths []string
		for _, it := range p.items[from:to] {
			paths = append(paths, it.path)
		}
		next := ""
		if to < len(p.items) {
			words := "Older"
			if number {
				words = strconv.Itoa(page + 1)
			}
			next = fmt.Sprintf(`<p><b>%d</b> <a href="%s?page=%d">%s</a></p>`, page, path, page+1, words)
		}
		return []byte(strings.Replace(home("", paths...), "</main>", next+"</main>", 1))
	})
}

// wordpress is the REST interface of WordPress: the newest posts, pages of them, none after the last.
func (p *press) wordpress(root string) {
	p.on(root+"wp/v2/posts", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		after, err := time.Parse(time.RFC3339, q.Get("after"))
		if q.Has("after") && err != nil {
			http.Error(w, `{"code":"rest_invalid_param"}`, http.StatusBadRequest)
			return
		}
		var posts []map[string]any
		for _, it := range p.items {
			if it.at.After(after) {
				posts = append(posts, map[string]any{
					"id": len(posts), "date_gmt": it.at.Format("2006-01-02T15:04:05"), "link": p.URL + it.path,
					"title":   map[string]string{"rendered": "Report &#8220;" + it.path + "&#8221;"},
					"content": map[string]any{"rendered": "<p>Whole text.</p>", "protected": false},
				})
			}
		}
		const size = 10 // whatever was asked for
		page := max(1, atoi(q.Get("page")))
		pages := (len(posts) + size - 1) / size
		if page > max(pages, 1) {
			http.Error(w, `{"code":"rest_post_invalid_page_number"}`, http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json; charset=UTF-8")
		w.Header().Set("X-WP-TotalPages", strconv.Itoa(pages))
		from := min((page-1)*size, len(posts))
		body, _ := json.Marshal(append([]map[string]any{}, posts[from:min(from+size, len(posts))]...))
		_, _ = w.Write(body)
	})
}

func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// unread are the pieces that no page of the history was read for.
func (p *press) unread(read map[string]bool) []string {
	var out []string
	for _, it := range p.items {
		if !read[it.path] {
			out = append(out, it.path)
		}
	}
	return out
}

// reader crawls one source again and again over one history.
type reader struct {
	t    *testing.T
	p    *press
	m    *Memory
	src  news.Source
	read map[string]bool
}

func newReader(t *testing.T, p *press, src news.Source) *reader {
	return &reader{t: t, p: p, m: NewMemory(), src: src, read: map[string]bool{}}
}

// run crawls once; it gives the summary and the paths asked for, without those of articles.
func (r *reader) run() (SourceResult, []string) {
	r.t.Helper()
	r.p.forget()
	got, sum := crawl(r.t, r.m, r.p.options(), r.src)
	for path, outcome := range got.outcomes() {
		if outcome == news.OutcomeRead {
			if r.read[path] {
				r.t.Errorf("%s was read twice", path)
			}
			r.read[path] = true
		}
	}
	return sum.Sources[0], r.p.asked()
}

// complete fails unless every piece was read.
func (r *reader) complete(when string) {
	r.t.Helper()
	if lost := r.p.unread(r.read); len(lost) > 0 {
		r.t.Errorf("%s: %d of %d pieces were not read: %v", when, len(lost), len(r.p.items), lost)
	}
}
