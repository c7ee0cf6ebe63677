package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/mattn/go-sqlite3"

	"newsvigil/news"
)

func TestOutageAndDamage(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		in      error
		reason  string
		damaged bool
	}{
		{in: sqlite3.Error{Code: sqlite3.ErrFull}, reason: outFull},
		{in: sqlite3.Error{Code: sqlite3.ErrIoErr, ExtendedCode: sqlite3.ErrIoErrWrite}, reason: outBroken},
		{in: sqlite3.Error{Code: sqlite3.ErrIoErr, SystemErrno: syscall.ENOSPC}, reason: outFull},
		{in: sqlite3.Error{Code: sqlite3.ErrReadonly}, reason: outReadOnly},
		{in: sqlite3.Error{Code: sqlite3.ErrBusy}, reason: outHeld},
		{in: sqlite3.Error{Code: sqlite3.ErrLocked}, reason: outHeld},
		{in: &fs.PathError{Op: "write", Path: "f", Err: syscall.ENOSPC}, reason: outFull},
		{in: syscall.EDQUOT, reason: outFull},
		{in: syscall.EROFS, reason: outReadOnly},
		{in: &os.LinkError{Op: "rename", Err: syscall.EIO}, reason: outBroken},
		{in: sqlite3.Error{Code: sqlite3.ErrCorrupt}, damaged: true},
		{in: sqlite3.Error{Code: sqlite3.ErrNotADB}, damaged: true},
		{in: &damageError{"f", "w"}, damaged: true},
		{in: sqlite3.Error{Code: sqlite3.ErrConstraint}},
		{in: sqlite3.Error{Code: sqlite3.ErrCantOpen}},
		{in: sql.ErrTxDone},
		{in: context.Canceled},
		{in: fs.ErrNotExist},
		{in: fs.ErrPermission},
		{in: &LockedError{}},
		{in: &SchemaError{}},
		{in: ErrReadOnly},
		{in: nil},
	} {
		err := tt.in
		if err != nil {
			err = fmt.Errorf("poll: %w", errors.Join(advised("save", tt.in), errors.New("and more")))
		}
		reason, out := Outage(err)
		if reason != tt.reason || out != (tt.reason != "") || Damaged(err) != tt.damaged {
			t.Errorf("%v: outage %q %v, damaged %v", tt.in, reason, out, Damaged(err))
		}
	}
}

// writesAll runs every kind of write once; number tells its rows from those of other calls.
func writesAll(ctx context.Context, db *DB, n int) map[string]error {
	p := placed(n, relevant("north", 0.7))
	key := fmt.Sprint("all-", n)
	_, _, errSave := db.SaveArticle(ctx, p)
	_, errNotice := db.SaveNotice(ctx, news.Notice{Key: key, Title: "t"}, news.Delivery{Key: key + "/n", Kind: news.DeliverNotice, Of: key, Channel: "#admin"})
	_, errDigest := db.SaveDigest(ctx, "north", false, news.Digest{Key: key, Slot: at(n)}, []news.Delivery{delivery(key+"/1", 1, 1)})
	return map[string]error{
		"article": errSave, "notice": errNotice, "digest": errDigest,
		"run":    db.SaveRun(ctx, key, clock),
		"health": db.SaveHealth(ctx, news.Health{Source: key}),
		"poll":   db.Polled(ctx, news.PollState{URL: key}, []news.Candidate{candidate(n + 1000)}),
	}
}

// A file-size limit makes every write fail as a broken disk does; when it is lifted the same DB goes on.
// SIGXFSZ would end the process, as it does not on a disk.
func meetLimits(ctx context.Context, path string) error {
	signal.Ignore(syscall.SIGXFSZ)
	db, err := Open(ctx, path, Options{})
	if err != nil {
		return err
	}
	if _, _, err := db.SaveArticle(ctx, placed(1, relevant("north", 0.7))); err != nil {
		return err
	}
	var was syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &was); err != nil {
		return err
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 4096, Max: was.Max}); err != nil {
		return err
	}
	for what, err := range writesAll(ctx, db, 2) {
		if reason, ok := Outage(err); !ok || reason != outBroken {
			return fmt.Errorf("%s under the limit: %w", what, err)
		}
	}
	for _, dir := range []string{filepath.Dir(path), filepath.Join(filepath.Dir(path), "backup")} {
		if _, err := db.BackupInto(ctx, dir, 2); err == nil {
			return errors.New("a backup under the limit")
		}
		if all, err := Backups(dir); len(all) > 0 || err != nil {
			return fmt.Errorf("backups under the limit: %v, %w", all, err)
		}
	}
	if n, err := db.Since(ctx, at(-99)); len(n) != 1 || err != nil {
		return fmt.Errorf("%d articles are read under the limit, %w", len(n), err)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &was); err != nil {
		return err
	}
	for what, err := range writesAll(ctx, db, 3) {
		if err != nil {
			return fmt.Errorf("%s after the limit: %w", what, err)
		}
	}
	return errors.Join(db.Check(ctx), db.Close())
}

func TestBrokenDisk(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "newsvigil.db")
	out, err := child(t, "limits", path).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	db := openAt(t, path)
	sound(t, db)
	if got := must(db.Since(t.Context(), at(-99)))(t); len(got) != 2 {
		t.Errorf("%d articles", len(got))
	}
}

// A full disk stops every kind of write, none of them half done; the same DB goes on when there is room.
func TestFullDiskStopsWritesWhole(t *testing.T) {
	t.Parallel()
	db := open(t)
	limit := func(pages int) {
		t.Helper()
		_, err := db.write.Exec(fmt.Sprintf(`PRAGMA max_page_count = %d`, pages))
		ok(t, err)
	}
	limit(1)
	var err error
	n := 0
	for ; err == nil && n < 500; n++ {
		_, _, err = db.SaveArticle(t.Context(), placed(n, relevant("north", 0.7)))
	}
	if reason, ok := Outage(err); !ok || reason != outFull || Damaged(err) || !strings.Contains(err.Error(), "the disk is full: make room") {
		t.Fatalf("error %v: %q", err, reason)
	}
	if got := must(db.Since(t.Context(), at(-99)))(t); len(got) != n-1 {
		t.Errorf("%d of %d articles can be read", len(got), n-1)
	}
	writesAll(t.Context(), db, n) // some find room in the pages that are there
	sound(t, db)
	limit(1 << 20)
	for what, err := range writesAll(t.Context(), db, n+1) {
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	sound(t, db)
}

// Another program that holds the database for longer than newsvigil waits is an outage; nothing is lost.
func TestLockedFromOutside(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "newsvigil.db")
	db, err := Open(t.Context(), path, Options{tuning: tuning{busy: time.Millisecond}})
	ok(t, err)
	defer db.Close()
	save(t, db, placed(1, relevant("north", 0.7)))
	other := must(sql.Open("sqlite3", dsn(path, writerSettings(tuning{}.orDefault()))))(t)
	defer other.Close()
	other.SetMaxOpenConns(1)
	for _, begin := range []string{"BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"} {
		_, err = other.Exec(begin)
		ok(t, err)
		for what, err := range writesAll(t.Context(), db, 2) {
			if reason, ok := Outage(err); !ok || reason != outHeld || !strings.Contains(err.Error(), "another program holds the database") {
				t.Errorf("%s, %s: %v", begin, what, err)
			}
		}
		if got := must(db.Since(t.Context(), at(-99)))(t); len(got) != 1 {
			t.Errorf("%s: %d articles", begin, len(got))
		}
		_, err = other.Exec("ROLLBACK")
		ok(t, err)
	}
	for what, err := range writesAll(t.Context(), db, 3) {
		if err != nil {
			t.Errorf("%s afterwards: %v", what, err)
		}
	}
	sound(t, db)

	// A program that keeps the whole file to itself keeps the start waiting, too; that is no damage.
	ok(t, db.Close())
	_, err = other.Exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; DELETE FROM runs; COMMIT")
	ok(t, err)
	_, rec, err := OpenSound(t.Context(), path, "", Options{tuning: tuning{busy: time.Millisecond}})
	if reason, out := Outage(err); !out || reason != outHeld || rec != (Recovery{}) {
		t.Errorf("the start: %+v, %v", rec, err)
	}
}

// A transaction that ends with its context says so, rather than that it is over.
func TestEndedTransaction(t *testing.T) {
	t.Parallel()
	db := open(t)
	ctx, stop := context.WithCancel(t.Context())
	err := db.update(ctx, "x", "save x", func(tx *sql.Tx) error {
		stop()
		for {
			if _, err := tx.Exec(`DELETE FROM runs`); err != nil {
				return err
			}
		}
	})
	if !errors.Is(err, context.Canceled) || errors.Is(err, sql.ErrTxDone) {
		t.Errorf("error %v", err)
	}
	save(t, db, placed(1, relevant("north", 0.7)))
}
