package classify

import (
	"fmt"
	"slices"

	"newsvigil/news"
)

// Background is what ordinary pieces look like: unlabelled articles as the outlets publish them,
// relevant ones among them, the newest first. A few hundred are enough, some 2,000 the most that
// help; none at all is allowed.
type Background struct {
	Articles []news.Article
	// Known is what is known of how common terms are beyond Articles: the pieces stored before them, or
	// a table to start with. It tells common words from rare ones, no more; of concepts it knows nothing.
	Known Frequencies
}

// Model scores articles for one topic. It is safe for use by several goroutines.
type Model struct {
	topic      news.Topic
	reader     *reader
	collection collection
	ranker     ranker
	cut        float64
	strong     float64
	chance     sigmoid
	version    string
	near       neighbours
	// titles are those of the exemplars and liked pieces, as near numbers them.
	titles []string
}

// Weighted is a term that the model learned.
type Weighted struct {
	// Term is a stemmed word, a pair of them, or "concept:" and a concept's name.
	Term   string
	Weight float64
	// Exemplars is how many exemplars hold it.
	Exemplars int
}

// Fit learns a topic from its exemplars and the background. The same input gives the same model. The
// error says what an admin must mend: no exemplars, a word list that cannot be read, or an always
// entry that names no concept.
func Fit(t news.Topic, b Background) (*Model, error) { return Learn(t, b, nil) }

// learn makes the model; likes stand beside the exemplars.
func learn(t news.Topic, b Background, likes, dislikes []news.Article) (*Model, error) {
	if err := usable(t); err != nil {
		return nil, err
	}
	r, err := newReader(t, slices.Concat(likes, dislikes))
	if err != nil {
		return nil, err
	}
	m := &Model{topic: t, reader: r}
	tr := &trainer{}
	concepts := listsOf(t.Concepts)
	for _, e := range inOrder(t.Exemplars) {
		tr.exemplars = append(tr.exemplars, r.exemplar(e, concepts))
		m.titles = append(m.titles, e.Title)
	}
	tr.background = r.bare(b.apart(likes, dislikes))
	tr.collection = newCollection(r.vocabulary, tr.background, b.Known)
	tr.disliked = r.bare(dislikes)
	own := len(tr.exemplars)
	for i, d := range r.bare(likes) {
		if len(d.postings) > 0 {
			tr.exemplars = append(tr.exemplars, d)
			m.titles = append(m.titles, likes[i].Title)
		}
	}
	m.collection = tr.collection
	var left []float64
	m.ranker, left = tr.train()
	m.chance = tr.calibrate(len(tr.exemplars) - own)
	m.near = newNeighbours(tr.collection, tr.exemplars)
	if m.cut = t.Threshold; m.cut <= 0 {
		m.cut = equalError(ranksOf(tr.ordinary, m.ranker.score), left, len(t.Facets))
	}
	m.setLevels(tr.exemplars[:own])
	m.version = m.fingerprint()
	return m, nil
}

func usable(t news.Topic) error {
	if len(t.Exemplars) == 0 {
		return fmt.Errorf("topic %q has no exemplars; put at least one article into its seeds folder", t.Name)
	}
	for _, e := range t.Exemplars {
		if len(e.Terms) == 0 {
			return fmt.Errorf("topic %q: the exemplar %q (%s) has no terms; make it again with `newsvigil seeds add`", t.Name, e.Title, e.File)
		}
	}
	for _, name := range t.Always {
		if !slices.ContainsFunc(t.Concepts, func(c news.WordList) bool { return c.Name == name }) {
			return fmt.Errorf("topic %q: always names %q, which is none of its concepts", t.Name, name)
		}
	}
	return nil
}

// Version is a short hash of all that decides a score. Two models of one version score alike.
func (m *Model) Version() string { return m.version }

// Cut is the value from which on a piece is relevant: the topic's threshold, or the model's own.
func (m *Model) Cut() float64 { return m.cut }

// Words lists the n terms of the query that weigh most, the heaviest first; all where n < 1.
func (m *Model) Words(n int) []Weighted {
	q := m.ranker.all.query
	if n < 1 || n > len(q.terms) {
		n = len(q.terms)
	}
	out := make([]Weighted, n)
	for i, id := range q.terms[:n] {
		out[i] = Weighted{Term: m.reader.vocabulary.terms[id], Weight: q.weight[id], Exemplars: int(q.exemplars[id])}
	}
	return out
}
