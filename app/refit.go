package app

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"newsvigil/classify"
	"newsvigil/news"
	"newsvigil/store"
)

const (
	// mostTries bounds the models that are made to find out which of some labels can be learned from.
	mostTries = 12
	// triedAgain is when refused labels are tried again although nobody said anything new: the background
	// is another one by then.
	triedAgain = 24 * time.Hour
)

// lesson is what a topic has to learn from its readers.
type lesson struct {
	topic      news.Topic
	background classify.Background
	// articles are the pieces that readers judged, by number.
	articles map[int64]news.Article
	// was is what the database remembers; kept of it is what readers still say, fresh what they said since.
	was         store.Learned
	kept, fresh []store.LearnedLabel
	// model was learned from kept.
	model *classify.Model
	// worse says what speaks against a model.
	worse func(t classify.Trial, old, next *classify.Model) string
	// tries counts the models made to try fresh ones; refused could not be learned from, for the reason why.
	tries   int
	refused []store.LearnedLabel
	why     string
}

// lessonOf compares what readers say now with what was learned. Pieces without a text teach nothing.
func (a *App) lessonOf(ctx context.Context, t news.Topic) (*lesson, error) {
	l := &lesson{topic: t, worse: a.worse, articles: map[int64]news.Article{}}
	said, err := a.db.Feedback(ctx, t.Key())
	if err != nil {
		return nil, err
	}
	if l.was, err = a.db.Learned(ctx, t.Key()); err != nil {
		return nil, err
	}
	for _, o := range classify.Opinions(said) {
		if o.Article == 0 {
			continue
		}
		art, err := a.db.Article(ctx, o.Article)
		if err != nil {
			return nil, err
		}
		if art.Text == "" {
			continue
		}
		l.articles[o.Article] = art
		now := store.LearnedLabel{Article: o.Article, Like: o.Like(), At: o.At}
		same := func(x store.LearnedLabel) bool { return x.Article == now.Article && x.Like == now.Like }
		if i := slices.IndexFunc(l.was.Labels, same); i >= 0 {
			l.kept = append(l.kept, l.was.Labels[i])
		} else {
			l.fresh = append(l.fresh, now)
		}
	}
	slices.SortStableFunc(l.fresh, func(x, y store.LearnedLabel) int {
		return cmp.Or(x.At.Compare(y.At), cmp.Compare(x.Article, y.Article))
	})
	return l, nil
}

// due reports whether there is anything to do but to make the model of kept.
func (l *lesson) due(now time.Time) bool {
	if len(l.fresh) == 0 {
		return len(l.kept) != len(l.was.Labels)
	}
	since := now.Sub(l.was.At)
	return l.identity() != l.was.Refused || since < 0 || since >= triedAgain
}

// identity names the labels that are to be tried, and what else decides whether they are refused.
func (l *lesson) identity() string {
	data, err := json.Marshal([]any{l.topic.Facets, l.topic.Concepts, l.topic.Always, l.topic.NeverMatch, l.topic.Threshold, len(l.topic.Exemplars), l.kept, l.fresh})
	if err != nil {
		return "" // lists of words and numbers can always be written
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])[:16]
}

// labelled are labels with their pieces.
func (l *lesson) labelled(labels []store.LearnedLabel) []classify.Labelled {
	out := make([]classify.Labelled, len(labels))
	for i, x := range labels {
		out[i] = classify.Labelled{Article: l.articles[x.Article], Like: x.Like, At: x.At}
	}
	return out
}

// study makes the model of what was learned before and is still said.
func (l *lesson) study() (err error) {
	l.model, err = classify.Learn(l.topic, l.background, l.labelled(l.kept))
	return err
}

// grow learns from fresh labels if that does no harm. Where it does, each half is tried by itself, down
// to the labels that cannot be learned from: one slip of a finger must not keep out a week of others.
func (l *lesson) grow(ctx context.Context, fresh []store.LearnedLabel) error {
	if err := ctx.Err(); err != nil || len(fresh) == 0 {
		return err
	}
	if l.tries >= mostTries {
		l.refused = append(l.refused, fresh...)
		return nil
	}
	l.tries++
	all := slices.Concat(l.kept, fresh)
	slices.SortFunc(all, func(x, y store.LearnedLabel) int { return cmp.Compare(x.Article, y.Article) })
	next, err := classify.Learn(l.topic, l.background, l.labelled(all))
	if err != nil {
		return err
	}
	why := l.worse(classify.Trial{Seeds: l.topic.Exemplars, Labels: l.labelled(all)}, l.model, next)
	switch {
	case why == "":
		l.kept, l.model = all, next
		return nil
	case len(fresh) == 1:
		l.refused, l.why = append(l.refused, fresh...), why
		return nil
	}
	half := len(fresh) / 2
	if err := l.grow(ctx, fresh[:half]); err != nil {
		return err
	}
	return l.grow(ctx, fresh[half:])
}

// fitTopic makes a topic's model of its exemplars, the background and what readers said. What they said
// since the last time is learned only if nothing becomes worse by it; see grow. A database that is only
// read keeps to what was learned before.
func (a *App) fitTopic(ctx context.Context, t *topic, b classify.Background) error {
	l, err := a.lessonOf(ctx, t.Topic)
	if err != nil {
		return err
	}
	l.background = b
	if err := l.study(); err != nil {
		return err
	}
	t.model = l.model
	if a.o.ReadOnly || a.beside || !l.due(a.now()) {
		return nil
	}
	learned := len(l.fresh)
	if err := l.grow(ctx, l.fresh); err != nil {
		return err
	}
	t.model, l.fresh = l.model, l.refused // as the next look will find it
	next := store.Learned{Labels: l.kept, Model: l.model.Version(), At: a.now(), Why: l.why}
	if len(l.refused) > 0 {
		next.Refused = l.identity()
	}
	if err := a.db.SaveLearned(ctx, t.Key(), next); err != nil {
		return err
	}
	a.log.Info("learned from readers", "topic", t.Name, "labels", len(l.kept), "new", learned-len(l.refused), "model", l.model.Version())
	a.tellRefused(t, l)
	return nil
}

// tellRefused writes into the log what was not learned, and why.
func (a *App) tellRefused(t *topic, l *lesson) {
	if len(l.refused) == 0 {
		return
	}
	urls := make([]string, 0, len(l.refused))
	for _, r := range l.refused[:min(5, len(l.refused))] {
		urls = append(urls, l.articles[r.Article].URL)
	}
	a.log.Warn("some labels are kept and not learned from: with them the model would be worse than it is",
		"topic", t.Name, "labels", len(l.refused), "pieces", urls, "why", l.why)
}

// learnSpec is how often the daemon looks whether readers said anything new.
const learnSpec = "*/5 * * * *"

// learnJob fits anew the topics of which readers said something, and judges again what no digest has
// judged. A crawl that is under way does so itself, at its end.
func (a *App) learnJob(ctx context.Context, _ time.Time, _ bool) error {
	due := false
	for _, t := range a.topics {
		l, err := a.lessonOf(ctx, t.Topic)
		if err != nil {
			return err
		}
		due = due || l.due(a.now())
	}
	if !due {
		return nil
	}
	a.crawling.Lock()
	defer a.crawling.Unlock()
	return a.settle(ctx, true)
}

// fit fits every topic's model.
func (a *App) fit(ctx context.Context, b classify.Background) error {
	for _, t := range a.topics {
		var err error
		if a.db != nil {
			err = a.fitTopic(ctx, t, b)
		} else {
			t.model, err = classify.Fit(t.Topic, b)
		}
		if err != nil {
			return fmt.Errorf("fit the model of topic %q: %w", t.Name, err)
		}
	}
	return nil
}
