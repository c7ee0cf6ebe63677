package slack

import (
	"fmt"
	"strings"
	"time"

	api "github.com/slack-go/slack"

	"newsvigil/digest"
	"newsvigil/news"
	"newsvigil/notify/page"
)

// maxGloss bounds a quotation, in UTF-16 units.
const maxGloss = 300

// BriefParts is how many messages a brief takes: the first stands in the channel, in its thread follow the
// stories without room there and the text to copy. It depends on the brief alone.
func BriefParts(b news.Brief) int { return len(planBrief(b)) }

// RenderBrief makes a part of a brief, counted from 1, at a level between 0 and 4. Every story is shown, or
// counted together with the command that shows it.
func RenderBrief(b news.Brief, part, level int) Message {
	return renderBrief(b, planBrief(b), part, level)
}

func renderBrief(b news.Brief, sheets []briefSheet, part, level int) Message {
	if part < 1 || part > len(sheets) {
		return Message{Text: escape(clip(clean(digest.BriefHead(b)), maxHeader))}
	}
	s := sheets[part-1]
	w := words{b.Language, b.Until.Location()}
	m := Message{Text: s.text(b, w, level)}
	switch {
	case level >= levelPlain:
	case s.copies > 0:
		m.Blocks = s.copyBlocks(b, w, level)
	case s.page == 1:
		m.Blocks = s.first(b, w, level)
	default:
		list := w.keptList("rest", digest.BriefRestHead(s.rest, w.lang), s.stories, level)
		if s.more > 0 {
			list.Elements = append(list.Elements, commanded(digest.BriefMore(s.more, w.lang), b))
		}
		m.Blocks = []api.Block{list}
	}
	return m
}

// briefTop is the headline of a brief and the line below it.
func briefTop(b news.Brief) []api.Block {
	return []api.Block{
		api.NewHeaderBlock(api.NewTextBlockObject(api.PlainTextType, clip(clean(digest.BriefHead(b)), maxHeader), false, false), api.HeaderBlockOptionBlockID("head")),
		api.NewContextBlock("period", api.NewTextBlockObject(api.PlainTextType, clip(clean(digest.BriefLine(b)), maxText/3), false, false)),
	}
}

// first is the message that stands in the channel.
func (s briefSheet) first(b news.Brief, w words, level int) []api.Block {
	blocks := briefTop(b)
	if len(s.stories) == 0 {
		return blocks
	}
	if level >= levelLines {
		blocks = append(blocks, w.keptList("lines", digest.BriefRestHead(len(s.stories), w.lang), s.stories, level))
	} else {
		for i, k := range s.stories {
			blocks = append(blocks, w.keptBlock(fmt.Sprintf("k.%d", i+1), k, level))
		}
	}
	var foot []api.RichTextElement
	if s.rest > 0 {
		foot = append(foot, sentence(digest.InThread(s.rest, w.lang)))
	}
	if s.more > 0 && s.rest == 0 {
		foot = append(foot, sentence(digest.BriefMore(s.more, w.lang)))
	}
	return append(blocks, api.NewRichTextBlock("foot", append(foot, commanded(digest.BriefFoot(w.lang), b))...))
}

// commanded is a sentence with the command behind it.
func commanded(s string, b news.Brief) *api.RichTextSection {
	var r run
	r.text(clip(clean(s), maxText/6) + " ")
	r.elements = append(r.elements, api.NewRichTextSectionTextElement(clip(clean(digest.BriefCommand(b)), maxDetail*2), &api.RichTextSectionTextStyle{Code: true}))
	return r.section()
}

// keptBlock is a story with everything that is said of it; higher levels leave out the quotation, then why it
// was told and who else has it.
func (w words) keptBlock(id string, k news.Kept, level int) *api.RichTextBlock {
	var top, below run
	top.link(k.URL, title(k.Item), &api.RichTextSectionTextStyle{Bold: true})
	top.text(w.withdrawn(k.URL, k.Withdrawn) + "\n")
	if o := outlet(k.Item); o != "" {
		top.text(o + " · ")
	}
	w.date(&top, k.Item)
	for _, n := range w.notes(k.Item) {
		top.text(" · " + n)
	}
	elements := []api.RichTextElement{top.section()}
	if gloss := shown(k.Gloss, maxGloss); gloss != "" && level < levelFewer {
		var quote run
		quote.text("“" + gloss + "”")
		elements = append(elements, &api.RichTextQuote{Type: api.RTEQuote, Elements: quote.elements})
	}
	below.text(clip(clean(digest.KeptLine(k, w.lang)), maxDetail))
	if why := w.whyBrief(k.Item); why != "" && level < levelAlone {
		below.text("\n" + why)
	}
	if level < levelAlone {
		w.also(&below, k.Item, alsoNames)
	}
	return api.NewRichTextBlock(id, append(elements, below.section())...)
}

// keptList shows stories as lines.
func (w words) keptList(id, head string, stories []news.Kept, level int) *api.RichTextBlock {
	var lines []api.RichTextElement
	for _, k := range stories {
		lines = append(lines, w.keptLine(k, level))
	}
	return api.NewRichTextBlock(id, heading(head), api.NewRichTextList(api.RTEListBullet, 0, lines...))
}

func (w words) keptLine(k news.Kept, level int) *api.RichTextSection {
	var r run
	r.link(k.URL, title(k.Item), nil)
	r.text(w.withdrawn(k.URL, k.Withdrawn))
	if o := outlet(k.Item); o != "" {
		r.text(" · " + o)
	}
	if level < levelAlone {
		r.text(" · " + clip(clean(digest.DateText(k.Item, w.zone, w.lang)), maxOutlet))
		r.text("\n" + clip(clean(digest.KeptLine(k, w.lang)), maxDetail))
	}
	return r.section()
}

// text says a part in words: for notifications and screen readers, and at the last level alone.
func (s briefSheet) text(b news.Brief, w words, level int) string {
	t := budget{limit: maxText}
	if level >= levelPlain {
		t.sep, t.limit = "\n", maxText-footRoomPlain
	}
	switch {
	case s.copies > 0:
		t.add(clean(digest.BriefCopyHead(s.copied, s.copies, w.lang)))
	case s.page == 1:
		t.add(clip(clean(digest.BriefHead(b)), maxHeader) + ".")
		t.add(clean(digest.BriefLine(b)))
	default:
		t.add(clean(digest.BriefRestHead(s.rest, w.lang)))
	}
	if level >= levelPlain {
		return s.plain(b, w, &t)
	}
	for i, k := range s.stories {
		if s.copies == 0 {
			t.add(fmt.Sprintf("%d. %s — %s. %s.", s.from+i+1, title(k.Item), outlet(k.Item), clean(digest.KeptLine(k, w.lang))))
		}
	}
	return t.String()
}

// footRoomPlain is kept for the sentence that counts what has no room.
const footRoomPlain = 500

// plain is the message of last resort: a line a story with its address.
func (s briefSheet) plain(b news.Brief, w words, t *budget) string {
	left := s.more
	for i, k := range s.stories {
		line := escape(fmt.Sprintf("%d. %s · %s", s.from+i+1, title(k.Item), outlet(k.Item)))
		if u := link(k.URL); u != "" && t.put(line+" <"+strings.ReplaceAll(u, "&", "&amp;")+">") {
			continue
		}
		if !t.put(line) {
			left++
		}
	}
	t.limit = maxText
	if left > 0 {
		t.add(clean(digest.BriefMore(left, w.lang)) + " " + clip(clean(digest.BriefCommand(b)), maxDetail))
	}
	return t.String()
}

// briefSheet is what one message of a brief carries.
type briefSheet struct {
	page int // from 1
	// stories are those it shows, or of which it holds the text, from being the place of the first of them.
	stories []news.Kept
	from    int
	// rest counts the stories that are shown in the thread, more those that have no room at all.
	rest, more int
	// copied is its place among the messages with text to copy, copies how many these are; 0 where it is
	// none. cited says that they hold citations only.
	copied, copies int
	cited          bool
}

// planBrief spreads a brief over messages: all times in UTC, as the number of messages must not change with
// a zone.
func planBrief(b news.Brief) []briefSheet {
	b.Since, b.Until = b.Since.UTC(), b.Until.UTC()
	b.Stories = keptWith(b.Stories, putWithdrawn)
	w := words{b.Language, time.UTC}
	one := briefSheet{page: 1}
	room, n := planWeight-weigh(briefTop(b)...)-briefFoot, 0
	for ; n < len(b.Stories) && n < maxBlocks-4; n++ {
		if room -= weigh(w.keptBlock("k.00", b.Stories[n], levelFull)); room < 0 {
			break
		}
	}
	one.stories = b.Stories[:n]
	var thread []briefSheet
	for left := b.Stories[n:]; len(left) > 0 && len(thread) < maxBriefRest; {
		room, m := planWeight-listHead-briefFoot, 0
		for ; m < len(left) && m < maxLines; m++ {
			if room -= weighElement(w.keptLine(left[m], levelFull)); room < 0 && m > 0 {
				break
			}
		}
		thread = append(thread, briefSheet{stories: left[:m], from: n})
		left, n = left[m:], n+m
	}
	more := len(b.Stories) - n
	for i := range thread {
		thread[i].rest = n - len(one.stories)
	}
	if one.rest = n - len(one.stories); len(thread) > 0 {
		thread[len(thread)-1].more = more
	} else {
		one.more = more
	}
	sheets := append([]briefSheet{one}, append(thread, planCopies(b)...)...)
	for i := range sheets {
		sheets[i].page = i + 1
		sheets[i].stories = keptWith(sheets[i].stories, takeWithdrawn)
	}
	return sheets
}

const (
	// maxBriefRest bounds the messages of a brief's stories in its thread, maxCopies those with text to copy.
	maxBriefRest = 12
	maxCopies    = 12
	// fewCopies is how many there may be before they are citations only.
	fewCopies = 5
	// briefFoot is what the last lines of a message may weigh.
	briefFoot = 2500
	// maxCopied bounds the text to copy in a message, and maxCopiedStory that of one story, in bytes.
	maxCopied      = 9000
	maxCopiedStory = 4500
	// copyRoom is kept for each story, as names of zones differ.
	copyRoom = 64
	// maxLeaf bounds one element of text, in UTF-16 units.
	maxLeaf = 2800
)

// planCopies spreads the stories over messages with text to copy: whole, or where that is too much their
// citations.
func planCopies(b news.Brief) []briefSheet {
	sheets := spreadCopies(b, false)
	if len(sheets) > fewCopies || len(sheets) > 0 && sheets[len(sheets)-1].more > 0 {
		sheets = spreadCopies(b, true)
	}
	for i := range sheets {
		sheets[i].copied, sheets[i].copies, sheets[i].cited = i+1, len(sheets), sheets[0].cited
	}
	return sheets
}

func spreadCopies(b news.Brief, cited bool) (sheets []briefSheet) {
	room := maxCopied - len(page.BriefTop(b, page.Options{}))
	for i := range b.Stories {
		size := len(copyText(b, i, cited)) + copyRoom
		if len(sheets) == 0 || size > room {
			if len(sheets) == maxCopies {
				sheets[maxCopies-1].more = len(b.Stories) - i
				return sheets
			}
			if len(sheets) > 0 {
				room = maxCopied
			}
			sheets = append(sheets, briefSheet{from: i, cited: cited})
		}
		room -= size
		s := &sheets[len(sheets)-1]
		s.stories = b.Stories[s.from : i+1]
	}
	return sheets
}

// copyText is what is to be copied of the i-th story: all of it, or its citation, where it must be without the
// address.
func copyText(b news.Brief, i int, cited bool) string {
	text := ""
	if !cited {
		text = page.BriefStory(b, i, page.Options{Zone: b.Until.Location()})
	}
	for _, it := range []news.Item{b.Stories[i].Item, {Title: b.Stories[i].Title, Outlet: b.Stories[i].Outlet, Published: b.Stories[i].Published, Fetched: b.Stories[i].Fetched}} {
		if text == "" || len(text) > maxCopiedStory {
			text = fmt.Sprintf("%d. %s\n", i+1, page.Citation(b, it))
		}
	}
	return text
}

// copyBlocks show text to copy in a box as it is; higher levels hold citations only, and fewer of them.
func (s briefSheet) copyBlocks(b news.Brief, w words, level int) []api.Block {
	size := maxCopied + maxCopied/10
	if level >= levelFewer {
		size = maxCopied >> (level - levelFewer)
	}
	text, more := "", s.more
	if s.copied == 1 {
		text = page.BriefTop(b, page.Options{Zone: b.Until.Location()})
	}
	for i := range s.stories {
		t := copyText(b, s.from+i, s.cited || level >= levelFewer)
		if len(text)+len(t) > size && text != "" && level >= levelFewer {
			more += len(s.stories) - i
			break
		}
		if text != "" {
			text += "\n"
		}
		text += t
	}
	box := &api.RichTextPreformatted{Type: api.RTEPreformatted}
	for _, leaf := range leaves(strings.TrimSpace(text)) {
		box.Elements = append(box.Elements, api.NewRichTextSectionTextElement(leaf, nil))
	}
	elements := []api.RichTextElement{heading(digest.BriefCopyHead(s.copied, s.copies, w.lang)), box}
	if more > 0 {
		elements = append(elements, commanded(digest.BriefMore(more, w.lang), b))
	}
	return []api.Block{api.NewRichTextBlock("copy", elements...)}
}

// leaves cuts a text into pieces that one element takes, at the ends of lines where there are some.
func leaves(s string) (out []string) {
	for s != "" {
		end, used, line := len(s), 0, 0
		for i, r := range s {
			if used += units(string(r)); used > maxLeaf {
				end = i
				if line > 0 {
					end = line
				}
				break
			}
			if r == '\n' {
				line = i + 1
			}
		}
		out, s = append(out, s[:end]), s[end:]
	}
	return out
}
