package otherslack

import (
	"encoding/json"
	"fmt"
)

// crowd is the life of a channel beside the app: now and then somebody writes, joins or leaves, and
// other apps post what no library knows.
func (s *Server) crowd(channel string) {
	if s.dice.IntN(3) > 0 {
		return
	}
	m := &message{channel: channel, user: fmt.Sprintf("U0PERSON%d", s.dice.IntN(9)), text: "Has anybody read this?"}
	switch s.dice.IntN(5) {
	case 0:
		m.subtype, m.text = "channel_join", "<@"+m.user+"> has joined the channel"
	case 1:
		m.subtype, m.text = "channel_leave", "<@"+m.user+"> has left the channel"
	case 2:
		m.user, m.bot, m.app = "U0STRANGER", "B0STRANGER", "A0STRANGER"
		m.blocks = json.RawMessage(`[{"type":"hologram","block_id":7},{"type":"actions","elements":[{"type":"lever"}]},
			{"type":"input","element":{"type":"lever"},"label":{"type":"plain_text","text":"?"}},{"type":"context","elements":[{"type":"smoke"}]}]`)
	case 3:
		m.subtype, m.user, m.bot = "bot_message", "", "B0STRANGER"
		m.metadata = json.RawMessage(`{"event_type":"strange_thing","event_payload":{"post_key":7,"when":[1,2]}}`)
		m.blocks = json.RawMessage(`[{"type":"section","accessory":{"type":"lever"},"text":{"type":"mrkdwn","text":"` + "`{}`" + `"}}]`)
	}
	s.add(m)
}

// mirror now and then lets a stranger's app repeat a post, key and all.
func (s *Server) mirror(p fields) {
	if s.dice.IntN(4) > 0 {
		return
	}
	m, wrong := s.parse(p)
	if wrong != nil {
		return
	}
	m.user, m.bot, m.app = "U0STRANGER", "B0STRANGER", "A0STRANGER"
	s.add(m)
}

// add gives a message its place and name. Several may stand in one second; none before another that was
// there.
func (s *Server) add(m *message) {
	s.serial = (s.serial + 1 + s.dice.Int64N(99)) % 1_000_000
	m.ts = fmt.Sprintf("%d.%06d", s.now().Unix(), s.serial)
	if n := len(s.messages); n > 0 && s.messages[n-1].ts >= m.ts {
		last := number(s.messages[n-1].ts) + 1
		m.ts = fmt.Sprintf("%d.%06d", last/1_000_000, last%1_000_000)
	}
	s.messages = append(s.messages, m)
}
