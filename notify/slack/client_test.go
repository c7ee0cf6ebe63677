package slack

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"newsvigil/internal/practice/slack"
	"newsvigil/news"
	"newsvigil/notify"
)

const channelOne = "C000000001"

func practice(t testing.TB, o slack.Options) *slack.Server {
	t.Helper()
	if o.Channels == nil {
		o.Channels = []slack.Channel{{ID: channelOne, Name: "freedonia"}, {ID: "C000000002", Name: "ops"}}
	}
	s, err := slack.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func client(t testing.TB, o Options) *Client {
	t.Helper()
	if !o.Token.IsSet() && !o.Webhook.IsSet() {
		o.Token = news.NewSecret(slack.DefaultToken)
	}
	if o.Pace == 0 {
		o.Pace = -1
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	c.breath = time.Millisecond
	return c
}

func message(d news.Digest, part int) notify.Message {
	return notify.Message{Digest: d, Delivery: news.Delivery{
		Key: fmt.Sprintf("%s/%d", d.Key, part), Kind: news.DeliverDigest, Of: d.Key, Channel: d.Channel, Part: part, Parts: Parts(d), Claimed: time.Now(),
	}}
}

// TestClasses checks what every answer of Slack's means. The rows are those of the table of errors.
func TestClasses(t *testing.T) {
	t.Parallel()
	refused := func(words string) string { return `{"ok":false,"error":"` + words + `"}` }
	type row struct {
		name   string
		status int
		header string
		body   string
		want   notify.Class
		after  time.Duration
	}
	tests := []row{
		{name: "429", status: 429, header: "7", body: "{}", want: notify.ClassWait, after: 7 * time.Second},
		{name: "429 without a time", status: 429, want: notify.ClassWait, after: 30 * time.Second},
		{name: "429 with a broken time", status: 429, header: "Wed, 21 Oct 2026 07:28:00 GMT", want: notify.ClassWait, after: 30 * time.Second},
		{name: "429 with a fraction", status: 429, header: "1.5", want: notify.ClassWait, after: 1500 * time.Millisecond},
		{name: "429 below zero", status: 429, header: "-4", want: notify.ClassWait, after: 30 * time.Second},
		{name: "200 ratelimited", status: 200, body: refused("ratelimited"), want: notify.ClassWait, after: 30 * time.Second},
		{name: "empty object", status: 200, body: "{}", want: notify.ClassAmbiguous},
		{name: "ok without ts", status: 200, body: `{"ok":true}`, want: notify.ClassAmbiguous},
		{name: "not ok without a reason", status: 200, body: `{"ok":false}`, want: notify.ClassAmbiguous},
		{name: "empty body", status: 200, want: notify.ClassAmbiguous},
		{name: "cut", status: 200, body: `{"ok":true,"ts":"1.`, want: notify.ClassAmbiguous},
		{name: "html", status: 200, body: "<html>ok</html>", want: notify.ClassAmbiguous},
		{name: "list", status: 200, body: "[]", want: notify.ClassAmbiguous},
		{name: "500", status: 500, body: refused("invalid_blocks"), want: notify.ClassAmbiguous},
		{name: "502", status: 502, want: notify.ClassAmbiguous},
		{name: "503 html", status: 503, body: "<html>", want: notify.ClassAmbiguous},
		{name: "redirect", status: 302, want: notify.ClassAmbiguous},
	}
	for class, words := range map[notify.Class]string{
		notify.ClassAmbiguous: "fatal_error internal_error service_unavailable request_timeout team_added_to_org something_new",
		notify.ClassContent:   "invalid_blocks msg_blocks_too_long msg_too_long no_text metadata_too_large metadata_must_be_sent_from_app invalid_metadata_format invalid_arguments",
		notify.ClassChannel:   "channel_not_found not_in_channel is_archived restricted_action restricted_action_read_only_channel channel_type_not_supported",
		notify.ClassAuth:      "invalid_auth token_revoked account_inactive missing_scope not_authed token_expired two_factor_setup_required accesslimited",
	} {
		for w := range strings.FieldsSeq(words) {
			tests = append(tests, row{name: w, status: 200, body: refused(w), want: class})
		}
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if tt.header != "" {
					w.Header().Set("Retry-After", tt.header)
				}
				w.WriteHeader(tt.status)
				io.WriteString(w, tt.body)
			}))
			defer srv.Close()
			m := message(empty(), 1)
			m.Delivery.ChannelID = channelOne
			_, err := client(t, Options{APIURL: srv.URL + "/api"}).Send(t.Context(), m)
			if err == nil {
				t.Fatal("no error")
			}
			if got := notify.ClassOf(err); got != tt.want {
				t.Errorf("class %s (%v), want %s", got, err, tt.want)
			}
			r, ok := errors.AsType[*notify.Refusal](err)
			if ok && r.After != tt.after {
				t.Errorf("wait %v, want %v", r.After, tt.after)
			}
			if ok && (r.Text == "" || !strings.HasSuffix(r.Text, ".")) {
				t.Errorf("a refusal must say what to do, not %q", r.Text)
			}
		})
	}
}

// TestUnansweredPosts checks the faults of a connection.
func TestUnansweredPosts(t *testing.T) {
	t.Parallel()
	for _, f := range []slack.Fault{slack.Drop, slack.DropStored, slack.Hang, slack.HangStored, slack.CutStored, slack.EmptyStored, slack.HTMLStored, slack.UnavailableStored, slack.FatalErrorStored} {
		s := practice(t, slack.Options{Every: -1})
		s.Script("chat.postMessage", f)
		_, err := client(t, Options{APIURL: s.URL(), Timeout: 300 * time.Millisecond}).Send(t.Context(), message(empty(), 1))
		if err == nil || notify.ClassOf(err) != notify.ClassAmbiguous {
			t.Errorf("%s: %v, want an ambiguous error", f, err)
		}
		if n := s.Calls("chat.postMessage"); n != 1 {
			t.Errorf("%s: posted %d times, want once", f, n)
		}
	}
}

func TestNoConnectionIsNoPost(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close() // nobody listens there now
	m := message(empty(), 1)
	m.Delivery.ChannelID = channelOne
	_, err = client(t, Options{APIURL: "http://" + addr + "/api/"}).Send(t.Context(), m)
	if got := notify.ClassOf(err); got != notify.ClassWait {
		t.Errorf("class %s (%v), want wait", got, err)
	}
	_, err = client(t, Options{Webhook: news.NewSecret("http://" + addr + "/secret-hook")}).Send(t.Context(), m)
	if got := notify.ClassOf(err); got != notify.ClassWait {
		t.Errorf("webhook: class %s (%v), want wait", got, err)
	}
}

func TestSendAndFind(t *testing.T) {
	t.Parallel()
	s := practice(t, slack.Options{Every: -1, PageSize: 3})
	c := client(t, Options{APIURL: strings.TrimSuffix(s.URL(), "/")})
	d := normal("en")
	m := message(d, 1)
	if _, found, err := c.Find(t.Context(), m); found || err != nil {
		t.Fatalf("before the post: found %v, %v", found, err)
	}
	head, err := c.Send(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 10 { // others write after us: the look must page back
		s.Post(channelOne, fmt.Sprint("chat ", i))
	}
	got, found, err := c.Find(t.Context(), m)
	if !found || err != nil || got != head {
		t.Errorf("found %v %v, %v; want %v", got, found, err, head)
	}
	part2 := message(d, 2)
	part2.Delivery.Thread = head.TS
	reply, err := c.Send(t.Context(), part2)
	if err != nil {
		t.Fatal(err)
	}
	if got, found, err := c.Find(t.Context(), part2); !found || err != nil || got != reply {
		t.Errorf("reply: found %v %v, %v; want %v", got, found, err, reply)
	}
	stored := s.Messages("freedonia")
	if last := stored[len(stored)-1]; last.Thread != head.TS || last.Key() != part2.Delivery.Key {
		t.Errorf("the reply stands as %+v", last)
	}
	if !strings.Contains(string(stored[0].Blocks), blockID(m.Delivery.Key)) {
		t.Error("the header's block_id holds no hash of the key")
	}
}

// TestFindAllowsForAnotherClock checks that a post is found though Slack's clock is behind ours.
func TestFindAllowsForAnotherClock(t *testing.T) {
	t.Parallel()
	s := practice(t, slack.Options{Now: func() time.Time { return time.Now().Add(-9 * time.Minute) }})
	c := client(t, Options{APIURL: s.URL()})
	m := message(empty(), 1)
	if _, err := c.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if _, found, err := c.Find(t.Context(), m); !found || err != nil {
		t.Errorf("found %v, %v", found, err)
	}
}

func TestFindAllAndDelete(t *testing.T) {
	t.Parallel()
	s := practice(t, slack.Options{Every: -1})
	c := client(t, Options{APIURL: s.URL()})
	m := message(empty(), 1)
	var want []notify.Receipt
	for range 3 {
		r, err := c.Send(t.Context(), m)
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, r)
	}
	got, err := c.FindAll(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("doubles, oldest first (-want +got):\n%s", diff)
	}
	for range 2 { // the second deletion finds it gone, which is no error
		if err := c.Delete(t.Context(), got[1]); err != nil {
			t.Errorf("delete: %v", err)
		}
	}
	if n := len(s.Messages("freedonia")); n != 2 {
		t.Errorf("%d messages stand, want 2", n)
	}
}

// TestFailedLookIsNoMiss checks that no broken answer is taken for an empty channel.
func TestFailedLookIsNoMiss(t *testing.T) {
	t.Parallel()
	for _, f := range slack.AllFaults() {
		for _, thread := range []string{"", "1.000001"} {
			s := practice(t, slack.Options{Every: -1})
			s.Script("conversations.history", slices.Repeat([]slack.Fault{f}, pageTries)...)
			s.Script("conversations.replies", slices.Repeat([]slack.Fault{f}, pageTries)...)
			m := message(empty(), 1)
			m.Delivery.ChannelID, m.Delivery.Thread = channelOne, thread
			if _, found, err := client(t, Options{APIURL: s.URL(), Timeout: 200 * time.Millisecond}).Find(t.Context(), m); err == nil {
				t.Errorf("%s, thread %q: found %v without an error", f, thread, found)
			}
		}
	}
}

func TestFindWithoutMetadata(t *testing.T) {
	t.Parallel()
	scopes := []string{"chat:write", "channels:history", "channels:read"} // neither metadata nor private channels
	s := practice(t, slack.Options{Every: -1, Scopes: scopes})
	c := client(t, Options{APIURL: s.URL()})
	m := message(empty(), 1)
	if _, err := c.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if _, found, err := c.Find(t.Context(), m); !found || err != nil {
		t.Errorf("found %v, %v; the block id must do without metadata", found, err)
	}
}

func TestBlindWithoutHistory(t *testing.T) {
	t.Parallel()
	s := practice(t, slack.Options{Scopes: []string{"chat:write", "channels:read"}})
	if _, _, err := client(t, Options{APIURL: s.URL()}).Find(t.Context(), message(empty(), 1)); !errors.Is(err, notify.ErrBlind) {
		t.Errorf("got %v, want ErrBlind", err)
	}
	if _, _, err := client(t, Options{Webhook: news.NewSecret(s.Webhook(channelOne))}).Find(t.Context(), message(empty(), 1)); !errors.Is(err, notify.ErrBlind) {
		t.Errorf("webhook: got %v, want ErrBlind", err)
	}
}

// cache is a Channels in memory.
type cache struct {
	mu  sync.Mutex
	ids map[string]string
}

func (c *cache) Channel(_ context.Context, name string) (string, bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	id, ok := c.ids[name]
	return id, ok, nil
}

func (c *cache) SaveChannel(_ context.Context, name, id string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ids[name] = id
	return nil
}

func TestChannelNames(t *testing.T) {
	t.Parallel()
	var channels []slack.Channel
	for i := range 25 {
		channels = append(channels, slack.Channel{ID: fmt.Sprintf("C0000001%02d", i), Name: fmt.Sprintf("room-%d", i)})
	}
	channels = append(channels, slack.Channel{ID: "G000000009", Name: "secret", Private: true, Outside: true})
	s := practice(t, slack.Options{Channels: channels, PageSize: 10, Every: -1})
	known := &cache{ids: map[string]string{"room-3": "C999999999"}}
	c := client(t, Options{APIURL: s.URL(), Channels: known})
	for name, want := range map[string]string{"#room-24": "C000000124", "Room-1": "C000000101", "C000000107": "C000000107"} {
		if id, err := c.Channel(t.Context(), name); id != want || err != nil {
			t.Errorf("%s: got %q, %v; want %q", name, id, err, want)
		}
	}
	if known.ids["room-24"] != "C000000124" {
		t.Error("the id is not remembered")
	}
	calls := s.Calls("conversations.list")
	if _, err := c.Channel(t.Context(), "#room-24"); err != nil || s.Calls("conversations.list") != calls {
		t.Error("a known name was asked for again")
	}
	for _, name := range []string{"#nowhere", "#secret", ""} {
		if _, err := c.Channel(t.Context(), name); notify.ClassOf(err) != notify.ClassChannel {
			t.Errorf("%q: got %v, want a refusal about the channel", name, err)
		}
	}
	// A remembered id that Slack does not know any more is looked up anew.
	m := message(empty(), 1)
	m.Delivery.Channel = "#room-3"
	if _, err := c.Send(t.Context(), m); notify.ClassOf(err) != notify.ClassChannel {
		t.Fatalf("stale id: %v", err)
	}
	if r, err := c.Send(t.Context(), m); err != nil || r.ChannelID != "C000000103" {
		t.Errorf("after the stale id: %v, %v", r, err)
	}
}

func TestResolvingFailsBeforePosting(t *testing.T) {
	t.Parallel()
	s := practice(t, slack.Options{})
	s.Script("conversations.list", slack.Drop)
	_, err := client(t, Options{APIURL: s.URL()}).Send(t.Context(), message(empty(), 1))
	if got := notify.ClassOf(err); got != notify.ClassWait {
		t.Errorf("class %s (%v), want wait: nothing was posted", got, err)
	}
}

func TestWebhookAnswers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		status int
		body   string
		want   notify.Class // "" for success
	}{
		{200, "ok", ""}, {200, "ok\n", ""}, {200, "<html>ok</html>", notify.ClassAmbiguous}, {200, "", notify.ClassAmbiguous}, {200, "{}", notify.ClassAmbiguous},
		{400, "invalid_payload", notify.ClassContent}, {400, "no_text", notify.ClassContent}, {404, "channel_not_found", notify.ClassChannel},
		{410, "channel_is_archived", notify.ClassChannel}, {403, "action_prohibited", notify.ClassAuth}, {404, "no_service", notify.ClassAuth},
		{429, "rate_limited", notify.ClassWait}, {500, "rollup_error", notify.ClassAmbiguous}, {502, "", notify.ClassAmbiguous}, {404, "<html>", notify.ClassAuth},
		{302, "", notify.ClassAuth}, {407, "<html>proxy", notify.ClassAuth}, {408, "", notify.ClassAmbiguous},
	}
	for _, tt := range tests {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(tt.status)
			io.WriteString(w, tt.body)
		}))
		r, err := client(t, Options{Webhook: news.NewSecret(srv.URL)}).Send(t.Context(), message(empty(), 1))
		if (tt.want == "") != (err == nil) || (err != nil && notify.ClassOf(err) != tt.want) {
			t.Errorf("%d %q: got %v, want class %q", tt.status, tt.body, err, tt.want)
		}
		if err == nil && !r.Nameless {
			t.Errorf("%d %q: a webhook's receipt has no name", tt.status, tt.body)
		}
		srv.Close()
	}
}

func TestWebhookPosts(t *testing.T) {
	t.Parallel()
	s := practice(t, slack.Options{Every: -1})
	c := client(t, Options{Webhook: news.NewSecret(s.Webhook(channelOne))})
	for p := 1; p <= Parts(normal("en")); p++ {
		if _, err := c.Send(t.Context(), message(normal("en"), p)); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.Messages("freedonia"); len(got) != 2 || got[0].Blocks == nil {
		t.Errorf("%d messages", len(got))
	}
}

// TestSecretsStaySecret checks that neither token nor webhook shows in an error or a log.
func TestSecretsStaySecret(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	dropping := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	defer dropping.Close()
	for _, o := range []Options{
		{Token: news.NewSecret("xoxb-very-secret"), APIURL: dropping.URL, Log: logger},
		{Webhook: news.NewSecret(dropping.URL + "/very-secret"), Log: logger},
		{Webhook: news.NewSecret("http://127.0.0.1:1/very-secret"), Log: logger},
		{Webhook: news.NewSecret("http://127.0.0.1:bad port/very-secret"), Log: logger},
	} {
		m := message(empty(), 1)
		m.Delivery.ChannelID = channelOne
		_, err := client(t, o).Send(t.Context(), m)
		_, _, err2 := client(t, o).Find(t.Context(), m)
		_, err3 := client(t, o).Check(t.Context())
		for _, err := range []error{err, err2, err3} {
			if err != nil && strings.Contains(fmt.Sprintf("%v %+v", err, err), "very-secret") {
				t.Errorf("the error shows the secret: %v", err)
			}
		}
		if err == nil {
			t.Error("no error")
		}
	}
	if strings.Contains(log.String(), "very-secret") {
		t.Errorf("the log shows the secret:\n%s", &log)
	}
}

func TestCheckNamesMissingScopes(t *testing.T) {
	t.Parallel()
	s := practice(t, slack.Options{Scopes: []string{"chat:write", "channels:read"}})
	a, err := client(t, Options{APIURL: s.URL()}).Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"channels:history", "groups:history", "groups:read", "metadata.message:read"}
	if diff := cmp.Diff(want, a.Missing); diff != "" || a.User != "newsvigil" {
		t.Errorf("account %+v, missing (-want +got):\n%s", a, diff)
	}
	if _, err := client(t, Options{APIURL: s.URL(), Token: news.NewSecret("xoxb-wrong")}).Check(t.Context()); notify.ClassOf(err) != notify.ClassAuth {
		t.Errorf("wrong token: %v", err)
	}
}

func TestPaceKeepsSlacksLimit(t *testing.T) {
	t.Parallel()
	const every = 50 * time.Millisecond
	s := practice(t, slack.Options{Every: every})
	c := client(t, Options{APIURL: s.URL(), Pace: every + 10*time.Millisecond})
	for i := range 5 {
		if _, err := c.Send(t.Context(), message(empty(), 1)); err != nil {
			t.Fatalf("post %d: %v", i, err)
		}
	}
}

func TestNothingIsUnfurledOrMentioned(t *testing.T) {
	t.Parallel()
	var form string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.ParseForm()
		form = r.Form.Encode()
		io.WriteString(w, `{"ok":true,"channel":"C000000001","ts":"1.000001"}`)
	}))
	defer srv.Close()
	m := message(empty(), 1)
	m.Delivery.ChannelID = channelOne
	if _, err := client(t, Options{APIURL: srv.URL}).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"unfurl_links=false", "unfurl_media=false", "newsvigil_post", "post_key"} {
		if !strings.Contains(form, want) {
			t.Errorf("the request lacks %s: %s", want, form)
		}
	}
	if strings.Contains(form, "link_names") || strings.Contains(form, "reply_broadcast") {
		t.Errorf("the request mentions or broadcasts: %s", form)
	}
}
