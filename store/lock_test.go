package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func TestLockNamesItsHolder(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	first := must(LockDir(dir))(t)
	_, err := LockDir(dir)
	var locked *LockedError
	if !errors.As(err, &locked) {
		t.Fatalf("the second holder got %v", err)
	}
	same(t, "error", *locked, LockedError{PID: os.Getpid(), Dir: dir})
	if !strings.Contains(err.Error(), "process "+strconv.Itoa(os.Getpid())) {
		t.Errorf("error %q", err)
	}
	ok(t, first.Unlock())
	second := must(LockDir(dir))(t)
	ok(t, second.Unlock())
}

func TestLockWithoutPID(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"", "x\n", "-4", strings.Repeat("9", 99)} {
		dir := t.TempDir()
		lock := must(LockDir(dir))(t)
		ok(t, os.WriteFile(filepath.Join(dir, LockName), []byte(in), 0o600))
		_, err := LockDir(dir)
		var locked *LockedError
		if !errors.As(err, &locked) || locked.PID != 0 || !strings.HasPrefix(err.Error(), "another newsvigil is at work") {
			t.Errorf("%q: %v", in, err)
		}
		ok(t, lock.Unlock())
	}
}

// holdLock takes the lock of a folder, says so and keeps it until it is killed.
func holdLock(ctx context.Context, path string) error {
	if _, err := LockDir(filepath.Dir(path)); err != nil {
		return err
	}
	fmt.Println("held")
	<-ctx.Done()
	select {}
}

// Of two processes the second is told who the first is. When the first was killed, the second starts.
func TestTwoInstances(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	first := child(t, "hold", filepath.Join(dir, "newsvigil.db"))
	out := must(first.StdoutPipe())(t)
	ok(t, first.Start())
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "held\n" {
		t.Fatalf("the first said %q, %v", line, err)
	}
	_, err := LockDir(dir)
	var locked *LockedError
	if !errors.As(err, &locked) || locked.PID != first.Process.Pid {
		first.Process.Kill()
		t.Fatalf("the second got %v, and the first is %d", err, first.Process.Pid)
	}
	second, err := child(t, "write", filepath.Join(dir, "newsvigil.db")).CombinedOutput()
	if err == nil || !strings.Contains(string(second), fmt.Sprintf("another newsvigil (process %d) is at work", first.Process.Pid)) {
		t.Errorf("a second process: %v, %s", err, second)
	}
	ok(t, first.Process.Kill())
	first.Wait() // killed: an error of no interest
	lock := must(LockDir(dir))(t)
	ok(t, lock.Unlock())
}
