package slack

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	api "github.com/slack-go/slack"

	"newsvigil/news"
	"newsvigil/notify"
)

// channelID matches Slack's own names of channels and direct messages.
var channelID = regexp.MustCompile(`^[CDG][A-Z0-9]{8,}$`)

// channel is the id of the delivery's channel.
func (c *Client) channel(ctx context.Context, d news.Delivery) (string, error) {
	if d.ChannelID != "" && !c.isStale(d.Channel) {
		return d.ChannelID, nil
	}
	return c.Channel(ctx, d.Channel)
}

// Channel returns the id of a channel that is given by name, with or without #, or by its id.
func (c *Client) Channel(ctx context.Context, name string) (id string, err error) {
	defer func() { err = c.hide(err) }()
	if channelID.MatchString(name) {
		return name, nil
	}
	name = strings.ToLower(strings.TrimPrefix(strings.TrimSpace(name), "#"))
	if name == "" {
		return "", &notify.Refusal{Class: notify.ClassChannel, Text: "No channel is configured."}
	}
	if c.webhook() {
		return "", notify.ErrBlind
	}
	if id := c.known(ctx, name); id != "" {
		return id, nil
	}
	id, err = c.resolve(ctx, name)
	if err != nil {
		return "", err
	}
	c.remember(ctx, name, id)
	return id, nil
}

// known is the remembered id of a name, unless Slack refused it since.
func (c *Client) known(ctx context.Context, name string) string {
	if c.isStale(name) {
		return ""
	}
	c.mu.Lock()
	id := c.ids[name]
	c.mu.Unlock()
	if id != "" || c.o.Channels == nil {
		return id
	}
	id, ok, err := c.o.Channels.Channel(ctx, name)
	if err != nil {
		c.o.Log.Warn("read the remembered channel id", "channel", name, "err", err)
	}
	if !ok || err != nil {
		return ""
	}
	return id
}

func (c *Client) remember(ctx context.Context, name, id string) {
	c.mu.Lock()
	c.ids[name] = id
	delete(c.stale, name)
	c.mu.Unlock()
	if c.o.Channels == nil {
		return
	}
	if err := c.o.Channels.SaveChannel(ctx, name, id); err != nil {
		c.o.Log.Warn("remember the channel id", "channel", name, "err", err)
	}
}

// forget makes the next use of a name ask Slack again: the channel may have been made anew.
func (c *Client) forget(name string) {
	name = strings.ToLower(strings.TrimPrefix(strings.TrimSpace(name), "#"))
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.ids, name)
	c.stale[name] = true
}

func (c *Client) isStale(name string) bool {
	name = strings.ToLower(strings.TrimPrefix(strings.TrimSpace(name), "#"))
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stale[name]
}

// resolve looks a name up among the channels that the app can see. A token without groups:read sees
// public channels only.
func (c *Client) resolve(ctx context.Context, name string) (string, error) {
	id, archived, err := c.list(ctx, name, []string{"public_channel", "private_channel"})
	if e, ok := errors.AsType[api.SlackErrorResponse](err); ok && e.Err == "missing_scope" {
		id, archived, err = c.list(ctx, name, []string{"public_channel"})
	}
	if err != nil {
		return "", fmt.Errorf("look up channel #%s: %w", name, classify(err))
	}
	if id == "" && archived {
		return "", refusalFor("is_archived", "")
	}
	if id == "" {
		return "", &notify.Refusal{Class: notify.ClassChannel, Text: fmt.Sprintf("Slack shows no channel #%s: check the name, and invite the app where the channel is private.", name)}
	}
	return id, nil
}

// list looks for a channel of a name, and says whether there was one that is archived.
func (c *Client) list(ctx context.Context, name string, types []string) (id string, archived bool, err error) {
	cursor := ""
	for range maxPages {
		channels, next, err := c.api.GetConversationsContext(ctx, &api.GetConversationsParameters{
			Cursor: cursor, Limit: listSize, Types: types,
		})
		if err != nil {
			return "", false, err
		}
		for _, ch := range channels {
			if !strings.EqualFold(ch.Name, name) && !strings.EqualFold(ch.NameNormalized, name) {
				continue
			}
			if !ch.IsArchived {
				return ch.ID, false, nil
			}
			archived = true
		}
		if next == "" {
			return "", archived, nil
		}
		cursor = next
	}
	return "", false, fmt.Errorf("more than %d pages of channels; write the channel's id in the configuration instead of its name", maxPages)
}
