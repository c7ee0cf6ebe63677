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
	now := db.now()
	return db.update(ctx, "poll", "save the poll of "+p.URL, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO polls
			(url, source, route, etag, last_modified, hash, polled, changed, candidates, leads)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			p.URL, p.Source, string(p.Route), p.ETag, p.LastModified, p.Hash, stamp(p.Polled), stamp(p.Changed), p.Candidates, leads)
		if err != nil {
			return err
		}
		for _, c := range shown {
			if err := addCandidate(ctx, tx, c, now); err != nil {
				return err
			}
		}
		return nil
	})
}

// Poll is what is remembered of a feed, sitemap or section; the zero value where it was never polled.
func (db *DB) Poll(ctx context.Context, url string) (news.PollState, error) {
	var p news.PollState
	err := db.read.QueryRowContext(ctx, `SELECT source, url, route, etag, last_modified, hash, polled, changed, candidates, leads
		FROM polls WHERE url = ?`, url).Scan(&p.Source, &p.URL, &p.Route, &p.ETag, &p.LastModified, &p.Hash,
		instant{&p.Polled}, instant{&p.Changed}, &p.Candidates, decoded{&p.Next})
	if errors.Is(err, sql.ErrNoRows) {
		return news.PollState{}, nil
	}
	return p, advised("read the poll of "+url, err)
}
