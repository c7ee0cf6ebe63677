package slack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	api "github.com/slack-go/slack"

	"newsvigil/notify"
)

// fresh is how long a clear answer of Slack's shows that it can be asked.
const fresh = time.Minute

// pulse is when Slack last gave a clear answer.
type pulse struct {
	mu sync.Mutex
	at time.Time
}

func (p *pulse) beat(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at = now
}

func (p *pulse) beats(now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	since := now.Sub(p.at)
	return !p.at.IsZero() && since >= 0 && since < fresh
}

// alive makes sure, by a request that posts nothing, that Slack answers at all. A post that meets an
// outage may stand in the channel or not, and must then be kept as it is; one that was never made can
// still become part of the next digest.
func (c *Client) alive(ctx context.Context) error {
	for n := 1; ; n++ {
		if c.pulse.beats(c.o.Now()) {
			return nil
		}
		err := c.identify(ctx)
		if err == nil || absent(err) {
			return nil
		}
		if class := notify.ClassOf(classify(err)); class != notify.ClassAmbiguous || n == pageTries || !passing(err) {
			return fmt.Errorf("ask whether slack can be reached: %w", classify(err))
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(n) * c.breath):
		}
	}
}

// absent reports whether an error is the clear answer of a server that does not know the question.
func absent(err error) bool {
	if e, ok := errors.AsType[api.SlackErrorResponse](err); ok {
		switch e.Err {
		case "internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org":
			return false
		}
		return refusalFor(e.Err, "") == nil
	}
	e, ok := errors.AsType[api.StatusCodeError](err)
	return ok && (e.Code == http.StatusNotFound || e.Code == http.StatusMethodNotAllowed || e.Code == http.StatusNotImplemented)
}

// identify asks Slack who the token belongs to.
func (c *Client) identify(ctx context.Context) error {
	var me struct {
		User string `json:"user_id"`
		Bot  string `json:"bot_id"`
	}
	if err := c.ask(ctx, "auth.test", url.Values{}, &me); err != nil {
		return err
	}
	if me.User == "" && me.Bot == "" {
		return errUnclear
	}
	c.authors.learn(me.User, me.Bot)
	c.authors.mu.Lock()
	defer c.authors.mu.Unlock()
	c.authors.asked = true
	return nil
}

// whoami makes sure that Slack was asked once who the token belongs to.
func (c *Client) whoami(ctx context.Context) error {
	c.authors.mu.Lock()
	asked := c.authors.asked
	c.authors.mu.Unlock()
	if asked {
		return nil
	}
	if err := c.identify(ctx); err != nil && !absent(err) {
		return fmt.Errorf("ask who the token belongs to: %w", classify(err))
	}
	return nil
}
