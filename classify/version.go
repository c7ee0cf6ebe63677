package classify

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"newsvigil/news"
)

// method changes whenever the code would give another score from the same input.
const method = "bm25-qe svm gate 2"

// fingerprint hashes the topic's lists and all numbers that were learned. Exemplars and background
// act through these alone, but for the titles that reasons show.
func (m *Model) fingerprint() string {
	h := sha256.New()
	fmt.Fprintf(h, "%s|%q|%q|%q|%q\n", method, m.topic.Name, m.topic.NeverMatch, m.topic.Always, m.topic.Facets)
	fmt.Fprintf(h, "%q|%.9g|%.9g|%.9g\n", m.topic.Concepts, m.cut, m.strong, m.chance)
	for _, v := range []view{m.ranker.all, m.ranker.concepts} {
		fmt.Fprintf(h, "%.9g|%.9g|%.9g\n", v.typical, v.base.mean, v.base.sd)
		for _, id := range v.query.terms {
			fmt.Fprintf(h, "%q|%.9g|%t\n", m.reader.vocabulary.terms[id], v.query.weight[id], m.collection.telling(id))
		}
	}
	fmt.Fprintf(h, "%.9g|%.9g\n", m.ranker.line.base.mean, m.ranker.line.base.sd)
	for id, w := range m.ranker.line.line.weight {
		if w != 0 {
			fmt.Fprintf(h, "%q|%.9g\n", m.reader.vocabulary.terms[id], w)
		}
	}
	fmt.Fprintf(h, "%q\n", m.titles)
	for _, e := range inOrder(m.topic.Exemplars) {
		writeExemplar(h, e)
	}
	return hex.EncodeToString(h.Sum(nil))[:12]
}

// writeExemplar adds what reasons show of an exemplar, and its terms.
func writeExemplar(w io.Writer, e news.Exemplar) {
	fmt.Fprintf(w, "%q|%q\n%s\n", e.Title, e.Language, Encode(news.Exemplar{Terms: e.Terms}))
}
