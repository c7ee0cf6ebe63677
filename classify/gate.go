package classify

import (
	"math"
	"slices"

	"newsvigil/news"
)

// A piece that misses a facet keeps gateFloor of its rank: enough to be seen among the near misses of
// `explain`, too little to pass the cut. A facet counts from strength gateFrom on, which a single word
// far down in a piece does not reach, and is whole at gateFull: one word in headline or lead of a
// short piece, or several.
const (
	gateFloor = 0.15
	gateFrom  = 0.4
	gateFull  = 1.5
)

// A hit in the headline counts as titleWeight, one in the lead as leadWeight, one further down as
// tailWeight: what a piece is about stands at its beginning, and what is named once near the end is
// named in passing.
const (
	leadWeight = 2
	tailWeight = 0.5
)

// prominence weighs how often each word of a list stands in headline, lead and tail.
func prominence(whole, title, lead news.Hit) []float64 {
	counts := make([]float64, len(whole.Words))
	for i, w := range whole.Words {
		t, l := countOf(title, w), countOf(lead, w)
		counts[i] = titleWeight*t + leadWeight*l + tailWeight*math.Max(0, float64(whole.Counts[i])-t-l)
	}
	return counts
}

func countOf(h news.Hit, word string) float64 {
	if i := slices.Index(h.Words, word); i >= 0 {
		return float64(h.Counts[i])
	}
	return 0
}

// briefLength is the number of terms up to which a piece is taken at its word. In one of four times
// that length it takes twice as much to say that it is about a facet.
const briefLength = 200

// strength is how much of a facet a piece of so many terms holds: the sum of 1 + ln(count) over the
// words found, less in long pieces, in which every word is bound to turn up some time.
func strength(counts []float64, length float64) float64 {
	s := 0.0
	for _, n := range counts {
		s += 1 + math.Log(math.Max(tailWeight, n))
	}
	return s * math.Min(1, math.Sqrt(briefLength/math.Max(1, length)))
}

// gate is the factor by which the facets let a rank through, from gateFloor to 1: the geometric mean
// of the facets, so that a missing one closes it whatever the others say. No facets gate nothing.
func gate(facets []float64) float64 {
	if len(facets) == 0 {
		return 1
	}
	product := 1.0
	for _, a := range facets {
		product *= math.Max(0, math.Min(1, (a-gateFrom)/(gateFull-gateFrom)))
	}
	return gateFloor + (1-gateFloor)*math.Pow(product, 1/float64(len(facets)))
}

// missing reports whether a facet is not there, or in passing only.
func missing(facets []float64) bool {
	for _, a := range facets {
		if a <= gateFrom {
			return true
		}
	}
	return false
}

// A piece that names all facets plainly is some way above ordinary ones whatever its other words: exemplars
// are few, and news says things that none of them says. Named in one word each, at the beginning of a
// short piece, the facets add about 1.3 times facetHeight.
const (
	facetHeight  = 0.5
	mostEvidence = 4
	// fewFacets is how many facets it takes: one alone is no more than a keyword.
	fewFacets = 2
)

// evidence is how plainly a piece names all facets, from 0 to mostEvidence: the geometric mean of what each
// exceeds gateFrom by.
func evidence(facets []float64) float64 {
	if len(facets) < fewFacets {
		return 0
	}
	product := 1.0
	for _, a := range facets {
		product *= math.Max(0, math.Min(mostEvidence, a-gateFrom))
	}
	return math.Pow(product, 1/float64(len(facets)))
}
