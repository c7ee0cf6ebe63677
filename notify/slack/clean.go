package slack

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"newsvigil/text"
)

// Lengths in UTF-16 units, in which Slack counts.
const (
	maxTitle  = 180
	maxHeader = 150
	maxText   = 3000
	maxURL    = 3000
	maxOutlet = 60
	maxLabel  = 40
	maxWhy    = 300
	maxBrief  = 200 // of why, in a line
	maxDetail = 160
)

// Direction marks that we set ourselves; those that outlets write are taken out by clean.
const (
	isolate    = "\u2068"
	popIsolate = "\u2069"
	// joiner is invisible and keeps Slack from reading :word: as an emoji.
	joiner = "\u2060"
)

// clean makes foreign text fit to show: no control or direction characters, single spaces.
func clean(s string) string { return text.Clean(s) }

// units is the length of s in UTF-16 units.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}

// clip cuts s to at most n UTF-16 units, between graphemes, and marks the cut with an ellipsis. A
// single grapheme that is longer by itself (a letter under hundreds of accents) is cut within.
func clip(s string, n int) string {
	if units(s) <= n {
		return s
	}
	used, end := 0, 0
	for g := uniseg.NewGraphemes(s); g.Next(); {
		u := units(g.Str())
		if used+u > n-1 {
			break
		}
		used += u
		_, end = g.Positions()
	}
	if end == 0 {
		for i, r := range s {
			if used+max(1, utf16.RuneLen(r)) > n-1 {
				break
			}
			used += max(1, utf16.RuneLen(r))
			end = i + len(string(r))
		}
	}
	return strings.TrimRight(s[:end], " ") + "…"
}

// shown is a foreign title or name, cleaned, cut, and isolated where it runs from right to left.
func shown(s string, n int) string {
	s = clean(front(s, 16*n))
	if strings.ContainsFunc(s, rightToLeft) {
		return isolate + clip(s, n-2) + popIsolate
	}
	return clip(s, n)
}

// front is the start of s, at most n bytes and whole characters: enough of a text that is to be cut,
// however long an outlet makes it.
func front(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

func rightToLeft(r rune) bool {
	return unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko, unicode.Adlam)
}

// link returns an address that Slack takes, or "": absolute, http or https, with a host and without
// a name and password before it, at most 3,000 characters.
func link(raw string) string {
	if len(raw) > maxURL || strings.ContainsFunc(raw, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) || r == unicode.ReplacementChar }) {
		return ""
	}
	u, err := url.Parse(raw)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.User != nil {
		return ""
	}
	// String escapes what a page would: quotes, angle brackets, letters of other scripts in the path.
	s := u.String()
	if len(s) > maxURL || strings.ContainsAny(s, "<>|\"\\^`{}") {
		return ""
	}
	return s
}

// escape makes text safe for the message's `text`, which Slack parses.
func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(noEmoji(s))
}

// noEmoji puts an invisible joiner into every :word: that might name an emoji.
func noEmoji(s string) string {
	var b strings.Builder
	for i, r := range s {
		b.WriteRune(r)
		if r != ':' {
			continue
		}
		rest := s[i+1:]
		if end := strings.IndexFunc(rest, func(r rune) bool { return r == ':' || unicode.IsSpace(r) }); end > 0 && rest[end] == ':' {
			b.WriteString(joiner)
		}
	}
	return b.String()
}
