package dedup

import (
	"slices"
	"strings"

	"newsvigil/news"
	"newsvigil/text"
)

// Lengths in words, as text.Words counts them.
const (
	shingleWords = 5   // a shingle is a run of so many words
	minWords     = 60  // below, a piece is too short for anything but exact rules
	minExact     = 12  // below, not even an equal text says that two pieces are the same
	headWords    = 120 // the head of a text is sampled more densely
	sampleHead   = 4   // one shingle in four within the head
	sampleRest   = 16  // one in sixteen after it
)

// Fingerprint is what the index keeps of an article: a hash of its normalised text, and a sample of
// the hashes of its five-word runs, denser in the first 120 words so that short excerpts are found.
// A text of fewer than 60 words is hashed together with its title and gets no shingles, because
// captions and teasers repeat; one of fewer than 12 words gets nothing.
func Fingerprint(a news.Article) news.Fingerprint {
	words := text.Words(a.Text)
	f := news.Fingerprint{Words: len(words)}
	switch {
	case len(words) < minExact:
		return f
	case len(words) < minWords:
		f.Text = text.Hash(strings.Join(text.Words(a.Title), " ") + "\n" + strings.Join(words, " "))
		return f
	}
	f.Text = text.Hash(strings.Join(words, " "))
	for i, h := range text.Shingles(words, shingleWords) {
		if h%sampleHead == 0 && (i < headWords || h%sampleRest == 0) {
			f.Shingles = append(f.Shingles, h)
		}
	}
	slices.Sort(f.Shingles)
	f.Shingles = slices.Compact(f.Shingles)
	return f
}

// allShingles is the set of all five-word runs of a text, sorted.
func allShingles(words []string) []uint64 {
	s := text.Shingles(words, shingleWords)
	slices.Sort(s)
	return slices.Compact(s)
}

// common counts the hashes that two sorted sets share.
func common(a, b []uint64) int {
	n := 0
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] == b[0]:
			n, a, b = n+1, a[1:], b[1:]
		case a[0] < b[0]:
			a = a[1:]
		default:
			b = b[1:]
		}
	}
	return n
}
