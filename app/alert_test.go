package app

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"newsvigil/config"
	"newsvigil/internal/practice/slack"
	"newsvigil/news"
	"newsvigil/notify"
)

// newAlertRig has a topic with alerts and one crawl behind it. It is ten o'clock, and the digest is made at
// six in the evening.
func newAlertRig(t *testing.T, change func(*config.Config)) *rig {
	t.Helper()
	now := time.Now().UTC()
	since := now.Sub(now.Truncate(24 * time.Hour))
	r := newRig(t, func(c *config.Config) {
		c.Zone = time.FixedZone("TEN", 60*int((10*time.Hour-since).Minutes()))
		c.Topics[0].Digest, c.Topics[0].AlertGrade, c.Topics[0].AlertsPerDay = []string{"0 18 * * *"}, news.GradeStrong, 3
		if change != nil {
			change(c)
		}
	})
	r.round(t)
	return r
}

// round is what the daemon does every twenty minutes.
func (r *rig) round(t *testing.T) {
	t.Helper()
	r.clock.advance(20 * time.Minute)
	r.crawl(t.Context(), t) // whether a source is due or not
	if err := r.alert(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.flushed(t)
}

// flushed delivers what is due and returns how many messages still wait.
func (r *rig) flushed(t *testing.T) int {
	t.Helper()
	w, err := r.worker()
	if err != nil {
		t.Fatal(err)
	}
	wait, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_, queued, err := w.Flush(wait)
	if err != nil {
		t.Fatal(err)
	}
	return queued
}

// slot makes the digest of now.
func (r *rig) slot(t *testing.T) news.Digest {
	t.Helper()
	at := r.now().In(r.cfg.Zone).Truncate(time.Minute)
	if err := r.postSlot(t.Context(), r.topics[0], at); err != nil {
		t.Fatal(err)
	}
	d, err := r.Digest(t.Context(), r.topics[0].Key()+"/"+at.Format(slotLayout))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// alerts are the alerts in the channel.
func (r *rig) alerts() (all []slack.Message) {
	for _, m := range r.digests() {
		if strings.Contains(m.Key(), "/"+alertKey) {
			all = append(all, m)
		}
	}
	return all
}

// TestAlertAtOnce holds that the first crawl alerts nobody, that a strong story of a later one is posted at
// once, and that the next digest names it in one line and the one after it not at all.
func TestAlertAtOnce(t *testing.T) {
	t.Parallel()
	r := newAlertRig(t, nil)
	if n := len(r.slack.Messages(testChannel)); n != 0 {
		t.Fatalf("%d messages after the first crawl", n)
	}
	r.slot(t)
	r.flushed(t)
	r.outlets.Publish(2)
	r.round(t)
	got := r.alerts()
	if len(got) != 1 || !strings.Contains(got[0].Text, "two North Korean prison officials") || strings.Contains(got[0].Text, "missile") {
		t.Fatalf("%d alerts: %v", len(got), got)
	}
	if x := r.verdict(t.Context(), t, "065"); x.Code != "alerted" {
		t.Errorf("explain: %s (%s)", x.Verdict, x.Code)
	}
	r.round(t)
	if n := len(r.alerts()); n != 1 {
		t.Errorf("%d alerts after a crawl without news", n)
	}
	list, err := r.Preview(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	d := r.slot(t)
	lines := 0
	for _, it := range append(append(d.Lead, d.Lines...), d.Rest...) {
		if strings.Contains(it.Title, "two North Korean prison officials") {
			lines++
			if it.Kind != news.ItemAlerted {
				t.Errorf("it stands as %s", it.Kind)
			}
		}
	}
	if lines != 1 || list[0].Stories() != d.Stories() {
		t.Errorf("the story stands %d times in the digest; the preview has %d stories, the digest %d", lines, list[0].Stories(), d.Stories())
	}
	r.flushed(t)
	if x := r.verdict(t.Context(), t, "065"); x.Code != "posted" {
		t.Errorf("explain: %s (%s)", x.Verdict, x.Code)
	}
	r.clock.advance(24 * time.Hour)
	if d := r.slot(t); d.Stories() != 0 {
		t.Errorf("the next digest has %+v", d)
	}
	r.keysOnce(t, testChannel)
}

// TestAlertQuiet holds that quiet hours hold an alert until they end, unless the digest comes first.
func TestAlertQuiet(t *testing.T) {
	t.Parallel()
	unraced(t)
	for _, digestFirst := range []bool{false, true} {
		r := newAlertRig(t, func(c *config.Config) { c.Topics[0].Quiet = []string{"10:10-13:00"} })
		jobs := r.quietEnds()
		if len(jobs) != 1 || jobs[0].spec != "0 13 * * *" {
			t.Fatalf("jobs %+v", jobs)
		}
		r.outlets.Publish(2)
		r.round(t)
		r.round(t)
		if n := len(r.alerts()); n != 0 {
			t.Fatalf("%d alerts in quiet hours", n)
		}
		if digestFirst {
			r.slot(t)
		}
		r.clock.advance(3 * time.Hour)
		if err := jobs[0].run(t.Context(), r.now(), false); err != nil {
			t.Fatal(err)
		}
		r.flushed(t)
		if n := len(r.alerts()); n == 0 != digestFirst || n > 1 {
			t.Errorf("digest first %v: %d alerts after the quiet hours", digestFirst, n)
		}
	}
}

// TestAlertsPerDay holds that a day has room for so many stories, the rest waiting for the digest.
func TestAlertsPerDay(t *testing.T) {
	t.Parallel()
	r := newAlertRig(t, func(c *config.Config) { c.Topics[0].AlertsPerDay = 1 })
	r.slot(t)
	r.outlets.Publish(2)
	r.round(t)
	again := func() { // considers all of today's pieces once more, as if they had just come
		if _, err := r.db.SaveAlert(t.Context(), r.topics[0].Key(), r.now().Add(-20*time.Hour), news.Digest{}, nil); err != nil {
			t.Fatal(err)
		}
		r.round(t)
	}
	again()
	if got := r.alerts(); len(got) != 1 {
		t.Errorf("%d alerts on a day that has room for one", len(got))
	}
	r.clock.advance(14 * time.Hour)
	r.round(t)
	if got := r.alerts(); len(got) != 1 {
		t.Errorf("%d alerts: what waits for the digest came by itself", len(got))
	}
	d := r.slot(t)
	kinds := map[news.ItemKind]int{}
	for _, it := range append(append(d.Lead, d.Lines...), d.Rest...) {
		kinds[it.Kind]++
	}
	if kinds[news.ItemAlerted] != 1 || kinds[news.ItemNew] == 0 {
		t.Errorf("the digest has %v", kinds)
	}
}

// TestAlertSlackDown holds that an alert that Slack refuses is told by the digest, once, or by itself when
// Slack comes back before that, and then says that it is late.
func TestAlertSlackDown(t *testing.T) {
	t.Parallel()
	unraced(t)
	for _, back := range []bool{false, true} {
		r := newAlertRig(t, nil)
		r.slot(t)
		r.flushed(t)
		r.slack.Chaos("chat.postMessage", 1, 1, slack.TooFast)
		r.outlets.Publish(2)
		r.round(t)
		if n := len(r.alerts()); n != 0 || r.flushed(t) == 0 {
			t.Fatalf("%d alerts in Slack", n)
		}
		if back {
			r.slack.Chaos("chat.postMessage", 0, 1)
			r.clock.advance(2 * time.Hour)
			r.flushed(t)
			got := r.alerts()
			if len(got) != 1 || !strings.Contains(got[0].Text, "Delayed: found") {
				t.Fatalf("%d alerts: %v", len(got), got)
			}
			continue
		}
		r.clock.advance(2 * time.Hour)
		d := r.slot(t)
		if len(d.Lead) == 0 || d.Lead[0].Kind != news.ItemNew {
			t.Errorf("the digest does not tell what the alert would have: %+v", d.Lead)
		}
		r.slack.Chaos("chat.postMessage", 0, 1)
		r.deliverAll(t.Context(), t)
		if n := len(r.alerts()); n != 0 {
			t.Errorf("%d alerts after the digest that told the same", n)
		}
		r.shownOnce(t)
	}
}

// TestAlertCrash holds that an alert whose commit fails, or whose program dies right after it, is posted
// once.
func TestAlertCrash(t *testing.T) {
	t.Parallel()
	unraced(t)
	for _, fails := range []bool{true, false} {
		r := newAlertRig(t, nil)
		r.outlets.Publish(2)
		dead := errors.New("dead")
		fault := func(point string) error {
			if fails && point == "alert" {
				return dead
			}
			return nil
		}
		r.fault.Store(&fault)
		r.clock.advance(3 * time.Hour) // every source is due
		if err := r.crawlJob(t.Context(), r.now(), false); errors.Is(err, dead) != fails || err != nil && !fails {
			t.Fatalf("fails %v: %v", fails, err)
		}
		r.fault.Store(nil)
		r.reopen(t)
		r.round(t)
		if n := len(r.alerts()); n != 1 {
			t.Errorf("fails %v: %d alerts", fails, n)
		}
		r.keysOnce(t, testChannel)
	}
}

// TestAlertOfNewTopic holds that a topic that is added later, or whose alerts are switched on later, is
// told nothing that was there before.
func TestAlertOfNewTopic(t *testing.T) {
	t.Parallel()
	r := newAlertRig(t, func(c *config.Config) { c.Topics[0].AlertGrade = "" })
	r.outlets.Publish(2)
	r.round(t)
	r.cfg.Topics[0].AlertGrade = news.GradeStrong
	added := r.cfg.Topics[0]
	added.Name = "Added later"
	r.cfg.Topics = append(r.cfg.Topics, added)
	r.reopen(t)
	r.round(t)
	r.round(t)
	if got := r.alerts(); len(got) != 0 {
		t.Errorf("%d alerts of what was there: %v", len(got), got)
	}
}

// TestAlertRemembered holds that after the database is lost, an alert that stands in the channel is one
// again: its story comes once more, as a line of the next digest, and nothing counts from it.
func TestAlertRemembered(t *testing.T) {
	t.Parallel()
	unraced(t)
	r := newAlertRig(t, nil)
	r.outlets.Publish(2)
	r.round(t)
	got := r.alerts()
	if len(got) != 1 {
		t.Fatalf("%d alerts", len(got))
	}
	found, _ := r.recalled(r.topics[0], []notify.Remembered{{Key: got[0].Key(), Kind: news.DeliverDigest, At: r.now(), Links: []string{r.piece(t, "065").URL}}})
	if len(found) != 1 || !found[0].Alert || !found[0].Manual || len(found[0].Keys) == 0 {
		t.Errorf("recalled: %+v", found)
	}
	r.lose(t)
	r.round(t)
	if _, ok, err := r.db.LastDigest(t.Context(), r.topics[0].Key()); ok || err != nil {
		t.Errorf("the alert counts as a digest: %v", err)
	}
	if n := len(r.alerts()); n != 1 {
		t.Errorf("%d alerts after the loss", n)
	}
	kinds := map[string]news.ItemKind{}
	d := r.slot(t)
	for _, it := range append(append(d.Lead, d.Lines...), d.Rest...) {
		kinds[it.URL] = it.Kind
	}
	if kinds[r.piece(t, "065").URL] != news.ItemAlerted {
		t.Errorf("the digest after the loss has it as %q", kinds[r.piece(t, "065").URL])
	}
}

// TestAlertBeforeDigest holds that minutes before a digest nothing is alerted.
func TestAlertBeforeDigest(t *testing.T) {
	t.Parallel()
	r := newAlertRig(t, nil)
	at := r.now().In(r.cfg.Zone)
	r.topics[0].Digest = []string{"45 10 * * *"} // it is 10:20
	r.outlets.Publish(2)
	r.round(t)
	if n := len(r.alerts()); n != 0 {
		t.Errorf("%d alerts five minutes before the digest", n)
	}
	r.topics[0].Digest = []string{"0 18 * * *"}
	r.round(t)
	if n := len(r.alerts()); n != 1 {
		t.Errorf("%d alerts when no digest is due", n)
	}
	for after, want := range map[time.Duration]bool{5 * time.Minute: true, prePoll + time.Minute: false} {
		now := time.Date(at.Year(), at.Month(), at.Day(), 18, 0, 0, 0, r.cfg.Zone).Add(-after)
		if got, err := r.slotNear(t.Context(), r.topics[0], now); got != want || err != nil {
			t.Errorf("%s before a digest: %v, %v", after, got, err)
		}
	}
}

// TestAlertAtSlot holds that a crawl, or the end of quiet hours, at the minute of a digest that is not
// made yet alerts nobody: the digest tells the same in full.
func TestAlertAtSlot(t *testing.T) {
	t.Parallel()
	r := newAlertRig(t, nil)
	at := r.now().In(r.cfg.Zone)
	if err := r.db.SaveRun(t.Context(), "digest/"+r.topics[0].Key()+"/0", at.Add(-24*time.Hour)); err != nil { // as a daemon that is at work
		t.Fatal(err)
	}
	slot := at.Add(15 * time.Minute).Truncate(time.Minute)
	r.topics[0].Digest = []string{slot.Format("4 15 * * *")}
	r.outlets.Publish(2)
	r.round(t)
	if n := len(r.alerts()); n != 0 {
		t.Fatalf("%d alerts before the digest that is due", n)
	}
	if err := r.postSlot(t.Context(), r.topics[0], slot); err != nil {
		t.Fatal(err)
	}
	r.flushed(t)
	r.round(t)
	if n := len(r.alerts()); n != 0 {
		t.Errorf("%d alerts of what the digest told", n)
	}
	if x := r.verdict(t.Context(), t, "065"); x.Code != "posted" {
		t.Errorf("explain: %s (%s)", x.Verdict, x.Code)
	}
	if near, err := r.slotNear(t.Context(), r.topics[0], slot.Add(time.Minute)); near || err != nil {
		t.Errorf("a digest that was posted holds alerts back: %v, %v", near, err)
	}
}

// TestAlertOtherTopic holds that what keeps one topic's alerts back does not keep those of another back.
func TestAlertOtherTopic(t *testing.T) {
	t.Parallel()
	r := newAlertRig(t, func(c *config.Config) {
		second := c.Topics[0]
		second.Name = "Second"
		second.Digest, second.AlertGrade, second.AlertsPerDay = []string{"0 18 * * *"}, news.GradeStrong, 3
		c.Topics = append(c.Topics, second)
	})
	r.outlets.Publish(2)
	r.clock.advance(20 * time.Minute)
	r.crawl(t.Context(), t)
	n, full := 0, errors.New("full")
	fault := func(point string) error {
		if point != "alert" {
			return nil
		}
		if n++; n == 1 {
			return full
		}
		return nil
	}
	r.fault.Store(&fault)
	if err := r.alert(t.Context()); !errors.Is(err, full) {
		t.Fatal(err)
	}
	r.fault.Store(nil)
	r.flushed(t)
	if n := len(r.alerts()); n != 1 {
		t.Errorf("%d alerts, want the second topic's", n)
	}
	r.round(t)
	if n := len(r.alerts()); n != 2 {
		t.Errorf("%d alerts after the next crawl", n)
	}
}
