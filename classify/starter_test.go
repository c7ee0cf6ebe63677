package classify

import (
	"bytes"
	"flag"
	"maps"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write starter.tsv anew")

// leastStarter is in how many pieces a term must stand to be in the table.
const leastStarter = 5

// TestStarterIsMadeFromItsPieces makes the table again: the terms of the distinct pieces of a corpus that
// its collector gave to the public domain (CC0; github.com/stiles/north-korea-news), each counted once a
// piece. With -update it is written.
func TestStarterIsMadeFromItsPieces(t *testing.T) {
	t.Parallel()
	var f Frequencies
	for _, a := range stateAgency(t) {
		f.Add(a)
	}
	maps.DeleteFunc(f.In, func(_ string, n int) bool { return n < leastStarter })
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("starter.tsv", b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(b.Bytes(), starterTable) {
		t.Errorf("starter.tsv is not what the pieces give: the cutting of terms has changed; `go test ./classify -run Starter -update` makes it anew")
	}
}

// TestStarterFades holds that the table counts for less the more is stored, and for nothing in the end.
func TestStarterFades(t *testing.T) {
	t.Parallel()
	for stored, want := range map[int]int{0: starterWorth, 250: starterWorth * 3 / 4, 500: starterWorth / 2, 990: starterWorth / 100, 1000: 0, 5000: 0} {
		f, err := Starter(stored)
		if err != nil {
			t.Fatal(err)
		}
		if f.Articles != want || want == 0 && len(f.In) != 0 {
			t.Errorf("%d stored: the table counts for %d pieces, want %d", stored, f.Articles, want)
		}
		for term, n := range f.In {
			if n < 1 || n > f.Articles {
				t.Fatalf("%q stands in %d of %d pieces", term, n, f.Articles)
			}
		}
	}
	first, _ := Starter(0)
	if first.Articles != starterWorth || first.In["year"] == 0 {
		t.Errorf("%d pieces, %d of them with \"year\"", first.Articles, first.In["year"])
	}
}

// TestStarterHelpsAnEmptyDatabase holds that the table does no harm on the first day, by every labelled
// set of the shipped topic.
func TestStarterHelpsAnEmptyDatabase(t *testing.T) {
	t.Parallel()
	known, err := Starter(0)
	if err != nil {
		t.Fatal(err)
	}
	topic := shippedTopic(t)
	with, err := Learn(topic, Background{Known: known}, nil)
	if err != nil {
		t.Fatal(err)
	}
	without := fit(t, topic)
	for name, items := range map[string][]labelled{"exam": exam(t), "held out": labelledItems(t, "heldout"), "practice": practicePieces(t)} {
		a, b := measure(judge(without, items)), measure(judge(with, items))
		t.Logf("%s: AP %.3f, precision %.3f, recall %.3f without; AP %.3f, precision %.3f, recall %.3f with", name, a.ap, a.precision, a.recall, b.ap, b.precision, b.recall)
		if b.ap < a.ap-0.01 || b.f1() < a.f1()-0.01 {
			t.Errorf("%s: AP %.3f, F1 %.3f without the table; %.3f, %.3f with it", name, a.ap, a.f1(), b.ap, b.f1())
		}
	}
	if diff := cmp.Diff(with.Version(), without.Version()); diff == "" {
		t.Error("the table changes nothing")
	}
}
