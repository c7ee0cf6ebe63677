package classify

import (
	"math"
	"testing"
)

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9 }

func TestGate(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name string
		in   []float64
		want float64
	}{
		{"no facets", nil, 1},
		{"one whole", []float64{1.5}, 1},
		{"more than whole", []float64{9, 2}, 1},
		{"one missing", []float64{9, 0}, 0.15},
		{"one in passing", []float64{9, 0.4}, 0.15},
		{"both once", []float64{0.95, 0.95}, 0.15 + 0.85/2},
		{"one once", []float64{9, 0.95}, 0.15 + 0.85*math.Sqrt(0.5)},
		{"three, one once", []float64{9, 9, 0.95}, 0.15 + 0.85*math.Cbrt(0.5)},
	}
	for _, c := range cases {
		if got := gate(c.in); !near(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestStrength(t *testing.T) {
	t.Parallel()
	cases := []struct {
		counts []float64
		length float64
		want   float64
	}{
		{nil, 0, 0}, {[]float64{1}, 0, 1}, {[]float64{3}, 200, 1 + math.Log(3)}, {[]float64{1, 2}, 100, 2 + math.Log(2)}, {[]float64{1}, 800, 0.5}, {[]float64{0.5}, 0, 1 - math.Ln2},
	}
	for _, c := range cases {
		if got := strength(c.counts, c.length); !near(got, c.want) {
			t.Errorf("strength(%v, %v) = %v, want %v", c.counts, c.length, got, c.want)
		}
	}
}

// TestRSJ compares with the formula of the paper, worked by hand: with R = 5, r = 4, N = 1005 and
// n = 24, ln((4.5 · 980.5) / (20.5 · 1.5)), when the prior is out of the way.
func TestRSJ(t *testing.T) {
	t.Parallel()
	v := &vocabulary{terms: []string{"dam"}, id: map[string]int32{"dam": 0}}
	c := collection{vocabulary: v, background: 1000, in: []float64{20}}
	prior := fade(1000)
	want := math.Log(4.5 * (1000 + prior - 20 - prior*priorWord + 0.5) / ((20 + prior*priorWord + 0.5) * 1.5))
	if got := c.rsj(0, 4, 5); !near(got, want) || math.Abs(got-math.Log(4.5*980.5/(20.5*1.5))) > 0.01 {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestFade(t *testing.T) {
	t.Parallel()
	if fade(0) != priorArticles || fade(priorArticles) != priorArticles/2 || fade(1000) > 1 {
		t.Errorf("%v %v %v", fade(0), fade(priorArticles), fade(1000))
	}
}

// TestEqualError works the rule of the facts by hand: ordinary pieces at 0 and 2 in equal parts have
// mean 1 and deviation 1, exemplars at 9 and 11 mean 10 and deviation 1, which is less than a quarter
// of the distance of 9, so 2.25 stands for it: 1 + 9 · 3 / (3 + 1.3 · 2.25).
func TestEqualError(t *testing.T) {
	t.Parallel()
	ordinary := make([]float64, 100_000)
	for i := range ordinary {
		ordinary[i] = float64(2 * (i % 2))
	}
	got := equalError(ordinary, []float64{9, 11}, 0)
	if want := 1 + 9*3/(3+1.3*2.25); math.Abs(got-want) > 0.01 {
		t.Errorf("%v, want %v", got, want)
	}
	ordinary[1], ordinary[3] = 8, 8
	for i := range 2000 {
		ordinary[i] = 8
	}
	if got := equalError(ordinary, []float64{9, 11}, 0); got < 8 {
		t.Errorf("%v lies below the 99th percentile of ordinary pieces", got)
	}
	for i := range 5000 {
		ordinary[i] = 20
	}
	if got := equalError(ordinary, []float64{9, 11}, 0); got > 10 {
		t.Errorf("%v lies above what exemplars reach, though many ordinary pieces do", got)
	}
	if got := equalError(nil, []float64{4, 4}, 2); got < closedMargin*gateFloor*4 {
		t.Errorf("%v lets a piece pass that misses a facet", got)
	}
	if got := equalError(nil, nil, 0); got != lowestCut {
		t.Errorf("%v without anything known, want %v", got, lowestCut)
	}
}
