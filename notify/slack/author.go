package slack

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
)

// authors are the names under which this account's messages stand in a channel: what Slack says of the
// token, and what its answers to posts said. Anybody may copy a key into a message of their own.
type authors struct {
	mu         sync.Mutex
	asked      bool
	users, ids map[string]bool
}

// learn takes in who a message of ours is by. Answers that do not say it teach nothing.
func (a *authors) learn(user, bot string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.users == nil {
		a.users, a.ids = map[string]bool{}, map[string]bool{}
	}
	if user != "" {
		a.users[user] = true
	}
	if bot != "" {
		a.ids[bot] = true
	}
}

// learning is a client that notes when Slack answered, and learns from the answers to posts who our
// messages are by. What an answer repeats of a message or modal is not handed on: nobody reads it, and the
// library takes one of a form that it does not know for a failure.
type learning struct {
	strict
	of *Client
}

// Do implements the client interface of slack-go.
func (l learning) Do(req *http.Request) (*http.Response, error) {
	resp, err := l.strict.Do(req)
	if err != nil || resp.StatusCode != http.StatusOK {
		return resp, err
	}
	body, err := io.ReadAll(resp.Body) // held in memory already
	if err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	var all map[string]json.RawMessage
	if json.Unmarshal(body, &all) == nil && (all["message"] != nil || all["view"] != nil) {
		delete(all, "message")
		delete(all, "view")
		if short, err := json.Marshal(all); err == nil {
			resp.Body = io.NopCloser(bytes.NewReader(short))
		}
	}
	var answer struct {
		OK      bool `json:"ok"`
		Message struct {
			User  string `json:"user"`
			BotID string `json:"bot_id"`
		} `json:"message"`
	}
	if json.Unmarshal(body, &answer) != nil || !answer.OK {
		return resp, nil
	}
	l.of.pulse.beat(l.of.o.Now())
	if strings.HasSuffix(req.URL.Path, "/chat.postMessage") {
		l.of.authors.learn(answer.Message.User, answer.Message.BotID)
	}
	return resp, nil
}

// ours reports whether a message can be by this account: one of the names under which it stands is ours,
// or none of them can be compared.
func (a *authors) ours(e entry) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.users[e.User] || a.ids[e.BotID] {
		return true
	}
	user, bot := e.User != "" && len(a.users) > 0, e.BotID != "" && len(a.ids) > 0
	return !user && !bot
}
