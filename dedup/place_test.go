package dedup

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"newsvigil/news"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// desk places pieces one after the other as the program does.
type desk struct {
	t      *testing.T
	memory *Memory
	placer *Placer
	n      int
}

func newDesk(t *testing.T) *desk {
	m := NewMemory()
	return &desk{t: t, memory: m, placer: NewPlacer(m, Options{Now: func() time.Time { return noon }})}
}

// place fills what a test does not care for, places the piece and commits it.
func (d *desk) place(a news.Article) news.Placement {
	d.t.Helper()
	d.n++
	if a.Keys == nil {
		a.Keys = []string{fmt.Sprintf("url:example.org/%d", d.n)}
	}
	if a.Source == "" {
		a.Source = fmt.Sprintf("Outlet %d", d.n)
	}
	if a.Language == "" {
		a.Language = "en"
	}
	if a.Published.IsZero() {
		a.Published.Time = noon
	}
	a.Fetched = a.Published.Time.Add(time.Hour)
	p, err := d.placer.Place(context.Background(), a)
	if err != nil {
		d.t.Fatal(err)
	}
	s := d.memory.Put(a, p.Story)
	d.placer.Add(s.Article, s.Story)
	p.Story = s.Story
	return p
}

// placeOnce places a piece as the program does, which stores nothing of a piece that is stored already.
func (d *desk) placeOnce(a news.Article) news.Placement {
	d.t.Helper()
	found, ok, err := d.memory.ByKeys(context.Background(), a.Keys)
	if err != nil {
		d.t.Fatal(err)
	}
	if !ok {
		return d.place(a)
	}
	p, err := d.placer.Place(context.Background(), a)
	if err != nil || p.Relation != news.RelationAddress || p.Of != found.Article.ID {
		d.t.Fatalf("a stored piece was placed %+v, %v", p, err)
	}
	return p
}

// restart forgets all but the index.
func (d *desk) restart() {
	d.t.Helper()
	d.placer = NewPlacer(d.memory, d.placer.o)
	if err := d.placer.Warm(context.Background()); err != nil {
		d.t.Fatal(err)
	}
}

// essay is n words that no other seed shares runs or rare words with, and few of the frequent ones: those
// are stop words in real text.
func essay(seed uint64, n int) string {
	rng := rand.New(rand.NewPCG(seed, 99))
	zipf := rand.NewZipf(rng, 1.1, 8, 60000)
	var words []string
	for len(words) < n {
		if w := zipf.Uint64(); w >= 150 {
			words = append(words, spell(w))
		}
	}
	return strings.Join(words, " ")
}

// words are the words from i up to j of an essay.
func words(s string, i, j int) string { return strings.Join(strings.Fields(s)[i:j], " ") }

func TestLadder(t *testing.T) {
	t.Parallel()
	whole := essay(1, 400)
	cases := []struct {
		name string
		old  news.Article
		in   news.Article
		want news.Relation
	}{
		{"the same key, another text", news.Article{Keys: []string{"id:a:1"}, Text: whole}, news.Article{Keys: []string{"url:x", "id:a:1"}, Text: essay(2, 300)}, news.RelationAddress},
		{"the same text in other dress", news.Article{Text: whole}, news.Article{Text: strings.ToUpper(strings.ReplaceAll(whole, " ", "\n "))}, news.RelationText},
		{"the same text, language mislabelled", news.Article{Text: whole}, news.Article{Text: whole, Language: "fr"}, news.RelationText},
		{"the first quarter", news.Article{Text: whole}, news.Article{Text: words(whole, 0, 100)}, news.RelationCopy},
		{"an excerpt of 60 words", news.Article{Text: whole}, news.Article{Text: words(whole, 0, 60)}, news.RelationCopy},
		{"an excerpt of 59 words", news.Article{Text: whole}, news.Article{Text: words(whole, 0, 59)}, news.RelationNew},
		{"a paragraph more", news.Article{Text: whole}, news.Article{Text: whole + " " + essay(3, 100)}, news.RelationCopy},
		{"twice as long", news.Article{Text: whole}, news.Article{Text: whole + " " + essay(3, 450)}, news.RelationUpdate},
		{"a long quote in common", news.Article{Text: whole}, news.Article{Text: words(whole, 0, 90) + " " + essay(3, 310)}, news.RelationStory},
		{"a copy in another language's dress", news.Article{Text: whole}, news.Article{Text: words(whole, 0, 300), Language: "fr"}, news.RelationNew},
		{"an equal title alone", news.Article{Title: "Why rights concern the world", Text: whole}, news.Article{Title: "Why rights concern the world", Text: essay(4, 300)}, news.RelationNew},
		{"an equal caption with its title", news.Article{Title: "A bridge", Text: essay(5, 30)}, news.Article{Title: "A Bridge", Text: essay(5, 30)}, news.RelationText},
		{"an equal caption under another title", news.Article{Title: "A bridge", Text: essay(5, 30)}, news.Article{Title: "A river", Text: essay(5, 30)}, news.RelationNew},
		{"an equal credit line", news.Article{Title: "Photo", Text: essay(5, 8)}, news.Article{Title: "Photo", Text: essay(5, 8)}, news.RelationNew},
		{"no text at all", news.Article{Title: "Report"}, news.Article{Title: "Report"}, news.RelationNew},
		{"a form of one outlet, a week apart", news.Article{Source: "S", Text: whole}, news.Article{Source: "S", Text: words(whole, 0, 190) + " " + essay(3, 210), Published: news.Instant{Time: noon.AddDate(0, 0, 7)}}, news.RelationNew},
		{"the same of two outlets", news.Article{Source: "S", Text: whole}, news.Article{Source: "T", Text: words(whole, 0, 190) + " " + essay(3, 210), Published: news.Instant{Time: noon.AddDate(0, 0, 7)}}, news.RelationCopy},
		{"a copy after the window", news.Article{Text: whole}, news.Article{Text: words(whole, 0, 300), Published: news.Instant{Time: noon.AddDate(0, 0, 20)}}, news.RelationNew},
		{"an equal text after the window", news.Article{Text: whole}, news.Article{Text: whole, Published: news.Instant{Time: noon.AddDate(0, 0, 20)}}, news.RelationText},
		{"an equal caption after the window", news.Article{Title: "A bridge", Text: essay(5, 30)}, news.Article{Title: "A bridge", Text: essay(5, 30), Published: news.Instant{Time: noon.AddDate(0, 0, 20)}}, news.RelationNew},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			old := d.place(c.old)
			got := d.place(c.in)
			if got.Relation != c.want {
				t.Fatalf("got %+v, want %s", got, c.want)
			}
			if merged := got.Story == old.Story; merged != (c.want != news.RelationNew) {
				t.Errorf("relation %s, in the old story: %v", got.Relation, merged)
			}
			if c.want != news.RelationNew && (got.Of != 1 || got.Similarity <= 0 || got.Similarity > 1 || len(got.Neighbours) == 0) {
				t.Errorf("decided by %d at %.2f with neighbours %v", got.Of, got.Similarity, got.Neighbours)
			}
		})
	}
}

func TestKoreanCopy(t *testing.T) {
	t.Parallel()
	syllables := strings.Fields("북한 인권 단체 는 지난 주 함경 수용 소에 새 담장 이 세워 졌다고 밝혔 위성 사진 을 분석 한 연구 진은 감시 탑 열한 개와 철도 지선 확인 했다 정부")
	rng := rand.New(rand.NewPCG(8, 8))
	var b strings.Builder
	for range 200 {
		b.WriteString(syllables[rng.IntN(len(syllables))] + syllables[rng.IntN(len(syllables))] + " ")
	}
	d := newDesk(t)
	d.place(news.Article{Language: "ko", Text: b.String()})
	if got := d.place(news.Article{Language: "ko", Text: words(b.String(), 20, 120)}); got.Relation != news.RelationCopy {
		t.Errorf("got %+v, want a copy", got)
	}
}

func TestRoundup(t *testing.T) {
	t.Parallel()
	x, y := essay(11, 200), essay(12, 240)
	d := newDesk(t)
	one, two := d.place(news.Article{Text: x}), d.place(news.Article{Text: y})
	roundup := d.place(news.Article{Text: x + " " + y})
	if roundup.Relation != news.RelationRoundup || roundup.Story == one.Story || roundup.Story == two.Story {
		t.Fatalf("the roundup was placed %+v beside stories %d and %d", roundup, one.Story, two.Story)
	}
	again := d.place(news.Article{Text: x + " " + y + " " + essay(13, 60)})
	if again.Relation != news.RelationCopy || again.Story != roundup.Story {
		t.Errorf("a copy of the roundup was placed %+v, want in story %d", again, roundup.Story)
	}
	if later := d.place(news.Article{Text: words(y, 0, 200)}); later.Story != two.Story {
		t.Errorf("a further copy of one part went to story %d, want %d", later.Story, two.Story)
	}
	// A short version, the long one and a longer one yet are one story that grows, not a roundup.
	d = newDesk(t)
	d.place(news.Article{Text: words(x, 0, 100)})
	d.place(news.Article{Text: x})
	if got := d.place(news.Article{Text: x + " " + essay(14, 150)}); got.Relation != news.RelationUpdate || got.Story != 1 {
		t.Errorf("the third version was placed %+v", got)
	}
}

// TestRoundupOfOneStory: two reports of one story inside a new piece are no roundup.
func TestRoundupOfOneStory(t *testing.T) {
	t.Parallel()
	x, y := essay(11, 200), essay(12, 240)
	m := NewMemory()
	m.Put(news.Article{Text: x, Language: "en"}, 7)
	m.Put(news.Article{Text: y, Language: "en"}, 7)
	got, err := NewPlacer(m, Options{}).Place(context.Background(), news.Article{Text: x + " " + y, Language: "en"})
	if err != nil || got.Relation != news.RelationUpdate || got.Story != 7 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestSeriesStaysApart(t *testing.T) {
	t.Parallel()
	intro := essay(20, 140)
	for _, titles := range [][2]string{
		{"Why Rights Concern the World, Part 1", "Why Rights Concern the World, Part 2"},
		{"Why Rights Concern the World", "Why Rights Concern the World, Part 2"},
		{"Life at the border (1)", "Life at the border (2)"},
		{"Life at the border Ⅰ", "Life at the border Ⅱ"},
		{"Life at the border", "Life at the border II"},
		{"Life at the border - 1", "Life at the border - 2"},
		{"국경의 삶 (상)", "국경의 삶 (하)"},
		{"국경의 삶 <1>", "국경의 삶 <2>"},
		{"국경의 삶①", "국경의 삶②"},
		{"[기획] 국경의 삶 제1부", "[기획] 국경의 삶 제2부"},
		{"Life at the border, Part 1: the river", "Life at the border, Part 2: the guards"},
	} {
		t.Run(titles[1], func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			one := news.Article{Source: "S", Title: titles[0], Text: intro + " " + essay(21, 100)}
			two := news.Article{Source: "S", Title: titles[1], Text: intro + " " + essay(22, 100)}
			d.place(one)
			if got := d.place(two); got.Relation != news.RelationNew {
				t.Errorf("the second part was placed %+v", got)
			}
			// Another outlet's copy of a part joins that part.
			two.Source, two.Text = "T", two.Text+" "+essay(23, 12)
			if got := d.place(two); got.Story != 2 || got.Relation != news.RelationCopy {
				t.Errorf("a copy of the second part was placed %+v", got)
			}
			// The same text under the wrong number is a copy all the same.
			one.Title, one.Text = titles[1], one.Text+" "+essay(24, 12)
			if got := d.place(one); got.Story != 1 || got.Relation != news.RelationCopy {
				t.Errorf("a mislabelled copy of the first part was placed %+v", got)
			}
		})
	}
}

// TestNumbersAreNoSeries: headlines of one event that count on are not parts of a series.
func TestNumbersAreNoSeries(t *testing.T) {
	t.Parallel()
	body := essay(30, 200)
	d := newDesk(t)
	d.place(news.Article{Source: "S", Title: "Toll of the flood rises to 12", Text: body})
	got := d.place(news.Article{Source: "S", Title: "Toll of the flood rises to 15", Text: words(body, 0, 120) + " " + essay(31, 80)})
	if got.Relation != news.RelationCopy {
		t.Errorf("got %+v, want a copy", got)
	}
}

func TestNeighbours(t *testing.T) {
	t.Parallel()
	body := essay(40, 300)
	d := newDesk(t)
	for i := range 8 {
		d.place(news.Article{Text: words(body, 0, 60+i) + " " + essay(uint64(41+i), 300)})
	}
	got := d.place(news.Article{Text: body})
	if len(got.Neighbours) != maxNeighbours {
		t.Fatalf("%d neighbours, want %d", len(got.Neighbours), maxNeighbours)
	}
	for i, n := range got.Neighbours {
		if n.Similarity <= 0 || n.Similarity > 1 || i > 0 && n.Similarity > got.Neighbours[i-1].Similarity || n.Relation == "" {
			t.Errorf("neighbours %+v", got.Neighbours)
		}
	}
}

// TestPlaceChangesNothing: placing twice gives the same answer, and a restart does not change it.
func TestPlaceChangesNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, row := range readEvents(t) {
		d.place(row.Article)
	}
	again := readEvents(t)[1].Article
	again.Text, again.Published.Time = again.Text+" The group will publish more on Friday.", noon
	again.Text = strings.Replace(again.Text, "political prison camp", "camp", 1)
	ask := func(p *Placer) news.Placement {
		t.Helper()
		got, err := p.Place(context.Background(), again)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	first := ask(d.placer)
	if diff := cmp.Diff(first, ask(d.placer)); diff != "" {
		t.Error(diff)
	}
	fresh := NewPlacer(d.memory, Options{Now: func() time.Time { return noon }})
	if err := fresh.Warm(context.Background()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first, ask(fresh)); diff != "" {
		t.Errorf("after a restart: %s", diff)
	}
}

// TestCopyOfAnUpdate holds that another outlet's edited print of an update is a copy of it, and no
// second update of the first version: it would be announced once more.
func TestCopyOfAnUpdate(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	first := essay(1, 120)
	more := strings.Fields(essay(2, 150))
	d.place(news.Article{Title: "One thing", Text: first})
	if p := d.place(news.Article{Title: "One thing", Text: first + " " + strings.Join(more, " ")}); p.Relation != news.RelationUpdate {
		t.Fatalf("the longer version is %+v", p)
	}
	edited := strings.Join(more[:70], " ") + " " + essay(3, 6) + " " + strings.Join(more[90:], " ")
	if p := d.place(news.Article{Title: "One thing", Text: first + " " + edited}); p.Relation != news.RelationCopy || p.Of != 2 {
		t.Errorf("a print of the update is %s of %d, want a copy of 2", p.Relation, p.Of)
	}
}
