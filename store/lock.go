package store

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// LockName is the file in the data folder that its user keeps locked.
const LockName = "newsvigil.lock"

// Lock is the right to write in a data folder. The system takes it back when the process ends,
// however it ends.
type Lock struct{ file *os.File }

// LockDir takes the lock of a data folder, which it creates (0700) where it is missing. Where another
// process holds it the error is a *LockedError.
func LockDir(dir string) (*Lock, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, advised("create data folder", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, LockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, advised("open lock", err)
	}
	if err := narrow(f.Name()); err != nil {
		f.Close()
		return nil, advised("open lock", err)
	}
	if err := flock(f); err != nil {
		pid := readPID(f)
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, &LockedError{PID: pid, Dir: dir}
		}
		return nil, fmt.Errorf("lock %s: %w", dir, err)
	}
	if err := writePID(f); err != nil {
		f.Close()
		return nil, advised("write lock", err)
	}
	return &Lock{file: f}, nil
}

// flock tries again where a signal came in between.
func flock(f *os.File) error {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}

func writePID(f *os.File) error {
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err := f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return err
}

func readPID(f *os.File) int {
	b, err := io.ReadAll(io.LimitReader(f, 32))
	if err != nil {
		return 0
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil || pid < 0 {
		return 0
	}
	return pid
}

// Unlock gives the folder free. The file stays: removing it would let two processes hold locks on
// two files of one name.
func (l *Lock) Unlock() error {
	if err := l.file.Truncate(0); err != nil {
		l.file.Close()
		return fmt.Errorf("clear lock: %w", err)
	}
	return l.file.Close()
}

// Holder reports whether a process holds the lock of a data folder, and its id, 0 where that is not known. It
// creates nothing.
func Holder(dir string) (pid int, held bool) {
	f, err := os.Open(filepath.Join(dir, LockName))
	if err != nil {
		return 0, false
	}
	defer f.Close() // which gives the lock back
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB); errors.Is(err, syscall.EWOULDBLOCK) {
		return readPID(f), true
	}
	return 0, false
}
