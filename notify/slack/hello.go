package slack

import (
	"time"

	api "github.com/slack-go/slack"

	"newsvigil/digest"
	"newsvigil/news"
)

// RenderHello makes one of the messages of a notice that greets readers, at a level between 0 and 4: part 1
// is the hello, part 2 the example in its thread. Zone is the clock of the dates for those to whom they
// cannot be shown in their own.
func RenderHello(n news.Notice, part, level int, zone *time.Location) Message {
	if part > 1 && n.Hello.Sample != nil {
		sample := *n.Hello.Sample
		sample.Slot = in(sample.Slot, zone)
		return renderSample(sample, level)
	}
	plain := n
	plain.Lines = helloLines(n, zone)
	m := RenderNotice(plain, level)
	if level >= levelPlain || n.Hello.Next.IsZero() || len(n.Lines) == 0 {
		return m
	}
	for i, b := range m.Blocks {
		list, ok := b.(*api.RichTextBlock)
		if !ok || len(list.Elements) == 0 {
			continue
		}
		if lines, ok := list.Elements[0].(*api.RichTextList); ok && len(lines.Elements) > 1 {
			changed := append([]api.RichTextElement(nil), lines.Elements...)
			changed[1] = nextSection(*n.Hello, zone)
			m.Blocks[i] = api.NewRichTextBlock(list.BlockID, api.NewRichTextList(lines.Style, lines.Indent, changed...))
		}
	}
	return m
}

// helloLines are the lines of a hello, the next digest second among them.
func helloLines(n news.Notice, zone *time.Location) []string {
	if n.Hello.Next.IsZero() || len(n.Lines) == 0 {
		return n.Lines
	}
	before, moment, after := digest.HelloNext(in(n.Hello.Next, zone), n.Hello.Language)
	return append([]string{n.Lines[0], before + moment + after}, n.Lines[1:]...)
}

// nextSection says when the next digest comes, in the reader's own zone.
func nextSection(h news.Hello, zone *time.Location) *api.RichTextSection {
	before, moment, after := digest.HelloNext(in(h.Next, zone), h.Language)
	var r run
	r.text(before)
	r.elements = append(r.elements, api.NewRichTextSectionDateElement(h.Next.Unix(), "{date_long}, {time}", nil, &moment))
	r.text(after)
	return r.section()
}

func in(t time.Time, zone *time.Location) time.Time {
	if zone == nil {
		return t
	}
	return t.In(zone)
}

// renderSample makes the example of a digest. It has no buttons, since nothing could be kept of a press.
func renderSample(d news.Digest, level int) Message {
	d.Buttons = false
	head, line := clip(clean(digest.SampleHead(d)), maxHeader), clip(clean(digest.SampleLine(d.Language)), maxText/3)
	m := Render(d, 1, level)
	b := budget{sep: "\n", limit: maxText}
	b.add(head)
	b.add(line)
	if level >= levelPlain {
		return Message{Text: b.String() + "\n" + m.Text}
	}
	for _, it := range append(append([]news.Item(nil), d.Lead...), d.Lines...) {
		b.add(title(it) + " — " + outlet(it))
	}
	out := Message{Text: b.String()}
	out.Blocks = []api.Block{
		api.NewHeaderBlock(api.NewTextBlockObject(api.PlainTextType, head, false, false), api.HeaderBlockOptionBlockID("head")),
		api.NewContextBlock("totals", api.NewTextBlockObject(api.PlainTextType, line, false, false)),
	}
	for _, b := range m.Blocks {
		if id := b.ID(); id != "head" && id != "totals" {
			out.Blocks = append(out.Blocks, b)
		}
	}
	return out
}
