package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"newsvigil/digest"
	"newsvigil/news"
	"newsvigil/notify/slack"
	"newsvigil/store"
)

// listening reports whether the configuration lets readers answer in Slack.
func (a *App) listening() bool {
	s := a.cfg.Slack
	return s.Configured && s.AppTokenEnv != "" && s.WebhookEnv == ""
}

// attend starts what the daemon does in Slack besides delivering, until ctx ends.
func (a *App) attend(ctx context.Context, c *slack.Client) {
	if c.Schedules() { // with a bot token, which can change what it posted
		a.running.Go(func() { a.drawing(ctx, c) })
	}
	if c.Listens() {
		a.running.Go(func() { a.listen(ctx, c) })
	}
	if c.Schedules() && (a.cfg.Slack.Overdue > 0 || a.leftWords(ctx)) {
		a.running.Go(func() { a.leaveWords(ctx, c) })
	}
}

// listen takes in what readers press and type, until ctx ends. A token
// that is refused is told of once, with its end, and tried again.
func (a *App) listen(ctx context.Context, c *slack.Client) {
	in, end, err := a.openInbox(ctx)
	for n := 1; err != nil; n++ { // a journal that cannot be read may hold what was confirmed
		a.setback(ctx, partDelivery, err)
		if sleep(ctx, a.pause(n)) != nil {
			return
		}
		in, end, err = a.openInbox(ctx)
	}
	defer end()
	for n := 1; ctx.Err() == nil; n++ {
		well := time.AfterFunc(hears, func() { a.hearsAgain(ctx) })
		err := c.Listen(ctx, bureau{a, c, in})
		well.Stop()
		if err == nil || ctx.Err() != nil {
			return
		}
		if err := a.begins(ctx, a.deaf(err)); err != nil {
			a.setback(ctx, partDelivery, err)
		}
		if sleep(ctx, a.pause(n)) != nil {
			return
		}
	}
}

// bureau is where readers are answered.
type bureau struct {
	*App
	slack *slack.Client
	inbox *inbox
}

// deed is what a press means: what is stored, and what is done after it was confirmed.
type deed struct {
	store.Press
	then func(context.Context) error
}

// Handle implements slack.Handler: what was pressed is on the disk when it returns. A reader whose press could
// not be kept is told so.
func (d bureau) Handle(ctx context.Context, a slack.Action) (func(context.Context), error) {
	if a.Kind == slack.KindCommand {
		return d.command(ctx, a)
	}
	if a.Name == slack.ActionTrial {
		return d.tried(ctx, a)
	}
	do, err := d.understood(ctx, a)
	if usage, ok := errors.AsType[*UsageError](err); ok {
		return d.after(a, func(ctx context.Context) error { return d.whisper(ctx, a, slack.Whisper{Title: sentence(usage.Text)}) }), nil
	}
	if err != nil {
		return nil, err
	}
	if err := d.store(ctx, do.Press); err != nil {
		return d.notKept(a), err
	}
	return d.after(a, do.then), nil
}

// notKept tells a reader that what they did was lost.
func (d bureau) notKept(a slack.Action) func(context.Context) {
	return func(ctx context.Context) {
		if err := d.whisper(ctx, a, slack.Whisper{Title: digest.ButtonText("not_kept", d.language(ctx, a))}); err != nil && ctx.Err() == nil {
			d.log.Warn("tell a reader that nothing was kept", "err", err)
		}
	}
}

// refused reports whether an error is what the reader must be told.
func refused(err error) bool {
	_, ok := errors.AsType[*UsageError](err)
	return ok
}

// after is what follows a press: the message is drawn anew, and the reader answered.
func (d bureau) after(a slack.Action, then func(context.Context) error) func(context.Context) {
	return func(ctx context.Context) {
		d.draw()
		if then == nil {
			return
		}
		if err := then(ctx); err != nil && ctx.Err() == nil {
			d.log.Warn("answer a reader", "action", a.Name, "err", err)
		}
	}
}

func (d bureau) whisper(ctx context.Context, a slack.Action, w slack.Whisper) error {
	return d.slack.Whisper(ctx, a, w)
}

// understood is what a press or a submitted modal means. What the reader must be told is a *UsageError.
func (d bureau) understood(ctx context.Context, a slack.Action) (deed, error) {
	p := pressed{bureau: d, Action: a}
	_, ok, err := d.db.PartOf(ctx, a.Ref.Digest, a.Ref.Part)
	if err != nil {
		return deed{}, err
	}
	if !ok {
		return deed{}, &UsageError{Text: digest.ButtonText("gone", d.language(ctx, a))}
	}
	if p.digest, err = (shielded{d.db, d.App}).Digest(ctx, a.Ref.Digest); err != nil {
		return deed{}, err
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(a.Name, "nv."), ".")
	if p.story = a.Ref.Story; "nv."+name == slack.ActionRescue {
		if p.story, err = strconv.ParseInt(a.Value, 10, 64); err != nil {
			return deed{}, &UsageError{Text: p.say("gone")}
		}
	}
	return p.deed(ctx, "nv."+name)
}

// pressed is a press with the message it belongs to.
type pressed struct {
	bureau
	slack.Action
	digest news.Digest
	story  int64
}

func (p pressed) deed(ctx context.Context, name string) (deed, error) {
	switch name {
	case slack.ActionKeep:
		return p.label(ctx, news.Feedback{Label: news.LabelLike})
	case slack.ActionRescue:
		return p.label(ctx, news.Feedback{Label: news.LabelRescue})
	case slack.ActionNot:
		do, err := p.label(ctx, news.Feedback{Label: news.LabelDislike})
		do.then = p.askWhy
		return do, err
	case slack.ActionReason:
		reason := news.Complaint(p.Value)
		if !slices.Contains(complaints(), reason) {
			return deed{}, &UsageError{Text: p.say("gone")}
		}
		do, err := p.label(ctx, news.Feedback{Label: news.LabelDislike, Reason: reason})
		do.then = func(ctx context.Context) error {
			return p.whisper(ctx, p.Action, slack.Whisper{Title: p.say("noted", "reason", p.say(complaintKey(reason))), Replace: true})
		}
		return do, err
	case slack.ActionBack:
		return p.takeBack(ctx)
	case slack.ActionUnmute:
		return deed{Press: p.press(store.Press{Unmute: &news.Mute{Channel: p.digest.Channel, Source: p.Value}})}, nil
	case slack.ModalMute:
		return p.mute(ctx)
	case slack.ActionMore:
		return p.open(ctx)
	}
	return deed{}, nil
}

// press fills in the message.
func (p pressed) press(s store.Press) store.Press {
	s.Digest, s.Part, s.ChannelID, s.TS = p.Ref.Digest, p.Ref.Part, p.ChannelID, p.TS
	return s
}

func (p pressed) say(name string, with ...any) string {
	return digest.ButtonText(name, p.digest.Language, with...)
}

// item is the story that was pressed.
func (p pressed) item() (news.Item, error) {
	for _, items := range [][]news.Item{p.digest.Lead, p.digest.Lines, p.digest.Rest, p.digest.Near} {
		if i := slices.IndexFunc(items, func(it news.Item) bool { return it.Story == p.story }); i >= 0 {
			return items[i], nil
		}
	}
	return news.Item{}, &UsageError{Text: p.say("gone")}
}

// feedback fills in the piece and who says it.
func (p pressed) feedback(ctx context.Context, f news.Feedback) (news.Feedback, error) {
	it, err := p.item()
	if err != nil {
		return f, err
	}
	art, err := p.db.Article(ctx, it.Article)
	if err != nil {
		return f, err
	}
	f.Topic, f.URL, f.By = p.digest.Topic, art.URL, p.User
	return f, nil
}

// label is a word on the story. A reader who says the same twice has said it once.
func (p pressed) label(ctx context.Context, f news.Feedback) (deed, error) {
	f, err := p.feedback(ctx, f)
	if err != nil {
		return deed{}, err
	}
	said, err := p.understand(ctx, f)
	if err != nil {
		return deed{}, err
	}
	return deed{Press: p.press(store.Press{Said: &said})}, nil
}

// complaints are the reasons that a reader may give.
func complaints() []news.Complaint {
	return []news.Complaint{news.ComplaintOffTopic, news.ComplaintRepeat, news.ComplaintOld, news.ComplaintOpinion}
}

// complaintKey names a reason's phrase.
func complaintKey(c news.Complaint) string { return strings.ReplaceAll(string(c), " ", "_") }

// askWhy asks the reader alone, who need not answer.
func (p pressed) askWhy(ctx context.Context) error {
	w := slack.Whisper{Title: p.say("why"), Ref: p.Ref}
	for i, c := range complaints() {
		w.Choices = append(w.Choices, slack.Choice{Action: fmt.Sprintf("%s.%d", slack.ActionReason, i+1), Value: string(c), Text: p.say(complaintKey(c))})
	}
	return p.whisper(ctx, p.Action, w)
}

// takeBack withdraws what the reader said of the story.
func (p pressed) takeBack(ctx context.Context) (deed, error) {
	f, err := p.feedback(ctx, news.Feedback{})
	if err != nil {
		return deed{}, err
	}
	if f, _, err = p.piece(ctx, f); err != nil {
		return deed{}, err
	}
	return deed{Press: p.press(store.Press{Back: &f}), then: func(ctx context.Context) error {
		return p.show(ctx, slack.Modal{Title: p.say("story"), Close: p.say("close"), Ref: p.Ref, Lines: []slack.Line{{Text: p.say("taken")}}}, p.say("taken"))
	}}, nil
}

// outlet is the source that the story's piece is of.
func (p pressed) outlet(ctx context.Context) (news.Mute, error) {
	it, err := p.item()
	if err != nil {
		return news.Mute{}, err
	}
	art, err := p.db.Article(ctx, it.Article)
	if err != nil {
		return news.Mute{}, err
	}
	return news.Mute{Channel: p.digest.Channel, Source: news.Slug(art.Source), Outlet: art.Source, Until: p.now().Add(muteFor).In(p.cfg.Zone)}, nil
}

// mute mutes what the modal asked about.
func (p pressed) mute(ctx context.Context) (deed, error) {
	m, err := p.outlet(ctx)
	return deed{Press: p.press(store.Press{Mute: &m})}, err
}

// open opens the modal that was chosen from the menu.
func (p pressed) open(ctx context.Context) (deed, error) {
	if p.Option == slack.OptionMute {
		m, err := p.outlet(ctx)
		if err != nil {
			return deed{}, err
		}
		ask := p.say("mute_ask", "outlet", m.Outlet, "day", digest.DayText(m.Until, p.digest.Language))
		return p.modal(slack.Modal{Title: p.say("mute_title"), Name: slack.ModalMute, Submit: p.say("mute_do"), Close: p.say("cancel"), Lines: []slack.Line{{Text: ask}}}), nil
	}
	more, err := p.more(ctx)
	return p.modal(more), err
}

func (p pressed) modal(m slack.Modal) deed {
	m.Ref, m.ChannelID, m.TS = p.Ref, p.ChannelID, p.TS
	return deed{then: func(ctx context.Context) error { return p.show(ctx, m, p.say("not_shown")) }}
}

// show opens a modal. Slack lets it be opened for three seconds; a reader for whom it does not open is told
// what is said instead.
func (p pressed) show(ctx context.Context, m slack.Modal, instead string) error {
	err := p.slack.Open(ctx, p.Action, m)
	if err == nil || ctx.Err() != nil {
		return err
	}
	return errors.Join(err, p.whisper(ctx, p.Action, slack.Whisper{Title: instead}))
}
