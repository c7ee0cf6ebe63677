package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Backup writes a checked copy of the database to a file that must not exist yet. It is safe beside
// running writers and does not hold them up.
func (db *DB) Backup(ctx context.Context, file string) error {
	if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
		if err != nil {
			return advised("back up to "+file, err)
		}
		return fmt.Errorf("back up to %s: the file exists already; name another one", file)
	}
	return db.copyTo(ctx, file)
}

// Check looks through the whole file for damage (SQLite's quick_check).
func (db *DB) Check(ctx context.Context) error {
	return quickCheck(ctx, db.read, db.path)
}

// Restore puts a backup in the place of the database to, after checking it. What stood there is kept
// beside it under the name that is returned ("" where there was nothing). The caller holds the folder's
// lock, and no DB has the file open.
func Restore(ctx context.Context, from, to string) (kept string, err error) {
	if !withSQLite {
		return "", errNoCGO
	}
	if err := checkFile(ctx, from); err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return "", advised("create data folder", err)
	}
	part := to + ".part"
	if err := copyFile(from, part); err != nil {
		os.Remove(part)
		return "", advised("restore "+from, err)
	}
	if kept, err = setAside(to); err != nil {
		os.Remove(part)
		return "", advised("move "+to+" aside", err)
	}
	return kept, advised("restore "+from, settle(part, to))
}

// checkFile makes sure that a file is a whole database of newsvigil that this program understands.
func checkFile(ctx context.Context, path string) error {
	if err := inspect(path); err != nil {
		return err
	}
	pool, err := sql.Open("sqlite3", dsn(path, readerSettings()))
	if err != nil {
		return advised("open "+path, err)
	}
	defer pool.Close()
	have, err := version(ctx, pool, path)
	if err != nil {
		return err
	}
	steps, err := shipped()
	if err != nil {
		return err
	}
	if have > len(steps) {
		return &SchemaError{File: path, Have: have, Want: len(steps)}
	}
	if have == 0 {
		return fmt.Errorf("%s holds no data of newsvigil", path)
	}
	return quickCheck(ctx, pool, path)
}

func quickCheck(ctx context.Context, pool *sql.DB, path string) error {
	var found string
	if err := pool.QueryRowContext(ctx, `PRAGMA quick_check(1)`).Scan(&found); err != nil {
		return advised("check "+path, err)
	}
	if found != "ok" {
		return fmt.Errorf("%s is damaged (%s): move it away and bring back the newest backup with `newsvigil restore FILE`", path, found)
	}
	return nil
}

// setAside renames the database at path and its write-ahead log, without which its last commits were
// lost. It returns the new name, or "" where there is no file.
func setAside(path string) (string, error) {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	aside := ""
	for n := 1; aside == ""; n++ {
		name := fmt.Sprintf("%s.before-restore-%d", path, n)
		if _, err := os.Lstat(name); errors.Is(err, fs.ErrNotExist) {
			aside = name
		}
	}
	for _, suffix := range []string{"-wal", "-shm", ""} {
		if err := os.Rename(path+suffix, aside+suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
	}
	return aside, nil
}

func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// copyTo writes a checked copy of the database under a temporary name, makes sure that it is on the
// disk, and renames it, so that no half copy ever carries the name.
func (db *DB) copyTo(ctx context.Context, to string) error {
	doing := "copy " + db.path
	part := to + ".part"
	if err := os.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return advised(doing, err)
	}
	err := db.vacuumInto(ctx, part)
	if err == nil {
		err = checkFile(ctx, part)
	}
	if err == nil {
		err = settle(part, to)
	}
	if err != nil {
		os.Remove(part)
		return advised(doing, err)
	}
	return nil
}

// vacuumInto copies over a connection of its own: the writer stays free, and the readers are forbidden
// to write even into another file.
func (db *DB) vacuumInto(ctx context.Context, part string) error {
	settings := readerSettings()
	settings.Del("_query_only")
	pool, err := sql.Open("sqlite3", dsn(db.path, settings))
	if err != nil {
		return err
	}
	defer pool.Close()
	_, err = pool.ExecContext(ctx, `VACUUM INTO ?`, part)
	return err
}

// settle brings part to the disk, with narrow rights, and gives it its name.
func settle(part, to string) error {
	if err := os.Chmod(part, 0o600); err != nil {
		return err
	}
	if err := syncFile(part); err != nil {
		return err
	}
	if err := os.Rename(part, to); err != nil {
		return err
	}
	return syncFile(filepath.Dir(to))
}

func syncFile(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}
