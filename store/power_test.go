package store

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// The parts of a log: a header, then frames of a header and a page each.
const (
	frameHeader = 24
	frameSize   = frameHeader + 4096
)

// writeUnfolded writes without ever folding the log into the file, so that every cut of the log is one
// that a power cut can leave. writeFolding folds it all the time.
func writeUnfolded(ctx context.Context, path string) error { return writeWith(ctx, path, 0) }
func writeFolding(ctx context.Context, path string) error  { return writeWith(ctx, path, 15) }

func writeWith(ctx context.Context, path string, checkpoint int) error {
	db, err := Open(ctx, path, Options{})
	if err != nil {
		return err
	}
	if _, err := db.write.Exec(fmt.Sprintf(`PRAGMA wal_autocheckpoint = %d`, checkpoint)); err != nil {
		return err
	}
	for n := 1; ; n++ {
		if err := writeOne(ctx, db, n); err != nil {
			return err
		}
	}
}

// disk is what a database's files held at one moment of a run, and what was acknowledged by then.
type disk struct {
	file, wal []byte
	// articles are the ids that were acknowledged, digests the keys.
	articles []int64
	digests  []string
}

// frames counts those of the log's present round, and those up to the last commit among them.
func (d disk) frames() (all, committed int) {
	if len(d.wal) < logHeader {
		return 0, 0
	}
	for at := logHeader; at+frameSize <= len(d.wal); at += frameSize {
		if !bytes.Equal(d.wal[at+8:at+16], d.wal[16:24]) {
			break // of an earlier round
		}
		if all++; binary.BigEndian.Uint32(d.wal[at+4:]) != 0 {
			committed = all
		}
	}
	return all, committed
}

// duringRun stops a writing process, after it said so many lines and at any instruction, and copies its
// files while it stands still. Then it lets it go on, as often as told.
func duringRun(t *testing.T, role string, lines, stops int) []disk {
	t.Helper()
	path := filepath.Join(t.TempDir(), "newsvigil.db")
	c := child(t, role, path)
	var complaint strings.Builder
	c.Stderr = &complaint
	out := bufio.NewReader(must(c.StdoutPipe())(t))
	ok(t, c.Start())
	defer c.Wait() // killed: an error of no interest
	defer c.Process.Kill()
	var all []disk
	var d disk
	for range stops {
		for range lines {
			line, err := out.ReadString('\n')
			if err != nil {
				t.Fatalf("the child ended by itself: %s", complaint.String())
			}
			var id int64
			switch what, rest, _ := strings.Cut(strings.TrimSpace(line), " "); what {
			case "article":
				_, err := fmt.Sscan(rest, &id)
				ok(t, err)
				d.articles = append(d.articles, id)
			case "digest":
				d.digests = append(d.digests, rest)
			}
		}
		for range rand.IntN(3000) {
			syscall.Getpid() // some microseconds, so that it is stopped anywhere
		}
		ok(t, c.Process.Signal(syscall.SIGSTOP))
		var status syscall.WaitStatus
		must(syscall.Wait4(c.Process.Pid, &status, syscall.WUNTRACED, nil))(t)
		if !status.Stopped() {
			t.Fatalf("the child did not stop: %v, %s", status, complaint.String())
		}
		d.file, d.wal = must(os.ReadFile(path))(t), must(os.ReadFile(path+"-wal"))(t)
		all = append(all, d)
		ok(t, c.Process.Signal(syscall.SIGCONT))
	}
	return all
}

// afterCut opens what a cut left, which must be whole without any recovery, and counts its articles.
func (d disk) afterCut(t *testing.T, wal []byte, complete bool) int {
	t.Helper()
	h := house{dir: t.TempDir()}
	h.path, h.backups = filepath.Join(h.dir, "newsvigil.db"), filepath.Join(h.dir, "backup")
	ok(t, os.WriteFile(h.path, d.file, 0o600))
	ok(t, os.WriteFile(h.path+"-wal", wal, 0o600))
	db, rec := h.open(t)
	defer db.Close()
	same(t, "recovery", rec, Recovery{})
	sound(t, db)
	if complete {
		for _, id := range d.articles {
			h.has(t, db, id, true)
		}
		for _, key := range d.digests {
			must(db.Digest(t.Context(), key))(t)
		}
	}
	var n int
	ok(t, db.read.QueryRow(`SELECT count(*) FROM articles`).Scan(&n))
	return n
}

// cuts are the logs that a power cut can leave of the first frames: ended there, ended within the next
// one, and with the next one full of garbage or of zeroes.
func cuts(wal []byte, frames int) map[string][]byte {
	end := logHeader + frames*frameSize
	all := map[string][]byte{"cut": wal[:end]}
	if end+frameSize > len(wal) {
		return all
	}
	all["torn"] = wal[:end+frameSize/2]
	for name, fill := range map[string]byte{"garbage": 0xa5, "zeroes": 0} {
		b := bytes.Clone(wal[:end+frameSize])
		for i := end + frameHeader + 100; i < len(b); i++ {
			b[i] = fill
		}
		all[name] = b
	}
	return all
}

// The power fails while the program writes, and the log ends in any frame, or in what is no frame: what
// is left is a state between two transactions, and nothing is set aside.
func TestPowerCutDuringRun(t *testing.T) {
	t.Parallel()
	d := duringRun(t, "write-unfolded", 4, 1)[0]
	frames, committed := d.frames()
	seen := 0
	for i := range frames + 1 {
		left := cuts(d.wal, i)
		n := d.afterCut(t, left["cut"], i >= committed)
		if n < seen {
			t.Errorf("%d frames hold %d articles, fewer than before", i, n)
		}
		seen = n
		how := []string{"torn", "garbage", "zeroes"}[i%3]
		if wal, more := left[how]; more {
			if got := d.afterCut(t, wal, i >= committed); got != n {
				t.Errorf("%d frames, %s: %d articles, not %d", i, how, got, n)
			}
		}
	}
	t.Logf("%d frames", frames)
	if frames < 40 || seen < len(d.articles) || len(d.articles) == 0 {
		t.Errorf("%d frames held %d articles, of which %d were acknowledged", frames, seen, len(d.articles))
	}
}

// The same while the log is folded into the file again and again: what was acknowledged is there,
// whatever became of the frames behind the last commit.
func TestPowerCutWhileLogIsFolded(t *testing.T) {
	t.Parallel()
	behind := 0
	for _, d := range duringRun(t, "write-folding", 5, 12) {
		frames, committed := d.frames()
		for i := committed; i <= frames; i++ {
			for _, wal := range cuts(d.wal, i) {
				d.afterCut(t, wal, true)
			}
		}
		behind += frames - committed
	}
	t.Logf("%d frames stood behind a last commit", behind)
}
