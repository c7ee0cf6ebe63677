package app

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"newsvigil/config"
	"newsvigil/internal/practice/outlets"
	"newsvigil/internal/practice/slack"
)

// reopenWith opens the App again with a variable of another value, and with out for what is printed.
func (r *rig) reopenWith(t *testing.T, secret string, out *bytes.Buffer) {
	t.Helper()
	if err := r.App.Close(); err != nil {
		t.Fatal(err)
	}
	o := Options{
		Config: r.cfg, Now: r.clock.now, Log: slog.New(slog.NewTextHandler(r.log, nil)),
		Getenv: func(string) (string, bool) { return secret, true },
	}
	if out != nil {
		o.Out = out
	}
	a, err := New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	r.App = a
}

// sickSource makes the App tell the admin channel of an outlet in trouble.
func (r *rig) sickSource(t *testing.T) {
	t.Helper()
	for range 3 {
		r.clock.advance(time.Hour)
		r.crawl(t.Context(), t)
	}
}

// eachOnce holds that no title and no message stands in a channel twice.
func (r *rig) eachOnce(t *testing.T, channel string, res PostResult) {
	t.Helper()
	text := r.wording(t, channel)
	for _, it := range stories(r.digestOf(t, res, 0)) {
		if n := strings.Count(text, it.URL+"\n"); n > 1 {
			t.Errorf("%s stands %d times", it.URL, n)
		}
	}
	r.keysOnce(t, channel)
}

// keysOnce holds that every message of a channel has a key, and that no key stands twice.
func (r *rig) keysOnce(t *testing.T, channel string) {
	t.Helper()
	keys := map[string]int{}
	for _, m := range r.slack.Messages(channel) {
		if keys[m.Key()]++; m.Key() == "" || keys[m.Key()] > 1 {
			t.Errorf("the message %q stands %d times", m.Key(), keys[m.Key()])
		}
	}
}

// TestWebhook holds that a webhook takes digests in place of a token, and no notices.
func TestWebhook(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := newRig(t, func(c *config.Config) { c.Slack.TokenEnv, c.Slack.WebhookEnv = "", "HOOK" })
	r.reopenWith(t, r.slack.Webhook(testChannel), nil)
	sick := r.outlets.Outlets()[0].Name
	r.outlets.Break(sick, outlets.Fault{Status: 503})
	r.sickSource(t)
	res := r.post(ctx, t)
	d := r.digestOf(t, res, 0)
	if res.Queued != 0 || res.Sent == 0 || r.slack.Calls("webhook") != res.Sent || r.slack.Calls("chat.postMessage") != 0 {
		t.Errorf("%+v, %d calls of the webhook", res, r.slack.Calls("webhook"))
	}
	text := r.wording(t, testChannel)
	for _, it := range stories(d) {
		if !strings.Contains(text, it.Title) {
			t.Errorf("%q did not arrive", it.Title)
		}
	}
	if n := len(r.slack.Messages(testOps)); n != 0 || strings.Contains(text, "is in trouble\n") {
		t.Errorf("%d notices", n)
	}
	if !strings.Contains(r.log.String(), sick+" is in trouble") {
		t.Error("the notice is not in the log either")
	}
	if again := r.post(ctx, t); again.Sent != 0 || again.Queued != 0 {
		t.Errorf("a second digest: %+v", again)
	}
}

// TestPrinted holds that digests and nothing else are printed while Slack is not connected, each once.
func TestPrinted(t *testing.T) {
	t.Parallel()
	unraced(t)
	ctx := t.Context()
	r := newRig(t, func(c *config.Config) { c.Slack = config.Slack{} })
	var out bytes.Buffer
	r.reopenWith(t, "", &out)
	r.crawl(ctx, t)
	if out.Len() > 0 {
		t.Errorf("a crawl printed:\n%s", &out)
	}
	d := r.digestOf(t, r.post(ctx, t), 0)
	for _, it := range stories(d) {
		if !strings.Contains(strings.Join(strings.Fields(out.String()), " "), it.Title) || !strings.Contains(out.String(), it.URL) {
			t.Errorf("%q was not printed", it.Title)
		}
	}
	out.Reset()
	if res := r.post(ctx, t); out.Len() > 0 || res.Sent != 0 {
		t.Errorf("a second digest printed:\n%s", &out)
	}
}

// TestChannelRefused holds that a digest for a channel that is not there waits, that the admin channel
// hears of it once and at once, and that the digest goes out when the channel is there.
func TestChannelRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]slack.Channel{
		"missing":  {},
		"outside":  {ID: "C0LATER", Name: "later", Outside: true},
		"archived": {ID: "C0LATER", Name: "later", Archived: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			r := newRig(t, func(c *config.Config) { c.Topics[0].Channel = "#later" })
			r.known(t)
			if c.ID != "" {
				r.slack.AddChannel(c)
			}
			r.crawl(ctx, t)
			first := r.post(ctx, t)
			if first.Queued == 0 || len(r.slack.Messages("C0LATER")) != 0 {
				t.Fatalf("%+v", first)
			}
			if notices := r.slack.Messages(testOps); len(notices) != 1 || !strings.Contains(notices[0].Text, "#later") || c.Archived != strings.Contains(notices[0].Text, "is archived") {
				t.Errorf("%d notices after the first refusal: %+v", len(notices), notices)
			}
			r.reopen(t) // a restart is a reason to try again, and none to tell again
			if res := r.post(ctx, t); res.Queued != first.Queued || res.Topics[0].Digest != "" {
				t.Errorf("the second try: %+v, want %d queued", res, first.Queued)
			}
			if n := len(r.slack.Messages(testOps)); n != 1 {
				t.Errorf("%d notices after the second refusal", n)
			}
			r.slack.AddChannel(slack.Channel{ID: "C0LATER", Name: "later"})
			r.reopen(t)
			// One message more is the word to the admin channel.
			if res := r.post(ctx, t); res.Queued != 0 || res.Sent != first.Queued+1 || r.notices("is posted now") != 1 {
				t.Errorf("after mending: %+v", res)
			}
			if n := len(r.slack.Messages("C0LATER")); n != first.Queued {
				t.Errorf("%d messages, want %d", n, first.Queued)
			}
			r.eachOnce(t, "C0LATER", first)
		})
	}
}

// TestTokenRefused holds that a digest waits for the right token, and that the log names the reason
// and never the token.
func TestTokenRefused(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := newRig(t, nil)
	r.crawl(ctx, t)
	r.reopenWith(t, "xoxb-wrong", nil)
	first := r.post(ctx, t)
	if first.Sent != 0 || first.Queued == 0 {
		t.Fatalf("%+v", first)
	}
	if log := r.log.String(); !strings.Contains(log, "invalid_auth") || strings.Contains(log, "xoxb-wrong") {
		t.Errorf("the log does not name the reason, or names the token:\n%s", log)
	}
	r.reopen(t)
	if res := r.post(ctx, t); res.Queued != 0 || res.Sent != first.Queued+1 || r.notices("can post to Slack again") != 1 {
		t.Errorf("with the right token: %+v, want %d sent, and a word to the admin channel", res, first.Queued)
	}
	r.eachOnce(t, testChannel, first)
}

// TestFaultySlack holds that nothing is lost and nothing stands twice when 35 of 100 requests fail in
// every way there is, posts that arrive late included.
func TestFaultySlack(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := newRig(t, func(c *config.Config) {
		c.Slack.Timeout = 300 * time.Millisecond
		c.Topics[0].Lead, c.Topics[0].Lines = 2, 2
	})
	s, err := slack.New(slack.Options{
		Every: -1, Now: r.clock.now,
		Channels: []slack.Channel{{ID: testChannel, Name: "practice"}, {ID: testOps, Name: "practice-ops"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.slack.Close(); err != nil {
		t.Fatal(err)
	}
	r.slack, r.cfg.Slack.APIURL = s, s.URL()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	for i, method := range []string{"chat.postMessage", "conversations.history", "conversations.replies", "conversations.list"} {
		s.Chaos(method, 0.35, seed+uint64(i), slack.AllFaults()...)
	}
	r.reopen(t)
	sick := r.outlets.Outlets()[0].Name
	r.outlets.Break(sick, outlets.Fault{Status: 503})
	r.sickSource(t)
	// Waits of minutes pass at once: the clock is moved on between short tries.
	var digests []PostResult
	for range 60 {
		res, err := r.PostDigests(ctx, "", time.Second)
		if err != nil {
			t.Fatal(err)
		}
		if res.Topics[0].Digest != "" {
			digests = append(digests, res)
		}
		if res.Queued == 0 {
			break
		}
		r.clock.advance(5 * time.Minute)
	}
	for _, method := range []string{"chat.postMessage", "conversations.history", "conversations.replies", "conversations.list"} {
		s.Chaos(method, 0, 0)
	}
	r.clock.advance(time.Hour) // what was posted late has arrived by now
	if res := r.post(ctx, t); res.Queued != 0 {
		t.Fatalf("still queued: %+v", res)
	}
	if len(digests) != 1 {
		t.Fatalf("%d digests", len(digests))
	}
	text := r.wording(t, testChannel)
	for _, it := range stories(r.digestOf(t, digests[0], 0)) {
		if !strings.Contains(text, it.Title) {
			t.Errorf("%q is lost", it.Title)
		}
	}
	r.eachOnce(t, testChannel, digests[0])
	r.keysOnce(t, testOps)
	if text := r.wording(t, testOps); !strings.Contains(text, sick+" is in trouble") {
		t.Errorf("the admin channel was not told:\n%s", text)
	}
}
