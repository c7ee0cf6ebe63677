package classify

import (
	"math"
	"slices"
)

const (
	// mostLeftOut bounds the models that are made to see how exemplars score without themselves.
	mostLeftOut = 24
	// aloneShare is what a single exemplar is taken to reach under a model made without it, as a share
	// of what it reaches under its own. With one exemplar that cannot be measured.
	aloneShare = 0.5
	// fewToSuspect is the size of background up to which pieces that look like exemplars are left out
	// of its statistics where there are no facets to know them by. Of more pieces, those on the topic
	// are too small a part to matter, and leaving the highest out would lower the cut.
	fewToSuspect = 200
)

// trainer holds what a ranker is made from.
type trainer struct {
	collection collection
	// exemplars are the topic's own and the liked pieces.
	exemplars, disliked, background []document
	// ordinary is the background without the pieces that may be on the topic.
	ordinary []document
	// positive, negative and weak are what the linear term learns from: exemplars, disliked and
	// ordinary pieces.
	positive, negative, weak []example
	// level is what exemplars reach under rankers made without them, typical the length of pieces.
	level   ranks
	typical float64
}

// fold is an exemplar with the queries and the line of the others.
type fold struct {
	out           document
	others        []document
	all, concepts query
	line          line
	// from are the others as examples, disliked and negative the disliked pieces, likewise.
	from, negative []example
	disliked       []document
}

// train makes the ranker of all exemplars. left is what exemplars score, ungated, under rankers that
// were made without them.
func (t *trainer) train() (r ranker, left []float64) {
	share := 1.0
	if len(t.exemplars) == 1 {
		share = aloneShare
	}
	t.typical = meanLength(t.background)
	t.positive, t.negative = t.examples(t.exemplars, 1, judgedCost), t.examples(t.disliked, -1, judgedCost)
	whole, folds := fold{others: t.exemplars, from: t.positive, disliked: t.disliked, negative: t.negative}, t.folds()
	t.queries(&whole)
	x, n := make([]ranks, len(folds)), float64(len(folds))
	for i := range folds {
		t.queries(&folds[i])
		x[i].all = share * folds[i].all.rank(folds[i].out, t.typical)
		x[i].concepts = share * folds[i].concepts.rank(folds[i].out, t.typical)
		t.level.all += x[i].all / n
		t.level.concepts += x[i].concepts / n
	}
	t.ordinary = t.plain(view{query: whole.all, typical: t.typical}, t.level.all)
	t.weak = t.examples(t.ordinary, -1, ordinaryCost*math.Min(1, mostOrdinary/math.Max(1, float64(len(t.ordinary)))))
	t.draw(&whole)
	for i := range folds {
		t.draw(&folds[i])
		x[i].line = share * folds[i].line.rank(folds[i].out)
		t.level.line += x[i].line / n
	}
	for i, f := range folds {
		left = append(left, math.Log1p(t.ranker(f).heights(x[i], false).sum()))
	}
	return t.ranker(whole), left
}

// ranker measures against the ordinary pieces what a fold has learned.
func (t *trainer) ranker(f fold) ranker {
	return ranker{t.view(f.all, t.level.all), t.view(f.concepts, t.level.concepts), t.lineView(f.line, t.level.line)}
}

func (t *trainer) examples(docs []document, sign, cost float64) []example {
	out := make([]example, len(docs))
	for i, d := range docs {
		out[i] = t.collection.example(d, sign, cost)
	}
	return out
}

// view learns from ordinary pieces how high they rank with a query; level is what exemplars reach.
func (t *trainer) view(q query, level float64) view {
	v := view{query: q, typical: t.typical}
	v.base = newBaseline(ranksOf(t.ordinary, v.rank), level, 1)
	return v
}

// leastLine is the least that exemplars are taken to reach with the linear term.
const leastLine = 0.02

func (t *trainer) lineView(l line, level float64) lineView {
	return lineView{l, newBaseline(ranksOf(t.ordinary, l.rank), level, leastLine)}
}

func ranksOf(docs []document, rank func(document) float64) []float64 {
	out := make([]float64, len(docs))
	for i, d := range docs {
		out[i] = rank(d)
	}
	return out
}

func (t *trainer) queries(f *fold) {
	f.all = t.collection.expand(f.others, func(int32) bool { return true })
	f.concepts = t.collection.expand(f.others, t.collection.vocabulary.isConcept)
}

// draw makes the line of a fold. It needs the ordinary pieces.
func (t *trainer) draw(f *fold) {
	f.line = t.collection.learnLine(slices.Concat(f.from, f.negative, t.weak), f.disliked)
}

// folds leaves one exemplar out at a time; evenly chosen ones where there are many. A single exemplar
// is its own other.
func (t *trainer) folds() []fold {
	if len(t.exemplars) == 1 {
		return []fold{{out: t.exemplars[0], others: t.exemplars, from: t.positive, negative: t.negative, disliked: t.disliked}}
	}
	folds := make([]fold, min(len(t.exemplars), mostLeftOut))
	for i := range folds {
		out := i * len(t.exemplars) / len(folds)
		folds[i] = fold{
			out: t.exemplars[out], others: without(t.exemplars, out), from: without(t.positive, out),
			negative: t.negative, disliked: t.disliked,
		}
	}
	return folds
}

func without[T any](s []T, i int) []T {
	return append(append(make([]T, 0, len(s)), s[:i]...), s[i+1:]...)
}

// plain leaves out the background pieces that may be on the topic, as an outlet that writes of little
// else would otherwise raise the cut above its own pieces: those that hold something of every facet;
// where there is one facet or none, only if they also rank half as high as exemplars do. News is
// shorter than exemplars and ranks lower; in a small background, which such pieces can fill to a
// half, a quarter is enough to be suspected.
func (t *trainer) plain(v view, level float64) []document {
	var kept []document
	high := level / 2
	if len(t.background) < fewToSuspect {
		high = level / 4
	}
	for _, d := range t.background {
		suspect := !missing(d.facets)
		if len(d.facets) < 2 {
			suspect = suspect && level > 0 && v.rank(d) >= high
		}
		if !suspect || len(d.facets) == 0 && len(t.background) >= fewToSuspect {
			kept = append(kept, d)
		}
	}
	return kept
}
