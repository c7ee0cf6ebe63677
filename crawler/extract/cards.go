package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// The measures of cards, and of paragraphs that only point elsewhere.
const (
	minCards      = 3
	maxCardLinks  = 4
	maxCardFree   = 160 // characters of a teaser with its date
	cardShare     = 0.4 // of links in a card without picture or heading
	minTeaserLink = 12  // characters; half as many in scripts without spaces
	maxPointer    = 25  // characters of a label such as "Read more:"
	minAround     = 200 // letters of the paragraphs around a pointer: elsewhere it is part of a card
)

// isCards reports whether an element holds cards: at least three children of one kind, each a linked
// headline with little beside it, and nothing but a short heading with them.
func isCards(n *html.Node, weights map[*html.Node]weight) bool {
	if weights[n].links < minCards {
		return false
	}
	list := items(n)
	linked := 0
	for _, c := range list {
		linked += min(weights[c].links, 1)
	}
	if linked < minCards {
		return false
	}
	cards, kind := 0, ""
	for _, c := range list {
		w := weights[c]
		switch {
		case w.chars == 0, w.links == 0 && w.chars <= maxListHeader:
		case (kind == "" || kind == c.Data) && isCard(c, w):
			cards, kind = cards+1, c.Data
		default:
			return false
		}
	}
	return cards >= minCards
}

// items are the rows of a table, else the element children of a node.
func items(n *html.Node) []*html.Node {
	var list []*html.Node
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case element(c, "tbody", "thead"):
			list = append(list, items(c)...)
		case c.Type == html.ElementNode:
			list = append(list, c)
		case c.Type == html.TextNode && utf8.RuneCountInString(strings.TrimSpace(c.Data)) > maxListHeader:
			list = append(list, n) // not an item: its weight refuses the whole
		}
	}
	return list
}

func isCard(n *html.Node, w weight) bool {
	if w.links == 0 || w.links > maxCardLinks || w.chars-w.linked > maxCardFree {
		return false
	}
	headline, framed := false, false
	for c := range all(n) {
		if !element(c, "a") {
			continue
		}
		headline = headline || isHeadline(line(c, 1000))
		framed = framed || first(c, "img") != nil || hasHeading(c) || within(c, isHeading)
	}
	return headline && (framed || float64(w.linked) >= cardShare*float64(w.chars))
}

// isHeadline reports whether the text of a link is as long as a headline.
func isHeadline(s string) bool {
	count := utf8.RuneCountInString(s)
	return count >= minTeaserLink && strings.ContainsRune(s, ' ') || count >= minTeaserLink/2 && wide(s)
}

// points reports whether a paragraph holds nothing but the linked headline of another piece, with
// a mark or a label before it ("Read more:", "☞"). Linked sentences are none.
func points(n *html.Node, w weight) bool {
	if !element(n, "p") || w.links != 1 || w.linked == 0 || w.chars-w.linked > maxPointer {
		return false
	}
	var link *html.Node
	var label strings.Builder
	for c := n; c != nil; {
		if element(c, "a") {
			link = c
		} else if c.Type == html.TextNode {
			label.WriteString(c.Data)
		}
		c = after(c, n, !element(c, "a"))
	}
	words := line(link, 1000)
	if strings.HasPrefix(strings.TrimSpace(attr(link, "href")), "#") || !isHeadline(words) || prose(n.Parent) < minAround {
		return false
	}
	before := strings.TrimSpace(label.String())
	return strings.ContainsAny(lastOf(before), ":：]】>»|") || marks(before) == "" && !sentence(words)
}

func lastOf(s string) string {
	_, size := utf8.DecodeLastRuneInString(s)
	return s[len(s)-size:]
}

// marks is what remains of s without the marks and spaces around it.
func marks(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// sentence reports whether s ends as sentences do. Few headings do.
func sentence(s string) bool {
	return strings.ContainsAny(lastOf(strings.TrimRight(s, ` "'”’」』)`)), ".!?…。！？")
}
