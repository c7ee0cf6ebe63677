package slack

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"newsvigil/news"
)

// TestNothingIsLostByWeight posts digests to servers with ideas of weight of their own, as a worker does: the
// same message smaller until it is taken. Whatever level it comes to, every story stands in one of the
// messages, or is counted, and the sooner a server is content the more is told in full. `make slack` draws more.
func TestNothingIsLostByWeight(t *testing.T) {
	t.Parallel()
	digests := 1
	if os.Getenv(trialVariable) != "" {
		digests = 10
	}
	for limit, want := range map[int]int{13300: levelFull, 11300: levelFull, 9000: levelFewer, 6000: levelLines, 3000: levelPlain} {
		d := korean(false)
		if level := taken(t, d, 1, limit); level != want {
			t.Errorf("a server that takes %d got level %d, want %d", limit, level, want)
		}
		r := rand.New(rand.NewPCG(uint64(limit), 3))
		for range digests {
			d := hostile(r, 60)
			number(d)
			var all strings.Builder
			counted := 0
			for part := 1; part <= Parts(d); part++ {
				level := taken(t, d, part, limit)
				m := Render(d, part, level)
				all.WriteString(m.Text)
				for _, s := range strs(payload(t, m)) {
					all.WriteString(s + "\n")
				}
				if part == 1 {
					counted = plan(d)[0].more
				}
			}
			missing := 0
			for _, list := range [][]news.Item{d.Lead, d.Lines, d.Rest} {
				for _, it := range list {
					if !strings.Contains(all.String(), it.Title) {
						missing++
					}
				}
			}
			if missing > counted-d.Beyond {
				t.Errorf("limit %d: %d stories stand nowhere, and %d are counted", limit, missing, counted-d.Beyond)
			}
		}
	}
}

// number gives the stories titles of which each stands once.
func number(d news.Digest) {
	n := 0
	for _, list := range [][]news.Item{d.Lead, d.Lines, d.Rest} {
		for i := range list {
			n++
			list[i].Title = "story " + strings.Repeat("i", n%3) + string(rune('가'+n)) + " ends"
		}
	}
}

// taken is the level at which a server takes a part.
func taken(t *testing.T, d news.Digest, part, limit int) int {
	t.Helper()
	for level := range levelPlain {
		m := Render(d, part, level)
		s := strictSlack{}
		var blocks []any
		if err := json.Unmarshal(payload(t, m), &blocks); err != nil {
			t.Fatal(err)
		}
		s.all(blocks)
		if s.weight <= limit {
			return level
		}
	}
	return levelPlain
}
