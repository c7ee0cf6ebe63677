package slack

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

const buttons = `[{"type":"actions","block_id":"a.1","elements":[
	{"type":"button","action_id":"keep","text":{"type":"plain_text","text":"Keep"},"value":"7"},
	{"type":"overflow","action_id":"more","options":[{"text":{"type":"plain_text","text":"Mute"},"value":"mute 7"}]}]}]`

// answers makes a client answer every envelope: with what reply says of its payload, or not at all where
// that is "-". It returns what was received.
func answers(c *wsClient, reply func(map[string]any) string) <-chan map[string]any {
	got := make(chan map[string]any, 100)
	go func() {
		defer close(got)
		for {
			op, payload, err := c.read()
			if err != nil {
				return
			}
			var m struct {
				ID      string         `json:"envelope_id"`
				Type    string         `json:"type"`
				Payload map[string]any `json:"payload"`
			}
			if op != opText || json.Unmarshal(payload, &m) != nil || m.ID == "" {
				if m.Type == "disconnect" {
					got <- map[string]any{"type": m.Type}
				}
				continue
			}
			switch a := reply(m.Payload); a {
			case "-":
			case "":
				c.frame(0x81, fmt.Sprintf(`{"envelope_id":%q}`, m.ID))
			default:
				c.frame(0x81, fmt.Sprintf(`{"envelope_id":%q,"payload":%s}`, m.ID, a))
			}
			got <- m.Payload
		}
	}()
	return got
}

func nothing(map[string]any) string { return "" }

func TestPress(t *testing.T) {
	t.Parallel()
	s, _ := start(t, Options{})
	ts := call(t, s, "chat.postMessage", "channel", "#news", "text", "x", "blocks", buttons)["ts"].(string)
	if _, err := s.Press(Press{Channel: "#news", TS: ts, Action: "keep"}); !errors.Is(err, ErrNobody) {
		t.Errorf("a press that nobody hears: %v", err)
	}
	got := answers(dial(t, s), nothing)
	await(t, func() bool { return s.Sockets() == 1 })
	e, err := s.Press(Press{Channel: "#news", TS: ts, Action: "keep", Block: "a.*"})
	if err != nil || e.Acked.IsZero() || e.Took() < 0 {
		t.Fatalf("%+v, %v", e, err)
	}
	p := <-got
	act := p["actions"].([]any)[0].(map[string]any)
	if p["type"] != "block_actions" || act["value"] != "7" || act["block_id"] != "a.1" || p["user"].(map[string]any)["id"] != Person ||
		p["container"].(map[string]any)["message_ts"] != ts {
		t.Errorf("payload %v", p)
	}
	if _, err := s.Press(Press{Channel: "#news", TS: ts, Action: "more", Option: "mute"}); err != nil {
		t.Error(err)
	}
	if o := (<-got)["actions"].([]any)[0].(map[string]any)["selected_option"].(map[string]any); o["value"] != "mute 7" {
		t.Errorf("option %v", o)
	}
	for _, p := range []Press{{Channel: "#news", TS: "1.0", Action: "keep"}, {Channel: "#news", TS: ts, Action: "gone"}, {Channel: "#news", TS: ts, Action: "more", Option: "x"},
		{Channel: "#news", TS: ts, Action: "keep", Block: "b"}} {
		if _, err := s.Press(p); err == nil {
			t.Errorf("%+v: pressed all the same", p)
		}
	}
}

func TestAnswersThatAreNone(t *testing.T) {
	t.Parallel()
	for name, reply := range map[string]string{"silence": "-", "20 KiB": `{"text":"` + strings.Repeat("x", maxAck) + `"}`} {
		s, _ := start(t, Options{Ack: 50 * time.Millisecond})
		got := answers(dial(t, s), func(map[string]any) string { return reply })
		await(t, func() bool { return s.Sockets() == 1 })
		e, err := s.Command("", "#news", "/newsvigil help")
		if err == nil || !e.Acked.IsZero() || (name == "20 KiB") != e.Dropped {
			t.Errorf("%s: %+v, %v", name, e, err)
		}
		<-got
		if all := s.Envelopes(); len(all) != 1 || len(s.Ephemerals("")) != 0 {
			t.Errorf("%s: %d envelopes: what is not answered is not sent again", name, len(all))
		}
	}
}

func TestCommand(t *testing.T) {
	t.Parallel()
	s, _ := start(t, Options{})
	got := answers(dial(t, s), func(map[string]any) string { return `{"text":"all is well"}` })
	await(t, func() bool { return s.Sockets() == 1 })
	if _, err := s.Command("U0OTHER", "#news", "/newsvigil find  a word "); err != nil {
		t.Fatal(err)
	}
	p := <-got
	if p["command"] != "/newsvigil" || p["text"] != "find  a word" || p["user_id"] != "U0OTHER" {
		t.Errorf("payload %v", p)
	}
	if seen := s.Ephemerals("U0OTHER"); len(seen) != 1 || seen[0].Text != "all is well" || len(s.Ephemerals("")) != 0 {
		t.Errorf("seen %+v", seen)
	}
	if len(s.Messages("#news")) != 0 {
		t.Error("the channel saw the answer")
	}
	for n := range 7 {
		resp, err := http.Post(p["response_url"].(string), "application/json", strings.NewReader(`{"text":"late"}`))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if (resp.StatusCode == http.StatusOK) != (n < 5) {
			t.Errorf("answer %d: %s", n+1, resp.Status)
		}
	}
	if seen := s.Ephemerals("U0OTHER"); len(seen) != 6 {
		t.Errorf("%d answers seen, want 6", len(seen))
	}
}

const modal = `{"type":"modal","callback_id":"mute","title":{"type":"plain_text","text":"Mute?"},"submit":{"type":"plain_text","text":"Mute"},
	"blocks":[{"type":"section","text":{"type":"plain_text","text":"For 30 days."}}]}`

func TestModals(t *testing.T) {
	t.Parallel()
	s, _ := start(t, Options{})
	ts := call(t, s, "chat.postMessage", "channel", "#news", "text", "x", "blocks", buttons)["ts"].(string)
	reply := ""
	got := answers(dial(t, s), func(map[string]any) string { return reply })
	await(t, func() bool { return s.Sockets() == 1 })
	if _, err := s.Press(Press{User: "U0OTHER", Channel: "#news", TS: ts, Action: "keep"}); err != nil {
		t.Fatal(err)
	}
	trigger := (<-got)["trigger_id"].(string)
	for view, want := range map[string]string{`{"type":"modal"}`: "invalid_arguments", strings.Replace(modal, "Mute?", strings.Repeat("x", 25), 1): "invalid_arguments", modal: ""} {
		if want == "" {
			continue
		}
		if got := word(call(t, s, "views.open", "trigger_id", trigger, "view", view)); got != want {
			t.Errorf("view %s: %q, want %q", view, got, want)
		}
	}
	if a := call(t, s, "views.open", "trigger_id", trigger, "view", modal); a["ok"] != true {
		t.Fatal(a)
	}
	if got := word(call(t, s, "views.open", "trigger_id", trigger, "view", modal)); got != "exchanged_trigger_id" {
		t.Errorf("a trigger opened two modals: %q", got)
	}
	if got := word(call(t, s, "views.open", "trigger_id", "t", "view", modal)); got != "invalid_trigger_id" {
		t.Errorf("no trigger: %q", got)
	}
	open := s.Views("U0OTHER")
	if len(open) != 1 || open[0].Callback() != "mute" || !strings.Contains(open[0].Words(), "For 30 days.") {
		t.Fatalf("open %+v", open)
	}
	if got := word(call(t, s, "views.update", "view_id", open[0].ID, "hash", "old", "view", modal)); got != "hash_conflict" {
		t.Errorf("an old hash: %q", got)
	}
	if a := call(t, s, "views.update", "view_id", open[0].ID, "view", modal); a["ok"] != true {
		t.Error(a)
	}
	if _, err := s.Submit(open[0].ID, "U0OTHER", nil); err != nil {
		t.Fatal(err)
	}
	if p := <-got; p["type"] != "view_submission" || p["view"].(map[string]any)["callback_id"] != "mute" {
		t.Errorf("payload %v", p)
	}
	if len(s.Views("U0OTHER")) != 0 {
		t.Error("the modal is still open")
	}
}

// TestDisconnect: told to, a client connects anew, and the newest connection gets what is sent.
func TestDisconnect(t *testing.T) {
	t.Parallel()
	s, _ := start(t, Options{})
	old := answers(dial(t, s), nothing)
	await(t, func() bool { return s.Sockets() == 1 && s.Pongs() == 0 })
	s.Disconnect("refresh_requested")
	if m := <-old; m["type"] != "disconnect" {
		t.Errorf("received %v", m)
	}
	if _, open := <-old; open {
		t.Error("the connection is still open")
	}
	got := answers(dial(t, s), nothing)
	await(t, func() bool { return s.Sockets() == 1 })
	if _, err := s.Command("", "#news", "/newsvigil"); err != nil {
		t.Error(err)
	}
	<-got
	s.CutSockets()
	if _, open := <-got; open || s.Sockets() != 0 {
		t.Error("the connection is still open")
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	s, _ := start(t, Options{})
	for _, tt := range []struct{ method, token, want string }{
		{"apps.connections.open", DefaultToken, "not_allowed_token_type"}, {"apps.connections.open", "xapp-other", "invalid_auth"},
		{"auth.test", DefaultAppToken, "not_allowed_token_type"}, {"auth.test", DefaultToken, ""},
	} {
		if got := word(call(t, s, tt.method, "token", tt.token)); got != tt.want {
			t.Errorf("%s with %s: %q, want %q", tt.method, tt.token, got, tt.want)
		}
	}
	few, _ := start(t, Options{Scopes: []string{"channels:read"}})
	for method, form := range map[string][]string{"chat.postEphemeral": {"user", Person}, "chat.scheduleMessage": nil, "chat.update": nil, "conversations.history": nil} {
		a := call(t, few, method, append(form, "channel", "C000000001", "text", "x")...)
		if word(a) != "missing_scope" || a["needed"] == "" || a["provided"] != "channels:read" {
			t.Errorf("%s: %v", method, a)
		}
	}
}

func TestScheduled(t *testing.T) {
	t.Parallel()
	s, clock := start(t, Options{})
	at := func(d time.Duration) string { return fmt.Sprint(clock.Now().Add(d).Unix()) }
	for post, want := range map[string]string{"x": "invalid_time", at(-time.Second): "time_in_past", at(121 * 24 * time.Hour): "time_too_far"} {
		if got := word(call(t, s, "chat.scheduleMessage", "channel", "#news", "text", "x", "post_at", post)); got != want {
			t.Errorf("at %s: %q, want %q", post, got, want)
		}
	}
	meta := `{"event_type":"x","event_payload":{}}`
	if a := call(t, s, "chat.scheduleMessage", "channel", "#news", "text", "lost", "post_at", at(time.Hour), "metadata", meta); a["ok"] != true {
		t.Error(a)
	}
	id := ""
	for _, d := range []time.Duration{time.Hour, 2 * time.Hour} {
		id, _ = call(t, s, "chat.scheduleMessage", "channel", "#news", "text", d.String(), "post_at", at(d))["scheduled_message_id"].(string)
	}
	if list := s.Scheduled(); len(list) != 2 {
		t.Errorf("%d wait, want 2: the one with metadata is dropped", len(list))
	}
	if a := call(t, s, "chat.deleteScheduledMessage", "channel", "#news", "scheduled_message_id", id); a["ok"] != true {
		t.Error(a)
	}
	clock.add(59*time.Minute + 30*time.Second)
	left := call(t, s, "chat.scheduledMessages.list", "channel", "C000000001")["scheduled_messages"].([]any)
	if len(left) != 1 {
		t.Fatalf("%d left, want 1", len(left))
	}
	id = left[0].(map[string]any)["id"].(string)
	if got := word(call(t, s, "chat.deleteScheduledMessage", "channel", "#news", "scheduled_message_id", id)); got != "invalid_scheduled_message_id" {
		t.Errorf("deleted half a minute before its time: %q", got)
	}
	clock.add(31 * time.Second)
	if list := s.Messages("#news"); len(list) != 1 || list[0].Text != "1h0m0s" {
		t.Errorf("posted %+v", list)
	}
}

func TestEphemeral(t *testing.T) {
	t.Parallel()
	s, _ := start(t, Options{})
	for user, want := range map[string]string{"": "user_not_in_channel", Person: ""} {
		if got := word(call(t, s, "chat.postEphemeral", "channel", "#news", "user", user, "text", "for you")); got != want {
			t.Errorf("user %q: %q, want %q", user, got, want)
		}
	}
	if seen := s.Ephemerals(""); len(seen) != 1 || len(s.Messages("#news")) != 0 {
		t.Errorf("seen %+v", seen)
	}
}

// await waits until something holds that another goroutine does.
func await(t *testing.T, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it does not come true")
		}
	}
}
