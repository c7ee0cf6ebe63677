package slack

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	api "github.com/slack-go/slack"

	"newsvigil/digest"
	"newsvigil/news"
)

// A message keeps its form when a link is withdrawn: what is pressed below a story, and which message of
// the thread holds it, must stay. So a digest is planned as if the link were there still.

// reserved is a digest with room for the links that were withdrawn.
func reserved(d news.Digest) news.Digest {
	put := func(items []news.Item) []news.Item { return replaced(items, putWithdrawn) }
	d.Lead, d.Lines, d.Rest, d.Near = put(d.Lead), put(d.Lines), put(d.Rest), put(d.Near)
	return d
}

// bared takes what reserved put in out of what was planned.
func bared(sheets []sheet) []sheet {
	take := func(items []news.Item) []news.Item { return replaced(items, takeWithdrawn) }
	for i := range sheets {
		s := &sheets[i]
		s.lead, s.lines, s.rest, s.near = take(s.lead), take(s.lines), take(s.rest), take(s.near)
	}
	return sheets
}

// putWithdrawn puts what stands for an address into its place, takeWithdrawn takes it out again.
func putWithdrawn(address *string, withdrawn string) { *address = withdrawn }

func takeWithdrawn(address *string, _ string) { *address = "" }

// keptWith is replaced for the stories of a brief.
func keptWith(stories []news.Kept, put func(address *string, withdrawn string)) []news.Kept {
	out := slices.Clone(stories)
	for i := range out {
		out[i].Item = replaced([]news.Item{out[i].Item}, put)[0]
	}
	return out
}

// replaced are items with another address wherever one was withdrawn; where none was they are the same.
func replaced(items []news.Item, put func(address *string, withdrawn string)) []news.Item {
	if !slices.ContainsFunc(items, withdrawnFrom) {
		return items
	}
	others := func(list []news.Also) []news.Also {
		list = slices.Clone(list)
		for i := range list {
			if list[i].Withdrawn != "" {
				put(&list[i].URL, list[i].Withdrawn)
			}
		}
		return list
	}
	items = slices.Clone(items)
	for i := range items {
		it := &items[i]
		if it.Withdrawn != "" {
			put(&it.URL, it.Withdrawn)
		}
		it.Also, it.Foreign = others(it.Also), others(it.Foreign)
	}
	return items
}

func withdrawnFrom(it news.Item) bool {
	also := func(a news.Also) bool { return a.Withdrawn != "" }
	return it.Withdrawn != "" || slices.ContainsFunc(it.Also, also) || slices.ContainsFunc(it.Foreign, also)
}

// withdrawn says, behind a space, that a link was there; "" where none was, or where it still is, as it is
// while a digest is planned.
func (w words) withdrawn(address, withdrawn string) string {
	if withdrawn == "" || address != "" {
		return ""
	}
	return " " + digest.WithdrawnNote(w.lang)
}

// LinksOf are the addresses to which a part of a digest leads, at a level, each as often as it does.
func LinksOf(d news.Digest, part, level int) []string { return Render(d, part, level).Links() }

// Links are the addresses to which a message leads, each as often as it does.
func (m Message) Links() []string {
	var out []string
	for _, b := range m.Blocks {
		var tree any
		if raw, err := json.Marshal(b); err == nil && json.Unmarshal(raw, &tree) == nil {
			out = linksIn(tree, out)
		}
	}
	if len(m.Blocks) > 0 {
		return out // the text is not shown then
	}
	for _, l := range textLink.FindAllStringSubmatch(m.Text, -1) {
		out = append(out, strings.ReplaceAll(l[1], "&amp;", "&"))
	}
	return out
}

// linksIn adds every address under the name "url" in a block, however deep.
func linksIn(v any, found []string) []string {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			found = linksIn(e, found)
		}
	case map[string]any:
		if address, ok := v["url"].(string); ok {
			found = append(found, address)
		}
		for _, e := range v {
			found = linksIn(e, found)
		}
	}
	return found
}

// BriefLinksOf is LinksOf for a brief. Addresses that stand in it as text to be copied are among them.
func BriefLinksOf(b news.Brief, part, level int) []string {
	m := RenderBrief(b, part, level)
	out := m.Links()
	for _, block := range m.Blocks {
		if t, ok := block.(*api.RichTextBlock); ok {
			raw, _ := json.Marshal(t.Elements) // what cannot be written is not posted either
			for _, a := range written.FindAll(raw, -1) {
				if !slices.Contains(out, string(a)) {
					out = append(out, string(a))
				}
			}
		}
	}
	return out
}

// written matches an address that stands in a text.
var written = regexp.MustCompile(`https?://[^\s<>()"\\]+`)
