package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"time"

	"newsvigil/news"
)

// Placed is an article with everything that was found out about it.
type Placed struct {
	Article news.Article
	// CandidateKey is the key of the candidate that led to it; "" where there was none.
	CandidateKey string
	// Reader names what read the text; see news.Page.
	Reader      string
	Fingerprint news.Fingerprint
	Placement   news.Placement
	Scores      []news.Score
	// Seen says that a first reading is never to be announced by itself, to no topic.
	Seen bool
}

// SaveArticle stores an article with its text, keys, fingerprint, story and scores and marks its
// candidate as read, all in one transaction, and returns the numbers of article and story.
//
// Where the placement says that the piece is stored already (RelationAddress), or where one of its
// keys is an article's, no second article is made: that article learns the new keys and is returned.
// Of its contents the first reading is kept, but a full text replaces a teaser, with kind,
// fingerprint, scores and time of fetching, so that a piece that turns out to be relevant is not
// taken for an old one. SaveArticle may therefore be repeated.
func (db *DB) SaveArticle(ctx context.Context, p Placed) (article, story int64, err error) {
	now := db.now()
	err = db.update(ctx, "article", "save "+p.Article.URL, func(tx *sql.Tx) error {
		s := saving{ctx: ctx, tx: tx, now: now, Placed: p}
		article, story, err = s.run()
		return err
	})
	if err != nil {
		return 0, 0, err
	}
	return article, story, nil
}

// saving is one transaction of SaveArticle.
type saving struct {
	ctx context.Context
	tx  *sql.Tx
	now time.Time
	Placed
}

func (s *saving) run() (article, story int64, err error) {
	if held, err := quarantined(s.ctx, s.tx, news.Slug(s.Article.Source)); err != nil || held {
		return 0, 0, cmp.Or(err, ErrQuarantined)
	}
	of, err := s.stored()
	if err != nil {
		return 0, 0, err
	}
	if of == 0 {
		article, story, err = s.insert()
	} else {
		article, story, err = s.merge(of)
	}
	if err != nil {
		return 0, 0, err
	}
	if err := s.aliases(article); err != nil {
		return 0, 0, err
	}
	if err := s.recalled(article); err != nil {
		return 0, 0, err
	}
	if err := finishCandidate(s.ctx, s.tx, s.CandidateKey, tried(s.Article.Fetched, s.now)); err != nil {
		return 0, 0, err
	}
	return article, story, s.others()
}

// others are the candidates that wait under other addresses of the piece: they need not be read any more.
func (s *saving) others() error {
	_, err := s.tx.ExecContext(s.ctx, `UPDATE candidates SET state = 'read', outcome = ?, detail = '', next = 0, content = NULL
		WHERE key IN (SELECT value FROM json_each(?)) AND state = 'pending'`, string(news.OutcomeRead), words(s.keys()))
	return err
}

// keys are all keys of the piece, the best first.
func (s *saving) keys() []string {
	if s.CandidateKey == "" {
		return s.Article.Keys
	}
	return append(s.Article.Keys[:len(s.Article.Keys):len(s.Article.Keys)], s.CandidateKey)
}

// stored is the article that this piece is a second reading of; 0 where it is a first one.
func (s *saving) stored() (int64, error) {
	if s.Placement.Relation == news.RelationAddress && s.Placement.Of != 0 {
		return s.Placement.Of, nil
	}
	var of int64
	err := s.tx.QueryRowContext(s.ctx, `SELECT k.article FROM json_each(?) j JOIN aliases k ON k.key = j.value
		ORDER BY j.key LIMIT 1`, words(s.keys())).Scan(&of)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return of, err
}

// insert stores a first reading.
func (s *saving) insert() (article, story int64, err error) {
	if len(s.keys()) == 0 {
		return 0, 0, errors.New("the article has no key")
	}
	if story, err = s.story(); err != nil {
		return 0, 0, err
	}
	if article, err = s.insertArticle(story); err != nil {
		return 0, 0, err
	}
	if err := s.contents(article); err != nil {
		return 0, 0, err
	}
	if s.Seen {
		err = markSeen(s.ctx, s.tx, EveryTopic, []int64{article}, s.now)
	}
	return article, story, err
}

// story is the story the placement names, or a new one.
func (s *saving) story() (int64, error) {
	if s.Placement.Story != 0 {
		return s.Placement.Story, nil
	}
	r, err := s.tx.ExecContext(s.ctx, `INSERT INTO stories (created) VALUES (?)`, stamp(s.now))
	if err != nil {
		return 0, err
	}
	return r.LastInsertId()
}

func (s *saving) insertArticle(story int64) (int64, error) {
	a, p := s.Article, s.Placement
	authors, err := list(a.Authors)
	if err != nil {
		return 0, err
	}
	neighbours, err := list(p.Neighbours)
	if err != nil {
		return 0, err
	}
	relation := cmp.Or(p.Relation, news.RelationNew)
	args := []any{a.Source, news.Slug(a.Source), a.URL, a.Canonical, a.Title, authors}
	args = append(args, published(a.Published)...)
	args = append(args, stamp(a.Fetched), a.Language, string(cmp.Or(a.Kind, news.KindFull)), string(a.Route), a.Credit,
		story, string(relation), sql.NullInt64{Int64: p.Of, Valid: p.Of != 0}, p.Similarity, neighbours,
		int64(s.Fingerprint.Text), s.Fingerprint.Words)
	r, err := s.tx.ExecContext(s.ctx, `INSERT INTO articles (source, source_key, url, canonical, title, authors,
		published, published_offset, published_day, published_zone, published_confidence,
		fetched, language, kind, route, credit, story, relation, of, similarity, neighbours, text_hash, words)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, args...)
	if err != nil {
		return 0, err
	}
	return r.LastInsertId()
}

// contents stores what depends on the text: itself, its sampled hashes, its scores.
func (s *saving) contents(article int64) error {
	body, err := pack(s.Article.Text)
	if err != nil {
		return err
	}
	_, err = s.tx.ExecContext(s.ctx, `INSERT OR REPLACE INTO texts (article, body, reader) VALUES (?, ?, ?)`, article, body, s.Reader)
	if err != nil {
		return err
	}
	signed := make([]int64, len(s.Fingerprint.Shingles))
	for i, h := range s.Fingerprint.Shingles {
		signed[i] = int64(h)
	}
	_, err = s.tx.ExecContext(s.ctx, `INSERT OR IGNORE INTO shingles (hash, article) SELECT value, ? FROM json_each(?)`,
		article, numbers(signed))
	if err != nil {
		return err
	}
	for _, score := range s.Scores {
		if err := saveScore(s.ctx, s.tx, ArticleScore{Article: article, Score: score}, s.now); err != nil {
			return err
		}
	}
	return nil
}

// merge takes a second reading of a stored article.
func (s *saving) merge(of int64) (article, story int64, err error) {
	var kind news.Kind
	err = s.tx.QueryRowContext(s.ctx, `SELECT story, kind FROM articles WHERE id = ?`, of).Scan(&story, &kind)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, 0, fmt.Errorf("there is no article %d: %w", of, err)
	}
	if err != nil {
		return 0, 0, err
	}
	if kind == news.KindTeaser && s.Article.Kind == news.KindFull {
		err = s.upgrade(of)
	}
	return of, story, err
}

// upgrade puts a full text in the place of a teaser.
func (s *saving) upgrade(article int64) error {
	_, err := s.tx.ExecContext(s.ctx, `UPDATE articles SET kind = ?, fetched = max(fetched, ?), text_hash = ?, words = ? WHERE id = ?`,
		string(s.Article.Kind), stamp(s.Article.Fetched), int64(s.Fingerprint.Text), s.Fingerprint.Words, article)
	if err != nil {
		return err
	}
	// The teaser's hashes stay beside those of the whole text: at worst it is compared once in vain.
	return s.contents(article)
}

// aliases adds the piece's keys to an article, behind those it has. A key that is another article's
// stays with that one.
func (s *saving) aliases(article int64) error {
	_, err := s.tx.ExecContext(s.ctx, `INSERT INTO aliases (key, article, rank)
		SELECT j.value, ?1, j.key + coalesce((SELECT max(rank) + 1 FROM aliases WHERE article = ?1), 0)
		FROM json_each(?2) j WHERE true ON CONFLICT (key) DO NOTHING`, article, words(s.keys()))
	return err
}

// saveScore stores a score in the place of the one before.
func saveScore(ctx context.Context, tx *sql.Tx, s ArticleScore, now time.Time) error {
	v := s.Score.Value
	if math.IsNaN(v) || math.IsInf(v, 0) || math.IsNaN(s.Score.Cut) || math.IsNaN(s.Score.Probability) {
		return fmt.Errorf("article %d has a score for %s that is no number", s.Article, s.Score.Topic)
	}
	reasons, err := object(s.Score.Reasons)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT OR REPLACE INTO scores (article, topic, value, cut, probability, grade, model, reasons, scored)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, s.Article, s.Score.Topic, v, s.Score.Cut, s.Score.Probability, string(s.Score.Grade), s.Score.Model,
		reasons, stamp(now))
	return err
}
