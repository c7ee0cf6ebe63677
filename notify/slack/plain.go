package slack

import (
	"cmp"
	"fmt"
	"strings"

	"newsvigil/digest"
	"newsvigil/news"
)

// fallback says a message in words, for notifications and screen readers. It is not shown where the
// blocks are, so what does not fit is cut: first the reasons, then the last stories.
func fallback(d news.Digest, s sheet, w words, level int) string {
	limit := maxText
	if level >= levelAlone {
		limit /= 3
	}
	for _, why := range []bool{true, false} {
		if b := (budget{limit: limit}); told(&b, d, s, w, why) || !why {
			return b.String()
		}
	}
	return ""
}

// told adds what a message says, and reports whether all of it had room.
func told(b *budget, d news.Digest, s sheet, w words, why bool) bool {
	all := true
	add := func(s string) { all = b.add(s) && all }
	if s.page == 1 {
		add(clip(clean(digest.Headline(d)), maxHeader) + ".")
		add(clip(clean(digest.TotalsLine(d)), maxText/3))
	} else if len(s.rest) > 0 {
		add(s.numbered(restHead(d, s)) + ".")
	}
	n := 0
	for _, list := range [][]news.Item{s.lead, s.lines, s.rest} {
		for _, it := range list {
			n++
			sentence := fmt.Sprintf("%d. %s.", n, titled(it.Title, outlet(it)))
			if why && n <= len(s.lead) {
				if reason := w.why(it); reason != "" {
					sentence += " " + reason + "."
				}
			}
			add(sentence)
			for _, a := range it.Foreign {
				add(clip(clean(digest.ForeignHead(a, w.lang)), maxLabel) + ": " + titled(a.Title, shown(a.Outlet, maxOutlet)) + ".")
			}
		}
	}
	if len(s.near) > 0 {
		add(nearHead(d, s) + ".")
	}
	for _, it := range s.near {
		add(titled(it.Title, outlet(it)) + ".")
	}
	if s.page == 1 {
		for _, line := range notHere(d, s, w) {
			add(line)
		}
	}
	return all
}

// titled is a title with the outlet behind it, which stands alone where there is no title.
func titled(name, outlet string) string {
	t := shown(name, maxTitle)
	switch {
	case t == "":
		return cmp.Or(outlet, "…")
	case outlet == "":
		return t
	}
	return t + " — " + outlet
}

// plain is the message of last resort, shown as it is: a line a story, with its address. Where that
// is too long, titles are cut and addresses left out; what has no room even so is counted.
func plain(d news.Digest, s sheet, w words) string {
	var top, bottom []string
	if s.page == 1 {
		top = []string{clip(clean(digest.Headline(d)), maxHeader), clip(clean(digest.TotalsLine(d)), maxText/3)}
		bottom = notHere(d, s, w)
		for _, t := range namedTroubles(d, w) {
			bottom = append(bottom, "• "+t)
		}
	}
	stories := append(append(append([]news.Item(nil), s.lead...), s.lines...), s.rest...)
	var near []string
	if len(s.near) > 0 {
		near = []string{nearHead(d, s)}
	}
	room := maxText*byteShare - cost(digest.LeftOut(w.lang, len(stories)))
	for _, l := range append(append(append([]string(nil), top...), bottom...), near...) {
		room -= cost("\n" + escape(l))
	}
	lines := w.plainLines(append(append([]news.Item(nil), stories...), s.near...), room)
	told := min(len(lines), len(stories))
	b := budget{sep: "\n", limit: maxText}
	b.addAll(top)
	for _, l := range lines[:told] {
		b.put(l)
	}
	b.addAll(near)
	for _, l := range lines[told:] {
		b.put(l)
	}
	if left := len(stories) - told; left > 0 {
		b.add(digest.LeftOut(w.lang, left))
	}
	b.addAll(bottom)
	return b.String()
}

// byteShare is how many bytes a unit of text may have by and large, in tenths.
const byteShare = 10 * maxTextBytes / maxText

// cost is what a text takes of a message without blocks, the line's end included, in tenths of a byte.
func cost(s string) int { return max(10*len(s), byteShare*units(s)) }

// plainLines are as many lines as have room, with titles as long and as many addresses as there is room
// for once every item has its line.
func (w words) plainLines(items []news.Item, room int) []string {
	if len(items) == 0 {
		return nil
	}
	share := room / len(items)
	lines, widths := make([]string, len(items)), make([]int, len(items))
	for i, it := range items {
		for _, widths[i] = range []int{60, 40, 25, 12} {
			if lines[i] = w.plainLine(it, widths[i], false); cost("\n"+lines[i]) <= share {
				break
			}
		}
	}
	used, n := 0, 0
	for n < len(lines) && used+cost("\n"+lines[n]) <= room {
		used += cost("\n" + lines[n])
		n++
	}
	try := func(i, width int, addressed bool) {
		if l := w.plainLine(items[i], width, addressed); used-cost(lines[i])+cost(l) <= room {
			used += cost(l) - cost(lines[i])
			lines[i] = l
		}
	}
	for i := range n {
		try(i, widths[i], true)
	}
	for i := range n {
		linked := lines[i] != w.plainLine(items[i], widths[i], false)
		try(i, maxTitle, linked)
	}
	return lines[:n]
}

// plainLine is an item with its address, or without, and those in other languages that belong to it.
func (w words) plainLine(it news.Item, width int, linked bool) string {
	source := outlet(it)
	if width < maxTitle {
		source = shown(it.Outlet, max(width/2, 12))
	}
	line := addressed(escape("• "+shortened(title(it), width)+" · "+source)+w.withdrawn(it.URL, it.Withdrawn), it.URL, linked)
	for _, a := range it.Foreign {
		head := clip(clean(digest.ForeignHead(a, w.lang)), maxLabel)
		line += "\n" + addressed(escape("  "+head+": "+shown(a.Title, width)+" · "+shown(a.Outlet, max(width/3, 12)))+w.withdrawn(a.URL, a.Withdrawn), a.URL, linked)
	}
	return line
}

// shortened cuts a title that is cleaned, and perhaps isolated, already.
func shortened(s string, n int) string {
	if inner, ok := strings.CutPrefix(s, isolate); ok {
		return isolate + clip(strings.TrimSuffix(inner, popIsolate), n-2) + popIsolate
	}
	return clip(s, n)
}

// addressed is a line with an address behind it where that is asked and Slack takes it.
func addressed(line, address string, linked bool) string {
	u := link(address)
	if u == "" || !linked {
		return line
	}
	return line + " <" + strings.ReplaceAll(u, "&", "&amp;") + ">"
}

// budget gathers sentences up to a length in UTF-16 units and in bytes, counted as they will be sent:
// escaped.
type budget struct {
	strings.Builder
	sep   string // between sentences; a space where empty
	limit int
	used  int
}

// add escapes a sentence, cleaned already, and adds it if it fits whole.
func (b *budget) add(s string) bool { return b.put(escape(s)) }

func (b *budget) addAll(lines []string) {
	for _, l := range lines {
		b.add(l)
	}
}

func (b *budget) put(s string) bool {
	sep := ""
	if b.Len() > 0 {
		sep = cmp.Or(b.sep, " ")
	}
	n := units(sep) + units(s)
	if s == "" || b.used+n > b.limit || 10*(b.Len()+len(sep)+len(s)) > b.limit*byteShare {
		return false
	}
	b.WriteString(sep + s)
	b.used += n
	return true
}
