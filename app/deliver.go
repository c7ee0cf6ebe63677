package app

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"newsvigil/news"
	"newsvigil/notify"
	"newsvigil/notify/page"
	"newsvigil/notify/slack"
)

// printer is the sender for a program that Slack is not connected to: it prints.
type printer struct {
	out  io.Writer
	zone *time.Location
}

// Send prints a message; a write error is ambiguous, like a lost answer.
func (p printer) Send(_ context.Context, m notify.Message) (notify.Receipt, error) {
	if m.Delivery.Kind == news.DeliverNotice {
		if _, err := fmt.Fprintf(p.out, "%s\n  %s\n", m.Notice.Title, strings.Join(m.Notice.Lines, "\n  ")); err != nil {
			return notify.Receipt{}, fmt.Errorf("print the notice: %w", err)
		}
	} else if err := page.Text(p.out, m.Digest, page.Options{Zone: p.zone}); err != nil {
		return notify.Receipt{}, fmt.Errorf("print the digest: %w", err)
	}
	return notify.Receipt{ChannelID: "terminal", TS: m.Delivery.Key}, nil
}

// Find says that a message whose printing was cut off was printed: a terminal cannot be looked up,
// and half a digest is better than a digest printed twice.
func (p printer) Find(_ context.Context, m notify.Message) (notify.Receipt, bool, error) {
	return notify.Receipt{ChannelID: "terminal", TS: m.Delivery.Key}, true, nil
}

// secret reads a token or webhook from the variable or the file that the configuration names.
func (a *App) secret(env, file string) (string, error) {
	if file != "" {
		data, err := os.ReadFile(file)
		if err != nil {
			return "", &UsageError{Text: fmt.Sprintf("slack.token_file: %v; write the token into that file, readable by this user only (chmod 600)", err)}
		}
		if token := strings.TrimSpace(string(data)); token != "" {
			return token, nil
		}
		return "", &UsageError{Text: fmt.Sprintf("slack.token_file: %s is empty; write the token into it", file)}
	}
	if v, ok := a.o.Getenv(env); ok && strings.TrimSpace(v) != "" {
		return strings.TrimSpace(v), nil
	}
	return "", &UsageError{Text: fmt.Sprintf("the environment variable %s, which %s names for Slack, is empty; set it (export %s=…), or comment out every key of [slack] to have digests printed instead", env, a.cfg.File, env)}
}

// sender is what posts: Slack where it is configured, else the printer.
func (a *App) sender() (notify.Sender, error) {
	s := a.cfg.Slack
	if !s.Configured {
		return printer{out: a.o.Out, zone: a.cfg.Zone}, nil
	}
	o := slack.Options{
		APIURL: s.APIURL, Timeout: s.Timeout, Pace: s.Pace, Channels: a.db,
		Zone: a.cfg.Zone, Now: a.now, Log: a.log,
	}
	var err error
	if s.WebhookEnv != "" {
		o.Webhook, err = a.secret(s.WebhookEnv, "")
	} else {
		o.Token, err = a.secret(s.TokenEnv, s.TokenFile)
	}
	if err != nil {
		return nil, err
	}
	return slack.New(o)
}

// worker is the delivery worker over the database's outbox.
func (a *App) worker() (*notify.Worker, error) {
	sender, err := a.sender()
	if err != nil {
		return nil, err
	}
	return &notify.Worker{
		Outbox: a.db, Sender: sender, Now: a.now, Log: a.log,
		Settle: a.cfg.Slack.Settle, OnTrouble: a.undelivered,
	}, nil
}

// undelivered tells the admin channel of a digest that its own channel refuses. Trouble with the
// token, or with the admin channel itself, can only be logged.
func (a *App) undelivered(d news.Delivery, class notify.Class) {
	a.log.Error("message not delivered; it stays queued", "channel", d.Channel, "digest", d.Of, "class", class, "err", d.Error)
	if class != notify.ClassChannel || d.Kind != news.DeliverDigest || d.Channel == a.cfg.Slack.AdminChannel {
		return
	}
	n := news.Notice{
		Key:   "undelivered/" + d.Key,
		Title: "The digest for " + d.Channel + " cannot be posted",
		Lines: []string{d.Error, "It stays queued and is tried again by itself; nothing is lost."},
		At:    a.now(),
	}
	// The worker's own context is not at hand here, and the note must be kept even while it stops.
	if err := a.tell(context.WithoutCancel(a.ctx), n); err != nil {
		a.log.Error("tell the admin channel", "err", err)
	}
}

// deliveries are the messages that a digest takes, all pending.
func (a *App) deliveries(d news.Digest) []news.Delivery {
	parts := 1
	if a.cfg.Slack.Configured {
		parts = slack.Parts(d)
	}
	out := make([]news.Delivery, 0, parts)
	for i := range parts {
		out = append(out, news.Delivery{
			Key:  fmt.Sprintf("%s/%s/%d", d.Key, d.Channel, i+1),
			Kind: news.DeliverDigest, Of: d.Key, Channel: d.Channel,
			Part: i + 1, Parts: parts, State: news.DeliveryPending, Next: a.now(),
		})
	}
	return out
}
