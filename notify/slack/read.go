package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	api "github.com/slack-go/slack"

	"newsvigil/notify"
)

const (
	pageSize = 200
	// maxRead and maxPages bound one look, which gives no answer then rather than a wrong one. Slack may
	// put as few messages on a page as it likes.
	maxRead  = 10_000
	maxPages = 1000
	// pageTries is how often a page is asked for that gets no clear answer.
	pageTries = 3
)

// entry is a message as a channel's history shows it. It is not slack-go's: that one refuses a whole
// page for a single message of another app which has a kind of button that the library does not know.
type entry struct {
	TS       string `json:"ts"`
	Subtype  string `json:"subtype"`
	User     string `json:"user"`
	BotID    string `json:"bot_id"`
	Text     string `json:"text"`
	Replies  int    `json:"reply_count"`
	Metadata struct {
		Type    string         `json:"event_type"`
		Payload map[string]any `json:"event_payload"`
	} `json:"metadata"`
	Blocks []json.RawMessage `json:"blocks"`
}

// key is the delivery that the message says it is; "" where it says nothing of that kind.
func (e entry) key() string {
	if e.Metadata.Type != eventType {
		return ""
	}
	key, _ := e.Metadata.Payload[keyField].(string)
	return key
}

// firstID is the id of the first block; "" where there is none.
func (e entry) firstID() string {
	if len(e.Blocks) == 0 {
		return ""
	}
	return idOf(e.Blocks[0])
}

func idOf(block json.RawMessage) string { return textIn(block, "block_id") }

func typeOf(block json.RawMessage) string { return textIn(block, "type") }

// textIn is a text field of a block; "" where it has none, and is none of ours.
func textIn(block json.RawMessage, name string) string {
	var fields map[string]json.RawMessage
	var text string
	if json.Unmarshal(block, &fields) != nil || json.Unmarshal(fields[name], &text) != nil {
		return ""
	}
	return text
}

// carries reports whether the message is the one with this key. What stands where a message was deleted
// is none.
func (e entry) carries(key string) bool {
	if e.TS == "" || e.Subtype == "tombstone" {
		return false
	}
	if k := e.key(); k != "" {
		return k == key
	}
	return e.firstID() == blockID(key)
}

// place is where and from when on messages are read.
type place struct {
	channel, thread, oldest string
	// most is after how many messages, the newest first, reading ends; 0 means all.
	most int
}

type leaf struct {
	messages []entry
	cursor   string
	more     bool
}

// read returns all messages of a place. A thread whose head was deleted is looked for in the
// channel, where Slack then puts its replies.
func (c *Client) read(ctx context.Context, p place) ([]entry, error) {
	messages, err := c.pages(ctx, p)
	if e, ok := errors.AsType[api.SlackErrorResponse](err); ok && p.thread != "" && e.Err == "thread_not_found" {
		p.thread = ""
		return c.pages(ctx, p)
	}
	return messages, err
}

func (c *Client) pages(ctx context.Context, p place) ([]entry, error) {
	var all []entry
	cursor := ""
	for n := 0; n < maxPages && len(all) < maxRead; n++ {
		got, err := c.surely(ctx, p, cursor)
		if err != nil {
			return nil, lookError(err)
		}
		all = append(all, got.messages...)
		if p.most > 0 && len(all) >= p.most {
			return all, nil
		}
		if got.cursor == "" {
			if got.more {
				return nil, errors.New("look through the channel: slack named more messages but no way to them")
			}
			return all, nil
		}
		cursor = got.cursor
	}
	return nil, fmt.Errorf("look through the channel: more than %d messages since the post", len(all))
}

// surely is page, tried a few times where it got no clear answer: reading again does no harm, and a
// look of many pages would else hardly ever come to its end.
func (c *Client) surely(ctx context.Context, p place, cursor string) (got leaf, err error) {
	for n := 1; ; n++ {
		if got, err = c.page(ctx, p, cursor); err == nil || n == pageTries || !passing(err) {
			return got, err
		}
		select {
		case <-ctx.Done():
			return got, err
		case <-time.After(time.Duration(n) * c.breath):
		}
	}
}

// passing reports whether a page may well be had a moment later. A time-out has taken long enough.
func passing(err error) bool {
	if e, ok := errors.AsType[api.SlackErrorResponse](err); ok {
		return e.Err == "internal_error" || e.Err == "fatal_error"
	}
	e, ok := errors.AsType[net.Error](err)
	return notify.ClassOf(classify(err)) == notify.ClassAmbiguous && !(ok && e.Timeout())
}

// page asks for one page of a channel's history or of a thread.
func (c *Client) page(ctx context.Context, p place, cursor string) (leaf, error) {
	method := "conversations.history"
	form := url.Values{
		"channel": {p.channel}, "limit": {strconv.Itoa(pageSize)}, "inclusive": {"true"}, "include_all_metadata": {"true"},
	}
	if p.thread != "" {
		method = "conversations.replies"
		form.Set("ts", p.thread)
	}
	for name, value := range map[string]string{"oldest": p.oldest, "cursor": cursor} {
		if value != "" {
			form.Set(name, value)
		}
	}
	var a struct {
		// Messages is a pointer because an answer without a list is not one of an empty channel.
		Messages *[]json.RawMessage `json:"messages"`
		More     bool               `json:"has_more"`
		Meta     struct {
			Cursor string `json:"next_cursor"`
		} `json:"response_metadata"`
	}
	if err := c.ask(ctx, method, form, &a); err != nil {
		return leaf{}, err
	}
	if a.Messages == nil {
		return leaf{}, errUnclear
	}
	got := leaf{cursor: a.Meta.Cursor, more: a.More}
	for _, raw := range *a.Messages {
		var e entry
		if err := json.Unmarshal(raw, &e); err == nil {
			got.messages = append(got.messages, e)
		} else if bytes.Contains(raw, []byte(eventType)) {
			return leaf{}, fmt.Errorf("read a message: %w", err) // it may be the one that is looked for
		}
	}
	return got, nil
}

// ask makes one request of a method that only reads.
func (c *Client) ask(ctx context.Context, method string, form url.Values, to any) error {
	base := c.o.APIURL
	if base == "" {
		base = api.APIURL
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, withSlash(base)+method, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Authorization", "Bearer "+c.o.Token.Reveal())
	resp, err := strict{c.http}.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return api.StatusCodeError{Code: resp.StatusCode, Status: resp.Status}
	}
	var raw json.RawMessage
	var a struct {
		OK     bool   `json:"ok"`
		Error  string `json:"error"`
		Needed string `json:"needed"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&raw); err != nil {
		return fmt.Errorf("read slack's answer: %w", err)
	}
	if err := json.Unmarshal(raw, &a); err != nil {
		return fmt.Errorf("read slack's answer: %w", err)
	}
	if !a.OK {
		return api.SlackErrorResponse{Err: a.Error, Needed: a.Needed}
	}
	c.pulse.beat(c.o.Now())
	if err := json.Unmarshal(raw, to); err != nil {
		return fmt.Errorf("read slack's answer: %w", err)
	}
	return nil
}

// lookError classes the error of a look. A token that may post but not read is blind.
func lookError(err error) error {
	if e, ok := errors.AsType[api.SlackErrorResponse](err); ok {
		switch e.Err {
		case "missing_scope":
			return fmt.Errorf("%w: the token lacks %s", notify.ErrBlind, clip(clean(e.Needed), 100))
		case "thread_not_found":
			return err
		}
	}
	return fmt.Errorf("look through the channel: %w", classify(err))
}
