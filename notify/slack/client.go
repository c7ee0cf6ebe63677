// Package slack is the Sender that posts to Slack. It renders a digest as Block Kit when it sends,
// looks messages up by the key in their metadata, and tells the worker what a refusal means. With
// a webhook in place of a token it can post and nothing else.
//
// Text that outlets wrote goes into rich_text and plain_text only, which Slack does not parse, so
// that no title can mention a channel, fake a link or format what follows it.
package slack

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	api "github.com/slack-go/slack"

	"newsvigil/news"
	"newsvigil/notify"
)

const (
	defaultTimeout = 20 * time.Second
	defaultPace    = 1100 * time.Millisecond
)

// Channels remembers the ids of channels between two runs. An ambiguous first post to a name tells
// no id, and without the id nothing can be looked up; so names are resolved before the first post.
type Channels interface {
	// Channel returns the id of the channel with this name, without #; false where none is known.
	Channel(ctx context.Context, name string) (id string, ok bool, err error)
	// SaveChannel remembers it.
	SaveChannel(ctx context.Context, name, id string) error
}

// Options are what a Client needs. Token or Webhook must be set; a Token wins. Neither is shown in
// any error of the Client.
type Options struct {
	Token, Webhook news.Secret
	// AppToken is the app-level token with which Listen connects; without it there are no buttons.
	AppToken news.Secret
	// APIURL is the address of Slack's methods; "" means Slack itself.
	APIURL string
	// Timeout bounds one request; 0 means 20 s.
	Timeout time.Duration
	// Pace is the shortest time between two posts to one channel; 0 means 1.1 s, which is what Slack
	// lets through, and a negative one means none.
	Pace time.Duration
	// HTTP makes the connections; nil means a transport of its own. It must not repeat requests.
	HTTP http.RoundTripper
	// Channels remembers channel ids; nil means in memory only.
	Channels Channels
	// Zone is the clock of dates in words; nil leaves it to the digest's slot.
	Zone *time.Location
	Now  func() time.Time
	Log  *slog.Logger
}

// Client posts to one workspace. Its methods may be called from several goroutines.
type Client struct {
	o    Options
	api  *api.Client
	http *http.Client
	pace pacer
	// edits spaces the changes of messages, of which Slack counts all together.
	edits pacer
	// authors are who our messages are by, pulse is when Slack last answered.
	authors authors
	pulse   pulse

	mu    sync.Mutex
	ids   map[string]string // channel ids by name
	stale map[string]bool   // names whose remembered id was refused

	// quiet and again are those of Listen, breath is before a page is asked for again; only tests change them.
	quiet, again, breath time.Duration
}

var (
	_ notify.Sender   = (*Client)(nil)
	_ notify.Preparer = (*Client)(nil)
	_ notify.Sweeper  = (*Client)(nil)
)

// New returns a client. Nothing is asked of Slack yet.
func New(o Options) (*Client, error) {
	if !o.Token.IsSet() && !o.Webhook.IsSet() {
		return nil, errors.New("slack: neither a token nor a webhook is set")
	}
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	if o.Pace == 0 {
		o.Pace = defaultPace
	}
	if o.HTTP == nil {
		o.HTTP = &http.Transport{Proxy: http.ProxyFromEnvironment, TLSHandshakeTimeout: 10 * time.Second, MaxIdleConnsPerHost: 2, IdleConnTimeout: time.Minute, ForceAttemptHTTP2: true}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	c := &Client{o: o, ids: map[string]string{}, stale: map[string]bool{}, quiet: quiet, again: again, breath: shortPause, pace: pacer{every: o.Pace, next: map[string]time.Time{}}, edits: pacer{every: o.Pace, next: map[string]time.Time{}}}
	// A redirect is not followed: it would carry the token, or the message once more, elsewhere.
	c.http = &http.Client{Transport: o.HTTP, Timeout: o.Timeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	opts := []api.Option{api.OptionHTTPClient(learning{strict{c.http}, c})}
	if o.APIURL != "" {
		opts = append(opts, api.OptionAPIURL(withSlash(o.APIURL)))
	}
	c.api = api.New(o.Token.Reveal(), opts...)
	return c, nil
}

// withSlash is an address as the library joins names to it.
func withSlash(address string) string { return strings.TrimRight(address, "/") + "/" }

// Uses reports whether the client posts with this token.
func (c *Client) Uses(token news.Secret) bool { return c.o.Token.Reveal() == token.Reveal() }

// webhook reports whether only a webhook is there to post with.
func (c *Client) webhook() bool { return !c.o.Token.IsSet() }

// Render is the message that Send would post for m.
func (c *Client) render(m notify.Message) Message {
	d := m.Delivery
	if d.Kind == news.DeliverNotice && m.Notice.Hello != nil {
		return RenderHello(m.Notice, max(1, d.Part), d.Level, c.o.Zone)
	}
	if d.Kind == news.DeliverNotice && m.Notice.Brief != nil {
		b := *m.Notice.Brief
		if c.o.Zone != nil {
			b.Since, b.Until = b.Since.In(c.o.Zone), b.Until.In(c.o.Zone)
		}
		return RenderBrief(b, max(1, d.Part), d.Level)
	}
	if d.Kind == news.DeliverNotice {
		return RenderNotice(m.Notice, d.Level)
	}
	dg := m.Digest
	dg.Sent = d.Claimed
	if c.o.Zone != nil {
		dg.Slot = dg.Slot.In(c.o.Zone)
	}
	return Render(dg, max(1, d.Part), d.Level)
}

// Send implements notify.Sender.
func (c *Client) Send(ctx context.Context, m notify.Message) (r notify.Receipt, err error) {
	defer func() { err = c.hide(err) }()
	msg := c.render(m)
	if c.webhook() {
		return c.sendWebhook(ctx, msg)
	}
	channel, err := c.channel(ctx, m.Delivery)
	if err != nil {
		return notify.Receipt{}, certain(err)
	}
	if err := c.pace.wait(ctx, channel); err != nil {
		return notify.Receipt{}, certain(err)
	}
	opts := []api.MsgOption{
		api.MsgOptionText(msg.Text, false),
		api.MsgOptionDisableLinkUnfurl(),
		api.MsgOptionDisableMediaUnfurl(),
		api.MsgOptionMetadata(metadata(m)),
	}
	if len(msg.Blocks) > 0 {
		opts = append(opts, api.MsgOptionBlocks(stamp(msg.Blocks, m.Delivery.Key)...))
	}
	if m.Delivery.Thread != "" {
		opts = append(opts, api.MsgOptionTS(m.Delivery.Thread))
	}
	id, ts, err := c.api.PostMessageContext(ctx, channel, opts...)
	c.pace.done(channel)
	if err != nil {
		return notify.Receipt{}, c.refusal(m.Delivery, err)
	}
	if ts == "" || id != "" && id != channel {
		return notify.Receipt{}, errUnclear // also where it is the answer to another post
	}
	return notify.Receipt{ChannelID: channel, TS: ts}, nil
}

// Prepare implements notify.Preparer: a channel's name is looked up before the post is under way, and
// whether Slack answers at all.
func (c *Client) Prepare(ctx context.Context, m notify.Message) (err error) {
	defer func() { err = c.hide(err) }()
	if c.webhook() {
		return nil
	}
	if _, err := c.channel(ctx, m.Delivery); err != nil {
		return certain(err)
	}
	if err := c.alive(ctx); err != nil {
		return certain(err)
	}
	return nil
}

// certain turns any error that came before the post into a refusal: nothing was posted.
func certain(err error) error {
	if notify.ClassOf(err) != notify.ClassAmbiguous {
		return err
	}
	return &notify.Refusal{Class: notify.ClassWait, Text: "Slack cannot be asked just now: " + err.Error()}
}

// refusal classes the error of a post and forgets a channel id that turned out wrong.
func (c *Client) refusal(d news.Delivery, err error) error {
	err = classify(err)
	if notify.ClassOf(err) == notify.ClassChannel {
		c.forget(d.Channel)
	}
	return err
}

// Delete implements notify.Sweeper.
func (c *Client) Delete(ctx context.Context, r notify.Receipt) (err error) {
	defer func() { err = c.hide(err) }()
	if c.webhook() {
		return notify.ErrBlind
	}
	_, _, err = c.api.DeleteMessageContext(ctx, r.ChannelID, r.TS)
	if e, ok := errors.AsType[api.SlackErrorResponse](err); ok && e.Err == "message_not_found" {
		return nil
	}
	if err != nil {
		return fmt.Errorf("delete message: %w", classify(err))
	}
	return nil
}

// Check asks Slack whether the token is good. With a webhook there is nothing to ask.
func (c *Client) Check(ctx context.Context) (a Account, err error) {
	defer func() { err = c.hide(err) }()
	if c.webhook() {
		return Account{}, nil
	}
	r, err := c.api.AuthTestContext(ctx)
	if err != nil {
		return Account{}, fmt.Errorf("ask who the token belongs to: %w", classify(err))
	}
	a = Account{Team: r.Team, User: r.User, Clock: clockOf(r.Header)}
	for s := range strings.SplitSeq(r.Header.Get("X-OAuth-Scopes"), ",") {
		if s = strings.TrimSpace(s); s != "" {
			a.Scopes = append(a.Scopes, s)
		}
	}
	needed := Needed()
	if c.Listens() {
		needed = append(needed, NeededToListen()...)
	}
	a.compare(needed)
	return a, nil
}

// pacer spaces the posts to one channel.
type pacer struct {
	every time.Duration
	mu    sync.Mutex
	next  map[string]time.Time
}

// wait takes the next place of the channel and waits for it. It runs on the real clock, because
// Slack does.
func (p *pacer) wait(ctx context.Context, channel string) error {
	if p.every <= 0 {
		return ctx.Err()
	}
	p.mu.Lock()
	now := time.Now()
	at := p.next[channel]
	if at.Before(now) {
		at = now
	}
	p.next[channel] = at.Add(p.every)
	p.mu.Unlock()
	t := time.NewTimer(at.Sub(now))
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return ctx.Err()
	}
}

// done counts the pace from the end of a post: nobody knows when within it Slack took it in.
func (p *pacer) done(channel string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if at := time.Now().Add(p.every); p.every > 0 && at.After(p.next[channel]) {
		p.next[channel] = at
	}
}
