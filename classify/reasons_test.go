package classify

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"newsvigil/news"
)

// sum is what the reasons of a score add up to.
func sum(r news.Reasons) float64 {
	all := r.Rest + r.Lifted
	for _, c := range r.Concepts {
		all += c.Share
	}
	for _, s := range r.Shares {
		all += s
	}
	return all
}

// TestReasonsAddUp is the law that what is shown and the rest are the score, whatever the piece, also one
// that is muted, lifted or judged by a model that has learned from readers; and that the same piece has
// the same reasons.
func TestReasonsAddUp(t *testing.T) {
	t.Parallel()
	topic := shippedTopic(t)
	topic.Always, topic.NeverMatch = []string{topic.Concepts[len(topic.Concepts)-1].Name}, []string{"horoscope"}
	items := exam(t)
	var labels []Labelled
	for i, it := range items {
		if i%5 == 0 {
			labels = append(labels, Labelled{Article: it.article(), Like: it.Label})
		}
	}
	learned, err := Learn(topic, Background{Articles: articlesOf(items)}, labels)
	if err != nil {
		t.Fatal(err)
	}
	models := map[string]*Model{"without background": fit(t, topic), "with labels": learned, "without lists": fit(t, water(4))}
	var words []string
	for _, f := range append(topic.Facets, topic.Concepts...) {
		words = append(words, f.Any...)
	}
	for _, e := range append(topic.Exemplars, water(4).Exemplars...) {
		for term := range e.Terms {
			words = append(words, term)
		}
	}
	for _, it := range items {
		words = append(words, strings.Fields(it.Text)...)
	}
	words = append(words, "horoscope", "\n\n", ".")
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.Map(rapid.SliceOfN(rapid.SampledFrom(words), 0, 120), func(w []string) string { return strings.Join(w, " ") })
		a := news.Article{Title: text.Draw(t, "title"), Text: text.Draw(t, "text"), Language: rapid.SampledFrom([]string{"", "en", "ko"}).Draw(t, "language")}
		for name, m := range models {
			s := m.Score(a)
			if got := sum(s.Reasons); math.Abs(got-s.Value) > 1e-9*math.Max(1, s.Value) {
				t.Fatalf("%s: the reasons add up to %v, the score is %v: %+v", name, got, s.Value, s.Reasons)
			}
			if len(s.Reasons.Shares) != len(s.Reasons.Terms) {
				t.Fatalf("%s: %d shares for %d terms", name, len(s.Reasons.Shares), len(s.Reasons.Terms))
			}
			if diff := cmp.Diff(s, m.Score(a)); diff != "" {
				t.Fatalf("%s: the second time (-first +second):\n%s", name, diff)
			}
		}
	})
}

// TestLiftAddsUp holds that what a concept of the always list adds is told apart from what the words add.
func TestLiftAddsUp(t *testing.T) {
	t.Parallel()
	topic := water(4)
	topic.Concepts = []news.WordList{{Name: "outage", Any: []string{"outage*"}}}
	topic.Always, topic.Threshold = []string{"outage"}, 50
	s := fit(t, topic).Score(piece("Outage|An outage emptied the reservoir."))
	if s.Value != 50 || s.Reasons.Lifted <= 0 || s.Reasons.Lifted >= 50 || math.Abs(sum(s.Reasons)-50) > 1e-9 {
		t.Errorf("%v, lifted by %v, adding up to %v", s.Value, s.Reasons.Lifted, sum(s.Reasons))
	}
}

// TestShownSharesAreTrue holds that what a term is said to add is what the score loses without it, in
// proportion: of two shown terms the one that weighs more is missed more.
func TestShownSharesAreTrue(t *testing.T) {
	t.Parallel()
	m := fit(t, water(4))
	// Each sentence has a pair of words that no other one has.
	sentences := []string{"The water utility was called.", "Some drinking water was sent.", "Nobody has seen the reservoir."}
	whole := m.Score(piece("|" + strings.Join(sentences, " ")))
	lost := map[string]float64{}
	for i, pair := range []string{"water utility", "drinking water", "reservoir"} {
		rest := strings.Join(append(append([]string{}, sentences[:i]...), sentences[i+1:]...), " ")
		lost[pair] = whole.Value - m.Score(piece("|"+rest)).Value
	}
	for i := 1; i < len(whole.Reasons.Terms); i++ {
		a, b := whole.Reasons.Terms[i-1], whole.Reasons.Terms[i]
		if whole.Reasons.Shares[i-1] < whole.Reasons.Shares[i] {
			t.Errorf("%q stands before %q and weighs less", a, b)
		}
		if lost[a] == 0 || lost[b] == 0 {
			t.Errorf("shown terms %q; the test knows %v", whole.Reasons.Terms, lost)
		}
	}
	if len(whole.Reasons.Terms) < 2 {
		t.Errorf("terms %q", whole.Reasons.Terms)
	}
}

// TestTold holds how a reader is told what was found: in the topic's language, with the word itself in
// square brackets where it is of another script.
func TestTold(t *testing.T) {
	t.Parallel()
	list := news.WordList{Name: "return by force", Any: []string{"sent back", "repatriat*", "강제북송", "북송"}}
	cases := []struct {
		language string
		seen     []string
		want     string
	}{
		{"en", []string{"북송"}, "return by force [북송]"},
		{"en", []string{"repatriated", "sent back"}, "return by force (repatriated, sent back)"},
		{"en", []string{"repatriated", "북송"}, "return by force (repatriated) [북송]"},
		{"en", []string{"Return by force"}, "return by force"},
		{"", []string{"送還"}, "return by force [送還]"},
		{"ko", []string{"북송"}, "강제북송 (북송)"},
		{"ko", []string{"repatriated"}, "강제북송 [repatriated]"},
		{"ko", []string{"강제북송", "sent back"}, "강제북송 [sent back]"},
		{"en", nil, ""},
		{"ko", nil, "강제북송"},
	}
	for _, c := range cases {
		h := news.Hit{Name: list.Name, Words: c.seen, Seen: c.seen}
		if got := told(h, list, c.language); got != c.want {
			t.Errorf("%s %v: %q, want %q", c.language, c.seen, got, c.want)
		}
	}
	s := fit(t, shippedTopic(t)).Score(news.Article{Title: "탈북민 강제북송", Text: "중국이 탈북민을 강제북송했다.", Language: "ko"})
	if all := strings.Join(s.Reasons.Lines(), "\n"); !strings.Contains(all, `concept "repatriation": [강제북송]`) {
		t.Errorf("lines:\n%s", all)
	}
}
