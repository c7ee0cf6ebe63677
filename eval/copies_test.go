package eval

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"newsvigil/news"
)

// inventedTexts are n texts of about 270 words in sentences, which share no sentence.
func inventedTexts(n int) []string {
	rng := rand.New(rand.NewPCG(5, 5))
	texts := make([]string, n)
	for i := range texts {
		var b strings.Builder
		for s := range 26 {
			for w := range 9 + rng.IntN(4) {
				if w > 0 {
					b.WriteByte(' ')
				}
				fmt.Fprintf(&b, "%c%c%c", 'a'+rng.IntN(26), "aeiou"[rng.IntN(5)], 'a'+rng.IntN(26))
			}
			b.WriteString(". ")
			if s%5 == 4 {
				b.WriteString("\n\n")
			}
		}
		texts[i] = b.String()
	}
	return texts
}

// TestCopyFigures: edits of invented texts are found, each under its own relation, and the same texts
// give the same figures.
func TestCopyFigures(t *testing.T) {
	t.Parallel()
	texts := append(inventedTexts(40), "Too short to be copied.")
	figures, err := CopyFigures(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	if len(figures) != 1+len(edits) {
		t.Errorf("%d figures", len(figures))
	}
	for _, f := range figures {
		least := 0.99
		if strings.HasPrefix(f.Measure, "15 %") {
			least = 0.9 // at the edge of the thresholds: some are missed
		}
		if f.Value < least || f.Value > 1 || f.N < 30 || f.N > 35 || len(f.Failures) != f.N-int(f.Value*float64(f.N)+0.5) {
			t.Errorf("%s is %.3f of %d, %v", f.Name(), f.Value, f.N, f.Failures)
		}
	}
	again, err := CopyFigures(t.Context(), texts)
	if diff := cmp.Diff(figures, again); diff != "" || err != nil {
		t.Errorf("another run, other figures: %s %v", diff, err)
	}
}

// TestCopyFiguresNoticeCopies: a text that stands among the others twice is no different text.
func TestCopyFiguresNoticeCopies(t *testing.T) {
	t.Parallel()
	texts := inventedTexts(24)
	texts[9] = texts[4] + "One sentence more."
	figures, err := CopyFigures(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	if f := figures[0]; f.Value != 20.0/21 || len(f.Failures) != 1 || !strings.HasPrefix(f.Failures[0].Got, "copy of text 5 ") {
		t.Errorf("%+v", f)
	}
	// The beginning of the one is the beginning of the other, which came first.
	for _, f := range figures {
		if f.Measure == "cut to the first quarter" && (len(f.Failures) != 1 || !strings.HasPrefix(f.Failures[0].Got, "copy of text 5 ")) {
			t.Errorf("%+v", f)
		}
	}
}

// TestEditsDiffer: every edit changes the text, and none but the quarter and the excerpts lose it.
func TestEditsDiffer(t *testing.T) {
	t.Parallel()
	d, err := newCopyDesk(t.Context(), inventedTexts(12))
	if err != nil {
		t.Fatal(err)
	}
	old := d.originals[0].Text
	for _, e := range edits {
		got, ok := e.make(scissors{desk: d, from: d.stranger("en"), rng: rand.New(rand.NewPCG(1, 1))}, 0)
		if !ok && e.want[0] != news.RelationUpdate { // the language of invented texts is not known
			t.Errorf("%s: not made", e.name)
		}
		if got.Text == old || got.Text == "" {
			t.Errorf("%s: the text is what it was", e.name)
		}
		share := float64(len(strings.Fields(got.Text))) / float64(len(strings.Fields(old)))
		if small := strings.Contains(e.name, "quarter") || strings.HasPrefix(e.name, "60 words"); small != (share < 0.5) || strings.HasSuffix(e.name, "sentences cut") && share > 0.9 {
			t.Errorf("%s: %.2f of the words", e.name, share)
		}
	}
}

func TestTooFewToCopy(t *testing.T) {
	t.Parallel()
	for _, texts := range [][]string{nil, inventedTexts(3), {"short", "shorter"}} {
		if _, err := CopyFigures(t.Context(), texts); err == nil {
			t.Errorf("%d texts: no error", len(texts))
		}
	}
}

func TestSentences(t *testing.T) {
	t.Parallel()
	got := sentences("One. Two 1.5 and U.N.? Three!\nFour…\n\n첫째. 둘째。셋째")
	want := []string{"One.", "Two 1.5 and U.N.?", "Three!", "Four…", "첫째.", "둘째。", "셋째"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
