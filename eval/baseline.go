package eval

import (
	"context"
	"maps"
	"math"
	"slices"

	"newsvigil/news"
	"newsvigil/text"
)

// The plain methods beside which the program's figures stand. They see the same words and word pairs,
// headline and text alike.

// vectors are the test stories as counts of numbered terms, each read once for all tasks.
type vectors struct {
	id      map[string]int32
	idf     []float64 // of the background
	stories []vector
	typical float64 // mean length of the background
}

// vector is a piece as counts of terms.
type vector struct {
	counts []termCount
	length float64
	norm   float64 // of its weights (1 + ln count) · idf
}

type termCount struct {
	id int32
	n  float64
}

func newVectors(ctx context.Context, background []news.Article, test []wireStory) (*vectors, error) {
	v := &vectors{id: map[string]int32{}}
	var in []float64
	number := func(term string) int32 {
		id, ok := v.id[term]
		if !ok {
			id = int32(len(in))
			v.id[term] = id
			in = append(in, 0)
		}
		return id
	}
	for _, a := range background {
		for term, n := range pieceTerms(a) {
			in[number(term)]++
			v.typical += float64(n)
		}
	}
	v.typical /= float64(max(1, len(background)))
	bags, err := each(ctx, len(test), func(i int) (map[string]int, error) { return pieceTerms(test[i].article), nil })
	if err != nil {
		return nil, err
	}
	for _, bag := range bags {
		for term := range bag {
			number(term)
		}
	}
	for _, n := range in {
		v.idf = append(v.idf, math.Log(1+(float64(len(background))-n+0.5)/(n+0.5)))
	}
	for _, bag := range bags {
		v.stories = append(v.stories, v.vector(bag))
	}
	return v, nil
}

func pieceTerms(a news.Article) map[string]int { return text.Terms(a.Title + "\n\n" + a.Text) }

// vector numbers the terms of a bag; those that neither background nor test holds are of no use.
func (v *vectors) vector(bag map[string]int) vector {
	var out vector
	for _, term := range slices.Sorted(maps.Keys(bag)) {
		n := float64(bag[term])
		out.length += n
		if id, ok := v.id[term]; ok {
			out.counts = append(out.counts, termCount{id, n})
			out.norm += square(v.weight(id, n))
		}
	}
	out.norm = math.Sqrt(out.norm)
	return out
}

func square(x float64) float64 { return x * x }

func (v *vectors) weight(id int32, n float64) float64 { return (1 + math.Log(n)) * v.idf[id] }

// query is what the exemplars ask for: the centroid of their normalised vectors, and how often each
// term stands in all of them.
type query struct{ centroid, counts []float64 }

func (v *vectors) query(drawn []news.Article) query {
	q := query{make([]float64, len(v.idf)), make([]float64, len(v.idf))}
	for _, a := range drawn {
		d := v.vector(pieceTerms(a))
		for _, c := range d.counts {
			q.centroid[c.id] += ratio(v.weight(c.id, c.n), d.norm)
			q.counts[c.id] += c.n
		}
	}
	return q
}

// cosines ranks the stories by the cosine to the centroid of the exemplars, up to a constant factor.
func (v *vectors) cosines(q query) []float64 {
	scores := make([]float64, len(v.stories))
	for i, d := range v.stories {
		for _, c := range d.counts {
			scores[i] += q.centroid[c.id] * ratio(v.weight(c.id, c.n), d.norm)
		}
	}
	return scores
}

// BM25's usual constants (Robertson et al., TREC-3, 1994); k3 damps repetitions in the query.
const (
	bm25K1 = 1.2
	bm25B  = 0.75
	bm25K3 = 8
)

// bm25s ranks the stories by BM25 with all exemplars, one after the other, as the query.
func (v *vectors) bm25s(q query) []float64 {
	scores := make([]float64, len(v.stories))
	for i, d := range v.stories {
		for _, c := range d.counts {
			asked := q.counts[c.id] * (bm25K3 + 1) / (q.counts[c.id] + bm25K3)
			held := c.n * (bm25K1 + 1) / (c.n + bm25K1*(1-bm25B+bm25B*d.length/v.typical))
			scores[i] += asked * held * v.idf[c.id]
		}
	}
	return scores
}

// bothLists is the AND of word lists: the geometric mean of how much of each stands in a piece, which is
// the sum of 1 + ln(count) over the words found.
func bothLists(facets []news.Hit) float64 {
	product := 1.0
	for _, f := range facets {
		sum := 0.0
		for _, n := range f.Counts {
			sum += 1 + math.Log(float64(n))
		}
		product *= sum
	}
	return math.Sqrt(product)
}
