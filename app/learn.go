package app

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"newsvigil/classify"
	"newsvigil/news"
	"newsvigil/store"
	"newsvigil/text"
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
	a, err := openLoose(ctx, o)
	if err != nil {
		return nil, err
	}
	defer a.Close()
	if only != "" {
		t, err := a.topicNamed(only)
		if err != nil {
			return nil, err
		}
		a.topics = []*topic{t}
	}
	if err := a.fitStored(ctx); err != nil {
		return nil, err
	}
	var out []Learned
	for _, t := range a.topics {
		out = append(out, Learned{Topic: t.Topic, Model: t.model, Words: t.model.Words(0)})
	}
	return out, nil
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
	if a.db == nil {
		return a.fit(ctx, nil)
	}
	background, err := a.db.Background(ctx, backgroundSize)
	if err != nil {
		return fmt.Errorf("read the background: %w", err)
	}
	return a.fit(ctx, background)
}

// NotListed are the words that no facet and no concept of the topic holds yet.
func NotListed(l Learned) []classify.Weighted {
	listed := map[string]bool{}
	for _, lists := range [][]news.WordList{l.Topic.Facets, l.Topic.Concepts} {
		for _, list := range lists {
			for _, entry := range list.Any {
				for term := range text.Terms(strings.TrimSuffix(entry, "*")) {
					listed[term] = true
				}
			}
		}
	}
	var out []classify.Weighted
	for _, w := range l.Words {
		if !listed[w.Term] && !strings.HasPrefix(w.Term, "concept:") {
			out = append(out, w)
		}
	}
	return out
}
