package classify

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"newsvigil/news"
)

// readHTML is a plain reading of a saved page: its paragraphs without navigation, captions and lists
// of links. Pages fetched from an outlet are read by the extractor, which does much more; this one is
// for files that an admin saved.
func readHTML(src string) (news.Exemplar, string) {
	root, err := html.Parse(strings.NewReader(src))
	if err != nil { // only a failing reader, or nesting beyond the parser's bound
		return news.Exemplar{}, ""
	}
	p := page{}
	p.walk(root, 0)
	p.meta.Title = first(p.ogTitle, p.heading, p.title)
	p.meta.URL = first(p.canonical, p.meta.URL)
	return p.meta, p.body.String()
}

type page struct {
	meta                               news.Exemplar
	ogTitle, heading, title, canonical string
	body                               strings.Builder
}

// maxDepth bounds the walk; the parser allows a little more.
const maxDepth = 500

func (p *page) walk(n *html.Node, depth int) {
	if depth > maxDepth {
		return
	}
	switch n.DataAtom {
	case atom.Html:
		lang, _, _ := strings.Cut(attr(n, "lang"), "-")
		p.meta.Language = strings.ToLower(strings.TrimSpace(lang))
	case atom.Title:
		p.title = first(p.title, words(n))
		return
	case atom.Meta:
		p.note(attr(n, "property")+attr(n, "name"), attr(n, "content"))
	case atom.Link:
		if strings.EqualFold(attr(n, "rel"), "canonical") {
			p.canonical = attr(n, "href")
		}
	case atom.Script, atom.Style, atom.Nav, atom.Header, atom.Footer, atom.Aside, atom.Form, atom.Noscript,
		atom.Svg, atom.Figure, atom.Figcaption, atom.Template, atom.Iframe, atom.Button, atom.Select:
		p.heading = first(p.heading, headingIn(n))
		return
	case atom.H1:
		p.heading = first(p.heading, words(n))
		return
	case atom.Ul, atom.Ol, atom.Table:
		if mostlyLinks(n) {
			return
		}
	case atom.P, atom.Li, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Blockquote, atom.Dd, atom.Td, atom.Pre:
		if !hasBlocks(n) {
			if !mostlyLinks(n) {
				p.body.WriteString(words(n) + "\n\n")
			}
			return
		}
	case 0:
		if n.Type == html.TextNode && strings.TrimSpace(n.Data) != "" {
			p.body.WriteString(strings.TrimSpace(n.Data) + "\n\n")
		}
	case atom.Div, atom.Section, atom.Article, atom.Main:
		if !hasBlocks(n) {
			if !mostlyLinks(n) {
				p.body.WriteString(words(n) + "\n\n")
			}
			return
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		p.walk(c, depth+1)
	}
}

func (p *page) note(name, content string) {
	switch strings.ToLower(name) {
	case "og:title":
		p.ogTitle = first(p.ogTitle, content)
	case "og:url":
		p.meta.URL = first(p.meta.URL, content)
	case "og:site_name":
		p.meta.Outlet = first(p.meta.Outlet, content)
	case "author":
		if len(p.meta.Authors) == 0 && content != "" {
			p.meta.Authors = []string{content}
		}
	case "article:published_time":
		p.meta.Published = first(p.meta.Published, content)
	}
}

func first(values ...string) string {
	for _, v := range values {
		if v = strings.TrimSpace(v); v != "" {
			return v
		}
	}
	return ""
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// words is the text below a node, a space or line break for each <br> and between elements.
func words(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		switch {
		case d.Type == html.TextNode && !hidden(d.Parent):
			b.WriteString(d.Data)
		case d.DataAtom == atom.Br:
			b.WriteByte('\n')
		}
	}
	return strings.TrimSpace(b.String())
}

func hidden(n *html.Node) bool {
	return n != nil && (n.DataAtom == atom.Script || n.DataAtom == atom.Style || n.DataAtom == atom.Noscript)
}

// mostlyLinks reports a block more than half of whose text is links.
func mostlyLinks(n *html.Node) bool {
	linked := 0
	for d := range n.Descendants() {
		if d.DataAtom == atom.A {
			linked += len(words(d))
		}
	}
	return linked > 0 && 2*linked > len(words(n))
}

func hasBlocks(n *html.Node) bool {
	for d := range n.Descendants() {
		switch d.DataAtom {
		case atom.P, atom.Div, atom.Ul, atom.Ol, atom.Table, atom.Section, atom.Article, atom.Blockquote, atom.H1, atom.H2, atom.H3:
			return true
		}
	}
	return false
}

func headingIn(n *html.Node) string {
	for d := range n.Descendants() {
		if d.DataAtom == atom.H1 {
			return words(d)
		}
	}
	return ""
}
