package app

import (
	"strings"
	"testing"
	"time"

	"newsvigil/config"
	"newsvigil/internal/practice/slack"
	"newsvigil/news"
	client "newsvigil/notify/slack"
)

// TestOverdueWord: word is left for the next slot, once; it is taken back when the digest is delivered, and
// left for the next day; readers of a machine that stopped see it.
func TestOverdueWord(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := newRig(t, func(c *config.Config) { c.Slack.Overdue = 45 * time.Minute })
	s, err := r.sender(r.cfg)
	if err != nil {
		t.Fatal(err)
	}
	c, tp := s.(*client.Client), r.topics[0]
	look := func() []slack.Scheduled {
		t.Helper()
		if _, err := r.leaveWord(ctx, c, tp, word{}); err != nil {
			t.Fatal(err)
		}
		return r.slack.Scheduled()
	}
	if err := r.db.SaveRun(ctx, "digest/"+tp.Key()+"/0", r.now()); err != nil { // the daemon's first start
		t.Fatal(err)
	}
	first := r.nextSlot(tp, r.now())
	for range 2 {
		list := look()
		if len(list) != 1 || !list[0].At.Equal(first.Add(45*time.Minute)) || !strings.Contains(list[0].Text, tp.Name) {
			t.Fatalf("waiting %+v, want one for %s", list, first)
		}
	}
	asked := r.slack.Calls("chat.scheduledMessages.list")
	if _, err := r.leaveWord(ctx, c, tp, word{slot: first, asked: r.now()}); err != nil || r.slack.Calls("chat.scheduledMessages.list") != asked {
		t.Errorf("Slack was asked for what is known: %v", err)
	}
	// The slot is past, and the digest not there yet: the word stays.
	r.clock.advance(first.Sub(r.now()) + 10*time.Minute)
	if list := look(); len(list) != 1 || !list[0].At.Equal(first.Add(45*time.Minute)) {
		t.Fatalf("before the delivery: %+v", list)
	}
	if err := r.postSlot(ctx, tp, first); err != nil {
		t.Fatal(err)
	}
	if list := look(); len(list) != 1 || !list[0].At.Equal(first.Add(45*time.Minute)) {
		t.Fatalf("queued is not delivered: %+v", list)
	}
	w, err := r.worker()
	if err != nil {
		t.Fatal(err)
	}
	if _, queued, err := w.Flush(ctx); err != nil || queued != 0 {
		t.Fatalf("%d queued, %v", queued, err)
	}
	if part, ok, err := r.db.PartOf(ctx, slotKey(tp, first.In(r.cfg.Zone)), 1); err != nil || !ok || part.State != news.DeliverySent {
		t.Fatalf("%+v, %v", part, err)
	}
	second := r.nextSlot(tp, first)
	if list := look(); len(list) != 1 || !list[0].At.Equal(second.Add(45*time.Minute)) {
		t.Fatalf("after the delivery: %+v, want one for %s", list, second)
	}
	// Now the machine stops.
	r.clock.advance(second.Sub(r.now()) + 46*time.Minute)
	all := r.slack.Messages(testChannel)
	if last := all[len(all)-1]; !strings.Contains(last.Text, "did not come") || len(r.slack.Scheduled()) != 0 {
		t.Errorf("the channel shows %q", last.Text)
	}
}

// TestOverdueSwitchedOff: what waits with Slack is taken back when the setting is taken away.
func TestOverdueSwitchedOff(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := newRig(t, func(c *config.Config) { c.Slack.Overdue = 45 * time.Minute })
	s, err := r.sender(r.cfg)
	if err != nil {
		t.Fatal(err)
	}
	c, tp := s.(*client.Client), r.topics[0]
	if r.leftWords(ctx) {
		t.Error("a word is remembered that was never left")
	}
	for _, want := range []int{1, 0} {
		if _, err := r.leaveWord(ctx, c, tp, word{}); err != nil {
			t.Fatal(err)
		}
		if got := len(r.slack.Scheduled()); got != want || !r.leftWords(ctx) {
			t.Errorf("%d wait with Slack, want %d", got, want)
		}
		r.cfg.Slack.Overdue = 0
	}
}

// TestOverdueOfAnotherTopic: the word of one topic leaves that of another one in the channel alone.
func TestOverdueOfAnotherTopic(t *testing.T) {
	t.Parallel()
	a := &App{topics: []*topic{{Topic: news.Topic{Name: "North"}}, {Topic: news.Topic{Name: "North & rights"}}}}
	text := client.ScheduledText("The digest on North & rights of today did not come. newsvigil …")
	if a.wordOf(a.topics[0], text) || !a.wordOf(a.topics[1], text) || a.wordOf(a.topics[1], "North & rights") {
		t.Error("whose word it is was not told")
	}
}
