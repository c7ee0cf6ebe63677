package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"newsvigil/news"
)

// EveryTopic stands in the place of a topic's key where pieces are marked as seen for all topics, those
// that are added later too. No key is like it.
const EveryTopic = "*"

// announcedFor holds where article a was shown to the readers of topic ?1, or marked as seen. A near
// miss was shown, but not announced: it may still turn out to be relevant. A piece that was marked as seen
// and then rescued is to be announced. ?3 are digests that do not
// count.
const announcedFor = `EXISTS (SELECT 1 FROM announced n WHERE n.article = a.id AND n.topic IN (?1, '*') AND n.kind <> 'near'
	AND (n.kind <> 'seen' OR NOT ` + rescuedFor + `) AND ` + counting + `)`

// rescuedFor holds where a reader put article a into the next digest of topic ?1.
const rescuedFor = `EXISTS (SELECT 1 FROM rescued w WHERE w.topic = ?1 AND w.article = a.id)`

// seenFor holds where article a was marked as seen, and no digest that counts has announced it.
const seenFor = announcedFor + ` AND NOT EXISTS (SELECT 1 FROM announced n WHERE n.article = a.id AND n.topic = ?1 AND n.kind NOT IN ('near', 'seen') AND ` + counting + `)`

// counting holds where the digest of announced n is none of those in ?3.
const counting = `coalesce(n.digest, '') NOT IN (SELECT value FROM json_each(?3))`

// relevantTo holds where the joined score s is that of a relevant piece.
const relevantTo = `s.grade IN ('strong', 'likely')`

// Which stories Stories and NearMisses give. Told nothing, SQLite would walk through all scores ever
// given, so the index is named and the order of joining fixed.
const (
	storiesPick = `SELECT a.story FROM articles a INDEXED BY articles_fetched CROSS JOIN scores s ON s.article = a.id AND s.topic = ?1
		WHERE a.fetched >= ?2 AND ` + relevantTo + ` AND NOT ` + announcedFor + `
		UNION SELECT a.story FROM digests g INDEXED BY digests_alerts CROSS JOIN announced n ON n.digest = g.key AND n.kind = 'alerted' AND ` + counting + `
		CROSS JOIN articles a ON a.id = n.article WHERE g.topic = ?1 AND g.alert = 1 AND g.slot >= ?2
		UNION SELECT a.story FROM rescued w CROSS JOIN articles a ON a.id = w.article WHERE w.topic = ?1 AND NOT ` + announcedFor + ` ORDER BY 1`
	nearPick = `SELECT a.story FROM articles a INDEXED BY articles_fetched CROSS JOIN scores s ON s.article = a.id AND s.topic = ?1
		WHERE a.fetched >= ?2 AND s.grade = 'weak'
		AND NOT EXISTS (SELECT 1 FROM articles b LEFT JOIN scores r ON r.article = b.id AND r.topic = ?1
			LEFT JOIN announced n ON n.article = b.id AND n.topic IN (?1, '*') AND ` + counting + `
			WHERE b.story = a.story AND (r.grade IN ('strong', 'likely') OR n.article IS NOT NULL))
		GROUP BY a.story ORDER BY max(s.value) DESC, a.story LIMIT ?4`
)

// Stories lists the stories with at least one article that was fetched since then, is relevant to the
// topic and was not announced to it yet, and those that were alerts since then or that hold a rescued piece which was not announced, by number. Members are all relevant articles of the story and
// all copies and updates, which may have no score of their own, whenever they were fetched.
func (db *DB) Stories(ctx context.Context, topicKey string, since time.Time) ([]news.Story, error) {
	const members = relevantTo + ` OR a.relation IN ('text', 'copy', 'update')`
	return db.stories(ctx, gathering{topic: topicKey, pick: storiesPick, args: []any{topicKey, stamp(since), words(db.without)}, members: members})
}

// NearMisses lists the stories without a relevant article that have a near miss (grade weak) fetched
// since then and not shown to the topic's readers in any form, the best first, at most limit. Members
// are the story's near misses.
func (db *DB) NearMisses(ctx context.Context, topicKey string, since time.Time, limit int) ([]news.Story, error) {
	return db.stories(ctx, gathering{topic: topicKey, pick: nearPick, args: []any{topicKey, stamp(since), words(db.without), limit}, members: `s.grade = 'weak'`})
}

// gathering says which stories are wanted and which of their articles.
type gathering struct {
	topic   string
	pick    string // a query for story numbers in the order wanted
	args    []any
	members string // a condition on article a and its score s
	without string // digests that do not count
}

// stories reads stories with their members on one snapshot.
func (db *DB) stories(ctx context.Context, g gathering) ([]news.Story, error) {
	g.without = words(db.without)
	var all []news.Story
	err := db.view(ctx, "read stories for "+g.topic, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, g.pick, g.args...)
		ids, err := collect(rows, err, func(r row) (int64, error) {
			var id int64
			err := r.Scan(&id)
			return id, err
		})
		if err != nil || len(ids) == 0 {
			return err
		}
		all = make([]news.Story, len(ids))
		at := make(map[int64]*news.Story, len(ids))
		for i, id := range ids {
			all[i].ID = id
			at[id] = &all[i]
		}
		if err := readMembers(ctx, tx, g, at); err != nil {
			return err
		}
		return readAnnounced(ctx, tx, g, at)
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// readMembers fills the members of stories, the first published first.
func readMembers(ctx context.Context, tx *sql.Tx, g gathering, at map[int64]*news.Story) error {
	rows, err := tx.QueryContext(ctx, `SELECT `+articleColumns+noBodyColumn+`, a.story, a.relation, coalesce(a.of, 0), a.similarity,
		`+announcedFor+`, `+seenFor+`, coalesce(s.value, 0), coalesce(s.cut, 0), coalesce(s.probability, 0), coalesce(s.grade, ''), coalesce(s.model, ''), s.reasons
		FROM json_each(?2) j CROSS JOIN articles a ON a.story = j.value LEFT JOIN scores s ON s.article = a.id AND s.topic = ?1
		WHERE `+g.members, g.topic, numbers(ids(at)), g.without)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var story int64
		m := news.Member{Score: news.Score{Topic: g.topic}}
		m.Article, err = scanArticle(rows, &story, &m.Relation, &m.Of, &m.Similarity, &m.Announced, &m.Seen,
			&m.Score.Value, &m.Score.Cut, &m.Score.Probability, &m.Score.Grade, &m.Score.Model, decoded{&m.Score.Reasons})
		if err != nil {
			return err
		}
		at[story].Members = append(at[story].Members, m)
	}
	for _, s := range at {
		slices.SortFunc(s.Members, func(a, b news.Member) int {
			if c := a.Article.When().Compare(b.Article.When()); c != 0 {
				return c
			}
			return int(a.Article.ID - b.Article.ID)
		})
	}
	return rows.Err()
}

// readAnnounced fills when the stories were in a digest first, as what they were last, and whether an
// alert alone has told of them.
func readAnnounced(ctx context.Context, tx *sql.Tx, g gathering, at map[int64]*news.Story) error {
	rows, err := tx.QueryContext(ctx, `SELECT a.story, n.at, n.kind, g.alert FROM json_each(?2) j CROSS JOIN articles a ON a.story = j.value
		JOIN announced n ON n.article = a.id AND n.topic = ?1 JOIN digests g ON g.key = n.digest WHERE n.kind NOT IN ('near', 'seen') AND `+counting+`
		ORDER BY n.at, n.rowid`, g.topic, numbers(ids(at)), g.without)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var story int64
		var when time.Time
		var kind news.ItemKind
		var alert bool
		if err := rows.Scan(&story, instant{&when}, &kind, &alert); err != nil {
			return err
		}
		s := at[story]
		s.AlertOnly = alert && (s.AlertOnly || s.AnnouncedKind == "")
		if s.Announced.IsZero() {
			s.Announced = when
		}
		s.AnnouncedKind = kind
	}
	return rows.Err()
}

func ids(at map[int64]*news.Story) []int64 {
	all := make([]int64, 0, len(at))
	for id := range at {
		all = append(all, id)
	}
	slices.Sort(all)
	return all
}

// MarkSeen marks articles as seen for a topic, or for EveryTopic, so that no digest announces them by
// themselves. Articles that a digest announced stay announced.
func (db *DB) MarkSeen(ctx context.Context, topicKey string, articles []int64) error {
	now := db.now()
	return db.update(ctx, "seen", fmt.Sprintf("mark %d articles as seen", len(articles)), func(tx *sql.Tx) error {
		return markSeen(ctx, tx, topicKey, articles, now)
	})
}

func markSeen(ctx context.Context, tx *sql.Tx, topicKey string, articles []int64, now time.Time) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO announced (article, topic, digest, kind, at)
		SELECT value, ?2, NULL, 'seen', ?3 FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING`, numbers(articles), topicKey, stamp(now))
	return err
}
