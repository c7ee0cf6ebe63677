package otherslack

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// list gives the channels in pages of a few, whatever was asked for.
func (s *Server) list(p fields) answer {
	from, err := uncursor(p["cursor"])
	if err != nil || from > len(s.channels) {
		return no("invalid_cursor")
	}
	to := min(len(s.channels), from+8+s.dice.IntN(8))
	var out []answer
	for _, c := range s.channels[from:to] {
		out = append(out, answer{"id": c.id, "name": c.name, "name_normalized": c.name, "is_channel": true, "is_archived": false,
			"is_member": !strings.HasPrefix(c.name, "crowd-"), "num_members": 4, "topic": answer{"value": "", "last_set": 0}, "previous_names": []string{}})
	}
	return answer{"ok": true, "channels": out, "response_metadata": answer{"next_cursor": cursor(to, len(s.channels))}}
}

func (s *Server) info(p fields) answer {
	for _, c := range s.channels {
		if c.id == p["channel"] {
			return answer{"ok": true, "channel": answer{"id": c.id, "name": c.name, "is_channel": true, "is_member": true}}
		}
	}
	return no("channel_not_found")
}

func cursor(at, of int) string {
	if at >= of {
		return ""
	}
	return base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "next:%d", at))
}

func uncursor(c string) (int, error) {
	if c == "" {
		return 0, nil
	}
	raw, err := base64.StdEncoding.DecodeString(c)
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.TrimPrefix(string(raw), "next:"))
}

// read shows a channel, the newest message first, or a thread, the oldest first with its head before
// every page. A page holds fifteen messages at most and often fewer than were asked for.
func (s *Server) read(p fields, thread bool) answer {
	id := p["channel"]
	if !slices.ContainsFunc(s.channels, func(c channel) bool { return c.id == id }) {
		return no("channel_not_found")
	}
	var head *message
	if thread {
		if head = s.find(id, p["ts"]); head == nil || head.visible.After(s.now()) {
			return no("thread_not_found")
		}
	}
	var list []*message
	for _, m := range s.messages {
		in := m.thread == "" || m.subtype == "thread_broadcast"
		if thread {
			in = m.thread == p["ts"]
		}
		if m.channel == id && in && !m.visible.After(s.now()) && within(m.ts, p) {
			list = append(list, m)
		}
	}
	if !thread {
		slices.Reverse(list)
	}
	from, err := uncursor(p["cursor"])
	if err != nil {
		return no("invalid_cursor")
	}
	from = min(from, len(list))
	size := 15
	if n, err := strconv.Atoi(p["limit"]); err == nil && n > 0 {
		size = min(size, n)
	}
	if !s.calm {
		size = min(size, 5+s.dice.IntN(11))
	}
	to := min(len(list), from+size)
	shown := []answer{}
	if thread {
		shown = append(shown, s.shown(head, p.yes("include_all_metadata")))
	}
	for _, m := range list[from:to] {
		shown = append(shown, s.shown(m, p.yes("include_all_metadata")))
	}
	a := answer{"ok": true, "messages": shown, "has_more": to < len(list)}
	if to < len(list) {
		a["response_metadata"] = answer{"next_cursor": cursor(to, len(list))}
	}
	return a
}

func within(ts string, p fields) bool {
	at := number(ts)
	if p["oldest"] != "" && (at < number(p["oldest"]) || at == number(p["oldest"]) && !p.yes("inclusive")) {
		return false
	}
	return p["latest"] == "" || at < number(p["latest"]) || at == number(p["latest"]) && p.yes("inclusive")
}

func number(ts string) int64 {
	sec, micro, _ := strings.Cut(ts, ".")
	v, _ := strconv.ParseInt(sec+(micro + "000000")[:6], 10, 64) // what is no number is 0
	return v
}

// shown is a message as the history has it.
func (s *Server) shown(m *message, metadata bool) answer {
	a := answer{"type": "message", "ts": m.ts, "text": m.text, "team": "T0OTHER"}
	for name, v := range map[string]string{"subtype": m.subtype, "user": m.user, "bot_id": m.bot, "app_id": m.app, "thread_ts": m.thread} {
		if v != "" {
			a[name] = v
		}
	}
	if m.bot != "" {
		a["bot_profile"] = answer{"id": m.bot, "app_id": m.app, "name": "newsvigil", "deleted": false, "updated": 1}
	}
	if len(m.blocks) > 0 {
		a["blocks"] = m.blocks
	}
	if metadata && len(m.metadata) > 0 {
		a["metadata"] = json.RawMessage(m.metadata)
	}
	if m.edited {
		a["edited"] = answer{"user": m.user, "ts": m.ts}
	}
	n := 0
	for _, r := range s.messages {
		if r.channel == m.channel && r.thread == m.ts {
			n++
		}
	}
	if n > 0 {
		a["reply_count"], a["reply_users"], a["thread_ts"], a["is_locked"], a["subscribed"] = n, []string{m.user}, m.ts, false, true
	}
	return a
}
