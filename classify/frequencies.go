package classify

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"newsvigil/news"
	"newsvigil/text"
)

// Frequencies says how many of so many pieces hold each term. It grows by adding, so that what is known
// of ordinary language outlives the texts it was learned from. The zero value knows nothing.
type Frequencies struct {
	// Articles is the number of pieces.
	Articles int
	// In is in how many of them each term of text.Terms stands.
	In map[string]int
}

// mostFrequencies bounds the terms that are remembered, to some 20 MB. Nine in ten terms of a large
// collection are word pairs that stand in one piece, and are worth forgetting first.
const mostFrequencies = 200_000

// Add counts the terms of a piece, title and text, each once.
func (f *Frequencies) Add(a news.Article) {
	terms := text.Terms(bodyOf(a))
	for term := range text.Terms(a.Title) {
		terms[term]++
	}
	f.Articles++
	for term := range terms {
		f.count(term, 1)
	}
	f.forget(mostFrequencies)
}

// Join adds what another table knows, which must be of other pieces.
func (f *Frequencies) Join(other Frequencies) {
	f.Articles += other.Articles
	for term, n := range other.In {
		f.count(term, n)
	}
	f.forget(mostFrequencies)
}

func (f *Frequencies) count(term string, n int) {
	if f.In == nil {
		f.In = map[string]int{}
	}
	f.In[strings.Clone(term)] += n // without the text that it was cut from
}

// forget drops the rarest terms where there are more than most, until half as many are left: terms counted
// once, then twice, and so on, as lossy counting does (Manku & Motwani, "Approximate Frequency Counts over
// Data Streams", 2002). A model takes a term that is not there for a rare one, which it is.
func (f *Frequencies) forget(most int) {
	if len(f.In) <= most {
		return
	}
	for least := 2; len(f.In) > most/2; least++ {
		maps.DeleteFunc(f.In, func(_ string, n int) bool { return n < least })
	}
	f.In = maps.Clone(f.In) // a map that was large stays so
}

// Write writes the table as text: the number of pieces, then a line a term with its count, sorted by
// term. ReadFrequencies reads it.
func (f Frequencies) Write(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintln(b, f.Articles)
	for _, term := range slices.Sorted(maps.Keys(f.In)) {
		fmt.Fprintf(b, "%d\t%s\n", f.In[term], term)
	}
	return b.Flush()
}

// ReadFrequencies reads what Write wrote. The error names the line that is wrong.
func ReadFrequencies(r io.Reader) (Frequencies, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return Frequencies{}, fmt.Errorf("read the term frequencies: %w", err)
	}
	// All terms are parts of one text, and the map is made at its size: a model waits for it.
	table := string(data)
	f := Frequencies{In: make(map[string]int, strings.Count(table, "\n"))}
	n := 0
	for line := range strings.Lines(table) {
		n++
		count, term, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		number, err := strconv.Atoi(count)
		if err == nil && (number < 0 || n > 1 && (number < 1 || number > f.Articles || term == "")) {
			err = errors.New("no count of pieces and term")
		}
		if err != nil {
			return Frequencies{}, fmt.Errorf("read line %d of the term frequencies: %w", n, err)
		}
		if n == 1 {
			f.Articles = number
		} else {
			f.In[term] = number
		}
	}
	return f, nil
}
