package app

import (
	"cmp"
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
	// findMost is how many pieces a reader is shown, findAmong how many stored ones are looked through.
	findMost  = 10
	findAmong = 20000
	// findBack is how old they may be.
	findBack = 365 * 24 * time.Hour
)

// commandHelp is what /newsvigil can do.
func commandHelp() []slack.Line {
	return []slack.Line{
		{Text: "/newsvigil status: the last digests, the next ones, and the outlets in trouble"},
		{Text: "/newsvigil why ADDRESS: what became of a piece, and why"},
		{Text: "/newsvigil missed ADDRESS: a piece that should have been in the digest; newsvigil learns from it"},
		{Text: "/newsvigil find WORDS: stored pieces that have all these words"},
		{Text: "/newsvigil kept: what was kept in the last seven days"},
		{Text: "/newsvigil sources: the outlets that are watched"},
		{Text: "/newsvigil muted: the outlets that are muted, and /newsvigil unmute OUTLET to show one again"},
		{Text: "Only you see the answers."},
	}
}

// command answers a slash command. What is to be stored is in the database when it returns.
func (d bureau) command(ctx context.Context, a slack.Action) (func(context.Context), error) {
	name, rest, _ := strings.Cut(strings.TrimSpace(a.Value), " ")
	rest = strings.TrimSpace(rest)
	answer := func(do func(context.Context) (slack.Whisper, error)) func(context.Context) {
		return d.after(a, func(ctx context.Context) error {
			w, err := do(ctx)
			if err != nil {
				w = slack.Whisper{Title: "That did not work: " + sentence(d.o.Redact.Clean(err.Error()))}
			}
			return d.whisper(ctx, a, w)
		})
	}
	switch strings.ToLower(name) {
	case "missed":
		f, err := d.missedBy(ctx, a, rest)
		if err == nil {
			err = d.Remember(ctx, f)
		}
		if refused(err) {
			return answer(func(context.Context) (slack.Whisper, error) { return slack.Whisper{Title: sentence(err.Error())}, nil }), nil
		}
		thanks := "Noted as missed; newsvigil learns from it. It is not posted again. What became of it so far:"
		return answer(func(ctx context.Context) (slack.Whisper, error) { return d.why(ctx, rest, thanks) }), err
	case "unmute":
		w, err := d.unmute(ctx, rest)
		return answer(func(context.Context) (slack.Whisper, error) { return w, nil }), err
	case "why":
		return answer(func(ctx context.Context) (slack.Whisper, error) { return d.why(ctx, rest, "") }), nil
	case "find":
		return answer(func(ctx context.Context) (slack.Whisper, error) { return d.find(ctx, rest) }), nil
	case "status":
		return answer(d.status), nil
	case "kept":
		return answer(d.kept), nil
	case "sources":
		return answer(d.outlets), nil
	case "muted":
		return answer(d.muted), nil
	}
	w := slack.Whisper{Title: "What /newsvigil can do:", Lines: commandHelp()}
	if name != "" && !strings.EqualFold(name, "help") {
		w.Title = fmt.Sprintf("There is no command %q. What /newsvigil can do:", name)
	}
	return answer(func(context.Context) (slack.Whisper, error) { return w, nil }), nil
}

// link takes off what Slack puts around an address.
func link(s string) string {
	s, _, _ = strings.Cut(strings.Trim(s, "<>"), "|")
	return s
}

// missedBy is a reader's word on a piece for the topic of the channel.
func (d bureau) missedBy(ctx context.Context, a slack.Action, address string) (news.Feedback, error) {
	f := news.Feedback{Label: news.LabelMissed, URL: link(address), By: a.User}
	if address == "" {
		return f, &UsageError{Text: "name the piece by its address, as in /newsvigil missed https://…"}
	}
	for _, t := range d.topics {
		id, _, err := d.db.Channel(ctx, strings.ToLower(strings.TrimPrefix(t.Channel, "#")))
		if err != nil {
			return f, err
		}
		if a.ChannelID != "" && (t.Channel == a.ChannelID || id == a.ChannelID) {
			f.Topic = t.Key()
			return f, nil
		}
	}
	if len(d.topics) != 1 {
		return f, &UsageError{Text: "write that in the channel of the topic for which the piece was missed"}
	}
	return f, nil
}

// why says what became of an address.
func (d bureau) why(ctx context.Context, address, before string) (slack.Whisper, error) {
	if address == "" {
		return slack.Whisper{Title: "Name the piece by its address, as in /newsvigil why https://…"}, nil
	}
	x, err := d.Explain(ctx, link(address))
	if err != nil {
		return slack.Whisper{}, err
	}
	w := slack.Whisper{Title: x.Verdict}
	if before != "" {
		w.Title, w.Lines = before, []slack.Line{{Text: x.Verdict}}
	}
	for _, l := range x.Lines {
		w.Lines = append(w.Lines, slack.Line{Text: l})
	}
	return w, nil
}

// unmute shows an outlet again, in all channels.
func (d bureau) unmute(ctx context.Context, outlet string) (slack.Whisper, error) {
	list, err := d.db.Mutes(ctx, "", d.now())
	if err != nil {
		return slack.Whisper{}, err
	}
	shown := 0
	for _, m := range list {
		if m.Source != news.Slug(outlet) {
			continue
		}
		if err := d.db.SavePress(ctx, store.Press{Unmute: &m}); err != nil {
			return slack.Whisper{}, err
		}
		shown++
	}
	if shown == 0 {
		return slack.Whisper{Title: fmt.Sprintf("No outlet named %q is muted; /newsvigil muted lists those that are.", outlet)}, nil
	}
	return slack.Whisper{Title: outlet + " is shown again from the next digest on."}, nil
}

// muted lists what readers muted.
func (d bureau) muted(ctx context.Context) (slack.Whisper, error) {
	list, err := d.db.Mutes(ctx, "", d.now())
	w := slack.Whisper{Title: "No outlet is muted."}
	for _, m := range list {
		w.Title = "Muted outlets; /newsvigil unmute OUTLET shows one again:"
		w.Lines = append(w.Lines, slack.Line{Text: fmt.Sprintf("%s in %s, until %s", m.Outlet, m.Channel, digest.DayText(m.Until.In(d.cfg.Zone), "en"))})
	}
	return w, err
}

// find looks for words in titles and texts. Links lead to outlets that are watched, or nowhere.
func (d bureau) find(ctx context.Context, query string) (slack.Whisper, error) {
	words := strings.Fields(text.Fold(query))
	if len(words) == 0 {
		return slack.Whisper{Title: "Name the words to look for, as in /newsvigil find prison camp"}, nil
	}
	w := slack.Whisper{}
	err := d.db.Search(ctx, d.now().Add(-findBack), findAmong, func(a news.Article) bool {
		in := text.Fold(a.Title + "\n" + a.Text)
		if slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(in, word) }) {
			return false
		}
		w.Lines = append(w.Lines, d.pieceLine(a, ""))
		return len(w.Lines) == findMost
	})
	switch len(w.Lines) {
	case 0:
		w.Title = fmt.Sprintf("No stored piece has %q.", query)
	case findMost:
		w.Title = fmt.Sprintf("The newest %d pieces with %q:", findMost, query)
	default:
		w.Title = fmt.Sprintf("Pieces with %q, the newest first:", query)
	}
	return w, err
}

// pieceLine is a piece in one line.
func (d bureau) pieceLine(a news.Article, more string) slack.Line {
	l := slack.Line{Text: fmt.Sprintf("%s · %s · %s%s", a.Title, a.Source, digest.DayText(a.When().In(d.cfg.Zone), "en"), more)}
	if _, ours := d.sourceOf(a.URL); ours {
		l.URL = a.URL
	}
	return l
}

// kept lists what readers kept in the last seven days.
func (d bureau) kept(ctx context.Context) (slack.Whisper, error) {
	said, err := d.Feedback(ctx, "")
	if err != nil {
		return slack.Whisper{}, err
	}
	count := map[int64]int{}
	var order []int64
	for _, f := range slices.Backward(said) {
		if f.Label != news.LabelLike || f.By == "" || f.Article == 0 || f.At.Before(d.now().Add(-week)) {
			continue
		}
		if count[f.Article]++; count[f.Article] == 1 {
			order = append(order, f.Article)
		}
	}
	w := slack.Whisper{Title: "Kept in the last seven days:"}
	for _, id := range order {
		a, err := d.db.Article(ctx, id)
		if err != nil {
			return w, err
		}
		more := ""
		if n := count[id]; n > 1 {
			more = fmt.Sprintf(" · kept by %d", n)
		}
		w.Lines = append(w.Lines, d.pieceLine(a, more))
	}
	if len(order) == 0 {
		w.Title = "Nothing was kept in the last seven days. The button Keep below a story does that."
	}
	return w, nil
}

// outlets lists the sources, those in trouble first.
func (d bureau) outlets(ctx context.Context) (slack.Whisper, error) {
	list, err := d.Sources(ctx)
	if err != nil {
		return slack.Whisper{}, err
	}
	slices.SortStableFunc(list, func(a, b SourceState) int {
		return cmp.Compare(b2i(a.Trouble == news.TroubleNone), b2i(b.Trouble == news.TroubleNone))
	})
	w := slack.Whisper{Title: fmt.Sprintf("%d outlets are configured:", len(list))}
	for _, s := range list {
		line := fmt.Sprintf("%s: %d new this week, %d on topic", s.Source, s.New, s.Relevant)
		switch {
		case s.Off:
			line = s.Source + ": switched off"
		case s.Trouble != news.TroubleNone:
			line += fmt.Sprintf("; in trouble since %s: %s", d.clock(s.Since), cmp.Or(s.Detail, string(s.Trouble)))
		case s.Good.IsZero():
			line = s.Source + ": not polled yet"
		}
		w.Lines = append(w.Lines, slack.Line{Text: line})
	}
	return w, nil
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// status is how newsvigil is doing.
func (d bureau) status(ctx context.Context) (slack.Whisper, error) {
	w := slack.Whisper{Title: "newsvigil is at work."}
	add := func(format string, args ...any) {
		w.Lines = append(w.Lines, slack.Line{Text: fmt.Sprintf(format, args...)})
	}
	now := d.now()
	for _, t := range d.topics {
		last, ok, err := d.db.LastDigest(ctx, t.Key())
		if err != nil {
			return w, err
		}
		said := "no digest yet"
		if ok {
			said = "last digest " + d.clock(last)
		}
		if next := d.nextSlot(t, now); !next.IsZero() {
			said += ", the next one " + d.clock(next)
		}
		add("%s (%s): %s", t.Name, t.Channel, said)
	}
	queued, err := d.db.Queued(ctx)
	if err != nil {
		return w, err
	}
	if queued > 0 {
		add("%d messages wait to be posted", queued)
	}
	troubled, err := d.troubles(ctx)
	if err != nil {
		return w, err
	}
	add("%d outlets are watched, %d of them are in trouble", len(d.sources()), len(troubled))
	for _, s := range troubled {
		add("%s", digest.TroubleLine(s, "en"))
	}
	return w, nil
}

// nextSlot is when a topic's next digest is due; zero where none is.
func (a *App) nextSlot(t *topic, now time.Time) (next time.Time) {
	for _, spec := range t.Digest {
		sched, err := parseSpec(spec)
		if err != nil {
			continue // config.Load has refused it
		}
		if at := (slots{sched, a.cfg.Zone}).Next(now); next.IsZero() || !at.IsZero() && at.Before(next) {
			next = at
		}
	}
	return next
}
