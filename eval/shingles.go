package eval

import (
	"regexp"
	"strings"
)

// wordRun is what Python's \w+ matches, which the article extraction benchmark counts words by:
// letters and numbers of any script and the underscore. Go's own \w knows ASCII only.
var wordRun = regexp.MustCompile(`[\pL\pN_]+`)

// shingleWords is how many words in a row are compared.
const shingleWords = 4

// shingles is the bag of a text's runs of four words, as they are written; of a shorter text the one
// shorter run, of an empty one nothing.
func shingles(s string) map[string]int {
	words := wordRun.FindAllString(s, -1)
	bag := make(map[string]int, len(words))
	if n := len(words); n > 0 && n < shingleWords {
		bag[strings.Join(words, " ")]++
	}
	for i := 0; i+shingleWords <= len(words); i++ {
		bag[strings.Join(words[i:i+shingleWords], " ")]++
	}
	return bag
}

// overlap is precision and recall of the shingles of what was read, in the manner of the article
// extraction benchmark (github.com/scrapinghub/article-extraction-benchmark). Two empty texts agree.
func overlap(want, got string) (precision, recall float64) {
	a, b := shingles(want), shingles(got)
	both, wanted, read := 0, 0, 0
	for s, n := range a {
		both += min(n, b[s])
		wanted += n
	}
	for _, n := range b {
		read += n
	}
	if wanted == 0 && read == 0 {
		return 1, 1
	}
	return ratio(float64(both), float64(read)), ratio(float64(both), float64(wanted))
}
