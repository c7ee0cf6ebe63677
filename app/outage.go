package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"newsvigil/news"
	"newsvigil/notify"
	"newsvigil/store"
)

const (
	// firstPause is the wait after a run that failed; it doubles with every further one in a row.
	firstPause   = time.Minute
	longestPause = 15 * time.Minute
	// partDelivery names the delivery among the parts of the program that can fail.
	partDelivery = "delivery"
	// runProbe is the name under which a retry tries whether the database can be written.
	runProbe = "probe"
)

// pause is the wait after n failures in a row.
func (a *App) pause(n int) time.Duration {
	return min(longestPause, a.patience<<min(max(0, n-1), 10))
}

// setbacks are what the App knows of an outage: a disk that is full or broken, or a database that
// another program holds. It ends when every part of the program that failed has gone well again.
type setbacks struct {
	mu    sync.Mutex
	parts map[string]bool
	// key is that of the notice; "" while all is well. told says that the admin channel has it.
	key    string
	reason string
	since  time.Time
	told   bool
}

// keepOnly forgets parts that are no more, after a change of the configuration.
func (s *setbacks) keepOnly(names []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for p := range s.parts {
		if !slices.Contains(names, p) {
			delete(s.parts, p)
		}
	}
}

// setback is told of everything that failed and will be tried again. A damaged database ends the round
// of the daemon, which mends it; an outage is told to the admin channel, once.
func (a *App) setback(ctx context.Context, part string, err error) {
	if ctx.Err() != nil {
		return
	}
	if store.Damaged(err) {
		a.db.Suspect(err)
		a.log.Error("the database is damaged", "part", part, "err", err)
		select {
		case a.damage <- err:
		default: // known already
		}
		return
	}
	if w, ok := errors.AsType[*waits](err); ok {
		a.log.Debug("the digest waits; trying again", "part", part, "err", w) // what for was said already
		return
	}
	reason, ok := store.Outage(err)
	if !ok {
		a.log.Error("not done; trying again", "part", part, "err", err)
		return
	}
	a.log.Error("not done, because "+reason+"; trying again", "part", part, "err", err)
	s := &a.setbacks
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.key == "" {
		s.since, s.reason, s.told, s.parts = a.now(), reason, false, map[string]bool{}
		s.key = a.outageKey(ctx, reason)
	}
	s.parts[part] = true
	if !s.told {
		s.told = a.tellDirectly(ctx, a.outageNotice(s.key, reason, err))
	}
}

// outageKey is the same for one outage even when the program is started anew within it: the day's
// first whose end was not told yet.
func (a *App) outageKey(ctx context.Context, reason string) string {
	base := "outage/" + news.Slug(reason) + "/" + a.now().UTC().Format(time.DateOnly)
	for n := 1; n < 100; n++ {
		key := fmt.Sprintf("%s/%d", base, n)
		if _, err := a.db.Notice(ctx, wellKey(key)); err != nil {
			return key
		}
	}
	return fmt.Sprintf("%s/%d", base, a.now().Unix())
}

func wellKey(key string) string { return key + "/well" }

func (a *App) outageNotice(key, reason string, err error) news.Notice {
	return news.Notice{
		Key: key, At: a.now(), Channel: a.cfg.Slack.AdminChannel,
		Title: "newsvigil has to wait: " + reason,
		Lines: []string{
			"It cannot write to its database, so it reads and posts nothing new for now. It tries again by itself, at the latest every 15 minutes, and nothing is lost.",
			"What to do: see to the disk that holds " + a.cfg.DataDir + " (room, rights), and whether another program has the database open. No restart is needed; you will be told when all is well.",
			err.Error(),
		},
	}
}

// well is told of every part that went well, and ends the outage with the last of them.
func (a *App) well(ctx context.Context, part string) {
	s := &a.setbacks
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.parts, part)
	if s.key == "" || len(s.parts) > 0 {
		return
	}
	n := news.Notice{
		Key: wellKey(s.key), At: a.now(),
		Title: "newsvigil can write to its database again",
		Lines: []string{fmt.Sprintf("It had to wait since %s, because %s. It goes on where it stopped; nothing needs doing.", a.clock(s.since), s.reason)},
	}
	if err := a.tell(ctx, n); err != nil {
		a.log.Warn("tell the admin channel", "err", err) // said with the next part that goes well
		return
	}
	s.key = ""
}

// hasAdminChannel reports whether notices can be posted at all.
func (a *App) hasAdminChannel() bool {
	s := a.cfg.Slack
	return s.Configured && s.AdminChannel != "" && s.WebhookEnv == ""
}

// tellDirectly posts a notice past the outbox, which cannot be written: as well as it goes, and not if
// it stands in the channel already. It reports whether the admin channel has it.
func (a *App) tellDirectly(ctx context.Context, n news.Notice) bool {
	n = a.o.Redact.Notice(n)
	a.log.Warn("notice", "title", n.Title, "lines", n.Lines)
	if !a.hasAdminChannel() {
		return true // the log is all there is
	}
	sender, err := a.sender(a.cfg)
	if err != nil {
		a.log.Error("tell the admin channel", "err", err)
		return false
	}
	m := notify.Message{Notice: n, Delivery: news.Delivery{
		Key: n.Key, Kind: news.DeliverNotice, Of: n.Key, Channel: a.cfg.Slack.AdminChannel,
		Part: 1, Parts: 1, State: news.DeliverySending, Tries: 1, Claimed: a.now().Add(-24 * time.Hour),
	}}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	_, found, blind := sender.Find(ctx, m)
	if found && blind == nil {
		return true
	}
	if _, err := sender.Send(ctx, m); err != nil {
		a.log.Warn("tell the admin channel directly", "title", n.Title, "err", err)
		// Where nothing can be looked up, once at most is better than twice.
		return errors.Is(blind, notify.ErrBlind) && notify.ClassOf(err) == notify.ClassAmbiguous
	}
	return true
}

// sentence ends a text with a full stop.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || strings.HasSuffix(s, ".") {
		return s
	}
	return s + "."
}
