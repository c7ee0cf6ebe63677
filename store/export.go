package store

import (
	"context"
	"database/sql"
	"time"

	"newsvigil/news"
)

// Exported is one article as one topic sees it.
type Exported struct {
	// Article comes without its text.
	Article  news.Article
	Score    news.Score
	Story    int64
	Relation news.Relation
	// Digest is the key of the first digest of the topic that announced the article, near misses left
	// out; "" where none did.
	Digest string
	// Posted is when the digest's message was posted; zero where it was not, or not yet.
	Posted time.Time
}

// Export calls each for every article fetched since then and every topic it has a score for, the
// earliest stored first, until each returns an error, which Export returns.
func (db *DB) Export(ctx context.Context, since time.Time, each func(Exported) error) error {
	return db.view(ctx, "export articles", func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT `+articleColumns+noBodyColumn+`, a.story, a.relation, `+scoreColumns+`,
			coalesce(n.digest, ''), (SELECT d.claimed FROM deliveries d WHERE d.digest = n.digest AND d.part = 1 AND d.state = 'sent')
			FROM articles a INDEXED BY articles_fetched CROSS JOIN scores s ON s.article = a.id
			LEFT JOIN announced n ON n.rowid = (SELECT m.rowid FROM announced m WHERE m.article = a.id AND m.topic = s.topic
				AND m.kind NOT IN ('near', 'seen') ORDER BY m.at, m.rowid LIMIT 1)
			WHERE a.fetched >= ? ORDER BY a.id, s.topic`, stamp(since))
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var e Exported
			s := &e.Score
			e.Article, err = scanArticle(rows, &e.Story, &e.Relation, &s.Topic, &s.Value, &s.Cut, &s.Grade, &s.Model,
				decoded{&s.Reasons}, &e.Digest, instant{&e.Posted})
			if err != nil {
				return err
			}
			if err := each(e); err != nil {
				return err
			}
		}
		return rows.Err()
	})
}
