package store

import (
	"context"
	"time"

	"newsvigil/news"
)

// SourceStat is what a source gave in a while.
type SourceStat struct {
	// New counts the articles read, Relevant those of them that belong to at least one of the topics.
	New, Relevant int
	// LastArticle is when the newest article of all times was published, or read where that is unknown.
	LastArticle time.Time
}

// Published lists when a source's newest pieces were published, the newest first, at most limit. Pieces
// count that were shown but could not be read; dates in the future and unknown ones do not.
func (db *DB) Published(ctx context.Context, sourceName string, limit int) ([]time.Time, error) {
	rows, err := db.read.QueryContext(ctx, `SELECT published FROM (
			SELECT published FROM articles WHERE source_key = ?1
			UNION ALL SELECT published FROM candidates WHERE source_key = ?1 AND state <> 'read')
		WHERE published <> 0 AND published <= ?2 ORDER BY published DESC LIMIT ?3`, news.Slug(sourceName), stamp(db.now()), limit)
	all, err := collect(rows, err, func(r row) (time.Time, error) {
		var t time.Time
		err := r.Scan(instant{&t})
		return t, err
	})
	if err != nil {
		return nil, advised("read the rhythm of "+sourceName, err)
	}
	return all, nil
}

// SourceStats says for each source that has articles what it gave since then. The map's keys are the
// sources' names, as the newest article has them.
func (db *DB) SourceStats(ctx context.Context, since time.Time, topicKeys []string) (map[string]SourceStat, error) {
	// A bare column beside a single max() is that of the row with the maximum: SQLite promises it.
	rows, err := db.read.QueryContext(ctx, `SELECT n.source, count(a.id), coalesce(sum(EXISTS (SELECT 1 FROM scores s
			WHERE s.article = a.id AND s.topic IN (SELECT value FROM json_each(?2)) AND `+relevantTo+`)), 0), n.last
		FROM (SELECT source_key, source, max(id), (SELECT max(CASE b.published WHEN 0 THEN b.fetched ELSE b.published END)
				FROM articles b WHERE b.source_key = o.source_key) AS last FROM articles o GROUP BY source_key) n
		LEFT JOIN articles a ON a.source_key = n.source_key AND a.fetched >= ?1
		GROUP BY n.source_key`, stamp(since), words(topicKeys))
	stats := make(map[string]SourceStat)
	_, err = collect(rows, err, func(r row) (struct{}, error) {
		var name string
		var s SourceStat
		err := r.Scan(&name, &s.New, &s.Relevant, instant{&s.LastArticle})
		stats[name] = s
		return struct{}{}, err
	})
	if err != nil {
		return nil, advised("read what the sources gave", err)
	}
	return stats, nil
}
