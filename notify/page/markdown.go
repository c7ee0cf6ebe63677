package page

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode"

	"newsvigil/digest"
	"newsvigil/news"
	"newsvigil/text"
)

const (
	// longestTitle and longestName bound foreign words in Markdown, longestURL addresses, in characters.
	longestTitle = 300
	longestName  = 120
	longestWhy   = 600
	longestURL   = 3000
	// alsoNamed is how many other outlets of a story are named.
	alsoNamed = 8
)

// Marks that we set ourselves; those that outlets write are taken out by text.Clean.
const (
	isolate    = "\u2068"
	popIsolate = "\u2069"
	// joiner is invisible and keeps GitHub from reading @name as a person and :word: as an emoji.
	joiner = "\u2060"
)

// Markdown writes a brief as Markdown to paste into a report: a heading, a section a story, and below each
// its citation. It is CommonMark without tables or HTML, which reads well as plain text, too. Nothing
// foreign is markup in it: see escaped.
func Markdown(w io.Writer, b news.Brief, o Options) error {
	pieces := []string{BriefTop(b, o)}
	for i := range b.Stories {
		pieces = append(pieces, BriefStory(b, i, o))
	}
	if _, err := io.WriteString(w, strings.Join(pieces, "\n")); err != nil {
		return fmt.Errorf("write the brief: %w", err)
	}
	return nil
}

// BriefTop is what stands above the stories of a brief, as Markdown that ends with a line break; an empty line
// belongs behind it.
func BriefTop(b news.Brief, o Options) string {
	if o.Zone != nil {
		b.Since, b.Until = b.Since.In(o.Zone), b.Until.In(o.Zone)
	}
	b.Topic = short(b.Topic, longestName)
	top := "# " + escaped(digest.BriefHead(b)) + "\n\n" + escaped(digest.BriefLine(b))
	if len(b.Stories) > 0 {
		top += " " + escaped(digest.BriefQuoted(b.Language))
	}
	return top + "\n"
}

// BriefStory is the i-th story of a brief, counted from 0, as Markdown that ends with a line break; an empty
// line belongs behind it.
func BriefStory(b news.Brief, i int, o Options) string {
	k := b.Stories[i]
	if o.Zone != nil {
		b.Until = b.Until.In(o.Zone)
	}
	k.Outlet, k.Label, k.Title = short(k.Outlet, longestName), short(k.Label, longestName), short(digest.Untitled(k.Item), longestTitle)
	if link(k.URL) == "" {
		k.URL = "" // a citation names no other either
	}
	var s strings.Builder
	fmt.Fprintf(&s, "## %d. %s%s\n\n%s\n", i+1, linked(k.Title, k.URL), withdrawn(k.Withdrawn, b.Language), escaped(digest.Byline(k.Item, o.Zone, b.Language)))
	if gloss := escaped(short(k.Gloss, longestTitle)); gloss != "" {
		fmt.Fprintf(&s, "\n> “%s”\n", gloss)
	}
	s.WriteByte('\n')
	line := func(head, words string) {
		if words != "" {
			fmt.Fprintf(&s, "- %s: %s\n", escaped(head), words)
		}
	}
	line(digest.WhyHead(b.Language), escaped(short(digest.WhyBrief(k.Item, b.Language), longestWhy)))
	line(digest.AlsoHead(b.Language), alsoLinked(k.Item, b.Language))
	fmt.Fprintf(&s, "- %s\n", escaped(digest.KeptLine(k, b.Language)))
	line(digest.CiteHead(b.Language), Citation(b, k.Item))
	return s.String()
}

// Citation is the citation of a piece as Markdown: the outlet's name in italics, the address as a link.
func Citation(b news.Brief, it news.Item) string {
	it.Title, it.Outlet = short(digest.Untitled(it), longestTitle), short(it.Outlet, longestName)
	return digest.Citation(b, it, digest.Markup{
		Text: escaped,
		Work: func(s string) string { return "*" + escaped(s) + "*" },
		Link: func(s string) string {
			if s = link(s); s == "" {
				return ""
			}
			return "<" + s + ">"
		},
	})
}

// alsoLinked names the other outlets that carry a story, each a link where it may be one.
func alsoLinked(it news.Item, lang string) string {
	var names []string
	for _, a := range it.Also[:min(alsoNamed, len(it.Also))] {
		name := linked(short(a.Outlet, longestName), a.URL) + withdrawn(a.Withdrawn, lang)
		if note := digest.AlsoNote(a, it, lang); note != "" {
			name += " (" + escaped(note) + ")"
		}
		names = append(names, name)
	}
	if more := len(it.Also) - alsoNamed + it.MoreAlso; more > 0 && len(names) > 0 {
		names = append(names, fmt.Sprintf("+%d", more))
	}
	return strings.Join(names, ", ")
}

// linked is a name as a link, or the name alone where the address is not one to link to.
func linked(name, address string) string {
	if u := link(address); u != "" {
		return "[" + escaped(name) + "](" + u + ")"
	}
	return escaped(name)
}

// short is s cleaned and cut to n characters.
func short(s string, n int) string {
	r := []rune(text.Clean(s))
	if len(r) <= n {
		return string(r)
	}
	return strings.TrimRight(string(r[:n-1]), " ") + "…"
}

// inAddress writes what would end a Markdown link, or begin something else in it, as a server reads it.
var inAddress = strings.NewReplacer("(", "%28", ")", "%29", "<", "%3C", ">", "%3E", `"`, "%22", `\`, "%5C", "|", "%7C", "^", "%5E",
	"`", "%60", "{", "%7B", "}", "%7D", "[", "%5B", "]", "%5D", "*", "%2A", " ", "%20")

// link is an address that may stand in a Markdown link, between brackets of either kind; "" where it is none.
func link(raw string) string {
	u := safeLink(raw)
	if u == "" || len(u) > longestURL {
		return ""
	}
	scheme, rest, _ := strings.Cut(u, "://")
	if host, _, _ := strings.Cut(rest, "/"); strings.ContainsAny(host, "[]") {
		return "" // an address of numbers is no outlet's
	}
	return entity.ReplaceAllStringFunc(scheme+"://"+inAddress.Replace(rest), func(s string) string { return strings.TrimSuffix(s, ";") + "%3B" })
}

var (
	// entity matches what Markdown reads as one character.
	entity = regexp.MustCompile(`&#?[0-9A-Za-z]+;`)
	// address matches what GitHub and others make a link of by themselves.
	address = regexp.MustCompile(`(?i)(?:[a-z][a-z0-9+.-]*:/)/|www\.|(?:mailto|xmpp):`)
	// numbered matches the beginning of a numbered list.
	numbered = regexp.MustCompile(`^[0-9]+[.)]`)
)

// escaped is foreign text as Markdown that shows it as it is: on one line, without direction marks, and
// nothing in it is markup, a link, a formula or the name of a person or emoji on GitHub.
func escaped(s string) string {
	s = text.Clean(s)
	breaks := map[int]bool{} // a backslash belongs before these bytes
	for _, m := range address.FindAllStringIndex(s, -1) {
		breaks[m[0]+strings.LastIndexAny(s[m[0]:m[1]], ":.")] = true
	}
	for _, m := range entity.FindAllStringIndex(s, -1) {
		breaks[m[0]] = true
	}
	if m := numbered.FindStringIndex(s); m != nil {
		breaks[m[1]-1] = true
	}
	once := strings.Count(s, "$") == 1
	var b strings.Builder
	for i, r := range s {
		rest := s[i+len(string(r)):]
		price := once && rest != "" && '0' <= rest[0] && rest[0] <= '9' // one dollar before a number is no formula
		if strings.ContainsRune("\\`*_[]<>|~", r) || i == 0 && strings.ContainsRune("#+-=", r) || r == '$' && !price || breaks[i] {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
		if r == '@' && rest != "" && rest[0] != ' ' || r == ':' && names(rest) {
			b.WriteString(joiner)
		}
	}
	if strings.ContainsFunc(s, rightToLeft) {
		return isolate + b.String() + popIsolate
	}
	return b.String()
}

// names reports whether what follows a colon is the name of an emoji and a second colon.
func names(rest string) bool {
	end := strings.IndexFunc(rest, func(r rune) bool { return r == ':' || unicode.IsSpace(r) })
	return end > 0 && rest[end] == ':'
}

func rightToLeft(r rune) bool {
	return unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko, unicode.Adlam)
}
