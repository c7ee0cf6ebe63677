package classify

import (
	"math"
	"testing"

	"newsvigil/news"
)

// sides is a collection of three terms, and pieces that hold them: the first stands in liked pieces, the
// second in disliked ones, the third in ordinary ones.
func sides() (c collection, docs [3]document) {
	v := &vocabulary{terms: []string{"camp", "goal", "rate"}, id: map[string]int32{"camp": 0, "goal": 1, "rate": 2}}
	c = collection{vocabulary: v, background: 100, in: []float64{2, 2, 2}, articles: 100}
	for i := range docs {
		docs[i] = document{postings: []posting{{int32(i), 2}}, length: 50}
	}
	return c, docs
}

// TestLineIsNegativeWhereDislikedOnly holds that the linear term takes away for what disliked pieces hold,
// and for nothing else.
func TestLineIsNegativeWhereDislikedOnly(t *testing.T) {
	t.Parallel()
	c, docs := sides()
	var examples []example
	for range 3 {
		examples = append(examples, c.example(docs[0], 1, judgedCost), c.example(docs[1], -1, judgedCost), c.example(docs[2], -1, judgedCost))
	}
	for _, tt := range []struct {
		name     string
		disliked []document
		want     [3]float64 // signs
	}{
		{"the second is disliked", docs[1:2], [3]float64{1, -1, 0}},
		{"nothing is", nil, [3]float64{1, 0, 0}},
	} {
		l := c.learnLine(examples, tt.disliked)
		for id, want := range tt.want {
			if w := l.weight[id]; want == 0 && w != 0 || want != 0 && w*want <= 0 {
				t.Errorf("%s: the weight of %q is %v", tt.name, c.vocabulary.terms[id], w)
			}
		}
		if got := l.rank(docs[1]); got != 0 {
			t.Errorf("%s: a piece like the disliked ranks at %v", tt.name, got)
		}
	}
}

// TestDislikedWordTakesAway holds that a disliked word takes away from a liked one.
func TestDislikedWordTakesAway(t *testing.T) {
	t.Parallel()
	c, docs := sides()
	l := c.learnLine([]example{c.example(docs[0], 1, 100), c.example(docs[1], -1, 100)}, docs[1:2])
	both := document{postings: []posting{{0, 2}, {1, 2}}, length: 50}
	if on := l.rank(docs[0]); on <= 0 || l.rank(both) >= on {
		t.Errorf("liked %.3f, with a disliked word %.3f", on, l.rank(both))
	}
}

// TestLeftOutIsLeftOut holds that an exemplar is judged by a line that never saw it: of two exemplars that
// share nothing, neither is reached by the other's.
func TestLeftOutIsLeftOut(t *testing.T) {
	t.Parallel()
	c, docs := sides()
	tr := &trainer{collection: c, exemplars: docs[:2]}
	tr.train()
	if tr.level.line != 0 || tr.level.all != 0 {
		t.Errorf("exemplars without a common word reach %+v", tr.level)
	}
}

// TestEvidence holds that naming two facets plainly is something by itself, that one missing makes it
// nothing, and that a single facet, a keyword, is no evidence.
func TestEvidence(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   []float64
		want float64
	}{{nil, 0}, {[]float64{3}, 0}, {[]float64{3, gateFrom}, 0}, {[]float64{1.4, 1.4}, 1}, {[]float64{99, 99, 99}, mostEvidence}, {[]float64{2.4, 4.9}, math.Sqrt(8)}} {
		if got := evidence(c.in); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%v: %v, want %v", c.in, got, c.want)
		}
	}
	topic := water(4)
	topic.Facets = []news.WordList{{Name: "a", Any: []string{"zinc"}}, {Name: "b", Any: []string{"strike"}}}
	if s := fit(t, topic).Score(piece("Zinc strike|A strike stopped the zinc smelter.")); s.Value <= 0 {
		t.Error("a piece that names every facet and nothing else scores nothing")
	}
}

// TestConceptsAreCountedInPiecesOnly holds that a table of terms, which knows nothing of concepts, does not
// make them look rare.
func TestConceptsAreCountedInPiecesOnly(t *testing.T) {
	t.Parallel()
	v := &vocabulary{terms: []string{"concept:dam", "dam"}, id: map[string]int32{"concept:dam": 0, "dam": 1}}
	docs := []document{{postings: []posting{{0, 1}, {1, 1}}}, {}}
	c := newCollection(v, docs, Frequencies{Articles: 998, In: map[string]int{"dam": 499}})
	if n, in := c.known(0); n > 2+priorArticles || in < 1 {
		t.Errorf("the concept stands in %v of %v", in, n)
	}
	if n, in := c.known(1); n < 1000 || in < 500 {
		t.Errorf("the word stands in %v of %v", in, n)
	}
}
