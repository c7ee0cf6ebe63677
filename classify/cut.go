package classify

import "math"

// priorSpreads is the spread of the scores of ordinary pieces, by the number of facets, as long as too
// few are known to measure it. With two facets and more nearly all lie at the floor of the gate; a
// single facet is no more than a keyword, which other pieces may hold as well.
var priorSpreads = [...]float64{0.4, 0.2, 0.07}

const (
	// lowestCut keeps pieces out that are hardly above the ordinary, whatever the exemplars are like.
	lowestCut = 0.3
	// closedMargin keeps the cut above what a piece as high as the exemplars reaches behind a closed gate.
	closedMargin = 1.2
	// fewForQuantile is how many ordinary pieces it takes before their 99th percentile means anything.
	fewForQuantile = 100
)

// equalError is the cut at which exemplars and ordinary pieces would err equally often if both were
// normally spread: the distance between their means divided in proportion to 3 and 1.3 standard
// deviations. News is shorter than the pieces people give as exemplars and scores lower, so the side
// of the exemplars is taken as no tighter than a quarter of the distance. ordinary are the scores of
// background pieces, exemplars those of the exemplars under a model made without them.
//
// One ordinary piece in a hundred may pass, more of them only as high as exemplars stand themselves: a
// topic of which the outlets are full is not cut at a hundredth. docs/measurements.md has the rules tried.
func equalError(ordinary, exemplars []float64, facets int) float64 {
	n, spread := fade(float64(len(ordinary))), priorSpreads[min(facets, len(priorSpreads)-1)]
	mean, sd := meanAndSD(ordinary)
	known := float64(len(ordinary)) / (float64(len(ordinary)) + n)
	mean *= known
	sd = math.Sqrt(known*square(sd) + (1-known)*square(spread))

	level, loo := meanAndSD(exemplars)
	distance := math.Max(0, level-mean)
	loo = math.Max(loo, distance/4)
	cut := mean
	if total := 3*sd + 1.3*loo; total > 0 {
		cut += distance * 3 * sd / total
	}
	if len(ordinary) >= fewForQuantile {
		cut = math.Max(cut, math.Min(level, quantile(ordinary, 0.99)))
	}
	if facets > 0 {
		cut = math.Max(cut, closedMargin*gateFloor*level)
	}
	return math.Max(cut, lowestCut)
}

// nearlyItself is the share of an exemplar's score that a piece with its text reaches at least: read with
// its headline, and without what was cleaned out of the exemplar, it is a little longer or shorter.
const nearlyItself = 0.95

// setLevels makes the topic's own exemplars pass the model's own cut and stand among the strong pieces. A
// threshold that an admin sets is left alone.
func (m *Model) setLevels(exemplars []document) {
	least := math.Inf(1)
	for _, d := range exemplars {
		least = math.Min(least, nearlyItself*m.ranker.score(d))
	}
	if m.topic.Threshold > 0 {
		least = math.Inf(1)
	}
	m.cut = math.Max(math.Min(m.cut, least), math.Min(m.cut, lowestCut))
	m.strong = math.Max(m.cut, math.Min(strongShare*m.cut, least))
}
