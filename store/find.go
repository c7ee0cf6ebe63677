package store

import (
	"context"
	"time"

	"newsvigil/news"
)

// Search hands over the articles that were fetched since then, the newest first and at most so many, with
// their texts where these are still stored, until found says that it is enough.
func (db *DB) Search(ctx context.Context, since time.Time, most int, found func(news.Article) (enough bool)) error {
	rows, err := db.read.QueryContext(ctx, `SELECT `+articleColumns+bodyColumn+` FROM articles a INDEXED BY articles_fetched
		WHERE a.fetched >= ? ORDER BY a.fetched DESC, a.id DESC LIMIT ?`, stamp(since), most)
	if err != nil {
		return advised("look through the articles", err)
	}
	defer rows.Close()
	for rows.Next() {
		a, err := scanArticle(rows)
		if err != nil {
			return advised("look through the articles", err)
		}
		if found(a) {
			return nil
		}
	}
	return advised("look through the articles", rows.Err())
}
