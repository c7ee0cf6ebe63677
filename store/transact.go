package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// update runs do in one transaction: all of it is kept, or none. what names the boundary, doing what
// was being done where it fails.
func (db *DB) update(ctx context.Context, what, doing string, do func(*sql.Tx) error) (err error) {
	defer func() { db.Suspect(err) }()
	if db.write == nil {
		return fmt.Errorf("%s: %w", doing, ErrReadOnly)
	}
	tx, err := db.write.BeginTx(ctx, nil)
	if err != nil {
		return advised(doing, err)
	}
	defer tx.Rollback() // does nothing after a commit
	if err := do(tx); err != nil {
		return advised(doing, ended(ctx, err))
	}
	if err := db.fault(what); err != nil {
		return advised(doing, err)
	}
	db.boundary("before " + what)
	if err := tx.Commit(); err != nil {
		return advised(doing, ended(ctx, err))
	}
	db.boundary("after " + what)
	return nil
}

// ended puts the reason in the place of the driver's remark that a transaction is over, where it is over
// because the context is.
func ended(ctx context.Context, err error) error {
	if errors.Is(err, sql.ErrTxDone) && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// view runs do on one snapshot of the database.
func (db *DB) view(ctx context.Context, doing string, do func(*sql.Tx) error) error {
	tx, err := db.read.BeginTx(ctx, nil)
	if err != nil {
		return advised(doing, err)
	}
	defer tx.Rollback() // nothing was written
	return advised(doing, ended(ctx, do(tx)))
}
