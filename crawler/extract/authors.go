package extract

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"newsvigil/news"
	"newsvigil/text"
)

var (
	bylineClass  = regexp.MustCompile(`(?i)(?:^|[\s_-])(?:by-?line|author|authors|writer|reporter|journalist|contributor)(?:[\s_-]?(?:name|names|info|link|by))?(?:$|[\s_-])`)
	bylineStart  = regexp.MustCompile(`(?i)^(?:written\s+)?(?:by|von|par|por|di)\s*:?\s+`)
	bylineEnd    = regexp.MustCompile(`(?i)\s*(?:(?:선임)?기자|특파원|칼럼니스트|논설위원|記者|[,|·•–—]\s*(?:staff|special|contributing|senior|chief)?\s*(?:reporter|writer|correspondent|editor|columnist)s?\b.*)$`)
	bylineSplit  = regexp.MustCompile(`(?i)\s*(?:[;|·•/、]|\s+(?:and|und|et|y|with|mit)\s+|\s&\s)\s*`)
	mailAddress  = regexp.MustCompile(`[\w.+-]+@[\w-]+\.[\w.]+`)
	notAName     = regexp.MustCompile(`(?i)^(?:admin|administrator|editor|editors|editorial|newsroom|staff|staff (?:writer|reporter)|unknown|guest|webmaster|redaktion|online|web ?desk|news ?desk|author|authors|follow|share|contact|posted|published|updated|n/a|null|none|undefined|views|(?:온라인|디지털|인터넷|국제|사회|정치)? ?(?:편집|뉴스|취재)(?:국|부|팀)|編集部)$`)
	reporterLine = regexp.MustCompile(`^(?:[\p{Hangul}]{2,4}\s*[·,]\s*)*[\p{Hangul}]{2,4}\s*(?:선임|인턴|수습|전문)?(?:기자|특파원|논설위원|칼럼니스트)$`)
	parenthesis  = regexp.MustCompile(`\s*[(\[（［][^)\]）］]*[)\]）］]`)
	houseEnd     = regexp.MustCompile(`^([^,]+ [^,]+),\s+\p{Lu}{3,5}$`)
	countEnd     = regexp.MustCompile(`(?i)(?:^|[\s|·,(])(?:(?:\d[\d.,]*\s*[km]?\s*)?(?:views|comments|shares|likes|replies)|\d[\d.,]*\s*[km]?\s*(?:view|comment|share|like|reply|reads?)|\d+[\s-]*min(?:ute)?s?\s+read|조회수?|댓글수?|추천수?|閲覧数?|コメント数?)\s*[:：]?\s*(?:\d[\d.,]*\s*[km만천]?\s*(?:회|건|개|件|回)?)?\)?$`)
	organisation = regexp.MustCompile(`(?i)https?://|www\.|\.(?:com|org|net)\b`)
)

// maxBylines bounds the marked elements that are read: each may hold the whole page.
const maxBylines = 50

// authors are the names the page gives: JSON-LD, meta elements, elements marked as a byline, a
// line that begins with "By"; else what the feed said.
func (d *document) authors() []string {
	said := [][]string{
		d.linked.authors,
		append(append(append([]string(nil), d.metas["author"]...), d.metas["article:author"]...), d.metas["parsely-author"]...),
		append(append(append([]string(nil), d.metas["dc.creator"]...), d.metas["byl"]...), d.metas["sailthru.author"]...),
	}
	for _, names := range said {
		if tidy := tidyAuthors(names, d.names); len(tidy) > 0 {
			return tidy
		}
	}
	if tidy := tidyAuthors(d.bylines(), d.names); len(tidy) > 0 {
		return tidy
	}
	return tidyAuthors(d.h.Candidate.Authors, d.names)
}

// bylines are the texts of elements marked as a byline, near the headline first; else the first
// short line that begins with "By".
func (d *document) bylines() []string {
	var line1 string
	tries := 0
	for n := d.p.Root; n != nil; {
		inside := n.Type != html.ElementNode || !aside(n) && n.Data != "head"
		if n.Type == html.ElementNode && inside && n.Data != "body" && n.Data != "html" {
			if tries < maxBylines && marksAuthor(n) {
				tries++
				if names := d.marked(n); len(names) > 0 {
					return names
				}
			}
			if line1 == "" && element(n, "p", "div", "span", "h2", "h3", "h4", "li", "td", "strong", "em") {
				if s := line(n, 200); byLine(s) {
					line1 = s
				}
			}
		}
		n = after(n, d.p.Root, inside)
	}
	if line1 == "" {
		return nil
	}
	return []string{line1}
}

// marked are the names in an element marked as a byline: those of the elements in it that are so
// marked themselves, because views and dates stand beside them, else its whole text.
func (d *document) marked(n *html.Node) []string {
	s := line(n, 300)
	if s == "" || utf8.RuneCountInString(s) > 100 {
		return nil
	}
	var within []string
	for c := n; c != nil; {
		inner := c != n && c.Type == html.ElementNode && marksAuthor(c)
		if inner {
			within = append(within, line(c, 300))
		}
		c = after(c, n, !inner)
	}
	if names := tidyAuthors(within, d.names); len(names) > 0 {
		return names
	}
	return tidyAuthors([]string{s}, d.names)
}

func marksAuthor(n *html.Node) bool {
	return bylineClass.MatchString(attr(n, "class")) || strings.EqualFold(attr(n, "itemprop"), "author") ||
		strings.Contains(" "+strings.ToLower(attr(n, "rel"))+" ", " author ")
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

// tidyAuthors splits, cleans and checks names: no addresses, no e-mail, not the outlet, no doubles.
func tidyAuthors(said, names []string) []string {
	var list []string
	for _, s := range said {
		if organisation.MatchString(s) {
			continue
		}
		s = mailAddress.ReplaceAllString(clean(s), "")
		s = withoutCounts(bylineStart.ReplaceAllString(strings.TrimSpace(s), ""))
		for _, name := range splitNames(s) {
			name = parenthesis.ReplaceAllString(name, "")
			name = strings.Trim(bylineEnd.ReplaceAllString(name, ""), " ,.:;|-–—/")
			name = houseEnd.ReplaceAllString(name, "$1")
			name = bylineStart.ReplaceAllString(name, "")
			if !isPerson(name, names) || slices.ContainsFunc(list, func(o string) bool { return strings.EqualFold(o, name) }) {
				continue
			}
			list = append(list, name)
		}
	}
	return list[:min(len(list), 20)]
}

// withoutCounts cuts off what counters print behind a name: "Views", "12 comments", "조회 3".
func withoutCounts(s string) string {
	for {
		cut := strings.TrimSpace(countEnd.ReplaceAllString(s, ""))
		if cut == s {
			return s
		}
		s = cut
	}
}

// splitNames splits a byline at conjunctions, and at commas where every part has two words:
// "Kim, Min-ji" is one name, "Kim Min-ji, Lee Jun" are two.
func splitNames(s string) []string {
	var list []string
	for _, part := range bylineSplit.Split(s, -1) {
		parts := strings.Split(part, ",")
		whole := len(parts) > 1
		for _, p := range parts {
			if len(strings.Fields(p)) < 2 && !wide(p) {
				whole = false
			}
		}
		if !whole {
			list = append(list, strings.TrimSpace(part))
			continue
		}
		for _, p := range parts {
			list = append(list, strings.TrimSpace(p))
		}
	}
	return list
}

func isPerson(s string, names []string) bool {
	count := utf8.RuneCountInString(s)
	if count < 2 || count > 60 || len(strings.Fields(s)) > 6 || notAName.MatchString(s) {
		return false
	}
	letters := 0
	for _, r := range s {
		switch {
		case unicode.IsDigit(r):
			return false
		case unicode.IsLetter(r):
			letters++
		}
	}
	if letters < 2 {
		return false
	}
	key := news.Slug(s)
	for _, name := range names {
		if bare(name) == strings.ReplaceAll(strings.TrimPrefix(key, "the-"), "-", "") {
			return false
		}
	}
	return text.Fold(s) != ""
}

// wide reports whether s is written in Hangul, Han or kana.
func wide(s string) bool {
	for _, r := range s {
		if unicode.In(r, unicode.Hangul, unicode.Han, unicode.Hiragana, unicode.Katakana) {
			return true
		}
	}
	return false
}
