package classify

import "math"

// The linear term is a support vector machine with squared hinge loss, which sees what BM25 does not:
// the whole of an exemplar rather than its best terms, and what tells liked pieces from disliked ones.
// It is learned by dual coordinate descent (Hsieh et al., "A Dual Coordinate Descent Method for
// Large-scale Linear SVM", 2008). Pieces are visited in a fixed order a fixed number of times, so that
// the same input gives the same weights.

// What an error costs for a piece that somebody judged, and for an ordinary one, which may be on the
// topic unnoticed. All ordinary pieces together cost no more than 2,000 of them.
const (
	judgedCost   = 3.0
	ordinaryCost = 0.02
	mostOrdinary = 2000
)

// rounds is how often each piece is visited. The weights hardly change after the third time.
const rounds = 5

// lineScale brings the features of a typical piece near length 1.
const lineScale = 1.0 / 6

// shortestLine is the number of terms that a shorter piece is taken to have: one word in a headline alone
// says less than it would in proportion.
const shortestLine = 40

// feature is what the linear term sees of a term that stands in a piece. Unlike a cosine's it depends on
// no other term, but for the length of the whole, so that a term more never lowers what the others give.
func feature(p posting, idf, length float64) float64 {
	return (1 + math.Log(math.Max(1, p.tf))) * idf * lineScale / math.Sqrt(math.Max(shortestLine, length))
}

// line is the weights of the linear term, each multiplied by its term's idf.
type line struct{ weight []float64 }

// rank is at least 0. The first term of a piece that weighs less than nothing may take away what others
// give, never more.
func (l line) rank(d document) float64 {
	s := 0.0
	for _, p := range d.postings {
		if w := l.weight[p.id]; w != 0 {
			s += l.share(p, d.length)
		}
	}
	return math.Max(0, s)
}

// share is what one term adds to the rank.
func (l line) share(p posting, length float64) float64 { return feature(p, l.weight[p.id], length) }

// example is a piece to learn from.
type example struct {
	features []posting // tf is the feature
	norm     float64   // squared, that of the bias included
	sign     float64
	// slack is 1 / (2 · cost): what the loss may be exceeded by.
	slack float64
}

func (c collection) example(d document, sign, cost float64) example {
	e := example{features: make([]posting, len(d.postings)), norm: 1, sign: sign, slack: 1 / (2 * cost)}
	for i, p := range d.postings {
		x := feature(p, c.idf(p.id), d.length)
		e.features[i] = posting{p.id, x}
		e.norm += square(x)
	}
	return e
}

// idf is the inverse document frequency as BM25 has it, never below 0.
func (c collection) idf(id int32) float64 {
	n, in := c.known(id)
	return math.Log(1 + (n-in+0.5)/(in+0.5))
}

// learnLine learns the weights. A weight below 0 is kept only where a disliked piece holds the term: of
// ordinary pieces nobody said that they are off the topic, and a word less may not raise a score.
func (c collection) learnLine(examples []example, disliked []document) line {
	w, bias := make([]float64, len(c.in)), 0.0
	alpha := make([]float64, len(examples))
	for range rounds {
		for i, e := range examples {
			margin := bias
			for _, p := range e.features {
				margin += w[p.id] * p.tf
			}
			gradient := e.sign*margin - 1 + e.slack*alpha[i]
			next := math.Max(0, alpha[i]-gradient/(e.norm+e.slack))
			if step := (next - alpha[i]) * e.sign; step != 0 {
				for _, p := range e.features {
					w[p.id] += step * p.tf
				}
				bias += step
				alpha[i] = next
			}
		}
	}
	held := make([]bool, len(w))
	for _, d := range disliked {
		for _, p := range d.postings {
			held[p.id] = true
		}
	}
	for id := range w {
		if w[id] < 0 && !held[id] {
			w[id] = 0
		}
		w[id] *= c.idf(int32(id))
	}
	return line{w}
}
