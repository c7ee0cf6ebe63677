package discover

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/rss"

	"newsvigil/address"
	"newsvigil/news"
	"newsvigil/text"
)

// Feed reads RSS 0.9 to 2.0, RDF, Atom or a JSON feed. The body is what the server sent, in any
// charset and however broken: it is repaired first, and what can be read is kept. now bounds dates
// and decides whether the feed is stale; where it is zero neither is judged.
func Feed(src news.Source, url string, body []byte, now time.Time) Result {
	raw, err := decode(body)
	if err != nil {
		return Result{Trouble: news.TroubleTooLarge, Detail: fmt.Sprintf("the feed is larger than %d MiB", maxFeedBytes>>20)}
	}
	if strings.TrimSpace(raw) == "" {
		return Result{Trouble: news.TroubleEmpty, Detail: "the answer is empty"}
	}
	doc, ok := feedDocument(raw)
	if !ok {
		return notFeed(url, raw)
	}
	p := gofeed.NewParser()
	p.KeepOriginalFeed = true
	feed, err := p.ParseString(doc)
	if err != nil || feed == nil {
		return Result{Trouble: news.TroubleNotFeed, Detail: fmt.Sprintf("the feed cannot be read: %v", err)}
	}
	return feedResult(reading{src: src, url: url, now: now, feed: feed})
}

// reading is one feed on its way to candidates.
type reading struct {
	src  news.Source
	url  string
	now  time.Time
	feed *gofeed.Feed
}

func feedResult(r reading) Result {
	g := gather(r.src, news.RouteFeed, r.url)
	items := r.feed.Items
	if len(items) > maxItems {
		items = items[:maxItems]
	}
	permalinks := guidLinks(r.feed)
	base := r.base()
	for i, item := range items {
		if item == nil {
			continue
		}
		if link := r.link(item, base, permalinks[i]); link != "" {
			g.add(r.candidate(item, link))
		}
	}
	api := ""
	if home := strings.TrimSpace(r.feed.Link); address.Belongs(r.src, home) {
		api = generatedBy(r.feed.Generator, home)
	}
	if len(g.list) == 0 {
		res := g.empty("feed")
		res.API = api
		return res
	}
	res := Result{API: api}
	res.Candidates, res.Detail = g.matching()
	if r.src.Article == nil { // else what does not match it is no article
		res.Candidates = append(res.Candidates, g.elsewhere...)
	}
	if newest := newest(res.Candidates); !r.now.IsZero() && !newest.IsZero() && r.now.Sub(newest) > staleAfter {
		res.Trouble = news.TroubleStale
		res.Detail = "the newest piece is of " + newest.Format("2 January 2006") + "; the outlet may have moved its feed"
	}
	return res
}

func (r reading) candidate(item *gofeed.Item, link string) news.Candidate {
	content := item.Content
	if content == "" && r.src.FullTextFeed {
		content = item.Description
	}
	date := item.Published
	if date == "" {
		date = item.Updated
	}
	summary := item.Description
	if summary == "" {
		summary = cut(item.Content, 16<<10)
	}
	return news.Candidate{
		URL:       link,
		Title:     cut(text.Clean(plain(item.Title)), maxTitle),
		Summary:   cut(text.Clean(plain(summary)), maxSummary),
		Content:   cut(content, maxContent),
		Authors:   authors(item),
		Language:  language(r.feed.Language),
		Published: instant(r.src, date, r.now),
	}
}

// base is what relative links of an RSS feed are resolved against: the outlet's own address in the
// channel, since feeds often live on another host; else the feed's address.
func (r reading) base() string {
	link := strings.TrimSpace(r.feed.Link)
	if r.feed.FeedType == "rss" && strings.HasPrefix(link, "http") && address.Belongs(r.src, link) {
		return link
	}
	return r.url
}

// link picks the item's address: its link, what a feed service redirects to, any other link, and
// last the guid where that is an address. The first that belongs to the outlet wins.
func (r reading) link(item *gofeed.Item, base, guid string) string {
	refs := []string{item.Link}
	if orig := item.Extensions["feedburner"]["origLink"]; len(orig) > 0 {
		refs = append(refs, orig[0].Value)
	}
	refs = append(refs, item.Links...)
	for _, own := range item.Extensions["atom"]["link"] {
		if rel := own.Attrs["rel"]; rel == "" || rel == "alternate" {
			refs = append(refs, own.Attrs["href"])
		}
	}
	refs = append(refs, guid)
	first := ""
	for _, ref := range refs {
		ref = strings.TrimSpace(ref)
		if ref == "" {
			continue
		}
		abs, err := address.Resolve(base, ref)
		if err != nil {
			continue
		}
		if address.Belongs(r.src, abs) {
			return abs
		}
		if first == "" {
			first = abs
		}
	}
	return first
}

// guidLinks gives for every item the guid that is an absolute address, or "". An RSS guid that
// says isPermaLink="false" is none.
func guidLinks(feed *gofeed.Feed) []string {
	links := make([]string, len(feed.Items))
	original, isRSS := feed.OriginalFeed().(*rss.Feed)
	for i, item := range feed.Items {
		if item == nil || !strings.HasPrefix(strings.TrimSpace(item.GUID), "http") {
			continue
		}
		if isRSS && i < len(original.Items) && original.Items[i].GUID != nil &&
			strings.EqualFold(strings.TrimSpace(original.Items[i].GUID.IsPermalink), "false") {
			continue
		}
		links[i] = item.GUID
	}
	return links
}

// authors are the names a feed gives: no e-mail address, no placeholder, no doubles. gofeed takes
// the first element that may name an author, which in RSS is often only an address; then the names
// of Dublin Core count.
func authors(item *gofeed.Item) []string {
	var said []string
	for _, a := range item.Authors {
		if a != nil {
			said = append(said, a.Name)
		}
	}
	if dc := item.DublinCoreExt; dc != nil {
		said = append(append(said, dc.Creator...), dc.Author...)
	}
	return names(said)
}

func names(said []string) []string {
	var names []string
	for _, s := range said {
		name := cut(text.Clean(plain(s)), 200)
		if name == "" || strings.Contains(name, "@") || strings.EqualFold(name, "unknown") || strings.Contains(name, "://") {
			continue
		}
		if !slices.Contains(names, name) && len(names) < 20 {
			names = append(names, name)
		}
	}
	return names
}

// language is the two-letter code at the head of a language tag, or "".
func language(tag string) string {
	tag = strings.ToLower(strings.TrimSpace(tag))
	head, _, _ := strings.Cut(strings.ReplaceAll(tag, "_", "-"), "-")
	if len(head) != 2 {
		return ""
	}
	return head
}

func newest(list []news.Candidate) time.Time {
	var t time.Time
	for _, c := range list {
		if c.Published.Time.After(t) {
			t = c.Published.Time
		}
	}
	return t
}
