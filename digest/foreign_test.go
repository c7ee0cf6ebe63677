package digest

import (
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"newsvigil/news"
)

// twoTongues is a pair of invented pieces, one in Korean and one in English.
type twoTongues struct{ name, ko, en string }

// readTellings reads pairs from a file: a line "## name", then "ko:" and "en:", each with title | text.
func readTellings(t *testing.T, file string) []twoTongues {
	t.Helper()
	data, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var out []twoTongues
	for _, block := range strings.Split(string(data), "## ")[1:] {
		lines := strings.Split(strings.TrimSpace(block), "\n")
		if len(lines) != 3 || !strings.HasPrefix(lines[1], "ko: ") || !strings.HasPrefix(lines[2], "en: ") {
			t.Fatalf("%s: %q is no pair", file, block)
		}
		out = append(out, twoTongues{lines[0], lines[1][4:], lines[2][4:]})
	}
	return out
}

var foreignTopic = news.Topic{
	Name: "Northland", Language: "en", Lead: 50, Lines: 50,
	Facets: []news.WordList{{Name: "Northland", Any: []string{"northland*", "hyesan", "북국", "혜산"}}},
	Concepts: []news.WordList{
		{Name: "Northland", Any: []string{"northland*", "북국"}},
		{Name: "rights", Any: []string{"human rights", "인권"}},
		{Name: "return", Any: []string{"repatriat*", "sent back", "deported", "북송", "송환"}},
		{Name: "detention", Any: []string{"detention center*", "detention cell*", "held in cells", "detained", "구류장", "구금", "억류"}},
		{Name: "testimony", Any: []string{"testimon*", "testified", "증언"}},
		{Name: "women", Any: []string{"women", "여성"}},
		{Name: "execution", Any: []string{"execut*", "처형", "총살"}},
		{Name: "hunger", Any: []string{"malnutrition", "malnourished", "hunger", "영양실조", "굶주림"}},
		{Name: "inquiry", Any: []string{"special rapporteur*", "un inquiry", "특별보고관", "조사위원회"}},
		{Name: "taken", Any: []string{"abductee*", "abducted", "납북", "납치"}},
		{Name: "families", Any: []string{"families", "relatives", "가족"}},
		{Name: "labour", Any: []string{"forced labor", "overseas worker*", "강제노동", "해외 노동자"}},
		{Name: "faith", Any: []string{"underground church*", "believers", "지하교회", "신자"}},
		{Name: "film", Any: []string{"foreign films", "drama*", "드라마"}},
		{Name: "camp", Any: []string{"prison camp*", "수용소"}},
	},
	Exemplars: []news.Exemplar{
		{Title: "Northland and human rights", About: "A speech on human rights in Northland.", Terms: map[string]int{"northland": 3, "pyongdo": 2, "dandong": 1}},
		{Title: "Envoys on Northland", About: "Human rights in Northland, and who asks for them.", Terms: map[string]int{"northland": 3, "pyongdo": 1}},
		{Title: "Why rights matter", About: "Human rights in Northland.", Terms: map[string]int{"northland": 1}},
	},
}

var foreignDay = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// spoken is a story of one piece, with its text.
func spoken(id int64, lang, piece string, texts map[int64]string) news.Story {
	title, body, _ := strings.Cut(piece, " | ")
	outlet := map[string]string{"ko": "북국신문", "en": "Northland Post"}[lang]
	texts[id] = body
	return news.Story{ID: id, Members: []news.Member{{
		Article: news.Article{
			ID: id, Source: outlet, Title: title, Language: lang, Kind: news.KindFull, Fetched: foreignDay,
			URL: map[string]string{"ko": "https://ko.example/", "en": "https://en.example/"}[lang] + title[:1],
			// Even and odd ids are an hour apart.
			Published: news.Instant{Time: foreignDay.Add(time.Duration(id%2) * time.Hour)},
		},
		Score: news.Score{Grade: news.GradeStrong, Value: 2, Cut: 1}, Relation: news.RelationNew,
	}}}
}

func foreignOptions(texts map[int64]string) Options {
	return Options{
		Key: "k", Topic: foreignTopic, Slot: foreignDay.Add(12 * time.Hour), Texts: texts,
		Sources: []news.Source{{Name: "북국신문", Home: "https://ko.example/"}, {Name: "Northland Post", Home: "https://en.example/"}},
	}
}

// hanging are the stories that hang below others, by the other's id.
func hanging(d news.Digest) map[int64]int64 {
	out := make(map[int64]int64)
	for _, it := range all(d) {
		for _, f := range it.Foreign {
			out[f.Story] = it.Story
		}
	}
	return out
}

// TestForeignPairs holds that pieces in two languages on one event are joined, and those on two events are
// not, whether they come alone or all on one day.
func TestForeignPairs(t *testing.T) {
	t.Parallel()
	same, different := readTellings(t, "foreign_same.txt"), readTellings(t, "foreign_different.txt")
	if len(same) < 8 || len(different) < 12 {
		t.Fatalf("%d pairs and %d near misses are too few", len(same), len(different))
	}
	for _, c := range []struct {
		pairs []twoTongues
		want  int
	}{{same, 1}, {different, 0}} {
		for _, p := range c.pairs {
			texts := make(map[int64]string)
			d := Compose([]news.Story{spoken(1, "ko", p.ko, texts), spoken(2, "en", p.en, texts)}, foreignOptions(texts))
			if got := hanging(d); len(got) != c.want {
				t.Errorf("%s: %v hang below others, want %d", p.name, got, c.want)
			}
			if d.Stories()+len(hanging(d)) != 2 {
				t.Errorf("%s: a story is lost", p.name)
			}
		}
	}
	texts := make(map[int64]string)
	var stories []news.Story
	for i, p := range append(same, different...) {
		stories = append(stories, spoken(int64(10+2*i), "ko", p.ko, texts), spoken(int64(11+2*i), "en", p.en, texts))
	}
	for range 20 {
		rand.Shuffle(len(stories), func(i, j int) { stories[i], stories[j] = stories[j], stories[i] })
		d := Compose(stories, foreignOptions(texts))
		got := hanging(d)
		for i, p := range same {
			if ko, en := int64(10+2*i), int64(11+2*i); got[ko] != en && got[en] != ko {
				t.Errorf("among all: %s are not joined", p.name)
			}
		}
		if len(got) != len(same) || d.Stories() != len(stories)-len(same) {
			t.Fatalf("among all: %v hang, of %d pairs", got, len(same))
		}
	}
}
