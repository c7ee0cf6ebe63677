package slack

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	api "github.com/slack-go/slack"

	"newsvigil/notify"
)

const (
	// defaultWait is for a 429 that names no time.
	defaultWait = 30 * time.Second
	// maxWait keeps a nonsense Retry-After from silencing a channel for ever.
	maxWait = 24 * time.Hour
	// maxAnswer caps an answer of Slack; a page of history is far smaller.
	maxAnswer = 16 << 20
)

// errUnclear is an answer from which nobody can tell whether the message was stored.
var errUnclear = errors.New("slack gave an answer that says neither yes nor no")

// strict is the HTTP client given to slack-go. The library takes the answer {} for success, and an
// answer that is not ok without a reason too; both are errors here. It also reads every form of
// Retry-After, of which the library knows whole seconds only.
type strict struct{ client *http.Client }

// Do implements the client interface of slack-go.
func (s strict) Do(req *http.Request) (*http.Response, error) {
	resp, err := s.client.Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode == http.StatusTooManyRequests {
		resp.Body.Close()
		return nil, tooFast(resp.Header)
	}
	if resp.StatusCode != http.StatusOK {
		return resp, nil
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	resp.Body.Close()
	if err != nil {
		return nil, fmt.Errorf("read slack's answer: %w", err)
	}
	var a struct {
		OK    *bool  `json:"ok"`
		Error string `json:"error"`
	}
	if len(body) > maxAnswer || json.Unmarshal(body, &a) != nil || a.OK == nil || (!*a.OK && strings.TrimSpace(a.Error) == "") {
		return nil, errUnclear
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

func tooFast(h http.Header) *notify.Refusal {
	return &notify.Refusal{Class: notify.ClassWait, After: retryAfter(h.Get("Retry-After")), Text: "Slack asks for a pause between messages."}
}

// retryAfter reads the seconds of a Retry-After; without them it is 30 s.
func retryAfter(s string) time.Duration {
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || !(f >= 0) {
		return defaultWait
	}
	return time.Duration(min(f, maxWait.Seconds()) * float64(time.Second))
}

// classify turns an error of slack-go into a Refusal where it is certain that nothing was posted,
// and returns it unchanged otherwise.
func classify(err error) error {
	if err == nil || notify.ClassOf(err) != notify.ClassAmbiguous {
		return err
	}
	if e, ok := errors.AsType[api.SlackErrorResponse](err); ok {
		if r := refusalFor(e.Err, e.Needed); r != nil {
			return r
		}
		return err
	}
	if e, ok := errors.AsType[*api.RateLimitedError](err); ok {
		return &notify.Refusal{Class: notify.ClassWait, After: max(0, e.RetryAfter), Text: "Slack asks for a pause between messages."}
	}
	if e, ok := errors.AsType[api.StatusCodeError](err); ok && e.Code == http.StatusTooManyRequests {
		return tooFast(http.Header{})
	}
	// A connection that was never made, or never became a secure one, carried no message.
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return &notify.Refusal{Class: notify.ClassWait, Text: "Slack's address is not found: is this machine on the network?"}
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return &notify.Refusal{Class: notify.ClassWait, Text: "There is no secure connection to Slack: what answers in its place has no certificate of Slack's."}
	}
	if e, ok := errors.AsType[*net.OpError](err); ok && e.Op == "dial" {
		return &notify.Refusal{Class: notify.ClassWait, Text: "Slack cannot be reached."}
	}
	return err
}

// refusalFor says what an error word of Slack means; nil where it leaves open whether the message
// was stored, as fatal_error and internal_error do.
func refusalFor(word, needed string) *notify.Refusal {
	class := classOf(word)
	if class == notify.ClassAmbiguous {
		return nil
	}
	r := &notify.Refusal{Class: class, Text: advice(word, class)}
	if class == notify.ClassWait {
		r.After = defaultWait
	}
	if word == "missing_scope" && needed != "" {
		r.Text += " Slack names: " + clip(clean(needed), 200) + "."
	}
	return r
}

func classOf(word string) notify.Class {
	switch word {
	case "ratelimited", "rate_limited", "message_limit_exceeded", "rollup_error":
		return notify.ClassWait
	case "invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "no_text", "too_many_attachments",
		"invalid_attachments", "attachment_payload_limit_exceeded", "invalid_payload", "invalid_arguments", "markdown_text_conflict", "blocks_too_long":
		return notify.ClassContent
	case "channel_not_found", "not_in_channel", "is_archived", "channel_is_archived", "is_inactive", "cannot_reply_to_message",
		"thread_locked", "posting_to_general_channel_denied", "channel_type_not_supported", "messages_tab_disabled":
		return notify.ClassChannel
	case "invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "missing_scope", "no_permission",
		"not_allowed_token_type", "org_login_required", "ekm_access_denied", "team_access_not_granted", "access_denied",
		"accesslimited", "two_factor_setup_required", "enterprise_is_restricted", "no_service", "no_team", "team_disabled", "invalid_token", "no_active_hooks", "action_prohibited":
		return notify.ClassAuth
	}
	switch {
	case strings.HasPrefix(word, "metadata_"), strings.HasPrefix(word, "invalid_metadata_"):
		return notify.ClassContent
	case strings.HasPrefix(word, "restricted_action"):
		return notify.ClassChannel
	}
	return notify.ClassAmbiguous
}

// advice says in plain words what an admin can do.
func advice(word string, class notify.Class) string {
	word = clip(clean(word), 60)
	switch word {
	case "not_in_channel":
		return "The app is not a member of the channel: write /invite @newsvigil in it (" + word + ")."
	case "channel_not_found":
		return "Slack knows no such channel, or the app may not see it: check the name, and invite the app where the channel is private (" + word + ")."
	case "is_archived", "channel_is_archived":
		return "The channel is archived: unarchive it or name another one in the configuration (" + word + ")."
	case "token_revoked", "token_expired":
		return "The token was revoked or has run out: install the app anew and hand over its new token (" + word + ")."
	case "account_inactive", "no_team", "team_disabled":
		return "The app, or its workspace, is switched off in Slack: switch it on, or install the app anew and hand over its new token (" + word + ")."
	case "missing_scope":
		return "The token lacks a right: add the scopes of the app manifest and install the app anew (" + word + ")."
	}
	switch class {
	case notify.ClassWait:
		return "Slack asks for a pause between messages (" + word + ")."
	case notify.ClassContent:
		return "Slack refused the form of the message (" + word + ")."
	case notify.ClassChannel:
		return "Slack does not let the app post in this channel (" + word + ")."
	}
	return "Slack refused the token: check that it is whole and still valid (" + word + ")."
}

// withoutURL takes the address out of an error: a webhook's address is a secret.
func withoutURL(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}
