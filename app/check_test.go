package app

import (
	"strings"
	"testing"

	"newsvigil"
	"newsvigil/config"
)

func TestNotes(t *testing.T) {
	t.Parallel()
	shipped, err := config.Parse("config.toml", newsvigil.Config)
	if err != nil {
		t.Fatal(err)
	}
	none := func(string) (string, bool) { return "", false }
	if notes := Notes(shipped, none); len(notes) != 1 || !strings.Contains(notes[0], "Slack is not connected") {
		t.Errorf("shipped: %q", notes)
	}
	shipped.Slack = config.Slack{Configured: true, TokenEnv: "TOKEN", AppTokenEnv: "APP"}
	shipped.Health.Listen = "127.0.0.1:1"
	all := strings.Join(Notes(shipped, none), "\n")
	for _, want := range []string{"health.listen is set, but", "TOKEN is empty here", "APP is empty here"} {
		if !strings.Contains(all, want) {
			t.Errorf("notes lack %q:\n%s", want, all)
		}
	}
	shipped.Slack.APIURL = slackAPI
	if all := strings.Join(Notes(shipped, func(string) (string, bool) { return "hello", true }), "\n"); !strings.Contains(all, "does not look like a bot token") || strings.Contains(all, "hello") {
		t.Errorf("a token of another shape:\n%s", all)
	}
	full := func(string) (string, bool) { return "x", true }
	if all := strings.Join(Notes(shipped, full), "\n"); strings.Contains(all, "is empty here") {
		t.Errorf("a variable that is set was called empty:\n%s", all)
	}
}
