package dedup

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"newsvigil/news"
)

func TestGap(t *testing.T) {
	t.Parallel()
	at := func(hours int) news.Article {
		return news.Article{Published: news.Instant{Time: noon.Add(time.Duration(hours) * time.Hour)}}
	}
	day := func(hours int) news.Article {
		a := at(hours)
		a.Published.DateOnly = true
		return a
	}
	undated := func(hours int) news.Article { return news.Article{Fetched: noon.Add(time.Duration(hours) * time.Hour)} }
	for _, c := range []struct {
		name string
		a, b news.Article
		want int
	}{
		{"known", at(0), at(30), 30},
		{"the other way round", at(30), at(0), 30},
		{"a day may be any hour of it", day(0), at(30), 18},
		{"two days side by side", day(0), day(24), 0},
		{"two days apart", day(0), day(72), 48},
		{"one of them undated", undated(0), at(1), 24},
		{"undated and long ago", undated(0), at(60), 60},
		{"nothing known", news.Article{}, news.Article{}, 24},
	} {
		if got := gap(cardOf(c.a), cardOf(c.b)); got != time.Duration(c.want)*time.Hour {
			t.Errorf("%s: %s, want %d h", c.name, got, c.want)
		}
	}
}

// TestTimeFades: what suffices for two reports of one hour does not for two of different days.
func TestTimeFades(t *testing.T) {
	t.Parallel()
	rows := readEvents(t)
	like := func(hours int) float64 {
		d := newDesk(t)
		d.place(rows[0].Article)
		later := rows[1].Article
		later.Published.Time = noon.Add(time.Duration(hours) * time.Hour)
		got := d.place(later)
		if len(got.Neighbours) == 0 {
			t.Fatalf("%d h: %+v", hours, got)
		}
		return got.Neighbours[0].Similarity
	}
	if got := like(10) / like(58); math.Abs(got-math.Exp(48./144)) > 1e-9 {
		t.Errorf("two days fade by %v", got)
	}
	if like(0) > 1 {
		t.Error("a likeness above 1")
	}
}

// TestLinked: a long story is held against its pieces that are most alike, not against all its sides.
func TestLinked(t *testing.T) {
	t.Parallel()
	reports := []report{{doc: 1, like: 0.1}, {doc: 2, like: 0.6, body: 0.2}, {doc: 3, like: 0.5, body: 0.4}, {doc: 4, like: 0.4}, {doc: 5}}
	f := link(7, reports)
	if math.Abs(f.average-0.5) > 1e-12 || f.body != 0.4 || f.nearest.doc != 2 || f.story != 7 {
		t.Errorf("got %+v", f)
	}
	if f := link(8, reports[:2]); math.Abs(f.average-0.55) > 1e-12 {
		t.Errorf("of two: %+v", f)
	}
}

// TestSameHeadlineOfOneOutlet: the next piece of a column is no report of the last one's event, however
// telling its headline; two outlets with one headline mostly report one event.
func TestSameHeadlineOfOneOutlet(t *testing.T) {
	t.Parallel()
	title := "Harbour watch: dredgers, pilots and tariffs of Marisol Bay"
	for _, other := range []string{"Marisol Post", "Bay Courier"} {
		d := newDesk(t)
		for i := range 40 {
			d.place(news.Article{Title: essay(uint64(700+i), 8), Text: essay(uint64(800+i), 300)})
		}
		common := " " + essay(91, 20) + " "
		d.place(news.Article{Source: "Marisol Post", Title: title, Text: essay(92, 20) + common + essay(93, 230)})
		got := d.place(news.Article{Source: other, Title: title, Text: essay(94, 20) + common + essay(95, 230)})
		if joined := got.Relation == news.RelationStory; joined != (other == "Bay Courier") {
			t.Errorf("of %s: %+v", other, got)
		}
	}
}

func TestLead(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("word ", 200)
	for _, c := range []struct {
		in   string
		want int // bytes
	}{
		{"", 0},
		{"  three short words", 17},
		{long, 5 * leadWords},
		{strings.Replace(long, " ", "\n\n", 3), 5*leadWords + 3},
		{strings.Repeat("字", 400), leadBytes},
	} {
		if got := lead(c.in); len(got) != c.want || !strings.HasPrefix(strings.TrimSpace(c.in), strings.TrimSpace(got)) {
			t.Errorf("%.20q: %d bytes, want %d", c.in, len(got), c.want)
		}
	}
}

// TestBackground: after a restart the weights of words stand on older pieces, too, and those are no
// candidates.
func TestBackground(t *testing.T) {
	t.Parallel()
	m := NewMemory()
	for i := range 30 {
		at := noon.Add(time.Duration(i-200) * time.Hour)
		m.Put(news.Article{Source: "S", Title: "Old", Text: essay(uint64(i), 80), Published: news.Instant{Time: at}, Fetched: at}, 0)
	}
	p := NewPlacer(m, Options{Now: func() time.Time { return noon }})
	if err := p.Warm(context.Background()); err != nil {
		t.Fatal(err)
	}
	if p.events.live != 30 {
		t.Errorf("%d pieces are known, want 30", p.events.live)
	}
	again := news.Article{Source: "T", Text: essay(3, 70) + " " + essay(99, 40), Published: news.Instant{Time: noon}, Fetched: noon}
	if reports, families := p.events.nearest(again, tally(again)); len(reports)+len(families) != 0 {
		t.Errorf("%d reports, %d stories behind the window", len(reports), len(families))
	}
	older, err := m.Before(context.Background(), noon.Add(-180*time.Hour), 5)
	if err != nil || len(older) != 5 || older[4].Article.ID != 20 {
		t.Errorf("before: %d pieces, %v", len(older), err)
	}
}

// TestUpdatesInARow: six versions of one story, each clearly longer than the one before, stay one story.
func TestUpdatesInARow(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	text := essay(50, 90)
	for i := range 6 {
		got := d.place(news.Article{Source: "S", Title: fmt.Sprintf("Ferry sinks off the cape, version %c", 'a'+i), Text: text, Published: news.Instant{Time: noon.Add(time.Duration(20*i) * time.Hour)}})
		want := news.RelationUpdate
		if i == 0 {
			want = news.RelationNew
		}
		if got.Story != 1 || got.Relation != want || i > 0 && got.Of != int64(i) {
			t.Errorf("version %d: %+v", i, got)
		}
		text = essay(uint64(51+i), len(strings.Fields(text))*6/10) + " " + text
	}
}
