package extract

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"

	"newsvigil/text"
)

// document is a page with what a first pass over its tree found.
type document struct {
	p *Parsed
	h Hints
	// metas are the contents of meta elements by the metaKey of their name, property or itemprop.
	metas map[string][]string
	// linked is the main article of the page's JSON-LD.
	linked linked
	lang   string
	// titleText is that of <title>; heads are the h1 elements.
	titleText string
	heads     []*html.Node
	// titled is the first smaller heading that is marked as the title.
	titled    string
	canonical string
	names     []string // of the outlet
	by        []string // the authors
	// anchors are the folded texts of the page's links.
	anchors map[string]bool
	// page are the lines of the whole page, as render gives them; menus tells which are links.
	page  []string
	menus []bool
	// words is a rough count of the words of the whole page.
	words int
	// headlines counts links within headings: a listing has many.
	headlines int
}

// survey walks the tree once and keeps what the readers of single fields need.
func survey(p *Parsed, h Hints) *document {
	d := &document{p: p, h: h, metas: make(map[string][]string), anchors: make(map[string]bool)}
	var scripts []string
	for n := p.Root; n != nil; {
		inside := true
		switch n.Type {
		case html.TextNode:
			for range strings.FieldsSeq(n.Data) {
				d.words++
			}
		case html.ElementNode:
			switch n.Data {
			case "script":
				if strings.Contains(strings.ToLower(attr(n, "type")), "ld+json") && n.FirstChild != nil {
					scripts = append(scripts, n.FirstChild.Data)
				}
				inside = false
			case "style", "noscript", "template", "svg":
				inside = false
			default:
				d.note(n)
			}
		}
		n = after(n, p.Root, inside)
	}
	d.linked = readLinked(scripts, p.URL)
	d.names = siteNames(h.Source, append(d.contents("og:site_name", "application-name", "twitter:app:name:iphone"), d.linked.publisher), p.URL)
	d.by = d.authors()
	return d
}

func (d *document) note(n *html.Node) {
	switch n.Data {
	case "html":
		d.lang = attr(n, "lang")
		if d.lang == "" {
			d.lang = attr(n, "xml:lang")
		}
	case "meta":
		d.noteMeta(n)
	case "title":
		if d.titleText == "" && !within(n, func(p *html.Node) bool { return p.Data == "svg" }) {
			d.titleText = text.Clean(line(n, 2000))
		}
	case "link":
		if d.canonical == "" && strings.EqualFold(strings.TrimSpace(attr(n, "rel")), "canonical") {
			d.canonical = strings.TrimSpace(attr(n, "href"))
		}
	case "h1":
		if len(d.heads) < 20 {
			d.heads = append(d.heads, n)
		}
	case "h2", "h3", "h4":
		if d.titled == "" && titleClass.MatchString(attr(n, "class")+" "+attr(n, "id")) {
			if s := text.Clean(line(n, 1000)); s != "" && first(n, "a") == nil && !within(n, aside) {
				d.titled = s
			}
		}
	case "a":
		// A link within the page leads to a subheading, which is part of the piece.
		if words := text.Fold(line(n, 1000)); len(words) >= 8 && !strings.HasPrefix(strings.TrimSpace(attr(n, "href")), "#") && len(d.anchors) < 5000 {
			d.anchors[words] = true
		}
		if hasHeading(n) || within(n, isHeading) {
			d.headlines++
		}
	}
}

func (d *document) noteMeta(n *html.Node) {
	content := strings.TrimSpace(attr(n, "content"))
	if content == "" {
		return
	}
	for _, key := range []string{"property", "name", "itemprop", "http-equiv"} {
		if name := metaKey(attr(n, key)); name != "" && len(d.metas[name]) < 20 && !slices.Contains(d.metas[name], content) {
			d.metas[name] = append(d.metas[name], content)
		}
	}
}

// metaKey is the name of a meta element without what outlets spell differently: "article:published_time",
// "article:published:time" and "article.publishedTime" are one.
func metaKey(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// meta is the first content of the first of the named meta elements that has one.
func (d *document) meta(names ...string) string {
	for _, name := range names {
		if v := d.metas[metaKey(name)]; len(v) > 0 {
			return v[0]
		}
	}
	return ""
}

// contents are all contents of all the named meta elements.
func (d *document) contents(names ...string) []string {
	var all []string
	for _, name := range names {
		all = append(all, d.metas[metaKey(name)]...)
	}
	return all
}

func isHeading(n *html.Node) bool {
	return n.Type == html.ElementNode && len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6'
}

func hasHeading(n *html.Node) bool {
	for c := range all(n) {
		if isHeading(c) {
			return true
		}
	}
	return false
}
