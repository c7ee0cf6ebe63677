package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"newsvigil/notify"
	"newsvigil/notify/slack"
	"newsvigil/store"
)

const (
	// askWithin bounds one request of the doctor's, slackWithin all of them: a person waits.
	askWithin   = 10 * time.Second
	slackWithin = time.Minute
	// mostSurplus is how many channels are named in which the app need not be.
	mostSurplus = 5
)

// slack looks at all that Slack must let the program do.
func (d *doctor) slack(ctx context.Context) {
	if !d.cfg.Slack.Configured {
		d.add(SeverityNote, "slack", "Slack is not connected: digests are printed.", "README.md shows how to connect it.")
		return
	}
	ctx, cancel := context.WithTimeout(ctx, slackWithin)
	defer cancel()
	cfg := *d.cfg
	cfg.Slack.Timeout = min(cfg.Slack.Timeout, askWithin)
	sender, err := d.sender(&cfg)
	c, ok := sender.(*slack.Client)
	if err != nil || !ok {
		d.add(SeverityBad, "token", sentence(fmt.Sprint(err)), "")
		return
	}
	if d.cfg.Slack.WebhookEnv != "" {
		d.webhook()
		return
	}
	account, err := c.Check(ctx)
	if err != nil {
		d.refused("token", err)
		return
	}
	d.add(SeverityOK, "token", fmt.Sprintf("Slack knows it as %s in %s.", cmp.Or(account.User, "an app"), cmp.Or(account.Team, "a workspace")), "")
	if token, err := d.secret(d.cfg.Slack.TokenEnv, d.cfg.Slack.TokenFile); err == nil && strings.HasPrefix(token.Reveal(), "xoxp-") {
		d.add(SeverityWarn, "kind of token", "It is a person's token: digests would be posted in that person's name.", "Use the Bot User OAuth Token, which begins with xoxb.")
	}
	d.scopes(account)
	d.skew(account)
	d.channels(ctx, c, account)
	d.socket(ctx, c)
}

// webhook looks at the address, which is all that can be looked at.
func (d *doctor) webhook() {
	address, err := d.secret(d.cfg.Slack.WebhookEnv, "")
	if u, bad := url.Parse(address.Reveal()); err != nil || bad != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		d.add(SeverityBad, "webhook", d.cfg.Slack.WebhookEnv+" holds no web address.", "Copy the webhook's address whole, from https:// on, into that variable.")
		return
	}
	d.add(SeverityNote, "webhook", "Slack is connected with a webhook, which can be tried only by posting.", "newsvigil digest posts. A bot token can do more; README.md shows how.")
}

// refused says that Slack does not know the token, or that nobody knows because it cannot be asked.
func (d *doctor) refused(about string, err error) {
	switch {
	case notify.ClassOf(err) == notify.ClassAuth:
		d.add(SeverityBad, about, reason(err), "Copy the token again from api.slack.com/apps, OAuth & Permissions. Nothing can be posted until that is mended; digests stay queued.")
	case notify.ClassOf(err) == notify.ClassWait:
		d.add(SeverityWarn, about, reason(err), "That usually passes: run newsvigil doctor again in a minute. Digests stay queued meanwhile, and nothing is lost.")
	default:
		d.add(SeverityWarn, about, reason(err), "Run newsvigil doctor again. If it stays: a proxy may stand between this machine and Slack, or api_url in config.toml is wrong. Digests stay queued, and nothing is lost.")
	}
}

func (d *doctor) scopes(a slack.Account) {
	if len(a.Scopes) == 0 {
		d.add(SeverityNote, "scopes", "Slack does not say what the token may do.", "")
		return
	}
	if len(a.Missing) == 0 {
		d.add(SeverityOK, "scopes", "The token may do all that is needed.", "")
	}
	for _, s := range a.Missing {
		severity := SeverityWarn
		if s == "chat:write" {
			severity = SeverityBad
		}
		d.add(severity, "scope "+s, "The token lacks it: "+cmp.Or(slack.Without(s), "something does not work")+".", "Add it at api.slack.com/apps under OAuth & Permissions, as deploy/slack-app-manifest.yaml has it, and install the app again.")
	}
	if len(a.Surplus) > 0 {
		d.add(SeverityNote, "more scopes", "The token may also do what newsvigil never does: "+joinAnd(a.Surplus)+".", "Take that away at api.slack.com/apps under OAuth & Permissions, unless another program uses the app.")
	}
}

func (d *doctor) skew(a slack.Account) {
	if a.Clock.IsZero() {
		return
	}
	off := d.now().Sub(a.Clock)
	if off.Abs() <= mostSkew {
		d.add(SeverityOK, "clock", "It agrees with Slack's.", "")
		return
	}
	side := "ahead of"
	if off < 0 {
		side = "behind"
	}
	d.add(SeverityWarn, "clock", fmt.Sprintf("It is %s %s Slack's.", off.Abs().Round(time.Second), side), "Let the machine set its clock by the network (timedatectl set-ntp true).")
}

// socket looks at the connection for buttons and commands. It is opened only where no newsvigil is at work
// here: what readers press in that moment might come in on it.
func (d *doctor) socket(ctx context.Context, c *slack.Client) {
	if !c.Listens() {
		d.add(SeverityNote, "buttons", "There are none, as app_token_env is not set.", "config.toml says how to have them.")
		return
	}
	_, held := store.Holder(d.cfg.DataDir)
	try, text := c.TryConnection, "The connection for buttons and /newsvigil works."
	if held {
		try, text = c.CanListen, "Slack gives a connection for buttons and /newsvigil. It was not opened, as a newsvigil is at work."
	}
	if err := try(ctx); err != nil {
		do := "Make sure that " + d.cfg.Slack.AppTokenEnv + " holds an app-level token (xapp) with the scope connections:write, and that Socket Mode is on at api.slack.com/apps. Digests come all the same."
		if notify.ClassOf(err) != notify.ClassAuth {
			do = "Run newsvigil doctor again. If it stays: does a firewall or proxy keep this machine from wss:// addresses of Slack? Is Socket Mode on at api.slack.com/apps? Digests come all the same."
		}
		d.add(SeverityWarn, "buttons", reason(err), do)
		return
	}
	d.add(SeverityOK, "buttons", text, "")
}

// channels looks at those that the configuration names, and at the others that the app was invited to.
func (d *doctor) channels(ctx context.Context, c *slack.Client, a slack.Account) {
	if d.cfg.Slack.AdminChannel == "" {
		d.add(SeverityNote, "admin channel", "There is none: nobody in Slack hears of outlets in trouble.", "Set admin_channel in config.toml.")
	}
	all, err := c.AllChannels(ctx)
	if err != nil {
		d.refused("channels", err)
		return
	}
	hall := hall{all: all, account: a}
	named := map[string]bool{}
	for _, name := range d.channelNames() {
		named[name] = true
		d.channel(ctx, c, name, hall)
	}
	surplus := 0
	for _, ch := range all {
		needed := !ch.Member || ch.Archived
		for name := range named {
			needed = needed || ch.Is(name)
		}
		if needed {
			continue
		}
		if surplus++; surplus <= mostSurplus {
			d.add(SeverityNote, "channel #"+ch.Name, "The app is a member, and need not be: it posts nothing there, but could read it.", "Write /remove @newsvigil there.")
		}
	}
	if more := surplus - mostSurplus; more > 0 {
		d.add(SeverityNote, "channels", fmt.Sprintf("The app is a member of %d more in which it need not be.", more), "Write /remove @newsvigil there.")
	}
}

// channelNames are the topics' channels and the admin channel, each once.
func (d *doctor) channelNames() []string {
	var names []string
	seen := map[string]bool{"": true}
	for _, t := range d.topics {
		if !seen[t.Channel] {
			names = append(names, t.Channel)
		}
		seen[t.Channel] = true
	}
	if admin := d.cfg.Slack.AdminChannel; !seen[admin] {
		names = append(names, admin)
	}
	return names
}

// hall is what the app sees of the workspace.
type hall struct {
	all     []slack.ChannelState
	account slack.Account
}

func (d *doctor) channel(ctx context.Context, c *slack.Client, name string, h hall) {
	about := "channel " + name
	for _, ch := range h.all {
		switch {
		case !ch.Is(name):
			continue
		case ch.Archived:
			d.add(SeverityWarn, about, "It is archived: nothing can be posted.", "Unarchive it, or name another one in config.toml.")
		case !ch.Member:
			d.add(SeverityWarn, about, "The app is not a member: nothing can be posted.", "Write /invite @newsvigil there.")
		default:
			d.readable(ctx, c, about, ch)
		}
		return
	}
	switch {
	case slack.IsDirect(name):
		d.add(SeverityWarn, about, "It is a direct message with one person: what stands there cannot be looked up, so a post whose answer got lost may be missing.", "Name a channel in config.toml.")
	case slack.IsID(name) && c.CanRead(ctx, name) == nil:
		d.add(SeverityOK, about, "The app can read what it posted.", "")
	default:
		do := "Check the name; where the channel is private, write /invite @newsvigil there."
		if h.account.Lacks("groups:read") {
			do = "Check the name. Private channels cannot be seen without the scope groups:read."
		}
		d.add(SeverityWarn, about, "Slack shows no such channel.", do)
	}
}

// readable tries whether the channel can be looked through.
func (d *doctor) readable(ctx context.Context, c *slack.Client, about string, ch slack.ChannelState) {
	err := c.CanRead(ctx, ch.ID)
	scope := "channels:history"
	if ch.Private {
		scope = "groups:history"
	}
	switch {
	case err == nil:
		d.add(SeverityOK, about, "The app is a member, and can read what it posted.", "")
	case errors.Is(err, notify.ErrBlind):
		d.add(SeverityWarn, about, "Its history cannot be read without "+scope+", so that a post whose answer got lost cannot be looked up.", "Add "+scope+", and install the app again.")
	case notify.ClassOf(err) == notify.ClassChannel:
		d.add(SeverityWarn, about, "Its history cannot be read: "+reason(err), "Invite the app there again: /invite @newsvigil.")
	default:
		d.refused(about, err)
	}
}
