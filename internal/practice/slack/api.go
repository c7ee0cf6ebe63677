package slack

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

const maxBody = 1 << 20

// answer is a JSON answer of the API.
type answer map[string]any

func refusal(word string) answer { return answer{"ok": false, "error": word} }

func (a answer) ok() bool { ok, _ := a["ok"].(bool); return ok }

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	json.NewEncoder(w).Encode(v)
}

// method is a method of the API. It runs under the server's lock. commit is false when the message
// must not be stored, because the request is to fail before that.
type method struct {
	scopes []string // any of them
	run    func(s *Server, p params, commit bool) answer
	app    bool // it wants the app-level token
}

// methods lists what the server can do.
func methods() map[string]method {
	history := []string{"channels:history", "groups:history"}
	read := []string{"channels:read", "groups:read"}
	write := []string{"chat:write"}
	return map[string]method{
		"auth.test":                   {nil, (*Server).authTest, false},
		"blocks.validate":             {nil, (*Server).validate, false},
		"apps.connections.open":       {nil, (*Server).openConnection, true},
		"chat.postMessage":            {write, (*Server).postMessage, false},
		"chat.postEphemeral":          {write, (*Server).postEphemeral, false},
		"chat.update":                 {write, (*Server).update, false},
		"chat.delete":                 {write, (*Server).remove, false},
		"chat.scheduleMessage":        {write, (*Server).schedule, false},
		"chat.deleteScheduledMessage": {write, (*Server).unschedule, false},
		"chat.scheduledMessages.list": {nil, (*Server).listScheduled, false},
		"conversations.history":       {history, (*Server).history, false},
		"conversations.replies":       {history, (*Server).replies, false},
		"conversations.list":          {read, (*Server).list, false},
		"conversations.info":          {read, (*Server).info, false},
		"views.open":                  {nil, (*Server).openView, false},
		"views.update":                {nil, (*Server).updateView, false},
	}
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	for name, m := range methods() {
		mux.HandleFunc("/api/"+name, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, name, m) })
	}
	mux.HandleFunc("/api/", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, refusal("unknown_method")) })
	mux.HandleFunc("/link/", s.link)
	mux.HandleFunc("POST /actions/", s.answerURL)
	mux.HandleFunc("POST /services/T0PRACTICE/{channel}/practice-secret", s.webhook)
	return mux
}

// serve answers one request: read, check the token, run, fail where a fault is due.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, name string, m method) {
	p, err := readParams(r)
	if err != nil {
		writeJSON(w, refusal("invalid_form_data"))
		return
	}
	s.mu.Lock()
	s.calls[name]++
	fault := s.faults.next(name)
	s.commitLate()
	var a answer
	switch {
	case slices.Contains(s.o.Without, name):
		a = refusal("unknown_method")
	case name != "blocks.validate": // which wants no token
		a = s.permit(r, p, m)
	}
	if a == nil {
		a = m.run(s, p, fault.stored())
	}
	if fault == LateCommit && a.ok() && name == "chat.postMessage" {
		if c, ok := s.channel(p["channel"]); ok {
			s.late = append(s.late, lateMessage{s.messageFrom(p, c), s.o.Now().Add(s.o.Late)})
		}
	}
	s.mu.Unlock()
	w.Header().Set("Date", s.o.Now().UTC().Format(http.TimeFormat))
	scopes := s.o.Scopes
	if m.app {
		scopes = []string{"connections:write"}
	}
	w.Header().Set("X-OAuth-Scopes", strings.Join(scopes, ","))
	if fault != None {
		body, _ := json.Marshal(a)
		s.fail(w, r, fault, body)
		return
	}
	if a["error"] == "ratelimited" {
		w.Header().Set("Retry-After", "1")
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(http.StatusTooManyRequests)
	}
	writeJSON(w, a)
}

// permit checks the token and its scopes; nil lets the request pass.
func (s *Server) permit(r *http.Request, p params, m method) answer {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		token = p["token"]
	}
	want, other := s.o.Token, s.o.AppToken
	if m.app {
		want, other = other, want
	}
	switch {
	case token == "":
		return refusal("not_authed")
	case token == other:
		return refusal("not_allowed_token_type")
	case token != want:
		return refusal("invalid_auth")
	case len(m.scopes) > 0 && !slices.ContainsFunc(m.scopes, s.may):
		return s.lacks(m.scopes[0])
	}
	return nil
}

// lacks refuses for want of a scope.
func (s *Server) lacks(scope string) answer {
	a := refusal("missing_scope")
	a["needed"], a["provided"] = scope, strings.Join(s.o.Scopes, ",")
	return a
}

func (s *Server) may(scope string) bool { return slices.Contains(s.o.Scopes, scope) }

// params are the arguments of a request. Blocks and metadata are JSON, whatever the request's form.
type params map[string]string

func readParams(r *http.Request) (params, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err != nil {
		return nil, err
	}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind == "application/json" && len(body) > 0 {
		var raw map[string]json.RawMessage
		if err := json.Unmarshal(body, &raw); err != nil {
			return nil, err
		}
		return texts(raw), nil
	}
	p := params{}
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	if err := r.ParseForm(); err != nil {
		return nil, err
	}
	for k := range r.Form {
		p[k] = r.Form.Get(k)
	}
	return p, nil
}

// texts are the fields of a JSON object; what is no string stays JSON.
func texts(raw map[string]json.RawMessage) params {
	p := params{}
	for k, v := range raw {
		var text string
		if json.Unmarshal(v, &text) != nil {
			text = string(v)
		}
		p[k] = text
	}
	return p
}

func (p params) flag(name string) bool { return p[name] == "true" || p[name] == "1" }

func (p params) limit(most int) int {
	n, err := strconv.Atoi(p["limit"])
	if err != nil || n < 1 {
		return most
	}
	return min(n, most)
}

func (s *Server) authTest(params, bool) answer {
	return answer{"ok": true, "url": s.URL(), "team": "Practice", "user": "newsvigil", "team_id": "T0PRACTICE", "user_id": "U0PRACTICE", "bot_id": "B0PRACTICE"}
}
