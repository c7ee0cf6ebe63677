package store

import (
	"context"
	"database/sql"
	"errors"

	"newsvigil/news"
)

// Polled stores one poll: its validators and the candidates it showed, as pending, in one
// transaction. Were the validators kept without the candidates, a crash would lose the pieces: the
// next answer would be "not modified". Candidates whose key is known stay as they are.
func (db *DB) Polled(ctx context.Context, p news.PollState, shown []news.Candidate) error {
	leads, err := list(p.Next)
	if err != nil {
		return err
	}
	heads, err := list(p.Heads)
	if err != nil {
		return err
	}
	now := db.now()
	return db.update(ctx, "poll", "save the poll of "+p.URL, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO polls
			(url, source, route, etag, last_modified, hash, polled, changed, candidates, leads, heads, newest, owes, owed_since, owed_polls)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			p.URL, p.Source, string(p.Route), p.ETag, p.LastModified, p.Hash, stamp(p.Polled), stamp(p.Changed), p.Candidates, leads,
			heads, stamp(p.Newest), string(p.Owes), stamp(p.OwedSince), p.OwedPolls)
		if err != nil {
			return err
		}
		held, err := heldOf(ctx, tx, shown)
		if err != nil {
			return err
		}
		for _, c := range shown {
			if held[c.Key] {
				continue
			}
			if err := addCandidate(ctx, tx, c, now); err != nil {
				return err
			}
		}
		return showedBy(ctx, tx, shown)
	})
}

// heldOf tells which of the pieces are known, within a transaction.
func heldOf(ctx context.Context, tx *sql.Tx, shown []news.Candidate) (map[string]bool, error) {
	keys := make([]string, len(shown))
	for i, c := range shown {
		keys[i] = c.Key
	}
	rows, err := tx.QueryContext(ctx, knownQuery, words(keys))
	found, err := collect(rows, err, func(r row) (string, error) {
		var key string
		err := r.Scan(&key)
		return key, err
	})
	held := make(map[string]bool, len(found))
	for _, key := range found {
		held[key] = true
	}
	return held, err
}

// Poll is what is remembered of a feed, sitemap or section; the zero value where it was never polled.
func (db *DB) Poll(ctx context.Context, url string) (news.PollState, error) {
	var p news.PollState
	err := db.read.QueryRowContext(ctx, `SELECT source, url, route, etag, last_modified, hash, polled, changed, candidates, leads,
		heads, newest, owes, owed_since, owed_polls FROM polls WHERE url = ?`, url).Scan(&p.Source, &p.URL, &p.Route, &p.ETag, &p.LastModified, &p.Hash,
		instant{&p.Polled}, instant{&p.Changed}, &p.Candidates, decoded{&p.Next},
		decoded{&p.Heads}, instant{&p.Newest}, &p.Owes, instant{&p.OwedSince}, &p.OwedPolls)
	if errors.Is(err, sql.ErrNoRows) {
		return news.PollState{}, nil
	}
	return p, advised("read the poll of "+url, err)
}
