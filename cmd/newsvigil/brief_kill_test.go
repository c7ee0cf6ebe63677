package main

import (
	"os"
	"strings"
	"testing"
	"time"

	"newsvigil/internal/practice/outlets"
)

// TestBriefKilled kills `brief --post` at both sides of its commits and while it posts, and lets it begin
// again: each message of each day's brief stands once.
func TestBriefKilled(t *testing.T) {
	t.Parallel()
	deaths := []string{"after notice#1", "before delivery#1", "after claim#2"}
	doors := map[int]fate{2: diesHeard, 3: diesUnheard}
	if os.Getenv(everyPointVariable) != "" {
		deaths = append(deaths, "before notice#1", "after claim#1", "before claim#1", "after delivery#1", "before claim#2", "before delivery#2", "after delivery#2")
		doors[5], doors[8] = diesUnheard, diesHeard
	}
	m := newMortal(t, func(p outlets.Piece) int {
		if p.ID == "003" {
			return 0
		}
		return 9
	})
	m.speak()
	m.try(step{name: "a story is kept", args: []string{"once", "--all", next, "feedback", "import", "said.jsonl"}, lenient: true}, "")
	m.door.fate = func(post int) fate { return doors[post] }
	// By a clock that runs ahead nothing is waited for, so the command is repeated until all is delivered.
	post := step{name: "brief", args: []string{"brief", "--post", "--since", "60d"}, lenient: true}
	for _, at := range deaths {
		tries := 0
		for died := true; died || m.queued() != 0; at = "" {
			if died, _ = m.try(post, at); tries == 100 {
				t.Fatal("the brief is never delivered")
			}
			tries++
		}
		m.later(24 * time.Hour) // the same list is another brief on the next day
	}
	count := map[string]int{}
	for _, msg := range m.slack.Messages("C0PRACTICE") {
		if key := msg.Key(); strings.HasPrefix(key, "brief/") {
			count[key]++
		}
	}
	if len(count) != 2*len(deaths) || m.door.killed == 0 {
		t.Errorf("%d messages of %d briefs, %d killed at the door", len(count), len(deaths), m.door.killed)
	}
	for key, n := range count {
		if n != 1 {
			t.Errorf("%s stands %d times", key, n)
		}
	}
}
