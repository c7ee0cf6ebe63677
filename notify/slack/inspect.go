package slack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	api "github.com/slack-go/slack"

	"newsvigil/notify"
)

// ChannelState is a channel as the app sees it.
type ChannelState struct {
	ID, Name string
	// Member says that the app was invited, Archived that nothing can be posted, Private that only its
	// members see it.
	Member, Archived, Private bool
}

// Is reports whether it is the channel of this name, with or without #, or id.
func (s ChannelState) Is(name string) bool {
	return s.ID == name || strings.EqualFold(s.Name, strings.TrimPrefix(strings.TrimSpace(name), "#"))
}

// AllChannels lists the channels that the app sees, archived ones too. Where the token may not see private
// channels the public ones are the answer.
func (c *Client) AllChannels(ctx context.Context) (all []ChannelState, err error) {
	defer func() { err = c.hide(err) }()
	all, err = c.allChannels(ctx, []string{"public_channel", "private_channel"})
	if e, ok := errors.AsType[api.SlackErrorResponse](err); ok && e.Err == "missing_scope" {
		all, err = c.allChannels(ctx, []string{"public_channel"})
	}
	if err != nil {
		return nil, fmt.Errorf("list the channels: %w", classify(err))
	}
	return all, nil
}

const (
	// listSize is how many channels are asked for at once: Slack takes no more, and lets few such requests
	// through in a minute.
	listSize = 999
	// listPause is the longest pause that is waited for between two of them.
	listPause = 10 * time.Second
)

func (c *Client) allChannels(ctx context.Context, types []string) (all []ChannelState, err error) {
	cursor, paused := "", false
	for n := 0; n < maxPages; n++ {
		channels, next, err := c.api.GetConversationsContext(ctx, &api.GetConversationsParameters{Cursor: cursor, Limit: listSize, Types: types})
		if r, ok := errors.AsType[*notify.Refusal](classify(err)); ok && r.Class == notify.ClassWait && r.After <= listPause && !paused {
			if paused = true; pause(ctx, r.After) != nil {
				return nil, ctx.Err()
			}
			continue
		}
		if err != nil {
			return nil, err
		}
		paused = false
		for _, ch := range channels {
			all = append(all, ChannelState{ID: ch.ID, Name: ch.Name, Member: ch.IsMember, Archived: ch.IsArchived, Private: ch.IsPrivate})
		}
		if next == "" {
			return all, nil
		}
		cursor = next
	}
	return nil, fmt.Errorf("more than %d channels; write the channels' ids in the configuration instead of their names", maxPages*listSize)
}

// CanRead tries whether a channel's history can be read, by its id; nil says that it can.
func (c *Client) CanRead(ctx context.Context, id string) (err error) {
	defer func() { err = c.hide(err) }()
	if _, err := c.page(ctx, place{channel: id}, ""); err != nil {
		return lookError(err)
	}
	return nil
}

// IsDirect reports whether a configured channel is a direct message, by its id.
func IsDirect(name string) bool { return channelID.MatchString(name) && name[0] == 'D' }

// IsID reports whether a configured channel is given by its id.
func IsID(name string) bool { return channelID.MatchString(name) }

// CanListen tries whether a connection for buttons and commands would be given; nil says that it would. It
// opens none.
func (c *Client) CanListen(ctx context.Context) (err error) {
	defer func() { err = c.hide(err) }()
	_, err = c.connectionAddress(ctx)
	return err
}

// clockOf is Slack's clock as an answer tells it; zero where it does not.
func clockOf(h http.Header) time.Time {
	t, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return time.Time{}
	}
	return t
}
