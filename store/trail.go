package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"newsvigil/news"
)

// Trail is everything that is known of one address.
type Trail struct {
	// Candidate is how the piece was found and what became of it; nil where no route showed it.
	Candidate *Considered
	// Article is the stored article with its text; nil where none was stored.
	Article *news.Article
	// Reader names what read the article's text; "" where that is not known, or the text was dropped.
	Reader string
	// Story, Placement and Scores are the article's; Placement.Of is 0 where no other one decided.
	Story     int64
	Placement news.Placement
	Scores    []news.Score
	// Named are the articles that Placement names, without texts, by number.
	Named map[int64]news.Article
	// Digests are those that showed the article, the first one first.
	Digests []Shown
}

// Considered is a candidate with what became of it.
type Considered struct {
	news.Candidate
	State   CandidateState
	Outcome news.Outcome
	// Status is the last HTTP status, Detail what went wrong in plain words, Final the address after
	// redirects.
	Status        int
	Detail, Final string
	// Found is when it was shown first, Tried when its page was asked for last, Next the earliest time of
	// the next try; zero where there was or is none.
	Found, Tried, Next time.Time
}

// Shown is a digest that showed an article.
type Shown struct {
	// Key is the digest's; "" for a piece that a backfill marked as seen (Kind "seen").
	Key   string
	Topic string // key
	Kind  news.ItemKind
	Slot  time.Time
	// Manual says that the digest used up no slot, Alert that it was sent at once.
	Manual, Alert bool
	Deliveries    []news.Delivery
}

// ItemSeen is the kind of a piece that MarkSeen marked.
const ItemSeen news.ItemKind = "seen"

// Trail gathers what is known of the piece that has one of the keys. An empty Trail means that nothing
// is.
func (db *DB) Trail(ctx context.Context, keys []string) (Trail, error) {
	var t Trail
	err := db.view(ctx, "follow the trail of a piece", func(tx *sql.Tx) error {
		r := trailing{ctx: ctx, tx: tx, Trail: &t}
		if err := r.article(keys); err != nil {
			return err
		}
		if t.Article != nil {
			keys = append(keys[:len(keys):len(keys)], t.Article.Keys...)
		}
		return r.candidate(keys)
	})
	return t, err
}

// trailing fills a Trail from one snapshot.
type trailing struct {
	ctx context.Context
	tx  *sql.Tx
	*Trail
}

func (r *trailing) candidate(keys []string) error {
	var c Considered
	var err error
	c.Candidate, err = scanCandidate(r.tx.QueryRowContext(r.ctx, `SELECT `+candidateColumns+`, c.state, c.outcome, c.status, c.detail,
		c.final_url, c.found, c.tried, c.next FROM json_each(?) j JOIN candidates c ON c.key = j.value ORDER BY j.key LIMIT 1`, words(keys)),
		&c.State, &c.Outcome, &c.Status, &c.Detail, &c.Final, instant{&c.Found}, instant{&c.Tried}, instant{&c.Next})
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	r.Candidate = &c
	return err
}

func (r *trailing) article(keys []string) error {
	p := &r.Placement
	a, err := scanArticle(r.tx.QueryRowContext(r.ctx, `SELECT `+articleColumns+bodyColumn+`, a.story, a.relation, coalesce(a.of, 0),
		a.similarity, a.neighbours, coalesce((SELECT x.reader FROM texts x WHERE x.article = a.id), '') FROM json_each(?) j JOIN aliases k ON k.key = j.value JOIN articles a ON a.id = k.article
		ORDER BY j.key LIMIT 1`, words(keys)), &r.Story, &p.Relation, &p.Of, &p.Similarity, decoded{&p.Neighbours}, &r.Reader)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	r.Article, p.Story = &a, r.Story
	if err := r.named(); err != nil {
		return err
	}
	rows, err := r.tx.QueryContext(r.ctx, `SELECT `+scoreColumns+` FROM scores s WHERE s.article = ? ORDER BY s.topic`, a.ID)
	if r.Scores, err = collect(rows, err, scanScore); err != nil {
		return err
	}
	return r.digests(a.ID)
}

// named reads the articles that the placement names.
func (r *trailing) named() error {
	ids := []int64{r.Placement.Of}
	for _, n := range r.Placement.Neighbours {
		ids = append(ids, n.Article)
	}
	rows, err := r.tx.QueryContext(r.ctx, `SELECT `+articleColumns+noBodyColumn+`
		FROM articles a WHERE a.id IN (SELECT value FROM json_each(?))`, numbers(ids))
	all, err := collect(rows, err, func(row row) (news.Article, error) { return scanArticle(row) })
	if err != nil || len(all) == 0 {
		return err
	}
	r.Named = make(map[int64]news.Article, len(all))
	for _, a := range all {
		r.Named[a.ID] = a
	}
	return nil
}

// digests reads where the article was shown, with the deliveries.
func (r *trailing) digests(article int64) error {
	rows, err := r.tx.QueryContext(r.ctx, `SELECT coalesce(n.digest, ''), n.topic, n.kind, n.at, coalesce(g.manual, 0), coalesce(g.alert, 0)
		FROM announced n LEFT JOIN digests g ON g.key = n.digest WHERE n.article = ? ORDER BY n.at, n.rowid`, article)
	r.Digests, err = collect(rows, err, func(row row) (Shown, error) {
		var s Shown
		err := row.Scan(&s.Key, &s.Topic, &s.Kind, instant{&s.Slot}, &s.Manual, &s.Alert)
		return s, err
	})
	if err != nil {
		return err
	}
	for i := range r.Digests {
		s := &r.Digests[i]
		rows, err := r.tx.QueryContext(r.ctx, `SELECT `+deliveryColumns+deliveryTables+`WHERE d.digest = ? ORDER BY d.id`, s.Key)
		if s.Deliveries, err = collect(rows, err, scanDelivery); err != nil {
			return err
		}
	}
	return nil
}
