package app

import (
	"context"
	"fmt"
	"slices"
	"strings"

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
			if err := a.explainEdit(ctx, e, t, key); err != nil {
				return err
			}
		}
	}
	return nil
}

// explainEdit says what a message that told of an article's story says of the article itself.
func (a *App) explainEdit(ctx context.Context, e *Explanation, t store.Trail, key string) error {
	d, err := a.Digest(ctx, key)
	if err != nil {
		return err
	}
	words := editOf(a.Arranged(d), t)
	if words == "" && a.edits() {
		e.add("Its story was told in the message of %s, which does not name it: it names outlets that come by the end of its day, are not muted, and for which there is room.", a.clock(d.Slot))
		return nil
	}
	if words == "" {
		e.add("Its story was told in the message of %s; what is posted stays as it is, as only a Slack app with a bot token can change it.", a.clock(d.Slot))
		return nil
	}
	message := a.clock(d.Slot)
	if len(a.topics) > 1 {
		message += " in " + d.Channel
	}
	if e.Code == "part-of-story" {
		e.Verdict = strings.Replace(e.Verdict, "; it stands with that story.", ".", 1)
		e.Verdict = strings.Replace(e.Verdict, "; no digest shows it by itself.", ".", 1)
		e.Verdict = fmt.Sprintf("%s; %s.", strings.TrimSuffix(e.Verdict, "."), fmt.Sprintf(words, message))
	}
	e.add("The message of %s was changed for it after it was posted.", message)
	waits, err := a.db.Undrawn(ctx, key)
	if err == nil && waits {
		e.add("Slack does not show that yet; it is tried again by itself.")
	}
	return err
}

// editOf says, with room for the time of the message, how a digest came to name an article that it did not
// name when it was posted; "" where it does not.
func editOf(d news.Digest, t store.Trail) string {
	id := t.Article.ID
	for _, it := range slices.Concat(d.Lead, d.Lines, d.Rest) {
		if !slices.Contains(it.Articles, id) {
			continue
		}
		below := slices.ContainsFunc(it.Foreign, func(f news.Also) bool { return f.Article == id })
		outlet := news.Slug(t.Article.Source)
		same := func(o news.Also) bool { return news.Slug(o.Outlet) == outlet }
		switch {
		case it.Article == id || below:
			return "the message of %s leads to it now, marked as updated, and the next digest has a line of it"
		case slices.ContainsFunc(it.Also, same) || slices.ContainsFunc(it.Foreign, same) || news.Slug(it.Outlet) == outlet:
			return "its outlet is named under the story in the message of %s"
		}
		return "its outlet is counted under the story in the message of %s"
	}
	return ""
}
