package dedup

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"newsvigil/news"
)

// labelled is a made-up piece with the event it reports.
type labelled struct {
	news.Article
	event string
}

func readEvents(t *testing.T) []labelled {
	t.Helper()
	data, err := os.ReadFile("testdata/events.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var out []labelled
	for line := range bytes.Lines(data) {
		var row struct{ Event, Source, Title, Text string }
		if err := json.Unmarshal(line, &row); err != nil {
			t.Fatal(err)
		}
		out = append(out, labelled{event: row.Event, Article: news.Article{Source: row.Source, Title: row.Title, Text: row.Text, Language: "en"}})
	}
	return out
}

// TestEventsOfOneSubject places eighteen pieces on one subject, in many orders. Small collections
// are the hard ones: their words are all about the subject, so that careless weights join all or
// nothing.
func TestEventsOfOneSubject(t *testing.T) {
	t.Parallel()
	rows := readEvents(t)
	right, wrong, possible := 0, 0, 0
	for seed := range uint64(20) {
		order := rand.New(rand.NewPCG(seed, 0)).Perm(len(rows))
		d := newDesk(t)
		story := make([]int64, len(rows))
		for _, i := range order {
			story[i] = d.place(rows[i].Article).Story
		}
		for i := range rows {
			for j := range i {
				together, same := story[i] == story[j], rows[i].event == rows[j].event
				switch {
				case together && same:
					right++
				case together:
					wrong++
					t.Errorf("order %d joins %q and %q", seed, rows[i].Title, rows[j].Title)
				}
				if same {
					possible++
				}
			}
		}
	}
	if recall := float64(right) / float64(possible); recall < 0.75 {
		t.Errorf("%d of %d pairs of one event joined (%.2f), %d wrongly", right, possible, recall, wrong)
	} else {
		t.Logf("%d of %d pairs of one event joined (%.2f), %d wrongly", right, possible, recall, wrong)
	}
}

// TestEventWindow: reports further apart than the window are two stories, whichever came first.
func TestEventWindow(t *testing.T) {
	t.Parallel()
	rows := readEvents(t)
	for _, hours := range []time.Duration{71, 73, -71, -73} {
		d := newDesk(t)
		d.place(rows[0].Article)
		later := rows[1].Article
		later.Published.Time = noon.Add(hours * time.Hour)
		got := d.place(later)
		if want := hours == 71 || hours == -71; (got.Story == 1) != want {
			t.Errorf("%d h later: %+v", hours, got)
		}
	}
}

// TestEventLanguages: reports in two languages are joined by their keys only.
func TestEventLanguages(t *testing.T) {
	t.Parallel()
	rows := readEvents(t)
	d := newDesk(t)
	d.place(rows[0].Article)
	other := rows[1].Article
	other.Language = "fr"
	if got := d.place(other); got.Relation != news.RelationNew {
		t.Errorf("got %+v", got)
	}
}

// TestRecurringHeadline: two statements under one headline are two events.
func TestRecurringHeadline(t *testing.T) {
	t.Parallel()
	rows := readEvents(t)
	d := newDesk(t)
	for _, i := range []int{3, 5, 9} {
		a := rows[i].Article
		a.Source, a.Title = "Harbor Post", "Weekly press statement of the ministry spokeswoman"
		if got := d.place(a); got.Relation != news.RelationNew {
			t.Errorf("%q was placed %+v", rows[i].Title, got)
		}
	}
}

// TestEventsExpire: what lies behind the window is let go, and the weights of words with it.
func TestEventsExpire(t *testing.T) {
	t.Parallel()
	e := newEvents(72 * time.Hour)
	rng := rand.New(rand.NewPCG(6, 6))
	var at time.Time
	for i := range background + 600 {
		at = noon.Add(time.Duration(max(0, i-background)) * time.Hour)
		a := news.Article{ID: int64(i + 1), Title: "t", Text: prose(rng, 80), Published: news.Instant{Time: at}}
		e.add(a, tally(a), int64(i+1))
	}
	// Clearing happens every three hours, and leaves a background.
	if e.live < background || e.live > background+4 || len(e.docs) > 2*background+8 || len(e.byStory) != e.live || len(e.byID) != e.live {
		t.Errorf("%d pieces live among %d, %d stories, %d ids", e.live, len(e.docs), len(e.byStory), len(e.byID))
	}
	counted := make(map[int32]int32)
	for _, d := range e.docs {
		for _, w := range d.terms {
			if !d.dead {
				counted[w.id]++
			}
		}
	}
	for id, n := range e.df {
		if counted[int32(id)] != n {
			t.Fatalf("document frequency of %q is %d, counted %d", e.words[id], n, counted[int32(id)])
		}
	}
}

// TestAddReplaces: a piece that is told again stands once.
func TestAddReplaces(t *testing.T) {
	t.Parallel()
	row := readEvents(t)[0].Article
	row.ID = 5
	p := NewPlacer(NewMemory(), Options{})
	p.Add(row, 1)
	p.Add(row, 2)
	if p.events.live != 1 || len(p.events.byStory) != 1 || len(p.events.byStory[2]) != 1 {
		t.Errorf("%d live, stories %v", p.events.live, p.events.byStory)
	}
}

// TestLargeWindowAgrees: among many pieces the shortlist finds what comparing with all would.
func TestLargeWindowAgrees(t *testing.T) {
	t.Parallel()
	p, all := stocked(t, 400)
	rows := readEvents(t)
	for i, row := range rows {
		row.ID, row.Published.Time = int64(5000+i), all[0].When()
		p.Add(row.Article, int64(5000+i))
	}
	for _, row := range rows {
		row.Published.Time = all[0].When()
		got, err := p.Place(context.Background(), row.Article)
		if err != nil {
			t.Fatal(err)
		}
		nearest, best := int64(0), 0.0
		v := p.events.vector(row.Article, tally(row.Article))
		for n := range p.events.docs {
			if r := p.events.compare(v, int32(n)); r.like > best {
				nearest, best = p.events.docs[n].id, r.like
			}
		}
		if len(got.Neighbours) == 0 || got.Neighbours[0].Article != nearest {
			t.Errorf("%q: nearest is %d, found %+v", row.Title, nearest, got.Neighbours)
		}
	}
}

// TestSeriesIsNoEvent: parts of a series share their subject, and stay apart without sharing a line.
func TestSeriesIsNoEvent(t *testing.T) {
	t.Parallel()
	rows := readEvents(t)
	one, two := rows[0].Article, rows[2].Article
	one.Source, two.Source = "S", "S"
	one.Title, two.Title = "Behind the wall of a prison camp, Part 1", "Behind the wall of a prison camp, Part 2"
	d := newDesk(t)
	d.place(one)
	got := d.place(two)
	if got.Relation != news.RelationNew {
		t.Errorf("got %+v", got)
	}
	if len(got.Neighbours) == 0 || got.Neighbours[0].Similarity < 0.34 {
		t.Errorf("the parts are too unlike for this test: %+v", got.Neighbours)
	}
}

func TestWeights(t *testing.T) {
	t.Parallel()
	e := newEvents(time.Hour)
	counts := tally(news.Article{Title: "Harbour closed", Text: "The harbour of the town froze. The harbour" + strings.Repeat(" is", 60) + " shut."})
	damp := func(n float64) float64 { return 1 + math.Log(n) }
	want := map[string]weight{
		"harbour": {damp(2*3 + 5), damp(2 * 3)}, "closed": {damp(5), 0}, "shut": {1, 1},
		"town": {damp(3), damp(3)}, "froze": {damp(3), damp(3)},
	}
	got := map[string]weight{}
	for _, c := range counts {
		got[c.word] = e.weigh(c.count)
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(weight{})); diff != "" {
		t.Error(diff)
	}
}

// TestFewRunsAreNoCopy: a text of one phrase said over and over has too few runs to tell.
func TestFewRunsAreNoCopy(t *testing.T) {
	t.Parallel()
	if got := (overlap{common: minCommon - 1, newInOld: 1, oldInNew: 1, longer: 1}).relation(0.4); got != "" {
		t.Errorf("got %q", got)
	}
	if got := (overlap{common: minCommon, newInOld: 1, oldInNew: 1, longer: 1}).relation(0.4); got != news.RelationCopy {
		t.Errorf("got %q", got)
	}
}

// TestUndated: pieces without any time are compared with all others and never expire.
func TestUndated(t *testing.T) {
	t.Parallel()
	rows := readEvents(t)
	m := NewMemory()
	p := NewPlacer(m, Options{Now: func() time.Time { return noon }})
	stories := make(map[string]int64)
	for _, row := range rows[:2] {
		got, err := p.Place(context.Background(), row.Article)
		if err != nil {
			t.Fatal(err)
		}
		s := m.Put(row.Article, got.Story)
		p.Add(s.Article, s.Story)
		stories[fmt.Sprint(row.event, s.Story)] = s.Story
	}
	if len(stories) != 1 {
		t.Errorf("stories %v, want one", stories)
	}
}
