package app

import (
	"context"
	"slices"
	"time"

	"newsvigil/digest"
	"newsvigil/news"
	"newsvigil/store"
)

// muteFor is how long an outlet stays muted in a channel.
const muteFor = 30 * 24 * time.Hour

// unmuted leaves out the members of outlets that a channel's readers muted, but for pieces that the topic
// always wants.
func unmuted(stories []news.Story, t news.Topic, mutes []news.Mute) []news.Story {
	if len(mutes) == 0 {
		return stories
	}
	muted := map[string]bool{}
	for _, m := range mutes {
		muted[m.Source] = true
	}
	out := make([]news.Story, 0, len(stories))
	for _, s := range stories {
		s.Members = slices.DeleteFunc(slices.Clone(s.Members), func(m news.Member) bool {
			return muted[news.Slug(m.Article.Source)] && !wanted(t, m.Score.Reasons)
		})
		if len(s.Members) > 0 {
			out = append(out, s)
		}
	}
	return out
}

// countedIn is how many members of stories are among the pieces on topic that a digest counts.
func countedIn(stories []news.Story, since time.Time) (n int) {
	for _, s := range stories {
		for _, m := range s.Members {
			if m.Score.Relevant() && !m.Article.Fetched.Before(since) {
				n++
			}
		}
	}
	return n
}

// remembered leaves out the members that digests up to the last one left out because their outlet was
// muted then: when it is shown again, what it wrote in the meantime does not come in a flood.
func remembered(stories []news.Story, t news.Topic, ended []news.Mute, last time.Time) []news.Story {
	if len(ended) == 0 || last.IsZero() {
		return stories
	}
	out := make([]news.Story, 0, len(stories))
	for _, s := range stories {
		s.Members = slices.DeleteFunc(slices.Clone(s.Members), func(m news.Member) bool {
			return !m.Announced && passedOver(m.Article, ended, last) && !wanted(t, m.Score.Reasons)
		})
		if len(s.Members) > 0 {
			out = append(out, s)
		}
	}
	return out
}

// passedOver reports whether a digest was made since a piece was read and while its outlet was muted.
func passedOver(art news.Article, ended []news.Mute, last time.Time) bool {
	return slices.ContainsFunc(ended, func(m news.Mute) bool {
		return m.Source == news.Slug(art.Source) && m.At.Before(last) && art.Fetched.Before(last) && art.Fetched.Before(m.Until)
	})
}

// explainMute corrects the verdict on a piece that would wait for a digest, were its outlet not muted in the
// topic's channel, or had it not been.
func (a *App) explainMute(ctx context.Context, e *Explanation, t store.Trail) error {
	best := bestScore(t.Scores)
	if e.Code != "waiting" || best == nil {
		return nil
	}
	for _, topic := range a.topics {
		if topic.Key() != best.Topic || wanted(topic.Topic, best.Reasons) {
			continue
		}
		active, err := a.db.Mutes(ctx, topic.Channel, a.now())
		if err != nil {
			return err
		}
		if i := slices.IndexFunc(active, func(m news.Mute) bool { return m.Source == news.Slug(t.Article.Source) }); i >= 0 {
			e.say("muted", "Muted: it is on topic, but a reader muted %s in %s until %s.", t.Article.Source, topic.Channel, digest.DayText(active[i].Until.In(a.cfg.Zone), "en"))
			return nil
		}
		ended, err := a.db.EndedMutes(ctx, topic.Channel, a.now())
		if err != nil {
			return err
		}
		last, _, err := a.db.LastDigest(ctx, topic.Key())
		if err != nil {
			return err
		}
		if passedOver(*t.Article, ended, last) {
			e.say("muted", "Muted: it is on topic, but %s was muted in %s when its digest was made, and what was left out then does not come later.", t.Article.Source, topic.Channel)
		}
	}
	return nil
}

// wanted reports whether a piece is one that the topic always wants: it has every facet, and a concept of
// the topic's list. One that a reader rescued is wanted too.
func wanted(t news.Topic, r news.Reasons) bool {
	if r.Always != "" || r.Rescued {
		return true
	}
	for _, f := range r.Facets {
		if len(f.Words) == 0 {
			return false
		}
	}
	return slices.ContainsFunc(r.Concepts, func(c news.Hit) bool { return len(c.Words) > 0 && slices.Contains(t.Always, c.Name) })
}
