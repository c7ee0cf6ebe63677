package classify

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/pelletier/go-toml/v2"

	"newsvigil/news"
	"newsvigil/seeds"
)

// labelled is a short item written for this test, with the judgement of its writer.
type labelled struct {
	ID       string `json:"id"`
	Language string `json:"language"`
	Label    bool   `json:"label"`
	Title    string `json:"title"`
	Text     string `json:"text"`
}

func (l labelled) article() news.Article {
	return news.Article{Title: l.Title, Text: l.Text, Language: l.Language}
}

func exam(t testing.TB) []labelled { return labelledItems(t, "exam") }

func labelledItems(t testing.TB, name string) []labelled {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name + ".jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var items []labelled
	for sc := bufio.NewScanner(bytes.NewReader(data)); sc.Scan(); {
		var l labelled
		if err := json.Unmarshal(sc.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		items = append(items, l)
	}
	return items
}

// shippedTopic is the first topic of the shipped config.toml with the shipped exemplars. The package
// config, which reads that file for the program, stands on this package's floor.
func shippedTopic(t testing.TB) news.Topic {
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
	exemplars, err := LoadExemplars(seeds.FS)
	if err != nil {
		t.Fatal(err)
	}
	first := file.Topic[0]
	return news.Topic{Name: first.Name, Exemplars: exemplars, Facets: first.Facet, Concepts: first.Concept}
}

func fit(t testing.TB, topic news.Topic, background ...news.Article) *Model {
	t.Helper()
	m, err := Fit(topic, Background{Articles: background})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// judged is an item and what the model said.
type judged struct {
	labelled
	score news.Score
}

// figures are the usual measures. Ties are counted against the model: negatives first.
type figures struct{ ap, precision, recall float64 }

func (f figures) f1() float64 {
	if f.precision+f.recall == 0 {
		return 0
	}
	return 2 * f.precision * f.recall / (f.precision + f.recall)
}

func measure(items []judged) figures {
	items = slices.Clone(items)
	slices.SortStableFunc(items, func(a, b judged) int {
		if c := cmp.Compare(b.score.Value, a.score.Value); c != 0 {
			return c
		}
		return cmp.Compare(btoi(a.Label), btoi(b.Label))
	})
	var f figures
	var positives, passed, right float64
	for i, it := range items {
		if it.Label {
			positives++
			f.ap += positives / float64(i+1)
		}
		if it.score.Relevant() {
			passed++
			right += float64(btoi(it.Label))
		}
	}
	f.ap /= positives
	f.recall = right / positives
	if passed > 0 {
		f.precision = right / passed
	}
	return f
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func judge(m *Model, items []labelled) []judged {
	out := make([]judged, len(items))
	for i, it := range items {
		out[i] = judged{it, m.Score(it.article())}
	}
	return out
}

func ofLanguage(items []judged, language string) []judged {
	return slices.DeleteFunc(slices.Clone(items), func(j judged) bool { return j.Language != language })
}

// TestExam holds the quality of the shipped topic, with nothing in the database and with the items
// themselves as the background, of which more than a third are on the topic.
func TestExam(t *testing.T) {
	t.Parallel()
	topic, items := shippedTopic(t), exam(t)
	for name, background := range map[string][]news.Article{"no background": nil, "itself as background": articlesOf(items)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := fit(t, topic, background...)
			all := judge(m, items)
			for _, lang := range []string{"", "en", "ko"} {
				some := all
				if lang != "" {
					some = ofLanguage(all, lang)
				}
				f := measure(some)
				t.Logf("%-2s %2d items: AP %.3f, precision %.3f, recall %.3f at cut %.2f", lang, len(some), f.ap, f.precision, f.recall, m.Cut())
				if f.ap < 0.98 || f.precision < 0.95 || f.recall < 0.94 {
					t.Errorf("%s: AP %.3f, precision %.3f, recall %.3f; floors .98, .95, .94", lang, f.ap, f.precision, f.recall)
				}
			}
			for _, j := range all {
				if j.Label != j.score.Relevant() {
					t.Logf("%s %.2f of %.2f %s: %s; facets %v", j.ID, j.score.Value, j.score.Cut, j.score.Grade, j.Title, j.score.Reasons.Facets)
				}
			}
		})
	}
}

// TestNamedInPassing holds that a facet named once, far down in a long piece, does not carry it over
// the cut, and that a long piece on the topic passes as a short one does.
func TestNamedInPassing(t *testing.T) {
	t.Parallel()
	items := exam(t)
	long := func(prefix string, from, to int, last string) news.Article {
		a := news.Article{Language: prefix[:2]}
		for i := from; i <= to; i++ {
			for _, it := range items {
				if it.ID == fmt.Sprintf("%s-%02d", prefix, i) {
					a.Title, a.Text = cmp.Or(a.Title, it.Title), a.Text+it.Text+"\n\n"
				}
			}
		}
		a.Text += last
		return a
	}
	cases := []struct {
		name string
		in   news.Article
		want bool
	}{
		{"missiles, rights at the end", long("en-off", 1, 12, "It also rejected what was said of its human rights record."), false},
		{"ships, defectors at the end", long("en-off", 2, 10, "A defector who once served on such a ship doubts that it can sail."), false},
		{"other countries, the country at the end", long("en-off", 17, 23, "The group had also published reports on Eritrea and North Korea."), false},
		{"missiles, rights at the end, Korean", long("ko-off", 1, 6, "북한은 인권 문제에 대한 비판도 거부했다."), false},
		{"on the topic", long("en-on", 1, 9, ""), true},
		{"on the topic, Korean", long("ko-on", 1, 9, ""), true},
	}
	for name, background := range map[string][]news.Article{"none": nil, "exam": articlesOf(items)} {
		m := fit(t, shippedTopic(t), background...)
		for _, c := range cases {
			if s := m.Score(c.in); s.Relevant() != c.want {
				t.Errorf("%s, background %s: %.2f of %.2f, %v", c.name, name, s.Value, s.Cut, s.Reasons.Facets)
			}
		}
	}
}

func articlesOf(items []labelled) []news.Article {
	out := make([]news.Article, len(items))
	for i, it := range items {
		out[i] = it.article()
	}
	return out
}

// TestShortWithoutTitles holds that a piece of 20 to 60 words without a headline, as some feeds give, is
// judged about as well as with it.
func TestShortWithoutTitles(t *testing.T) {
	t.Parallel()
	items := exam(t)
	for i := range items {
		items[i].Title = ""
	}
	for name, background := range map[string][]news.Article{"none": nil, "exam": articlesOf(items)} {
		f := measure(judge(fit(t, shippedTopic(t), background...), items))
		t.Logf("background %s: AP %.3f, precision %.3f, recall %.3f", name, f.ap, f.precision, f.recall)
		if f.ap < 0.98 || f.precision < 0.95 || f.recall < 0.9 {
			t.Errorf("background %s: AP %.3f, precision %.3f, recall %.3f; floors .98, .95, .9", name, f.ap, f.precision, f.recall)
		}
	}
}
