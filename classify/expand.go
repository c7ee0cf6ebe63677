package classify

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// querySize is how many terms the exemplars' query has, sizePerExemplar how many more it has for each
// exemplar or liked piece beyond the first few, up to mostQuery: many of them tell more terms apart.
const (
	querySize       = 60
	sizePerExemplar = 4
	fewExemplars    = 8
	mostQuery       = 120
)

func sizeOfQuery(exemplars int) int {
	return min(mostQuery, querySize+sizePerExemplar*max(0, exemplars-fewExemplars))
}

// collection is what is known of how common each term is.
type collection struct {
	vocabulary *vocabulary
	// background is the number of ordinary pieces, in each term's number of those that hold it.
	background float64
	in         []float64
	// articles is the number of pieces in which concepts were looked for.
	articles float64
}

func newCollection(v *vocabulary, background []document, known Frequencies) collection {
	n := float64(len(background))
	c := collection{vocabulary: v, background: n + float64(known.Articles), in: make([]float64, len(v.terms)), articles: n}
	for id, term := range v.terms {
		c.in[id] = float64(known.In[term])
	}
	for _, d := range background {
		for _, p := range d.postings {
			c.in[p.id]++
		}
	}
	return c
}

// A single word explains a score only if it is known to be rare. Pairs of words are.
const (
	fewToKnow = 50
	rareShare = 0.1
)

// telling reports whether a term may stand as a reason.
func (c collection) telling(id int32) bool {
	if c.vocabulary.isConcept(id) {
		return false // concepts are reasons of their own
	}
	return strings.Contains(c.vocabulary.terms[id], " ") || c.background >= fewToKnow && c.in[id] <= rareShare*c.background
}

// Before there are articles, a word is assumed to stand in every tenth of them, a pair of words or a
// concept in every fiftieth. The assumption is worth priorArticles at first, half as many once there
// are as many real ones, and less than one beside a thousand.
const (
	priorArticles = 30.0
	priorWord     = 0.1
	priorPair     = 0.02
)

// fade is how many articles a prior is worth beside n real ones.
func fade(n float64) float64 { return priorArticles * priorArticles / (priorArticles + n) }

// rsj is the Robertson-Spärck Jones weight of a term that r of R exemplars hold, with the usual halves
// (Robertson & Spärck Jones, "Relevance weighting of search terms", 1976). In the paper's letters N
// is background + R and n is in + r.
func (c collection) rsj(id int32, r, R float64) float64 {
	n, in := c.known(id)
	return math.Log((r + 0.5) * (n - in + 0.5) / ((in + 0.5) * (R - r + 0.5)))
}

// known is how many ordinary pieces there are and how many of them hold a term, the prior among them.
func (c collection) known(id int32) (n, in float64) {
	n, rate := c.background, priorWord
	switch {
	case c.vocabulary.isConcept(id):
		n, rate = c.articles, priorPair
	case strings.Contains(c.vocabulary.terms[id], " "):
		rate = priorPair
	}
	return n + fade(n), c.in[id] + fade(n)*rate
}

// expand makes the query of some exemplars: the sizeOfQuery terms of highest weight among those that
// are admitted, the weight being r times that of rsj. A list of concepts counts as much as all
// exemplars together and holds every one: whoever wrote it said that they belong to the topic, and
// exemplars are few.
func (c collection) expand(exemplars []document, admit func(id int32) bool) query {
	holds := make([]float64, len(c.vocabulary.terms))
	for _, d := range exemplars {
		for _, p := range d.postings {
			holds[p.id]++
		}
	}
	q := query{weight: make([]float64, len(holds)), exemplars: holds}
	for id := range holds {
		id := int32(id)
		if !admit(id) {
			continue
		}
		r, R := holds[id], float64(len(exemplars))
		w := r * c.rsj(id, r, R)
		if c.vocabulary.isConcept(id) {
			w = R * c.rsj(id, r+R, 2*R)
		}
		if w > 0 {
			q.weight[id] = w
			q.terms = append(q.terms, id)
		}
	}
	slices.SortFunc(q.terms, func(a, b int32) int {
		return cmp.Or(cmp.Compare(q.weight[b], q.weight[a]), cmp.Compare(a, b))
	})
	size := min(sizeOfQuery(len(exemplars)), len(q.terms))
	for _, id := range q.terms[size:] {
		q.weight[id] = 0
	}
	q.terms = q.terms[:size]
	return q
}

// query is a set of weighted terms.
type query struct {
	weight []float64 // by term id; 0 for terms that are not in the query
	terms  []int32   // the best first
	// exemplars is how many exemplars hold each term.
	exemplars []float64
}

// BM25's usual constants (Robertson et al., TREC-3, 1994).
const (
	bm25K1 = 1.2
	bm25B  = 0.75
)

// rank is the BM25 score of a document; typical is the mean length of documents.
func (q query) rank(d document, typical float64) float64 {
	s := 0.0
	for _, p := range d.postings {
		if q.weight[p.id] > 0 {
			s += q.share(p, d.length, typical)
		}
	}
	return s
}

// share is what one term of a document of this length adds to its rank.
func (q query) share(p posting, length, typical float64) float64 {
	return q.weight[p.id] * saturated(p.tf, length, typical)
}

func saturated(tf, length, typical float64) float64 {
	return tf * (bm25K1 + 1) / (tf + bm25K1*(1-bm25B+bm25B*length/typical))
}
