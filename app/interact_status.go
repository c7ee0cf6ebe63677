package app

import (
	"cmp"
	"context"
	"slices"
	"time"

	"newsvigil/digest"
	"newsvigil/news"
	"newsvigil/notify/slack"
	"newsvigil/store"
)

// why says what became of an address.
func (q asked) why(ctx context.Context) (slack.Whisper, error) {
	address, _ := link(q.rest)
	if address == "" {
		return q.title("name_why"), nil
	}
	return q.verdict(ctx, address)
}

// verdict is what became of an address, in words for readers; `newsvigil explain` has the figures.
func (q asked) verdict(ctx context.Context, address string) (slack.Whisper, error) {
	x, err := q.explain(ctx, address, q.left)
	if refused(err) {
		return q.title("no_address", "address", echoed(address)), nil
	}
	if err != nil {
		return slack.Whisper{}, err
	}
	w := slack.Whisper{Title: cmp.Or(digest.VerdictText(x.Code, q.lang), x.Verdict)}
	trail, err := q.db.Trail(ctx, q.keysOf(address))
	if err != nil || trail.Article == nil {
		return w, err
	}
	trail = q.left(trail)
	if len(q.named()) == 0 && x.Code == "unscored" {
		w.Title = q.say("why_elsewhere")
	}
	add := func(text string) {
		if text != "" {
			w.Lines = append(w.Lines, slack.Line{Text: text})
		}
	}
	w.Lines = append(w.Lines, q.line(*trail.Article))
	add(digest.ArticleKindWord(trail.Article.Kind, q.lang))
	for _, s := range trail.Digests {
		add(q.shown(s))
	}
	mutes, err := q.mutes(ctx)
	if err != nil {
		return w, err
	}
	for _, m := range mutes {
		if news.Slug(m.Outlet) == news.Slug(trail.Article.Source) {
			add(q.say("mute_here", "names", q.say("muted_one", "outlet", m.Outlet, "day", digest.DayText(m.Until.In(q.cfg.Zone), q.lang))))
		}
	}
	best := bestScore(trail.Scores)
	if best != nil && x.Code == "waiting" {
		if next := q.nextOf(best.Topic); !next.IsZero() {
			add(q.say("waits", "when", digest.WhenText(next, q.lang)))
		}
	}
	if of, ok := trail.Named[trail.Placement.Of]; ok && trail.Placement.Of != 0 {
		add(q.say("story_of", "title", of.Title, "outlet", of.Source))
	}
	for _, s := range trail.Scores {
		add(q.judged(s))
	}
	return w, nil
}

// shown says where a piece was shown, and where several topics may be named, for which; nothing where it was
// only marked as seen.
func (q asked) shown(s store.Shown) string {
	name := "posted_in"
	switch {
	case s.Key == "":
		return ""
	case s.Kind == news.ItemNear:
		name = "near_in"
	case s.Alert:
		name = "told_alert"
	}
	line := q.say(name, "when", digest.WhenText(s.Slot.In(q.cfg.Zone), q.lang))
	if len(q.named()) == 1 {
		return line
	}
	return q.say("for_topic", "line", line, "topic", q.topicName(s.Topic))
}

// topicName is the name of a topic, by its key; the key of one that is configured no more.
func (q asked) topicName(key string) string {
	for _, t := range q.App.topics {
		if t.Key() == key {
			return t.Name
		}
	}
	return key
}

// judged says what a topic's model made of a piece, and why.
func (q asked) judged(s news.Score) string {
	key := "grade_off"
	switch {
	case s.Relevant():
		key = "grade_on"
	case s.Grade == news.GradeWeak:
		key = "grade_near"
	}
	line := q.say(key, "topic", q.topicName(s.Topic))
	if why := digest.Why(news.Item{Reasons: s.Reasons}, q.lang); why != "" {
		line += " " + digest.WhyHead(q.lang) + ": " + why
	}
	return line
}

// nextOf is when a topic, by its key, is told of next.
func (q asked) nextOf(key string) time.Time {
	for _, t := range q.App.topics {
		if t.Key() == key {
			return q.nextSlot(t, q.now())
		}
	}
	return time.Time{}
}

// outlets lists the sources, those in trouble first.
func (q asked) outlets(ctx context.Context) (slack.Whisper, error) {
	list, err := q.Sources(ctx)
	if err != nil {
		return slack.Whisper{}, err
	}
	slices.SortStableFunc(list, func(a, b SourceState) int {
		return cmp.Compare(b2i(a.Trouble == news.TroubleNone), b2i(b.Trouble == news.TroubleNone))
	})
	w := q.title("outlets", "count", len(list))
	for _, s := range list {
		line := q.say("outlet", "outlet", s.Source, "read", s.New, "relevant", s.Relevant)
		switch {
		case s.Off:
			line = q.say("outlet_off", "outlet", s.Source)
		case s.Trouble != news.TroubleNone:
			line = digest.TroubleLine(news.SourceTrouble{Source: s.Source, Trouble: s.Trouble, Detail: s.Detail, Since: s.Since.In(q.cfg.Zone)}, q.lang)
		case s.Good.IsZero():
			line = q.say("outlet_new", "outlet", s.Source)
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
func (q asked) status(ctx context.Context) (slack.Whisper, error) {
	w := q.title("at_work")
	add := func(line string) { w.Lines = append(w.Lines, slack.Line{Text: line}) }
	if len(q.named()) == 0 {
		add(q.say("none_here"))
	}
	for _, t := range q.named() {
		line, err := q.slotsOf(ctx, t)
		if err != nil {
			return w, err
		}
		add(line)
	}
	queued, err := q.db.Queued(ctx)
	if err != nil {
		return w, err
	}
	if queued > 0 {
		add(q.say("queued", "count", queued))
	}
	troubled, err := q.troubles(ctx)
	if err != nil {
		return w, err
	}
	add(q.say("watched", "count", len(q.sources()), "troubled", len(troubled)))
	for _, s := range troubled {
		add(digest.TroubleLine(s, q.lang))
	}
	stand, err := q.standing(ctx)
	for _, one := range stand {
		add(digest.TroubleLine(news.SourceTrouble{Source: one.Outlet, Trouble: news.TroubleQuarantined, Since: one.At.In(q.cfg.Zone)}, q.lang))
	}
	return w, err
}

// slotsOf says when a topic was told of last, and when it is told of next.
func (q asked) slotsOf(ctx context.Context, t *topic) (string, error) {
	at, ok, err := q.db.LastDigest(ctx, t.Key())
	last, next := q.say("no_last"), q.say("no_next")
	if ok {
		last = q.say("last", "when", digest.WhenText(at.In(q.cfg.Zone), q.lang))
	}
	if at := q.nextSlot(t, q.now()); !at.IsZero() {
		next = q.say("next", "when", digest.WhenText(at, q.lang))
	}
	return q.say("topic", "topic", t.Name, "channel", t.Channel, "last", last, "next", next), err
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
