package store

import (
	"context"
	"database/sql"
	"fmt"

	"newsvigil/news"
)

// SaveNotice stores a notice with its deliveries in one transaction: one, but for a brief that takes several
// messages. Where a notice of the key exists nothing changes and created is false.
func (db *DB) SaveNotice(ctx context.Context, n news.Notice, ds ...news.Delivery) (created bool, err error) {
	body, err := object(n)
	if err != nil {
		return false, fmt.Errorf("save notice %s: %w", n.Key, err)
	}
	now := db.now()
	err = db.update(ctx, "notice", "save notice "+n.Key, func(tx *sql.Tx) error {
		r, err := tx.ExecContext(ctx, `INSERT INTO notices (key, created, body) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING`,
			n.Key, stamp(now), body)
		if err != nil {
			return err
		}
		rows, err := r.RowsAffected()
		if err != nil || rows == 0 {
			return err
		}
		created = true
		for _, d := range ds {
			d.Kind, d.Of = news.DeliverNotice, n.Key
			if err := addDelivery(ctx, tx, d, now); err != nil {
				return err
			}
		}
		return nil
	})
	return created && err == nil, err
}

// Notice reads a notice.
func (db *DB) Notice(ctx context.Context, key string) (news.Notice, error) {
	var n news.Notice
	err := db.body(ctx, `SELECT body FROM notices WHERE key = ?`, key, &n)
	return n, advised("read notice "+key, err)
}
