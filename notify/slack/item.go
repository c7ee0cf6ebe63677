package slack

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	api "github.com/slack-go/slack"

	"newsvigil/digest"
	"newsvigil/news"
)

const (
	maxAlsoLinks = 3 // other outlets as links: each costs two elements
	maxAlsoNames = 6
)

// words is how an item is put into words: the interface language and the clock.
type words struct {
	lang string
	zone *time.Location
}

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
	if u := link(address); u != "" {
		r.elements = append(r.elements, api.NewRichTextSectionLinkElement(u, name, style))
		return
	}
	if style != nil {
		r.elements = append(r.elements, api.NewRichTextSectionTextElement(name, style))
		return
	}
	r.text(name)
}

func (r *run) section() *api.RichTextSection { return api.NewRichTextSection(r.elements...) }

// title is the item's title, never empty.
func title(it news.Item) string {
	return cmp.Or(shown(it.Title, maxTitle), shown(it.Outlet, maxTitle), "…")
}

// outlet is the outlet's name with its label: "KCNA (state media)".
func outlet(it news.Item) string {
	s := shown(it.Outlet, maxOutlet)
	if l := shown(it.Label, maxLabel); l != "" {
		s = strings.TrimSpace(s + " (" + l + ")")
	}
	return s
}

// notes are what else is to be said of an item in a word or two: its language, what could be read of
// it, and that it is an update.
func (w words) notes(it news.Item) []string {
	var out []string
	if it.Language != "" {
		out = append(out, clip(clean(digest.LanguageName(it.Language, w.lang)), maxLabel))
	}
	if s := digest.ArticleKindWord(it.ArticleKind, w.lang); s != "" {
		out = append(out, s)
	}
	if it.Kind == news.ItemUpdated || it.Kind == news.ItemAlerted {
		out = append(out, digest.KindWord(it.Kind, w.lang))
	}
	return out
}

func (w words) why(it news.Item) string {
	if s := clip(clean(front(digest.Why(it, w.lang), 16*maxWhy)), maxWhy); s != "" {
		return digest.WhyHead(w.lang) + ": " + s
	}
	return ""
}

// full is an item with everything that is said of it.
func (w words) full(it news.Item, also alsoForm) *api.RichTextSection {
	if it.Kind == news.ItemAlerted {
		it.Kind = news.ItemNew // what is told in full is an alert as the headline says
	}
	var r run
	r.link(it.URL, title(it), &api.RichTextSectionTextStyle{Bold: true})
	r.text("\n")
	if o := outlet(it); o != "" {
		r.text(o + " · ")
	}
	w.date(&r, it)
	for _, n := range w.notes(it) {
		r.text(" · " + n)
	}
	if s := w.why(it); s != "" {
		r.text("\n" + s)
	}
	w.also(&r, it, also)
	w.foreign(&r, it)
	return r.section()
}

// date adds the time of publication: in the reader's own zone where the instant is known.
func (w words) date(r *run, it news.Item) {
	said := clip(clean(digest.DateText(it, w.zone, w.lang)), maxOutlet)
	at := it.Published
	if at.IsZero() || at.DateOnly || at.Time.Unix() <= 0 || at.Time.Year() > 2100 {
		r.text(said)
		return
	}
	r.elements = append(r.elements, api.NewRichTextSectionDateElement(at.Time.Unix(), "{date_short}, {time}", nil, &said))
}

// alsoForm is how the other outlets of a story are shown.
type alsoForm int

const (
	alsoLinks alsoForm = iota
	alsoNames
	alsoNone
)

func (w words) also(r *run, it news.Item, form alsoForm) {
	if form == alsoNone || len(it.Also) == 0 {
		return
	}
	most := maxAlsoLinks
	if form == alsoNames {
		most = maxAlsoNames
	}
	r.text("\n" + digest.AlsoHead(w.lang) + ": ")
	for i, a := range it.Also[:min(most, len(it.Also))] {
		if i > 0 {
			r.text(", ")
		}
		name := cmp.Or(shown(a.Outlet, maxOutlet), "…")
		if form == alsoLinks {
			r.link(a.URL, name, nil)
		} else {
			r.text(name)
		}
		if note := clip(clean(digest.AlsoNote(a, it, w.lang)), maxLabel); note != "" {
			r.text(" (" + note + ")")
		}
	}
	if left := len(it.Also) - most; left > 0 {
		r.text(fmt.Sprintf(", +%d", left))
	}
}

// foreign adds the stories in other languages that tell of the same event, at every level: nothing else
// tells of them.
func (w words) foreign(r *run, it news.Item) {
	for _, a := range it.Foreign {
		r.text("\n" + clip(clean(digest.ForeignHead(a, w.lang)), maxLabel) + ": ")
		r.link(a.URL, cmp.Or(shown(a.Title, maxTitle), shown(a.Outlet, maxOutlet), "…"), nil)
		if o := shown(a.Outlet, maxOutlet); o != "" {
			r.text(" · " + o)
		}
	}
}

// line is an item in brief: linked title, outlet, date and language, and on a second line why it is
// there and who else has it. Higher levels drop what costs most.
func (w words) line(it news.Item, level int) *api.RichTextSection {
	var r run
	r.link(it.URL, title(it), nil)
	if o := outlet(it); o != "" {
		r.text(" · " + o)
	}
	if level >= levelLines {
		w.foreign(&r, it)
		return r.section()
	}
	// As text, because a date element weighs as much as a sentence.
	r.text(" · " + clip(clean(digest.DateText(it, w.zone, w.lang)), maxOutlet))
	for _, n := range w.notes(it) {
		r.text(" · " + n)
	}
	if s := clip(clean(digest.WhyBrief(it, w.lang)), maxBrief); s != "" {
		r.text("\n" + digest.WhyHead(w.lang) + ": " + s)
	}
	if level < levelAlone {
		w.also(&r, it, alsoNames)
	}
	w.foreign(&r, it)
	return r.section()
}

// list puts items under a heading, one line each.
func (w words) list(id, head string, items []news.Item, level int) *api.RichTextBlock {
	sections := make([]api.RichTextElement, 0, len(items))
	for _, it := range items {
		sections = append(sections, w.line(it, level))
	}
	return api.NewRichTextBlock(id, heading(head), api.NewRichTextList(api.RTEListBullet, 0, sections...))
}

func heading(s string) *api.RichTextSection {
	var r run
	r.bold(clip(clean(s), maxHeader))
	return r.section()
}
