package crawler

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"newsvigil/news"
)

// asked gives the paths without those of articles and robots.txt.
func (s *site) asked() []string {
	var list []string
	for _, p := range s.paths() {
		if !strings.HasPrefix(p, "/news/") && p != "/robots.txt" {
			list = append(list, p)
		}
	}
	return list
}

func home(head string, paths ...string) string {
	var b strings.Builder
	b.WriteString("<!doctype html><html><head><title>Harbour News</title>" + head + "</head><body><main>")
	for i, p := range paths {
		fmt.Fprintf(&b, `<article><h2><a href="%s">The harbour office counts its boats again, part %d</a></h2></article>`, p, i)
	}
	return b.String() + "</main></body></html>"
}

func etagged(media, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", media)
		w.Header().Set("ETag", `"`+hash([]byte(body))[:8]+`"`)
		if r.Header.Get("If-None-Match") == w.Header().Get("ETag") {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = w.Write([]byte(body))
	}
}

func TestFeedsAreFoundOnTheFrontPage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	paths := s.stories(4)
	const links = `<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">
<link rel="alternate" type="application/rss+xml" title="News" href="/found.xml">`
	s.on("/", etagged("text/html", home(links, paths[2], paths[3])))
	s.on("/found.xml", etagged("application/rss+xml", s.feed(paths[0], paths[1], paths[2])))
	src := s.source()
	src.Feeds = nil
	m := NewMemory()
	got, sum := crawl(t, m, quick(), src)
	if len(got.pages) != 4 || sum.Sources[0].New != 4 || sum.Sources[0].Trouble != news.TroubleNone {
		t.Errorf("%v, summary %+v", got.outcomes(), sum.Sources[0])
	}
	if diff := cmp.Diff([]string{"/", "/found.xml"}, s.asked()); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
	s.forget()
	got, sum = crawl(t, m, quick(), src)
	if diff := cmp.Diff([]string{"/", "/found.xml"}, s.asked()); diff != "" || len(got.pages) != 0 {
		t.Errorf("second run: %v (-want +got):\n%s", got.outcomes(), diff)
	}
	for _, r := range sum.Sources[0].Routes {
		if r.Status != 304 || !r.Unchanged {
			t.Errorf("second run: %+v", r)
		}
	}
}

func TestFrontPageAskedForFeedsOnlyIsNoSection(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	paths := s.stories(2)
	s.text("/", "text/html", home("", paths[0]))
	s.text("/section", "text/html", home("", paths[1]))
	src := s.source()
	src.Feeds, src.Sections = nil, []string{s.URL + "/section"}
	got, _ := crawl(t, nil, quick(), src)
	if len(got.pages) != 1 || got.page(t, paths[1]).Outcome != news.OutcomeRead {
		t.Errorf("%v", got.outcomes())
	}
	s.status("/section", 404)
	_, sum := crawl(t, nil, quick(), src)
	if sum.Sources[0].Trouble != news.TroubleMissing {
		t.Errorf("a front page that only helps hides the trouble: %+v", sum.Sources[0])
	}
}

func TestSitemaps(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	paths := s.stories(3)
	day := func(ago int) string { return time.Now().AddDate(0, 0, -ago).Format("2006-01-02") }
	urlset := func(entries ...string) string {
		return `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">` + strings.Join(entries, "") + "</urlset>"
	}
	entry := func(path, mod string) string {
		return "<url><loc>" + s.URL + path + "</loc><lastmod>" + mod + "</lastmod></url>"
	}
	child := func(path, mod string) string {
		return "<sitemap><loc>" + s.URL + path + "</loc><lastmod>" + mod + "</lastmod></sitemap>"
	}
	index := func(children ...string) string {
		return `<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">` + strings.Join(children, "") + "</sitemapindex>"
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write([]byte(urlset(entry(paths[1], day(1)))))
	_ = z.Close()
	s.on("/index.xml", etagged("application/xml", index(child("/new.xml", day(0)), child("/old.xml", day(400)), child("/packed.xml.gz", day(1)), child("/deeper.xml", day(1)))))
	s.on("/new.xml", etagged("application/xml", urlset(entry(paths[0], day(0)), entry("/news/harbour-report-of-last-year", day(300)))))
	s.on("/packed.xml.gz", etagged("application/x-gzip", packed.String()))
	s.text("/deeper.xml", "application/xml", index(child("/deepest.xml", day(0))))
	s.text("/deepest.xml", "application/xml", urlset(entry(paths[2], day(0)))+index(child("/too-deep.xml", day(0))))
	src := s.source()
	src.Feeds, src.Home, src.Sitemaps = nil, "", []string{s.URL + "/index.xml"}
	m := NewMemory()
	got, sum := crawl(t, m, quick(), src)
	if len(got.pages) != 3 || sum.Sources[0].Trouble != news.TroubleNone {
		t.Errorf("%v, summary %+v", got.outcomes(), sum.Sources[0])
	}
	for _, p := range s.paths() {
		if p == "/old.xml" || p == "/too-deep.xml" || strings.Contains(p, "last-year") {
			t.Errorf("asked for %s", p)
		}
	}
	s.forget()
	s.on("/new.xml", etagged("application/xml", urlset(entry(s.stories(4)[3], day(0)))))
	got, _ = crawl(t, m, quick(), src)
	if len(got.pages) != 1 {
		t.Errorf("second run: %v, asked %v", got.outcomes(), s.paths())
	}
	for _, p := range []string{"/index.xml", "/new.xml", "/packed.xml.gz"} {
		if h := s.seen(p); len(h) != 1 || h[0].header.Get("If-None-Match") == "" {
			t.Errorf("%s was not asked conditionally", p)
		}
	}
}

func TestIndexIsReadInFullWhereItsChildrenAreForgotten(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		route route
		state news.PollState
		want  bool
	}{
		{"feed", route{kind: news.RouteFeed}, news.PollState{}, true},
		{"section", route{kind: news.RouteSection}, news.PollState{}, true},
		{"sitemap with pieces", route{kind: news.RouteSitemap}, news.PollState{Candidates: 3}, true},
		{"index, remembered", route{kind: news.RouteSitemap}, news.PollState{Next: []string{"a"}}, true},
		{"index, forgotten", route{kind: news.RouteSitemap}, news.PollState{}, false},
		{"front page, forgotten", route{kind: news.RouteSection, finds: true}, news.PollState{Candidates: 9}, false},
		{"front page, remembered", route{kind: news.RouteSection, finds: true}, news.PollState{Next: []string{"a"}}, true},
	}
	for _, tt := range tests {
		if got := remembered(&tt.route, tt.state); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

func TestSectionPagesAreFollowedWhileNewPiecesAppear(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	const long = furtherPages + 5
	paths := s.stories(long)
	for i := range long {
		next := fmt.Sprintf(`<link rel="next" href="/s?page=%d"><a rel="next" href="/s?page=%d">Next</a>`, i+2, i+2)
		page := strings.Replace(home("", paths[i]), "</main>", next+"</main>", 1)
		s.text(fmt.Sprintf("/s?page=%d", i+1), "text/html", page)
	}
	src := s.source()
	src.Home, src.Feeds, src.Sections = "", nil, []string{s.URL + "/s?page=1"}
	m := NewMemory()
	got, _ := crawl(t, m, quick(), src)
	if len(got.pages) != 1+furtherPages {
		t.Errorf("first run read %d pieces, asked %v", len(got.pages), s.asked())
	}
	s.forget()
	crawl(t, m, quick(), src)
	if diff := cmp.Diff([]string{"/s?page=1"}, s.asked()); diff != "" {
		t.Errorf("second run asked (-want +got):\n%s", diff)
	}
}

func TestAGapIsFilledFromTheFrontPage(t *testing.T) {
	t.Parallel()
	s, _ := setup(t, 2)
	m := NewMemory()
	crawl(t, m, quick(), s.source())
	paths := s.stories(9)
	s.text("/feed.xml", "application/rss+xml", s.feed(paths[7], paths[8])) // 2 to 6 came and went
	s.text("/", "text/html", home("", paths[4:]...))
	s.text("/robots.txt", "text/plain", "Sitemap: "+s.URL+"/map.xml\n")
	s.text("/map.xml", "application/xml", "<urlset><url><loc>"+strings.Join([]string{paths[0], paths[1], paths[2], paths[3]}, "</loc></url><url><loc>")+"</loc></url></urlset>")
	o := quick()
	o.Now = ahead(25 * time.Hour)
	got, sum := crawl(t, m, o, s.source())
	if len(got.pages) != 7 || !sum.Sources[0].Routes[0].Gap {
		t.Errorf("%v, asked %v", got.outcomes(), s.paths())
	}
	s.forget()
	crawl(t, m, o, s.source())
	if diff := cmp.Diff([]string{"/feed.xml"}, s.asked()); diff != "" {
		t.Errorf("without a gap (-want +got):\n%s", diff)
	}
}

func TestRouteTroubles(t *testing.T) {
	t.Parallel()
	old := func(s *site) string {
		return strings.ReplaceAll(s.feed("/news/harbour-report-1"), time.Now().Format("2006"), "2019")
	}
	tests := []struct {
		name   string
		in     func(s *site) http.HandlerFunc
		want   news.Trouble
		detail string
	}{
		{"missing", func(*site) http.HandlerFunc { return answer1(404, "", "") }, news.TroubleMissing, "HTTP 404"},
		{"forbidden", func(*site) http.HandlerFunc { return answer1(403, "", "") }, news.TroubleBlocked, "HTTP 403"},
		{"down", func(*site) http.HandlerFunc { return answer1(503, "", "") }, news.TroubleServer, "HTTP 503"},
		{"throttled", func(*site) http.HandlerFunc { return answer1(429, "", "") }, news.TroubleThrottled, "HTTP 429: asked too often"},
		{"page", func(*site) http.HandlerFunc { return answer1(200, "Content-Type: text/html", home("")) }, news.TroubleNotFeed, ""},
		{"empty", func(s *site) http.HandlerFunc { return answer1(200, "", s.feed()) }, news.TroubleEmpty, ""},
		{"stale", func(s *site) http.HandlerFunc { return answer1(200, "", old(s)) }, news.TroubleStale, ""},
		{"elsewhere", func(*site) http.HandlerFunc { return answer1(301, "Location: https://feeds.example/x", "") }, news.TroubleMoved,
			"redirects to feeds.example, which is not among this source's hosts"},
	}
	for _, tt := range tests {
		s := newSite(t)
		s.on("/feed.xml", tt.in(s))
		m := NewMemory()
		for run := range 2 { // the second run must say the same: a fault is not over because it is old
			o := quick()
			o.Now = ahead(time.Duration(run) * 30 * time.Minute)
			_, sum := crawl(t, m, o, s.source())
			if r := sum.Sources[0]; r.Trouble != tt.want || tt.detail != "" && r.Detail != tt.detail || r.Detail == "" || !r.Polled {
				t.Errorf("%s, run %d: %q %q", tt.name, run, r.Trouble, r.Detail)
			}
		}
	}
}

func TestFeedRedirectsWithinTheOutlet(t *testing.T) {
	t.Parallel()
	s, paths := setup(t, 1)
	s.redirect("/old-feed", "/feed.xml")
	s.on("/feed.xml", etagged("application/rss+xml", s.feed(paths...)))
	src := s.source()
	src.Feeds = []string{s.URL + "/old-feed"}
	m := NewMemory()
	if got, _ := crawl(t, m, quick(), src); len(got.pages) != 1 {
		t.Fatalf("%v", got.outcomes())
	}
	if _, sum := crawl(t, m, quick(), src); sum.Sources[0].Routes[0].Status != 304 {
		t.Errorf("%+v", sum.Sources[0])
	}
}

func TestTheFeedStandsInForPagesThatCannotBeHad(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	whole := "<p>" + strings.Repeat("The harbour office counted its boats and said that the ferry runs again on Monday. ", 30) + "</p>"
	item := func(name, extra string) string {
		return "<item><title>" + name + " harbour story</title><link>" + s.URL + "/news/harbour-report-" + name + "</link>" + extra + "</item>"
	}
	full := "<content:encoded><![CDATA[" + whole + "]]></content:encoded>"
	short := "<description>The harbour office says that the ferry will run again on Monday, as it did before.</description>"
	s.text("/feed.xml", "application/rss+xml", `<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>H</title>`+
		item("blocked", full)+item("teaser", short)+item("bare", "")+item("gone", full)+item("refused", full)+item("missing-summary", short)+"</channel></rss>")
	for _, name := range []string{"blocked", "teaser", "bare"} {
		s.status("/news/harbour-report-"+name, 403)
	}
	s.status("/news/harbour-report-gone", 410)
	s.status("/news/harbour-report-missing-summary", 400)
	s.text("/robots.txt", "text/plain", "User-agent: *\nDisallow: /news/harbour-report-refused")
	got, sum := crawl(t, nil, quick(), s.source())
	want := map[string]string{"blocked": "read full", "teaser": "read teaser", "bare": "blocked ", "gone": "gone ", "refused": "read full", "missing-summary": "failed "}
	for name, w := range want {
		p := got.page(t, "harbour-report-"+name)
		if have := fmt.Sprintf("%s %s", p.Outcome, p.Article.Kind); have != w {
			t.Errorf("%s: %q %q, want %q", name, have, p.Detail, w)
		}
	}
	if sum.Sources[0].Fetched != 5 || sum.Sources[0].Failed != 2 {
		t.Errorf("%+v", sum.Sources[0])
	}
}

func TestPDF(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.on("/news/harbour-report-annual", answer1(200, "Content-Type: application/pdf", "%PDF-1.7 ..."))
	s.on("/news/harbour-report-unlabelled", answer1(200, "Content-Type: application/octet-stream", "%PDF-1.7 ..."))
	s.text("/feed.xml", "application/rss+xml", s.feed("/news/harbour-report-annual", "/news/harbour-report-unlabelled"))
	got, _ := crawl(t, nil, quick(), s.source())
	for i, name := range []string{"annual", "unlabelled"} {
		p := got.page(t, name)
		if p.Outcome != news.OutcomeRead || p.Article.Kind != news.KindPDF || p.Article.Title != fmt.Sprintf("Headline %d", i) ||
			p.Article.Text != "" || p.Article.Published.IsZero() || len(p.Article.Keys) == 0 {
			t.Errorf("%s: %q %q %+v", name, p.Outcome, p.Detail, p.Article)
		}
	}
}

func TestEndlessAddressesAreTraps(t *testing.T) {
	t.Parallel()
	tests := map[string]bool{
		"https://h/news/2026/11/20/a-long-story": false, "https://h/2026/2026/story": false, "https://h/": false,
		"https://h/a/b/a/b/a/b": true, "https://h/" + strings.Repeat("x/", 20) + "y": true, "https://h/?" + strings.Repeat("a=1&", 20): true,
		"https://h/" + strings.Repeat("long", 600): true,
	}
	for in, want := range tests {
		if got := trap(in); got != want {
			t.Errorf("trap(%.60q) = %v", in, got)
		}
	}
}

// TestHomeAsSection holds that a home page which is named as a section is read as one, although it
// is also asked for the feeds that it announces.
func TestHomeAsSection(t *testing.T) {
	o := newOutlet(news.Source{Home: "https://a.example/", Sections: []string{"https://a.example/"}})
	if len(o.planned) != 1 || !o.planned[0].shows || !o.planned[0].finds {
		t.Errorf("planned %+v, want one route that finds and shows", o.planned)
	}
}

func TestAPageWithoutTextAndAFeedWithAllOfIt(t *testing.T) {
	t.Parallel()
	for full, want := range map[bool]news.Outcome{true: news.OutcomeRead, false: news.OutcomeNotArticle} {
		s := newSite(t)
		whole := strings.Repeat("<p>The harbour office counted its boats and said that the ferry runs again on Monday.</p>", 30)
		s.text("/news/harbour-report-app", "text/html", "<html><body><div id=app></div><script>start()</script></body></html>")
		s.text("/feed.xml", "application/rss+xml", `<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>H</title><item><title>One</title><link>`+
			s.URL+`/news/harbour-report-app</link><content:encoded><![CDATA[`+whole+`]]></content:encoded></item></channel></rss>`)
		src := s.source()
		src.FullTextFeed = full
		got, _ := crawl(t, nil, quick(), src)
		if p := got.page(t, "-app"); p.Outcome != want {
			t.Errorf("full text feed %v: %q %q", full, p.Outcome, p.Detail)
		}
	}
}

func TestOldPage(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	old := now.AddDate(-1, 0, 0)
	tests := []struct {
		name       string
		page, feed time.Time
		confidence news.Confidence
		want       bool
	}{
		{"fresh", now, time.Time{}, news.ConfidenceHigh, false},
		{"old", old, time.Time{}, news.ConfidenceHigh, true},
		{"old, whatever the feed says", old, now, news.ConfidenceMedium, true},
		{"a date in the text alone", old, time.Time{}, news.ConfidenceLow, true},
		{"a date in the text against the feed", old, now, news.ConfidenceLow, false},
		{"no date", time.Time{}, time.Time{}, "", false},
	}
	c := New(NewMemory(), quick())
	for _, tt := range tests {
		a := news.Article{Fetched: now, Published: news.Instant{Time: tt.page, Confidence: tt.confidence}}
		if got := c.oldPage(a, news.Candidate{Published: news.Instant{Time: tt.feed}}); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

// TestOlderPagesStayOwed holds that an older page of a section which failed, or which a crash kept
// from being asked, is asked in the next run although the section itself shows nothing new.
func TestOlderPagesStayOwed(t *testing.T) {
	t.Parallel()
	for sick := 2; sick <= 3; sick++ {
		s := newSite(t)
		paths := s.stories(4)
		pages := map[string]string{}
		for i := range 4 {
			next := fmt.Sprintf(`<a rel="next" href="/s?page=%d">Next</a>`, i+2)
			pages[fmt.Sprintf("/s?page=%d", i+1)] = strings.Replace(home("", paths[i]), "</main>", next+"</main>", 1)
		}
		for path, body := range pages {
			s.text(path, "text/html", body)
		}
		ill := fmt.Sprintf("/s?page=%d", sick)
		s.status(ill, http.StatusServiceUnavailable)
		src := s.source()
		src.Home, src.Feeds, src.Sections = "", nil, []string{s.URL + "/s?page=1"}
		m := NewMemory()
		if got, _ := crawl(t, m, quick(), src); len(got.pages) != sick-1 {
			t.Fatalf("page %d fails: the first run read %v", sick, got.outcomes())
		}
		s.text(ill, "text/html", pages[ill])
		if got, _ := crawl(t, m, quick(), src); len(got.pages) != 4-(sick-1) {
			t.Errorf("page %d is well again: the second run read %v, asked %v", sick, got.outcomes(), s.asked())
		}
		s.forget()
		crawl(t, m, quick(), src)
		if diff := cmp.Diff([]string{"/s?page=1"}, s.asked()); diff != "" {
			t.Errorf("nothing is owed any more (-want +got):\n%s", diff)
		}
	}
}
