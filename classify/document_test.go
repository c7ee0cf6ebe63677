package classify

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"newsvigil/news"
)

// read gives what the water topic's reader makes of a piece: the counts by term, and the document.
func read(t *testing.T, a news.Article) (map[string]float64, document) {
	t.Helper()
	topic := water(5)
	topic.Facets = []news.WordList{{Name: "dam", Any: []string{"dam", "저수지"}}}
	topic.Concepts = []news.WordList{{Name: "reservoir", Any: []string{"reservoir*", "저수지"}}}
	r, err := newReader(topic, nil)
	if err != nil {
		t.Fatal(err)
	}
	d, counts := r.article(a), map[string]float64{}
	for _, p := range d.postings {
		counts[r.vocabulary.terms[p.id]] = p.tf
	}
	return counts, d
}

func TestArticleCounts(t *testing.T) {
	t.Parallel()
	counts, d := read(t, news.Article{Title: "Reservoir", Text: "The reservoirs and the dam. Unknownword.", Language: "en"})
	for term, want := range map[string]float64{"reservoir": titleWeight + 1, "dam": 1, conceptPrefix + "reservoir": titleWeight + 1} {
		if counts[term] != want {
			t.Errorf("%s counts %v, want %v", term, counts[term], want)
		}
	}
	if len(counts) != 3 || d.length != titleWeight+3 || d.foreign {
		t.Errorf("%d terms, length %v, foreign %v", len(counts), d.length, d.foreign)
	}
	if _, d := read(t, news.Article{Text: "저수지 물", Language: ""}); !d.foreign {
		t.Error("a Korean piece whose language is not said is no foreign one")
	}
}

// TestWhereAFacetIsNamed holds that headline, lead and tail count differently, and a dateline not at all.
func TestWhereAFacetIsNamed(t *testing.T) {
	t.Parallel()
	filler := strings.Repeat("He said it and it was said. ", 50)
	cases := []struct {
		name, title, text string
		want              float64
	}{
		{"headline", "Dam", filler, titleWeight},
		{"lead", "", "The dam. " + filler, leadWeight},
		{"tail", "", filler + "The dam.", tailWeight},
		{"headline and tail", "Dam", filler + "The dam.", titleWeight + tailWeight},
		{"dateline", "", "DAM CITY, July 3 (Agency) -- It rained.", 0},
		{"after the dateline", "", "RIVERTON, July 3 (Agency) – The dam broke.", leadWeight},
		{"bracket in the text", "", "The dam (a large one) broke.", leadWeight},
	}
	for _, c := range cases {
		_, d := read(t, news.Article{Title: c.title, Text: c.text, Language: "en"})
		want := 0.0
		if c.want > 0 {
			want = (1 + math.Log(c.want)) * math.Min(1, math.Sqrt(briefLength/d.length))
		}
		if !near(d.facets[0], want) {
			t.Errorf("%s: strength %.3f, want %.3f", c.name, d.facets[0], want)
		}
	}
}

func TestForeignPiecesStandOnConcepts(t *testing.T) {
	t.Parallel()
	r := ranker{view{base: baseline{sd: 1}}, view{base: baseline{sd: 1}, query: query{terms: []int32{0}}}, lineView{base: baseline{sd: 1}}}
	cases := []struct {
		name    string
		in      ranks
		foreign bool
		want    ranks
	}{
		{"a familiar piece stands on everything", ranks{3, 6, 5}, false, ranks{2, 2, 5}},
		{"a foreign one on twice its concepts", ranks{3, 6, 5}, true, ranks{0, 0, 10}},
		{"unless its words tell more", ranks{30, 6, 5}, true, ranks{20, 2, 5}},
	}
	for _, c := range cases {
		if got := r.heights(c.in, c.foreign); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	r.concepts.query.terms = nil
	if got := r.heights(ranks{3, 6, 5}, false); got != (ranks{4, 4, 0}) {
		t.Errorf("without concepts a piece stands at %v", got)
	}
}

// TestStrangeBackground fits the shipped topic to outlets that never touch it. What is near the topic
// must not rise over the cut because of that.
func TestStrangeBackground(t *testing.T) {
	t.Parallel()
	var background []news.Article
	for i := range 300 {
		a := piece(offWater[i%len(offWater)])
		a.Text += fmt.Sprintf(" Our reporter number%d was there.", i)
		background = append(background, a)
	}
	m, items := fit(t, shippedTopic(t), background...), exam(t)
	if f := measure(judge(m, items)); f.precision < 0.95 || f.recall < 0.95 {
		t.Errorf("precision %.3f, recall %.3f", f.precision, f.recall)
	}
	if b := m.ranker.concepts.base; b.sd < leastSpread*100 {
		t.Errorf("ordinary pieces that never touch the topic spread by %v only", b.sd)
	}
}

// TestOneExemplar holds that the cut of a topic with one exemplar is not that of an exemplar measured
// by itself, and that each shipped one alone finds most of the exam.
func TestOneExemplar(t *testing.T) {
	t.Parallel()
	topic, items := shippedTopic(t), exam(t)
	for _, e := range topic.Exemplars {
		alone := topic
		alone.Exemplars = []news.Exemplar{e}
		f := measure(judge(fit(t, alone), items))
		t.Logf("%s: AP %.3f, precision %.3f, recall %.3f", e.File, f.ap, f.precision, f.recall)
		if f.ap < 0.97 || f.precision < 0.95 || f.recall < 0.9 {
			t.Errorf("%s alone: AP %.3f, precision %.3f, recall %.3f", e.File, f.ap, f.precision, f.recall)
		}
	}
}
