package app

import (
	"context"
	"errors"
	"slices"

	"newsvigil/classify"
	"newsvigil/news"
	"newsvigil/store"
)

// Learned is what a topic's model made of its exemplars and of what readers said, the heaviest words
// first.
type Learned struct {
	Topic news.Topic
	Model *classify.Model
	Words []classify.Weighted
}

// Learn fits the topics (or the one named) against the stored pieces, or without a background where
// nothing is stored yet.
func Learn(ctx context.Context, o Options, only string) ([]Learned, error) {
	a, err := openFitted(ctx, o, only)
	if err != nil {
		return nil, err
	}
	defer a.Close()
	var out []Learned
	for _, t := range a.topics {
		out = append(out, Learned{Topic: t.Topic, Model: t.model, Words: t.model.Words(0)})
	}
	return out, nil
}

// openFitted opens the program for reading, with the models of the topics (or of the one named) fitted.
func openFitted(ctx context.Context, o Options, only string) (*App, error) {
	a, err := openLoose(ctx, o)
	if err != nil {
		return nil, err
	}
	if only != "" {
		t, named := a.topicNamed(only)
		if named != nil {
			return nil, errors.Join(named, a.Close())
		}
		a.topics = []*topic{t}
	}
	if err := a.fitStored(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// openLoose opens the program for reading, also where nothing is stored yet.
func openLoose(ctx context.Context, o Options) (*App, error) {
	o.ReadOnly = true
	a, err := New(ctx, o)
	if !errors.Is(err, store.ErrNoDatabase) {
		return a, err
	}
	a = &App{cfg: o.Config, o: withDefaults(o), ctx: ctx}
	a.now, a.log = a.o.Now, a.o.Log
	topics, err := LoadTopics(o.Config, a.o.Seeds)
	if err != nil {
		return nil, err
	}
	for _, t := range topics {
		a.topics = append(a.topics, &topic{Topic: t})
	}
	return a, nil
}

// fitStored fits the topics against what is stored, if anything is.
func (a *App) fitStored(ctx context.Context) error {
	b, err := a.background(ctx)
	if err != nil {
		return err
	}
	return a.fit(ctx, b)
}

// Suggested are the words proposed for one topic.
type Suggested struct {
	Topic news.Topic
	Words []classify.Suggestion
}

// Suggest proposes words for the lists of the topics (or of the one named), by what readers liked and
// what scores high among the stored pieces, against what they disliked and what is plainly off the topic.
func Suggest(ctx context.Context, o Options, only string) ([]Suggested, error) {
	a, err := openFitted(ctx, o, only)
	if err != nil {
		return nil, err
	}
	defer a.Close()
	var out []Suggested
	for _, t := range a.topics {
		pieces, err := a.sorted(ctx, t)
		if err != nil {
			return nil, err
		}
		out = append(out, Suggested{t.Topic, t.model.Suggest(pieces, 0)})
	}
	return out, nil
}

// sorted are the stored pieces that are plainly on a topic or off it, by what readers say of them, else by
// their score.
func (a *App) sorted(ctx context.Context, t *topic) ([]classify.Labelled, error) {
	if a.db == nil {
		return nil, nil
	}
	l, err := a.lessonOf(ctx, t.Topic)
	if err != nil {
		return nil, err
	}
	pieces := l.labelled(slices.Concat(l.kept, l.fresh))
	b, err := a.background(ctx)
	if err != nil {
		return nil, err
	}
	for _, art := range b.Articles {
		if _, judged := l.articles[art.ID]; judged {
			continue
		}
		switch t.model.Score(art).Grade {
		case news.GradeStrong:
			pieces = append(pieces, classify.Labelled{Article: art, Like: true})
		case news.GradeNone:
			pieces = append(pieces, classify.Labelled{Article: art})
		}
	}
	return pieces, nil
}
