package app

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"newsvigil/notify/slack"
)

// ear listens for the press on a trial's button, beside whoever else listens for the same app.
type ear struct {
	key string
	// others takes what is pressed elsewhere meanwhile; nil where nobody else listens.
	others    slack.Handler
	connected chan struct{}
	once      sync.Once
	pressed   chan taken
	// ended takes the error of a connection that was refused.
	ended chan error
	stop  func()
}

// taken is a press that was answered. At is Slack's clock when it was made, arrived and answered are ours;
// each is zero where it is not known.
type taken struct {
	at, arrived, answered time.Time
	// elsewhere says that another newsvigil took it in.
	elsewhere bool
}

// Connected implements slack.Greeter.
func (e *ear) Connected() { e.once.Do(func() { close(e.connected) }) }

// Handle implements slack.Handler. What cannot be stored is not answered: the person sees an error and
// presses again, as when nobody listens.
func (e *ear) Handle(ctx context.Context, a slack.Action) (func(context.Context), error) {
	if a.Name == slack.ActionTrial && a.Ref.Digest == e.key {
		p := taken{at: a.At, arrived: time.Now()}
		return func(context.Context) {
			p.answered = time.Now()
			select {
			case e.pressed <- p:
			default: // pressed twice
			}
		}, nil
	}
	if e.others == nil {
		return nil, errors.New("pressed while the doctor listens, and no newsvigil is at work here")
	}
	return e.others.Handle(ctx, a)
}

// listen opens a connection, and waits until it stands; nil where none does.
func (v *live) listen(ctx context.Context) (*ear, error) {
	e := &ear{key: v.trial.Key, connected: make(chan struct{}), pressed: make(chan taken, 1), ended: make(chan error, 1)}
	beside := v.openBeside(ctx)
	inner, cancel := context.WithCancel(ctx)
	var work sync.WaitGroup
	if beside != nil {
		e.others = bureau{App: beside, slack: v.slack}
		work.Go(func() { beside.drawing(inner, v.slack) })
	}
	work.Go(func() { e.ended <- v.slack.Listen(inner, e) })
	e.stop = func() {
		cancel()
		work.Wait()
		if beside != nil {
			if err := beside.Close(); err != nil {
				v.log.Warn("close the database", "err", err)
			}
		}
	}
	t := time.NewTimer(v.cfg.Slack.Timeout)
	defer t.Stop()
	select {
	case <-e.connected:
		return e, nil
	case err := <-e.ended:
		if err != nil {
			v.add(SeverityWarn, "live button", "Slack gives no connection for buttons: "+reason(err), "Make sure that "+v.cfg.Slack.AppTokenEnv+" holds an app-level token (xapp) with the scope connections:write, and that Socket Mode is on at api.slack.com/apps.")
		}
	case <-t.C:
		v.add(SeverityWarn, "live button", fmt.Sprintf("No connection for buttons stood within %s.", short(v.cfg.Slack.Timeout)), "Does a firewall or proxy keep this machine from wss:// addresses of Slack?")
	case <-ctx.Done():
	}
	e.stop()
	return nil, ctx.Err()
}

// await waits for the press, wherever it comes in.
func (v *live) await(ctx context.Context, e *ear) (taken, bool) {
	v.Say(fmt.Sprintf("A message stands in %s: press its button within %s.", v.Channel, short(v.Wait)))
	wait, cancel := context.WithTimeout(ctx, v.Wait)
	defer cancel()
	look, ask := time.NewTicker(liveLook), time.NewTicker(liveAsk)
	defer look.Stop()
	defer ask.Stop()
	for {
		select {
		case p := <-e.pressed:
			return p, true
		case <-look.C:
			if p, ok := v.noted(wait); ok {
				return p, true
			}
		case <-ask.C:
			if ok, err := v.slack.TrialPressed(wait, v.posted); err == nil && ok {
				return taken{elsewhere: true}, true
			}
		case <-wait.Done():
			return taken{}, false
		}
	}
}

// noted asks the database whether a daemon took the press in.
func (v *live) noted(ctx context.Context) (taken, bool) {
	if v.db == nil {
		return taken{}, false
	}
	at, ok, err := v.db.LastRun(ctx, runLive)
	if err != nil || !ok || liveKey+at.UTC().Format(manualLayout) != v.trial.Key {
		return taken{}, false
	}
	p := taken{answered: time.Now(), elsewhere: true}
	if at, ok, err := v.db.LastRun(ctx, livePressed); err == nil && ok {
		p.at = at
	}
	return p, true
}

// judge says how the press was taken in.
func (v *live) judge(ctx context.Context, p taken, ok bool) {
	if !ok {
		if ctx.Err() == nil {
			v.add(SeverityWarn, "live button", fmt.Sprintf("No press came within %s.", short(v.Wait)),
				"If nobody pressed, try again. If somebody did: paste deploy/slack-app-manifest.yaml under App Manifest at api.slack.com/apps, so that Interactivity and Socket Mode are on, and install the app again.")
		}
		return
	}
	text := "Pressed, and answered"
	if p.elsewhere {
		text = "Pressed, and answered by the newsvigil that is at work"
	}
	took, of := v.latency(p)
	switch {
	case took == 0:
		v.add(SeverityOK, "live button", text+".", "")
	case took >= slackWaits:
		v.add(SeverityWarn, "live button", fmt.Sprintf("%s %s %s; Slack shows people an error after %s.", text, short(took), of, short(slackWaits)), "Is this machine very busy, or its network slow?")
	default:
		v.add(SeverityOK, "live button", fmt.Sprintf("%s %s %s.", text, short(took), of), "")
	}
}

// slackWaits is how long Slack waits for an answer to a press.
const slackWaits = 3 * time.Second

// latency is the time from the press to its answer, and from when it is counted; 0 where it is not known. The
// press is on Slack's clock and the answer on ours, so each is counted from the message, which is on both.
func (v *live) latency(p taken) (time.Duration, string) {
	posted, err := slack.TimeOf(v.posted.TS)
	if err == nil && !p.at.IsZero() && p.at.Nanosecond() != 0 && !p.answered.IsZero() {
		took := p.answered.Sub(v.sent) - p.at.Sub(posted)
		if took > 0 && took < v.Wait {
			return took, "after the press"
		}
	}
	if p.arrived.IsZero() || p.answered.IsZero() {
		return 0, ""
	}
	return max(time.Millisecond, p.answered.Sub(p.arrived)), "after it came in"
}
