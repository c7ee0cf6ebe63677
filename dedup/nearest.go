package dedup

import (
	"cmp"
	"math"
	"slices"
	"time"

	"newsvigil/news"
)

// report is a stored piece with its likeness to the piece at hand: the cosine of all words, and that
// of the bodies alone.
type report struct {
	doc        int32
	like, body float64
}

// weight is what a word weighs in all of a piece, and in its body alone.
type weight struct{ all, body float64 }

// vector is the piece at hand, ready to be compared: known terms with their weights, sorted, and
// the length of all of it, unknown words among it.
type vector struct {
	terms []weighed
	// has is a bit for every term: most terms of other pieces are none of this one's.
	has  []uint64
	norm weight
}

type weighed struct {
	id int32
	weight
}

func (e *events) vector(words []wordCount) vector {
	v := vector{terms: make([]weighed, 0, len(words)), has: make([]uint64, len(e.df)/64+1)}
	top := e.top()
	for _, w := range words {
		c, scale := e.weigh(w.count), top
		if id, ok := e.ids[w.word]; ok {
			v.has[id/64] |= 1 << (id % 64)
			scale = top - e.log(int(e.df[id]))
			v.terms = append(v.terms, weighed{id, weight{c.all * scale, c.body * scale}})
		}
		v.norm.all += c.all * c.all * scale * scale
		v.norm.body += c.body * c.body * scale * scale
	}
	slices.SortFunc(v.terms, func(a, b weighed) int { return cmp.Compare(a.id, b.id) })
	v.norm = weight{math.Sqrt(v.norm.all), math.Sqrt(v.norm.body)}
	return v
}

// top is the weight of a word that no piece holds. One that df pieces hold weighs
// ln((N + s + 1) / (df + 1)) with s imagined pieces that do not hold it, which is ln(df + 1) less.
func (e *events) top() float64 { return math.Log(float64(e.live) + smoothing + 1) }

// compare measures a stored piece against a vector, within 0 and 1.
func (e *events) compare(v vector, n int32) report {
	var dot, norm weight
	i, top := 0, e.top()
	for _, t := range e.docs[n].terms {
		idf, c := top-e.log(int(e.df[t.id])), e.weigh(t.count)
		all, body := c.all*idf, c.body*idf
		norm.all += all * all
		norm.body += body * body
		if v.has[t.id/64]&(1<<(t.id%64)) == 0 {
			continue
		}
		for v.terms[i].id != t.id {
			i++
		}
		dot.all += all * v.terms[i].all
		dot.body += body * v.terms[i].body
	}
	return report{doc: n, like: ratio(dot.all, norm.all, v.norm.all), body: ratio(dot.body, norm.body, v.norm.body)}
}

// ratio is the cosine of a dot product, a squared length and a length; 0 where nothing is shared.
func ratio(dot, square, length float64) float64 {
	if dot == 0 {
		return 0
	}
	return min(1, dot/(math.Sqrt(square)*length))
}

// candidates are the pieces worth an exact comparison: all of a small index, else those that share
// most of the rarer words.
func (e *events) candidates(v vector, a card) []int32 {
	if e.live <= shortlist {
		var all []int32
		for i := range e.docs {
			if e.comparable(int32(i), a) {
				all = append(all, int32(i))
			}
		}
		return all
	}
	rare := max(rareEnough, int32(float64(e.live)*rareEnoughShare))
	shared := make([]float64, len(e.docs))
	var touched []int32
	for _, t := range v.terms {
		if e.df[t.id] > rare {
			continue
		}
		for _, n := range e.postings[t.id] {
			if shared[n] == 0 {
				touched = append(touched, n)
			}
			shared[n] += t.all
		}
	}
	return e.best(touched, shared, a)
}

// best are the shortlist of pieces that share most, the older first among equals.
func (e *events) best(touched []int32, shared []float64, a card) []int32 {
	more := func(x, y int32) int { return cmp.Or(cmp.Compare(shared[y], shared[x]), cmp.Compare(x, y)) }
	var out []int32
	for _, n := range touched {
		full := len(out) == shortlist
		if full && more(out[shortlist-1], n) < 0 || !e.comparable(n, a) {
			continue
		}
		if full {
			out = out[:shortlist-1]
		}
		i, _ := slices.BinarySearchFunc(out, n, more)
		out = slices.Insert(out, i, n)
	}
	return out
}

// comparable reports whether a stored piece may be of the same event at all: another piece, in the
// same language, within the window.
func (e *events) comparable(n int32, a card) bool {
	d := &e.docs[n]
	return !d.dead && (a.id == 0 || d.id != a.id) && sameLanguage(a.language, d.language) && within(e.window, a.at, d.at)
}

func sameLanguage(a, b string) bool { return a == "" || b == "" || a == b }

// within reports whether two times lie no further apart than window; an unknown one is near all.
func within(window time.Duration, a, b time.Time) bool {
	return a.IsZero() || b.IsZero() || a.Sub(b).Abs() <= window
}

// family is a story near the piece at hand.
type family struct {
	story   int64
	average float64
	// body is the greatest likeness of the bodies alone.
	body    float64
	nearest report
}

// nearest compares a piece, whose words are given, with the stories around it. It returns the reports, the most alike
// first, and the stories by the average over their members, the most alike first.
func (e *events) nearest(a news.Article, words []wordCount) ([]report, []family) {
	v, mine := e.vector(words), cardOf(a)
	var reports []report
	var families []family
	done := make(map[int64]bool)
	for _, n := range e.candidates(v, mine) {
		story := e.docs[n].story
		if done[story] {
			continue
		}
		done[story] = true
		f := family{story: story}
		members := 0
		for _, m := range e.byStory[story] {
			if !e.comparable(m, mine) {
				continue
			}
			r := e.compare(v, m)
			reports = append(reports, r)
			f.average += r.like
			f.body = max(f.body, r.body)
			members++
			if r.like > f.nearest.like || members == 1 {
				f.nearest = r
			}
		}
		f.average /= float64(members)
		families = append(families, f)
	}
	slices.SortFunc(reports, func(x, y report) int { return cmp.Or(cmp.Compare(y.like, x.like), cmp.Compare(x.doc, y.doc)) })
	slices.SortFunc(families, func(x, y family) int {
		return cmp.Or(cmp.Compare(y.average, x.average), cmp.Compare(x.story, y.story))
	})
	return reports, families
}
