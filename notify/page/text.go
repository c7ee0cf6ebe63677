package page

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"newsvigil/digest"
	"newsvigil/news"
	"newsvigil/text"
)

// Colours of a terminal, as ANSI (ECMA-48) sequences.
const (
	bold  = "\x1b[1m"
	dim   = "\x1b[2m"
	blue  = "\x1b[34m"
	plain = "\x1b[0m"
)

// Text writes a digest for a terminal: the headline, the totals, the stories in the order of the
// digest with their addresses, then near misses and sources in trouble. Lines are broken at
// Options.Width columns, wide characters counting two; addresses are never broken.
func Text(w io.Writer, d news.Digest, o Options) error {
	if o.Width <= 0 {
		o.Width = 80
	}
	p := printer{o: o, d: d}
	p.line("", digest.Headline(d), bold)
	p.line("", digest.TotalsLine(d), dim)
	n := 0
	for _, it := range inFull(d.Lead) {
		n++
		p.blank()
		p.story(n, it, true)
	}
	if len(d.Lines) > 0 {
		p.head(digest.LinesHead(d.Language))
		for _, it := range d.Lines {
			n++
			p.story(n, it, false)
		}
	}
	if len(d.Rest) > 0 {
		p.head(digest.RestHead(d))
		for _, it := range d.Rest {
			n++
			p.story(n, it, false)
		}
	}
	if more := digest.MoreLine(d); more != "" {
		p.blank()
		p.line("", more, "")
	}
	if len(d.Near) > 0 {
		p.head(digest.NearHead(d))
		for _, it := range d.Near {
			p.near(it)
		}
	}
	if held := digest.QuarantinedLine(d); held != "" {
		p.blank()
		p.line("", held, "")
	}
	if len(d.Troubles) > 0 {
		p.head(digest.TroublesHead(d))
		for _, t := range d.Troubles {
			p.line("  ", digest.TroubleLine(t, d.Language), "")
		}
		if d.MoreTroubles > 0 {
			p.line("  ", fmt.Sprintf("… +%d", d.MoreTroubles), "")
		}
	}
	if _, err := io.WriteString(w, p.b.String()); err != nil {
		return fmt.Errorf("write the digest: %w", err)
	}
	return nil
}

type printer struct {
	b strings.Builder
	o Options
	d news.Digest
}

func (p *printer) blank() { p.b.WriteByte('\n') }

func (p *printer) head(title string) {
	p.blank()
	p.line("", title, bold)
}

// line writes one paragraph; its first line begins with first, the others with as many blanks.
func (p *printer) line(first, s, color string) {
	indent := strings.Repeat(" ", uniseg.StringWidth(first))
	lead := first
	for _, l := range wrap(text.Clean(s), p.o.Width-len(indent)) {
		if p.o.Color && color != "" {
			l = color + l + plain
		}
		p.b.WriteString(lead + l + "\n")
		lead = indent
	}
}

// address writes a link on a line of its own, whole, so that a terminal makes it clickable.
func (p *printer) address(indent, raw string) {
	if u := safeLink(raw); u != "" {
		if p.o.Color {
			u = blue + u + plain
		}
		p.b.WriteString(indent + u + "\n")
	}
}

// story writes an item with its number; one that is told in full has a bold title and all its reasons.
func (p *printer) story(n int, it news.Item, full bool) {
	const indent = "    "
	lang := p.d.Language
	color, why := "", digest.WhyBrief(it, lang)
	if full {
		color, why = bold, digest.Why(it, lang)
	}
	p.line(fmt.Sprintf("%2d. ", n), title(it, lang)+withdrawn(it.Withdrawn, lang), color)
	p.line(indent, digest.Byline(it, p.o.Zone, lang), "")
	if why != "" {
		p.line(indent, digest.WhyHead(lang)+": "+why, dim)
	}
	if also := alsoText(it, lang); also != "" {
		p.line(indent, digest.AlsoHead(lang)+": "+also, dim)
	}
	p.address(indent, it.URL)
	for _, a := range it.Foreign {
		p.line(indent, digest.ForeignHead(a, lang)+": "+a.Title+withdrawn(a.Withdrawn, lang)+" · "+a.Outlet, "")
		p.address(indent, a.URL)
	}
}

func (p *printer) near(it news.Item) {
	const indent = "    "
	p.line("  - ", title(it, p.d.Language)+withdrawn(it.Withdrawn, p.d.Language), "")
	p.line(indent, digest.Byline(it, p.o.Zone, p.d.Language), dim)
	if why := digest.WhyBrief(it, p.d.Language); why != "" {
		p.line(indent, digest.WhyHead(p.d.Language)+": "+why, dim)
	}
	p.address(indent, it.URL)
}

// title is an item's title, with the word for what it is where it is not simply new.
func title(it news.Item, lang string) string {
	if badge(it) {
		return "[" + digest.KindWord(it.Kind, lang) + "] " + it.Title
	}
	return it.Title
}

func alsoText(it news.Item, lang string) string {
	var names []string
	for _, a := range it.Also {
		name := a.Outlet
		if note := digest.AlsoNote(a, it, lang); note != "" {
			name += " (" + note + ")"
		}
		names = append(names, name)
	}
	if it.MoreAlso > 0 {
		names = append(names, fmt.Sprintf("+%d", it.MoreAlso))
	}
	return strings.Join(names, ", ")
}

// wrap breaks s where Unicode allows a line to break (UAX 14), at most width columns a line, but
// within a Korean word only where the word is longer than a line. What is longer than a line is
// broken between characters.
func wrap(s string, width int) []string {
	width = max(width, 16)
	var lines []string
	var line strings.Builder
	used := 0
	flush := func() {
		lines = append(lines, strings.TrimRight(line.String(), " "))
		line.Reset()
		used = 0
	}
	for _, segment := range segments(s) {
		fits := uniseg.StringWidth(strings.TrimRight(segment, " "))
		if used > 0 && used+fits > width {
			flush()
		}
		if fits <= width {
			line.WriteString(segment)
			used += uniseg.StringWidth(segment)
			continue
		}
		for g := uniseg.NewGraphemes(segment); g.Next(); {
			if used > 0 && used+g.Width() > width {
				flush()
			}
			line.WriteString(g.Str())
			used += g.Width()
		}
	}
	if line.Len() > 0 || len(lines) == 0 {
		flush()
	}
	return lines
}

// segments are the pieces of s between which a line may break, Korean words whole.
func segments(s string) []string {
	var out []string
	state := -1
	for len(s) > 0 {
		var segment string
		segment, s, _, state = uniseg.FirstLineSegmentInString(s, state)
		if n := len(out) - 1; n >= 0 {
			last, _ := utf8.DecodeLastRuneInString(out[n])
			first, _ := utf8.DecodeRuneInString(segment)
			if unicode.Is(unicode.Hangul, last) && unicode.Is(unicode.Hangul, first) {
				out[n] += segment
				continue
			}
		}
		out = append(out, segment)
	}
	return out
}
