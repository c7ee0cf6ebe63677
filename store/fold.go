package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"newsvigil/news"
)

// ErrUnderWay is in the error of SaveDigest where a digest that it was to take back has been taken for
// posting meanwhile: compose again.
var ErrUnderWay = errors.New("a digest that was queued is being posted by now")

// unposted holds where a delivery d was certainly never posted: it was not tried, or every try was
// refused. One that was refused for its form (level above 0) stays by itself: what it holds might be
// refused within the next digest too.
const unposted = `(d.state IN ('pending', 'blocked') AND d.level = 0 AND (d.tries = 0 OR d.looks = ?2))`

// unpostedKeys is the JSON list of all digests that are queued and of which certainly nothing was posted.
const unpostedKeys = `SELECT json_group_array(DISTINCT o.digest) FROM deliveries o WHERE o.state <> 'sent' AND o.digest IS NOT NULL
	AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.digest = o.digest AND NOT ` + unposted + `)`

// Unposted lists the digests of a topic that are queued and of which certainly nothing stands in any
// channel, the oldest first.
func (db *DB) Unposted(ctx context.Context, topicKey string) ([]string, error) {
	rows, err := db.read.QueryContext(ctx, `SELECT g.key FROM digests g WHERE g.topic = ?1
		AND g.key IN (SELECT digest FROM deliveries INDEXED BY deliveries_open WHERE state <> 'sent')
		AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.digest = g.key AND NOT `+unposted+`)
		ORDER BY g.created, g.key`, topicKey, news.LooksRefused)
	keys, err := collect(rows, err, func(r row) (string, error) {
		var k string
		err := r.Scan(&k)
		return k, err
	})
	return keys, advised("list the queued digests of "+topicKey, err)
}

// Without is the same database as if these digests had never been made: Stories, NearMisses, LastDigest,
// LastComposed and LastSlot know nothing of them, and SaveDigest takes them back in the transaction that stores the
// new one, which thereby says what they would have said. It shares the connections of db, which alone is
// closed.
func (db *DB) Without(digests []string) *DB {
	other := *db
	other.without = digests
	return &other
}

// takeBack removes the digests of Without with their deliveries and what they announced. They must all
// be unposted still.
func (db *DB) takeBack(ctx context.Context, tx *sql.Tx) error {
	if len(db.without) == 0 {
		return nil
	}
	keys := words(db.without)
	var under int
	err := tx.QueryRowContext(ctx, `SELECT count(*) FROM deliveries d WHERE d.digest IN (SELECT value FROM json_each(?1)) AND NOT `+unposted,
		keys, news.LooksRefused).Scan(&under)
	if err != nil {
		return err
	}
	if under > 0 {
		return ErrUnderWay
	}
	return removeDigests(ctx, tx, keys)
}

// removeDigests removes digests, named in a JSON list, with their deliveries and what they announced.
func removeDigests(ctx context.Context, tx *sql.Tx, keys string) error {
	for _, q := range []string{
		`DELETE FROM deliveries WHERE digest IN (SELECT value FROM json_each(?1))`,
		`DELETE FROM announced WHERE digest IN (SELECT value FROM json_each(?1))`,
		`DELETE FROM digests WHERE key IN (SELECT value FROM json_each(?1))`,
	} {
		if _, err := tx.ExecContext(ctx, q, keys); err != nil {
			return fmt.Errorf("take back what was not posted: %w", err)
		}
	}
	return nil
}
