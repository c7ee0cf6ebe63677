package classify

import (
	"strings"
	"testing"
)

// TestWorse holds what may not become worse when readers have spoken: an exemplar or a liked piece above
// the cut, and the order of liked and disliked pieces.
func TestWorse(t *testing.T) {
	t.Parallel()
	topic := water(4)
	m := fit(t, topic)
	strict := topic
	strict.Threshold = 1000
	other := topic
	other.NeverMatch = []string{"inspectors"} // a model to which this is worth nothing
	liked := Labelled{Article: piece(onWater[1]), Like: true}
	disliked := Labelled{Article: piece(offWater[0])}
	cases := map[string]struct {
		trial     Trial
		old, next *Model
		want      string
	}{
		"the same model":            {Trial{topic.Exemplars, []Labelled{liked, disliked}}, m, m, ""},
		"exemplars below the cut":   {Trial{topic.Exemplars, nil}, m, fit(t, strict), `"Water 1", which is on the topic, would fall below the cut`},
		"a like below the cut":      {Trial{topic.Exemplars, []Labelled{liked, disliked}}, m, fit(t, other), `"Dam passes inspection", which is on the topic, would fall`},
		"below the cut before, too": {Trial{nil, []Labelled{liked}}, fit(t, strict), fit(t, strict), ""},
		"another order":             {Trial{nil, []Labelled{{Article: piece(onWater[1])}, {Article: piece(trapWater[0]), Like: true}}}, fit(t, other), m, "told apart less well"},
		"a better order":            {Trial{nil, []Labelled{liked, disliked}}, fit(t, other), m, ""},
	}
	for name, c := range cases {
		if got := c.trial.Worse(c.old, c.next); !strings.Contains(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
