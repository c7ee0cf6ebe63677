package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"newsvigil/news"
)

// keepingWords are the labels by which a reader keeps a piece: the buttons Keep and Rescue. A piece that was
// missed is none, as nobody has read it in a digest.
const keepingWords = `('like', 'rescue')`

// articleOf is the article that a word f of feedback is about, stored then or since.
const articleOf = `coalesce(f.article, (SELECT k.article FROM aliases k WHERE k.key = f.key))`

// keptMembers are what a kept story is told by: what digests tell a story by, and the kept pieces
// themselves, whatever their score is by now.
const keptMembers = relevantTo + ` OR a.relation IN ('text', 'copy', 'update')
	OR a.id IN (SELECT ` + articleOf + ` FROM feedback f WHERE f.topic = ?1 AND f.label IN ` + keepingWords + `)`

// Kept lists the stories that readers of a topic keep, and one of them kept last after since and not after
// until: those that most readers keep first, of these the newest. Of a reader who said several things of one
// story the last word counts. What the admin says without a name keeps nothing: that is for the model. A
// story that one reader keeps and another one calls not relevant is among them, and says so.
func (db *DB) Kept(ctx context.Context, topicKey string, since, until time.Time) ([]news.Keeping, error) {
	words, err := db.keepingWords(ctx, topicKey)
	if err != nil {
		return nil, err
	}
	byStory := map[int64]*keeping{}
	for _, w := range words {
		k := byStory[w.story]
		if k == nil {
			k = &keeping{readers: map[string]spoken{}}
			byStory[w.story] = k
		}
		k.readers[w.reader()] = w // the latest comes last
	}
	var out []news.Keeping
	for story, k := range byStory {
		n := k.told()
		if n.Readers > 0 && n.Last.After(since) && !n.Last.After(until) {
			n.Story.ID = story
			out = append(out, n)
		}
	}
	return db.withStories(ctx, topicKey, out)
}

// spoken is what a reader said of a piece of a story.
type spoken struct {
	story, article int64
	by             string
	label          news.Label
	at             time.Time
}

// reader tells readers of a story apart. The numbers that stand for those whose ids were erased begin anew for
// each piece.
func (s spoken) reader() string {
	if strings.HasPrefix(s.by, news.Forgotten) {
		return fmt.Sprintf("%s/%d", s.by, s.article)
	}
	return s.by
}

// keepingWords are all words of readers on stored pieces, the earliest first.
func (db *DB) keepingWords(ctx context.Context, topicKey string) ([]spoken, error) {
	rows, err := db.read.QueryContext(ctx, `SELECT a.story, a.id, f.by, f.label, f.at FROM feedback f CROSS JOIN articles a ON a.id = `+articleOf+`
		WHERE f.topic = ? AND f.by <> '' ORDER BY f.at, f.url, f.by`, topicKey)
	all, err := collect(rows, err, func(r row) (s spoken, err error) {
		err = r.Scan(&s.story, &s.article, &s.by, &s.label, instant{&s.at})
		return s, err
	})
	return all, advised("list what was kept for "+topicKey, err)
}

// keeping is what readers said of one story, each of them last.
type keeping struct{ readers map[string]spoken }

func (k keeping) told() (n news.Keeping) {
	var kept []spoken
	for _, w := range k.readers {
		switch w.label {
		case news.LabelLike, news.LabelRescue:
			kept = append(kept, w)
		case news.LabelDislike:
			n.Against++
		}
	}
	slices.SortFunc(kept, func(a, b spoken) int { return cmp.Or(b.at.Compare(a.at), cmp.Compare(a.article, b.article)) })
	for _, w := range kept {
		if !slices.Contains(n.Articles, w.article) {
			n.Articles = append(n.Articles, w.article)
		}
	}
	if n.Readers = len(kept); n.Readers > 0 {
		n.First, n.Last = kept[n.Readers-1].at, kept[0].at
	}
	return n
}

// withStories fills in the stories, and puts them in their order.
func (db *DB) withStories(ctx context.Context, topicKey string, list []news.Keeping) ([]news.Keeping, error) {
	wanted := make([]int64, len(list))
	for i, k := range list {
		wanted[i] = k.Story.ID
	}
	stories, err := db.stories(ctx, gathering{topic: topicKey, pick: `SELECT value FROM json_each(?) ORDER BY 1`, args: []any{numbers(wanted)}, members: keptMembers})
	if err != nil {
		return nil, err
	}
	byID := make(map[int64]news.Story, len(stories))
	for _, s := range stories {
		byID[s.ID] = s
	}
	newest := make(map[int64]time.Time, len(list))
	for i := range list {
		s := byID[list[i].Story.ID]
		list[i].Story = s
		for _, m := range s.Members {
			if w := m.Article.When(); slices.Contains(list[i].Articles, m.Article.ID) && w.After(newest[s.ID]) {
				newest[s.ID] = w
			}
		}
	}
	slices.SortFunc(list, func(a, b news.Keeping) int {
		return cmp.Or(cmp.Compare(b.Readers, a.Readers), newest[b.Story.ID].Compare(newest[a.Story.ID]), cmp.Compare(a.Story.ID, b.Story.ID))
	})
	return list, nil
}

// briefPrefix stands before a topic's key in the keys of its briefs, which are notices.
const briefPrefix = "brief/"

// LastBrief is the last brief of a topic's schedule that reaches up to before a slot; ok is false where there
// was none. Those that a person posted are not of the schedule: their keys go on with a letter, where a slot
// begins with a digit.
func (db *DB) LastBrief(ctx context.Context, topicKey string, before time.Time) (last news.Brief, ok bool, err error) {
	rows, err := db.read.QueryContext(ctx, `SELECT body FROM notices WHERE key >= ?1 || '/' AND key < ?1 || '/:' ORDER BY key DESC LIMIT 20`, briefPrefix+topicKey)
	all, err := collect(rows, err, func(r row) (n news.Notice, err error) {
		var body []byte
		if err = r.Scan(&body); err == nil {
			err = json.Unmarshal(body, &n)
		}
		return n, err
	})
	for _, n := range all {
		if n.Brief != nil && n.Brief.Until.Before(before) && n.Brief.Until.After(last.Until) {
			last, ok = *n.Brief, true
		}
	}
	return last, ok, advised("read the last brief of "+topicKey, err)
}

// Unsent counts the messages of a notice that were not sent yet.
func (db *DB) Unsent(ctx context.Context, notice string) (int, error) {
	var n int
	err := db.read.QueryRowContext(ctx, `SELECT count(*) FROM deliveries WHERE notice = ? AND state <> 'sent'`, notice).Scan(&n)
	return n, advised("count the messages of "+notice, err)
}
