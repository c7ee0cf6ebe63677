package slack

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

const appID = "A0PRACTICE"

// Press is a press on a button, or the choice of an option in a menu, of a message.
type Press struct {
	// User is who presses; "" means Person.
	User string
	// Channel is given by id or name, TS is that of the message, which may be one that the user alone
	// sees. View is the modal with the button instead.
	Channel, TS, View string
	// Action is the action_id, or its beginning up to a full stop. Block narrows it to the block with this id or, ending in *, this beginning.
	Action, Block string
	// Option is the value of the option, or its beginning, where the action is a menu.
	Option string
}

// Press presses, and waits for the answer. Its error, as those of Submit and Command, is what the person
// would see: nobody listens, no answer in time, no such button.
func (s *Server) Press(p Press) (Envelope, error) {
	s.mu.Lock()
	payload, err := s.pressed(p)
	s.mu.Unlock()
	if err != nil {
		return Envelope{}, err
	}
	return s.send("interactive", payload)
}

// pressed is the payload of a press. It runs under the lock.
func (s *Server) pressed(p Press) (answer, error) {
	if p.View != "" {
		return s.pressedInView(p)
	}
	c, ok := s.channel(p.Channel)
	m, ephemeral := Message{}, false
	if i := s.index(c.ID, p.TS); i >= 0 {
		m = s.messages[i]
	} else if i := s.whispered(p.TS); i >= 0 && s.ephemerals[i].User == userOf(p.User) {
		m, ephemeral = Message{TS: p.TS, Text: s.ephemerals[i].Text, Blocks: s.ephemerals[i].Blocks}, true
	} else {
		ok = false
	}
	if !ok {
		return nil, errors.New("no such message")
	}
	act, err := findAction(m.Blocks, p)
	if err != nil {
		return nil, err
	}
	payload := s.interaction("block_actions", p.User)
	container := answer{"type": "message", "message_ts": m.TS, "channel_id": c.ID, "is_ephemeral": ephemeral}
	if m.Thread != "" {
		container["thread_ts"] = m.Thread
	}
	payload["container"], payload["channel"] = container, answer{"id": c.ID, "name": c.Name}
	if !ephemeral {
		payload["message"] = s.shown(m, false)
	}
	payload["state"] = answer{"values": answer{}}
	payload["response_url"] = s.responseURL(c.ID, userOf(p.User), m.TS)
	payload["actions"] = []answer{s.timed(act)}
	return payload, nil
}

func (s *Server) pressedInView(p Press) (answer, error) {
	v := s.views[p.View]
	if v == nil || v.User != userOf(p.User) {
		return nil, errors.New("no such modal")
	}
	var body struct {
		Blocks json.RawMessage `json:"blocks"`
	}
	if err := json.Unmarshal(v.Body, &body); err != nil {
		return nil, err
	}
	act, err := findAction(body.Blocks, p)
	if err != nil {
		return nil, err
	}
	payload := s.interaction("block_actions", p.User)
	payload["container"], payload["actions"] = answer{"type": "view", "view_id": v.ID}, []answer{s.timed(act)}
	payload["view"], err = v.shown()
	return payload, err
}

func (s *Server) whispered(ts string) int {
	return slices.IndexFunc(s.ephemerals, func(e Ephemeral) bool { return e.TS == ts })
}

// timed is an action with the moment at which it was pressed.
func (s *Server) timed(act answer) answer {
	now := s.o.Now()
	act["action_ts"] = fmt.Sprintf("%d.%06d", now.Unix(), now.Nanosecond()/1000)
	return act
}

// findAction is the action of a press as Slack reports it.
func findAction(blocks json.RawMessage, p Press) (answer, error) {
	var list []block
	if err := json.Unmarshal(blocks, &list); err != nil {
		return nil, fmt.Errorf("no such button: the message has no blocks")
	}
	for _, b := range list {
		if want, begins := strings.CutSuffix(p.Block, "*"); p.Block != "" && b.BlockID != p.Block && !(begins && strings.HasPrefix(b.BlockID, want)) {
			continue
		}
		elements := b.Elements
		if b.Accessory != nil {
			elements = append(elements, *b.Accessory)
		}
		for _, e := range elements {
			if e.ActionID != p.Action && !strings.HasPrefix(e.ActionID, p.Action+".") {
				continue
			}
			a := answer{"action_id": e.ActionID, "block_id": b.BlockID, "type": e.Type}
			if e.Type == "button" {
				a["text"], a["value"] = e.Text, e.Value
				return a, nil
			}
			i := slices.IndexFunc(e.Options, func(o block) bool { return strings.HasPrefix(o.Value, p.Option) })
			if i < 0 {
				return nil, fmt.Errorf("no such option %q", p.Option)
			}
			a["selected_option"] = answer{"text": e.Options[i].Text, "value": e.Options[i].Value}
			return a, nil
		}
	}
	return nil, fmt.Errorf("no such button %q in block %q", p.Action, p.Block)
}

// interaction is what every interaction's payload has. It runs under the lock.
func (s *Server) interaction(kind, user string) answer {
	return answer{"type": kind, "api_app_id": appID, "token": "practice", "trigger_id": s.trigger(userOf(user)),
		"team": answer{"id": "T0PRACTICE", "domain": "practice"}, "user": answer{"id": userOf(user), "username": "somebody", "team_id": "T0PRACTICE"}}
}

func userOf(user string) string {
	if user == "" {
		return Person
	}
	return user
}

// Submit submits an open modal as a person. values are the inputs' states by block and action id. An
// answer without response_action closes the modal.
func (s *Server) Submit(view, user string, values map[string]map[string]any) (Envelope, error) {
	s.mu.Lock()
	v, ok := s.views[view]
	if !ok {
		s.mu.Unlock()
		return Envelope{}, errors.New("no such modal")
	}
	body, err := v.shown()
	if err != nil || body["submit"] == nil {
		s.mu.Unlock()
		return Envelope{}, errors.New("the modal has no button to submit it")
	}
	body["state"] = answer{"values": values}
	payload := s.interaction("view_submission", user)
	payload["view"], payload["response_urls"] = body, []string{}
	s.mu.Unlock()
	e, err := s.send("interactive", payload)
	if err == nil {
		err = s.submitted(view, e.Answer)
	}
	return e, err
}

// submitted does what the answer to a submission asks for.
func (s *Server) submitted(view string, raw json.RawMessage) error {
	var a struct {
		Action string          `json:"response_action"`
		View   json.RawMessage `json:"view"`
		Errors map[string]any  `json:"errors"`
	}
	if len(raw) > 0 && json.Unmarshal(raw, &a) != nil {
		return errors.New("the answer to the submission cannot be read")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch a.Action {
	case "", "clear":
		delete(s.views, view)
	case "update":
		if word := CheckView(a.View); word != "" {
			return errors.New(word)
		}
		s.views[view].Body = a.View
	case "errors":
		if len(a.Errors) == 0 {
			return errors.New("the answer names no error")
		}
	default:
		return fmt.Errorf("the answer asks for %q", a.Action)
	}
	return nil
}

// Command types a slash command, such as "/newsvigil status", into a channel.
func (s *Server) Command(user, channel, line string) (Envelope, error) {
	name, text, _ := strings.Cut(line, " ")
	s.mu.Lock()
	c, ok := s.channel(channel)
	if !ok || !s.may("commands") {
		s.mu.Unlock()
		return Envelope{}, fmt.Errorf("%s is not a valid command", name)
	}
	payload := answer{"command": name, "text": strings.TrimSpace(text), "user_id": userOf(user), "user_name": "somebody", "channel_id": c.ID,
		"channel_name": c.Name, "team_id": "T0PRACTICE", "team_domain": "practice", "api_app_id": appID, "token": "practice",
		"trigger_id": s.trigger(userOf(user)), "response_url": s.responseURL(c.ID, userOf(user), "")}
	s.mu.Unlock()
	e, err := s.send("slash_commands", payload)
	if err != nil || len(e.Answer) == 0 {
		return e, err
	}
	var a map[string]json.RawMessage
	if json.Unmarshal(e.Answer, &a) != nil || len(a) == 0 {
		return e, nil // an empty answer shows nothing
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if no := s.respond(response{channel: c.ID, user: userOf(user)}, texts(a)); !no.ok() {
		err = fmt.Errorf("the answer is refused: %v", no["error"])
	}
	return e, err
}

// Ephemeral is a message that one person alone sees.
type Ephemeral struct {
	Channel, User, Text string
	Blocks              json.RawMessage
	TS                  string
}

// Ephemerals are the messages that a person alone saw, the earliest first.
func (s *Server) Ephemerals(user string) []Ephemeral {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Ephemeral
	for _, e := range s.ephemerals {
		if e.User == userOf(user) {
			out = append(out, e)
		}
	}
	return out
}

func (s *Server) postEphemeral(p params, commit bool) answer {
	c, no := s.open(p)
	if no != nil {
		return no
	}
	if !strings.HasPrefix(p["user"], "U") {
		return refusal("user_not_in_channel")
	}
	if word := Check(p["text"], []byte(p["blocks"]), nil); word != "" {
		return refusal(word)
	}
	ts := ""
	if commit {
		ts = s.whisper(Ephemeral{Channel: c.ID, User: p["user"], Text: p["text"], Blocks: json.RawMessage(p["blocks"])})
	}
	return answer{"ok": true, "message_ts": ts}
}

// whisper shows a message to one person. It runs under the lock.
func (s *Server) whisper(e Ephemeral) string {
	s.serial++
	e.TS = fmt.Sprintf("%d.%06d", s.o.Now().Unix(), s.serial)
	s.ephemerals = append(s.ephemerals, e)
	return e.TS
}

// response is an address that answers an interaction; it holds for half an hour and five answers.
type response struct {
	channel, user, ts string
	until             time.Time
	used              int
}

// responseURL opens such an address. It runs under the lock.
func (s *Server) responseURL(channel, user, ts string) string {
	s.serial++
	path := fmt.Sprintf("/actions/T0PRACTICE/%d/practice-secret", s.serial)
	s.responses[path] = &response{channel: channel, user: user, ts: ts, until: s.o.Now().Add(30 * time.Minute)}
	return "http://" + s.listener.Addr().String() + path
}

// answerURL takes a message for such an address.
func (s *Server) answerURL(w http.ResponseWriter, r *http.Request) {
	p, err := readParams(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls["response_url"]++
	to := s.responses[r.URL.Path]
	switch {
	case err != nil:
		w.WriteHeader(http.StatusBadRequest)
		writeJSON(w, refusal("invalid_payload"))
		return
	case to == nil, s.o.Now().After(to.until), to.used >= 5:
		w.WriteHeader(http.StatusNotFound)
		writeJSON(w, refusal("used_url"))
		return
	}
	to.used++
	a := s.respond(*to, p)
	if !a.ok() {
		w.WriteHeader(http.StatusBadRequest)
	}
	writeJSON(w, a)
}

// respond does what an answer to an interaction asks for.
func (s *Server) respond(to response, p params) answer {
	i := s.index(to.channel, to.ts)
	if p.flag("delete_original") && i >= 0 {
		s.messages = slices.Delete(s.messages, i, i+1)
		return answer{"ok": true}
	}
	if word := Check(p["text"], []byte(p["blocks"]), nil); word != "" {
		return refusal(word)
	}
	switch {
	case p.flag("replace_original") && i >= 0:
		s.messages[i].Text, s.messages[i].Blocks, s.messages[i].Edited = p["text"], json.RawMessage(p["blocks"]), true
	case p["response_type"] == "in_channel":
		s.store(Message{Channel: to.channel, Text: p["text"], Blocks: json.RawMessage(p["blocks"])})
	case p.flag("replace_original") && s.whispered(to.ts) >= 0:
		e := &s.ephemerals[s.whispered(to.ts)]
		e.Text, e.Blocks = p["text"], json.RawMessage(p["blocks"])
	default:
		s.whisper(Ephemeral{Channel: to.channel, User: to.user, Text: p["text"], Blocks: json.RawMessage(p["blocks"])})
	}
	return answer{"ok": true}
}
