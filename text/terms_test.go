package text

import (
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestSingleTerms: the single terms of any text are its terms, the pairs of words left out.
func TestSingleTerms(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := anyText().Draw(t, "text")
		want := Terms(s)
		maps.DeleteFunc(want, func(w string, _ int) bool { return strings.Contains(w, " ") })
		if diff := cmp.Diff(want, SingleTerms(s)); diff != "" {
			t.Fatalf("%q: %s", s, diff)
		}
	})
	if got := SingleTerms("The harbour pilots of Marisol, 북한"); len(got) != 4 {
		t.Errorf("got %v", got)
	}
}
