package extract

import (
	"bytes"
	"strings"
	"unicode"

	"golang.org/x/net/html"

	"newsvigil/text"
)

// render gives the paragraphs of a node. Elements are told by their names, not their atoms: the
// readers rename nodes and leave the atom zero. Every break of a line begins a paragraph, because
// many outlets print whole articles as one block with <br>.
func render(root *html.Node) []string {
	lines, _ := renderPage(root)
	return lines
}

// renderPage is render, and tells of each line whether it is a menu: two links or more, with
// nothing beside them but marks or a date.
func renderPage(root *html.Node) (lines []string, menus []bool) {
	if root == nil {
		return nil, nil
	}
	r := &renderer{}
	r.node(root)
	r.flush()
	return r.lines, r.menus
}

// renderer gathers a line in b, and what of it is no link in free.
type renderer struct {
	b, free       []byte
	links, linked int // links of the line; how many are open
	lines         []string
	menus         []bool
}

func (r *renderer) flush() {
	if len(bytes.TrimSpace(r.b)) > 0 {
		if s := text.Clean(string(r.b)); s != "" {
			r.lines = append(r.lines, s)
			r.menus = append(r.menus, r.links >= minListLinks && beside(string(r.free)))
		}
	}
	r.b, r.free = r.b[:0], r.free[:0]
	r.links = 0
}

// beside reports whether what stands beside links makes no sentence of them.
func beside(s string) bool {
	s = strings.TrimFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return s == "" || len(s) <= 80 && isDate(s)
}

func (r *renderer) node(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		r.b = append(r.b, n.Data...)
		if r.linked == 0 {
			r.free = append(r.free, n.Data...)
		}
		return
	case html.CommentNode, html.DoctypeNode:
		return
	}
	switch n.Data {
	case "script", "style", "noscript", "template", "iframe", "svg", "button", "select", "textarea", "input", "head", "title":
		// Readers rename headings to head; the head of a document has no text but its title.
		if n.Data != "head" || n.Parent != nil && n.Parent.Data == "html" {
			return
		}
	case "br", "lb", "hr":
		r.flush()
	case "td", "th", "cell":
		r.b = append(r.b, ' ')
		r.children(n)
		r.b = append(r.b, ' ')
		return
	case "rt", "rp":
		return
	case "a":
		r.links++
		r.linked++
		r.children(n)
		r.linked--
		return
	}
	block := n.Type == html.ElementNode && !inline(n.Data)
	if block {
		r.flush()
	}
	r.children(n)
	if block {
		r.flush()
	}
}

func (r *renderer) children(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		r.node(c)
	}
}

// fragment is the text of a snippet of HTML, or of plain text, with the same cleaning as a page's.
func fragment(s string) string {
	if strings.TrimSpace(s) == "" {
		return ""
	}
	root, err := html.Parse(strings.NewReader(s))
	if err != nil {
		root, err = html.Parse(strings.NewReader(flatten([]byte(s), true)))
	}
	if err != nil {
		return ""
	}
	truncate(root, maxNodes)
	pruneLinkLists(root)
	var w sweeper
	return join(w.unframe(w.sweep(render(root))))
}

func join(lines []string) string { return strings.Join(lines, "\n\n") }
