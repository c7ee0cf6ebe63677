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
	if err := r.patiently(ctx, func() error {
		r.channel, err = c.Channel(ctx, channel)
		return err
	}); err != nil {
		return nil, err
	}
	heads, err := r.walk(ctx, place{channel: r.channel, oldest: oldestTS(since)})
	if err != nil {
		return nil, err
	}
	for _, h := range heads {
		if parts, _ := h.Metadata.Payload[partsField].(float64); parts < 2 && h.Replies == 0 {
			continue
		}
		_, err := r.walk(ctx, place{channel: r.channel, thread: h.TS, oldest: oldestTS(since)})
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
	seen    map[string]bool // by ts
	found   []notify.Remembered
	// keyless says that there are messages of ours whose metadata Slack does not show.
	keyless bool
}

// walk reads a place page by page and keeps what is ours, which it returns too.
func (r *recall) walk(ctx context.Context, p place) ([]entry, error) {
	var ours []entry
	read := 0
	for cursor, n := "", 1; ; n++ {
		var got leaf
		err := r.patiently(ctx, func() (err error) {
			if got, err = r.page(ctx, p, cursor); err != nil {
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
		if read += len(got.messages); n == maxPages || read >= maxRead {
			r.o.Log.Warn("the channel's history is too long to be read whole", "channel", r.channel, "messages", read)
			return ours, nil
		}
		cursor = got.cursor
	}
}

// keep takes a message in where it carries a key of ours and is by us.
func (r *recall) keep(ctx context.Context, m entry) (bool, error) {
	key := m.key()
	if r.seen[m.TS] || m.Subtype == "tombstone" || key == "" && !stamped.MatchString(m.firstID()) {
		return false, nil
	}
	if err := r.patiently(ctx, func() error { return r.whoami(ctx) }); err != nil {
		return false, err
	}
	if !r.authors.ours(m) {
		return false, nil
	}
	at, err := timeOf(m.TS)
	if err != nil || key == "" {
		r.keyless = r.keyless || key == ""
		return false, nil
	}
	r.seen[m.TS] = true
	kind, _ := m.Metadata.Payload[kindField].(string)
	found := notify.Remembered{Key: key, Kind: news.DeliveryKind(kind), At: at}
	found.Links, found.Near = links(m, key)
	r.found = append(r.found, found)
	return true, nil
}

// patiently makes a request that posts nothing, again after the pause that Slack asks for, and a few times
// where it failed for a reason that passes.
func (r *recall) patiently(ctx context.Context, do func() error) error {
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
func links(m entry, key string) (told, near []string) {
	only := m.Metadata.Payload[nearField] == true
	if m.firstID() != blockID(key) {
		told, near = textLinks(m)
	} else {
		for _, b := range m.Blocks {
			switch idOf(b) {
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
func textLinks(m entry) (told, near []string) {
	part, _ := m.Metadata.Payload[partField].(float64)
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
func blockLinks(b json.RawMessage) []string {
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
	if json.Unmarshal(b, &tree) == nil {
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
