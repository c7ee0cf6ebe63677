package dedup

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"

	"newsvigil/news"
	"newsvigil/text"
)

const (
	// titleWeight is how often the words of a title count, leadWeight how often once more those of the
	// first leadWords words: what happened stands there, what is known already behind it.
	titleWeight = 5
	leadWeight  = 2
	leadWords   = 60
	// leadBytes bounds the beginning of a text that sets no spaces.
	leadBytes = 600
	// smoothing is how many pieces are imagined beside those of the window, each with words of its
	// own. It keeps the weights of words sane while the window holds a handful of pieces, and loses its
	// influence with thousands.
	smoothing = 60.0
	// shortlist bounds how many pieces are compared exactly, chosen by the rarer words they share.
	shortlist = 24
	// visits is how many pieces are looked at for it, those with the weightiest words first; a piece counts
	// for each word it shares.
	visits = 3000
	// rareEnough is the document frequency up to which a word helps to choose them, in pieces and as
	// a share of the window.
	rareEnough      = 40
	rareEnoughShare = 0.05
	// leastLogs is up to which count a logarithm is always at hand.
	leastLogs = 1000
	// background is how many pieces the weights of words stand on at least, older ones than those of the
	// window among them: where a few pieces are all about one event, its words would count for nothing.
	background = 2000
)

// events finds other reports of the same event among the pieces of the last days, by the cosine of
// their TF-IDF vectors (Salton and Buckley 1988) over an inverted index. Document frequencies are
// those of the pieces it holds: those of the window, and as many before it as make up a background.
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
	// logs[n] is ln(n + 1): the logarithms of whole numbers are most of the work of a comparison.
	logs []float64
	// newest is the time of the newest piece, expired that of the last clearing.
	newest, expired time.Time
}

// doc is one piece. Terms are sorted by number.
type doc struct {
	card
	heading heading
	story   int64
	terms   []term
	dead    bool
}

// card is what says whether two pieces may be of one event at all.
type card struct {
	id       int64
	language string
	// at is the time of publication, last the latest at which the piece is known to have been news.
	at, last time.Time
	// undated says that the time of publication is not known, dateOnly that only its day is.
	undated, dateOnly bool
	// title stands for outlet and headline. A piece under the headline of another one of its outlet is the
	// next of a column, or else shares that one's text: the headline says nothing of its event.
	title uint64
}

func cardOf(a news.Article) card {
	return card{
		id: a.ID, language: a.Language, at: a.When(), last: last(a),
		undated: a.Published.IsZero(), dateOnly: a.Published.DateOnly,
		title: text.Hash(a.Source + "\n" + strings.Join(text.Words(a.Title), " ")),
	}
}

// term is a word of a piece. There are millions of them, so it is kept small.
type term struct {
	id int32
	count
}

func newEvents(window time.Duration) *events {
	return &events{window: window, ids: make(map[string]int32), byStory: make(map[int64][]int32), byID: make(map[int64]int32)}
}

// count is how often a word stands in a piece: in its body, where its lead counts more, and in its
// title.
type count struct{ body, title uint16 }

// all counts the title's words, too.
func (c count) all() int { return int(c.body) + titleWeight*int(c.title) }

// wordCount is a word with how often it stands in a piece.
type wordCount struct {
	word string
	count
}

// tally counts the words of a piece, and sorts them, so that sums over them come out the same on
// every run. Word pairs are left out: they did not help.
func tally(a news.Article) []wordCount {
	body, first, title := text.SingleTerms(a.Text), text.SingleTerms(lead(a.Text)), text.SingleTerms(a.Title)
	counts := make(map[string]count, len(body)+len(title))
	for w, n := range body {
		counts[w] = count{body: narrow(n + leadWeight*first[w])}
	}
	for w, n := range title {
		c := counts[w]
		c.title = narrow(n)
		counts[w] = c
	}
	out := make([]wordCount, 0, len(counts))
	for w, c := range counts {
		out = append(out, wordCount{w, c})
	}
	slices.SortFunc(out, func(x, y wordCount) int { return strings.Compare(x.word, y.word) })
	return out
}

// lead is the beginning of a text.
func lead(s string) string {
	s = strings.TrimLeftFunc(s, unicode.IsSpace)
	words, between := 1, false
	for i, r := range s {
		space := unicode.IsSpace(r)
		if between && !space {
			words++
		}
		if between = space; words > leadWords || i >= leadBytes {
			return s[:i]
		}
	}
	return s
}

func narrow(n int) uint16 { return uint16(min(n, math.MaxUint16)) }

// log is ln(n + 1).
func (e *events) log(n int) float64 {
	if n < len(e.logs) {
		return e.logs[n]
	}
	return math.Log(float64(n) + 1)
}

// weigh damps a count by a logarithm: that in all of the piece, and that in the body alone.
func (e *events) weigh(c count) weight { return weight{e.damp(c.all()), e.damp(int(c.body))} }

func (e *events) damp(n int) float64 {
	if n == 0 {
		return 0
	}
	return 1 + e.log(n-1)
}

// add puts a piece into the index. A piece that stands there already is replaced, and pieces that
// no newer one can be compared with are let go.
func (e *events) add(a news.Article, words []wordCount, story int64) {
	d := doc{card: cardOf(a), heading: headingOf(a), story: story}
	e.put(d, words)
	if d.last.After(e.newest) {
		e.newest = d.last
		e.expire()
	}
}

func (e *events) put(d doc, words []wordCount) {
	if old, ok := e.byID[d.id]; ok && d.id != 0 {
		e.drop(old)
	}
	n := int32(len(e.docs))
	d.terms = make([]term, 0, len(words))
	for _, c := range words {
		w := c.word
		id, ok := e.ids[w]
		if !ok {
			id = int32(len(e.df))
			w = strings.Clone(w) // a word is a part of its piece's text, which would stay for its sake
			e.ids[w] = id
			e.words, e.df, e.postings = append(e.words, w), append(e.df, 0), append(e.postings, nil)
		}
		d.terms = append(d.terms, term{id, c.count})
		e.df[id]++
		e.postings[id] = append(e.postings[id], n)
	}
	slices.SortFunc(d.terms, func(a, b term) int { return cmp.Compare(a.id, b.id) })
	e.docs = append(e.docs, d)
	e.byStory[d.story] = append(e.byStory[d.story], n)
	e.byID[d.id] = n
	e.live++
	// No word stands in more pieces than there are.
	for len(e.logs) <= max(len(e.docs), leastLogs) {
		e.logs = append(e.logs, math.Log(float64(len(e.logs))+1))
	}
}

// last is the latest time at which a piece is known to have been news.
func last(a news.Article) time.Time {
	if at := arrival(a); at.After(a.When()) {
		return at
	}
	return a.When()
}

// expire drops what lies further back than the window, the background apart, and once the rest is less
// than half of the index builds it anew. It does so a few times a window, not with every piece.
func (e *events) expire() {
	if e.newest.Sub(e.expired) < e.window/24 {
		return
	}
	e.expired = e.newest
	horizon := e.newest.Add(-e.window)
	for i := range e.docs {
		if d := &e.docs[i]; e.live > background && !d.dead && !d.last.IsZero() && d.last.Before(horizon) {
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
		words := make([]wordCount, 0, len(d.terms))
		for _, t := range d.terms {
			words = append(words, wordCount{e.words[t.id], t.count})
		}
		fresh.put(d, words)
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
	delete(e.byID, d.id)
	e.byStory[d.story] = slices.DeleteFunc(e.byStory[d.story], func(i int32) bool { return i == n })
	if len(e.byStory[d.story]) == 0 {
		delete(e.byStory, d.story)
	}
}
