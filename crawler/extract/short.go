package extract

import (
	"unicode/utf8"

	"golang.org/x/net/html"
)

// minParagraph is the length in letters from which on a paragraph counts as prose.
const minParagraph = 20

// shortLines reads pages that hold too little for the readers, which are made for long articles and
// count letters: a short Korean piece has a third of an English one's. It takes the element with the
// most prose in paragraphs of its own, within the page's article element where there is one.
func shortLines(tree *html.Node) []string {
	root := tree
	if a := first(tree, "article"); a != nil {
		root = a
	}
	var best *html.Node
	most := 0
	for n := range all(root) {
		if n.Type != html.ElementNode || element(n, "nav", "header", "footer", "aside", "form", "ul", "ol") {
			continue
		}
		if size := prose(n); size > most {
			best, most = n, size
		}
	}
	if best == nil {
		return nil
	}
	return render(best)
}

// prose counts the letters of an element's own paragraphs, those that are mostly links left out.
func prose(n *html.Node) int {
	size := 0
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if !element(c, "p") {
			continue
		}
		linked := 0
		for d := range all(c) {
			if element(d, "a") {
				linked += utf8.RuneCountInString(line(d, 2000))
			}
		}
		if letters := utf8.RuneCountInString(line(c, 20000)); letters >= minParagraph && 2*linked < letters {
			size += letters
		}
	}
	return size
}
