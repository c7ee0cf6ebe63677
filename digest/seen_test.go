package digest

import (
	"testing"
	"time"

	"newsvigil/news"
)

// TestSeenMembers holds that a piece which is only marked as seen never stands for a story, and keeps
// no other outlet's report of it from being told.
func TestSeenMembers(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	member := func(id int64, source string) news.Member {
		return news.Member{
			Article:  news.Article{ID: id, Source: source, Title: "A title", URL: "https://" + source + ".example/x", Fetched: at},
			Score:    news.Score{Value: 2, Cut: 1, Grade: news.GradeStrong},
			Relation: news.RelationNew,
		}
	}
	seen := member(1, "a")
	seen.Announced, seen.Seen = true, true
	fresh := member(2, "b")
	fresh.Relation, fresh.Of = news.RelationCopy, 1
	shown := member(3, "c")
	shown.Announced = true
	o := Options{Topic: news.Topic{Name: "T"}, Slot: at, Sources: []news.Source{{Name: "a", Home: "https://a.example/"}, {Name: "b", Home: "https://b.example/"}}}
	alert := o
	alert.Alert = true
	tests := []struct {
		name    string
		o       Options
		in      []news.Member
		want    int64 // the member that stands; 0 for none
		members int
	}{
		{"seen alone", o, []news.Member{seen}, 0, 0},
		{"a fresh report beside it", o, []news.Member{seen, fresh}, 2, 1},
		{"the same as an alert", alert, []news.Member{seen, fresh}, 2, 1},
		{"seen alone as an alert", alert, []news.Member{seen}, 0, 0},
		{"a report of what a digest told", o, []news.Member{seen, shown, fresh}, 0, 0},
	}
	for _, tt := range tests {
		d := Compose([]news.Story{{ID: 9, Members: tt.in}}, tt.o)
		if d.Stories() != min(int(tt.want), 1) {
			t.Errorf("%s: %d stories", tt.name, d.Stories())
			continue
		}
		if tt.want == 0 {
			continue
		}
		it := d.Lead[0]
		if it.Article != tt.want || len(it.Articles) != tt.members || len(it.Also) != 1 {
			t.Errorf("%s: %d stands, announcing %v, also %+v", tt.name, it.Article, it.Articles, it.Also)
		}
	}
}
