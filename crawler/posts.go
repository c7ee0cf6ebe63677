package crawler

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"newsvigil/crawler/discover"
	"newsvigil/news"
)

// pages reports whether a route is a list of which older pages are asked for while they show new pieces.
func (t *route) pages() bool {
	return t.kind == news.RouteSection || t.kind == news.RouteWordPress
}

// request is the address to ask for. A WordPress interface is known by its own address, and its pages
// by a number behind it; what is asked for depends on how far back it is to go.
func (t *route) request() (*url.URL, error) {
	if t.kind != news.RouteWordPress {
		return normalAddress(t.url)
	}
	api, page := t.page()
	posts, err := discover.PostsAddress(api, t.after, page)
	if err != nil {
		return nil, &badAddressError{t.url}
	}
	return normalAddress(posts)
}

// page is the interface of a WordPress route and the number of its page, from 1 on.
func (t *route) page() (api string, n int) {
	api, fragment, _ := strings.Cut(t.url, "#")
	n, err := strconv.Atoi(fragment)
	if err != nil {
		n = 1
	}
	return api, n
}

// following is the page of WordPress posts after this one, where the answer says that there is one.
func (t *route) following(h http.Header) []string {
	api, n := t.page()
	total, err := strconv.Atoi(h.Get("X-WP-TotalPages"))
	more := err == nil && n < total
	if err != nil {
		more = strings.Contains(strings.Join(h.Values("Link"), ","), `rel="next"`)
	}
	if !more {
		return nil
	}
	return []string{api + "#" + strconv.Itoa(n+1)}
}
