package digest

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"newsvigil/news"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// scene is the input of a golden test.
type scene struct {
	Topic    news.Topic
	Slot     time.Time
	Since    time.Time
	Totals   news.Totals
	Troubles []news.SourceTrouble
	Sources  []news.Source
	Stories  []news.Story
	Near     []news.Story
	Alert    bool
}

func (s scene) options() Options {
	return Options{
		Key: s.Topic.Key() + "@" + s.Slot.Format(time.RFC3339), Topic: s.Topic, Slot: s.Slot, Since: s.Since, Totals: s.Totals,
		Troubles: s.Troubles, Near: s.Near, Sources: s.Sources, Alert: s.Alert,
	}
}

func readScene(t *testing.T, path string) scene {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	var s scene
	if err := dec.Decode(&s); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return s
}

// golden compares got with a file, or rewrites it.
func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// TestScenes composes every testdata/*.in.json and compares the digest, and its words in both
// languages, with the files beside it.
func TestScenes(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("testdata/*.in.json")
	if err != nil || len(paths) == 0 {
		t.Fatal("no scenes", err)
	}
	seoul := time.FixedZone("KST", 9*3600)
	for _, path := range paths {
		name := strings.TrimSuffix(path, ".in.json")
		t.Run(filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			s := readScene(t, path)
			s.Slot, s.Since = s.Slot.In(seoul), inZone(s.Since, seoul)
			d := Compose(s.Stories, s.options())
			data, err := json.MarshalIndent(d, "", " ")
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name+".digest.json", append(data, '\n'))
			var b strings.Builder
			for _, lang := range []string{"en", "ko"} {
				d.Language = lang
				write(&b, d, seoul)
			}
			golden(t, name+".words.txt", []byte(b.String()))
		})
	}
}

func inZone(t time.Time, loc *time.Location) time.Time {
	if t.IsZero() {
		return t
	}
	return t.In(loc)
}

// write puts every word of a digest on lines.
func write(b *strings.Builder, d news.Digest, loc *time.Location) {
	line := func(s string) {
		if s != "" {
			b.WriteString(s + "\n")
		}
	}
	list := func(head string, items []news.Item) {
		if len(items) == 0 {
			return
		}
		line("## " + head)
		for _, it := range items {
			kind := KindWord(it.Kind, d.Language)
			if it.Updated {
				kind += ", updated"
			}
			line(fmt.Sprintf("- [%s] %s <%s>", kind, it.Title, it.URL))
			line("  " + Byline(it, loc, d.Language))
			if why := Why(it, d.Language); why != "" {
				line("  " + WhyHead(d.Language) + ": " + why)
			}
			for _, a := range it.Also {
				line(strings.TrimRight("  "+AlsoHead(d.Language)+": "+a.Outlet+" "+AlsoNote(a, it, d.Language), " "))
			}
		}
	}
	line("# " + Headline(d))
	line(TotalsLine(d))
	list("lead", d.Lead)
	list(LinesHead(d.Language), d.Lines)
	list(RestHead(d), d.Rest)
	line(MoreLine(d))
	list(NearHead(d), d.Near)
	if len(d.Troubles) > 0 {
		line("## " + TroublesHead(d))
	}
	for _, t := range d.Troubles {
		line(TroubleLine(t, d.Language))
	}
	line("")
}

// story is a random story; ids may repeat in a list.
func drawStory(rt *rapid.T) news.Story {
	at := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	s := news.Story{ID: rapid.Int64Range(1, 400).Draw(rt, "id")}
	for i := range rapid.Int64Range(0, 3).Draw(rt, "members") {
		grade := rapid.SampledFrom([]news.Grade{news.GradeStrong, news.GradeLikely, news.GradeWeak}).Draw(rt, "grade")
		s.Members = append(s.Members, news.Member{
			Article: news.Article{
				ID: s.ID*10 + i, Source: rapid.SampledFrom([]string{"A", "B", "C"}).Draw(rt, "source"),
				URL: "https://a.example/x", Published: news.Instant{Time: at.Add(time.Duration(rapid.IntRange(0, 3).Draw(rt, "hour")) * time.Hour)},
			},
			Score:     news.Score{Value: float64(rapid.IntRange(0, 3).Draw(rt, "value")), Cut: 1, Grade: grade},
			Relation:  rapid.SampledFrom([]news.Relation{news.RelationNew, news.RelationCopy, news.RelationUpdate}).Draw(rt, "relation"),
			Announced: rapid.Bool().Draw(rt, "shown"),
		})
	}
	if rapid.Bool().Draw(rt, "announced") {
		s.Announced = at
		s.AnnouncedKind = rapid.SampledFrom([]news.ItemKind{news.ItemNew, news.ItemAlerted}).Draw(rt, "as")
		s.AlertOnly = s.AnnouncedKind == news.ItemAlerted && rapid.Bool().Draw(rt, "alert only")
	}
	return s
}

func all(d news.Digest) []news.Item { return slices.Concat(d.Lead, d.Lines, d.Rest) }

// TestLaws: every story with news stands in exactly one place, none twice, and neither the order of the
// stories nor that of their members matters.
func TestLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		byID := make(map[int64]news.Story)
		for range rapid.IntRange(0, 160).Draw(rt, "stories") {
			s := drawStory(rt)
			byID[s.ID] = s
		}
		var stories []news.Story
		for id := range int64(401) {
			if s, ok := byID[id]; ok {
				stories = append(stories, s)
			}
		}
		at := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
		o := Options{
			Topic: news.Topic{Name: "T", Lead: rapid.IntRange(0, 7).Draw(rt, "lead"), Lines: rapid.IntRange(0, 7).Draw(rt, "lines")},
			Slot:  at.Add(9 * time.Hour), Since: at.Add(time.Duration(rapid.IntRange(-3, 3).Draw(rt, "since")) * time.Hour),
			Sources: []news.Source{{Name: "A", Home: "https://a.example/"}, {Name: "B", Home: "https://b.example/", Weight: 2}},
		}
		d := Compose(stories, o)
		e := newEditor(o)
		seen := make(map[int64]bool)
		for _, it := range all(d) {
			if seen[it.Story] {
				rt.Fatalf("story %d stands twice", it.Story)
			}
			seen[it.Story] = true
			if !slices.Contains(it.Articles, it.Article) {
				rt.Fatalf("story %d does not announce the article it shows", it.Story)
			}
			if it.Outlet != "A" && it.URL != "" {
				rt.Fatalf("outlet %s links to %s", it.Outlet, it.URL)
			}
		}
		want := 0
		for _, s := range stories {
			if _, ok := e.item(s); ok {
				want++
			} else if seen[s.ID] {
				rt.Fatalf("story %d has no news and stands in the digest", s.ID)
			}
		}
		if d.Stories() != want || len(seen)+d.Beyond != want {
			rt.Fatalf("%d stories with news, %d shown and %d beyond", want, len(seen), d.Beyond)
		}
		for _, it := range d.Lead {
			if it.Kind != news.ItemNew {
				rt.Fatalf("story %d is %s and stands in full", it.Story, it.Kind)
			}
		}
		turned := rapid.Permutation(stories).Draw(rt, "order")
		for i := range turned {
			turned[i].Members = slices.Clone(turned[i].Members)
			slices.Reverse(turned[i].Members)
		}
		if diff := cmp.Diff(d, Compose(turned, o)); diff != "" {
			rt.Fatalf("another order, another digest: %s", diff)
		}
	})
}

// TestBounds: a topic that says nothing gets the usual bounds; one that says anything means its zeros.
func TestBounds(t *testing.T) {
	t.Parallel()
	var stories, near []news.Story
	for i := range int64(20) {
		s := news.Story{ID: i + 1, Members: []news.Member{{Article: news.Article{ID: i + 1}, Score: news.Score{Value: 1, Grade: news.GradeLikely}}}}
		stories = append(stories, s)
		s.ID += 100
		near = append(near, s)
	}
	for _, c := range []struct {
		in   news.Topic
		want [4]int
	}{
		{news.Topic{}, [4]int{5, 5, 10, 10}},
		{news.Topic{Lead: 3}, [4]int{3, 0, 17, 0}},
		{news.Topic{Lead: 3, Lines: 30, NearMisses: 4}, [4]int{3, 17, 0, 4}},
		{news.Topic{Lead: 30, NearMisses: 40}, [4]int{20, 0, 0, 20}},
	} {
		d := Compose(stories, Options{Topic: c.in, Near: near})
		if got := [4]int{len(d.Lead), len(d.Lines), len(d.Rest), len(d.Near)}; got != c.want {
			t.Errorf("%+v: got %v, want %v", c.in, got, c.want)
		}
	}
}

// TestBeyond: one more than the thread holds is counted, not lost.
func TestBeyond(t *testing.T) {
	t.Parallel()
	var stories []news.Story
	for i := range int64(111) {
		stories = append(stories, news.Story{ID: i + 1, Members: []news.Member{{Article: news.Article{ID: i + 1}, Score: news.Score{Value: 1, Grade: news.GradeLikely}}}})
	}
	d := Compose(stories, Options{Topic: news.Topic{Name: "T"}})
	if len(d.Lead) != 5 || len(d.Lines) != 5 || len(d.Rest) != 100 || d.Beyond != 1 || d.Stories() != 111 {
		t.Errorf("%d, %d, %d and %d beyond", len(d.Lead), len(d.Lines), len(d.Rest), d.Beyond)
	}
}

// TestAlertComesAgainOnce: what an alert alone has told stands in the next digest as one line, whatever
// the clock said; what a digest has told since does not.
func TestAlertComesAgainOnce(t *testing.T) {
	t.Parallel()
	slot := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	for at := slot.Add(-50 * time.Hour); at.Before(slot.Add(50 * time.Hour)); at = at.Add(10 * time.Hour) {
		for _, owed := range []bool{true, false} {
			s := news.Story{ID: 1, Announced: at, AnnouncedKind: news.ItemAlerted, AlertOnly: owed, Members: []news.Member{
				{Article: news.Article{ID: 1, Source: "A"}, Score: news.Score{Grade: news.GradeStrong}, Announced: true},
				{Article: news.Article{ID: 2, Source: "B"}, Score: news.Score{Grade: news.GradeLikely}, Relation: news.RelationCopy, Of: 1},
			}}
			d := Compose([]news.Story{s}, Options{Slot: slot, Since: slot.AddDate(0, 0, -1)})
			if len(d.Lead) != 0 || len(d.Lines) == 1 != owed || d.Stories() != len(d.Lines) {
				t.Errorf("the alert of %s, owed %v: %d in full, %d lines", at, owed, len(d.Lead), len(d.Lines))
			}
			if owed && (d.Lines[0].Kind != news.ItemAlerted || len(d.Lines[0].Articles) != 2) {
				t.Errorf("the line is %+v", d.Lines[0])
			}
		}
	}
}
