package eval

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"newsvigil/classify"
	"newsvigil/news"
)

// scoreRow is a row of `eval score`.
type scoreRow struct {
	piece
	Label label `json:"label"`
}

func (r scoreRow) problem() string { return r.identified() }

// scored is what is printed of a row.
type scored struct {
	ID       rowID      `json:"id"`
	Score    float64    `json:"score"`
	Relevant bool       `json:"relevant"`
	Grade    news.Grade `json:"grade"`
	Reasons  []string   `json:"reasons"`
	topic    string
	label    label
}

// ScoreTotal are the figures of a labelled file; its JSON is the last line of `eval score`.
type ScoreTotal struct {
	Total bool `json:"total"`
	// Topic is the topic's key.
	Topic string `json:"topic"`
	// Rows counts all rows, Labelled those with a label; the figures are over the latter.
	Rows     int `json:"rows"`
	Labelled int `json:"labelled"`
	// Relevant counts the rows that the labels call relevant, Chosen the labelled ones at or above Cut.
	Relevant int `json:"relevant"`
	Chosen   int `json:"chosen"`
	// AP is the average precision, ties counted negatives first; the others are at the cut.
	AP        float64 `json:"ap"`
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
	Cut       float64 `json:"cut"`
}

// Score scores every row of a file by the model and writes a JSON line for each, in order. Where
// rows have labels, a line with the figures follows. Rows are read as they are needed, so the size of
// the file does not matter. An *InputError names the line that is wrong; what was written before it
// is of no use then.
func Score(ctx context.Context, in Input, m *classify.Model, out io.Writer) (ScoreTotal, error) {
	total := ScoreTotal{Total: true, Cut: m.Cut()}
	var judged []Judged
	enc := encoder(out)
	work := func(r scoreRow) scored {
		s := m.Score(r.article())
		return scored{r.ID, s.Value, s.Relevant(), s.Grade, s.Reasons.Lines(), s.Topic, r.Label}
	}
	err := inOrder(ctx, rows[scoreRow](in), work, func(s scored) error {
		total.Rows++
		total.Topic = s.topic
		if s.label.given {
			judged = append(judged, Judged{Score: s.Score, Relevant: s.label.relevant, Chosen: s.Relevant})
		}
		return writeLine(enc, s)
	})
	if err != nil || len(judged) == 0 {
		return total, err
	}
	total.measure(judged)
	return total, writeLine(enc, total)
}

func (t *ScoreTotal) measure(judged []Judged) {
	t.Labelled = len(judged)
	for _, j := range judged {
		if j.Relevant {
			t.Relevant++
		}
		if j.Chosen {
			t.Chosen++
		}
	}
	t.AP = AveragePrecision(judged)
	t.Precision, t.Recall, t.F1 = AtCut(judged)
}

// encoder writes JSON lines in which < and & stay as they are.
func encoder(out io.Writer) *json.Encoder {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	return enc
}

func writeLine(enc *json.Encoder, v any) error {
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}

// maxBackground is the most background rows that are learned from. Some 2,000 are the most that help.
const maxBackground = 8000

// backgroundRow is an unlabelled piece; its id and label, if any, are of no interest.
type backgroundRow struct {
	Title    *string `json:"title"`
	Text     *string `json:"text"`
	Language string  `json:"language"`
}

func (r backgroundRow) problem() string { return r.piece().worded() }

func (r backgroundRow) piece() piece {
	return piece{Title: r.Title, Text: r.Text, Language: r.Language}
}

// Background reads unlabelled pieces to fit a model against. Of a file with more than 8,000 rows
// every second, fourth and so on is kept, evenly over the file. The error is as for Score.
func Background(ctx context.Context, in Input) ([]news.Article, error) {
	var kept []news.Article
	n, step := 0, 1
	for r, err := range rows[backgroundRow](in) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, err
		}
		if n%step == 0 {
			kept = append(kept, r.piece().article())
		}
		if n++; len(kept) > maxBackground {
			for i := range (len(kept) + 1) / 2 {
				kept[i] = kept[2*i]
			}
			kept = kept[:(len(kept)+1)/2]
			step *= 2
		}
	}
	return kept, nil
}
