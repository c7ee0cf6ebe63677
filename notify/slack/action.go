package slack

import (
	"cmp"
	"time"

	"newsvigil/news"
)

// Kind is what kind of thing a person did.
type Kind string

// The kinds of Action.
const (
	KindPress   Kind = "press"   // pressed a button, or chose from a menu
	KindSubmit  Kind = "submit"  // submitted a modal
	KindCommand Kind = "command" // typed a slash command
)

// Action is what a person did in Slack.
type Action struct {
	Kind Kind
	// User is the person's id, the only thing that is known of them.
	User string
	// ChannelID is where it was done, TS the message it was done to; both empty where there is none.
	ChannelID, TS string
	// Ref is what was pressed, or what the submitted modal is about.
	Ref Ref
	// Name is the action's id, the modal's name, or the slash command.
	Name string
	// Value is what the button carries, or the text after the command.
	Value string
	// Option is what was chosen from a menu.
	Option string
	// Trigger opens a modal within three seconds. View is the modal in which something was pressed.
	Trigger, View string
	// Answer is where a message to the person alone can be left, for half an hour. It is a secret.
	Answer news.Secret
	// At is when it was pressed, by Slack's clock; zero where Slack does not say.
	At time.Time
}

// command is what is read of a slash command.
type command struct {
	Command  string `json:"command"`
	Text     string `json:"text"`
	User     string `json:"user_id"`
	Channel  string `json:"channel_id"`
	Trigger  string `json:"trigger_id"`
	Response string `json:"response_url"`
}

func (c command) action() (Action, bool) {
	return Action{Kind: KindCommand, User: c.User, ChannelID: c.Channel, Name: c.Command, Value: c.Text,
		Trigger: c.Trigger, Answer: news.NewSecret(c.Response)}, c.User != ""
}

// interaction is what is read of a press or a submitted modal. Slack sends the whole message or modal along,
// in forms to which it adds; nothing of that is needed, and so nothing of it can cost a reader the answer.
type interaction struct {
	Type     string `json:"type"`
	Trigger  string `json:"trigger_id"`
	Response string `json:"response_url"`
	User     struct {
		ID string `json:"id"`
	} `json:"user"`
	Container struct {
		Channel   string `json:"channel_id"`
		TS        string `json:"message_ts"`
		Ephemeral bool   `json:"is_ephemeral"`
	} `json:"container"`
	Channel struct {
		ID string `json:"id"`
	} `json:"channel"`
	Actions []struct {
		ID     string `json:"action_id"`
		Block  string `json:"block_id"`
		Value  string `json:"value"`
		TS     string `json:"action_ts"`
		Option struct {
			Value string `json:"value"`
		} `json:"selected_option"`
	} `json:"actions"`
	View struct {
		ID      string `json:"id"`
		Name    string `json:"callback_id"`
		Private string `json:"private_metadata"`
	} `json:"view"`
}

// action is what was done; false where it is of a kind that needs nothing done.
func (i interaction) action() (Action, bool) {
	a := Action{User: i.User.ID, Trigger: i.Trigger, Answer: news.NewSecret(i.Response)}
	switch {
	case a.User == "":
		return a, false
	case i.Type == "view_submission":
		a.Kind, a.Name = KindSubmit, i.View.Name
		return a, readPrivate(&a, i.View.Private)
	case i.Type != "block_actions" || len(i.Actions) == 0:
		return a, false
	}
	act := i.Actions[0]
	a.Kind, a.Name, a.Value, a.Option = KindPress, act.ID, act.Value, act.Option.Value
	if at, err := timeOf(act.TS); err == nil {
		a.At = at
	}
	if i.View.ID != "" {
		readPrivate(&a, i.View.Private)
		a.View = i.View.ID
	} else if a.ChannelID = cmp.Or(i.Container.Channel, i.Channel.ID); !i.Container.Ephemeral { // which cannot be drawn anew
		a.TS = i.Container.TS
	}
	var ours bool
	a.Ref, ours = readRef(act.Block)
	a.Name = commonAction(a.Name, a.Ref)
	return a, ours
}
