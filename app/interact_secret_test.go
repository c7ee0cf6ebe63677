package app

import (
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"newsvigil/internal/practice/slack"
	client "newsvigil/notify/slack"
)

// TestNoSecretOfConversations lets readers press and type while connections end, answers are refused and the
// database is held, and looks in all that is left for the secrets of these: the tokens, the address at which
// a reader can be answered, the ticket of a connection, and what opens a modal.
func TestNoSecretOfConversations(t *testing.T) {
	t.Parallel()
	a := newReaders(t, nil)
	a.stop()
	a.level = slog.LevelDebug
	a.reopen(t)
	a.impatient()
	one := a.digest().Lead[0].Story
	a.on(one, "", client.ActionNot, "")
	a.on(one, "", client.ActionMore, client.OptionMute)
	a.await("modal", func() bool { return len(a.slack.Views("")) == 1 })
	a.ask("missed https://stranger.example/1")
	a.slack.CutSockets()
	a.slack.Script("apps.connections.open", slack.Unavailable, slack.HTML)
	a.await("a connection", func() bool { return a.slack.Sockets() == 1 })
	release := a.hold()
	a.on(one, "U0TWO", client.ActionKeep, "")
	file := filepath.Join(a.cfg.DataDir, "copy.db")
	a.await("the journal", func() bool { _, err := os.Stat(a.journal()); return err == nil })
	a.search()
	release()
	if _, err := a.Backup(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	// Nobody is there any more to take the answer in.
	slow := func(string) error { a.slack.Close(); return nil }
	a.fault.Store(&slow)
	a.slack.Press(slack.Press{Channel: testChannel, TS: a.head().TS, Action: client.ActionNot, Block: a.block(a.head(), one)})
	a.await("a failed answer", func() bool { return strings.Contains(a.log.String(), "answer a reader") })
	a.stop()
	a.search()
}

// search looks for the practice Slack's secrets in the log and in every file.
func (a *readers) search() {
	a.t.Helper()
	look := func(where, text string) {
		for _, secret := range []string{slack.DefaultToken, slack.DefaultAppToken, "practice-secret", "ticket", "trigger."} {
			if i := strings.Index(text, secret); i >= 0 {
				a.t.Errorf("%s shows a secret: …%q…", where, text[max(0, i-80):min(len(text), i+60)])
			}
		}
	}
	look("the log", a.log.String())
	err := filepath.WalkDir(a.cfg.DataDir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		look(path, string(data))
		return err
	})
	if err != nil {
		a.t.Error(err)
	}
}
