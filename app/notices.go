package app

import (
	"context"
	"slices"
	"time"

	"newsvigil/news"
	"newsvigil/notify"
)

// noticesAtMost bounds how long a command that posts no digests waits for Slack.
const noticesAtMost = 10 * time.Second

// noticesOnly is the outbox without its digests.
type noticesOnly struct{ shielded }

// Due implements notify.Outbox.
func (n noticesOnly) Due(ctx context.Context, now time.Time) ([]news.Delivery, error) {
	list, err := n.shielded.Due(ctx, now)
	return slices.DeleteFunc(list, notNotice), err
}

// Unswept implements notify.Outbox.
func (n noticesOnly) Unswept(ctx context.Context) ([]news.Delivery, error) {
	list, err := n.shielded.Unswept(ctx)
	return slices.DeleteFunc(list, notNotice), err
}

func notNotice(d news.Delivery) bool { return d.Kind != news.DeliverNotice }

// PostNotices posts what the admin channel is to be told, as far as that goes quickly, and no digest: those
// who run no daemon would else hear of an outlet in trouble with the next digest only. What is left stays
// queued, and why is in the log.
func (a *App) PostNotices(ctx context.Context) {
	if !a.hasAdminChannel() {
		return
	}
	box := noticesOnly{shielded{a.db, a}}
	if list, err := box.Due(ctx, a.now().Add(noticesAtMost)); err != nil || len(list) == 0 {
		return // there is nothing to ask Slack for
	}
	sender, err := a.sender(a.cfg)
	if err != nil {
		a.log.Warn("the admin channel is told later", "err", err)
		return
	}
	ctx, cancel := context.WithTimeout(ctx, noticesAtMost)
	defer cancel()
	w := &notify.Worker{Outbox: box, Sender: sender, Now: a.now, Log: a.log, Settle: a.cfg.Slack.Settle, OnTrouble: a.undelivered, OnSent: a.delivered}
	if _, queued, err := w.Flush(ctx); err != nil || queued > 0 {
		a.log.Warn("the admin channel is told later", "queued", queued, "err", err)
	}
}
