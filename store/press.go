package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"newsvigil/news"
)

// Press is what a reader did with a button of a message, and the message.
type Press struct {
	// Digest and Part name the message that is to be drawn anew. ChannelID and TS are where it stands;
	// they may be empty where it was pressed before.
	Digest        string
	Part          int
	ChannelID, TS string
	// Said is what was said of a piece; nil where nothing was.
	Said *Said
	// Back is whose word on which piece is taken back; nil where none is. Its By is never empty.
	Back *news.Feedback
	// Mute keeps an outlet out of a channel, Unmute lets it in again; nil where there is none.
	Mute, Unmute *news.Mute
}

// SavePress keeps all that a press means, in one transaction: once it returns nil the press may be
// confirmed, and the message will be drawn anew, whatever happens to the program.
func (db *DB) SavePress(ctx context.Context, p Press) error {
	now := db.now()
	return db.update(ctx, "press", "keep what a reader pressed", func(tx *sql.Tx) error {
		if p.Said != nil {
			if err := saveFeedback(ctx, tx, *p.Said, now); err != nil {
				return err
			}
		}
		if p.Back != nil {
			if err := takeBack(ctx, tx, *p.Back, now); err != nil {
				return err
			}
		}
		if m := p.Mute; m != nil {
			_, err := tx.ExecContext(ctx, `INSERT INTO mutes (channel, source, outlet, at, until) VALUES (?, ?, ?, ?, ?)
				ON CONFLICT (channel, source) DO UPDATE SET outlet = excluded.outlet, until = excluded.until,
				at = CASE WHEN until > excluded.at THEN at ELSE excluded.at END`, m.Channel, m.Source, m.Outlet, stamp(now), stamp(m.Until))
			if err != nil {
				return err
			}
		}
		if m := p.Unmute; m != nil {
			// It is remembered: what digests left out meanwhile must not come in a flood.
			_, err := tx.ExecContext(ctx, `UPDATE mutes SET until = min(until, ?) WHERE channel = ? AND source = ?`, stamp(now), m.Channel, m.Source)
			if err != nil {
				return err
			}
		}
		return drawAnew(ctx, tx, p)
	})
}

// Mutes lists the outlets that readers of a channel do not want to see at a moment, the one muted last
// first. An empty channel means all channels.
func (db *DB) Mutes(ctx context.Context, channel string, at time.Time) ([]news.Mute, error) {
	rows, err := db.read.QueryContext(ctx, `SELECT channel, source, outlet, until FROM mutes WHERE (?1 = '' OR channel = ?1) AND until > ?2
		ORDER BY at DESC, channel, source`, channel, stamp(at))
	all, err := collect(rows, err, func(r row) (m news.Mute, err error) {
		err = r.Scan(&m.Channel, &m.Source, &m.Outlet, instant{&m.Until})
		return m, err
	})
	return all, advised("list the muted outlets", err)
}

// EndedMutes lists the outlets that were muted in a channel and are not any more at a moment, each with its
// last time, the one muted last first.
func (db *DB) EndedMutes(ctx context.Context, channel string, at time.Time) ([]news.Mute, error) {
	rows, err := db.read.QueryContext(ctx, `SELECT channel, source, outlet, at, until FROM mutes WHERE channel = ? AND until <= ?
		ORDER BY at DESC, source`, channel, stamp(at))
	all, err := collect(rows, err, func(r row) (m news.Mute, err error) {
		err = r.Scan(&m.Channel, &m.Source, &m.Outlet, instant{&m.At}, instant{&m.Until})
		return m, err
	})
	return all, advised("list the outlets that were muted", err)
}

// PartOf reads the delivery of a digest's part; false where there is none.
func (db *DB) PartOf(ctx context.Context, digest string, part int) (news.Delivery, bool, error) {
	d, err := scanDelivery(db.read.QueryRowContext(ctx, `SELECT `+deliveryColumns+deliveryTables+`WHERE d.digest = ? AND d.part = ?
		ORDER BY d.id LIMIT 1`, digest, part))
	if errors.Is(err, sql.ErrNoRows) {
		return d, false, nil
	}
	return d, err == nil, advised("read a part of digest "+digest, err)
}
