package slack

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	api "github.com/slack-go/slack"

	"newsvigil/notify"
)

// Scheduled is a plain message that Slack posts by itself at a time, unless it is taken back before.
type Scheduled struct {
	// ID is Slack's, once it is scheduled.
	ID        string
	ChannelID string
	// Text is plain; of a message that waits, it is as ScheduledText makes it.
	Text string
	At   time.Time
}

// Schedules reports whether messages can be left with Slack: a webhook cannot.
func (c *Client) Schedules() bool { return !c.webhook() }

// Scheduled lists the messages that wait with Slack in a channel, by its id.
func (c *Client) Scheduled(ctx context.Context, channelID string) (list []Scheduled, err error) {
	defer func() { err = c.hide(err) }()
	if c.webhook() {
		return nil, notify.ErrBlind
	}
	for cursor, n := "", 0; n < maxPages; n++ {
		got, next, err := c.api.GetScheduledMessagesContext(ctx, &api.GetScheduledMessagesParameters{Channel: channelID, Cursor: cursor, Limit: 100})
		if err != nil {
			return nil, fmt.Errorf("list the scheduled messages: %w", classify(err))
		}
		for _, m := range got {
			list = append(list, Scheduled{ID: m.ID, ChannelID: m.Channel, Text: m.Text, At: time.Unix(int64(m.PostAt), 0).UTC()})
		}
		if next == "" {
			return list, nil
		}
		cursor = next
	}
	return list, nil
}

// Schedule leaves a message with Slack and returns it with its ID. It has no metadata: Slack drops scheduled
// messages that have.
func (c *Client) Schedule(ctx context.Context, m Scheduled) (left Scheduled, err error) {
	defer func() { err = c.hide(err) }()
	if c.webhook() {
		return m, notify.ErrBlind
	}
	_, id, err := c.api.ScheduleMessageContext(ctx, m.ChannelID, strconv.FormatInt(m.At.Unix(), 10),
		api.MsgOptionText(ScheduledText(m.Text), false), api.MsgOptionDisableLinkUnfurl(), api.MsgOptionDisableMediaUnfurl())
	if err == nil && id == "" {
		err = errUnclear
	}
	if err != nil {
		return m, fmt.Errorf("schedule a message: %w", classify(err))
	}
	m.ID, m.Text = id, ScheduledText(m.Text)
	return m, nil
}

// ScheduledText is a text as it waits with Slack: cleaned and escaped.
func ScheduledText(s string) string { return escape(clip(clean(s), maxText/6)) }

// Unschedule takes a message back. One that is posted or gone, or will be within a minute, stays as it is.
func (c *Client) Unschedule(ctx context.Context, m Scheduled) (err error) {
	defer func() { err = c.hide(err) }()
	_, err = c.api.DeleteScheduledMessageContext(ctx, &api.DeleteScheduledMessageParameters{Channel: m.ChannelID, ScheduledMessageID: m.ID})
	if e, ok := errors.AsType[api.SlackErrorResponse](err); ok && e.Err == "invalid_scheduled_message_id" {
		return nil
	}
	if err != nil {
		return fmt.Errorf("take a scheduled message back: %w", classify(err))
	}
	return nil
}

// Retract deletes a message that waited with Slack and was posted by now. One that is not there is no error.
func (c *Client) Retract(ctx context.Context, m Scheduled) (err error) {
	defer func() { err = c.hide(err) }()
	if c.webhook() {
		return notify.ErrBlind
	}
	messages, err := c.pages(ctx, place{channel: m.ChannelID, oldest: oldestTS(m.At.Add(-lookBack))})
	if err != nil {
		return err
	}
	if err := c.whoami(ctx); err != nil {
		return err
	}
	for _, e := range messages {
		if e.Text != m.Text || e.key() != "" || !c.authors.ours(e) {
			continue
		}
		if err := c.Delete(ctx, notify.Receipt{ChannelID: m.ChannelID, TS: e.TS}); err != nil {
			return err
		}
	}
	return nil
}
