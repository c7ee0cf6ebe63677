package digest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"newsvigil/news"
)

// TestAlerts holds which stories are told at once: each case changes one thing of a piece that is.
func TestAlerts(t *testing.T) {
	t.Parallel()
	seoul := time.FixedZone("KST", 9*3600)
	now := time.Date(2026, 11, 20, 14, 0, 0, 0, seoul)
	both := []news.Hit{{Name: "North", Words: []string{"north"}}, {Name: "rights", Words: []string{"rights"}}}
	execution := []news.Hit{{Name: "execution", Words: []string{"execution"}}}
	day := func(d int) news.Instant {
		return news.Instant{Time: time.Date(2026, 11, d, 0, 0, 0, 0, time.UTC), DateOnly: true}
	}
	strong := news.Topic{AlertGrade: news.GradeStrong, Always: []string{"execution"}}
	for name, c := range map[string]struct {
		in    func(s *news.Story, o *AlertOptions)
		want  bool
		topic *news.Topic
	}{
		"strong and new":             {in: func(*news.Story, *AlertOptions) {}, want: true},
		"likely":                     {in: func(s *news.Story, _ *AlertOptions) { s.Members[0].Score.Grade = news.GradeLikely }},
		"likely, with the concept":   {in: func(s *news.Story, _ *AlertOptions) { likely(s, both, execution) }, want: true},
		"likely, a facet is missing": {in: func(s *news.Story, _ *AlertOptions) { likely(s, []news.Hit{both[0], {Name: "rights"}}, execution) }},
		"likely, another concept":    {in: func(s *news.Story, _ *AlertOptions) { likely(s, both, both[:1]) }},
		"weak, with the concept": {in: func(s *news.Story, _ *AlertOptions) {
			likely(s, both, execution)
			s.Members[0].Score.Grade = news.GradeWeak
		}},
		"no grade is set":             {in: func(*news.Story, *AlertOptions) {}, topic: &news.Topic{Always: []string{"execution"}}},
		"considered before":           {in: func(s *news.Story, o *AlertOptions) { s.Members[0].Article.Fetched = o.After }},
		"published yesterday":         {in: func(s *news.Story, _ *AlertOptions) { s.Members[0].Article.Published.Time = now.Add(-25 * time.Hour) }},
		"of unknown date":             {in: func(s *news.Story, _ *AlertOptions) { s.Members[0].Article.Published = news.Instant{} }},
		"dated today":                 {in: func(s *news.Story, _ *AlertOptions) { s.Members[0].Article.Published = day(20) }, want: true},
		"dated yesterday":             {in: func(s *news.Story, _ *AlertOptions) { s.Members[0].Article.Published = day(19) }, want: true},
		"dated the day before":        {in: func(s *news.Story, _ *AlertOptions) { s.Members[0].Article.Published = day(18) }},
		"in a digest before":          {in: func(s *news.Story, _ *AlertOptions) { s.Announced, s.AnnouncedKind = now, news.ItemNew }},
		"an alert before":             {in: func(s *news.Story, _ *AlertOptions) { s.AnnouncedKind, s.AlertOnly = news.ItemAlerted, true }},
		"muted":                       {in: func(s *news.Story, _ *AlertOptions) { s.Members[0].Score.Reasons.Muted = "horoscope" }},
		"announced, with a new copy":  {in: func(s *news.Story, _ *AlertOptions) { copied(s, true) }},
		"an older one, with new copy": {in: func(s *news.Story, o *AlertOptions) { copied(s, false); s.Members[0].Article.Fetched = o.After }, want: true},
		"no room":                     {in: func(_ *news.Story, o *AlertOptions) { o.Room = 0 }},
		"less than no room":           {in: func(_ *news.Story, o *AlertOptions) { o.Room = -2 }},
	} {
		topic := strong
		if c.topic != nil {
			topic = *c.topic
		}
		o := AlertOptions{Topic: topic, Now: now, After: now.Add(-20 * time.Minute), Room: 3}
		s := news.Story{ID: 1, Members: []news.Member{{
			Article: news.Article{ID: 1, Source: "A", Fetched: now.Add(-time.Minute), Published: news.Instant{Time: now.Add(-time.Hour)}},
			Score:   news.Score{Value: 2, Cut: 1, Grade: news.GradeStrong, Reasons: news.Reasons{Facets: both}},
		}}}
		c.in(&s, &o)
		if got := Alerts([]news.Story{s}, o); len(got) == 1 != c.want {
			t.Errorf("%s: an alert is %v, want %v", name, !c.want, c.want)
		}
	}
}

func likely(s *news.Story, facets, concepts []news.Hit) {
	s.Members[0].Score.Grade = news.GradeLikely
	s.Members[0].Score.Reasons = news.Reasons{Facets: facets, Concepts: concepts}
}

func copied(s *news.Story, announced bool) {
	m := s.Members[0]
	m.Article.ID, m.Article.Source, m.Relation, m.Of = 2, "B", news.RelationCopy, 1
	s.Members[0].Announced = announced
	s.Members = append(s.Members, m)
}

// TestAlertsBest holds that the best stories get the room that is left of a day.
func TestAlertsBest(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 20, 14, 0, 0, 0, time.UTC)
	var stories []news.Story
	for i := range int64(5) {
		stories = append(stories, news.Story{ID: i, Members: []news.Member{{
			Article: news.Article{ID: i, Fetched: now, Published: news.Instant{Time: now}},
			Score:   news.Score{Value: float64(i), Cut: 1, Grade: news.GradeStrong},
		}}})
	}
	got := Alerts(stories, AlertOptions{Topic: news.Topic{AlertGrade: news.GradeStrong}, Now: now, After: now.Add(-time.Hour), Room: 2})
	var ids []int64
	for _, s := range got {
		ids = append(ids, s.ID)
	}
	if diff := cmp.Diff([]int64{4, 3}, ids); diff != "" {
		t.Error(diff)
	}
	d := Compose(got, Options{Topic: news.Topic{Lines: 5}, Alert: true, Near: stories[:1]})
	if len(d.Lead) != 2 || d.Stories() != 2 || len(d.Near) != 0 || d.Lead[0].Kind != news.ItemAlerted {
		t.Errorf("an alert of %+v", d)
	}
}

func TestAlerting(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   news.Topic
		want bool
	}{
		{news.Topic{AlertsPerDay: 3}, false},
		{news.Topic{AlertsPerDay: 3, AlertGrade: news.GradeStrong}, true},
		{news.Topic{AlertsPerDay: 3, Always: []string{"a"}}, true},
		{news.Topic{AlertGrade: news.GradeStrong, Always: []string{"a"}}, false},
	} {
		if got := Alerting(c.in); got != c.want {
			t.Errorf("%+v: %v", c.in, got)
		}
	}
}

// TestQuiet goes by the clock on the wall, over midnight and in nights on which clocks change.
func TestQuiet(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	night := []string{"22:00-07:00", "12:30-13:00"}
	for in, want := range map[string]bool{
		"2026-11-20 21:59": false, "2026-11-20 22:00": true, "2026-11-20 23:59": true, "2026-11-21 00:00": true,
		"2026-11-21 06:59": true, "2026-11-21 07:00": false, "2026-11-21 12:29": false, "2026-11-21 12:30": true, "2026-11-21 13:00": false,
		"2026-03-29 01:59": true, "2026-03-29 03:00": true, "2026-03-29 06:59": true, "2026-03-29 07:00": false, "2026-10-25 02:30": true,
	} {
		at, err := time.ParseInLocation("2006-01-02 15:04", in, berlin)
		if err != nil {
			t.Fatal(err)
		}
		if got := Quiet(night, at); got != want {
			t.Errorf("%s: %v, want %v", in, got, want)
		}
	}
	if Quiet(nil, time.Now()) || Quiet([]string{"all day"}, time.Now()) {
		t.Error("quiet for no reason")
	}
}
