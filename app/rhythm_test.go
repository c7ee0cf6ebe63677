package app

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"newsvigil/config"
	"newsvigil/news"
)

// TestSilence holds that a source which answers and shows nothing new for longer than is ordinary is
// named once, and once more when it speaks again; by quiet_after, and by the rhythm it has shown.
func TestSilence(t *testing.T) {
	t.Parallel()
	for name, more := range map[string]string{"told": "quiet_after = \"3d\"\n", "learned": ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPress(t)
			var entries []entry
			for n := range 12 { // a piece a day until now, most of them too old to be read
				at := time.Now().AddDate(0, 0, -n).Add(-time.Minute)
				p.page(fmt.Sprintf("/news/%d.html", 100+n), report(n, at))
				entries = append(entries, entry{link: fmt.Sprintf("/news/%d.html", 100+n), at: at})
			}
			p.feed("/feed", entries...)
			d := newDesk(t, block("Press", p.URL, more+`feeds = ["`+p.URL+`/feed"]`))
			said := func(words string) int { return strings.Count(d.log.String(), words) }
			expect := func(when string, trouble, well int) {
				t.Helper()
				if a, b := said(`title="Press is in trouble"`), said(`title="Press is well again"`); a != trouble || b != well {
					t.Errorf("%s: told %d times of trouble and %d times of its end, want %d and %d\n%s", when, a, b, trouble, well, d.log)
				}
			}
			for range 2 {
				d.poll(t, "Press")
				d.clock.advance(24 * time.Hour)
			}
			expect("two days of silence", 0, 0)
			d.clock.advance(36 * time.Hour)
			d.poll(t, "Press")
			expect("a single poll after more than three", 0, 0)
			for range 3 {
				d.clock.advance(3 * time.Hour)
				d.poll(t, "Press")
			}
			expect("silent", 1, 0)
			states, err := d.Sources(t.Context())
			if err != nil || states[0].Trouble != news.TroubleSilent || !strings.Contains(states[0].Detail, "up to 3 days of silence are usual") {
				t.Errorf("%+v, %v", states, err)
			}
			if age := d.now().Sub(states[0].Good); age > time.Minute {
				t.Errorf("its last good poll is %v ago, and its routes answer", age)
			}
			at := d.now().Add(-time.Minute)
			p.page("/news/200.html", report(200, at))
			p.feed("/feed", append([]entry{{link: "/news/200.html", at: at}}, entries...)...)
			d.clock.advance(3 * time.Hour)
			d.poll(t, "Press")
			d.poll(t, "Press")
			expect("it speaks again", 1, 1)
		})
	}
}

// TestPaceKeepsToTheTicks holds that a source is due at the crawl that comes nearest to its rhythm, and
// never sooner than its `every`.
func TestPaceKeepsToTheTicks(t *testing.T) {
	t.Parallel()
	d := newDesk(t, block("Press", "http://127.0.0.1:1", ""))
	d.cfg.Crawl = "*/20 * * * *"
	for every, want := range map[time.Duration]pace{
		0:             {every: time.Hour, next: 50 * time.Minute}, // nothing is known of it: hourly
		6 * time.Hour: {every: 6 * time.Hour, next: 6 * time.Hour},
	} {
		got, err := d.pace(t.Context(), news.Source{Name: "Press", Every: every})
		if err != nil || got != want {
			t.Errorf("every %v: %+v, %v, want %+v", every, got, err, want)
		}
	}
}

func TestSpan(t *testing.T) {
	t.Parallel()
	for in, want := range map[time.Duration]string{
		time.Hour: "1 hour", 30 * time.Hour: "1 day and 6 hours", 72 * time.Hour: "3 days", 10 * time.Minute: "0 hours",
	} {
		if got := span(in); got != want {
			t.Errorf("%v: %q, want %q", in, got, want)
		}
	}
}

func TestCoverageInWords(t *testing.T) {
	t.Parallel()
	for want, in := range map[string]*Coverage{
		"":        nil,
		"feed 41": {Pieces: 41, Showed: map[news.Route]int{news.RouteFeed: 41}, Only: map[news.Route]int{news.RouteFeed: 41}},
		"feed 41, sitemap 44, only the sitemap: 3": {Showed: map[news.Route]int{news.RouteFeed: 41, news.RouteSitemap: 44},
			Only: map[news.Route]int{news.RouteSitemap: 3}},
		"section pages 2, WordPress 3, only WordPress: 1": {Showed: map[news.Route]int{news.RouteSection: 2, news.RouteWordPress: 3},
			Only: map[news.Route]int{news.RouteWordPress: 1}},
	} {
		if got := in.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestAllSourcesArePolledBeforeASlot holds that a digest is preceded by a pass over every source, due or
// not.
func TestAllSourcesArePolledBeforeASlot(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(cfg *config.Config) {
		for i := range cfg.Sources {
			cfg.Sources[i].Every = 48 * time.Hour
		}
	})
	r.outlets.Publish(1)
	r.crawl(t.Context(), t)
	before := len(r.outlets.Requests())
	if _, err := r.Crawl(t.Context(), CrawlOptions{}); err != nil || len(r.outlets.Requests()) != before {
		t.Fatalf("a crawl asked sources that were not due: %v", r.outlets.Requests()[before:])
	}
	if err := (&digesting{App: r.App, topic: r.topics[0]}).poll(t.Context(), r.now()); err != nil {
		t.Fatal(err)
	}
	hosts := map[string]bool{}
	for _, q := range r.outlets.Requests()[before:] {
		hosts[q.Outlet] = true
	}
	if len(hosts) < len(r.cfg.Sources) {
		t.Errorf("before the slot %d of %d sources were asked", len(hosts), len(r.cfg.Sources))
	}
}
