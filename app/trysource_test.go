package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"newsvigil/config"
	"newsvigil/internal/practice/outlets"
	"newsvigil/news"
	"newsvigil/store"
)

// site is an outlet of its own for one test; %s in a page is its address.
type site struct {
	*httptest.Server
	mu    sync.Mutex
	asked []string
}

func newSite(t *testing.T, pages map[string]string) *site {
	t.Helper()
	s := &site{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked = append(s.asked, r.URL.RequestURI())
		s.mu.Unlock()
		page, ok := pages[r.URL.RequestURI()]
		if !ok {
			http.NotFound(w, r)
			return
		}
		kind := "text/html; charset=utf-8"
		if strings.HasPrefix(page, "<?xml") {
			kind = "application/xml"
		}
		w.Header().Set("Content-Type", kind)
		fmt.Fprint(w, strings.ReplaceAll(page, "%s", s.URL))
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *site) requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.asked...)
}

func (s *site) host() string { return strings.TrimPrefix(s.URL, "http://") }

func (s *site) try(t *testing.T, change func(*config.Config)) Trial {
	t.Helper()
	cfg := testConfig(t, []outlets.Outlet{{Name: "Elsewhere", Home: "https://elsewhere.example/", Timezone: "UTC", Article: "x", ID: "(x)"}})
	cfg.DataDir = t.TempDir()
	if change != nil {
		change(cfg)
	}
	got, err := TrySource(t.Context(), Options{Config: cfg}, s.URL+"/", TryOptions{Pages: 5})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

const piecePage = `<html lang="en"><head><title>%TITLE</title><meta property="og:type" content="article">
<meta property="article:published_time" content="%TIME"></head><body><article><h1>%TITLE</h1>
<p>The keepers of the three dams met on Tuesday to compare their logs of the spring flood, and found that no two clocks agreed.</p>
<p>They will meet again in a fortnight, with a clockmaker, and have asked the valley to bear with them until the gates open on time.</p>
<p>The council of the valley will read the logs aloud in its next session, as it has done after every flood for sixty years.</p></article></body></html>`

func pieceOf(title string, at time.Time) string {
	return strings.NewReplacer("%TITLE", title, "%TIME", at.Format(time.RFC3339)).Replace(piecePage)
}

func feedOf(title string, at time.Time) string {
	return `<?xml version="1.0"?><rss version="2.0"><channel><title>x</title><link>%s/</link><item><title>` + title +
		`</title><link>%s/2026/11/20/dam-keepers-compare-clocks</link><pubDate>` + at.Format(time.RFC1123Z) + `</pubDate></item></channel></rss>`
}

// TestTrySourceHostile holds that nothing an outlet writes reaches the terminal as a command, and that
// the block is one that config accepts, whatever the outlet calls itself.
func TestTrySourceHostile(t *testing.T) {
	t.Parallel()
	at := time.Now().Add(-3 * time.Hour)
	for _, name := range []string{
		`Har"bour \\ Post`, "Har\x1b[31mbour\u009b2J", "x]]\n[[source]]\nname = 'y'", "   ", "!!!", strings.Repeat("very ", 60), "Elsewhere", "ELSE-where", "\u202eesrever",
	} {
		s := newSite(t, map[string]string{
			"/":                                      `<html><head><meta property="og:site_name" content="` + strings.ReplaceAll(name, `"`, "&quot;") + `"><link rel="alternate" type="application/rss+xml" href="/feed?a=&quot;&#10;b"></head><body></body></html>`,
			"/feed?a=%22b":                           feedOf("Dam \u009b31mkeepers", at),
			"/2026/11/20/dam-keepers-compare-clocks": pieceOf("Dam keepers\x1b]0;owned\x07 compare clocks", at),
		})
		got := s.try(t, nil)
		if got.Trouble != news.TroubleNone || got.Read() != 1 || got.Block == "" {
			t.Errorf("%q: %+v, asked %v", name, got, s.requests())
			continue
		}
		cfg, err := config.Parse("pasted.toml", []byte(testTopic+"\n[[source]]\nname = \"Elsewhere\"\nhome = \"https://elsewhere.example/\"\n"+got.Block))
		if err != nil || len(cfg.Sources) != 2 {
			t.Errorf("%q: the block is not accepted: %v\n%s", name, err, got.Block)
		}
		for _, text := range append([]string{got.Source, strings.ReplaceAll(got.Block, "\n", "")}, strings.Split(fmt.Sprintf("%+v", got.Pieces), "\n")...) {
			if strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }) {
				t.Errorf("%q: a control character in %q", name, text)
			}
		}
	}
}

// TestTrySourceFinds holds what is found where a home page announces nothing: what robots.txt
// names, and feeds that are merely linked.
func TestTrySourceFinds(t *testing.T) {
	t.Parallel()
	at := time.Now().Add(-3 * time.Hour)
	piece := pieceOf("Dam keepers compare clocks", at)
	sitemap := `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>%s/2026/11/20/dam-keepers-compare-clocks</loc><lastmod>` + at.Format(time.RFC3339) + `</lastmod></url></urlset>`
	for what, c := range map[string]struct {
		pages       map[string]string
		want, never string
	}{
		"a sitemap":                       {map[string]string{"/robots.txt": "User-agent: *\nAllow: /\nSitemap: %s/map.xml\n", "/": "<html><body></body></html>", "/map.xml": sitemap}, "sitemaps = [\"%s/map.xml\"]", "feeds ="},
		"a linked feed":                   {map[string]string{"/": `<html><body><a href="/rss.xml">RSS</a> <a href="/about">About</a></body></html>`, "/rss.xml": feedOf("Dam keepers", at)}, "feeds = [\"%s/rss.xml\"]", "about"},
		"an announced feed and a sitemap": {map[string]string{"/robots.txt": "User-agent: *\nSitemap: %s/map.xml\n", "/": `<html><head><link rel="alternate" type="application/rss+xml" href="/rss.xml"></head><body><a href="/other/feed">RSS</a></body></html>`, "/other/feed": feedOf("Dam keepers", at), "/rss.xml": feedOf("Dam keepers", at)}, "# sitemaps = [\"%s/map.xml\"]", "other"},
	} {
		c.pages["/2026/11/20/dam-keepers-compare-clocks"] = piece
		s := newSite(t, c.pages)
		got := s.try(t, nil)
		if !strings.Contains(got.Block, strings.ReplaceAll(c.want, "%s", s.URL)) || strings.Contains(got.Block, c.never) || got.Read() != 1 {
			t.Errorf("%s: %+v\n%s\nasked: %v", what, got, got.Block, s.requests())
		}
		seen := map[string]int{}
		for _, r := range s.requests() {
			if seen[r]++; seen[r] > 1 {
				t.Errorf("%s: %s was asked for twice", what, r)
			}
		}
	}
}

// TestTrySourcePolite holds that robots.txt and private networks are respected.
func TestTrySourcePolite(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"/robots.txt": "User-agent: *\nDisallow: /\n", "/": "<html></html>"})
	if got := s.try(t, nil); got.Trouble != news.TroubleRobots || got.Block != "" || !got.Bad() {
		t.Errorf("%+v", got)
	}
	if diff := cmp.Diff([]string{"/robots.txt"}, s.requests()); diff != "" {
		t.Errorf("requests:\n%s", diff)
	}
	s = newSite(t, map[string]string{"/": "<html></html>"})
	if got := s.try(t, func(c *config.Config) { c.Crawler.AllowPrivate = []netip.Prefix{} }); got.Trouble != news.TroublePrivate || len(s.requests()) != 0 {
		t.Errorf("%+v, asked %v", got, s.requests())
	}
}

// TestTrySourceRemembersPauses holds that a host which asked for a pause is left alone, and that nothing
// is stored by a trial.
func TestTrySourceRemembersPauses(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"/": "<html></html>"})
	dir := t.TempDir()
	path := dir + "/" + DatabaseName
	db, err := store.Open(t.Context(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	paused := news.HostState{Host: s.host(), NotBefore: time.Now().Add(time.Hour).Truncate(time.Second)}
	if err := db.SaveHost(t.Context(), paused); err != nil {
		t.Fatal(err)
	}
	got := s.try(t, func(c *config.Config) { c.DataDir = dir })
	if got.Trouble == news.TroubleNone || len(s.requests()) != 0 {
		t.Errorf("%+v, asked %v", got, s.requests())
	}
	state, err := db.Host(context.WithoutCancel(t.Context()), s.host())
	if err != nil || !state.NotBefore.Equal(paused.NotBefore) {
		t.Errorf("%+v, %v", state, err)
	}
	known, err := json.Marshal(got)
	if err != nil || !strings.Contains(string(known), "paused") && !strings.Contains(string(known), "throttled") {
		t.Errorf("%s, %v", known, err)
	}
}
