package slack

import (
	"errors"

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
