package when

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// kind is the kind of a token.
type kind uint8

const (
	number kind = iota + 1
	letters
	mark
)

// token is a number, a run of letters or one mark. Spaces are no tokens, but a token knows whether one stood
// before it.
type token struct {
	kind   kind
	text   string
	value  int64 // of a number of up to 18 digits
	spaced bool
	end    int // where it ends in the text
}

// lex cuts folded text into tokens. Letters of different scripts are different tokens, and every
// Hangul run is one: "오후7시" is three tokens.
func lex(s string) []token {
	out := make([]token, 0, 16)
	spaced := false
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		start := i
		switch {
		case unicode.IsSpace(r) || unicode.Is(unicode.Cf, r):
			spaced = true
			i += n
			continue
		case '0' <= r && r <= '9':
			for i < len(s) && '0' <= s[i] && s[i] <= '9' {
				i++
			}
			t := token{kind: number, text: s[start:i], spaced: spaced, end: i}
			for j := start; j < i && j < start+18; j++ {
				t.value = t.value*10 + int64(s[j]-'0')
			}
			out = append(out, t)
		case unicode.IsLetter(r):
			i = wordEnd(s, i)
			text := strings.ReplaceAll(s[start:i], ".", "")
			out = append(out, token{kind: letters, text: text, spaced: spaced, end: i})
		default:
			i += n
			out = append(out, token{kind: mark, text: s[start:i], spaced: spaced, end: i})
		}
		spaced = false
	}
	return out
}

// wordEnd is where the run of letters that starts at i ends; "a.m." and "p.m." are one run.
func wordEnd(s string, i int) int {
	for _, m := range []string{"a.m.", "p.m.", "a.m", "p.m"} {
		if strings.HasPrefix(s[i:], m) {
			return i + len(m)
		}
	}
	first, _ := utf8.DecodeRuneInString(s[i:])
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		if !unicode.IsLetter(r) && !unicode.IsMark(r) || east(r) != east(first) {
			break
		}
		i += n
	}
	return i
}

// east reports whether r is a Hangul, Han or Kana character.
func east(r rune) bool { return r >= 0x3040 && r <= 0xd7a3 }
