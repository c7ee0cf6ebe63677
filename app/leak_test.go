package app

import (
	"context"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// held counts what the program holds: its goroutines and open files. Connections are left out, as they
// stay open for the next request and end by themselves within a minute.
func held() (goroutines, files int) {
	buf := make([]byte, 1<<22)
	for g := range strings.SplitSeq(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
		if !strings.Contains(g, "net/http.(*") && !strings.Contains(g, "testing.(*T).Run") {
			goroutines++
		}
	}
	list, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return goroutines, 0 // no system that lists them
	}
	for _, f := range list {
		if to, err := os.Readlink("/proc/self/fd/" + f.Name()); err == nil && !strings.HasPrefix(to, "socket:") {
			files++
		}
	}
	return goroutines, files
}

// spare is how much the pool of readers may hold more at one moment than at another; a leak of one a
// round is more.
const spare = 8

// TestNothingLeaks runs many rounds of a daemon that crawls, posts and is told to read its
// configuration again. It is no parallel test: what others hold would be counted.
func TestNothingLeaks(t *testing.T) {
	r := newRig(t, nil)
	round := func(n int) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		reload := make(chan Reloaded)
		done := make(chan error, 1)
		go func() { done <- r.Run(ctx, reload) }()
		r.wait(t, "the start", func() bool {
			_, ok, err := r.db.LastRun(t.Context(), r.jobs()[2].name)
			return ok && err == nil
		})
		for range n {
			r.clock.advance(24 * time.Hour)
			before := len(r.digests())
			r.wait(t, "a digest", func() bool { return len(r.digests()) > before })
			next := *r.cfg
			reload <- Reloaded{Config: &next}
		}
		cancel()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	round(2)
	goroutines, files := settled(t, 0, 0)
	if goroutines == 0 || files == 0 && runtime.GOOS == "linux" {
		t.Fatalf("%d goroutines and %d files are counted", goroutines, files)
	}
	round(12)
	if g, f := settled(t, goroutines, files); g > goroutines+spare || f > files+spare {
		buf := make([]byte, 1<<20)
		t.Errorf("%d goroutines and %d files after 2 rounds, %d and %d after 14:\n%s", goroutines, files, g, f, buf[:runtime.Stack(buf, true)])
	}
}

// settled waits until no more is held than that, or for as long as connections stay open for the next
// request, and gives what is.
func settled(t *testing.T, atMostGoroutines, atMostFiles int) (goroutines, files int) {
	t.Helper()
	for end := time.Now().Add(3 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if goroutines, files = held(); goroutines <= atMostGoroutines && files <= atMostFiles {
			break
		}
	}
	return goroutines, files
}
