package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"newsvigil/digest"
	"newsvigil/news"
	"newsvigil/notify/slack"
	"newsvigil/store"
	"newsvigil/text"
)

const (
	// findMost is how many pieces a reader is shown: the newest of findAhead, which are those read last.
	// findAmong is how many stored ones are looked through.
	findMost  = 10
	findAhead = 50
	findAmong = 20000
	// findBack is how old they may be.
	findBack = 365 * 24 * time.Hour
)

// asked is a slash command, the topics of the channel in which it was typed, and the language of its answer.
type asked struct {
	bureau
	slack.Action
	topics []*topic
	// admin says that it is the admin channel, where all topics may be named.
	admin bool
	lang  string
	// name is the command's word, rest what stands behind it.
	name, rest string
}

func (q asked) say(name string, with ...any) string { return digest.AnswerText(name, q.lang, with...) }

func (q asked) title(name string, with ...any) slack.Whisper {
	return slack.Whisper{Title: q.say(name, with...)}
}

// command answers a slash command. What is to be stored is on the disk when it returns.
func (d bureau) command(ctx context.Context, a slack.Action) (func(context.Context), error) {
	q := asked{bureau: d, Action: a, lang: d.language(ctx, a)}
	var err error
	if q.topics, err = d.topicsIn(ctx, a.ChannelID); err != nil {
		return nil, err
	}
	if q.admin, err = d.isChannel(ctx, d.cfg.Slack.AdminChannel, a.ChannelID); err != nil {
		return nil, err
	}
	q.name, q.rest, _ = strings.Cut(strings.TrimSpace(a.Value), " ")
	q.name, q.rest = strings.ToLower(q.name), strings.TrimSpace(q.rest)
	switch q.name {
	case "missed":
		return q.missed(ctx)
	case "unmute":
		w, err := q.unmute(ctx)
		return q.answer(func(context.Context) (slack.Whisper, error) { return w, nil }), err
	}
	do := map[string]func(context.Context) (slack.Whisper, error){
		"why": q.why, "find": q.find, "status": q.status, "kept": q.kept, "sources": q.outlets, "muted": q.muted,
	}[q.name]
	if do == nil {
		do = q.help
	}
	return q.answer(do), nil
}

// answer gives the one who asked what do says. An error stands in the log; it may hold what is nobody's
// business.
func (q asked) answer(do func(context.Context) (slack.Whisper, error)) func(context.Context) {
	return q.after(q.Action, func(ctx context.Context) error {
		w, err := do(ctx)
		if err != nil {
			q.log.Warn("answer a command", "command", q.name, "err", err)
			w = q.title("failed")
		}
		return q.whisper(ctx, q.Action, w)
	})
}

// topicsIn are the topics that post in a channel.
func (a *App) topicsIn(ctx context.Context, channelID string) (list []*topic, err error) {
	for _, t := range a.topics {
		here, err := a.isChannel(ctx, t.Channel, channelID)
		if err != nil {
			return nil, err
		}
		if here {
			list = append(list, t)
		}
	}
	return list, nil
}

// isChannel reports whether a channel, as the configuration names it, is the one with an id.
func (a *App) isChannel(ctx context.Context, name, id string) (bool, error) {
	known, _, err := a.db.Channel(ctx, strings.ToLower(strings.TrimPrefix(name, "#")))
	return id != "" && (name == id || known == id), err
}

// named are the topics that an answer may name: those of the channel, as another one may be private, and in
// the admin channel all.
func (q asked) named() []*topic {
	if q.admin {
		return q.App.topics
	}
	return q.topics
}

// left is what may be told here of a piece's trail: nothing of topics that may not be named.
func (q asked) left(t store.Trail) store.Trail {
	hidden := func(key string) bool {
		return !q.admin && !slices.ContainsFunc(q.topics, func(t *topic) bool { return t.Key() == key })
	}
	t.Scores = slices.DeleteFunc(slices.Clone(t.Scores), func(s news.Score) bool { return hidden(s.Topic) })
	t.Digests = slices.DeleteFunc(slices.Clone(t.Digests), func(s store.Shown) bool { return hidden(s.Topic) })
	return t
}

// language is that of the channel's topics; elsewhere that of all topics, or English where they differ.
func (a *App) language(ctx context.Context, act slack.Action) string {
	list, err := a.topicsIn(ctx, act.ChannelID)
	if err != nil || len(list) == 0 {
		list = a.topics
	}
	for _, t := range list {
		if t.Language != list[0].Language {
			return "en"
		}
	}
	if len(list) == 0 {
		return "en"
	}
	return list[0].Language
}

func (q asked) help(context.Context) (slack.Whisper, error) {
	w := q.title("help")
	if q.name != "" && q.name != "help" {
		w = q.title("unknown", "name", echoed(q.name))
	}
	for _, key := range []string{"help_status", "help_why", "help_missed", "help_find", "help_kept", "help_sources", "help_muted", "only_you"} {
		w.Lines = append(w.Lines, slack.Line{Text: q.say(key)})
	}
	return w, nil
}

// echoed is what a reader typed, as far as it is worth repeating.
func echoed(s string) string {
	if r := []rune(s); len(r) > maxEcho {
		return string(r[:maxEcho]) + "…"
	}
	return s
}

// maxEcho is how much of what a reader typed is repeated to them, in characters.
const maxEcho = 100

// unescaped undoes what Slack does to a text that is typed.
var unescaped = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

// link is the address that a text begins with, without what Slack and people put around it, and the rest.
func link(s string) (address, rest string) {
	s = strings.TrimSpace(s)
	if inner, ok := strings.CutPrefix(s, "<"); ok {
		address, rest, _ = strings.Cut(inner, ">")
		address, _, _ = strings.Cut(address, "|")
	} else {
		address, rest, _ = strings.Cut(s, " ")
	}
	return strings.Trim(unescaped.Replace(address), "\"'“”‘’,"), strings.TrimSpace(unescaped.Replace(rest))
}

// missed notes a reader's word on a piece that should have been in a digest.
func (q asked) missed(ctx context.Context) (func(context.Context), error) {
	address, rest := link(q.rest)
	refuse := func(name string, with ...any) (func(context.Context), error) {
		return q.answer(func(context.Context) (slack.Whisper, error) { return q.title(name, with...), nil }), nil
	}
	t, names := q.topicFor(rest)
	switch {
	case address == "":
		return refuse("name_missed")
	case t == nil && names == "":
		return refuse("no_topic")
	case t == nil && len(q.topics) == 0:
		return refuse("name_topic", "names", names)
	case t == nil:
		return refuse("which_topic", "names", names)
	}
	said, err := q.understand(ctx, news.Feedback{Label: news.LabelMissed, URL: address, Topic: t.Key(), By: q.User})
	if refused(err) {
		return refuse("no_address", "address", echoed(address))
	}
	if err == nil {
		err = q.store(ctx, store.Press{Said: &said})
	}
	if err != nil {
		return q.notKept(q.Action), err
	}
	return q.answer(func(ctx context.Context) (slack.Whisper, error) {
		w, err := q.verdict(ctx, address)
		w.Lines = append([]slack.Line{{Text: w.Title}}, w.Lines...)
		w.Title = q.say("missed")
		return w, err
	}), nil
}

// topicFor is the topic that is meant by a word: the only one of the channel, the only one there is, or
// the one of several that is named; in an admin channel without a topic, of all. Else names has those to choose from; it is empty where there are none.
func (q asked) topicFor(name string) (t *topic, names string) {
	list := q.topics
	if len(list) == 0 && (q.admin || len(q.App.topics) == 1) {
		list = q.App.topics
	}
	if len(list) == 1 {
		return list[0], ""
	}
	var all []string
	for _, t := range list {
		if name != "" && news.Slug(name) == t.Key() {
			return t, ""
		}
		all = append(all, t.Name)
	}
	return nil, strings.Join(all, ", ")
}

// channels are the names by which the channel's topics call it.
func (q asked) channels() []string {
	var out []string
	for _, t := range q.topics {
		if !slices.Contains(out, t.Channel) {
			out = append(out, t.Channel)
		}
	}
	return out
}

func (q asked) mutes(ctx context.Context) (list []news.Mute, err error) {
	for _, channel := range q.channels() {
		some, err := q.db.Mutes(ctx, channel, q.now())
		if err != nil {
			return nil, err
		}
		list = append(list, some...)
	}
	return list, nil
}

// unmute shows an outlet again, in the channel of the command.
func (q asked) unmute(ctx context.Context) (slack.Whisper, error) {
	outlet := unescaped.Replace(q.rest)
	if outlet == "" {
		return q.title("name_outlet"), nil
	}
	list, err := q.mutes(ctx)
	if err != nil {
		return slack.Whisper{}, err
	}
	w := q.title("not_muted", "outlet", echoed(outlet))
	for _, m := range list {
		if m.Source != news.Slug(outlet) {
			continue
		}
		if err := q.store(ctx, store.Press{Unmute: &m}); err != nil {
			return slack.Whisper{}, err
		}
		w = q.title("unmuted", "outlet", m.Outlet)
	}
	return w, nil
}

// muted lists what readers muted in the channel of the command.
func (q asked) muted(ctx context.Context) (slack.Whisper, error) {
	list, err := q.mutes(ctx)
	w := q.title("none_muted")
	for _, m := range list {
		w.Title = q.say("muted")
		w.Lines = append(w.Lines, slack.Line{Text: q.say("muted_one", "outlet", m.Outlet, "day", digest.DayText(m.Until.In(q.cfg.Zone), q.lang))})
	}
	return w, err
}

// find looks for words in titles and texts. Links lead to outlets that are watched, or nowhere.
func (q asked) find(ctx context.Context) (slack.Whisper, error) {
	query := unescaped.Replace(q.rest)
	words := strings.Fields(text.Fold(query))
	if len(words) == 0 {
		return q.title("name_words"), nil
	}
	var found []news.Article
	err := q.db.Search(ctx, q.now().Add(-findBack), findAmong, func(a news.Article) bool {
		in := text.Fold(a.Title + "\n" + a.Text)
		if slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(in, word) }) {
			return false
		}
		a.Text = ""
		found = append(found, a)
		return len(found) == findAhead
	})
	slices.SortStableFunc(found, func(a, b news.Article) int { return b.When().Compare(a.When()) })
	w := slack.Whisper{}
	for _, a := range found[:min(findMost, len(found))] {
		w.Lines = append(w.Lines, q.line(a))
	}
	switch query = echoed(query); len(w.Lines) {
	case 0:
		w.Title = q.say("none_found", "words", query)
	case findMost:
		w.Title = q.say("found_newest", "words", query, "count", findMost)
	default:
		w.Title = q.say("found", "words", query)
	}
	return w, err
}

// line is a piece in one line.
func (q asked) line(a news.Article) slack.Line {
	l := slack.Line{Text: fmt.Sprintf("%s · %s · %s", a.Title, a.Source, digest.DayText(a.When().In(q.cfg.Zone), q.lang))}
	l.URL = q.linkOf(a)
	return l
}
