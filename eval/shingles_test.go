package eval

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestShingles(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   string
		want map[string]int
	}{
		{"", map[string]int{}},
		{" – ! ", map[string]int{}},
		{"One, two.", map[string]int{"One two": 1}},
		{"a b c d", map[string]int{"a b c d": 1}},
		{"a b c d e", map[string]int{"a b c d": 1, "b c d e": 1}},
		{"x x x x x", map[string]int{"x x x x": 2}},
		// Numbers and underscores are of words, apostrophes, hyphens and combining marks part them;
		// capitals are kept. All as Python's \w has it.
		{"it's snake_case ½", map[string]int{"it s snake_case ½": 1}},
		{"Ça e\u0301te\u0301", map[string]int{"Ça e te": 1}},
		{"네 단어로 된 문장", map[string]int{"네 단어로 된 문장": 1}},
	} {
		if diff := cmp.Diff(c.want, shingles(c.in)); diff != "" {
			t.Errorf("%q: %s", c.in, diff)
		}
	}
}

func TestOverlap(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		want, got         string
		precision, recall float64
	}{
		{"", "", 1, 1},
		{"a b c d", "", 0, 0},
		{"", "a b c d", 0, 0},
		{"a b c d e", "a b c d e", 1, 1},
		{"a b c d e", "a b c d", 1, 0.5},
		{"a b c d", "a b c d a b c d", 0.2, 1}, // a repeated passage counts once
		{"a b c d", "A b c d", 0, 0},
	} {
		if p, r := overlap(c.want, c.got); p != c.precision || r != c.recall {
			t.Errorf("%q, %q: %v %v, want %v %v", c.want, c.got, p, r, c.precision, c.recall)
		}
	}
}
