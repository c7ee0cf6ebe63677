package store

import (
	"context"
	"fmt"
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

// exportStep is how many articles one transaction of Export reads. A reader that waits for its terminal
// would else keep the write-ahead log from beginning anew, so that it grew until the reader goes on.
const exportStep = 200

// Export calls each for every article fetched since then and every topic it has a score for, the
// earliest stored first, until each returns an error, which Export returns. Each article is seen as it
// was at one moment, and not all of them at the same: what is stored meanwhile comes too.
func (db *DB) Export(ctx context.Context, since time.Time, each func(Exported) error) error {
	for after := int64(0); ; {
		rows, err := db.exportAfter(ctx, since, after)
		if err != nil {
			return advised("export articles", err)
		}
		if len(rows) == 0 {
			return nil
		}
		after = rows[len(rows)-1].Article.ID
		for _, e := range rows {
			if err := each(e); err != nil {
				return fmt.Errorf("export articles: %w", err)
			}
		}
	}
}

const exportQuery = `SELECT ` + articleColumns + noBodyColumn + `, a.story, a.relation, ` + scoreColumns + `,
	coalesce(n.digest, ''), (SELECT d.claimed FROM deliveries d WHERE d.digest = n.digest AND d.part = 1 AND d.state = 'sent')
	FROM (SELECT x.id AS step FROM articles x NOT INDEXED WHERE x.id > ?2 AND x.fetched >= ?1
		AND EXISTS (SELECT 1 FROM scores s WHERE s.article = x.id) ORDER BY x.id LIMIT ?3)
	CROSS JOIN articles a ON a.id = step CROSS JOIN scores s ON s.article = a.id
	LEFT JOIN announced n ON n.rowid = (SELECT m.rowid FROM announced m WHERE m.article = a.id AND m.topic = s.topic
		AND m.kind NOT IN ('near', 'seen') ORDER BY m.at, m.rowid LIMIT 1)
	ORDER BY a.id, s.topic`

func (db *DB) exportAfter(ctx context.Context, since time.Time, after int64) ([]Exported, error) {
	rows, err := db.read.QueryContext(ctx, exportQuery, stamp(since), after, exportStep)
	return collect(rows, err, func(r row) (e Exported, err error) {
		s := &e.Score
		e.Article, err = scanArticle(r, &e.Story, &e.Relation, &s.Topic, &s.Value, &s.Cut, &s.Probability, &s.Grade, &s.Model,
			decoded{&s.Reasons}, &e.Digest, instant{&e.Posted})
		return e, err
	})
}
