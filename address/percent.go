package address

import "strings"

const hexDigits = "0123456789ABCDEF"

// normalPercent brings percent-encoding to the normal form of RFC 3986 sections 6.2.2.1 and 6.2.2.2:
// hex digits in capitals, nothing encoded that needs no encoding. A % that encodes nothing is
// encoded itself, and so is what lies outside ASCII.
func normalPercent(s string) string { return percent(s, true) }

// fixPercent only encodes what would make an address unreadable to net/url.
func fixPercent(s string) string { return percent(s, false) }

func percent(s string, normal bool) string {
	if !strings.ContainsRune(s, '%') && plainASCII(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 8)
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '%' && i+2 < len(s) && hex(s[i+1]) >= 0 && hex(s[i+2]) >= 0:
			v := byte(hex(s[i+1])<<4 | hex(s[i+2]))
			switch {
			case !normal:
				b.WriteString(s[i : i+3])
			case unreserved(v):
				b.WriteByte(v)
			default:
				escape(&b, v)
			}
			i += 2
		case c == '%' || c <= ' ' || c >= 0x7f:
			escape(&b, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func escape(b *strings.Builder, c byte) {
	b.WriteByte('%')
	b.WriteByte(hexDigits[c>>4])
	b.WriteByte(hexDigits[c&15])
}

func plainASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] <= ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// hex is the value of a hex digit, -1 for any other byte.
func hex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// unreserved are the characters that RFC 3986 section 2.3 says never to encode.
func unreserved(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '.' || c == '_' || c == '~'
}
