package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"newsvigil/news"
)

// The limits of Sharing. A hash with as many postings as boilerplate stands in a footer or a
// formula and tells nothing; fewer shared hashes than sharedLeast are chance.
const (
	boilerplate = 200
	sharedLeast = 2
	sharedMost  = 20
)

func scanStored(r row) (news.Stored, error) {
	var s news.Stored
	var err error
	s.Article, err = scanArticle(r, &s.Story)
	return s, err
}

const (
	storedColumns = articleColumns + bodyColumn + `, a.story`
	keysQuery     = `SELECT ` + storedColumns + `
		FROM json_each(?1) j CROSS JOIN aliases k ON k.key = j.value JOIN articles a ON a.id = k.article
		ORDER BY j.key LIMIT 1`
	textQuery = `SELECT ` + storedColumns + ` FROM articles a
		WHERE a.text_hash = ?1 AND a.text_hash <> 0 AND a.fetched >= ?2 ORDER BY a.id LIMIT 1`
	beforeQuery = `SELECT ` + storedColumns + ` FROM articles a INDEXED BY articles_fetched WHERE a.fetched < ?1
		ORDER BY a.fetched DESC, a.id DESC LIMIT ?2`
	sinceQuery   = `SELECT ` + storedColumns + ` FROM articles a INDEXED BY articles_fetched WHERE a.fetched >= ?1 ORDER BY a.id`
	sharingQuery = `WITH
		rare AS MATERIALIZED (
			SELECT DISTINCT j.value AS hash FROM json_each(?1) j
			WHERE (SELECT count(*) FROM (SELECT 1 FROM shingles s WHERE s.hash = j.value LIMIT ?3)) < ?3),
		shared AS MATERIALIZED (
			SELECT s.article, count(*) AS hits
			FROM rare CROSS JOIN shingles s ON s.hash = rare.hash CROSS JOIN articles f ON f.id = s.article
			WHERE f.fetched >= ?2 GROUP BY s.article HAVING hits >= ?4 ORDER BY hits DESC, s.article LIMIT ?5)
		SELECT ` + storedColumns + ` FROM shared CROSS JOIN articles a ON a.id = shared.article
		ORDER BY shared.hits DESC, a.id`
)

// ByKeys finds the article that has one of the keys; the first key that is known decides.
func (db *DB) ByKeys(ctx context.Context, keys []string) (news.Stored, bool, error) {
	return found(scanStored(db.read.QueryRowContext(ctx, keysQuery, words(keys))))
}

// ByText finds the earliest article fetched since then whose normalised text has the hash; the zero time
// bounds nothing. The hash 0 stands for "too short to tell" and finds nothing.
func (db *DB) ByText(ctx context.Context, hash uint64, since time.Time) (news.Stored, bool, error) {
	if hash == 0 {
		return news.Stored{}, false, nil
	}
	return found(scanStored(db.read.QueryRowContext(ctx, textQuery, int64(hash), stamp(since))))
}

func found(s news.Stored, err error) (news.Stored, bool, error) {
	if errors.Is(err, sql.ErrNoRows) {
		return news.Stored{}, false, nil
	}
	if err != nil {
		return news.Stored{}, false, advised("look up an article", err)
	}
	return s, true, nil
}

// Sharing lists the articles fetched since then that share at least two of the sampled hashes, those
// that share most first and of equals the earliest, at most 20, with their texts. Hashes that 200 or
// more articles have are left out.
func (db *DB) Sharing(ctx context.Context, shingles []uint64, since time.Time) ([]news.Stored, error) {
	signed := make([]int64, len(shingles))
	for i, h := range shingles {
		signed[i] = int64(h)
	}
	rows, err := db.read.QueryContext(ctx, sharingQuery, numbers(signed), stamp(since), boilerplate, sharedLeast, sharedMost)
	all, err := collect(rows, err, scanStored)
	if err != nil {
		return nil, advised("look up near-copies", err)
	}
	return all, nil
}

// Since lists the articles fetched since then, the earliest stored first, with their texts.
func (db *DB) Since(ctx context.Context, since time.Time) ([]news.Stored, error) {
	rows, err := db.read.QueryContext(ctx, sinceQuery, stamp(since))
	all, err := collect(rows, err, scanStored)
	if err != nil {
		return nil, advised("read placed articles", err)
	}
	return all, nil
}

// Before lists the articles fetched last before then, at most limit of them, the earliest fetched first,
// with their texts.
func (db *DB) Before(ctx context.Context, before time.Time, limit int) ([]news.Stored, error) {
	rows, err := db.read.QueryContext(ctx, beforeQuery, stamp(before), limit)
	all, err := collect(rows, err, scanStored)
	if err != nil {
		return nil, advised("read articles placed earlier", err)
	}
	slices.Reverse(all)
	return all, nil
}
