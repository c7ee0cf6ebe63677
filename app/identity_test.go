package app

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestNoPieceTwice holds that a piece which an outlet shows under many addresses is fetched once where
// that can be known before, and stored once in any case; and that two pieces which pass through one page
// stay two.
func TestNoPieceTwice(t *testing.T) {
	t.Parallel()
	p := newPress(t)
	at := time.Now().Add(-2 * time.Hour)
	head := func(page, more string) string { return strings.Replace(page, "</head>", more+"</head>", 1) }
	// One piece with every address that can be known: tracking, AMP, an anchor, a parameter of the session.
	p.page("/news/first-piece-of-7.html", report(1, at))
	for _, twin := range []string{"/news/first-piece-of-7.amp.html", "/amp/news/first-piece-of-7.html"} {
		p.page(twin, report(1, at))
	}
	// One whose AMP form stands elsewhere; its page names it, and the other way round.
	p.page("/news/second-piece-of-7.html", head(report(2, at), `<link rel="amphtml" href="/light/second-piece-of-7.html"><link rel="alternate" media="only screen and (max-width: 640px)" href="/phone/second-piece-of-7">`))
	p.page("/light/second-piece-of-7.html", head(report(2, at), `<link rel="canonical" href="/news/second-piece-of-7.html">`))
	p.page("/phone/second-piece-of-7", head(report(2, at), `<link rel="canonical" href="/news/second-piece-of-7.html">`))
	// One behind two redirects.
	p.say("/go/third-piece-of-7", 302, "", "/moved/third-piece-of-7")
	p.say("/moved/third-piece-of-7", 301, "", "/news/third-piece-of-7.html")
	p.page("/news/third-piece-of-7.html", report(3, at))
	// Two that pass through a page of consent.
	for n := 4; n <= 5; n++ {
		p.say(fmt.Sprintf("/read?id=%d", n), 302, "", "/consent")
		p.page(fmt.Sprintf("/news/piece-number-%d-of-7.html", n), report(n, at))
	}
	turn := 4
	p.on("/consent", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", fmt.Sprintf("/news/piece-number-%d-of-7.html", turn))
		turn++
		w.WriteHeader(302)
	})
	all := []entry{
		{link: "/news/first-piece-of-7.html?utm_source=rss&fbclid=1", at: at}, {link: "/news/first-piece-of-7.amp.html", at: at}, {link: "/amp/news/first-piece-of-7.html#top", at: at},
		{link: "/news/first-piece-of-7.html?amp=1&PHPSESSID=abc", at: at},
		{link: "/news/second-piece-of-7.html", at: at}, {link: "/go/third-piece-of-7", at: at}, {link: "/read?id=4", at: at}, {link: "/read?id=5", at: at},
	}
	p.feed("/feed", all...)
	d := newDesk(t, block("Press", p.URL, `feeds = ["`+p.URL+`/feed"]`))
	if got := d.poll(t, "Press"); got.Stored != 5 || got.Fetched != 5 {
		t.Errorf("first crawl: %+v", got)
	}
	asked := len(p.asked)
	p.feed("/feed", append(all, entry{link: "/light/second-piece-of-7.html", at: at}, entry{link: "/phone/second-piece-of-7?utm_medium=m", at: at},
		entry{link: "/moved/third-piece-of-7", at: at}, entry{link: "/news/third-piece-of-7.html", at: at})...)
	d.clock.advance(time.Hour)
	if got := d.poll(t, "Press"); got.Stored != 0 || got.Fetched != 0 {
		t.Errorf("second crawl: %+v, asked %v", got, p.asked[asked:])
	}
	// Addresses that nobody could know are fetched, and stored no second time.
	p.page("/print/second-piece-of-7", head(report(2, at), `<link rel="canonical" href="/news/second-piece-of-7.html">`))
	p.feed("/feed", append(all, entry{link: "/print/second-piece-of-7", at: at})...)
	d.clock.advance(time.Hour)
	if got := d.poll(t, "Press"); got.Stored != 0 || got.Fetched != 1 {
		t.Errorf("third crawl: %+v", got)
	}
	if got := d.poll(t, "Press"); got.Fetched != 0 {
		t.Errorf("fourth crawl: %+v", got)
	}
	for _, path := range []string{"/print/second-piece-of-7", "/light/second-piece-of-7.html", "/go/third-piece-of-7", "/amp/news/first-piece-of-7.html"} {
		if x := d.explain(t, p.URL+path); x.Code != "waiting" {
			t.Errorf("%s: %s, %s", path, x.Code, x.Verdict)
		}
	}
	if n := len(d.told(t)); n != 5 {
		t.Errorf("the digest has %d pieces, want 5: %+v", n, d.told(t))
	}
}

// TestAFailedPieceIsTriedAndGivenUp holds the tries of a page that fails: twice more in the run, where it
// did not time out, then in later runs after half an hour, six hours and a day, then never again, and
// what explain says all the while.
func TestAFailedPieceIsTriedAndGivenUp(t *testing.T) {
	t.Parallel()
	p := newPress(t)
	at := time.Now().Add(-2 * time.Hour)
	p.page("/news/1.html", report(1, at))
	p.say("/news/2.html", 500, "text/html", "")
	p.feed("/feed", entry{link: "/news/1.html", at: at}, entry{link: "/news/2.html", at: at})
	d := newDesk(t, block("Press", p.URL, `feeds = ["`+p.URL+`/feed"]`+"\nevery = \"1m\"\n"))
	for i, step := range []struct {
		after time.Duration
		asked int
		code  string
	}{
		{0, 3, "retrying"}, {25 * time.Minute, 3, "retrying"}, {10 * time.Minute, 6, "retrying"}, {5 * time.Hour, 6, "retrying"}, {2 * time.Hour, 9, "retrying"},
		{23 * time.Hour, 9, "retrying"}, {2 * time.Hour, 12, "failed"}, {72 * time.Hour, 12, "failed"},
	} {
		d.clock.advance(step.after)
		for _, s := range d.cfg.Sources { // due whatever its rhythm says
			if h, err := d.healths(t.Context()); err != nil || h[s.Key()].Source != "" {
				one := h[s.Key()]
				one.Next = time.Time{}
				if err := d.db.SaveHealth(t.Context(), one); err != nil {
					t.Fatal(err)
				}
			}
		}
		d.due(t)
		x := d.explain(t, p.URL+"/news/2.html")
		if n := p.times("/news/2.html"); n != step.asked || x.Code != step.code {
			t.Errorf("step %d: asked %d times, want %d; explain says %s: %s", i, n, step.asked, x.Code, x.Verdict)
		}
	}
	if x := d.explain(t, p.URL+"/news/2.html"); !strings.Contains(strings.Join(x.Lines, "\n"), "HTTP 500 (tried in 4 runs)") {
		t.Errorf("explain does not say why: %q", x.Lines)
	}
	if x := d.explain(t, p.URL+"/news/1.html"); x.Code != "waiting" {
		t.Errorf("the piece that was read: %s", x.Verdict)
	}
}
