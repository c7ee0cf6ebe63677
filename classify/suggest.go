package classify

import (
	"bytes"
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"newsvigil/news"
	"newsvigil/text"
)

// Suggestion is a word that might belong into a list of the topic.
type Suggestion struct {
	// Word is a word or a pair of words, as a list may hold it.
	Word string
	// List is the name of the facet or concept that the word is proposed for, and Facet says which.
	List  string
	Facet bool
	// On and Off count the pieces on the topic, exemplars among them, and off it that hold the word.
	On, Off int
	weight  float64
}

const (
	// leastOn is in how many pieces on the topic a word must stand before it is proposed.
	leastOn = 2
	// mostOff is the share of pieces off the topic that may hold it, compared with that of those on it.
	mostOff = 0.25
	// mostCommon is the same for ordinary news of all kinds, of which far more is known than of the few
	// pieces that people judged at first.
	mostCommon = 0.05
	// leastLift is by how much a word must raise the odds of a concept's words to be proposed for it.
	leastLift = 1.5
)

// hearing is the pieces by which words are proposed.
type hearing struct {
	model *Model
	lists []news.WordList // facets, then concepts
	// on and off are how many pieces there are; words is by word what is known of it.
	on, off int
	words   map[string]*heard
	// held counts by list the pieces on the topic that hold it.
	held []int
	// parts are the terms of what the lists hold.
	parts map[string]bool
	// ordinary says how common words are in news of all kinds.
	ordinary Frequencies
}

// heard is what is known of a word: the pieces that hold it, and by list how many of those on the topic
// hold the list too, and how many lack it.
type heard struct {
	on, off    int
	with, lack []int
}

// Suggest proposes words for facets and concepts: those that stand in pieces on the topic, the topic's
// exemplars among them, much more often than in pieces off it, much more often than in news of all kinds, and that no list holds yet. A word of
// pieces that lack a facet is proposed for that facet, others for the concept they stand beside most
// often, else for the last facet. The best n come first; all where n < 1. They are for a person to judge:
// word lists that were mined without being looked at make the scores worse.
func (m *Model) Suggest(pieces []Labelled, n int) []Suggestion {
	h := &hearing{model: m, lists: slices.Concat(m.topic.Facets, m.topic.Concepts), words: map[string]*heard{}}
	h.held, h.parts = make([]int, len(h.lists)), partsOf(h.lists)
	if all, err := ReadFrequencies(bytes.NewReader(starterTable)); err == nil { // the table is a part of the program, and its tests read it
		h.ordinary = all
	}
	known := listsOf(h.lists)
	for _, e := range m.topic.Exemplars {
		has := make([]bool, len(h.lists))
		for i, l := range known {
			has[i] = l.count(e.Terms) > 0
		}
		h.hear(e.Terms, has, true)
	}
	for _, p := range pieces {
		whole := p.Article.Title + "\n\n" + p.Article.Text
		found := m.reader.lexicon.Find(whole)
		has := make([]bool, len(h.lists))
		for i := range has {
			has[i] = len(found[i].Words) > 0
		}
		h.hear(sayable(whole), has, p.Like)
	}
	all := h.proposals()
	if n < 1 || n > len(all) {
		n = len(all)
	}
	return all[:n]
}

// sayable are the terms of a text that a person could write into a list: words and pairs of words, and
// in Hangul whole words, of which terms are the pairs of syllables.
func sayable(s string) map[string]int {
	terms := text.Terms(s)
	for w := range terms {
		if isCharacters(w) {
			delete(terms, w)
		}
	}
	for _, w := range text.Words(s) {
		if n := utf8.RuneCountInString(w); isCharacters(w) && 2 <= n && n <= 6 {
			terms[w]++
		}
	}
	return terms
}

func isCharacters(w string) bool {
	r, _ := utf8.DecodeRuneInString(w)
	return r >= 0x1100 && !isLatin(r)
}

func (h *hearing) hear(terms map[string]int, has []bool, on bool) {
	if on {
		h.on++
		for i, yes := range has {
			if yes {
				h.held[i]++
			}
		}
	} else {
		h.off++
	}
	for w := range terms {
		x := h.words[w]
		if x == nil {
			x = &heard{with: make([]int, len(h.lists)), lack: make([]int, len(h.lists))}
			h.words[w] = x
		}
		if !on {
			x.off++
			continue
		}
		x.on++
		for i, yes := range has {
			if yes {
				x.with[i]++
			} else {
				x.lack[i]++
			}
		}
	}
}

// proposals are the words worth a look, the best first.
func (h *hearing) proposals() []Suggestion {
	var all []Suggestion
	for w, x := range h.words {
		shareOn, shareOff := float64(x.on)/float64(max(1, h.on)), float64(x.off)/float64(max(1, h.off))
		if x.on < leastOn || shareOff > mostOff*shareOn || h.common(w) > mostCommon*shareOn || h.listed(w) {
			continue
		}
		s := Suggestion{Word: w, On: x.on, Off: x.off}
		s.weight = float64(x.on)*math.Log((shareOn+0.01)/(shareOff+0.01)) + learnedShare*h.model.queryWeight(w)
		s.List, s.Facet = h.placeOf(x)
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b Suggestion) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(b.On, a.On), cmp.Compare(a.Word, b.Word))
	})
	return slices.DeleteFunc(all, func(s Suggestion) bool { // a word that stands in a pair with the same counts says no more
		return slices.ContainsFunc(all, func(o Suggestion) bool {
			return o.Word != s.Word && o.On == s.On && o.Off == s.Off && slices.Contains(strings.Fields(o.Word), s.Word)
		})
	})
}

// learnedShare is how much it counts that the model learned a word from the exemplars: enough to decide
// where few pieces are known.
const learnedShare = 0.1

func (m *Model) queryWeight(term string) float64 {
	if id, ok := m.reader.vocabulary.id[term]; ok {
		return m.ranker.all.query.weight[id]
	}
	return 0
}

func partsOf(lists []news.WordList) map[string]bool {
	parts := map[string]bool{}
	for _, l := range lists {
		for _, s := range l.Any {
			for term := range text.Terms(strings.TrimSuffix(s, "*")) {
				parts[term] = true
			}
		}
	}
	return parts
}

// common is the share of ordinary news that holds a word.
func (h *hearing) common(w string) float64 {
	return float64(h.ordinary.In[w]) / float64(max(1, h.ordinary.Articles))
}

// listed reports whether a list holds the word already, or phrases that it is a piece of.
func (h *hearing) listed(w string) bool {
	all := true
	for one := range strings.FieldsSeq(w) {
		all = all && (h.parts[one] || h.parts[strings.TrimSuffix(one, "n")]) // the people's name as its country's
	}
	if all {
		return true
	}
	for _, hit := range h.model.reader.lexicon.Find(w) {
		if len(hit.Words) > 0 {
			return true
		}
	}
	return false
}

// placeOf is the list that a word is proposed for.
func (h *hearing) placeOf(x *heard) (name string, facet bool) {
	facets := len(h.model.topic.Facets)
	for i := range facets {
		if 2*x.lack[i] > x.on {
			return h.lists[i].Name, true
		}
	}
	best, most := -1, leastLift
	for i := facets; i < len(h.lists); i++ {
		expected := float64(h.held[i]) / float64(max(1, h.on))
		if lift := float64(x.with[i]) / float64(x.on) / (expected + 0.05); lift > most {
			best, most = i, lift
		}
	}
	switch {
	case best >= 0:
		return h.lists[best].Name, false
	case facets > 0:
		return h.lists[facets-1].Name, true
	case len(h.lists) > 0:
		return h.lists[0].Name, false
	}
	return "", true
}
