package app

import (
	"strings"
	"testing"
	"time"

	"newsvigil/config"
	"newsvigil/news"
	"newsvigil/store"
)

// TestRecoveryNoticeIsTrue holds that the notice promises a look into the channels only where there
// is somebody to ask.
func TestRecoveryNoticeIsTrue(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   config.Slack
		want string
	}{
		{config.Slack{Configured: true, TokenEnv: "TOKEN"}, "looked up in the channels"},
		{config.Slack{Configured: true, WebhookEnv: "HOOK"}, "may come a second time"},
		{config.Slack{}, "printed"},
	} {
		a := App{cfg: &config.Config{Zone: time.UTC, Slack: c.in}, now: time.Now}
		for _, rec := range []store.Recovery{{Lost: true}, {Backup: "x.db"}, {Damaged: "y"}, {Damaged: "y", Backup: "x.db"}} {
			if got := strings.Join(a.recoveryNotice(rec).Lines, " "); !strings.Contains(got, c.want) {
				t.Errorf("%+v, %+v: %q", c.in, rec, got)
			}
		}
	}
}

// TestShownLineOfRecalled holds that a digest of which only the channel knows is called that.
func TestShownLineOfRecalled(t *testing.T) {
	t.Parallel()
	a := App{cfg: &config.Config{Zone: time.UTC}}
	if got := a.shownLine(store.Shown{Key: "k"}); !strings.HasSuffix(got, "found in the channel when the database was new or restored") {
		t.Error(got)
	}
	sent := store.Shown{Deliveries: []news.Delivery{{Part: 1, Parts: 1, Channel: "#c", State: "sent"}}}
	if got := a.shownLine(sent); !strings.HasSuffix(got, "part 1 of 1 to #c: sent") {
		t.Error(got)
	}
}
