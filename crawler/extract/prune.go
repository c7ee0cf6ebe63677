package extract

import (
	"strings"
	"unicode"

	"golang.org/x/net/html"
)

// The measures of a link list, found by trial on 252 pages of 42 countries.
const (
	minListLinks  = 2
	listShare     = 0.6
	maxFreeText   = 400
	maxListHeader = 60
)

// strip removes what never holds text of the article.
func strip(root *html.Node) {
	for n := root; n != nil; {
		if n.Type == html.CommentNode || element(n, "script", "style", "template", "svg", "iframe", "canvas", "dialog") {
			next := after(n, root, false)
			n.Parent.RemoveChild(n)
			n = next
			continue
		}
		n = after(n, root, true)
	}
}

// weight is what a subtree holds: its characters, those within links, and its links.
type weight struct {
	chars, linked, links int
}

// pruneLinkLists removes lists of links ("most read", "related") together with the short heading
// above them: elements with two or more links, most of their text within links, and little text
// beside. Every reader leaks them into the body.
func pruneLinkLists(root *html.Node) {
	pruneWeighed(root, make(map[*html.Node]weight, elements(root)))
}

// pruneWeighed is pruneLinkLists with an empty table for the weights.
func pruneWeighed(root *html.Node, weights map[*html.Node]weight) {
	weigh(root, false, weights)
	var below *html.Node // what stood right below the last list: its heading is dropped already
	for n := root; n != nil; {
		if n.Parent != nil && (listLike(n) && (isList(weights[n]) || isCards(n, weights)) || points(n, weights[n])) {
			if n != below {
				dropHeading(n, weights)
			}
			below = nextElement(n)
			next := after(n, root, false)
			n.Parent.RemoveChild(n)
			n = next
			continue
		}
		n = after(n, root, true)
	}
}

func weigh(n *html.Node, linked bool, weights map[*html.Node]weight) weight {
	var w weight
	if n.Type == html.TextNode {
		w.chars = squeezedLength(n.Data)
		if linked {
			w.linked = w.chars
		}
		return w
	}
	if element(n, "script", "style", "noscript") {
		return w
	}
	if element(n, "a") {
		linked = true
		w.links++
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		cw := weigh(c, linked, weights)
		w.chars += cw.chars
		w.linked += cw.linked
		w.links += cw.links
	}
	if n.Type == html.ElementNode {
		weights[n] = w
	}
	return w
}

func isList(w weight) bool {
	return w.links >= minListLinks && w.chars > 0 && float64(w.linked) >= listShare*float64(w.chars) && w.chars-w.linked < maxFreeText
}

// listLike are the elements that hold lists. A paragraph with links is none.
func listLike(n *html.Node) bool {
	return element(n, "ul", "ol", "dl", "div", "section", "aside", "nav", "table", "menu", "footer")
}

// headed reports whether a list begins with a heading of its own, or with tabs.
func headed(list *html.Node) bool {
	for n := range all(list) {
		if n.Type == html.TextNode && strings.ContainsFunc(n.Data, unicode.IsLetter) {
			return within(n, func(p *html.Node) bool { return element(p, "a") && strings.HasPrefix(attr(p, "href"), "#") }) ||
				!within(n, func(p *html.Node) bool { return element(p, "a", "li", "dd", "td") && inside(p, list) })
		}
	}
	return false
}

func inside(n, root *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n == root {
			return true
		}
	}
	return false
}

// dropHeading removes the short heading just above a list. Where the list has one of its own, only
// a line that ends with a colon is one more.
func dropHeading(n *html.Node, weights map[*html.Node]weight) {
	prev := n.PrevSibling
	for prev != nil && (prev.Type != html.ElementNode || weights[prev].chars == 0) {
		if prev.Type == html.TextNode && strings.TrimSpace(prev.Data) != "" {
			return
		}
		prev = prev.PrevSibling
	}
	if prev == nil || weights[prev].chars > maxListHeader {
		return
	}
	words := line(prev, 1000)
	announces := strings.ContainsAny(lastOf(words), ":：")
	switch {
	case !announces && (headed(n) || element(n, "p") && !pointsOn(n, weights)):
		return
	case isHeading(prev):
		if prev.Data == "h1" {
			return
		}
	case element(prev, "strong", "b", "dt", "header"):
	case !element(prev, "p", "div", "span"), sentence(words), !announces && weights[prev].chars > 30 && !isBold(prev):
		return
	}
	prev.Parent.RemoveChild(prev)
}

// pointsOn reports whether the next paragraph points elsewhere as well. What stands above a single
// one is no heading of a list.
func pointsOn(n *html.Node, weights map[*html.Node]weight) bool {
	next := nextElement(n)
	return next != nil && points(next, weights[next])
}

func nextElement(n *html.Node) *html.Node {
	for n = n.NextSibling; n != nil && n.Type != html.ElementNode; {
		n = n.NextSibling
	}
	return n
}

// isBold reports whether all text of a node is bold.
func isBold(n *html.Node) bool {
	for c := n; c != nil; {
		bold := element(c, "strong", "b")
		if c.Type == html.TextNode && strings.TrimSpace(c.Data) != "" {
			return false
		}
		c = after(c, n, !bold)
	}
	return true
}
