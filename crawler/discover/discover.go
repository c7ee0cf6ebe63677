// Package discover reads feeds, sitemaps and section pages into candidates: pieces that an outlet
// showed and that have not been read yet. It does no I/O; every input is taken to be hostile, so
// all of it is bounded in size, depth and number.
package discover

import (
	"fmt"
	"strings"
	"time"

	"newsvigil/address"
	"newsvigil/news"
	"newsvigil/when"
)

// The bounds of what is read from one answer.
const (
	maxItems     = 5000     // pieces kept of one feed, sitemap or section
	maxFeedBytes = 32 << 20 // a feed after gunzip
	maxDepth     = 100      // nesting of XML elements
	maxContent   = 1 << 20  // bytes of an article carried by a feed
	maxSummary   = 2000     // bytes of a summary
	maxTitle     = 500      // bytes of a title
	staleAfter   = 365 * 24 * time.Hour
	futureSlack  = 10 * time.Minute // clocks differ; see when.Clamp
)

// Result is what one feed, sitemap or section page showed.
type Result struct {
	// Candidates are in the order of the answer, without doubles, all belonging to the source. Behind
	// them come the items of a feed that lead to another site, where some lead to the source's own.
	Candidates []news.Candidate
	// Trouble says why the answer is of no or little use. TroubleStale comes with candidates.
	Trouble news.Trouble
	// Detail is the trouble in plain words, or a remark where there is no trouble.
	Detail string
	// Next are further addresses to read: child sitemaps, or the next page of a section.
	Next []string
	// Feeds are the feeds that an HTML answer announces.
	Feeds []string
	// API is the address of the WordPress interface that the answer names or gives away.
	API string
}

// gathering collects candidates of one answer, folding doubles.
type gathering struct {
	src   news.Source
	route news.Route
	via   string
	limit int
	at    map[string]int
	list  []news.Candidate
	// shown counts the pieces seen, outside those that lead to another site, and elsewhere are these.
	shown, outside int
	elsewhere      []news.Candidate
}

func gather(src news.Source, route news.Route, via string) *gathering {
	return &gathering{src: src, route: route, via: via, limit: maxItems, at: make(map[string]int)}
}

// add takes a candidate whose URL is absolute; it reports whether it was kept or folded.
func (g *gathering) add(c news.Candidate) bool {
	g.shown++
	if !address.Belongs(g.src, c.URL) {
		g.outside++
		g.aside(c)
		return false
	}
	key, err := address.Key(g.src, c.URL)
	if err != nil {
		g.outside++
		return false
	}
	if i, ok := g.at[key]; ok {
		g.list[i] = fold(g.list[i], c)
		return true
	}
	if len(g.list) >= g.limit {
		return false
	}
	c.Source, c.Key, c.Route, c.Via = g.src.Name, key, g.route, g.via
	g.at[key] = len(g.list)
	g.list = append(g.list, c)
	return true
}

// aside keeps a candidate that leads to another site apart.
func (g *gathering) aside(c news.Candidate) {
	key, err := address.Key(g.src, c.URL)
	if _, double := g.at[key]; err != nil || double || len(g.elsewhere) >= g.limit {
		return
	}
	g.at[key] = -1
	c.Source, c.Key, c.Route, c.Via = g.src.Name, key, g.route, g.via
	g.elsewhere = append(g.elsewhere, c)
}

// fold fills what the first showing of a piece left open from a later one.
func fold(a, b news.Candidate) news.Candidate {
	if a.Title == "" {
		a.Title = b.Title
	}
	if a.Summary == "" {
		a.Summary = b.Summary
	}
	if len(a.Content) < len(b.Content) {
		a.Content = b.Content
	}
	if len(a.Authors) == 0 {
		a.Authors = b.Authors
	}
	if a.Published.IsZero() {
		a.Published = b.Published
	}
	return a
}

// matching drops what the outlet's article pattern does not know. A pattern that knows none of
// them is more likely wrong than the outlet's own feed, so then all are kept and it is said.
func (g *gathering) matching() (kept []news.Candidate, remark string) {
	if g.src.Article == nil || len(g.list) == 0 {
		return g.list, ""
	}
	for _, c := range g.list {
		if isArticle(g.src, c.URL) {
			kept = append(kept, c)
		}
	}
	if len(kept) == 0 {
		return g.list, "no address matches the article pattern of this source; check article"
	}
	return kept, ""
}

// isArticle applies the outlet's article pattern to the address as written and as folded.
func isArticle(src news.Source, raw string) bool {
	if src.Article.MatchString(raw) {
		return true
	}
	canonical, err := address.Canonical(raw)
	return err == nil && src.Article.MatchString(canonical)
}

// empty fills Trouble and Detail for an answer that is readable but shows no piece.
func (g *gathering) empty(what string) Result {
	detail := "the " + what + " lists no pieces"
	if g.outside > 0 {
		host := "their host"
		if len(g.elsewhere) > 0 && g.route != news.RouteSection {
			host = address.Host(g.elsewhere[0].URL)
		}
		links := "its link does not lead to this outlet"
		if g.outside > 1 {
			links = fmt.Sprintf("none of its %d links leads to this outlet", g.outside)
		}
		detail = fmt.Sprintf("the %s is of no use: %s; if these are its pieces, add %s to hosts", what, links, host)
	}
	return Result{Trouble: news.TroubleEmpty, Detail: detail}
}

// instant reads a date that a route gives. Some outlets print local time and label it GMT: where
// that would lie in the future and the outlet's own zone would not, the outlet's zone is right.
func instant(src news.Source, raw string, now time.Time) news.Instant {
	raw = strings.TrimSpace(raw)
	if raw == "" {
		return news.Instant{}
	}
	i, err := when.Parse(raw, src.Zone)
	if err != nil {
		return news.Instant{}
	}
	i.Confidence = news.ConfidenceHigh
	if now.IsZero() {
		return i
	}
	if _, offset := i.Time.Zone(); offset == 0 && src.Zone != nil && i.Time.After(now.Add(futureSlack)) {
		t := i.Time
		local := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, src.Zone)
		if !local.After(now.Add(futureSlack)) {
			return news.Instant{Time: local, DateOnly: i.DateOnly, Zone: news.ZoneOutlet, Confidence: news.ConfidenceLow}
		}
	}
	return when.Clamp(i, now)
}

// cut shortens s to at most n bytes without breaking a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n]
}
