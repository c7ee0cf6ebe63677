package classify

import (
	"bytes"
	_ "embed" // the table
	"fmt"
)

// starterTable says how many of some thousand news pieces in English hold each of the commonest words and
// pairs of words; starter_test.go says of which pieces, and makes it. It holds counts and no prose.
//
//go:embed starter.tsv
var starterTable []byte

const (
	// starterUntil is how many stored pieces make the table superfluous.
	starterUntil = 1000
	// starterWorth is how many pieces the table counts for where none is stored: it comes from one outlet,
	// and tells common words from rare ones roughly.
	starterWorth = 200
)

// Starter is what is known of how common words are while only so many pieces are stored. It fades as they
// arrive, and from a thousand on nothing is left of it.
func Starter(stored int) (Frequencies, error) {
	if stored >= starterUntil {
		return Frequencies{}, nil
	}
	all, err := ReadFrequencies(bytes.NewReader(starterTable))
	if err != nil {
		return Frequencies{}, fmt.Errorf("read the table of common words: %w", err)
	}
	worth := starterWorth * (1 - float64(stored)/starterUntil) / float64(all.Articles)
	some := Frequencies{Articles: int(worth*float64(all.Articles) + 0.5), In: make(map[string]int, len(all.In))}
	for term, n := range all.In {
		if n := int(worth*float64(n) + 0.5); n > 0 {
			some.In[term] = n
		}
	}
	return some, nil
}
