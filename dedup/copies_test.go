package dedup

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"newsvigil/news"
)

// changed replaces a share of the words of a text by strange ones, here and there.
func changed(s string, share float64) string {
	rng := rand.New(rand.NewPCG(17, 17))
	words := strings.Fields(s)
	for i := range words {
		if rng.Float64() < share {
			words[i] = spell(uint64(60000 + rng.IntN(60000)))
		}
	}
	return strings.Join(words, " ")
}

// TestWordsChanged: one word in five changed breaks most runs of five words, and it is a copy all the same.
func TestWordsChanged(t *testing.T) {
	t.Parallel()
	for _, words := range []int{120, 400, 900} {
		d := newDesk(t)
		whole := essay(61, words)
		d.place(news.Article{Text: whole})
		if got := d.place(news.Article{Text: changed(whole, 0.19)}); got.Relation != news.RelationCopy || got.Of != 1 {
			t.Errorf("%d words: %+v", words, got)
		}
		if got := d.place(news.Article{Text: changed(whole, 0.5)}); got.Relation == news.RelationCopy {
			t.Errorf("%d words, half of them changed: %+v", words, got)
		}
	}
}

// TestShortForms: a form of an authority or exchange that two outlets fill in is no copy.
func TestShortForms(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	form := essay(62, 30)
	fill := func(seed uint64) string { return essay(seed, 20) + " " + form + " " + essay(seed+1, 14) }
	d.place(news.Article{Text: fill(63)})
	if got := d.place(news.Article{Text: fill(65)}); got.Relation == news.RelationCopy || len(got.Neighbours) == 0 {
		t.Errorf("got %+v", got)
	}
}

// TestFormOfOneOutlet: half of the words in common are a copy between two outlets, and a form where one
// outlet prints both under other headlines or on other days.
func TestFormOfOneOutlet(t *testing.T) {
	t.Parallel()
	body := essay(66, 200)
	for _, c := range []struct {
		name string
		in   news.Article
		copy bool
	}{
		{"another outlet", news.Article{Source: "T", Title: "Prices at Lagos harbour"}, true},
		{"one outlet, the headline edited", news.Article{Source: "S", Title: "Tariffs at Marisol harbour rise again"}, true},
		{"one outlet, another headline", news.Article{Source: "S", Title: "Prices at Lagos harbour"}, false},
		{"one outlet, another day", news.Article{Source: "S", Title: "Tariffs at Marisol harbour", Published: news.Instant{Time: noon.AddDate(0, 0, 5)}}, false},
	} {
		d := newDesk(t)
		d.place(news.Article{Source: "S", Title: "Tariffs at Marisol harbour", Text: body + " " + essay(67, 200)})
		c.in.Text = essay(68, 180) + " " + body
		if got := d.place(c.in); (got.Relation == news.RelationCopy) != c.copy {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}

// TestRunAgain: whatever was placed when the program died, placing all from the start again ends with the
// same stories, as pieces that are stored are known by their address.
func TestRunAgain(t *testing.T) {
	t.Parallel()
	var pieces []news.Article
	for i := range uint64(12) {
		origin := essay(300+i/3, 260)
		a := news.Article{Title: essay(400+i/3, 6), Text: changed(origin, 0.04*float64(i%3)) + " " + essay(500+i, 20)}
		pieces = append(pieces, a)
	}
	pieces = append(pieces, news.Article{Text: words(pieces[0].Text, 0, 150) + " " + words(pieces[3].Text, 0, 150)})
	for i := range pieces {
		pieces[i].Keys = []string{"url:example.org/" + string(rune('a'+i))}
		pieces[i].Published.Time = noon.Add(time.Duration(i) * time.Hour)
	}
	run := func(d *desk, n int) []int64 {
		stories := make([]int64, n)
		for i, a := range pieces[:n] {
			stories[i] = d.placeOnce(a).Story
		}
		return stories
	}
	want := run(newDesk(t), len(pieces))
	for died := range len(pieces) {
		d := newDesk(t)
		run(d, died)
		d.restart()
		if got := run(d, len(pieces)); !slices.Equal(got, want) {
			t.Errorf("died after %d: %v, want %v", died, got, want)
		}
		d.restart()
		if got := run(d, len(pieces)); !slices.Equal(got, want) {
			t.Errorf("placed once more: %v, want %v", got, want)
		}
	}
}
