package otherslack

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// Message is a message of the app that stands in a channel.
type Message struct {
	// Key is the delivery's, as the metadata says.
	Key, Channel, TS, Thread, Text string
}

type message struct {
	channel, ts, thread, text string
	subtype, user, bot, app   string
	metadata, blocks          json.RawMessage
	edited                    bool
	// visible is from when on the history shows it, due when a late one is stored.
	visible, due time.Time
}

func (m *message) key() string {
	var meta struct {
		Payload struct {
			Key string `json:"post_key"`
		} `json:"event_payload"`
	}
	if json.Unmarshal(m.metadata, &meta) != nil {
		return ""
	}
	return meta.Payload.Key
}

// Standing are the app's messages by key, those included that no history shows yet, and those that
// are still on their way.
func (s *Server) Standing() map[string][]Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.arrive()
	out := map[string][]Message{}
	for _, m := range append(slices.Clone(s.messages), s.late...) {
		if m.bot == bot && m.subtype == "" {
			k := m.key()
			out[k] = append(out[k], Message{k, s.nameOf(m.channel), m.ts, m.thread, m.text})
		}
	}
	return out
}

func (s *Server) nameOf(id string) string {
	for _, c := range s.channels {
		if c.id == id {
			return c.name
		}
	}
	return id
}

// arrive stores what was late.
func (s *Server) arrive() {
	now := s.now()
	s.late = slices.DeleteFunc(s.late, func(m *message) bool {
		if m.due.After(now) {
			return false
		}
		s.store(m)
		return true
	})
}

// store puts a message of the app into its channel, whose history shows it some seconds later.
func (s *Server) store(m *message) {
	s.add(m)
	if !s.calm {
		m.visible = s.now().Add(time.Duration(s.dice.IntN(6)) * time.Second)
		s.crowd(m.channel)
	}
}

func (s *Server) parse(p fields) (*message, answer) {
	i := slices.IndexFunc(s.channels, func(c channel) bool { return c.id == p["channel"] || "#"+c.name == p["channel"] })
	if i < 0 {
		return nil, no("channel_not_found")
	}
	if s.channels[i].name != "" && strings.HasPrefix(s.channels[i].name, "crowd-") {
		return nil, no("not_in_channel")
	}
	m := &message{channel: s.channels[i].id, thread: p["thread_ts"], text: p["text"], user: user, bot: bot, app: app}
	if p["metadata"] != "" {
		var meta struct {
			Type    string         `json:"event_type"`
			Payload map[string]any `json:"event_payload"`
		}
		if json.Unmarshal([]byte(p["metadata"]), &meta) != nil || meta.Type == "" || meta.Payload == nil {
			return nil, no("invalid_metadata_format")
		}
		m.metadata = json.RawMessage(p["metadata"])
	}
	var blocks []json.RawMessage
	if p["blocks"] != "" {
		if json.Unmarshal([]byte(p["blocks"]), &blocks) != nil || len(blocks) > 50 {
			return nil, no("invalid_blocks")
		}
		m.blocks = json.RawMessage(p["blocks"])
	}
	switch {
	case m.text == "" && len(blocks) == 0:
		return nil, no("no_text")
	case len(m.text) > 40_000:
		return nil, no("msg_too_long")
	case m.thread != "" && s.find(m.channel, m.thread) == nil:
		return nil, no("thread_not_found")
	}
	return m, nil
}

func (s *Server) find(channel, ts string) *message {
	for _, m := range s.messages {
		if m.channel == channel && m.ts == ts {
			return m
		}
	}
	return nil
}

func (s *Server) post(p fields) answer {
	m, wrong := s.parse(p)
	if wrong != nil {
		return wrong
	}
	if now := s.now(); now.Sub(s.last[m.channel]) < s.o.Every {
		return no("ratelimited")
	}
	s.last[m.channel] = s.now()
	s.store(m)
	return answer{"ok": true, "channel": m.channel, "ts": m.ts, "message": s.shown(m, true)}
}

// postLate takes a post in and stores it some time after its connection was lost.
func (s *Server) postLate(p fields) answer {
	m, wrong := s.parse(p)
	if wrong != nil {
		return wrong
	}
	m.due = s.now().Add(time.Duration(1+s.dice.IntN(90)) * time.Second)
	s.late = append(s.late, m)
	return no("not_reached")
}

func (s *Server) update(p fields) answer {
	m := s.find(p["channel"], p["ts"])
	switch {
	case m == nil || m.subtype != "":
		return no("message_not_found")
	case m.bot != bot:
		return no("cant_update_message")
	}
	m.text, m.edited = p["text"], true
	if p["blocks"] != "" {
		m.blocks = json.RawMessage(p["blocks"])
	}
	if p["metadata"] != "" {
		m.metadata = json.RawMessage(p["metadata"])
	}
	return answer{"ok": true, "channel": m.channel, "ts": m.ts, "text": m.text}
}

// delete leaves a mark where the message heads a thread.
func (s *Server) delete(p fields) answer {
	m := s.find(p["channel"], p["ts"])
	switch {
	case m == nil || m.subtype != "":
		return no("message_not_found")
	case m.bot != bot:
		return no("cant_delete_message")
	}
	if slices.ContainsFunc(s.messages, func(r *message) bool { return r.channel == m.channel && r.thread == m.ts }) {
		m.subtype, m.text, m.user, m.bot = "tombstone", "This message was deleted.", "USLACKBOT", ""
	} else {
		s.messages = slices.DeleteFunc(s.messages, func(o *message) bool { return o == m })
	}
	return answer{"ok": true, "channel": p["channel"], "ts": p["ts"]}
}
