package store

import (
	"math"
	"strings"
	"testing"
	"time"

	"newsvigil/news"
)

func TestArticleRoundTrip(t *testing.T) {
	t.Parallel()
	db := open(t)
	near, _ := save(t, db, placed(9, graded("north", 0.1, news.GradeNone)))
	p := placed(1, relevant("north", 0.75), graded("south", 0, news.GradeNone))
	p.Placement = news.Placement{Relation: news.RelationStory, Story: 1, Of: near, Similarity: 0.372,
		Neighbours: []news.Neighbour{{Article: near, Story: 1, Similarity: 0.372, Relation: news.RelationStory}}}
	id, story := save(t, db, p)
	if story != 1 {
		t.Errorf("story %d", story)
	}
	want := p.Article
	want.ID = id
	want.Keys = append(want.Keys, p.CandidateKey)
	full(t, want)
	full(t, p.Placement)
	full(t, p.Placement.Neighbours[0])
	full(t, p.Scores[0])
	full(t, p.Scores[0].Reasons, "Facets", "Muted")
	got := must(db.Article(t.Context(), id))(t)
	same(t, "article", got, want)
	if _, offset := got.Published.Time.Zone(); offset != 9*3600 {
		t.Errorf("the publication's offset is %d", offset)
	}
	if got.Fetched.Location() != want.Fetched.UTC().Location() {
		t.Errorf("fetched is in %v", got.Fetched.Location())
	}
	trail := must(db.Trail(t.Context(), p.Article.Keys))(t)
	same(t, "scores", trail.Scores, p.Scores)
	same(t, "placement", trail.Placement, p.Placement)

	rows, err := db.read.Query(`SELECT hash FROM shingles WHERE article = ? ORDER BY hash`, id)
	hashes := must(collect(rows, err, func(r row) (uint64, error) {
		var h int64
		err := r.Scan(&h)
		return uint64(h), err
	}))(t)
	same(t, "shingles", hashes, []uint64{1<<63 + 1, 1, 77}) // in the order of the signed numbers
	sound(t, db)
}

// What feeds and pages leave out comes back as it was: absent.
func TestBareArticleRoundTrip(t *testing.T) {
	t.Parallel()
	db := open(t)
	want := news.Article{Source: "S", URL: "https://s.example/x.pdf", Keys: []string{"k"}, Kind: news.KindPDF}
	id, _ := save(t, db, Placed{Article: want})
	want.ID = id
	same(t, "article", must(db.Article(t.Context(), id))(t), want)
	if _, err := db.Article(t.Context(), id+1); err == nil || !strings.Contains(err.Error(), "there is no article 2") {
		t.Errorf("error %v", err)
	}
}

// A date that Go can hold but JSON cannot must not keep a digest from being saved.
func TestImpossibleDates(t *testing.T) {
	t.Parallel()
	for _, in := range []time.Time{
		time.Date(2026, 3, 14, 12, 0, 0, 0, time.FixedZone("", 24*3600)),
		time.Date(2026, 3, 14, 12, 0, 0, 0, time.FixedZone("", -30*3600)),
		time.Date(12026, 3, 14, 12, 0, 0, 0, time.UTC),
		time.Date(-5, 3, 14, 12, 0, 0, 0, time.UTC),
	} {
		db := open(t)
		p := placed(1, relevant("north", 0.75))
		p.Article.Published.Time = in
		id, _ := save(t, db, p)
		it := item(news.ItemNew, id)
		it.Published = must(db.Stories(t.Context(), "north", at(-99)))(t)[0].Members[0].Article.Published
		if in.Year() == 2026 && !it.Published.Time.Equal(in) {
			t.Errorf("%v became %v", in, it.Published.Time)
		}
		must(db.SaveDigest(t.Context(), "north", false, news.Digest{Key: "d", Slot: clock, Lead: []news.Item{it}}, nil))(t)
	}
}

func TestSaveArticleTwice(t *testing.T) {
	t.Parallel()
	db := open(t)
	p := placed(1, relevant("north", 0.75))
	c := candidate(1)
	c.Key = p.CandidateKey
	polled(t, db, c)
	id, story := save(t, db, p)
	again, sameStory := save(t, db, p)
	if again != id || sameStory != story {
		t.Errorf("article %d of story %d became %d of %d", id, story, again, sameStory)
	}
	if got := must(db.Since(t.Context(), at(-99)))(t); len(got) != 1 {
		t.Errorf("%d articles", len(got))
	}
	trail := must(db.Trail(t.Context(), []string{c.Key}))(t)
	if trail.Candidate.State != CandidateRead || trail.Candidate.Attempts != 1 {
		t.Errorf("candidate %+v", trail.Candidate)
	}
	sound(t, db)
}

func TestSecondAddressOfAnArticle(t *testing.T) {
	t.Parallel()
	db := open(t)
	first := placed(1, relevant("north", 0.75))
	id, story := save(t, db, first)
	other, _ := save(t, db, placed(2, relevant("north", 0.75)))

	second := placed(3, graded("north", 0.1, news.GradeNone))
	second.Article.Keys = append(second.Article.Keys, placed(2).Article.Keys[0])
	second.Placement = news.Placement{Relation: news.RelationAddress, Of: id, Story: story}
	gotID, gotStory := save(t, db, second)
	if gotID != id || gotStory != story {
		t.Errorf("placed as %d of %d, want %d of %d", gotID, gotStory, id, story)
	}
	want := first.Article
	want.ID = id
	want.Keys = append(want.Keys, first.CandidateKey, second.Article.Keys[0], second.Article.Keys[1], second.CandidateKey)
	same(t, "the first reading is kept", must(db.Article(t.Context(), id))(t), want)
	taken, _, err := db.ByKeys(t.Context(), placed(2).Article.Keys[:1])
	ok(t, err)
	if taken.Article.ID != other {
		t.Errorf("the key of article %d went to %d", other, taken.Article.ID)
	}
	sound(t, db)
}

func TestFullTextReplacesTeaser(t *testing.T) {
	t.Parallel()
	db := open(t)
	teaser := placed(1, graded("north", 0.1, news.GradeNone), graded("south", 0.2, news.GradeNone))
	teaser.Article.Kind, teaser.Article.Text = news.KindTeaser, "Short."
	teaser.Reader = "description"
	id, _ := save(t, db, teaser)

	full := placed(2, relevant("north", 0.9))
	full.Reader = "readability"
	full.Article.Keys = teaser.Article.Keys
	full.Article.Text = "The whole text."
	full.Fingerprint = news.Fingerprint{Text: 4711, Shingles: []uint64{5, 6}, Words: 3}
	save(t, db, full)
	got := must(db.Article(t.Context(), id))(t)
	if got.Kind != news.KindFull || got.Text != full.Article.Text || !got.Fetched.Equal(full.Article.Fetched) || got.Title != teaser.Article.Title {
		t.Errorf("article %+v", got)
	}
	stored, found, err := db.ByText(t.Context(), 4711, at(-99))
	if err != nil || !found || stored.Article.ID != id {
		t.Errorf("not found by its new text: %v", err)
	}
	if shared := must(db.Sharing(t.Context(), []uint64{5, 6}, at(-99)))(t); len(shared) != 1 {
		t.Error("the new hashes are missing")
	}
	trail := must(db.Trail(t.Context(), teaser.Article.Keys))(t)
	same(t, "scores", trail.Scores, []news.Score{relevant("north", 0.9), graded("south", 0.2, news.GradeNone)})
	same(t, "reader", trail.Reader, full.Reader)

	save(t, db, teaser)
	if got := must(db.Article(t.Context(), id))(t); got.Kind != news.KindFull || got.Text != full.Article.Text {
		t.Error("a teaser replaced a full text")
	}
	sound(t, db)
}

// Whatever fails inside the transaction leaves nothing behind.
func TestSaveArticleIsOneTransaction(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		in   func(*Placed)
	}{
		{"story that is not there", func(p *Placed) { p.Placement = news.Placement{Relation: news.RelationStory, Story: 99} }},
		{"article that is not there", func(p *Placed) { p.Placement.Of = 99 }},
		{"address of an article that is not there", func(p *Placed) { p.Placement = news.Placement{Relation: news.RelationAddress, Of: 99} }},
		{"score that is no number", func(p *Placed) { p.Scores = append(p.Scores, relevant("south", math.NaN())) }},
		{"endless score", func(p *Placed) { p.Scores = append(p.Scores, relevant("south", math.Inf(1))) }},
		{"negative score", func(p *Placed) { p.Scores = append(p.Scores, relevant("south", -1)) }},
		{"unknown grade", func(p *Placed) { p.Scores[0].Grade = "superb" }},
		{"empty key", func(p *Placed) { p.Article.Keys = append(p.Article.Keys, "") }},
		{"no key", func(p *Placed) { p.Article.Keys, p.CandidateKey = nil, "" }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			p := placed(1, relevant("north", 0.75))
			c := candidate(1)
			c.Key = placed(1).CandidateKey
			polled(t, db, c)
			tt.in(&p)
			if article, story, err := db.SaveArticle(t.Context(), p); err == nil || article != 0 || story != 0 {
				t.Fatalf("stored as %d of %d, error %v", article, story, err)
			}
			for _, table := range []string{"articles", "stories", "texts", "aliases", "shingles", "scores"} {
				var n int
				ok(t, db.read.QueryRow(`SELECT count(*) FROM `+table).Scan(&n))
				if n != 0 {
					t.Errorf("%d rows are left in %s", n, table)
				}
			}
			if waiting := must(db.Pending(t.Context(), "Border Post", at(99)))(t); len(waiting) != 1 {
				t.Error("the candidate does not wait any more")
			}
		})
	}
}
