package slack

import (
	"slices"
	"strconv"
	"strings"
)

// readable returns the channel of a request that the app may read.
func (s *Server) readable(p params) (Channel, answer) {
	c, ok := s.channel(p["channel"])
	if !ok || c.ID != p["channel"] || (c.Private && c.Outside) {
		return c, refusal("channel_not_found")
	}
	if c.Outside {
		return c, refusal("not_in_channel")
	}
	kind := "channels:history"
	if c.Private {
		kind = "groups:history"
	}
	if !s.may(kind) {
		return c, s.lacks(kind)
	}
	return c, nil
}

func (s *Server) history(p params, _ bool) answer {
	c, no := s.readable(p)
	if no != nil {
		return no
	}
	list := s.find(func(m Message) bool { return m.Channel == c.ID && m.Thread == "" && p.within(m.TS) })
	slices.Reverse(list)
	return s.page(list, p)
}

func (s *Server) replies(p params, _ bool) answer {
	c, no := s.readable(p)
	if no != nil {
		return no
	}
	if s.index(c.ID, p["ts"]) < 0 {
		return refusal("thread_not_found")
	}
	list := s.find(func(m Message) bool {
		return m.Channel == c.ID && (m.TS == p["ts"] || (m.Thread == p["ts"] && p.within(m.TS)))
	})
	return s.page(list, p)
}

// within reports whether a ts lies between oldest and latest.
func (p params) within(ts string) bool {
	after, before := cmpTS(ts, p["oldest"]), cmpTS(ts, p["latest"])
	if p.flag("inclusive") {
		return (p["oldest"] == "" || after >= 0) && (p["latest"] == "" || before <= 0)
	}
	return (p["oldest"] == "" || after > 0) && (p["latest"] == "" || before < 0)
}

func cmpTS(a, b string) int {
	x, _ := strconv.ParseFloat(a, 64)
	y, _ := strconv.ParseFloat(b, 64)
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

// page is one page of messages. The cursor names the next message by its ts, so that messages that
// arrive between two pages shift nothing.
func (s *Server) page(list []Message, p params) answer {
	if ts, ok := strings.CutPrefix(p["cursor"], "at:"); ok {
		i := slices.IndexFunc(list, func(m Message) bool { return m.TS == ts })
		if i < 0 {
			return refusal("invalid_cursor")
		}
		list = list[i:]
	}
	n := min(p.limit(s.o.PageSize), len(list))
	out := make([]answer, 0, n)
	for _, m := range list[:n] {
		out = append(out, s.shown(m, p.flag("include_all_metadata")))
	}
	next := ""
	if n < len(list) {
		next = "at:" + list[n].TS
	}
	return answer{"ok": true, "messages": out, "has_more": next != "", "response_metadata": answer{"next_cursor": next}}
}

func (s *Server) list(p params, _ bool) answer {
	types := p["types"]
	if types == "" {
		types = "public_channel"
	}
	for kind, scope := range map[string]string{"public_channel": "channels:read", "private_channel": "groups:read"} {
		if strings.Contains(types, kind) && !s.may(scope) {
			return s.lacks(scope)
		}
	}
	var seen []Channel
	for _, c := range s.channels {
		kind := "public_channel"
		if c.Private {
			kind = "private_channel"
		}
		if strings.Contains(types, kind) && !(c.Private && c.Outside) && !(c.Archived && p.flag("exclude_archived")) {
			seen = append(seen, c)
		}
	}
	from, _ := strconv.Atoi(p["cursor"])
	from = min(max(0, from), len(seen))
	to := min(from+p.limit(s.o.PageSize), len(seen))
	out := make([]answer, 0, to-from)
	for _, c := range seen[from:to] {
		out = append(out, c.shown())
	}
	next := ""
	if to < len(seen) {
		next = strconv.Itoa(to)
	}
	return answer{"ok": true, "channels": out, "response_metadata": answer{"next_cursor": next}}
}

func (c Channel) shown() answer {
	return answer{"id": c.ID, "name": c.Name, "name_normalized": c.Name, "is_channel": !c.Private, "is_private": c.Private,
		"is_archived": c.Archived, "is_member": !c.Outside}
}

func (s *Server) info(p params, _ bool) answer {
	c, ok := s.channel(p["channel"])
	if !ok || c.ID != p["channel"] || (c.Private && c.Outside) {
		return refusal("channel_not_found")
	}
	return answer{"ok": true, "channel": c.shown()}
}
