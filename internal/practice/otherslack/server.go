// Package otherslack is a second practice Slack, which trials of exactly-once delivery run against after
// the first. It was written from Slack's public documentation alone and uses every freedom that the
// documentation leaves: how many messages stand on a page, what else an answer holds, who else writes in
// a channel, when a message that was stored can be read. It knows fewer limits than the first one and
// more ways to fail.
package otherslack

import (
	"cmp"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Who the token belongs to, and Token itself.
const (
	Token = "xoxb-other"
	user  = "U0NEWSVIGIL"
	bot   = "B0NEWSVIGIL"
	app   = "A0NEWSVIGIL"
)

// Options set the workspace up.
type Options struct {
	// Channels are the names of the channels that the app is in; fifty others stand before them.
	Channels []string
	// Faulty and FaultyReads are the shares of requests, 0 to 1, that fail: of all methods, and of those
	// that read what stands in a channel. Calm ends both.
	Faulty, FaultyReads float64
	// Kinds are the ways in which requests fail; nil means all. See Kinds.
	Kinds []string
	// Token is what lets in; "" means the constant of that name.
	Token string
	// Watch is told of every request, before anything is done about it and again before it is answered; nil
	// tells nobody.
	Watch func(method string, done bool)
	// Seed makes the chance of two servers the same.
	Seed uint64
	// Every is the shortest time between two posts to a channel; 0 means none.
	Every time.Duration
	// Ahead is how much the server's clock is ahead of Now, which must be set.
	Ahead time.Duration
	Now   func() time.Time
}

// Server is a running server.
type Server struct {
	o    Options
	ear  net.Listener
	http *http.Server
	quit chan struct{}

	mu       sync.Mutex
	dice     *rand.Rand
	calm     bool
	channels []channel
	messages []*message
	late     []*message
	serial   int64
	last     map[string]time.Time
	stats    Stats
}

// Stats count what was asked.
type Stats struct {
	// Requests, Posts and Reads are all requests and those two kinds of them; Faulty and FaultyReads are
	// those that failed, reads apart.
	Requests, Posts, Reads, Faulty, FaultyReads int
	// Kinds counts the failures by their kind.
	Kinds map[string]int
}

type channel struct{ id, name string }

// New starts a server on loopback.
func New(o Options) (*Server, error) {
	ear, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("start the other practice Slack: %w", err)
	}
	o.Token = cmp.Or(o.Token, Token)
	s := &Server{
		o: o, ear: ear, quit: make(chan struct{}), dice: rand.New(rand.NewPCG(o.Seed, 99)),
		last: map[string]time.Time{}, stats: Stats{Kinds: map[string]int{}},
	}
	for i := range 50 {
		s.channels = append(s.channels, channel{fmt.Sprintf("C0CROWD%04d", i), fmt.Sprintf("crowd-%d", i)})
	}
	for i, name := range o.Channels {
		s.channels = append(s.channels, channel{fmt.Sprintf("C0OTHER%04d", i), name})
	}
	s.http = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = s.http.Serve(ear) }() // ends with Close
	return s, nil
}

// URL is what api_url must be, deliberately without a slash at the end.
func (s *Server) URL() string { return "http://" + s.ear.Addr().String() + "/api" }

// Close ends the server.
func (s *Server) Close() error {
	close(s.quit)
	return s.http.Close()
}

// Calm ends all faults.
func (s *Server) Calm() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calm = true
}

// Stats are the figures so far.
func (s *Server) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stats
}

func (s *Server) now() time.Time { return s.o.Now().Add(s.o.Ahead) }

// answer is the body of an answer, made of a map because every answer may hold anything.
type answer map[string]any

func no(word string) answer { return answer{"ok": false, "error": word} }

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	method, ok := strings.CutPrefix(r.URL.Path, "/api/")
	if !ok {
		http.NotFound(w, r)
		return
	}
	p, err := fieldsOf(r)
	if err != nil {
		s.write(w, r, no("invalid_form_data"), false)
		return
	}
	s.watch(method, false)
	s.mu.Lock()
	s.arrive()
	s.stats.Requests++
	f := s.chance(method)
	plain := s.calm || s.dice.IntN(4) > 0
	var a answer
	switch {
	case p["token"] == "":
		a = no("not_authed")
	case p["token"] != s.o.Token:
		a = no("invalid_auth")
	case f.store == never && f.kind != "":
		a = no("not_reached")
		if method == "chat.postMessage" {
			s.mirror(p) // what was lost may stand all the same, by somebody else
		}
	case f.store == later:
		a = s.postLate(p)
	default:
		a = s.do(method, p)
	}
	s.mu.Unlock()
	s.watch(method, true)
	if f.kind != "" {
		s.fail(w, r, f, a)
		return
	}
	s.write(w, r, a, !plain)
}

func (s *Server) watch(method string, done bool) {
	if s.o.Watch != nil {
		s.o.Watch(method, done)
	}
}

func (s *Server) do(method string, p fields) answer {
	switch method {
	case "auth.test":
		return answer{"ok": true, "url": "https://other.slack.com/", "team": "Other", "user": "newsvigil", "team_id": "T0OTHER", "user_id": user, "bot_id": bot, "is_enterprise_install": false}
	case "conversations.list":
		return s.list(p)
	case "conversations.info":
		return s.info(p)
	case "conversations.history", "conversations.replies":
		return s.read(p, method == "conversations.replies")
	case "chat.postMessage":
		return s.post(p)
	case "chat.update":
		return s.update(p)
	case "chat.delete":
		return s.delete(p)
	case "chat.scheduleMessage":
		return answer{"ok": true, "channel": p["channel"], "scheduled_message_id": "Q0OTHER", "post_at": p["post_at"], "message": answer{"text": p["text"]}}
	case "chat.scheduledMessages.list":
		return answer{"ok": true, "scheduled_messages": []answer{}, "response_metadata": answer{"next_cursor": ""}}
	case "chat.deleteScheduledMessage":
		return answer{"ok": true}
	}
	return no("unknown_method")
}

// fields are the parameters of a request, whatever form they came in; what is no text is JSON.
type fields map[string]string

func fieldsOf(r *http.Request) (fields, error) {
	p := fields{}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		var body map[string]any
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			return nil, err
		}
		for name, v := range body {
			if text, ok := v.(string); ok {
				p[name] = text
				continue
			}
			raw, err := json.Marshal(v)
			if err != nil {
				return nil, err
			}
			p[name] = string(raw)
		}
	} else {
		if err := r.ParseForm(); err != nil {
			return nil, err
		}
		for name := range r.Form {
			p[name] = r.Form.Get(name)
		}
	}
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		p["token"] = token
	}
	return p, nil
}

func (p fields) yes(name string) bool { return p[name] == "true" || p[name] == "1" }

// write gives an answer; an odd one has more in it, another type, or is packed.
func (s *Server) write(w http.ResponseWriter, r *http.Request, a answer, odd bool) {
	if odd {
		a["warning"] = "missing_charset"
		if m, ok := a["response_metadata"].(answer); ok {
			m["warnings"] = []string{"missing_charset"}
		} else {
			a["response_metadata"] = answer{"warnings": []string{"missing_charset"}, "scopes": []string{"chat:write"}}
		}
		a["latest"], a["pin_count"], a["is_limited"] = nil, 3, false
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if odd {
		w.Header().Set("Content-Type", "text/plain")
	}
	var out io.Writer = w
	if odd && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		w.Header().Set("Content-Encoding", "gzip")
		packed := gzip.NewWriter(w)
		defer packed.Close()
		out = packed
	}
	_ = json.NewEncoder(out).Encode(a) // the client may be gone
}
