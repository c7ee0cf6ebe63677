package slack

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	api "github.com/slack-go/slack"

	"newsvigil/news"
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
	// betweenPosts is about how long before the last post the one before it can have been.
	betweenPosts = 16 * time.Minute
)

// metadata carries the delivery's key, by which the message is found again.
func metadata(m notify.Message) api.SlackMetadata {
	d := m.Delivery
	kind := d.Kind
	if m.Notice.Brief != nil {
		kind = news.DeliverBrief
	}
	payload := map[string]any{
		"v": 1, keyField: d.Key, kindField: string(kind), partField: max(1, d.Part), partsField: max(1, d.Parts),
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
	p := place{channel: channel, thread: d.Thread, oldest: oldest(d)}
	messages, err := c.read(ctx, p)
	if err == nil {
		found, err = c.pick(ctx, p, messages, d.Key)
	}
	if err == nil && len(found) == 0 && p.oldest != "" {
		// A clock that is wrong by more than the look goes back must not hide the message.
		p.oldest, p.most = "", pageSize
		if messages, err = c.pages(ctx, p); err == nil {
			found, err = c.pick(ctx, p, messages, d.Key)
		}
	}
	if err != nil {
		return nil, err
	}
	slices.SortFunc(found, func(a, b notify.Receipt) int { return compareTS(a.TS, b.TS) })
	return slices.Compact(found), nil
}

// oldest is where a look begins: some time before the last post by our clock, and before the message by
// Slack's, where that is known. A thread is read whole: it has no other messages of ours.
func oldest(d news.Delivery) string {
	if d.Claimed.IsZero() || d.Thread != "" {
		return ""
	}
	at := d.Claimed
	if ts, err := timeOf(d.TS); err == nil && ts.Before(at) {
		at = ts
	}
	return oldestTS(at.Add(-lookBack - time.Duration(min(max(0, d.Tries-1), 90))*betweenPosts))
}

// pick returns the messages with the key that are ours.
func (c *Client) pick(ctx context.Context, p place, messages []entry, key string) (found []notify.Receipt, err error) {
	for _, e := range messages {
		if !e.carries(key) {
			continue
		}
		if err := c.whoami(ctx); err != nil {
			return nil, err
		}
		if !c.authors.ours(e) {
			c.o.Log.Warn("a message of somebody else carries the key of one of ours", "key", key, "ts", e.TS, "user", e.User, "bot", e.BotID)
			continue
		}
		found = append(found, notify.Receipt{ChannelID: p.channel, TS: e.TS})
	}
	return found, nil
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
