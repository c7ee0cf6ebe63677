package app

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"newsvigil/classify"
	"newsvigil/config"
	"newsvigil/eval"
	"newsvigil/news"
	"newsvigil/store"
)

// ModelQuery says which model is wanted.
type ModelQuery struct {
	// Topic is a topic's name or key; it may be empty where there is only one.
	Topic string
	// Background takes the place of the stored pieces unless it is nil.
	Background []news.Article
}

// TopicModel fits the model of one topic, against the stored pieces where no other background is
// given, or without any where nothing is stored yet. The database is only read, which is safe beside a
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
	if q.Background == nil {
		if q.Background, err = storedBackground(ctx, o); err != nil {
			return nil, err
		}
	}
	m, err := classify.Fit(t.Topic, classify.Background{Articles: q.Background})
	if err != nil {
		return nil, fmt.Errorf("fit the model of topic %q: %w", t.Name, err)
	}
	return m, nil
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

// storedBackground are the newest stored pieces; none where there is no database.
func storedBackground(ctx context.Context, o Options) ([]news.Article, error) {
	db, err := store.OpenReader(ctx, filepath.Join(o.Config.DataDir, DatabaseName), store.Options{Now: o.Now, Log: o.Log})
	if errors.Is(err, store.ErrNoDatabase) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer db.Close()
	background, err := db.Background(ctx, backgroundSize)
	if err != nil {
		return nil, fmt.Errorf("read the background: %w", err)
	}
	return background, nil
}

// GroupOptions are the settings by which the program itself would place labelled rows.
func GroupOptions(cfg *config.Config) eval.GroupOptions {
	a := App{cfg: cfg}
	return eval.GroupOptions{Placing: a.placerOptions(), Sources: cfg.Sources}
}
