package dedup

import (
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"newsvigil/news"
	"newsvigil/text"
)

// A title may carry its part in a series. The first pattern says so in words or brackets; the second
// is a numeral at the end, which says so only between two pieces of one outlet. A plain number after
// a space is none: "toll rises to 12" and "toll rises to 15" are two reports of one event.
var (
	namedPart = regexp.MustCompile(`(?i)\b(?:part|pt\.?|episode|ep\.?|chapter|installment)\s*(\d{1,3}|[ivx]{1,5}|one|two|three|four|five|six|seven|eight|nine|ten)\b` +
		`|[(<\[〈《【（]\s*(?:part\s*)?(\d{1,2}|[ivx]{1,5}|[상중하완])(?:\s*(?:/|of)\s*\d{1,2})?\s*[)>\]〉》】）]` +
		`|제\s?(\d{1,3})\s?(?:부|편|회|탄|화)` +
		`|(?:^|[\s,·-])(\d{1,2})\s?(?:부|편|탄)$` +
		`|([①-⑳]|[❶-❿]|[Ⅰ-Ⅻ])|\s(\d{1,2})/\d{1,2}$`)
	barePart = regexp.MustCompile(`(?i)(?:\s*[,:;#–—-]\s*(\d{1,2})|[\s,:;#–—-]+(i{2,3}|iv|vi{0,3}|ix|x))$`)
)

// part is a title taken apart: what stands before and after the number of the part.
type part struct {
	before, after, number string
}

// heading is a title read once for many comparisons.
type heading struct {
	source        string
	named, bare   part
	isNamed, ends bool
}

func headingOf(a news.Article) heading {
	h := heading{source: a.Source}
	h.named, h.isNamed = split(a.Title, namedPart)
	h.bare, h.ends = split(a.Title, barePart)
	return h
}

// otherPart reports whether two pieces are different parts of one series: their titles differ only
// in the number of the part, or go on differently after it. Such pieces share an introduction, and
// often most of their words, and are still two pieces.
func otherPart(a, b heading) bool {
	x, y, certain := a.named, b.named, a.isNamed || b.isNamed
	oneOutlet := a.source == b.source
	if !certain && oneOutlet {
		x, y, certain = a.bare, b.bare, a.ends || b.ends
	}
	if !certain || x.number == y.number {
		return false
	}
	if x.before == y.before && x.after == y.after {
		return true
	}
	return oneOutlet && a.isNamed && b.isNamed && x.before == y.before && strings.Contains(x.before, " ")
}

// split takes a title apart at the number of its part. A title without one is read as part 1.
func split(title string, pattern *regexp.Regexp) (part, bool) {
	title = strings.TrimSpace(title)
	m := pattern.FindStringSubmatchIndex(title)
	if m == nil {
		return part{before: bare(title), number: "1"}, false
	}
	for g := 2; g < len(m); g += 2 {
		if m[g] >= 0 {
			return part{before: bare(title[:m[0]]), after: bare(title[m[1]:]), number: ordinal(title[m[g]:m[g+1]])}, true
		}
	}
	return part{}, false
}

// bare are the words of a piece of a title, without case and punctuation.
func bare(s string) string { return strings.Join(text.Words(s), " ") }

// ordinal folds the ways of writing a part's number; one that is not known stands for itself.
func ordinal(s string) string {
	s = strings.ToLower(norm.NFKC.String(s))
	if n, err := strconv.Atoi(s); err == nil {
		return strconv.Itoa(n)
	}
	for i, names := range [...]string{"i one 상 ❶", "ii two ❷", "iii three ❸", "iv four ❹", "v five ❺", "vi six ❻", "vii seven ❼", "viii eight ❽", "ix nine ❾", "x ten ❿"} {
		for name := range strings.FieldsSeq(names) {
			if s == name {
				return strconv.Itoa(i + 1)
			}
		}
	}
	return s
}
