package store

import (
	"cmp"
	"context"
	"database/sql"

	"newsvigil/news"
)

// Stray is a source that is remembered and no longer configured under its name.
type Stray struct {
	// Key is the one under which it is remembered.
	Key string
	// Name is the one under which its newest piece is stored; "" where none is.
	Name string
	// URLs are addresses of its newest pieces, at most the number that was asked for.
	URLs []string
}

// Strays lists the sources that were polled and are none of the named ones, each with addresses of its
// newest pieces, at most most of them.
func (db *DB) Strays(ctx context.Context, sources []string, most int) ([]Stray, error) {
	keys := make([]string, len(sources))
	for i, name := range sources {
		keys[i] = news.Slug(name)
	}
	rows, err := db.read.QueryContext(ctx, `SELECT source_key FROM health WHERE source_key NOT IN (SELECT value FROM json_each(?)) ORDER BY 1`, words(keys))
	text := func(r row) (string, error) {
		var s string
		err := r.Scan(&s)
		return s, err
	}
	strays, err := collect(rows, err, text)
	if err != nil {
		return nil, advised("list the sources that are configured no more", err)
	}
	var out []Stray
	for _, key := range strays {
		s := Stray{Key: key}
		rows, err := db.read.QueryContext(ctx, `SELECT url, source FROM articles WHERE source_key = ? ORDER BY fetched DESC LIMIT ?`, key, most)
		s.URLs, err = collect(rows, err, func(r row) (url string, err error) {
			name := ""
			err = r.Scan(&url, &name)
			s.Name = cmp.Or(s.Name, name)
			return url, err
		})
		if err != nil {
			return nil, advised("list the pieces of "+key, err)
		}
		out = append(out, s)
	}
	return out, nil
}

// Rename gives everything that is remembered of a source, by its key, to a source of another name: its
// pieces, their keys, what waits to be read, how it is doing, and what readers muted. What the other
// source has already stays with that one.
func (db *DB) Rename(ctx context.Context, from, to string) error {
	key := news.Slug(to)
	return db.update(ctx, "adopt", "give the pieces of "+from+" to "+to, func(tx *sql.Tx) error {
		for _, q := range []string{
			`UPDATE articles SET source = ?2, source_key = ?3 WHERE source_key = ?1`,
			`UPDATE candidates SET source = ?2, source_key = ?3 WHERE source_key = ?1`,
			`UPDATE OR IGNORE health SET source = ?2, source_key = ?3 WHERE source_key = ?1`,
			`UPDATE OR IGNORE mutes SET outlet = ?2, source = ?3 WHERE source = ?1`,
			`UPDATE OR IGNORE quarantines SET outlet = ?2, source = ?3 WHERE source = ?1`,
		} {
			if _, err := tx.ExecContext(ctx, q, from, to, key); err != nil {
				return err
			}
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM health WHERE source_key = ?`, from); err != nil {
			return err
		}
		const renamed = ` SET key = ?2 || substr(key, length(?1) + 1) WHERE substr(key, 1, length(?1)) = ?1`
		for _, q := range []string{
			`UPDATE OR IGNORE candidates` + renamed, `UPDATE OR IGNORE aliases` + renamed, `UPDATE OR IGNORE recalled` + renamed,
			`UPDATE polls SET heads = replace(heads, '"' || ?1, '"' || ?2) WHERE heads <> ''`,
		} {
			if _, err := tx.ExecContext(ctx, q, "id:"+from+":", "id:"+key+":"); err != nil {
				return err
			}
		}
		return nil
	})
}
