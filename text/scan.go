package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// script is the way a run of characters is cut into words.
type script uint8

const (
	scriptNone   script = iota // not part of a word
	scriptLetter               // alphabets: a run is a word
	scriptDigit                // joins letters, and alone is a number
	scriptHangul               // a run is a word with its particles attached
	scriptHan                  // no spaces between words
	scriptKana                 // no spaces between words
)

// word is a run of one script in folded text.
type word struct {
	text   string
	script script // scriptDigit: a number alone
	glued  bool   // nothing stands between it and the word before
	fresh  bool   // it starts a clause: punctuation or a blank line stands before it
}

// scanner cuts plain text into words, one pass from left to right.
type scanner struct {
	s   string
	pos int
}

// next returns the next word; false at the end.
func (sc *scanner) next() (word, bool) {
	w := word{glued: sc.pos > 0, fresh: sc.pos == 0}
	breaks := 0
	for sc.pos < len(sc.s) {
		r, n := sc.peek()
		k := scriptOf(r)
		if k != scriptNone {
			w.script = k
			start := sc.pos
			sc.pos += n
			w.text = sc.run(start, &w)
			return w, true
		}
		w.glued = false
		switch {
		case r == '\n':
			if breaks++; breaks > 1 {
				w.fresh = true
			}
		case r == ' ' || r == '\t' || r == '\r' || r == '-' || r == '\'' || r == '/' || r == 0x2010 || r == 0x2011:
		case unicode.IsSpace(r) || unicode.IsMark(r):
		case r == '.' && sc.initial():
		default:
			w.fresh = true
		}
		sc.pos += n
	}
	return word{}, false
}

func (sc *scanner) peek() (rune, int) {
	if c := sc.s[sc.pos]; c < utf8.RuneSelf {
		return rune(c), 1
	}
	return utf8.DecodeRuneInString(sc.s[sc.pos:])
}

// initial reports whether the point at pos follows a letter that stands alone, as in "N. Korea":
// then it ends no sentence.
func (sc *scanner) initial() bool {
	p := sc.pos
	if p == 0 || scriptOf(rune(sc.s[p-1])) != scriptLetter {
		return false
	}
	return p == 1 || scriptOf(rune(sc.s[p-2])) == scriptNone && sc.s[p-2] < utf8.RuneSelf
}

// run reads on to the end of the word that began at start.
func (sc *scanner) run(start int, w *word) string {
	switch w.script {
	case scriptHangul, scriptHan, scriptKana:
		for sc.pos < len(sc.s) {
			r, n := sc.peek()
			if scriptOf(r) != w.script {
				break
			}
			sc.pos += n
		}
		return sc.s[start:sc.pos]
	}
	letters, commas := w.script == scriptLetter, false
	for sc.pos < len(sc.s) {
		r, n := sc.peek()
		k := scriptOf(r)
		if k == scriptLetter || k == scriptDigit {
			letters = letters || k == scriptLetter
			sc.pos += n
			continue
		}
		if k == scriptNone && r >= 0x300 && unicode.IsMark(r) {
			sc.pos += n
			continue
		}
		if !sc.joins(start, r) {
			break
		}
		commas = commas || r == ','
		sc.pos += n
	}
	if letters {
		w.script = scriptLetter
	}
	t := sc.s[start:sc.pos]
	if letters && len(t) > 1 && t[1] == '.' && t[0] >= 'a' {
		return strings.ReplaceAll(t, ".", "")
	}
	if commas {
		t = strings.ReplaceAll(t, ",", "")
	}
	return strings.TrimSuffix(t, "'s")
}

// joins reports whether the mark r at pos stands inside a word: an apostrophe between letters, a
// comma or point between digits, a point between the single letters of an abbreviation.
func (sc *scanner) joins(start int, r rune) bool {
	if r != '\'' && r != '.' && r != ',' || sc.pos+1 >= len(sc.s) {
		return false
	}
	before := scriptOf(rune(sc.s[sc.pos-1]))
	after, _ := utf8.DecodeRuneInString(sc.s[sc.pos+1:])
	next := scriptOf(after)
	switch r {
	case '\'':
		return next == scriptLetter && before != scriptNone
	case ',':
		return before == scriptDigit && next == scriptDigit
	}
	if before == scriptDigit && next == scriptDigit {
		return true
	}
	return before == scriptLetter && next == scriptLetter && sc.abbreviates(start)
}

// abbreviates reports whether the text from start to the point at pos, and what follows it, are
// single ASCII letters with points between them: "u.n".
func (sc *scanner) abbreviates(start int) bool {
	for i := start; i < sc.pos; i++ {
		if odd := (i-start)%2 == 1; odd != (sc.s[i] == '.') {
			return false
		}
	}
	if (sc.pos-start)%2 != 1 {
		return false
	}
	if sc.pos+2 >= len(sc.s) {
		return true
	}
	r, _ := utf8.DecodeRuneInString(sc.s[sc.pos+2:])
	k := scriptOf(r)
	return k != scriptLetter && k != scriptDigit
}

// scriptOf says how r takes part in words.
func scriptOf(r rune) script {
	switch {
	case r < utf8.RuneSelf:
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z':
			return scriptLetter
		case '0' <= r && r <= '9':
			return scriptDigit
		}
		return scriptNone
	case r < 0x1100:
	case r >= 0xac00 && r <= 0xd7a3, r >= 0x1100 && r <= 0x11ff, r >= 0x3131 && r <= 0x318e:
		return scriptHangul
	case r >= 0x4e00 && r <= 0x9fff, r >= 0x3400 && r <= 0x4dbf, r == 0x3005, r == 0x3007, r >= 0xf900 && r <= 0xfaff, r >= 0x20000 && r <= 0x3ffff:
		return scriptHan
	case r >= 0x3041 && r <= 0x3096, r >= 0x30a1 && r <= 0x30fa, r == 0x30fc, r >= 0x31f0 && r <= 0x31ff:
		return scriptKana
	}
	switch {
	case unicode.IsLetter(r):
		return scriptLetter
	case unicode.IsDigit(r):
		return scriptDigit
	}
	return scriptNone
}
