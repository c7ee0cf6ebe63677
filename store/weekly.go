package store

import (
	"context"
	"time"

	"newsvigil/news"
)

// Fared is what became of a digest: of its first message, without which there are no others.
type Fared struct {
	Key, Topic string
	Slot       time.Time
	// Own says that it is the digest of a slot: neither made by hand nor an alert.
	Own bool
	// State is empty where the digest was found in its channel, or no message is known.
	State news.DeliveryState
	// Posted is when it was posted last, or tried to be; Error why it was refused last.
	Posted time.Time
	Error  string
}

// FaredSince tells how the digests of slots after since fared, alerts and digests made by hand among
// them, in the order of their slots.
func (db *DB) FaredSince(ctx context.Context, since time.Time) ([]Fared, error) {
	rows, err := db.read.QueryContext(ctx, `SELECT g.key, g.topic, g.slot, g.manual = 0 AND g.alert = 0,
			coalesce(d.state, ''), coalesce(d.claimed, 0), coalesce(d.error, '')
		FROM digests g LEFT JOIN deliveries d ON d.digest = g.key AND d.part = 1
		WHERE g.slot > ? ORDER BY g.slot, g.key`, stamp(since))
	all, err := collect(rows, err, func(r row) (Fared, error) {
		var f Fared
		err := r.Scan(&f.Key, &f.Topic, instant{&f.Slot}, &f.Own, &f.State, instant{&f.Posted}, &f.Error)
		return f, err
	})
	if err != nil {
		return nil, advised("read how digests fared", err)
	}
	return all, nil
}

// ToldSince counts the stories that a topic's digests and alerts of slots after since told.
func (db *DB) ToldSince(ctx context.Context, topicKey string, since time.Time) (int, error) {
	var n int
	err := db.read.QueryRowContext(ctx, `SELECT count(DISTINCT a.story) FROM digests g CROSS JOIN announced n ON n.digest = g.key
		CROSS JOIN articles a ON a.id = n.article WHERE g.topic = ? AND g.slot > ? AND n.kind IN ('new', 'updated', 'alerted')`,
		topicKey, stamp(since)).Scan(&n)
	return n, advised("count the stories told on "+topicKey, err)
}

// SaidSince counts what readers said since then, by label.
func (db *DB) SaidSince(ctx context.Context, since time.Time) (map[news.Label]int, error) {
	rows, err := db.read.QueryContext(ctx, `SELECT label, count(*) FROM feedback WHERE at >= ? GROUP BY label`, stamp(since))
	said := map[news.Label]int{}
	_, err = collect(rows, err, func(r row) (struct{}, error) {
		var label news.Label
		var n int
		err := r.Scan(&label, &n)
		said[label] = n
		return struct{}{}, err
	})
	if err != nil {
		return nil, advised("count what readers said", err)
	}
	return said, nil
}

// NoticesSince lists the notices whose keys begin with prefix and that were made since then, the earliest
// first.
func (db *DB) NoticesSince(ctx context.Context, prefix string, since time.Time) ([]news.Notice, error) {
	rows, err := db.read.QueryContext(ctx, `SELECT body FROM notices WHERE created >= ?1 AND substr(key, 1, length(?2)) = ?2 ORDER BY created, key`,
		stamp(since), prefix)
	all, err := collect(rows, err, func(r row) (news.Notice, error) {
		var n news.Notice
		err := r.Scan(decoded{&n})
		return n, err
	})
	if err != nil {
		return nil, advised("read what was told", err)
	}
	return all, nil
}

// RunsOf lists when the schedules ran whose names begin with prefix, by the rest of the name.
func (db *DB) RunsOf(ctx context.Context, prefix string) (map[string]time.Time, error) {
	rows, err := db.read.QueryContext(ctx, `SELECT substr(schedule, length(?1) + 1), at FROM runs WHERE substr(schedule, 1, length(?1)) = ?1`, prefix)
	runs := map[string]time.Time{}
	_, err = collect(rows, err, func(r row) (struct{}, error) {
		var name string
		var at time.Time
		err := r.Scan(&name, instant{&at})
		runs[name] = at
		return struct{}{}, err
	})
	if err != nil {
		return nil, advised("read the runs of "+prefix, err)
	}
	return runs, nil
}
