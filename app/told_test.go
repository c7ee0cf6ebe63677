package app

import (
	"bytes"
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"newsvigil/config"
	"newsvigil/news"
	"newsvigil/notify/page"
)

// TestPreviewIsSent holds that a preview, as text and as a page, has the stories that the practice Slack
// then receives, in the same order, and the same words above them.
func TestPreviewIsSent(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := newRig(t, func(c *config.Config) { c.Topics[0].Lead, c.Topics[0].Lines = 7, 13 }) // more than a message holds
	r.crawl(ctx, t)
	list, err := r.Preview(ctx, "")
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := page.Text(&text, list[0], page.Options{Zone: r.cfg.Zone}); err != nil {
		t.Fatal(err)
	}
	html, err := page.HTML(list[0], page.Options{Zone: r.cfg.Zone})
	if err != nil {
		t.Fatal(err)
	}
	r.post(ctx, t)
	var want []string
	for _, m := range r.slack.Messages(testChannel) {
		want = append(want, linksInOrder(t, m.Blocks)...)
	}
	if len(want) < 15 {
		t.Fatalf("only %d stories were sent", len(want))
	}
	first := len(linksInOrder(t, r.digests()[0].Blocks))
	if n := len(list[0].Lead) + len(list[0].Lines); n != first || first == len(want) {
		t.Errorf("the preview has %d stories above the thread, the message %d of %d", n, first, len(want))
	}
	var lines, links []string
	for _, l := range strings.Split(text.String(), "\n") {
		if u := strings.TrimSpace(l); strings.HasPrefix(u, "http://") {
			lines = append(lines, u)
		}
	}
	for _, m := range regexp.MustCompile(`<a class="title" href="([^"]*)"`).FindAllStringSubmatch(string(html), -1) {
		links = append(links, strings.ReplaceAll(m[1], "&amp;", "&"))
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("the text (-sent +preview):\n%s", diff)
	}
	if diff := cmp.Diff(want, links); diff != "" {
		t.Errorf("the page (-sent +preview):\n%s", diff)
	}
	head, _, _ := strings.Cut(text.String(), "\n")
	if !strings.HasPrefix(r.digests()[0].Text, head) {
		t.Errorf("the preview begins %q, the message %q", head, r.digests()[0].Text)
	}
}

// TestSleptOver lets an office computer sleep over its slot: one digest comes on waking, and says that it
// is late.
func TestSleptOver(t *testing.T) {
	t.Parallel()
	now := time.Now().UTC()
	since := now.Sub(now.Truncate(24 * time.Hour))
	r := newRig(t, func(c *config.Config) {
		c.Zone = time.FixedZone("SEVEN", 60*int((7*time.Hour-since+59*time.Second).Minutes())) // it is seven o'clock
		c.Topics[0].Digest = []string{"0 8 * * *"}
	})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := r.start(ctx)
	ran := func(name string) bool {
		_, ok, err := r.db.LastRun(t.Context(), name)
		return ok && err == nil
	}
	r.wait(t, "the first crawl", func() bool { return ran("crawl") && ran("digest/"+r.topics[0].Key()+"/0") })
	r.clock.advance(3*time.Hour + 21*time.Minute)
	r.wait(t, "the digest", func() bool { return len(r.digests()) > 0 })
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	got := r.digests()
	if len(got) != 1 || !strings.Contains(got[0].Text, "Late: due 08:\u206000, sent 10:2") && !strings.Contains(got[0].Text, "Late: due 08:00, sent 10:2") {
		t.Errorf("%d digests: %s", len(got), got[0].Text)
	}
}

// TestCountedOnce holds that what the crawl before a digest reads, which starts at the slot, is counted in
// that digest alone, while the words go on to name the slot.
func TestCountedOnce(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := newRig(t, nil)
	slot := r.now().Truncate(time.Minute)
	r.clock.advance(2 * time.Minute)
	r.crawl(ctx, t)
	r.clock.advance(2 * time.Minute)
	if err := r.postSlot(ctx, r.topics[0], slot); err != nil {
		t.Fatal(err)
	}
	r.flushed(t)
	r.clock.advance(2 * time.Minute)
	next := func() news.Digest {
		t.Helper()
		list, err := r.Preview(ctx, "")
		if err != nil {
			t.Fatal(err)
		}
		return list[0]
	}
	if d := next(); d.Totals.Read != 0 || d.Totals.OnTopic != 0 || !d.Since.Equal(slot) {
		t.Errorf("since %v, counted twice: %+v", d.Since, d.Totals)
	}
	r.outlets.Publish(2)
	if stored := r.crawl(ctx, t).Total.Stored; next().Totals.Read != stored {
		t.Errorf("read %d, told %+v", stored, next().Totals)
	}
}

// TestClockSetBackDigest holds that after the clock was set back nothing is told twice, what is new is told,
// and no digest counts from a time that is still to come.
func TestClockSetBackDigest(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := newRig(t, nil)
	r.clock.advance(5 * time.Hour)
	r.crawl(ctx, t)
	r.post(ctx, t)
	r.clock.advance(-5 * time.Hour)
	if res := r.post(ctx, t); res.Topics[0].Stories != 0 {
		t.Errorf("told again: %+v", res)
	}
	r.outlets.Publish(2)
	r.crawl(ctx, t)
	// The practice Slack goes by the same clock and takes nothing before it has caught up.
	res, err := r.PostDigests(ctx, "", time.Second)
	if err != nil || res.Topics[0].Stories == 0 {
		t.Fatalf("what is new is not told: %+v, %v", res, err)
	}
	r.clock.advance(6 * time.Hour)
	if n := r.flushed(t); n != 0 {
		t.Fatalf("%d messages wait", n)
	}
	got := r.digests()
	if len(got) != 2 || strings.Contains(got[1].Text, "Since") {
		t.Errorf("%d digests, the last: %s", len(got), got[len(got)-1].Text)
	}
	r.shownOnce(t)
}

// keyOfLast is the key of the digest that was posted last.
func (r *rig) keyOfLast(t *testing.T) string {
	t.Helper()
	all := r.digests()
	key, _, ok := strings.Cut(all[len(all)-1].Key(), "/#")
	if !ok {
		t.Fatalf("no digest: %s", all[len(all)-1].Key())
	}
	return key
}

// TestTopicAddedLater holds that a topic that is added to a database with old pieces in it tells those of
// the last day, and not all that was ever read; and that a renamed one goes on where it was.
func TestTopicAddedLater(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := newRig(t, nil)
	r.crawl(ctx, t)
	r.post(ctx, t)
	r.clock.advance(72 * time.Hour)
	r.outlets.Publish(2)
	old := r.cfg.Topics[0]
	for _, c := range []struct {
		topic  news.Topic
		least  int
		most   int
		reason string
	}{
		{topic: named(old, "Another name", old.Name), least: 2, most: 4, reason: "a renamed topic"},
		{topic: named(old, "Added later", ""), least: 2, most: 4, reason: "an added topic"},
	} {
		r.cfg.Topics = []news.Topic{c.topic}
		r.reopen(t)
		r.crawl(ctx, t)
		list, err := r.Preview(ctx, "")
		if err != nil {
			t.Fatal(err)
		}
		if n := list[0].Stories(); n < c.least || n > c.most {
			t.Errorf("%s has %d stories, want %d to %d", c.reason, n, c.least, c.most)
		}
		if known := !list[0].Since.IsZero(); known != (c.topic.Was != "") {
			t.Errorf("%s knows of a digest before: %v", c.reason, known)
		}
	}
}

func named(t news.Topic, name, was string) news.Topic {
	t.Name, t.Was = name, was
	return t
}
