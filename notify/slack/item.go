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
	maxAlsoLinks = 4 // other outlets as links: each costs two elements
	maxAlsoNames = 6
)

// words is how an item is put into words: the interface language and the clock.
type words struct {
	lang string
	zone *time.Location
}

// title is the item's title, never empty.
func title(it news.Item) string {
	return cmp.Or(shown(it.Title, maxTitle), shown(it.Outlet, maxOutlet), "…")
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
	if name := clip(clean(digest.LanguageName(it.Language, w.lang)), maxLabel); it.Language != "" && name != "" {
		out = append(out, name)
	}
	if s := digest.ArticleKindWord(it.ArticleKind, w.lang); s != "" {
		out = append(out, s)
	}
	return append(out, w.marks(it)...)
}

// marks say that an item is an update or an alert.
func (w words) marks(it news.Item) (out []string) {
	if it.Kind == news.ItemUpdated || it.Kind == news.ItemAlerted {
		out = append(out, digest.KindWord(it.Kind, w.lang))
	}
	if it.Updated && it.Kind != news.ItemUpdated {
		out = append(out, digest.KindWord(news.ItemUpdated, w.lang))
	}
	return out
}

func (w words) why(it news.Item) string { return w.because(digest.Why(it, w.lang), maxWhy) }

func (w words) whyBrief(it news.Item) string { return w.because(digest.WhyBrief(it, w.lang), maxBrief) }

func (w words) because(why string, most int) string {
	if s := clip(clean(front(why, 16*most)), most); s != "" {
		return digest.WhyHead(w.lang) + ": " + s
	}
	return ""
}

// full is an item with everything that is said of it.
func (w words) full(it news.Item, f shape) *api.RichTextSection {
	if it.Kind == news.ItemAlerted {
		it.Kind = news.ItemNew // what is told in full is an alert as the headline says
	}
	var r run
	r.link(it.URL, title(it), &api.RichTextSectionTextStyle{Bold: true})
	r.text(w.withdrawn(it.URL, it.Withdrawn))
	byline := w.notes(it)
	if o := outlet(it); o != "" {
		byline = append([]string{o}, byline...)
	}
	if f.dense {
		w.dateAfter(&r, it, between)
		r.text("\n" + strings.Join(byline, between))
	} else {
		r.text("\n")
		if o := outlet(it); o != "" {
			r.text(o + between)
			byline = byline[1:]
		}
		w.date(&r, it)
		for _, n := range byline {
			r.text(between + n)
		}
	}
	why := w.why(it)
	if f.brief {
		why = w.whyBrief(it)
	}
	if why != "" {
		r.text("\n" + why)
	}
	w.also(&r, it, f.also)
	w.foreign(&r, it)
	return r.section()
}

// between stands between what is said of an item.
const between = " · "

// date adds the time of publication, in the reader's own zone where the instant is known.
func (w words) date(r *run, it news.Item) { w.dateAfter(r, it, "") }

// dateAfter adds it with a text before it, which needs no element of its own.
func (w words) dateAfter(r *run, it news.Item, before string) {
	said := before + clip(clean(digest.DateText(it, w.zone, w.lang)), maxOutlet)
	at := it.Published
	if at.IsZero() || at.DateOnly || at.Time.Unix() <= 0 || at.Time.Year() > 2100 {
		r.text(said)
		return
	}
	r.elements = append(r.elements, api.NewRichTextSectionDateElement(at.Time.Unix(), before+"{date_short}, {time}", nil, &said))
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
			r.text(w.withdrawn(a.URL, a.Withdrawn))
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
		r.text(w.withdrawn(a.URL, a.Withdrawn))
		if o := shown(a.Outlet, maxOutlet); o != "" {
			r.text(" · " + o)
		}
	}
}

// lineForm is how an item in brief is shown: in a list of its own or among the joined lines, with
// everything or with what Slack let through.
type lineForm struct {
	// dated has the date in the reader's own zone, which weighs as much as a sentence.
	dated bool
	// why and also say why the item is there, and who else has it.
	why, also bool
	// bare leaves out all but title and outlet.
	bare bool
}

// line adds an item in brief: linked title, outlet, date and language, and on further lines why it is
// there and who else has it.
func (w words) line(r *run, it news.Item, f lineForm) {
	r.link(it.URL, title(it), nil)
	r.text(w.withdrawn(it.URL, it.Withdrawn))
	if o := outlet(it); o != "" {
		r.text(" · " + o)
	}
	if f.bare {
		for _, n := range w.marks(it) {
			r.text(between + n)
		}
		w.foreign(r, it)
		return
	}
	r.text(between)
	if f.dated {
		w.date(r, it)
	} else {
		r.text(clip(clean(digest.DateText(it, w.zone, w.lang)), maxOutlet))
	}
	for _, n := range w.notes(it) {
		r.text(" · " + n)
	}
	if s := w.whyBrief(it); f.why && s != "" {
		r.text("\n" + s)
	}
	if f.also {
		w.also(r, it, alsoNames)
	}
	w.foreign(r, it)
}

func (w words) lineSection(it news.Item, f lineForm) *api.RichTextSection {
	var r run
	w.line(&r, it, f)
	return r.section()
}

// list puts items under a heading, one line each.
func (w words) list(id, head string, items []news.Item, f lineForm) *api.RichTextBlock {
	sections := make([]api.RichTextElement, 0, len(items))
	for _, it := range items {
		sections = append(sections, w.lineSection(it, f))
	}
	return api.NewRichTextBlock(id, heading(head), api.NewRichTextList(api.RTEListBullet, 0, sections...))
}

// joined puts the lines of a message under a heading, and a text below them, in one section: a list
// weighs more.
func (w words) joined(s sheet, below string) *api.RichTextBlock {
	var r run
	head := clip(clean(digest.LinesHead(w.lang)), maxHeader)
	if s.form.dense {
		r.text(head)
	} else {
		r.bold(head)
	}
	for _, it := range s.lines {
		r.text("\n• ")
		w.line(&r, it, s.form.line)
	}
	if below != "" {
		r.text("\n\n" + below)
	}
	return api.NewRichTextBlock("lines", r.section())
}

func heading(s string) *api.RichTextSection {
	var r run
	r.bold(clip(clean(s), maxHeader))
	return r.section()
}
