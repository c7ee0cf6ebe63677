package slack

import (
	"cmp"
	"fmt"

	api "github.com/slack-go/slack"

	"newsvigil/news"
)

const maxNoticeLine = 500

// RenderNotice makes the one message of a notice at a level between 0 and 4. What does not fit is
// counted.
func RenderNotice(n news.Notice, level int) Message {
	head := cmp.Or(clean(n.Title), "newsvigil")
	b := budget{sep: "\n", limit: maxText}
	// Escaping makes a sign five at most, so this fits whatever the title is.
	b.add(clip(head, maxText/6))
	for i, l := range n.Lines {
		if !b.add("• "+clip(clean(l), maxNoticeLine)) && clean(l) != "" {
			b.put(fmt.Sprintf("… +%d", len(n.Lines)-i))
			break
		}
	}
	m := Message{Text: b.String()}
	if level >= levelPlain {
		return m
	}
	m.Blocks = []api.Block{
		api.NewHeaderBlock(api.NewTextBlockObject(api.PlainTextType, clip(head, maxHeader), false, false), api.HeaderBlockOptionBlockID("head")),
	}
	if list := noticeLines(n, planWeight>>level); list != nil {
		m.Blocks = append(m.Blocks, api.NewRichTextBlock("lines", list))
	}
	return m
}

// noticeLines is as many lines as the room allows, at least one.
func noticeLines(n news.Notice, room int) *api.RichTextList {
	room -= 4*perThing + maxHeader*3
	var lines []api.RichTextElement
	for i, l := range n.Lines {
		l = shown(l, maxNoticeLine)
		if l == "" {
			continue
		}
		var r run
		if weight := 2*perThing + len(l); len(lines) > 0 && (weight > room || len(lines) == maxLines) {
			r.text(fmt.Sprintf("… +%d", len(n.Lines)-i))
			lines = append(lines, r.section())
			break
		} else {
			room -= weight
		}
		r.text(l)
		lines = append(lines, r.section())
	}
	if len(lines) == 0 {
		return nil
	}
	return api.NewRichTextList(api.RTEListBullet, 0, lines...)
}
