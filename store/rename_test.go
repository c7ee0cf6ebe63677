package store

import (
	"testing"

	"newsvigil/news"
)

// TestRename holds that everything that is known of a source follows it to its new name, and that what
// is another one's stays.
func TestRename(t *testing.T) {
	t.Parallel()
	db := open(t)
	p := placed(1, relevant("north", 0.8))
	p.Article.Source, p.Article.Keys, p.CandidateKey = "Old Name", []string{"id:old-name:7", "url:post.example/7"}, "id:old-name:7"
	id, _ := save(t, db, p)
	waiting := candidate(2)
	waiting.Source, waiting.Key = "Old Name", "id:old-name:8"
	ok(t, db.Polled(t.Context(), news.PollState{Source: "Old Name", URL: "https://post.example/feed", Heads: []string{"id:old-name:7", "url:x"}}, []news.Candidate{waiting}))
	other := placed(5, relevant("north", 0.8))
	save(t, db, other)
	ok(t, db.SaveHealth(t.Context(), news.Health{Source: "Old Name", Failures: 3, Good: at(0)}))

	same(t, "strays", must(db.Strays(t.Context(), []string{"New Name", other.Article.Source}, 5))(t), []Stray{{Key: "old-name", Name: "Old Name", URLs: []string{p.Article.URL}}})
	same(t, "none", must(db.Strays(t.Context(), []string{"OLD name"}, 5))(t), []Stray(nil))
	ok(t, db.Rename(t.Context(), "old-name", "New Name"))

	a := must(db.Article(t.Context(), id))(t)
	if a.Source != "New Name" || a.Keys[0] != "id:new-name:7" {
		t.Errorf("article %+v", a)
	}
	left := must(db.Pending(t.Context(), "New Name", at(99)))(t)
	if len(left) != 1 || left[0].Key != "id:new-name:8" || left[0].Source != "New Name" {
		t.Errorf("pending %+v", left)
	}
	health := must(db.Health(t.Context()))(t)
	if len(health) != 1 || health[0].Source != "New Name" || health[0].Failures != 3 {
		t.Errorf("health %+v", health)
	}
	same(t, "heads", must(db.Poll(t.Context(), "https://post.example/feed"))(t).Heads, []string{"id:new-name:7", "url:x"})
	if kept := must(db.Article(t.Context(), id+1))(t); kept.Source != other.Article.Source {
		t.Errorf("another source's piece became %+v", kept)
	}
	same(t, "strays afterwards", must(db.Strays(t.Context(), []string{"New Name", other.Article.Source}, 5))(t), []Stray(nil))

	// A key that the other source has already stays with that one.
	again := placed(9, relevant("north", 0.8))
	again.Article.Source, again.Article.Keys, again.CandidateKey = "Old Name", []string{"id:old-name:7"}, ""
	save(t, db, again)
	ok(t, db.Rename(t.Context(), "old-name", "New Name"))
	sound(t, db)
}
