package extract

import (
	"bytes"
	"fmt"
	"strings"

	"golang.org/x/net/html"

	"newsvigil/text"
)

// The bounds of a page.
const (
	maxPage  = 8 << 20 // bytes that are parsed
	maxNodes = 40000   // nodes that are kept; the largest of 285 news pages has 9,238
	maxNest  = 100     // nesting kept of a page that is nested too deeply to parse; 53 is usual at most
)

// Parse parses a page in any charset. It bounds bytes, nodes and nesting.
func Parse(body []byte, url string) (*Parsed, error) {
	body = body[:min(len(body), maxPage)]
	decoded, _ := text.Decode(body, "")
	root, err := html.Parse(bytes.NewReader(decoded))
	if err != nil {
		// The parser refuses nesting beyond 512 elements.
		root, err = html.Parse(strings.NewReader(flatten(decoded, false)))
	}
	if err != nil {
		root, err = html.Parse(strings.NewReader(flatten(decoded, true)))
	}
	if err != nil {
		return nil, fmt.Errorf("parse %s: %w", url, err)
	}
	truncate(root, maxNodes)
	return &Parsed{Root: root, URL: url}, nil
}

// flatten leaves out the tags that are nested deeper than maxNest; their text stays. Elements whose
// end tag may be missing are taken for nested only where strict.
func flatten(page []byte, strict bool) string {
	var b strings.Builder
	z := html.NewTokenizer(bytes.NewReader(page))
	depth, dropped := 0, 0
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return b.String()
		}
		raw := string(z.Raw())
		switch kind {
		case html.StartTagToken:
			name, _ := z.TagName()
			if selfClosing(string(name)) && !(strict && optionalEnd(string(name))) {
				break
			}
			if depth >= maxNest {
				dropped++
				b.WriteByte(' ')
				continue
			}
			depth++
		case html.EndTagToken:
			if dropped > 0 {
				dropped--
				b.WriteByte(' ')
				continue
			}
			depth = max(0, depth-1)
		}
		b.WriteString(raw)
	}
}

// selfClosing are elements that nest in nothing, or whose end tags are often left out.
func selfClosing(tag string) bool {
	switch tag {
	case "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
		"p", "li", "dt", "dd", "td", "th", "tr", "option":
		return true
	}
	return false
}

// optionalEnd are the self-closing elements that do have content.
func optionalEnd(tag string) bool {
	switch tag {
	case "p", "li", "dt", "dd", "td", "th", "tr", "option":
		return true
	}
	return false
}

// Limit drops what comes after the first 40,000 nodes of a tree.
func Limit(root *html.Node) { truncate(root, maxNodes) }

// truncate drops what comes after the first limit nodes.
func truncate(root *html.Node, limit int) {
	count := 0
	for n := root; n != nil; n = after(n, root, true) {
		count++
		if count < limit {
			continue
		}
		for p := n; p != nil && p != root; p = p.Parent {
			for p.NextSibling != nil {
				p.Parent.RemoveChild(p.NextSibling)
			}
		}
		for n.FirstChild != nil {
			n.RemoveChild(n.FirstChild)
		}
		return
	}
}
