package crawler

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/gocolly/colly/v2"
	whatwg "github.com/nlnwa/whatwg-url/url"
	"golang.org/x/net/html"

	"newsvigil/crawler/extract"
)

// answer is what became of one request.
type answer struct {
	url    *url.URL
	status int // 0: there was no answer
	header http.Header
	// media is the media type without parameters; body is decoded to UTF-8.
	media string
	body  []byte
	// root is the parsed tree of an HTML body where a tree was asked for.
	root *html.Node
	// desk is where it is read.
	desk *extract.Desk
	// sent is when the request was written; the zero time where it never was.
	sent time.Time
	// again says that the same was asked before in this run.
	again bool
	err   error
}

// location is the target of a redirect; empty where the answer is none.
func (a answer) location() string {
	switch a.status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return a.header.Get("Location")
	}
	return ""
}

// newCollector makes the collector that every request is a clone of. Colly asks, parses and calls
// back; when to ask, what may be asked and what a body may weigh is decided by queue and transport.
func newCollector(o Options, transport http.RoundTripper) *colly.Collector {
	c := colly.NewCollector(
		colly.UserAgent(o.UserAgent),
		colly.MaxBodySize(0),           // Colly's cap counts packed bytes and cuts without a word; ours does neither
		colly.AllowURLRevisit(),        // feeds are asked again and again; what is known is the history's business
		colly.ParseHTTPErrorResponse(), // 304 is no error, and a 403 with a bot wall is worth reading
		colly.IgnoreRobotsTxt(),        // the gate in the transport reads robots.txt by RFC 9309; Colly takes a 503 for leave
	)
	c.WithTransport(transport)
	c.DisableCookies()
	c.SetRequestTimeout(0) // the transport has its own deadlines
	c.SetRedirectHandler(func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse })
	return c
}

// fetch makes one request. It never panics and never follows a redirect.
func (c *Crawler) fetch(ctx context.Context, t *trip) (a answer) {
	a.url = t.url
	shell := c.shell.Clone()
	shell.Context = withTrip(ctx, t)
	shell.OnResponse(func(r *colly.Response) {
		if c.desks.take(ctx, t) { // else the run ends, and nothing need be parsed
			r.Body, a.desk = t.body, t.desk
			if t.why == whyPage || t.why == whySection {
				r.Body = uncrowded(r.Body)
			}
		}
		t.body = nil
		a.status, a.header, a.body = r.StatusCode, *r.Headers, r.Body
		a.media = mediaType(a.header.Get("Content-Type"))
	})
	shell.OnError(func(_ *colly.Response, err error) { a.err = err })
	if t.why == whyPage || t.why == whySection {
		// Every parsed page has a head, and Colly renders the matched element's text: the head's
		// is short. From it the way leads up to the tree, which is parsed this once.
		shell.OnHTML("head", func(e *colly.HTMLElement) {
			if a.root == nil && len(e.DOM.Nodes) > 0 {
				a.root = top(e.DOM.Nodes[0])
				extract.Limit(a.root)
			}
		})
	}
	err := shell.Request(http.MethodGet, t.url.String(), nil, nil, http.Header{
		"User-Agent": {c.o.UserAgent}, "Accept": {accept(t.why)},
	})
	a.sent = t.start()
	if a.err == nil {
		a.err = err
	}
	if a.err != nil && a.status != 0 {
		a.err = &unreadableError{a.err}
	}
	return a
}

// unreadableError says that an answer came, but could not be parsed.
type unreadableError struct{ err error }

func (e *unreadableError) Error() string { return "the page cannot be parsed: " + e.err.Error() }
func (e *unreadableError) Unwrap() error { return e.err }

func top(n *html.Node) *html.Node {
	for n.Parent != nil {
		n = n.Parent
	}
	return n
}

func accept(w why) string {
	switch w {
	case whyRobots:
		return "text/plain, */*;q=0.5"
	case whyFeed:
		return "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
	case whySitemap:
		return "application/xml, text/xml, */*;q=0.5"
	case whyPosts:
		return "application/json, */*;q=0.5"
	}
	return "text/html, application/xhtml+xml, */*;q=0.5"
}

// normalAddress reads an address as Colly will, so that what is checked is what is asked: "/a/../b"
// is /b, "//h" has a host, and a number is an IP address.
func normalAddress(raw string) (*url.URL, error) {
	parsed, err := whatwg.NewParser(whatwg.WithPercentEncodeSinglePercentSign()).Parse(raw)
	if err != nil {
		return nil, &badAddressError{raw}
	}
	u, err := url.Parse(parsed.Href(true))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || len(raw) > longestAddress {
		return nil, &badAddressError{raw}
	}
	u.User = nil // a name and password in a link are not ours to send
	return u, nil
}

// longestAddress bounds addresses; redirects that grow for ever end here.
const longestAddress = 2048

// badAddressError says that something is no address that can be asked.
type badAddressError struct{ raw string }

func (e *badAddressError) Error() string {
	raw := e.raw
	if len(raw) > 120 {
		raw = raw[:120] + "…"
	}
	return fmt.Sprintf("%q is not an http or https address", raw)
}
