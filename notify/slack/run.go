package slack

import (
	"cmp"

	api "github.com/slack-go/slack"
)

// run builds a section. Text that follows text is joined to it, because every element weighs.
type run struct{ elements []api.RichTextSectionElement }

func (r *run) text(s string) {
	if s == "" {
		return
	}
	if n := len(r.elements); n > 0 {
		if t, ok := r.elements[n-1].(*api.RichTextSectionTextElement); ok && t.Style == nil {
			t.Text += s
			return
		}
	}
	r.elements = append(r.elements, api.NewRichTextSectionTextElement(s, nil))
}

func (r *run) bold(s string) {
	r.elements = append(r.elements, api.NewRichTextSectionTextElement(s, &api.RichTextSectionTextStyle{Bold: true}))
}

// link adds a linked name, or the name alone where the address is not one that Slack takes.
func (r *run) link(address, name string, style *api.RichTextSectionTextStyle) {
	name = cmp.Or(name, "…")
	if u := link(address); u != "" {
		r.elements = append(r.elements, api.NewRichTextSectionLinkElement(u, named(name, u), style))
		return
	}
	if style != nil {
		r.elements = append(r.elements, api.NewRichTextSectionTextElement(name, style))
		return
	}
	r.text(name)
}

func (r *run) section() *api.RichTextSection { return api.NewRichTextSection(r.elements...) }
