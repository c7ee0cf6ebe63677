package slack

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strings"
	"unicode/utf16"
)

// The limits of a message, as Slack documents them or as they were observed.
const (
	maxBlocks   = 50
	maxText     = 4000 // beyond it Slack splits a message without blocks
	maxSection  = 3000
	maxHeader   = 150
	maxFields   = 10
	maxField    = 2000
	maxContext  = 10
	maxActions  = 25
	maxID       = 255
	maxURL      = 3000
	maxButton   = 75
	maxValue    = 2000
	maxOverflow = 5
	maxOptions  = 100
	// maxOptionValue is what an option of a menu may carry, which is far less than a button's value.
	maxOptionValue = 150
	maxPlaceholder = 150
	maxMetadata    = 8000
	// maxWeight is the undocumented bound on the whole message, near 11,300 to 13,300 characters:
	// text in bytes and 125 for every block and element.
	maxWeight = 12000
	perThing  = 125
)

// Check returns the error word with which Slack refuses a message, or "" for one that it takes.
// blocks and metadata are JSON; empty means none.
func Check(text string, blocks, metadata []byte) string {
	blocks = bytes.TrimSpace(blocks)
	if len(blocks) == 0 && strings.TrimSpace(text) == "" {
		return "no_text"
	}
	if units(text) > maxText {
		return "msg_too_long"
	}
	if word := checkMetadata(metadata); word != "" {
		return word
	}
	if len(blocks) == 0 {
		return ""
	}
	var list []block
	if json.Unmarshal(blocks, &list) != nil || len(list) == 0 && strings.TrimSpace(text) == "" {
		return "invalid_blocks"
	}
	if len(list) > maxBlocks {
		return "invalid_blocks"
	}
	c := checker{ids: map[string]bool{}}
	for _, b := range list {
		if !c.block(b) {
			return "invalid_blocks"
		}
	}
	if c.weight > maxWeight {
		return "msg_blocks_too_long"
	}
	return ""
}

func checkMetadata(raw []byte) string {
	if len(raw) == 0 {
		return ""
	}
	if len(raw) > maxMetadata {
		return "metadata_too_large"
	}
	var m struct {
		EventType    string         `json:"event_type"`
		EventPayload map[string]any `json:"event_payload"`
	}
	if json.Unmarshal(raw, &m) != nil || m.EventType == "" || m.EventPayload == nil {
		return "metadata_invalid"
	}
	return ""
}

// units is a length as Slack counts it, in UTF-16 units.
func units(s string) int { return len(utf16.Encode([]rune(s))) }

// block is any block or element: what is not of its type stays empty.
type block struct {
	Type      string          `json:"type"`
	BlockID   string          `json:"block_id"`
	ActionID  string          `json:"action_id"`
	Text      json.RawMessage `json:"text"`
	Fields    []textObject    `json:"fields"`
	Elements  []block         `json:"elements"`
	Options   []block         `json:"options"`
	Accessory *block          `json:"accessory"`
	Element   *block          `json:"element"`
	Label     textObject      `json:"label"`
	// Placeholder and Confirm are a menu's and a button's.
	Placeholder *textObject     `json:"placeholder"`
	Confirm     *confirm        `json:"confirm"`
	URL         string          `json:"url"`
	Value       string          `json:"value"`
	Style       json.RawMessage `json:"style"`
	Timestamp   *json.Number    `json:"timestamp"`
	Format      string          `json:"format"`
	Fallback    *string         `json:"fallback"`
	ImageURL    string          `json:"image_url"`
	AltText     string          `json:"alt_text"`
}

// confirm is the question before an action.
type confirm struct {
	Title   textObject  `json:"title"`
	Text    textObject  `json:"text"`
	Confirm *textObject `json:"confirm"`
	Deny    *textObject `json:"deny"`
}

type textObject struct {
	Type  string `json:"type"`
	Text  string `json:"text"`
	Emoji *bool  `json:"emoji"`
}

// checker gathers what must be unique and what adds up.
type checker struct {
	ids     map[string]bool // of the message's blocks
	actions map[string]bool // of the block at hand
	weight  int
	view    bool // the blocks are a modal's
}

func (c *checker) block(b block) bool {
	c.weight += perThing
	c.actions = map[string]bool{}
	if b.BlockID != "" {
		if units(b.BlockID) > maxID || c.ids[b.BlockID] {
			return false
		}
		c.ids[b.BlockID] = true
	}
	switch b.Type {
	case "header":
		return c.object(b.Text, maxHeader, "plain_text")
	case "divider":
		return true
	case "section":
		return c.section(b)
	case "context":
		return c.each(b.Elements, maxContext, c.contextElement)
	case "actions":
		c.weight += len(b.BlockID) // handed back with every press
		return c.each(b.Elements, maxActions, c.action)
	case "rich_text":
		return c.each(b.Elements, 1000, c.rich)
	case "input":
		return c.view && b.Element != nil && c.text(b.Label, maxInputLabel, "plain_text") && c.action(*b.Element)
	}
	return false
}

func (c *checker) each(list []block, most int, check func(block) bool) bool {
	if len(list) == 0 || len(list) > most {
		return false
	}
	for _, e := range list {
		c.weight += perThing
		if !check(e) {
			return false
		}
	}
	return true
}

// object checks a text object of one of the given types, 1 to most units long.
func (c *checker) object(raw json.RawMessage, most int, types ...string) bool {
	var t textObject
	if json.Unmarshal(raw, &t) != nil {
		return false
	}
	return c.text(t, most, types...)
}

func (c *checker) text(t textObject, most int, types ...string) bool {
	c.weight += len(t.Text)
	known := false
	for _, want := range types {
		known = known || t.Type == want
	}
	return known && t.Text != "" && units(t.Text) <= most && (t.Emoji == nil || t.Type == "plain_text")
}

func (c *checker) section(b block) bool {
	if b.Text == nil && len(b.Fields) == 0 || len(b.Fields) > maxFields {
		return false
	}
	if b.Text != nil && !c.object(b.Text, maxSection, "plain_text", "mrkdwn") {
		return false
	}
	for _, f := range b.Fields {
		if !c.text(f, maxField, "plain_text", "mrkdwn") {
			return false
		}
	}
	return b.Accessory == nil || c.action(*b.Accessory)
}

func (c *checker) contextElement(e block) bool {
	if e.Type == "image" {
		return address(e.ImageURL) && e.AltText != ""
	}
	var s string
	if json.Unmarshal(e.Text, &s) != nil {
		return false
	}
	return c.text(textObject{Type: e.Type, Text: s}, maxSection, "plain_text", "mrkdwn")
}

func (c *checker) action(e block) bool {
	if e.ActionID != "" {
		if units(e.ActionID) > maxID || c.actions[e.ActionID] {
			return false
		}
		c.actions[e.ActionID] = true
	}
	if e.Confirm != nil && !c.confirm(*e.Confirm) {
		return false
	}
	switch e.Type {
	case "button":
		c.weight += len(e.Value)
		known := e.Style == nil || string(e.Style) == `"primary"` || string(e.Style) == `"danger"`
		return known && c.object(e.Text, maxButton, "plain_text") && units(e.Value) <= maxValue && (e.URL == "" || address(e.URL))
	case "overflow":
		return c.options(e.Options, maxOverflow)
	case "static_select":
		return (e.Placeholder == nil || c.text(*e.Placeholder, maxPlaceholder, "plain_text")) && c.options(e.Options, maxOptions)
	case "plain_text_input":
		return c.view
	}
	return false
}

// options checks those of a menu, which are no elements and weigh what they say.
func (c *checker) options(list []block, most int) bool {
	if len(list) == 0 || len(list) > most {
		return false
	}
	for _, o := range list {
		c.weight += len(o.Value)
		if !c.object(o.Text, maxButton, "plain_text") || o.Value == "" || units(o.Value) > maxOptionValue {
			return false
		}
	}
	return true
}

func (c *checker) confirm(q confirm) bool {
	good := c.text(q.Title, 100, "plain_text") && c.text(q.Text, 300, "plain_text", "mrkdwn")
	for _, t := range []*textObject{q.Confirm, q.Deny} {
		good = good && (t == nil || c.text(*t, 30, "plain_text"))
	}
	return good
}

func (c *checker) rich(e block) bool {
	switch e.Type {
	case "rich_text_section", "rich_text_quote", "rich_text_preformatted":
		return c.each(e.Elements, 1000, c.leaf)
	case "rich_text_list":
		var style string
		if json.Unmarshal(e.Style, &style) != nil || (style != "ordered" && style != "bullet") {
			return false
		}
		return c.each(e.Elements, 1000, func(s block) bool { return s.Type == "rich_text_section" && c.rich(s) })
	}
	return false
}

// leaf checks an element of rich text.
func (c *checker) leaf(e block) bool {
	var s string
	if e.Text != nil && json.Unmarshal(e.Text, &s) != nil {
		return false
	}
	c.weight += len(s)
	if units(s) > maxSection {
		return false
	}
	switch e.Type {
	case "text":
		return s != ""
	case "link":
		return address(e.URL)
	case "date":
		if e.Timestamp == nil || !strings.Contains(e.Format, "{") || !strings.Contains(e.Format, "}") {
			return false
		}
		n, err := e.Timestamp.Int64()
		return err == nil && n > 0
	case "emoji", "user", "usergroup", "channel", "broadcast", "color":
		return true
	}
	return false
}

// address reports whether a link's address is absolute, http or https, and not too long.
func address(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && units(raw) <= maxURL && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && !strings.ContainsAny(raw, " \t\n<>\"")
}
