package app

import (
	"context"
	"fmt"
	"slices"

	"newsvigil/classify"
	"newsvigil/eval"
	"newsvigil/store"
)

// mostFolds is in how many parts labelled pieces are judged, each by a model that learned from the others.
const mostFolds = 5

// JudgeLabelled judges what readers have judged of a topic, each piece by a model that did not learn from
// it. It gives the topic's name, the verdicts and the model that learned from all that was accepted.
// Nothing is written; where nothing is stored there are no verdicts.
func JudgeLabelled(ctx context.Context, o Options, topicName string) (string, []eval.Verdict, *classify.Model, error) {
	a, err := openLoose(ctx, o)
	if err != nil {
		return "", nil, nil, err
	}
	defer a.Close()
	t, err := a.onlyTopic(topicName)
	if err != nil {
		return "", nil, nil, err
	}
	a.topics = []*topic{t}
	if err := a.fitStored(ctx); err != nil || a.db == nil {
		return t.Name, nil, t.model, err
	}
	verdicts, err := a.crossJudge(ctx, t)
	return t.Name, verdicts, t.model, err
}

// crossJudge judges every labelled piece by a model of the labels in other folds.
func (a *App) crossJudge(ctx context.Context, t *topic) ([]eval.Verdict, error) {
	l, err := a.lessonOf(ctx, t.Topic)
	if err != nil {
		return nil, err
	}
	if l.background, err = a.background(ctx); err != nil {
		return nil, err
	}
	all := slices.Concat(l.kept, l.fresh)
	slices.SortFunc(all, func(x, y store.LearnedLabel) int { return int(x.Article - y.Article) })
	var verdicts []eval.Verdict
	for fold := range min(mostFolds, len(all)) {
		var with, out []store.LearnedLabel
		for i, label := range all {
			if i%mostFolds == fold {
				out = append(out, label)
			} else if slices.Contains(l.kept, label) {
				with = append(with, label)
			}
		}
		m, err := classify.Learn(l.topic, l.background, l.labelled(with))
		if err != nil {
			return nil, fmt.Errorf("fit the model of topic %q: %w", t.Name, err)
		}
		for _, label := range l.labelled(out) {
			verdicts = append(verdicts, eval.Verdict{Name: label.Article.Title, Where: label.Article.URL, Label: label.Like, Score: m.Score(label.Article)})
		}
	}
	return verdicts, ctx.Err()
}
