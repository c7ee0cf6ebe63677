package eval

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"newsvigil/classify"
	"newsvigil/news"
)

// backgroundSize is how many articles the program fits a model against.
const backgroundSize = 2000

// wire is Reuters-21578 as the tasks need it.
type wire struct {
	train, test []wireStory
	background  classify.Background
	vectors     *vectors
}

// readWire reads the collection and splits it by date. The background is what the program would have
// stored on the day of the split: the newest stories, whatever they are about.
func readWire(ctx context.Context, dir string) (*wire, error) {
	stories, err := readReuters(dir)
	if err != nil {
		return nil, err
	}
	w := &wire{}
	for _, s := range stories {
		if s.article.Fetched.Before(split()) {
			w.train = append(w.train, s)
		} else {
			w.test = append(w.test, s)
		}
	}
	for _, s := range slices.Backward(w.train[max(0, len(w.train)-backgroundSize):]) {
		w.background.Articles = append(w.background.Articles, s.article)
	}
	w.vectors, err = newVectors(ctx, w.background.Articles, w.test)
	return w, err
}

// draw picks the exemplars of a task among the training stories that carry its tags; n numbers the
// draws. A story of tables alone makes no exemplar, as `seeds add` would say, and the next one is taken.
func (w *wire) draw(t task, n int) (drawn []news.Article) {
	var positive []news.Article
	for _, s := range w.train {
		if s.has(t.topic, t.place) {
			positive = append(positive, s.article)
		}
	}
	random := rand.New(rand.NewPCG(drawSeed, uint64(n)))
	random.Shuffle(len(positive), func(i, j int) { positive[i], positive[j] = positive[j], positive[i] })
	for _, a := range positive {
		if len(drawn) < exemplarsDrawn && len(exemplarOf(a).Terms) > 0 {
			drawn = append(drawn, a)
		}
	}
	return drawn
}

func exemplarOf(a news.Article) news.Exemplar {
	return classify.NewExemplar(news.Exemplar{Title: a.Title, Language: a.Language}, a.Text)
}

// topicOf is the task as an admin would configure it.
func topicOf(t task, drawn []news.Article) news.Topic {
	topic := news.Topic{Name: t.name()}
	for _, a := range drawn {
		topic.Exemplars = append(topic.Exemplars, exemplarOf(a))
	}
	if t.place != "" {
		topic.Facets = []news.WordList{{Name: t.topic, Any: topicWords[t.topic]}, {Name: t.place, Any: placeWords[t.place]}}
	}
	return topic
}

// outcome is what one task came to: the test stories as the program judged them, in their order, and the
// average precision of each baseline.
type outcome struct {
	task      task
	judged    []Judged
	baselines map[string]float64
	failures  []Failure
}

// The baselines, by what the table calls them.
const (
	byCosine  = "AP of the cosine to the centroid"
	byBM25    = "AP of BM25 with the exemplars as query"
	byProgram = "AP of the program without word lists"
	byLists   = "AP of the word lists alone"
)

// run judges every test story by one task, given by the nth draw of its exemplars.
func (w *wire) run(t task, n int) (outcome, error) {
	drawn := w.draw(t, n)
	topic := topicOf(t, drawn)
	model, err := classify.Fit(topic, w.background)
	if err != nil {
		return outcome{}, fmt.Errorf("task %s: %w", t.name(), err)
	}
	o := outcome{task: t, judged: make([]Judged, len(w.test)), baselines: map[string]float64{}}
	lists := make([]float64, len(w.test))
	for i, s := range w.test {
		got := model.Score(s.article)
		o.judged[i] = Judged{Score: got.Value, Relevant: s.has(t.topic, t.place), Chosen: got.Relevant()}
		lists[i] = bothLists(got.Reasons.Facets)
		if o.judged[i].Relevant != o.judged[i].Chosen {
			o.failures = append(o.failures, misjudged(t, s, got))
		}
	}
	query := w.vectors.query(drawn)
	o.baselines[byCosine] = o.precisionOf(w.vectors.cosines(query))
	o.baselines[byBM25] = o.precisionOf(w.vectors.bm25s(query))
	if t.place != "" {
		o.baselines[byLists] = o.precisionOf(lists)
		if o.baselines[byProgram], err = w.withoutLists(o, topic); err != nil {
			return outcome{}, err
		}
	}
	return o, nil
}

func (w *wire) withoutLists(o outcome, topic news.Topic) (float64, error) {
	topic.Facets = nil
	model, err := classify.Fit(topic, w.background)
	if err != nil {
		return 0, fmt.Errorf("task %s without word lists: %w", o.task.name(), err)
	}
	scores := make([]float64, len(w.test))
	for i, s := range w.test {
		scores[i] = model.Score(s.article).Value
	}
	return o.precisionOf(scores), nil
}

// precisionOf is the average precision of other scores for the same stories.
func (o outcome) precisionOf(scores []float64) float64 {
	other := slices.Clone(o.judged)
	for i := range other {
		other[i].Score = scores[i]
	}
	return AveragePrecision(other)
}

func misjudged(t task, s wireStory, got news.Score) Failure {
	want := "not " + t.name()
	if s.has(t.topic, t.place) {
		want = t.name()
	}
	return Failure{
		Item: fmt.Sprintf("%s: story %d, %s", t.name(), s.article.ID, s.article.Title),
		Want: want,
		Got:  fmt.Sprintf("%.2f of %.2f; tags %s; %s", got.Value, got.Cut, strings.Join(s.topics, " "), strings.Join(s.places, " ")),
	}
}

// ReutersFigures judges the 18 single topics and the 46 pairs of topic and place, see tasks.go, with the
// program's own classifier: mean average precision over the tasks, mean F1 at the cut that the model
// sets itself, and the mean average precision of plainer methods in the same run. Each task is run with
// as many draws of its exemplars as are asked for, at least one. The error wraps fs.ErrNotExist where
// the collection is not in dir.
func ReutersFigures(ctx context.Context, dir string, draws int) ([]Figure, error) {
	w, err := readWire(ctx, dir)
	if err != nil {
		return nil, err
	}
	draws = max(1, draws)
	all := slices.Concat(tasks(false), tasks(true))
	outcomes, err := each(ctx, len(all)*draws, func(i int) (outcome, error) { return w.run(all[i/draws], i%draws) })
	if err != nil {
		return nil, err
	}
	singles := len(tasks(false)) * draws
	return append(taskFigures("Reuters topics", outcomes[:singles]), taskFigures("Reuters pairs", outcomes[singles:])...), nil
}

func taskFigures(set string, outcomes []outcome) []Figure {
	var ap, f1 []float64
	baselines := map[string][]float64{}
	precise := Figure{Set: set, Measure: "mean AP", N: len(outcomes)}
	cut := Figure{Set: set, Measure: "mean F1 at the cut", N: len(outcomes)}
	for _, o := range outcomes {
		a := AveragePrecision(o.judged)
		p, r, f := AtCut(o.judged)
		ap, f1 = append(ap, a), append(f1, f)
		for name, value := range o.baselines {
			baselines[name] = append(baselines[name], value)
		}
		precise.Failures = append(precise.Failures, Failure{o.task.name(), "AP 1", fmt.Sprintf("AP %.3f; at the cut precision %.3f, recall %.3f, F1 %.3f", a, p, r, f)})
		cut.Failures = append(cut.Failures, o.failures...)
	}
	precise.Value, cut.Value = Mean(ap), Mean(f1)
	figures := []Figure{precise, cut}
	for _, name := range []string{byCosine, byBM25, byProgram, byLists} {
		if values := baselines[name]; len(values) > 0 {
			figures = append(figures, Figure{Set: set, Measure: name, Value: Mean(values), N: len(values), Baseline: true})
		}
	}
	return figures
}
