package store

import (
	"context"

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
