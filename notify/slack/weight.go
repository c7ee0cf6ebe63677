package slack

import api "github.com/slack-go/slack"

const (
	maxBlocks = 50
	// maxWeight is what a message may weigh: Slack refuses, without documenting it, messages whose
	// text and structure together pass about 11,300 to 13,300 characters. Text counts in bytes,
	// every block and element 125; addresses are counted too, to be on the safe side.
	maxWeight = 12000
	perThing  = 125
	// dateWeight stands for a date's words, whose length depends on the zone's name.
	dateWeight = 64
)

// weigh is the weight of blocks as built here.
func weigh(blocks ...api.Block) int {
	n := 0
	for _, b := range blocks {
		n += perThing
		switch b := b.(type) {
		case *api.HeaderBlock:
			n += len(b.Text.Text)
		case *api.ContextBlock:
			for _, e := range b.ContextElements.Elements {
				n += perThing
				if t, ok := e.(*api.TextBlockObject); ok {
					n += len(t.Text)
				}
			}
		case *api.RichTextBlock:
			for _, e := range b.Elements {
				n += weighElement(e)
			}
		case *api.ActionBlock:
			n += len(b.BlockID)
			for _, e := range b.Elements.ElementSet {
				n += weighButton(e)
			}
		}
	}
	return n
}

func weighElement(e api.RichTextElement) int {
	n := perThing
	switch e := e.(type) {
	case *api.RichTextSection:
		for _, leaf := range e.Elements {
			n += weighLeaf(leaf)
		}
	case *api.RichTextList:
		for _, inner := range e.Elements {
			n += weighElement(inner)
		}
	}
	return n
}

func weighLeaf(e api.RichTextSectionElement) int {
	switch e := e.(type) {
	case *api.RichTextSectionTextElement:
		return perThing + len(e.Text)
	case *api.RichTextSectionLinkElement:
		return perThing + len(e.Text) + len(e.URL)
	}
	return perThing + dateWeight
}

// weighButton counts what Slack hands back, too. The options of a menu are lighter than elements.
func weighButton(e api.BlockElement) int {
	switch e := e.(type) {
	case *api.ButtonBlockElement:
		return perThing + len(e.Text.Text) + len(e.Value)
	case *api.OverflowBlockElement:
		n := perThing
		for _, o := range e.Options {
			n += perOption + len(o.Text.Text) + len(o.Value)
		}
		return n
	}
	return perThing
}
