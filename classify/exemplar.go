package classify

import (
	"maps"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"newsvigil/news"
	"newsvigil/text"
)

// NewExemplar makes an exemplar of what is known of a piece and of its body: the body's captions and
// link lists are left out, the rest becomes counts of words and word pairs. An unknown language is
// read from the body.
func NewExemplar(meta news.Exemplar, body string) news.Exemplar {
	body = prose(body)
	e := meta
	e.Title = text.Clean(meta.Title)
	e.Outlet = text.Clean(meta.Outlet)
	e.About = text.Clean(meta.About)
	e.Terms = text.Terms(body)
	if e.Language == "" {
		e.Language = text.Language(body, "")
	}
	return e
}

// linkList is how many short lines in a row, none of them ending like a sentence, are taken for a
// menu or a list of other headlines. A piece may well have one or two headings in a row, and a
// third below them; four are never prose.
const linkList = 4

// shortLine is the most characters a headline or menu entry has.
const shortLine = 110

// prose is the body without captions, addresses and lists of links.
func prose(body string) string {
	var kept, run []string
	flush := func() {
		if len(run) < linkList {
			kept = append(kept, run...)
		}
		run = run[:0]
	}
	for line := range strings.Lines(body) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || caption(line):
		case headline(line):
			run = append(run, line)
		default:
			flush()
			kept = append(kept, line)
		}
	}
	flush()
	return strings.Join(kept, "\n")
}

// caption reports lines that describe a picture, or hold nothing but an address.
func caption(line string) bool {
	if strings.ContainsAny(line, "©ⓒ") && utf8.RuneCountInString(line) < 400 {
		return true
	}
	first, _ := utf8.DecodeRuneInString(line)
	return strings.ContainsRune("△▲▽▼◀▶◁▷", first) || bareAddress.MatchString(line)
}

var bareAddress = regexp.MustCompile(`^<?(?:https?://|www\.)\S+$`)

// headline reports short lines that do not end like a sentence.
func headline(line string) bool {
	if utf8.RuneCountInString(line) > shortLine {
		return false
	}
	end := strings.TrimRightFunc(line, func(r rune) bool { return unicode.In(r, unicode.Pf, unicode.Pe) || r == '"' || r == '\'' })
	last, _ := utf8.DecodeLastRuneInString(end)
	return !strings.ContainsRune(".!?…:;。！？,，", last)
}

// sameTerms reports whether two exemplars were made of the same text.
func sameTerms(a, b news.Exemplar) bool { return maps.Equal(a.Terms, b.Terms) }
