package app

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"newsvigil/config"
	"newsvigil/internal/practice/slack"
	"newsvigil/store"
)

// greetingRig greets its readers.
func greetingRig(t *testing.T, change func(*config.Config)) *rig {
	t.Helper()
	return newRig(t, func(c *config.Config) {
		c.Slack.Hello, c.Slack.AppTokenEnv = true, practiceApp
		if change != nil {
			change(c)
		}
	})
}

// crawlJobOnce is what the daemon does at its first start.
func (r *rig) crawlJobOnce(t *testing.T) {
	t.Helper()
	if err := r.crawlJob(t.Context(), r.clock.now(), false); err != nil {
		t.Fatal(err)
	}
	r.deliverQueued(t)
}

// greetOnce greets, where that is due.
func (r *rig) greetOnce(t *testing.T, g greeting) {
	t.Helper()
	if err := r.greet(t.Context(), r.topics[0], g); err != nil {
		t.Fatal(err)
	}
	r.deliverQueued(t)
}

// deliverQueued delivers what is queued.
func (r *rig) deliverQueued(t *testing.T) {
	t.Helper()
	w, err := r.worker()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if _, queued, err := w.Flush(ctx); err != nil || queued > 0 {
		t.Fatalf("%d messages are left, %v", queued, err)
	}
}

// hellos are the messages of a channel that greet.
func (r *rig) hellos(channel string) (list []slack.Message) {
	for _, m := range r.slack.Messages(channel) {
		if strings.HasPrefix(m.Key(), store.HelloKey) {
			list = append(list, m)
		}
	}
	return list
}

func TestHello(t *testing.T) {
	t.Parallel()
	r := greetingRig(t, nil)
	r.crawlJobOnce(t)
	list := r.hellos(testChannel)
	if len(list) != 2 || list[0].Thread != "" || list[1].Thread != list[0].TS {
		t.Fatalf("want a hello with a sample in its thread, got %+v", list)
	}
	next := r.nextSlot(r.topics[0], r.clock.now())
	for _, want := range []string{r.topics[0].Name, r.cfg.Sources[0].Name, next.Format("15:04"), "/newsvigil help", "Keep", "thread"} {
		if !strings.Contains(list[0].Text, want) {
			t.Errorf("the hello does not say %q: %s", want, list[0].Text)
		}
	}
	if !strings.Contains(string(list[0].Blocks), `"date"`) {
		t.Errorf("the next digest is not shown in the reader's zone: %s", list[0].Blocks)
	}
	if !strings.HasPrefix(list[1].Text, "Sample.") || !strings.Contains(list[1].Text, "no digest yet") || strings.Contains(string(list[1].Blocks), `"actions"`) {
		t.Errorf("the sample: %s %s", list[1].Text, list[1].Blocks)
	}
	// Never again, and the digest that follows is what it would have been.
	before, err := r.Preview(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	r.reopen(t)
	r.crawlJobOnce(t)
	res := r.post(t.Context(), t)
	if res.Topics[0].Stories != before[0].Stories() || res.Topics[0].Stories == 0 || res.Topics[0].Since != "" {
		t.Errorf("the first digest has %+v, want the %d stories of the preview", res.Topics[0], before[0].Stories())
	}
	if last, ok, err := r.db.LastSlot(t.Context(), r.topics[0].Key()); err != nil || ok {
		t.Errorf("a slot was used up: %v, %v", last, err)
	}
	if got := r.hellos(testChannel); len(got) != 2 {
		t.Errorf("greeted again: %+v", got)
	}
}

// TestHelloOnce holds when nobody is greeted a second time, and when somebody is.
func TestHelloOnce(t *testing.T) {
	t.Parallel()
	lose := func(t *testing.T, r *rig) {
		if err := r.App.Close(); err != nil {
			t.Fatal(err)
		}
		r.App = nil
		files, err := filepath.Glob(filepath.Join(r.cfg.DataDir, DatabaseName+"*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if err := os.Remove(f); err != nil {
				t.Fatal(err)
			}
		}
		r.reopen(t)
	}
	for _, tt := range []struct {
		name string
		// between happens between two first crawls.
		between  func(*testing.T, *rig)
		channel  string
		want     int
		read     bool // pieces are there
		unwanted bool // the first one is switched off
	}{
		{name: "lost", between: lose, channel: testChannel, want: 1},
		{name: "lost after a digest", between: func(t *testing.T, r *rig) { r.post(t.Context(), t); lose(t, r) }, read: true, channel: testChannel, want: 2},
		{name: "another channel", between: func(_ *testing.T, r *rig) { r.topics[0].Channel = "#practice-ops" }, channel: testOps, want: 1},
		{name: "the same by its id", between: func(_ *testing.T, r *rig) { r.topics[0].Channel = testChannel }, channel: testChannel, want: 1},
		{name: "digests stand there", read: true, unwanted: true, between: func(t *testing.T, r *rig) {
			r.post(t.Context(), t)
			r.cfg.Slack.Hello = true
		}, channel: testChannel, want: 0},
		{name: "printed digests", read: true, unwanted: true, between: func(t *testing.T, r *rig) {
			r.cfg.Slack.Configured = false
			r.post(t.Context(), t)
			r.cfg.Slack.Configured, r.cfg.Slack.Hello = true, true
		}, channel: testChannel, want: 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := greetingRig(t, func(c *config.Config) { c.Slack.Hello = !tt.unwanted })
			if tt.read {
				r.crawl(t.Context(), t)
			}
			r.greetOnce(t, greeting{daemon: true, sample: tt.read})
			tt.between(t, r)
			for range 2 {
				r.greetOnce(t, greeting{daemon: true})
			}
			if got := r.hellos(tt.channel); len(got) != tt.want {
				t.Errorf("%d messages greet, want %d: %+v", len(got), tt.want, got)
			}
		})
	}
}

// TestHelloWithADigest: the digest that follows at once is example enough.
func TestHelloWithADigest(t *testing.T) {
	t.Parallel()
	r := greetingRig(t, nil)
	r.crawl(t.Context(), t)
	r.post(t.Context(), t)
	list := r.digests()
	if len(list) != 2 || !strings.HasPrefix(list[0].Key(), store.HelloKey) || len(r.hellos(testChannel)) != 1 {
		t.Errorf("want a hello and then the digest: %+v", list)
	}
}

// TestHelloByWebhook: there is no thread for an example to stand in.
func TestHelloByWebhook(t *testing.T) {
	t.Parallel()
	r := greetingRig(t, func(c *config.Config) { c.Slack.AppTokenEnv, c.Slack.WebhookEnv = "", "HOOK" })
	if err := r.crawlJob(t.Context(), r.clock.now(), false); err != nil {
		t.Fatal(err)
	}
	due, err := r.db.Due(t.Context(), r.clock.now())
	if err != nil || len(due) != 1 || due[0].Parts != 1 {
		t.Fatalf("%+v, %v", due, err)
	}
	if n, err := r.db.Notice(t.Context(), due[0].Of); err != nil || strings.Contains(strings.Join(n.Lines, " "), "thread") {
		t.Errorf("%q, %v", n.Lines, err)
	}
}

// TestHelloFollowsItsChannel: a hello that a channel refused does not wait there for good.
func TestHelloFollowsItsChannel(t *testing.T) {
	t.Parallel()
	r := greetingRig(t, nil)
	r.slack.AddChannel(slack.Channel{ID: testChannel, Name: "practice", Outside: true})
	if err := r.db.SaveRun(t.Context(), "recall/"+r.topics[0].Key(), r.clock.now()); err != nil {
		t.Fatal(err) // else nobody is greeted before the channel can be read
	}
	if err := r.greet(t.Context(), r.topics[0], greeting{}); err != nil {
		t.Fatal(err)
	}
	r.post(t.Context(), t)
	if n, err := r.db.Queued(t.Context()); err != nil || n == 0 {
		t.Errorf("what the channel refused does not wait: %v", err)
	}
	r.topics[0].Channel = "#practice-ops"
	r.post(t.Context(), t)
	if got := r.hellos(testOps); len(got) == 0 || len(r.hellos(testChannel)) != 0 {
		t.Errorf("the hello did not follow: %+v", got)
	}
	if n, err := r.db.Queued(t.Context()); err != nil || n != 0 {
		t.Errorf("%d messages are left, %v", n, err)
	}
}
