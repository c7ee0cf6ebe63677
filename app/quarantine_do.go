package app

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"newsvigil/digest"
	"newsvigil/news"
	"newsvigil/notify/slack"
)

// Quarantined is a quarantine with the posted messages that it is about.
type Quarantined struct {
	news.Quarantine
	// Messages are the posted messages that led to the outlet, the earliest first.
	Messages []news.Withdrawal `json:"messages"`
	// Neighbours are other sources on the outlet's sites, by name: their links are withdrawn, too, but they
	// are read.
	Neighbours []string `json:"neighbours,omitempty"`
	// Waits says why nothing can be changed from here; "" where it can, or where nothing is left to change.
	Waits string `json:"waits,omitempty"`
}

// Count counts the messages that show what they should, those that wait to be drawn anew, and those that
// nobody can change.
func (q Quarantined) Count() (shown, waiting, fixed int) {
	for _, w := range q.Messages {
		switch {
		case w.Problem != "":
			fixed++
		case w.Shown:
			shown++
		default:
			waiting++
		}
	}
	return shown, waiting, fixed
}

// Links counts the links in all messages.
func (q Quarantined) Links() (n int) {
	for _, w := range q.Messages {
		n += w.Links
	}
	return n
}

// Quarantine keeps an outlet that was hijacked away from readers from now on, by its name, key, host or an
// address of it: the App, or the daemon beside which it works, stops reading it, and takes its links out of
// the messages that were posted since a time; see AwaitRedrawn. It may be repeated. A source that nobody
// knows is a *UsageError.
func (a *App) Quarantine(ctx context.Context, what string, since time.Time) (Quarantined, error) {
	q, err := a.quarantineOf(ctx, what, since)
	if err != nil {
		return Quarantined{}, err
	}
	if q, err = a.db.Quarantine(ctx, q); err != nil {
		return Quarantined{}, err
	}
	if _, err := a.db.KeepQuarantines(ctx); err != nil { // it stands all the same
		a.log.Warn("note the quarantine beside the database", "err", err)
	}
	if _, err := a.withdraw(ctx, q); err != nil {
		return Quarantined{}, fmt.Errorf("%s is quarantined, but what was posted is not changed yet: %w", q.Outlet, err)
	}
	if err := a.tellQuarantine(ctx, q); err != nil {
		return Quarantined{}, err
	}
	return a.quarantined(ctx, q)
}

// Quarantinable says what Quarantine would change, and changes nothing.
func (a *App) Quarantinable(ctx context.Context, what string, since time.Time) (Quarantined, error) {
	q, err := a.quarantineOf(ctx, what, since)
	if err != nil {
		return Quarantined{}, err
	}
	out := Quarantined{Quarantine: q, Neighbours: a.neighbours(q)}
	found, err := a.leading(ctx, q, q.At.Add(stillUnderWay))
	for _, w := range found {
		if w.Links > 0 {
			w.Title, w.Slot = a.titleOf(ctx, w)
			out.Messages = append(out.Messages, w)
		}
	}
	return out, err
}

func (a *App) quarantineOf(ctx context.Context, what string, since time.Time) (news.Quarantine, error) {
	src, err := a.sourceToHold(ctx, what)
	return news.Quarantine{Source: src.Key(), Outlet: src.Name, Sites: addressesOf(src), Since: since, At: a.now()}, err
}

// LiftQuarantine reads an outlet again; its links come back into the messages that were changed. One that is
// not quarantined is a *UsageError.
func (a *App) LiftQuarantine(ctx context.Context, what string) (Quarantined, error) {
	src, err := a.sourceToHold(ctx, what)
	if err != nil {
		return Quarantined{}, err
	}
	if err := a.postedWithout(ctx, src.Key()); err != nil {
		return Quarantined{}, err
	}
	q, lifted, err := a.db.LiftQuarantine(ctx, src.Key())
	if err != nil {
		return Quarantined{}, err
	}
	if !lifted {
		return Quarantined{}, &UsageError{Text: fmt.Sprintf("%s is not quarantined; `newsvigil quarantine` lists the outlets that are", src.Name)}
	}
	if _, err := a.db.KeepQuarantines(ctx); err != nil { // the database knows better
		a.log.Warn("note the end of the quarantine beside the database", "err", err)
	}
	a.draw()
	if err := a.tellLifted(ctx, q); err != nil {
		return Quarantined{}, err
	}
	return a.quarantined(ctx, q)
}

// postedWithout asks for what was composed with links to a quarantined outlet and posted without them to be
// drawn anew, so that they come when the quarantine is lifted.
func (a *App) postedWithout(ctx context.Context, source string) error {
	stand, err := a.standing(ctx)
	for _, q := range stand {
		if err == nil && q.Source == source {
			_, err = a.redrawLeading(ctx, q, a.now())
		}
	}
	return err
}

// Quarantines lists the quarantines that stand, the one that began last first.
func (a *App) Quarantines(ctx context.Context) ([]Quarantined, error) {
	stand, err := a.standing(ctx)
	if err != nil {
		return nil, err
	}
	var out []Quarantined
	for _, q := range stand {
		one, err := a.quarantined(ctx, q)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

func (a *App) quarantined(ctx context.Context, q news.Quarantine) (Quarantined, error) {
	out := Quarantined{Quarantine: q, Neighbours: a.neighbours(q)}
	list, err := a.db.Withdrawals(ctx, q)
	if err != nil {
		return out, err
	}
	for i := range list {
		list[i].Title, _ = a.titleOf(ctx, list[i])
	}
	out.Messages = list
	if !q.Stands() {
		return out, nil
	}
	unknown, err := a.unknown(ctx, q)
	out.Messages = append(out.Messages, unknown...)
	return out, err
}

// unknown are the messages that led to an outlet and that nobody can draw anew, because the database was
// lost or restored since they were posted: what else they say is not known.
func (a *App) unknown(ctx context.Context, q news.Quarantine) (list []news.Withdrawal, err error) {
	recalled, err := a.db.RecalledLinks(ctx, q.Since)
	if err != nil {
		return nil, err
	}
	for _, key := range slices.Sorted(maps.Keys(recalled)) {
		w := news.Withdrawal{Digest: key, Part: 1, Problem: "it was posted before the database was lost or restored, and what it says is not known"}
		for _, piece := range recalled[key] {
			raw, isURL := strings.CutPrefix(piece, "url:")
			if isURL && leadsTo(q, "https://"+raw) || isURL && leadsTo(q, "http://"+raw) || strings.HasPrefix(piece, "id:"+q.Source+":") {
				w.Links++
			}
		}
		if d, err := a.db.Digest(ctx, key); err == nil && w.Links > 0 {
			w.Title, w.Slot, w.Posted, w.Channel = d.Topic, d.Slot, d.Slot, d.Channel
			list = append(list, w)
		}
	}
	return list, nil
}

// titleOf is a message's headline, with the time it stands for: a digest's slot, else when it was posted.
func (a *App) titleOf(ctx context.Context, w news.Withdrawal) (string, time.Time) {
	if d, err := a.db.Digest(ctx, w.Digest); err == nil {
		return digest.Headline(d), d.Slot
	}
	if n, err := a.db.Notice(ctx, w.Digest); err == nil {
		return n.Title, w.Slot
	}
	return w.Digest, w.Slot // which nobody can read any more
}

const (
	// drawnLook is how often it is looked whether the daemon has drawn the messages anew.
	drawnLook = 200 * time.Millisecond
	// awaitPause is the first pause after a failure while a person waits, and longestAwait the longest.
	awaitPause   = 2 * time.Second
	longestAwait = 15 * time.Second
)

// AwaitRedrawn waits until the messages of a quarantine show what they should, at most as long as it is
// told: it draws them itself, or waits for the daemon beside which it works. What is left then the next
// daemon, or the next call, does.
func (a *App) AwaitRedrawn(ctx context.Context, q news.Quarantine, atMost time.Duration) (Quarantined, error) {
	wait, cancel := context.WithTimeout(ctx, atMost)
	defer cancel()
	c, why := a.redrawer()
	for fails := 0; ; {
		out, err := a.quarantined(ctx, q)
		_, waiting, _ := out.Count()
		if err != nil || waiting == 0 || wait.Err() != nil {
			return out, err
		}
		if c == nil && !a.beside {
			out.Waits = why
			return out, nil
		}
		pause := drawnLook
		if !a.beside {
			after, err := a.drawAll(wait, c)
			if err != nil && wait.Err() == nil {
				a.log.Warn("draw a message anew", "err", err)
				pause = max(after, min(awaitPause<<min(fails, 5), longestAwait))
				fails++
			}
		}
		if end, _ := wait.Deadline(); pause > time.Until(end) {
			cancel()
		}
		if sleep(wait, pause) != nil && ctx.Err() != nil {
			return out, ctx.Err()
		}
	}
}

// redrawer is what changes posted messages, or why nothing does.
func (a *App) redrawer() (*slack.Client, string) {
	sender, err := a.sender(a.cfg)
	if err != nil {
		return nil, sentence(err.Error())
	}
	c, ok := sender.(*slack.Client)
	if !ok || !c.Schedules() {
		return nil, "Slack is not connected with a bot token."
	}
	return c, ""
}

// keepQuarantines makes sure that no quarantine is forgotten with the database that knew of it.
func (a *App) keepQuarantines(ctx context.Context) error {
	back, err := a.db.KeepQuarantines(ctx)
	for _, q := range back {
		a.log.Warn("the database had forgotten a quarantine; it goes on", "source", q.Outlet, "since", q.At)
	}
	return err
}

// Clock writes a time in the configured zone, as admins read it.
func (a *App) Clock(t time.Time) string { return a.clock(t) }
