package app

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"newsvigil/digest"
	"newsvigil/news"
	"newsvigil/notify/slack"
)

const (
	// beginning is how much of a text is shown at most, in bytes, and beginnings how many sentences.
	beginning  = 600
	beginnings = 3
)

// more is all that is known of a story, for the reader who asked.
func (p pressed) more(ctx context.Context) (slack.Modal, error) {
	it, err := p.item()
	if err != nil {
		return slack.Modal{}, err
	}
	art, err := p.db.Article(ctx, it.Article)
	if err != nil {
		return slack.Modal{}, err
	}
	lang := p.digest.Language
	m := slack.Modal{Title: p.say("story"), Close: p.say("close"), Lines: []slack.Line{
		{Text: it.Title, URL: it.URL},
		{Text: digest.Byline(it, p.cfg.Zone, lang)},
		{Text: strings.Join(it.Authors, ", ")},
	}}
	if why := digest.Why(it, lang); why != "" {
		m.Lines = append(m.Lines, slack.Line{Text: digest.WhyHead(lang) + ": " + why})
	}
	if text := firstSentences(art.Text); text != "" {
		m.Lines = append(m.Lines, slack.Line{Text: "“" + text + "”"})
	} else {
		m.Lines = append(m.Lines, slack.Line{Text: p.say("no_text")})
	}
	for _, also := range it.Also {
		name := digest.AlsoHead(lang) + ": " + also.Outlet
		if note := digest.AlsoNote(also, it, lang); note != "" {
			name += " (" + note + ")"
		}
		m.Lines = append(m.Lines, slack.Line{Text: name, URL: also.URL})
	}
	for _, f := range it.Foreign {
		m.Lines = append(m.Lines, slack.Line{Text: digest.ForeignHead(f, lang) + ": " + f.Title + " · " + f.Outlet, URL: f.URL})
	}
	said, err := p.db.Feedback(ctx, news.Slug(p.digest.Topic))
	if err != nil {
		return m, err
	}
	mine := func(f news.Feedback) bool { return f.By == p.User && f.Article == it.Article }
	if slices.ContainsFunc(said, mine) {
		m.Choices = []slack.Choice{{Action: slack.ActionBack, Value: "back", Text: p.say("back")}}
	}
	return m, nil
}

// firstSentences is how a text begins: a few sentences, or as much of the first one as there is room for.
func firstSentences(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	end := 0
	for n, from := 0, 0; n < beginnings; n++ {
		i := strings.IndexAny(text[from:], ".!?。！？")
		if i < 0 {
			i = len(text) - from - 1
		}
		if i < 0 || from+i >= beginning {
			break
		}
		_, size := utf8.DecodeRuneInString(text[from+i:])
		from += i + size
		end = from
	}
	if end > 0 {
		return text[:end]
	}
	cut := min(beginning, len(text))
	for cut > 0 && cut < len(text) && !utf8.RuneStart(text[cut]) {
		cut--
	}
	if cut < len(text) {
		return text[:cut] + "…"
	}
	return text
}
