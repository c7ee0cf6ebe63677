// Package app is the running program: it fills every package's options from the configuration, and
// ties crawler, model, placing, store, digest and delivery together. It is a type apart from main,
// so that tests start it as a user would.
package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"time"

	"newsvigil/classify"
	"newsvigil/config"
	"newsvigil/crawler"
	"newsvigil/news"
	"newsvigil/seeds"
	"newsvigil/store"
)

// DatabaseName is the database's file name within the data folder.
const DatabaseName = "newsvigil.db"

// Options are what an App needs from the world.
type Options struct {
	Config *config.Config
	// Getenv looks a variable up; nil means os.LookupEnv.
	Getenv func(string) (string, bool)
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Random draws from [0, n); nil means a good source of randomness.
	Random func(n int64) int64
	// Log takes the program's log; nil drops it.
	Log *slog.Logger
	// Out is where digests are printed while Slack is not connected; nil drops them.
	Out io.Writer
	// Progress hears of every step of a crawl, from one goroutine; nil hears nothing.
	Progress func(crawler.Progress)
	// Seeds are the built-in exemplars; nil means the shipped ones.
	Seeds fs.FS
	// Boundary hears of both sides of every commit; see store.Options.
	Boundary func(point string)
	// ReadOnly opens the database for reading beside a running daemon, and takes no lock.
	ReadOnly bool
}

// App is the program with its database open.
type App struct {
	cfg  *config.Config
	o    Options
	now  func() time.Time
	log  *slog.Logger
	db   *store.DB
	lock *store.Lock
	// ctx is the context the App was opened with, for callbacks that are given none.
	ctx    context.Context
	topics []*topic
	// crawling holds that one crawl runs at a time, whatever asked for it.
	crawling sync.Mutex
	// running are the jobs at work, so that a stop can wait for them.
	running sync.WaitGroup
	// nudge wakes the delivery worker when something was queued.
	nudge func()
}

// topic is a topic with the model that was fitted last.
type topic struct {
	news.Topic
	model *classify.Model
}

// UsageError is a mistake in the configuration or in the command line: exit code 2.
type UsageError struct{ Text string }

func (e *UsageError) Error() string { return e.Text }

// New opens the data folder and the database and reads the exemplars. The caller closes the App.
// Errors in what an admin wrote are *config.Mistakes, *classify.SeedError or *UsageError.
func New(ctx context.Context, o Options) (*App, error) {
	a := &App{cfg: o.Config, o: withDefaults(o), ctx: ctx}
	a.now, a.log = a.o.Now, a.o.Log
	topics, err := LoadTopics(a.cfg, a.o.Seeds)
	if err != nil {
		return nil, err
	}
	for _, t := range topics {
		a.topics = append(a.topics, &topic{Topic: t})
	}
	if err := a.open(ctx); err != nil {
		return nil, err
	}
	return a, nil
}

func withDefaults(o Options) Options {
	if o.Getenv == nil {
		o.Getenv = os.LookupEnv
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Random == nil {
		o.Random = rand.Int64N
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Out == nil {
		o.Out = io.Discard
	}
	if o.Seeds == nil {
		o.Seeds = seeds.FS
	}
	return o
}

func (a *App) open(ctx context.Context) error {
	path := filepath.Join(a.cfg.DataDir, DatabaseName)
	so := store.Options{Now: a.now, Log: a.log, Boundary: a.o.Boundary}
	if a.o.ReadOnly {
		db, err := store.OpenReader(ctx, path, so)
		if err != nil {
			return err
		}
		a.db = db
		return nil
	}
	if err := os.MkdirAll(a.cfg.DataDir, 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w; set data_dir in %s to a folder that this user may write to", err, a.cfg.File)
	}
	lock, err := store.LockDir(a.cfg.DataDir)
	if err != nil {
		return err
	}
	db, err := store.Open(ctx, path, so)
	if err != nil {
		return errors.Join(err, lock.Unlock())
	}
	a.db, a.lock = db, lock
	return nil
}

// Close closes the database and gives the lock of the data folder back.
func (a *App) Close() error {
	var errs []error
	if a.db != nil {
		errs = append(errs, a.db.Close())
	}
	if a.lock != nil {
		errs = append(errs, a.lock.Unlock())
	}
	return errors.Join(errs...)
}

// topicNamed finds a topic by its name or key; an unknown one is a *UsageError that lists them.
func (a *App) topicNamed(name string) (*topic, error) {
	names := make([]string, 0, len(a.topics))
	for _, t := range a.topics {
		if t.Name == name || t.Key() == news.Slug(name) {
			return t, nil
		}
		names = append(names, fmt.Sprintf("%q", t.Name))
	}
	return nil, &UsageError{Text: fmt.Sprintf("there is no topic %q in %s; it has %s", name, a.cfg.File, joinAnd(names))}
}

// sources are the configured sources that are switched on.
func (a *App) sources() []news.Source {
	var on []news.Source
	for _, s := range a.cfg.Sources {
		if !s.Off {
			on = append(on, s)
		}
	}
	return on
}
