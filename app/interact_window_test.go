package app

import (
	"strings"
	"testing"

	"newsvigil/internal/practice/slack"
	client "newsvigil/notify/slack"
)

// TestWindowDoesNotOpen: Slack opens a window for three seconds only; a reader for whom it came too late is told,
// and what was stored before stands.
func TestWindowDoesNotOpen(t *testing.T) {
	t.Parallel()
	a := newReaders(t, nil)
	one := a.digest().Lead[0].Story
	told := func(text string) {
		a.await(text, func() bool {
			seen := a.slack.Ephemerals("")
			return len(seen) > 0 && strings.Contains(seen[len(seen)-1].Text, text)
		})
	}
	a.slack.Script("views.open", slack.InternalError)
	a.on(one, "", client.ActionMore, client.OptionMute)
	told("Slack did not open the window in time")
	a.on(one, "", client.ActionKeep, "")
	a.on(one, "", client.ActionMore, client.OptionMore)
	a.await("modal", func() bool { return len(a.slack.Views("")) == 1 })
	a.slack.Script("views.update", slack.InternalError)
	if _, err := a.slack.Press(slack.Press{View: a.slack.Views("")[0].ID, Action: client.ActionBack}); err != nil {
		t.Fatal(err)
	}
	told("Your answer was taken back")
	if said := a.said(); len(said) != 0 {
		t.Errorf("said %+v", said)
	}
	a.stop()
}
