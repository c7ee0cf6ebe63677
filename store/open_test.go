package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/mattn/go-sqlite3"
)

func TestOpenCreatesWithNarrowRights(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "new folder", "100% of #1 ?x=y &.db")
	db := openAt(t, path)
	if db.Schema() != Latest() {
		t.Errorf("schema %d", db.Schema())
	}
	for name, want := range map[string]os.FileMode{filepath.Dir(path): 0o700, path: 0o600, path + "-wal": 0o600} {
		info := must(os.Stat(name))(t)
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has rights %o, want %o", name, got, want)
		}
	}
	if entries := must(os.ReadDir(filepath.Dir(path)))(t); len(entries) != 3 {
		t.Errorf("the folder holds %v", entries)
	}
}

// workOpenly makes everything there is with a umask that forbids nothing, beside files that are open to
// all already, and says which file or folder others may enter.
func workOpenly(ctx context.Context, path string) error {
	syscall.Umask(0)
	dir := filepath.Dir(path)
	lock, err := LockDir(dir)
	if err != nil {
		return err
	}
	backups := filepath.Join(dir, "backup")
	for range 2 { // the second time everything is there, and open to all
		db, _, err := OpenSound(ctx, path, backups, Options{})
		if err != nil {
			return err
		}
		if err := db.SaveRun(ctx, "crawl", clock); err != nil {
			return err
		}
		if _, err := db.BackupInto(ctx, backups, 3); err != nil {
			return err
		}
		if err := lookForOpen(dir); err != nil {
			return err
		}
		if err := db.Close(); err != nil {
			return err
		}
		for _, name := range []string{path, filepath.Join(dir, LockName)} {
			if err := os.Chmod(name, 0o666); err != nil {
				return err
			}
		}
		if err := lock.Unlock(); err != nil {
			return err
		}
		if lock, err = LockDir(dir); err != nil {
			return err
		}
	}
	all, err := Backups(backups)
	if err != nil {
		return err
	}
	if _, err := Restore(ctx, all[0].Path, path); err != nil {
		return err
	}
	if err := os.WriteFile(path, []byte("no database"), 0o666); err != nil {
		return err
	}
	db, rec, err := OpenSound(ctx, path, backups, Options{})
	if err != nil || rec.Damaged == "" {
		return fmt.Errorf("%+v: %w", rec, err)
	}
	return errors.Join(db.SaveRun(ctx, "crawl", clock), lookForOpen(dir), db.Close())
}

func lookForOpen(dir string) error {
	return filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			err = fmt.Errorf("%s has rights %o", name, info.Mode().Perm())
		}
		return err
	})
}

func TestNobodyElseMayRead(t *testing.T) {
	t.Parallel()
	out, err := child(t, "umask", filepath.Join(t.TempDir(), "data", "newsvigil.db")).CombinedOutput()
	if err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

// A folder that exists keeps its rights: the admin may have opened it.
func TestFolderKeepsItsRights(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ok(t, os.Chmod(dir, 0o750))
	openAt(t, filepath.Join(dir, "newsvigil.db"))
	if mode := must(os.Stat(dir))(t).Mode().Perm(); mode != 0o750 {
		t.Errorf("the folder has rights %o", mode)
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	db := open(t)
	for pragma, want := range map[string]string{
		"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "10000",
		"auto_vacuum": "2", "user_version": strconv.Itoa(Latest()), "application_id": "1853322102", "query_only": "0",
	} {
		var got string
		ok(t, db.write.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got))
		if got != want {
			t.Errorf("the writer's %s is %s, want %s", pragma, got, want)
		}
	}
	var queryOnly int
	ok(t, db.read.QueryRowContext(t.Context(), "PRAGMA query_only").Scan(&queryOnly))
	if queryOnly != 1 {
		t.Error("a reader may write")
	}
	if _, err := db.read.ExecContext(t.Context(), `DELETE FROM runs`); err == nil {
		t.Error("a reader wrote")
	}
}

// Immediate transactions: a second writer waits instead of failing after its first read.
func TestWritersBeginImmediately(t *testing.T) {
	t.Parallel()
	db := open(t)
	tx := must(db.write.BeginTx(t.Context(), nil))(t)
	defer tx.Rollback()
	other := dsn(db.path, writerSettings(db.tuning))
	other = strings.Replace(other, "_busy_timeout=10000", "_busy_timeout=1", 1)
	drv := sqlite3.SQLiteDriver{}
	conn := must(drv.Open(other))(t)
	defer conn.Close()
	if _, err := conn.(driver.ConnBeginTx).BeginTx(t.Context(), driver.TxOptions{}); err == nil {
		t.Error("two transactions began at once")
	} else if !strings.Contains(advised("x", err).Error(), "another program holds the database") {
		t.Errorf("no hint in %v", err)
	}
}

func TestOpenAgainKeepsEverything(t *testing.T) {
	t.Parallel()
	db := open(t)
	id, _ := save(t, db, placed(1, relevant("north", 0.7)))
	ok(t, db.Close())
	again := openAt(t, db.Path())
	got := must(again.Article(t.Context(), id))(t)
	if got.Title != sample(1).Title {
		t.Errorf("title %q", got.Title)
	}
	if copies := must(filepath.Glob(db.Path() + ".schema-*"))(t); len(copies) > 0 {
		t.Errorf("a copy without a migration: %v", copies)
	}
	sound(t, again)
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		in   func(t *testing.T, path string)
		want string
	}{
		{"text file", func(t *testing.T, path string) {
			ok(t, os.WriteFile(path, []byte("dear diary, this is longer than a header"), 0o600))
		}, "is damaged (it does not begin as a database does); the next start of"},
		{"short file", func(t *testing.T, path string) { ok(t, os.WriteFile(path, []byte("SQL"), 0o600)) }, "does not begin as a database"},
		{"garbage behind the header", func(t *testing.T, path string) {
			ok(t, os.WriteFile(path, []byte(magic+strings.Repeat("garbage ", 2000)), 0o600))
		}, "the database is damaged; the next start of"},
		{"folder", func(t *testing.T, path string) { ok(t, os.Mkdir(path, 0o700)) }, "is a folder, not a file"},
		{"newer schema", func(t *testing.T, path string) { pragma(t, path, "user_version = 777") },
			"was written by a newer newsvigil (its schema is 777, this program knows "},
		{"other program", func(t *testing.T, path string) { pragma(t, path, "application_id = 5") }, "is the database of another program"},
		{"parent is a file", func(t *testing.T, path string) {
			ok(t, os.RemoveAll(filepath.Dir(path)))
			ok(t, os.WriteFile(filepath.Dir(path), nil, 0o600))
		}, "create data folder"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "data", "newsvigil.db")
			ok(t, os.Mkdir(filepath.Dir(path), 0o700))
			tt.in(t, path)
			db, err := Open(t.Context(), path, Options{})
			if err == nil {
				db.Close()
				t.Fatal("opened")
			}
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %q does not say %q", err, tt.want)
			}
		})
	}
}

// pragma makes a database at path and changes a number in its header.
func pragma(t *testing.T, path, set string) {
	t.Helper()
	db, err := Open(t.Context(), path, Options{})
	ok(t, err)
	defer db.Close()
	_, err = db.write.ExecContext(t.Context(), "PRAGMA "+set)
	ok(t, err)
}

func TestNewerSchemaIsLeftAlone(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "newsvigil.db")
	pragma(t, path, fmt.Sprint("user_version = ", Latest()+1))
	before := must(os.ReadFile(path))(t)
	var want *SchemaError
	if _, err := Open(t.Context(), path, Options{}); !errors.As(err, &want) {
		t.Fatalf("error %v", err)
	}
	same(t, "error", *want, SchemaError{File: path, Have: Latest() + 1, Want: Latest()})
	if _, err := OpenReader(t.Context(), path, Options{}); !errors.As(err, &want) {
		t.Errorf("a reader's error is %v", err)
	}
	if string(must(os.ReadFile(path))(t)) != string(before) {
		t.Error("the file was changed")
	}
}

func TestReadOnlyFolder(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 {
		t.Skip("needs a user other than root, who may write everywhere")
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "newsvigil.db")
	pragma(t, path, "user_version = 1")
	for _, name := range []string{path, filepath.Join(dir, "absent.db"), filepath.Join(dir, "sub", "newsvigil.db")} {
		ok(t, os.Chmod(dir, 0o500))
		_, err := Open(t.Context(), name, Options{})
		ok(t, os.Chmod(dir, 0o700))
		if err == nil || !strings.Contains(err.Error(), "give the user that runs newsvigil the right") {
			t.Errorf("error %v", err)
		}
	}
}

func TestOpenReader(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "newsvigil.db")
	if _, err := OpenReader(t.Context(), path, Options{}); !errors.Is(err, ErrNoDatabase) || !strings.Contains(err.Error(), "run `newsvigil once` first") {
		t.Errorf("error %v", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("a reader created the file")
	}
	ok(t, os.WriteFile(path, nil, 0o600))
	if _, err := OpenReader(t.Context(), path, Options{}); !errors.Is(err, ErrNoDatabase) {
		t.Errorf("error of an empty file: %v", err)
	}

	db := openAt(t, path)
	reader, err := OpenReader(t.Context(), path, Options{})
	ok(t, err)
	defer reader.Close()
	id, _ := save(t, db, placed(1, relevant("north", 0.7)))
	if got := must(reader.Article(t.Context(), id))(t); got.Text != sample(1).Text {
		t.Errorf("the reader sees %q", got.Text)
	}
	if err := reader.SaveRun(t.Context(), "crawl", clock); !errors.Is(err, ErrReadOnly) {
		t.Errorf("the reader wrote: %v", err)
	}
	if _, err := reader.Prune(t.Context(), Retention{}); !errors.Is(err, ErrReadOnly) {
		t.Errorf("the reader pruned: %v", err)
	}

	ok(t, db.Close())
	alone, err := OpenReader(t.Context(), path, Options{})
	ok(t, err)
	defer alone.Close()
	if _, err := alone.Article(t.Context(), id); err != nil {
		t.Errorf("a reader without a writer: %v", err)
	}
}

func TestReaderRefusesOlderSchema(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "newsvigil.db")
	pragma(t, path, "user_version = 0")
	_, err := OpenReader(t.Context(), path, Options{})
	if err == nil || !strings.Contains(err.Error(), "older newsvigil") || !strings.Contains(err.Error(), "`newsvigil once`") {
		t.Errorf("error %v", err)
	}
}
