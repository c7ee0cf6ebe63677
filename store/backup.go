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
	if err := db.Check(ctx); err != nil {
		return err
	}
	return db.copyTo(ctx, file, "backup")
}

// Check looks through the whole file for damage (SQLite's quick_check), however long that takes: about
// a second for 100 MB that are in memory. An error for which Damaged holds says what was found.
func (db *DB) Check(ctx context.Context) error {
	return advised("check the database", check(ctx, db.read, db.path, quickCheck))
}

// Restore puts a backup in the place of the database to, after checking it. What stood there is kept
// beside it under the name that is returned ("" where there was nothing). The caller holds the folder's
// lock, and no DB has the file open. A Restore that broke off after the first file was moved, which
// shows in a name beside an error, is finished by the next OpenSound, and OpenSound reports each one.
func Restore(ctx context.Context, from, to string) (kept string, err error) {
	return restore(ctx, from, to, Options{})
}

func restore(ctx context.Context, from, to string, o Options) (kept string, err error) {
	db, err := prepare(to, o)
	if err != nil {
		return "", err
	}
	if from, err = filepath.Abs(from); err != nil {
		return "", fmt.Errorf("restore: %w", err)
	}
	if err := checkFile(ctx, from); err != nil {
		if Damaged(err) {
			err = fmt.Errorf("%w; name another copy", err)
		}
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(db.path), 0o700); err != nil {
		return "", advised("create data folder", err)
	}
	r := recovering{DB: db}
	if err := r.bring(ctx, from); err != nil {
		return "", err
	}
	n := note{Recovery: Recovery{Why: byHand, Backup: from, BackupAt: madeAt(from)}}
	err = r.carryOut(&n, func(i int) string { return fmt.Sprintf("%s.before-restore-%d", db.path, i) })
	if moved, look := exists(n.Aside); look == nil && moved {
		kept = n.Aside
	}
	return kept, err
}

// checkFile makes sure that a file is a whole database of newsvigil that this program understands.
func checkFile(ctx context.Context, path string) error {
	if err := inspect(path); err != nil {
		return err
	}
	pool, err := sql.Open("sqlite3", dsn(path, readerSettings(tuning{}.orDefault())))
	if err != nil {
		return advised("open "+path, err)
	}
	defer pool.Close()
	have, err := version(ctx, pool, path)
	switch {
	case errors.Is(err, errForeign):
		return fmt.Errorf("%s is %w; name a copy that newsvigil made", path, errForeign)
	case err != nil:
		return damageOf(path, err)
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
	return check(ctx, pool, path, quickCheck)
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
// disk, and renames it, so that no half copy ever carries the name. what names the boundary.
func (db *DB) copyTo(ctx context.Context, to, what string) error {
	doing := "copy " + db.path
	part := to + partSuffix
	if err := os.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return advised(doing, err)
	}
	err := db.vacuumInto(ctx, part)
	if err == nil {
		err = markCopy(ctx, part, db.now())
	}
	if err == nil {
		err = checkFile(ctx, part)
	}
	if err == nil {
		db.boundary("before " + what)
		err = settle(part, to)
	}
	if err != nil {
		os.Remove(part)
		return advised(doing, err)
	}
	db.boundary("after " + what)
	return nil
}

// vacuumInto copies over a connection of its own: the writer stays free, and the readers are forbidden
// to write even into another file.
func (db *DB) vacuumInto(ctx context.Context, part string) error {
	settings := readerSettings(db.tuning)
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
