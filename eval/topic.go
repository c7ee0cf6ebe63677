package eval

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"newsvigil/classify"
	"newsvigil/news"
)

// Verdict is a labelled piece and what a model that had not learned from it says.
type Verdict struct {
	// Name is its headline, Where its address or the id of its row.
	Name  string `json:"title"`
	Where string `json:"where"`
	// Label says that people call it relevant.
	Label bool       `json:"label"`
	Score news.Score `json:"-"`
}

// share is the score as a share of the cut: verdicts of several models compare by it.
func (v Verdict) share() float64 {
	if v.Score.Cut <= 0 {
		return v.Score.Value
	}
	return v.Score.Value / v.Score.Cut
}

// mostMistakes is how many mistakes are told.
const mostMistakes = 20

// Mistake is a piece on the wrong side of the cut.
type Mistake struct {
	Verdict
	// Percent is the score in percent of the cut.
	Percent int      `json:"percent_of_cut"`
	Reasons []string `json:"reasons"`
}

// TopicReport is how well a topic's model tells labelled pieces apart.
type TopicReport struct {
	Topic    string `json:"topic"`
	Pieces   int    `json:"pieces"`
	Relevant int    `json:"relevant"`
	Chosen   int    `json:"chosen"`
	// AP is the average precision; the others are at the cut.
	AP        float64 `json:"ap"`
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
	// Points is the curve of precision and recall, the highest cut first.
	Points []Point `json:"curve"`
	// Mistakes are the worst ones, the worst first.
	Mistakes []Mistake `json:"mistakes"`
}

// Report sums verdicts up.
func Report(topic string, verdicts []Verdict) TopicReport {
	r := TopicReport{Topic: topic, Pieces: len(verdicts)}
	judged := make([]Judged, len(verdicts))
	for i, v := range verdicts {
		judged[i] = Judged{Score: v.share(), Relevant: v.Label, Chosen: v.Score.Relevant()}
		r.Relevant += order(v.Label)
		r.Chosen += order(judged[i].Chosen)
		if judged[i].Chosen != v.Label {
			r.Mistakes = append(r.Mistakes, Mistake{v, int(math.Round(100 * v.share())), v.Score.Reasons.Lines()})
		}
	}
	r.AP, r.Points = AveragePrecision(judged), Curve(judged)
	r.Precision, r.Recall, r.F1 = AtCut(judged)
	slices.SortStableFunc(r.Mistakes, func(a, b Mistake) int {
		return cmp.Or(cmp.Compare(b.depth(), a.depth()), cmp.Compare(a.Where, b.Where))
	})
	r.Mistakes = r.Mistakes[:min(mostMistakes, len(r.Mistakes))]
	return r
}

// depth is how far on the wrong side a piece is: as far at half the cut as at twice the cut.
func (m Mistake) depth() float64 { return math.Abs(math.Log(math.Max(0.01, m.share()))) }

// Cut is where the cut stands on the curve.
func (r TopicReport) Cut() Point { return Point{r.Recall, r.Precision} }

// beginning is what a piece without a headline is called.
func beginning(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:59]) + "…"
	}
	return s
}

// Verdicts judges the labelled rows of a file, which has the form of `eval score`'s; others are passed
// over. The error is as for Score.
func Verdicts(ctx context.Context, in Input, m *classify.Model) ([]Verdict, error) {
	var all []Verdict
	work := func(r scoreRow) *Verdict {
		if !r.Label.given {
			return nil
		}
		a := r.article()
		return &Verdict{Name: cmp.Or(a.Title, beginning(a.Text)), Where: strings.Trim(string(r.ID), `"`), Label: r.Label.relevant, Score: m.Score(a)}
	}
	err := inOrder(ctx, rows[scoreRow](in), work, func(v *Verdict) error {
		if v != nil {
			all = append(all, *v)
		}
		return nil
	})
	if err == nil && len(all) == 0 {
		err = &InputError{File: in.Name, Problem: `has no row with a "label"; write true or false on those that somebody judged`}
	}
	return all, err
}
