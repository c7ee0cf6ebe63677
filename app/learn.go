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

// Learned is what a topic's model made of its exemplars, the heaviest words first.
type Learned struct {
	Topic news.Topic
	Words []classify.Weighted
}

// Learn fits the topics (or the one named) against the stored pieces, or without a background where
// nothing is stored yet.
func Learn(ctx context.Context, o Options, only string) ([]Learned, error) {
	o.ReadOnly = true
	a, err := New(ctx, o)
	var background []news.Article
	switch {
	case errors.Is(err, store.ErrNoDatabase):
		a = &App{cfg: o.Config}
		topics, err := LoadTopics(o.Config, withDefaults(o).Seeds)
		if err != nil {
			return nil, err
		}
		for _, t := range topics {
			a.topics = append(a.topics, &topic{Topic: t})
		}
	case err != nil:
		return nil, err
	default:
		defer a.Close()
		if background, err = a.db.Background(ctx, backgroundSize); err != nil {
			return nil, fmt.Errorf("read the background: %w", err)
		}
	}
	if only != "" {
		t, err := a.topicNamed(only)
		if err != nil {
			return nil, err
		}
		a.topics = []*topic{t}
	}
	if err := a.fit(background); err != nil {
		return nil, err
	}
	var out []Learned
	for _, t := range a.topics {
		out = append(out, Learned{Topic: t.Topic, Words: t.model.Words(0)})
	}
	return out, nil
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
