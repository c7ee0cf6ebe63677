package classify

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"newsvigil/news"
)

// water is a second topic in another domain, with as many exemplars as asked for, each of five
// sentences of which no other exemplar has the same five.
func water(n int) news.Topic {
	sentences := []string{
		"The reservoir above the city fell to a third of its capacity.", "The water utility asked households to save drinking water.",
		"Engineers lowered the water level of the reservoir to mend its dam.", "A second reservoir supplies drinking water until the dam is safe.",
		"A drought has emptied two reservoirs in the hills.", "The utility will carry drinking water to villages by lorry.",
		"Algae closed the reservoir for a week.", "The water utility flushed the supply network and found no harm at the taps.",
		"Inspectors found cracks in the dam.", "Autumn rain may fill the reservoir again.", "Supply pipes from the reservoir are ninety years old and leak.",
		"The council raised the price of drinking water for large users.", "Rationing of drinking water begins on Monday.",
	}
	t := news.Topic{Name: "Drinking water"}
	for i := range n {
		var body []string
		for j := range 5 {
			body = append(body, sentences[(i*3+j*(1+i/len(sentences)))%len(sentences)])
		}
		t.Exemplars = append(t.Exemplars, NewExemplar(news.Exemplar{Title: fmt.Sprintf("Water %d", i+1), Language: "en"}, strings.Join(body, " ")))
	}
	return t
}

var (
	onWater = []string{
		"Reservoir at record low|The reservoir that supplies drinking water to the coast stands at a record low. The utility warned of rationing.",
		"Dam passes inspection|Inspectors found the dam of the northern reservoir sound. Its water level will rise again in spring.",
		"Taps run brown|The water utility told residents to boil drinking water after a supply pipe from the reservoir burst.",
	}
	offWater = []string{
		"Coffee prices climb|Coffee futures rose to a two-year high as frost threatened the harvest.",
		"Ministers meet|Ministers of finance met to talk about debt, growth and the price of energy.",
		"Rain spoils festival|Rain ended the open-air festival early. Visitors will get half of the ticket price back.",
		"Team draws away|The city team drew two all and stays third. Its captain was hurt.",
	}
	// trapWater share words with the topic, and one facet.
	trapWater = []string{
		"Swimmer breaks record|She won gold in open water and broke the record of her coach.",
		"Oil reservoir found|A company found oil off the coast and expects to drill within a year.",
	}
)

func piece(s string) news.Article {
	title, body, _ := strings.Cut(s, "|")
	return news.Article{Title: title, Text: body, Language: "en"}
}

func pieces(lists ...[]string) []news.Article {
	var out []news.Article
	for _, l := range lists {
		for _, s := range l {
			out = append(out, piece(s))
		}
	}
	return out
}

// TestSmallTopics holds that a topic works with one seed or twenty, with none to three facets, and
// with no background, a small one or a larger one.
func TestSmallTopics(t *testing.T) {
	t.Parallel()
	var large []news.Article
	for i := range 240 {
		a := piece(offWater[i%len(offWater)])
		a.Text += fmt.Sprintf(" Our reporter number%d was there.", i)
		large = append(large, a)
	}
	for _, seeds := range []int{1, 2, 5, 20} {
		for facets := range 4 {
			for name, background := range map[string][]news.Article{"none": nil, "small": pieces(onWater, offWater, trapWater), "large": append(pieces(onWater), large...)} {
				t.Run(fmt.Sprintf("%d seeds, %d facets, background %s", seeds, facets, name), func(t *testing.T) {
					t.Parallel()
					smallTopic(t, seeds, facets, background)
				})
			}
		}
	}
}

func smallTopic(t *testing.T, seeds, facets int, background []news.Article) {
	topic := water(seeds)
	topic.Facets = []news.WordList{
		{Name: "supply", Any: []string{"reservoir*", "utility", "dam"}},
		{Name: "water", Any: []string{"water", "tap*"}},
		{Name: "trouble or care", Any: []string{"low", "sound", "boil", "inspect*", "rationing", "burst"}},
	}[:facets]
	m := fit(t, topic, background...)
	worst, best := math.Inf(1), 0.0
	for _, a := range pieces(onWater) {
		s := m.Score(a)
		worst = min(worst, s.Value)
		// One exemplar of five sentences is too little to ask for everything.
		if !s.Relevant() && seeds > 1 {
			t.Errorf("%q is out: %.2f of %.2f", a.Title, s.Value, s.Cut)
		}
	}
	for i, a := range pieces(offWater, trapWater) {
		s := m.Score(a)
		best = max(best, s.Value)
		if trap := i >= len(offWater); s.Relevant() && (!trap || facets > 1) {
			t.Errorf("%q is in: %.2f of %.2f", a.Title, s.Value, s.Cut)
		}
	}
	if worst <= best && (seeds > 1 || facets > 1) {
		t.Errorf("a piece on the topic scores %.3f, one off it %.3f", worst, best)
	}
}

func TestKoreanTopic(t *testing.T) {
	t.Parallel()
	topic := news.Topic{Name: "상수도"}
	for i, body := range []string{
		"도시 위 저수지의 저수율이 30%로 떨어졌다. 상수도사업본부는 가을비가 올 때까지 수돗물을 아껴 달라고 당부했다.",
		"가뭄으로 저수지 두 곳이 바닥을 드러냈다. 마을에는 급수차로 식수를 나르고 있다.",
		"저수지에 녹조가 번져 수돗물 공급이 일주일 동안 중단됐다. 상수도 당국은 수질에 이상이 없다고 밝혔다.",
	} {
		topic.Exemplars = append(topic.Exemplars, NewExemplar(news.Exemplar{Title: fmt.Sprint(i)}, body))
	}
	on := news.Article{Title: "저수지 저수율 사상 최저", Text: "해안 지역에 수돗물을 공급하는 저수지의 저수율이 사상 최저로 떨어졌다.", Language: "ko"}
	off := news.Article{Title: "커피값 2년 만에 최고", Text: "서리 피해 우려로 커피 선물 가격이 크게 올랐다.", Language: "ko"}
	m := fit(t, topic)
	if a, b := m.Score(on), m.Score(off); !a.Relevant() || b.Relevant() {
		t.Errorf("on the topic %.2f %s, off it %.2f %s, cut %.2f", a.Value, a.Grade, b.Value, b.Grade, a.Cut)
	}
}

// TestConceptsCrossLanguages holds that English exemplars reach a Korean piece through the concepts,
// and do not without them.
func TestConceptsCrossLanguages(t *testing.T) {
	t.Parallel()
	topic := water(4)
	korean := news.Article{Title: "저수지 물 부족", Text: "상수도 당국은 저수지가 비어 식수 공급을 줄인다고 밝혔다.", Language: "ko"}
	if s := fit(t, topic).Score(korean); s.Value > 0 {
		t.Errorf("without concepts a Korean piece scores %.2f", s.Value)
	}
	topic.Concepts = []news.WordList{
		{Name: "reservoir", Any: []string{"reservoir*", "저수지"}},
		{Name: "drinking water", Any: []string{"drinking water", "식수", "수돗물"}},
		{Name: "utility", Any: []string{"water utility", "상수도"}},
	}
	m := fit(t, topic)
	s := m.Score(korean)
	if !s.Relevant() || len(s.Reasons.Concepts) != 3 {
		t.Errorf("score %.2f of %.2f, concepts %v", s.Value, s.Cut, s.Reasons.Concepts)
	}
	if off := m.Score(news.Article{Title: "커피값 상승", Text: "커피 가격이 올랐다.", Language: "ko"}); off.Relevant() {
		t.Errorf("a Korean piece off the topic scores %.2f of %.2f", off.Value, off.Cut)
	}
}

func TestNeverMatchMutes(t *testing.T) {
	t.Parallel()
	topic := water(4)
	topic.NeverMatch = []string{"horoscope", "tombola*"}
	m := fit(t, topic)
	a := piece(onWater[0])
	if s := m.Score(a); s.Reasons.Muted != "" || !s.Relevant() {
		t.Fatalf("%+v", s)
	}
	a.Text += " A tombolas' prize was drawn."
	if s := m.Score(a); s.Grade != news.GradeNone || s.Value != 0 || s.Reasons.Muted != "tombola*" {
		t.Errorf("value %.2f, grade %s, muted by %q", s.Value, s.Grade, s.Reasons.Muted)
	}
}

func TestAlwaysLiftsToTheCut(t *testing.T) {
	t.Parallel()
	topic := water(4)
	topic.Facets = []news.WordList{{Name: "water", Any: []string{"water"}}}
	topic.Concepts = []news.WordList{{Name: "outage", Any: []string{"outage*"}}, {Name: "leak", Any: []string{"leak*"}}}
	topic.Always = []string{"outage"}
	topic.Threshold = 50 // out of reach
	m := fit(t, topic)
	lifted := m.Score(news.Article{Title: "An outage", Text: "No water today.", Language: "en"})
	if lifted.Value != 50 || lifted.Grade != news.GradeLikely || lifted.Reasons.Always != "outage" {
		t.Errorf("%.2f %s %q", lifted.Value, lifted.Grade, lifted.Reasons.Always)
	}
	for name, text := range map[string]string{"another concept": "No water, a leak.", "no facet": "An outage of power."} {
		if s := m.Score(news.Article{Text: text, Language: "en"}); s.Value >= 50 || s.Reasons.Always != "" {
			t.Errorf("%s: %.2f, lifted by %q", name, s.Value, s.Reasons.Always)
		}
	}
	topic.Threshold = 0.01
	if s := fit(t, topic).Score(piece(onWater[0])); s.Reasons.Always != "" {
		t.Errorf("a piece over the cut was lifted by %q", s.Reasons.Always)
	}
}

func TestGrades(t *testing.T) {
	t.Parallel()
	cases := []struct {
		in      float64
		missing bool
		want    news.Grade
	}{
		{2, false, news.GradeStrong}, {2, true, news.GradeLikely}, {1.99, false, news.GradeLikely}, {1, false, news.GradeLikely},
		{0.99, false, news.GradeWeak}, {0.5, true, news.GradeWeak}, {0.49, false, news.GradeNone}, {0, false, news.GradeNone},
	}
	for _, c := range cases {
		if got := grade(c.in, levels{1, 2}, c.missing); got != c.want {
			t.Errorf("grade(%v, 1, %v) = %s, want %s", c.in, c.missing, got, c.want)
		}
	}
}

func TestThreshold(t *testing.T) {
	t.Parallel()
	topic := water(4)
	auto := fit(t, topic)
	topic.Threshold = 0.9
	if m := fit(t, topic); m.Cut() != 0.9 || m.Score(piece(onWater[0])).Cut != 0.9 || m.Version() == auto.Version() {
		t.Errorf("cut %.2f, version %s, was %s", m.Cut(), m.Version(), auto.Version())
	}
}

func TestReasons(t *testing.T) {
	t.Parallel()
	topic := water(4)
	topic.Facets = []news.WordList{{Name: "supply", Any: []string{"reservoir*"}}, {Name: "not there", Any: []string{"glacier"}}}
	s := fit(t, topic).Score(piece("Utility warns|The Water Utility's engineers watch the Reservoirs. Drinking waters fell."))
	want := news.Reasons{
		Facets:  []news.Hit{{Name: "supply", Words: []string{"reservoir*"}, Seen: []string{"Reservoirs"}, Counts: []int{1}, Told: "supply (Reservoirs)"}, {Name: "not there"}},
		Terms:   []string{"drinking waters", "water utility"},
		Nearest: "Water 1",
	}
	s.Reasons.Shares, s.Reasons.Rest = nil, 0 // another test holds their sum
	if diff := cmp.Diff(want, s.Reasons); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// A term that one of four exemplars holds is no reason; one that the only exemplar holds is.
	cracks := piece("Bridge|Inspectors found cracks.")
	if s := fit(t, water(4)).Score(cracks); strings.Contains(fmt.Sprint(s.Reasons.Terms), "inspectors") {
		t.Errorf("terms %q", s.Reasons.Terms)
	}
	one := water(3)
	one.Exemplars = one.Exemplars[2:]
	if s := fit(t, one).Score(cracks); !strings.Contains(fmt.Sprint(s.Reasons.Terms), "inspectors found") {
		t.Errorf("terms of the only exemplar %q", s.Reasons.Terms)
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	m := fit(t, water(4))
	for i, in := range []string{"households above the city", "villages by lorry", "autumn rain", "rationing begins on Monday"} {
		if got, want := m.Score(piece("|"+in)).Reasons.Nearest, fmt.Sprintf("Water %d", i+1); got != want {
			t.Errorf("%q is nearest to %q, want %q", in, got, want)
		}
	}
	if got := m.Score(piece("|nothing shared")).Reasons.Nearest; got != "" {
		t.Errorf("nearest to %q without a shared term", got)
	}
}

func TestFitRefuses(t *testing.T) {
	t.Parallel()
	cases := []struct {
		change func(*news.Topic)
		want   string
	}{
		{func(t *news.Topic) { t.Exemplars = nil }, `topic "Drinking water" has no exemplars`},
		{func(t *news.Topic) { t.Exemplars[1].Terms = nil }, `the exemplar "Water 2" () has no terms`},
		{func(t *news.Topic) { t.Always = []string{"flood"} }, `always names "flood", which is none of its concepts`},
		{func(t *news.Topic) { t.Facets = []news.WordList{{Name: "f", Any: []string{"*"}}} }, `read the word lists of topic "Drinking water"`},
	}
	for _, c := range cases {
		topic := water(4)
		c.change(&topic)
		if _, err := Fit(topic, Background{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}

// TestSameInputSameModel fails when a sum runs over a map, or the version forgets an input.
func TestSameInputSameModel(t *testing.T) {
	t.Parallel()
	topic, background := water(4), pieces(onWater, offWater)
	topic.Concepts = []news.WordList{{Name: "dam", Any: []string{"dam", "dams"}}}
	first := fit(t, topic, background...)
	for range 20 {
		again := fit(t, topic, background...)
		if again.Version() != first.Version() || again.Cut() != first.Cut() {
			t.Fatalf("%s %v, then %s %v", first.Version(), first.Cut(), again.Version(), again.Cut())
		}
		for _, a := range background {
			if diff := cmp.Diff(first.Score(a), again.Score(a)); diff != "" {
				t.Fatal(diff)
			}
		}
	}
	seen := map[string]string{first.Version(): "the first"}
	for name, change := range map[string]func(*news.Topic){
		"name":     func(t *news.Topic) { t.Name = "Tap water" },
		"never":    func(t *news.Topic) { t.NeverMatch = []string{"x"} },
		"facets":   func(t *news.Topic) { t.Facets = []news.WordList{{Name: "dam", Any: []string{"dam"}}} },
		"concepts": func(t *news.Topic) { t.Concepts = []news.WordList{{Name: "dam", Any: []string{"dam"}}} },
		"always":   func(t *news.Topic) { t.Always = []string{"dam"} },
		"title":    func(t *news.Topic) { t.Exemplars[0].Title = "Water one" },
		"terms": func(t *news.Topic) {
			t.Exemplars[3] = NewExemplar(news.Exemplar{Title: "Water 4", Language: "en"}, "Other words.")
		},
	} {
		changed := water(4)
		changed.Concepts = topic.Concepts
		change(&changed)
		v := fit(t, changed, background...).Version()
		if before, twice := seen[v]; twice {
			t.Errorf("%s leaves the version as %s", name, before)
		}
		seen[v] = name
	}
	if v := fit(t, topic, background[1:]...).Version(); seen[v] != "" {
		t.Errorf("another background leaves the version as %s", seen[v])
	}
}

// TestScoreIsSane is the law that whatever an article holds, its score is finite and not negative,
// and its grade agrees with the cut.
func TestScoreIsSane(t *testing.T) {
	t.Parallel()
	topic := shippedTopic(t)
	m := fit(t, topic)
	words := []string{"reservoir", "저수지", "한", "the", "1999", "human rights", "north korea", "\x00", "\xff", "-", "\n\n", "北", "a"}
	for _, f := range append(topic.Facets, topic.Concepts...) {
		words = append(words, f.Any...)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.Map(rapid.SliceOfN(rapid.SampledFrom(words), 0, 200), func(w []string) string { return strings.Join(w, " ") })
		a := news.Article{Title: text.Draw(t, "title"), Text: text.Draw(t, "text") + rapid.String().Draw(t, "more"), Language: rapid.SampledFrom([]string{"", "en", "ko", "en-US"}).Draw(t, "language")}
		s := m.Score(a)
		if math.IsNaN(s.Value) || math.IsInf(s.Value, 0) || s.Value < 0 || s.Cut <= 0 {
			t.Fatalf("value %v, cut %v", s.Value, s.Cut)
		}
		if s.Relevant() != (s.Value >= s.Cut) {
			t.Fatalf("%s at %v of %v", s.Grade, s.Value, s.Cut)
		}
		for _, f := range s.Reasons.Facets {
			if len(f.Words) == 0 && s.Grade == news.GradeStrong {
				t.Fatalf("strong without %s", f.Name)
			}
		}
	})
}
