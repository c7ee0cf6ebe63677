package digest

import (
	"slices"
	"time"

	"newsvigil/news"
)

// alertAge is how old a piece may be for an alert: an alert says that something has just become known.
const alertAge = 24 * time.Hour

// AlertOptions say what is to be considered for an alert.
type AlertOptions struct {
	Topic news.Topic
	// Now is the time, in the admin's zone. Pieces fetched until After were considered before.
	Now, After time.Time
	// Room is how many stories may still be told today.
	Room    int
	Sources []news.Source
}

// Alerts picks the stories that are told at once: those that nobody was told of, with a piece that is
// new since the last time and reaches the topic's alert grade, or has every facet and a concept that the
// topic always wants. The best come first, at most as many as there is room for; what has none waits for
// the digest. A piece of unknown date, or published more than a day ago, is no reason for an alert: the
// outlet may have been added just now.
func Alerts(stories []news.Story, o AlertOptions) []news.Story {
	e := newEditor(Options{Topic: o.Topic, Sources: o.Sources, Alert: true})
	byID := make(map[int64]news.Story)
	var picked []ranked
	for _, s := range stories {
		r, ok := e.item(s)
		if ok && slices.ContainsFunc(relevant(s.Members), o.alarming) {
			picked, byID[s.ID] = append(picked, r), s
		}
	}
	slices.SortFunc(picked, byRank)
	var out []news.Story
	for _, r := range picked[:min(max(o.Room, 0), len(picked))] {
		out = append(out, byID[r.item.Story])
	}
	return out
}

// alarming reports whether a relevant piece is a reason for an alert.
func (o AlertOptions) alarming(m news.Member) bool {
	if m.Announced || !m.Article.Fetched.After(o.After) || !o.fresh(m.Article.Published) {
		return false
	}
	return o.Topic.AlertGrade != "" && (m.Score.Grade == o.Topic.AlertGrade || m.Score.Grade == news.GradeStrong) || o.always(m.Score.Reasons)
}

// fresh reports whether a time of publication is less than alertAge ago. A date alone is fresh on its
// day and the day after, by the admin's calendar.
func (o AlertOptions) fresh(at news.Instant) bool {
	if at.IsZero() {
		return false
	}
	if at.DateOnly {
		y, m, d := at.Time.Date()
		return !time.Date(y, m, d+2, 0, 0, 0, 0, o.Now.Location()).Before(o.Now)
	}
	return at.Time.After(o.Now.Add(-alertAge))
}

// always reports whether a piece has every facet of the topic and a concept that is always wanted.
func (o AlertOptions) always(r news.Reasons) bool {
	if slices.ContainsFunc(r.Facets, func(h news.Hit) bool { return len(h.Words) == 0 }) {
		return false
	}
	return slices.ContainsFunc(r.Concepts, func(h news.Hit) bool {
		return len(h.Words) > 0 && slices.Contains(o.Topic.Always, h.Name)
	})
}

// Alerting reports whether a topic has alerts at all.
func Alerting(t news.Topic) bool {
	return t.AlertsPerDay > 0 && (t.AlertGrade != "" || len(t.Always) > 0)
}

// Quiet reports whether a moment falls into one of the ranges of the clock, such as "22:00-07:00", by
// the clock of the moment's zone. A range holds its first minute, not its last.
func Quiet(ranges []string, at time.Time) bool {
	const clock = "15:04"
	now := at.Format(clock)
	return slices.ContainsFunc(ranges, func(r string) bool {
		if len(r) != 2*len(clock)+1 {
			return false
		}
		from, to := r[:len(clock)], r[len(clock)+1:]
		if from < to {
			return from <= now && now < to
		}
		return from <= now || now < to
	})
}
