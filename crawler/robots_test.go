package crawler

import (
	"encoding/json"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"
)

// TestRobotsConformance runs the cases of google/robotstxt. They hand over addresses as they stand,
// so the path is cut out by hand: the address parser would escape what the case wants raw.
func TestRobotsConformance(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../shared/data/robots_cases.json")
	if err != nil {
		t.Skip("the conformance cases of google/robotstxt (shared/data/robots_cases.json) are not here")
	}
	var cases []struct {
		Test, Robots, Agent, URL string
		Allow                    bool
	}
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	right := 0
	for _, c := range cases {
		r := parseRobots(c.Robots, c.Agent)
		if got := r.allowsRaw(c.URL); got != c.Allow {
			t.Errorf("%s: agent %q, address %q: allowed = %v, want %v\n%s", c.Test, c.Agent, c.URL, got, c.Allow, c.Robots)
			continue
		}
		right++
	}
	t.Logf("%d of %d cases right", right, len(cases))
}

func (r *rules) allowsRaw(address string) bool {
	_, rest, _ := strings.Cut(address, "://")
	_, path, _ := strings.Cut(rest, "/")
	path = "/" + path
	return allowed(r.list, path, func(e rule) string { return e.plain }) &&
		allowed(r.list, normalEscapes(path), func(e rule) string { return e.normal })
}

func TestRobots(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, robots, in string
		want             bool
	}{
		{"empty", "", "/a", true},
		{"byte order mark", "\ufeffUser-agent: *\nDisallow: /a", "/a", false},
		{"carriage returns", "User-agent: *\r\nDisallow: /a\r\n", "/a", false},
		{"old line ends", "User-agent: *\rDisallow: /a\r", "/a", false},
		{"own group beats all", "User-agent: *\nDisallow: /\nUser-agent: newsvigil\nDisallow: /x", "/a", true},
		{"version is no part of the name", "User-agent: NewsVigil/1.0\nDisallow: /a", "/a", false},
		{"longer name is another agent", "User-agent: newsvigil-images\nDisallow: /a", "/a", true},
		{"groups merge", "User-agent: newsvigil\nDisallow: /a\n\nUser-agent: x\nDisallow: /b\n\nUser-agent: newsvigil\nDisallow: /c", "/c", false},
		{"query", "User-agent: *\nDisallow: /*?print=", "/a?print=1", false},
		{"needless escape in rule", "User-agent: *\nDisallow: /%61rchive", "/archive/1", false},
		{"needless escape in address", "User-agent: *\nDisallow: /archive", "/%61rchive/1", false},
		{"tilde", "User-agent: *\nDisallow: /%7Ejoe/", "/~joe/1", false},
		{"small hex", "User-agent: *\nDisallow: /%ec%9d%b8", "/%EC%9D%B8%EA%B6%8C", false},
		{"unescaped rule", "User-agent: *\nDisallow: /인권", "/%EC%9D%B8%EA%B6%8C", false},
		{"html answered", "<!doctype html><p>Disallow: /</p>", "/a", true},
		{"robots.txt itself", "User-agent: *\nDisallow: /", "/robots.txt", true},
		{"many stars", "User-agent: *\nDisallow: /" + strings.Repeat("*a", 200) + "b", "/" + strings.Repeat("a", 3000), true},
		{"crawl-delay ends the agents", "User-agent: *\nCrawl-delay: 10\nUser-agent: bad\nDisallow: /", "/a", true},
		{"sitemap does not", "User-agent: newsvigil\nSitemap: http://h/s\nUser-agent: bad\nDisallow: /", "/a", false},
		{"dollar in the middle", "User-agent: *\nDisallow: /a$b", "/a", true},
	}
	for _, tt := range tests {
		u, err := url.Parse("http://host" + tt.in)
		if err != nil {
			t.Fatal(err)
		}
		if got := parseRobots(tt.robots, "newsvigil").allows(u); got != tt.want {
			t.Errorf("%s: allows(%q) = %v, want %v", tt.name, tt.in, got, tt.want)
		}
	}
	if u, _ := url.Parse("http://host/"); (&rules{nothing: true}).allows(u) {
		t.Error("a robots.txt that could not be had allows something")
	}
}

func TestRobotsDelayAndSitemaps(t *testing.T) {
	t.Parallel()
	const body = "User-agent: *\nCrawl-delay: 3\nUser-agent: newsvigil\nCrawl-delay: 0.5\nDisallow: /x\nSitemap: https://h/s.xml\n" +
		"User-agent: slow\nCrawl-delay: 900\nUser-agent: odd\nCrawl-delay: NaN"
	tests := []struct {
		in   string
		want time.Duration
	}{{"newsvigil", 500 * time.Millisecond}, {"other", 3 * time.Second}, {"slow", 120 * time.Second}, {"odd", 0}}
	for _, tt := range tests {
		r := parseRobots(body, tt.in)
		if r.delay != tt.want {
			t.Errorf("%s: delay = %v, want %v", tt.in, r.delay, tt.want)
		}
		if len(r.sitemaps) != 1 || r.sitemaps[0] != "https://h/s.xml" {
			t.Errorf("%s: sitemaps = %v", tt.in, r.sitemaps)
		}
	}
}

func FuzzRobots(f *testing.F) {
	f.Add("User-agent: *\nDisallow: /*a*b$\nCrawl-delay: 1e400", "/%zz%4")
	f.Fuzz(func(t *testing.T, body, path string) {
		r := parseRobots(body, "newsvigil")
		if r.delay < 0 || r.delay > longestCrawlDelay {
			t.Fatalf("delay %v", r.delay)
		}
		if u, err := url.Parse("http://h/" + path); err == nil {
			r.allows(u)
		}
	})
}
