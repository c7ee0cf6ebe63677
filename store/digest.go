package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"newsvigil/news"
)

// SaveDigest stores a digest with its deliveries and marks what it shows as announced to the topic,
// all in one transaction. Manual digests use up no slot. Where a digest of the key exists nothing
// changes and created is false, so that a slot is never told twice. Deliveries without a state are
// pending; kind and digest key are filled in. In a DB that Without gave, its digests are taken back; the
// error holds ErrUnderWay where one of them may stand in a channel by now.
func (db *DB) SaveDigest(ctx context.Context, topicKey string, manual bool, d news.Digest, ds []news.Delivery) (created bool, err error) {
	body, err := object(d)
	if err != nil {
		return false, fmt.Errorf("save digest %s: %w", d.Key, err)
	}
	err = db.update(ctx, "digest", "save digest "+d.Key, func(tx *sql.Tx) error {
		created, err = db.addDigest(ctx, tx, storedDigest{Digest: d, topic: topicKey, manual: manual, body: body, deliveries: ds})
		return err
	})
	return created && err == nil, err
}

// storedDigest is a digest on its way into the database.
type storedDigest struct {
	news.Digest
	topic, body   string
	manual, alert bool
	deliveries    []news.Delivery
}

// addDigest adds a digest with what it announces and its deliveries; false where its key exists.
func (db *DB) addDigest(ctx context.Context, tx *sql.Tx, d storedDigest) (bool, error) {
	now := db.now()
	r, err := tx.ExecContext(ctx, `INSERT INTO digests (key, topic, slot, manual, alert, created, body) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (key) DO NOTHING`, d.Key, d.topic, stamp(d.Slot), d.manual, d.alert, stamp(now), d.body)
	if err != nil {
		return false, err
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return false, err
	}
	if err := db.takeBack(ctx, tx); err != nil {
		return false, err
	}
	if err := announce(ctx, tx, d.topic, d.Digest); err != nil {
		return false, err
	}
	for _, v := range d.deliveries {
		v.Kind, v.Of = news.DeliverDigest, d.Key
		if err := addDelivery(ctx, tx, v, now); err != nil {
			return false, err
		}
	}
	return true, nil
}

// announce marks the articles of a digest's items. An article that two items show is marked as the
// first of them, which are ordered by weight.
func announce(ctx context.Context, tx *sql.Tx, topic string, d news.Digest) error {
	for _, items := range [][]news.Item{d.Lead, d.Lines, d.Rest} {
		for _, it := range items {
			if err := announceItem(ctx, tx, announcement{topic, d.Key, cmp.Or(it.Kind, news.ItemNew), d.Slot}, it); err != nil {
				return err
			}
		}
	}
	for _, it := range d.Near {
		if err := announceItem(ctx, tx, announcement{topic, d.Key, news.ItemNear, d.Slot}, it); err != nil {
			return err
		}
	}
	return nil
}

// announcement is what is said of an article in a digest.
type announcement struct {
	topic, digest string
	kind          news.ItemKind
	at            time.Time
}

func announceItem(ctx context.Context, tx *sql.Tx, n announcement, it news.Item) error {
	articles := it.Articles
	if it.Article != 0 {
		articles = append(articles[:len(articles):len(articles)], it.Article)
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO announced (article, topic, digest, kind, at)
		SELECT value, ?2, ?3, ?4, ?5 FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING`,
		numbers(articles), n.topic, n.digest, string(n.kind), stamp(n.at))
	return err
}

// Digest reads a digest.
func (db *DB) Digest(ctx context.Context, key string) (news.Digest, error) {
	var d news.Digest
	err := db.body(ctx, `SELECT body FROM digests WHERE key = ?`, key, &d)
	return d, advised("read digest "+key, err)
}

// body reads one JSON column by key.
func (db *DB) body(ctx context.Context, query, key string, to any) error {
	var b []byte
	if err := db.read.QueryRowContext(ctx, query, key).Scan(&b); err != nil {
		return err
	}
	return json.Unmarshal(b, to)
}

// LastDigest is the slot of the topic's last digest, manual ones included, alerts not; ok is false
// before the first. Digests of more than a day ahead, made while the clock was wrong, are passed over.
func (db *DB) LastDigest(ctx context.Context, topicKey string) (slot time.Time, ok bool, err error) {
	return db.lastSlot(ctx, `SELECT slot FROM digests WHERE topic = ? AND alert = 0 AND slot <= ? AND key NOT IN (SELECT value FROM json_each(?)) ORDER BY slot DESC LIMIT 1`, topicKey)
}

// LastSlot is the topic's last slot that was used, manual digests left out; ok is false before the
// first.
func (db *DB) LastSlot(ctx context.Context, topicKey string) (slot time.Time, ok bool, err error) {
	return db.lastSlot(ctx, `SELECT slot FROM digests WHERE topic = ? AND manual = 0 AND alert = 0 AND slot <= ? AND key NOT IN (SELECT value FROM json_each(?)) ORDER BY slot DESC LIMIT 1`, topicKey)
}

func (db *DB) lastSlot(ctx context.Context, query, topic string) (slot time.Time, ok bool, err error) {
	err = db.read.QueryRowContext(ctx, query, topic, stamp(db.now().Add(24*time.Hour)), words(db.without)).Scan(instant{&slot})
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, false, nil
	}
	return slot, err == nil, advised("read the last digest of "+topic, err)
}

// LastComposed is the moment up to which the topic's digests count what was read: when the last of them was
// composed, alerts apart, and zero before the first. The crawl before a digest starts at its slot, so the
// slot is too early. It is taken all the same where the digest is known from its channel alone, which tells
// when it was posted and not when it was composed, and where the clock was wrong and has been set back.
func (db *DB) LastComposed(ctx context.Context, topicKey string) (at time.Time, err error) {
	now := db.now()
	err = db.read.QueryRowContext(ctx, `SELECT coalesce(max(CASE WHEN created > ?2 OR EXISTS (SELECT 1 FROM recalled r WHERE r.digest = digests.key) THEN slot ELSE created END), 0)
		FROM digests WHERE topic = ?1 AND alert = 0 AND slot <= ?3 AND key NOT IN (SELECT value FROM json_each(?4))`,
		topicKey, stamp(now), stamp(now.Add(24*time.Hour)), words(db.without)).Scan(instant{&at})
	return at, advised("read when the last digest of "+topicKey+" was composed", err)
}

// Totals counts the pieces read since then, those of them on topic, and the outlets polled well. What
// a digest makes of them (Stories, Muted, Trouble) is left 0.
func (db *DB) Totals(ctx context.Context, topicKey string, since time.Time) (news.Totals, error) {
	var t news.Totals
	err := db.read.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM articles WHERE fetched >= ?2),
		(SELECT count(*) FROM articles a INDEXED BY articles_fetched CROSS JOIN scores s ON s.article = a.id AND s.topic = ?1 WHERE a.fetched >= ?2 AND `+relevantTo+`),
		(SELECT count(*) FROM health WHERE good <> 0 AND good >= ?2)`, topicKey, stamp(since)).Scan(&t.Read, &t.OnTopic, &t.Outlets)
	return t, advised("count pieces for "+topicKey, err)
}
