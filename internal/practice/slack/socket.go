package slack

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"
)

const (
	// DefaultAppToken is the app-level token that a server without Options.AppToken lets in.
	DefaultAppToken = "xapp-practice"
	// maxAck is the size from which Slack drops the answer to an envelope without a word.
	maxAck = 20 << 10
	// maxSockets is how many connections of one app Slack keeps.
	maxSockets = 10
	pingEvery  = 5 * time.Second
)

// ErrNobody says that no client was connected, so that the person saw an error.
var ErrNobody = errors.New("the app listens on no socket")

// Envelope is what the server sent over a socket, and what became of it.
type Envelope struct {
	ID string
	// Type is interactive or slash_commands.
	Type string
	// Sent is when it was sent, Acked when its answer came; zero where none did.
	Sent, Acked time.Time
	// Answer is the payload of the answer; nil where it had none.
	Answer json.RawMessage
	// Dropped says that there was an answer of 20 KiB or more, which Slack does not see.
	Dropped bool
}

// Took is the time to the answer.
func (e Envelope) Took() time.Duration { return e.Acked.Sub(e.Sent) }

type sentEnvelope struct {
	Envelope
	acked chan struct{}
	text  []byte
	// answers counts those that came.
	answers int
}

// socket is one connection of socket mode.
type socket struct {
	*wsConn
	pongs int
}

func (s *Server) openConnection(params, bool) answer {
	if len(s.sockets) >= maxSockets {
		return refusal("too_many_websockets")
	}
	s.serial++
	ticket := fmt.Sprintf("ticket-%d", s.serial)
	s.tickets[ticket] = true
	return answer{"ok": true, "url": "ws://" + s.listener.Addr().String() + "/link/?ticket=" + ticket + "&app_id=" + appID}
}

// link serves one connection until it ends. A ticket opens one.
func (s *Server) link(w http.ResponseWriter, r *http.Request) {
	ticket := r.URL.Query().Get("ticket")
	s.mu.Lock()
	good := s.tickets[ticket]
	delete(s.tickets, ticket)
	fault := s.faults.next("link")
	s.mu.Unlock()
	if !good || fault != None {
		http.Error(w, "no such ticket", http.StatusForbidden)
		return
	}
	conn, err := upgrade(w, r)
	if err != nil {
		return
	}
	k := &socket{wsConn: conn}
	conn.pong = func() { s.mu.Lock(); k.pongs++; s.mu.Unlock() }
	defer s.unplug(k)
	if !s.plug(k) {
		return
	}
	over := make(chan struct{})
	defer close(over)
	go k.keepAlive(over)
	for {
		text, err := conn.message()
		if err != nil {
			return
		}
		s.ack(text)
	}
}

// plug says hello and makes the connection one that envelopes may be sent on.
func (s *Server) plug(k *socket) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.stop:
		return false
	default:
	}
	hello, _ := json.Marshal(answer{"type": "hello", "num_connections": len(s.sockets) + 1,
		"debug_info": answer{"host": "practice", "approximate_connection_time": 3600}, "connection_info": answer{"app_id": appID}})
	if k.write(opText, hello) != nil || k.write(opPing, []byte("practice")) != nil {
		return false
	}
	s.sockets = append(s.sockets, k)
	return true
}

func (s *Server) unplug(k *socket) {
	k.conn.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sockets = slices.DeleteFunc(s.sockets, func(have *socket) bool { return have == k })
}

func (k *socket) keepAlive(over chan struct{}) {
	t := time.NewTicker(pingEvery)
	defer t.Stop()
	for {
		select {
		case <-over:
			return
		case <-t.C:
			if k.write(opPing, []byte("practice")) != nil {
				return
			}
		}
	}
}

// ack notes the answer to an envelope. The first one counts.
func (s *Server) ack(text []byte) {
	var a struct {
		ID      string          `json:"envelope_id"`
		Payload json.RawMessage `json:"payload"`
	}
	if json.Unmarshal(text, &a) != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.envelopes, func(e *sentEnvelope) bool { return e.ID == a.ID })
	if i < 0 {
		return
	}
	e := s.envelopes[i]
	if e.answers++; !e.Acked.IsZero() {
		return
	}
	if len(text) >= maxAck {
		e.Dropped = true
		return
	}
	e.Acked, e.Answer = time.Now(), a.Payload
	close(e.acked)
}

// send puts a payload into an envelope and waits until it is answered, at most Options.Ack. What is not
// answered is not sent again.
func (s *Server) send(kind string, payload answer) (Envelope, error) {
	s.mu.Lock()
	if len(s.sockets) == 0 {
		s.mu.Unlock()
		return Envelope{Type: kind}, ErrNobody
	}
	s.serial++
	e := &sentEnvelope{Envelope: Envelope{ID: fmt.Sprintf("envelope-%d", s.serial), Type: kind, Sent: time.Now()}, acked: make(chan struct{})}
	s.envelopes = append(s.envelopes, e)
	k := s.sockets[len(s.sockets)-1]
	if s.oldest {
		k = s.sockets[0]
	}
	s.mu.Unlock()
	text, err := json.Marshal(answer{"envelope_id": e.ID, "type": kind, "accepts_response_payload": true, "payload": payload})
	if err == nil {
		s.mu.Lock()
		e.text = text
		s.mu.Unlock()
		err = k.write(opText, text)
	}
	if err != nil {
		return e.Envelope, fmt.Errorf("send an envelope: %w", err)
	}
	t := time.NewTimer(s.o.Ack)
	defer t.Stop()
	select {
	case <-e.acked:
	case <-s.stop:
		err = errors.New("the practice Slack was closed")
	case <-t.C:
		err = fmt.Errorf("no answer within %s", s.o.Ack)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return e.Envelope, err
}

// UseOldest makes what people do come in on the connection that was opened first; else it is the newest one.
// Slack takes any of them.
func (s *Server) UseOldest() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.oldest = true
}

// Sockets is how many connections of socket mode are open.
func (s *Server) Sockets() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sockets)
}

// Pongs is how many pings the open connections have answered.
func (s *Server) Pongs() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, k := range s.sockets {
		n += k.pongs
	}
	return n
}

// Announce tells every connection that it will end, for a reason such as warning, as Slack does some seconds
// before it ends one. What comes meanwhile goes over the newest connection all the same.
func (s *Server) Announce(reason string) {
	text, _ := json.Marshal(answer{"type": "disconnect", "reason": reason, "debug_info": answer{"host": "practice"}})
	s.mu.Lock()
	all := slices.Clone(s.sockets)
	s.mu.Unlock()
	for _, k := range all {
		k.write(opText, text)
	}
}

// EndOldest ends the connection that was made first.
func (s *Server) EndOldest() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.sockets) > 0 {
		s.sockets[0].end(closeNormal, "refresh_requested")
		s.sockets = s.sockets[1:]
	}
}

// Again sends an envelope once more over the newest connection, as Slack does where it believes that the
// first time was lost. What comes back is not waited for.
func (s *Server) Again(id string) error {
	s.mu.Lock()
	i := slices.IndexFunc(s.envelopes, func(e *sentEnvelope) bool { return e.ID == id })
	if i < 0 || len(s.sockets) == 0 {
		s.mu.Unlock()
		return ErrNobody
	}
	text, k := s.envelopes[i].text, s.sockets[len(s.sockets)-1]
	s.mu.Unlock()
	return k.write(opText, text)
}

// Answers counts the answers to an envelope: one that was sent twice may be answered twice.
func (s *Server) Answers(id string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.envelopes, func(e *sentEnvelope) bool { return e.ID == id })
	if i < 0 {
		return 0
	}
	return s.envelopes[i].answers
}

// Disconnect tells every connection that it ends, for a reason such as refresh_requested, and ends it.
func (s *Server) Disconnect(reason string) {
	text, _ := json.Marshal(answer{"type": "disconnect", "reason": reason, "debug_info": answer{"host": "practice"}})
	for _, k := range s.unplugAll() {
		k.write(opText, text)
		k.end(closeNormal, reason)
	}
}

// CutSockets ends every connection without a word.
func (s *Server) CutSockets() {
	for _, k := range s.unplugAll() {
		k.conn.Close()
	}
}

func (s *Server) unplugAll() []*socket {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.sockets
	s.sockets = nil
	return all
}

// Envelopes are all that were sent, the earliest first.
func (s *Server) Envelopes() []Envelope {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Envelope, 0, len(s.envelopes))
	for _, e := range s.envelopes {
		out = append(out, e.Envelope)
	}
	return out
}
