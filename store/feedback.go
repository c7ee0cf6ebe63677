package store

import (
	"context"
	"database/sql"

	"newsvigil/news"
)

// SaveFeedback keeps what a reader said of a piece, in the place of what the same reader said of it
// before.
func (db *DB) SaveFeedback(ctx context.Context, f news.Feedback) error {
	return db.update(ctx, "feedback", "save the feedback on "+f.URL, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO feedback (topic, url, by, article, label, at) VALUES (?, ?, ?, ?, ?, ?)`,
			f.Topic, f.URL, f.By, sql.NullInt64{Int64: f.Article, Valid: f.Article != 0}, f.Label, stamp(f.At))
		return err
	})
}

// Feedback lists what readers said for a topic, the earliest first.
func (db *DB) Feedback(ctx context.Context, topicKey string) ([]news.Feedback, error) {
	rows, err := db.read.QueryContext(ctx, `SELECT topic, url, coalesce(article, 0), label, by, at FROM feedback
		WHERE topic = ? ORDER BY at, url, by`, topicKey)
	all, err := collect(rows, err, func(r row) (news.Feedback, error) {
		var f news.Feedback
		err := r.Scan(&f.Topic, &f.URL, &f.Article, &f.Label, &f.By, instant{&f.At})
		return f, err
	})
	if err != nil {
		return nil, advised("read the feedback for "+topicKey, err)
	}
	return all, nil
}

// WithdrawFeedback takes back what was said of an address for a topic, by one reader or, where by is
// empty, by all, and counts what was taken back.
func (db *DB) WithdrawFeedback(ctx context.Context, f news.Feedback) (int, error) {
	var n int64
	err := db.update(ctx, "withdrawal", "withdraw the feedback on "+f.URL, func(tx *sql.Tx) error {
		r, err := tx.ExecContext(ctx, `DELETE FROM feedback WHERE topic = ?1 AND url = ?2 AND (?3 = '' OR by = ?3)`, f.Topic, f.URL, f.By)
		if err != nil {
			return err
		}
		n, err = r.RowsAffected()
		return err
	})
	return int(n), err
}
