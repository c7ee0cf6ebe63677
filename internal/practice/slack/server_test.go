package slack

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// clock is a clock that tests turn.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func start(t *testing.T, o Options) (*Server, *clock) {
	t.Helper()
	c := &clock{now: time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)}
	o.Now = c.Now
	if o.Channels == nil {
		o.Channels = []Channel{{ID: "C000000001", Name: "news"}, {ID: "C000000002", Name: "old", Archived: true},
			{ID: "C000000003", Name: "away", Outside: true}, {ID: "G000000004", Name: "private", Private: true}}
	}
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s, c
}

// call posts a form to a method and returns the decoded answer.
func call(t *testing.T, s *Server, method string, form ...string) map[string]any {
	t.Helper()
	v := url.Values{"token": {DefaultToken}}
	for i := 0; i+1 < len(form); i += 2 {
		v.Set(form[i], form[i+1])
	}
	resp, err := http.PostForm(s.URL()+method, v)
	if err != nil {
		t.Fatalf("%s: %v", method, err)
	}
	defer resp.Body.Close()
	var a map[string]any
	if err := json.NewDecoder(resp.Body).Decode(&a); err != nil {
		t.Fatalf("%s: %v", method, err)
	}
	a["status"] = resp.StatusCode
	return a
}

func word(a map[string]any) string { s, _ := a["error"].(string); return s }

func TestPostRefusals(t *testing.T) {
	t.Parallel()
	s, _ := start(t, Options{})
	tests := []struct {
		name string
		in   []string
		want string
	}{
		{"good", []string{"channel", "C000000001", "text", "hello"}, ""},
		{"by name", []string{"channel", "#private", "text", "hello"}, ""},
		{"unknown channel", []string{"channel", "C999999999", "text", "hello"}, "channel_not_found"},
		{"archived", []string{"channel", "C000000002", "text", "hello"}, "is_archived"},
		{"not a member", []string{"channel", "C000000003", "text", "hello"}, "not_in_channel"},
		{"nothing", []string{"channel", "C000000001"}, "no_text"},
		{"long", []string{"channel", "C000000001", "text", strings.Repeat("x", 4001)}, "msg_too_long"},
		{"no token", []string{"token", "", "channel", "C000000001", "text", "hello"}, "not_authed"},
		{"wrong token", []string{"token", "xoxb-wrong", "channel", "C000000001", "text", "hello"}, "invalid_auth"},
		{"broken blocks", []string{"channel", "C000000001", "text", "x", "blocks", `[{"type":"header"}]`}, "invalid_blocks"},
		{"broken metadata", []string{"channel", "C000000001", "text", "x", "metadata", `{"event_type":""}`}, "metadata_invalid"},
	}
	for _, tt := range tests {
		if got := word(call(t, s, "chat.postMessage", tt.in...)); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
	if got := len(s.Messages("#news")); got != 1 {
		t.Errorf("%d messages stand in #news, want 1", got)
	}
}

func TestPace(t *testing.T) {
	t.Parallel()
	s, c := start(t, Options{})
	post := func() map[string]any { return call(t, s, "chat.postMessage", "channel", "C000000001", "text", "hello") }
	if a := post(); word(a) != "" {
		t.Fatal(a)
	}
	if a := post(); word(a) != "ratelimited" || a["status"] != http.StatusTooManyRequests {
		t.Errorf("a second post within a second: got %v", a)
	}
	c.add(time.Second)
	if a := post(); word(a) != "" {
		t.Errorf("a post after a second: got %v", a)
	}
	first := s.Messages("news")
	if len(first) != 2 || first[0].TS >= first[1].TS {
		t.Errorf("ts must rise: %v", first)
	}
}

func TestScopes(t *testing.T) {
	t.Parallel()
	s, _ := start(t, Options{Scopes: []string{"chat:write", "channels:read"}})
	if got := word(call(t, s, "conversations.history", "channel", "C000000001")); got != "missing_scope" {
		t.Errorf("history: got %q", got)
	}
	if got := word(call(t, s, "conversations.list", "types", "public_channel,private_channel")); got != "missing_scope" {
		t.Errorf("list of private channels: got %q", got)
	}
	if got := word(call(t, s, "conversations.list", "types", "public_channel")); got != "" {
		t.Errorf("list of public channels: got %q", got)
	}
}

func TestHistoryPagesAndThreads(t *testing.T) {
	t.Parallel()
	s, c := start(t, Options{PageSize: 2, Every: -1})
	var ts []string
	for i := range 5 {
		c.add(time.Minute)
		meta := fmt.Sprintf(`{"event_type":"e","event_payload":{"post_key":"k%d"}}`, i)
		ts = append(ts, call(t, s, "chat.postMessage", "channel", "C000000001", "text", "m", "metadata", meta)["ts"].(string))
	}
	call(t, s, "chat.postMessage", "channel", "C000000001", "text", "reply", "thread_ts", ts[0])

	var seen []string
	cursor := ""
	for {
		a := call(t, s, "conversations.history", "channel", "C000000001", "cursor", cursor, "oldest", ts[1], "inclusive", "1", "include_all_metadata", "1")
		for _, m := range a["messages"].([]any) {
			m := m.(map[string]any)
			if m["metadata"] == nil {
				t.Errorf("message %v has no metadata", m["ts"])
			}
			seen = append(seen, m["ts"].(string))
		}
		cursor = a["response_metadata"].(map[string]any)["next_cursor"].(string)
		if cursor == "" {
			break
		}
	}
	if diff := cmp.Diff([]string{ts[4], ts[3], ts[2], ts[1]}, seen); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
	a := call(t, s, "conversations.replies", "channel", "C000000001", "ts", ts[0])
	if n := len(a["messages"].([]any)); n != 2 {
		t.Errorf("thread has %d messages, want its head and one reply", n)
	}
	if got := word(call(t, s, "conversations.replies", "channel", "C000000001", "ts", "1.000001")); got != "thread_not_found" {
		t.Errorf("thread that is not there: got %q", got)
	}
	if got := word(call(t, s, "conversations.history", "channel", "#news")); got != "channel_not_found" {
		t.Errorf("history by name: got %q, want a refusal, as Slack's", got)
	}
}

func TestUpdateAndDelete(t *testing.T) {
	t.Parallel()
	s, _ := start(t, Options{})
	ts := call(t, s, "chat.postMessage", "channel", "C000000001", "text", "before")["ts"].(string)
	call(t, s, "chat.update", "channel", "C000000001", "ts", ts, "text", "after")
	if m := s.Messages("news"); len(m) != 1 || m[0].Text != "after" || !m[0].Edited || m[0].TS != ts {
		t.Errorf("after the update: %v", m)
	}
	call(t, s, "chat.delete", "channel", "C000000001", "ts", ts)
	if m := s.Messages("news"); len(m) != 0 {
		t.Errorf("after the deletion: %v", m)
	}
	if got := word(call(t, s, "chat.delete", "channel", "C000000001", "ts", ts)); got != "message_not_found" {
		t.Errorf("second deletion: got %q", got)
	}
}

func TestJSONBodyAndBearer(t *testing.T) {
	t.Parallel()
	s, _ := start(t, Options{})
	req, _ := http.NewRequest(http.MethodPost, s.URL()+"chat.postMessage", strings.NewReader(
		`{"channel":"C000000001","text":"hi","blocks":[{"type":"divider"}],"metadata":{"event_type":"e","event_payload":{"post_key":"k"}}}`))
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("Authorization", "Bearer "+DefaultToken)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if m := s.Messages("news"); len(m) != 1 || m[0].Key() != "k" || m[0].Blocks == nil {
		t.Errorf("stored: %+v", m)
	}
}

func TestWebhook(t *testing.T) {
	t.Parallel()
	s, c := start(t, Options{})
	post := func(channel, body string) (int, string) {
		resp, err := http.Post(s.Webhook(channel), "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		b, _ := io.ReadAll(resp.Body)
		return resp.StatusCode, string(b)
	}
	tests := []struct {
		channel, in, want string
		status            int
	}{
		{"C000000001", `{"text":"hi"}`, "ok", 200},
		{"C000000001", `{"text":"again"}`, "rate_limited", 429},
		{"C000000001", `{"text":""}`, "no_text", 400},
		{"C000000001", `not json`, "invalid_payload", 400},
		{"C000000009", `{"text":"hi"}`, "channel_not_found", 404},
		{"C000000002", `{"text":"hi"}`, "channel_is_archived", 410},
	}
	for _, tt := range tests {
		if status, got := post(tt.channel, tt.in); got != tt.want || status != tt.status {
			t.Errorf("%s %s: got %d %q, want %d %q", tt.channel, tt.in, status, got, tt.status, tt.want)
		}
	}
	c.add(time.Second)
	if _, got := post("C000000001", `{"text":"later"}`); got != "ok" {
		t.Errorf("after a second: got %q", got)
	}
}

// TestFaults checks of every fault whether it stores, and that no client can take it for success.
func TestFaults(t *testing.T) {
	t.Parallel()
	client := http.Client{Timeout: 300 * time.Millisecond}
	for _, f := range AllFaults() {
		t.Run(string(f), func(t *testing.T) {
			t.Parallel()
			s, c := start(t, Options{Every: -1})
			s.Script("chat.postMessage", f)
			resp, err := client.PostForm(s.URL()+"chat.postMessage", url.Values{"token": {DefaultToken}, "channel": {"C000000001"}, "text": {"x"}})
			if err == nil {
				var a struct {
					OK bool
					TS string
				}
				if json.NewDecoder(resp.Body).Decode(&a) == nil && a.OK {
					t.Errorf("the answer looks like success: %+v", a)
				}
				resp.Body.Close()
			}
			want := 0
			if f.stored() {
				want = 1
			}
			if got := len(s.Messages("news")); got != want {
				t.Errorf("%d messages stored, want %d", got, want)
			}
			c.add(2 * time.Minute)
			if f == LateCommit {
				want = 1
			}
			if got := len(s.Messages("news")); got != want {
				t.Errorf("%d messages after two minutes, want %d", got, want)
			}
		})
	}
}

func TestChaosIsSeeded(t *testing.T) {
	t.Parallel()
	draw := func() []Fault {
		s, _ := start(t, Options{})
		s.Chaos("x", 0.5, 7, Drop, Empty)
		var out []Fault
		for range 50 {
			out = append(out, s.faults.next("x"))
		}
		return out
	}
	a, b := draw(), draw()
	if diff := cmp.Diff(a, b); diff != "" {
		t.Errorf("two servers with one seed differ:\n%s", diff)
	}
	n := 0
	for _, f := range a {
		if f != None {
			n++
		}
	}
	if n < 10 || n > 40 {
		t.Errorf("%d of 50 requests fail at a share of one half", n)
	}
}

func TestCheckTakesKnownLayouts(t *testing.T) {
	t.Parallel()
	files, _ := filepath.Glob("testdata/*.json")
	if len(files) == 0 {
		t.Fatal("no layouts in testdata")
	}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var m struct {
			Text             string
			Blocks, Metadata json.RawMessage
		}
		if err := json.Unmarshal(raw, &m); err != nil {
			t.Fatal(err)
		}
		if got := Check(m.Text, m.Blocks, m.Metadata); got != "" {
			t.Errorf("%s: refused with %q", f, got)
		}
	}
}

func TestCheckRefuses(t *testing.T) {
	t.Parallel()
	long := func(n int) string { return strings.Repeat("x", n) }
	section := func(leaf string) string {
		return `[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[` + leaf + `]}]}]`
	}
	many := func(n int, one string) string { return strings.TrimSuffix(strings.Repeat(one+",", n), ",") }
	tests := []struct{ name, in, want string }{
		{"51 blocks", "[" + many(51, `{"type":"divider"}`) + "]", "invalid_blocks"},
		{"50 blocks", "[" + many(50, `{"type":"divider"}`) + "]", ""},
		{"header of 151", `[{"type":"header","text":{"type":"plain_text","text":"` + long(151) + `"}}]`, "invalid_blocks"},
		{"header in mrkdwn", `[{"type":"header","text":{"type":"mrkdwn","text":"x"}}]`, "invalid_blocks"},
		{"section of 3001", `[{"type":"section","text":{"type":"mrkdwn","text":"` + long(3001) + `"}}]`, "invalid_blocks"},
		{"11 context elements", `[{"type":"context","elements":[` + many(11, `{"type":"plain_text","text":"x"}`) + `]}]`, "invalid_blocks"},
		{"26 buttons", `[{"type":"actions","elements":[` + many(26, `{"type":"button","text":{"type":"plain_text","text":"x"}}`) + `]}]`, "invalid_blocks"},
		{"button text of 76", `[{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"` + long(76) + `"}}]}]`, "invalid_blocks"},
		{"same block id twice", `[{"type":"divider","block_id":"a"},{"type":"divider","block_id":"a"}]`, "invalid_blocks"},
		{"relative link", section(`{"type":"link","url":"/a","text":"x"}`), "invalid_blocks"},
		{"javascript link", section(`{"type":"link","url":"javascript:alert(1)","text":"x"}`), "invalid_blocks"},
		{"long link", section(`{"type":"link","url":"https://e.org/` + long(3000) + `"}`), "invalid_blocks"},
		{"empty text", section(`{"type":"text","text":""}`), "invalid_blocks"},
		{"date without a time", section(`{"type":"date","format":"{date}"}`), "invalid_blocks"},
		{"date", section(`{"type":"date","format":"{date}","timestamp":1}`), ""},
		{"unknown leaf", section(`{"type":"sparkles"}`), "invalid_blocks"},
		{"too heavy", "[" + many(5, section(`{"type":"text","text":"` + long(2500) + `"}`)[1:len(section(`{"type":"text","text":"`+long(2500)+`"}`))-1]) + "]", "msg_blocks_too_long"},
		{"no list", `{}`, "invalid_blocks"},
	}
	for _, tt := range tests {
		if got := Check("text", []byte(tt.in), nil); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}
