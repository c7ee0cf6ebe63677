package app

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"
)

func allLoopback() []netip.Prefix {
	return []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
}

func block(name, home, more string) string {
	return fmt.Sprintf("\n[[source]]\nname = %q\nhome = %q\n%s\n", name, home+"/", more)
}

// sameTold holds which pieces the next digest tells of.
func sameTold(t *testing.T, d *desk, when string, want ...string) {
	t.Helper()
	var got []string
	for path := range d.told(t) {
		got = append(got, path)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%s: the digest tells of %v, want %v", when, got, want)
	}
}

// TestBaseline holds that of a source's first crawl no piece without a date and none that is too old is
// ever told, and that later on what counts is when a piece was seen first.
func TestBaseline(t *testing.T) {
	t.Parallel()
	p := newPress(t)
	now := time.Now()
	fresh, old := now.Add(-3*time.Hour), now.AddDate(0, 0, -9)
	for n, at := range map[int]time.Time{1: fresh, 2: old, 3: {}, 4: {}, 5: old, 6: fresh} {
		p.page(fmt.Sprintf("/news/%d.html", n), report(n, at))
	}
	p.feed("/feed", entry{link: "/news/1.html", at: fresh}, entry{link: "/news/2.html", at: old}, entry{link: "/news/3.html"})
	d := newDesk(t, block("Press", p.URL, `feeds = ["`+p.URL+`/feed"]`))
	d.poll(t, "Press")
	sameTold(t, d, "first crawl", "/news/1.html")
	if x := d.explain(t, p.URL+"/news/3.html"); x.Code != "seen" {
		t.Errorf("without a date: %s, %s", x.Code, x.Verdict)
	}
	if x := d.explain(t, p.URL+"/news/2.html"); x.Code != "old" || p.times("/news/2.html") != 0 {
		t.Errorf("too old: %s, %s", x.Code, x.Verdict)
	}
	p.feed("/feed", entry{link: "/news/1.html", at: fresh}, entry{link: "/news/3.html"}, entry{link: "/news/4.html"}, entry{link: "/news/5.html", at: old})
	d.clock.advance(time.Hour)
	d.poll(t, "Press")
	sameTold(t, d, "second crawl", "/news/1.html", "/news/4.html", "/news/5.html")

	// What a topic that is added later is told.
	d.cfg.Topics[0].Name = "Another Topic"
	d.open(t)
	p.feed("/feed", entry{link: "/news/4.html"}, entry{link: "/news/6.html", at: fresh})
	d.poll(t, "Press")
	sameTold(t, d, "a topic added later", "/news/1.html", "/news/4.html", "/news/5.html", "/news/6.html")
}

// TestBaselineOfLaterSources holds the same for a source that is added later, for a feed that is, and
// for a source that is switched off and on again.
func TestBaselineOfLaterSources(t *testing.T) {
	t.Parallel()
	p, q := newPress(t), newPress(t)
	fresh := time.Now().Add(-3 * time.Hour)
	p.page("/news/1.html", report(1, fresh))
	p.feed("/feed", entry{link: "/news/1.html", at: fresh})
	for n := 11; n < 20; n++ {
		q.page(fmt.Sprintf("/news/%d.html", n), report(n, time.Time{}))
	}
	q.feed("/feed", entry{link: "/news/11.html"})
	first, second := block("P", p.URL, `feeds = ["`+p.URL+`/feed"]`), block("Q", q.URL, `feeds = ["`+q.URL+`/feed"]`)
	d := newDesk(t, first)
	d.poll(t, "P")
	d.configure(t, first+second, "")
	d.poll(t, "Q")
	sameTold(t, d, "a source added later", "/news/1.html")

	q.feed("/feed", entry{link: "/news/11.html"}, entry{link: "/news/12.html"})
	q.feed("/more", entry{link: "/news/13.html"})
	d.clock.advance(time.Hour)
	d.configure(t, first+block("Q", q.URL, `feeds = ["`+q.URL+`/feed", "`+q.URL+`/more"]`), "")
	d.poll(t, "Q")
	sameTold(t, d, "a feed added later", "/news/1.html", "/news/12.html")

	d.configure(t, first+block("Q", q.URL, "off = true"), "")
	d.poll(t, "P")
	d.clock.advance(30 * 24 * time.Hour)
	q.feed("/feed", entry{link: "/news/11.html"}, entry{link: "/news/12.html"}, entry{link: "/news/14.html"})
	d.configure(t, first+second, "")
	d.poll(t, "Q")
	if x := d.explain(t, q.URL+"/news/14.html"); x.Code != "seen" {
		t.Errorf("switched on again: %s", x.Verdict)
	}
	q.feed("/feed", entry{link: "/news/14.html"}, entry{link: "/news/15.html"})
	d.clock.advance(time.Hour)
	d.poll(t, "Q")
	if x := d.explain(t, q.URL+"/news/15.html"); x.Code != "waiting" {
		t.Errorf("after it was switched on again: %s", x.Verdict)
	}
}

// TestBaselineInParts holds that a first crawl which does not get through in one run stays a first
// crawl to its last piece.
func TestBaselineInParts(t *testing.T) {
	t.Parallel()
	p := newPress(t)
	var entries []entry
	for n := range 5 {
		p.page(fmt.Sprintf("/news/%d.html", n), report(n, time.Time{}))
		entries = append(entries, entry{link: fmt.Sprintf("/news/%d.html", n)})
	}
	p.feed("/feed", entries...)
	d := newDesk(t, block("Press", p.URL, `feeds = ["`+p.URL+`/feed"]`))
	d.cfg.Crawler.PagesPerRun = 2
	for range 4 {
		d.poll(t, "Press")
		d.clock.advance(time.Hour)
	}
	sameTold(t, d, "in parts")
	if x := d.explain(t, p.URL+"/news/4.html"); x.Code != "seen" {
		t.Errorf("the last piece: %s, %s", x.Code, x.Verdict)
	}
}

// TestBaselineAfterWall holds that an outlet whose lists answered all the time is not looked at as if for
// the first time, because its pages could not be read for long: what it shows then is new.
func TestBaselineAfterWall(t *testing.T) {
	t.Parallel()
	p := newPress(t)
	p.page("/news/0.html", report(0, time.Time{}))
	p.feed("/feed", entry{link: "/news/0.html"})
	d := newDesk(t, block("Press", p.URL, `feeds = ["`+p.URL+`/feed"]`))
	d.poll(t, "Press")
	entries := []entry{{link: "/news/0.html"}}
	for day := range 9 {
		for n := range 3 {
			path := fmt.Sprintf("/news/%d.html", 100+10*day+n)
			p.say(path, 403, "text/html", "")
			entries = append(entries, entry{link: path})
		}
		p.feed("/feed", entries...)
		d.clock.advance(24 * time.Hour)
		if r := d.poll(t, "Press"); !answering(r.Trouble, r.Detail) {
			t.Fatalf("day %d: %+v", day, r)
		}
	}
	d.clock.advance(time.Hour)
	p.page("/news/4.html", report(4, time.Time{}))
	p.feed("/feed", append(entries, entry{link: "/news/4.html"})...)
	d.poll(t, "Press")
	if x := d.explain(t, p.URL+"/news/4.html"); x.Code != "waiting" {
		t.Errorf("a new piece after the wall: %s, %s", x.Code, x.Verdict)
	}
}

// TestBaselineOfASlowOutlet: one that is asked more seldom than a piece may be old is not new at each poll.
func TestBaselineOfASlowOutlet(t *testing.T) {
	t.Parallel()
	p := newPress(t)
	for n := range 2 {
		p.page(fmt.Sprintf("/news/%d.html", n), report(n, time.Time{}))
	}
	p.feed("/feed", entry{link: "/news/0.html"})
	d := newDesk(t, block("Press", p.URL, `feeds = ["`+p.URL+`/feed"]`+"\nevery = \"240h\""))
	d.poll(t, "Press")
	p.feed("/feed", entry{link: "/news/0.html"}, entry{link: "/news/1.html"})
	d.clock.advance(10 * 24 * time.Hour)
	d.poll(t, "Press")
	sameTold(t, d, "ten days later", "/news/1.html")
}
