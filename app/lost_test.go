package app

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"newsvigil/config"
	"newsvigil/crawler"
	"newsvigil/news"
	"newsvigil/notify"
)

// TestMonthlyDigest holds that a digest that comes seldom shows what was read since the last one.
func TestMonthlyDigest(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := newRig(t, nil)
	slot := r.now().Truncate(time.Minute)
	if err := r.postSlot(ctx, r.topics[0], slot.Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	r.crawl(ctx, t)
	r.clock.advance(30 * 24 * time.Hour)
	d, err := r.compose(ctx, r.db, r.topics[0], slot.AddDate(0, 0, 30))
	if err != nil || d.Stories() == 0 {
		t.Errorf("%d stories a month after the last digest, %v: the pieces of its first half are lost", d.Stories(), err)
	}
}

// TestQueuedIsCounted holds that a digest that found no time to be delivered counts as queued.
func TestQueuedIsCounted(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := newRig(t, nil)
	r.crawl(ctx, t)
	res, err := r.PostDigests(ctx, "", time.Nanosecond)
	if err != nil || res.Topics[0].Digest == "" || res.Queued == 0 {
		t.Errorf("%+v, %v: nothing is delivered, so it must be queued", res, err)
	}
}

// TestChannelMended holds that a digest whose channel was wrong follows the topic to the right one.
func TestChannelMended(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := newRig(t, func(c *config.Config) { c.Topics[0].Channel = "#practise" })
	r.known(t)
	r.crawl(ctx, t)
	if res := r.post(ctx, t); res.Queued == 0 || len(r.digests()) != 0 {
		t.Fatalf("%+v, %d messages", res, len(r.digests()))
	}
	r.cfg.Topics[0].Channel = "#practice"
	r.reopen(t)
	res := r.post(ctx, t)
	if res.Queued != 0 || len(r.digests()) != 1 {
		t.Errorf("%+v, %d messages: the digest is lost", res, len(r.digests()))
	}
}

// TestWellOnce holds that a crash between the notice and the health repeats no notice.
func TestWellOnce(t *testing.T) {
	t.Parallel()
	a := &App{cfg: &config.Config{Zone: time.UTC}}
	at := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	before := news.Health{Source: "Outlet", Trouble: news.TroubleTimeout, Since: at, Told: true}
	first, _ := a.healthNotice(before, news.Health{Source: "Outlet", Polled: at.Add(time.Hour), Told: true})
	again, _ := a.healthNotice(before, news.Health{Source: "Outlet", Polled: at.Add(2 * time.Hour), Told: true})
	if first == nil || again == nil || first.Key != again.Key {
		t.Errorf("%+v and %+v are told both", first, again)
	}
}

// TestRenamedSource holds that what waits to be read of a source is read under its new name.
func TestRenamedSource(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := newRig(t, func(c *config.Config) { c.Crawler.PagesPerRun = 1 })
	r.crawl(ctx, t)
	old := r.cfg.Sources[0].Name
	before, err := r.db.Pending(ctx, old, r.now())
	if err != nil || len(before) == 0 {
		t.Fatalf("%d pending, %v", len(before), err)
	}
	r.cfg.Sources[0].Name = "An Outlet of Another Name"
	r.reopen(t)
	r.crawl(ctx, t)
	after, err := r.db.Pending(ctx, r.cfg.Sources[0].Name, r.now())
	if err != nil || len(after) == 0 {
		t.Errorf("%d of %d pending pieces followed the new name, %v", len(after), len(before), err)
	}
}

// TestClockWentBack holds that a clock which ran years ahead for a while silences no source for years.
func TestClockWentBack(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := newRig(t, nil)
	r.clock.advance(3 * 365 * 24 * time.Hour)
	r.crawl(ctx, t)
	r.post(ctx, t)
	r.clock.advance(-3 * 365 * 24 * time.Hour)
	report, err := r.Crawl(ctx, CrawlOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Sources) == 0 {
		t.Error("no source is due before the clock's time comes")
	}
	if bad := r.crawl(ctx, t).Troubled(); len(bad) > 0 {
		t.Errorf("%d sources in trouble, such as %+v", len(bad), bad[0])
	}
	if last, _, err := r.db.LastDigest(ctx, r.topics[0].Key()); err != nil || last.After(r.now().Add(48*time.Hour)) {
		t.Errorf("the last digest is of %v, %v", last, err)
	}
}

// TestUnreadPages holds that a source is in trouble when its feed answers and no page can be read, that
// polls which show nothing new say nothing about that, and that one page read ends it.
func TestUnreadPages(t *testing.T) {
	t.Parallel()
	var h news.Health
	at := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	for i, tt := range []struct {
		in   crawler.SourceResult
		want news.Trouble
	}{
		{crawler.SourceResult{Fetched: 2, Failed: 2}, news.TroubleNone},
		{crawler.SourceResult{Fetched: 5, Failed: 5}, news.TroubleBlocked},
		{crawler.SourceResult{}, news.TroubleBlocked},
		{crawler.SourceResult{Fetched: 1, Failed: 1}, news.TroubleBlocked},
		{crawler.SourceResult{Trouble: news.TroubleTimeout}, news.TroubleTimeout},
		{crawler.SourceResult{Failed: 4}, news.TroubleBlocked}, // forbidden by robots.txt, so never asked
		{crawler.SourceResult{Fetched: 4, Failed: 3}, news.TroubleNone},
	} {
		h = nextHealth(h, unread(h, tt.in), at, time.Hour)
		if h.Trouble != tt.want {
			t.Errorf("poll %d: %q %q, want %q", i, h.Trouble, h.Detail, tt.want)
		}
		if h.Trouble == news.TroubleBlocked && !h.Next.Equal(at.Add(time.Hour)) {
			t.Errorf("poll %d: the next one is at %v", i, h.Next)
		}
	}
}

// TestUndeliveredIsTold holds that the admin channel hears of every digest that does not come through, of a
// channel that refuses them once, and not of the token, without which nobody can be told.
func TestUndeliveredIsTold(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	for class, want := range map[notify.Class]int{notify.ClassChannel: 1, notify.ClassContent: 2, notify.ClassAmbiguous: 2, notify.ClassAuth: 0, notify.ClassWait: 0} {
		before, err := r.db.NoticesSince(t.Context(), "", time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 2 {
			d := news.Delivery{Key: fmt.Sprint(class, i), Kind: news.DeliverDigest, Of: "topic/slot", Channel: "#practice", Error: "A reason."}
			r.undelivered(d, class)
			r.undelivered(d, class)
		}
		if after, err := r.db.NoticesSince(t.Context(), "", time.Time{}); err != nil || len(after)-len(before) != want {
			t.Errorf("%s: %d notices, want %d; %v", class, len(after)-len(before), want, err)
		}
	}
}

// TestPrintedOnce holds that a digest that was queued in parts for Slack is printed once.
func TestPrintedOnce(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	p := printer{out: &out, zone: time.UTC}
	for part := 1; part <= 3; part++ {
		m := notify.Message{Delivery: news.Delivery{Kind: news.DeliverDigest, Part: part, Parts: 3}, Digest: news.Digest{Topic: "A topic of its own"}}
		if _, err := p.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	if n := strings.Count(out.String(), "A topic of its own"); n != 1 {
		t.Errorf("printed %d times", n)
	}
}
