package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"newsvigil/app"
	"newsvigil/config"
	"newsvigil/internal/practice/outlets"
	"newsvigil/internal/practice/slack"
)

// installation is a folder with a configuration for practice outlets of its own.
type installation struct {
	*practice
	dir string
	t   *testing.T
	// now is the clock of Slack, and of those who look at the database.
	now func() time.Time
}

func newInstallation(t *testing.T) *installation {
	t.Helper()
	return installPractice(t, outlets.Options{}, time.Now)
}

func installPractice(t *testing.T, o outlets.Options, now func() time.Time) *installation {
	t.Helper()
	in := &installation{dir: t.TempDir(), t: t, now: now}
	p, err := startPractice(in.dir, o, now)
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
	c.Env = append(os.Environ(), demoTokenEnv+"="+demoToken, appTokenEnv+"="+slack.DefaultAppToken)
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

// fates are the verdicts on all pieces by their numbers, as `explain` gives them.
func (in *installation) fates() map[string]string {
	in.t.Helper()
	cfg, err := config.Load(filepath.Join(in.dir, "practice.toml"))
	if err != nil {
		in.t.Fatal(err)
	}
	a, err := app.New(in.t.Context(), app.Options{Config: cfg, Now: in.now, ReadOnly: true})
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

// stands reports whether a verdict means that readers were shown the piece or its story.
func stands(code string) string {
	switch code {
	case "posted", "part-of-story":
		return "posted"
	}
	return code
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
