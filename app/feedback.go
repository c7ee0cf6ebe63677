package app

import (
	"cmp"
	"context"
	"fmt"

	"newsvigil/address"
	"newsvigil/news"
	"newsvigil/store"
)

// Remember keeps what readers said, all of it or nothing, and does what follows from it: a piece that was
// missed and is not stored is read by the next crawl of its outlet, and a rescued one goes into the next
// digest. Topics may be given by name or key, and the only one need not be given; the address of a piece
// may have any form; a word without a time is of now. What is wrong with a word is a *WordError, mostly
// around a *UsageError. Models learn of it later; see Study.
func (a *App) Remember(ctx context.Context, words ...news.Feedback) error {
	said := make([]store.Said, len(words))
	for i, f := range words {
		var err error
		if said[i], err = a.understand(ctx, f); err != nil {
			return &WordError{Index: i, Err: err}
		}
	}
	return a.db.SaveFeedback(ctx, said...)
}

// WordError is what is wrong with one of several words, which Index counts from 0.
type WordError struct {
	Index int
	Err   error
}

func (e *WordError) Error() string { return e.Err.Error() }

// Unwrap gives the cause.
func (e *WordError) Unwrap() error { return e.Err }

// understand finds out which piece and topic a word is about, and what follows from it.
func (a *App) understand(ctx context.Context, f news.Feedback) (store.Said, error) {
	key := ""
	if keys := a.keysOf(f.URL); len(keys) > 0 {
		key = keys[0]
	}
	f, stored, err := a.piece(ctx, f)
	if err != nil {
		return store.Said{}, err
	}
	if f.At.IsZero() {
		f.At = a.now()
	}
	s := store.Said{Feedback: f, Key: key}
	switch {
	case f.Label == news.LabelRescue:
		return s, a.rescue(ctx, &s, stored)
	case f.Label == news.LabelMissed && stored == nil:
		s.Candidate = a.missed(f.URL)
	}
	return s, nil
}

// piece fills in the topic's key, the stored article and its address, in the one form in which all
// readers' words on it are kept. stored is nil where nothing is.
func (a *App) piece(ctx context.Context, f news.Feedback) (_ news.Feedback, stored *news.Article, err error) {
	t, err := a.onlyTopic(f.Topic)
	if err != nil {
		return f, nil, err
	}
	canonical, err := address.Canonical(f.URL)
	if err != nil {
		return f, nil, &UsageError{Text: fmt.Sprintf("%q is not the address of a web page; give it whole, from https:// on", f.URL)}
	}
	found, ok, err := a.db.ByKeys(ctx, a.keysOf(f.URL))
	if err != nil {
		return f, nil, err
	}
	f.Topic, f.URL = t.Key(), canonical
	if ok {
		stored = &found.Article
		f.URL, f.Article = stored.URL, stored.ID
	}
	return f, stored, nil
}

// missed is a piece that a reader names and that nothing is stored of; nil where no outlet of ours has it.
func (a *App) missed(url string) *news.Candidate {
	src, ok := a.sourceOf(url)
	if !ok || src.Off {
		return nil
	}
	key, err := address.Key(src, url)
	if err != nil {
		return nil
	}
	return &news.Candidate{Source: src.Name, URL: url, Key: key, Route: news.RouteReader, Via: "feedback"}
}

// rescue gives a stored piece the score by which it belongs into the next digest.
func (a *App) rescue(ctx context.Context, s *store.Said, stored *news.Article) error {
	if stored == nil {
		return &UsageError{Text: fmt.Sprintf("nothing is stored of %s, so it cannot be rescued; say that it was missed, and it will be read", s.URL)}
	}
	if a.quarantinedNow(stored.Source) {
		return &UsageError{Text: fmt.Sprintf("%s is quarantined, so no digest may show %s", stored.Source, s.URL)}
	}
	trail, err := a.db.Trail(ctx, stored.Keys)
	if err != nil {
		return err
	}
	score := news.Score{Topic: s.Topic}
	for _, one := range trail.Scores {
		if one.Topic == s.Topic {
			score = one
		}
	}
	if score.Reasons.Muted != "" {
		return &UsageError{Text: fmt.Sprintf("%s holds %q, which never_match names, so no digest may show it", s.URL, score.Reasons.Muted)}
	}
	if !score.Relevant() {
		score.Reasons.Rescued, score.Reasons.Lifted = true, max(0, score.Cut-score.Value)
		score.Value, score.Grade = max(score.Value, score.Cut), news.GradeLikely
		s.Rescue = &score
	}
	return nil
}

// Rescue puts a stored near miss into the topic's next digest, once, and keeps that as a like. A piece
// that was announced before is only liked.
func (a *App) Rescue(ctx context.Context, f news.Feedback) error {
	f.Label, f.Reason = news.LabelRescue, ""
	return a.Remember(ctx, f)
}

// Withdraw takes back what one reader, or where By is empty all, said of a piece for a topic, and counts
// the words that were taken back.
func (a *App) Withdraw(ctx context.Context, f news.Feedback) (int, error) {
	f, _, err := a.piece(ctx, f)
	if err != nil {
		return 0, err
	}
	said, err := a.db.Feedback(ctx, f.Topic)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, one := range said {
		same := one.URL == f.URL || one.Article != 0 && one.Article == f.Article
		if !same || f.By != "" && f.By != one.By {
			continue
		}
		one.Article = cmp.Or(one.Article, f.Article)
		took, err := a.db.WithdrawFeedback(ctx, one)
		if n += took; err != nil {
			return n, err
		}
	}
	return n, nil
}

// Feedback is what readers said for the topics, or the one named, the earliest first.
func (a *App) Feedback(ctx context.Context, only string) ([]news.Feedback, error) {
	topics, err := a.topicsNamed(only)
	if err != nil {
		return nil, err
	}
	var all []news.Feedback
	for _, t := range topics {
		said, err := a.db.Feedback(ctx, t.Key())
		if err != nil {
			return nil, err
		}
		all = append(all, said...)
	}
	return all, nil
}

// Title is the headline of a stored article; "" where none is stored.
func (a *App) Title(ctx context.Context, article int64) (string, error) {
	if article == 0 {
		return "", nil
	}
	art, err := a.db.Article(ctx, article)
	return art.Title, err
}

// Studied is what a topic's model has learned from readers.
type Studied struct {
	Topic string
	// Labels counts what was learned, Refused what was not, because the model would be worse with it; Why
	// says how.
	Labels, Refused int
	Why             string
}

// Study lets the models learn from what readers said, and judges again what no digest has judged. It
// reports nothing where a running daemon holds the database: that one learns by itself within minutes.
func (a *App) Study(ctx context.Context) ([]Studied, error) {
	if a.beside {
		return nil, nil
	}
	if err := a.settle(ctx, true); err != nil {
		return nil, err
	}
	var out []Studied
	for _, t := range a.topics {
		l, err := a.lessonOf(ctx, t.Topic)
		if err != nil {
			return nil, err
		}
		out = append(out, Studied{Topic: t.Name, Labels: len(l.kept), Refused: len(l.fresh), Why: l.was.Why})
	}
	return out, nil
}

// Beside reports whether a running daemon holds the database.
func (a *App) Beside() bool { return a.beside }
