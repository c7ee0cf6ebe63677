package slack

import (
	"fmt"
	"strings"
	"time"

	api "github.com/slack-go/slack"

	"newsvigil/digest"
	"newsvigil/news"
)

// The levels of degradation. Each one is smaller than the one before.
const (
	levelFull  = 0 // everything
	levelFewer = 1 // fewer stories in full, the others as lines
	levelAlone = 2 // and without the other outlets that carry a story
	levelLines = 3 // all stories as lines
	levelPlain = 4 // text without blocks
)

// maxTroubles is how many sources in trouble a digest names; the admin channel names them all.
const maxTroubles = 5

// Message is one message as Slack takes it.
type Message struct {
	// Text is what phones' notifications and screen readers read, escaped.
	Text string
	// Blocks are what is shown; without them Text is.
	Blocks []api.Block
}

// Parts is how many messages the digest takes: the first stands in the channel, the others in its
// thread. It depends on the digest alone, so that it is the same for a digest that was stored.
func Parts(d news.Digest) int { return len(plan(d)) }

// Render makes a part of the digest, counted from 1, at a level between 0 and 4. No story is
// dropped: what does not fit in full becomes a line, what does not fit as a line goes into the
// thread, and what has no room there either is counted.
func Render(d news.Digest, part, level int) Message {
	return render(d, plan(d), part, level)
}

func render(d news.Digest, sheets []sheet, part, level int) Message {
	if part < 1 || part > len(sheets) {
		return Message{Text: escape(clip(clean(digest.Headline(d)), maxHeader))}
	}
	s := sheets[part-1]
	w := words{d.Language, d.Slot.Location()}
	if level >= levelPlain {
		return Message{Text: plain(d, s, w)}
	}
	m := Message{Text: fallback(d, s, w, level)}
	if s.page == 1 {
		m.Blocks = first(d, s.at(level), w)
	} else {
		m.Blocks = thread(d, s.at(level), w)
	}
	return m
}

// at moves stories from full to lines as the level asks, and shows less of each.
func (s sheet) at(level int) sheet {
	keep := len(s.lead)
	switch {
	case level >= levelLines:
		keep = 0
	case level >= levelFewer:
		keep /= 2
	}
	if level >= levelFewer {
		s.form.joined, s.form.brief, s.form.dense, s.form.line.dated = true, true, true, false
	}
	if level >= levelAlone {
		s.form.also, s.form.line.also = alsoNone, false
	}
	if level >= levelLines {
		s.form.line = lineForm{bare: true}
	}
	lines := append([]news.Item(nil), s.lead[keep:]...)
	s.lead, s.lines = s.lead[:keep], append(lines, s.lines...)
	return s
}

// first is the message that stands in the channel.
func first(d news.Digest, s sheet, w words) []api.Block {
	blocks := head(d, s.form)
	pressed := map[int64]bool{} // ids of blocks are unique in a message
	for i, it := range s.lead {
		blocks = append(blocks, api.NewRichTextBlock(fmt.Sprintf("s.%d.%d", i+1, it.Story), w.full(it, s.form)))
		if b := storyButtons(d, s.page, it, w); b != nil && !pressed[it.Story] {
			pressed[it.Story], blocks = true, append(blocks, b)
		}
	}
	blocks = append(blocks, below(d, s, w)...)
	if b := unmuteButtons(d, s.page, w); b != nil {
		blocks = append(blocks, b)
	}
	return blocks
}

// below is what stands below the stories that are told in full: the others as lines, and the foot.
func below(d news.Digest, s sheet, w words) (blocks []api.Block) {
	if s.form.joined && len(s.lines) > 0 {
		return []api.Block{w.joined(s, footText(d, s, w))}
	}
	if len(s.lines) > 0 {
		blocks = append(blocks, w.list("lines", digest.LinesHead(w.lang), s.lines, s.form.line))
	}
	if b := foot(d, s, w); b != nil {
		blocks = append(blocks, b)
	}
	return blocks
}

// head is the headline and the line of totals.
func head(d news.Digest, f shape) []api.Block {
	headline := clip(clean(digest.Headline(d)), maxHeader)
	totals := clip(clean(digest.TotalsLine(d)), maxText/3)
	line := api.NewTextBlockObject(api.PlainTextType, totals, false, false)
	blocks := []api.Block{api.NewHeaderBlock(api.NewTextBlockObject(api.PlainTextType, headline, false, false), api.HeaderBlockOptionBlockID("head"))}
	if f.dense {
		return append(blocks, api.NewSectionBlock(line, nil, nil, api.SectionBlockOptionBlockID("totals")))
	}
	return append(blocks, api.NewContextBlock("totals", line))
}

// foot says what is not in this message: the thread, what found no room, the sources in trouble.
func foot(d news.Digest, s sheet, w words) api.Block {
	var elements []api.RichTextElement
	if s.form.joined {
		if below := footText(d, s, w); below != "" {
			elements = append(elements, sentence(below))
		}
	} else {
		for _, line := range notHere(d, s, w) {
			elements = append(elements, sentence(line))
		}
		elements = append(elements, troubles(d, w)...)
	}
	if len(elements) == 0 {
		return nil
	}
	return api.NewRichTextBlock("foot", elements...)
}

func sentence(s string) *api.RichTextSection {
	var r run
	r.text(s)
	return r.section()
}

// notHere are the lines on what the message leaves out.
func notHere(d news.Digest, s sheet, w words) (lines []string) {
	var count []string
	if s.threaded > 0 {
		count = append(count, digest.InThread(s.threaded, w.lang))
	}
	if more := clean(moreLine(d, s.more)); more != "" {
		count = append(count, clip(more, maxDetail*2))
	}
	if len(count) > 0 {
		lines = append(lines, strings.Join(count, " "))
	}
	if muted := mutedLine(d, w); muted != "" {
		lines = append(lines, muted)
	}
	if held := clean(digest.QuarantinedLine(d)); held != "" {
		lines = append(lines, clip(held, maxDetail*2))
	}
	return lines
}

// footText is the foot as text, which weighs less.
func footText(d news.Digest, s sheet, w words) string {
	lines := notHere(d, s, w)
	if named := namedTroubles(d, w); len(named) > 0 {
		lines = append(lines, clip(clean(digest.TroublesHead(d)), maxHeader)+"\n• "+strings.Join(named, "\n• "))
	}
	return strings.Join(lines, "\n")
}

// moreLine counts what found no room, in the chooser's words.
func moreLine(d news.Digest, more int) string {
	d.Beyond = more
	return digest.MoreLine(d)
}

// troubles names the first sources in trouble and counts the others.
func troubles(d news.Digest, w words) []api.RichTextElement {
	var list []api.RichTextElement
	for _, t := range namedTroubles(d, w) {
		list = append(list, sentence(t))
	}
	if len(list) == 0 {
		return nil
	}
	return []api.RichTextElement{heading(digest.TroublesHead(d)), api.NewRichTextList(api.RTEListBullet, 0, list...)}
}

func namedTroubles(d news.Digest, w words) (named []string) {
	for i, t := range d.Troubles {
		if i == maxTroubles {
			return append(named, fmt.Sprintf("… +%d", len(d.Troubles)-i))
		}
		named = append(named, troubleText(t, w))
	}
	return named
}

func troubleText(t news.SourceTrouble, w words) string {
	t.Source, t.Detail = shown(t.Source, maxOutlet), shown(t.Detail, maxDetail)
	if !t.Since.IsZero() {
		t.Since = t.Since.In(w.location())
	}
	return digest.TroubleLine(t, w.lang)
}

func (w words) location() *time.Location {
	if w.zone == nil {
		return time.UTC
	}
	return w.zone
}

// thread is a further message: the rest, then the near misses.
func thread(d news.Digest, s sheet, w words) []api.Block {
	var blocks []api.Block
	if len(s.rest) > 0 {
		blocks = append(blocks, w.list("rest", s.numbered(restHead(d, s)), s.rest, s.form.line))
	}
	if len(s.near) > 0 {
		list := w.list("near", nearHead(d, s), s.near, s.form.line)
		buttons := rescueButtons(d, s.page, s.near, w)
		if len(buttons) > 0 {
			list = numberedList(list)
		}
		blocks = append(append(blocks, list), buttons...)
	}
	return blocks
}

// numberedList gives the lines of a list the numbers that stand on their buttons.
func numberedList(b *api.RichTextBlock) *api.RichTextBlock {
	for _, e := range b.Elements {
		if l, ok := e.(*api.RichTextList); ok {
			l.Style = api.RTEListOrdered
		}
	}
	return b
}

func restHead(d news.Digest, s sheet) string {
	d.Rest = make([]news.Item, s.threaded)
	return digest.RestHead(d)
}

func nearHead(d news.Digest, s sheet) string {
	d.Near = make([]news.Item, s.nears)
	return digest.NearHead(d)
}

// numbered adds the page to a heading that stands over several messages.
func (s sheet) numbered(head string) string {
	if s.restPages < 2 {
		return head
	}
	return fmt.Sprintf("%s · %d/%d", head, s.page-1, s.restPages)
}
