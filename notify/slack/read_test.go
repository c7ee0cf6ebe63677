package slack

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"newsvigil/news"
	"newsvigil/notify"
)

// answers is a server that answers each method with the next of some bodies, the last of them for ever.
// What stands before a "|" is the status.
func answers(t *testing.T, by map[string][]string) (*Client, map[string]int) {
	t.Helper()
	asked := map[string]int{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		method := strings.TrimPrefix(r.URL.Path, "/api/")
		list := by[method]
		n := asked[method]
		asked[method]++
		if len(list) == 0 {
			http.NotFound(w, r)
			return
		}
		body := list[min(n, len(list)-1)]
		if status, rest, ok := strings.Cut(body, "|"); ok {
			code, _ := strconv.Atoi(status) // of this file
			w.WriteHeader(code)
			body = rest
		}
		io.WriteString(w, body)
	}))
	t.Cleanup(s.Close)
	return client(t, Options{APIURL: s.URL + "/api/"}), asked
}

const me = `{"ok":true,"user_id":"U1","bot_id":"B1"}`

// ours is a message with a key as a history has it; more are further fields.
func ours(ts, key, more string) string {
	return fmt.Sprintf(`{"type":"message","ts":%q,"metadata":{"event_type":"newsvigil_post","event_payload":{"post_key":%q}}%s}`, ts, key, more)
}

func history(messages ...string) string {
	return `{"ok":true,"messages":[` + strings.Join(messages, ",") + `],"has_more":false}`
}

// TestFindTellsWhoseItIs holds what counts as a message of ours in a channel's history, and what does not.
func TestFindTellsWhoseItIs(t *testing.T) {
	t.Parallel()
	stamp := fmt.Sprintf(`,"blocks":[{"type":"header","block_id":%q}]`, blockID("k"))
	for name, tt := range map[string]struct {
		in   string
		want bool
	}{
		"by our user":                {ours("5.000001", "k", `,"user":"U1"`), true},
		"by our bot":                 {ours("5.000001", "k", `,"user":"U7","bot_id":"B1"`), true},
		"by nobody in particular":    {ours("5.000001", "k", ""), true},
		"by another user":            {ours("5.000001", "k", `,"user":"U2"`), false},
		"by another app":             {ours("5.000001", "k", `,"bot_id":"B2"`), false},
		"by another app's user":      {ours("5.000001", "k", `,"user":"U2","bot_id":"B2"`), false},
		"another key":                {ours("5.000001", "k2", `,"user":"U1"`), false},
		"another key, our stamp":     {ours("5.000001", "k2", `,"user":"U1"`+stamp), false},
		"the stamp alone":            {`{"ts":"5.000001","user":"U1"` + stamp + `}`, true},
		"another's stamp":            {`{"ts":"5.000001","user":"U2"` + stamp + `}`, false},
		"without a ts":               {ours("", "k", `,"user":"U1"`), false},
		"deleted":                    {ours("5.000001", "k", `,"user":"U1","subtype":"tombstone"`), false},
		"metadata of another kind":   {strings.Replace(ours("5.000001", "k", `,"user":"U1"`), "newsvigil_post", "other", 1), false},
		"edited and in a thread":     {ours("5.000001", "k", `,"user":"U1","edited":{"user":"U1","ts":"6.0"},"reply_count":2`), true},
		"beside what no one knows":   {`{"ts":"4.1","bot_id":"B9","blocks":[{"type":"actions","elements":[{"type":"lever"}]},{"type":7}]},` + ours("5.000001", "k", `,"user":"U1"`), true},
		"beside a misshapen one":     {`{"ts":4.1,"user":{"id":"U4"}},` + ours("5.000001", "k", `,"user":"U1"`), true},
		"an older one by a stranger": {ours("4.000001", "k", `,"user":"U2"`) + "," + ours("5.000001", "k", `,"user":"U1"`), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, _ := answers(t, map[string][]string{"auth.test": {me}, "conversations.history": {history(tt.in)}})
			got, found, err := c.Find(t.Context(), notify.Message{Delivery: news.Delivery{Key: "k", Channel: "C00000001", Claimed: time.Unix(5, 0)}})
			if err != nil || found != tt.want || found && got.TS != "5.000001" {
				t.Errorf("found %v, %+v, %v; want %v", found, got, err, tt.want)
			}
		})
	}
}

// TestFindIsSure holds which answers are none, that a look goes on where it can, and that a wrong clock
// hides nothing.
func TestFindIsSure(t *testing.T) {
	t.Parallel()
	mine := ours("5.000001", "k", `,"user":"U1"`)
	more := func(cursor string, messages ...string) string {
		return strings.Replace(history(messages...), `"has_more":false`, `"has_more":true,"response_metadata":{"next_cursor":"`+cursor+`"}`, 1)
	}
	for name, tt := range map[string]struct {
		in          []string // of conversations.history
		me          []string
		want, fails bool
		asked       int
	}{
		"empty twice, also without a time": {in: []string{history(), history()}, asked: 2},
		"only without a time":              {in: []string{history(), history(mine)}, want: true, asked: 2},
		"no list":                          {in: []string{`{"ok":true}`}, fails: true, asked: pageTries},
		"a list of null":                   {in: []string{`{"ok":true,"messages":null}`}, fails: true, asked: pageTries},
		"a page that comes the third time": {in: []string{"503|", "{}", history(mine)}, want: true, asked: 3},
		"on the second page":               {in: []string{more("a"), history(mine)}, want: true, asked: 2},
		"the second page fails for good":   {in: []string{more("a"), "502|"}, fails: true, asked: 1 + pageTries},
		"more, and no way to it":           {in: []string{more("")}, fails: true, asked: 1},
		"a misshapen message of ours":      {in: []string{history(strings.Replace(mine, `"U1"`, "7", 1))}, fails: true, asked: pageTries},
		"refused":                          {in: []string{`{"ok":false,"error":"channel_not_found"}`}, fails: true, asked: 1},
		"a word that no one knows":         {in: []string{`{"ok":false,"error":"something_new"}`}, fails: true, asked: 1},
		"an error that passes":             {in: []string{`{"ok":false,"error":"internal_error"}`, history(mine)}, want: true, asked: 2},
		"nobody says who we are":           {in: []string{history(mine)}, me: []string{"503|"}, fails: true, asked: 1},
		"a server that cannot say it":      {in: []string{history(mine)}, me: []string{`{"ok":false,"error":"unknown_method"}`}, want: true, asked: 1},
		"the page without a time fails":    {in: []string{history(), "503|"}, fails: true, asked: 1 + pageTries},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if tt.me == nil {
				tt.me = []string{me}
			}
			c, asked := answers(t, map[string][]string{"auth.test": tt.me, "conversations.history": tt.in})
			_, found, err := c.Find(t.Context(), notify.Message{Delivery: news.Delivery{Key: "k", Channel: "C00000001", Claimed: time.Unix(5, 0)}})
			if found != tt.want || (err != nil) != tt.fails || asked["conversations.history"] != tt.asked {
				t.Errorf("found %v, %v, asked %d times; want %v, fails %v, %d", found, err, asked["conversations.history"], tt.want, tt.fails, tt.asked)
			}
		})
	}
}

// TestLookGoesBackFarEnough holds from when on a channel is read.
func TestLookGoesBackFarEnough(t *testing.T) {
	t.Parallel()
	at := time.Unix(1_000_000, 0)
	for name, tt := range map[string]struct {
		in   news.Delivery
		want string
	}{
		"never claimed":          {news.Delivery{}, ""},
		"once":                   {news.Delivery{Claimed: at, Tries: 1}, "999400.000000"},
		"five times":             {news.Delivery{Claimed: at, Tries: 5}, "995560.000000"},
		"by a clock behind ours": {news.Delivery{Claimed: at, Tries: 1, TS: "990000.000001"}, "989400.000000"},
		"by a clock before ours": {news.Delivery{Claimed: at, Tries: 1, TS: "1900000.000001"}, "999400.000000"},
		"in a thread, all of it": {news.Delivery{Claimed: at, Tries: 1, Thread: "5.1"}, ""},
	} {
		if got := oldest(tt.in); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

// TestAnswerOfAnother holds that an answer which names another channel is not believed.
func TestAnswerOfAnother(t *testing.T) {
	t.Parallel()
	c, _ := answers(t, map[string][]string{"chat.postMessage": {`{"ok":true,"channel":"C00000002","ts":"5.000001"}`, `{"ok":true,"ts":"5.000001"}`}})
	m := message(empty(), 1)
	m.Delivery.ChannelID = "C00000001"
	if _, err := c.Send(t.Context(), m); err == nil || notify.ClassOf(err) != notify.ClassAmbiguous {
		t.Errorf("%v", err)
	}
	if r, err := c.Send(t.Context(), m); err != nil || r.ChannelID != "C00000001" {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestLearnsItsName holds that the answer to a post teaches under which name we write.
func TestLearnsItsName(t *testing.T) {
	t.Parallel()
	c, _ := answers(t, map[string][]string{
		"auth.test":             {me},
		"chat.postMessage":      {`{"ok":true,"ts":"5.000001","message":{"user":"U8","bot_id":"B8"}}`},
		"conversations.history": {history(ours("5.000001", "k", `,"user":"U8","bot_id":"B8"`))},
	})
	look := notify.Message{Delivery: news.Delivery{Key: "k", Channel: "C00000001", Claimed: time.Unix(5, 0)}}
	if _, found, err := c.Find(t.Context(), look); found || err != nil {
		t.Errorf("before: %v, %v", found, err)
	}
	m := message(empty(), 1)
	m.Delivery.ChannelID = "C00000001"
	if _, err := c.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if _, found, err := c.Find(t.Context(), look); !found || err != nil {
		t.Errorf("afterwards: %v, %v", found, err)
	}
}

// TestPrepareAsksFirst holds that nothing is claimed while Slack does not answer, and that one clear answer
// is enough for a minute.
func TestPrepareAsksFirst(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		in    string
		want  notify.Class // "" where it may be posted
		asked int          // in two rounds
	}{
		"well":           {me, "", 1},
		"down":           {"503|", notify.ClassWait, 2 * pageTries},
		"a page":         {"<html>Sign in</html>", notify.ClassWait, 2 * pageTries},
		"internal error": {`{"ok":false,"error":"internal_error"}`, notify.ClassWait, 2 * pageTries},
		"revoked":        {`{"ok":false,"error":"token_revoked"}`, notify.ClassAuth, 2},
		"too fast":       {"429|", notify.ClassWait, 2},
		"no such method": {`{"ok":false,"error":"unknown_method"}`, "", 2},
		"no such page":   {"404|", "", 2},
		"nobody":         {`{"ok":true}`, "", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, asked := answers(t, map[string][]string{"auth.test": {tt.in}})
			m := message(empty(), 1)
			m.Delivery.ChannelID = "C00000001"
			for range 2 {
				err := c.Prepare(t.Context(), m)
				r, _ := errors.AsType[*notify.Refusal](err)
				if err != nil && (r == nil || r.Class != tt.want) || err == nil && tt.want != "" {
					t.Errorf("%v, want class %q", err, tt.want)
				}
			}
			if asked["auth.test"] != tt.asked {
				t.Errorf("asked %d times, want %d", asked["auth.test"], tt.asked)
			}
		})
	}
}

// TestReadsAreForms holds in which form a channel is asked for: the one that every method of Slack takes.
func TestReadsAreForms(t *testing.T) {
	t.Parallel()
	var seen []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.Header.Get("Authorization"), r.FormValue("channel"), r.FormValue("include_all_metadata"), r.FormValue("limit"), r.FormValue("ts"))
		json.NewEncoder(w).Encode(map[string]any{"ok": true, "messages": []any{}})
	}))
	defer s.Close()
	c := client(t, Options{APIURL: s.URL + "/api", Token: news.NewSecret("xoxb-1")})
	if _, _, err := c.Find(t.Context(), notify.Message{Delivery: news.Delivery{Key: "k", Channel: "C00000001", Thread: "5.1"}}); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(seen, " "); got != "Bearer xoxb-1 C00000001 true 200 5.1" {
		t.Errorf("%q", got)
	}
}

// TestTimeOutIsNotRepeated holds that a look does not wait for a silent Slack again and again: other
// messages wait for it.
func TestTimeOutIsNotRepeated(t *testing.T) {
	t.Parallel()
	asked := make(chan struct{}, 10)
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		io.Copy(io.Discard, r.Body) // so that the end of the connection is noticed
		<-r.Context().Done()
	}))
	defer s.Close()
	c := client(t, Options{APIURL: s.URL + "/api", Timeout: 50 * time.Millisecond})
	if _, _, err := c.Find(t.Context(), notify.Message{Delivery: news.Delivery{Key: "k", Channel: "C00000001"}}); err == nil || len(asked) != 1 {
		t.Errorf("asked %d times, %v", len(asked), err)
	}
}
