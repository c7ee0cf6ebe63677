package app

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"newsvigil/classify"
	"newsvigil/config"
	"newsvigil/news"
)

// slackAPI is where bot tokens have a shape that can be told.
const slackAPI = "https://slack.com/api/"

// CheckModels fits every topic without a background, which finds word lists that do not compile.
func CheckModels(topics []news.Topic) error {
	for _, t := range topics {
		if _, err := classify.Fit(t, classify.Background{}); err != nil {
			return &UsageError{Text: fmt.Sprintf("topic %q: %v", t.Name, err)}
		}
	}
	return nil
}

// Notes are what is no mistake, but worth knowing before a start.
func Notes(cfg *config.Config, getenv func(string) (string, bool)) []string {
	out := append(idle(cfg), lookAlikes(cfg)...)
	s := cfg.Slack
	if !s.Configured {
		return append(out, "Slack is not connected: digests are printed. README.md shows how to connect it.")
	}
	for _, env := range []string{s.WebhookEnv, tokenEnv(s.WebhookEnv, s.TokenFile, s.TokenEnv), s.AppTokenEnv} {
		if env == "" {
			continue
		}
		switch v, _ := getenv(env); {
		case strings.TrimSpace(v) == "":
			out = append(out, fmt.Sprintf("the environment variable %s is empty here; `run` and `digest` need it.", env))
		case env == s.TokenEnv && s.APIURL == slackAPI && !strings.HasPrefix(v, "xoxb-"):
			out = append(out, fmt.Sprintf("what %s holds does not look like a bot token, which begins with xoxb-.", env))
		case env == s.AppTokenEnv && s.APIURL == slackAPI && !strings.HasPrefix(v, "xapp-"):
			out = append(out, fmt.Sprintf("what %s holds does not look like an app-level token, which begins with xapp-.", env))
		}
	}
	return out
}

// SeedsPlace says where a topic's exemplars come from.
func SeedsPlace(cfg *config.Config, t news.Topic) string {
	if fsys, folder := seedsOf(cfg, t, nil); fsys != nil {
		return "from " + folder
	}
	return "built into the program, as there is no folder " + t.SeedsDir
}

// idle names what is set and does nothing in this version: a key that is silently ignored would be
// taken for a promise.
func idle(cfg *config.Config) []string {
	set := map[string]bool{
		"health.listen":        cfg.Health.Listen != "",
		"health.heartbeat_url": cfg.Health.HeartbeatURL != "",
	}
	var out []string
	for _, key := range slices.Sorted(maps.Keys(set)) {
		if set[key] {
			out = append(out, key+" is set, but does nothing in this version yet.")
		}
	}
	return out
}

// tokenEnv is the variable that must hold the token, or "" where none is needed.
func tokenEnv(webhook, file, env string) string {
	if webhook != "" || file != "" {
		return ""
	}
	return env
}
