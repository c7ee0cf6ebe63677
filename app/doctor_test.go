package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"newsvigil/config"
	"newsvigil/internal/practice/outlets"
	"newsvigil/internal/practice/slack"
)

// examine runs the doctor over a rig's configuration.
func (r *rig) examine(t *testing.T, change func(*Options)) []Finding {
	t.Helper()
	o := Options{Config: r.cfg, Now: r.clock.now, Getenv: func(name string) (string, bool) {
		return map[string]string{"PRACTICE": slack.DefaultToken, practiceApp: slack.DefaultAppToken}[name], true
	}}
	if change != nil {
		change(&o)
	}
	found, err := Doctor(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// onePress is an outlet that nobody asks.
func onePress() []outlets.Outlet {
	return []outlets.Outlet{{Name: "Press", Home: "https://press.example/", Timezone: "UTC", Language: "en", Feeds: []string{"https://press.example/feed"}, Article: `/a/`, ID: `/a/(\d+)`}}
}

// finding is what was found about something.
func finding(found []Finding, about string) Finding {
	i := slices.IndexFunc(found, func(f Finding) bool { return f.About == about })
	if i < 0 {
		return Finding{}
	}
	return found[i]
}

func TestDoctorFindsNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(c *config.Config) { c.Slack.AppTokenEnv = practiceApp })
	r.crawl(t.Context(), t)
	posted := r.slack.Calls("chat.postMessage")
	found := r.examine(t, nil)
	if w := Worst(found); w == SeverityWarn || w == SeverityBad {
		t.Errorf("a well program was found to be %s: %+v", w, found)
	}
	for _, about := range []string{"database", "disk", "token", "scopes", "clock", "channel #practice", "channel #practice-ops", "buttons", "source " + r.cfg.Sources[0].Name} {
		if f := finding(found, about); f.Severity != SeverityOK {
			t.Errorf("%s: %+v", about, f)
		}
	}
	if n := r.slack.Calls("chat.postMessage"); n != posted || r.slack.Sockets() != 0 {
		t.Errorf("the doctor posted, or opened a connection")
	}
	files, err := filepath.Glob(filepath.Join(r.cfg.DataDir, ".doctor*"))
	if err != nil || len(files) != 0 {
		t.Errorf("left behind: %v, %v", files, err)
	}
}

// inChannel makes another channel that of the topic.
func inChannel(o *Options, name string) {
	c := *o.Config
	c.Topics = slices.Clone(c.Topics)
	c.Topics[0].Channel = name
	o.Config = &c
}

// crowd is a workspace with many channels.
func crowd(n int) (list []slack.Channel) {
	for i := range n {
		list = append(list, slack.Channel{ID: fmt.Sprintf("C1%08d", i), Name: fmt.Sprintf("team-%d", i), Outside: true})
	}
	return list
}

// ailment is one trouble, and what is to be found of it.
type ailment struct {
	name     string
	slack    slack.Options
	channels []slack.Channel // besides #practice-ops; nil means the good one
	script   map[string]slack.Fault
	change   func(*Options)
	about    string
	severity Severity
	want     string
}

// examine runs the doctor.
func (tt ailment) examine(t *testing.T) {
	t.Helper()
	s := tt.slack
	s.Channels = append([]slack.Channel{{ID: testOps, Name: "practice-ops"}}, tt.channels...)
	if tt.channels == nil {
		s.Channels = append(s.Channels, slack.Channel{ID: testChannel, Name: "practice"})
	}
	srv, err := slack.New(s)
	if err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	for method, f := range tt.script {
		srv.Script(method, f)
	}
	cfg := testConfig(t, onePress())
	cfg.DataDir = t.TempDir()
	cfg.Slack = config.Slack{Configured: true, APIURL: srv.URL(), TokenEnv: "PRACTICE", AppTokenEnv: practiceApp, AdminChannel: "#practice-ops", Timeout: 5 * time.Second, Pace: time.Millisecond}
	r := &rig{cfg: cfg, clock: &clock{}}
	found := r.examine(t, tt.change)
	f := finding(found, tt.about)
	ok := false
	for want := range strings.SplitSeq(tt.want, "|") {
		ok = ok || strings.Contains(f.Text, want)
	}
	if f.Severity != tt.severity || !ok {
		t.Errorf("%s: %+v, want %s and %q; all: %+v", tt.about, f, tt.severity, tt.want, found)
	}
	if f.Do == "" && !strings.Contains(f.Text, "set it") {
		t.Errorf("%s: nothing says what to do: %+v", tt.about, f)
	}
}

// TestDoctorFinds holds one trouble each: what the line says, and that it says what to do.
func TestDoctorFinds(t *testing.T) {
	t.Parallel()
	env := func(name, value string) func(*Options) {
		return func(o *Options) {
			old := o.Getenv
			o.Getenv = func(n string) (string, bool) {
				if n == name {
					return value, true
				}
				return old(n)
			}
		}
	}
	few := func(lack ...string) slack.Options {
		return slack.Options{Scopes: slices.DeleteFunc(slack.AllScopes(), func(s string) bool { return slices.Contains(lack, s) })}
	}
	for _, tt := range []ailment{
		{name: "no token", change: env("PRACTICE", ""), about: "token", severity: SeverityBad, want: "PRACTICE"},
		{name: "wrong token", change: env("PRACTICE", "xoxb-wrong"), about: "token", severity: SeverityBad, want: "invalid_auth"},
		{name: "no app token", change: env(practiceApp, ""), about: "token", severity: SeverityBad, want: practiceApp},
		{name: "wrong app token", change: env(practiceApp, "xapp-wrong"), about: "buttons", severity: SeverityWarn, want: "invalid_auth"},
		{name: "no command", slack: few("commands", "groups:read"), about: "scope commands", severity: SeverityWarn, want: "no /newsvigil"},
		{name: "no private channels", slack: few("groups:read"), about: "scope groups:read", severity: SeverityWarn, want: "found by their names"},
		{name: "cannot post", slack: few("chat:write"), about: "scope chat:write", severity: SeverityBad, want: "nothing can be posted"},
		{name: "too much", slack: slack.Options{Scopes: append(slack.AllScopes(), "users:read", "files:write")}, about: "more scopes", severity: SeverityNote, want: "users:read and files:write"},
		{name: "private", slack: few("groups:history"), channels: []slack.Channel{{ID: testChannel, Name: "practice", Private: true}}, about: "channel #practice", severity: SeverityWarn, want: "without groups:history"},
		{name: "far down", slack: slack.Options{PageSize: 100}, channels: append(crowd(1200), slack.Channel{ID: testChannel, Name: "practice", Archived: true}), about: "channel #practice", severity: SeverityWarn, want: "archived"},
		{name: "direct", change: func(o *Options) { inChannel(o, "D0PERSON000") }, about: "channel D0PERSON000", severity: SeverityWarn, want: "direct message"},
		{name: "no such id", change: func(o *Options) { inChannel(o, "C0NOWHERE00") }, about: "channel C0NOWHERE00", severity: SeverityWarn, want: "no such channel"},
		{name: "a person's token", slack: slack.Options{Token: "xoxp-1-2"}, change: env("PRACTICE", "xoxp-1-2"), about: "kind of token", severity: SeverityWarn, want: "person's token"},
		{name: "the wrong one of two", change: env("PRACTICE", slack.DefaultAppToken), about: "token", severity: SeverityBad, want: "not_allowed_token_type"},
		{name: "no admin channel", change: func(o *Options) {
			c := *o.Config
			c.Slack.AdminChannel = ""
			o.Config = &c
		}, about: "admin channel", severity: SeverityNote, want: "nobody in Slack"},
		{name: "not a webhook", change: func(o *Options) {
			c := *o.Config
			c.Slack.TokenEnv, c.Slack.AppTokenEnv, c.Slack.WebhookEnv = "", "", "PRACTICE"
			o.Config = &c
		}, about: "webhook", severity: SeverityBad, want: "no web address"},
		{name: "revoked", script: map[string]slack.Fault{"auth.test": slack.HTML}, about: "token", severity: SeverityWarn, want: "neither yes nor no"},
		{name: "hangs", script: map[string]slack.Fault{"auth.test": slack.Hang}, change: func(o *Options) {
			c := *o.Config
			c.Slack.Timeout = 300 * time.Millisecond
			o.Config = &c
		}, about: "token", severity: SeverityWarn, want: "did not answer in time"},
		{name: "too fast", script: map[string]slack.Fault{"auth.test": slack.TooFastBare}, about: "token", severity: SeverityWarn, want: "pause"},
		{name: "list, too fast", script: map[string]slack.Fault{"conversations.list": slack.TooFastBare}, about: "channels", severity: SeverityWarn, want: "pause"},
		{name: "list broken", script: map[string]slack.Fault{"conversations.list": slack.Unavailable}, about: "channels", severity: SeverityWarn, want: "503"},
		{name: "history broken", script: map[string]slack.Fault{"conversations.history": slack.CutStored}, about: "channel #practice", severity: SeverityWarn, want: "look through"},
		{name: "no connection", script: map[string]slack.Fault{"link": slack.Drop}, about: "buttons", severity: SeverityWarn, want: "open the connection"},
		{name: "history", slack: few("channels:history"), about: "channel #practice", severity: SeverityWarn, want: "cannot be read"},
		{name: "clock", change: func(o *Options) { now := o.Now; o.Now = func() time.Time { return now().Add(-10 * time.Minute) } }, about: "clock", severity: SeverityWarn, want: "10m0s behind|9m59s behind|9m58s behind"},
		{name: "archived", channels: []slack.Channel{{ID: testChannel, Name: "practice", Archived: true}}, about: "channel #practice", severity: SeverityWarn, want: "archived"},
		{name: "outside", channels: []slack.Channel{{ID: testChannel, Name: "practice", Outside: true}}, about: "channel #practice", severity: SeverityWarn, want: "not a member"},
		{name: "gone", channels: []slack.Channel{{ID: "C0OTHER0000", Name: "other"}}, about: "channel #practice", severity: SeverityWarn, want: "no such channel"},
		{name: "too many", channels: []slack.Channel{{ID: testChannel, Name: "practice"}, {ID: "C0OTHER0000", Name: "other"}}, about: "channel #other", severity: SeverityNote, want: "need not be"},
		{name: "no folder", change: func(o *Options) {
			c := *o.Config
			c.DataDir = "/proc/nowhere"
			o.Config = &c
		}, about: "disk", severity: SeverityBad, want: "cannot be written|Nothing can be written"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.examine(t)
		})
	}
}

// TestDoctorAndTheDatabase: none yet, and one that cannot be read.
func TestDoctorAndTheDatabase(t *testing.T) {
	t.Parallel()
	cfg := testConfig(t, onePress())
	cfg.DataDir = t.TempDir()
	r := &rig{cfg: cfg, clock: &clock{}}
	if f := finding(r.examine(t, nil), "database"); f.Severity != SeverityNote {
		t.Errorf("none yet: %+v", f)
	}
	if err := os.WriteFile(filepath.Join(cfg.DataDir, DatabaseName), []byte(strings.Repeat("not a database ", 500)), 0o600); err != nil {
		t.Fatal(err)
	}
	found := r.examine(t, nil)
	if f := finding(found, "database"); f.Severity != SeverityBad || finding(found, "disk").Severity != SeverityOK {
		t.Errorf("no database at all: %+v", found)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Doctor(ctx, Options{Config: cfg}); err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
}
