package config

import (
	"regexp"
	"strings"
	"time"
)

// envShape is POSIX's form of a variable's name.
var envShape = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,99}$`)

func (c *Config) readSlack(t *table) {
	s := &c.Slack
	s.Configured = len(t.entries) > 0
	s.APIURL = "https://slack.com/api/"
	if e := t.webAddress("api_url", &s.APIURL, false); e != nil && s.APIURL == "" {
		s.APIURL = "https://slack.com/api/"
	}
	s.APIURL = strings.TrimSuffix(s.APIURL, "/") + "/" // the client joins method names to it
	t.variable("token_env", &s.TokenEnv)
	t.string("token_file", &s.TokenFile)
	s.TokenFile = c.path(s.TokenFile)
	t.variable("app_token_env", &s.AppTokenEnv)
	t.variable("webhook_env", &s.WebhookEnv)
	t.channel("admin_channel", &s.AdminChannel)
	s.Settle = []time.Duration{15 * time.Second, time.Minute}
	t.settle("settle", &s.Settle)
	s.Timeout, s.Pace = 20*time.Second, 1100*time.Millisecond
	t.duration("timeout", &s.Timeout, span{100 * time.Millisecond, 10 * time.Minute})
	t.duration("pace", &s.Pace, span{0, time.Minute})
	s.Overdue = 45 * time.Minute
	t.duration("overdue", &s.Overdue, span{0, 24 * time.Hour})
	s.Hello = true
	t.flag("hello", &s.Hello)
	s.checkWay(t)
}

// variable reads the name of an environment variable. A wrong value is not shown: it may be the
// secret itself.
func (t *table) variable(key string, to *string) {
	e := t.string(key, to)
	if e == nil || *to == "" || envShape.MatchString(*to) {
		return
	}
	t.mistake(e, `the value `+hiddenValue+` is not the name of an environment variable such as "SLACK_BOT_TOKEN"; write the name, not what the variable holds`)
}

// settle reads an ascending list of durations.
func (t *table) settle(key string, to *[]time.Duration) {
	items := t.list(key, `["15s", "60s"]`)
	var out []time.Duration
	for _, i := range items {
		d, problem := readDuration(i.text, span{0, time.Hour})
		switch {
		case problem != "":
			t.rep.add(i.off, "%s: %s", key, problem)
		case len(out) > 0 && d <= out[len(out)-1]:
			t.rep.add(i.off, "%s: %s is not later than the one before it; write the durations in ascending order", key, show(i.text))
		default:
			out = append(out, d)
		}
	}
	if e := t.find(key); e != nil && e.val.kind == kindList && len(e.val.items) == 0 {
		t.mistake(e, `at least one duration is needed, as in ["15s", "60s"]`)
	}
	if len(out) > 0 {
		*to = out
	}
}

// checkWay makes sure that there is exactly one way to Slack.
func (s *Slack) checkWay(t *table) {
	token := t.find("token_env")
	if s.TokenFile != "" {
		if s.TokenEnv != "" {
			t.mistake(t.find("token_file"), "token_env is set as well; keep one of the two")
		}
		token = t.find("token_file")
	}
	hasToken := s.TokenEnv != "" || s.TokenFile != ""
	webhook := t.find("webhook_env")
	switch {
	case s.WebhookEnv != "" && hasToken:
		t.mistake(webhook, "%s is set as well; keep the token (it finds a message whose answer was lost, and serves the admin channel) or the webhook (digests only)", token.key)
	case s.WebhookEnv != "" && s.AppTokenEnv != "":
		t.mistake(t.find("app_token_env"), "buttons need a bot token (token_env or token_file); a webhook has none")
	case s.WebhookEnv == "" && !hasToken && s.Configured && !t.damaged && !t.unread("token_env", "token_file", "webhook_env"):
		t.rep.add(t.off, "[slack] names no way to Slack: set token_env, token_file or webhook_env, or comment out every key of the section to have digests printed")
	}
}

// unread reports whether one of some keys stands there with a value that was refused.
func (t *table) unread(keys ...string) bool {
	for _, key := range keys {
		if e := t.find(key); e != nil && e.val.kind != kindText {
			return true
		}
	}
	return false
}
