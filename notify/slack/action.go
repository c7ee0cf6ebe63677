package slack

import (
	"time"

	api "github.com/slack-go/slack"

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

// action reads an interaction; false where it is of a kind that needs nothing done.
func action(data any) (Action, bool) {
	switch d := data.(type) {
	case api.SlashCommand:
		return Action{Kind: KindCommand, User: d.UserID, ChannelID: d.ChannelID, Name: d.Command, Value: d.Text,
			Trigger: d.TriggerID, Answer: news.NewSecret(d.ResponseURL)}, d.UserID != ""
	case api.InteractionCallback:
		a := Action{User: d.User.ID, Trigger: d.TriggerID, Answer: news.NewSecret(d.ResponseURL)}
		switch {
		case a.User == "":
			return a, false
		case d.Type == api.InteractionTypeViewSubmission:
			a.Kind, a.Name = KindSubmit, d.View.CallbackID
			return a, readPrivate(&a, d.View.PrivateMetadata)
		case d.Type != api.InteractionTypeBlockActions || len(d.ActionCallback.BlockActions) == 0:
			return a, false
		}
		act := d.ActionCallback.BlockActions[0]
		a.Kind, a.Name, a.Value = KindPress, act.ActionID, act.Value
		a.Option = act.SelectedOption.Value
		if at, err := timeOf(act.ActionTs); err == nil {
			a.At = at
		}
		if d.View.ID != "" {
			readPrivate(&a, d.View.PrivateMetadata)
			a.View = d.View.ID
		} else if a.ChannelID = d.Container.ChannelID; !d.Container.IsEphemeral { // which cannot be drawn anew
			a.TS = d.Container.MessageTs
		}
		var ours bool
		a.Ref, ours = readRef(act.BlockID)
		a.Name = commonAction(a.Name, a.Ref)
		return a, ours
	}
	return Action{}, false
}
