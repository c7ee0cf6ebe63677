package store

import (
	"context"
	"database/sql"

	"newsvigil/news"
)

// Health lists how each source is doing, by name. Sources that are no longer configured are among them.
func (db *DB) Health(ctx context.Context) ([]news.Health, error) {
	rows, err := db.read.QueryContext(ctx, `SELECT source, polled, good, trouble, detail, since, failures, told, next
		FROM health ORDER BY source`)
	all, err := collect(rows, err, func(r row) (news.Health, error) {
		var h news.Health
		err := r.Scan(&h.Source, instant{&h.Polled}, instant{&h.Good}, &h.Trouble, &h.Detail, instant{&h.Since},
			&h.Failures, &h.Told, instant{&h.Next})
		return h, err
	})
	if err != nil {
		return nil, advised("read the state of the sources", err)
	}
	return all, nil
}

// SaveHealth replaces how one source is doing. A source renamed in capitals or spacing is the same.
func (db *DB) SaveHealth(ctx context.Context, h news.Health) error {
	return db.update(ctx, "health", "save the state of "+h.Source, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO health (source_key, source, polled, good, trouble, detail, since,
			failures, told, next) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, news.Slug(h.Source), h.Source, stamp(h.Polled),
			stamp(h.Good), string(h.Trouble), h.Detail, stamp(h.Since), h.Failures, h.Told, stamp(h.Next))
		return err
	})
}
