package app

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"newsvigil/config"
	"newsvigil/internal/practice/slack"
	real "newsvigil/notify/slack"
)

// liveRig is a rig with a connection for buttons.
func liveRig(t *testing.T) *rig {
	t.Helper()
	return newRig(t, func(c *config.Config) { c.Slack.AppTokenEnv = practiceApp })
}

// tries is what Live is asked for.
type tries struct {
	change func(*Options)
	wait   time.Duration
	// said is what happens when a person is asked to press.
	said func(ctx context.Context, m slack.Message)
}

// live runs Live over the rig's configuration.
func (r *rig) live(t *testing.T, try tries) ([]Finding, error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	o := Options{Config: r.cfg, Now: r.clock.now, Getenv: func(name string) (string, bool) {
		return map[string]string{"PRACTICE": slack.DefaultToken, practiceApp: slack.DefaultAppToken}[name], true
	}}
	if try.change != nil {
		try.change(&o)
	}
	var pressing sync.WaitGroup
	defer pressing.Wait()
	found, err := Live(ctx, o, LiveOptions{Wait: try.wait, Say: func(string) {
		if try.said == nil {
			return
		}
		list := r.slack.Messages(testOps)
		pressing.Go(func() { try.said(context.WithValue(ctx, cancelKey{}, cancel), list[len(list)-1]) })
	}})
	return found, err
}

// cancelKey finds what ends a trial.
type cancelKey struct{}

// until waits for something that another goroutine does.
func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it never came that %s", what)
		}
	}
}

// press presses the button of the trial.
func (r *rig) press(t *testing.T) func(context.Context, slack.Message) {
	return func(_ context.Context, m slack.Message) {
		if _, err := r.slack.Press(slack.Press{Channel: testOps, TS: m.TS, Action: "nv.trial"}); err != nil {
			t.Errorf("the person saw an error: %v", err)
		}
	}
}

// expect compares findings with what they should be: "severity about: words in the text".
func expect(t *testing.T, found []Finding, want ...string) {
	t.Helper()
	for _, w := range want {
		severity, rest, _ := strings.Cut(w, " ")
		about, text, _ := strings.Cut(rest, ": ")
		if f := finding(found, about); string(f.Severity) != severity || !strings.Contains(f.Text, text) {
			t.Errorf("%s: got %+v, want %s", about, f, w)
		}
	}
	for _, f := range found {
		if (f.Severity == SeverityWarn || f.Severity == SeverityBad) && f.Do == "" {
			t.Errorf("nothing says what to do: %+v", f)
		}
	}
}

func TestLivePressed(t *testing.T) {
	t.Parallel()
	r := liveRig(t)
	r.crawl(t.Context(), t)
	found, err := r.live(t, tries{wait: 20 * time.Second, said: r.press(t)})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, found,
		"ok form of the next digest of Rights in the North: nothing wrong", "ok form of an alert: nothing wrong", "ok form of the worst case: nothing wrong",
		"ok live post: found there again", "ok live button: Pressed, and answered", "ok live update: changed")
	list := r.slack.Messages(testOps)
	if len(list) != 1 || !strings.Contains(list[0].Text, "works") || strings.Contains(string(list[0].Blocks), "nv.trial") {
		t.Errorf("what stands in the channel: %+v", list)
	}
	if len(r.slack.Messages(testChannel)) != 0 {
		t.Error("something was posted in the topic's channel")
	}
}

// TestLiveLeavesNothing: nobody presses, or the person interrupts it.
func TestLiveLeavesNothing(t *testing.T) {
	t.Parallel()
	r := liveRig(t)
	found, err := r.live(t, tries{wait: 100 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, found, "mend live button: No press came", "ok live delete: deleted")
	if _, err := r.live(t, tries{wait: time.Minute, said: func(ctx context.Context, _ slack.Message) { ctx.Value(cancelKey{}).(context.CancelFunc)() }}); err == nil {
		t.Error("an interruption is no error")
	}
	if list := r.slack.Messages(testOps); len(list) != 0 {
		t.Errorf("left behind: %+v", list)
	}
}

// TestLiveBesideADaemon: the press comes in where the daemon listens, and what readers press meanwhile, where
// the doctor does.
func TestLiveBesideADaemon(t *testing.T) {
	t.Parallel()
	r := liveRig(t)
	r.crawl(t.Context(), t)
	r.post(t.Context(), t)
	ctx, stop := context.WithCancel(t.Context())
	var daemon sync.WaitGroup
	daemon.Go(func() {
		if err := r.Run(ctx, nil); err != nil {
			t.Error(err)
		}
	})
	defer daemon.Wait()
	defer stop()
	until(t, "the daemon listens", func() bool { return r.slack.Sockets() == 1 })
	head := r.digests()[0]
	found, err := r.live(t, tries{wait: 20 * time.Second, said: func(ctx context.Context, m slack.Message) {
		if _, err := r.slack.Press(slack.Press{Channel: testChannel, TS: head.TS, Action: "nv.keep"}); err != nil {
			t.Errorf("the reader saw an error: %v", err)
		}
		r.slack.UseOldest()
		r.press(t)(ctx, m)
	}})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, found, "ok live button: by the newsvigil that is at work", "ok live update: changed")
	said, err := r.db.Feedback(t.Context(), r.topics[0].Key())
	if err != nil || len(said) != 1 {
		t.Errorf("what the reader pressed meanwhile: %v, %v", said, err)
	}
	if list := r.slack.Messages(testOps); !strings.Contains(list[len(list)-1].Text, "works") {
		t.Errorf("the trial was not changed: %+v", list)
	}
}

// TestLiveElsewhere: the press came in on another machine, whose newsvigil changed the message.
func TestLiveElsewhere(t *testing.T) {
	t.Parallel()
	r := liveRig(t)
	found, err := r.live(t, tries{wait: 20 * time.Second, said: func(ctx context.Context, m slack.Message) {
		sender, err := r.sender(r.cfg)
		if err != nil {
			t.Error(err)
			return
		}
		other := bureau{App: r.App, slack: sender.(*real.Client)}
		then, err := other.tried(ctx, real.Action{Name: real.ActionTrial, ChannelID: testOps, TS: m.TS, Ref: real.Ref{Digest: m.Key(), Part: 1}})
		if err != nil {
			t.Error(err)
			return
		}
		then(ctx)
	}})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, found, "ok live button: Pressed, and answered by the newsvigil that is at work.")
}

func TestLiveTroubles(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		slack  slack.Options
		script map[string][]slack.Fault
		change func(*config.Config)
		want   []string
		left   int
	}{
		{name: "no buttons", change: func(c *config.Config) { c.Slack.AppTokenEnv = "" },
			want: []string{"ok form of the worst case: nothing wrong", "ok live post: found", "note live button: no buttons", "ok live update: changed", "ok live delete: deleted"}},
		{name: "no validation", slack: slack.Options{Without: []string{"blocks.validate"}}, change: func(c *config.Config) { c.Slack.AppTokenEnv = "" },
			want: []string{"note form of messages: cannot check", "ok live post: found"}},
		{name: "validation fails", script: map[string][]slack.Fault{"blocks.validate": {slack.HTML}}, change: func(c *config.Config) { c.Slack.AppTokenEnv = "" },
			want: []string{"note form of messages: did not check", "ok live post: found"}},
		{name: "too fast", script: map[string][]slack.Fault{"blocks.validate": {slack.TooFast}}, change: func(c *config.Config) { c.Slack.AppTokenEnv = "" },
			want: []string{"ok form of the worst case: nothing wrong"}},
		{name: "answer lost", script: map[string][]slack.Fault{"chat.postMessage": {slack.EmptyStored}}, want: []string{"mend live post: Nothing could be posted"}},
		{name: "not a member", slack: slack.Options{Channels: []slack.Channel{{ID: testOps, Name: "practice-ops", Outside: true}}}, want: []string{"mend live post: not a member"}},
		{name: "no history", slack: slack.Options{Scopes: []string{"chat:write", "channels:read", "groups:read", "commands"}}, change: func(c *config.Config) { c.Slack.AppTokenEnv = "" },
			want: []string{"mend live post: cannot be looked through", "ok live delete: deleted"}},
		{name: "no update", script: map[string][]slack.Fault{"chat.update": {slack.InternalError}}, change: func(c *config.Config) { c.Slack.AppTokenEnv = "" },
			want: []string{"mend live update: could not be changed", "ok live delete: deleted"}},
		{name: "no deletion", script: map[string][]slack.Fault{"chat.delete": {slack.InternalError}}, change: func(c *config.Config) { c.Slack.AppTokenEnv = "" },
			want: []string{"ok live update: changed", "mend live delete: without a button"}, left: 1},
		{name: "no connection", script: map[string][]slack.Fault{"link": {slack.Drop, slack.Drop, slack.Drop, slack.Drop}}, change: func(c *config.Config) { c.Slack.Timeout = time.Second },
			want: []string{"mend live button: No connection", "ok live post: found", "ok live delete: deleted"}},
		{name: "app token refused", change: func(c *config.Config) { c.Slack.AppTokenEnv = "PRACTICE" },
			want: []string{"mend live button: gives no connection", "ok live post: found", "ok live delete: deleted"}},
		{name: "webhook", change: func(c *config.Config) { c.Slack.AppTokenEnv, c.Slack.TokenEnv, c.Slack.WebhookEnv = "", "", "PRACTICE" },
			want: []string{"ok form of the worst case: nothing wrong", "note live post: not tried"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := tt.slack
			s.Every = -1
			if s.Channels == nil {
				s.Channels = []slack.Channel{{ID: testOps, Name: "practice-ops"}}
			}
			srv, err := slack.New(s)
			if err != nil {
				t.Fatal(err)
			}
			defer srv.Close()
			for method, faults := range tt.script {
				srv.Script(method, faults...)
			}
			cfg := testConfig(t, onePress())
			cfg.DataDir = t.TempDir()
			cfg.Slack = config.Slack{Configured: true, APIURL: srv.URL(), TokenEnv: "PRACTICE", AppTokenEnv: practiceApp, AdminChannel: "#practice-ops", Timeout: 5 * time.Second, Pace: time.Millisecond}
			if tt.change != nil {
				tt.change(cfg)
			}
			r := &rig{cfg: cfg, clock: &clock{}, slack: srv}
			found, err := r.live(t, tries{wait: 50 * time.Millisecond})
			if err != nil {
				t.Fatal(err)
			}
			expect(t, found, tt.want...)
			if list := srv.Messages(testOps); len(list) != tt.left {
				t.Errorf("%d messages are left, want %d", len(list), tt.left)
			}
		})
	}
}
