package slack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/gorilla/websocket"
	api "github.com/slack-go/slack"

	"newsvigil/news"
	"newsvigil/notify"
)

// ActionTrial is the button of a Trial. A message may outlive the program that posted it, so the name stays.
const ActionTrial = "nv.trial"

// deliverTrial is the kind in the metadata of a Trial: it is neither a digest nor a notice, so that nothing
// that is recalled takes it for one.
const deliverTrial news.DeliveryKind = "trial"

// Trial is a message that is posted to see whether posting, finding, pressing, changing and deleting work.
type Trial struct {
	// Key is its post_key, and stands in the id of the button's block: at most 200 characters.
	Key     string
	Channel string // by name or id
	Title   string
	Lines   []string
	// Button is what stands on the button; "" means that there is none.
	Button string
}

func (t Trial) message() Message {
	m := RenderNotice(news.Notice{Title: t.Title, Lines: t.Lines}, levelFull)
	if t.Button != "" {
		m.Blocks = append(m.Blocks, api.NewActionBlock(Ref{Digest: t.Key, Part: 1}.id(0), button(ActionTrial, "trial", t.Button)))
	}
	m.Blocks = stamp(m.Blocks, t.Key)
	return m
}

func (t Trial) delivery(r notify.Receipt) notify.Message {
	return notify.Message{Delivery: news.Delivery{Key: t.Key, Kind: deliverTrial, Channel: t.Channel, ChannelID: r.ChannelID, TS: r.TS}}
}

func (t Trial) options() []api.MsgOption {
	m := t.message()
	return []api.MsgOption{
		api.MsgOptionText(m.Text, false), api.MsgOptionBlocks(m.Blocks...), api.MsgOptionMetadata(metadata(t.delivery(notify.Receipt{}))),
		api.MsgOptionDisableLinkUnfurl(), api.MsgOptionDisableMediaUnfurl(),
	}
}

// PostTrial posts a trial once. A *notify.Refusal says that nothing was posted, any other error leaves that
// open.
func (c *Client) PostTrial(ctx context.Context, t Trial) (r notify.Receipt, err error) {
	defer func() { err = c.hide(err) }()
	if c.webhook() {
		return r, notify.ErrBlind
	}
	channel, err := c.Channel(ctx, t.Channel)
	if err != nil {
		return r, certain(err)
	}
	if err := c.pace.wait(ctx, channel); err != nil {
		return r, certain(err)
	}
	id, ts, err := c.api.PostMessageContext(ctx, channel, t.options()...)
	c.pace.done(channel)
	if err == nil && ts == "" {
		err = errUnclear
	}
	if err != nil {
		return r, fmt.Errorf("post a message: %w", classify(err))
	}
	if id == "" {
		id = channel
	}
	return notify.Receipt{ChannelID: id, TS: ts}, nil
}

// FindTrial looks for a trial in its channel, back to ten minutes before since.
func (c *Client) FindTrial(ctx context.Context, t Trial, since time.Time) (found []notify.Receipt, err error) {
	defer func() { err = c.hide(err) }()
	m := t.delivery(notify.Receipt{})
	m.Delivery.Claimed = since
	return c.FindAll(ctx, m)
}

// UpdateTrial changes a posted trial. ErrGone says that it is gone.
func (c *Client) UpdateTrial(ctx context.Context, r notify.Receipt, t Trial) (err error) {
	defer func() { err = c.hide(err) }()
	_, ts, _, err := c.api.UpdateMessageContext(ctx, r.ChannelID, r.TS, t.options()...)
	if err == nil && ts == "" {
		err = errUnclear
	}
	if err != nil {
		return fmt.Errorf("change a message: %w", changeError(err))
	}
	return nil
}

// TrialPressed reports whether the button of a posted trial is gone, which is what a newsvigil does with it
// that takes the press in.
func (c *Client) TrialPressed(ctx context.Context, r notify.Receipt) (pressed bool, err error) {
	defer func() { err = c.hide(err) }()
	got, err := c.page(ctx, place{channel: r.ChannelID, oldest: r.TS}, "")
	if err != nil {
		return false, lookError(err)
	}
	for _, m := range got.messages {
		if m.TS != r.TS {
			continue
		}
		for _, b := range m.Blocks {
			if typeOf(b) == "actions" {
				return false, nil
			}
		}
		return true, nil
	}
	return false, nil
}

// TimeOf is the moment that the name of a message tells, by Slack's clock.
func TimeOf(ts string) (time.Time, error) { return timeOf(ts) }

// Greeter is what a Handler may be besides: it hears when a connection stands.
type Greeter interface{ Connected() }

// helloWithin is how long Slack may take to greet on a connection.
const helloWithin = 5 * time.Second

// TryConnection opens a connection for buttons and commands, waits until Slack greets on it, and closes it;
// nil says that all of that went well. What a person presses meanwhile may come in on it, and is not
// answered: they see an error, as when nobody listens.
func (c *Client) TryConnection(ctx context.Context) (err error) {
	defer func() { err = c.hide(err) }()
	address, err := c.connectionAddress(ctx)
	if err != nil {
		return err
	}
	d := websocket.Dialer{Proxy: http.ProxyFromEnvironment, HandshakeTimeout: c.o.Timeout}
	conn, resp, err := d.DialContext(ctx, address, nil)
	if resp != nil && resp.Body != nil {
		resp.Body.Close()
	}
	if err != nil {
		return fmt.Errorf("open the connection: %s", connection.ReplaceAllString(err.Error(), "the address Slack gave"))
	}
	defer conn.Close()
	conn.SetReadLimit(maxAnswer)
	if err := conn.SetReadDeadline(time.Now().Add(helloWithin)); err != nil {
		return err
	}
	var hello envelope
	if err := conn.ReadJSON(&hello); err != nil {
		return errors.New("the connection stands, but Slack says nothing on it")
	}
	if hello.Type == "disconnect" {
		return fmt.Errorf("open the connection: slack ends it at once (%s)", clip(clean(hello.Reason), maxDetail))
	}
	return conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(time.Second))
}

// connectionAddress asks for the address of a connection, which holds a ticket that opens one.
func (c *Client) connectionAddress(ctx context.Context) (string, error) {
	if !c.Listens() {
		return "", errors.New("no app-level token is set")
	}
	opts := []api.Option{api.OptionHTTPClient(strict{c.http}), api.OptionAppLevelToken(c.o.AppToken.Reveal())}
	if c.o.APIURL != "" {
		opts = append(opts, api.OptionAPIURL(withSlash(c.o.APIURL)))
	}
	_, address, err := api.New("", opts...).StartSocketModeContext(ctx)
	if err != nil {
		return "", fmt.Errorf("ask for a connection: %w", classify(err))
	}
	if !connection.MatchString(address) {
		return "", errUnclear
	}
	return address, nil
}
