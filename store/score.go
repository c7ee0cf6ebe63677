package store

import (
	"context"
	"database/sql"
	"time"

	"newsvigil/news"
)

// ArticleScore is a score and the article it is of.
type ArticleScore struct {
	Article int64
	Score   news.Score
}

const scoreColumns = `s.topic, s.value, s.cut, s.probability, s.grade, s.model, s.reasons`

func scanScore(r row) (news.Score, error) {
	var s news.Score
	err := r.Scan(&s.Topic, &s.Value, &s.Cut, &s.Probability, &s.Grade, &s.Model, decoded{&s.Reasons})
	return s, err
}

// SaveScores replaces the scores of articles for their topics, in one transaction.
func (db *DB) SaveScores(ctx context.Context, scores []ArticleScore) error {
	now := db.now()
	return db.update(ctx, "scores", "save scores", func(tx *sql.Tx) error {
		for _, s := range scores {
			if err := saveScore(ctx, tx, s, now); err != nil {
				return err
			}
		}
		return nil
	})
}

// Rescorable lists the articles fetched since then that no digest of the topic has announced, with
// their texts, the earliest stored first. A near miss is not an announcement. Articles whose text was
// dropped after its time cannot be scored anew and are left out, and those that a reader rescued keep
// their score.
func (db *DB) Rescorable(ctx context.Context, topicKey string, since time.Time) ([]news.Article, error) {
	rows, err := db.read.QueryContext(ctx, `SELECT `+articleColumns+`, x.body FROM articles a INDEXED BY articles_fetched CROSS JOIN texts x ON x.article = a.id
		WHERE a.fetched >= ?2 AND NOT `+announcedFor+` AND NOT `+rescuedFor+` ORDER BY a.id`, topicKey, stamp(since), words(db.without))
	all, err := collect(rows, err, func(r row) (news.Article, error) { return scanArticle(r) })
	if err != nil {
		return nil, advised("read articles to score anew", err)
	}
	return all, nil
}
