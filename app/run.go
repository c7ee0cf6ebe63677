package app

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"newsvigil/config"
	"newsvigil/news"
)

// stopWait bounds how long a stop waits for the work in hand.
const stopWait = 10 * time.Second

// Run is the daemon: all schedules and the delivery of what they queue, until ctx ends. Every value
// on reload is a configuration that takes the place of the one before, or the mistakes that a new
// one had, in which case the old one stays and the admin channel is told.
func (a *App) Run(ctx context.Context, reload <-chan Reloaded) error {
	for {
		next, err := a.runOnce(ctx, reload)
		if stopped(ctx, err) {
			return nil // told to stop while it was starting
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
	if err := a.redirect(inner); err != nil {
		return nil, err
	}
	a.nudge = w.Notify
	var delivering sync.WaitGroup
	delivering.Go(func() {
		if err := w.Run(inner); err != nil && !errors.Is(err, context.Canceled) {
			a.log.Error("delivery stopped", "err", err)
		}
	})
	c, err := a.schedule(inner)
	if err != nil {
		cancel()
		delivering.Wait()
		return nil, err
	}
	next := a.await(ctx, reload)
	cancel()
	jobs := c.Stop()
	waitFor(stopWait, func() {
		<-jobs.Done()
		delivering.Wait()
		a.running.Wait() // a run that catches up is not among cron's own
	})
	return next, nil
}

// await returns the next whole configuration, or nil when ctx ends.
func (a *App) await(ctx context.Context, reload <-chan Reloaded) *settings {
	for {
		select {
		case <-ctx.Done():
			return nil
		case r := <-reload:
			s, err := a.settingsOf(r)
			if err == nil {
				return s
			}
			a.log.Error("configuration not read; the old settings stay", "err", err)
			now := a.now()
			n := news.Notice{
				Key:   fmt.Sprintf("reload/%d", now.UnixNano()),
				Title: "config.toml has a mistake; the old settings stay in force",
				Lines: []string{err.Error(), "Mend it, try `newsvigil check`, and send SIGHUP again."},
				At:    now,
			}
			if err := a.tell(ctx, n); err != nil {
				a.log.Error("tell the admin channel", "err", err)
			}
		}
	}
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

// waitFor waits until f returns, at most for d.
func waitFor(d time.Duration, f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-done:
	case <-t.C:
	}
}

// jitter is a random pause before a crawl, so that many installations do not ask at the same second.
func (a *App) jitter() time.Duration {
	if a.cfg.Jitter <= 0 {
		return 0
	}
	return time.Duration(a.o.Random(int64(a.cfg.Jitter)))
}
