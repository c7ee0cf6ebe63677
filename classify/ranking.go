package classify

import "math"

// view is one way of ranking a document by a query: by all terms, or by concepts alone.
type view struct {
	query query
	// typical is the mean length of the pieces it ranks.
	typical float64
	base    baseline
}

func (v view) rank(d document) float64 { return v.query.rank(d, v.typical) }

// lineView is the linear term and what ordinary pieces reach with it.
type lineView struct {
	line line
	base baseline
}

// ranker is the views of a topic. That of the concepts is empty where the topic has none.
type ranker struct {
	all, concepts view
	line          lineView
}

// ranks is what a document reaches in each view.
type ranks struct{ all, line, concepts float64 }

func (r ranker) ranks(d document) ranks {
	return ranks{r.all.rank(d), r.line.line.rank(d), r.concepts.rank(d)}
}

// height is how far all views together see a document above ordinary pieces.
func (r ranker) height(d document) float64 {
	return r.heights(r.ranks(d), d.foreign).sum() + facetHeight*evidence(d.facets)
}

func (h ranks) sum() float64 { return h.all + h.line + h.concepts }

// lineShare is the weight of the linear term beside the query. Disliked pieces bring the ordinary ones close
// together in it, so that it would drown the query if both counted alike.
const lineShare = 1.0 / 3

// heights is what each view adds to the height, none of it below 0. The views err differently: the
// query knows the exemplars' best words, the line all of their words and what readers said, the concepts
// what else the topic's matters may be called. Where there are concepts they count as much as both others
// together. A foreign piece shares hardly more than concepts with the exemplars, so these count for all,
// unless liked pieces of its language have made the words tell more.
func (r ranker) heights(x ranks, foreign bool) ranks {
	a, l, c := (1-lineShare)*r.all.base.height(x.all), lineShare*r.line.base.height(x.line), r.concepts.base.height(x.concepts)
	switch {
	case len(r.concepts.query.terms) == 0:
		return ranks{2 * a, 2 * l, 0}
	case foreign && c > a+l:
		return ranks{0, 0, 2 * c}
	default:
		return ranks{a, l, c}
	}
}

// score is the logarithm of the height, as far as the gate lets it through. Exemplars are long and
// choice and stand many times higher than news does; the logarithm brings the two together.
func (r ranker) score(d document) float64 { return gate(d.facets) * math.Log1p(r.height(d)) }

// facetShare is what the facets together add to the score beside letting it through.
func (r ranker) facetShare(d document) float64 {
	total := r.height(d)
	if total <= 0 {
		return 0
	}
	return r.score(d) * facetHeight * evidence(d.facets) / total
}

// share is what one term of a document adds to its score.
type share struct {
	id    int32
	value float64
}

// shares parts the score among the document's terms, in the order of its postings; with facetShare the sum
// is the score, but for rounding. Each view gets what it has of the height, and divides it as its rank is divided. Only
// a term that disliked pieces hold has a share below 0.
func (r ranker) shares(d document) []share {
	x, total := r.ranks(d), r.height(d)
	if total <= 0 {
		return nil
	}
	h := r.heights(x, d.foreign)
	unit := r.score(d) / total
	per := func(height, rank float64) float64 {
		if height <= 0 || rank <= 0 {
			return 0
		}
		return unit * height / rank
	}
	all, ln, concepts := per(h.all, x.all), per(h.line, x.line), per(h.concepts, x.concepts)
	var out []share
	for _, p := range d.postings {
		v := 0.0
		if all > 0 {
			v += all * r.all.query.share(p, d.length, r.all.typical)
		}
		if ln > 0 {
			v += ln * r.line.line.share(p, d.length)
		}
		if concepts > 0 {
			v += concepts * r.concepts.query.share(p, d.length, r.concepts.typical)
		}
		if v != 0 {
			out = append(out, share{p.id, v})
		}
	}
	return out
}
