package app

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"newsvigil/config"
	"newsvigil/internal/practice/slack"
	"newsvigil/news"
	client "newsvigil/notify/slack"
	"newsvigil/store"
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

// talker is the client by which word is left with the practice Slack.
func (r *rig) talker(t *testing.T) *client.Client {
	t.Helper()
	s, err := r.sender(r.cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s.(*client.Client)
}

// TestOverdueIsTrue: no word is left for a slot whose digest stands in the channel, although the database is an
// old copy; the slots of another schedule of the topic do not count.
func TestOverdueIsTrue(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := newRig(t, func(c *config.Config) {
		c.Slack.Overdue, c.Topics[0].Digest = 45*time.Minute, []string{"0 8 * * *", "0 18 * * *"}
	})
	tp := r.topics[0]
	evening := r.nextSlot(tp, r.now())
	for evening.In(r.cfg.Zone).Hour() != 18 {
		evening = r.nextSlot(tp, evening)
	}
	morning := r.nextSlot(tp, evening)
	for i, at := range []time.Time{evening.Add(-10 * time.Hour), evening} { // as a copy of the night knows it
		if err := r.db.SaveRun(ctx, "digest/"+tp.Key()+"/"+string(rune('0'+i)), at); err != nil {
			t.Fatal(err)
		}
	}
	owed := func(slot time.Time, want bool) {
		t.Helper()
		if got, err := r.owed(ctx, tp, slot); err != nil || got != want {
			t.Errorf("%s: owed %v, want %v; %v", slot, got, want, err)
		}
	}
	r.clock.advance(morning.Add(5 * time.Minute).Sub(r.now()))
	owed(morning, true)
	if err := r.db.SaveRun(ctx, "digest/"+tp.Key()+"/0", morning); err != nil {
		t.Fatal(err)
	}
	owed(morning, false) // the evening's schedule has not run since, and need not have
	if err := r.db.SaveRun(ctx, "digest/"+tp.Key()+"/0", evening); err != nil {
		t.Fatal(err)
	}
	found := store.Recalled{Digest: news.Digest{Key: slotKey(tp, morning.In(r.cfg.Zone)), Topic: tp.Name, Slot: morning}, Posted: morning}
	if err := r.db.SaveRecall(ctx, tp.Key(), []store.Recalled{found}, nil); err != nil {
		t.Fatal(err)
	}
	owed(morning, false) // it stands in the channel, and was found there
}

// TestOverdueStrays: what was left for a topic that was renamed, or in a channel that is its own no more, is
// taken back, and what others left in the same workspace is not.
func TestOverdueStrays(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r := newRig(t, func(c *config.Config) { c.Slack.Overdue = 45 * time.Minute })
	r.slack.AddChannel(slack.Channel{ID: "C0ANOTHER", Name: "another"})
	c, left := r.talker(t), map[string]word{}
	other := client.Scheduled{ChannelID: testChannel, At: r.now().Add(time.Hour), Text: "The digest on something else did not come. newsvigil …"}
	if _, err := c.Schedule(ctx, other); err != nil {
		t.Fatal(err)
	}
	round := func(want ...string) {
		t.Helper()
		var err error
		for _, tp := range r.topics {
			if left[tp.Key()], err = r.leaveWord(ctx, c, tp, word{}); err != nil {
				t.Fatal(err)
			}
		}
		if err := r.takeBackStrays(ctx, c, left); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range r.slack.Scheduled() {
			got = append(got, m.Channel)
		}
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("in the channels %v, want %v", got, want)
		}
		runs, err := r.db.RunsOf(ctx, runOverdue+"/")
		if err != nil || len(runs) != 1 {
			t.Errorf("%d are remembered, want 1; %v", len(runs), err)
		}
	}
	round(testChannel, testChannel)
	r.topics[0].Channel = "#another"
	round("C0ANOTHER", testChannel)
	r.topics[0].Name, left = "A new name", map[string]word{}
	round("C0ANOTHER", testChannel)
	if !strings.Contains(r.slack.Scheduled()[1].Text, "A new name") {
		t.Errorf("waiting %+v", r.slack.Scheduled())
	}
}

// TestOverdueByHand: a digest that an admin sends after the slot takes back the word that none came, and leaves
// that of the next slot.
func TestOverdueByHand(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := newRig(t, func(c *config.Config) { c.Slack.Overdue = 45 * time.Minute })
	c, tp := r.talker(t), r.topics[0]
	if _, err := r.leaveWord(ctx, c, tp, word{}); err != nil {
		t.Fatal(err)
	}
	r.crawl(ctx, t)
	r.post(ctx, t)
	if len(r.slack.Scheduled()) != 1 {
		t.Error("the word for a slot that is to come was taken back")
	}
	r.clock.advance(r.nextSlot(tp, r.now()).Add(10 * time.Minute).Sub(r.now()))
	r.outlets.Publish(3)
	r.crawl(ctx, t)
	if res := r.post(ctx, t); res.Topics[0].Digest == "" || len(r.slack.Scheduled()) != 0 {
		t.Errorf("%+v, %d wait with Slack", res, len(r.slack.Scheduled()))
	}
}

// TestOverdueOvertaken: the digest comes within the minute in which Slack takes nothing back. The word that it
// did not come is deleted when it is posted; a topic's name with signs of markup changes nothing.
func TestOverdueOvertaken(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := newRig(t, func(c *config.Config) { c.Slack.Overdue, c.Topics[0].Name = 45*time.Minute, "Rights & <wrongs>" })
	r.known(t)
	c, tp := r.talker(t), r.topics[0]
	if err := r.db.SaveRun(ctx, "digest/"+tp.Key()+"/0", r.now()); err != nil { // the daemon's first start
		t.Fatal(err)
	}
	slot := r.nextSlot(tp, r.now())
	look := func(left word) word {
		t.Helper()
		w, err := r.leaveWord(ctx, c, tp, left)
		if err != nil {
			t.Fatal(err)
		}
		w.untrue = r.retract(ctx, c, w.untrue)
		return w
	}
	w := look(look(word{}))
	if n := r.slack.Calls("chat.scheduleMessage"); n != 1 || !strings.Contains(r.slack.Scheduled()[0].Text, "Rights &amp; &lt;wrongs&gt;") {
		t.Errorf("left %d times: %+v", n, r.slack.Scheduled())
	}
	r.clock.advance(slot.Add(45*time.Minute - 30*time.Second).Sub(r.now()))
	if err := r.postSlot(ctx, tp, slot); err != nil {
		t.Fatal(err)
	}
	if r.flushed(t) != 0 {
		t.Fatal("the digest is not there")
	}
	if w = look(w); len(w.untrue) != 1 {
		t.Errorf("%+v", w)
	}
	r.clock.advance(time.Minute)
	if n := len(r.slack.Messages(testChannel)); n != 2 {
		t.Fatalf("%d messages, want the digest and the word", n)
	}
	w = look(w)
	if all := r.slack.Messages(testChannel); len(all) != 1 || all[0].Key() == "" || len(w.untrue) != 0 {
		t.Errorf("%d messages are left: %+v", len(all), all)
	}
	if len(r.slack.Scheduled()) != 1 {
		t.Errorf("%d wait for the next slot", len(r.slack.Scheduled()))
	}
}
