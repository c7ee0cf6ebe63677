package eval

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestAveragePrecision(t *testing.T) {
	t.Parallel()
	yes := func(s float64) Judged { return Judged{Score: s, Relevant: true} }
	no := func(s float64) Judged { return Judged{Score: s} }
	for _, c := range []struct {
		name string
		in   []Judged
		want float64
	}{
		{"nothing", nil, 0},
		{"nothing relevant", []Judged{no(1), no(2)}, 0},
		{"perfect, in any order", []Judged{no(1), yes(3), yes(2)}, 1},
		{"relevant ones at ranks 2 and 3", []Judged{no(9), yes(8), yes(7), no(1)}, (1.0/2 + 2.0/3) / 2},
		{"ties: the negatives come first", []Judged{yes(1), no(1), no(1), no(1)}, 1.0 / 4},
		{"a tie of two relevant ones below a higher one", []Judged{yes(1), yes(5), no(1), yes(1)}, (1 + 2.0/3 + 3.0/4) / 3},
		{"no score at all lies below every score", []Judged{yes(math.NaN()), no(-1), no(0)}, 1.0 / 3},
	} {
		if got := AveragePrecision(c.in); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestAveragePrecisionLaws(t *testing.T) {
	t.Parallel()
	item := rapid.Custom(func(t *rapid.T) Judged {
		return Judged{Score: float64(rapid.IntRange(0, 4).Draw(t, "score")), Relevant: rapid.Bool().Draw(t, "relevant")}
	})
	rapid.Check(t, func(t *rapid.T) {
		items := rapid.SliceOfN(item, 1, 12).Draw(t, "items")
		before := slices.Clone(items)
		ap := AveragePrecision(items)
		if ap < 0 || ap > 1 {
			t.Fatalf("AP is %v", ap)
		}
		if !slices.Equal(items, before) {
			t.Fatal("the items were reordered")
		}
		if again := AveragePrecision(rapid.Permutation(items).Draw(t, "shuffled")); again != ap {
			t.Fatalf("AP depends on the order of items: %v and %v", ap, again)
		}
		// No way of breaking the ties is worse than the one that is counted.
		for i := range items {
			items[i].Score += 0.5 * rapid.Float64Range(0, 1).Draw(t, "broken")
		}
		if broken := AveragePrecision(items); broken < ap-1e-12 {
			t.Fatalf("broken ties give %v, less than %v", broken, ap)
		}
	})
}

func TestAtCut(t *testing.T) {
	t.Parallel()
	both, missed, wrong := Judged{Relevant: true, Chosen: true}, Judged{Relevant: true}, Judged{Chosen: true}
	for _, c := range []struct {
		name                  string
		in                    []Judged
		precision, recall, f1 float64
	}{
		{"nothing", nil, 0, 0, 0},
		{"all right", []Judged{both, {}}, 1, 1, 1},
		{"nothing chosen", []Judged{missed, {}}, 0, 0, 0},
		{"nothing relevant", []Judged{wrong, {}}, 0, 0, 0},
		{"one of two chosen, two of three found", []Judged{both, both, wrong, wrong, missed}, 0.5, 2.0 / 3, 4.0 / 7},
	} {
		p, r, f := AtCut(c.in)
		for _, x := range [][2]float64{{p, c.precision}, {r, c.recall}, {f, c.f1}} {
			if math.Abs(x[0]-x[1]) > 1e-12 {
				t.Errorf("%s: %v %v %v, want %v %v %v", c.name, p, r, f, c.precision, c.recall, c.f1)
				break
			}
		}
	}
}

func TestMean(t *testing.T) {
	t.Parallel()
	if got := Mean([]float64{1, 2, 6}); got != 3 {
		t.Errorf("%v, want 3", got)
	}
	if got := Mean(nil); got != 0 {
		t.Errorf("of nothing: %v, want 0", got)
	}
}
