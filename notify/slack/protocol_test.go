package slack

import (
	"bytes"
	stdcmp "cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"

	"newsvigil/news"
	"newsvigil/notify"
)

// applink is the far end of Socket Mode, written from Slack's public description of it and knowing nothing of
// the practice Slack. It says only what a test has it say.
type applink struct {
	*httptest.Server
	t     *testing.T
	links chan *farEnd
	// hello is what each connection begins with; "" is nothing.
	hello string

	mu    sync.Mutex
	opens int
	// says are the answers to methods, by name; those without one are answered {"ok":true}.
	says map[string]string
	seen []request
}

// farEnd is one connection, seen from Slack.
type farEnd struct {
	*websocket.Conn
	heard chan string
	pongs chan string
	ended chan error
}

const greeted = `{"type":"hello","num_connections":%d,"debug_info":{"host":"applink-7fc4fdbb64-4x5xq","build_number":10,"approximate_connection_time":18060},"connection_info":{"app_id":"A0TEST"}}`

func newApplink(t *testing.T) *applink {
	t.Helper()
	a := &applink{t: t, links: make(chan *farEnd, 100), hello: greeted, says: map[string]string{}}
	a.Server = httptest.NewServer(a)
	t.Cleanup(a.Close)
	return a
}

func (a *applink) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/link/" {
		a.link(w, r)
		return
	}
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	form := map[string][]string{"body": {string(body)}}
	if r.Header.Get("Content-Type") == "application/x-www-form-urlencoded" && r.ParseForm() == nil {
		form = r.PostForm
	}
	method := strings.TrimPrefix(r.URL.Path, "/api/")
	a.mu.Lock()
	defer a.mu.Unlock()
	a.seen = append(a.seen, request{method: method, form: form})
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	says, ok := a.says[method]
	switch {
	case ok:
	case method == "apps.connections.open":
		if r.Header.Get("Authorization") != "Bearer xapp-1-A0TEST-secret" || r.Method != http.MethodPost {
			a.t.Errorf("%s with %q", r.Method, r.Header.Get("Authorization"))
		}
		a.opens++
		says = fmt.Sprintf(`{"ok":true,"url":"ws%s\/link\/?ticket=t%d-secret&app_id=a0test"}`, strings.TrimPrefix(a.URL, "http"), a.opens)
	case strings.HasPrefix(method, "/actions/"):
		says = "ok"
	default:
		says = `{"ok":true,"channel":"C0READERS","ts":"1795212360.000100","message_ts":"1795212360.000100","view":{"id":"V0NEW"}}`
	}
	if code, rest, found := strings.Cut(says, " "); found && len(code) == 3 {
		var status int
		fmt.Sscan(code, &status)
		w.WriteHeader(status)
		says = rest
	}
	io.WriteString(w, says)
}

func (a *applink) link(w http.ResponseWriter, r *http.Request) {
	conn, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
	if err != nil {
		return
	}
	l := &farEnd{Conn: conn, heard: make(chan string, 100), pongs: make(chan string, 100), ended: make(chan error, 1)}
	conn.SetPongHandler(func(data string) error { l.pongs <- data; return nil })
	a.mu.Lock()
	n := a.opens
	a.mu.Unlock()
	if a.hello != "" {
		l.say(a.t, fmt.Sprintf(a.hello, n))
	}
	a.links <- l
	for {
		_, data, err := conn.ReadMessage()
		if err != nil {
			l.ended <- err
			conn.Close()
			return
		}
		l.heard <- string(data)
	}
}

// answer sets what a method says; a number before it is the status.
func (a *applink) answer(method, says string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.says[method] = says
}

// asked are the requests of a method.
func (a *applink) asked(method string) (out []request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, q := range a.seen {
		if q.method == method {
			out = append(out, q)
		}
	}
	return out
}

func (l *farEnd) say(t *testing.T, text string) {
	t.Helper()
	if err := l.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		t.Error(err)
	}
}

// acked waits for the answer to an envelope, which is its id and nothing else.
func (l *farEnd) acked(t *testing.T, id string) {
	t.Helper()
	if got, want := wait(t, l.heard), fmt.Sprintf(`{"envelope_id":%q}`, id); got != want {
		t.Errorf("answered %s, want %s", got, want)
	}
}

func wait[T any](t *testing.T, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(20 * time.Second):
		t.Fatal("it does not come")
		panic("unreachable")
	}
}

// listens starts Listen at a; end ends it.
func (a *applink) listens(e *ear, log io.Writer) (c *Client, end func()) {
	a.t.Helper()
	c = client(a.t, Options{APIURL: a.URL + "/api/", AppToken: news.NewSecret("xapp-1-A0TEST-secret"), Log: slog.New(slog.NewTextHandler(log, nil))})
	c.again = time.Millisecond
	ctx, cancel := context.WithCancel(a.t.Context())
	var done sync.WaitGroup
	done.Go(func() {
		if err := c.Listen(ctx, e); err != nil {
			a.t.Error(err)
		}
	})
	end = sync.OnceFunc(func() { cancel(); done.Wait() })
	a.t.Cleanup(end)
	return c, end
}

const (
	ofUser = `"user":{"id":"U0READER","username":"reader","name":"reader","team_id":"T0TEST"},"api_app_id":"A0TEST","token":"old-verification",` +
		`"trigger_id":"12321423423.333649436676.d8c1bb837935619ccad0f624c448ffb3","team":{"id":"T0TEST","domain":"test"},"enterprise":null,"is_enterprise_install":false`
	// ofMessage is a message as it comes back: with fields and blocks that nobody posted, and of kinds that no library knows yet.
	ofMessage = `"message":{"user":"U0BOT","type":"message","ts":"1795212360.000100","bot_id":"B0TEST","app_id":"A0TEST","text":"1 new story","team":"T0TEST","edited":{"user":"B0TEST","ts":"1795212361.000000"},` +
		`"thread_ts":"1795212360.000100","reply_count":1,"latest_reply":"1795212365.000100","reply_users":["U0BOT"],"is_locked":false,"subscribed":false,"reactions":[{"name":"eyes","users":["U0READER"],"count":1}],` +
		`"blocks":[{"type":"header","block_id":"x1Ab","text":{"type":"plain_text","text":"1 new story","emoji":true}},{"type":"section","block_id":"l/2","text":{"type":"mrkdwn","text":"&lt;b&gt;","verbatim":false}},` +
		`{"type":"rich_text","block_id":"q","elements":[{"type":"rich_text_section","elements":[{"type":"date","timestamp":1795212360,"format":"{date_short}","fallback":"today"},{"type":"of tomorrow","style":["x"],"text":{"y":1}}]}]},` +
		`{"type":"of tomorrow","block_id":"z","elements":"none","text":7},{"type":"actions","block_id":"act.0.1.2.k","elements":[{"type":"button","action_id":"nv.keep.2","text":{"type":"plain_text","text":"Keep","emoji":true},"value":"keep"}]}]}`
	ofPress = `"type":"block_actions",` + ofUser + `,"container":{"type":"message","message_ts":"1795212360.000100","channel_id":"C0READERS","is_ephemeral":false,"thread_ts":"1795212360.000100"},` +
		`"channel":{"id":"C0READERS","name":"privategroup"},` + ofMessage + `,"state":{"values":{"of":{"another":{"type":"of tomorrow","selected_option":7}}}},"response_url":"URL"`
	ofView = `"view":{"id":"V0OPEN","team_id":"T0TEST","type":"modal","blocks":[{"type":"rich_text","block_id":"line.0","elements":[]}],"private_metadata":"{\"d\":\"k\",\"p\":1,\"s\":2,\"c\":\"C0READERS\",\"t\":\"1795212360.000100\"}",` +
		`"callback_id":"nv.mute","state":{"values":{}},"hash":"1795212370.abcdef","title":{"type":"plain_text","text":"Mute?","emoji":true},"clear_on_close":false,"notify_on_close":false,"close":null,"submit":{"type":"plain_text","text":"Mute","emoji":true},` +
		`"previous_view_id":null,"root_view_id":"V0OPEN","app_id":"A0TEST","external_id":"","app_installed_team_id":"T0TEST","bot_id":"B0TEST"}`
)

// TestRealPayloads reads what people do in the form in which Slack sends it, and answers each of them.
func TestRealPayloads(t *testing.T) {
	t.Parallel()
	a := newApplink(t)
	e := &ear{}
	_, end := a.listens(e, io.Discard)
	l := wait(t, a.links)
	act := func(element string) string {
		return `{` + ofPress + `,"actions":[{"block_id":"act.0.1.2.k",` + element + `,"action_ts":"1795212370.123456"}]}`
	}
	of := func(a Action) Action {
		a.User, a.Trigger, a.Answer = "U0READER", "12321423423.333649436676.d8c1bb837935619ccad0f624c448ffb3", news.NewSecret("URL")
		if a.Kind == KindPress {
			a.At = time.Unix(1795212370, 123456000)
		}
		return a
	}
	ref, at := Ref{Digest: "k", Part: 1, Story: 2}, "1795212360.000100"
	for i, tt := range []struct {
		what, kind, payload string
		want                Action
	}{
		{"button", "interactive", act(`"action_id":"nv.keep.2","text":{"type":"plain_text","text":"Keep","emoji":true},"value":"keep","type":"button"`),
			of(Action{Kind: KindPress, ChannelID: "C0READERS", TS: at, Ref: ref, Name: ActionKeep, Value: "keep"})},
		{"menu", "interactive", act(`"action_id":"nv.more.2","type":"overflow","selected_option":{"text":{"type":"plain_text","text":"이 매체 숨기기","emoji":true},"value":"mute"}`),
			of(Action{Kind: KindPress, ChannelID: "C0READERS", TS: at, Ref: ref, Name: ActionMore, Option: OptionMute})},
		{"below a message to one reader, which does not come along", "interactive", `{"type":"block_actions",` + ofUser + `,"container":{"type":"message","message_ts":"1795212380.000200","channel_id":"C0READERS","is_ephemeral":true},` +
			`"channel":{"id":"C0READERS","name":"readers"},"state":{"values":{}},"response_url":"URL","actions":[{"action_id":"nv.reason.1","block_id":"act.0.1.2.k","text":{"type":"plain_text","text":"Off topic"},"value":"off topic","type":"button","action_ts":"1795212370.123456"}]}`,
			of(Action{Kind: KindPress, ChannelID: "C0READERS", Ref: ref, Name: ActionReason + ".1", Value: "off topic"})},
		{"in a modal", "interactive", `{"type":"block_actions",` + ofUser + `,"container":{"type":"view","view_id":"V0OPEN"},` + ofView + `,"response_url":"URL","actions":[{"action_id":"nv.back","block_id":"act.0.1.2.k","value":"back","type":"button","selected_option":null,"action_ts":"1795212370.123456"}]}`,
			of(Action{Kind: KindPress, ChannelID: "C0READERS", TS: at, Ref: ref, Name: ActionBack, Value: "back", View: "V0OPEN"})},
		{"submitted", "interactive", `{"type":"view_submission",` + ofUser + `,` + ofView + `,"response_urls":[],"response_url":"URL"}`,
			of(Action{Kind: KindSubmit, ChannelID: "C0READERS", TS: at, Ref: ref, Name: ModalMute})},
		{"closed", "interactive", `{"type":"view_closed",` + ofUser + `,` + ofView + `,"is_cleared":false}`, Action{}},
		{"of another app's button", "interactive", `{` + ofPress + `,"actions":[{"block_id":"b","action_id":"x","type":"button","action_ts":"1.0"}]}`, Action{}},
		{"attachment of old", "interactive", `{"type":"interactive_message","actions":[{"name":"x","type":"button","value":"y"}],"callback_id":"z",` + ofUser + `,"attachment_id":"1"}`, Action{}},
		{"event", "events_api", `{"team_id":"T0TEST","event":{"type":"app_mention","text":"<@U0BOT>"},"type":"event_callback","event_id":"Ev1","event_time":1795212370,"authorizations":[{"enterprise_id":null}],"is_ext_shared_channel":false}`, Action{}},
		{"of tomorrow", "of_tomorrow", `7`, Action{}},
		{"command", "slash_commands", `{"token":"old-verification","team_id":"T0TEST","team_domain":"test","channel_id":"D0READER","channel_name":"directmessage","user_id":"U0READER","user_name":"reader","command":"/newsvigil",` +
			`"text":"why <https://outlet.example/1?a=1&amp;b=2|outlet.example/1> <@U0READER|reader> 북한 &lt;인권&gt;","api_app_id":"A0TEST","is_enterprise_install":"false","response_url":"URL","trigger_id":"12321423423.333649436676.d8c1bb837935619ccad0f624c448ffb3"}`,
			of(Action{Kind: KindCommand, ChannelID: "D0READER", Name: "/newsvigil", Value: "why <https://outlet.example/1?a=1&amp;b=2|outlet.example/1> <@U0READER|reader> 북한 &lt;인권&gt;"})},
	} {
		id := fmt.Sprintf("dbdd0ef3-1543-4f94-bfb4-133d0e6c1%03d", i)
		before := len(e.all())
		l.say(t, fmt.Sprintf(`{"envelope_id":%q,"payload":%s,"type":%q,"accepts_response_payload":true,"retry_attempt":0,"retry_reason":""}`, id, tt.payload, tt.kind))
		l.acked(t, id)
		got := append(e.all()[before:], Action{})[0]
		same := cmp.Comparer(func(a, b news.Secret) bool { return a.Reveal() == b.Reveal() })
		if diff := cmp.Diff(tt.want, got, same); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.what, diff)
		}
	}
	end()
	if err := wait(t, l.ended); !websocket.IsCloseError(err, websocket.CloseNormalClosure) {
		t.Errorf("it ended the connection with %v", err)
	}
}

// help is a command as an envelope.
func help(id string) string {
	return fmt.Sprintf(`{"envelope_id":%q,"type":"slash_commands","accepts_response_payload":true,"payload":{"command":"/newsvigil","text":"help","user_id":"U0READER","channel_id":"C0READERS"}}`, id)
}

// TestFrames holds that whatever comes over a connection, and in whatever pieces, costs no answer.
func TestFrames(t *testing.T) {
	t.Parallel()
	a := newApplink(t)
	a.hello = help("before hello of %d")
	e := &ear{}
	a.listens(e, io.Discard)
	l := wait(t, a.links)
	l.acked(t, "before hello of 1")
	l.say(t, fmt.Sprintf(greeted, 1))

	if err := l.WriteControl(websocket.PingMessage, []byte("Ping from applink-7fc4fdbb64-4x5xq"), time.Now().Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	if got := wait(t, l.pongs); got != "Ping from applink-7fc4fdbb64-4x5xq" {
		t.Errorf("a ping is answered with %q", got)
	}
	w, err := l.NextWriter(websocket.TextMessage)
	if err != nil {
		t.Fatal(err)
	}
	text := help("in pieces") + strings.Repeat(" ", 20<<10) // more than a frame of the writer's
	for i := 0; i < len(text); i += 1000 {
		io.WriteString(w, text[i:min(i+1000, len(text))])
	}
	w.Close()
	l.acked(t, "in pieces")
	for _, odd := range []string{"", "null", "[]", "{", "7", `"x"`, "\x00\xff", `{"type":"hello"}`, `{"type":"of tomorrow"}`, `{"envelope_id":7,"type":"interactive"}`, strings.Repeat("[", 100000)} {
		l.say(t, odd)
	}
	if err := l.WriteMessage(websocket.BinaryMessage, []byte("\x00\x01\x02")); err != nil {
		t.Fatal(err)
	}
	want := map[string]int{}
	for i := range 50 {
		l.say(t, help(fmt.Sprintf("at once %d", i)))
		want[fmt.Sprintf(`{"envelope_id":"at once %d"}`, i)] = 1
	}
	got := map[string]int{}
	for range want {
		got[wait(t, l.heard)]++
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
	_ = l.WriteMessage(websocket.TextMessage, bytes.Repeat([]byte(" "), maxAnswer+1)) // the far end hangs up over it
	wait(t, a.links).acked(t, "before hello of 2")
}

// TestGoodbyes: however Slack ends a connection, the next one stands soon, and what an admin must know is in the
// log once. With two connections both are answered.
func TestGoodbyes(t *testing.T) {
	t.Parallel()
	a := newApplink(t)
	var log bytes.Buffer
	_, end := a.listens(&ear{}, &log)
	l := wait(t, a.links)
	for i, reason := range []string{"warning", "refresh_requested", "link_disabled", "link_disabled", "too_many_websockets", "of tomorrow"} {
		l.say(t, fmt.Sprintf(`{"type":"disconnect","reason":%q,"debug_info":{"host":"wss-111.slack.com"}}`, reason))
		next := wait(t, a.links)
		for _, on := range []*farEnd{l, next} {
			if i == 2 && on == next {
				continue // the next one ends before anything was done over it
			}
			id := fmt.Sprintf("%d, %p", i, on)
			on.say(t, help(id))
			for !strings.Contains(wait(t, on.heard), id) { // answers of the old one come over both
			}
		}
		l.Close()
		l = next
	}
	for _, code := range []int{websocket.CloseNormalClosure, websocket.CloseGoingAway, websocket.CloseInternalServerErr, websocket.CloseServiceRestart, 4000} {
		if err := l.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, "bye"), time.Now().Add(time.Second)); err != nil {
			t.Fatal(err)
		}
		l = wait(t, a.links)
		l.say(t, help("after a goodbye "+fmt.Sprint(code)))
		l.acked(t, "after a goodbye "+fmt.Sprint(code))
	}
	end()
	if n, m := strings.Count(log.String(), "Socket Mode is switched off"), strings.Count(log.String(), "too many connections"); n != 1 || m != 1 || strings.Count(log.String(), "WARN") != 2 || strings.Contains(log.String(), "secret") {
		t.Errorf("told %d and %d times:\n%s", n, m, &log)
	}
}

// TestAnswersStayWithSlack: an answer goes to Slack's hosts and that of the methods, encrypted where those are.
func TestAnswersStayWithSlack(t *testing.T) {
	t.Parallel()
	const ours, theirs = "", "http://127.0.0.1:8080/api/"
	for _, tt := range []struct {
		api, address   string
		sealed, trusts bool
	}{
		{ours, "https://hooks.slack.com/actions/T1/1/x", true, true},
		{ours, "https://hooks.slack-gov.com/commands/T1/1/x", true, true},
		{ours, "https://HOOKS.slack.com:443/x", true, true},
		{ours, "http://hooks.slack.com/x", false, false},
		{ours, "https://hooks.slack.com.evil.example/x", true, false},
		{ours, "https://evilslack.com/x", true, false},
		{ours, "https://hooks.slack.com@evil.example/x", true, false},
		{ours, "https://169.254.169.254/x", true, false},
		{ours, "wss://wss-primary.slack.com/link/?ticket=x", true, true},
		{ours, "ws://wss-primary.slack.com/link/?ticket=x", false, false},
		{ours, "file:///etc/passwd", false, false},
		{ours, "", false, false},
		{"https://relay.example/slack/", "https://relay.example/actions/x", true, true},
		{"https://relay.example/slack/", "https://hooks.slack.com/actions/x", true, true},
		{"https://relay.example/slack/", "http://relay.example/actions/x", false, false},
		{theirs, "http://127.0.0.1:9090/response/x", true, true},
		{theirs, "http://localhost:8080/response/x", true, true},
		{theirs, "ws://localhost:8080/link", true, true},
		{theirs, "ftp://localhost/x", false, false},
		{theirs, "", false, false},
	} {
		c := client(t, Options{APIURL: tt.api})
		if sealed, trusts := c.sealed(tt.address), c.trusts(tt.address); sealed != tt.sealed || trusts != tt.trusts {
			t.Errorf("%q, %q: encrypted %v, trusted %v", tt.api, tt.address, sealed, trusts)
		}
	}
}

// TestWhisperTurnedAway: an answer that is not taken at its address, which Slack lets go after half an hour or five
// uses, comes as a message to the reader alone.
func TestWhisperTurnedAway(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		says  string
		posts int
	}{
		{"ok", 0}, {`{"ok":true}`, 0}, {"", 0}, {`{"ok":false,"error":"invalid_blocks"}`, 1}, {"404 expired_url", 1}, {"404 used_url", 1}, {"429 slow down", 1}, {"500 oh", 1},
	} {
		a := newApplink(t)
		a.answer("/actions/T1/2/x", tt.says)
		c := client(t, Options{APIURL: a.URL + "/api/"})
		did := Action{User: "U0READER", ChannelID: "C0READERS", Answer: news.NewSecret(a.URL + "/actions/T1/2/x")}
		if err := c.Whisper(t.Context(), did, Whisper{Title: "알림", Replace: true}); err != nil {
			t.Errorf("%q: %v", tt.says, err)
		}
		var body struct {
			Text    string `json:"text"`
			Type    string `json:"response_type"`
			Replace bool   `json:"replace_original"`
			Blocks  []any  `json:"blocks"`
		}
		if err := json.Unmarshal([]byte(a.asked("/actions/T1/2/x")[0].form.Get("body")), &body); err != nil || body.Text != "알림" || body.Type != "ephemeral" || !body.Replace || len(body.Blocks) != 1 {
			t.Errorf("%q: sent %+v, %v", tt.says, body, err)
		}
		posts := a.asked("chat.postEphemeral")
		if len(posts) != tt.posts {
			t.Fatalf("%q: %d messages, want %d", tt.says, len(posts), tt.posts)
		}
		if tt.posts > 0 && (posts[0].form.Get("user") != "U0READER" || posts[0].form.Get("channel") != "C0READERS" || posts[0].form.Get("text") != "알림") {
			t.Errorf("%q: posted %v", tt.says, posts[0].form)
		}
		a.answer("chat.postEphemeral", `{"ok":false,"error":"user_not_in_channel"}`)
		if err := c.Whisper(t.Context(), did, Whisper{Title: "x"}); (err != nil) != (tt.posts > 0) || err != nil && strings.Contains(err.Error(), "/actions/") {
			t.Errorf("%q, and nobody to be told: %v", tt.says, err)
		}
	}
}

// TestUpdateAnswers: what Slack says to a change decides whether it is done, gone, put off, made smaller or tried
// again after a pause; what is sent has all that a change must name.
func TestUpdateAnswers(t *testing.T) {
	t.Parallel()
	d := normal("ko")
	d.Buttons, d.Revision = true, 2
	m := message(d, 1)
	m.Delivery.ChannelID, m.Delivery.TS = "C0READERS", "1795212360.000100"
	for _, tt := range []struct {
		says  string
		gone  bool
		class notify.Class
		calls int
	}{
		{`{"ok":true,"channel":"C0READERS","ts":"1795212360.000100","text":"x","message":{"type":"message","blocks":"changed"}}`, false, "", 1},
		{`{"ok":false,"error":"message_not_found"}`, true, "", 1},
		{`{"ok":false,"error":"cant_update_message"}`, true, "", 1},
		{`{"ok":false,"error":"edit_window_closed"}`, true, "", 1},
		{`{"ok":false,"error":"msg_too_long"}`, false, notify.ClassContent, levelPlain + 1},
		{`{"ok":false,"error":"invalid_blocks","errors":["no more than 50 items allowed [json-pointer:/blocks]"],"response_metadata":{"messages":["[ERROR] no more"]}}`, false, notify.ClassContent, levelPlain + 1},
		{`{"ok":false,"error":"is_archived"}`, false, notify.ClassChannel, 1},
		{`{"ok":false,"error":"is_inactive"}`, false, notify.ClassChannel, 1},
		{`{"ok":false,"error":"ratelimited"}`, false, notify.ClassWait, 1},
		{`429 {"ok":false,"error":"ratelimited"}`, false, notify.ClassWait, 1},
		{`{"ok":false,"error":"token_revoked"}`, false, notify.ClassAuth, 1},
		{`{"ok":false,"error":"internal_error"}`, false, notify.ClassAmbiguous, 1},
		{`{}`, false, notify.ClassAmbiguous, 1},
		{`503 <html>`, false, notify.ClassAmbiguous, 1},
	} {
		a := newApplink(t)
		a.answer("chat.update", tt.says)
		err := client(t, Options{APIURL: a.URL + "/api/"}).Update(t.Context(), m)
		if (err == nil) != (tt.class == "" && !tt.gone) || errors.Is(err, ErrGone) != tt.gone || tt.class != "" && notify.ClassOf(err) != tt.class {
			t.Errorf("%s: %v", tt.says, err)
		}
		sent := a.asked("chat.update")
		if len(sent) != tt.calls {
			t.Errorf("%s: %d requests, want %d", tt.says, len(sent), tt.calls)
		}
		for i, q := range sent {
			f := q.form
			if f.Get("channel") != "C0READERS" || f.Get("ts") != "1795212360.000100" || f.Get("text") == "" || !strings.Contains(f.Get("metadata"), d.Key+"/1") || i == 0 && !strings.Contains(f.Get("blocks"), "act.2.1.") || i == levelPlain && f.Get("blocks") != "[]" {
				t.Errorf("%s: request %d has %v", tt.says, i+1, f)
			}
		}
	}
}

// TestOpenAnswers: a modal that Slack does not open is an error, and no second is asked for with the same trigger.
func TestOpenAnswers(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id", "trigger_expired", "view_too_large", "hash_conflict", "not_found"} {
		a := newApplink(t)
		c := client(t, Options{APIURL: a.URL + "/api/"})
		for method, on := range map[string]Action{"views.open": {Trigger: "1.2.abc"}, "views.update": {Trigger: "1.2.abc", View: "V0OPEN"}} {
			a.answer(method, fmt.Sprintf(`{"ok":false,"error":%q,"response_metadata":{"messages":["[ERROR] x"]}}`, word))
			if err := c.Open(t.Context(), on, Modal{Title: "기사", Close: "닫기", Lines: []Line{{Text: "x"}}}); err == nil || !strings.Contains(err.Error(), word) {
				t.Errorf("%s, %s: %v", method, word, err)
			}
			if q := a.asked(method); len(q) != 1 || !strings.Contains(q[0].form.Get("body"), stdcmp.Or(on.View, on.Trigger)) {
				t.Errorf("%s, %s: %v", method, word, q)
			}
		}
	}
}
