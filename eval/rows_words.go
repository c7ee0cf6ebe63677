package eval

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"newsvigil/news"
)

// Word is a row of `feedback import`: what a reader said of a piece.
type Word struct {
	URL    string `json:"url"`
	Topic  string `json:"topic"`
	Label  string `json:"label"`
	Reason string `json:"reason"`
	By     string `json:"by"`
	// At is in RFC 3339, or a date; "" stands for now.
	At string `json:"at"`
	// Title is there for people who read the file; it is not used.
	Title string `json:"title"`
}

// labelNames are the labels, and other names that people give them.
var labelNames = map[string]news.Label{
	"like": news.LabelLike, "relevant": news.LabelLike, "keep": news.LabelLike, "on topic": news.LabelLike,
	"dislike": news.LabelDislike, "not relevant": news.LabelDislike, "irrelevant": news.LabelDislike, "off topic": news.LabelDislike,
	"missed": news.LabelMissed, "should have been in": news.LabelMissed,
	"rescue": news.LabelRescue,
}

// complaints are the reasons for a dislike, as people may write them.
var complaints = []news.Complaint{news.ComplaintOffTopic, news.ComplaintRepeat, news.ComplaintOld, news.ComplaintOpinion}

// Feedback is the word as the program keeps it, or what is wrong with it.
func (w Word) Feedback() (f news.Feedback, problem string) {
	f = news.Feedback{URL: strings.TrimSpace(w.URL), Topic: w.Topic, By: w.By}
	if f.URL == "" {
		return f, `has no "url"; give the address of the piece`
	}
	var known bool
	if f.Label, known = labelNames[plainName(w.Label)]; !known {
		return f, fmt.Sprintf(`"label" is %q; write like, dislike, missed or rescue`, w.Label)
	}
	if f.Reason = news.Complaint(plainName(w.Reason)); f.Reason != "" {
		if !slices.Contains(complaints, f.Reason) {
			return f, fmt.Sprintf(`"reason" is %q; write off topic, repeat, old or opinion`, w.Reason)
		}
		if f.Label != news.LabelDislike {
			return f, `has a "reason"; only a dislike has one`
		}
	}
	if plainName(w.Label) == "off topic" && f.Reason == "" {
		f.Reason = news.ComplaintOffTopic
	}
	if w.At == "" {
		return f, ""
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if at, err := time.Parse(layout, w.At); err == nil {
			f.At = at
			return f, ""
		}
	}
	return f, fmt.Sprintf(`"at" is %q; write a time such as 2026-11-21T08:00:00+09:00, or leave it out`, w.At)
}

// plainName folds the ways in which a name of several words is written.
func plainName(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return r == ' ' || r == '-' || r == '_' }), " ")
}

func (w Word) problem() string {
	_, problem := w.Feedback()
	return problem
}

// UnmarshalJSON refuses keys that no word has: a reason under a wrong name would be lost, and the
// dislike taken for one of another kind.
func (w *Word) UnmarshalJSON(data []byte) error {
	type plain Word
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	err := d.Decode((*plain)(w))
	if name, ok := strings.CutPrefix(fmt.Sprint(err), "json: unknown field "); ok {
		return fmt.Errorf("has the key %s; the keys are url, topic, label, reason, by and at", name)
	}
	return err
}

// Words reads what readers said from a file of JSON lines, and at which line each word stands. The error
// is as for Score; then nothing of the file is to be used.
func Words(ctx context.Context, in Input) (words []news.Feedback, at []int, err error) {
	for l, err := range lines(in) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, nil, err
		}
		w, problem := decode[Word](l.text)
		if problem != "" {
			return nil, nil, &InputError{in.Name, l.number, problem}
		}
		f, _ := w.Feedback() // decode found nothing wrong with it
		words, at = append(words, f), append(at, l.number)
	}
	if len(words) == 0 {
		return nil, nil, &InputError{File: in.Name, Problem: "holds no words; write one JSON object per line"}
	}
	return words, at, nil
}
