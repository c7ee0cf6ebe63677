package dedup

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"newsvigil/news"
)

// TestArrivalOrder: whatever the order in which edited copies arrive, the sets are the same. Cuts keep
// the beginning, so that any two copies of a piece share text; two far ends of one piece do not.
func TestArrivalOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		var pieces []news.Article
		for origin := range rapid.IntRange(1, 4).Draw(rt, "originals") {
			body := strings.Fields(essay(uint64(100+origin), rapid.IntRange(150, 400).Draw(rt, "words")))
			for range rapid.IntRange(1, 4).Draw(rt, "copies") {
				pieces = append(pieces, news.Article{Title: essay(uint64(500+origin), 6), Credit: fmt.Sprint(origin), Text: edit(rt, body)})
			}
		}
		order := rapid.Permutation(indices(len(pieces))).Draw(rt, "order")
		if diff := cmp.Diff(sets(t, pieces, indices(len(pieces))), sets(t, pieces, order)); diff != "" {
			rt.Fatalf("another order, other sets: %s", diff)
		}
	})
}

// edit copies a text as outlets do: cut at the end, a word changed here and there, a line added.
func edit(rt *rapid.T, body []string) string {
	out := slices.Clone(body[:max(80, len(body)*rapid.IntRange(50, 100).Draw(rt, "kept")/100)])
	for i := rapid.IntRange(15, 40).Draw(rt, "first change"); i < len(out); i += rapid.IntRange(25, 60).Draw(rt, "distance") {
		out[i] = "changed" + fmt.Sprint(i)
	}
	return strings.Join(out, " ") + " " + essay(rapid.Uint64Range(1000, 9000).Draw(rt, "line"), 12)
}

func indices(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// sets places the pieces in the given order and returns which ended up together as copies: no two of
// them are alike enough for one event.
func sets(t *testing.T, pieces []news.Article, order []int) [][]int {
	d := newDesk(t)
	d.placer.o.StorySimilarity = 2
	byStory := make(map[int64][]int)
	for _, i := range order {
		story := d.place(pieces[i]).Story
		byStory[story] = append(byStory[story], i)
	}
	var out [][]int
	for _, set := range byStory {
		slices.Sort(set)
		out = append(out, set)
	}
	slices.SortFunc(out, slices.Compare)
	return out
}
