package app

import (
	"context"
	"testing"
	"time"

	"newsvigil/internal/practice/slack"
	"newsvigil/news"
)

// TestQuarantineFoundLate: a digest whose post got no answer, and that is found in its channel long after the
// quarantine began, leads to the outlet no more; nor does the example that greeted readers.
func TestQuarantineFoundLate(t *testing.T) {
	t.Parallel()
	unraced(t)
	ctx := t.Context()
	r := greetingRig(t, nil)
	r.crawlJobOnce(t)
	src := r.someLinked(t)
	if _, created, err := r.save(ctx, r.topics[0], edition{key: r.topics[0].Key() + "/late", slot: r.now()}); err != nil || !created {
		t.Fatal(created, err)
	}
	r.slack.Script("chat.postMessage", slack.DropStored)
	r.slack.Chaos("conversations.history", 1, 1, slack.InternalError)
	w, err := r.worker()
	if err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	if _, queued, err := w.Flush(short); err != nil || queued == 0 {
		t.Fatal(queued, err)
	}
	before := theirs(r.linksPosted(t, testChannel), src)
	q, err := r.Quarantine(ctx, src.Name, week7(r))
	if err == nil {
		q, err = r.AwaitRedrawn(ctx, q.Quarantine, time.Minute)
	}
	left := theirs(r.linksPosted(t, testChannel), src)
	if err != nil || left == 0 || left >= before {
		t.Fatalf("%d links, then %d with a digest of which nothing is known; %v", before, left, err)
	}
	for _, m := range r.hellos(testChannel) {
		if n := theirs(append(addressesIn(t, m.Blocks), plainLink.FindAllString(m.Text, -1)...), src); n > 0 {
			t.Errorf("%d links are left in the example", n)
		}
	}
	r.clock.advance(time.Hour)
	r.slack.Chaos("conversations.history", 0, 1)
	r.deliverQueued(t)
	if q, err = r.AwaitRedrawn(ctx, q.Quarantine, time.Minute); err != nil || theirs(r.linksPosted(t, testChannel), src) != 0 {
		t.Errorf("%d links are left; %v", theirs(r.linksPosted(t, testChannel), src), err)
	}
}

// TestQuarantineBeforeHello: an example that waits to be posted leads to the outlet no more.
func TestQuarantineBeforeHello(t *testing.T) {
	t.Parallel()
	unraced(t)
	r := greetingRig(t, nil)
	if err := r.crawlJob(t.Context(), r.clock.now(), false); err != nil {
		t.Fatal(err)
	}
	ds, err := r.Preview(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	src, _ := r.configured(ds[0].Lead[0].Outlet)
	if _, err := r.Quarantine(t.Context(), src.Name, week7(r)); err != nil {
		t.Fatal(err)
	}
	r.deliverQueued(t)
	if links := r.linksPosted(t, testChannel); theirs(links, src) != 0 || len(links) == 0 || len(r.hellos(testChannel)) != 2 {
		t.Errorf("%d of %d links lead to the outlet", theirs(links, src), len(links))
	}
}

// TestQuarantinePostedWithout: the links that a digest was posted without come when the quarantine is lifted.
func TestQuarantinePostedWithout(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := newRig(t, nil)
	r.crawl(ctx, t)
	d, _, err := r.save(ctx, r.topics[0], edition{key: "queued", slot: r.now()})
	if err != nil {
		t.Fatal(err)
	}
	src, _ := r.configured(d.Lead[0].Outlet)
	if _, err := r.Quarantine(ctx, src.Name, week7(r)); err != nil {
		t.Fatal(err)
	}
	r.clock.advance(time.Hour)
	r.deliverQueued(t)
	if n := theirs(r.linksPosted(t, testChannel), src); n != 0 {
		t.Fatalf("posted with %d links", n)
	}
	r.clock.advance(time.Hour)
	q, err := r.LiftQuarantine(ctx, src.Name)
	if err == nil {
		_, err = r.AwaitRedrawn(ctx, q.Quarantine, time.Minute)
	}
	if n := theirs(r.linksPosted(t, testChannel), src); err != nil || n == 0 {
		t.Errorf("%d links have come; %v", n, err)
	}
}

// TestKeptOutByDay: a piece of which only the day is known may have come after the last digest of that day.
func TestKeptOutByDay(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	c := cordon{made: []news.Quarantine{{ID: 1, Source: "press"}}, last: map[int64]time.Time{1: noon.Add(3 * time.Hour)}}
	for ago, want := range map[time.Duration]bool{0: false, 24 * time.Hour: true} {
		m := news.Member{Article: news.Article{Source: "Press", Fetched: noon.Add(6 * time.Hour), Published: news.Instant{Time: noon.Add(-ago), DateOnly: true}}}
		if got := c.keepsOut(m); got != want {
			t.Errorf("%s before: kept out is %v", ago, got)
		}
	}
}
