package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"newsvigil/news"
)

// recallRun is the name, before the topic's key, under which the database knows that a topic was
// recalled; copiedRun marks a file that is a copy, made at that time.
const (
	recallRun = "recall/"
	copiedRun = "copied"
)

// Recalled is a digest that stands in a channel, whoever has forgotten it.
type Recalled struct {
	// Digest has its key, topic, channel, language and slot; what it told is not known.
	Digest news.Digest
	// Manual says that the digest used up no slot, Alert that it was sent at once.
	Manual, Alert bool
	// Posted is when its first message was posted.
	Posted time.Time
	// Keys are those of the pieces that its messages link to, near misses apart; see address.Key.
	Keys, Near []string
}

// RecallDue reports whether nobody knows if the database remembers all that was posted for a topic: it
// was begun anew since, or is a copy that was brought back. SaveRecall ends that.
func (db *DB) RecallDue(ctx context.Context, topicKey string) (bool, error) {
	_, known, err := db.LastRun(ctx, recallRun+topicKey)
	return !known, err
}

// SaveRecall stores what the history of a topic's channel says, and that the topic is recalled, in one
// transaction. Digests that are stored already stay as they are; the others count as made, so that
// their slots are never told again, and the pieces they link to as announced, also those that are
// stored only later. The candidates are the pieces themselves where no article of them is stored: read
// again, they tell which pieces of other outlets are copies of them.
func (db *DB) SaveRecall(ctx context.Context, topicKey string, found []Recalled, again []news.Candidate) error {
	now := db.now()
	return db.update(ctx, "recall", "store what was posted before for "+topicKey, func(tx *sql.Tx) error {
		for _, r := range found {
			if err := recallDigest(ctx, tx, topicKey, r); err != nil {
				return err
			}
		}
		for _, c := range again {
			if err := addCandidate(ctx, tx, c, now); err != nil {
				return err
			}
		}
		for _, q := range []string{allPieces, allStories} {
			if _, err := tx.ExecContext(ctx, q); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO runs (schedule, at) VALUES (?, ?)`, recallRun+topicKey, stamp(now))
		return err
	})
}

func recallDigest(ctx context.Context, tx *sql.Tx, topicKey string, r Recalled) error {
	body, err := object(r.Digest)
	if err != nil {
		return err
	}
	res, err := tx.ExecContext(ctx, `INSERT INTO digests (key, topic, slot, manual, alert, created, body) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (key) DO NOTHING`, r.Digest.Key, topicKey, stamp(r.Digest.Slot), r.Manual, r.Alert, stamp(r.Posted), body)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return err
	}
	for near, keys := range [][]string{r.Keys, r.Near} { // what is in both was announced
		_, err := tx.ExecContext(ctx, `INSERT INTO recalled (digest, key, near) SELECT ?1, j.value, ?2 FROM json_each(?3) j
			WHERE true ON CONFLICT DO NOTHING`, r.Digest.Key, near, words(keys))
		if err != nil {
			return err
		}
	}
	return nil
}

// What a recall marks as announced: the articles that recalled digests link to (pieces), and the others
// of their stories that were published by then: a message links to the piece that stands for a story,
// and to few or none of the others. One that came later may be an update.
const (
	markPieces = `INSERT INTO announced (article, topic, digest, kind, at)
		SELECT k.article, g.topic, g.key, CASE WHEN min(r.near) THEN 'near' WHEN g.alert THEN 'alerted' ELSE 'new' END, g.slot FROM `
	oncePieces = ` GROUP BY k.article, g.key ORDER BY g.slot ON CONFLICT DO NOTHING`
	allPieces  = markPieces + `recalled r CROSS JOIN aliases k ON k.key = r.key JOIN digests g ON g.key = r.digest WHERE true` + oncePieces
	itsPieces  = markPieces + `aliases k CROSS JOIN recalled r ON r.key = k.key JOIN digests g ON g.key = r.digest WHERE k.article = ?1` + oncePieces

	markStories = `INSERT INTO announced (article, topic, digest, kind, at) SELECT DISTINCT b.id, n.topic, n.digest, n.kind, n.at FROM `
	onceStories = ` CROSS JOIN digests g ON g.key = n.digest CROSS JOIN articles b ON b.story = m.story
		LEFT JOIN scores s ON s.article = b.id AND s.topic = n.topic
		WHERE n.kind IN ('new', 'alerted') AND b.published <> 0 AND b.published <= g.created
		AND (` + relevantTo + ` OR b.relation IN ('text', 'copy', 'update')) ON CONFLICT DO NOTHING`
	allStories = markStories + `(SELECT DISTINCT digest FROM recalled) r CROSS JOIN announced n ON n.digest = r.digest
		CROSS JOIN articles m ON m.id = n.article` + onceStories
	itsStory = markStories + `articles x CROSS JOIN articles m ON m.story = x.story AND x.id = ?1 CROSS JOIN announced n ON n.article = m.id
		AND EXISTS (SELECT 1 FROM recalled r WHERE r.digest = n.digest)` + onceStories
)

// recalled marks an article, and the others of its story, where a recalled digest told of them.
func (s *saving) recalled(article int64) error {
	var any bool
	if err := s.tx.QueryRowContext(s.ctx, `SELECT EXISTS (SELECT 1 FROM recalled)`).Scan(&any); err != nil || !any {
		return err
	}
	for _, q := range []string{itsPieces, itsStory} {
		if _, err := s.tx.ExecContext(s.ctx, q, article); err != nil {
			return err
		}
	}
	return nil
}

// markCopy makes a file say that it is a copy: while it lay aside, the database it was made from went
// on. So what was posted since is recalled before anything is posted, and what waited in the outbox is
// looked for in its channel first, as after a post without an answer. A digest that certainly was not
// posted yet is taken back, for it may have been folded into a later one since, under whose key alone its
// stories then stand in the channel; where they do not, the next digest tells them. All of it also holds
// in a file of an older schema.
func markCopy(ctx context.Context, file string, at time.Time) error {
	settings := writerSettings(tuning{}.orDefault())
	settings.Set("_journal_mode", "DELETE") // nothing is left beside the file
	pool, err := sql.Open("sqlite3", dsn(file, settings))
	if err != nil {
		return err
	}
	defer pool.Close()
	pool.SetMaxOpenConns(1)
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after a commit
	var queued string
	if err := tx.QueryRowContext(ctx, unpostedKeys, nil, news.LooksRefused).Scan(&queued); err != nil {
		return err
	}
	if err := removeDigests(ctx, tx, queued); err != nil {
		return err
	}
	for _, q := range []string{
		fmt.Sprintf(`INSERT OR REPLACE INTO runs (schedule, at) VALUES ('%s', %d)`, copiedRun, stamp(at)),
		`DELETE FROM runs WHERE schedule LIKE '` + recallRun + `%'`,
		`UPDATE deliveries SET tries = max(tries, 1), looks = 0, claimed = CASE claimed WHEN 0 THEN created ELSE claimed END
			WHERE state <> 'sent'`,
	} {
		if _, err := tx.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	return tx.Commit()
}
