package classify

import (
	"fmt"
	"testing"

	"newsvigil/news"
)

// TestSuggest holds that what pieces on the topic share, and others do not, is proposed with true counts
// for the facet that those pieces lack or the concept that it stands beside, and that nothing is proposed
// that a list holds or that stands everywhere.
func TestSuggest(t *testing.T) {
	t.Parallel()
	topic := water(4)
	topic.Facets = []news.WordList{{Name: "water", Any: []string{"water", "reservoir*"}}, {Name: "supply", Any: []string{"supply", "supplies", "utility"}}}
	topic.Concepts = []news.WordList{{Name: "leaks", Any: []string{"leak*", "burst"}}}
	var pieces []Labelled
	for i := range 6 {
		on := piece(fmt.Sprintf("Utility warns|The water utility supplies town%d. Reporters were there. A burst main flooded the cellar of house%d. Last year the country had none.", i, i))
		lacks := piece(fmt.Sprintf("Cistern %d|A cistern holds rain for the village. Reporters were there.", i))
		off := piece(fmt.Sprintf("Match %d|The team won. Reporters were there.", i))
		pieces = append(pieces, Labelled{Article: on, Like: true}, Labelled{Article: lacks, Like: true}, Labelled{Article: off})
	}
	got := map[string]Suggestion{}
	for _, s := range fit(t, topic).Suggest(pieces, 0) {
		got[s.Word] = s
	}
	for word, want := range map[string]Suggestion{
		"main flooded": {List: "leaks", On: 6},
		"cistern hold": {List: "water", Facet: true, On: 6},
	} {
		if s := got[word]; s.List != want.List || s.Facet != want.Facet || s.On != want.On || s.Off != 0 {
			t.Errorf("%q: %+v, want %+v; all: %v", word, s, want, got)
		}
	}
	for _, word := range []string{"reporter", "water", "water utility", "burst", "year", "country"} {
		if s, ok := got[word]; ok {
			t.Errorf("%q is proposed: %+v", word, s)
		}
	}
	if n := len(fit(t, topic).Suggest(pieces, 3)); n != 3 {
		t.Errorf("%d proposals instead of 3", n)
	}
}
