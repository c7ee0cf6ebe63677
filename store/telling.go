package store

import (
	"context"
	"time"

	"newsvigil/news"
)

// StoryNow is one story as a topic's readers may see it, with the members that Stories gives; a story
// without any has none.
func (db *DB) StoryNow(ctx context.Context, topicKey string, story int64) (news.Story, error) {
	const members = relevantTo + ` OR a.relation IN ('text', 'copy', 'update')`
	all, err := db.stories(ctx, gathering{topic: topicKey, pick: `SELECT id FROM stories WHERE id = ?`, args: []any{story}, members: members})
	if err != nil || len(all) == 0 {
		return news.Story{ID: story}, err
	}
	return all[0], nil
}

// Telling lists the keys of the digests and alerts that told a topic's readers of a story and whose first
// message was posted, the last one first. Those that merely showed it as a near miss are none.
func (db *DB) Telling(ctx context.Context, topicKey string, story int64) ([]string, error) {
	rows, err := db.read.QueryContext(ctx, `SELECT g.key FROM digests g WHERE g.key IN (SELECT n.digest FROM articles a
			JOIN announced n ON n.article = a.id AND n.topic = ?1 AND n.kind NOT IN ('near', 'seen') WHERE a.story = ?2)
		AND EXISTS (SELECT 1 FROM deliveries d WHERE d.digest = g.key AND d.part = 1 AND d.state = 'sent')
		ORDER BY g.slot DESC, g.key DESC`, topicKey, story)
	keys, err := collect(rows, err, func(r row) (string, error) {
		var k string
		err := r.Scan(&k)
		return k, err
	})
	return keys, advised("list what told of a story", err)
}

// Growth is a digest that was posted, with the stories of it that have got pieces since.
type Growth struct {
	Digest  string
	Stories []int64
}

// beforeCreated is how long before a digest was made a piece may have been fetched that it did not see:
// a crawl stores what it fetched a while after.
const beforeCreated = time.Hour

// Grown lists the digests and alerts of a topic of which a slot since then was posted and which told of
// stories with pieces that were read since and that they have not announced, the first one first.
func (db *DB) Grown(ctx context.Context, topicKey string, since time.Time) ([]Growth, error) {
	rows, err := db.read.QueryContext(ctx, `SELECT DISTINCT g.key, a.story FROM digests g INDEXED BY digests_topic
		CROSS JOIN announced n ON n.digest = g.key AND n.kind NOT IN ('near', 'seen') CROSS JOIN articles a ON a.id = n.article
		WHERE g.topic = ?1 AND g.slot >= ?2
		AND EXISTS (SELECT 1 FROM deliveries d WHERE d.digest = g.key AND d.part = 1 AND d.state = 'sent' AND d.ts <> '')
		AND EXISTS (SELECT 1 FROM articles b WHERE b.story = a.story AND b.fetched >= g.created - ?3
			AND NOT EXISTS (SELECT 1 FROM announced m WHERE m.article = b.id AND m.digest = g.key))
		ORDER BY g.slot, g.key, a.story`, topicKey, stamp(since), int64(beforeCreated))
	type pair struct {
		digest string
		story  int64
	}
	pairs, err := collect(rows, err, func(r row) (p pair, err error) {
		err = r.Scan(&p.digest, &p.story)
		return p, err
	})
	var all []Growth
	for _, p := range pairs {
		if n := len(all); n == 0 || all[n-1].Digest != p.digest {
			all = append(all, Growth{Digest: p.digest})
		}
		last := &all[len(all)-1]
		last.Stories = append(last.Stories, p.story)
	}
	return all, advised("list the stories of "+topicKey+" that have grown", err)
}
