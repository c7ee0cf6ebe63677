package classify

import (
	"cmp"
	"fmt"
	"slices"

	"newsvigil/news"
)

// Trial is what a model that is to take the place of another one is judged by.
type Trial struct {
	// Seeds are the topic's own exemplars.
	Seeds []news.Exemplar
	// Labels are all that the new model was learned from.
	Labels []Labelled
}

// Worse says in words what the next model would make worse; "" where nothing. No exemplar, and no liked piece, that stands above the old one's cut may fall below the new
// one's; and the order in which a model puts exemplars and liked pieces before disliked ones may not
// lose average precision. The order is measured so, and not by F1 at the cut, because over a handful of
// labels F1 jumps by a tenth for a single piece, and what the cut does to liked pieces is looked at for
// each of them anyway.
func (t Trial) Worse(old, next *Model) string {
	before, after := t.replay(old), t.replay(next)
	for i := range before {
		if b, a := before[i], after[i]; b.like && b.share >= 1 && a.share < 1 {
			return fmt.Sprintf("%q, which is on the topic, would fall below the cut: %.0f %% of it, now %.0f %%", b.title, 100*a.share, 100*b.share)
		}
	}
	const slack = 1e-9 // sums in another order
	if b, a := orderOf(before), orderOf(after); a < b-slack {
		return fmt.Sprintf("pieces on the topic and off it would be told apart less well: average precision %.3f, now %.3f", a, b)
	}
	return ""
}

// replayed is what a model says of a piece that was judged.
type replayed struct {
	title string
	like  bool
	// share is the score as a share of the cut.
	share float64
}

// replay judges exemplars and labelled pieces by a model. An exemplar is known by its terms alone, so no
// facet is looked for in it.
func (t Trial) replay(m *Model) []replayed {
	var all []replayed
	concepts := listsOf(m.topic.Concepts)
	for _, e := range t.Seeds {
		all = append(all, replayed{e.Title, true, m.ranker.score(m.reader.exemplar(e, concepts)) / m.cut})
	}
	for _, l := range t.Labels {
		all = append(all, replayed{l.Article.Title, l.Like, m.Score(l.Article).Value / m.cut})
	}
	return all
}

// orderOf is the average precision, ties counted against the model.
func orderOf(all []replayed) float64 {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b replayed) int {
		return cmp.Or(cmp.Compare(b.share, a.share), cmp.Compare(side(a.like), side(b.like)))
	})
	found, sum := 0, 0.0
	for i, r := range all {
		if r.like {
			found++
			sum += float64(found) / float64(i+1)
		}
	}
	if found == 0 {
		return 0
	}
	return sum / float64(found)
}
