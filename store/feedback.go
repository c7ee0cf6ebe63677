package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"newsvigil/news"
)

// Said is what a reader said, with what that sets going.
type Said struct {
	news.Feedback
	// Key is the piece's; see address.Key. By it the article is found that is stored only later.
	Key string
	// Candidate is the piece, to be read, where nothing is stored of it; nil where it need not be.
	Candidate *news.Candidate
	// Rescue is the score with which the piece goes into the topic's next digest; nil where it does not.
	Rescue *news.Score
}

// SaveFeedback keeps what readers said, each in the place of what the same reader said of the piece
// before, in one transaction: all of it is kept, or none. A candidate that waits or was refused stays as it
// is; one that was dropped for its age, or could not be read, is read again. A piece that a digest has
// announced is not announced again by a rescue. Stands is worked out, whatever is given.
func (db *DB) SaveFeedback(ctx context.Context, said ...Said) error {
	now := db.now()
	doing := fmt.Sprintf("save %d words of feedback", len(said))
	if len(said) == 1 {
		doing = "save the feedback on " + said[0].URL
	}
	return db.update(ctx, "feedback", doing, func(tx *sql.Tx) error {
		for _, s := range said {
			if err := saveFeedback(ctx, tx, s, now); err != nil {
				return err
			}
		}
		return nil
	})
}

func saveFeedback(ctx context.Context, tx *sql.Tx, s Said, now time.Time) error {
	f := s.Feedback
	_, err := tx.ExecContext(ctx, `INSERT INTO feedback (topic, url, by, article, key, label, reason, stands, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (topic, url, by) DO UPDATE SET article = coalesce(excluded.article, article), key = excluded.key, label = excluded.label,
		reason = excluded.reason, stands = CASE excluded.stands WHEN '' THEN stands ELSE excluded.stands END, at = excluded.at`,
		f.Topic, f.URL, f.By, sql.NullInt64{Int64: f.Article, Valid: f.Article != 0}, s.Key, string(f.Label), string(f.Reason), string(f.Speaks()), stamp(f.At))
	if err != nil {
		return err
	}
	if s.Candidate != nil {
		if err := addCandidate(ctx, tx, *s.Candidate, now); err != nil {
			return err
		}
		if err := revive(ctx, tx, *s.Candidate); err != nil {
			return err
		}
	}
	if s.Rescue == nil {
		return nil
	}
	return rescue(ctx, tx, f, *s.Rescue, now)
}

// revive puts a piece that was dropped for its age, or after a failure that may have passed, among those to
// read: a reader wants it.
func revive(ctx context.Context, tx *sql.Tx, c news.Candidate) error {
	_, err := tx.ExecContext(ctx, `UPDATE candidates SET state = 'pending', outcome = '', detail = '', route = ?2, via = ?3, attempts = 0, next = 0
		WHERE key = ?1 AND state = 'dropped' AND outcome IN (?4, ?5, ?6)`,
		c.Key, string(c.Route), c.Via, string(news.OutcomeOld), string(news.OutcomeFailed), string(news.OutcomeGone))
	return err
}

// rescue gives a piece the score by which it belongs into the next digest, whenever it was read.
func rescue(ctx context.Context, tx *sql.Tx, f news.Feedback, score news.Score, now time.Time) error {
	before, err := scanScore(tx.QueryRowContext(ctx, `SELECT `+scoreColumns+` FROM scores s WHERE s.article = ? AND s.topic = ?`, f.Article, f.Topic))
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	kept, err := object(before)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO rescued (topic, article, score, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`, f.Topic, f.Article, kept, stamp(f.At))
	if err != nil {
		return err
	}
	return saveScore(ctx, tx, ArticleScore{Article: f.Article, Score: score}, now)
}

// Feedback lists what readers said for a topic, the earliest first. The article is the one that was stored
// then, or since.
func (db *DB) Feedback(ctx context.Context, topicKey string) ([]news.Feedback, error) {
	rows, err := db.read.QueryContext(ctx, `SELECT topic, url, coalesce(article, (SELECT k.article FROM aliases k WHERE k.key = feedback.key), 0), label, reason, by, at, stands
		FROM feedback WHERE topic = ? ORDER BY at, url, by`, topicKey)
	all, err := collect(rows, err, func(r row) (news.Feedback, error) {
		var f news.Feedback
		err := r.Scan(&f.Topic, &f.URL, &f.Article, &f.Label, &f.Reason, &f.By, instant{&f.At}, &f.Stands)
		return f, err
	})
	if err != nil {
		return nil, advised("read the feedback for "+topicKey, err)
	}
	return all, nil
}

// WithdrawFeedback takes back what was said of an address for a topic, by one reader or, where by is
// empty, by all, and counts what was taken back. A piece that nobody rescues any more gets back the score
// it had, so that no digest shows it that has not done so yet.
func (db *DB) WithdrawFeedback(ctx context.Context, f news.Feedback) (int, error) {
	var n int64
	err := db.update(ctx, "withdrawal", "withdraw the feedback on "+f.URL, func(tx *sql.Tx) error {
		r, err := tx.ExecContext(ctx, `DELETE FROM feedback WHERE topic = ?1 AND url = ?2 AND (?3 = '' OR by = ?3)`, f.Topic, f.URL, f.By)
		if err != nil {
			return err
		}
		if n, err = r.RowsAffected(); err != nil {
			return err
		}
		return abandon(ctx, tx, f, db.now())
	})
	return int(n), err
}

// takeBack takes back all that one reader said of a piece, by whichever of its addresses.
func takeBack(ctx context.Context, tx *sql.Tx, f news.Feedback, now time.Time) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM feedback WHERE topic = ?1 AND by = ?2 AND by <> ''
		AND (url = ?3 OR ?4 <> 0 AND coalesce(article, (SELECT k.article FROM aliases k WHERE k.key = feedback.key)) = ?4)`,
		f.Topic, f.By, f.URL, f.Article)
	if err != nil {
		return err
	}
	return abandon(ctx, tx, f, now)
}

// abandon ends the rescue of a piece where no reader wants it any more.
func abandon(ctx context.Context, tx *sql.Tx, f news.Feedback, now time.Time) error {
	var before news.Score
	err := tx.QueryRowContext(ctx, `DELETE FROM rescued WHERE topic = ?1 AND article = ?2
		AND NOT EXISTS (SELECT 1 FROM feedback f WHERE f.topic = ?1 AND f.article = ?2 AND f.label = 'rescue') RETURNING score`,
		f.Topic, f.Article).Scan(decoded{&before})
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return err
	case before.Topic == "": // it had none
		_, err = tx.ExecContext(ctx, `DELETE FROM scores WHERE topic = ? AND article = ?`, f.Topic, f.Article)
		return err
	}
	return saveScore(ctx, tx, ArticleScore{Article: f.Article, Score: before}, now)
}

// Rescued reports whether a reader put the article into the topic's next digest.
func (db *DB) Rescued(ctx context.Context, topicKey string, article int64) (bool, error) {
	var yes bool
	err := db.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM rescued WHERE topic = ? AND article = ?)`, topicKey, article).Scan(&yes)
	return yes, advised("look for a rescue", err)
}

// EraseReaders takes the user ids off what was said before then, and counts from how many words it took
// one. The words themselves stay, and words of several people on one piece stay several.
func (db *DB) EraseReaders(ctx context.Context, before time.Time) (int, error) {
	n := 0
	err := db.update(ctx, "erasure", "erase old user ids", func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT topic, url, by FROM feedback WHERE at < ?1 AND by <> '' AND substr(by, 1, length(?2)) <> ?2
			ORDER BY topic, url, by`, stamp(before), news.Forgotten)
		old, err := collect(rows, err, func(r row) (f news.Feedback, err error) {
			err = r.Scan(&f.Topic, &f.URL, &f.By)
			return f, err
		})
		if err != nil {
			return err
		}
		n = len(old)
		for _, f := range old {
			if err := forget(ctx, tx, f); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

// storyOf is the story that a word of the feedback x is about; null where nothing is stored of it.
const storyOf = `(SELECT a.story FROM articles a WHERE a.id = coalesce(x.article, (SELECT k.article FROM aliases k WHERE k.key = x.key)))`

// forget puts the first number that is free in the story in the place of a reader, in all that they said of
// it: several people stay several, and one who spoke of two of its pieces stays one.
func forget(ctx context.Context, tx *sql.Tx, f news.Feedback) error {
	var story sql.NullInt64
	err := tx.QueryRowContext(ctx, `SELECT `+storyOf+` FROM feedback x WHERE x.topic = ? AND x.url = ? AND x.by = ?`, f.Topic, f.URL, f.By).Scan(&story)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // with another word on the story
	}
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `WITH RECURSIVE free (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM free
			WHERE EXISTS (SELECT 1 FROM feedback x WHERE x.topic = ?1 AND x.by = ?4 || n AND (x.url = ?2 OR `+storyOf+` = ?5)))
		UPDATE feedback AS x SET by = ?4 || (SELECT max(n) FROM free) WHERE x.topic = ?1 AND x.by = ?3 AND (x.url = ?2 OR `+storyOf+` = ?5)`,
		f.Topic, f.URL, f.By, news.Forgotten, story)
	return err
}
