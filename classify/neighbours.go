package classify

import "math"

// neighbours finds the exemplar that is most like an article, by the cosine of their terms' weights
// (1 + ln count) · idf.
type neighbours struct {
	idf       []float64
	exemplars [][]posting // tf is the weight, divided by the length of the whole vector
}

func newNeighbours(c collection, exemplars []document) neighbours {
	n := neighbours{idf: make([]float64, len(c.in))}
	with := make([]float64, len(c.in))
	for _, e := range exemplars {
		for _, p := range e.postings {
			with[p.id]++
		}
	}
	all := c.background + float64(len(exemplars))
	for id := range n.idf {
		n.idf[id] = math.Log(1 + all/(c.in[id]+with[id]+0.5))
	}
	for _, e := range exemplars {
		v := make([]posting, len(e.postings))
		norm := 0.0
		for i, p := range e.postings {
			v[i] = posting{p.id, n.weight(p)}
			norm += square(v[i].tf)
		}
		for i := range v {
			v[i].tf /= math.Sqrt(norm)
		}
		n.exemplars = append(n.exemplars, v)
	}
	return n
}

func (n neighbours) weight(p posting) float64 { return (1 + math.Log(p.tf)) * n.idf[p.id] }

// nearest is the index of the exemplar or liked piece most like the document, the first of several; -1 where none
// shares a term.
func (n neighbours) nearest(d document) int {
	best, most := -1, 0.0
	for i, v := range n.exemplars {
		dot := 0.0
		for _, p := range d.postings {
			for len(v) > 0 && v[0].id < p.id {
				v = v[1:]
			}
			if len(v) > 0 && v[0].id == p.id {
				dot += v[0].tf * n.weight(p)
			}
		}
		if dot > most {
			best, most = i, dot
		}
	}
	return best
}

func (m *Model) nearest(d document) string {
	if i := m.near.nearest(d); i >= 0 {
		return m.titles[i]
	}
	return ""
}
