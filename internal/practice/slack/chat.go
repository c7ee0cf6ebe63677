package slack

import (
	"encoding/json"
	"slices"
)

// open returns the channel of a request that the app may write to.
func (s *Server) open(p params) (Channel, answer) {
	c, ok := s.channel(p["channel"])
	switch {
	case !ok, c.Private && c.Outside:
		return c, refusal("channel_not_found")
	case c.Archived:
		return c, refusal("is_archived")
	case c.Outside:
		return c, refusal("not_in_channel")
	}
	return c, nil
}

func (s *Server) postMessage(p params, commit bool) answer {
	c, no := s.open(p)
	if no != nil {
		return no
	}
	if word := Check(p["text"], []byte(p["blocks"]), []byte(p["metadata"])); word != "" {
		return refusal(word)
	}
	now := s.o.Now()
	if last, ok := s.lastPost[c.ID]; ok && now.Sub(last) < s.o.Every {
		return refusal("ratelimited")
	}
	s.lastPost[c.ID] = now
	if !commit {
		return answer{"ok": true}
	}
	m := s.messageFrom(p, c)
	m.TS = s.store(m)
	return answer{"ok": true, "channel": c.ID, "ts": m.TS, "message": s.shown(m, true)}
}

// messageFrom is the message of a post. A thread whose head is gone leaves it without one, as in
// Slack.
func (s *Server) messageFrom(p params, c Channel) Message {
	m := Message{Channel: c.ID, Text: p["text"]}
	if p["blocks"] != "" {
		m.Blocks = json.RawMessage(p["blocks"])
	}
	if p["metadata"] != "" {
		m.Metadata = json.RawMessage(p["metadata"])
	}
	if t := p["thread_ts"]; t != "" && s.index(c.ID, t) >= 0 {
		m.Thread = t
	}
	return m
}

func (s *Server) index(channel, ts string) int {
	return slices.IndexFunc(s.messages, func(m Message) bool { return m.Channel == channel && m.TS == ts })
}

func (s *Server) update(p params, commit bool) answer {
	c, no := s.open(p)
	if no != nil {
		return no
	}
	i := s.index(c.ID, p["ts"])
	if i < 0 {
		return refusal("message_not_found")
	}
	if s.messages[i].User != "" {
		return refusal("cant_update_message")
	}
	if word := Check(p["text"], []byte(p["blocks"]), []byte(p["metadata"])); word != "" {
		return refusal(word)
	}
	if commit {
		m := s.messageFrom(p, c)
		m.TS, m.Thread, m.Edited = s.messages[i].TS, s.messages[i].Thread, true
		if m.Metadata == nil {
			m.Metadata = s.messages[i].Metadata
		}
		s.messages[i] = m
	}
	return answer{"ok": true, "channel": c.ID, "ts": p["ts"], "text": p["text"]}
}

func (s *Server) remove(p params, commit bool) answer {
	c, no := s.open(p)
	if no != nil {
		return no
	}
	i := s.index(c.ID, p["ts"])
	if i < 0 {
		return refusal("message_not_found")
	}
	if s.messages[i].User != "" {
		return refusal("cant_delete_message")
	}
	if commit {
		s.messages = slices.Delete(s.messages, i, i+1)
	}
	return answer{"ok": true, "channel": c.ID, "ts": p["ts"]}
}

// shown is a message as the API shows it.
func (s *Server) shown(m Message, metadata bool) answer {
	a := answer{"type": "message", "user": "U0PRACTICE", "bot_id": "B0PRACTICE", "ts": m.TS, "text": m.Text}
	if m.User != "" {
		a["user"] = m.User
		delete(a, "bot_id")
	}
	if m.Thread != "" {
		a["thread_ts"] = m.Thread
	}
	if m.Blocks != nil {
		a["blocks"] = m.Blocks
	}
	if metadata && m.Metadata != nil && s.may("metadata.message:read") {
		a["metadata"] = m.Metadata
	}
	return a
}
