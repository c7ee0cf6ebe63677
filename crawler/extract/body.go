package extract

import (
	nurl "net/url"
	"strings"
	"unicode/utf8"

	"codeberg.org/readeck/go-readability/v2"
	"github.com/andybalholm/cascadia"
	"github.com/markusmobius/go-trafilatura"
	"golang.org/x/net/html"

	"newsvigil/text"
)

// The readers, by the names that Reading gives them.
const (
	readBySelector    = "select"
	readByTrafilatura = "trafilatura"
	readByReadability = "readability"
	readByLinked      = "json-ld"
	readByScript      = "script"
	readByFeed        = "feed"
	readByParagraphs  = "paragraphs"
	readByDescription = "description"
)

// reading is what one reader takes for the body.
type reading struct {
	by    string
	lines []string
}

// body is the text of the article and the reader it comes from: the admin's selector where it matches,
// else what two readers make of the page without its link lists, and where they disagree what the page
// or the feed holds for machines.
func (d *document) body() (string, string) {
	desk := d.p.Desk
	if !desk.take() {
		desk = &Desk{}
	}
	defer desk.clear()
	tree := desk.copies.clone(d.p.Root)
	removeAll(tree, d.h.Source.Select.Remove)
	strip(tree)
	d.page, d.menus = renderPage(tree)
	s := d.sweeper(d.page)
	if lines := s.sweep(chosenBody(tree, d.h.Source.Select.Body)); len(lines) > 0 {
		return join(s.unframe(lines)), readBySelector
	}
	pruneWeighed(tree, desk.ledger(tree))
	best := d.vote(s, tree)
	if length(join(best.lines)) < minArticle {
		if short := s.sweep(shortLines(tree)); length(join(short)) > length(join(best.lines)) {
			best = reading{readByParagraphs, short}
		}
	}
	lines := s.unframe(best.lines)
	if lead := d.lead(d.page, lines); lead != "" {
		lines = append([]string{lead}, lines...)
	}
	return join(lines), best.by
}

// vote reads the page with the readers and takes the best reading.
func (d *document) vote(s sweeper, tree *html.Node) reading {
	url, err := nurl.Parse(d.p.URL)
	if err != nil {
		url = &nurl.URL{}
	}
	a := reading{readByTrafilatura, s.sweep(trafilaturaLines(tree, url))}
	b := reading{readByReadability, s.sweep(readabilityLines(clone(tree), url))}
	machine := reading{readByLinked, s.sweep(render(parseSnippet(d.linked.body)))}
	if len(machine.lines) == 0 && length(d.h.Candidate.Content) >= minFeedArticle {
		machine = reading{readByFeed, s.sweep(strings.Split(fragment(d.h.Candidate.Content), "\n\n"))}
	}
	if len(machine.lines) == 0 && disagree(a.lines, b.lines) {
		machine = reading{readByScript, s.sweep(d.scripted(firstOf(d.titles()...)))}
	}
	return choose(a, b, machine)
}

func (d *document) sweeper(page []string) sweeper {
	s := sweeper{anchors: d.anchors, page: page, menus: d.menus, at: make(map[string]int, len(page)), authors: d.by, names: d.names}
	for i, l := range page {
		s.solid = append(s.solid, solid(l))
		s.at[s.solid[i]] = i
	}
	heads := []string{d.linked.headline, tidyTitle(d.meta("og:title"), d.names), tidyTitle(d.titleText, d.names), tidyTitle(d.h.Candidate.Title, d.names)}
	if len(d.heads) == 0 {
		heads = append(heads, d.titled)
	}
	for _, n := range d.heads {
		heads = append(heads, line(n, 1000))
	}
	for _, h := range heads {
		if h = text.Fold(h); h != "" {
			s.heads = append(s.heads, h)
		}
	}
	return s
}

// lead is the standfirst where it stands on the page outside what the readers took: the line that
// the page also uses to describe itself.
func (d *document) lead(page, lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	body := solid(strings.Join(lines, ""))
	for _, said := range []string{d.linked.description, d.meta("og:description"), d.meta("description")} {
		said = text.Fold(clean(said))
		if n := utf8.RuneCountInString(said); n < 40 {
			continue
		}
		for _, l := range page {
			fold := text.Fold(l)
			if len(fold) <= 900 && (fold == said || len(said) >= 80 && strings.HasPrefix(fold, strings.TrimRight(said, ".… "))) && !strings.Contains(body, solid(l)) {
				return l
			}
		}
	}
	return ""
}

// chosenBody are the paragraphs that the admin's selector names.
func chosenBody(tree *html.Node, selector string) []string {
	var lines []string
	for _, n := range matches(tree, selector) {
		lines = append(lines, render(n)...)
	}
	return lines
}

// selected is the text of the first element that a selector matches; its content or datetime
// attribute where it has one.
func (d *document) selected(selector string) string {
	for _, n := range matches(d.p.Root, selector) {
		if s := firstOf(attr(n, "content"), attr(n, "datetime"), line(n, 1000)); s != "" {
			return s
		}
	}
	return ""
}

// matches are the outermost elements that a selector matches; none for a selector that is wrong,
// which the configuration has already complained of.
func matches(root *html.Node, selector string) []*html.Node {
	if selector == "" {
		return nil
	}
	sel, err := cascadia.ParseGroup(selector)
	if err != nil {
		return nil
	}
	var list []*html.Node
	for n := root; n != nil; {
		hit := n.Type == html.ElementNode && sel.Match(n)
		if hit {
			list = append(list, n)
		}
		n = after(n, root, !hit)
	}
	return list
}

func removeAll(root *html.Node, selectors []string) {
	for _, s := range selectors {
		for _, n := range matches(root, s) {
			if n.Parent != nil {
				n.Parent.RemoveChild(n)
			}
		}
	}
}

// trafilaturaLines reads with go-trafilatura. It panics on some pages; that is then no answer.
func trafilaturaLines(root *html.Node, url *nurl.URL) (lines []string) {
	defer func() {
		if recover() != nil {
			lines = nil
		}
	}()
	res, err := trafilatura.ExtractDocument(root, trafilatura.Options{
		OriginalURL:     url,
		ExcludeComments: true,
		HtmlDateMode:    trafilatura.Disabled,
	})
	if err != nil || res == nil {
		return nil
	}
	return render(res.ContentNode)
}

// readabilityLines reads with go-readability, which changes the tree it is given.
func readabilityLines(root *html.Node, url *nurl.URL) (lines []string) {
	defer func() {
		if recover() != nil {
			lines = nil
		}
	}()
	p := readability.NewParser()
	p.DisableJSONLD = true
	article, err := p.ParseAndMutate(root, url)
	if err != nil || article.Node == nil {
		return nil
	}
	return render(article.Node)
}
