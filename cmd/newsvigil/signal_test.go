package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"newsvigil/app"
	"newsvigil/internal/practice/outlets"
)

// daemon is a `run` that tests send signals to.
type daemon struct {
	*exec.Cmd
	t    *testing.T
	log  *lockedBuffer
	done chan error
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// daemon starts `run`; it is killed at the end of the test if it still runs.
func (in *installation) daemon() *daemon {
	in.t.Helper()
	d := &daemon{Cmd: in.command("run"), t: in.t, log: &lockedBuffer{}, done: make(chan error, 1)}
	d.Stderr = d.log
	if err := d.Start(); err != nil {
		in.t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		d.done <- d.Wait()
		close(ended)
	}()
	in.t.Cleanup(func() {
		_ = d.Process.Kill() // gone already in a good run
		<-ended
	})
	return d
}

// until waits for something, for at most half a minute, while the daemon runs.
func (d *daemon) until(what string, ok func() bool) {
	d.t.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if ok() {
			return
		}
		select {
		case err := <-d.done:
			d.t.Fatalf("the daemon ended (%v) before %s; log:\n%s", err, what, d.log)
		default:
		}
	}
	d.t.Fatalf("waited in vain for %s; log:\n%s", what, d.log)
}

func (d *daemon) signal(s syscall.Signal) {
	d.t.Helper()
	if err := d.Process.Signal(s); err != nil {
		d.t.Fatalf("%v; log:\n%s", err, d.log)
	}
}

// stop sends SIGTERM and holds that the daemon ends with exit code 0 within ten seconds.
func (d *daemon) stop() {
	d.t.Helper()
	d.signal(syscall.SIGTERM)
	select {
	case err := <-d.done:
		if err != nil {
			d.t.Errorf("after SIGTERM: %v; log:\n%s", err, d.log)
		}
	case <-time.After(10 * time.Second):
		d.t.Errorf("still running ten seconds after SIGTERM; log:\n%s", d.log)
	}
}

// edit replaces text in the configuration.
func (in *installation) edit(from, to string) {
	in.t.Helper()
	file := filepath.Join(in.dir, "practice.toml")
	data, err := os.ReadFile(file)
	if err != nil {
		in.t.Fatal(err)
	}
	if !strings.Contains(string(data), from) {
		in.t.Fatalf("%s does not contain %q", file, from)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(data), from, to, 1)), 0o600); err != nil {
		in.t.Fatal(err)
	}
}

// pages is how many pages the outlets have answered, robots.txt left out.
func (in *installation) pages() int {
	n := 0
	for _, q := range in.outlets.Requests() {
		if q.Path != "/robots.txt" {
			n++
		}
	}
	return n
}

// TestTerminated holds that SIGTERM in the middle of a crawl ends the daemon soon and well, and that
// the next crawl, due times and all, finds everything that the broken one left.
func TestTerminated(t *testing.T) {
	t.Parallel()
	calm, cut := newInstallation(t), newInstallation(t)
	calm.run("once")
	cut.edit("crawl = \"*/20 * * * *\"", "crawl = \"*/20 * * * *\"\njitter = \"0s\"")
	for _, o := range cut.outlets.Outlets() {
		cut.outlets.Break(o.Name, outlets.Fault{Slow: 200 * time.Millisecond})
	}
	d := cut.daemon()
	d.until("the middle of a crawl", func() bool { return cut.pages() >= 20 })
	d.stop()
	if n := len(cut.outlets.Requests()); n >= len(calm.outlets.Requests()) {
		t.Errorf("%d requests before the signal, so the crawl was over", n)
	}
	for _, o := range cut.outlets.Outlets() {
		cut.outlets.Break(o.Name, outlets.Fault{})
	}
	cut.run("once")
	if diff := cmp.Diff(calm.kept(), cut.kept()); diff != "" {
		t.Errorf("pieces kept by outlet (-undisturbed +after SIGTERM):\n%s", diff)
	}
}

// TestTerminatedWhileStarting holds that it is no failure to be stopped before anything has begun.
func TestTerminatedWhileStarting(t *testing.T) {
	t.Parallel()
	in := newInstallation(t)
	for range 5 {
		d := in.daemon()
		d.until("the first word", func() bool { return d.log.String() != "" })
		d.stop()
	}
}

// kept is how many pieces were kept of each outlet.
func (in *installation) kept() map[string]int {
	in.t.Helper()
	out := map[string]int{}
	for line := range strings.Lines(in.run("sources", "--json")) {
		var s app.SourceState
		if err := json.Unmarshal([]byte(line), &s); err != nil {
			in.t.Fatal(err)
		}
		out[s.Source] = s.New
	}
	return out
}

// TestTerminatedWhileHanging holds that a daemon which waits for an outlet that never answers ends as
// soon, and that the outlet is not blamed for it.
func TestTerminatedWhileHanging(t *testing.T) {
	t.Parallel()
	in := newInstallation(t)
	in.edit("crawl = \"*/20 * * * *\"", "crawl = \"*/20 * * * *\"\njitter = \"0s\"")
	in.edit("timeout = \"10s\"", "timeout = \"5m\"")
	in.outlets.Break("Peninsula View", outlets.Fault{Slow: time.Hour})
	d := in.daemon()
	d.until("all other outlets", func() bool { return in.pages() >= 40 })
	d.stop()
	// The outlet did not fail; it was the program that went away.
	if out := in.run("sources"); strings.Contains(out, "unreachable") || strings.Contains(out, "slow") {
		t.Errorf("a stop counts as the outlet's trouble:\n%s", out)
	}
}

// TestHangup holds that a daemon outlives every mistake in a configuration that it is told to read
// again, tells the admin channel of each, and takes the mended one.
func TestHangup(t *testing.T) {
	t.Parallel()
	in := newInstallation(t)
	d := in.daemon()
	// As soon as it says anything: the signal may come before the database is open.
	d.until("the first word", func() bool { return d.log.String() != "" })
	notices := func(word string) func() bool {
		return func() bool {
			for _, m := range in.slack.Messages("C0PRACTICEOPS") {
				if strings.Contains(m.Text+string(m.Blocks), word) {
					return true
				}
			}
			return false
		}
	}
	in.edit("timezone = \"Asia/Seoul\"", "timezone = \"Asia/Soul\"")
	d.signal(syscall.SIGHUP)
	d.until("the notice on the wrong line", notices("practice.toml:2:"))

	in.edit("timezone = \"Asia/Soul\"", "timezone = \"Asia/Seoul\"")
	in.edit(`token_env = "`+demoTokenEnv+`"`, `token_env = "NOTHING_IN_HERE"`)
	d.signal(syscall.SIGHUP)
	d.until("the notice on the empty variable", notices("NOTHING_IN_HERE"))

	in.edit(`token_env = "NOTHING_IN_HERE"`, `token_env = "`+demoTokenEnv+`"`)
	in.edit(`data_dir = "var"`, `data_dir = "elsewhere"`)
	d.signal(syscall.SIGHUP)
	d.until("the notice on the data folder", notices("data_dir"))

	in.edit(`data_dir = "elsewhere"`, `data_dir = "var"`)
	d.signal(syscall.SIGHUP)
	d.until("the mended configuration", func() bool { return strings.Contains(d.log.String(), "configuration read again") })
	d.stop()
}
