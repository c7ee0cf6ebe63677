package store

import (
	"context"
)

// HelloKey stands before a topic's key and a channel in the key of the notice that greets the topic's
// readers there, and in the name of the run that says that it stands in the channel already.
const HelloKey = "hello/"

// Greeted reports whether a topic's readers need no hello in a channel, which has this name and, where it is
// known, this id: they had one, or digests of the topic were posted there or are on their way. What a
// terminal printed was seen by nobody in the channel.
func (db *DB) Greeted(ctx context.Context, topicKey, channel, channelID string) (bool, error) {
	var greeted bool
	err := db.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM runs WHERE schedule = ?4 || ?2)
		OR EXISTS (SELECT 1 FROM deliveries d WHERE substr(d.notice, 1, length(?4)) = ?4 AND (d.channel = ?2 OR ?3 <> '' AND d.channel_id = ?3))
		OR EXISTS (SELECT 1 FROM digests g JOIN deliveries d ON d.digest = g.key WHERE g.topic = ?1
			AND d.channel_id <> 'terminal' AND (d.channel = ?2 OR ?3 <> '' AND d.channel_id = ?3))
		OR EXISTS (SELECT 1 FROM digests g WHERE g.topic = ?1 AND json_extract(g.body, '$.channel') = ?2
			AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.digest = g.key))`,
		topicKey, channel, channelID, HelloKey+topicKey+"/").Scan(&greeted)
	return greeted, advised("look whether "+channel+" was greeted", err)
}
