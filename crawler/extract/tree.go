package extract

import (
	"strings"

	"golang.org/x/net/html"
)

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

// clone copies a tree; readers change what they read. Recursion is safe: the parser refuses more
// than 512 levels.
func clone(n *html.Node) *html.Node {
	c := &html.Node{Type: n.Type, DataAtom: n.DataAtom, Data: n.Data, Namespace: n.Namespace, Attr: append([]html.Attribute(nil), n.Attr...)}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		c.AppendChild(clone(child))
	}
	return c
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func element(n *html.Node, names ...string) bool {
	if n.Type != html.ElementNode {
		return false
	}
	for _, name := range names {
		if n.Data == name {
			return true
		}
	}
	return false
}

// within reports whether n lies in an element for which the test holds.
func within(n *html.Node, test func(*html.Node) bool) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if p.Type == html.ElementNode && test(p) {
			return true
		}
	}
	return false
}

func isLink(n *html.Node) bool { return element(n, "a") }

// first is the first element of that name, or nil.
func first(root *html.Node, name string) *html.Node {
	for n := range all(root) {
		if element(n, name) {
			return n
		}
	}
	return nil
}

// line is the text of a node on one line, at most about max bytes.
func line(n *html.Node, max int) string {
	var b strings.Builder
	for c := n; c != nil && b.Len() < max; {
		inside := true
		switch {
		case c.Type == html.TextNode:
			b.WriteString(c.Data)
		case element(c, "script", "style", "noscript", "template"):
			inside = false
		case c.Type == html.ElementNode && !inline(c.Data):
			b.WriteByte(' ')
		}
		c = after(c, n, inside)
	}
	return squeeze(b.String())
}

// squeeze folds white space to single spaces.
func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

// inline are elements that do not end a word or a paragraph. The readers rename some.
func inline(tag string) bool {
	switch tag {
	case "a", "b", "i", "em", "strong", "span", "u", "s", "sup", "sub", "font", "small", "big", "mark", "code", "abbr", "acronym", "q", "cite",
		"ins", "del", "strike", "tt", "kbd", "samp", "var", "bdi", "bdo", "dfn", "time", "label", "wbr", "nobr", "hi", "ref", "ruby", "rb", "data":
		return true
	}
	return false
}
