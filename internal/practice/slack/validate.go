package slack

import (
	"encoding/json"
	"fmt"
	"strings"
)

// validate is blocks.validate: exactly one of blocks, message and view is checked, and nothing is posted. It
// is as strict about the form as a post, but knows nothing of a message's weight, which is no question of
// form. Neither Slack nor this server asks for a token.
func (s *Server) validate(p params, _ bool) answer {
	given := 0
	for _, name := range []string{"blocks", "message", "view"} {
		if strings.TrimSpace(p[name]) != "" {
			given++
		}
	}
	if given != 1 {
		a := refusal("invalid_arguments")
		a["response_metadata"] = answer{"messages": []string{"must provide exactly one of `blocks`, `view`, or `message`"}}
		return a
	}
	if p["view"] != "" {
		if CheckView(json.RawMessage(p["view"])) != "" {
			return flawed("invalid_view", []flaw{{"/", "the view is not valid"}})
		}
		return answer{"ok": true}
	}
	word, at, raw := "invalid_blocks", "", json.RawMessage(p["blocks"])
	if p["message"] != "" {
		var m map[string]json.RawMessage
		if json.Unmarshal([]byte(p["message"]), &m) != nil {
			return flawed("invalid_message", []flaw{{"", "no JSON object"}})
		}
		for name := range m {
			if name != "blocks" && name != "attachments" {
				return flawed("invalid_message", []flaw{{"/" + name, "additional property"}})
			}
		}
		word, at, raw = "invalid_message", "/blocks", m["blocks"]
	}
	if bad := flaws(raw, at); len(bad) > 0 {
		return flawed(word, bad)
	}
	return answer{"ok": true}
}

// flaw is a mistake in the form of a payload.
type flaw struct{ pointer, message string }

func flawed(word string, list []flaw) answer {
	errs := []answer{}
	for _, f := range list {
		errs = append(errs, answer{"code": "failed_constraint", "message": f.message, "pointer": f.pointer, "constraint": answer{"type": "all_of"}})
	}
	a := refusal(word)
	a["errors"] = errs
	return a
}

// flaws are the blocks of a list that a post is refused for.
func flaws(raw json.RawMessage, at string) []flaw {
	var list []block
	if err := json.Unmarshal(raw, &list); err != nil {
		return []flaw{{at, "expected an array of blocks"}}
	}
	var bad []flaw
	if len(list) == 0 || len(list) > maxBlocks {
		bad = append(bad, flaw{at, fmt.Sprintf("expected 1 to %d blocks, got %d", maxBlocks, len(list))})
	}
	c := checker{ids: map[string]bool{}}
	for i, b := range list {
		if !c.block(b) {
			bad = append(bad, flaw{fmt.Sprintf("%s/%d", at, i), "not a valid block of type " + b.Type})
		}
	}
	return bad
}
