package eval

import (
	"cmp"
	"slices"
)

// Judged is one item with its label and what was decided about it.
type Judged struct {
	// Score orders the items, the highest first.
	Score float64
	// Relevant is the label, Chosen whether the item is above the cut.
	Relevant, Chosen bool
}

// AveragePrecision is the mean, over the relevant items, of the precision at their rank; between 0
// and 1, and 0 where nothing is relevant. Ties are counted negatives first, so that a scorer gains
// nothing by saying the same of everything. The order of items is left alone.
func AveragePrecision(items []Judged) float64 {
	ranked := slices.Clone(items)
	slices.SortFunc(ranked, func(a, b Judged) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), order(a.Relevant)-order(b.Relevant))
	})
	var found int
	var sum float64
	for i, it := range ranked {
		if it.Relevant {
			found++
			sum += float64(found) / float64(i+1)
		}
	}
	return ratio(sum, float64(found))
}

func order(relevant bool) int {
	if relevant {
		return 1
	}
	return 0
}

// AtCut is precision, recall and their harmonic mean over the chosen items. A share of nothing is 0:
// choosing none has precision 0.
func AtCut(items []Judged) (precision, recall, f1 float64) {
	var both, chosen, relevant float64
	for _, it := range items {
		if it.Relevant {
			relevant++
		}
		if it.Chosen {
			chosen++
		}
		if it.Relevant && it.Chosen {
			both++
		}
	}
	precision, recall = ratio(both, chosen), ratio(both, relevant)
	return precision, recall, harmonic(precision, recall)
}

// Mean is the arithmetic mean, 0 of nothing.
func Mean(values []float64) float64 {
	var sum float64
	for _, v := range values {
		sum += v
	}
	return ratio(sum, float64(len(values)))
}

func harmonic(a, b float64) float64 { return ratio(2*a*b, a+b) }

func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}
