package slack

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"sync"
	"time"

	api "github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"newsvigil/news"
	"newsvigil/notify"
)

const (
	// answerWithin bounds the work on one interaction before its answer: Slack shows the person an error
	// after three seconds, and what is stored later than that is stored all the same.
	answerWithin = 5 * time.Second
	// afterwards bounds what is done after the answer.
	afterwards = time.Minute
	// linger is how long a connection stays open after its last answer, so that the answer gets out.
	linger = 300 * time.Millisecond
	// quiet is how long nothing may come from Slack, which pings every few seconds, before the
	// connection counts as dead.
	quiet = 45 * time.Second
)

// connection matches the address of a connection, which holds a ticket that opens one.
var connection = regexp.MustCompile(`wss?://\S+`)

// Kind is what kind of thing a person did.
type Kind string

// The kinds of Action.
const (
	KindPress   Kind = "press"   // pressed a button, or chose from a menu
	KindSubmit  Kind = "submit"  // submitted a modal
	KindCommand Kind = "command" // typed a slash command
)

// Action is what a person did in Slack.
type Action struct {
	Kind Kind
	// User is the person's id, the only thing that is known of them.
	User string
	// ChannelID is where it was done, TS the message it was done to; both empty where there is none.
	ChannelID, TS string
	// Ref is what was pressed, or what the submitted modal is about.
	Ref Ref
	// Name is the action's id, the modal's name, or the slash command.
	Name string
	// Value is what the button carries, or the text after the command.
	Value string
	// Option is what was chosen from a menu.
	Option string
	// Trigger opens a modal within three seconds. View is the modal in which something was pressed.
	Trigger, View string
	// Answer is where a message to the person alone can be left, for half an hour. It is a secret.
	Answer news.Secret
}

// Handler does what people ask for.
type Handler interface {
	// Handle stores what was done and returns what is to be done once Slack has been told that all is
	// well; nil for nothing. With an error Slack is told nothing, and the person sees that it went wrong.
	// It runs on a goroutine of its own, also while the program is stopping.
	Handle(ctx context.Context, a Action) (then func(context.Context), err error)
}

// Listens reports whether the client has an app-level token to listen with.
func (c *Client) Listens() bool { return c.o.AppToken.IsSet() && !c.webhook() }

// Listen connects to Slack and hands every interaction to h, until ctx ends, which is no error: what has
// come in by then is finished and answered first. Connections that end are made anew; only a refused
// token ends it, with a Refusal. An interaction is answered after h has returned without an error, so
// that nothing is confirmed that is not stored; Slack sends none of them twice.
func (c *Client) Listen(ctx context.Context, h Handler) (err error) {
	defer func() { err = c.hide(err) }()
	if !c.Listens() {
		return errors.New("slack: no app-level token is set")
	}
	opts := []api.Option{api.OptionHTTPClient(strict{c.http}), api.OptionAppLevelToken(c.o.AppToken.Reveal())}
	if c.o.APIURL != "" {
		opts = append(opts, api.OptionAPIURL(withSlash(c.o.APIURL)))
	}
	l := &listener{
		Client: c, h: h,
		socket: socketmode.New(api.New(c.o.Token.Reveal(), opts...), socketmode.OptionPingInterval(quiet), socketmode.OptionReadLimit(maxAnswer)),
	}
	return l.run(ctx)
}

// listener is one call of Listen.
type listener struct {
	*Client
	h      Handler
	socket *socketmode.Client
	// work is what must be finished, rest what may be left undone.
	work, rest sync.WaitGroup
}

func (l *listener) run(ctx context.Context) error {
	// The connection outlives ctx until what came in by then is answered.
	open, hangUp := context.WithCancel(context.WithoutCancel(ctx))
	defer hangUp()
	ended := make(chan error, 1)
	go func() { ended <- l.socket.RunContext(open) }()
	stop := ctx.Done()
	var quit <-chan time.Time
	for {
		select {
		case e := <-l.socket.Events:
			if no := l.event(open, e); no != nil {
				hangUp()
				<-ended
				l.work.Wait()
				l.rest.Wait()
				return fmt.Errorf("listen to Slack: %w", no)
			}
		case <-stop:
			stop = nil
			t := time.NewTimer(linger)
			defer t.Stop()
			quit = t.C
		case <-quit:
			l.work.Wait()
			// An answer is handed to the connection, which writes it on a goroutine of its own.
			t := time.NewTimer(linger)
			<-t.C
			hangUp()
			<-ended
			l.rest.Wait()
			return nil
		case err := <-ended:
			l.work.Wait()
			hangUp()
			l.rest.Wait()
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("listen to Slack: %w", classify(err))
		}
	}
}

// event takes one event in. The library goes on for ever with most tokens that are refused: its error is
// such a refusal.
func (l *listener) event(ctx context.Context, e socketmode.Event) error {
	switch e.Type {
	case socketmode.EventTypeConnected:
		l.o.Log.Info("listening to Slack")
	case socketmode.EventTypeConnectionError:
		if failed, ok := e.Data.(*api.ConnectionErrorEvent); ok {
			if no := classify(failed.ErrorObj); notify.ClassOf(no) == notify.ClassAuth {
				return no
			}
			l.o.Log.Warn("connect to Slack", "again_in", failed.Backoff, "err", l.quote(failed.ErrorObj))
		}
	case socketmode.EventTypeErrorWriteFailed:
		l.o.Log.Warn("an answer did not reach Slack; the person saw an error, and what was done is stored")
	case socketmode.EventTypeInteractive, socketmode.EventTypeSlashCommand:
		if e.Request == nil {
			break
		}
		a, ok := action(e.Data)
		l.work.Go(func() { l.handle(ctx, e.Request.EnvelopeID, a, ok) })
	}
	return nil
}

// quote is an error's text without the address of the connection.
func (l *listener) quote(err error) string {
	if err == nil {
		return ""
	}
	return connection.ReplaceAllString(l.hide(err).Error(), "the address Slack gave")
}

// handle stores, answers, and then does the rest. What is of no known kind is answered, for it needs
// nothing done.
func (l *listener) handle(ctx context.Context, envelope string, a Action, known bool) {
	var then func(context.Context)
	if known {
		inner, cancel := context.WithTimeout(ctx, answerWithin)
		defer cancel()
		var err error
		if then, err = l.safely(inner, a); err != nil {
			l.o.Log.Error("an answer of a reader could not be taken in; they saw an error", "action", a.Name, "err", l.hide(err))
			return
		}
	}
	if err := l.socket.AckCtx(ctx, envelope, nil); err != nil {
		l.o.Log.Warn("tell Slack that an answer was taken in", "err", l.hide(err))
	}
	if then != nil {
		l.rest.Go(func() { l.follow(ctx, a, then) })
	}
}

// follow does what comes after the answer.
func (l *listener) follow(ctx context.Context, a Action, then func(context.Context)) {
	ctx, cancel := context.WithTimeout(ctx, afterwards)
	defer cancel()
	defer func() {
		if r := recover(); r != nil {
			l.o.Log.Error("the program stumbled after an answer", "action", a.Name, "err", fmt.Sprint(r))
		}
	}()
	then(ctx)
}

func (l *listener) safely(ctx context.Context, a Action) (then func(context.Context), err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the program stumbled: %v", r)
		}
	}()
	return l.h.Handle(ctx, a)
}

// action reads an interaction; false where it is of a kind that needs nothing done.
func action(data any) (Action, bool) {
	switch d := data.(type) {
	case api.SlashCommand:
		return Action{Kind: KindCommand, User: d.UserID, ChannelID: d.ChannelID, Name: d.Command, Value: d.Text,
			Trigger: d.TriggerID, Answer: news.NewSecret(d.ResponseURL)}, d.UserID != ""
	case api.InteractionCallback:
		a := Action{User: d.User.ID, Trigger: d.TriggerID, Answer: news.NewSecret(d.ResponseURL)}
		switch {
		case a.User == "":
			return a, false
		case d.Type == api.InteractionTypeViewSubmission:
			a.Kind, a.Name = KindSubmit, d.View.CallbackID
			return a, readPrivate(&a, d.View.PrivateMetadata)
		case d.Type != api.InteractionTypeBlockActions || len(d.ActionCallback.BlockActions) == 0:
			return a, false
		}
		act := d.ActionCallback.BlockActions[0]
		a.Kind, a.Name, a.Value = KindPress, act.ActionID, act.Value
		a.Option = act.SelectedOption.Value
		if d.View.ID != "" {
			readPrivate(&a, d.View.PrivateMetadata)
			a.View = d.View.ID
		} else if a.ChannelID = d.Container.ChannelID; !d.Container.IsEphemeral { // which cannot be drawn anew
			a.TS = d.Container.MessageTs
		}
		var ours bool
		a.Ref, ours = readRef(act.BlockID)
		return a, ours
	}
	return Action{}, false
}

// Update draws a posted message anew, in the place that its delivery names, at the delivery's level or,
// where Slack refuses that for its form, at a smaller one. The key in its metadata stays.
func (c *Client) Update(ctx context.Context, m notify.Message) (err error) {
	defer func() { err = c.hide(err) }()
	if c.webhook() {
		return notify.ErrBlind
	}
	for {
		if err = c.update(ctx, m); notify.ClassOf(err) != notify.ClassContent || m.Delivery.Level >= levelPlain {
			return err
		}
		m.Delivery.Level++
	}
}

func (c *Client) update(ctx context.Context, m notify.Message) error {
	msg := c.render(m)
	blocks := []api.Block{} // none at all takes away those that stand there
	if len(msg.Blocks) > 0 {
		blocks = stamp(msg.Blocks, m.Delivery.Key)
	}
	_, ts, _, err := c.api.UpdateMessageContext(ctx, m.Delivery.ChannelID, m.Delivery.TS,
		api.MsgOptionText(msg.Text, false), api.MsgOptionBlocks(blocks...), api.MsgOptionMetadata(metadata(m)),
		api.MsgOptionDisableLinkUnfurl(), api.MsgOptionDisableMediaUnfurl())
	if err == nil && ts == "" {
		err = errUnclear
	}
	if err != nil {
		return fmt.Errorf("draw a message anew: %w", changeError(err))
	}
	return nil
}
