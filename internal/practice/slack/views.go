package slack

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// The limits of a modal.
const (
	maxViewBlocks  = 100
	maxViewTitle   = 24
	maxPrivate     = 3000
	maxInputLabel  = 2000
	triggerExpires = 3 * time.Second
)

// View is an open modal.
type View struct {
	ID   string
	User string
	// Body is the view as it was sent.
	Body json.RawMessage
	hash string
}

// Callback is the view's callback_id.
func (v View) Callback() string {
	var body struct {
		Callback string `json:"callback_id"`
	}
	if json.Unmarshal(v.Body, &body) != nil {
		return ""
	}
	return body.Callback
}

// shown is the view as an interaction's payload has it.
func (v View) shown() (map[string]any, error) {
	var body map[string]any
	if err := json.Unmarshal(v.Body, &body); err != nil {
		return nil, err
	}
	body["id"], body["hash"], body["team_id"], body["app_id"] = v.ID, v.hash, "T0PRACTICE", appID
	return body, nil
}

// Words are all texts of the view, a line each.
func (v View) Words() string {
	var tree any
	if json.Unmarshal(v.Body, &tree) != nil {
		return ""
	}
	var b strings.Builder
	gatherWords(tree, &b)
	return b.String()
}

func gatherWords(v any, b *strings.Builder) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			gatherWords(x, b)
		}
	case map[string]any:
		for _, key := range []string{"title", "text", "label", "blocks", "elements", "element", "options"} {
			if s, ok := v[key].(string); ok {
				b.WriteString(s + "\n")
				continue
			}
			gatherWords(v[key], b)
		}
	}
}

// Views are the open modals of a person, the earliest first.
func (s *Server) Views(user string) []View {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []View
	for _, v := range s.views {
		if v.User == userOf(user) {
			out = append(out, *v)
		}
	}
	slices.SortFunc(out, func(a, b View) int { return strings.Compare(a.ID, b.ID) })
	return out
}

type trigger struct {
	user string
	at   time.Time
	used bool
}

// trigger makes a trigger_id, which opens one modal within three seconds. It runs under the lock.
func (s *Server) trigger(user string) string {
	s.serial++
	id := fmt.Sprintf("trigger.%d", s.serial)
	s.triggers[id] = &trigger{user: user, at: time.Now()}
	return id
}

func (s *Server) openView(p params, commit bool) answer {
	t := s.triggers[p["trigger_id"]]
	switch {
	case t == nil:
		return refusal("invalid_trigger_id")
	case t.used:
		return refusal("exchanged_trigger_id")
	case time.Since(t.at) > triggerExpires:
		return refusal("expired_trigger_id")
	}
	if word := CheckView([]byte(p["view"])); word != "" {
		return refusal(word)
	}
	t.used = true
	s.serial++
	v := &View{ID: fmt.Sprintf("V%08d", s.serial), User: t.user, Body: json.RawMessage(p["view"]), hash: fmt.Sprint(s.serial)}
	if commit {
		s.views[v.ID] = v
	}
	return answer{"ok": true, "view": answer{"id": v.ID, "hash": v.hash, "type": "modal"}}
}

func (s *Server) updateView(p params, commit bool) answer {
	v := s.views[p["view_id"]]
	switch {
	case v == nil:
		return refusal("not_found")
	case p["hash"] != "" && p["hash"] != v.hash:
		return refusal("hash_conflict")
	}
	if word := CheckView([]byte(p["view"])); word != "" {
		return refusal(word)
	}
	if commit {
		s.serial++
		v.Body, v.hash = json.RawMessage(p["view"]), fmt.Sprint(s.serial)
	}
	return answer{"ok": true, "view": answer{"id": v.ID, "hash": v.hash, "type": "modal"}}
}

// CheckView returns the error word with which Slack refuses a modal, or "" for one that it takes.
func CheckView(raw []byte) string {
	var v struct {
		Type     string     `json:"type"`
		Title    textObject `json:"title"`
		Submit   *textObject
		Close    *textObject
		Blocks   []block `json:"blocks"`
		Callback string  `json:"callback_id"`
		Private  string  `json:"private_metadata"`
	}
	if json.Unmarshal(bytes.TrimSpace(raw), &v) != nil || v.Type != "modal" {
		return "invalid_arguments"
	}
	c := checker{ids: map[string]bool{}, view: true}
	good := c.text(v.Title, maxViewTitle, "plain_text") && len(v.Blocks) > 0 && len(v.Blocks) <= maxViewBlocks &&
		units(v.Callback) <= maxID && units(v.Private) <= maxPrivate
	for _, t := range []*textObject{v.Submit, v.Close} {
		good = good && (t == nil || c.text(*t, maxViewTitle, "plain_text"))
	}
	for _, b := range v.Blocks {
		good = good && c.block(b) && (b.Type != "input" || v.Submit != nil)
	}
	if !good {
		return "invalid_arguments"
	}
	return ""
}
