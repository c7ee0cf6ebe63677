package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"newsvigil/app"
	"newsvigil/config"
	"newsvigil/internal/practice/slack"
)

// installation is a folder with a configuration for practice outlets of its own.
type installation struct {
	*practice
	dir string
	t   *testing.T
}

func newInstallation(t *testing.T) *installation {
	t.Helper()
	in := &installation{dir: t.TempDir(), t: t}
	p, err := startPractice(in.dir)
	if err != nil {
		t.Fatal(err)
	}
	in.practice = p
	t.Cleanup(func() {
		if err := p.close(); err != nil {
			t.Error(err)
		}
	})
	return in
}

func (in *installation) command(args ...string) *exec.Cmd {
	c := exec.Command("newsvigil", append([]string{"-c", filepath.Join(in.dir, "practice.toml")}, args...)...)
	c.Env = append(os.Environ(), demoTokenEnv+"="+demoToken)
	return c
}

// run runs a command to its end and returns what it printed.
func (in *installation) run(args ...string) string {
	in.t.Helper()
	c := in.command(args...)
	var errs strings.Builder
	c.Stderr = &errs
	out, err := c.Output()
	if err != nil {
		in.t.Fatalf("%v: %v\n%s%s", args, err, out, errs.String())
	}
	return string(out)
}

// kill starts a command and kills it with SIGKILL after a while, if it is still running.
func (in *installation) kill(after time.Duration, args ...string) {
	in.t.Helper()
	c := in.command(args...)
	if err := c.Start(); err != nil {
		in.t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		_ = c.Wait() // killed, or done: both are fine
		close(done)
	}()
	select {
	case <-time.After(after):
		_ = c.Process.Kill()
		<-done
	case <-done:
	}
}

// fates are the verdicts on all pieces by their numbers, as `explain` gives them.
func (in *installation) fates() map[string]string {
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
	out := map[string]string{}
	for _, p := range in.outlets.Pieces() {
		x, err := a.Explain(in.t.Context(), p.URL)
		if err != nil {
			in.t.Fatal(err)
		}
		out[p.ID] = x.Code
	}
	return out
}

// TestKilled holds that kill -9 at any moment of a crawl or a digest loses no piece, doubles none,
// and posts nothing twice: after the dust has settled everything is as if nobody had killed anything.
func TestKilled(t *testing.T) {
	t.Parallel()
	calm, wild := newInstallation(t), newInstallation(t)
	calm.run("once", "--all")
	calm.run("digest")

	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 1))
	for range 8 {
		wild.kill(time.Duration(50+rng.IntN(450))*time.Millisecond, "once", "--all")
	}
	wild.run("once", "--all")
	for range 4 {
		wild.kill(time.Duration(20+rng.IntN(300))*time.Millisecond, "digest")
	}
	wild.run("digest")
	wild.run("once", "--all")
	wild.run("digest")

	want, got := calm.fates(), wild.fates()
	for id, code := range want {
		// Which of two versions of one story arrives first is chance, and so is which of them is a copy.
		if stands(code) != stands(got[id]) {
			t.Errorf("piece %s: %s after kills, %s without", id, got[id], code)
		}
	}
	for title, n := range titles(t, wild.slack.Messages("C0PRACTICE")) {
		if n > 1 {
			t.Errorf("%q was posted %d times", title, n)
		}
	}
	keys := map[string]int{}
	for _, m := range wild.slack.Messages("C0PRACTICE") {
		keys[fmt.Sprint(m.Key())]++
	}
	for key, n := range keys {
		if n > 1 {
			t.Errorf("message %s stands %d times", key, n)
		}
	}
}

// stands reports whether a verdict means that readers were shown the piece or its story.
func stands(code string) string {
	switch code {
	case "posted", "part-of-story":
		return "posted"
	}
	return code
}

// titles counts the linked titles in all messages.
func titles(t *testing.T, messages []slack.Message) map[string]int {
	t.Helper()
	out := map[string]int{}
	for _, m := range messages {
		var v any
		if err := json.Unmarshal(m.Blocks, &v); err != nil {
			t.Fatal(err)
		}
		walk(v, func(o map[string]any) {
			if o["type"] == "link" {
				if style, ok := o["style"].(map[string]any); ok && style["bold"] == true {
					out[fmt.Sprint(o["text"])]++
				}
			}
		})
	}
	return out
}

func walk(v any, f func(map[string]any)) {
	switch v := v.(type) {
	case map[string]any:
		f(v)
		for _, e := range v {
			walk(e, f)
		}
	case []any:
		for _, e := range v {
			walk(e, f)
		}
	}
}
