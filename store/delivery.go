package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"newsvigil/news"
)

// deliveryColumns are what scanDelivery reads. A part of a thread takes the thread and the channel's
// id from the first part p as soon as they are known.
const (
	deliveryColumns = `d.id, d.key, d.kind, coalesce(d.digest, d.notice), d.channel, d.part, d.parts, d.level, d.state, d.tries, d.looks,
		coalesce(nullif(d.channel_id, ''), p.channel_id, ''), d.ts, coalesce(nullif(d.thread, ''), p.ts, ''),
		d.next, d.claimed, d.error, d.swept`
	deliveryTables = ` FROM deliveries d ` + firstParts
	firstParts     = ` LEFT JOIN deliveries p ON d.part > 1 AND p.part = 1 AND p.channel = d.channel
		AND (p.digest = d.digest OR p.notice = d.notice) `
	// ready holds where the parts before allow a delivery to be posted.
	ready    = `(d.part = 1 OR coalesce(p.state, '') = 'sent')`
	dueQuery = `SELECT ` + deliveryColumns + ` FROM deliveries d INDEXED BY deliveries_open ` + firstParts +
		`WHERE d.state <> 'sent' AND (d.next <= ?1 OR d.next > ?2) AND ` + ready + ` ORDER BY d.id`
	unsweptQuery = `SELECT ` + deliveryColumns + ` FROM deliveries d INDEXED BY deliveries_unswept ` + firstParts +
		`WHERE d.state = 'sent' AND d.tries >= 2 AND d.swept = 0 ORDER BY d.id`
)

func scanDelivery(r row) (news.Delivery, error) {
	var d news.Delivery
	err := r.Scan(&d.ID, &d.Key, &d.Kind, &d.Of, &d.Channel, &d.Part, &d.Parts, &d.Level, &d.State, &d.Tries, &d.Looks,
		&d.ChannelID, &d.TS, &d.Thread, instant{&d.Next}, instant{&d.Claimed}, &d.Error, &d.Swept)
	return d, err
}

// addDelivery puts a delivery into the outbox. Part and Parts count from 1.
func addDelivery(ctx context.Context, tx *sql.Tx, d news.Delivery, now time.Time) error {
	var digest, notice sql.NullString
	switch d.Kind {
	case news.DeliverDigest:
		digest = sql.NullString{String: d.Of, Valid: true}
	case news.DeliverNotice:
		notice = sql.NullString{String: d.Of, Valid: true}
	}
	part := cmp.Or(d.Part, 1)
	_, err := tx.ExecContext(ctx, `INSERT INTO deliveries (key, kind, digest, notice, channel, part, parts, level, state, tries, looks,
		channel_id, ts, thread, next, claimed, error, swept, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		d.Key, string(d.Kind), digest, notice, d.Channel, part, max(d.Parts, part), d.Level,
		string(cmp.Or(d.State, news.DeliveryPending)), d.Tries, d.Looks, d.ChannelID, d.TS, d.Thread, stamp(d.Next),
		stamp(d.Claimed), d.Error, d.Swept, stamp(now))
	return err
}

// Due lists the deliveries whose next step is due, in order of creation. A later part of a thread is
// due only when part 1 was sent, whose TS is then its Thread. A next step that no wait explains is due
// at once, and comes back without a Next; see tooFar.
func (db *DB) Due(ctx context.Context, now time.Time) ([]news.Delivery, error) {
	far := tooFar(db.now())
	all, err := db.deliveries(ctx, dueQuery, stamp(now), stamp(far))
	for i := range all {
		if all[i].Next.After(far) {
			all[i].Next = time.Time{}
		}
	}
	return all, err
}

// tooFar is the time beyond which nothing waits for its next try: the longest wait, for a server that
// asks for it, is a day. A later time was noted by a clock that was wrong and has been set back since;
// what waits for it would wait for years.
func tooFar(now time.Time) time.Time { return now.Add(25 * time.Hour) }

// Unswept lists the deliveries that were sent after more than one try and whose channel was not yet
// looked through for doubles.
func (db *DB) Unswept(ctx context.Context) ([]news.Delivery, error) {
	return db.deliveries(ctx, unsweptQuery)
}

func (db *DB) deliveries(ctx context.Context, query string, args ...any) ([]news.Delivery, error) {
	rows, err := db.read.QueryContext(ctx, query, args...)
	all, err := collect(rows, err, scanDelivery)
	if err != nil {
		return nil, advised("read the outbox", err)
	}
	return all, nil
}

// Claim takes a pending delivery for posting: it is sending, tried once more, and that is on the disk
// when Claim returns. The answer is false where it is not pending, or its part 1 was not sent. After
// two clean looks at an unknown delivery the worker saves it as pending and claims it again.
func (db *DB) Claim(ctx context.Context, id int64, now time.Time) (news.Delivery, bool, error) {
	var d news.Delivery
	claimed := false
	err := db.update(ctx, "claim", fmt.Sprintf("claim delivery %d", id), func(tx *sql.Tx) error {
		r, err := tx.ExecContext(ctx, `UPDATE deliveries SET state = 'sending', tries = tries + 1, looks = 0, claimed = ?2
			WHERE id = ?1 AND state = 'pending' AND EXISTS (SELECT 1`+deliveryTables+`WHERE d.id = ?1 AND `+ready+`)`, id, stamp(now))
		if err != nil {
			return err
		}
		n, err := r.RowsAffected()
		if err != nil || n == 0 {
			return err
		}
		claimed = true
		d, err = scanDelivery(tx.QueryRowContext(ctx, `SELECT `+deliveryColumns+deliveryTables+`WHERE d.id = ?`, id))
		return err
	})
	if err != nil || !claimed {
		return news.Delivery{}, false, err
	}
	return d, true, nil
}

// Save stores the state of a delivery. Its key, kind, part and what it carries are fixed for ever.
func (db *DB) Save(ctx context.Context, d news.Delivery) error {
	doing := "save delivery " + d.Key
	return db.update(ctx, "delivery", doing, func(tx *sql.Tx) error {
		if err := drawnElsewhere(ctx, tx, d); err != nil {
			return err
		}
		r, err := tx.ExecContext(ctx, `UPDATE deliveries SET channel = ?, level = ?, state = ?, tries = ?, looks = ?, channel_id = ?,
			ts = ?, thread = ?, next = ?, claimed = ?, error = ?, swept = ? WHERE id = ? AND key = ?`, d.Channel, d.Level,
			string(d.State), d.Tries, d.Looks, d.ChannelID, d.TS, d.Thread, stamp(d.Next), stamp(d.Claimed), d.Error, d.Swept,
			d.ID, d.Key)
		if err != nil {
			return err
		}
		n, err := r.RowsAffected()
		if err == nil && n == 0 {
			return errors.New("there is no such delivery")
		}
		return err
	})
}

// Queued counts the deliveries that were not sent yet.
func (db *DB) Queued(ctx context.Context) (int, error) {
	var n int
	err := db.read.QueryRowContext(ctx, `SELECT count(*) FROM deliveries WHERE state <> 'sent'`).Scan(&n)
	return n, advised("count the outbox", err)
}

// Redirect gives the digests and briefs of a topic that were not posted yet, and its hello, to another
// channel, and counts their messages: a channel that was wrong in the configuration is mended there. A digest whose first
// message may stand in its channel already stays with it.
func (db *DB) Redirect(ctx context.Context, topicKey, channel string) (int, error) {
	var n int64
	err := db.update(ctx, "redirect", "redirect the queued digests of "+topicKey, func(tx *sql.Tx) error {
		r, err := tx.ExecContext(ctx, `UPDATE deliveries SET channel = ?2, channel_id = '', next = 0
			WHERE state IN ('pending', 'blocked') AND channel <> ?2
			AND digest IN (SELECT p.digest FROM deliveries p INDEXED BY deliveries_open JOIN digests g ON g.key = p.digest
				WHERE p.state <> 'sent' AND g.topic = ?1 AND p.part = 1 AND p.state IN ('pending', 'blocked'))`, topicKey, channel)
		if err != nil {
			return err
		}
		if n, err = r.RowsAffected(); err != nil {
			return err
		}
		for _, prefix := range []string{HelloKey, briefPrefix} {
			r, err = tx.ExecContext(ctx, `UPDATE deliveries SET channel = ?2, channel_id = '', next = 0
				WHERE state IN ('pending', 'blocked') AND channel <> ?2 AND substr(notice, 1, length(?1)) = ?1
				AND notice IN (SELECT p.notice FROM deliveries p INDEXED BY deliveries_open
					WHERE p.state <> 'sent' AND p.part = 1 AND p.state IN ('pending', 'blocked'))`, prefix+topicKey+"/", channel)
			if err != nil {
				return err
			}
			more, err := r.RowsAffected()
			if n += more; err != nil {
				return err
			}
		}
		return nil
	})
	return int(n), err
}
