package store

import (
	"testing"

	"newsvigil/news"
)

func TestTrail(t *testing.T) {
	t.Parallel()
	db := open(t)
	original, story := save(t, db, placed(1, relevant("north", 0.8)))
	p := joining(2, news.RelationCopy, story, original, relevant("south", 0.7), relevant("north", 0.8))
	p.Placement.Neighbours = []news.Neighbour{{Article: original, Story: story, Similarity: 0.5, Relation: news.RelationCopy}, {Article: 77}}
	c := candidate(2)
	c.Key = p.CandidateKey
	polled(t, db, c)
	id, _ := save(t, db, p)
	d := news.Digest{Key: "north/slot", Slot: at(60), Lead: []news.Item{item(news.ItemNew, original, id)}}
	must(db.SaveDigest(t.Context(), "north", true, d, []news.Delivery{delivery("d/1", 1, 1)}))(t)
	ok(t, db.MarkSeen(t.Context(), "south", []int64{id}))

	for _, keys := range [][]string{{p.CandidateKey}, {"unknown", p.Article.Keys[1]}, p.Article.Keys} {
		got := must(db.Trail(t.Context(), keys))(t)
		article := p.Article
		article.ID = id
		article.Keys = append(article.Keys[:2:2], p.CandidateKey)
		of := placed(1).Article
		of.ID, of.Text = original, ""
		of.Keys = append(of.Keys, placed(1).CandidateKey)
		done := c
		done.Attempts, done.Content = 1, ""
		same(t, "trail", got, Trail{
			Candidate: &Considered{Candidate: done, State: CandidateRead, Outcome: news.OutcomeRead, Found: clock, Tried: p.Article.Fetched},
			Article:   &article, Story: story, Placement: p.Placement,
			Scores: []news.Score{relevant("north", 0.8), relevant("south", 0.7)},
			Named:  map[int64]news.Article{original: of},
			Digests: []Shown{
				{Topic: "south", Kind: ItemSeen, Slot: clock},
				{Key: "north/slot", Topic: "north", Kind: news.ItemNew, Slot: at(60), Manual: true, Deliveries: []news.Delivery{{ID: 1,
					Key: "d/1", Kind: news.DeliverDigest, Of: "north/slot", Channel: "#north", Part: 1, Parts: 1, State: news.DeliveryPending}}},
			},
		})
	}
	for _, keys := range [][]string{nil, {"unknown"}} {
		same(t, "trail of nothing", must(db.Trail(t.Context(), keys))(t), Trail{})
	}
}

func TestTrailOfACandidate(t *testing.T) {
	t.Parallel()
	db := open(t)
	polled(t, db, candidate(1))
	got := must(db.Trail(t.Context(), []string{candidate(1).Key}))(t)
	same(t, "trail", got, Trail{Candidate: &Considered{Candidate: candidate(1), State: CandidatePending, Found: clock}})
}
