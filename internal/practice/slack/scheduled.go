package slack

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

const (
	// farthest is how far ahead a message can be scheduled, and untouchable how long before its time it
	// can no longer be deleted.
	farthest    = 120 * 24 * time.Hour
	untouchable = time.Minute
	// maxScheduled is how many messages a channel takes for one stretch of five minutes.
	maxScheduled = 30
)

// Scheduled is a message that is to be posted later.
type Scheduled struct {
	ID string
	At time.Time
	Message
}

func (s *Server) schedule(p params, commit bool) answer {
	c, no := s.open(p)
	if no != nil {
		return no
	}
	unix, err := strconv.ParseInt(p["post_at"], 10, 64)
	at, now := time.Unix(unix, 0), s.o.Now()
	switch {
	case err != nil:
		return refusal("invalid_time")
	case !at.After(now):
		return refusal("time_in_past")
	case at.Sub(now) > farthest:
		return refusal("time_too_far")
	}
	if word := Check(p["text"], []byte(p["blocks"]), []byte(p["metadata"])); word != "" {
		return refusal(word)
	}
	near := 0
	for _, have := range s.scheduled {
		if have.Channel == c.ID && have.At.Sub(at).Abs() < 5*time.Minute {
			near++
		}
	}
	if near >= maxScheduled {
		return refusal("restricted_too_many")
	}
	s.serial++
	m := Scheduled{fmt.Sprintf("Q%08d", s.serial), at, s.messageFrom(p, c)}
	// Slack answers as if all were well and never posts a scheduled message that has metadata.
	if commit && m.Metadata == nil {
		s.scheduled = append(s.scheduled, m)
	}
	return answer{"ok": true, "channel": c.ID, "scheduled_message_id": m.ID, "post_at": unix}
}

func (s *Server) unschedule(p params, commit bool) answer {
	c, no := s.open(p)
	if no != nil {
		return no
	}
	i := slices.IndexFunc(s.scheduled, func(m Scheduled) bool { return m.ID == p["scheduled_message_id"] && m.Channel == c.ID })
	if i < 0 || s.scheduled[i].At.Sub(s.o.Now()) < untouchable {
		return refusal("invalid_scheduled_message_id")
	}
	if commit {
		s.scheduled = slices.Delete(s.scheduled, i, i+1)
	}
	return answer{"ok": true}
}

func (s *Server) listScheduled(p params, _ bool) answer {
	out := []answer{}
	for _, m := range s.scheduled {
		if p["channel"] == "" || p["channel"] == m.Channel {
			out = append(out, answer{"id": m.ID, "channel_id": m.Channel, "post_at": m.At.Unix(), "text": m.Text})
		}
	}
	from, _ := strconv.Atoi(p["cursor"])
	from = min(max(0, from), len(out))
	to, next := min(from+p.limit(min(100, s.o.PageSize)), len(out)), ""
	if to < len(out) {
		next = strconv.Itoa(to)
	}
	return answer{"ok": true, "scheduled_messages": out[from:to], "response_metadata": answer{"next_cursor": next}}
}

// Scheduled are the messages that wait for their time, in the order in which they were scheduled.
func (s *Server) Scheduled() []Scheduled {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.commitLate()
	return slices.Clone(s.scheduled)
}

// postScheduled posts what is due.
func (s *Server) postScheduled(now time.Time) {
	s.scheduled = slices.DeleteFunc(s.scheduled, func(m Scheduled) bool {
		if m.At.After(now) {
			return false
		}
		s.store(m.Message)
		return true
	})
}
