package slack

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"newsvigil/digest"
)

// readManifest reads the little of YAML that the manifest is written in: values by the path of their keys,
// the entries of a list under the path of the list.
func readManifest(t *testing.T) (values map[string]string, lists map[string][]string) {
	t.Helper()
	data, err := os.ReadFile("../../deploy/slack-app-manifest.yaml")
	if err != nil {
		t.Fatal(err)
	}
	values, lists = map[string]string{}, map[string][]string{}
	var keys []string
	var depths []int
	pair := regexp.MustCompile(`^([a-z_]+):(?: +(.*))?$`)
	for line := range strings.Lines(string(data)) {
		text := strings.TrimSpace(line)
		if i := strings.Index(text, " #"); i > 0 && !strings.Contains(text[i:], `"`) {
			text = strings.TrimSpace(text[:i])
		}
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		depth := len(line) - len(strings.TrimLeft(line, " "))
		entry, listed := strings.CutPrefix(text, "- ")
		if listed {
			depth += 2
		}
		for len(depths) > 0 && depths[len(depths)-1] >= depth {
			keys, depths = keys[:len(keys)-1], depths[:len(depths)-1]
		}
		m := pair.FindStringSubmatch(entry)
		if m == nil {
			if !listed {
				t.Fatalf("a line of another form: %q", line)
			}
			at := strings.Join(keys, ".")
			lists[at] = append(lists[at], entry)
			continue
		}
		keys, depths = append(keys, m[1]), append(depths, depth)
		if m[2] != "" {
			values[strings.Join(keys, ".")] = strings.Trim(m[2], `"`)
		}
	}
	return values, lists
}

// TestManifest holds that the app that admins make by pasting the manifest may do what the client does, and
// nothing else, and that no field is longer than Slack takes it.
func TestManifest(t *testing.T) {
	t.Parallel()
	values, lists := readManifest(t)
	want := append(Needed(), NeededToListen()...)
	got := slices.Clone(lists["oauth_config.scopes.bot"])
	slices.Sort(want)
	slices.Sort(got)
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("scopes that the client needs (-) and the manifest has (+):\n%s", d)
	}
	for _, s := range want {
		if Without(s) == "" {
			t.Errorf("nobody says what does not work without %s", s)
		}
	}
	for path, want := range map[string]string{
		"features.bot_user.display_name":          "newsvigil",
		"features.slash_commands.command":         "/newsvigil",
		"features.slash_commands.should_escape":   "false",
		"settings.interactivity.is_enabled":       "true",
		"settings.socket_mode_enabled":            "true",
		"settings.org_deploy_enabled":             "false",
		"settings.token_rotation_enabled":         "false",
		"settings.event_subscriptions.bot_events": "",
		"settings.interactivity.request_url":      "",
		"features.slash_commands.url":             "",
		"oauth_config.scopes.user":                "",
	} {
		if values[path] != want || len(lists[path]) > 0 {
			t.Errorf("%s is %q (%v), want %q", path, values[path], lists[path], want)
		}
	}
	for path, most := range map[string]int{
		"display_information.name": 35, "display_information.description": 140, "features.bot_user.display_name": 80,
		"features.slash_commands.command": 32, "features.slash_commands.description": 2000, "features.slash_commands.usage_hint": 1000,
	} {
		if v := values[path]; v == "" || units(v) > most {
			t.Errorf("%s has %d characters, want 1 to %d", path, units(v), most)
		}
	}
	for _, word := range []string{"status", "why", "missed", "find", "kept", "sources", "muted", "help"} {
		if !strings.Contains(values["features.slash_commands.usage_hint"], word) {
			t.Errorf("the hint does not name %s", word)
		}
		if key := "ask.help_" + word; word != "help" && digest.Say("en", key) == "" {
			t.Errorf("the hint names %s, which is no command", word)
		}
	}
}
