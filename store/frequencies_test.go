package store

import (
	"errors"
	"testing"
	"time"

	"newsvigil/news"
)

// TestFrequencies holds that table and number come back as they were stored, and that damage is told from
// an outage of the database.
func TestFrequencies(t *testing.T) {
	t.Parallel()
	db := open(t)
	same(t, "none", must(db.Frequencies(t.Context()))(t), Frequencies{})
	for _, want := range []Frequencies{{Last: 7, Table: "2\n1\tdam\n"}, {Last: 9, Table: "3\n1\tdam\n"}} {
		ok(t, db.SaveFrequencies(t.Context(), want))
		same(t, "stored", must(db.Frequencies(t.Context()))(t), want)
	}
	for _, wrong := range []string{`x''`, `x'1f8b'`, `substr(terms, 1, length(terms) - 5)`, `substr(terms, 1, 12) || x'00' || substr(terms, 14)`} {
		ok(t, db.SaveFrequencies(t.Context(), Frequencies{Last: 9, Table: "3\n1\tdam\n2\twater\n"}))
		must(db.write.Exec(`UPDATE frequencies SET terms = CAST(` + wrong + ` AS BLOB)`))(t)
		if got, err := db.Frequencies(t.Context()); !errors.Is(err, ErrFrequencies) || got != (Frequencies{}) {
			t.Errorf("%s: %+v, %v", wrong, got, err)
		}
	}
}

// TestLeaving holds which pieces are counted: those with a text before the newest, and those whose texts
// Prune is about to drop, but for a few that look old among young ones.
func TestLeaving(t *testing.T) {
	t.Parallel()
	db := open(t)
	for n := range 6 { // numbers 1 to 6, fetched at 5 to 10
		p := placed(n)
		if n == 3 {
			p.Article.Text = ""
		}
		save(t, db, p)
	}
	never, all := time.Time{}, at(99)
	for _, test := range []struct {
		after  int64
		newest int
		before time.Time
		want   int64
	}{
		{0, 9, never, 0},
		{0, 2, never, 3}, // number 4 has no text
		{0, 3, never, 2},
		{3, 2, never, 3},
		{3, 1, never, 5},
		{5, 9, never, 5},
		{0, 9, at(6), 1}, // fetched before then
		{0, 9, at(8), 3},
		{0, 3, at(6), 2},
		{4, 9, at(6), 4},
		{0, 9, all, 6},
	} {
		if got := must(db.Leaving(t.Context(), test.after, test.newest, test.before))(t); got != test.want {
			t.Errorf("after %d, newest %d, before %v: up to %d, want %d", test.after, test.newest, test.before, got, test.want)
		}
	}
	ok(t, db.SaveFeedback(t.Context(), Said{Feedback: news.Feedback{Topic: "north", URL: "u", Article: 6, Label: news.LabelLike, At: clock}}))
	if got := must(db.Leaving(t.Context(), 0, 9, all))(t); got != 5 {
		t.Errorf("a piece whose text stays for good leaves: %d", got)
	}
	between := must(db.TextsBetween(t.Context(), 1, 5, 2))(t)
	same(t, "between", between, []news.Article{{ID: 2, Title: sample(1).Title, Text: sample(1).Text}, {ID: 3, Title: sample(2).Title, Text: sample(2).Text}})
	same(t, "the last", len(must(db.TextsBetween(t.Context(), 3, 5, 9))(t)), 1)
	same(t, "background", len(must(db.Background(t.Context(), 3, 9))(t)), 2)
}

// TestLeavingIsNotLed: one piece that a wrong clock made old does not take the young ones before it along.
func TestLeavingIsNotLed(t *testing.T) {
	t.Parallel()
	db := open(t)
	for n := range strays + 10 {
		save(t, db, placed(n))
	}
	p := placed(-500)
	save(t, db, p)
	if got := must(db.Leaving(t.Context(), 0, 999, at(-400)))(t); got != 0 {
		t.Errorf("all before %d leave", got)
	}
}
