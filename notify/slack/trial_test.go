package slack

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	api "github.com/slack-go/slack"

	"newsvigil/internal/practice/slack"
	"newsvigil/news"
	"newsvigil/notify"
)

// answering is a client of a server that gives one answer to everything.
func answering(t *testing.T, status int, body string) *Client {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("blocks") == "" || r.FormValue("text") != "" || r.FormValue("token") != "" {
			t.Errorf("asked with %v, want blocks alone", r.Form)
		}
		w.WriteHeader(status)
		if _, err := w.Write([]byte(body)); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(srv.Close)
	c, err := New(Options{Token: news.NewSecret("xoxb-validated"), APIURL: srv.URL, Timeout: time.Second, Pace: -1})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestValidateAnswers holds what each answer of blocks.validate means, as Slack documents them.
func TestValidateAnswers(t *testing.T) {
	t.Parallel()
	m := RenderNotice(news.Notice{Title: "Title"}, 0)
	for _, tt := range []struct {
		name   string
		status int
		body   string
		want   []Flaw
		err    string
	}{
		{name: "well", status: 200, body: `{"ok":true}`},
		{name: "wrong", status: 200, body: `{"ok":false,"error":"invalid_blocks","errors":[{"code":"failed_constraint","message":"unsupported type: invalid","pointer":"/0/text/type","constraint":{"type":"enum","expected":["plain_text","mrkdwn"]}},{"code":"odd"}]}`,
			want: []Flaw{{"/0/text/type", "unsupported type: invalid"}, {"", "odd"}}},
		{name: "wrong, older", status: 200, body: `{"ok":false,"error":"invalid_blocks","response_metadata":{"messages":["[ERROR] no more than 50 items allowed [json-pointer:/]"]}}`, want: []Flaw{{"", "[ERROR] no more than 50 items allowed [json-pointer:/]"}}},
		{name: "wrong, silent", status: 200, body: `{"ok":false,"error":"invalid_blocks"}`, want: []Flaw{{"", "invalid_blocks"}}},
		{name: "unknown", status: 200, body: `{"ok":false,"error":"unknown_method"}`, err: "cannot check"},
		{name: "arguments", status: 200, body: `{"ok":false,"error":"invalid_arguments"}`, want: []Flaw{{"", "invalid_arguments"}}},
		{name: "token", status: 200, body: `{"ok":false,"error":"invalid_auth"}`, err: "refused (auth)"},
		{name: "empty", status: 200, body: `{}`, err: "neither yes nor no"},
		{name: "page", status: 200, body: `<html>xoxb-validated</html>`, err: "neither yes nor no"},
		{name: "too fast", status: 429, body: ``, err: "refused (wait)"},
		{name: "broken", status: 502, body: `<html>xoxb-validated</html>`, err: "502"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := answering(t, tt.status, tt.body).Validate(t.Context(), m)
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
			if (err == nil) != (tt.err == "") || err != nil && (!strings.Contains(err.Error(), tt.err) || strings.Contains(err.Error(), "xoxb-validated")) {
				t.Errorf("error %v, want %q and no token", err, tt.err)
			}
		})
	}
}

// TestValidate has the practice Slack find what a post would be refused for, and nothing in what is posted.
func TestValidate(t *testing.T) {
	t.Parallel()
	srv, err := slack.New(slack.Options{Scopes: []string{}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { srv.Close() })
	c, err := New(Options{Webhook: news.NewSecret(srv.Webhook("C0PRACTICE")), APIURL: srv.URL()})
	if err != nil {
		t.Fatal(err)
	}
	good := Trial{Key: "live/20260101T000000.000000Z", Title: "Title", Button: "Press"}.message()
	if flaws, err := c.Validate(t.Context(), good); err != nil || len(flaws) > 0 {
		t.Errorf("a good message, without a token: %v, %v", flaws, err)
	}
	bad := good
	bad.Blocks = append(bad.Blocks, api.NewActionBlock("a", button("x", "", strings.Repeat("x", 76))))
	bad.Blocks[len(bad.Blocks)-1].(*api.ActionBlock).Elements.ElementSet[0].(*api.ButtonBlockElement).Text.Text = strings.Repeat("x", 76)
	if flaws, err := c.Validate(t.Context(), bad); err != nil || len(flaws) != 1 || flaws[0].Where != "/2" {
		t.Errorf("a bad message: %v, %v", flaws, err)
	}
	if n := srv.Calls("webhook"); n != 0 {
		t.Errorf("posted %d times", n)
	}
}

// TestTrialIsNoDigest holds that nothing takes a trial for a message of ours that tells readers something.
func TestTrialIsNoDigest(t *testing.T) {
	t.Parallel()
	srv, err := slack.New(slack.Options{Every: -1, Channels: []slack.Channel{{ID: "C0PRACTICE", Name: "practice"}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { srv.Close() })
	c, err := New(Options{Token: news.NewSecret(slack.DefaultToken), APIURL: srv.URL(), Pace: -1})
	if err != nil {
		t.Fatal(err)
	}
	trial := Trial{Key: "live/20260101T000000.000000Z", Channel: "#practice", Title: "Title", Lines: []string{"Line"}, Button: "Press"}
	r, err := c.PostTrial(t.Context(), trial)
	if err != nil {
		t.Fatal(err)
	}
	found, err := c.Posted(t.Context(), "#practice", time.Now().Add(-time.Hour))
	if err != nil || len(found) != 1 || found[0].Kind == news.DeliverDigest || found[0].Kind == news.DeliverNotice {
		t.Errorf("recalled as %+v, %v", found, err)
	}
	for range 2 {
		if err := c.Delete(t.Context(), r); err != nil {
			t.Error(err)
		}
	}
	if err := c.UpdateTrial(t.Context(), r, trial); !errors.Is(err, ErrGone) {
		t.Errorf("a trial that is gone: %v", err)
	}
	if found, err := c.FindTrial(t.Context(), trial, time.Now()); err != nil || len(found) != 0 {
		t.Errorf("found %v, %v", found, err)
	}
	trial.Channel = "#nowhere"
	if _, err := c.PostTrial(t.Context(), trial); notify.ClassOf(err) != notify.ClassChannel {
		t.Errorf("no such channel: %v", err)
	}
}

// TestHelloLevels holds that both messages of a hello are taken at every level, whatever stands in them.
func TestHelloLevels(t *testing.T) {
	t.Parallel()
	hostile := strings.Repeat("<!channel> & \u202e مرحبا 👩‍👩‍👧‍👦 ", 200)
	d := news.Digest{Topic: hostile, Language: "ko", Slot: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)}
	for i := range 5 {
		it := news.Item{Story: int64(i + 1), Title: hostile, Outlet: hostile, URL: "https://example.com/" + strings.Repeat("a", 2900)}
		if i < 3 {
			d.Lead = append(d.Lead, it)
		} else {
			d.Lines = append(d.Lines, it)
		}
	}
	n := news.Notice{Title: hostile, Lines: []string{hostile, hostile, "three"}, Hello: &news.Hello{Language: "ko", Next: d.Slot, Sample: &d}}
	for level := range 5 {
		for part := 1; part <= 2; part++ {
			m := RenderHello(n, part, level, nil)
			blocks := []byte("")
			if len(m.Blocks) > 0 {
				var err error
				if blocks, err = json.Marshal(m.Blocks); err != nil {
					t.Fatal(err)
				}
			}
			if word := slack.Check(m.Text, blocks, nil); word != "" || strings.Contains(m.Text, "<!channel>") {
				t.Errorf("part %d, level %d: %s: %s", part, level, word, m.Text)
			}
			if level == 0 && part == 1 && !strings.Contains(string(blocks), `"type":"date"`) {
				t.Errorf("no date: %s", blocks)
			}
		}
	}
}
