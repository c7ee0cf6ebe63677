package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"newsvigil/news"
)

// alertRun is the name, before a topic's key, under which the database knows up to when pieces were
// considered for an alert.
const alertRun = "alert/"

// Considered is the time up to which the topic's pieces were considered for an alert; ok is false where
// none was yet.
func (db *DB) Considered(ctx context.Context, topicKey string) (upTo time.Time, ok bool, err error) {
	return db.LastRun(ctx, alertRun+topicKey)
}

// SaveAlert notes that all pieces fetched until then were considered for an alert, and stores the alert
// that came of it with its deliveries, all in one transaction: what it holds is announced, and a piece is
// considered once. An alert without stories is none, and only the time is noted. Where a digest of the
// key exists it stays as it is, and created is false.
func (db *DB) SaveAlert(ctx context.Context, topicKey string, upTo time.Time, d news.Digest, ds []news.Delivery) (created bool, err error) {
	body, err := object(d)
	if err != nil {
		return false, fmt.Errorf("save alert %s: %w", d.Key, err)
	}
	err = db.update(ctx, "alert", "save the alerts of "+topicKey, func(tx *sql.Tx) error {
		if d.Stories() > 0 {
			created, err = db.addDigest(ctx, tx, storedDigest{Digest: d, topic: topicKey, alert: true, manual: true, body: body, deliveries: ds})
			if err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO runs (schedule, at) VALUES (?, ?)`, alertRun+topicKey, stamp(upTo))
		return err
	})
	return created && err == nil, err
}

// Alerted counts the stories that alerts of a topic told since then.
func (db *DB) Alerted(ctx context.Context, topicKey string, since time.Time) (int, error) {
	var n int
	err := db.read.QueryRowContext(ctx, `SELECT count(DISTINCT a.story) FROM digests g CROSS JOIN announced n ON n.digest = g.key
		CROSS JOIN articles a ON a.id = n.article WHERE g.topic = ? AND g.alert = 1 AND g.slot >= ?`, topicKey, stamp(since)).Scan(&n)
	return n, advised("count the alerts of "+topicKey, err)
}
