package slack

import (
	"slices"
	"time"

	"newsvigil/news"
)

const (
	// planWeight leaves room for what differs between planning and posting: the names of zones, and that a
	// message is late. spareWeight is that room in a message that is planned as a whole.
	planWeight  = maxWeight - 300
	spareWeight = 150
	// mutedRoom is kept for the outlets that readers may mute after a digest was posted, and for the button
	// that shows one again. With several, the room for what differs is used, too.
	mutedRoom = 400
	// maxParts bounds the thread of one digest. What does not fit is counted.
	maxParts = 12
	// fewParts is how many messages a thread may have without being made lighter.
	fewParts = 4
	// maxLines bounds the lines of one message.
	maxLines = 40
)

// sheet is what one message of a digest carries.
type sheet struct {
	page        int // from 1
	lead, lines []news.Item
	rest, near  []news.Item
	form        shape
	// threaded, nears and restPages count the stories, near misses and messages of stories in the
	// whole thread, more the stories without room.
	threaded, nears, restPages, more int
}

// shape is how the stories of a message are shown.
type shape struct {
	also  alsoForm // of a story in full
	brief bool     // a story in full says why in few words
	line  lineForm
	// joined has the lines and what stands below them in one section.
	joined bool
	// dense saves an element where one can be saved.
	dense bool
}

// shapes are the ways to show a first message, from the richest to the lightest. What every story must
// have is in all of them: title, outlet, date, why, who else has it, and buttons. A stored digest may name one by its
// place.
func shapes() []shape {
	full := lineForm{dated: true, why: true, also: true}
	return []shape{
		{also: alsoLinks, line: full},
		{also: alsoLinks, line: lineForm{why: true}},
		{also: alsoLinks},
		{also: alsoNames, line: full},
		{also: alsoNames, line: lineForm{why: true}},
		{also: alsoNames},
		{also: alsoNames, joined: true},
		{also: alsoNames, joined: true, dense: true},
		{also: alsoNames, joined: true, brief: true},
		{also: alsoNames, joined: true, brief: true, dense: true},
		{also: alsoNames, joined: true, brief: true, dense: true, line: lineForm{bare: true}},
	}
}

// plan spreads a digest over messages. It reads all times in UTC and counts dates by a fixed
// weight, because the number of messages must not change with a zone's name; nor may anything that
// changes after a message is posted.
func plan(d news.Digest) []sheet {
	d.Slot, d.Sent = d.Slot.UTC(), time.Time{}
	if sheets, ok := laid(d); ok {
		return sheets
	}
	d = reserved(d)
	w := words{d.Language, time.UTC}
	one, spilled := planFirst(d, w)
	one, thread := planThread(d, w, one, append(spilled, d.Rest...), nearItems(d))
	return bared(append([]sheet{one}, thread...))
}

// nearItems are the near misses, which nothing else marks as such.
func nearItems(d news.Digest) []news.Item {
	near := slices.Clone(d.Near)
	for i := range near {
		near[i].Kind = news.ItemNear
	}
	return near
}

// threadLine is how a story is told in a thread.
func threadLine(dated bool) lineForm { return lineForm{dated: dated, why: true, also: true} }

// planThread fills the thread: with dates in the reader's own zone if that makes no long thread of it.
func planThread(d news.Digest, w words, one sheet, rest, near []news.Item) (sheet, []sheet) {
	form := threadLine(true)
	restSheets, left := pack(rest, w, form, fewParts, 0)
	nearSheets, leftNear := packNear(d, near, w, form, restSheets)
	if left+leftNear > 0 || len(restSheets)+len(nearSheets) > fewParts {
		form = threadLine(false)
		restSheets, left = pack(rest, w, form, maxParts-1, 0)
		nearSheets, leftNear = packNear(d, near, w, form, restSheets)
	}
	one.page, one.restPages = 1, len(restSheets)
	one.threaded, one.more, one.nears = len(rest)-left, d.Beyond+left, len(near)-leftNear
	sheets := append(restSheets, nearSheets...)
	for i := range sheets {
		s := &sheets[i]
		s.page, s.restPages, s.form = i+2, one.restPages, shape{line: form}
		s.threaded, s.nears, s.more = one.threaded, one.nears, one.more
	}
	return one, sheets
}

// planFirst decides what the first message shows in full and as lines, and how; what has no room spills.
func planFirst(d news.Digest, w words) (s sheet, spilled []news.Item) {
	all := append(append([]news.Item(nil), d.Lead...), d.Lines...)
	full := min(len(d.Lead), (maxBlocks-5)/2)
	s.threaded, s.more = len(d.Rest), d.Beyond
	if overfull(d.Rest) {
		s.more += len(d.Rest)
	}
	var l load
	on := newScale(d, all, w)
	ways := shapes()
	for i, f := range ways {
		s.form = f
		l = on.load(s)
		whole := l.whole(full)
		if len(all)-full <= maxLines && (whole.light(0) || i >= len(ways)-2 && whole.bearable(0)) {
			s.lead, s.lines = all[:full], all[full:]
			return s, nil
		}
	}
	// Stories in full and their buttons are worth more than lines, which the thread has room for.
	s.threaded, s.more = len(all)+len(d.Rest), len(all)+len(d.Rest)
	l = on.load(s)
	sum := l.base
	n := 0
	for n < full && sum.plus(l.full[n]).light(0) {
		sum = sum.plus(l.full[n])
		n++
	}
	end := n
	for end < len(all) && end-n < maxLines && sum.plus(l.line[end]).light(0) {
		sum = sum.plus(l.line[end])
		end++
	}
	s.lead, s.lines = all[:n], all[n:end]
	return s, all[end:]
}

// listHead is what a list weighs without its lines: block, heading and list, and the heading's words.
const listHead = 4*perThing + 3*maxHeader

func lineWeight(items []news.Item, w words, f lineForm) int {
	if len(items) == 0 {
		return 0
	}
	n := listHead
	for _, it := range items {
		n += weighElement(w.lineSection(it, f))
	}
	return n
}

// fitting is how many of the first items fit into the room.
func fitting(items []news.Item, room int, weight func(news.Item) int) int {
	for i, it := range items {
		room -= weight(it)
		if room < 0 {
			return i
		}
	}
	return len(items)
}

// pack fills messages with lines, with something to press that weighs so much beside each, and returns
// how many items found no room in the given number.
func pack(items []news.Item, w words, f lineForm, most, beside int) (sheets []sheet, left int) {
	for len(items) > 0 && len(sheets) < most {
		n := max(1, min(maxLines, fitting(items, planWeight-listHead-2*beside, func(it news.Item) int { return beside + weighElement(w.lineSection(it, f)) })))
		sheets = append(sheets, sheet{rest: items[:n]})
		items = items[n:]
	}
	return sheets, len(items)
}

// packNear puts the near misses under the last message of stories where they fit whole, else into
// messages of their own.
func packNear(d news.Digest, near []news.Item, w words, f lineForm, rest []sheet) (sheets []sheet, left int) {
	if len(near) == 0 {
		return nil, 0
	}
	if n := len(rest); n > 0 {
		last := &rest[n-1]
		if lineWeight(last.rest, w, f)+lineWeight(near, w, f)+rescueWeight(d, len(near)) <= planWeight && len(last.rest)+len(near) <= maxLines {
			last.near = near
			return nil, 0
		}
	}
	sheets, left = pack(near, w, f, maxParts-1-len(rest), rescueWeight(d, 1))
	for i := range sheets {
		sheets[i].near, sheets[i].rest = sheets[i].rest, nil
	}
	return sheets, left
}
