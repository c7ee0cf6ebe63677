package extract

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
)

var (
	bylineClass = regexp.MustCompile(`(?i)(?:^|[\s_-])(?:by-?lines?|authors?|autor(?:en|es|in)?|auteurs?|writers?|reporters?|journalists?|contributors?)(?:[\s_-]?(?:name|names|info|link|by|list))?(?:$|[\s_-])`)
	bylineWord  = regexp.MustCompile(`(?i)byline|by-line|autho|autor|auteur|writer|reporter|journalist|contributor`)
	// authorPath is the address of an author's page.
	authorPath = regexp.MustCompile(`(?i)/(?:authors?|autor(?:en|es|in|as)?|auteurs?|autor[ei]|by|byline|profiles?|contributors?|writers?|reporters?|journalist[aes]?s?|columnists?|redakteure?|signataires?|staff)/[^/?#]+|[?&](?:author|writer|reporter)(?:_?id)?=[^&#]+`)
)

const (
	maxBylines  = 50   // marked elements that are read: each may hold the whole page
	nearHead    = 1500 // bytes of paragraphs below the headline within which a link to an author's page names the author
	maxBylining = 200  // letters of an element that names several authors
)

// authors are the names the page gives: JSON-LD, meta elements, elements marked as a byline, a line
// that begins with "By"; else what the feed said. Where none names a person and the page calls the
// outlet itself the author, the outlet is.
func (d *document) authors() []string {
	said := [][]string{
		d.linked.authors,
		d.contents("author", "article:author", "parsely-author", "dable:author", "og:article:author", "authors"),
		d.contents("dc.creator", "dcterms.creator", "byl", "sailthru.author", "cxenseparse:author", "citation_author", "twitter:misc:written by"),
		d.cardAuthor(),
	}
	for _, names := range said {
		if tidy := tidyAuthors(names, d.names); len(tidy) > 0 {
			return tidy
		}
	}
	if tidy := tidyAuthors(d.bylines(), d.names); len(tidy) > 0 {
		return tidy
	}
	if tidy := tidyAuthors(d.h.Candidate.Authors, d.names); len(tidy) > 0 {
		return tidy
	}
	for _, names := range said {
		if house := houses(names, d.names); len(house) > 0 {
			return house
		}
	}
	return nil
}

// cardAuthor is the author that a card for Twitter names: it says in twitter:label1 or 2 what stands
// in twitter:data1 or 2.
func (d *document) cardAuthor() []string {
	for _, n := range []string{"1", "2"} {
		if labelName.MatchString(d.meta("twitter:label"+n) + ": ") {
			return d.contents("twitter:data" + n)
		}
	}
	return nil
}

// bylines are the texts of elements marked as a byline, near the headline first; else of links to
// authors' pages below the headline; else the first short line that begins with "By".
func (d *document) bylines() []string {
	var line1 string
	var linked []string
	tries, below, headed := 0, 0, len(d.heads) == 0
	for n := d.p.Root; n != nil; {
		inside := n.Type != html.ElementNode || !aside(n) && !element(n, "head", "button")
		if n.Type == html.ElementNode && inside && n.Data != "body" && n.Data != "html" {
			if tries < maxBylines && marksAuthor(n) {
				tries++
				if names := d.marked(n); len(names) > 0 {
					return names
				}
			}
			switch n.Data {
			case "h1":
				headed = true
			case "a":
				if headed && below < nearHead && len(linked) == 0 && tries < maxBylines && authorPath.MatchString(attr(n, "href")) {
					tries++
					linked = d.linkedAuthors(n)
				}
			}
			if element(n, "p", "div", "span", "h2", "h3", "h4", "li", "td", "strong", "em") {
				s := line(n, 200)
				if line1 == "" {
					line1 = d.bylineIn(n, s, below < nearHead)
				}
				if headed && n.Data == "p" {
					below += len(s)
				}
			}
		}
		n = after(n, d.p.Root, inside)
	}
	switch {
	case len(linked) > 0:
		return linked
	case line1 != "":
		return []string{line1}
	}
	return nil
}

// bylineIn are the parts of a line between bars that only name who wrote the piece, or "". Far from the
// headline only a label or a role makes one, and within a link it is the byline of another piece.
func (d *document) bylineIn(n *html.Node, s string, near bool) string {
	if len(s) > 150 {
		return ""
	}
	var found []string
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == '|' || r == '｜' }) {
		if part = strings.TrimSpace(part); byLine(part) && (near || sure(part)) && !within(n, isLink) {
			found = append(found, part)
		}
	}
	return strings.Join(found, "; ")
}

// linkedAuthors are the names in a link to an author's page and in those beside it.
func (d *document) linkedAuthors(a *html.Node) []string {
	group := a
	for range 2 {
		if group.Parent == nil || utf8.RuneCountInString(line(group.Parent, 1000)) > maxBylining {
			break
		}
		group = group.Parent
	}
	var said []string
	for n := range all(group) {
		if element(n, "a") && authorPath.MatchString(attr(n, "href")) {
			said = append(said, line(n, 200))
		}
	}
	return tidyAuthors(said, d.names)
}

// marked are the names in an element marked as a byline: those of the elements in it that are so
// marked themselves, because views and dates stand beside them; else those of its elements, where
// there are several names; else its whole text.
func (d *document) marked(n *html.Node) []string {
	s := line(n, 1000)
	if s == "" || utf8.RuneCountInString(s) > maxBylining {
		return nil
	}
	var within, parts []string
	for c := n; c != nil; {
		inner := c != n && c.Type == html.ElementNode && marksAuthor(c)
		if inner {
			within = append(within, line(c, 300))
		}
		if c.Type == html.TextNode && strings.TrimSpace(c.Data) != "" {
			parts = append(parts, squeeze(c.Data))
		}
		c = after(c, n, !inner && !element(c, "button"))
	}
	if names := tidyAuthors(within, d.names); len(names) > 0 {
		return names
	}
	if names := tidyAuthors(parts, d.names); len(names) > 1 && allFull(names) {
		return names
	}
	if first(n, "button") != nil {
		s = strings.Join(parts, " ")
	}
	if utf8.RuneCountInString(s) > 100 {
		return nil
	}
	return tidyAuthors([]string{s}, d.names)
}

// allFull reports whether all names have two words or more, or need none.
func allFull(names []string) bool {
	for _, n := range names {
		if !wide(n) && !strings.Contains(n, " ") {
			return false
		}
	}
	return true
}

// marksAuthor reports whether an element is marked as a byline; buttons to follow an author are not.
func marksAuthor(n *html.Node) bool {
	for _, a := range n.Attr {
		switch a.Key {
		case "class", "data-testid":
			if bylineWord.MatchString(a.Val) && !strings.Contains(strings.ToLower(a.Val), "follow") && bylineClass.MatchString(uncamel(a.Val)) {
				return true
			}
		case "itemprop":
			if strings.EqualFold(a.Val, "author") {
				return true
			}
		case "rel":
			if strings.Contains(" "+strings.ToLower(a.Val)+" ", " author ") {
				return true
			}
		}
	}
	return false
}

// uncamel parts the words of "metaInfoAuthorList".
func uncamel(s string) string {
	var b strings.Builder
	lower := false
	for _, r := range s {
		if lower && unicode.IsUpper(r) {
			b.WriteByte('_')
		}
		lower = unicode.IsLower(r)
		b.WriteRune(r)
	}
	return b.String()
}

// aside reports whether an element is no part of the article: navigation, footers, side columns,
// comments, lists of further reading.
func aside(n *html.Node) bool {
	switch n.Data {
	case "nav", "footer", "aside":
		return true
	}
	mark := strings.ToLower(attr(n, "class") + " " + attr(n, "id"))
	for _, w := range []string{"related", "comment", "sidebar", "most-", "popular", "recommend", "newsletter", "footer"} {
		if strings.Contains(mark, w) {
			return n.Data != "body" && n.Data != "html"
		}
	}
	return false
}
