package slack

import (
	"cmp"
	"fmt"
	"strings"

	"newsvigil/digest"
	"newsvigil/news"
)

// fallback says a message in words, for notifications and screen readers. It is not shown where the
// blocks are, so what does not fit is cut.
func fallback(d news.Digest, s sheet, w words, level int) string {
	b := budget{limit: maxText}
	if level >= levelAlone {
		b.limit /= 3
	}
	if s.page == 1 {
		b.add(clip(clean(digest.Headline(d)), maxHeader) + ".")
		b.add(clean(digest.TotalsLine(d)))
	} else if len(s.rest) > 0 {
		b.add(s.numbered(restHead(d, s)) + ".")
	}
	n := 0
	for _, it := range s.lead {
		n++
		sentence := fmt.Sprintf("%d. %s — %s.", n, title(it), outlet(it))
		if why := w.why(it); why != "" {
			sentence += " " + why + "."
		}
		b.add(sentence)
		b.addForeign(it, w)
	}
	for _, it := range append(append([]news.Item(nil), s.lines...), s.rest...) {
		n++
		b.add(fmt.Sprintf("%d. %s — %s.", n, title(it), outlet(it)))
		b.addForeign(it, w)
	}
	if len(s.near) > 0 {
		b.add(nearHead(d, s) + ".")
	}
	for _, it := range s.near {
		b.add(fmt.Sprintf("%s — %s.", title(it), outlet(it)))
	}
	if s.page == 1 && s.threaded > 0 {
		b.add(digest.InThread(s.threaded, w.lang))
	}
	return b.String()
}

// plain is the message of last resort, shown as it is: a line a story, with its address. What has
// no room is counted.
func plain(d news.Digest, s sheet, w words) string {
	b := budget{sep: "\n", limit: maxText - footRoom/2}
	if s.page == 1 {
		b.add(clip(clean(digest.Headline(d)), maxHeader))
		b.add(clean(digest.TotalsLine(d)))
	}
	left := 0
	for _, list := range [][]news.Item{s.lead, s.lines, s.rest} {
		for _, it := range list {
			if left > 0 || !b.addLine(it, w) {
				left++
			}
		}
	}
	if len(s.near) > 0 {
		b.add(nearHead(d, s))
	}
	for _, it := range s.near {
		if !b.addLine(it, w) {
			break
		}
	}
	for _, t := range d.Troubles[:min(maxTroubles, len(d.Troubles))] {
		if s.page == 1 {
			b.add(troubleText(t, w))
		}
	}
	b.limit = maxText
	if s.page == 1 {
		left += s.more
		if s.threaded > 0 {
			b.add(digest.InThread(s.threaded, w.lang))
		}
	}
	if left > 0 {
		b.add(moreLine(d, left))
	}
	return b.String()
}

// budget gathers sentences up to a length in UTF-16 units, counted as they will be sent: escaped.
type budget struct {
	strings.Builder
	sep   string // between sentences; a space where empty
	limit int
	used  int
}

// add escapes a sentence, cleaned already, and adds it if it fits whole.
func (b *budget) add(s string) bool { return b.put(escape(s)) }

func (b *budget) put(s string) bool {
	sep := ""
	if b.Len() > 0 {
		sep = cmp.Or(b.sep, " ")
	}
	n := units(sep) + units(s)
	if s == "" || b.used+n > b.limit {
		return false
	}
	b.WriteString(sep + s)
	b.used += n
	return true
}

// addForeign adds the stories in other languages as sentences.
func (b *budget) addForeign(it news.Item, w words) {
	for _, a := range it.Foreign {
		b.add(fmt.Sprintf("%s: %s — %s.", clip(clean(digest.ForeignHead(a, w.lang)), maxLabel), shown(a.Title, maxTitle), shown(a.Outlet, maxOutlet)))
	}
}

// addLine adds a story with its address, or without it where that is too long, and those in other
// languages that belong to it: all of them or nothing.
func (b *budget) addLine(it news.Item, w words) bool {
	lines, bare := addressed(escape("• "+title(it)+" · "+outlet(it)), it.URL)
	for _, a := range it.Foreign {
		head := clip(clean(digest.ForeignHead(a, w.lang)), maxLabel)
		long, short := addressed(escape("  "+head+": "+shown(a.Title, maxTitle)+" · "+shown(a.Outlet, maxOutlet)), a.URL)
		lines, bare = lines+"\n"+long, bare+"\n"+short
	}
	return b.put(lines) || b.put(bare)
}

// addressed is a line with an address behind it where Slack takes that, and without.
func addressed(line, address string) (long, short string) {
	u := link(address)
	if u == "" {
		return line, line
	}
	return line + " <" + strings.ReplaceAll(u, "&", "&amp;") + ">", line
}
