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
	// Redact keeps secrets out of the log and of what is stored; nil means one of the App's own.
	Redact *Redactor
	// Out is where digests are printed while Slack is not connected; nil drops them.
	Out io.Writer
	// Progress hears of every step of a crawl, from one goroutine; nil hears nothing.
	Progress func(crawler.Progress)
	// Seeds are the built-in exemplars; nil means the shipped ones.
	Seeds fs.FS
	// Boundary hears of both sides of every commit, and Fault decides whether it fails; see store.Options.
	Boundary func(point string)
	Fault    func(point string) error
	// ReadOnly opens the database for reading beside a running daemon, and takes no lock.
	ReadOnly bool
	// Beside writes a few words into the database of a running daemon, which goes on from there, where
	// one holds the lock.
	Beside bool
	// Patient waits at the start for a full disk and the like to pass, as a daemon does.
	Patient bool
}

// App is the program with its database open.
type App struct {
	cfg  *config.Config
	o    Options
	now  func() time.Time
	log  *slog.Logger
	db   *store.DB
	lock *store.Lock
	// beside says that a daemon holds the lock and this App only leaves word for it.
	beside bool
	// ctx is the context the App was opened with, for callbacks that are given none.
	ctx    context.Context
	topics []*topic
	// crawling holds that one crawl runs at a time, whatever asked for it.
	crawling sync.Mutex
	// polled is the slot for which all sources were polled last; polling guards it.
	polling sync.Mutex
	polled  time.Time
	// composing holds that no story is told by an alert and a digest that are made side by side.
	composing sync.Mutex
	// recalling holds that one recall runs at a time.
	recalling sync.Mutex
	// greeted are the channels, by topic, whose readers need no hello; greeting guards it.
	greeting sync.Mutex
	greeted  map[string]string
	// running are the jobs at work, so that a stop can wait for them.
	running sync.WaitGroup
	// nudge wakes the delivery worker when something was queued.
	nudge func()
	// drawn wakes what draws messages anew.
	drawn chan struct{}
	// setbacks are what fails while the disk is full or the like.
	setbacks setbacks
	// refused is the configuration that was read last, where it was refused.
	refused refusal
	// spells are the stretches of trouble with Slack, and with the disk that fills up.
	spells spells
	// damage takes the error that showed the database to be damaged, for the daemon to mend it.
	damage chan error
	// worse says what speaks against a model that is to take the place of another one: Trial.Worse, but for
	// tests.
	worse func(t classify.Trial, old, next *classify.Model) string
	// room is how much a user may still write where a folder lies: freeSpace, but for tests.
	room func(dir string) (free int64, known bool)
	// pulse, patience, grace and within are the constants pulse, firstPause, stopWait and storeWithin, but for
	// tests.
	pulse, patience, grace, within time.Duration
	// compared and atOnce are the constants backgroundSize and countedAtOnce, but for tests.
	compared, atOnce int
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
	a := &App{cfg: o.Config, o: withDefaults(o), ctx: ctx, worse: classify.Trial.Worse, room: freeSpace, damage: make(chan error, 1), drawn: make(chan struct{}, 1), pulse: pulse, patience: firstPause, grace: stopWait, within: storeWithin, compared: backgroundSize, atOnce: countedAtOnce}
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
	if o.Redact == nil {
		o.Redact = &Redactor{}
	}
	o.Log = o.Redact.Log(o.Log)
	if o.Out == nil {
		o.Out = io.Discard
	}
	if o.Seeds == nil {
		o.Seeds = seeds.FS
	}
	return o
}

func (a *App) open(ctx context.Context) error {
	if a.o.ReadOnly {
		db, err := store.OpenReader(ctx, a.path(), a.storeOptions())
		if err != nil {
			return err
		}
		a.db = db
		return nil
	}
	if err := a.take(ctx); err != nil {
		if _, locked := errors.AsType[*store.LockedError](err); a.o.Beside && locked {
			a.beside = true
			a.db, err = store.OpenBeside(ctx, a.path(), a.storeOptions())
		}
		return err
	}
	if err := a.openSound(ctx); err != nil {
		return errors.Join(err, a.lock.Unlock())
	}
	return nil
}

// take makes the data folder and takes its lock.
func (a *App) take(ctx context.Context) error {
	return a.patiently(ctx, func() error {
		if err := os.MkdirAll(a.cfg.DataDir, 0o700); err != nil {
			return fmt.Errorf("make the data folder: %w; set data_dir in %s to a folder that this user may write to", err, a.cfg.File)
		}
		var err error
		a.lock, err = store.LockDir(a.cfg.DataDir)
		return err
	})
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

// topicsNamed are the topic of a name or key, or all where there is none.
func (a *App) topicsNamed(only string) ([]*topic, error) {
	if only == "" {
		return a.topics, nil
	}
	t, err := a.topicNamed(only)
	return []*topic{t}, err
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
