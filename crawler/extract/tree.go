package extract

import (
	"strings"
	"unicode/utf8"

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

// elements is the number of elements in a tree.
func elements(root *html.Node) int {
	count := 0
	for n := range all(root) {
		if n.Type == html.ElementNode {
			count++
		}
	}
	return count
}

// clone copies a tree; readers change what they read.
func clone(root *html.Node) *html.Node { return (&cloner{}).clone(root) }

// cloner holds the copies of a tree: two pieces of memory, where one a node would be thousands.
type cloner struct {
	nodes []html.Node
	attrs []html.Attribute
}

// clone makes a copy that is good until the next one.
func (c *cloner) clone(root *html.Node) *html.Node {
	nodes, attrs := 0, 0
	for n := range all(root) {
		nodes++
		attrs += len(n.Attr)
	}
	// Room for all is made at once: a node must not move while others point to it.
	if c.nodes = c.nodes[:0]; cap(c.nodes) < nodes {
		c.nodes = make([]html.Node, 0, nodes)
	}
	if c.attrs = c.attrs[:0]; cap(c.attrs) < attrs {
		c.attrs = make([]html.Attribute, 0, attrs)
	}
	return c.copy(root)
}

// copy copies a subtree. Recursion is safe: the parser refuses more than 512 levels.
func (c *cloner) copy(n *html.Node) *html.Node {
	from := len(c.attrs)
	c.attrs = append(c.attrs, n.Attr...)
	c.nodes = append(c.nodes, html.Node{
		Type: n.Type, DataAtom: n.DataAtom, Data: n.Data, Namespace: n.Namespace,
		Attr: c.attrs[from:len(c.attrs):len(c.attrs)], // who adds an attribute gets a slice of its own
	})
	to := &c.nodes[len(c.nodes)-1]
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		to.AppendChild(c.copy(child))
	}
	return to
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
func squeeze(s string) string {
	var b strings.Builder
	for word := range strings.FieldsSeq(s) {
		if b.Len() == 0 {
			b.Grow(len(s)) // an overestimate; most text nodes are white space alone and need nothing
		} else {
			b.WriteByte(' ')
		}
		b.WriteString(word)
	}
	return b.String()
}

// squeezedLength is the number of characters of squeeze(s), which it does not make.
func squeezedLength(s string) int {
	n := 0
	for word := range strings.FieldsSeq(s) {
		if n > 0 {
			n++
		}
		n += utf8.RuneCountInString(word)
	}
	return n
}

// inline are elements that do not end a word or a paragraph. The readers rename some.
func inline(tag string) bool {
	switch tag {
	case "a", "b", "i", "em", "strong", "span", "u", "s", "sup", "sub", "font", "small", "big", "mark", "code", "abbr", "acronym", "q", "cite",
		"ins", "del", "strike", "tt", "kbd", "samp", "var", "bdi", "bdo", "dfn", "time", "label", "wbr", "nobr", "hi", "ref", "ruby", "rb", "data":
		return true
	}
	return false
}
