package classify

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"newsvigil/news"
)

func TestFrequencies(t *testing.T) {
	t.Parallel()
	var f Frequencies
	f.Add(news.Article{Title: "Dam", Text: "The dam and the dam. Dam water."})
	f.Add(news.Article{Title: "Water", Text: "저수지"})
	want := Frequencies{2, map[string]int{"dam": 1, "water": 2, "dam water": 1, "저수": 1, "수지": 1}}
	if diff := cmp.Diff(want, f); diff != "" {
		t.Error(diff)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	got, err := ReadFrequencies(&b)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(err, diff)
	}
	got.Join(f)
	if got.Articles != 4 || got.In["water"] != 4 {
		t.Errorf("joined: %+v", got)
	}
	for _, in := range []string{"x", "-1", "2\n3\tdam", "2\n1\t", "2\n0\tdam", "2\ndam"} {
		if _, err := ReadFrequencies(strings.NewReader(in)); err == nil {
			t.Errorf("%q is read", in)
		}
	}
}

// TestFrequenciesForgetTheRarest holds that a table stays bounded, and keeps what is common.
func TestFrequenciesForgetTheRarest(t *testing.T) {
	t.Parallel()
	f := Frequencies{In: map[string]int{}}
	for i := range 100 {
		f.In[fmt.Sprint("term", i)] = 1 + i/10
	}
	f.forget(100)
	if len(f.In) != 100 {
		t.Fatalf("%d terms, none too many", len(f.In))
	}
	f.forget(99)
	if len(f.In) > 50 || f.In["term99"] != 10 || f.In["term60"] != 7 || f.In["term9"] != 0 {
		t.Errorf("%d terms are left", len(f.In))
	}
}

// TestKnownWordsWeighLess holds that what is known of language beside the articles at hand tells common
// words from rare ones.
func TestKnownWordsWeighLess(t *testing.T) {
	t.Parallel()
	weights := func(known Frequencies) map[string]float64 {
		m, err := Fit(water(4), Background{Articles: pieces(offWater), Known: known})
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]float64{}
		for _, w := range m.Words(0) {
			out[w.Term] = w.Weight
		}
		return out
	}
	bare, known := weights(Frequencies{}), weights(Frequencies{1000, map[string]int{"water": 600, "reservoir": 1}})
	if known["water"] >= bare["water"] || known["reservoir"] <= bare["reservoir"] {
		t.Errorf("water weighs %v, knowing more %v; reservoir %v and %v", bare["water"], known["water"], bare["reservoir"], known["reservoir"])
	}
}
