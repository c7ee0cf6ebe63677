package eval

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/pelletier/go-toml/v2"

	"newsvigil/classify"
	"newsvigil/news"
	"newsvigil/seeds"
)

// straw is how many other pieces the needles are hidden among.
const straw = 5000

// TestHaystack hides the labelled items of the shipped topic among five thousand other pieces: those of a
// state agency about the same country, and stories of Reuters.
func TestHaystack(t *testing.T) {
	if underRace || !*long {
		t.Skip("measured by `make eval`")
	}
	others := haystack(t)
	stories, err := readReuters(labelled + "/reuters")
	if err != nil {
		t.Skip("the labelled files are not here: ", err)
	}
	var background []news.Article
	for _, s := range stories[len(stories)-backgroundSize:] {
		background = append(background, s.article)
	}
	for i := 0; len(others) < straw; i++ {
		others = append(others, stories[i].article)
	}
	topic := shippedTopic(t)
	for name, b := range map[string][]news.Article{"none": nil, "2,000 stories": background} {
		m, err := classify.Fit(topic, classify.Background{Articles: b})
		if err != nil {
			t.Fatal(err)
		}
		var hay []Judged
		for _, a := range others {
			s := m.Score(a)
			hay = append(hay, Judged{Score: s.Value, Chosen: s.Relevant()})
		}
		for set, least := range map[string]float64{"exam": 0.83, "heldout": 0.4} {
			all := append([]Judged(nil), hay...)
			for _, it := range needles(t, set) {
				s := m.Score(it.Article)
				all = append(all, Judged{Score: s.Value, Relevant: it.Label, Chosen: s.Relevant()})
			}
			precision, recall, f1 := AtCut(all)
			ap := AveragePrecision(all)
			t.Logf("%s among %d others, background %s: AP %.3f; at the cut precision %.3f, recall %.3f, F1 %.3f", set, straw, name, ap, precision, recall, f1)
			if ap < least {
				t.Errorf("%s, background %s: AP %.3f, at least %.2f", set, name, ap, least)
			}
		}
	}
}

// haystack are the pieces of the state agency, but for those in which it answers what is said of its
// human rights: these are on the topic.
func haystack(t *testing.T) []news.Article {
	t.Helper()
	data, err := os.ReadFile(labelled + "/kcna.json")
	if err != nil {
		t.Skip("the labelled files are not here: ", err)
	}
	var rows []struct {
		Headline string `json:"headline"`
		Text     string `json:"story_text"`
	}
	if err := json.Unmarshal(data, &rows); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{
		"Press Statement of Spokesperson for Korea Association for Human Rights Studies": true,
		"Permanent Mission of DPRK at UN Issues Press Statement":                         true,
	}
	var out []news.Article
	for _, r := range rows {
		if !seen[r.Headline] && !seen[r.Text] {
			seen[r.Text] = true
			out = append(out, news.Article{Title: r.Headline, Text: r.Text, Language: "en"})
		}
	}
	return out
}

// needle is a labelled item of package classify's own sets.
type needle struct {
	news.Article
	Label bool `json:"label"`
}

func needles(t *testing.T, set string) []needle {
	t.Helper()
	data, err := os.ReadFile("../classify/testdata/" + set + ".jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var out []needle
	for sc := bufio.NewScanner(bytes.NewReader(data)); sc.Scan(); {
		var row struct {
			Label                 bool
			Title, Text, Language string
		}
		if err := json.Unmarshal(sc.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		out = append(out, needle{news.Article{Title: row.Title, Text: row.Text, Language: row.Language}, row.Label})
	}
	return out
}

func shippedTopic(t *testing.T) news.Topic {
	t.Helper()
	data, err := os.ReadFile("../config.toml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Topic []struct {
			Name           string
			Facet, Concept []news.WordList
		}
	}
	if err := toml.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	exemplars, err := classify.LoadExemplars(seeds.FS)
	if err != nil {
		t.Fatal(err)
	}
	first := file.Topic[0]
	return news.Topic{Name: first.Name, Exemplars: exemplars, Facets: first.Facet, Concepts: first.Concept}
}
