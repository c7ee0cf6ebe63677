package store

import (
	"context"
	"database/sql"
	"errors"
)

// Channel is the id that a channel's name resolved to last; ok is false where it is not known.
func (db *DB) Channel(ctx context.Context, name string) (id string, ok bool, err error) {
	err = db.read.QueryRowContext(ctx, `SELECT id FROM channels WHERE name = ?`, name).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	return id, err == nil, advised("read the id of "+name, err)
}

// SaveChannel remembers the id of a channel; an empty id forgets the name.
func (db *DB) SaveChannel(ctx context.Context, name, id string) error {
	return db.update(ctx, "channel", "save the id of "+name, func(tx *sql.Tx) error {
		if id == "" {
			_, err := tx.ExecContext(ctx, `DELETE FROM channels WHERE name = ?`, name)
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO channels (name, id) VALUES (?, ?)`, name, id)
		return err
	})
}
