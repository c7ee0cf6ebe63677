package app

import (
	"context"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"newsvigil/config"
	"newsvigil/news"
	"newsvigil/notify"
	"newsvigil/notify/slack"
	"newsvigil/store"
)

const (
	// stopWait bounds how long a stop waits for the work in hand.
	stopWait = 10 * time.Second
	// stopWaits is how many times as long the daemon waits where it goes on afterwards: longer than any
	// request to Slack takes, for what is at work must not see its settings or its database change.
	stopWaits = 12
)

// Run is the daemon: all schedules and the delivery of what they queue, until ctx ends. Every value
// on reload is a configuration that takes the place of the one before, or the mistakes that a new
// one had, in which case the old one stays and the admin channel is told.
func (a *App) Run(ctx context.Context, reload <-chan Reloaded) error {
	for mended := 0; ; {
		next, err := a.runOnce(ctx, reload)
		if ctx.Err() != nil {
			return nil
		}
		if store.Damaged(err) {
			mended++
			if err := a.mend(ctx, mended); err != nil {
				return a.lastWords(ctx, err)
			}
			continue
		}
		if err != nil || next == nil {
			return err
		}
		a.log.Info("configuration read again", "file", next.cfg.File, "sources", len(next.cfg.Sources))
		a.cfg, a.topics = next.cfg, next.topics
	}
}

// Reloaded is what came of reading the configuration again: a new one, or why not.
type Reloaded struct {
	Config *config.Config
	Err    error
}

// settings is a configuration that was found whole, exemplars and all.
type settings struct {
	cfg    *config.Config
	topics []*topic
}

// runOnce runs under one configuration; it returns the next one, or nil when ctx ended.
func (a *App) runOnce(ctx context.Context, reload <-chan Reloaded) (*settings, error) {
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	w, err := a.worker()
	if err != nil {
		return nil, err
	}
	a.nudge = w.Notify
	token := make(chan struct{}, 1)
	a.running.Go(func() { a.watchToken(inner, w.Sender, token) })
	a.running.Go(func() { a.deliver(inner, w) })
	a.running.Go(func() { a.guard(inner) })
	if c, ok := w.Sender.(*slack.Client); ok {
		a.attend(inner, c)
	}
	var next *settings
	if err = a.schedule(inner); err == nil {
		a.log.Info("at work until stopped", "sources", len(a.sources()), "topics", len(a.topics), "crawl", a.cfg.Crawl, "zone", a.cfg.Zone)
		next, err = a.await(ctx, reload, token)
	}
	cancel()
	if done := a.halted(ctx); !done && store.Damaged(err) {
		return nil, fmt.Errorf("work on the damaged database does not end: %v; the next start moves it aside", err)
	}
	return next, err
}

// deliver runs the delivery worker until ctx ends, whatever happens in between.
func (a *App) deliver(ctx context.Context, w *notify.Worker) {
	for n := 1; ctx.Err() == nil; n++ {
		err := a.redirect(ctx)
		if err == nil {
			a.well(ctx, partDelivery)
			err = runWorker(ctx, w)
		}
		if err == nil || ctx.Err() != nil {
			return
		}
		a.setback(ctx, partDelivery, err)
		if sleep(ctx, a.pause(n)) != nil {
			return
		}
	}
}

func runWorker(ctx context.Context, w *notify.Worker) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("delivery stumbled: %v\n%s", r, debug.Stack())
		}
	}()
	return w.Run(ctx)
}

// lastWords tells the admin channel of the error that ends the daemon.
func (a *App) lastWords(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	a.tellDirectly(ctx, news.Notice{
		Key: "end/" + a.now().UTC().Format("2006-01-02"), At: a.now(), Channel: a.cfg.Slack.AdminChannel,
		Title: "newsvigil has stopped: its database is damaged and could not be replaced",
		Lines: []string{sentence(err.Error()), "What to do: look at " + a.cfg.DataDir + " and at the disk, then start newsvigil again; `newsvigil restore FILE` brings a backup back."},
	})
	return err
}

// await returns the next whole configuration, which is the same one where only the token is another, nil
// when ctx ends, or the error by which the database turned out to be damaged.
func (a *App) await(ctx context.Context, reload <-chan Reloaded, token <-chan struct{}) (*settings, error) {
	for {
		select {
		case <-ctx.Done():
			return nil, nil
		case err := <-a.damage:
			return nil, err
		case <-token:
			a.log.Info("the token file has changed; its token is taken", "file", a.cfg.Slack.TokenFile)
			return &settings{cfg: a.cfg, topics: a.topics}, nil
		case r := <-reload:
			s, err := a.settingsOf(r)
			if n := a.refusedReload(err); n != nil {
				if err := a.tell(ctx, *n); err != nil {
					a.setback(ctx, partDelivery, err)
					a.tellDirectly(ctx, *n)
				}
			}
			if err == nil {
				return s, nil
			}
		}
	}
}

// refusal is a configuration that was refused, and when the admin channel was told.
type refusal struct {
	text string
	at   time.Time
}

// reloadAgain is after how long the same mistakes are told again, to somebody who tries again.
const reloadAgain = 24 * time.Hour

// refusedReload is what the admin channel is to be told of a reload that gave this error: the mistakes, once,
// and that they are mended. It is nil where there is nothing to say.
func (a *App) refusedReload(err error) *news.Notice {
	now, before := a.now(), a.refused
	if err == nil {
		a.refused = refusal{}
		if before.text == "" {
			return nil
		}
		return &news.Notice{
			Key: fmt.Sprintf("reload/%d/well", before.at.UnixNano()), At: now, Title: "The new settings are in force",
			Lines: []string{fmt.Sprintf("config.toml, which was refused on %s, was read again and has no mistake. Nothing needs doing.", a.clock(before.at))},
		}
	}
	a.log.Error("configuration not read; the old settings stay", "err", err)
	if since := now.Sub(before.at); before.text == err.Error() && since >= 0 && since < reloadAgain {
		return nil
	}
	a.refused = refusal{err.Error(), now}
	mistakes := "a mistake"
	if n := len(strings.Split(err.Error(), "\n")); n > 1 {
		mistakes = fmt.Sprintf("%d mistakes", n)
	}
	return &news.Notice{
		Key:   fmt.Sprintf("reload/%d", now.UnixNano()),
		Title: "config.toml has " + mistakes + "; the old settings stay in force",
		Lines: reloadLines(err),
		At:    now,
	}
}

// tokenLook is how often it is looked whether the token file holds another token.
const tokenLook = 15 * time.Second

// watchToken says on changed when the token file holds another token than the one that is posted with: an
// admin who replaces a revoked token need not restart anything.
func (a *App) watchToken(ctx context.Context, s notify.Sender, changed chan<- struct{}) {
	file := a.cfg.Slack.TokenFile
	c, ok := s.(*slack.Client)
	if file == "" || !ok {
		return
	}
	for sleep(ctx, min(a.pulse, tokenLook)) == nil {
		now, err := a.secret("", file)
		if err != nil || c.Uses(now) { // a file that is just being written is looked at again
			continue
		}
		changed <- struct{}{}
		return
	}
}

// mostMistakes is how many mistakes a notice shows; `check` shows them all.
const mostMistakes = 8

// reloadLines has a line for every mistake, and what to do.
func reloadLines(err error) []string {
	lines := strings.Split(err.Error(), "\n")
	if more := len(lines) - mostMistakes; more > 1 {
		lines = append(lines[:mostMistakes], fmt.Sprintf("… and %d more", more))
	}
	return append(lines, "Mend config.toml, try `newsvigil check`, and then `systemctl reload newsvigil` (or kill -HUP).")
}

func (a *App) settingsOf(r Reloaded) (*settings, error) {
	if r.Err != nil {
		return nil, r.Err
	}
	if r.Config.DataDir != a.cfg.DataDir {
		return nil, &UsageError{Text: fmt.Sprintf("data_dir changed from %s to %s; stop the program and start it again for that", a.cfg.DataDir, r.Config.DataDir)}
	}
	if _, err := a.sender(r.Config); err != nil {
		return nil, err // a token that is not there would end the program
	}
	list, err := LoadTopics(r.Config, a.o.Seeds)
	if err != nil {
		return nil, err
	}
	s := &settings{cfg: r.Config}
	for _, t := range list {
		s.topics = append(s.topics, &topic{Topic: t})
	}
	return s, nil
}

// halted waits for the work in hand, which was told to end, and says whether it did.
func (a *App) halted(ctx context.Context) bool {
	ended := make(chan struct{})
	go func() { // one waiter: work that begins anew must not meet an earlier Wait that has not returned
		defer close(ended)
		a.running.Wait()
	}()
	for range stopWaits {
		if waitFor(a.grace, func() { <-ended }) {
			return true
		}
		if ctx.Err() != nil {
			return false
		}
		a.log.Warn("the work in hand takes long to end; waiting for it")
	}
	return false
}

// waitFor waits until f returns, at most for d, and says whether it did.
func waitFor(d time.Duration, f func()) bool {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-done:
		return true
	case <-t.C:
		return false
	}
}

// jitter is a random pause before a crawl, so that many installations do not ask at the same second.
func (a *App) jitter() time.Duration {
	if a.cfg.Jitter <= 0 {
		return 0
	}
	return time.Duration(a.o.Random(int64(a.cfg.Jitter)))
}
