package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"newsvigil/news"
)

// articleColumns are what scanArticle reads, but for the body. The keys come back best first.
const articleColumns = `a.id, a.source, a.url, a.canonical,
	(SELECT json_group_array(k.key ORDER BY k.rank) FROM aliases k WHERE k.article = a.id),
	a.title, a.authors, a.published, a.published_offset, a.published_day, a.published_zone, a.published_confidence,
	a.fetched, a.language, a.kind, a.route, a.credit`

// bodyColumn follows articleColumns: with the text, or without.
const (
	bodyColumn   = `, (SELECT x.body FROM texts x WHERE x.article = a.id)`
	noBodyColumn = `, NULL`
)

func scanArticle(r row, more ...any) (news.Article, error) {
	var a news.Article
	var p publication
	to := []any{&a.ID, &a.Source, &a.URL, &a.Canonical, decoded{&a.Keys}, &a.Title, decoded{&a.Authors}}
	to = append(to, p.columns()...)
	to = append(to, instant{&a.Fetched}, &a.Language, &a.Kind, &a.Route, &a.Credit, packed{&a.Text})
	if err := r.Scan(append(to, more...)...); err != nil {
		return a, err
	}
	a.Published = p.instant()
	return a, nil
}

// Article reads one article with its text, which is empty where it was dropped after its time. The
// keys are those the article was stored with, the best first, and then the ones learned since.
func (db *DB) Article(ctx context.Context, id int64) (news.Article, error) {
	a, err := scanArticle(db.read.QueryRowContext(ctx, `SELECT `+articleColumns+bodyColumn+` FROM articles a WHERE a.id = ?`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return a, fmt.Errorf("there is no article %d: %w", id, err)
	}
	return a, advised(fmt.Sprintf("read article %d", id), err)
}

// Background lists the newest articles that have a text and a number above after, the newest first, at most
// limit of them.
func (db *DB) Background(ctx context.Context, after int64, limit int) ([]news.Article, error) {
	rows, err := db.read.QueryContext(ctx, `SELECT `+articleColumns+`, x.body FROM articles a INDEXED BY articles_fetched CROSS JOIN texts x ON x.article = a.id
		WHERE a.id > ? AND length(x.body) > 0 ORDER BY a.fetched DESC, a.id DESC LIMIT ?`, after, limit)
	all, err := collect(rows, err, func(r row) (news.Article, error) { return scanArticle(r) })
	if err != nil {
		return nil, advised("read background articles", err)
	}
	return all, nil
}
