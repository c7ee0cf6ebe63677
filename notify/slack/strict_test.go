package slack

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
)

// strict is a second opinion on what Slack takes, made from its documentation alone and apart from the
// practice Slack, so that one slip does not stand in both. It knows only what this program has any need of:
// a key or a type it does not know is a fault.
type strictSlack struct {
	faults  []string
	blocks  map[string]bool
	actions map[string]bool
	weight  int // text in bytes, 125 for every block and element
	view    bool
}

type object = map[string]any

func (s *strictSlack) fault(format string, a ...any) {
	s.faults = append(s.faults, fmt.Sprintf(format, a...))
}

// only finds keys that an object may not have, and misses those that it must.
func (s *strictSlack) only(what string, o object, must, may string) {
	for _, key := range strings.Fields(must) {
		if _, ok := o[key]; !ok {
			s.fault("%s has no %s", what, key)
		}
	}
	for key := range o {
		if !slices.Contains(strings.Fields(must+" "+may), key) {
			s.fault("%s has %s", what, key)
		}
	}
}

// text checks a string of 1 to most UTF-16 units.
func (s *strictSlack) text(what string, v any, most int) {
	str, ok := v.(string)
	if n := len(utf16.Encode([]rune(str))); !ok || n < 1 || n > most {
		s.fault("%s has %d characters of at most %d: %.80q", what, n, most, str)
	}
}

// plain checks a text object that Slack shows as it is.
func (s *strictSlack) plain(what string, v any, most int) {
	o, _ := v.(object)
	s.only(what, o, "type text", "emoji")
	if o["type"] != "plain_text" {
		s.fault("%s is %v", what, o["type"])
	}
	if o["emoji"] == true {
		s.fault("%s turns :words: into emoji", what)
	}
	s.text(what, o["text"], most)
	str, _ := o["text"].(string)
	s.weight += len(str)
}

// id checks an id that nothing else in the message has.
func (s *strictSlack) id(what string, v any, seen map[string]bool) {
	s.text(what, v, 255)
	str, _ := v.(string)
	if seen[str] {
		s.fault("%s %q stands twice", what, str)
	}
	seen[str] = true
}

// all checks the blocks of a message or a modal.
func (s *strictSlack) all(blocks []any) {
	s.blocks, s.actions = map[string]bool{}, map[string]bool{}
	most := 50
	if s.view {
		most = 100
	}
	if len(blocks) < 1 || len(blocks) > most {
		s.fault("%d blocks", len(blocks))
	}
	for _, b := range blocks {
		o, _ := b.(object)
		s.block(o)
	}
	if s.weight > 12000 && !s.view {
		s.fault("it weighs %d", s.weight)
	}
}

func (s *strictSlack) block(o object) {
	s.weight += 125
	if id, ok := o["block_id"]; ok {
		s.id("a block_id", id, s.blocks)
	}
	what := fmt.Sprint(o["type"])
	switch what {
	case "header":
		s.only(what, o, "type text", "block_id")
		s.plain("a header", o["text"], 150)
	case "section":
		s.only(what, o, "type text", "block_id")
		s.plain("a section", o["text"], 3000)
	case "context":
		s.only(what, o, "type elements", "block_id")
		for _, e := range s.elements(what, o, 10) {
			s.plain("a context", e, 3000)
		}
	case "actions":
		s.only(what, o, "type elements", "block_id")
		for _, e := range s.elements(what, o, 25) {
			s.action(e)
		}
	case "rich_text":
		s.only(what, o, "type elements", "block_id")
		for _, e := range s.elements(what, o, 1000) {
			s.rich(e)
		}
	default:
		s.fault("a block of type %s", what)
	}
}

// elements are those of a block or element, at least one.
func (s *strictSlack) elements(what string, o object, most int) (list []object) {
	raw, _ := o["elements"].([]any)
	if len(raw) < 1 || len(raw) > most {
		s.fault("%s has %d elements", what, len(raw))
	}
	for _, e := range raw {
		s.weight += 125
		x, _ := e.(object)
		list = append(list, x)
	}
	return list
}

func (s *strictSlack) action(o object) {
	s.id("an action_id", o["action_id"], s.actions)
	switch what := fmt.Sprint(o["type"]); what {
	case "button":
		s.only(what, o, "type text action_id", "value url style")
		s.plain("a button", o["text"], 75)
		if v, ok := o["value"]; ok {
			s.text("a button's value", v, 2000)
		}
		if v, ok := o["url"]; ok {
			s.address(v)
		}
		if v, ok := o["style"]; ok && v != "primary" && v != "danger" {
			s.fault("a button of style %v", v)
		}
	case "overflow":
		s.only(what, o, "type options action_id", "confirm")
		options, _ := o["options"].([]any)
		if len(options) < 2 || len(options) > 5 {
			s.fault("a menu of %d options", len(options))
		}
		for _, e := range options {
			option, _ := e.(object)
			s.only("an option", option, "text value", "description")
			s.plain("an option", option["text"], 75)
			s.text("an option's value", option["value"], 150)
			if d, ok := option["description"]; ok {
				s.plain("an option's description", d, 75)
			}
		}
		if c, ok := o["confirm"].(object); ok {
			s.only("a question", c, "title text confirm deny", "style")
			s.plain("a question's title", c["title"], 100)
			s.plain("a question", c["text"], 300)
			s.plain("a yes", c["confirm"], 30)
			s.plain("a no", c["deny"], 30)
		}
	default:
		s.fault("an element of type %s among actions", what)
	}
}

func (s *strictSlack) rich(o object) {
	switch what := fmt.Sprint(o["type"]); what {
	case "rich_text_section", "rich_text_quote", "rich_text_preformatted":
		s.only(what, o, "type elements", map[bool]string{true: "border"}[what != "rich_text_section"])
		for _, e := range s.elements(what, o, 1000) {
			s.leaf(e)
		}
	case "rich_text_list":
		s.only(what, o, "type elements style", "indent border offset")
		if o["style"] != "bullet" && o["style"] != "ordered" {
			s.fault("a list of style %v", o["style"])
		}
		for _, e := range s.elements(what, o, 1000) {
			if e["type"] != "rich_text_section" {
				s.fault("a list of %v", e["type"])
			}
			s.rich(e)
		}
	default:
		s.fault("rich text of type %s", what)
	}
}

var (
	dateTokens = regexp.MustCompile(`\{[^{}]*\}`)
	knownToken = regexp.MustCompile(`^\{(date_num|date_slash|date_long|date_long_full|date_long_pretty|date|date_pretty|date_short|date_short_half|date_short_pretty|time|time_secs|ago)\}$`)
)

func (s *strictSlack) leaf(o object) {
	if style, ok := o["style"]; ok {
		x, _ := style.(object)
		s.only("a style", x, "", "bold italic strike code")
	}
	str, _ := o["text"].(string)
	s.weight += len(str)
	switch what := fmt.Sprint(o["type"]); what {
	case "text":
		s.only(what, o, "type text", "style")
		s.text("a text", o["text"], 3000)
	case "link":
		s.only(what, o, "type url text", "style")
		s.text("a link", o["text"], 3000)
		s.address(o["url"])
	case "date":
		s.only(what, o, "type timestamp format fallback", "style")
		n, _ := o["timestamp"].(float64)
		if n <= 0 || n != float64(int64(n)) || n >= 1<<32 {
			s.fault("a date at %v", o["timestamp"])
		}
		s.text("a date's fallback", o["fallback"], 300)
		format, _ := o["format"].(string)
		tokens := dateTokens.FindAllString(format, -1)
		if len(tokens) == 0 || strings.ContainsAny(dateTokens.ReplaceAllString(format, ""), "{}") {
			s.fault("a date of format %q", format)
		}
		for _, token := range tokens {
			if !knownToken.MatchString(token) {
				s.fault("a date with the token %s", token)
			}
		}
	default:
		s.fault("%s in rich text", what)
	}
}

// address checks a link's: absolute, http or https, printable ASCII, at most 3,000 characters.
func (s *strictSlack) address(v any) {
	s.text("an address", v, 3000)
	str, _ := v.(string)
	u, err := url.Parse(str)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
		s.fault("a link to %.80q", str)
	}
	if strings.ContainsFunc(str, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune("<>\"|\\^`{}", r) }) {
		s.fault("signs in an address that are to be escaped: %.80q", str)
	}
}

// modal checks a view.
func (s *strictSlack) modal(o object) {
	s.view = true
	s.only("a modal", o, "type title blocks", "submit close callback_id private_metadata clear_on_close notify_on_close external_id")
	if o["type"] != "modal" {
		s.fault("a view of type %v", o["type"])
	}
	for key, most := range map[string]int{"title": 24, "submit": 24, "close": 24} {
		if v, ok := o[key]; ok && v != nil {
			s.plain("a modal's "+key, v, most)
		}
	}
	for key, most := range map[string]int{"callback_id": 255, "private_metadata": 3000} {
		if v, _ := o[key].(string); len(utf16.Encode([]rune(v))) > most {
			s.fault("a modal's %s has %d characters", key, len(v))
		}
	}
	blocks, _ := o["blocks"].([]any)
	s.all(blocks)
}
