package news

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReasonsLines(t *testing.T) {
	t.Parallel()
	in := Reasons{
		Muted:    "football",
		Facets:   []Hit{{Name: "river", Words: []string{"river", "flood*"}, Counts: []int{1, 3}}, {Name: "law"}},
		Concepts: []Hit{{Name: "dam", Words: []string{"weir"}}},
		Terms:    []string{"water board", "sluice"}, Nearest: "River talks", Always: "dam",
	}
	want := []string{
		`muted by the word "football" (never_match)`, `facet "river": river, flood* ×3`, `facet "law": no word found`,
		`concept "dam": weir`, "shared with the exemplars: water board, sluice", "closest exemplar: “River talks”",
		`lifted to the cut by the concept "dam" (always)`,
	}
	if diff := cmp.Diff(want, in.Lines()); diff != "" {
		t.Error(diff)
	}
	if got := (Reasons{}).Lines(); got == nil || len(got) > 0 {
		t.Errorf("no reasons are %#v, want an empty list", got)
	}
}
