package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"newsvigil/config"
	"newsvigil/internal/practice/outlets"
	"newsvigil/news"
	"newsvigil/notify/slack"
	"newsvigil/store"
)

// weeks are what the weekly message is made of, by the name of the golden file.
func weeks(t *testing.T) (*App, map[string]stretch) {
	seoul := zone(t, "Asia/Seoul")
	at := func(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 0, 0, 0, seoul) }
	feed := []string{"https://example.org/feed"}
	a := &App{cfg: &config.Config{Zone: seoul, Sources: []news.Source{
		{Name: "Bridge Daily", Feeds: feed}, {Name: "Hangang Times", Feeds: feed}, {Name: "Valley Post", Feeds: feed}, {Name: "Island News"},
	}}, now: func() time.Time { return at(23, 9) }}
	outlet := func(name string, news int) outletWeek {
		return outletWeek{SourceState: SourceState{Source: name, Good: at(23, 8), New: news}, last: at(22, 8)}
	}
	sick := func(name, trouble, detail string, since time.Time) outletWeek {
		o := outlet(name, 0)
		o.Trouble, o.Detail, o.Since = news.Trouble(trouble), detail, since
		return o
	}
	p := period{at(16, 9), at(23, 9)}
	well := stretch{
		period: p, read: 1204, said: map[news.Label]int{news.LabelLike: 12, news.LabelDislike: 3, news.LabelMissed: 1},
		outlets: []outletWeek{outlet("Bridge Daily", 700), outlet("Hangang Times", 504)},
		topics:  []topicWeek{{name: "Rights", onTopic: 48, told: 31, due: 5, posted: 5}},
	}
	bad := well
	ill, quiet, gap := outlet("Bridge Daily", 40), outlet("Island News", 0), outlet("Hangang Times", 90)
	ill.ills = []period{{at(17, 10), at(17, 13)}}
	quiet.last = at(3, 12)
	gap.Coverage = &Coverage{Pieces: 40, Showed: map[news.Route]int{news.RouteFeed: 28, news.RouteSection: 36, news.RouteWordPress: 2}}
	bad.outlets = []outletWeek{ill, gap, quiet,
		sick("Valley Post", "blocked", "HTTP 403 <!channel> "+strings.Repeat("and so on ", 40), at(20, 7)),
		sick("Coast Herald", "gone", "HTTP 404", at(2, 7)), {SourceState: SourceState{Source: "New Outlet"}}}
	bad.still = []period{{at(18, 22), at(19, 7)}}
	bad.topics = []topicWeek{
		{name: "Rights", onTopic: 48, told: 31, due: 5, posted: 3, alerts: 2, late: []store.Fared{{Own: true, Slot: at(19, 8), Posted: at(19, 11)}},
			waits: []store.Fared{{Own: true, Slot: at(23, 8), Error: "The channel is archived: unarchive it or name another one in the configuration (is_archived)."}}},
		{name: "Floods", onTopic: 1, told: 1, due: 5, posted: 5},
	}
	first := well
	first.from, first.began, first.said = at(22, 18), true, nil
	many := well
	many.outlets = nil
	for i := range 30 {
		many.outlets = append(many.outlets, sick(fmt.Sprintf("Outlet %d", i+1), "unreachable", "no connection", at(20, i%24)))
	}
	healed := well
	healed.outlets = []outletWeek{ill, outlet("Hangang Times", 504)}
	one := well
	one.outlets = []outletWeek{outlet("Hangang Times", 504)}
	return a, map[string]stretch{"one": one, "well": well, "healed": healed, "bad": bad, "first": first, "many": many}
}

// TestWeeklyWords compares the message with golden files; `-update` rewrites them.
func TestWeeklyWords(t *testing.T) {
	t.Parallel()
	a, all := weeks(t)
	for name, s := range all {
		n := a.coverageNotice(s)
		got := n.Title + "\n\n" + strings.Join(n.Lines, "\n") + "\n"
		file := filepath.Join("testdata", "weekly", name+".txt")
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if m := slack.RenderNotice(n, 0); len([]rune(n.Title)) > 150 || strings.Contains(m.Text, "<!channel>") || strings.Contains(m.Text, "… +") {
			t.Errorf("%s: not all is shown: %q", name, m.Text)
		}
	}
}

// weekly starts the daemon, waits until the weekly message is not owed any more, and stops it.
func (r *rig) weekly(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := r.start(ctx)
	r.wait(t, "the weekly message", func() bool {
		last, ok, err := r.db.LastRun(t.Context(), runCoverage)
		slot, owed := lastMissed(r.weeklySlots(t), last.In(r.cfg.Zone), r.now().In(r.cfg.Zone))
		queued, qerr := r.db.Queued(t.Context())
		if owed {
			t.Logf("owed: %v", slot)
		}
		return ok && err == nil && !owed && queued == 0 && qerr == nil
	})
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

func (r *rig) weeklySlots(t *testing.T) slots {
	sched, err := parseSpec(r.cfg.Coverage)
	if err != nil {
		t.Fatal(err)
	}
	return slots{sched, r.cfg.Zone}
}

// TestWeeklyOnce: one message a week, none before the first Monday, one after an outage of three weeks,
// and none again after a restart, or after a copy of the database was brought back.
func TestWeeklyOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(c *config.Config) { c.Coverage, c.Topics[0].Digest = "0 9 * * MON", []string{"0 8 * * *"} })
	monday := func() { // an hour after the next weekly slot
		t.Helper()
		r.clock.advance(r.weeklySlots(t).Next(r.now().In(r.cfg.Zone)).Add(time.Hour).Sub(r.now()))
	}
	monday() // the test's own day may be a Monday
	r.outlets.Break(r.outlets.Outlets()[0].Name, outlets.Fault{Status: 503})
	r.sickSource(t)
	if r.weekly(t); r.notices("Coverage") != 0 {
		t.Fatal("a message before the first week was over")
	}
	copied := filepath.Join(t.TempDir(), "copy.db")
	if err := r.db.Backup(t.Context(), copied); err != nil {
		t.Fatal(err)
	}
	r.reopen(t)
	monday()
	r.weekly(t)
	if r.notices("Coverage") != 1 || r.notices("This is the first of these messages") != 1 {
		t.Fatalf("%d messages after a week", r.notices("Coverage"))
	}
	text := r.wording(t, testOps)
	for _, want := range []string{r.outlets.Outlets()[0].Name + ": ", "newsvigil itself read nothing from", "on topic"} {
		if !strings.Contains(text, want) {
			t.Errorf("the message does not say %q:\n%s", want, text)
		}
	}
	r.reopen(t)
	if r.weekly(t); r.notices("Coverage") != 1 {
		t.Errorf("%d messages after a restart", r.notices("Coverage"))
	}
	for range 3 {
		monday()
	}
	r.reopen(t)
	if r.weekly(t); r.notices("Coverage") != 2 {
		t.Errorf("%d messages after three weeks without newsvigil, want one more", r.notices("Coverage"))
	}
	r.clock.advance(5 * time.Hour)
	r.swap(t, func(database string) error { return os.Rename(copied, database) })
	if r.weekly(t); r.notices("Coverage") != 2 {
		t.Errorf("%d messages after an old copy was brought back", r.notices("Coverage"))
	}
	r.keysOnce(t, testOps)
}

// TestWeeklyWithoutDaemon: those who call `once` from cron get the message, too, and hear of an outlet in
// trouble without a digest.
func TestWeeklyWithoutDaemon(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := newRig(t, func(c *config.Config) { c.Coverage = "0 9 * * MON" })
	r.outlets.Break(r.outlets.Outlets()[0].Name, outlets.Fault{Status: 503})
	r.sickSource(t)
	for range 2 {
		if err := r.Weekly(ctx); err != nil {
			t.Fatal(err)
		}
		r.PostNotices(ctx)
		if r.notices("is in trouble") != 1 || len(r.slack.Messages(testOps)) != 1 || len(r.digests()) != 0 {
			t.Fatalf("%d notices, %d digests", len(r.slack.Messages(testOps)), len(r.digests()))
		}
	}
	if _, err := r.composeManual(ctx, r.topics[0]); err != nil { // a digest that waits is left to `digest`
		t.Fatal(err)
	}
	r.clock.advance(8 * 24 * time.Hour)
	for range 2 {
		if err := r.Weekly(ctx); err != nil {
			t.Fatal(err)
		}
		r.PostNotices(ctx)
		if r.notices("Coverage") != 1 || len(r.digests()) != 0 {
			t.Errorf("%d messages, %d digests", r.notices("Coverage"), len(r.digests()))
		}
	}
	r.cfg.Coverage = ""
	r.clock.advance(8 * 24 * time.Hour)
	if err := r.Weekly(ctx); err != nil || r.notices("Coverage") != 1 {
		t.Errorf("switched off: %v", err)
	}
}

// TestWeeklyBounds holds how long a time without a crawl must be to be called one, and that a slot soon after
// the last message, as after a change of the schedule, makes no message of its own.
func TestWeeklyBounds(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := newRig(t, nil)
	begun := r.clock.now()
	for _, name := range []string{runAwake, runCoverage} {
		if err := r.db.SaveRun(ctx, name, begun); err != nil {
			t.Fatal(err)
		}
	}
	for pause, want := range map[time.Duration]bool{leastStandstill - time.Minute: false, leastStandstill + time.Minute: true} {
		if _, stood, err := r.stoodStill(ctx, begun.Add(pause)); err != nil || stood != want {
			t.Errorf("a pause of %s: stood still %v, %v", pause, stood, err)
		}
	}
	for want, after := range []time.Duration{leastStretch - time.Minute, leastStretch + time.Minute} {
		if err := r.weeklyJob(ctx, begun.Add(after), false); err != nil {
			t.Fatal(err)
		}
		if all, err := r.db.NoticesSince(ctx, "coverage/", time.Time{}); err != nil || len(all) != want {
			t.Errorf("a slot %s after the last message: %d messages in all, want %d, %v", after, len(all), want, err)
		}
	}
}
