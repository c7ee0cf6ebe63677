package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"time"
)

// Retention says from when on things are kept; the zero time keeps them all.
type Retention struct {
	// Text bounds the texts of articles that are relevant to no topic, were shown in no digest and have
	// no feedback; the others are kept for good.
	Text time.Time
	// Fingerprints bounds the sampled hashes.
	Fingerprints time.Time
}

// Pruned counts what was dropped.
type Pruned struct {
	// Texts and Shingles are rows.
	Texts, Shingles int
}

// pruneArticles is the size of one step of pruning: small enough that a writer who waits for it does
// not notice. One step of shrinking is 1000 pages.
const pruneArticles = 500

// pruneHashes is how many hashes one step of their pruning looks through, which takes some 20 ms.
const pruneHashes = 50_000

// prunable holds of an article a whose text may be dropped because it was fetched before ?1.
const prunable = `a.fetched < ?1
	AND NOT EXISTS (SELECT 1 FROM scores s WHERE s.article = a.id AND ` + relevantTo + `)
	AND NOT EXISTS (SELECT 1 FROM announced n WHERE n.article = a.id AND n.kind <> 'seen')
	AND NOT EXISTS (SELECT 1 FROM feedback f WHERE f.article = a.id)
	AND a.id NOT IN (SELECT k.article FROM feedback f JOIN aliases k ON k.key = f.key WHERE f.article IS NULL)`

// Prune drops what is older than the retention, in small transactions, and gives the room back to the
// file system. Articles themselves, their keys and scores stay, so that nothing is read or told twice.
func (db *DB) Prune(ctx context.Context, r Retention) (Pruned, error) {
	var p Pruned
	if db.write == nil {
		return p, fmt.Errorf("drop what is past its time: %w", ErrReadOnly)
	}
	var err error
	p.Texts, err = db.prune(ctx, r.Text, `DELETE FROM texts WHERE article IN (
		SELECT a.id FROM articles a JOIN texts x ON x.article = a.id WHERE `+prunable+` LIMIT ?2)`)
	if err != nil {
		return p, err
	}
	if p.Shingles, err = db.pruneShingles(ctx, r.Fingerprints); err != nil {
		return p, err
	}
	return p, db.shrink(ctx)
}

// prune repeats a deletion until there is nothing left to delete.
func (db *DB) prune(ctx context.Context, before time.Time, query string) (int, error) {
	if before.IsZero() {
		return 0, nil
	}
	total := 0
	for {
		n, err := int64(0), error(nil)
		err = db.update(ctx, "prune", "drop what is past its time", func(tx *sql.Tx) error {
			r, err := tx.ExecContext(ctx, query, stamp(before), pruneArticles)
			if err != nil {
				return err
			}
			n, err = r.RowsAffected()
			return err
		})
		total += int(n)
		if err != nil || n == 0 {
			return total, err
		}
	}
}

// pruneShingles drops the hashes of the articles fetched before then. It walks through all hashes, as an
// index of them by article would be as large as they are.
func (db *DB) pruneShingles(ctx context.Context, before time.Time) (int, error) {
	if before.IsZero() {
		return 0, nil
	}
	const doing = "drop fingerprints"
	// Numbers grow with the time of fetching, but for a teaser that was fetched again.
	var keep int64
	err := db.write.QueryRowContext(ctx, `SELECT coalesce(min(id), ?2) FROM articles WHERE fetched >= ?1`, stamp(before), math.MaxInt64).Scan(&keep)
	if err != nil {
		return 0, advised(doing, err)
	}
	total, last := 0, false
	for from := int64(math.MinInt64); !last; {
		to := int64(math.MaxInt64)
		err := db.write.QueryRowContext(ctx, `SELECT hash FROM shingles WHERE hash >= ?1 ORDER BY hash LIMIT 1 OFFSET ?2`, from, pruneHashes).Scan(&to)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return total, advised(doing, err)
		}
		last = to == math.MaxInt64
		n, err := db.dropShingles(ctx, from, to, keep)
		if total += n; err != nil {
			return total, err
		}
		from = to + 1
	}
	return total, nil
}

// dropShingles drops the hashes between two, both included, of the articles with a lower number. It looks
// before it writes, as most days most steps find nothing.
func (db *DB) dropShingles(ctx context.Context, from, to, keep int64) (int, error) {
	const which = `FROM shingles WHERE hash BETWEEN ?1 AND ?2 AND article < ?3`
	var any bool
	if err := db.write.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 `+which+`)`, from, to, keep).Scan(&any); err != nil || !any {
		return 0, advised("drop fingerprints", err)
	}
	n := int64(0)
	err := db.update(ctx, "prune", "drop what is past its time", func(tx *sql.Tx) error {
		r, err := tx.ExecContext(ctx, `DELETE `+which, from, to, keep)
		if err != nil {
			return err
		}
		n, err = r.RowsAffected()
		return err
	})
	return int(n), err
}

// shrink gives free pages back to the file system, some at a time.
func (db *DB) shrink(ctx context.Context) error {
	for before := -1; ; {
		var free int
		if err := db.write.QueryRowContext(ctx, `PRAGMA freelist_count`).Scan(&free); err != nil {
			return advised("shrink the database", err)
		}
		if free == 0 || free == before { // a file without auto_vacuum never shrinks
			return db.fold(ctx)
		}
		before = free
		// The pragma gives one row per page, and goes on only while the rows are read.
		rows, err := db.write.QueryContext(ctx, `PRAGMA incremental_vacuum(1000)`)
		if _, err = collect(rows, err, func(row) (struct{}, error) { return struct{}{}, nil }); err != nil {
			return advised("shrink the database", err)
		}
	}
}

// fold brings the write-ahead log into the file, which only then becomes shorter on the disk. It waits
// for no reader: the next checkpoint does what this one leaves.
func (db *DB) fold(ctx context.Context) error {
	_, err := db.write.ExecContext(ctx, `PRAGMA wal_checkpoint(PASSIVE)`)
	return advised("shrink the database", err)
}
