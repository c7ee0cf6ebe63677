package digest

import (
	"slices"
	"strings"
	"unicode"

	"newsvigil/text"
)

const (
	// exact is what an exact number or a name weighs, round a round number.
	exact = 2
	round = 1
	// leadLetters is how much of a text says what happened, in characters; a Hangul or Han one says about
	// as much as two Latin ones.
	leadLetters = 1000
)

// clues are what tells the event of a piece in any language.
type clues struct {
	concepts map[string]bool
	// told are the telling numbers and the names of the title and the lead, with what each weighs.
	told map[string]int
	// title are all counts of the title, small ones too; all those of the lead as well.
	title, all map[string]bool
	// names are how the names of told are written in Latin letters.
	names map[string]name
}

func read(title, body string, lexicon *text.Lexicon) clues {
	body = opening(body)
	c := clues{
		concepts: conceptsIn(title+"\n"+body, lexicon), told: make(map[string]int),
		title: make(map[string]bool), all: make(map[string]bool), names: make(map[string]name),
	}
	for _, n := range numbers(title) {
		c.title[n.key] = true
	}
	for _, n := range numbers(title + "\n" + body) {
		c.all[n.key] = true
		if n.weight > 0 {
			c.told[n.key] = n.weight
		}
	}
	for key, n := range names(title + "\n" + body) {
		c.told[key], c.names[key] = exact, n
	}
	return c
}

// opening is the beginning of a text, which says what happened.
func opening(s string) string {
	left := leadLetters
	for i, r := range s {
		left--
		if unicode.In(r, unicode.Hangul, unicode.Han) {
			left--
		}
		if left < 0 {
			return s[:i]
		}
	}
	return s
}

func conceptsIn(s string, lexicon *text.Lexicon) map[string]bool {
	out := make(map[string]bool)
	for _, hit := range lexicon.Find(s) {
		if len(hit.Words) > 0 {
			out[hit.Name] = true
		}
	}
	return out
}

// belittle takes out the names whose every word is common, and leaves those that the topic's lists hold, where
// they say that a piece is on the topic, half of their weight.
func (c clues) belittle(common func(word string) bool, listed *text.Lexicon) {
	for key, n := range c.names {
		if n.spelled == "" {
			continue
		}
		words := strings.Fields(strings.ToLower(n.spelled))
		switch {
		case !slices.ContainsFunc(words, func(w string) bool { return !common(w) }):
			delete(c.told, key)
		case len(conceptsIn(n.spelled, listed)) > 0:
			c.told[key] = round
		}
	}
}

// denies reports whether a piece has counts in its headline, and the other one says none of them: it tells of
// something else, or tells it otherwise.
func (c clues) denies(d clues) bool {
	for n := range c.title {
		if d.all[n] {
			return false
		}
	}
	return len(c.title) > 0
}
