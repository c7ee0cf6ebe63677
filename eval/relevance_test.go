package eval

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"newsvigil/news"
)

// smallWire is a wire of four kinds of story: gold in Canada, gold elsewhere, Canada otherwise, and
// neither.
func smallWire(t *testing.T) *wire {
	t.Helper()
	w := &wire{}
	for i := range 80 {
		s := wireStory{article: news.Article{ID: int64(i), Language: "en", Fetched: split().Add(time.Hour * time.Duration(i-40))}}
		words := []string{fmt.Sprintf("Report %d of the day came in late.", i)}
		if i%4 < 2 {
			s.topics = []string{"gold"}
			words = append(words, "Miners drilled a vein and gold ounces per tonne of ore rose again.")
		}
		if i%2 == 0 {
			s.places = []string{"canada"}
			words = append(words, "The Canadian province of Ontario was told of it.")
		}
		s.article.Title, s.article.Text = fmt.Sprint("Item ", i), strings.Join(words, "\n\n")
		if s.article.Fetched.Before(split()) {
			w.train = append(w.train, s)
			w.background.Articles = append(w.background.Articles, s.article)
		} else {
			w.test = append(w.test, s)
		}
	}
	var err error
	if w.vectors, err = newVectors(t.Context(), w.background.Articles, w.test); err != nil {
		t.Fatal(err)
	}
	return w
}

func TestRun(t *testing.T) {
	t.Parallel()
	w := smallWire(t)
	pair, err := w.run(task{"gold", "canada"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if ap := AveragePrecision(pair.judged); ap != 1 {
		t.Errorf("the pair's AP is %v", ap)
	}
	for name, want := range map[string]float64{byLists: 1, byProgram: 0, byCosine: 0, byBM25: 0} {
		if got, ok := pair.baselines[name]; !ok || got < want || got > 1 {
			t.Errorf("%s: %v", name, got)
		}
	}
	single, err := w.run(task{topic: "gold"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if ap := AveragePrecision(single.judged); ap != 1 {
		t.Errorf("the topic's AP is %v", ap)
	}
	for _, name := range []string{byLists, byProgram} {
		if _, ok := single.baselines[name]; ok {
			t.Errorf("a single topic has no baseline %s", name)
		}
	}
	if _, err := w.run(task{topic: "zinc"}, 0); err == nil {
		t.Error("a task without stories is run")
	}
	figures := taskFigures("set", []outcome{pair, {task: task{"a", "b"}, judged: []Judged{{Relevant: true}, {}}, baselines: map[string]float64{byLists: 0.5}}})
	if got := figures[0].Value; got != 0.75 {
		t.Errorf("the mean AP is %v, want .75", got)
	}
	last := figures[len(figures)-1]
	if last.Measure != byLists || last.Value != 0.75 || last.N != 2 || !last.Baseline {
		t.Errorf("the last figure is %+v", last)
	}
}

func TestMisjudged(t *testing.T) {
	t.Parallel()
	s := wireStory{article: news.Article{ID: 7, Title: "A title"}, topics: []string{"gold"}, places: []string{"usa"}}
	got := misjudged(task{"gold", "canada"}, s, news.Score{Value: 0.5, Cut: 0.25})
	if want := (Failure{"gold & canada: story 7, A title", "not gold & canada", "0.50 of 0.25; tags gold; usa"}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := misjudged(task{topic: "gold"}, s, news.Score{}); got.Want != "gold" {
		t.Errorf("%+v", got)
	}
}

// TestVectors checks both plain methods against their formulas, worked out here the long way.
func TestVectors(t *testing.T) {
	t.Parallel()
	background := []news.Article{{Text: "copper vein"}, {Text: "copper price. price"}}
	test := []wireStory{{article: news.Article{Text: "copper. vein. vein"}}, {article: news.Article{Text: "weather"}}}
	v, err := newVectors(t.Context(), background, test)
	if err != nil {
		t.Fatal(err)
	}
	// Terms of the background: copper, vein, "copper vein"; copper, price twice, "copper price".
	idf := func(n float64) float64 { return math.Log(1 + (2-n+0.5)/(n+0.5)) }
	copper, vein := idf(2), idf(1)
	q := v.query([]news.Article{{Text: "copper. copper. unheard"}})
	norm := math.Hypot(copper, (1+math.Log(2))*vein)
	if got, want := v.cosines(q), []float64{copper / norm, 0}; !near(got, want) {
		t.Errorf("cosines %v, want %v", got, want)
	}
	asked := 2 * (bm25K3 + 1) / (2 + float64(bm25K3))
	held := (bm25K1 + 1) / (1 + bm25K1*(1-bm25B+bm25B*3/3.5))
	if got, want := v.bm25s(q), []float64{asked * held * copper, 0}; !near(got, want) {
		t.Errorf("BM25 %v, want %v", got, want)
	}
}

func near(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return math.Abs(x-y) < 1e-12 })
}

func TestBothLists(t *testing.T) {
	t.Parallel()
	one, twice := news.Hit{Counts: []int{1}}, news.Hit{Counts: []int{2, 1}}
	for _, c := range []struct {
		in   []news.Hit
		want float64
	}{
		{[]news.Hit{one, one}, 1},
		{[]news.Hit{one, {}}, 0},
		{[]news.Hit{one, twice}, math.Sqrt(2 + math.Log(2))},
	} {
		if got := bothLists(c.in); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%v: %v, want %v", c.in, got, c.want)
		}
	}
}

func TestEach(t *testing.T) {
	t.Parallel()
	double := func(i int) (int, error) { return 2 * i, nil }
	if got, err := each(t.Context(), 5, double); err != nil || !slices.Equal(got, []int{0, 2, 4, 6, 8}) {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := each(t.Context(), 0, double); err != nil || len(got) != 0 {
		t.Errorf("of nothing: %v, %v", got, err)
	}
	bad := errors.New("bad")
	if _, err := each(t.Context(), 9, func(i int) (int, error) {
		if i > 2 {
			return 0, bad
		}
		return i, nil
	}); !errors.Is(err, bad) {
		t.Errorf("an error is lost: %v", err)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if _, err := each(stopped, 5, double); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
}
