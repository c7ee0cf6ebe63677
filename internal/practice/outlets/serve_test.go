package outlets

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestEveryPageIsServed(t *testing.T) {
	t.Parallel()
	n := start(t)
	n.Publish(2)
	shown := n.visible("")
	if len(shown) != len(n.pieces) {
		t.Errorf("%d of %d pieces have appeared in round 2", len(shown), len(n.pieces))
	}
	for _, p := range shown {
		for _, url := range []string{p.URL, p.Also} {
			if url == "" {
				continue
			}
			got := get(t, url)
			if got.status != http.StatusOK {
				t.Errorf("%s: %s answers %d", p.ID, url, got.status)
				continue
			}
			checkPage(t, p, got)
		}
	}
}

func checkPage(t *testing.T, p piece, got page) {
	t.Helper()
	if p.shape == "pdf" {
		if got.header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(got.body, "%PDF-") {
			t.Errorf("%s is no PDF", p.ID)
		}
		return
	}
	text, _ := read(t, got.body)
	want := append([]string{p.Title}, p.paras...)
	if p.shape == "teaser" {
		want = want[:2]
		if strings.Contains(text, p.paras[1]) {
			t.Errorf("%s sends what stands behind the paywall", p.ID)
		}
	}
	if p.credit != "" && p.key != hangang {
		want = append(want, "("+p.credit+")")
	}
	for _, s := range want {
		if !strings.Contains(text, s) {
			t.Errorf("%s does not show %q", p.ID, s)
		}
	}
	if strings.Contains(got.body, "template: ") || strings.Contains(got.body, "ZgotmplZ") {
		t.Errorf("%s: a template is wrong", p.ID)
	}
}

// TestPiecesAreLinked holds that every piece can be found in the way of its outlet.
func TestPiecesAreLinked(t *testing.T) {
	t.Parallel()
	n := start(t)
	for round := 1; round <= 2; round++ {
		n.Publish(round)
		lists := map[string]string{
			peninsula: get(t, n.site(peninsula).url("/sitemap-posts.xml")).body,
			hanRiver:  get(t, n.feeds.url("/k/allnews.xml")).body,
			forum:     sectionPages(t, n.site(forum).url("/commentary/list")),
			bridge:    sectionPages(t, n.site(bridge).url("/")),
			hangang:   get(t, n.site(hangang).url("/rss/northkorea.xml")).body,
		}
		for _, p := range n.visible("") {
			links := map[string]string{
				peninsula: "<loc>" + p.URL + "</loc>", hanRiver: "<link>" + p.URL + "?utm_source=rss",
				forum: " /" + p.section + "/view?lang=en&cd=" + p.number + " ", bridge: " /blogPost/untitled-" + p.number + " ",
				hangang: "<link>" + p.URL + "?section=nk</link>",
			}
			if !strings.Contains(lists[p.key], links[p.key]) {
				t.Errorf("round %d: nothing links %s (%s)", round, p.ID, p.URL)
			}
			if p.also != "" && !strings.Contains(lists[p.key], " "+p.also+" ") {
				t.Errorf("round %d: nothing links the second address of %s", round, p.ID)
			}
			if p.key == peninsula || p.key == hanRiver || p.key == hangang {
				if home := sectionPages(t, n.site(p.key).url("/")); !strings.Contains(home, p.number) {
					t.Errorf("round %d: the home page does not link %s", round, p.ID)
				}
			}
		}
	}
}

// sectionPages are the links of a list and of its further pages, each between spaces.
func sectionPages(t *testing.T, url string) string {
	t.Helper()
	out := " "
	for page := 1; page < 20; page++ {
		got := get(t, fmt.Sprintf("%s?page=%d", url, page))
		_, links := read(t, got.body)
		out += strings.Join(links, " ") + " "
		if !strings.Contains(got.body, fmt.Sprintf("?page=%d\"", page+1)) {
			return out
		}
	}
	return out
}

// TestForumHasOlderPages holds that the list is long enough for the trap that it stands for.
func TestForumHasOlderPages(t *testing.T) {
	t.Parallel()
	n := start(t)
	url := n.site(forum).url("/commentary/list")
	first, second := get(t, url), get(t, url+"?page=2")
	if strings.Count(first.body, "<li>") != forumPage || strings.Count(second.body, "<li>") == 0 {
		t.Error("the second page of the list is empty")
	}
	for _, p := range n.visible(forum) {
		if p.Expect == "refused" && !strings.Contains(first.body+second.body, "/members/view?lang=en&amp;cd="+p.number) {
			t.Error("the list does not link into the forbidden folder")
		}
	}
}

type feed struct {
	Items []struct {
		Title   string `xml:"title"`
		Link    string `xml:"link"`
		PubDate string `xml:"pubDate"`
	} `xml:"channel>item"`
}

func TestFeedsAreWellFormed(t *testing.T) {
	t.Parallel()
	n := start(t)
	for _, c := range []struct {
		url, dates string
		want       int
	}{
		{n.site(peninsula).url("/feed/"), time.RFC1123Z, 10}, {n.site(peninsula).url("/comments/feed/"), "", 0},
		{n.feeds.url("/k/allnews.xml"), time.RFC1123Z, len(n.visible(hanRiver))},
		{n.site(hangang).url("/rss/northkorea.xml"), "2006-01-02 15:04:05", len(n.visible(hangang))},
	} {
		d := xml.NewDecoder(strings.NewReader(get(t, c.url).body))
		d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // get has decoded it
		var f feed
		if err := d.Decode(&f); err != nil {
			t.Errorf("%s: %v", c.url, err)
		}
		if len(f.Items) != c.want {
			t.Errorf("%s has %d items, want %d", c.url, len(f.Items), c.want)
		}
		for _, it := range f.Items {
			if _, err := time.ParseInLocation(c.dates, it.PubDate, seoul); err != nil || it.Title == "" || it.Link == "" {
				t.Errorf("%s: item %+v: %v", c.url, it, err)
			}
		}
	}
	for _, url := range []string{n.site(peninsula).url("/sitemap_index.xml"), n.site(peninsula).url("/sitemap-posts.xml")} {
		var m struct {
			Entries []struct {
				Loc string `xml:"loc"`
			} `xml:",any"`
		}
		if err := xml.Unmarshal([]byte(get(t, url).body), &m); err != nil || len(m.Entries) == 0 || m.Entries[0].Loc == "" {
			t.Errorf("%s: %d addresses, %v", url, len(m.Entries), err)
		}
	}
}

func TestRobots(t *testing.T) {
	t.Parallel()
	n := start(t)
	for key, want := range map[string]string{peninsula: "Sitemap: http://", hanRiver: "Disallow: /print/", forum: "Disallow: /members/", hangang: "Crawl-delay: "} {
		if got := get(t, n.site(key).url("/robots.txt")); got.status != http.StatusOK || !strings.Contains(got.body, want) {
			t.Errorf("%s: robots.txt is %d %q, want %q in it", key, got.status, got.body, want)
		}
	}
	if got := get(t, n.site(bridge).url("/robots.txt")); got.status != http.StatusNotFound {
		t.Errorf("bridge-notes: robots.txt is %d, want none", got.status)
	}
	if got := get(t, n.feeds.url("/robots.txt")); got.status != http.StatusOK {
		t.Errorf("feed host: robots.txt is %d", got.status)
	}
}

func TestValidators(t *testing.T) {
	t.Parallel()
	n := start(t)
	urls := []string{n.feeds.url("/k/allnews.xml"), n.site(peninsula).url("/sitemap_index.xml")}
	for _, o := range n.Outlets() {
		urls = append(append(append(append(urls, o.Home), o.Feeds...), o.Sitemaps...), o.Sections...)
	}
	for _, p := range n.Pieces() {
		urls = append(urls, p.URL)
	}
	for _, url := range urls {
		tag := get(t, url).header.Get("ETag")
		if got := get(t, url, "If-None-Match", tag); tag == "" || got.status != http.StatusNotModified || got.body != "" {
			t.Errorf("%s: %d for its own ETag %s", url, got.status, tag)
		}
		if got := get(t, url, "If-None-Match", `"other"`); got.status != http.StatusOK {
			t.Errorf("%s: %d for another ETag", url, got.status)
		}
	}
	article := n.Pieces()[0].URL
	when := get(t, article).header.Get("Last-Modified")
	if got := get(t, article, "If-Modified-Since", when); got.status != http.StatusNotModified {
		t.Errorf("%d for the time of its last change, %q", got.status, when)
	}
	if got := get(t, article, "If-Modified-Since", when, "If-None-Match", `"other"`); got.status != http.StatusOK {
		t.Error("a time counts although there is an ETag")
	}
	before := get(t, urls[0]).header.Get("ETag")
	n.Publish(2)
	if got := get(t, urls[0], "If-None-Match", before); got.status != http.StatusOK {
		t.Error("the feed has new pieces under its old ETag")
	}
	last := n.Requests()[len(n.Requests())-1]
	if want := "The Han River Times, feeds"; last.Outlet != want || !last.Conditional || last.Status != http.StatusOK || last.Path != "/k/allnews.xml" {
		t.Errorf("the last request is noted as %+v", last)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	n := start(t)
	paper, feedURL := n.site(hanRiver), n.feeds.url("/k/allnews.xml")
	home, robots := paper.url("/"), paper.url("/robots.txt")

	n.Break(paper.name, Fault{Status: http.StatusTooManyRequests, RetryAfter: 90 * time.Second})
	if got := get(t, home); got.status != http.StatusTooManyRequests || got.header.Get("Retry-After") != "90" {
		t.Errorf("%d, Retry-After %q", got.status, got.header.Get("Retry-After"))
	}
	if get(t, feedURL).status != http.StatusTooManyRequests || get(t, robots).status != http.StatusOK {
		t.Error("a fault holds for the feed host too, and never for robots.txt")
	}
	if got := get(t, n.site(forum).url("/")); got.status != http.StatusOK {
		t.Errorf("another outlet answers %d", got.status)
	}
	n.Break(paper.name, Fault{BotWall: true})
	if got := get(t, home); got.status != http.StatusOK || !strings.Contains(got.body, "Just a moment") {
		t.Errorf("bot wall: %d %q", got.status, got.body)
	}
	n.Break(paper.name, Fault{NotFeed: true})
	if got := get(t, feedURL); got.status != http.StatusOK || !strings.HasPrefix(got.body, "<!DOCTYPE html>") {
		t.Errorf("no feed: %d %q", got.status, got.body)
	}
	if got := get(t, home); !strings.Contains(got.body, "The Han River Times") {
		t.Error("NotFeed spoils pages")
	}
	n.Break(paper.name, Fault{Down: true})
	if _, err := client().Get(robots); err == nil {
		t.Error("an outlet that is down has answered")
	}
	n.Break(paper.name, Fault{Slow: time.Hour})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, home, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client().Do(req); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("an outlet that hangs: %v", err)
	}
	n.Break(paper.name, Fault{})
	if got := get(t, home); got.status != http.StatusOK {
		t.Errorf("healed, it answers %d", got.status)
	}
}
