package classify

import (
	"math"
	"slices"

	"newsvigil/news"
)

// A piece is a near miss from half the cut on, and strong, if no facet is missing, from twice the cut on or
// from where the lowest of the topic's own exemplars stands, whichever comes first.
const (
	weakShare   = 0.5
	strongShare = 2
)

// Score says how far an article belongs to the topic, and why. The value is finite and at least 0. A
// piece that holds a never_match word has value 0. One that has every facet and a concept of the
// always list is at least at the cut. The probability is 0 until 50 judged pieces carry it.
func (m *Model) Score(a news.Article) news.Score {
	d := m.reader.article(a)
	s := news.Score{Topic: m.topic.Key(), Cut: m.cut, Model: m.version, Value: m.value(d)}
	s.Reasons = news.Reasons{Facets: d.hits.facets, Muted: d.hits.muted, Nearest: m.nearest(d)}
	if s.Reasons.Muted != "" {
		s.Value = 0
	}
	m.explain(&s, a, d)
	if s.Reasons.Muted != "" {
		s.Grade = news.GradeNone
		return s
	}
	if s.Value < m.cut && d.hits.everyFacet() {
		if s.Reasons.Always = m.always(s.Reasons.Concepts); s.Reasons.Always != "" {
			s.Reasons.Lifted = m.cut - s.Value
			s.Value = m.cut
		}
	}
	s.Probability = m.chance.at(s.Value)
	s.Grade = grade(s.Value, levels{m.cut, m.strong}, missing(d.facets))
	return s
}

// value is the score; nothing that an article may hold makes it other than a finite number.
func (m *Model) value(d document) float64 {
	v := m.ranker.score(d)
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	return v
}

// levels are the cut, and the value from which on a piece is strong.
type levels struct{ cut, strong float64 }

func grade(value float64, at levels, missing bool) news.Grade {
	switch {
	case value >= at.strong && !missing:
		return news.GradeStrong
	case value >= at.cut:
		return news.GradeLikely
	case value >= weakShare*at.cut:
		return news.GradeWeak
	}
	return news.GradeNone
}

// everyFacet reports whether something of every facet was found, if only in passing.
func (f found) everyFacet() bool {
	return !slices.ContainsFunc(f.facets, func(h news.Hit) bool { return len(h.Words) == 0 })
}

// always is the first concept of the topic's always list that was found.
func (m *Model) always(concepts []news.Hit) string {
	for _, name := range m.topic.Always {
		if slices.ContainsFunc(concepts, func(h news.Hit) bool { return h.Name == name }) {
			return name
		}
	}
	return ""
}
