package store

import (
	"testing"

	"newsvigil/news"
)

// joining is sample n placed into a story beside another article.
func joining(n int, r news.Relation, story, of int64, scores ...news.Score) Placed {
	p := placed(n, scores...)
	p.Placement = news.Placement{Relation: r, Story: story, Of: of, Similarity: 0.5}
	return p
}

func item(kind news.ItemKind, articles ...int64) news.Item {
	return news.Item{Kind: kind, Article: articles[0], Articles: articles, Title: "A title"}
}

// told saves a digest of the topic north at a minute.
func told(t *testing.T, db *DB, minute int, d news.Digest) {
	t.Helper()
	d.Slot = at(minute)
	d.Key = "north/" + d.Slot.Format("150405")
	if created := must(db.SaveDigest(t.Context(), "north", false, d, nil))(t); !created {
		t.Fatalf("digest %s was there", d.Key)
	}
}

func members(s news.Story) []int64 {
	var ids []int64
	for _, m := range s.Members {
		ids = append(ids, m.Article.ID)
	}
	return ids
}

func TestStories(t *testing.T) {
	t.Parallel()
	db := open(t)
	// Story 1 in an order of publication that differs from that of arrival; 4 is no member.
	a2, story := save(t, db, placed(20, relevant("north", 0.8)))
	a1, _ := save(t, db, joining(10, news.RelationStory, story, a2, relevant("north", 0.6)))
	a3, _ := save(t, db, joining(30, news.RelationCopy, story, a2, graded("south", 0.1, news.GradeNone)))
	save(t, db, joining(40, news.RelationStory, story, a2, graded("north", 0.2, news.GradeWeak)))
	save(t, db, placed(21, graded("north", 0.3, news.GradeWeak)))
	save(t, db, placed(22, relevant("south", 0.9)))

	got := must(db.Stories(t.Context(), "north", at(0)))(t)
	if len(got) != 1 || got[0].ID != story {
		t.Fatalf("stories %+v", got)
	}
	same(t, "members", members(got[0]), []int64{a1, a2, a3})
	want := placed(20).Article
	want.ID, want.Text = a2, ""
	want.Keys = append(want.Keys, placed(20).CandidateKey)
	same(t, "member", got[0].Members[1], news.Member{Article: want, Score: relevant("north", 0.8), Relation: news.RelationNew})
	same(t, "copy without score", got[0].Members[2].Score, news.Score{Topic: "north"})
	if m := got[0].Members[2]; m.Relation != news.RelationCopy || m.Of != a2 || m.Similarity != 0.5 || m.Announced {
		t.Errorf("copy %+v", m)
	}
	if !got[0].Announced.IsZero() || got[0].AnnouncedKind != "" {
		t.Errorf("announced %v as %q", got[0].Announced, got[0].AnnouncedKind)
	}
	// Sample n is fetched at minute n+5: since minute 26 only article 1 (n = 10) is too old.
	if got := must(db.Stories(t.Context(), "north", at(26)))(t); len(got) != 0 {
		t.Errorf("stories without a new relevant member: %+v", got)
	}
}

func TestStoriesAfterDigests(t *testing.T) {
	t.Parallel()
	db := open(t)
	first, story := save(t, db, placed(1, relevant("north", 0.8), relevant("south", 0.8)))
	second, _ := save(t, db, joining(2, news.RelationCopy, story, first, relevant("north", 0.8)))
	told(t, db, 60, news.Digest{Lead: []news.Item{item(news.ItemNew, first, second)}})
	if got := must(db.Stories(t.Context(), "north", at(-99)))(t); len(got) != 0 {
		t.Errorf("announced twice: %+v", got)
	}
	if got := must(db.Stories(t.Context(), "south", at(-99)))(t); len(got) != 1 || got[0].Members[0].Announced {
		t.Errorf("another topic's digest counted: %+v", got)
	}

	third, _ := save(t, db, joining(3, news.RelationUpdate, story, first, relevant("north", 0.8)))
	got := must(db.Stories(t.Context(), "north", at(-99)))(t)
	if len(got) != 1 {
		t.Fatalf("the update is missing: %+v", got)
	}
	same(t, "members", members(got[0]), []int64{first, second, third})
	var announced []bool
	for _, m := range got[0].Members {
		announced = append(announced, m.Announced)
	}
	same(t, "announced", announced, []bool{true, true, false})
	same(t, "first announced", got[0].Announced, at(60))
	if got[0].AnnouncedKind != news.ItemNew {
		t.Errorf("kind %q", got[0].AnnouncedKind)
	}

	told(t, db, 120, news.Digest{Lines: []news.Item{item(news.ItemUpdated, third)}})
	save(t, db, joining(4, news.RelationStory, story, first, relevant("north", 0.8)))
	got = must(db.Stories(t.Context(), "north", at(-99)))(t)
	if len(got) != 1 || !got[0].Announced.Equal(at(60)) || got[0].AnnouncedKind != news.ItemUpdated {
		t.Errorf("story %+v", got)
	}
	sound(t, db)
}

func TestNearMisses(t *testing.T) {
	t.Parallel()
	db := open(t)
	low, lowStory := save(t, db, placed(1, graded("north", 0.2, news.GradeWeak)))
	high, highStory := save(t, db, placed(2, graded("north", 0.4, news.GradeWeak)))
	weak, story := save(t, db, placed(3, graded("north", 0.45, news.GradeWeak)))
	save(t, db, joining(4, news.RelationStory, story, weak, relevant("north", 0.9)))
	save(t, db, placed(5, graded("north", 0.1, news.GradeNone)))

	got := must(db.NearMisses(t.Context(), "north", at(-99), 5))(t)
	if len(got) != 2 || got[0].ID != highStory || got[1].ID != lowStory || members(got[0])[0] != high {
		t.Fatalf("near misses %+v", got)
	}
	if got := must(db.NearMisses(t.Context(), "north", at(-99), 1))(t); len(got) != 1 || got[0].ID != highStory {
		t.Errorf("the best is %+v", got)
	}
	if got := must(db.NearMisses(t.Context(), "north", at(7), 5))(t); len(got) != 1 || got[0].ID != highStory {
		t.Errorf("since minute 7: %+v", got)
	}
	told(t, db, 60, news.Digest{Near: []news.Item{item(news.ItemNear, low)}})
	if got := must(db.NearMisses(t.Context(), "north", at(-99), 5))(t); len(got) != 1 || got[0].ID != highStory {
		t.Errorf("shown twice: %+v", got)
	}

	// A near miss that turns out to be relevant is announced all the same.
	ok(t, db.SaveScores(t.Context(), []ArticleScore{{low, relevant("north", 0.7)}}))
	stories := must(db.Stories(t.Context(), "north", at(-99)))(t)
	if len(stories) != 2 || stories[0].ID != lowStory || stories[0].Members[0].Announced || !stories[0].Announced.IsZero() {
		t.Errorf("stories %+v", stories)
	}
	told(t, db, 120, news.Digest{Rest: []news.Item{{Article: low}}})
	stories = must(db.Stories(t.Context(), "north", at(-99)))(t)
	if len(stories) != 1 || stories[0].ID != story {
		t.Errorf("stories %+v", stories)
	}
	sound(t, db)
}

func TestRescoring(t *testing.T) {
	t.Parallel()
	db := open(t)
	a, _ := save(t, db, placed(1, relevant("north", 0.8)))
	b, _ := save(t, db, placed(2, graded("north", 0.2, news.GradeWeak)))
	c, _ := save(t, db, placed(3, graded("north", 0.1, news.GradeNone)))
	told(t, db, 60, news.Digest{Lead: []news.Item{item(news.ItemNew, a)}, Near: []news.Item{item(news.ItemNear, b)}})
	ids := func(topic string, minute int) []int64 {
		var ids []int64
		for _, a := range must(db.Rescorable(t.Context(), topic, at(minute)))(t) {
			if a.Text == "" {
				t.Errorf("article %d has no text", a.ID)
			}
			ids = append(ids, a.ID)
		}
		return ids
	}
	same(t, "north", ids("north", 0), []int64{b, c})
	same(t, "south", ids("south", 0), []int64{a, b, c})
	same(t, "later", ids("north", 8), []int64{c})

	bad := []ArticleScore{{b, relevant("north", 0.9)}, {99, relevant("north", 0.9)}}
	if err := db.SaveScores(t.Context(), bad); err == nil {
		t.Error("an article that is not there was scored")
	}
	if got := must(db.Stories(t.Context(), "north", at(0)))(t); len(got) != 0 {
		t.Errorf("half the scores were kept: %+v", got)
	}
	ok(t, db.SaveScores(t.Context(), bad[:1]))
	if got := must(db.Stories(t.Context(), "north", at(0)))(t); len(got) != 1 {
		t.Errorf("stories %+v", got)
	}
}

func TestMarkSeen(t *testing.T) {
	t.Parallel()
	db := open(t)
	a, story := save(t, db, placed(1, relevant("north", 0.8)))
	ok(t, db.MarkSeen(t.Context(), "north", []int64{a}))
	ok(t, db.MarkSeen(t.Context(), "north", []int64{a}))
	if got := must(db.Stories(t.Context(), "north", at(0)))(t); len(got) != 0 {
		t.Errorf("announced: %+v", got)
	}
	save(t, db, joining(2, news.RelationStory, story, a, relevant("north", 0.8)))
	got := must(db.Stories(t.Context(), "north", at(0)))(t)
	if len(got) != 1 || !got[0].Members[0].Announced || got[0].Members[1].Announced || !got[0].Announced.IsZero() {
		t.Errorf("stories %+v", got)
	}
	if err := db.MarkSeen(t.Context(), "north", []int64{99}); err == nil {
		t.Error("an article that is not there was marked")
	}
	sound(t, db)
}

// TestSeenForEveryTopic holds that a first reading that is marked as seen is announced to no topic, not
// even to one that is added later, and that it tells nobody of its story: a further report of the event
// is news.
func TestSeenForEveryTopic(t *testing.T) {
	t.Parallel()
	db := open(t)
	p := placed(1, relevant("north", 0.8), relevant("later", 0.8))
	p.Seen = true
	a, story := save(t, db, p)
	for _, topic := range []string{"north", "later"} {
		if got := must(db.Stories(t.Context(), topic, at(0)))(t); len(got) != 0 {
			t.Errorf("%s: %+v", topic, got)
		}
		if got := must(db.Rescorable(t.Context(), topic, at(-99)))(t); len(got) != 0 {
			t.Errorf("%s: judged again: %+v", topic, got)
		}
	}
	b, _ := save(t, db, joining(2, news.RelationStory, story, a, relevant("north", 0.8)))
	got := must(db.Stories(t.Context(), "north", at(0)))(t)
	if len(got) != 1 || !got[0].Members[0].Seen || got[0].Members[1].Seen || got[0].Members[1].Announced {
		t.Fatalf("stories %+v", got)
	}
	must(db.SaveDigest(t.Context(), "north", false, fullDigest("north/1", a, b), nil))(t)
	save(t, db, joining(3, news.RelationUpdate, story, a, relevant("north", 0.8)))
	got = must(db.Stories(t.Context(), "north", at(0)))(t)
	if len(got) != 1 || got[0].Members[0].Seen || !got[0].Members[0].Announced {
		t.Errorf("what a digest announced passes for seen only: %+v", got)
	}
	trail := must(db.Trail(t.Context(), p.Article.Keys))(t)
	if len(trail.Digests) != 2 || trail.Digests[0].Kind != ItemSeen {
		t.Errorf("digests %+v", trail.Digests)
	}
	// A second reading marks nothing: the piece was new when it was read first.
	again := placed(9, relevant("north", 0.8))
	save(t, db, again)
	again.Seen, again.Placement.Relation, again.Placement.Of = true, news.RelationAddress, 0
	save(t, db, again)
	if got := must(db.Stories(t.Context(), "north", at(0)))(t); len(got) != 2 {
		t.Errorf("a second reading hid the first: %+v", got)
	}
	sound(t, db)
}
