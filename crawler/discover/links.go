package discover

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"newsvigil/address"
)

// maxFeeds bounds the feeds taken from one page.
const maxFeeds = 20

// Links gives the feeds a page announces with rel="alternate", as absolute addresses in page order.
// Feeds of comments are left out.
func Links(root *html.Node, base string) []string {
	var feeds []string
	base = baseOf(root, base)
	for n := range all(root) {
		if n.Type != html.ElementNode || n.Data != "link" || !feedLink(n) {
			continue
		}
		abs, err := address.Resolve(base, strings.TrimSpace(attr(n, "href")))
		if err == nil && !slices.Contains(feeds, abs) {
			feeds = append(feeds, abs)
		}
		if len(feeds) == maxFeeds {
			break
		}
	}
	return feeds
}

func feedLink(n *html.Node) bool {
	if !slices.Contains(strings.Fields(strings.ToLower(attr(n, "rel"))), "alternate") {
		return false
	}
	kind, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(attr(n, "type"))), ";")
	switch strings.TrimSpace(kind) {
	case "application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml":
	default:
		return false
	}
	about := strings.ToLower(attr(n, "title") + " " + attr(n, "href"))
	for _, w := range []string{"comment", "댓글", "コメント", "评论"} {
		if strings.Contains(about, w) {
			return false
		}
	}
	return strings.TrimSpace(attr(n, "href")) != ""
}

// pageQueries are the parameters that number the pages of a list.
var pageQueries = []string{"page", "paged", "pg", "p", "pageno", "page_no", "pagenum", "pagenumber", "curpage"}

// pageNumber is the number of a page within a list by its address; "" where it says none.
func pageNumber(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	for name, values := range u.Query() {
		if len(values) > 0 && slices.Contains(pageQueries, strings.ToLower(name)) {
			return strings.TrimLeft(values[0], "0")
		}
	}
	segments := strings.Split(strings.Trim(u.Path, "/"), "/")
	if n := len(segments); n >= 2 && strings.EqualFold(segments[n-2], "page") {
		return segments[n-1]
	}
	return ""
}

// followingPage is the number of the page after the one at an address, which is the first unless it
// says otherwise.
func followingPage(raw string) string {
	n, err := strconv.Atoi(pageNumber(raw))
	if err != nil {
		n = 1
	}
	return strconv.Itoa(n + 1)
}

// baseOf is the address that relative links of a page are resolved against.
func baseOf(root *html.Node, url string) string {
	for n := range all(root) {
		if n.Type != html.ElementNode {
			continue
		}
		if n.Data == "body" {
			return url
		}
		if href := strings.TrimSpace(attr(n, "href")); n.Data == "base" && href != "" {
			if abs, err := address.Resolve(url, href); err == nil {
				return abs
			}
		}
	}
	return url
}

// all walks a tree in document order without recursion.
func all(root *html.Node) func(yield func(*html.Node) bool) {
	return func(yield func(*html.Node) bool) {
		for n := root; n != nil; n = after(n, root, true) {
			if !yield(n) {
				return
			}
		}
	}
}

// after is the node that follows n in document order within root; nil at the end. Without inside,
// the children of n are passed over.
func after(n, root *html.Node, inside bool) *html.Node {
	if inside && n.FirstChild != nil {
		return n.FirstChild
	}
	for n != nil && n != root {
		if n.NextSibling != nil {
			return n.NextSibling
		}
		n = n.Parent
	}
	return nil
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name && a.Namespace == "" {
			return a.Val
		}
	}
	return ""
}
