package classify

import (
	"testing"

	"newsvigil/news"
	"newsvigil/text"
)

// TestListsAmongTerms holds that spellings are found among an exemplar's terms as in its text.
func TestListsAmongTerms(t *testing.T) {
	t.Parallel()
	terms := text.Terms("The reservoirs were empty. Drinking-water reservoirs and drinking water. A repatriated turtle was repatriated. 저수지의 물, 상수도 요금")
	cases := []struct {
		in   string
		want int
	}{
		{"reservoir", 2}, {"reservoirs", 2}, {"reserv*", 2}, {"drinking water", 2}, {"drinking wat*", 2},
		{"repatriat*", 2}, {"water drinking", 0}, {"turtles", 1}, {"tur", 0}, {"저수지", 1}, {"상수도", 1}, {"저수조", 0}, {"the", 0}, {"*", 0},
	}
	for _, c := range cases {
		got := listsOf([]news.WordList{{Name: "x", Any: []string{c.in}}})[0].count(terms)
		if got != c.want {
			t.Errorf("%s stands there %d times, want %d", c.in, got, c.want)
		}
	}
}
