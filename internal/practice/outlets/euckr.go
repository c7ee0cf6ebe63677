package outlets

import (
	_ "embed"
	"strconv"
	"strings"
)

// hangul are the 2,350 syllables of KS X 1001 in their order, which is that of rows 0xB0 to 0xC8.
//
//go:embed hangul.txt
var hangul string

// euckr encodes text as EUC-KR. What is neither ASCII nor one of the syllables becomes a numeric
// character reference, which HTML and XML readers resolve.
func euckr(s string) []byte {
	place := make(map[rune]int, 2350)
	for i, r := range []rune(strings.TrimSpace(hangul)) {
		place[r] = i
	}
	out := make([]byte, 0, len(s))
	for _, r := range s {
		i, ok := place[r]
		switch {
		case r < 0x80:
			out = append(out, byte(r))
		case ok:
			out = append(out, byte(0xB0+i/94), byte(0xA1+i%94))
		default:
			out = append(out, "&#"+strconv.Itoa(int(r))+";"...)
		}
	}
	return out
}
