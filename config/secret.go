package config

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// slackSecret matches Slack's tokens (bot, user, app, refresh, configuration) and the addresses of
// incoming webhooks, which are secrets as well: whoever knows one can post.
var slackSecret = regexp.MustCompile(`(?i)xox[a-z](?:\.xox[a-z])?-|xapp-|hooks\.slack(?:-gov)?\.com/`)

// wholeSecret matches a secret at full length, as it may stand in a comment or in a line that cannot
// be read; the beginning of one alone, as in "xoxb-…", is what instructions hold.
var wholeSecret = regexp.MustCompile(`(?i)(?:xox[a-z](?:\.xox[a-z])?|xapp)-[a-z0-9-]{10,}|hooks\.slack(?:-gov)?\.com/[a-z]+/[a-z0-9]+/[a-z0-9/]{10,}`)

// login matches an address that carries a user name or password, with or without its scheme, and
// also where the password has a slash or the like that makes the address malformed.
var login = regexp.MustCompile(`://[^/\s]*@|://[^/\s]*:\S*@|^[^/\s:@]+:[^/\s@]+@`)

const secretText = "this looks like a Slack token or webhook address, so it is not shown; secrets do not belong in this file: " +
	"put it into an environment variable, and write the variable's name into token_env, app_token_env or webhook_env"

func isSecret(s string) bool { return slackSecret.MatchString(s) }

// hiddenValue stands in a message for a value that may be secret.
const hiddenValue = "(not shown: it may be secret)"

// shownRunes is how much of a value a message repeats.
const shownRunes = 80

// show quotes a value for a message: on one line, without control characters, never at length, and
// not at all where it may be a secret.
func show(s string) string {
	if isSecret(s) || login.MatchString(s) && !strings.HasPrefix(s, "mailto:") {
		return hiddenValue
	}
	if utf8.RuneCountInString(s) > shownRunes {
		return strconv.Quote(string([]rune(s)[:shownRunes])) + "…"
	}
	return strconv.Quote(s)
}

// strayed notes the secrets that stand where no value was read: in comments, in broken lines. Lines
// of which it was said already are left out.
func (r *report) strayed() {
	told := map[int]bool{}
	for _, f := range r.found {
		if f.text == secretText || strings.Contains(f.text, hiddenValue) {
			told[r.line(f.off)] = true
		}
	}
	for _, at := range wholeSecret.FindAllIndex(r.text, -1) {
		line := r.line(at[0])
		if told[line] || !bytes.ContainsAny(r.text[at[0]:at[1]], "0123456789") { // "xoxb-your-token-here"
			continue
		}
		told[line] = true
		r.add(at[0], secretText)
	}
}
