package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// LastRun is when a schedule ran last; ok is false where it never did.
func (db *DB) LastRun(ctx context.Context, schedule string) (at time.Time, ok bool, err error) {
	err = db.read.QueryRowContext(ctx, `SELECT at FROM runs WHERE schedule = ?`, schedule).Scan(instant{&at})
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, false, nil
	}
	return at, err == nil, advised("read the last run of "+schedule, err)
}

// SaveRun remembers when a schedule ran.
func (db *DB) SaveRun(ctx context.Context, schedule string, at time.Time) error {
	return db.update(ctx, "run", "save the run of "+schedule, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO runs (schedule, at) VALUES (?, ?)`, schedule, stamp(at))
		return err
	})
}

// ForgetRun forgets when a schedule ran.
func (db *DB) ForgetRun(ctx context.Context, schedule string) error {
	return db.update(ctx, "run", "forget the run of "+schedule, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM runs WHERE schedule = ?`, schedule)
		return err
	})
}
