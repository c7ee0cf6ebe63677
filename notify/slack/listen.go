package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"sync"
	"time"

	api "github.com/slack-go/slack"

	"newsvigil/notify"
)

const (
	// answerWithin bounds the work on one interaction before its answer: Slack shows the person an error
	// after three seconds, and what is stored later than that is stored all the same.
	answerWithin = 5 * time.Second
	// afterwards bounds what is done after the answer, afterStop what of it is waited for at the end.
	afterwards = time.Minute
	afterStop  = 2 * time.Second
	// linger is how long nobody may have pressed before the end, calmWithin how long that is waited for.
	linger     = 300 * time.Millisecond
	calmWithin = 2 * time.Second
	// mostEnvelopes is how many are remembered, against those that come twice.
	mostEnvelopes = 1000
)

// connection matches the address of a connection, which holds a ticket that opens one.
var connection = regexp.MustCompile(`wss?://\S+`)

// Handler does what people ask for.
type Handler interface {
	// Handle stores what was done and returns what is to be done once Slack has been told that all is
	// well; nil for nothing. With an error Slack is told nothing, and the person sees that it went wrong;
	// what is to be done then is done all the same.
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
		Client: c, h: h, app: api.New(c.o.Token.Reveal(), opts...),
		sockets: map[*socket]bool{}, envelopes: map[string]bool{}, over: make(chan struct{}),
	}
	return l.run(ctx)
}

// listener is one call of Listen.
type listener struct {
	*Client
	h   Handler
	app *api.Client
	// ctx is that of the work on interactions, which outlives the one of Listen.
	ctx context.Context
	// over is closed when no more is taken in.
	over chan struct{}
	// reading are the connections, work is what must be finished, rest what may be left undone.
	reading, work, rest sync.WaitGroup

	mu sync.Mutex
	// sockets are the connections, and whether anything was done over them; current is the newest.
	sockets map[*socket]bool
	current *socket
	// envelopes are those that were begun, and whether they were answered.
	envelopes map[string]bool
	// owed are the answers to be given again over the next connection.
	owed   []debt
	busy   int
	last   time.Time
	closed bool
}

func (l *listener) run(ctx context.Context) error {
	open, hangUp := context.WithCancel(context.WithoutCancel(ctx))
	defer hangUp()
	l.ctx = open
	err := l.connect(ctx)
	l.calm()
	close(l.over)
	l.work.Wait()
	l.mu.Lock()
	var all []*socket
	for s := range l.sockets {
		all = append(all, s)
	}
	l.mu.Unlock()
	var ending sync.WaitGroup
	for _, s := range all {
		ending.Go(s.end)
	}
	ending.Wait()
	l.reading.Wait()
	within(afterStop, l.rest.Wait)
	hangUp()
	l.rest.Wait()
	if err != nil {
		return fmt.Errorf("listen to Slack: %w", err)
	}
	return nil
}

// within waits for f, but not longer than d.
func within(d time.Duration, f func()) {
	done := make(chan struct{})
	go func() { defer close(done); f() }()
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-done:
	case <-t.C:
	}
}

// calm waits until people have stopped pressing for a moment, as far as that comes soon, and then takes in
// nothing more.
func (l *listener) calm() {
	l.mu.Lock()
	l.last = time.Now()
	l.mu.Unlock()
	for end := time.Now().Add(calmWithin); ; time.Sleep(linger / 10) {
		l.mu.Lock()
		idle := l.busy == 0 && time.Since(l.last) >= linger
		if l.closed = idle || time.Now().After(end) || len(l.sockets) == 0; l.closed {
			l.mu.Unlock()
			return
		}
		l.mu.Unlock()
	}
}

// begin starts the work on an envelope. One that comes a second time while it is at work is answered once,
// and one that was answered is answered again without being done again.
func (l *listener) begin(s *socket, envelope string, do func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	answered, known := l.envelopes[envelope]
	switch {
	case l.closed || known && !answered:
		return
	case known:
		do = func() { l.ack(s, envelope) }
	case len(l.envelopes) >= mostEnvelopes:
		clear(l.envelopes)
	}
	l.envelopes[envelope], l.sockets[s] = answered, true
	l.busy++
	l.last = time.Now()
	l.work.Go(func() {
		defer func() {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.busy--
			l.last = time.Now()
		}()
		do()
	})
}

// settled notes what became of an envelope: one that failed may come again.
func (l *listener) settled(envelope string, answered bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if answered {
		l.envelopes[envelope] = true
	} else {
		delete(l.envelopes, envelope)
	}
}

// ack answers an envelope over its connection; where that is about to end, or has ended, over the next one
// as well, as soon as that stands: nobody knows what still gets through the old one.
func (l *listener) ack(s *socket, envelope string) {
	data, err := json.Marshal(map[string]string{"envelope_id": envelope})
	if err == nil {
		err = s.write(data)
	}
	select {
	case <-s.leaving:
	default:
		if err == nil {
			return
		}
	}
	l.mu.Lock()
	newest := l.current
	if newest == s {
		l.owed = append(l.owed, debt{data, time.Now()})
	}
	l.mu.Unlock()
	if newest == s || newest != nil && newest.write(data) == nil || err == nil {
		return
	}
	l.o.Log.Warn("an answer did not reach Slack; the person saw an error, and what was done is stored", "err", l.quote(err))
}

// debt is an answer that the next connection is to give again.
type debt struct {
	data []byte
	at   time.Time
}

// repay gives over a new connection the answers that the one before may not have brought to Slack, as long
// as Slack waits for them.
func (l *listener) repay(s *socket) {
	l.mu.Lock()
	owed := l.owed
	l.owed = nil
	l.mu.Unlock()
	for _, o := range owed {
		if err := s.write(o.data); err != nil || time.Since(o.at) > answerWithin {
			l.o.Log.Warn("an answer did not reach Slack; the person saw an error, and what was done is stored", "err", l.quote(err))
		}
	}
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
func (l *listener) handle(s *socket, envelope string, a Action, known bool) {
	var then func(context.Context)
	if known {
		inner, cancel := context.WithTimeout(l.ctx, answerWithin)
		defer cancel()
		var err error
		if then, err = l.safely(inner, a); err != nil {
			l.settled(envelope, false)
			l.o.Log.Error("an answer of a reader could not be taken in; they saw an error", "action", a.Name, "err", l.hide(err))
			if then != nil {
				l.rest.Go(func() { l.follow(l.ctx, a, then) })
			}
			return
		}
	}
	l.ack(s, envelope)
	l.settled(envelope, true)
	if then != nil {
		l.rest.Go(func() { l.follow(l.ctx, a, then) })
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

// Update draws a posted message anew, in the place that its delivery names, at the delivery's level or,
// where Slack refuses that for its form, at a smaller one. The key in its metadata stays.
func (c *Client) Update(ctx context.Context, m notify.Message) (err error) {
	defer func() { err = c.hide(err) }()
	if c.webhook() {
		return notify.ErrBlind
	}
	for {
		if err := c.edits.wait(ctx, ""); err != nil {
			return certain(err)
		}
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
