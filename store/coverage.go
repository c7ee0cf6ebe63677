package store

import (
	"context"
	"database/sql"
	"time"

	"newsvigil/news"
)

// routeBits are the routes in the sum that candidates.routes holds.
var routeBits = map[news.Route]int{news.RouteFeed: 1, news.RouteSitemap: 2, news.RouteSection: 4, news.RouteWordPress: 8}

// Coverage is what each route of a source caught.
type Coverage struct {
	// Pieces counts the pieces that any route showed.
	Pieces int
	// Showed counts the pieces that a route showed, Only those that no other route did.
	Showed, Only map[news.Route]int
}

// showedBy notes which route showed the pieces. A piece that is known by another address than the one
// that its candidate has is found by way of its article.
func showedBy(ctx context.Context, tx *sql.Tx, shown []news.Candidate) error {
	keys := map[int][]string{}
	for _, c := range shown {
		if bit := routeBits[c.Route]; bit != 0 {
			keys[bit] = append(keys[bit], c.Key)
		}
	}
	for bit, list := range keys {
		_, err := tx.ExecContext(ctx, `WITH shown AS (SELECT value AS key FROM json_each(?1))
			UPDATE candidates SET routes = routes | ?2 WHERE routes & ?2 = 0 AND key IN (
				SELECT key FROM shown
				UNION SELECT other.key FROM shown JOIN aliases one ON one.key = shown.key JOIN aliases other ON other.article = one.article)`,
			words(list), bit)
		if err != nil {
			return err
		}
	}
	return nil
}

// Coverage tells by source key what the routes of each source caught of the pieces found since then.
// What turned out to be old or no article at all does not count.
func (db *DB) Coverage(ctx context.Context, since time.Time) (map[string]Coverage, error) {
	rows, err := db.read.QueryContext(ctx, `SELECT source_key, routes, count(*) FROM candidates
		WHERE found >= ? AND routes <> 0 AND outcome NOT IN (?, ?) GROUP BY source_key, routes`,
		stamp(since), string(news.OutcomeOld), string(news.OutcomeNotArticle))
	all := map[string]Coverage{}
	_, err = collect(rows, err, func(r row) (struct{}, error) {
		var key string
		var sum, n int
		err := r.Scan(&key, &sum, &n)
		c, ok := all[key]
		if !ok {
			c = Coverage{Showed: map[news.Route]int{}, Only: map[news.Route]int{}}
		}
		c.Pieces += n
		for route, bit := range routeBits {
			if sum&bit != 0 {
				c.Showed[route] += n
			}
			if sum == bit {
				c.Only[route] += n
			}
		}
		all[key] = c
		return struct{}{}, err
	})
	if err != nil {
		return nil, advised("read what the routes caught", err)
	}
	return all, nil
}

// LastNew is when a source last showed a piece that was new: when it was found or, of those that were
// there when the source was first looked at, when it was published. The zero time means never.
func (db *DB) LastNew(ctx context.Context, sourceName string) (time.Time, error) {
	var t time.Time
	err := db.read.QueryRowContext(ctx, `SELECT max(at) FROM (
		SELECT CASE WHEN baseline = 1 AND published BETWEEN 1 AND found THEN published ELSE found END AS at FROM candidates
		WHERE source_key = ? AND outcome <> ? ORDER BY found DESC LIMIT 500)`,
		news.Slug(sourceName), string(news.OutcomeNotArticle)).Scan(instant{&t})
	return t, advised("read when "+sourceName+" last showed something new", err)
}

// Window is how many pieces the shortest feed of a source showed in its last full answer; 0 where no
// feed is known.
func (db *DB) Window(ctx context.Context, sourceName string) (int, error) {
	var n sql.NullInt64
	err := db.read.QueryRowContext(ctx, `SELECT min(candidates) FROM polls WHERE source = ? AND route = ? AND candidates > 0`,
		sourceName, string(news.RouteFeed)).Scan(&n)
	return int(n.Int64), advised("read the length of the feeds of "+sourceName, err)
}
