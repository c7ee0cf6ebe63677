package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"newsvigil/news"
)

// Host is what is remembered of a host; with nothing but its name where it is new.
func (db *DB) Host(ctx context.Context, host string) (news.HostState, error) {
	h := news.HostState{Host: host}
	var throttle int64
	err := db.read.QueryRowContext(ctx, `SELECT robots, robots_status, robots_fetched, robots_good, not_before, failures,
		opened, throttle FROM hosts WHERE host = ?`, host).Scan(&h.Robots, &h.RobotsStatus, instant{&h.RobotsFetched},
		instant{&h.RobotsGood}, instant{&h.NotBefore}, &h.Failures, &h.Opened, &throttle)
	if errors.Is(err, sql.ErrNoRows) {
		return h, nil
	}
	h.Throttle = time.Duration(throttle)
	return h, advised("read the state of "+host, err)
}

// SaveHost replaces what is remembered of a host.
func (db *DB) SaveHost(ctx context.Context, h news.HostState) error {
	return db.update(ctx, "host", "save the state of "+h.Host, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO hosts (host, robots, robots_status, robots_fetched, robots_good,
			not_before, failures, opened, throttle) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, h.Host, h.Robots, h.RobotsStatus,
			stamp(h.RobotsFetched), stamp(h.RobotsGood), stamp(h.NotBefore), h.Failures, h.Opened, int64(h.Throttle))
		return err
	})
}
