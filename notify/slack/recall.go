package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	api "github.com/slack-go/slack"

	"newsvigil/news"
	"newsvigil/notify"
)

const (
	// recallTries bounds how often one request of a recall is made, and longestPause what it waits for.
	recallTries  = 4
	longestPause = 2 * time.Minute
	shortPause   = 100 * time.Millisecond
)

var _ notify.Recaller = (*Client)(nil)

// stamped matches the id that stamp gives the first block of a message.
var stamped = regexp.MustCompile(`^nv\.[0-9a-f]{24}$`)

// textLink matches an address in a message without blocks, which is as plain wrote it.
var textLink = regexp.MustCompile(`<(https?://[^<>|\s]+)(?:\|[^<>]*)?>`)

// Posted implements notify.Recaller over the channel's history and the threads of our own messages.
func (c *Client) Posted(ctx context.Context, channel string, since time.Time) (found []notify.Remembered, err error) {
	defer func() { err = c.hide(err) }()
	if c.webhook() {
		return nil, notify.ErrBlind
	}
	r := recall{Client: c, seen: map[string]bool{}}
	if err := r.ask(ctx, func() error {
		r.channel, err = c.Channel(ctx, channel)
		return err
	}); err != nil {
		return nil, err
	}
	heads, err := r.walk(ctx, place{channel: r.channel, oldest: oldestTS(since)}, c.history)
	if err != nil {
		return nil, err
	}
	for _, h := range heads {
		if parts, _ := h.Metadata.EventPayload[partsField].(float64); parts < 2 && h.ReplyCount == 0 {
			continue
		}
		_, err := r.walk(ctx, place{channel: r.channel, thread: h.Timestamp, oldest: oldestTS(since)}, c.replies)
		if e, ok := errors.AsType[api.SlackErrorResponse](err); ok && e.Err == "thread_not_found" {
			continue // deleted while we read
		}
		if err != nil {
			return nil, err
		}
	}
	if len(r.found) == 0 && r.keyless {
		return nil, fmt.Errorf("%w: the token lacks metadata.message:read", notify.ErrBlind)
	}
	return r.found, nil
}

func oldestTS(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return strconv.FormatInt(t.Unix(), 10) + ".000000"
}

// recall is one look through a channel.
type recall struct {
	*Client
	channel string
	// me is who the token belongs to; nil until somebody claims to be us.
	me    *api.AuthTestResponse
	seen  map[string]bool // by ts
	found []notify.Remembered
	// keyless says that there are messages of ours whose metadata Slack does not show.
	keyless bool
}

// walk reads a place page by page and keeps what is ours, which it returns too.
func (r *recall) walk(ctx context.Context, p place, get func(context.Context, place, string) (page, error)) ([]api.Message, error) {
	var ours []api.Message
	for cursor, n := "", 1; ; n++ {
		var got page
		err := r.ask(ctx, func() (err error) {
			if got, err = get(ctx, p, cursor); err != nil {
				err = lookError(err)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		for _, m := range got.messages {
			mine, err := r.keep(ctx, m)
			if err != nil {
				return nil, err
			}
			if mine {
				ours = append(ours, m)
			}
		}
		if got.cursor == "" {
			return ours, nil
		}
		if n == maxPages {
			r.o.Log.Warn("the channel's history is too long to be read whole", "channel", r.channel, "messages", maxPages*pageSize)
			return ours, nil
		}
		cursor = got.cursor
	}
}

// keep takes a message in where it carries a key of ours and is by us.
func (r *recall) keep(ctx context.Context, m api.Message) (bool, error) {
	key, _ := m.Metadata.EventPayload[keyField].(string)
	claims := m.Metadata.EventType == eventType && key != ""
	signed := len(m.Blocks.BlockSet) > 0 && stamped.MatchString(m.Blocks.BlockSet[0].ID())
	if r.seen[m.Timestamp] || !claims && !signed {
		return false, nil
	}
	if err := r.whoami(ctx); err != nil {
		return false, err
	}
	if m.User != r.me.UserID && (m.User != "" || m.BotID != r.me.BotID) {
		return false, nil
	}
	at, err := timeOf(m.Timestamp)
	if err != nil || !claims {
		r.keyless = r.keyless || !claims
		return false, nil
	}
	r.seen[m.Timestamp] = true
	kind, _ := m.Metadata.EventPayload[kindField].(string)
	found := notify.Remembered{Key: key, Kind: news.DeliveryKind(kind), At: at}
	found.Links, found.Near = links(m, key)
	r.found = append(r.found, found)
	return true, nil
}

func (r *recall) whoami(ctx context.Context) error {
	if r.me != nil {
		return nil
	}
	return r.ask(ctx, func() error {
		me, err := r.api.AuthTestContext(ctx)
		if err != nil {
			return fmt.Errorf("ask who the token belongs to: %w", classify(err))
		}
		if me.UserID == "" {
			return errUnclear
		}
		r.me = me
		return nil
	})
}

// ask makes a request that posts nothing, again after the pause that Slack asks for, and a few times
// where it failed for a reason that passes.
func (r *recall) ask(ctx context.Context, do func() error) error {
	for n := 1; ; n++ {
		err := do()
		if err == nil || n == recallTries || ctx.Err() != nil || errors.Is(err, notify.ErrBlind) {
			return err
		}
		if e, ok := errors.AsType[api.SlackErrorResponse](err); ok && e.Err == "thread_not_found" {
			return err
		}
		pause := time.Duration(n) * shortPause
		switch refusal, _ := errors.AsType[*notify.Refusal](err); notify.ClassOf(err) {
		case notify.ClassWait:
			pause = max(pause, refusal.After)
		case notify.ClassAmbiguous:
		default:
			return err
		}
		if end, ok := ctx.Deadline(); pause > longestPause || ok && time.Until(end) < pause {
			return err
		}
		t := time.NewTimer(pause)
		select {
		case <-ctx.Done():
		case <-t.C:
		}
		t.Stop()
	}
}

// timeOf reads one of Slack's time stamps.
func timeOf(ts string) (time.Time, error) {
	sec, micro, _ := strings.Cut(ts, ".")
	s, err := strconv.ParseInt(sec, 10, 64)
	if err != nil {
		return time.Time{}, err
	}
	us, err := strconv.ParseInt(micro, 10, 64)
	return time.Unix(s, us*1000).UTC(), err
}

// links are the addresses of the pieces that a message of ours tells of, and those of near misses.
func links(m api.Message, key string) (told, near []string) {
	only := m.Metadata.EventPayload[nearField] == true
	if set := m.Blocks.BlockSet; len(set) == 0 || set[0].ID() != blockID(key) {
		told, near = textLinks(m)
	} else {
		for _, b := range set {
			switch b.ID() {
			case "foot":
			case "near":
				near = append(near, blockLinks(b)...)
			default:
				told = append(told, blockLinks(b)...)
			}
		}
	}
	if only {
		return nil, append(near, told...)
	}
	return told, near
}

// textLinks are the addresses in a message without blocks of our own. In a thread the near misses
// follow a line that is no story.
func textLinks(m api.Message) (told, near []string) {
	part, _ := m.Metadata.EventPayload[partField].(float64)
	behind := false
	for line := range strings.Lines(m.Text) {
		behind = behind || part > 1 && len(told) > 0 && !strings.HasPrefix(line, "• ")
		for _, l := range textLink.FindAllStringSubmatch(line, -1) {
			address := strings.ReplaceAll(l[1], "&amp;", "&")
			if behind {
				near = append(near, address)
			} else {
				told = append(told, address)
			}
		}
	}
	return told, near
}

// blockLinks are the addresses of all links in a block, however deep.
func blockLinks(b api.Block) []string {
	var found []string
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			if address, ok := v["url"].(string); ok && v["type"] == "link" {
				found = append(found, address)
			}
			walk(v["elements"])
		}
	}
	var tree any
	if raw, err := json.Marshal(b); err == nil && json.Unmarshal(raw, &tree) == nil {
		walk(tree)
	}
	return slices.Compact(found)
}

// nearOnly reports whether a part of a digest tells of near misses only.
func nearOnly(m notify.Message) bool {
	if m.Delivery.Kind != news.DeliverDigest || m.Delivery.Part < 2 {
		return false
	}
	sheets := plan(m.Digest)
	return m.Delivery.Part <= len(sheets) && len(sheets[m.Delivery.Part-1].rest) == 0
}
