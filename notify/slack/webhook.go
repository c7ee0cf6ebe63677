package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	api "github.com/slack-go/slack"

	"newsvigil/notify"
)

// sendWebhook posts through an incoming webhook. slack-go's own way takes every answer of 200 for
// success and drops the reason of a refusal; here only the body "ok" is success.
func (c *Client) sendWebhook(ctx context.Context, msg Message) (notify.Receipt, error) {
	body, err := json.Marshal(struct {
		Text        string      `json:"text"`
		Blocks      []api.Block `json:"blocks,omitempty"`
		UnfurlLinks bool        `json:"unfurl_links"`
		UnfurlMedia bool        `json:"unfurl_media"`
	}{Text: msg.Text, Blocks: msg.Blocks})
	if err != nil {
		return notify.Receipt{}, fmt.Errorf("encode message: %w", err)
	}
	if err := c.pace.wait(ctx, "webhook"); err != nil {
		return notify.Receipt{}, certain(err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.o.Webhook.Reveal(), bytes.NewReader(body))
	if err != nil {
		return notify.Receipt{}, &notify.Refusal{Class: notify.ClassAuth, Text: "The webhook is not a web address: check the variable that holds it."}
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	resp, err := c.http.Do(req)
	c.pace.done("webhook")
	if err != nil {
		return notify.Receipt{}, classify(fmt.Errorf("post to the webhook: %w", withoutURL(err)))
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 4<<10))
	if err != nil {
		return notify.Receipt{}, fmt.Errorf("read the webhook's answer: %w", err)
	}
	return webhookAnswer(resp, strings.TrimSpace(string(answer)))
}

func webhookAnswer(resp *http.Response, word string) (notify.Receipt, error) {
	if resp.StatusCode == http.StatusOK && word == "ok" {
		return notify.Receipt{Nameless: true}, nil
	}
	if resp.StatusCode == http.StatusTooManyRequests {
		return notify.Receipt{}, tooFast(resp.Header)
	}
	if resp.StatusCode >= 300 && resp.StatusCode < 500 && resp.StatusCode != http.StatusRequestTimeout {
		if r := refusalFor(word, ""); r != nil {
			return notify.Receipt{}, r
		}
		// Whoever answered so, Slack or a proxy before it, posted nothing. To leave it open would give
		// the message up, as a webhook cannot be asked what stands in its channel.
		return notify.Receipt{}, &notify.Refusal{Class: notify.ClassAuth, Text: fmt.Sprintf("The webhook was refused (HTTP %d): check its address, and that it was not withdrawn.", resp.StatusCode)}
	}
	return notify.Receipt{}, errors.Join(errUnclear, fmt.Errorf("webhook status %d", resp.StatusCode))
}
