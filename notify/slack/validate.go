package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	api "github.com/slack-go/slack"

	"newsvigil/notify"
)

// maxFlaws is how many mistakes of one message are named.
const maxFlaws = 5

// ErrNoValidation says that this Slack has no method to check a message without posting it.
var ErrNoValidation = errors.New("this Slack cannot check messages without posting them")

// Flaw is a mistake that Slack sees in the form of a message.
type Flaw struct {
	// Where is the JSON pointer of the block or field, such as /0/text/type; "" where Slack names none.
	Where string
	// What is Slack's description of it.
	What string
}

// String is the flaw in one line.
func (f Flaw) String() string { return strings.TrimSpace(f.Where + " " + f.What) }

// Validate has Slack check the blocks of a message by its method blocks.validate, which posts nothing and
// needs no scope, and returns what is wrong with them, at most five mistakes. A message without blocks has
// none. ErrNoValidation says that this Slack does not know the method; any other error, that nothing is
// known.
func (c *Client) Validate(ctx context.Context, m Message) (flaws []Flaw, err error) {
	defer func() { err = c.hide(err) }()
	if len(m.Blocks) == 0 {
		return nil, nil
	}
	blocks, err := json.Marshal(m.Blocks)
	if err != nil {
		return nil, fmt.Errorf("encode the blocks: %w", err)
	}
	form := url.Values{"blocks": {string(blocks)}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.method("blocks.validate"), strings.NewReader(form.Encode()))
	if err != nil {
		return nil, fmt.Errorf("check the form of a message: %w", withoutURL(err))
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if c.o.Token.IsSet() {
		req.Header.Set("Authorization", "Bearer "+c.o.Token.Reveal())
	}
	resp, err := strict{c.http}.Do(req)
	if err != nil {
		return nil, fmt.Errorf("check the form of a message: %w", classify(withoutURL(err)))
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("check the form of a message: slack says %s", resp.Status)
	}
	data, err := io.ReadAll(resp.Body) // strict has bounded it
	if err != nil {
		return nil, fmt.Errorf("check the form of a message: %w", err)
	}
	return readFlaws(data)
}

// method is the address of one of Slack's methods.
func (c *Client) method(name string) string {
	base := c.o.APIURL
	if base == "" {
		base = api.APIURL
	}
	return withSlash(base) + name
}

// readFlaws reads the answer of blocks.validate.
func readFlaws(data []byte) ([]Flaw, error) {
	var a struct {
		OK     bool   `json:"ok"`
		Error  string `json:"error"`
		Errors []struct {
			Pointer string `json:"pointer"`
			Code    string `json:"code"`
			Message string `json:"message"`
		} `json:"errors"`
		Meta struct {
			Messages []string `json:"messages"`
		} `json:"response_metadata"`
	}
	if err := json.Unmarshal(data, &a); err != nil {
		return nil, errUnclear
	}
	if a.OK {
		return nil, nil
	}
	var flaws []Flaw
	add := func(where, what string) {
		if len(flaws) < maxFlaws {
			flaws = append(flaws, Flaw{clip(clean(where), maxDetail), clip(clean(what), maxDetail)})
		}
	}
	switch a.Error {
	case "unknown_method", "method_deprecated":
		return nil, ErrNoValidation
	case "invalid_blocks", "invalid_message", "invalid_blocks_format", "msg_blocks_too_long":
		for _, e := range a.Errors {
			what := e.Message
			if what == "" {
				what = e.Code
			}
			add(e.Pointer, what)
		}
		for _, s := range a.Meta.Messages {
			add("", s)
		}
		if len(flaws) == 0 {
			add("", a.Error)
		}
		return flaws, nil
	}
	err := classify(api.SlackErrorResponse{Err: a.Error})
	if notify.ClassOf(err) == notify.ClassContent {
		add("", a.Error)
		return flaws, nil
	}
	return nil, fmt.Errorf("check the form of a message: %w", err)
}
