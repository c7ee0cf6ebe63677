package text

import "unicode/utf8"

// longHan is the length in characters from on which a run of Han is no word but a clause.
const longHan = 5

// Words returns the folded words of s in order. A possessive 's is left off, abbreviations lose
// their points ("U.N." is "un"), hyphens part words. A run of Hangul or Kana is one word, and so is a run
// of up to four Han characters; a longer one, which is a clause without spaces, comes as its
// overlapping pairs, so that a changed character does not hide the rest of the clause.
func Words(s string) []string {
	out := make([]string, 0, len(s)/6+1)
	sc := scanner{s: plain(s)}
	for w, ok := sc.next(); ok; w, ok = sc.next() {
		if w.script == scriptHan && len(w.text) >= longHan*3 && utf8.RuneCountInString(w.text) >= longHan {
			eachPair(w.text, func(p string) { out = append(out, p) })
			continue
		}
		out = append(out, w.text)
	}
	return out
}

// eachPair calls f with every two neighbouring characters of s, or with s where it is one alone.
func eachPair(s string, f func(string)) {
	_, n := utf8.DecodeRuneInString(s)
	if n == len(s) {
		f(s)
		return
	}
	for start := 0; start+n < len(s); {
		_, m := utf8.DecodeRuneInString(s[start+n:])
		f(s[start : start+n+m])
		start, n = start+n, m
	}
}
