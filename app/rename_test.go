package app

import (
	"testing"
	"time"
)

// TestPiecesFollowARename holds that after a source was given another name its pieces are linked and
// explained as before, are not read again, and lead to no alarm.
func TestPiecesFollowARename(t *testing.T) {
	t.Parallel()
	p, q := newPress(t), newPress(t)
	at := time.Now().Add(-2 * time.Hour)
	p.page("/news/100001.html", report(1, at))
	p.say("/news/100002.html", 500, "", "")
	p.page("/news/100003.html", report(3, at))
	p.feed("/feed", entry{link: "/news/100001.html", at: at}, entry{link: "/news/100002.html", at: at})
	more := `feeds = ["` + p.URL + `/feed"]` + "\nid = '/news/(\\d{6})'\n"
	other := block("Other", q.URL, "")
	d := newDesk(t, block("Before", p.URL, more)+other)
	d.poll(t, "Before")
	sameTold(t, d, "before", "/news/100001.html")

	d.configure(t, block("Afterwards", p.URL, more)+other, "")
	p.page("/news/100002.html", report(2, at))
	p.feed("/feed", entry{link: "/news/100003.html", at: at}, entry{link: "/news/100001.html", at: at}, entry{link: "/news/100002.html", at: at})
	d.clock.advance(time.Hour)
	if got := d.poll(t, "Afterwards"); got.Stored != 2 || got.Trouble != "" || p.times("/news/100001.html") != 1 {
		t.Errorf("%+v; the piece that was read before was asked for %d times", got, p.times("/news/100001.html"))
	}
	sameTold(t, d, "afterwards", "/news/100001.html", "/news/100002.html", "/news/100003.html")
	for _, it := range d.told(t) {
		if it.Outlet != "Afterwards" {
			t.Errorf("a piece of %q", it.Outlet)
		}
	}
	for _, path := range []string{"/news/100001.html", "/news/100002.html"} {
		if x := d.explain(t, p.URL+path); x.Code != "waiting" || x.Source != "Afterwards" {
			t.Errorf("%s: %s, %s (%s)", path, x.Code, x.Verdict, x.Source)
		}
	}

	// A source that was taken out, and whose addresses belong to none, stays what it was.
	d.configure(t, other, "")
	d.poll(t, "Other")
	if x := d.explain(t, p.URL+"/news/100001.html"); x.Code == "" {
		t.Errorf("%+v", x)
	}
}
