package app

import (
	"context"
	"fmt"
	"slices"

	"newsvigil/digest"
	"newsvigil/news"
	"newsvigil/store"
)

// explainRevision says what an article that no digest shows by itself means for the messages that told of
// its story.
func (a *App) explainRevision(ctx context.Context, e *Explanation, t store.Trail) error {
	for _, topic := range a.topics {
		if slices.ContainsFunc(t.Digests, func(s store.Shown) bool { return s.Topic == topic.Key() && s.Kind != news.ItemNear }) {
			continue // it was told, or marked as seen
		}
		keys, err := a.db.Telling(ctx, topic.Key(), t.Story)
		if err != nil {
			return err
		}
		if len(keys) == 0 {
			continue
		}
		story, err := a.db.StoryNow(ctx, topic.Key(), t.Story)
		if err != nil {
			return err
		}
		if best := bestScore(t.Scores); e.Code == "waiting" && best != nil && best.Topic == topic.Key() && !story.AlertOnly {
			e.say("part-of-story", "On topic, and part of a story that readers were told of already; no digest shows it by itself.")
		}
		for _, key := range keys {
			d, err := a.Digest(ctx, key)
			if err != nil {
				return err
			}
			d.Slot = d.Slot.In(a.cfg.Zone)
			revised, _ := digest.Revise(d, []news.Story{story}, a.now(), digest.Options{Topic: topic.Topic, Sources: a.cfg.Sources})
			e.add("Its story was told in the message of %s%s.", a.clock(d.Slot), revision(revised, t))
		}
	}
	return nil
}

// revision says how a message names an article that it did not name before.
func revision(d news.Digest, t store.Trail) string {
	for _, it := range slices.Concat(d.Lead, d.Lines, d.Rest) {
		switch {
		case it.Story != t.Story:
		case it.Article == t.Article.ID:
			return ", which leads to the version before; the next digest has a line of it"
		case slices.ContainsFunc(it.Also, func(o news.Also) bool { return o.Outlet == t.Article.Source }):
			return fmt.Sprintf(", where %s is not named: what is posted stays as it is", t.Article.Source)
		}
	}
	return "; what came to it on a later day stands nowhere"
}
