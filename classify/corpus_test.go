package classify

import (
	"encoding/json"
	"os"
	"testing"

	"newsvigil/news"
)

// stateAgency is the corpus of a state news agency: the shipped topic's country, other subjects.
func stateAgency(t *testing.T) []news.Article {
	t.Helper()
	data, err := os.ReadFile("../../shared/data/kcna.json")
	if err != nil {
		t.Skipf("the corpus of hard negatives is not here: %v", err)
	}
	var rows []struct {
		Headline string `json:"headline"`
		Text     string `json:"story_text"`
	}
	if err := json.Unmarshal(data, &rows); err != nil {
		t.Fatal(err)
	}
	var out []news.Article
	seen := map[string]bool{}
	for _, r := range rows {
		if !seen[r.Text] {
			seen[r.Text] = true
			out = append(out, news.Article{Title: r.Headline, Text: r.Text, Language: "en"})
		}
	}
	return out
}

// answers are pieces in which the state itself answers those who speak of its human rights: on the
// topic, whatever they say.
var answers = map[string]bool{
	"Press Statement of Spokesperson for Korea Association for Human Rights Studies": true,
	"Permanent Mission of DPRK at UN Issues Press Statement":                         true,
}

// TestSameCountryOtherSubject holds that hardly any piece of the state agency passes the shipped
// topic's cut. The exam's items hidden among them must still come first.
func TestSameCountryOtherSubject(t *testing.T) {
	t.Parallel()
	topic, pieces, items := shippedTopic(t), stateAgency(t), exam(t)
	for name, background := range map[string][]news.Article{"no background": nil, "every other piece": everyOther(pieces)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := fit(t, topic, background...)
			all, passed := judge(m, items), 0
			for i, a := range pieces {
				if i%2 == 0 {
					continue // in the background
				}
				s := m.Score(a)
				if s.Relevant() {
					passed++
					t.Logf("%.2f of %.2f %s %q %v", s.Value, s.Cut, s.Grade, a.Title, s.Reasons.Facets)
				}
				all = append(all, judged{labelled{Title: a.Title, Label: answers[a.Title]}, s})
			}
			share, f := float64(passed)/float64(len(pieces)/2), measure(all)
			t.Logf("%d of %d pass (%.1f %%); with the exam among them AP %.3f", passed, len(pieces)/2, 100*share, f.ap)
			if share > 0.012 || f.ap < 0.97 {
				t.Errorf("%.1f %% pass, at most 1.2 may; AP %.3f, at least .97", 100*share, f.ap)
			}
		})
	}
}

func everyOther(a []news.Article) []news.Article {
	var out []news.Article
	for i := 0; i < len(a); i += 2 {
		out = append(out, a[i])
	}
	return out
}

// TestShippedSeedsPass scores the pieces of which the shipped exemplars were made: whole, and cut
// down to their first 120 words as a feed would.
func TestShippedSeedsPass(t *testing.T) {
	t.Parallel()
	m := fit(t, shippedTopic(t))
	for _, s := range shippedSeeds {
		data, err := os.ReadFile("../../shared/seeds/clean/" + s.from)
		if err != nil {
			t.Skipf("the pieces of which the exemplars were made are not here: %v", err)
		}
		_, body, err := ParseSeedFile(s.from, data)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{body, body[:min(len(body), 800)]} {
			got := m.Score(news.Article{Title: s.meta.Title, Text: text, Language: "en"})
			if got.Grade != news.GradeStrong || got.Reasons.Nearest != s.meta.Title {
				t.Errorf("%s, %d bytes: %.2f %s, nearest %q, facets %v", s.file, len(text), got.Value, got.Grade, got.Reasons.Nearest, got.Reasons.Facets)
			}
		}
	}
}
