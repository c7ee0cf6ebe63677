package classify

import (
	"maps"
	"math"
	"slices"
	"strings"

	"newsvigil/news"
	"newsvigil/text"
)

// An exemplar is known by its terms alone, so the word lists cannot be looked up in its text. They
// are looked up in the terms instead: each spelling is made into terms the same way as a text is,
// and stands in the exemplar as often as the rarest of them.

// spelling is one entry of a word list as terms.
type spelling struct {
	terms []string
	// stem says that the last term is the beginning of one.
	stem bool
}

// list is a word list whose spellings are ready to be looked up among terms.
type list struct {
	name      string
	spellings []spelling
}

func listsOf(from []news.WordList) []list {
	lists := make([]list, len(from))
	for i, w := range from {
		lists[i].name = w.Name
		for _, s := range w.Any {
			if sp, ok := spellingOf(s); ok {
				lists[i].spellings = append(lists[i].spellings, sp)
			}
		}
	}
	return lists
}

// spellingOf keeps the longest terms of a spelling: of a phrase its word pairs, of a single word the
// word.
func spellingOf(s string) (spelling, bool) {
	bare, stem := strings.CutSuffix(strings.TrimSpace(s), "*")
	var words, pairs []string
	for _, t := range slices.Sorted(maps.Keys(text.Terms(bare))) {
		if strings.Contains(t, " ") {
			pairs = append(pairs, t)
		} else {
			words = append(words, t)
		}
	}
	if len(pairs) > 0 {
		words = pairs
	}
	return spelling{terms: words, stem: stem}, len(words) > 0
}

// count is how often the spelling stands in a text of these terms.
func (s spelling) count(terms map[string]int) int {
	least := math.MaxInt
	for _, t := range s.terms {
		n := terms[t]
		if s.stem {
			n = beginning(t, terms)
		}
		least = min(least, n)
	}
	return least
}

func beginning(stem string, terms map[string]int) int {
	n, pair := 0, strings.Contains(stem, " ")
	for t, c := range terms {
		if strings.HasPrefix(t, stem) && strings.Contains(t, " ") == pair {
			n += c
		}
	}
	return n
}

// count is how often spellings of the list stand in a text of these terms.
func (l list) count(terms map[string]int) int {
	n := 0
	for _, s := range l.spellings {
		n += s.count(terms)
	}
	return n
}
