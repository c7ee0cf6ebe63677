package app

import (
	"database/sql"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"newsvigil/config"
	"newsvigil/internal/practice/slack"
	"newsvigil/news"
	client "newsvigil/notify/slack"
)

// hold keeps every other program from writing into the database, as one does that was started beside the
// daemon, until release is called.
func (a *readers) hold() (release func()) {
	a.t.Helper()
	other, err := sql.Open("sqlite3", "file:"+a.db.Path()+"?_txlock=immediate")
	if err != nil {
		a.t.Fatal(err)
	}
	tx, err := other.Begin()
	if err != nil {
		a.t.Fatal(err)
	}
	return func() { tx.Rollback(); other.Close() }
}

// impatient listens anew, and waits for the database for a moment only.
func (a *readers) impatient() {
	a.stop()
	a.within = 50 * time.Millisecond
	a.start()
}

func (a *readers) journal() string { return filepath.Join(a.cfg.DataDir, "presses.jsonl") }

// TestPressWhileHeld: while another program holds the database, what is pressed is confirmed in time all the
// same, brought in as soon as that is possible, in order, and shown; also after a stop in between.
func TestPressWhileHeld(t *testing.T) {
	t.Parallel()
	for _, stopped := range []bool{false, true} {
		a := newReaders(t, nil)
		d := a.digest()
		one, two := d.Lead[0].Story, d.Lead[1].Story
		a.on(two, "U0TWO", client.ActionKeep, "")
		a.shows("Keep · 1")
		a.impatient()
		release := a.hold()
		a.on(one, "U0ONE", client.ActionKeep, "")
		a.on(one, "U0ONE", client.ActionNot, "")
		a.on(two, "U0TWO", client.ActionMore, client.OptionMore)
		a.await("modal", func() bool { return len(a.slack.Views("U0TWO")) == 1 })
		if _, err := a.slack.Press(slack.Press{User: "U0TWO", View: a.slack.Views("U0TWO")[0].ID, Action: client.ActionBack}); err != nil {
			t.Error(err)
		}
		if _, err := a.slack.Command("U0THREE", testChannel, "/newsvigil missed https://stranger.example/9"); err != nil {
			t.Error(err)
		}
		kept, err := os.ReadFile(a.journal())
		if err != nil || strings.Count(string(kept), `"ChannelID":`) != 4 {
			t.Errorf("the journal has %s, %v", kept, err)
		}
		if info, err := os.Stat(a.journal()); err == nil && info.Mode().Perm() != 0o600 {
			t.Errorf("mode %v", info.Mode())
		}
		if len(a.said()) != 1 {
			t.Errorf("said %+v while the database was held", a.said())
		}
		if stopped {
			a.stop()
			release()
			a.reopen(t)
			a.start()
		} else {
			release()
		}
		a.shows("Not relevant · 1")
		a.await("end of the journal", func() bool { _, err := os.Stat(a.journal()); return os.IsNotExist(err) })
		said := a.said()
		if len(said) != 2 || !slices.ContainsFunc(said, func(f news.Feedback) bool {
			return f.By == "U0ONE" && f.Label == news.LabelDislike && f.Article == d.Lead[0].Article
		}) || !slices.ContainsFunc(said, func(f news.Feedback) bool { return f.By == "U0THREE" && f.Label == news.LabelMissed }) {
			t.Errorf("stopped %v: said %+v", stopped, said)
		}
		a.stop()
	}
}

// TestJournalUnreadable: buttons work as soon as the journal can be read, without a restart.
func TestJournalUnreadable(t *testing.T) {
	t.Parallel()
	a := &readers{rig: newRig(t, func(c *config.Config) { c.Slack.AppTokenEnv = practiceApp }), t: t}
	if err := os.Mkdir(a.journal(), 0o700); err != nil {
		t.Fatal(err)
	}
	go func() {
		for end := time.Now().Add(10 * time.Second); !strings.Contains(a.log.String(), "trying again") && time.Now().Before(end); {
			time.Sleep(time.Millisecond)
		}
		if err := os.Remove(a.journal()); err != nil {
			t.Error(err)
		}
	}()
	a.start()
}

// TestPressThatCannotBeKept: where neither the database nor the journal takes anything in, Slack is told
// nothing and the reader is told that nothing was noted.
func TestPressThatCannotBeKept(t *testing.T) {
	t.Parallel()
	a := newReaders(t, nil)
	one := a.digest().Lead[0].Story
	a.impatient()
	release := a.hold()
	defer release()
	if err := os.Mkdir(a.journal(), 0o700); err != nil {
		t.Fatal(err)
	}
	p := slack.Press{Channel: testChannel, TS: a.head().TS, Action: client.ActionKeep, Block: a.block(a.head(), one)}
	if e, err := a.slack.Press(p); err == nil || !e.Acked.IsZero() {
		t.Error("a press that is kept nowhere was confirmed")
	}
	a.await("word", func() bool { return len(a.slack.Ephemerals("")) == 1 })
	if said := a.slack.Ephemerals("")[0].Text; !strings.Contains(said, "could not be kept") {
		t.Errorf("told %q", said)
	}
}
