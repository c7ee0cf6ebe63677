package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// unaccented takes off what some writers write and others leave out: accents of Latin and Greek letters,
// vowel signs and hamzas of Arabic, points of Hebrew. Turkish dotted and dotless i are one letter here,
// because capitals do not tell them apart without knowing the language. Letters of which the mark makes
// another letter, such as Cyrillic й, stay. The text must be folded.
func unaccented(s string) string {
	if !mayHaveAccents(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		if !accentable(r) {
			b.WriteRune(r)
			continue
		}
		if plain, ok := spelled[r]; ok {
			b.WriteString(plain)
			continue
		}
		for _, part := range norm.NFD.String(string(r)) {
			if !unicode.Is(unicode.Mn, part) {
				b.WriteRune(part)
			}
		}
	}
	return b.String()
}

// spelled are letters that do not come apart, and the Arabic line that only stretches a word.
var spelled = map[rune]string{'ı': "i", 'ł': "l", 'ø': "o", 'đ': "d", 'ß': "ss", 'æ': "ae", 'œ': "oe", 'ё': "е", 'ى': "ي", 'ـ': ""}

// mayHaveAccents looks at first bytes only, which is enough to pass by English and Korean.
func mayHaveAccents(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= 0xc3 && c <= 0xcf || c == 0xd1 || c >= 0xd6 && c <= 0xd9 || c == 0xe1 {
			return true
		}
	}
	return false
}

func accentable(r rune) bool {
	return r >= 0xc0 && r < 0x400 || r == 'ё' || r >= 0x591 && r < 0x700 || r >= 0x1e00 && r < 0x2000
}

// aligned is a text in the letters of unaccented, lower case, and where in the original each of its
// bytes comes from.
type aligned struct {
	original, text string
	at             []int // nil where the text has as many bytes as the original, one for one
}

func align(original string) aligned {
	if !mayHaveAccents(original) {
		if lower := strings.ToLower(original); len(lower) == len(original) {
			return aligned{original: original, text: lower}
		}
	}
	var b strings.Builder
	at := make([]int, 0, len(original)+1)
	for i, r := range original {
		if r < utf8.RuneSelf || cjk(r) {
			b.WriteRune(foldRuneOr(r))
		} else {
			b.WriteString(unaccented(strings.ToLower(string(r))))
		}
		for len(at) < b.Len() {
			at = append(at, i)
		}
	}
	return aligned{original, b.String(), append(at, len(original))}
}

// foldRuneOr is foldRune, with a space for what is invisible.
func foldRuneOr(r rune) rune {
	if f := foldRune(r); f >= 0 {
		return f
	}
	return ' '
}

// gapsAsSpaces is a with every plain hyphen as a space, as matches of phrases have it.
func (a aligned) gapsAsSpaces() aligned {
	a.text = strings.ReplaceAll(a.text, "-", " ")
	return a
}

// from is what bytes i to j of the text are in the original.
func (a aligned) from(i, j int) string {
	if a.at != nil {
		i, j = a.at[i], a.at[j]
	}
	return a.original[i:j]
}
