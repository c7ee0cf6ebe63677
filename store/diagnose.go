package store

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"strings"
	"time"
)

// longestCheck bounds the check at the start. SQLite looks through about 100 MB in a second where the
// file is in memory, and as fast as the disk reads where it is not; a larger file is looked through as
// far as that reaches, and whole once a day by Check.
const longestCheck = 30 * time.Second

// diagnose says what is damaged in the file, "" where nothing is. An error means that the file is none
// of ours, or that it could not be read; fs.ErrNotExist is in it where there is none.
func (r recovering) diagnose(ctx context.Context) (why string, err error) {
	var damage *damageError
	err = inspect(r.path)
	if errors.As(err, &damage) {
		return damage.why, nil
	}
	if err != nil {
		return "", err
	}
	info, err := os.Stat(r.path)
	if err != nil {
		return "", advised("open database", err)
	}
	if info.Size() == 0 {
		return r.emptied()
	}
	if err = r.look(ctx); err == nil {
		err = r.ends(info.Size())
	}
	err = damageOf(r.path, err)
	if errors.As(err, &damage) {
		return damage.why, nil
	}
	return "", err
}

// emptied judges an empty file: it is new where there are no copies of an earlier one.
func (r recovering) emptied() (why string, err error) {
	_, noted, err := r.noted()
	if err != nil || noted {
		return "", err
	}
	copies, err := Backups(r.backups)
	if err != nil || len(copies) == 0 {
		return "", err
	}
	return "the file is empty", nil
}

// ends finds a file that was cut within its last page, which SQLite fills up with zeroes. Where there is
// a log, the rest of the page may stand there.
func (r recovering) ends(size int64) error {
	if log, err := os.Stat(r.path + "-wal"); size%leastPage == 0 || err == nil && log.Size() > logHeader {
		return nil
	}
	return &damageError{r.path, "it ends within a page"}
}

// logHeader is the size of a log without frames, and leastPage divides the size of every page of SQLite.
const logHeader, leastPage = 32, 512

// look refuses what is not ours and checks the rest: all of it where a write met damage, else what
// shows in a bounded time.
func (r recovering) look(ctx context.Context) error {
	if err := r.peek(ctx); err != nil {
		return err
	}
	pool, err := sql.Open("sqlite3", dsn(r.path, readerSettings(r.tuning)))
	if err != nil {
		return advised("open database", err)
	}
	defer pool.Close()
	suspected, err := exists(suspectPath(r.path))
	if err != nil {
		return advised("open database", err)
	}
	if suspected {
		return check(ctx, pool, r.path, wholeCheck)
	}
	bounded, cancel := context.WithTimeout(ctx, r.tuning.check)
	defer cancel()
	err = check(bounded, pool, r.path, quickCheck)
	if err != nil && bounded.Err() != nil && ctx.Err() == nil {
		r.log.Warn("the database is too large to be looked through at the start", "file", r.path, "after", r.tuning.check)
		return nil
	}
	return err
}

// The checks of SQLite that stop at the first damage. The whole one compares every index with its table,
// too, which takes five times as long.
const (
	quickCheck = `PRAGMA quick_check(1)`
	wholeCheck = `PRAGMA integrity_check(1)`
)

// check looks for damage, which its error then is: see Damaged.
func check(ctx context.Context, pool *sql.DB, path, pragma string) error {
	var found string
	if err := pool.QueryRowContext(ctx, pragma).Scan(&found); err != nil {
		return damageOf(path, advised("check "+path, err))
	}
	if found != "ok" {
		found = strings.Join(strings.Fields(found), " ")
		return &damageError{path, strings.TrimPrefix(found, "*** in database main *** ")}
	}
	return nil
}

// suspectPath is a file that is there after something met damage. Without it the quick check of the next
// start could find nothing, the same would meet the damage again, and so on for ever.
func suspectPath(path string) string { return path + ".suspect" }

// Suspect notes that err came from damage, if it did, so that the next OpenSound looks through the whole
// file. What a write meets is noted by itself; what a read meets is for the caller to hand in.
func (db *DB) Suspect(err error) {
	if sqliteDamage(err) == "" {
		return
	}
	if err := os.WriteFile(suspectPath(db.path), nil, 0o600); err != nil {
		db.log.Warn("the database is damaged, and that could not be noted", "err", err)
	}
}

// trust ends the suspicion: the file was looked through, or replaced.
func (db *DB) trust() error {
	err := os.Remove(suspectPath(db.path))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return advised("open database", err)
}
