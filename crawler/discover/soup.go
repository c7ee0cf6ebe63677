package discover

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

var (
	xmlName   = regexp.MustCompile(`^[\pL_][\pL\pN_.\-]*(?::[\pL_][\pL\pN_.\-]*)?$`)
	attribute = regexp.MustCompile(`([\pL_:][\pL\pN_.:\-]*)\s*=\s*("[^"]*"|'[^']*'|[^\s"'<>]+)`)
)

// wellFormed rewrites tag soup as XML that any parser accepts: document types, comments and
// processing instructions go, HTML entities become characters, stray < and & are escaped,
// attributes are quoted, unmatched end tags go and open elements are closed. Because document
// types go, no entity can be declared and none grows. After maxItems items the rest is left away;
// elements nested deeper than maxDepth are left away, their text stays.
func wellFormed(s string) string {
	w := &soup{in: s}
	w.out.Grow(len(s) + 64)
	w.out.WriteString(`<?xml version="1.0" encoding="UTF-8"?>`)
	for w.at < len(w.in) && !w.done {
		w.step()
	}
	for len(w.open) > 0 {
		w.pop()
	}
	return w.out.String()
}

// soup is the state of wellFormed.
type soup struct {
	in    string
	at    int
	out   strings.Builder
	open  []string
	items int
	done  bool
}

func (w *soup) step() {
	rest := w.in[w.at:]
	switch {
	case strings.HasPrefix(rest, "<!--"):
		w.skipPast("-->")
	case strings.HasPrefix(rest, "<![CDATA["):
		w.cdata()
	case strings.HasPrefix(rest, "<?"):
		w.skipPast("?>")
	case strings.HasPrefix(rest, "<!"):
		w.doctype()
	case rest[0] == '<':
		w.tag()
	default:
		n := strings.IndexByte(rest, '<')
		if n < 0 {
			n = len(rest)
		}
		if len(w.open) > 0 {
			w.text(rest[:n])
		}
		w.at += n
	}
}

func (w *soup) skipPast(end string) {
	n := strings.Index(w.in[w.at:], end)
	if n < 0 {
		w.at = len(w.in)
		return
	}
	w.at += n + len(end)
}

func (w *soup) cdata() {
	const start, end = "<![CDATA[", "]]>"
	body := w.in[w.at+len(start):]
	n := strings.Index(body, end)
	next := w.at + len(start) + n + len(end)
	if n < 0 {
		n, next = len(body), len(w.in)
	}
	if len(w.open) > 0 {
		w.out.WriteString(start)
		w.plain(body[:n])
		w.out.WriteString(end)
	}
	w.at = next
}

// doctype leaves out a declaration with its internal subset.
func (w *soup) doctype() {
	depth := 0
	for i := w.at; i < len(w.in); i++ {
		switch w.in[i] {
		case '[':
			depth++
		case ']':
			depth--
		case '>':
			if depth <= 0 {
				w.at = i + 1
				return
			}
		}
	}
	w.at = len(w.in)
}

// tag copies one start or end tag, or escapes a < that begins none.
func (w *soup) tag() {
	end := tagEnd(w.in[w.at:])
	inner := ""
	if end > 0 {
		inner = strings.TrimSpace(w.in[w.at+1 : w.at+end])
	}
	closing := strings.HasPrefix(inner, "/")
	name := strings.TrimPrefix(inner, "/")
	if n := strings.IndexAny(name, " \t\r\n/"); n >= 0 {
		name = name[:n]
	}
	if end < 0 || !xmlName.MatchString(name) {
		if len(w.open) > 0 {
			w.out.WriteString("&lt;")
		}
		w.at++
		return
	}
	w.at += end + 1
	if closing {
		w.close(name)
		return
	}
	w.start(name, inner)
}

func (w *soup) start(name, inner string) {
	if name == "item" || name == "entry" || strings.HasSuffix(name, ":item") || strings.HasSuffix(name, ":entry") {
		w.items++
		if w.items > maxItems {
			w.done = true
			return
		}
		w.close(name) // an item within an item is one after an item that was not closed
	}
	if n := len(w.open); n > 0 && leaf(name) && leaf(w.open[n-1]) {
		w.pop() // so is a title within a link
	}
	selfClosing := strings.HasSuffix(inner, "/")
	if len(w.open) >= maxDepth {
		return
	}
	w.out.WriteByte('<')
	w.out.WriteString(name)
	w.attributes(strings.TrimSuffix(inner[len(name):], "/"))
	if selfClosing {
		w.out.WriteString("/>")
		return
	}
	w.out.WriteByte('>')
	w.open = append(w.open, name)
}

// leaf reports whether an element holds text and nothing else in every kind of feed. An Atom title may
// hold markup, but none of these.
func leaf(name string) bool {
	switch strings.ToLower(name) {
	case "title", "link", "guid", "pubdate", "dc:date", "dc:creator", "updated", "published", "category", "comments", "id":
		return true
	}
	return false
}

func (w *soup) attributes(s string) {
	seen := make(map[string]bool)
	for _, m := range attribute.FindAllStringSubmatch(s, 30) {
		if seen[m[1]] || !xmlName.MatchString(m[1]) {
			continue
		}
		seen[m[1]] = true
		value := m[2]
		if value[0] == '"' || value[0] == '\'' {
			value = value[1 : len(value)-1]
		}
		w.out.WriteByte(' ')
		w.out.WriteString(m[1])
		w.out.WriteString(`="`)
		w.text(value)
		w.out.WriteByte('"')
	}
}

// close ends the innermost open element of that name with all that it holds.
func (w *soup) close(name string) {
	for i := len(w.open) - 1; i >= 0; i-- {
		if w.open[i] != name {
			continue
		}
		for len(w.open) > i {
			w.pop()
		}
		return
	}
}

func (w *soup) pop() {
	last := len(w.open) - 1
	w.out.WriteString("</" + w.open[last] + ">")
	w.open = w.open[:last]
}

// text writes character data: entities as characters, markup escaped, control characters left out.
func (w *soup) text(s string) {
	for {
		n := strings.IndexAny(s, `&<>"`)
		if n < 0 {
			w.plain(s)
			return
		}
		w.plain(s[:n])
		switch s[n] {
		case '<':
			w.out.WriteString("&lt;")
		case '>':
			w.out.WriteString("&gt;")
		case '"':
			w.out.WriteString("&quot;")
		case '&':
			n += w.entity(s[n:])
		}
		s = s[n+1:]
	}
}

// entity writes the reference at the head of s and gives the bytes it takes beyond the ampersand.
func (w *soup) entity(s string) int {
	end := strings.IndexByte(s[:min(len(s), 40)], ';')
	if end > 1 {
		ref := s[:end+1]
		if char := html.UnescapeString(ref); char != ref && !strings.ContainsAny(char, "&<>\"") {
			w.plain(char)
			return end
		} else if char == "&" || char == "<" || char == ">" || char == `"` {
			w.out.WriteString(html.EscapeString(char))
			return end
		}
	}
	w.out.WriteString("&amp;")
	return 0
}

// plain copies s without the characters that XML forbids.
func (w *soup) plain(s string) {
	clean := true
	for i := 0; i < len(s); i++ {
		if s[i] < 0x20 && s[i] != '\t' && s[i] != '\n' && s[i] != '\r' || s[i] == 0xEF {
			clean = false
			break
		}
	}
	if clean {
		w.out.WriteString(s)
		return
	}
	for _, r := range s {
		if r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			continue
		}
		w.out.WriteRune(r)
	}
}

// tagEnd is the index of the > that ends the tag at the head of s, minding quotes; -1 where there
// is none near by. A quote that never ends is no quote.
func tagEnd(s string) int {
	s = s[:min(len(s), 16<<10)]
	var quote byte
	plainEnd := -1
	for i := 1; i < len(s); i++ {
		c := s[i]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			} else if c == '>' && plainEnd < 0 {
				plainEnd = i
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i
		case c == '<':
			return plainEnd
		}
	}
	return plainEnd
}
