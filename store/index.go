package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
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
	sinceQuery = `SELECT ` + storedColumns + ` FROM articles a INDEXED BY articles_fetched WHERE a.fetched >= ?1 ORDER BY a.id`
	// postingsQuery gives the articles that hold each hash, "1,2;3": the hashes that none holds are the most.
	postingsQuery = `SELECT group_concat(held, ';') FROM (SELECT (SELECT group_concat(article)
		FROM (SELECT s.article FROM shingles s WHERE s.hash = j.value LIMIT ?2)) AS held FROM json_each(?1) j)`
	sharingQuery = `SELECT ` + storedColumns + ` FROM json_each(?1) j CROSS JOIN articles a ON a.id = j.value
		WHERE a.fetched >= ?2 ORDER BY j.key LIMIT ?3`
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
	shingles = slices.Compact(slices.Sorted(slices.Values(shingles)))
	signed := make([]int64, len(shingles))
	for i, h := range shingles {
		signed[i] = int64(h)
	}
	var held sql.NullString
	err := db.read.QueryRowContext(ctx, postingsQuery, numbers(signed), boilerplate).Scan(&held)
	if err != nil {
		return nil, advised("look up near-copies", err)
	}
	candidates, err := mostShared(held.String)
	if err != nil || len(candidates) == 0 {
		return nil, err
	}
	rows, err := db.read.QueryContext(ctx, sharingQuery, numbers(candidates), stamp(since), sharedMost)
	all, err := collect(rows, err, scanStored)
	if err != nil {
		return nil, advised("look up near-copies", err)
	}
	return all, nil
}

// mostShared reads what postingsQuery gives: the articles that hold enough of the hashes, those with most
// first and of equals the earliest.
func mostShared(held string) ([]int64, error) {
	hits := make(map[int64]int)
	for articles := range strings.SplitSeq(held, ";") {
		if articles == "" || strings.Count(articles, ",") >= boilerplate-1 {
			continue
		}
		for one := range strings.SplitSeq(articles, ",") {
			id, err := strconv.ParseInt(one, 10, 64)
			if err != nil {
				return nil, fmt.Errorf("look up near-copies: %w", err)
			}
			hits[id]++
		}
	}
	maps.DeleteFunc(hits, func(_ int64, n int) bool { return n < sharedLeast })
	return slices.SortedFunc(maps.Keys(hits), func(a, b int64) int {
		return cmp.Or(cmp.Compare(hits[b], hits[a]), cmp.Compare(a, b))
	}), nil
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
