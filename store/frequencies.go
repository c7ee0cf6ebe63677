package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"time"

	"newsvigil/news"
)

// ErrFrequencies is in the error of Frequencies where what is stored cannot be read. Nothing else depends
// on it: it can be counted again from the texts that are left.
var ErrFrequencies = errors.New("the table of known words is damaged")

// Frequencies is a table of how many pieces hold each term, and which pieces it was counted from. The zero
// value stands for none.
type Frequencies struct {
	// Last is the number up to which all articles that had a text are counted; none beyond it is.
	Last int64
	// Table is the table as text, never empty where it is stored. Its form is the caller's.
	Table string
}

// Frequencies reads what SaveFrequencies stored last.
func (db *DB) Frequencies(ctx context.Context) (Frequencies, error) {
	var f Frequencies
	var blob []byte
	err := db.read.QueryRowContext(ctx, `SELECT last, terms FROM frequencies`).Scan(&f.Last, &blob)
	if errors.Is(err, sql.ErrNoRows) {
		return Frequencies{}, nil
	}
	if err != nil {
		return Frequencies{}, advised("read the table of known words", err)
	}
	if err := (packed{&f.Table}).Scan(blob); err != nil {
		return Frequencies{}, fmt.Errorf("%w: %w", ErrFrequencies, err)
	}
	if f.Table == "" {
		return Frequencies{}, fmt.Errorf("%w: it is empty", ErrFrequencies)
	}
	return f, nil
}

// SaveFrequencies stores a table in the place of the one before. As the table is stored together with the
// number of the last article in it, no article is counted twice or never, wherever a crash comes.
func (db *DB) SaveFrequencies(ctx context.Context, f Frequencies) error {
	blob, err := pack(f.Table)
	if err != nil {
		return err
	}
	return db.update(ctx, "frequencies", "save the table of known words", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO frequencies (one, last, terms) VALUES (1, ?, ?)`, f.Last, blob)
		return err
	})
}

// strays are how many pieces may be younger than those around them, as a teaser is that was read again,
// without keeping Leaving from going beyond them.
const strays = 50

// Leaving is the number up to which the articles after a number leave those that are compared with one by
// one: the newest so many with a text, by number, stay, unless Prune is about to drop the text of one that
// came later. before is when the retention of texts begins, zero where nothing will be dropped. It is
// never below after.
func (db *DB) Leaving(ctx context.Context, after int64, newest int, before time.Time) (int64, error) {
	const doing = "find the pieces that are old enough to be counted"
	var old, dropped int64
	err := db.read.QueryRowContext(ctx, `SELECT coalesce((SELECT article FROM texts
		WHERE article > ?1 AND length(body) > 0 ORDER BY article DESC LIMIT 1 OFFSET ?2), ?1)`, after, newest).Scan(&old)
	if err != nil || before.IsZero() {
		return old, advised(doing, err)
	}
	// A clock that was wrong for a piece or two must not make all before them leave.
	err = db.read.QueryRowContext(ctx, `SELECT coalesce(max(a.id), ?2) FROM articles a JOIN texts x ON x.article = a.id
		WHERE a.id > ?2 AND a.id < coalesce((SELECT y.id FROM articles y WHERE y.id > ?2 AND y.fetched >= ?1 ORDER BY y.id LIMIT 1 OFFSET ?3), ?4)
		AND length(x.body) > 0 AND `+prunable, stamp(before), after, strays, math.MaxInt64).Scan(&dropped)
	return max(old, dropped), advised(doing, err)
}

// TextsBetween lists the articles with a text whose numbers lie between two, the first excluded and the
// last included, in the order of the numbers, at most limit of them. Only number, title and text are set.
func (db *DB) TextsBetween(ctx context.Context, after, last int64, limit int) ([]news.Article, error) {
	rows, err := db.read.QueryContext(ctx, `SELECT a.id, a.title, x.body FROM texts x JOIN articles a ON a.id = x.article
		WHERE x.article > ? AND x.article <= ? AND length(x.body) > 0 ORDER BY x.article LIMIT ?`, after, last, limit)
	all, err := collect(rows, err, func(r row) (a news.Article, err error) {
		return a, r.Scan(&a.ID, &a.Title, packed{&a.Text})
	})
	return all, advised("read the pieces to be counted", err)
}
