package app

import (
	"context"
	"fmt"

	"newsvigil/classify"
	"newsvigil/config"
	"newsvigil/eval"
	"newsvigil/news"
)

// ModelQuery says which model is wanted.
type ModelQuery struct {
	// Topic is a topic's name or key; it may be empty where there is only one.
	Topic string
	// Background takes the place of the stored pieces unless it is nil.
	Background []news.Article
}

// TopicModel is the model of one topic as the program has it: fitted against the stored pieces, with what
// was learned from readers, or without either where nothing is stored yet or another background is
// given. The database is only read, which is safe beside a
// running daemon. A topic that does not exist, or must be named and is not, is a *UsageError.
func TopicModel(ctx context.Context, o Options, q ModelQuery) (*classify.Model, error) {
	o = withDefaults(o)
	topics, err := LoadTopics(o.Config, o.Seeds)
	if err != nil {
		return nil, err
	}
	a := &App{cfg: o.Config}
	for _, t := range topics {
		a.topics = append(a.topics, &topic{Topic: t})
	}
	t, err := a.onlyTopic(q.Topic)
	if err != nil {
		return nil, err
	}
	if q.Background != nil {
		a.topics = []*topic{t}
		err = a.fit(ctx, classify.Background{Articles: q.Background})
		return t.model, err
	}
	o.ReadOnly = true
	learned, err := Learn(ctx, o, t.Name)
	if err != nil {
		return nil, err
	}
	return learned[0].Model, nil
}

// onlyTopic is the topic that is named, or the only one.
func (a *App) onlyTopic(name string) (*topic, error) {
	if name != "" {
		return a.topicNamed(name)
	}
	if len(a.topics) == 1 {
		return a.topics[0], nil
	}
	names := make([]string, 0, len(a.topics))
	for _, t := range a.topics {
		names = append(names, fmt.Sprintf("%q", t.Name))
	}
	return nil, &UsageError{Text: fmt.Sprintf("%s has several topics; say which one with --topic: %s", a.cfg.File, joinAnd(names))}
}

// GroupOptions are the settings by which the program itself would place labelled rows.
func GroupOptions(cfg *config.Config) eval.GroupOptions {
	a := App{cfg: cfg}
	return eval.GroupOptions{Placing: a.placerOptions(), Sources: cfg.Sources}
}
