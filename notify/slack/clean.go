package slack

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"golang.org/x/net/idna"

	"newsvigil/text"
)

// Lengths in UTF-16 units, in which Slack counts.
const (
	maxTitle  = 180
	maxHeader = 150
	maxText   = 3000
	// maxTextBytes bounds what takes more than a byte a letter: a change of a message (chat.update) was seen
	// refused where its text has more than 4,000 bytes, though 4,000 characters are documented.
	maxTextBytes = 3900
	maxURL       = 3000
	maxOutlet    = 60
	maxLabel     = 40
	maxWhy       = 300
	maxBrief     = 200 // of why, in a line
	maxDetail    = 160
)

// Direction marks that we set ourselves; those that outlets write are taken out by clean.
const (
	isolate    = "\u2068"
	popIsolate = "\u2069"
	// blank are letters that show nothing: fillers of Korean and Braille.
	blank = "\u115f\u1160\u3164\uffa0\u2800 "
	// colon looks like one, and keeps Slack from reading :word: as an emoji.
	colon = "\u2236"
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
	if strings.Trim(s, blank) == "" {
		return ""
	}
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
	if u.Host = ascii(u.Host); u.Host == "" {
		return ""
	}
	// String escapes what a page would in the path, and leaves the query as it was written.
	s := escapeURL(u.String())
	if len(s) > maxURL {
		return ""
	}
	return s
}

// ascii is a host as it is looked up, with its port; "" where it is no host at all.
func ascii(host string) string {
	name, port := host, ""
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasSuffix(host, "]") {
		name, port = host[:i], host[i:]
	}
	if strings.HasPrefix(name, "[") || !strings.ContainsFunc(name, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return host
	}
	name, err := idna.Lookup.ToASCII(name)
	if err != nil {
		return ""
	}
	return name + port
}

// escapeURL percent-encodes what may not stand in an address.
func escapeURL(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c > '~' || strings.IndexByte("<>|\"\\^`{}", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// escape makes text safe for the message's `text`, which Slack parses: nothing in it is a link, an emoji or
// a call to everybody.
func escape(s string) string {
	s = noHost(noEmoji(noAddress(callToAll.ReplaceAllString(s, "＠$1"))))
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// callToAll matches what would call all members of a channel, were it read so.
var callToAll = regexp.MustCompile(`(?i)@(channel|here|everyone)\b`)

// noAddress keeps an address that stands in a text from being a link, or from passing for one.
func noAddress(s string) string { return strings.ReplaceAll(s, "://", colon+"//") }

// named is what is written on a link to an address: a title that is an address itself must not pass for
// where the link leads.
func named(title, address string) string {
	title = noAddress(title)
	if bare := strings.Trim(title, isolate+popIsolate); hostName.MatchString(bare) {
		if u, err := url.Parse(address); err == nil && !strings.EqualFold(u.Hostname(), bare) {
			return "“" + title + "”"
		}
	}
	return title
}

// hostName matches what looks like the name of a host.
var hostName = regexp.MustCompile(`^[\p{L}\d-]+(\.[\p{L}\d-]+)*\.\p{L}{2,}$`)

// minutes matches a time of day before a colon, which would make the minutes the name of an emoji.
var minutes = regexp.MustCompile(`(\d:\d\d): `)

// noEmoji changes the second colon of every :word: that might name an emoji.
func noEmoji(s string) string {
	s = minutes.ReplaceAllString(s, "$1, ")
	var b strings.Builder
	behind := -1 // letters behind the last colon with no space among them; -1 where there is none
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			behind = -1
		case r == ':' && behind <= 0:
			behind = 0
		case behind >= 0:
			behind++
			if r == ':' {
				b.WriteString(colon)
				continue
			}
		}
		b.WriteRune(r)
	}
	return b.String()
}
