package classify

import (
	"math"
	"slices"
)

// typicalLength is the number of terms of a news piece of some 300 words, until it is known better.
const typicalLength = 400

func meanLength(docs []document) float64 {
	n := fade(float64(len(docs)))
	total := n * typicalLength
	for _, d := range docs {
		total += d.length
	}
	return total / (float64(len(docs)) + n)
}

// baseline is the mean and spread of ordinary pieces.
type baseline struct{ mean, sd float64 }

// Where there are few articles, ordinary ones are assumed to reach a tenth of what exemplars reach,
// give or take as much and a half.
const (
	priorMean   = 0.10
	priorSpread = 0.15
)

// leastSpread is the least spread of ordinary pieces as a share of what exemplars reach. A background
// that never touches the topic has next to none, and would put every piece near it at the top.
const leastSpread = 0.10

// newBaseline blends what was measured with the prior, level being what exemplars reach, at least least.
func newBaseline(ranks []float64, level, least float64) baseline {
	n := fade(float64(len(ranks)))
	all := float64(len(ranks)) + n
	mean := n * priorMean * level
	for _, x := range ranks {
		mean += x
	}
	mean /= all
	variance := n * (square(priorSpread*level) + square(priorMean*level-mean))
	for _, x := range ranks {
		variance += square(x - mean)
	}
	return baseline{mean, math.Max(math.Sqrt(variance/all), leastSpread*math.Max(level, least))}
}

func square(x float64) float64 { return x * x }

// height is how many standard deviations a rank lies above the ordinary, at least 0: a gate below 1
// would lift a negative one.
func (b baseline) height(rank float64) float64 { return math.Max(0, (rank-b.mean)/b.sd) }

func meanAndSD(xs []float64) (mean, sd float64) {
	if len(xs) == 0 {
		return 0, 0
	}
	for _, x := range xs {
		mean += x
	}
	mean /= float64(len(xs))
	for _, x := range xs {
		sd += square(x - mean)
	}
	return mean, math.Sqrt(sd / float64(len(xs)))
}

// quantile is the value below which the share p of xs lies.
func quantile(xs []float64, p float64) float64 {
	s := slices.Sorted(slices.Values(xs))
	return s[min(len(s)-1, int(p*float64(len(s))))]
}
