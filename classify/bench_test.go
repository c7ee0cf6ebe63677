package classify

import (
	"fmt"
	"strings"
	"testing"

	"newsvigil/news"
)

// articles are n pieces of some 300 words each, put together from the exam's sentences.
func articles(b *testing.B, n int) []news.Article {
	b.Helper()
	items := exam(b)
	out := make([]news.Article, n)
	for i := range out {
		var text []string
		for j := range 8 {
			text = append(text, items[(i*7+j*j*3+j)%49].Text)
		}
		out[i] = news.Article{Title: fmt.Sprint(items[i%49].Title, i), Text: strings.Join(text, "\n\n"), Language: "en"}
	}
	return out
}

func BenchmarkScore(b *testing.B) {
	pieces := articles(b, 200)
	m := fit(b, shippedTopic(b), pieces...)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		m.Score(pieces[i%len(pieces)])
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "articles/s")
}

func BenchmarkFit2000(b *testing.B) {
	topic, pieces := shippedTopic(b), articles(b, 2000)
	b.ReportAllocs()
	for b.Loop() {
		fit(b, topic, pieces...)
	}
}
