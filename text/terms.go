package text

import (
	"strings"
	"unicode/utf8"
)

// Terms counts what a piece is about: its words, stemmed lightly and without stop words and
// numbers or accents, and the pairs "a b" of such words that stand side by side within a clause. Hangul, Han
// and Kana are counted as pairs of neighbouring characters, which beat whole words with their
// particles.
func Terms(s string) map[string]int { return count(s, false) }

// SingleTerms is Terms without its pairs of words, in half the time.
func SingleTerms(s string) map[string]int { return count(s, true) }

func count(s string, single bool) map[string]int {
	t := terms{counts: make(map[string]int, len(s)/8+8), single: single}
	sc := scanner{s: unaccented(plain(s))}
	for w, ok := sc.next(); ok; w, ok = sc.next() {
		t.add(w)
	}
	return t.counts
}

// terms is the count so far, and the word that the next one may pair with.
type terms struct {
	counts map[string]int
	last   string
	single bool // no pairs are wanted
}

func (t *terms) add(w word) {
	if w.fresh {
		t.last = ""
	}
	switch w.script {
	case scriptDigit:
		t.last = ""
	case scriptLetter:
		t.letters(w.text)
	default:
		t.last = ""
		t.characters(w)
	}
}

func (t *terms) letters(w string) {
	if _, n := utf8.DecodeRuneInString(w); n == len(w) || Stopword(w) {
		t.last = ""
		return
	}
	w = stem(w)
	t.counts[w]++
	if t.last != "" && !t.single {
		t.counts[t.last+" "+w]++
	}
	t.last = w
}

// characters counts a run of Hangul, Han or Kana. A character alone counts unless it is attached to
// a Latin word or a number, where it is a particle or a counter.
func (t *terms) characters(w word) {
	if _, n := utf8.DecodeRuneInString(w.text); n == len(w.text) {
		if w.glued || Stopword(w.text) || w.script == scriptKana {
			return
		}
	} else if Stopword(w.text) {
		return
	}
	eachPair(w.text, func(p string) { t.counts[p]++ })
}

// stem takes English plural and possessive endings off a folded word. It is light on purpose: what
// it leaves is still a word that an admin recognises.
func stem(w string) string {
	w = strings.TrimSuffix(w, "'")
	n := len(w)
	if n < 4 || w[n-1] != 's' {
		return w
	}
	switch w[n-2] {
	case 's', 'u', 'i', '\'':
		return w
	}
	if w == "news" || w == "series" || w == "species" {
		return w
	}
	if w[n-2] != 'e' || n < 5 {
		return w[:n-1]
	}
	switch head := w[:n-2]; {
	case strings.HasSuffix(head, "i") && n > 5:
		return w[:n-3] + "y"
	case strings.HasSuffix(head, "ss"), strings.HasSuffix(head, "x"), strings.HasSuffix(head, "sh"), strings.HasSuffix(head, "ch"):
		return head
	}
	return w[:n-1]
}
