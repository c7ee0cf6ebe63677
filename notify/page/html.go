package page

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"slices"
	"time"

	"newsvigil/digest"
	"newsvigil/news"
	"newsvigil/text"
)

//go:embed page.html
var source string

// HTML renders one digest as a page that looks like its Slack channel, the thread opened. The page
// holds its own styles, runs no scripts and loads nothing.
func HTML(d news.Digest, o Options) ([]byte, error) {
	return Page([]news.Digest{d}, nil, nil, o)
}

// Page renders several digests and notices, each in its channel in order of time, and below them
// sections of plain lines.
func Page(ds []news.Digest, notices []news.Notice, extra []Section, o Options) ([]byte, error) {
	t, err := template.New("page").Parse(source)
	if err != nil {
		return nil, fmt.Errorf("read the page's template: %w", err)
	}
	v := pageView{Title: "newsvigil", Lang: "en", Extra: cleanSections(extra)}
	if len(ds) > 0 {
		v.Title, v.Lang = text.Clean(digest.Headline(ds[len(ds)-1])), language(ds[0].Language)
	}
	for _, d := range ds {
		v.post(text.Clean(d.Channel), digestView(d, o))
	}
	for _, n := range notices {
		v.post(text.Clean(n.Channel), noticeView(n, o))
	}
	for i := range v.Channels {
		slices.SortStableFunc(v.Channels[i].Messages, func(a, b messageView) int { return a.at.Compare(b.at) })
	}
	var b bytes.Buffer
	if err := t.Execute(&b, v); err != nil {
		return nil, fmt.Errorf("render the page: %w", err)
	}
	return b.Bytes(), nil
}

func language(lang string) string {
	if lang == "" {
		return "en"
	}
	return lang
}

type pageView struct {
	Title, Lang string
	Channels    []channelView
	Extra       []Section
}

// post appends a message to its channel, the channels standing in the order of their first message.
func (v *pageView) post(channel string, m messageView) {
	for i := range v.Channels {
		if v.Channels[i].Name == channel {
			v.Channels[i].Messages = append(v.Channels[i].Messages, m)
			return
		}
	}
	v.Channels = append(v.Channels, channelView{Name: channel, Messages: []messageView{m}})
}

type channelView struct {
	Name     string
	Messages []messageView
}

type messageView struct {
	at                          time.Time
	Day, Time, Headline, Totals string
	Lead, Lines                 []itemView
	LinesHead                   string
	Plain                       []string
	Replies                     string
	Thread                      []replyView
}

// replyView is one message of a thread.
type replyView struct {
	Head  string
	Items []itemView
	Plain []string
}

type itemView struct {
	Number                          int
	Title, URL, Badge, Byline, Lang string
	WhyHead, Why, AlsoHead          string
	MoreAlso                        string
	Also                            []alsoView
	Foreign                         []foreignView
}

// foreignView is a story in another language that tells of the same event.
type foreignView struct{ Head, Title, URL, Lang, Outlet string }

type alsoView struct{ Outlet, URL, Note, Comma string }

func digestView(d news.Digest, o Options) messageView {
	m := messageView{
		at: d.Slot, Headline: text.Clean(digest.Headline(d)), Totals: text.Clean(digest.TotalsLine(d)),
		LinesHead: digest.LinesHead(d.Language),
	}
	m.stamp(d.Slot, d.Language, o)
	m.Lead = itemViews(inFull(d.Lead), 1, d.Language, o)
	for i, it := range d.Lead {
		m.Lead[i].Why = text.Clean(digest.Why(it, d.Language))
	}
	m.Lines = itemViews(d.Lines, 1+len(d.Lead), d.Language, o)
	if len(d.Rest) > 0 || d.Beyond > 0 {
		r := replyView{Items: itemViews(d.Rest, 1+len(d.Lead)+len(d.Lines), d.Language, o)}
		if len(d.Rest) > 0 {
			r.Head = digest.RestHead(d)
		}
		if more := digest.MoreLine(d); more != "" {
			r.Plain = []string{more}
		}
		m.Thread = append(m.Thread, r)
	}
	if len(d.Near) > 0 {
		m.Thread = append(m.Thread, replyView{Head: digest.NearHead(d), Items: itemViews(d.Near, 0, d.Language, o)})
	}
	if held := digest.QuarantinedLine(d); held != "" {
		m.Thread = append(m.Thread, replyView{Plain: []string{text.Clean(held)}})
	}
	if len(d.Troubles) > 0 {
		r := replyView{Head: digest.TroublesHead(d)}
		for _, t := range d.Troubles {
			r.Plain = append(r.Plain, text.Clean(digest.TroubleLine(t, d.Language)))
		}
		if d.MoreTroubles > 0 {
			r.Plain = append(r.Plain, fmt.Sprintf("… +%d", d.MoreTroubles))
		}
		m.Thread = append(m.Thread, r)
	}
	m.Replies = digest.RepliesLine(len(m.Thread), d.Language)
	return m
}

func noticeView(n news.Notice, o Options) messageView {
	m := messageView{at: n.At, Headline: text.Clean(n.Title), Plain: cleanAll(n.Lines)}
	m.stamp(n.At, "en", o)
	return m
}

// stamp sets the day and the time of day at which a message stands.
func (m *messageView) stamp(at time.Time, lang string, o Options) {
	if at.IsZero() {
		return
	}
	if o.Zone != nil {
		at = at.In(o.Zone)
	}
	m.Day, m.Time = digest.DayText(at, lang), at.Format("15:04")
}

// itemViews prepares items for the template, numbered from first; 0 numbers none.
func itemViews(items []news.Item, first int, lang string, o Options) []itemView {
	var out []itemView
	for i, it := range items {
		v := itemView{
			Title: text.Clean(it.Title) + withdrawn(it.Withdrawn, lang), URL: safeLink(it.URL), Byline: text.Clean(digest.Byline(it, o.Zone, lang)),
			Lang: it.Language, WhyHead: digest.WhyHead(lang), Why: text.Clean(digest.WhyBrief(it, lang)), AlsoHead: digest.AlsoHead(lang),
		}
		if first > 0 {
			v.Number = first + i
		}
		if badge(it) {
			v.Badge = digest.KindWord(it.Kind, lang)
		}
		for j, a := range it.Also {
			av := alsoView{Outlet: text.Clean(a.Outlet) + withdrawn(a.Withdrawn, lang), URL: safeLink(a.URL), Note: digest.AlsoNote(a, it, lang)}
			if j < len(it.Also)-1 {
				av.Comma = ", "
			}
			v.Also = append(v.Also, av)
		}
		for _, a := range it.Foreign {
			v.Foreign = append(v.Foreign, foreignView{
				Head: digest.ForeignHead(a, lang), Title: text.Clean(a.Title) + withdrawn(a.Withdrawn, lang), URL: safeLink(a.URL), Lang: a.Language, Outlet: text.Clean(a.Outlet),
			})
		}
		if it.MoreAlso > 0 {
			v.MoreAlso = fmt.Sprintf(", +%d", it.MoreAlso)
		}
		out = append(out, v)
	}
	return out
}

func cleanSections(in []Section) []Section {
	var out []Section
	for _, s := range in {
		out = append(out, Section{Title: text.Clean(s.Title), Lines: cleanAll(s.Lines)})
	}
	return out
}

func cleanAll(in []string) []string {
	var out []string
	for _, s := range in {
		out = append(out, text.Clean(s))
	}
	return out
}
