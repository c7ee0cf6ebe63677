package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"path/filepath"
	"strconv"
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
	// Fault is asked before every commit; its error is that of the commit, of which nothing is then kept.
	// Tests play a full disk with it (syscall.ENOSPC); nil fails nothing.
	Fault func(point string) error

	// tuning is for the tests of this package; what is zero in it has a default.
	tuning tuning
}

// tuning are figures that only tests change.
type tuning struct {
	// busy is how long a statement waits for another program that holds the database.
	busy time.Duration
	// check bounds the look through the file at the start.
	check time.Duration
	// free is how many bytes are free where a folder is.
	free func(dir string) (uint64, error)
}

func (t tuning) orDefault() tuning {
	t.busy = cmp.Or(t.busy, 10*time.Second)
	t.check = cmp.Or(t.check, longestCheck)
	if t.free == nil {
		t.free = freeSpace
	}
	return t
}

// DB is newsvigil's memory. Its methods may be called from several goroutines.
type DB struct {
	path   string
	write  *sql.DB // one connection; nil in a DB that only reads
	read   *sql.DB
	schema int
	now    func() time.Time
	log    *slog.Logger
	// boundary and fault are never nil.
	boundary func(point string)
	fault    func(point string) error
	tuning   tuning
	// without are digests that count as never made; see Without.
	without []string
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
	settings := writerSettings(db.tuning)
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

// OpenBeside opens a database that exists for writing beside the daemon that holds the folder's lock: for
// a few words, for each writer waits for the other. Nothing is created and nothing brought up to date:
// every other schema than this program's is a *SchemaError, and no file is ErrNoDatabase.
func OpenBeside(ctx context.Context, path string, o Options) (*DB, error) {
	db, err := OpenReader(ctx, path, o)
	if err != nil {
		return nil, err
	}
	if err := db.openWriter(ctx, writerSettings(db.tuning)); err != nil {
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
	info, err := ordinary(db.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s: %w", db.path, ErrNoDatabase)
	case err != nil:
		return nil, err
	case info.Size() == 0:
		return nil, fmt.Errorf("%s is empty: %w", db.path, ErrNoDatabase)
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
	db := &DB{path: abs, now: o.Now, log: o.Log, boundary: o.Boundary, fault: o.Fault, tuning: o.tuning.orDefault()}
	if db.now == nil {
		db.now = time.Now
	}
	if db.log == nil {
		db.log = slog.New(slog.DiscardHandler)
	}
	if db.boundary == nil {
		db.boundary = func(string) {}
	}
	if db.fault == nil {
		db.fault = func(string) error { return nil }
	}
	return db, nil
}

// peek refuses a file that is not ours or too new before a writer touches it.
func (db *DB) peek(ctx context.Context) error {
	pool, err := sql.Open("sqlite3", dsn(db.path, readerSettings(db.tuning)))
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
func writerSettings(t tuning) url.Values {
	return url.Values{
		"mode":          {"rw"},
		"_journal_mode": {"WAL"},
		"_synchronous":  {"FULL"},
		"_busy_timeout": {strconv.FormatInt(t.busy.Milliseconds(), 10)},
		"_foreign_keys": {"1"},
		"_txlock":       {"immediate"},
	}
}

func readerSettings(t tuning) url.Values {
	return url.Values{
		"mode":          {"ro"},
		"_query_only":   {"1"},
		"_busy_timeout": {strconv.FormatInt(t.busy.Milliseconds(), 10)},
		"_foreign_keys": {"1"},
		"_txlock":       {"deferred"},
		// Preparing takes longer than most look-ups do, and these fall all over the file: 8 MB of it are kept.
		"_stmt_cache_size": {"32"},
		"_cache_size":      {"-8000"},
	}
}

// keepLogShort cuts the write-ahead log back to 16 MB when it begins anew after a long reader or a large
// transaction made it grow; by itself it begins anew after 4 MB, and its file never shrinks.
const keepLogShort = `PRAGMA wal_autocheckpoint = 1000; PRAGMA journal_size_limit = 16777216`

func (db *DB) openWriter(ctx context.Context, settings url.Values) error {
	w := pool(dsn(db.path, settings), keepLogShort)
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
	r, err := sql.Open("sqlite3", dsn(db.path, readerSettings(db.tuning)))
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
