package slack

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	api "github.com/slack-go/slack"

	"newsvigil/notify"
)

const (
	eventType = "newsvigil_post"
	keyField  = "post_key"
	// The other fields of a message's metadata are read where it is recalled.
	kindField  = "kind"
	partField  = "part"
	partsField = "parts"
	nearField  = "near" // it tells of near misses only
	// lookBack is how long before the last post the search begins: Slack's clock is not ours.
	lookBack = 10 * time.Minute
	pageSize = 200
	// maxPages bounds one look. A channel with more messages than that since the post gives no
	// answer rather than a wrong one.
	maxPages = 50
)

// metadata carries the delivery's key, by which the message is found again.
func metadata(m notify.Message) api.SlackMetadata {
	d := m.Delivery
	payload := map[string]any{
		"v": 1, keyField: d.Key, kindField: string(d.Kind), partField: max(1, d.Part), partsField: max(1, d.Parts),
	}
	if nearOnly(m) {
		payload[nearField] = true
	}
	return api.SlackMetadata{EventType: eventType, EventPayload: payload}
}

// blockID is the id of a message's first block: a second place for the key, for tokens that may not
// read metadata.
func blockID(key string) string {
	sum := sha256.Sum256([]byte(key))
	return "nv." + hex.EncodeToString(sum[:12])
}

// stamp gives the first block the id that is made from the key.
func stamp(blocks []api.Block, key string) []api.Block {
	blocks = slices.Clone(blocks)
	switch b := blocks[0].(type) {
	case *api.HeaderBlock:
		c := *b
		c.BlockID = blockID(key)
		blocks[0] = &c
	case *api.RichTextBlock:
		c := *b
		c.BlockID = blockID(key)
		blocks[0] = &c
	}
	return blocks
}

// carries reports whether the message is the one with this key.
func carries(m api.Message, key string) bool {
	if m.Metadata.EventType == eventType {
		if k, ok := m.Metadata.EventPayload[keyField].(string); ok {
			return k == key
		}
	}
	return len(m.Blocks.BlockSet) > 0 && m.Blocks.BlockSet[0].ID() == blockID(key)
}

// Find implements notify.Sender.
func (c *Client) Find(ctx context.Context, m notify.Message) (notify.Receipt, bool, error) {
	all, err := c.FindAll(ctx, m)
	if err != nil || len(all) == 0 {
		return notify.Receipt{}, false, err
	}
	return all[0], true, nil
}

// FindAll implements notify.Sweeper.
func (c *Client) FindAll(ctx context.Context, m notify.Message) (found []notify.Receipt, err error) {
	defer func() { err = c.hide(err) }()
	if c.webhook() {
		return nil, notify.ErrBlind
	}
	d := m.Delivery
	channel, err := c.channel(ctx, d)
	if err != nil {
		return nil, err
	}
	oldest := ""
	if !d.Claimed.IsZero() {
		oldest = strconv.FormatInt(d.Claimed.Add(-lookBack).Unix(), 10) + ".000000"
	}
	messages, err := c.read(ctx, place{channel: channel, thread: d.Thread, oldest: oldest})
	if err != nil {
		return nil, err
	}
	for _, msg := range messages {
		if msg.Timestamp != "" && carries(msg, d.Key) {
			found = append(found, notify.Receipt{ChannelID: channel, TS: msg.Timestamp})
		}
	}
	slices.SortFunc(found, func(a, b notify.Receipt) int { return compareTS(a.TS, b.TS) })
	return slices.Compact(found), nil
}

// place is where and from when on messages are read.
type place struct{ channel, thread, oldest string }

// read returns all messages of a place. A thread whose head was deleted is looked for in the
// channel, where Slack then puts its replies.
func (c *Client) read(ctx context.Context, p place) ([]api.Message, error) {
	if p.thread == "" {
		return c.pages(ctx, p, c.history)
	}
	messages, err := c.pages(ctx, p, c.replies)
	if e, ok := errors.AsType[api.SlackErrorResponse](err); ok && e.Err == "thread_not_found" {
		p.thread = ""
		return c.pages(ctx, p, c.history)
	}
	return messages, err
}

type page struct {
	messages []api.Message
	cursor   string
	more     bool
}

func (c *Client) pages(ctx context.Context, p place, get func(context.Context, place, string) (page, error)) ([]api.Message, error) {
	var all []api.Message
	cursor := ""
	for range maxPages {
		got, err := get(ctx, p, cursor)
		if err != nil {
			return nil, lookError(err)
		}
		all = append(all, got.messages...)
		if got.cursor == "" {
			if got.more {
				return nil, errors.New("look through the channel: slack named more messages but no way to them")
			}
			return all, nil
		}
		cursor = got.cursor
	}
	return nil, fmt.Errorf("look through the channel: more than %d messages since the post", maxPages*pageSize)
}

func (c *Client) history(ctx context.Context, p place, cursor string) (page, error) {
	r, err := c.api.GetConversationHistoryContext(ctx, &api.GetConversationHistoryParameters{
		ChannelID: p.channel, Cursor: cursor, Oldest: p.oldest, Inclusive: true, Limit: pageSize, IncludeAllMetadata: true,
	})
	if err != nil {
		return page{}, err
	}
	return page{r.Messages, r.ResponseMetaData.NextCursor, r.HasMore}, nil
}

func (c *Client) replies(ctx context.Context, p place, cursor string) (page, error) {
	messages, more, next, err := c.api.GetConversationRepliesContext(ctx, &api.GetConversationRepliesParameters{
		ChannelID: p.channel, Timestamp: p.thread, Cursor: cursor, Oldest: p.oldest, Inclusive: true, Limit: pageSize, IncludeAllMetadata: true,
	})
	return page{messages, next, more}, err
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

// compareTS orders Slack's time stamps, "seconds.microseconds", by number.
func compareTS(a, b string) int {
	as, af, _ := strings.Cut(a, ".")
	bs, bf, _ := strings.Cut(b, ".")
	if len(as) != len(bs) {
		return len(as) - len(bs)
	}
	if n := strings.Compare(as, bs); n != 0 {
		return n
	}
	return strings.Compare(af, bf)
}
