//go:build linux

package main

import (
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"unsafe"
)

// limitFiles sets how large files may become that a process writes.
func limitFiles(t *testing.T, pid int, bytes uint64) {
	t.Helper()
	limit := syscall.Rlimit{Cur: bytes, Max: ^uint64(0)}
	_, _, errno := syscall.RawSyscall6(syscall.SYS_PRLIMIT64, uintptr(pid), syscall.RLIMIT_FSIZE, uintptr(unsafe.Pointer(&limit)), 0, 0, 0)
	if errno != 0 {
		t.Skipf("no limit can be set for another process: %v", errno)
	}
}

// TestNoRoom takes a daemon the room on its disk while it crawls: it stays, says so to the admin channel
// past its own database, and can be stopped as ever. A command says what to do; with room again all is
// as if nothing had been.
func TestNoRoom(t *testing.T) {
	t.Parallel()
	in := newInstallation(t)
	in.edit("crawl = \"*/20 * * * *\"", "crawl = \"*/20 * * * *\"\njitter = \"0s\"")
	d := in.daemon()
	d.until("the first pages", func() bool { return in.pages() >= 5 })
	limitFiles(t, d.Process.Pid, 4096)
	d.until("the notice", func() bool {
		for _, m := range in.slack.Messages("C0PRACTICEOPS") {
			if strings.Contains(m.Text, "newsvigil has to wait: the disk ") {
				return true
			}
		}
		return false
	})
	d.stop()
	c := in.command("once")
	c.Path, c.Args = "/bin/sh", []string{"sh", "-c", `ulimit -S -f 8; exec newsvigil -c "$0" once`, filepath.Join(in.dir, "practice.toml")}
	out, err := c.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != exitFailed || !strings.Contains(string(out), "the disk g") {
		t.Errorf("%v, want exit code %d and what to do:\n%s", err, exitFailed, out)
	}
	in.run("once", "--all")
	for id, fate := range in.fates() {
		if fate == "below" {
			continue
		}
		if fate == "not-read" || fate == "unknown" {
			t.Errorf("%s: %s", id, fate)
		}
	}
}
