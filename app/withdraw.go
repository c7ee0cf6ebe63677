package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"newsvigil/address"
	"newsvigil/digest"
	"newsvigil/news"
	"newsvigil/notify"
	"newsvigil/notify/slack"
	"newsvigil/store"
)

const (
	// quarantineLook is how often a daemon looks whether somebody quarantined an outlet beside it.
	quarantineLook = 2 * time.Second
	// stillUnderWay is how long after the beginning of a quarantine messages may arrive that were rendered
	// before: longer than any post takes.
	stillUnderWay = 2 * time.Minute
)

// shielded is the outbox as the worker sees it: what waits to be posted leads nowhere that it may not lead
// by now.
type shielded struct {
	*store.DB
	app *App
}

// Digest is part of notify.Outbox.
func (s shielded) Digest(ctx context.Context, key string) (news.Digest, error) {
	d, err := s.DB.Digest(ctx, key)
	if err != nil {
		return d, err
	}
	l, err := s.app.links(ctx)
	return l.Withdraw(d), err
}

// Notice is part of notify.Outbox.
func (s shielded) Notice(ctx context.Context, key string) (news.Notice, error) {
	n, err := s.DB.Notice(ctx, key)
	if err != nil || n.Brief == nil && (n.Hello == nil || n.Hello.Sample == nil) {
		return n, err
	}
	l, err := s.app.links(ctx)
	if n.Brief != nil {
		b := l.WithdrawBrief(*n.Brief)
		n.Brief = &b
		return n, err
	}
	hello, sample := *n.Hello, l.Withdraw(*n.Hello.Sample)
	hello.Sample = &sample
	n.Hello = &hello
	return n, err
}

// guard sees to the quarantines that an admin begins or lifts beside the daemon, until ctx ends: what is
// posted is drawn anew. Crawls and digests ask for themselves.
func (a *App) guard(ctx context.Context) {
	known := ""
	for ctx.Err() == nil {
		now, err := a.guardOnce(ctx, known)
		if err != nil && ctx.Err() == nil {
			a.log.Warn("look for quarantined outlets", "err", err)
		} else {
			known = now
		}
		if sleep(ctx, quarantineLook) != nil {
			return
		}
	}
}

// guardOnce looks once; known is what it returned the last time.
func (a *App) guardOnce(ctx context.Context, known string) (string, error) {
	all, err := a.db.Quarantines(ctx)
	if err != nil {
		return known, err
	}
	now := ""
	for _, q := range all {
		now += fmt.Sprintf("%d %d %d;", q.ID, q.Since.UnixNano(), q.Lifted.UnixNano())
	}
	for _, q := range all {
		if !q.Stands() || now == known && a.now().Sub(q.At) > 2*stillUnderWay {
			continue
		}
		if _, err := a.withdraw(ctx, q); err != nil {
			return known, err
		}
		if err := a.tellQuarantine(ctx, q); err != nil {
			return known, err
		}
	}
	if now != known {
		if known != "" || len(all) > 0 && all[0].Stands() {
			a.log.Info("quarantined outlets", "standing", standingNames(all))
		}
		a.draw()
	}
	return now, nil
}

func standingNames(all []news.Quarantine) (names []string) {
	for _, q := range all {
		if q.Stands() {
			names = append(names, q.Outlet)
		}
	}
	return names
}

// foundLate takes the links out of a message that was posted before a quarantine, or as it began, and of
// which nobody knew until now that it stands.
func (a *App) foundLate(ctx context.Context, d news.Delivery) error {
	stand, err := a.standing(ctx)
	for _, q := range stand {
		if err == nil && !d.Claimed.Before(q.Since) && !d.Claimed.After(q.At.Add(stillUnderWay)) {
			_, err = a.withdraw(ctx, q)
		}
	}
	return err
}

// withdraw looks for the posted messages that lead to a quarantined outlet, and asks for them to be drawn
// anew. It may be repeated, and counts the messages that it found now.
func (a *App) withdraw(ctx context.Context, q news.Quarantine) (int, error) {
	return a.redrawLeading(ctx, q, q.At.Add(stillUnderWay))
}

// redrawLeading does that for the messages that were posted up to a moment.
func (a *App) redrawLeading(ctx context.Context, q news.Quarantine, until time.Time) (int, error) {
	found, err := a.leading(ctx, q, until)
	if err != nil || len(found) == 0 {
		return 0, err
	}
	if err := a.db.SaveWithdrawals(ctx, q, found); err != nil {
		return 0, err
	}
	n := 0
	for _, w := range found {
		if w.Links > 0 {
			n++
		}
	}
	if n > 0 {
		a.draw()
	}
	return n, nil
}

// leading are the messages posted up to a moment that nobody has looked at yet for links to a quarantined
// outlet.
func (a *App) leading(ctx context.Context, q news.Quarantine, until time.Time) ([]news.Withdrawal, error) {
	posted, err := a.db.Unwithdrawn(ctx, q, until)
	if err != nil {
		return nil, err
	}
	var found []news.Withdrawal
	for _, d := range posted {
		w := news.Withdrawal{Digest: d.Of, Part: d.Part, Posted: d.Claimed, Slot: d.Claimed, Channel: d.Channel, ChannelID: d.ChannelID, TS: d.TS}
		links, err := a.linksOf(ctx, d)
		if err != nil {
			return nil, err
		}
		for _, raw := range links {
			if leadsTo(q, raw) {
				w.Links++
			}
		}
		if w.Links > 0 {
			w.Problem = a.fixed(d)
		}
		found = append(found, w)
	}
	return found, nil
}

// leadsTo reports whether an address is one of a quarantined outlet.
func leadsTo(q news.Quarantine, raw string) bool {
	return address.Belongs(news.Source{Hosts: q.Sites}, raw)
}

// linksOf are the addresses to which a posted message leads, as far as the database knows them.
func (a *App) linksOf(ctx context.Context, d news.Delivery) ([]string, error) {
	if d.Kind == news.DeliverNotice {
		n, err := a.db.Notice(ctx, d.Of)
		switch {
		case err != nil:
			return nil, err
		case n.Brief != nil:
			return slack.BriefLinksOf(*n.Brief, d.Part, d.Level), nil
		case n.Hello != nil:
			return slack.RenderHello(n, d.Part, d.Level, a.cfg.Zone).Links(), nil
		}
		return nil, nil
	}
	g, err := a.db.Digest(ctx, d.Of)
	if err != nil {
		return nil, err
	}
	return slack.LinksOf(g, d.Part, d.Level), nil
}

// fixed says why nobody can change a posted message; "" where Slack may be asked to.
func (a *App) fixed(d news.Delivery) string {
	switch {
	case a.cfg.Slack.WebhookEnv != "":
		return "a webhook cannot change what it posted"
	case !a.cfg.Slack.Configured:
		return "it was printed"
	case d.ChannelID == "" || d.TS == "":
		return "nobody knows where it stands: it was printed, or posted with a webhook"
	case d.ChannelID == terminal:
		return "it was printed"
	}
	return ""
}

// unchanged notes what Slack says of a message that was to be drawn anew, for the admin who waits for it.
func (a *App) unchanged(ctx context.Context, r store.Redraw, err error) {
	problem := ""
	if err != nil && (errors.Is(err, slack.ErrGone) || notify.ClassOf(err) == notify.ClassChannel) {
		problem = a.o.Redact.Clean(err.Error())
	} else if err != nil {
		return // it is tried again
	}
	if err := a.db.SaveWithdrawalProblem(context.WithoutCancel(ctx), r.Digest, r.Part, problem); err != nil {
		a.log.Warn("note what cannot be changed", "err", err)
	}
}

// tellQuarantine tells the admin channel of a quarantine, once.
func (a *App) tellQuarantine(ctx context.Context, q news.Quarantine) error {
	list, err := a.db.Withdrawals(ctx, q)
	if err != nil {
		return err
	}
	messages, links, stuck := 0, 0, 0
	for _, w := range list {
		if w.Problem != "" {
			stuck++
			continue
		}
		messages, links = messages+1, links+w.Links
	}
	n := news.Notice{
		Key: fmt.Sprintf("quarantine/%s/%d", q.Source, q.At.Unix()), At: a.now(),
		Title: q.Outlet + " is quarantined: nothing of it is read, told or linked to",
		Lines: []string{fmt.Sprintf("An admin did that on %s, for what was posted since %s.", a.clock(q.At), a.clock(q.Since))},
	}
	if messages > 0 {
		n.Lines = append(n.Lines, fmt.Sprintf("Readers' messages are changed: %s in %s become plain text with the words “%s”.",
			counted(links, "link", "links"), counted(messages, "message", "messages"), digest.WithdrawnNote("en")))
	} else {
		n.Lines = append(n.Lines, "No posted message that can be changed leads to it.")
	}
	if stuck > 0 {
		n.Lines = append(n.Lines, fmt.Sprintf("%s cannot be changed; `newsvigil quarantine` lists them.", counted(stuck, "message", "messages")))
	}
	n.Lines = append(n.Lines, fmt.Sprintf("Once the outlet is its own again: `newsvigil quarantine --lift %q`.", q.Outlet))
	return a.tellOnce(ctx, n)
}

// tellLifted tells the admin channel that an outlet is read again, once.
func (a *App) tellLifted(ctx context.Context, q news.Quarantine) error {
	return a.tellOnce(ctx, news.Notice{
		Key: fmt.Sprintf("unquarantine/%s/%d", q.Source, q.At.Unix()), At: a.now(),
		Title: q.Outlet + " is read again: its quarantine was lifted",
		Lines: []string{"Its links come back into the messages that were changed. What digests left out meanwhile does not come later."},
	})
}
