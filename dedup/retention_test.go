package dedup

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"newsvigil/news"
	"newsvigil/store"
)

// TestOldStoriesStayOld: when texts and fingerprints are dropped after their time, a piece is known by its
// address and by its text for good, and its story is no new one.
func TestOldStoriesStayOld(t *testing.T) {
	t.Parallel()
	now := noon
	clock := func() time.Time { return now }
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "newsvigil.db"), store.Options{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	place := func(key, text string) news.Placement {
		t.Helper()
		a := news.Article{
			Source: "S", URL: "https://s.example/" + key, Keys: []string{"url:s.example/" + key}, Title: "Piece " + key, Text: text,
			Language: "en", Kind: news.KindFull, Published: news.Instant{Time: now}, Fetched: now,
		}
		p := NewPlacer(db, Options{Now: clock})
		if err := p.Warm(t.Context()); err != nil {
			t.Fatal(err)
		}
		got, err := p.Place(t.Context(), a)
		if err != nil {
			t.Fatal(err)
		}
		_, story, err := db.SaveArticle(t.Context(), store.Placed{Article: a, Fingerprint: Fingerprint(a), Placement: got})
		if err != nil {
			t.Fatal(err)
		}
		got.Story = story
		return got
	}
	whole, caption := essay(1, 300), essay(2, 30)
	first, short := place("1", whole), place("2", caption)
	if got := place("3", words(whole, 0, 200)); got.Relation != news.RelationCopy || got.Story != first.Story {
		t.Fatalf("while all is kept: %+v", got)
	}
	now = now.AddDate(0, 7, 0)
	pruned, err := db.Prune(t.Context(), store.Retention{Text: now.AddDate(0, 0, -90), Fingerprints: now.AddDate(0, 0, -120)})
	if err != nil || pruned.Texts != 3 || pruned.Shingles == 0 {
		t.Fatalf("dropped %+v, %v", pruned, err)
	}
	for i, c := range []struct {
		key, text string
		want      news.Relation
		story     int64
	}{
		{"1", "The page is another one by now.", news.RelationAddress, first.Story},
		{"2", caption, news.RelationAddress, short.Story},
		{"4", whole, news.RelationText, first.Story},
		{"5", words(whole, 0, 200), news.RelationText, first.Story},
		{"6", essay(3, 200), news.RelationNew, 0},
	} {
		if got := place(c.key, c.text); got.Relation != c.want || c.want != news.RelationNew && got.Story != c.story {
			t.Errorf("%d: %s was placed %s, story %d; want %s, %d", i, c.key, got.Relation, got.Story, c.want, c.story)
		}
	}
	if known, err := db.Known(t.Context(), []string{"url:s.example/1", "url:s.example/3", fmt.Sprint("url:s.example/", 9)}); err != nil || len(known) != 2 {
		t.Errorf("known: %v, %v", known, err)
	}
}
