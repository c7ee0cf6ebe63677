package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"newsvigil/news"
)

// Redraw is a message that does not show yet what its digest, or what readers said of it, has become.
type Redraw struct {
	Digest string
	Part   int
	// ChannelID and TS are where the message stands.
	ChannelID, TS string
	// Revision is the one to show.
	Revision int
	// Fails counts the tries that failed in a row.
	Fails int
}

// drawAnew asks for one more revision of a message. Where its place is not known it is that of its delivery,
// once it is posted. Whoever knows the place looks at the message, so that a wait after failures ends. What was
// done elsewhere than below a message asks for nothing.
func drawAnew(ctx context.Context, tx *sql.Tx, p Press) error {
	if p.Digest == "" || p.Part < 1 {
		return nil
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO redraws (digest, part, channel_id, ts, revision, shown) VALUES (?1, ?2, ?3, ?4, 1, 0)
		ON CONFLICT (digest, part) DO UPDATE SET revision = revision + 1, next = CASE WHEN ?4 <> '' THEN 0 ELSE next END,
		channel_id = CASE WHEN ?4 <> '' THEN ?3 ELSE channel_id END, ts = CASE WHEN ?4 <> '' THEN ?4 ELSE ts END`,
		p.Digest, p.Part, p.ChannelID, p.TS)
	return err
}

// drawnElsewhere asks for a message to be drawn anew that was changed in another place than the delivery names
// from now on: of two that stood, a sweep left the one that nobody has changed. While an outlet is quarantined
// that one may lead to it although the other never did.
func drawnElsewhere(ctx context.Context, tx *sql.Tx, d news.Delivery) error {
	if d.TS == "" {
		return nil
	}
	var wanted bool
	err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM deliveries d WHERE d.id = ?3 AND d.ts <> '' AND d.ts <> ?4)
		AND (EXISTS (SELECT 1 FROM redraws WHERE digest = ?1 AND part = ?2) OR EXISTS (SELECT 1 FROM quarantines WHERE lifted = 0))`,
		d.Of, d.Part, d.ID, d.TS).Scan(&wanted)
	if err != nil || !wanted {
		return err
	}
	return drawAnew(ctx, tx, Press{Digest: d.Of, Part: d.Part, ChannelID: d.ChannelID, TS: d.TS})
}

// DrawAnew asks for parts of a digest to be drawn anew in Slack, from what is stored by then. What is not
// posted yet is drawn once it is. A daemon sees to it within half a minute, whichever process asked.
func (db *DB) DrawAnew(ctx context.Context, digest string, parts ...int) error {
	return db.update(ctx, "revise", "ask for messages to be drawn anew", func(tx *sql.Tx) error {
		for _, part := range parts {
			if err := drawAnew(ctx, tx, Press{Digest: digest, Part: part}); err != nil {
				return err
			}
		}
		return nil
	})
}

// Redraws lists the messages that are to be drawn anew now. Those whose part is not posted yet, and those
// that wait after a failure, are none of them; a wait that no failure explains is over.
func (db *DB) Redraws(ctx context.Context) ([]Redraw, error) {
	now := db.now()
	rows, err := db.read.QueryContext(ctx, `SELECT r.digest, r.part, coalesce(d.channel_id, r.channel_id), coalesce(d.ts, r.ts), r.revision, r.fails
		FROM redraws r LEFT JOIN deliveries d ON d.digest = r.digest AND d.part = r.part AND d.state = 'sent' AND d.ts <> ''
		WHERE r.shown < r.revision AND (r.ts <> '' OR d.ts IS NOT NULL) AND (r.next <= ? OR r.next > ?) GROUP BY r.digest, r.part ORDER BY r.digest, r.part`,
		stamp(now), stamp(tooFar(now)))
	all, err := collect(rows, err, func(r row) (d Redraw, err error) {
		err = r.Scan(&d.Digest, &d.Part, &d.ChannelID, &d.TS, &d.Revision, &d.Fails)
		return d, err
	})
	return all, advised("list the messages to draw anew", err)
}

// Undrawn reports whether a message of a digest is to be drawn anew still, be it now or after a wait.
func (db *DB) Undrawn(ctx context.Context, digest string) (yes bool, err error) {
	err = db.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM redraws WHERE digest = ? AND shown < revision)`, digest).Scan(&yes)
	return yes, advised("look for messages to draw anew", err)
}

// SaveRedrawn notes that a message shows a revision, or never will. One that was asked for since is still
// to come.
func (db *DB) SaveRedrawn(ctx context.Context, r Redraw) error {
	return db.update(ctx, "redraw", "note that a message was drawn anew", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE redraws SET shown = max(shown, ?3), fails = 0, next = 0 WHERE digest = ?1 AND part = ?2`, r.Digest, r.Part, r.Revision)
		return err
	})
}

// PostponeRedraw notes that a message could not be drawn anew, and when that is tried again.
func (db *DB) PostponeRedraw(ctx context.Context, r Redraw, next time.Time) error {
	return db.update(ctx, "redraw", "note that a message could not be drawn anew", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE redraws SET fails = ?3, next = ?4 WHERE digest = ?1 AND part = ?2`, r.Digest, r.Part, r.Fails+1, stamp(next))
		return err
	})
}

// Revision is what a digest that was posted becomes.
type Revision struct {
	Digest news.Digest
	// Parts are those that show the change.
	Parts []int
}

// SaveRevision changes a stored digest, and asks for the messages that show it to be drawn anew, in one
// transaction. Revise is given the digest as it stands, and says false where nothing is to be changed; it
// must not use the database. What the digest announced, its key and its slot stay.
func (db *DB) SaveRevision(ctx context.Context, key string, revise func(news.Digest) (Revision, bool)) (changed bool, err error) {
	err = db.update(ctx, "revise", "change digest "+key, func(tx *sql.Tx) error {
		var was []byte
		if err := tx.QueryRowContext(ctx, `SELECT body FROM digests WHERE key = ?`, key).Scan(&was); err != nil {
			return err
		}
		var d news.Digest
		if err := json.Unmarshal(was, &d); err != nil {
			return err
		}
		var r Revision
		if r, changed = revise(d); !changed {
			return nil
		}
		body, err := object(r.Digest)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE digests SET body = ? WHERE key = ?`, body, key); err != nil {
			return err
		}
		for _, part := range r.Parts {
			if err := drawAnew(ctx, tx, Press{Digest: key, Part: part}); err != nil {
				return err
			}
		}
		return nil
	})
	return changed && err == nil, err
}
