package classify

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"newsvigil/news"
	"newsvigil/text"
)

const (
	// mostTerms is how many shared terms are shown.
	mostTerms = 6
	// termsTried is how many are looked at to find them.
	termsTried = 24
	// worthShowing is the share of the best term's weight below which a term explains nothing.
	worthShowing = 0.1
	// shownFrom is how many exemplars must hold a term before it is shown: what only one of them
	// holds is often a name from a masthead.
	shownFrom = 2
)

// reasons are the terms of the query that weigh most in the piece, as they are written there. A term
// is left out where it is a part of another one, or of a facet's or concept's word that was found and
// so stands among the reasons already.
func (m *Model) reasons(a news.Article, d document) []string {
	ids := m.heaviest(d)
	if len(ids) == 0 {
		return nil
	}
	words := text.Words(a.Title + "\n" + a.Text)
	said := saidWords(d.hits)
	var shown []string
	for _, id := range ids {
		if s := surface(m.reader.vocabulary.terms[id], words); s != "" && !said.all(s) {
			shown = append(shown, s)
		}
	}
	return whollyOwn(shown)
}

// spoken are the words of facets and concepts that were found, folded; a stem keeps its star.
type spoken []string

func saidWords(f found) spoken {
	var said spoken
	for _, h := range slices.Concat(f.facets, f.concepts) {
		for _, w := range h.Words {
			said = append(said, strings.Fields(text.Fold(w))...)
		}
	}
	return said
}

// all reports whether every word of a term stands among the spoken ones.
func (said spoken) all(term string) bool {
	for w := range strings.FieldsSeq(term) {
		if !slices.ContainsFunc(said, func(s string) bool {
			stem, open := strings.CutSuffix(s, "*")
			return open && strings.HasPrefix(w, stem) || stemsTo(w, s) || stemsTo(s, w)
		}) {
			return false
		}
	}
	return true
}

// heaviest are the ids of the piece's query terms that may be shown, the heaviest first.
func (m *Model) heaviest(d document) []int32 {
	type term struct {
		id     int32
		weight float64
	}
	q := m.ranker.all.query
	var terms []term
	for _, p := range d.postings {
		least := min(shownFrom, len(m.topic.Exemplars))
		if w := q.weight[p.id]; w > 0 && int(q.exemplars[p.id]) >= least && m.collection.telling(p.id) {
			terms = append(terms, term{p.id, w * saturated(p.tf, d.length, m.ranker.all.typical)})
		}
	}
	slices.SortFunc(terms, func(a, b term) int { return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.id, b.id)) })
	var ids []int32
	for _, t := range terms[:min(termsTried, len(terms))] {
		if t.weight < terms[0].weight*worthShowing {
			break
		}
		ids = append(ids, t.id)
	}
	return ids
}

// surface is how a term is written among the words of a piece; "" where it is not found, which
// happens only where words and terms are cut differently.
func surface(term string, words []string) string {
	one, two, pair := strings.Cut(term, " ")
	for i, w := range words {
		if !stemsTo(w, one) {
			continue
		}
		if !pair {
			return tidy(w)
		}
		if i+1 < len(words) && stemsTo(words[i+1], two) {
			return tidy(w) + " " + tidy(words[i+1])
		}
	}
	return ""
}

// tidy takes the possessive ending off.
func tidy(w string) string { return strings.TrimSuffix(strings.TrimSuffix(w, "'s"), "'") }

// stemsTo reports whether a word has this stem. Hangul, Han and Kana have pairs of characters for
// stems.
func stemsTo(word, stem string) bool {
	if word == stem {
		return true
	}
	r, _ := utf8.DecodeRuneInString(stem)
	if r >= 0x1100 && !isLatin(r) {
		return strings.Contains(word, stem)
	}
	if head := stem[:len(stem)-min(1, len(stem)-1)]; !strings.HasPrefix(word, head) {
		return false
	}
	return text.Terms(word)[stem] > 0
}

// isLatin reports letters of the alphabets that are stemmed rather than cut into pairs.
func isLatin(r rune) bool { return r < 0x2e80 && (r < 0x1100 || r > 0x11ff) }

// whollyOwn keeps the first mostTerms terms of which none is a part of another.
func whollyOwn(terms []string) []string {
	var kept []string
	for i, t := range terms {
		others := slices.Concat(terms[:i], terms[i+1:])
		if slices.Contains(terms[:i], t) {
			continue
		}
		if !slices.ContainsFunc(others, func(o string) bool { return o != t && strings.Contains(o, t) }) {
			kept = append(kept, t)
		}
	}
	return kept[:min(mostTerms, len(kept))]
}
