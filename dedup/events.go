package dedup

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"newsvigil/news"
	"newsvigil/text"
)

const (
	// titleWeight is how often the words of a title count.
	titleWeight = 3
	// smoothing is how many pieces are imagined beside those of the window, each with words of its
	// own. It keeps the weights of words sane while the window holds a handful of pieces, and loses its
	// influence with thousands.
	smoothing = 60.0
	// shortlist bounds how many pieces are compared exactly, chosen by the rarer words they share.
	shortlist = 60
	// rareEnough is the document frequency up to which a word helps to choose them, in pieces and as
	// a share of the window.
	rareEnough      = 40
	rareEnoughShare = 0.05
)

// events finds other reports of the same event among the pieces of the last days, by the cosine of
// their TF-IDF vectors (Salton and Buckley 1988) over an inverted index. Document frequencies are
// those of the pieces it holds.
type events struct {
	window   time.Duration
	ids      map[string]int32
	words    []string
	df       []int32
	postings [][]int32
	docs     []doc
	byStory  map[int64][]int32
	byID     map[int64]int32
	live     int
	// newest is the time of the newest piece, expired that of the last clearing.
	newest, expired time.Time
}

// doc is one piece. Terms are sorted by number; weights are term frequencies, damped.
type doc struct {
	article news.Article // without text and authors
	heading heading
	story   int64
	terms   []term
	dead    bool
}

type term struct {
	id int32
	weight
}

func newEvents(window time.Duration) *events {
	return &events{window: window, ids: make(map[string]int32), byStory: make(map[int64][]int32), byID: make(map[int64]int32)}
}

// weight is how often a word stands in a piece, damped by a logarithm: in all of it, the title
// weighing three times, and in the body alone.
type weight struct{ all, body float64 }

// weigh counts the words of a piece. Word pairs are left out: they did not help.
func weigh(a news.Article) map[string]weight {
	out := make(map[string]weight)
	for w, n := range text.Terms(a.Text) {
		if !strings.Contains(w, " ") {
			out[w] = weight{float64(n), float64(n)}
		}
	}
	for w, n := range text.Terms(a.Title) {
		if !strings.Contains(w, " ") {
			c := out[w]
			c.all += float64(titleWeight * n)
			out[w] = c
		}
	}
	for w, c := range out {
		out[w] = weight{damp(c.all), damp(c.body)}
	}
	return out
}

func damp(n float64) float64 {
	if n == 0 {
		return 0
	}
	return 1 + math.Log(n)
}

// add puts a piece into the index. A piece that stands there already is replaced, and pieces that
// no newer one can be compared with are let go.
func (e *events) add(a news.Article, story int64) {
	words := weigh(a)
	a.Text, a.Authors = "", nil
	e.put(a, story, words)
	if at := last(a); at.After(e.newest) {
		e.newest = at
		e.expire()
	}
}

func (e *events) put(a news.Article, story int64, words map[string]weight) {
	if old, ok := e.byID[a.ID]; ok && a.ID != 0 {
		e.drop(old)
	}
	n := int32(len(e.docs))
	d := doc{article: a, heading: headingOf(a), story: story, terms: make([]term, 0, len(words))}
	// In sorted order, so that sums over terms come out the same on every run.
	for _, w := range slices.Sorted(maps.Keys(words)) {
		id, ok := e.ids[w]
		if !ok {
			id = int32(len(e.df))
			e.ids[w] = id
			e.words, e.df, e.postings = append(e.words, w), append(e.df, 0), append(e.postings, nil)
		}
		d.terms = append(d.terms, term{id, words[w]})
		e.df[id]++
		e.postings[id] = append(e.postings[id], n)
	}
	slices.SortFunc(d.terms, func(a, b term) int { return cmp.Compare(a.id, b.id) })
	e.docs = append(e.docs, d)
	e.byStory[story] = append(e.byStory[story], n)
	e.byID[a.ID] = n
	e.live++
}

// last is the latest time at which a piece is known to have been news.
func last(a news.Article) time.Time {
	if at := arrival(a); at.After(a.When()) {
		return at
	}
	return a.When()
}

// expire drops what lies further back than the window, and once that is more than half of the index
// builds it anew. It does so a few times a window, not with every piece.
func (e *events) expire() {
	if e.newest.Sub(e.expired) < e.window/24 {
		return
	}
	e.expired = e.newest
	horizon := e.newest.Add(-e.window)
	for i := range e.docs {
		if d := &e.docs[i]; !d.dead && !last(d.article).IsZero() && last(d.article).Before(horizon) {
			e.drop(int32(i))
		}
	}
	if len(e.docs) > 64 && e.live < len(e.docs)/2 {
		e.rebuild()
	}
}

func (e *events) rebuild() {
	fresh := newEvents(e.window)
	fresh.newest, fresh.expired = e.newest, e.expired
	for _, d := range e.docs {
		if d.dead {
			continue
		}
		words := make(map[string]weight, len(d.terms))
		for _, t := range d.terms {
			words[e.words[t.id]] = t.weight
		}
		fresh.put(d.article, d.story, words)
	}
	*e = *fresh
}

func (e *events) drop(n int32) {
	d := &e.docs[n]
	d.dead = true
	e.live--
	for _, t := range d.terms {
		e.df[t.id]--
	}
	delete(e.byID, d.article.ID)
	e.byStory[d.story] = slices.DeleteFunc(e.byStory[d.story], func(i int32) bool { return i == n })
	if len(e.byStory[d.story]) == 0 {
		delete(e.byStory, d.story)
	}
}
