package extract

import (
	"strings"
	"unicode"

	"golang.org/x/net/html"
)

// choose takes the better of two readings: a, which is the more precise as a rule, and b, which
// leaks more but misses less. machine is the body as the page or the feed carries it for machines, or
// empty. The measures come from 285 labelled pages.
func choose(a, b, machine reading) reading {
	sa, sb, sm := shingles(a.lines), shingles(b.lines), shingles(machine.lines)
	na, nb, nm := size(sa), size(sb), size(sm)
	if nm > 100 && nm > 2*max(na, nb) && replaces(machine.by, max(na, nb), max(common(sa, sm), common(sb, sm))) {
		return machine
	}
	if na == 0 || nb == 0 {
		if na == 0 {
			return b
		}
		return a
	}
	both := float64(common(sa, sb))
	ratio := float64(nb) / float64(na)
	switch {
	case na < 60 && ratio > 1.8:
		return b // a found only the head of the piece
	case ratio >= 1.8 && ratio <= 4 && both >= 0.85*float64(na):
		return b // b continues where a stopped, as on pages in several blocks
	case ratio >= 0.35 && ratio <= 0.92 && both >= 0.93*float64(nb):
		return b // what a has beyond b is most often no part of the piece
	case nm < 40 || f1(both, na, nb) >= alike:
		return a
	}
	withA, withB := f1(float64(common(sa, sm)), na, nm), f1(float64(common(sb, sm)), nb, nm)
	if withB > withA && (machine.by != readByScript || withB >= sameText) {
		return b
	}
	return a
}

// replaces reports whether a body for machines may stand in for a much shorter reading of the page, of
// found shingles, shared of which it has too. A script may hold several pieces: it counts where the page
// itself holds none. What the feed carries must begin with what the page shows: a video's page holds
// no piece.
func replaces(by string, found, shared int) bool {
	switch by {
	case readByScript:
		return found < 100
	case readByFeed:
		return found > 0 && 2*shared >= found
	}
	return true
}

// alike is the agreement of two readings from which on nobody else is asked.
const alike = 0.97

// sameText is the agreement with a reading from which on a script holds this piece and no other.
const sameText = 0.9

// disagree reports whether two readings differ, or both found little.
func disagree(a, b []string) bool {
	sa, sb := shingles(a), shingles(b)
	na, nb := size(sa), size(sb)
	return max(na, nb) < 100 || f1(float64(common(sa, sb)), na, nb) < alike
}

// shingles counts the runs of four words, the measure by which readings are compared.
func shingles(lines []string) map[string]int {
	words := strings.FieldsFunc(strings.Join(lines, "\n"), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_'
	})
	const run = 4
	bag := make(map[string]int, len(words))
	for i := 0; i+run <= len(words); i++ {
		bag[strings.Join(words[i:i+run], " ")]++
	}
	if len(words) > 0 && len(words) < run {
		bag[strings.Join(words, " ")]++
	}
	return bag
}

func size(bag map[string]int) int {
	n := 0
	for _, c := range bag {
		n += c
	}
	return n
}

// common counts the shingles that two bags share.
func common(a, b map[string]int) int {
	both := 0
	for s, n := range a {
		both += min(n, b[s])
	}
	return both
}

// f1 is the agreement of two bags of which both shingles are common, within 0 and 1.
func f1(both float64, a, b int) float64 {
	if a+b == 0 {
		return 0
	}
	return 2 * both / float64(a+b)
}

func parseSnippet(s string) *html.Node {
	if strings.TrimSpace(s) == "" {
		return nil
	}
	s = strings.ReplaceAll(html.UnescapeString(s), "\n", "<br>")
	root, err := html.Parse(strings.NewReader(s))
	if err != nil {
		return nil
	}
	return root
}
