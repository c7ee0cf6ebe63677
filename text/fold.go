package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Clean makes a title or name fit to show: control characters and the characters that turn the
// direction of writing are taken out, every run of white space becomes one space, and the ends are
// trimmed. Letters, capitals and punctuation stay as they are; invalid UTF-8 becomes U+FFFD.
func Clean(s string) string {
	if isClean(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r) || r == '\u200b':
			gap = true
			continue
		case hidden(r):
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte(' ')
		}
		gap = false
		b.WriteRune(r)
	}
	return b.String()
}

// isClean reports whether Clean would change nothing, as is so of most texts; it sees fewer than there are.
func isClean(s string) bool {
	space := true // before the text, too
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c >= 0x7f || c == ' ' && space {
			return false
		}
		space = c == ' '
	}
	return !space || s == ""
}

// hidden reports whether a title is better off without r. The joiners U+200C and U+200D stay:
// Persian, the Indic scripts and many emoji are spelled with them.
func hidden(r rune) bool {
	if r == '\u200c' || r == '\u200d' {
		return false
	}
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r)
}

// Fold makes two spellings of one text equal: NFKC, lower case, straight quotes, no invisible
// characters, single spaces, trimmed. Folding twice changes nothing.
func Fold(s string) string {
	s = plain(s)
	if isClean(s) {
		return s
	}
	var b strings.Builder
	for word := range strings.FieldsSeq(s) {
		if b.Len() == 0 {
			b.Grow(len(s))
		} else {
			b.WriteByte(' ')
		}
		b.WriteString(word)
	}
	return b.String()
}

// plain is Fold without its care for spaces, which the scanner of words does not need.
func plain(s string) string {
	if ascii(s) {
		return strings.ToLower(s)
	}
	if out, ok := quick(s); ok {
		return out
	}
	return thorough(s)
}

// thorough folds any text.
func thorough(s string) string {
	s = strings.Map(foldRune, norm.NFKC.String(s))
	if !norm.NFKC.IsNormalString(s) {
		// A few capitals are composed while their small letters are not, and taking out an
		// invisible character may bring a letter and its accent together.
		s = norm.NFKC.String(s)
	}
	return s
}

// quick folds text of the characters that news is mostly made of, several times faster than thorough and
// with the same result; ok is false where there are others.
func quick(s string) (out string, ok bool) {
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if r := foldRune(rune(c)); r >= 0 {
				b.WriteByte(byte(r))
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		i += n
		switch {
		case steady(r):
			b.WriteString(s[i-n : i])
		case r == 0xa0 || r == 0x3000:
			b.WriteByte(' ')
		case r == '…':
			b.WriteString("...")
		case r >= 0xff01 && r <= 0xff5e: // full-width ASCII
			b.WriteRune(foldRune(r - 0xfee0))
		case r >= 0xc0 && r < 0x130 && r != 0xd7 && r != 0xf7, r >= 0x400 && r < 0x460, r >= 0x2013 && r <= 0x201f && r != 0x2017:
			b.WriteRune(foldRune(r))
		default:
			return "", false
		}
	}
	return b.String(), true
}

// steady reports whether folding leaves r as it is, whatever stands beside it.
func steady(r rune) bool {
	return r >= 0xac00 && r <= 0xd7a3 || r >= 0x4e00 && r <= 0x9fff || r >= 0x3041 && r <= 0x3096 || r >= 0x30a1 && r <= 0x30fa ||
		r == 0x30fc || r == 0x00b7 || r >= 0x3001 && r <= 0x3002 || r >= 0x3008 && r <= 0x3011 || r >= 0x25a0 && r <= 0x25ff
}

func ascii(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf || s[i] < ' ' && s[i] != '\n' && s[i] != '\t' && s[i] != '\r' {
			return false
		}
	}
	return true
}

// foldRune is the lower-case, straight form of r, or -1 where r is invisible.
func foldRune(r rune) rune {
	if r < utf8.RuneSelf {
		switch {
		case 'A' <= r && r <= 'Z':
			return r + 'a' - 'A'
		case r < ' ' && r != '\n' && r != '\t' && r != '\r' && r != '\v' && r != '\f' || r == 0x7f:
			return -1
		}
		return r
	}
	switch r {
	case '‘', '’', '‚', '‛', 'ʼ', '′', '＇', '`', '´':
		return '\''
	case '“', '”', '„', '‟', '«', '»', '″', '＂':
		return '"'
	}
	if r < 0x300 || r > 0x2000 && r < 0x2070 || r >= 0xd800 && r < 0xff00 {
		if r != 0x85 && unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
	} else if unicode.Is(unicode.Cf, r) {
		return -1
	}
	if cjk(r) {
		return r
	}
	return unicode.ToLower(r)
}

// cjk is a quick test for the scripts without capitals that make up most Korean, Japanese and
// Chinese text.
func cjk(r rune) bool { return r >= 0x3040 && r <= 0xd7a3 && (r < 0xa000 || r >= 0xac00) }
