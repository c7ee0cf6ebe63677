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
	// sampleWindow is how many shingles there are between two of the sample at most. Any 60 words hold
	// two windows side by side, so that an excerpt from anywhere shares two of the sample with its original.
	sampleWindow = (minWords - shingleWords + 1) / 2
)

// Fingerprint is what the index keeps of an article: a hash of its normalised text, and a sample of
// the hashes of its five-word runs: one in four of the first 120 words, and of all of it the lowest in
// every 28 side by side (winnowing; Schleimer, Wilkerson and Aiken 2003). The hashes of the sample are
// cut to 32 bits, which halves the index; a match is proved on the texts.
// A text of fewer than 60 words is hashed together with its title and gets no shingles, because
// captions and teasers repeat; one of fewer than 12 words gets nothing.
func Fingerprint(a news.Article) news.Fingerprint { return fingerprint(a.Title, text.Words(a.Text)) }

// fingerprint is Fingerprint of a text cut into words.
func fingerprint(title string, words []string) news.Fingerprint {
	f := news.Fingerprint{Words: len(words)}
	switch {
	case len(words) < minExact:
		return f
	case len(words) < minWords:
		f.Text = text.Hash(strings.Join(text.Words(title), " ") + "\n" + strings.Join(words, " "))
		return f
	}
	f.Text = text.Hash(strings.Join(words, " "))
	all := text.Shingles(words, shingleWords)
	for _, h := range all[:min(headWords, len(all))] {
		if h%sampleHead == 0 {
			f.Shingles = append(f.Shingles, short(h))
		}
	}
	for _, h := range winnow(all) {
		f.Shingles = append(f.Shingles, short(h))
	}
	slices.Sort(f.Shingles)
	f.Shingles = slices.Compact(f.Shingles)
	return f
}

// short cuts a hash to 32 bits, the highest of them repeated upwards: so it takes four bytes in a
// database that stores small signed numbers in few.
func short(h uint64) uint64 { return uint64(int64(int32(uint32(h)))) }

// winnow returns the lowest hash of every window of sampleWindow, each once.
func winnow(all []uint64) []uint64 {
	var out []uint64
	at := -1 // the lowest of the window before
	for end := sampleWindow; end <= len(all); end++ {
		start := end - sampleWindow
		switch {
		case at < start:
			at = start
			for i := start + 1; i < end; i++ {
				if all[i] <= all[at] {
					at = i
				}
			}
		case all[end-1] <= all[at]:
			at = end - 1
		default:
			continue
		}
		out = append(out, all[at])
	}
	return out
}

// runs is the set of all runs of n words of a text, sorted.
func runs(words []string, n int) []uint64 {
	s := text.Shingles(words, n)
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
