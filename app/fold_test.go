package app

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"newsvigil/internal/practice/slack"
	"newsvigil/news"
)

// shownOnce holds that every link stands in the channel once, and returns those that do.
func (r *rig) shownOnce(t *testing.T) map[string]bool {
	t.Helper()
	shown := map[string]bool{}
	for _, m := range r.slack.Messages(testChannel) {
		var v any
		if m.Blocks == nil {
			continue
		}
		if err := json.Unmarshal(m.Blocks, &v); err != nil {
			t.Fatal(err)
		}
		for _, link := range links(v) {
			if shown[link] {
				t.Errorf("%s stands twice", link)
			}
			shown[link] = true
		}
	}
	r.keysOnce(t, testChannel)
	return shown
}

// links are the addresses within blocks.
func links(v any) (all []string) {
	switch v := v.(type) {
	case map[string]any:
		if s, ok := v["url"].(string); ok {
			all = append(all, s)
		}
		for _, e := range v {
			all = append(all, links(e)...)
		}
	case []any:
		for _, e := range v {
			all = append(all, links(e)...)
		}
	}
	return all
}

// threeSlots lets three slots go by while Slack does not take anything, with new pieces in each.
func (r *rig) threeSlots(ctx context.Context, t *testing.T) (stories int) {
	t.Helper()
	slot := r.now().Truncate(time.Minute)
	for i := range 3 {
		r.outlets.Publish(i + 1)
		r.clock.advance(3 * time.Hour)
		r.crawl(ctx, t)
		if err := r.postSlot(ctx, r.topics[0], slot.Add(time.Duration(i)*3*time.Hour)); err != nil {
			t.Fatal(err)
		}
		wait, cancel := context.WithTimeout(ctx, 2*time.Second)
		w, err := r.worker()
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.Flush(wait); err != nil {
			t.Fatal(err)
		}
		cancel()
		list, err := r.Preview(ctx, "")
		if err != nil {
			t.Fatal(err)
		}
		if n := list[0].Stories(); n < stories {
			t.Errorf("the preview has %d stories after %d", n, stories)
		} else {
			stories = n
		}
	}
	return stories
}

// deliverAll delivers what is queued, whatever it waits for.
func (r *rig) deliverAll(ctx context.Context, t *testing.T) {
	t.Helper()
	for range 10 {
		r.clock.advance(time.Hour)
		w, err := r.worker()
		if err != nil {
			t.Fatal(err)
		}
		if _, queued, err := w.Flush(ctx); err != nil || queued == 0 {
			if err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Fatal("not delivered")
}

// TestSlackDownADay holds that the digests of three slots that Slack refused come as one, with
// everything in it.
func TestSlackDownADay(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]slack.Fault{"too fast": slack.TooFast, "rate limited": slack.RateLimited} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			r := newRig(t, nil)
			r.slack.Chaos("chat.postMessage", 1, 1, fault)
			stories := r.threeSlots(ctx, t)
			if len(r.digests()) != 0 {
				t.Fatal("the practice Slack let something pass")
			}
			r.slack.Chaos("chat.postMessage", 0, 1)
			r.deliverAll(ctx, t)
			if n := len(r.digests()); n != 1 {
				t.Errorf("%d digests for a day, want one", n)
			}
			r.everythingShown(t, stories)
		})
	}
}

// everythingShown holds that the digests that were posted have that many stories, and none is left.
func (r *rig) everythingShown(t *testing.T, stories int) {
	t.Helper()
	shown := r.shownOnce(t)
	n := 0
	for _, m := range r.digests() {
		key := m.Key()[:strings.LastIndex(strings.TrimSuffix(m.Key(), "/1"), "/")]
		d, err := r.Digest(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		n += d.Stories()
		for _, it := range [][]news.Item{d.Lead, d.Lines, d.Rest} {
			for _, it := range it {
				if !shown[it.URL] {
					t.Errorf("%s is not in the channel", it.URL)
				}
			}
		}
	}
	if n != stories || stories == 0 {
		t.Errorf("%d stories posted, want %d", n, stories)
	}
	list, err := r.Preview(t.Context(), "")
	if err != nil || list[0].Stories() != 0 {
		t.Errorf("%d stories are left, %v", list[0].Stories(), err)
	}
}

// TestSlackUnclearADay holds that a digest which may stand in the channel stays as it is, that those
// after it are folded, and that the order is kept.
func TestSlackUnclearADay(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]slack.Fault{"unavailable": slack.Unavailable, "stored all the same": slack.UnavailableStored} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			r := newRig(t, nil)
			r.slack.Script("chat.postMessage", fault)
			r.slack.Chaos("conversations.history", 1, 1, slack.Unavailable)
			head := r.threeSlotsUnclear(ctx, t)
			r.slack.Chaos("conversations.history", 0, 1)
			r.deliverAll(ctx, t)
			got := r.digests()
			if len(got) != 2 || got[0].Key() != head {
				t.Fatalf("%d digests, want the one that was unclear (%s) and one for the rest", len(got), head)
			}
			r.shownOnce(t)
			list, err := r.Preview(ctx, "")
			if err != nil || list[0].Stories() != 0 {
				t.Errorf("%d stories are left, %v", list[0].Stories(), err)
			}
		})
	}
}

func (r *rig) threeSlotsUnclear(ctx context.Context, t *testing.T) (head string) {
	t.Helper()
	if err := r.db.SaveRecall(ctx, r.topics[0].Key(), nil, nil); err != nil { // it needs the history
		t.Fatal(err)
	}
	r.threeSlots(ctx, t)
	due, err := r.db.Due(ctx, r.now().AddDate(1, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	heads := 0
	for _, d := range due {
		if d.Kind == news.DeliverDigest && d.Part == 1 {
			if heads++; heads == 1 {
				head = d.Key
			}
		}
	}
	if heads != 2 {
		t.Errorf("%d digests are queued, want 2", heads)
	}
	return head
}
