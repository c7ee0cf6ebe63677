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

// explain fills in what the score is made of: the concepts with their shares, and the terms that weigh
// most, as they are written in the piece. A term is left out where it is a part of another one, or of a
// facet's or concept's word that was found and so stands among the reasons already; it counts with the
// rest then. Concepts, terms and rest are the score.
func (m *Model) explain(s *news.Score, a news.Article, d document) {
	r := &s.Reasons
	byID, rest := map[int32]float64{}, s.Value
	if s.Value > 0 { // else nothing adds to it: it is muted, say
		for _, x := range m.ranker.shares(d) {
			byID[x.id] = x.value
		}
	}
	for i := range r.Facets {
		r.Facets[i].Told = told(r.Facets[i], m.topic.Facets[i], m.topic.Language)
	}
	for i, c := range m.topic.Concepts {
		h := d.hits.concepts[i]
		if len(h.Words) == 0 {
			continue
		}
		h.Told, h.Share = told(h, c, m.topic.Language), byID[m.reader.vocabulary.concepts[i]]
		rest -= h.Share
		r.Concepts = append(r.Concepts, h)
	}
	ids := m.heaviest(d, byID)
	if len(ids) == 0 {
		r.Rest = rest
		return
	}
	words := text.Words(a.Title + "\n" + a.Text)
	said := saidWords(d.hits)
	var shown []term
	for _, id := range ids {
		if s := surface(m.reader.vocabulary.terms[id], words); s != "" && !said.all(s) {
			shown = append(shown, term{s, byID[id]})
		}
	}
	for _, t := range whollyOwn(shown) {
		r.Terms, r.Shares = append(r.Terms, t.name), append(r.Shares, t.share)
		rest -= t.share
	}
	r.Rest = rest
}

// term is a term as it is written, and what it adds to the score.
type term struct {
	name  string
	share float64
}

// mostTold is how many words of a list are named.
const mostTold = 3

// told is a hit in the topic's language: the list's name, and the words that showed it, in square
// brackets what readers of the language cannot read. Where the name itself is of another language, the
// list's first spelling in theirs takes its place. It is empty where no word was found and the name will do.
func told(h news.Hit, list news.WordList, language string) string {
	name := list.Name
	if news.Foreign(name, language) {
		for _, s := range list.Any {
			if bare := strings.TrimSuffix(s, "*"); !news.Foreign(bare, language) {
				name = bare
				break
			}
		}
	}
	if len(h.Words) == 0 && name == list.Name {
		return ""
	}
	var own, foreign []string
	forms := h.Forms()
	for _, w := range forms[:min(mostTold, len(forms))] {
		switch {
		case strings.EqualFold(w, name) || slices.Contains(own, w) || slices.Contains(foreign, w):
		case news.Foreign(w, language):
			foreign = append(foreign, w)
		default:
			own = append(own, w)
		}
	}
	if len(own) > 0 {
		name += " (" + strings.Join(own, ", ") + ")"
	}
	if len(foreign) > 0 {
		name += " [" + strings.Join(foreign, ", ") + "]"
	}
	return name
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

// heaviest are the ids of the piece's terms that may be shown, those that add most to the score first.
func (m *Model) heaviest(d document, share map[int32]float64) []int32 {
	held := m.ranker.all.query.exemplars
	least := float64(min(shownFrom, len(m.topic.Exemplars)))
	var ids []int32
	most := 0.0
	for _, p := range d.postings {
		if share[p.id] > 0 && held[p.id] >= least && m.collection.telling(p.id) {
			ids = append(ids, p.id)
			most = max(most, share[p.id])
		}
	}
	slices.SortFunc(ids, func(a, b int32) int { return cmp.Or(cmp.Compare(share[b], share[a]), cmp.Compare(a, b)) })
	ids = ids[:min(termsTried, len(ids))]
	return slices.DeleteFunc(ids, func(id int32) bool { return share[id] < most*worthShowing })
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
func whollyOwn(terms []term) []term {
	var kept []term
	for i, t := range terms {
		same := func(o term) bool { return o.name == t.name }
		within := func(o term) bool { return o.name != t.name && strings.Contains(o.name, t.name) }
		if !slices.ContainsFunc(terms[:i], same) && !slices.ContainsFunc(terms, within) {
			kept = append(kept, t)
		}
	}
	return kept[:min(mostTerms, len(kept))]
}
