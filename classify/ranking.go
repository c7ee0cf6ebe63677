package classify

import "math"

// view is one way of ranking a document against exemplars: by all terms, or by concepts alone.
type view struct {
	query query
	// typical is the mean length of the pieces it ranks.
	typical float64
	base    baseline
}

func (v view) rank(d document) float64 { return v.query.rank(d, v.typical) }

// ranker is the two views of a topic. That of the concepts is empty where the topic has none.
type ranker struct{ all, concepts view }

// height is how far both views together see a document above ordinary pieces. They err differently:
// one knows the exemplars' words, the other what else the topic's matters may be called. A foreign
// piece shares concepts alone, which then count for both, as all terms do where there are no concepts.
func (r ranker) height(d document) float64 {
	return r.above(r.all.rank(d), r.concepts.rank(d), d.foreign)
}

func (r ranker) above(all, concepts float64, foreign bool) float64 {
	switch a, c := r.all.base.height(all), r.concepts.base.height(concepts); {
	case len(r.concepts.query.terms) == 0:
		return 2 * a
	case foreign:
		return 2 * c
	default:
		return a + c
	}
}

// score is the logarithm of the height, as far as the gate lets it through. Exemplars are long and
// choice and stand many times higher than news does; the logarithm brings the two together.
func (r ranker) score(d document) float64 { return gate(d.facets) * math.Log1p(r.height(d)) }

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
	collection            collection
	exemplars, background []document
	// ordinary is the background without the pieces that may be on the topic.
	ordinary []document
}

// fold is an exemplar with the queries of the others.
type fold struct {
	out           document
	all, concepts query
}

// train makes the ranker of all exemplars. left is what exemplars score, ungated, under rankers that
// were made without them.
func (t *trainer) train() (r ranker, left []float64) {
	typical, share := meanLength(t.background), 1.0
	if len(t.exemplars) == 1 {
		share = aloneShare
	}
	whole, folds := t.queries(t.exemplars), t.folds()
	all, concepts := make([]float64, len(folds)), make([]float64, len(folds))
	for i, f := range folds {
		all[i] = share * f.all.rank(f.out, typical)
		concepts[i] = share * f.concepts.rank(f.out, typical)
	}
	levelAll, _ := meanAndSD(all)
	levelConcepts, _ := meanAndSD(concepts)
	t.ordinary = t.plain(view{query: whole.all, typical: typical}, levelAll)
	views := func(f fold) ranker {
		return ranker{t.view(f.all, typical, levelAll), t.view(f.concepts, typical, levelConcepts)}
	}
	for i, f := range folds {
		left = append(left, math.Log1p(views(f).above(all[i], concepts[i], false)))
	}
	return views(whole), left
}

// view learns from ordinary pieces how high they rank with a query; level is what exemplars reach.
func (t *trainer) view(q query, typical, level float64) view {
	v := view{query: q, typical: typical}
	v.base = newBaseline(v.ranks(t.ordinary), level)
	return v
}

func (v view) ranks(docs []document) []float64 {
	ranks := make([]float64, len(docs))
	for i, d := range docs {
		ranks[i] = v.rank(d)
	}
	return ranks
}

func (t *trainer) queries(exemplars []document) fold {
	return fold{
		all:      t.collection.expand(exemplars, func(int32) bool { return true }),
		concepts: t.collection.expand(exemplars, t.collection.vocabulary.isConcept),
	}
}

// folds leaves one exemplar out at a time; evenly chosen ones where there are many. A single exemplar
// is its own other.
func (t *trainer) folds() []fold {
	if len(t.exemplars) == 1 {
		f := t.queries(t.exemplars)
		f.out = t.exemplars[0]
		return []fold{f}
	}
	folds := make([]fold, min(len(t.exemplars), mostLeftOut))
	others := make([]document, 0, len(t.exemplars))
	for i := range folds {
		out := i * len(t.exemplars) / len(folds)
		others = append(append(others[:0], t.exemplars[:out]...), t.exemplars[out+1:]...)
		folds[i] = t.queries(others)
		folds[i].out = t.exemplars[out]
	}
	return folds
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
