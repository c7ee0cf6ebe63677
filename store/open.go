package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"time"
)

// Options are what a DB needs from outside.
type Options struct {
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// Log takes what an admin should know; nil drops it.
	Log *slog.Logger
	// Boundary hears of both sides of every commit: "before article", then "after article". A crash at
	// any other moment leaves what a crash at one of these leaves. Tests end the process there; nil
	// hears nothing.
	Boundary func(point string)
}

// DB is newsvigil's memory. Its methods may be called from several goroutines.
type DB struct {
	path   string
	write  *sql.DB // one connection; nil in a DB that only reads
	read   *sql.DB
	schema int
	now    func() time.Time
	log    *slog.Logger
	// boundary is never nil.
	boundary func(point string)
}

// readers is how many goroutines can read at the same moment.
const readers = 4

// Open opens the database for writing. It creates the folder (0700) and the file (0600) where they
// are missing and brings an older schema up to date, after copying the file. A schema that is newer
// than this program is a *SchemaError. The caller must hold the folder's lock; see LockDir.
func Open(ctx context.Context, path string, o Options) (*DB, error) {
	db, err := prepare(path, o)
	if err != nil {
		return nil, err
	}
	empty, err := create(db.path)
	if err != nil {
		return nil, err
	}
	settings := writerSettings()
	if empty {
		settings.Set("_auto_vacuum", "incremental") // heard only before the first table
	} else if err := db.peek(ctx); err != nil {
		return nil, err
	}
	if err := db.openWriter(ctx, settings); err != nil {
		db.Close()
		return nil, err
	}
	if err := db.openReaders(ctx); err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

// OpenReader opens the database for reading, which is safe beside a running daemon. Where there is
// no file the error holds ErrNoDatabase; every other schema than this program's is a *SchemaError.
func OpenReader(ctx context.Context, path string, o Options) (*DB, error) {
	db, err := prepare(path, o)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(db.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s: %w", db.path, ErrNoDatabase)
	case err != nil:
		return nil, advised("open database", err)
	case info.Size() == 0:
		return nil, fmt.Errorf("%s is empty: %w", db.path, ErrNoDatabase)
	}
	if err := inspect(db.path); err != nil {
		return nil, err
	}
	if err := db.openReaders(ctx); err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

func prepare(path string, o Options) (*DB, error) {
	if !withSQLite {
		return nil, errNoCGO
	}
	if path == "" {
		return nil, errors.New("open database: no file is named")
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	db := &DB{path: abs, now: o.Now, log: o.Log, boundary: o.Boundary}
	if db.now == nil {
		db.now = time.Now
	}
	if db.log == nil {
		db.log = slog.New(slog.DiscardHandler)
	}
	if db.boundary == nil {
		db.boundary = func(string) {}
	}
	return db, nil
}

// peek refuses a file that is not ours or too new before a writer touches it.
func (db *DB) peek(ctx context.Context) error {
	pool, err := sql.Open("sqlite3", dsn(db.path, readerSettings()))
	if err != nil {
		return advised("open database", err)
	}
	defer pool.Close()
	have, err := version(ctx, pool, db.path)
	if err != nil {
		return err
	}
	steps, err := shipped()
	if err == nil && have > len(steps) {
		err = &SchemaError{File: db.path, Have: have, Want: len(steps)}
	}
	return err
}

// dsn is the driver's name of the file with its settings.
func dsn(path string, settings url.Values) string {
	u := url.URL{Scheme: "file", Path: path, RawQuery: settings.Encode()}
	return u.String()
}

// writerSettings: the driver's WAL mode would mean synchronous NORMAL, which loses commits in a power
// cut, and transactions that begin as readers fail when another one writes in between.
func writerSettings() url.Values {
	return url.Values{
		"mode":          {"rw"},
		"_journal_mode": {"WAL"},
		"_synchronous":  {"FULL"},
		"_busy_timeout": {"10000"},
		"_foreign_keys": {"1"},
		"_txlock":       {"immediate"},
	}
}

func readerSettings() url.Values {
	return url.Values{
		"mode":          {"ro"},
		"_query_only":   {"1"},
		"_busy_timeout": {"10000"},
		"_foreign_keys": {"1"},
		"_txlock":       {"deferred"},
	}
}

func (db *DB) openWriter(ctx context.Context, settings url.Values) error {
	w, err := sql.Open("sqlite3", dsn(db.path, settings))
	if err != nil {
		return advised("open database", err)
	}
	w.SetMaxOpenConns(1)
	db.write = w
	if err := w.PingContext(ctx); err != nil {
		return advised("open "+db.path, err)
	}
	steps, err := shipped()
	if err != nil {
		return err
	}
	db.schema, err = db.migrate(ctx, steps)
	return err
}

func (db *DB) openReaders(ctx context.Context) error {
	r, err := sql.Open("sqlite3", dsn(db.path, readerSettings()))
	if err != nil {
		return advised("open database", err)
	}
	r.SetMaxOpenConns(readers)
	r.SetMaxIdleConns(readers)
	db.read = r
	have, err := version(ctx, r, db.path)
	if err != nil {
		return err
	}
	steps, err := shipped()
	if err != nil {
		return err
	}
	if have != len(steps) {
		return &SchemaError{File: db.path, Have: have, Want: len(steps)}
	}
	db.schema = have
	return nil
}

// Schema is the version of the file's schema.
func (db *DB) Schema() int { return db.schema }

// Path is the absolute name of the file.
func (db *DB) Path() string { return db.path }

// Close ends all connections. The writer goes last, so that it folds the write-ahead log into the
// file.
func (db *DB) Close() error {
	var errs []error
	for _, pool := range []*sql.DB{db.read, db.write} {
		if pool != nil {
			errs = append(errs, pool.Close())
		}
	}
	return errors.Join(errs...)
}

// update runs do in one transaction: all of it is kept, or none. what names the boundary, doing what
// was being done where it fails.
func (db *DB) update(ctx context.Context, what, doing string, do func(*sql.Tx) error) error {
	if db.write == nil {
		return fmt.Errorf("%s: %w", doing, ErrReadOnly)
	}
	tx, err := db.write.BeginTx(ctx, nil)
	if err != nil {
		return advised(doing, err)
	}
	defer tx.Rollback() // does nothing after a commit
	if err := do(tx); err != nil {
		return advised(doing, err)
	}
	db.boundary("before " + what)
	if err := tx.Commit(); err != nil {
		return advised(doing, err)
	}
	db.boundary("after " + what)
	return nil
}

// view runs do on one snapshot of the database.
func (db *DB) view(ctx context.Context, doing string, do func(*sql.Tx) error) error {
	tx, err := db.read.BeginTx(ctx, nil)
	if err != nil {
		return advised(doing, err)
	}
	defer tx.Rollback() // nothing was written
	return advised(doing, do(tx))
}
