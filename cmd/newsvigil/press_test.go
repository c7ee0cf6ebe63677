package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"newsvigil/app"
	"newsvigil/config"
	"newsvigil/internal/practice/slack"
)

// readers makes readers of an installation that can press, and posts them a digest.
func readers(t *testing.T) (in *installation, ts string) {
	t.Helper()
	in = newInstallation(t)
	in.edit(`token_env = "`+demoTokenEnv+`"`, `token_env = "`+demoTokenEnv+"\"\napp_token_env = \""+appTokenEnv+`"`)
	in.run("once")
	in.run("digest")
	for _, m := range in.slack.Messages("C0PRACTICE") {
		if strings.Contains(string(m.Blocks), `"nv.keep`) {
			return in, m.TS
		}
	}
	t.Fatalf("no message has buttons: %s", in.slack.Messages("C0PRACTICE")[0].Blocks)
	return nil, ""
}

// stored are the readers of whom a word is in the database, or in the journal beside it.
func (in *installation) stored() map[string]bool {
	in.t.Helper()
	cfg, err := config.Load(filepath.Join(in.dir, "practice.toml"))
	if err != nil {
		in.t.Fatal(err)
	}
	a, err := app.New(in.t.Context(), app.Options{Config: cfg, ReadOnly: true})
	if err != nil {
		in.t.Fatal(err)
	}
	defer a.Close()
	said, err := a.Feedback(in.t.Context(), "")
	if err != nil {
		in.t.Fatal(err)
	}
	out := map[string]bool{}
	for _, f := range said {
		out[f.By] = true
	}
	journal, err := os.ReadFile(filepath.Join(cfg.DataDir, "presses.jsonl"))
	if err != nil && !os.IsNotExist(err) {
		in.t.Fatal(err)
	}
	for part := range bytes.SplitSeq(journal, []byte(`"By":"`)) {
		user, _, _ := bytes.Cut(part, []byte(`"`))
		out[string(user)] = true
	}
	return out
}

// TestPressesAndSignals presses before, during and after the moment at which the daemon is told to stop, or
// is killed: what was confirmed is stored. A daemon that is told to stop confirms all that was pressed
// before.
func TestPressesAndSignals(t *testing.T) {
	t.Parallel()
	for name, signal := range map[string]syscall.Signal{"terminated": syscall.SIGTERM, "killed": syscall.SIGKILL} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in, ts := readers(t)
			d := in.daemon()
			d.until("a connection", func() bool { return in.slack.Sockets() == 1 })
			var mu sync.Mutex
			confirmed := map[string]bool{}
			count := func() int { mu.Lock(); defer mu.Unlock(); return len(confirmed) }
			var pressing sync.WaitGroup
			for n := range 6 {
				pressing.Go(func() {
					for i := 0; in.slack.Sockets() > 0 && i < 500; i++ {
						user := fmt.Sprintf("U0R%dX%d", n, i)
						e, err := in.slack.Press(slack.Press{User: user, Channel: "C0PRACTICE", TS: ts, Action: "nv.keep", Block: "act.*"})
						if err == nil && !e.Acked.IsZero() {
							mu.Lock()
							confirmed[user] = true
							mu.Unlock()
						}
					}
				})
			}
			d.until("some presses", func() bool { return count() >= 10 })
			at := time.Now()
			if signal == syscall.SIGTERM {
				d.stop()
			} else {
				d.signal(signal)
				<-d.done
				d.done <- nil
			}
			pressing.Wait()
			late, unanswered := 0, 0
			for _, e := range in.slack.Envelopes() {
				if e.Acked.IsZero() && e.Sent.Before(at) {
					unanswered++
				}
				if e.Sent.After(at) {
					late++
				}
			}
			if signal == syscall.SIGTERM && unanswered > 0 {
				t.Errorf("%d presses from before SIGTERM were not answered; log:\n%s", unanswered, d.log)
			}
			have := in.stored()
			for user := range confirmed {
				if !have[user] {
					t.Errorf("the press of %s was confirmed, and is lost", user)
				}
			}
			t.Logf("%d confirmed, %d stored, %d pressed after the signal, %d of those before it unanswered", len(confirmed), len(have), late, unanswered)
		})
	}
}
