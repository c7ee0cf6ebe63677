package slack

import api "github.com/slack-go/slack"

const (
	maxBlocks = 50
	// maxWeight is what a message may weigh: Slack refuses, without documenting it, messages whose
	// text and structure together pass about 11,300 to 13,300 characters. Text counts in bytes, though
	// Slack seems to count characters, and every block and element 125.
	maxWeight = 12000
	// maxLoaded is what a message may weigh in characters with all that nobody reads: addresses, ids, values
	// and the options of menus. Whether Slack counts them is not known; what stays within maxWeight even so,
	// in bytes, is preferred. It is a little more than was seen refused, because what is kept free counts, too.
	maxLoaded = 13500
	perThing  = 125
	// dateWeight stands for a date's words, whose length depends on the zone's name.
	dateWeight = 64
)

// mass is what blocks weigh: what is read, in bytes and in characters, what comes back with a press, which
// are ids and values, and addresses and menus.
type mass struct{ read, letters, carried, hidden int }

func (m mass) plus(o mass) mass {
	return mass{m.read + o.read, m.letters + o.letters, m.carried + o.carried, m.hidden + o.hidden}
}

func (m mass) all() int { return m.read + m.carried + m.hidden }

// light reports whether a message may weigh so much by every idea of weight, spare being kept free.
func (m mass) light(spare int) bool { return m.all() <= maxWeight-spare }

// bearable reports whether it may by the ideas that count either bytes, or addresses and menus.
func (m mass) bearable(spare int) bool {
	return m.read+m.carried <= maxWeight-spare && m.letters+m.carried+m.hidden <= maxLoaded-spare
}

// things is what a number of blocks and elements weigh.
func things(n int) mass { return mass{read: n * perThing, letters: n * perThing} }

// worded is a thing with words.
func worded(s string) mass { return mass{read: perThing + len(s), letters: perThing + units(s)} }

// with adds what comes back with a press.
func (m mass) with(ids ...string) mass {
	for _, id := range ids {
		m.carried += len(id)
	}
	return m
}

// weigh is the whole weight of blocks as built here.
func weigh(blocks ...api.Block) int { return massOf(blocks...).all() }

func massOf(blocks ...api.Block) (m mass) {
	for _, b := range blocks {
		switch b := b.(type) {
		case *api.HeaderBlock:
			m = m.plus(worded(b.Text.Text))
		case *api.SectionBlock:
			m = m.plus(worded(b.Text.Text))
		case *api.ContextBlock:
			m = m.plus(things(1))
			for _, e := range b.ContextElements.Elements {
				if t, ok := e.(*api.TextBlockObject); ok {
					m = m.plus(worded(t.Text))
				}
			}
		case *api.RichTextBlock:
			m = m.plus(things(1))
			for _, e := range b.Elements {
				m = m.plus(massOfElement(e))
			}
		case *api.ActionBlock:
			m = m.plus(things(1)).with(b.BlockID)
			for _, e := range b.Elements.ElementSet {
				m = m.plus(massOfButton(e))
			}
		}
	}
	return m
}

func weighElement(e api.RichTextElement) int { return massOfElement(e).all() }

func massOfElement(e api.RichTextElement) mass {
	m := things(1)
	switch e := e.(type) {
	case *api.RichTextSection:
		for _, leaf := range e.Elements {
			m = m.plus(massOfLeaf(leaf))
		}
	case *api.RichTextQuote:
		for _, leaf := range e.Elements {
			m = m.plus(massOfLeaf(leaf))
		}
	case *api.RichTextPreformatted:
		for _, leaf := range e.Elements {
			m = m.plus(massOfLeaf(leaf))
		}
	case *api.RichTextList:
		for _, inner := range e.Elements {
			m = m.plus(massOfElement(inner))
		}
	}
	return m
}

func massOfLeaf(e api.RichTextSectionElement) mass {
	switch e := e.(type) {
	case *api.RichTextSectionTextElement:
		return worded(e.Text)
	case *api.RichTextSectionLinkElement:
		m := worded(e.Text)
		m.hidden = len(e.URL)
		return m
	}
	return mass{read: perThing + dateWeight, letters: perThing + dateWeight}
}

// massOfButton counts the words of a menu's options as read; what else they weigh, being no elements, is
// not known.
func massOfButton(e api.BlockElement) mass {
	switch e := e.(type) {
	case *api.ButtonBlockElement:
		return worded(e.Text.Text).with(e.Value)
	case *api.OverflowBlockElement:
		m := things(1)
		for _, o := range e.Options {
			words := worded(o.Text.Text)
			m = m.plus(mass{words.read - perThing, words.letters - perThing, len(o.Value), perOption})
		}
		return m
	}
	return things(1)
}
