package config

import (
	"regexp"
	"strconv"
	"unicode/utf8"
)

// slackSecret matches Slack's tokens (bot, user, app, refresh, configuration) and the addresses of
// incoming webhooks, which are secrets as well: whoever knows one can post.
var slackSecret = regexp.MustCompile(`(?i)xox[a-z](?:\.xox[a-z])?-|xapp-|hooks\.slack(?:-gov)?\.com/`)

// login matches an address that carries a user name or password.
var login = regexp.MustCompile(`://[^/\s]*@`)

const secretText = "this looks like a Slack token or webhook address, so it is not shown; secrets do not belong in this file: " +
	"put it into an environment variable, and write the variable's name into token_env, app_token_env or webhook_env"

func isSecret(s string) bool { return slackSecret.MatchString(s) }

// shownRunes is how much of a value a message repeats.
const shownRunes = 80

// show quotes a value for a message: on one line, without control characters, never at length, and
// not at all where it may be a secret.
func show(s string) string {
	if isSecret(s) || login.MatchString(s) {
		return "(not shown: it may be secret)"
	}
	if utf8.RuneCountInString(s) > shownRunes {
		return strconv.Quote(string([]rune(s)[:shownRunes])) + "…"
	}
	return strconv.Quote(s)
}
