package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"newsvigil/app"
	"newsvigil/config"
	"newsvigil/internal/practice/outlets"
	"newsvigil/store"
)

// step is one command of a life. It is repeated until it has ended well, however often its process is
// killed.
type step struct {
	name string
	// before is what happens in the world before it, once.
	before func(*mortal)
	args   []string
	// partial says that a good end is exit code 3.
	partial bool
	// lenient says that it is good, too, if not.
	lenient bool
	// dies is where the process dies in any case, after which the step is over.
	dies string
	// until is when a daemon is stopped.
	until func(*mortal) bool
}

const (
	sick    = "Bridge Notes"    // breaks and recovers
	renamed = "NK Policy Forum" // is renamed while pieces of it wait to be read
)

// wholeLife is a life in which everything that commits in daily work happens: a source in trouble and
// well again, one that is renamed, a channel that is wrong and mended, notices, the daemon's first start
// and its next day with a slot that was missed. It begins with a database of the first schema, because a
// process died between two migrations, and ends with what readers say.
func wholeLife() []step {
	return []step{{
		name: "an older newsvigil", args: []string{"once", "--all"}, dies: "after migration#1",
	}, {
		name: "first crawl", args: []string{"once", "--all"}, partial: true,
		before: func(m *mortal) {
			m.outlets.Break(sick, outlets.Fault{Status: 503})
			m.edit("[crawl]\n", "[crawl]\npages_per_run = 4\n")
		},
	}, {
		name: "crawl after a rename", args: []string{"once", "--all"}, partial: true,
		before: func(m *mortal) {
			m.edit("pages_per_run = 4\n", "")
			m.renamed = renamed
			m.edit(fmt.Sprintf("name = %q", renamed), `name = "The Forum"`)
		},
	}, {
		name: "digest to no channel", args: []string{"digest"}, partial: true,
		before: func(m *mortal) {
			m.edit(`name = "The Forum"`, fmt.Sprintf("name = %q", renamed)) // by which explain finds what was read first
			m.edit(fmt.Sprintf("channel = %q", demoChannel), `channel = "#practise"`)
		},
	}, {
		name: "digest, and first start of the daemon", args: []string{"digest", next, "run"},
		before: func(m *mortal) { m.edit(`channel = "#practise"`, fmt.Sprintf("channel = %q", demoChannel)) },
		until:  func(m *mortal) bool { return m.ranAll(time.Time{}) },
	}, {
		name: "the daemon on the next day", args: []string{"run"},
		before: func(m *mortal) {
			m.outlets.Break(sick, outlets.Fault{})
			m.outlets.Publish(2)
			m.dusk = m.now()
			m.later(25 * time.Hour)
		},
		until: func(m *mortal) bool { return m.ranAll(m.dusk) && m.queued() == 0 },
	}, {
		name: "feedback", args: []string{"feedback", "import", "said.jsonl", next, remember}, before: (*mortal).speak,
	}}
}

// speak writes down what readers say of a piece that was posted and of one that was left out.
func (m *mortal) speak() {
	var lines bytes.Buffer
	for _, p := range m.outlets.Pieces() {
		if label, ok := map[string]string{"003": "like", "035": "dislike"}[p.ID]; ok {
			fmt.Fprintf(&lines, "{\"url\": %q, \"label\": %q, \"by\": \"U0PERSON\"}\n", p.URL, label)
		}
	}
	if err := os.WriteFile(filepath.Join(m.dir, "said.jsonl"), lines.Bytes(), 0o600); err != nil {
		m.t.Fatal(err)
	}
}

// hardLife loses its database twice: to damage, which a backup makes good, and altogether.
func hardLife() []step {
	both := []string{"once", "--all", next, "digest"}
	return []step{
		{name: "first day", args: both},
		{name: "second day", args: both, before: func(m *mortal) { m.outlets.Publish(2) }},
		{name: "damaged", args: both, before: func(m *mortal) { m.damage() }},
		{name: "lost", args: both, before: func(m *mortal) {
			m.lost = true
			for _, suffix := range []string{"", "-wal", "-shm"} {
				if err := os.Remove(m.database() + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
					m.t.Error(err)
				}
			}
		}},
	}
}

// damage overwrites the second half of the database.
func (m *mortal) damage() {
	data, err := os.ReadFile(m.database())
	if err != nil {
		m.t.Fatal(err)
	}
	for i := len(data) / 2; i < len(data); i++ {
		data[i] = 0x5a
	}
	if err := os.WriteFile(m.database(), data, 0o600); err != nil {
		m.t.Fatal(err)
	}
}

func (m *mortal) database() string { return filepath.Join(m.config().DataDir, app.DatabaseName) }

// config is the configuration as it stands now.
func (m *mortal) config() *config.Config {
	cfg, err := config.Load(filepath.Join(m.dir, "practice.toml"))
	if err != nil {
		m.t.Error(err)
		return nil
	}
	return cfg
}

// read opens the database for reading, if it can be read at this moment.
func (m *mortal) read(look func(*store.DB) error) error {
	db, err := store.OpenReader(m.t.Context(), m.database(), store.Options{Now: m.now})
	if err != nil {
		return err
	}
	return errors.Join(look(db), db.Close())
}

// ranAll reports whether every schedule has run after a moment.
func (m *mortal) ranAll(after time.Time) bool {
	names := []string{"crawl"}
	for _, t := range m.config().Topics {
		for i := range t.Digest {
			names = append(names, fmt.Sprintf("digest/%s/%d", t.Key(), i))
		}
	}
	err := m.read(func(db *store.DB) error {
		for _, n := range names {
			at, ok, err := db.LastRun(m.t.Context(), n)
			if err != nil || !ok || !at.After(after) {
				return fmt.Errorf("%s ran at %v, %v, %w", n, at, ok, err)
			}
		}
		return nil
	})
	return err == nil
}

// queued is how many messages wait; -1 where the database cannot be read just now.
func (m *mortal) queued() int {
	n := -1
	err := m.read(func(db *store.DB) (err error) {
		n, err = db.Queued(m.t.Context())
		return err
	})
	if err != nil {
		return -1
	}
	return n
}

// patience bounds one command of a life; the slowest takes a second or two.
const patience = 2 * time.Minute

// try runs the step's command once. It reports whether the process died, and the sides of commits that
// it reached.
func (m *mortal) try(s step, at string) (died bool, points []string) {
	m.t.Helper()
	p := m.start(at, s.args...)
	if s.until != nil {
		go func() {
			for !s.until(m) {
				select {
				case <-p.ended:
					return
				case <-time.After(20 * time.Millisecond):
				}
			}
			_ = p.Process.Signal(syscall.SIGTERM) // dead already, perhaps
		}()
	}
	if err := p.within(patience); err != nil {
		m.t.Fatal(err)
	}
	points, err := p.points()
	if err != nil {
		m.t.Fatal(err)
	}
	if p.killed() {
		return true, points
	}
	if s.until != nil && p.endedBy(syscall.SIGTERM) {
		return false, points // told to stop before it listened, because all was done before
	}
	want := 0
	if s.partial {
		want = exitPartial
	}
	if got := code(p.err); got != want && !(s.lenient && got == exitPartial) {
		m.t.Fatalf("%s: exit code %d, want %d; log:\n%s%s", s.name, got, want, p.out.String(), p.log)
	}
	return false, points
}

func code(err error) int {
	if e, ok := errors.AsType[*exec.ExitError](err); ok {
		return e.ExitCode()
	}
	if err != nil {
		return -1
	}
	return 0
}

// crash is a death in a step: at a side of a commit, when it is reached for the hit-th time by one
// process.
type crash struct {
	step  int
	point string
	hit   int
}

func (c crash) String() string { return fmt.Sprintf("%s#%d", c.point, c.hit) }

// live leads a life and dies as often as it is told, or as the door wants it, each death in the order of the steps. It returns
// what every step reached that was not killed, and the deaths that were not died because their point was
// not reached.
func (m *mortal) live(life []step, deaths ...crash) (points [][]string, missed []crash) {
	m.t.Helper()
	for i, s := range life {
		if s.before != nil {
			s.before(m)
		}
		mine := slices.DeleteFunc(slices.Clone(deaths), func(c crash) bool { return c.step != i })
		for {
			at := ""
			if len(mine) > 0 {
				at = mine[0].String()
			}
			if s.dies != "" {
				at = s.dies
			}
			died, got := m.try(s, at)
			if died && s.dies != "" {
				points = append(points, nil)
				break
			}
			if died {
				mine = mine[min(1, len(mine)):]
				continue
			}
			points, missed = append(points, got), append(missed, mine...)
			break
		}
	}
	m.rest()
	return points, missed
}

// rest crawls and posts until everything has been said.
func (m *mortal) rest() {
	m.t.Helper()
	both := []string{"once", "--all", next, "digest"}
	m.try(step{name: "rest", args: both, lenient: true}, "")
	m.later(11 * time.Minute) // doubles are looked for when no lost post can come any more
	m.try(step{name: "rest", args: both}, "")
}
