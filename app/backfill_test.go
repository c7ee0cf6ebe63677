package app

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// archive is an outlet with a feed of two, an archive of ten pieces in a sitemap that robots.txt names,
// three days apart, and a front page that lists two without a date.
func archive(t *testing.T) (p *press, when func(n int) time.Time) {
	p = newPress(t)
	when = func(n int) time.Time { return time.Now().Add(-time.Hour).AddDate(0, 0, -3*n) }
	var sitemap strings.Builder
	for n := range 10 {
		path := fmt.Sprintf("/news/%d.html", n)
		p.page(path, report(n, when(n)))
		fmt.Fprintf(&sitemap, "<url><loc>%s%s</loc><lastmod>%s</lastmod></url>", p.URL, path, when(n).Format(time.RFC3339))
	}
	p.page("/news/20.html", report(20, time.Time{}))
	p.page("/", `<html><head><title>Press</title></head><body><main><article><h2><a href="/news/20.html">The council of the town hears the twentieth report</a></h2></article></main></body></html>`)
	p.say("/robots.txt", 200, "text/plain", "Sitemap: "+p.URL+"/map.xml\n")
	p.say("/map.xml", 200, "application/xml", `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`+sitemap.String()+"</urlset>")
	p.feed("/feed", entry{link: "/news/0.html", at: when(0)}, entry{link: "/news/1.html", at: when(1)}, entry{link: "/news/2.html", at: when(2)},
		entry{link: "/news/3.html", at: when(3)}, entry{link: "/news/4.html", at: when(4)})
	return p, when
}

func shapeOf(p *press) string {
	return `feeds = ["` + p.URL + `/feed"]` + "\narticle = '/news/\\d+\\.html'\n"
}

// TestBackfill holds that a backfill reads what was published within its time and nothing older, that
// none of it is announced, and that what comes afterwards is.
func TestBackfill(t *testing.T) {
	t.Parallel()
	p, when := archive(t)
	d := newDesk(t, block("Press", p.URL, shapeOf(p)+`sitemaps = ["`+p.URL+`/map.xml"]`))
	since := func(days int) CrawlReport {
		r, err := d.Backfill(t.Context(), d.now().AddDate(0, 0, -days))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	r := since(20)
	if r.Total.Stored != 8 || len(r.Troubled()) != 0 {
		t.Errorf("a first backfill: %+v", r.Total)
	}
	sameTold(t, d, "after a backfill")
	if x := d.explain(t, p.URL+"/news/6.html"); x.Code != "seen" {
		t.Errorf("18 days old: %s, %s", x.Code, x.Verdict)
	}
	if n := p.times("/news/8.html"); n != 0 {
		t.Errorf("a piece of 24 days was read in a backfill of 20: %d times", n)
	}
	d.poll(t, "Press")
	sameTold(t, d, "after the crawl that follows")

	// Now the outlet is watched. What is new is news; what is older still is not.
	p.page("/news/30.html", report(30, d.now()))
	p.feed("/feed", entry{link: "/news/30.html", at: d.now().Add(-time.Minute)}, entry{link: "/news/0.html", at: when(0)}, entry{link: "/news/1.html", at: when(1)})
	d.clock.advance(2 * time.Hour)
	if r := since(30); r.Total.Stored != 3 {
		t.Errorf("a second backfill: %+v", r.Total)
	}
	sameTold(t, d, "after a backfill of a watched outlet", "/news/30.html")
	if r := since(30); r.Total.Stored != 0 || r.Total.Fetched != 0 {
		t.Errorf("a third one: %+v", r.Total)
	}
}

// TestBackfillReadsWhatWasTooOld holds that pieces which a first crawl left alone as too old are read,
// and that one which was cut short announces nothing later.
func TestBackfillReadsWhatWasTooOld(t *testing.T) {
	t.Parallel()
	p, _ := archive(t)
	d := newDesk(t, block("Press", p.URL, shapeOf(p)))
	d.poll(t, "Press")
	sameTold(t, d, "the first crawl", "/news/0.html", "/news/1.html", "/news/2.html")
	if x := d.explain(t, p.URL+"/news/4.html"); x.Code != "old" {
		t.Fatalf("12 days old: %s", x.Verdict)
	}
	ctx, cancel := context.WithCancel(t.Context())
	p.on("/news/4.html", func(http.ResponseWriter, *http.Request) { cancel() })
	if _, err := d.Backfill(ctx, d.now().AddDate(0, 0, -30)); err == nil {
		t.Error("a backfill that was stopped ends well")
	}
	p.page("/news/4.html", report(4, time.Now().AddDate(0, 0, -12)))
	d.clock.advance(40 * time.Minute)
	d.poll(t, "Press")
	sameTold(t, d, "a crawl after one that was cut short", "/news/0.html", "/news/1.html", "/news/2.html")
	if _, err := d.Backfill(t.Context(), d.now().AddDate(0, 0, -30)); err != nil {
		t.Fatal(err)
	}
	if x := d.explain(t, p.URL+"/news/4.html"); x.Code != "seen" {
		t.Errorf("12 days old, after the backfill: %s, %s", x.Code, x.Verdict)
	}
	sameTold(t, d, "in the end", "/news/0.html", "/news/1.html", "/news/2.html")
}

// TestBackfillCutShort holds that a first backfill which is stopped and made again announces nothing.
func TestBackfillCutShort(t *testing.T) {
	t.Parallel()
	p, when := archive(t)
	d := newDesk(t, block("Press", p.URL, shapeOf(p)+`sitemaps = ["`+p.URL+`/map.xml"]`))
	ctx, cancel := context.WithCancel(t.Context())
	p.on("/news/1.html", func(http.ResponseWriter, *http.Request) { cancel() })
	if _, err := d.Backfill(ctx, d.now().AddDate(0, 0, -30)); err == nil {
		t.Error("a backfill that was stopped ends well")
	}
	p.page("/news/1.html", report(1, when(1)))
	d.clock.advance(40 * time.Minute)
	if r, err := d.Backfill(t.Context(), d.now().AddDate(0, 0, -30)); err != nil || r.Total.Stored == 0 {
		t.Errorf("%+v, %v", r.Total, err)
	}
	sameTold(t, d, "after a backfill in two parts")
	if x := d.explain(t, p.URL+"/news/1.html"); x.Code != "seen" {
		t.Errorf("the piece that was stopped at: %s, %s", x.Code, x.Verdict)
	}
}
