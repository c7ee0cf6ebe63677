package app

import (
	"slices"
	"time"

	"newsvigil/news"
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

// wanted reports whether a piece is one that the topic always wants: it has every facet, and a concept of
// the topic's list.
func wanted(t news.Topic, r news.Reasons) bool {
	if r.Always != "" {
		return true
	}
	for _, f := range r.Facets {
		if len(f.Words) == 0 {
			return false
		}
	}
	return slices.ContainsFunc(r.Concepts, func(c news.Hit) bool { return len(c.Words) > 0 && slices.Contains(t.Always, c.Name) })
}
