package dedup

import (
	"cmp"
	"math"
	"slices"
	"time"

	"newsvigil/news"
)

const (
	// linked is how many of a story's pieces a new one is held against: those that are most like it. A long
	// story has pieces on many sides of its event.
	linked = 3
	// fading is the time in which the likeness of two reports fades to 1/e. StorySimilarity holds for two
	// that are level apart: the nearer in time, the less they need to be alike.
	fading = 144 * time.Hour
	level  = 48 * time.Hour
	// unknownGap is how far apart two pieces are taken to be where one of them bears no date.
	unknownGap = 24 * time.Hour
)

// report is a stored piece with its likeness to the piece at hand: the cosine of all words, which the time
// between them fades, and that of the bodies alone, both within 0 and 1.
type report struct {
	doc        int32
	like, body float64
}

// weight is what a word weighs in all of a piece, and in its body alone.
type weight struct{ all, body float64 }

// vector is the piece at hand, ready to be compared: known terms with their weights, sorted, and
// the length of all of it, unknown words among it.
type vector struct {
	card  card
	terms []weighed
	// has is a bit for every term: most terms of other pieces are none of this one's.
	has  []uint64
	norm weight
}

type weighed struct {
	id int32
	weight
}

func (e *events) vector(a news.Article, words []wordCount) vector {
	v := vector{card: cardOf(a), terms: make([]weighed, 0, len(words)), has: make([]uint64, len(e.df)/64+1)}
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
	r := report{doc: n, like: ratio(dot.all, norm.all, v.norm.all), body: ratio(dot.body, norm.body, v.norm.body)}
	if v.card.title == e.docs[n].title {
		r.like = r.body
	}
	r.like = min(1, r.like*e.near(v.card, n))
	return r
}

// near is what the likeness of two pieces counts for, by the time between them.
func (e *events) near(a card, n int32) float64 {
	return math.Exp(float64(level-gap(a, e.docs[n].card)) / float64(fading))
}

// gap is the time between two pieces, as far as it is certain: one that bears only its day may be of
// any hour of it.
func gap(a, b card) time.Duration {
	var d time.Duration
	if !a.at.IsZero() && !b.at.IsZero() {
		d = a.at.Sub(b.at).Abs()
	}
	if a.undated || b.undated {
		return max(d, unknownGap)
	}
	for _, c := range [2]card{a, b} {
		if c.dateOnly {
			d -= 12 * time.Hour
		}
	}
	return max(0, d)
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
func (e *events) candidates(v vector) []int32 {
	if e.live <= shortlist {
		var all []int32
		for i := range e.docs {
			if e.comparable(int32(i), v.card) {
				all = append(all, int32(i))
			}
		}
		return all
	}
	rare := max(rareEnough, int32(float64(e.live)*rareEnoughShare))
	shared := make([]float64, len(e.docs))
	var touched []int32
	visited := 0
	for _, t := range e.telling(v, rare) {
		if visited += len(e.postings[t.id]); visited > visits && len(touched) >= shortlist {
			break
		}
		for _, n := range e.postings[t.id] {
			if shared[n] == 0 {
				touched = append(touched, n)
			}
			shared[n] += t.all
		}
	}
	return e.best(touched, shared, v.card)
}

// telling are the words of a vector that stand in no more than so many pieces, the weightiest first.
func (e *events) telling(v vector, most int32) []weighed {
	terms := make([]weighed, 0, len(v.terms))
	for _, t := range v.terms {
		if e.df[t.id] <= most {
			terms = append(terms, t)
		}
	}
	slices.SortFunc(terms, func(a, b weighed) int { return cmp.Or(cmp.Compare(b.all, a.all), cmp.Compare(a.id, b.id)) })
	return terms
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
	story int64
	// average is that of its linked most alike pieces, or of all where there are fewer.
	average float64
	// body is the greatest likeness of the bodies alone.
	body    float64
	nearest report
}

// nearest compares a piece, whose words are given, with the stories around it. It returns the reports, the most alike
// first, and the stories by their average, the most alike first.
func (e *events) nearest(a news.Article, words []wordCount) ([]report, []family) {
	v := e.vector(a, words)
	var reports []report
	var families []family
	done := make(map[int64]bool)
	for _, n := range e.candidates(v) {
		story := e.docs[n].story
		if done[story] {
			continue
		}
		done[story] = true
		from := len(reports)
		for _, m := range e.byStory[story] {
			if e.comparable(m, v.card) {
				reports = append(reports, e.compare(v, m))
			}
		}
		families = append(families, link(story, reports[from:]))
	}
	slices.SortFunc(reports, mostAlike)
	slices.SortFunc(families, func(x, y family) int {
		return cmp.Or(cmp.Compare(y.average, x.average), cmp.Compare(x.story, y.story))
	})
	return reports, families
}

// link is a story by its reports, at least one, which it sorts.
func link(story int64, reports []report) family {
	slices.SortFunc(reports, mostAlike)
	f := family{story: story, nearest: reports[0]}
	n := min(linked, len(reports))
	for _, r := range reports[:n] {
		f.average += r.like / float64(n)
	}
	for _, r := range reports {
		f.body = max(f.body, r.body)
	}
	return f
}

func mostAlike(x, y report) int {
	return cmp.Or(cmp.Compare(y.like, x.like), cmp.Compare(x.doc, y.doc))
}
