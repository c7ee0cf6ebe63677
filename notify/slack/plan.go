package slack

import (
	"time"

	"newsvigil/news"
)

const (
	// planWeight leaves room for what differs between planning and posting: the names of zones.
	planWeight = maxWeight - 300
	// lineRoom is kept for stories as lines before a story in full is made a line itself.
	lineRoom = 2500
	// footRoom is kept for the sentences that name the thread and count what found no room.
	footRoom = 800
	// mutedRoom is kept for the outlets that readers may mute after a digest was posted. With several, the
	// room for what differs is used, too.
	mutedRoom = 250
	// maxParts bounds the thread of one digest. What does not fit is counted.
	maxParts = 12
	// maxLines bounds the lines of one message.
	maxLines = 40
)

// sheet is what one message of a digest carries.
type sheet struct {
	page        int // from 1
	lead, lines []news.Item
	rest, near  []news.Item
	also        alsoForm
	// threaded, nears and restPages count the stories, near misses and messages of stories in the
	// whole thread, more the stories without room.
	threaded, nears, restPages, more int
}

// plan spreads a digest over messages. It reads all times in UTC and counts dates by a fixed
// weight, because the number of messages must not change with a zone's name.
func plan(d news.Digest) []sheet {
	d.Slot = d.Slot.UTC()
	w := words{d.Language, time.UTC}
	one, spilled := planFirst(d, w)
	rest := append(spilled, d.Rest...)
	restSheets, left := pack(rest, w, maxParts-1, 0)
	one.threaded, one.more = len(rest)-left, d.Beyond+left
	near := make([]news.Item, len(d.Near))
	for i, it := range d.Near {
		it.Kind = news.ItemNear
		near[i] = it
	}
	nearSheets, leftNear := packNear(d, near, w, restSheets)
	sheets := append([]sheet{one}, restSheets...)
	sheets = append(sheets, nearSheets...)
	for i := range sheets {
		s := &sheets[i]
		s.page, s.restPages = i+1, len(restSheets)
		s.threaded, s.nears, s.more = one.threaded, len(near)-leftNear, one.more
	}
	return sheets
}

// planFirst decides what the first message shows in full and as lines; what has no room spills.
func planFirst(d news.Digest, w words) (s sheet, spilled []news.Item) {
	base := weigh(head(d)...) + footRoom + perThing
	for _, e := range troubles(d, w) {
		base += weighElement(e)
	}
	if d.Buttons {
		base += mutedRoom
	}
	room := planWeight - base
	all := append(append([]news.Item(nil), d.Lead...), d.Lines...)
	weight := func(it news.Item) int {
		return perThing + weighElement(w.full(it, s.also)) + storyButtonsWeight(d, it, w)
	}
	var full int
	for _, try := range tries(d, w) {
		s.also = try.also
		if full = fitting(d.Lead, room-try.lines, weight); full == len(d.Lead) {
			break
		}
	}
	full = min(full, (maxBlocks-5)/2)
	s.lead = all[:full]
	for _, it := range s.lead {
		room -= weight(it)
	}
	lines := min(maxLines, fitting(all[full:], room-listHead, func(it news.Item) int { return weighElement(w.line(it, levelFull)) }))
	s.lines = all[full : full+lines]
	return s, all[full+lines:]
}

// try is one way to tell all stories in full that should be: with the other outlets as links or by name,
// and with room kept for stories as lines.
type try struct {
	also  alsoForm
	lines int
}

// tries are the ways, the best first. Buttons are worth more than lines, which the thread has room for.
func tries(d news.Digest, w words) []try {
	lines := min(lineRoom, lineWeight(d.Lines, w))
	ways := []try{{alsoLinks, lines}, {alsoNames, lines}}
	if d.Buttons {
		ways = append(ways, try{alsoNames, 0})
	}
	return ways
}

// listHead is what a list weighs without its lines: block, heading and list, and the heading's words.
const listHead = 4*perThing + 3*maxHeader

func lineWeight(items []news.Item, w words) int {
	if len(items) == 0 {
		return 0
	}
	n := listHead
	for _, it := range items {
		n += weighElement(w.line(it, levelFull))
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
func pack(items []news.Item, w words, most, beside int) (sheets []sheet, left int) {
	for len(items) > 0 && len(sheets) < most {
		n := max(1, min(maxLines, fitting(items, planWeight-listHead-2*beside, func(it news.Item) int { return beside + weighElement(w.line(it, levelFull)) })))
		sheets = append(sheets, sheet{rest: items[:n]})
		items = items[n:]
	}
	return sheets, len(items)
}

// packNear puts the near misses under the last message of stories where they fit whole, else into
// messages of their own.
func packNear(d news.Digest, near []news.Item, w words, rest []sheet) (sheets []sheet, left int) {
	if len(near) == 0 {
		return nil, 0
	}
	if n := len(rest); n > 0 {
		last := &rest[n-1]
		if lineWeight(last.rest, w)+lineWeight(near, w)+rescueWeight(d, len(near)) <= planWeight && len(last.rest)+len(near) <= maxLines {
			last.near = near
			return nil, 0
		}
	}
	sheets, left = pack(near, w, maxParts-1-len(rest), rescueWeight(d, 1))
	for i := range sheets {
		sheets[i].near, sheets[i].rest = sheets[i].rest, nil
	}
	return sheets, left
}
