package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"newsvigil/news"
)

// ErrQuarantined says that a piece was not stored, because its outlet is quarantined.
var ErrQuarantined = errors.New("the outlet is quarantined")

const quarantineColumns = `id, source, outlet, sites, since, at, lifted`

func scanQuarantine(r row) (q news.Quarantine, err error) {
	err = r.Scan(&q.ID, &q.Source, &q.Outlet, decoded{&q.Sites}, instant{&q.Since}, instant{&q.At}, instant{&q.Lifted})
	return q, err
}

// Quarantine keeps an outlet away from readers from now on. Where it is quarantined already, that goes on
// from its own beginning, with the earlier of both Since and the newer sites. It returns what stands.
func (db *DB) Quarantine(ctx context.Context, q news.Quarantine) (news.Quarantine, error) {
	sites, err := list(q.Sites)
	if err != nil {
		return q, fmt.Errorf("quarantine %s: %w", q.Outlet, err)
	}
	err = db.update(ctx, "quarantine", "quarantine "+q.Outlet, func(tx *sql.Tx) error {
		r, err := tx.ExecContext(ctx, `UPDATE quarantines SET sites = ?2, since = min(since, ?3) WHERE source = ?1 AND lifted = 0`, q.Source, sites, stamp(q.Since))
		if err != nil {
			return err
		}
		if n, err := r.RowsAffected(); err != nil {
			return err
		} else if n == 0 {
			if err := addQuarantine(ctx, tx, q, sites); err != nil {
				return err
			}
		}
		q, err = scanQuarantine(tx.QueryRowContext(ctx, `SELECT `+quarantineColumns+` FROM quarantines WHERE source = ? AND lifted = 0`, q.Source))
		return err
	})
	return q, err
}

func addQuarantine(ctx context.Context, tx *sql.Tx, q news.Quarantine, sites string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO quarantines (source, outlet, sites, since, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		q.Source, q.Outlet, sites, stamp(q.Since), stamp(q.At))
	return err
}

// LiftQuarantine ends the quarantine of an outlet, by its key, and asks for the messages that were changed
// for it to be drawn anew; false where it is not quarantined.
func (db *DB) LiftQuarantine(ctx context.Context, source string) (q news.Quarantine, lifted bool, err error) {
	now := db.now()
	err = db.update(ctx, "quarantine", "lift the quarantine of "+source, func(tx *sql.Tx) error {
		q, err = scanQuarantine(tx.QueryRowContext(ctx, `SELECT `+quarantineColumns+` FROM quarantines WHERE source = ? AND lifted = 0`, source))
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		lifted, q.Lifted = true, now
		if _, err := tx.ExecContext(ctx, `UPDATE quarantines SET lifted = ? WHERE id = ?`, stamp(now), q.ID); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE redraws SET revision = revision + 1 WHERE (digest, part) IN
			(SELECT digest, part FROM withdrawals WHERE quarantine = ? AND links > 0 AND problem = '')`, q.ID)
		return err
	})
	return q, lifted && err == nil, err
}

// Quarantines lists all quarantines, those that were lifted too, the one that began last first.
func (db *DB) Quarantines(ctx context.Context) ([]news.Quarantine, error) {
	rows, err := db.read.QueryContext(ctx, `SELECT `+quarantineColumns+` FROM quarantines ORDER BY at DESC, id DESC`)
	all, err := collect(rows, err, scanQuarantine)
	return all, advised("list the quarantined outlets", err)
}

// quarantined reports whether an outlet, by its key, is quarantined.
func quarantined(ctx context.Context, tx *sql.Tx, source string) (yes bool, err error) {
	err = tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM quarantines WHERE source = ? AND lifted = 0)`, source).Scan(&yes)
	return yes, err
}

// Unwithdrawn lists the messages of digests and notices that were posted within a quarantine's time, up to
// a moment, and that SaveWithdrawals has not heard of.
func (db *DB) Unwithdrawn(ctx context.Context, q news.Quarantine, until time.Time) ([]news.Delivery, error) {
	return db.deliveries(ctx, `SELECT `+deliveryColumns+deliveryTables+`WHERE d.state = 'sent' AND d.claimed BETWEEN ?2 AND ?3
		AND NOT EXISTS (SELECT 1 FROM withdrawals w WHERE w.quarantine = ?1 AND w.digest = coalesce(d.digest, d.notice) AND w.part = d.part)
		ORDER BY d.id`, q.ID, stamp(q.Since), stamp(until))
}

// SaveWithdrawals notes how many links each of these messages holds to a quarantined outlet, and asks for
// those to be drawn anew that hold any and can be changed.
func (db *DB) SaveWithdrawals(ctx context.Context, q news.Quarantine, found []news.Withdrawal) error {
	return db.update(ctx, "withdrawals", "note what leads to "+q.Outlet, func(tx *sql.Tx) error {
		for _, w := range found {
			r, err := tx.ExecContext(ctx, `INSERT INTO withdrawals (quarantine, digest, part, links, problem) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
				q.ID, w.Digest, w.Part, w.Links, w.Problem)
			if err != nil {
				return err
			}
			if n, err := r.RowsAffected(); err != nil {
				return err
			} else if n == 0 || w.Links == 0 || w.Problem != "" {
				continue
			}
			if err := drawAnew(ctx, tx, Press{Digest: w.Digest, Part: w.Part, ChannelID: w.ChannelID, TS: w.TS}); err != nil {
				return err
			}
		}
		return nil
	})
}

// Withdrawals lists the messages that hold, or held, links to a quarantined outlet, the earliest first.
func (db *DB) Withdrawals(ctx context.Context, q news.Quarantine) ([]news.Withdrawal, error) {
	rows, err := db.read.QueryContext(ctx, `SELECT w.digest, w.part, w.links, w.problem, d.channel, d.channel_id, d.ts, d.claimed,
			coalesce(g.slot, d.claimed), w.problem = '' AND coalesce(r.shown >= r.revision, 0)
		FROM withdrawals w JOIN deliveries d ON coalesce(d.digest, d.notice) = w.digest AND d.part = w.part
		LEFT JOIN digests g ON g.key = w.digest LEFT JOIN redraws r ON r.digest = w.digest AND r.part = w.part
		WHERE w.quarantine = ? AND w.links > 0 ORDER BY d.claimed, d.id`, q.ID)
	all, err := collect(rows, err, func(r row) (w news.Withdrawal, err error) {
		err = r.Scan(&w.Digest, &w.Part, &w.Links, &w.Problem, &w.Channel, &w.ChannelID, &w.TS, instant{&w.Posted}, instant{&w.Slot}, &w.Shown)
		return w, err
	})
	return all, advised("list what leads to "+q.Outlet, err)
}

// SaveWithdrawalProblem notes why a message cannot be changed, where a quarantine wants it to be; "" takes
// that back.
func (db *DB) SaveWithdrawalProblem(ctx context.Context, digest string, part int, problem string) error {
	const which = ` FROM withdrawals WHERE digest = ?1 AND part = ?2 AND links > 0 AND problem <> ?3`
	var any bool
	if err := db.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1`+which+`)`, digest, part, problem).Scan(&any); err != nil || !any {
		return advised("look for what leads to a quarantined outlet", err)
	}
	return db.update(ctx, "withdrawals", "note what cannot be changed", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE withdrawals SET problem = ?3 WHERE digest = ?1 AND part = ?2 AND links > 0`, digest, part, problem)
		return err
	})
}

// MadeWithin is when the last digest of a topic was made within a time; false where none was.
func (db *DB) MadeWithin(ctx context.Context, topicKey string, after, until time.Time) (at time.Time, ok bool, err error) {
	err = db.read.QueryRowContext(ctx, `SELECT max(created) FROM digests WHERE topic = ? AND alert = 0 AND created > ? AND created <= ?`,
		topicKey, stamp(after), stamp(until)).Scan(instant{&at})
	return at, !at.IsZero(), advised("look for the digests of "+topicKey, err)
}

// NoticePart reads the delivery of a notice's part; false where there is none.
func (db *DB) NoticePart(ctx context.Context, notice string, part int) (news.Delivery, bool, error) {
	d, err := scanDelivery(db.read.QueryRowContext(ctx, `SELECT `+deliveryColumns+deliveryTables+`WHERE d.notice = ? AND d.part = ?
		ORDER BY d.id LIMIT 1`, notice, part))
	if errors.Is(err, sql.ErrNoRows) {
		return d, false, nil
	}
	return d, err == nil, advised("read a part of notice "+notice, err)
}

// RecalledLinks lists, by their digests' keys, the keys of the pieces to which messages lead that were
// posted since a time and found in a channel when the database was new or restored; see address.Key.
func (db *DB) RecalledLinks(ctx context.Context, since time.Time) (map[string][]string, error) {
	rows, err := db.read.QueryContext(ctx, `SELECT r.digest, r.key FROM recalled r JOIN digests g ON g.key = r.digest
		WHERE g.created >= ? AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.digest = g.key)`, stamp(since))
	out := map[string][]string{}
	_, err = collect(rows, err, func(r row) (none struct{}, err error) {
		var digest, key string
		err = r.Scan(&digest, &key)
		out[digest] = append(out[digest], key)
		return none, err
	})
	return out, advised("list what was recalled", err)
}
