package slack

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	api "github.com/slack-go/slack"
)

const (
	maxViewTitle = 24
	maxPrivate   = 3000
	// maxWhisper is how many lines a reader is answered with.
	maxWhisper = 30
)

// Line is a line of what one reader is told. Text may be anything that an outlet wrote; with a URL that
// Slack takes it is a link.
type Line struct{ Text, URL string }

// Choice is a button.
type Choice struct{ Action, Value, Text string }

// Whisper is what one reader alone is told.
type Whisper struct {
	Title string
	Lines []Line
	// Ref and Choices are buttons below it.
	Ref     Ref
	Choices []Choice
	// Replace puts it in the place of the whisper whose button was pressed.
	Replace bool
}

// blocks are as many lines as a message holds, and the buttons.
func (w Whisper) blocks() []api.Block {
	var r run
	r.text(cmp.Or(clip(clean(w.Title), maxSection), "…"))
	elements := []api.RichTextElement{r.section()}
	if list := lineList(w.Lines); list != nil {
		elements = append(elements, list)
	}
	return withChoices([]api.Block{api.NewRichTextBlock("whisper", elements...)}, w.Ref, w.Choices)
}

// maxSection bounds the text of one element.
const maxSection = 1500

func lineList(lines []Line) *api.RichTextList {
	var list []api.RichTextElement
	room := planWeight / 2
	for i, l := range lines {
		var r run
		if text := shown(l.Text, maxSection); l.URL != "" {
			r.link(l.URL, text, nil)
		} else {
			r.text(text)
		}
		if len(r.elements) == 0 {
			continue
		}
		room -= weighElement(r.section())
		if room < 0 || len(list) == maxWhisper {
			var more run
			more.text(fmt.Sprintf("… +%d", len(lines)-i))
			list = append(list, more.section())
			break
		}
		list = append(list, r.section())
	}
	if len(list) == 0 {
		return nil
	}
	return api.NewRichTextList(api.RTEListBullet, 0, list...)
}

func withChoices(blocks []api.Block, r Ref, choices []Choice) []api.Block {
	var elements []api.BlockElement
	for _, c := range choices {
		elements = append(elements, button(c.Action, c.Value, c.Text))
	}
	if id := r.id(0); len(elements) > 0 && units(id) <= maxID {
		blocks = append(blocks, api.NewActionBlock(id, elements...))
	}
	return blocks
}

// words are a whisper's words for those who cannot see its form.
func (w Whisper) words() string {
	b := budget{sep: "\n", limit: maxText}
	b.add(cmp.Or(clip(clean(w.Title), maxText/6), "…")) // escaped it fits all the same
	for _, l := range w.Lines {
		b.add("• " + shown(l.Text, maxSection))
	}
	return b.String()
}

// Whisper answers the reader who did what a is about, and nobody else. Where a leaves no address for an
// answer, or one at which Slack takes none any more, it is posted as a message that only they see.
func (c *Client) Whisper(ctx context.Context, a Action, w Whisper) (err error) {
	defer func() { err = c.hide(err) }()
	if a.Answer.IsSet() {
		if err = c.respond(ctx, a, w); !errors.Is(err, errTurnedAway) || a.ChannelID == "" {
			return err
		}
	}
	if _, no := c.api.PostEphemeralContext(ctx, a.ChannelID, a.User, api.MsgOptionText(w.words(), false), api.MsgOptionBlocks(w.blocks()...)); no != nil {
		return errors.Join(err, fmt.Errorf("answer a reader: %w", classify(no)))
	}
	return nil
}

// errTurnedAway is an answer that Slack did not take, and showed nobody.
var errTurnedAway = errors.New("answer a reader")

// respond leaves an answer at the address that Slack gave for it.
func (c *Client) respond(ctx context.Context, a Action, w Whisper) error {
	if !c.trusts(a.Answer.Reveal()) {
		return fmt.Errorf("%w: the address for it is none of Slack's", errTurnedAway)
	}
	body, err := json.Marshal(map[string]any{"text": w.words(), "blocks": w.blocks(), "response_type": "ephemeral", "replace_original": w.Replace})
	if err != nil {
		return fmt.Errorf("encode an answer: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.Answer.Reveal(), bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("%w: slack gave no address for it", errTurnedAway)
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	resp, err := c.http.Do(req)
	if err != nil {
		return fmt.Errorf("answer a reader: %w", withoutURL(err))
	}
	defer resp.Body.Close()
	word, _ := io.ReadAll(io.LimitReader(resp.Body, 1000)) // only to be quoted
	var says struct {
		OK    *bool  `json:"ok"`
		Error string `json:"error"`
	}
	if json.Unmarshal(word, &says) == nil && says.OK != nil && !*says.OK || resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%w: slack says %s (%s)", errTurnedAway, resp.Status, clip(clean(cmp.Or(says.Error, string(word))), 100))
	}
	return nil
}

// Modal is a window over Slack that one reader sees.
type Modal struct {
	Title string
	// Name tells a modal that is submitted, Submit is on its button; both empty where there is nothing to
	// submit. Close is on the other button.
	Name, Submit, Close string
	Lines               []Line
	// Ref is what it is about, and ChannelID and TS the message from which it was opened.
	Ref           Ref
	ChannelID, TS string
	Choices       []Choice
}

// private travels with a modal.
type private struct {
	Digest  string `json:"d"`
	Part    int    `json:"p"`
	Story   int64  `json:"s"`
	Channel string `json:"c"`
	TS      string `json:"t"`
}

func (m Modal) request() (api.ModalViewRequest, error) {
	data, err := json.Marshal(private{m.Ref.Digest, m.Ref.Part, m.Ref.Story, m.ChannelID, m.TS})
	if err != nil || units(string(data)) > maxPrivate {
		return api.ModalViewRequest{}, fmt.Errorf("open a modal: what it is about does not fit (%d bytes)", len(data))
	}
	text := func(s string) *api.TextBlockObject {
		if s == "" {
			return nil
		}
		return api.NewTextBlockObject(api.PlainTextType, clip(clean(s), maxViewTitle), false, false)
	}
	blocks := []api.Block{}
	for i, l := range m.Lines {
		var r run
		if s := shown(l.Text, maxSection); l.URL != "" {
			r.link(l.URL, s, &api.RichTextSectionTextStyle{Bold: true})
		} else {
			r.text(s)
		}
		if len(r.elements) > 0 && len(blocks) < maxWhisper {
			blocks = append(blocks, api.NewRichTextBlock(fmt.Sprintf("line.%d", i), r.section()))
		}
	}
	return api.ModalViewRequest{
		Type: api.VTModal, Title: text(m.Title), Submit: text(m.Submit), Close: text(m.Close), CallbackID: m.Name, PrivateMetadata: string(data),
		Blocks: api.Blocks{BlockSet: withChoices(blocks, m.Ref, m.Choices)},
	}, nil
}

// Open opens a modal for the reader who did what a is about, which must be no more than three seconds
// ago; a press within a modal changes that modal.
func (c *Client) Open(ctx context.Context, a Action, m Modal) (err error) {
	defer func() { err = c.hide(err) }()
	v, err := m.request()
	if err != nil {
		return err
	}
	if a.View != "" {
		_, err = c.api.UpdateViewContext(ctx, v, "", "", a.View)
	} else {
		_, err = c.api.OpenViewContext(ctx, a.Trigger, v)
	}
	if err != nil {
		return fmt.Errorf("open a modal: %w", classify(err))
	}
	return nil
}

// ErrGone says that a message cannot be changed any more: it was deleted, or is too old.
var ErrGone = errors.New("the message is gone or can no longer be changed")

// changeError classes the error of a change to a message.
func changeError(err error) error {
	if e, ok := errors.AsType[api.SlackErrorResponse](err); ok {
		switch e.Err {
		case "message_not_found", "cant_update_message", "edit_window_closed", "msg_too_old", "thread_not_found":
			return fmt.Errorf("%w (%s)", ErrGone, e.Err)
		}
	}
	return classify(err)
}

// readPrivate reads what a modal carries.
func readPrivate(a *Action, data string) bool {
	var p private
	if json.Unmarshal([]byte(data), &p) != nil || p.Digest == "" {
		return false
	}
	a.Ref, a.ChannelID, a.TS = Ref{Digest: p.Digest, Part: p.Part, Story: p.Story}, p.Channel, p.TS
	return true
}
