package app

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"newsvigil/config"
	"newsvigil/internal/practice/outlets"
	"newsvigil/internal/practice/slack"
)

// allDown makes Slack fail every request in one way; None ends that.
func (r *rig) allDown(f slack.Fault) {
	share := 1.0
	if f == slack.None {
		share = 0
	}
	for _, method := range []string{"auth.test", "chat.postMessage", "chat.update", "chat.delete", "conversations.list", "conversations.history", "conversations.replies"} {
		r.slack.Chaos(method, share, 1, f)
	}
}

// TestSlackAwayADay holds that a day in which Slack answers nothing leaves one digest per topic of a
// channel, each whole with its thread, in the order in which they were made, and every notice once. Who
// cannot be asked is not posted to, so that nothing is left of which nobody knows whether it stands.
func TestSlackAwayADay(t *testing.T) {
	t.Parallel()
	for _, f := range []slack.Fault{slack.Unavailable, slack.FatalErrorStored} {
		t.Run(string(f), func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			r := newRig(t, func(c *config.Config) {
				second := c.Topics[0]
				second.Name = "The Same Again"
				c.Topics = append(c.Topics, second)
			})
			for _, topic := range r.topics {
				if err := r.db.SaveRecall(ctx, topic.Key(), nil, nil); err != nil { // which needs the history
					t.Fatal(err)
				}
			}
			r.outlets.Break(r.outlets.Outlets()[0].Name, outlets.Fault{Status: 503})
			r.allDown(f)
			r.slotsGoBy(ctx, t, 3)
			if n := r.slack.Calls("chat.postMessage"); n != 0 {
				t.Errorf("%d posts to a Slack that does not answer", n)
			}
			r.allDown(slack.None)
			r.deliverAll(ctx, t)
			var made []string
			for _, m := range r.digests() {
				made = append(made, m.Key()[:strings.Index(m.Key(), "/")])
			}
			want := []string{r.topics[0].Key(), r.topics[1].Key()}
			if !slices.Equal(made, want) {
				t.Errorf("digests of %q, want one of each of %q", made, want)
			}
			r.keysOnce(t, testChannel)
			r.keysOnce(t, testOps)
			list, err := r.Preview(ctx, "")
			if err != nil || list[0].Stories()+list[1].Stories() != 0 {
				t.Errorf("stories are left: %v", err)
			}
		})
	}
}

// slotsGoBy lets slots of all topics go by, six hours apart, with new pieces in each.
func (r *rig) slotsGoBy(ctx context.Context, t *testing.T, slots int) {
	t.Helper()
	for i := range slots {
		r.outlets.Publish(i + 1)
		r.clock.advance(6 * time.Hour)
		r.crawl(ctx, t)
		for _, topic := range r.topics {
			if err := r.postSlot(ctx, topic, r.now().Truncate(time.Minute)); err != nil {
				t.Fatal(err)
			}
		}
		w, err := r.worker()
		if err != nil {
			t.Fatal(err)
		}
		wait, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
		if _, _, err := w.Flush(wait); err != nil {
			t.Fatal(err)
		}
		cancel()
	}
}
