// Package slack is a practice Slack on loopback: strict about form, limits, scopes and pace as the
// real one is, and able to fail in all the ways in which a request to it can fail. It serves the
// tests of the sender and the `demo` command.
package slack

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Channel is a channel of the practice workspace.
type Channel struct {
	ID, Name string
	// Private channels need the groups: scopes. Archived ones take no messages. Outside says that the
	// app is not a member.
	Private, Archived, Outside bool
}

// Options set the workspace up. The zero value is a workspace without channels.
type Options struct {
	// Token is the bot token that is let in; "" lets the token "xoxb-practice" in.
	Token string
	// AppToken is the app-level token that may open sockets; "" lets the token "xapp-practice" in.
	AppToken string
	// Ack is how long an envelope's answer may take; 0 means 3 s, as in Slack.
	Ack time.Duration
	// Scopes are what the token may do; nil means all that this server knows.
	Scopes   []string
	Channels []Channel
	// Without are methods that the server does not know.
	Without []string
	// Every is the shortest time between two posts to one channel; 0 means a second, a negative one
	// means none.
	Every time.Duration
	// Late is how long after its request a late commit is stored; 0 means 90 s.
	Late time.Duration
	// PageSize caps a page of messages or channels; 0 means 200.
	PageSize int
	Now      func() time.Time
}

// DefaultToken is the token that a server without Options.Token lets in.
const DefaultToken = "xoxb-practice"

// Server is a running practice Slack.
type Server struct {
	o        Options
	listener net.Listener
	http     *http.Server
	stop     chan struct{}

	mu       sync.Mutex
	channels []Channel
	messages []Message // in the order of their ts
	late     []lateMessage
	lastTS   int64 // microseconds
	lastPost map[string]time.Time
	calls    map[string]int
	faults   faults

	serial     int // of ids
	tickets    map[string]bool
	sockets    []*socket
	oldest     bool // which of them is used
	envelopes  []*sentEnvelope
	triggers   map[string]*trigger
	views      map[string]*View
	responses  map[string]*response
	ephemerals []Ephemeral
	scheduled  []Scheduled
}

// Message is a message that stands in a channel.
type Message struct {
	Channel string // id
	TS      string
	Thread  string // ts of the thread's head; "" for a message of its own
	Text    string
	// Blocks and Metadata are as they were sent; nil where there were none.
	Blocks   json.RawMessage
	Metadata json.RawMessage
	Edited   bool
	// User is who wrote it; "" stands for the app itself.
	User string
}

// Key is the post_key in the message's metadata; "" where there is none.
func (m Message) Key() string {
	var meta struct {
		EventPayload struct {
			PostKey string `json:"post_key"`
		} `json:"event_payload"`
	}
	if json.Unmarshal(m.Metadata, &meta) != nil {
		return ""
	}
	return meta.EventPayload.PostKey
}

type lateMessage struct {
	Message
	at time.Time
}

// New starts a server on a free port of 127.0.0.1.
func New(o Options) (*Server, error) {
	if o.Token == "" {
		o.Token = DefaultToken
	}
	if o.AppToken == "" {
		o.AppToken = DefaultAppToken
	}
	if o.Ack == 0 {
		o.Ack = 3 * time.Second
	}
	if o.Scopes == nil {
		o.Scopes = AllScopes()
	}
	if o.Every == 0 {
		o.Every = time.Second
	}
	if o.Late == 0 {
		o.Late = 90 * time.Second
	}
	if o.PageSize == 0 {
		o.PageSize = 200
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for the practice Slack: %w", err)
	}
	s := &Server{
		o: o, listener: l, stop: make(chan struct{}), channels: slices.Clone(o.Channels),
		lastPost: map[string]time.Time{}, calls: map[string]int{}, faults: faults{script: map[string][]Fault{}, chaos: map[string]*chaos{}},
		tickets: map[string]bool{}, triggers: map[string]*trigger{}, views: map[string]*View{}, responses: map[string]*response{},
	}
	s.http = &http.Server{Handler: s.routes(), ReadHeaderTimeout: 10 * time.Second}
	go s.http.Serve(l)
	return s, nil
}

// AllScopes are the scopes that the server knows.
func AllScopes() []string {
	return []string{"chat:write", "channels:history", "groups:history", "channels:read", "groups:read", "metadata.message:read", "commands"}
}

// URL is the address of the methods, ending in /api/.
func (s *Server) URL() string { return "http://" + s.listener.Addr().String() + "/api/" }

// Webhook is the address of an incoming webhook that posts to the channel with the given id.
func (s *Server) Webhook(channel string) string {
	return "http://" + s.listener.Addr().String() + "/services/T0PRACTICE/" + channel + "/practice-secret"
}

// Close stops the server; requests that hang are dropped.
func (s *Server) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.stop:
		return nil
	default:
		close(s.stop)
	}
	for _, k := range s.sockets { // the server knows nothing of connections that were taken over
		k.conn.Close()
	}
	return s.http.Close()
}

// AddChannel opens a channel, or replaces the one with the same id.
func (s *Server) AddChannel(c Channel) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := slices.IndexFunc(s.channels, func(have Channel) bool { return have.ID == c.ID }); i >= 0 {
		s.channels[i] = c
		return
	}
	s.channels = append(s.channels, c)
}

// Messages are the messages of a channel, given by id or name, threads included, the oldest first.
func (s *Server) Messages(channel string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.commitLate()
	c, ok := s.channel(channel)
	if !ok {
		return nil
	}
	return s.find(func(m Message) bool { return m.Channel == c.ID })
}

// Calls is how many requests came in for a method, or for "webhook".
func (s *Server) Calls(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[method]
}

// Post stores a message as if a person had written it, and returns its ts.
func (s *Server) Post(channel, text string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, _ := s.channel(channel)
	return s.store(Message{Channel: c.ID, Text: text, User: Person})
}

// Person is the id of a member of the workspace.
const Person = "U0PERSON"

// Plant stores a message as it is, but for its ts, which is returned.
func (s *Server) Plant(m Message) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, _ := s.channel(m.Channel)
	m.Channel = c.ID
	return s.store(m)
}

func (s *Server) find(want func(Message) bool) []Message {
	var out []Message
	for _, m := range s.messages {
		if want(m) {
			out = append(out, m)
		}
	}
	return out
}

func (s *Server) channel(nameOrID string) (Channel, bool) {
	name := strings.TrimPrefix(nameOrID, "#")
	for _, c := range s.channels {
		if c.ID == nameOrID || c.Name == name {
			return c, true
		}
	}
	return Channel{}, false
}

// store gives the message a ts later than all others, as Slack does, and keeps it.
func (s *Server) store(m Message) string {
	s.lastTS = max(s.lastTS+1, s.o.Now().UnixMicro())
	m.TS = strconv.FormatInt(s.lastTS/1e6, 10) + fmt.Sprintf(".%06d", s.lastTS%1e6)
	s.messages = append(s.messages, m)
	return m.TS
}

// commitLate stores the late commits and the scheduled messages whose time has come.
func (s *Server) commitLate() {
	now := s.o.Now()
	s.postScheduled(now)
	s.late = slices.DeleteFunc(s.late, func(l lateMessage) bool {
		if l.at.After(now) {
			return false
		}
		s.store(l.Message)
		return true
	})
}
