package eval

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"newsvigil/classify"
	"newsvigil/news"
)

// Feedback is measured as it comes about: the stories before the split are told day by day, the digest
// shows the best of each day, a reader puts a thumb on every piece shown, and the model is learned anew.
// What is judged are the later stories, which no digest has shown.
const (
	thumbDays   = 10 // the background, in equal parts
	thumbsADay  = 5
	thumbsGiven = thumbDays * thumbsADay
)

// thumbMarks are the numbers of labels after which the later stories are judged.
func thumbMarks() []int { return []int{0, 10, 20, thumbsGiven} }

// lesson is what one task came to with feedback: average precision and F1 at the cut by the number of
// labels, and what the probabilities after the last of them said.
type lesson struct {
	task   task
	ap, f1 map[int]float64
	likes  int
	// said are the later stories near and above the cut, whose probability a reader might be told.
	said []chance
}

// chance is a probability and what came of it.
type chance struct {
	p        float64
	relevant bool
}

// learn runs one task with feedback, given by the nth draw of its exemplars.
func (w *wire) learn(t task, n int) (lesson, error) {
	drawn := w.draw(t, n)
	topic := topicOf(t, drawn)
	l := lesson{task: t, ap: map[int]float64{}, f1: map[int]float64{}}
	var labels []classify.Labelled
	days := w.days(drawn)
	for {
		m, err := classify.Learn(topic, w.background, labels)
		if err != nil {
			return lesson{}, fmt.Errorf("task %s after %d labels: %w", t.name(), len(labels), err)
		}
		if slices.Contains(thumbMarks(), len(labels)) {
			l.judge(w, m, len(labels))
		}
		if len(days) == 0 {
			return l, nil
		}
		for _, s := range bestOf(days[0], m, thumbsADay) {
			like := s.has(t.topic, t.place)
			labels = append(labels, classify.Labelled{Article: s.article, Like: like, At: s.article.Fetched})
			l.likes += order(like)
		}
		days = days[1:]
	}
}

// days parts the stories of the background, the oldest first; the exemplars are not told again.
func (w *wire) days(drawn []news.Article) [][]wireStory {
	known := map[int64]bool{}
	for _, a := range drawn {
		known[a.ID] = true
	}
	told := w.train[max(0, len(w.train)-backgroundSize):]
	var days [][]wireStory
	for day := range thumbDays {
		from, to := day*len(told)/thumbDays, (day+1)*len(told)/thumbDays
		days = append(days, slices.DeleteFunc(slices.Clone(told[from:to]), func(s wireStory) bool { return known[s.article.ID] }))
	}
	return days
}

func bestOf(day []wireStory, m *classify.Model, n int) []wireStory {
	scores := map[int64]float64{}
	for _, s := range day {
		scores[s.article.ID] = m.Score(s.article).Value
	}
	slices.SortStableFunc(day, func(a, b wireStory) int {
		return cmp.Compare(scores[b.article.ID], scores[a.article.ID])
	})
	return day[:min(n, len(day))]
}

func (l *lesson) judge(w *wire, m *classify.Model, labels int) {
	judged := make([]Judged, len(w.test))
	for i, s := range w.test {
		got, relevant := m.Score(s.article), s.has(l.task.topic, l.task.place)
		judged[i] = Judged{Score: got.Value, Relevant: relevant, Chosen: got.Relevant()}
		if labels == thumbsGiven && got.Probability > 0 && got.Grade != news.GradeNone {
			l.said = append(l.said, chance{got.Probability, relevant})
		}
	}
	l.ap[labels] = AveragePrecision(judged)
	_, _, l.f1[labels] = AtCut(judged)
}

// calibrationBins is into how many equal parts the probabilities are put.
const calibrationBins = 10

// calibrationError is the expected calibration error: the mean distance of what was said and what came of
// it, over bins of equal width, weighted by how much is in each.
func calibrationError(said []chance) float64 {
	var p, relevant [calibrationBins]float64
	for _, c := range said {
		bin := min(calibrationBins-1, int(c.p*calibrationBins))
		p[bin] += c.p
		relevant[bin] += float64(order(c.relevant))
	}
	sum := 0.0
	for bin := range p {
		sum += math.Abs(p[bin] - relevant[bin])
	}
	return ratio(sum, float64(len(said)))
}

// FeedbackFigures learns the single topics of Reuters-21578 with labels that readers of the digest would give: mean average precision after 0, 10, 20 and 50 of them, mean F1 at the cut after all,
// and the expected calibration error of the probabilities that the program then tells. The error wraps
// fs.ErrNotExist where the collection is not in dir.
func FeedbackFigures(ctx context.Context, dir string, draws int) ([]Figure, error) {
	w, err := readWire(ctx, dir)
	if err != nil {
		return nil, err
	}
	draws = max(1, draws)
	all := tasks(false)
	lessons, err := each(ctx, len(all)*draws, func(i int) (lesson, error) { return w.learn(all[i/draws], i%draws) })
	if err != nil {
		return nil, err
	}
	return lessonFigures("Reuters topics", lessons), nil
}

func lessonFigures(set string, lessons []lesson) []Figure {
	var figures []Figure
	for _, labels := range thumbMarks() {
		f := Figure{Set: set, Measure: fmt.Sprintf("mean AP after %d labels", labels), N: len(lessons), Baseline: labels == 0}
		for _, l := range lessons {
			f.Value += l.ap[labels] / float64(len(lessons))
			f.Failures = append(f.Failures, Failure{l.task.name(), "AP 1", fmt.Sprintf("AP %.3f, F1 at the cut %.3f; %d of all labels likes", l.ap[labels], l.f1[labels], l.likes)})
		}
		figures = append(figures, f)
	}
	last := Figure{Set: set, Measure: fmt.Sprintf("mean F1 at the cut after %d labels", thumbsGiven), N: len(lessons)}
	right := Figure{Set: set, Measure: fmt.Sprintf("1 - calibration error after %d labels", thumbsGiven)}
	for _, l := range lessons {
		last.Value += l.f1[thumbsGiven] / float64(len(lessons))
		if len(l.said) == 0 {
			continue
		}
		e := calibrationError(l.said)
		right.Value, right.N = right.Value+1-e, right.N+1
		right.Failures = append(right.Failures, Failure{l.task.name(), "error 0", fmt.Sprintf("error %.3f over %d stories", e, len(l.said))})
	}
	right.Value = ratio(right.Value, float64(right.N))
	return append(figures, last, right)
}
