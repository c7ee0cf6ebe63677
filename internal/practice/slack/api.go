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
}

// methods lists what the server can do.
func methods() map[string]method {
	history := []string{"channels:history", "groups:history"}
	read := []string{"channels:read", "groups:read"}
	return map[string]method{
		"auth.test":             {nil, (*Server).authTest},
		"chat.postMessage":      {[]string{"chat:write"}, (*Server).postMessage},
		"chat.update":           {[]string{"chat:write"}, (*Server).update},
		"chat.delete":           {[]string{"chat:write"}, (*Server).remove},
		"conversations.history": {history, (*Server).history},
		"conversations.replies": {history, (*Server).replies},
		"conversations.list":    {read, (*Server).list},
		"conversations.info":    {read, (*Server).info},
	}
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	for name, m := range methods() {
		mux.HandleFunc("/api/"+name, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, name, m) })
	}
	mux.HandleFunc("/api/", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, refusal("unknown_method")) })
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
	a := s.permit(r, p, m)
	if a == nil {
		a = m.run(s, p, fault.stored())
	}
	if fault == LateCommit && a.ok() && name == "chat.postMessage" {
		if c, ok := s.channel(p["channel"]); ok {
			s.late = append(s.late, lateMessage{s.messageFrom(p, c), s.o.Now().Add(s.o.Late)})
		}
	}
	s.mu.Unlock()
	w.Header().Set("X-OAuth-Scopes", strings.Join(s.o.Scopes, ","))
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
	switch {
	case token == "":
		return refusal("not_authed")
	case token != s.o.Token:
		return refusal("invalid_auth")
	case len(m.scopes) > 0 && !slices.ContainsFunc(m.scopes, s.may):
		a := refusal("missing_scope")
		a["needed"], a["provided"] = m.scopes[0], strings.Join(s.o.Scopes, ",")
		return a
	}
	return nil
}

func (s *Server) may(scope string) bool { return slices.Contains(s.o.Scopes, scope) }

// params are the arguments of a request. Blocks and metadata are JSON, whatever the request's form.
type params map[string]string

func readParams(r *http.Request) (params, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err != nil {
		return nil, err
	}
	p := params{}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind == "application/json" {
		var raw map[string]json.RawMessage
		if err := json.Unmarshal(body, &raw); err != nil {
			return nil, err
		}
		for k, v := range raw {
			var text string
			if json.Unmarshal(v, &text) != nil {
				text = string(v)
			}
			p[k] = text
		}
		return p, nil
	}
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	if err := r.ParseForm(); err != nil {
		return nil, err
	}
	for k := range r.Form {
		p[k] = r.Form.Get(k)
	}
	return p, nil
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
