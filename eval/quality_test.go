package eval

import (
	"errors"
	"flag"
	"io/fs"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// labelled is where the labelled files are looked for.
const labelled = "../../shared/data"

var (
	failures = flag.String("failures", "", "with -v, list what was judged wrongly in the figures whose name holds this")
	long     = flag.Bool("long", false, "measure also what takes long")
	draws    = flag.Int("draws", 1, "how often the exemplars of each relevance task are drawn; the floors are for 1")
)

// TestQuality measures the program on the labelled files and fails where a figure is below floor.json.
// With -v it prints the table. See `make eval`.
func TestQuality(t *testing.T) {
	if underRace {
		t.Skip("quality is measured without the race detector, which makes it take ten times as long")
	}
	floor := readFloor(t)
	bounded := maps.Clone(floor)
	if *draws > 1 { // other draws, other figures
		maps.DeleteFunc(bounded, func(name string, _ float64) bool { return strings.HasPrefix(name, "Reuters") })
	}
	var all []Figure
	parts := Parts(*draws)
	measured := 0
	for _, p := range parts {
		t.Run(p.Name, func(t *testing.T) {
			if p.Long && !*long {
				t.Skip("this takes long and is measured by `make eval`")
			}
			start := time.Now()
			figures, err := p.Measure(t.Context(), labelled)
			if errors.Is(err, fs.ErrNotExist) {
				t.Skip("the labelled files are not here: ", err)
			}
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("measured in %.0f s", time.Since(start).Seconds())
			measured++
			all = append(all, figures...)
			for _, f := range figures {
				if _, ok := floor[f.Name()]; ok == f.Baseline {
					t.Errorf("%s: a figure of the program needs a floor in floor.json, a baseline has none", f.Name())
				}
			}
			for _, problem := range Below(figures, bounded) {
				t.Error(problem)
			}
		})
	}
	if measured == len(parts) {
		for _, name := range slices.Sorted(maps.Keys(floor)) {
			if !slices.ContainsFunc(all, func(f Figure) bool { return f.Name() == name }) {
				t.Errorf("floor.json bounds %q, which nothing measures", name)
			}
		}
	}
	report(t, all, bounded)
}

func report(t *testing.T, all []Figure, floor map[string]float64) {
	t.Helper()
	if len(all) == 0 || !testing.Verbose() {
		return
	}
	if err := WriteTable(os.Stdout, all, floor); err != nil {
		t.Error(err)
	}
	if *failures != "" {
		if err := WriteFailures(os.Stdout, all, *failures); err != nil {
			t.Error(err)
		}
	}
}

func readFloor(t *testing.T) map[string]float64 {
	t.Helper()
	floor := map[string]float64{}
	if err := readJSON("floor.json", &floor); err != nil {
		t.Fatal(err)
	}
	return floor
}

func TestTable(t *testing.T) {
	t.Parallel()
	figures := []Figure{
		{Set: "set", Measure: "F1", Value: 0.97431, N: 181, Failures: []Failure{{"page", "", "F1 0.5"}}},
		{Set: "set", Measure: "plain F1", Value: 1, N: 181, Baseline: true},
		{Set: "other", Measure: "AP", Value: 0.5, N: 3},
	}
	floor := map[string]float64{"set: F1": 0.97}
	var b strings.Builder
	if err := WriteTable(&b, figures, floor); err != nil {
		t.Fatal(err)
	}
	want := `| set | measure | figure | items | floor |
| --- | --- | --- | --- | --- |
| set | F1 | .9743 | 181 | .9700 |
| set | plain F1 | 1.0000 | 181 | a baseline |
| other | AP | .5000 | 3 | – |
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
	for words, want := range map[string]string{
		"SET":   "\nset: F1, 1 listed\n  page\n    want nothing\n    got  F1 0.5\n",
		"other": "\nno figure with failures is called \"other\"; those that have some:\n  set: F1\n",
	} {
		b.Reset()
		if err := WriteFailures(&b, figures, words); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, b.String()); diff != "" {
			t.Errorf("%s: %s", words, diff)
		}
	}
}

func TestBelow(t *testing.T) {
	t.Parallel()
	floor := map[string]float64{"a: x": 0.5}
	for _, c := range []struct {
		in   float64
		want int
	}{{0.5, 0}, {0.6, 0}, {0.4999, 1}, {math.NaN(), 1}} {
		if got := Below([]Figure{{Set: "a", Measure: "x", Value: c.in}, {Set: "a", Measure: "free"}}, floor); len(got) != c.want {
			t.Errorf("%v: %q, want %d", c.in, got, c.want)
		}
	}
}
