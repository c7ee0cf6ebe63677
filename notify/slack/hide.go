package slack

import (
	"cmp"
	"errors"
	"net/url"
	"strings"

	api "github.com/slack-go/slack"

	"newsvigil/news"
	"newsvigil/notify"
)

// hidden is an error whose text shows no secret; what it is can still be asked.
type hidden struct {
	error
	text string
}

func (e hidden) Error() string { return e.text }
func (e hidden) Unwrap() error { return e.error }

// hide takes token and webhook out of an error's text, and out of the refusal in it, the text of
// which is stored: addresses stand in the errors of net/http, and whatever stands between this
// program and Slack may repeat in its answer what it was sent.
func (c *Client) hide(err error) error {
	if err == nil {
		return nil
	}
	if r, ok := errors.AsType[*notify.Refusal](err); ok {
		if text := c.redact(r.Text); text != r.Text {
			clean := *r
			clean.Text = text
			return &clean
		}
	}
	if text := c.redact(err.Error()); text != err.Error() {
		return hidden{err, text}
	}
	return err
}

func (c *Client) redact(text string) string {
	return news.Redact(text, c.o.Token, c.o.Webhook, c.o.AppToken)
}

// sealed reports whether an address that Slack gave is an encrypted one. Where the methods themselves are asked
// without encryption, as in trials, it need not be.
func (c *Client) sealed(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "https" || u.Scheme == "wss" || c.methods().Scheme == "http" && (u.Scheme == "http" || u.Scheme == "ws"))
}

// trusts reports whether an address may be told what is for a reader: it is one of Slack's, or on the host of
// the methods. Who can read along when the methods are asked can do so anyway.
func (c *Client) trusts(address string) bool {
	u, err := url.Parse(address)
	if err != nil || !c.sealed(address) {
		return false
	}
	host, methods := strings.ToLower(u.Hostname()), c.methods()
	return methods.Scheme == "http" || host == strings.ToLower(methods.Hostname()) ||
		strings.HasSuffix(host, ".slack.com") || strings.HasSuffix(host, ".slack-gov.com")
}

// methods is the address of Slack's methods.
func (c *Client) methods() *url.URL {
	u, err := url.Parse(cmp.Or(c.o.APIURL, api.APIURL))
	if err != nil {
		return &url.URL{}
	}
	return u
}
