package crawler

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/korean"

	"newsvigil/news"
)

// TestOutletsOfOneRoute holds that outlets which show their pieces by one narrow route each are read
// whole: at the first run, after a burst that overflows the route's first page, and without asking for
// more than needed when nothing is new.
func TestOutletsOfOneRoute(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		// in sets the outlet up and gives the source as an admin would write it.
		in func(p *press) news.Source
		// want is what a run asks for when nothing is new.
		want []string
	}{
		{"an atom feed of eight, and a packed sitemap that only robots.txt names", func(p *press) news.Source {
			p.atom("/feed.xml")
			p.sitemap("/map.xml.gz")
			p.text("/robots.txt", "text/plain", "Sitemap: "+p.URL+"/map.xml.gz\n")
			return p.source()
		}, []string{"/feed.xml"}},
		{"an atom feed of eight and a configured packed sitemap", func(p *press) news.Source {
			p.atom("/feed.xml")
			p.sitemap("/map.xml.gz")
			src := p.source()
			src.Sitemaps = []string{p.URL + "/map.xml.gz"}
			return src
		}, []string{"/feed.xml", "/map.xml.gz"}},
		{"section pages", func(p *press) news.Source {
			p.list("/list", false)
			src := p.source()
			src.Home, src.Feeds, src.Sections = "", nil, []string{p.URL + "/list"}
			return src
		}, []string{"/list"}},
		{"section pages linked by number", func(p *press) news.Source {
			p.list("/list", true)
			src := p.source()
			src.Home, src.Feeds, src.Sections = "", nil, []string{p.URL + "/list"}
			return src
		}, []string{"/list"}},
		{"a front page with pages, and nothing configured", func(p *press) news.Source {
			p.list("/", false)
			src := p.source()
			src.Feeds = nil
			return src
		}, []string{"/"}},
		{"wordpress without a feed", func(p *press) news.Source {
			p.text("/", "text/html", home(`<link rel="https://api.w.org/" href="/wp-json/" />`))
			p.wordpress("/wp-json/")
			src := p.source()
			src.Feeds = nil
			return src
		}, []string{"/", "/wp-json/wp/v2/posts"}},
		{"wordpress whose feed of ten says so", func(p *press) news.Source {
			p.feedSize = 10
			p.rss("/feed.xml", "https://wordpress.org/?v=6.8")
			p.wordpress("/wp-json/")
			return p.source()
		}, []string{"/feed.xml"}},
		{"wordpress whose front page gives it away", func(p *press) news.Source {
			p.feedSize = 10
			p.rss("/feed.xml", "")
			p.text("/", "text/html", home(`<link rel="stylesheet" href="/blog/wp-content/themes/x.css">`))
			p.wordpress("/blog/wp-json/")
			return p.source()
		}, []string{"/feed.xml"}},
		{"a feed of eight and a list behind the front page", func(p *press) news.Source {
			p.rss("/feed.xml", "")
			p.list("/", false)
			return p.source()
		}, []string{"/feed.xml"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := newPress(t)
			src := tt.in(p)
			p.publish(26, 6*24*time.Hour)
			r := newReader(t, p, src)
			if sum, asked := r.run(); sum.Trouble != news.TroubleNone {
				t.Errorf("first run: %q %q, asked %v", sum.Trouble, sum.Detail, asked)
			}
			r.complete("first run")
			for _, burst := range []int{1, 23, 8, 0} {
				p.pass(2 * time.Hour)
				p.publish(burst, 2*time.Hour)
				if sum, asked := r.run(); sum.Trouble != news.TroubleNone {
					t.Errorf("after %d more: %q %q, asked %v", burst, sum.Trouble, sum.Detail, asked)
				}
				r.complete("after a burst")
			}
			_, asked := r.run()
			for i, path := range asked {
				asked[i], _, _ = strings.Cut(path, "?")
			}
			if diff := cmp.Diff(tt.want, asked); diff != "" {
				t.Errorf("nothing new (-want +got):\n%s", diff)
			}
			for _, h := range r.p.hits {
				if !strings.Contains(h.path, "wp-json") && h.path != "/robots.txt" && h.header.Get("If-None-Match") == "" && tt.want[0] != "/" {
					t.Errorf("%s was not asked conditionally", h.path)
				}
			}
		})
	}
}

// TestEUCKRLabelledUTF8 holds that an outlet in EUC-KR that calls it UTF-8, in its feed and its pages, is
// read whole and with its letters.
func TestEUCKRLabelledUTF8(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	encode := func(text string) string {
		out, err := korean.EUCKR.NewEncoder().String(text)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	const title = "항구 소식 제일호"
	page := strings.Replace(story(1), "Harbour report number 1 is out", title, 2)
	page = strings.ReplaceAll(page, "says that the harbour office counted", "항만청은 이번 주에 배를 모두 세었다고 밝혔다. 섬으로 가는 배는 월요일 아침부터 다시 다닌다")
	s.text("/news/articleView.html?idxno=31234", "text/html; charset=utf-8", encode(page))
	s.text("/feed.xml", "text/xml; charset=utf-8", encode(`<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>항구 신문 전체 기사</title><description>항구와 섬의 소식을 날마다 전합니다</description><item><title>`+title+`</title><link>`+
		s.URL+`/news/articleView.html?idxno=31234</link><pubDate>2026-11-22 09:00:00</pubDate></item></channel></rss>`))
	src := s.source()
	src.Zone = time.FixedZone("KST", 9*3600)
	got, sum := crawl(t, nil, Options{UserAgent: "newsvigil/1.0", Delay: 1, AllowPrivate: loopback, MaxAge: 50 * 365 * 24 * time.Hour}, src)
	if len(got.pages) != 1 || got.pages[0].Outcome != news.OutcomeRead || got.pages[0].Article.Title != title || got.pages[0].Candidate.Title != title {
		t.Fatalf("%+v, %+v", sum.Sources[0], got.pages)
	}
	if at := got.pages[0].Candidate.Published.Time; at.Hour() != 9 || at.Format("-0700") != "+0900" {
		t.Errorf("published %v", at)
	}
}

// dying is a history whose process dies right after it has stored the poll of one route.
type dying struct {
	*Memory
	after string
	die   context.CancelFunc
}

func (d *dying) Polled(ctx context.Context, state news.PollState, found []news.Candidate) error {
	if err := d.Memory.Polled(ctx, state, found); err != nil {
		return err
	}
	if u, err := url.Parse(state.URL); err == nil && u.Path == d.after {
		d.die()
	}
	return nil
}

// TestAGapOutlivesACrash holds that what a feed may have missed is looked for after a crash at any point
// of the run that found it.
func TestAGapOutlivesACrash(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"/feed.xml", "/", "/map.xml.gz"} {
		p := newPress(t)
		p.atom("/feed.xml")
		p.sitemap("/map.xml.gz")
		p.text("/", "text/html", home(""))
		p.text("/robots.txt", "text/plain", "Sitemap: "+p.URL+"/map.xml.gz\n")
		p.publish(4, 24*time.Hour)
		r := newReader(t, p, p.source())
		r.run()
		p.pass(time.Hour)
		p.publish(20, time.Hour)
		ctx, die := context.WithCancel(t.Context())
		_, err := New(&dying{r.m, at, die}, p.options()).Run(ctx, []news.Source{r.src}, func(page news.Page) error { return r.m.Record(page) })
		if err == nil {
			t.Fatalf("the run survived the poll of %s", at)
		}
		p.pass(time.Hour)
		if sum, asked := r.run(); sum.Trouble != news.TroubleNone {
			t.Errorf("died after %s: %q, asked %v", at, sum.Trouble, asked)
		}
		r.complete("died after " + at)
		if _, asked := r.run(); !slices.Equal(asked, []string{"/feed.xml"}) {
			t.Errorf("died after %s: when all is made good, %v are asked", at, asked)
		}
	}
}

// TestAGapThatStaysIsATrouble holds that pieces which no route shows are not passed over in silence, and
// that the search for them ends.
func TestAGapThatStaysIsATrouble(t *testing.T) {
	t.Parallel()
	p := newPress(t)
	p.atom("/feed.xml")
	p.text("/", "text/html", home(""))
	p.publish(4, 24*time.Hour)
	r := newReader(t, p, p.source())
	r.run()
	p.pass(time.Hour)
	p.publish(20, time.Hour)
	for poll := 1; poll <= mostOwed+1; poll++ {
		sum, asked := r.run()
		want, paths := news.TroubleGap, []string{"/feed.xml", "/"}
		if poll > mostOwed {
			want, paths = news.TroubleNone, paths[:1]
		}
		if sum.Trouble != want || !slices.Equal(asked, paths) || want != "" && !strings.Contains(sum.Detail, "may be missing") {
			t.Errorf("poll %d: %q %q, asked %v", poll, sum.Trouble, sum.Detail, asked)
		}
		p.pass(time.Hour)
		p.publish(1, time.Hour)
	}
}

// TestAPieceKeptOnTopHidesNoGap holds that a feed which keeps an old piece at its top is still seen to
// have turned over.
func TestAPieceKeptOnTopHidesNoGap(t *testing.T) {
	t.Parallel()
	p := newPress(t)
	p.sitemap("/map.xml.gz")
	p.text("/robots.txt", "text/plain", "Sitemap: "+p.URL+"/map.xml.gz\n")
	p.publish(12, 24*time.Hour)
	top := p.items[0]
	p.serving("/feed.xml", "application/rss+xml", func(*http.Request) []byte {
		paths := []string{top.path}
		for _, it := range p.items[:7] {
			paths = append(paths, it.path)
		}
		return []byte(p.feed(paths...))
	})
	r := newReader(t, p, p.source())
	r.run()
	p.pass(time.Hour)
	p.publish(15, time.Hour)
	r.run()
	r.complete("with a piece on top")
}

// TestADeadFeedIsStoodInFor holds that other routes are read where the feed is gone, and that the
// feed's trouble is told all the same.
func TestADeadFeedIsStoodInFor(t *testing.T) {
	t.Parallel()
	p := newPress(t)
	p.list("/", false)
	p.publish(9, 24*time.Hour)
	r := newReader(t, p, p.source())
	for range 2 {
		if sum, asked := r.run(); sum.Trouble != news.TroubleMissing {
			t.Errorf("%q %q, asked %v", sum.Trouble, sum.Detail, asked)
		}
		r.complete("without a feed")
		p.pass(time.Hour)
		p.publish(9, time.Hour)
	}
}

// TestAGapIsReadNoFurtherThanNeeded holds that the list which fills a gap is read until it shows what was
// known, and not to its end.
func TestAGapIsReadNoFurtherThanNeeded(t *testing.T) {
	t.Parallel()
	p := newPress(t)
	p.atom("/feed.xml")
	p.list("/", false)
	p.publish(48, 60*24*time.Hour)
	r := newReader(t, p, p.source())
	r.run()
	p.pass(time.Hour)
	p.publish(12, time.Hour)
	_, asked := r.run()
	if diff := cmp.Diff([]string{"/feed.xml", "/", "/?page=2", "/?page=3"}, asked); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
}

// TestOlderPostsStayOwed holds that the pages of WordPress posts which a crash kept from being asked are
// asked in the next run, although the first page shows nothing new any more.
func TestOlderPostsStayOwed(t *testing.T) {
	t.Parallel()
	p := newPress(t)
	p.text("/", "text/html", home(`<link rel="https://api.w.org/" href="/wp-json/" />`))
	p.wordpress("/wp-json/")
	p.publish(35, 24*time.Hour)
	src := p.source()
	src.Feeds = nil
	r := newReader(t, p, src)
	ctx, die := context.WithCancel(t.Context())
	if _, err := New(&dying{r.m, "/wp-json/", die}, p.options()).Run(ctx, []news.Source{src}, func(page news.Page) error { return r.m.Record(page) }); err == nil {
		t.Fatal("the run survived")
	}
	p.pass(time.Hour)
	sum, asked := r.run()
	if sum.Trouble != news.TroubleNone || len(asked) != 5 {
		t.Errorf("%q %q, asked %v", sum.Trouble, sum.Detail, asked)
	}
	r.complete("after a crash")
}
