package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"newsvigil/notify"
	"newsvigil/notify/slack"
	"newsvigil/store"
)

const (
	// liveKey stands before the moment in the key of a message with which the doctor tries Slack; alone it
	// names the run that a daemon notes when the button of one is pressed, livePressed when it was pressed.
	liveKey     = "live/"
	runLive     = "live"
	livePressed = "live/pressed"
	// liveCleanup bounds what is done after the wait, or after an interruption.
	liveCleanup = 15 * time.Second
	// liveLook is how often it is looked whether a daemon took the press in, liveAsk how often Slack is asked
	// whether one on another machine did.
	liveLook = 50 * time.Millisecond
	liveAsk  = 3 * time.Second
)

// LiveOptions say how Slack is tried.
type LiveOptions struct {
	// Channel is where the message is posted, by name or id; "" means the admin channel.
	Channel string
	// Wait is how long the button may be pressed.
	Wait time.Duration
	// Say hears what a person is to do now.
	Say func(string)
}

// Live tries Slack by using it: it has Slack check the form of the next digests, an alert and a sample of the
// worst that outlets write, posts one message, finds it again, waits for its button to be pressed, changes it,
// and deletes it unless it was pressed. What was posted is gone or has no button when Live returns, also where
// ctx has ended.
func Live(ctx context.Context, o Options, l LiveOptions) ([]Finding, error) {
	a, err := openLoose(ctx, o)
	if err != nil {
		return nil, err
	}
	defer a.Close()
	v := &live{doctor: doctor{App: a}, LiveOptions: l}
	v.Channel = cmp.Or(v.Channel, a.cfg.Slack.AdminChannel)
	switch {
	case !a.cfg.Slack.Configured:
		return nil, &UsageError{Text: "Slack is not connected, so there is nothing to try; README.md shows how to connect it"}
	case v.Channel == "" && a.cfg.Slack.WebhookEnv == "":
		return nil, &UsageError{Text: "no channel to post in: name one with --channel, or set admin_channel in " + a.cfg.File}
	}
	sender, err := a.sender(a.cfg)
	if err != nil {
		return nil, err
	}
	c, ok := sender.(*slack.Client)
	if !ok {
		return nil, errors.New("no client of Slack")
	}
	v.slack = c
	if err := v.form(ctx); err != nil {
		return v.found, err
	}
	if a.cfg.Slack.WebhookEnv != "" {
		v.add(SeverityNote, "live post", "Posting is not tried: what a webhook posts can be neither found nor deleted.", "newsvigil digest posts.")
		return v.found, ctx.Err()
	}
	return v.found, v.try(ctx)
}

// live is one trial.
type live struct {
	doctor
	LiveOptions
	slack *slack.Client
	trial slack.Trial
	begun time.Time
	// posted is the message; sent is our clock when Slack's showed the time that is its name.
	posted notify.Receipt
	sent   time.Time
}

// try posts the message and does with it all that is done with digests.
func (v *live) try(ctx context.Context) error {
	v.begun = v.now()
	v.trial = slack.Trial{
		Key: liveKey + v.begun.UTC().Format(manualLayout), Channel: v.Channel,
		Title: "newsvigil is being tried", Lines: []string{"An admin is looking whether all of it works. This message goes away by itself."},
	}
	var by *ear
	if v.slack.Listens() {
		var err error
		if by, err = v.listen(ctx); err != nil {
			return err
		}
	} else {
		v.add(SeverityNote, "live button", "There are no buttons, as app_token_env is not set; all else is tried.", "config.toml says how to have them.")
	}
	if by != nil {
		defer by.stop()
		v.trial.Button = "It works"
		v.trial.Lines = []string{fmt.Sprintf("An admin is looking whether buttons work: please press this one within %s.", short(v.Wait))}
	}
	if !v.post(ctx) {
		return ctx.Err()
	}
	pressed := false
	if by != nil {
		var p taken
		p, pressed = v.await(ctx, by)
		v.judge(ctx, p, pressed)
	}
	v.tidy(ctx, pressed)
	return ctx.Err()
}

// post posts the message and finds it again; false where it does not stand.
func (v *live) post(ctx context.Context) bool {
	before := time.Now()
	var err error
	if v.posted, err = v.slack.PostTrial(ctx, v.trial); err != nil {
		v.notPosted(ctx, err)
		return false
	}
	after := time.Now()
	v.sent = before.Add(after.Sub(before) / 2)
	text := "Posted in " + v.Channel
	found, err := v.find(ctx)
	switch {
	case err != nil:
		v.add(SeverityWarn, "live post", text+", but the channel cannot be looked through: "+err.Error(), "Add channels:history and groups:history, and install the app again; without them a post whose answer got lost may be missing.")
	case len(found) == 0:
		v.add(SeverityWarn, "live post", text+", but it is not found there again.", "Add metadata.message:read and channels:history, and install the app again. If they are there, try again: Slack may be slow just now.")
	default:
		v.add(SeverityOK, "live post", text+" in "+short(after.Sub(before))+", and found there again by its key.", "")
	}
	return true
}

// find looks for the message, twice more where it is not there yet.
func (v *live) find(ctx context.Context) (found []notify.Receipt, err error) {
	for n := range 3 {
		if found, err = v.slack.FindTrial(ctx, v.trial, v.begun); len(found) > 0 || ctx.Err() != nil {
			return found, err
		}
		if n < 2 && sleep(ctx, time.Second) != nil {
			break
		}
	}
	return found, err
}

// notPosted says why, and takes the message away where it may stand all the same.
func (v *live) notPosted(ctx context.Context, err error) {
	v.add(SeverityWarn, "live post", "Nothing could be posted in "+v.Channel+": "+reason(err), "The lines above say what to mend; then try again.")
	if notify.ClassOf(err) != notify.ClassAmbiguous {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), liveCleanup)
	defer cancel()
	found, err := v.find(ctx)
	for _, r := range found {
		err = errors.Join(err, v.slack.Delete(ctx, r))
	}
	if err != nil {
		v.add(SeverityNote, "live cleanup", "The message may stand in "+v.Channel+" all the same: "+reason(err), "Delete it by hand if it does; its button does nothing.")
	}
}

// tidy changes the message, which is the last thing that is tried, and deletes it unless somebody pressed.
func (v *live) tidy(ctx context.Context, pressed bool) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), liveCleanup)
	defer cancel()
	last := over(v.trial)
	if !pressed {
		last.Title, last.Lines = v.trial.Title, []string{"The trial is over."}
	}
	changed := v.slack.UpdateTrial(ctx, v.posted, last)
	if changed != nil {
		v.add(SeverityWarn, "live update", "The message could not be changed: "+reason(changed), "Without that, buttons do not show that they were pressed.")
	} else {
		v.add(SeverityOK, "live update", "The message was changed.", "")
	}
	if pressed && changed == nil {
		return
	}
	if err := v.slack.Delete(ctx, v.posted); err != nil {
		text := "The message could not be deleted: " + reason(err)
		if changed == nil {
			text += " It stands without a button."
		}
		v.add(SeverityWarn, "live delete", text, "Delete it by hand, if it disturbs.")
		return
	}
	v.add(SeverityOK, "live delete", "The message was deleted.", "")
}

// over is a trial whose button was pressed.
func over(t slack.Trial) slack.Trial {
	return slack.Trial{Key: t.Key, Channel: t.Channel, Title: "newsvigil works", Lines: []string{"The button was pressed, and the press was taken in."}}
}

// tried takes in a press on the button of a message with which a doctor tries Slack: Slack hands a press to
// one of the connections only, and so perhaps to a daemon beside the doctor, who learns of it from the
// database, or, on another machine, from the message itself.
func (d bureau) tried(ctx context.Context, a slack.Action) (func(context.Context), error) {
	at, err := time.Parse(liveKey+manualLayout, a.Ref.Digest)
	if err != nil {
		return nil, fmt.Errorf("a button of another form: %q", a.Ref.Digest)
	}
	if !a.At.IsZero() {
		if err := d.db.SaveRun(ctx, livePressed, a.At); err != nil {
			return nil, err
		}
	}
	if err := d.db.SaveRun(ctx, runLive, at); err != nil {
		return nil, err
	}
	return d.after(a, func(ctx context.Context) error {
		err := d.slack.UpdateTrial(ctx, notify.Receipt{ChannelID: a.ChannelID, TS: a.TS}, over(slack.Trial{Key: a.Ref.Digest, Channel: a.ChannelID}))
		if errors.Is(err, slack.ErrGone) {
			return nil // the doctor was quicker
		}
		return err
	}), nil
}

// reason is an error as a person reads it.
func reason(err error) string {
	if r, ok := errors.AsType[*notify.Refusal](err); ok {
		return sentence(r.Text)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "Slack did not answer in time."
	}
	return sentence(err.Error())
}

// short is a duration as a person reads it.
func short(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d ms", max(1, d.Milliseconds()))
	}
	if d%time.Minute == 0 {
		return counted(int(d/time.Minute), "minute", "minutes")
	}
	return strings.TrimSuffix(fmt.Sprintf("%.1f", d.Seconds()), ".0") + " s"
}

// openBeside opens the database of a newsvigil that is at work in the data folder, so that what readers press
// meanwhile is stored there; nil where none is.
func (v *live) openBeside(ctx context.Context) *App {
	if _, held := store.Holder(v.cfg.DataDir); !held {
		return nil
	}
	o := v.o
	o.ReadOnly, o.Beside = false, true
	b, err := New(ctx, o)
	if err != nil {
		v.log.Warn("open the database beside the newsvigil at work", "err", err)
		return nil
	}
	return b
}
