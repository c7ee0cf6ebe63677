package app

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"newsvigil/config"
	"newsvigil/news"
	"newsvigil/notify"
	"newsvigil/notify/page"
	"newsvigil/notify/slack"
)

// terminal stands for the channel of what was printed.
const terminal = "terminal"

// printer is the sender for a program that Slack is not connected to: it prints.
type printer struct {
	out  io.Writer
	zone *time.Location
}

// Send prints a message; a write error is ambiguous, like a lost answer.
func (p printer) Send(_ context.Context, m notify.Message) (notify.Receipt, error) {
	if b := m.Notice.Brief; b != nil {
		if m.Delivery.Part > 1 {
			return notify.Receipt{ChannelID: "terminal", TS: m.Delivery.Key}, nil
		}
		if err := page.Markdown(p.out, *b, page.Options{Zone: p.zone}); err != nil {
			return notify.Receipt{}, fmt.Errorf("print the brief: %w", err)
		}
	} else if m.Delivery.Kind == news.DeliverNotice {
		if _, err := fmt.Fprintf(p.out, "%s\n  %s\n", m.Notice.Title, strings.Join(m.Notice.Lines, "\n  ")); err != nil {
			return notify.Receipt{}, fmt.Errorf("print the notice: %w", err)
		}
	} else if m.Delivery.Part > 1 {
		// Queued for Slack before its keys were taken out: the first part has printed all.
	} else {
		m.Digest.Sent = m.Delivery.Claimed
		if err := page.Text(p.out, m.Digest, page.Options{Zone: p.zone}); err != nil {
			return notify.Receipt{}, fmt.Errorf("print the digest: %w", err)
		}
	}
	return notify.Receipt{ChannelID: terminal, TS: m.Delivery.Key}, nil
}

// Find says that a message whose printing was cut off was printed: a terminal cannot be looked up,
// and half a digest is better than a digest printed twice.
func (p printer) Find(_ context.Context, m notify.Message) (notify.Receipt, bool, error) {
	return notify.Receipt{ChannelID: terminal, TS: m.Delivery.Key}, true, nil
}

// sender is what posts under a configuration: Slack where that names it, else the printer.
func (a *App) sender(cfg *config.Config) (notify.Sender, error) {
	s := cfg.Slack
	if !s.Configured {
		return printer{out: a.o.Out, zone: cfg.Zone}, nil
	}
	o := slack.Options{
		APIURL: s.APIURL, Timeout: s.Timeout, Pace: cmp.Or(s.Pace, -1), // 0 is none
		Zone: cfg.Zone, Now: a.now, Log: a.log,
	}
	if a.db != nil { // not while it cannot be opened, when the admin channel shall hear of that
		o.Channels = a.db
	}
	var err error
	if s.WebhookEnv != "" {
		o.Webhook, err = a.secret(s.WebhookEnv, "")
	} else {
		o.Token, err = a.secret(s.TokenEnv, s.TokenFile)
	}
	if err == nil && s.AppTokenEnv != "" {
		o.AppToken, err = a.appToken(s.AppTokenEnv)
	}
	if err != nil {
		return nil, err
	}
	return slack.New(o)
}

// redirect sends the digests that wait for a channel which the configuration no longer names to the
// one that it names now: else a mistyped channel would keep them for good.
func (a *App) redirect(ctx context.Context) error {
	for _, t := range a.topics {
		n, err := a.db.Redirect(ctx, t.Key(), t.Channel)
		if err != nil {
			return err
		}
		if n > 0 {
			a.log.Info("queued messages redirected", "topic", t.Name, "channel", t.Channel, "messages", n)
		}
	}
	return nil
}

// worker is the delivery worker over the database's outbox.
func (a *App) worker() (*notify.Worker, error) {
	sender, err := a.sender(a.cfg)
	if err != nil {
		return nil, err
	}
	return &notify.Worker{
		Outbox: shielded{a.db, a}, Sender: sender, Now: a.now, Log: a.log,
		After: a.after, Settle: a.cfg.Slack.Settle, OnTrouble: a.undelivered, OnSent: a.delivered, OnOutbox: a.outbox,
	}, nil
}

// after is time.After, but that a job which waits looks at the clock on the wall once a pulse: it may have
// been set, or the machine may have slept.
func (a *App) after(d time.Duration) <-chan time.Time { return time.After(min(d, a.pulse)) }

// outbox is told how every pass over the outbox went.
func (a *App) outbox(err error) {
	ctx := context.WithoutCancel(a.ctx)
	if err != nil {
		a.setback(ctx, partDelivery, err)
		return
	}
	a.well(ctx, partDelivery)
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
