package classify

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"newsvigil/news"
	"newsvigil/text"
)

// articles are n pieces of 500 words each or a little more, put together from the exam's sentences.
func articles(b *testing.B, n int) []news.Article {
	b.Helper()
	items := exam(b)
	out := make([]news.Article, n)
	for i := range out {
		var parts []string
		for j, words := 0, 0; words < 500; j++ {
			part := items[(i*7+j*j*3+j)%49].Text
			parts, words = append(parts, part), words+len(text.Words(part))
		}
		out[i] = news.Article{Title: fmt.Sprint(items[i%49].Title, i), Text: strings.Join(parts, "\n\n"), Language: "en"}
	}
	return out
}

// BenchmarkScore scores articles of 500 words on the shipped topic.
func BenchmarkScore(b *testing.B) {
	pieces := articles(b, 200)
	m := fit(b, shippedTopic(b), pieces...)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		m.Score(pieces[i%len(pieces)])
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "articles/s")
}

// BenchmarkFit2000 fits the shipped topic against as many stored pieces as the program uses.
func BenchmarkFit2000(b *testing.B) {
	topic, pieces := shippedTopic(b), articles(b, 2000)
	b.ReportAllocs()
	for b.Loop() {
		fit(b, topic, pieces...)
	}
}

// BenchmarkFitKnown reads a table as large as one becomes, as the database holds it but for its compression,
// and fits the shipped topic with it against as many stored pieces as the program uses.
func BenchmarkFitKnown(b *testing.B) {
	topic, pieces := shippedTopic(b), articles(b, 2000)
	table := fullTable(b)
	b.ReportAllocs()
	for b.Loop() {
		known, err := ReadFrequencies(strings.NewReader(table))
		if err == nil {
			_, err = Fit(topic, Background{Articles: pieces, Known: known})
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(table))/1e6, "MB-table")
}

// BenchmarkReadKnown reads such a table alone.
func BenchmarkReadKnown(b *testing.B) {
	table := fullTable(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ReadFrequencies(strings.NewReader(table)); err != nil {
			b.Fatal(err)
		}
	}
}

// fullTable is a table of as many terms as are remembered, nine in ten of them pairs.
func fullTable(b *testing.B) string {
	b.Helper()
	f := Frequencies{Articles: 100_000, In: map[string]int{}}
	for i := range mostFrequencies {
		word := "word" + strconv.FormatUint(uint64(i), 26)
		if i%10 > 0 {
			word += " " + "other" + strconv.FormatUint(uint64(i*7%9973), 26)
		}
		f.In[word] = 1 + 50_000/(i+1)
	}
	var s strings.Builder
	if err := f.Write(&s); err != nil {
		b.Fatal(err)
	}
	return s.String()
}

// BenchmarkKnown adds 100,000 pieces of 500 invented words to a table, most words of each common, some
// that no other piece holds, and reports the memory that the table keeps.
func BenchmarkKnown(b *testing.B) {
	for b.Loop() {
		var f Frequencies
		before := heap()
		random := rand.New(rand.NewPCG(1, 2))
		for range 100_000 {
			f.Add(news.Article{Text: zipf(random, 500)})
		}
		b.ReportMetric(float64(heap()-before)/1e6, "MB")
		b.ReportMetric(float64(len(f.In)), "terms")
		runtime.KeepAlive(f)
	}
}

// zipf writes invented words as often as Zipf's law has them, of 200,000 different ones.
func zipf(random *rand.Rand, words int) string {
	z := rand.NewZipf(random, 1.1, 4, 200_000)
	var s strings.Builder
	for range words {
		fmt.Fprintf(&s, "w%s ", strconv.FormatUint(z.Uint64()+1000, 26))
	}
	return s.String()
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
