package store

import (
	"errors"
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
