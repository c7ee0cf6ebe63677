package app

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"newsvigil/news"
	"newsvigil/notify"
)

// The names under which the database knows when something began to be stuck, and when it was well again.
const (
	runStuck, runUnstuck = "stuck/", "unstuck/"
	// stuckSlack is what is stuck where nothing can be posted anywhere, stuckAdmin where the admin channel
	// itself refuses, stuckListen where nothing that readers press comes in.
	stuckSlack, stuckAdmin, stuckListen = "slack", "admin", "listen"
)

// spell is one stretch of trouble with Slack, however often it is tried meanwhile: the log and the admin
// channel hear of its beginning and of its end, also across restarts.
type spell struct {
	// name tells it from others that may hold at the same time.
	name string
	// log is what the log says, do what an admin can do, and reason what Slack said.
	log, do, reason string
	// title and lines are for the admin channel; without a title it is not told. The same holds of the end.
	title, wellTitle string
	lines            []string
	wellLine         string
}

// spells are what this process said of each spell.
type spells struct {
	mu   sync.Mutex
	said map[string]string
}

// begins tells of a spell, once.
func (a *App) begins(ctx context.Context, s spell) error {
	a.spells.mu.Lock()
	defer a.spells.mu.Unlock()
	if said, ok := a.spells.said[s.name]; ok && said == s.reason {
		return nil
	}
	a.log.Error(s.log, "err", s.reason, "do", s.do)
	since, sick, err := a.stuckSince(ctx, s.name)
	if err != nil {
		return err
	}
	if !sick {
		well, _, err := a.db.LastRun(ctx, runUnstuck+s.name)
		if err != nil {
			return err
		}
		since = following(a.now(), well)
		if err := a.db.SaveRun(ctx, runStuck+s.name, since); err != nil {
			return err
		}
	}
	if s.title != "" {
		n := news.Notice{Key: stuckKey(s.name, since), Title: s.title, Lines: s.lines, At: a.now()}
		if _, err := a.db.Notice(ctx, n.Key); err != nil { // not said yet
			if err := a.tell(ctx, n); err != nil {
				a.log.Error("tell the admin channel", "err", err)
				a.tellDirectly(ctx, n)
			}
		}
	}
	if a.spells.said == nil {
		a.spells.said = map[string]string{}
	}
	a.spells.said[s.name] = s.reason
	return nil
}

// ends tells that a spell is over, where there was one.
func (a *App) ends(ctx context.Context, s spell) error {
	a.spells.mu.Lock()
	defer a.spells.mu.Unlock()
	since, sick, err := a.stuckSince(ctx, s.name)
	if err != nil || !sick {
		return err
	}
	a.log.Info(s.log, "since", since)
	if s.wellTitle != "" {
		why := ""
		if said := a.spells.said[s.name]; said != "" {
			why = " (" + strings.TrimSuffix(said, ".") + ")"
		}
		n := news.Notice{
			Key: stuckKey(s.name, since) + "/well", Title: s.wellTitle, At: a.now(),
			Lines: []string{fmt.Sprintf(s.wellLine, a.clock(since), why)},
		}
		if err := a.tell(ctx, n); err != nil {
			return err
		}
	}
	delete(a.spells.said, s.name)
	return a.db.SaveRun(ctx, runUnstuck+s.name, following(a.now(), since))
}

// following is now, or just after a time that a clock noted which has been set back since: beginnings and ends of
// one spell follow each other all the same.
func following(now, than time.Time) time.Time {
	if now.After(than) {
		return now
	}
	return than.Add(time.Second)
}

func stuckKey(name string, since time.Time) string {
	return fmt.Sprintf("%s%s/%d", runStuck, name, since.Unix())
}

// stuckSince is when a spell began that is not over.
func (a *App) stuckSince(ctx context.Context, name string) (since time.Time, sick bool, err error) {
	since, sick, err = a.db.LastRun(ctx, runStuck+name)
	if err != nil || !sick {
		return since, false, err
	}
	well, _, err := a.db.LastRun(ctx, runUnstuck+name)
	return since, !well.After(since), err
}

// undelivered is told of a message that is refused, or of which nobody knows whether it arrived: once a
// message and class.
func (a *App) undelivered(d news.Delivery, class notify.Class) {
	// The worker's own context is not at hand here, and the note must be kept even while it stops.
	ctx := context.WithoutCancel(a.ctx)
	var err error
	switch class {
	case notify.ClassAmbiguous, notify.ClassContent:
		err = a.doubtful(ctx, d, class)
	case notify.ClassChannel:
		err = a.begins(ctx, a.refusedBy(d))
	case notify.ClassAuth, notify.ClassWait:
		s := a.speechless()
		s.reason = d.Error
		if class == notify.ClassWait {
			s.do = "nothing at first: see whether this machine reaches Slack, and what status.slack.com says. It is tried again by itself."
		}
		err = a.begins(ctx, s)
	}
	if err != nil {
		a.log.Error("note that a message is stuck", "channel", d.Channel, "class", class, "reason", d.Error, "err", err)
	}
}

// delivered is told of every message that was posted.
func (a *App) delivered(d news.Delivery) {
	ctx := context.WithoutCancel(a.ctx)
	for _, s := range []spell{a.speechless(), a.refusedBy(d)} {
		s.log = "messages are posted again"
		if err := a.ends(ctx, s); err != nil {
			a.log.Warn("note that messages are posted again", "err", err)
		}
	}
	if err := a.foundLate(ctx, d); err != nil {
		a.log.Warn("look for quarantined outlets", "err", err)
	}
}

// refusedBy is the spell of a channel that refuses its messages. That of a topic's digests goes by the
// topic, which may be given another channel.
func (a *App) refusedBy(d news.Delivery) spell {
	s := spell{
		name: "channel/" + d.Channel, log: "messages for " + d.Channel + " are refused; they stay queued", reason: d.Error,
		do:        "mend what is named; they are tried again every few minutes, without a restart.",
		title:     "Messages for " + d.Channel + " cannot be posted",
		wellTitle: "Messages for " + d.Channel + " are posted again",
		lines:     []string{d.Error, "What waits stays queued, and is tried again every few minutes; nothing is lost, and you will be told when it is posted. No restart is needed."},
		wellLine:  "What had waited since %s%s goes out now, in order. Nothing needs doing.",
	}
	if d.Kind == news.DeliverDigest {
		topic, _, _ := strings.Cut(d.Of, "/")
		s.name, s.title, s.wellTitle = "topic/"+topic, "The digest for "+d.Channel+" cannot be posted", "The digest for "+d.Channel+" is posted now"
	}
	if d.Channel == a.cfg.Slack.AdminChannel {
		s.name, s.title, s.wellTitle = stuckAdmin, "", ""
	}
	return s
}

// speechless is the spell of a Slack that takes nothing at all. The admin channel can hear of it only when
// it is over.
func (a *App) speechless() spell {
	return spell{
		name: stuckSlack, log: "nothing can be posted to Slack; what waits stays queued", do: a.tokenAdvice(),
		wellTitle: "newsvigil can post to Slack again",
		wellLine:  "It could not since %s%s. What was queued goes out now, in order; nothing is lost, and nothing needs doing.",
	}
}

// tokenAdvice says how a running newsvigil is given another token.
func (a *App) tokenAdvice() string {
	s := a.cfg.Slack
	again := "What is mended within Slack (scopes, the app put back) is noticed within minutes. "
	switch {
	case s.TokenFile != "":
		return again + "A new token belongs into " + s.TokenFile + "; it is taken within a minute, without a restart."
	case s.WebhookEnv != "":
		return again + "A new webhook belongs into the variable " + s.WebhookEnv + "; then start newsvigil again."
	}
	return again + "A new token belongs into the variable " + s.TokenEnv + "; then start newsvigil again, since a running program's variables cannot be changed (token_file in place of token_env needs no restart)."
}

// doubtful tells of one message that no channel shows for certain: nobody knows whether it stands, or Slack
// refuses it in every form.
func (a *App) doubtful(ctx context.Context, d news.Delivery, class notify.Class) error {
	a.log.Error("message not delivered for certain", "channel", d.Channel, "digest", d.Of, "class", class, "err", d.Error)
	if d.Kind != news.DeliverDigest || d.Channel == a.cfg.Slack.AdminChannel {
		return nil
	}
	n := news.Notice{
		Key: "undelivered/" + d.Key, At: a.now(),
		Title: "The digest for " + d.Channel + " cannot be posted",
		Lines: []string{d.Error, "It stays queued and is tried again by itself; nothing is lost."},
	}
	if class == notify.ClassAmbiguous {
		n.Title, n.Lines = "The digest for "+d.Channel+" may be missing", []string{d.Error}
	}
	if err := a.tell(ctx, n); err != nil {
		a.tellDirectly(ctx, n) // the worker says it once only
		return err
	}
	return nil
}

// hears is for how long newsvigil must have listened to Slack for that to count as well.
const hears = 30 * time.Second

// deaf is the spell in which nothing that readers press comes in.
func (a *App) deaf(err error) spell {
	s := spell{name: stuckListen, log: "buttons and commands in Slack do not work", wellTitle: "Buttons and commands in Slack work again",
		wellLine: "They had not since %s%s. Nothing needs doing."}
	if err != nil {
		s.reason = err.Error()
		s.do = "make sure that the variable " + a.cfg.Slack.AppTokenEnv + " holds the app-level token (it begins with xapp) with the scope connections:write, and start newsvigil again with another one. It is tried again by itself; digests come all the same."
		s.title, s.lines = "Buttons and commands in Slack do not work", []string{sentence(s.reason), "What to do: " + s.do}
	}
	return s
}

// hearsAgain ends that spell.
func (a *App) hearsAgain(ctx context.Context) {
	s := a.deaf(nil)
	s.log = "buttons and commands in Slack work again"
	if err := a.ends(ctx, s); err != nil && ctx.Err() == nil {
		a.log.Warn("note that buttons work again", "err", err)
	}
}
