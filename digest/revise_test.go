package digest

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"newsvigil/news"
)

// reviseScene is a digest that was posted in the morning and its stories in the afternoon.
func reviseScene() (news.Digest, []news.Story, Options) {
	seoul := time.FixedZone("KST", 9*3600)
	slot := time.Date(2026, 11, 20, 8, 0, 0, 0, seoul)
	member := func(id int64, source string, hour int, rel news.Relation, of int64) news.Member {
		return news.Member{
			Article: news.Article{
				ID: id, Source: source, Title: source + " on the harvest", URL: "https://" + strings.ToLower(source) + ".example/" + string(rune('0'+id)), Language: "en",
				Kind: news.KindFull, Published: news.Instant{Time: slot.Add(time.Duration(hour) * time.Hour)},
			},
			Score: news.Score{Value: 2, Cut: 1, Grade: news.GradeStrong}, Relation: rel, Of: of,
		}
	}
	o := Options{
		Key: "harvest/2026-11-20T08:00", Topic: news.Topic{Name: "Harvest", Channel: "#harvest"}, Slot: slot, Since: slot.AddDate(0, 0, -1),
		Sources: []news.Source{{Name: "Gazette", Home: "https://gazette.example"}, {Name: "Herald", Home: "https://herald.example"}, {Name: "Wire", Home: "https://wire.example"}, {Name: "Post", Home: "https://post.example"}},
	}
	first := member(1, "Gazette", -3, news.RelationNew, 0)
	stories := []news.Story{
		{ID: 1, Members: []news.Member{first, member(2, "Wire", -2, news.RelationCopy, 1)}},
		{ID: 2, Members: []news.Member{member(3, "Herald", -4, news.RelationNew, 0)}},
	}
	d := Compose(stories, o)
	for i := range stories {
		for j := range stories[i].Members {
			stories[i].Members[j].Announced = true
		}
		stories[i].Announced, stories[i].AnnouncedKind = slot, news.ItemNew
	}
	return d, stories, o
}

// later is a story with one more piece, which came so long after its first one was published.
func later(s news.Story, source string, id int64, rel news.Relation, came time.Duration) news.Story {
	m := s.Members[0]
	m.Article.Fetched = m.Article.Published.Time.Add(came)
	m.Article.ID, m.Article.Source, m.Article.Title = id, source, source+" on the harvest, later"
	m.Article.URL = "https://" + strings.ToLower(source) + ".example/later"
	m.Article.Published.Time = m.Article.Published.Time.Add(6 * time.Hour)
	m.Relation, m.Of, m.Announced = rel, s.Members[0].Article.ID, false
	s.Members = append(s.Members[:len(s.Members):len(s.Members)], m)
	return s
}

// TestRevise compares what becomes of a posted digest with a golden file: of a copy on the same day, of one
// on the next day, of an update of the same outlet and of another one, of both.
func TestRevise(t *testing.T) {
	t.Parallel()
	d, stories, o := reviseScene()
	const noon, tomorrow, lastWeek = 7 * time.Hour, 20 * time.Hour, 80 * time.Hour
	told := func(s news.Story) news.Story {
		s.Members[len(s.Members)-1].Announced = true
		return s
	}
	var b strings.Builder
	for _, c := range []struct {
		name string
		in   news.Story
		want bool
	}{
		{"nothing", stories[0], false},
		{"a copy on the same day", later(stories[0], "Post", 7, news.RelationCopy, noon), true},
		{"another report on the same day", later(stories[0], "Post", 7, news.RelationStory, noon), true},
		{"a second copy of an outlet", later(stories[0], "Wire", 7, news.RelationCopy, noon), true}, // to its articles only
		{"a copy on the next day", later(stories[0], "Post", 7, news.RelationCopy, tomorrow), false},
		{"a copy that a later digest has told", told(later(stories[0], "Post", 7, news.RelationCopy, noon)), false},
		{"an update", later(stories[0], "Gazette", 7, news.RelationUpdate, tomorrow), true},
		{"an update of another outlet", later(stories[0], "Post", 7, news.RelationUpdate, tomorrow), true},
		{"an update that a later digest has told", told(later(stories[0], "Post", 7, news.RelationUpdate, tomorrow)), true},
		{"an update out of the window", later(stories[0], "Gazette", 7, news.RelationUpdate, lastWeek), false},
		{"an update and a copy", later(later(stories[0], "Gazette", 7, news.RelationUpdate, tomorrow), "Post", 8, news.RelationCopy, noon), true},
	} {
		got, changed := Revise(d, []news.Story{c.in}, 72*time.Hour, o)
		if changed != c.want || changed == cmp.Equal(d, got) {
			t.Errorf("%s: changed %v, want %v", c.name, changed, c.want)
		}
		b.WriteString("=== " + c.name + "\n")
		write(&b, got, o.Slot.Location())
	}
	golden(t, "testdata/revise.words.txt", []byte(b.String()))
}

// TestReviseLaws: a second look changes nothing more, nothing is taken away, and what the digest does not
// hold is of no concern to it.
func TestReviseLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		d, stories, o := reviseScene()
		for i := range stories {
			for j := range rapid.IntRange(0, 3).Draw(rt, "members") {
				rel := rapid.SampledFrom([]news.Relation{news.RelationCopy, news.RelationUpdate, news.RelationStory}).Draw(rt, "relation")
				source := rapid.SampledFrom([]string{"Gazette", "Herald", "Wire", "Post", "Unknown"}).Draw(rt, "source")
				stories[i] = later(stories[i], source, int64(10*i+j+20), rel, time.Duration(rapid.IntRange(0, 96).Draw(rt, "hours"))*time.Hour)
			}
		}
		stories = append(stories, drawStory(rt))
		before, _ := json.Marshal(d)
		once, _ := Revise(d, stories, 72*time.Hour, o)
		if after, _ := json.Marshal(d); string(before) != string(after) {
			rt.Fatal("the posted digest itself was changed")
		}
		if twice, changed := Revise(once, stories, 72*time.Hour, o); changed {
			rt.Fatalf("a second look changes more: %s", cmp.Diff(once, twice))
		}
		if len(once.Lead) != len(d.Lead) || once.Stories() != d.Stories() || Headline(once) != Headline(d) {
			rt.Fatal("stories came or went")
		}
		for i, it := range once.Lead {
			names := map[string]bool{it.Outlet: true}
			for _, a := range it.Also {
				if names[a.Outlet] {
					rt.Fatalf("%s stands twice in %+v", a.Outlet, it)
				}
				names[a.Outlet] = true
			}
			if !names[d.Lead[i].Outlet] || it.Story != d.Lead[i].Story {
				rt.Fatalf("%s is gone from %+v", d.Lead[i].Outlet, it)
			}
		}
	})
}
