package app

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"newsvigil/config"
	"newsvigil/internal/practice/slack"
	"newsvigil/news"
	"newsvigil/notify"
)

// known makes the App one that knows what it posted, as every installation at work does.
func (r *rig) known(t *testing.T) {
	t.Helper()
	for _, topic := range r.topics {
		if err := r.db.SaveRecall(t.Context(), topic.Key(), nil, nil); err != nil {
			t.Fatal(err)
		}
	}
}

// swap closes the App, changes its files, and opens it again.
func (r *rig) swap(t *testing.T, change func(database string) error) {
	t.Helper()
	if err := r.App.Close(); err != nil {
		t.Fatal(err)
	}
	if err := change(filepath.Join(r.cfg.DataDir, DatabaseName)); err != nil {
		t.Fatal(err)
	}
	r.App = nil
	r.reopen(t)
}

// lose deletes the database.
func (r *rig) lose(t *testing.T) {
	t.Helper()
	r.swap(t, func(database string) error {
		return errors.Join(os.Remove(database), os.RemoveAll(database+"-wal"), os.RemoveAll(database+"-shm"))
	})
}

// linesOf are the titles of all items that stand in a channel, as often as they stand there, near misses
// included.
func (r *rig) linesOf(t *testing.T, channel string) []string {
	t.Helper()
	var all []string
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			if v["type"] == "rich_text_section" {
				list, _ := v["elements"].([]any)
				if first, _ := list[0].(map[string]any); first["type"] == "link" {
					all = append(all, first["text"].(string))
				}
				return
			}
			walk(v["elements"])
		}
	}
	for _, m := range r.slack.Messages(channel) {
		var blocks any
		if err := json.Unmarshal(m.Blocks, &blocks); err != nil {
			t.Fatal(err)
		}
		walk(blocks)
	}
	slices.Sort(all)
	return all
}

// onceEach holds that no item stands twice in a channel, but an update of one that was told.
func (r *rig) onceEach(t *testing.T, channel string) {
	t.Helper()
	updates := map[string]bool{} // which stand in the message that was changed, too
	for _, p := range r.outlets.Pieces() {
		updates[p.Title] = p.Expect == "update"
	}
	all := r.linesOf(t, channel)
	for i := range all[min(1, len(all)):] {
		if all[i] == all[i+1] && (!updates[all[i]] || i > 0 && all[i-1] == all[i]) {
			t.Errorf("%q stands twice", all[i])
		}
	}
	r.keysOnce(t, channel)
}

func newTitles(d news.Digest) []string {
	var all []string
	for _, it := range stories(d) {
		if it.Kind == news.ItemNew {
			all = append(all, it.Title)
		}
	}
	slices.Sort(all)
	return all
}

// TestLostDatabase holds that nothing comes a second time after the database was deleted, whether the
// pieces were read before or after the channel, and that what is new comes.
func TestLostDatabase(t *testing.T) {
	t.Parallel()
	unraced(t)
	ctx := t.Context()
	kept, lost := newRig(t, nil), newRig(t, func(c *config.Config) { c.Topics[0].Lead, c.Topics[0].Lines = 2, 1 })
	kept.crawl(ctx, t)
	kept.post(ctx, t)
	lost.crawl(ctx, t)
	first := lost.post(ctx, t)
	posted := len(lost.slack.Messages(testChannel))
	for _, early := range []bool{false, true} {
		lost.lose(t)
		if !early { // Slack cannot be asked before the crawl
			lost.slack.Script("conversations.history", slices.Repeat([]slack.Fault{slack.Drop}, 4)...)
		}
		lost.crawl(ctx, t)
		if due, err := lost.db.RecallDue(ctx, lost.topics[0].Key()); err != nil || due == early {
			t.Fatalf("recall due after the crawl: %v, %v", due, err)
		}
		res := lost.post(ctx, t)
		if n := len(lost.slack.Messages(testChannel)); n != posted || res.Topics[0].Digest != "" || res.Topics[0].Waits != "" {
			t.Fatalf("recalled before the crawl %v: %d messages, want %d; %+v", early, n, posted, res)
		}
		if res.Topics[0].Since == "" {
			t.Error("nobody knows since when nothing is new")
		}
		d, err := lost.Preview(ctx, "")
		if err != nil || d[0].Stories() != 0 || len(d[0].Near) != 0 {
			t.Errorf("the preview has %+v, %v", d, err)
		}
	}
	if x := lost.verdict(ctx, t, "001"); x.Code != "posted" {
		t.Errorf("%s (%s)", x.Verdict, x.Code)
	}
	kept.outlets.Publish(2)
	lost.outlets.Publish(2)
	kept.crawl(ctx, t)
	lost.lose(t)
	lost.crawl(ctx, t)
	want, got := newTitles(kept.digestOf(t, kept.post(ctx, t), 0)), newTitles(lost.digestOf(t, lost.post(ctx, t), 0))
	if diff := cmp.Diff(want, got); diff != "" || len(want) == 0 {
		t.Errorf("what is new after the loss (-want +got):\n%s", diff)
	}
	lost.onceEach(t, testChannel)
	if first.Topics[0].Stories == 0 {
		t.Error("nothing was posted at first")
	}
}

// TestRecallWaits holds that nothing is composed while nobody can say what was posted, that the digest
// says so, and that it is made up for.
func TestRecallWaits(t *testing.T) {
	t.Parallel()
	unraced(t)
	ctx := t.Context()
	r := newRig(t, nil)
	r.crawl(ctx, t)
	r.post(ctx, t)
	posted := len(r.slack.Messages(testChannel))
	r.outlets.Publish(2)
	r.lose(t)
	r.slack.Chaos("conversations.history", 1, 1, slack.Drop)
	r.crawl(ctx, t)
	res := r.post(ctx, t)
	if res.Topics[0].Digest != "" || !strings.Contains(res.Topics[0].Waits, "so that nothing is posted twice") {
		t.Errorf("%+v", res)
	}
	if err := r.postSlot(ctx, r.topics[0], r.now()); err == nil {
		t.Error("a slot was composed")
	}
	if n := len(r.slack.Messages(testChannel)); n != posted {
		t.Errorf("%d messages, want %d", n, posted)
	}
	r.slack.Chaos("conversations.history", 0, 0)
	if res := r.post(ctx, t); res.Topics[0].Digest == "" || res.Queued != 0 {
		t.Errorf("%+v", res)
	}
	r.onceEach(t, testChannel)
}

// TestRecallOfABrokenChannel holds that the admin channel is told, once, where the topic's channel must
// be mended before anything can be known.
func TestRecallOfABrokenChannel(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := newRig(t, func(c *config.Config) { c.Topics[0].Channel = "#later" })
	for range 2 {
		r.crawl(ctx, t)
		if res := r.post(ctx, t); res.Topics[0].Waits == "" {
			t.Errorf("%+v", res)
		}
	}
	notices := r.slack.Messages(testOps)
	if len(notices) != 1 || !strings.Contains(notices[0].Text, "#later") || !strings.Contains(notices[0].Text, "check the name") {
		t.Errorf("%d notices: %+v", len(notices), notices)
	}
	r.slack.AddChannel(slack.Channel{ID: "C0LATER", Name: "later"})
	if res := r.post(ctx, t); res.Queued != 0 || len(r.slack.Messages("C0LATER")) == 0 {
		t.Errorf("after mending: %+v", res)
	}
}

// TestRecallBlind holds that a setup which cannot look goes on without, after saying what that means.
func TestRecallBlind(t *testing.T) {
	t.Parallel()
	unraced(t)
	ctx := t.Context()
	r := newRig(t, func(c *config.Config) { c.Slack.TokenEnv, c.Slack.WebhookEnv = "", "HOOK" })
	r.reopenWith(t, r.slack.Webhook(testChannel), nil)
	for range 2 {
		r.crawl(ctx, t)
		r.post(ctx, t)
	}
	if n := strings.Count(r.log.String(), "a webhook shows no history, a bot token does"); n != 1 {
		t.Errorf("said %d times", n)
	}
	if r.slack.Calls("webhook") == 0 {
		t.Error("nothing was posted")
	}

	var scopes []string
	for _, s := range slack.AllScopes() {
		if !strings.HasSuffix(s, ":history") {
			scopes = append(scopes, s)
		}
	}
	s, err := slack.New(slack.Options{Every: -1, Scopes: scopes, Channels: []slack.Channel{{ID: testChannel, Name: "practice"}}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	b := newRig(t, func(c *config.Config) { c.Slack.APIURL, c.Slack.AdminChannel = s.URL(), "" })
	b.crawl(ctx, t)
	if res := b.post(ctx, t); res.Queued != 0 || len(s.Messages(testChannel)) == 0 {
		t.Errorf("%+v", res)
	}
	if log := b.log.String(); strings.Count(log, "pieces may come a second time, none older than max_age") != 1 || !strings.Contains(log, "channels:history") {
		t.Errorf("the log:\n%s", log)
	}
}

// TestRecallCutShort holds that a crash on either side of a recall loses nothing and doubles nothing.
func TestRecallCutShort(t *testing.T) {
	t.Parallel()
	unraced(t)
	for _, point := range []string{"before recall", "after recall"} {
		ctx := t.Context()
		r := newRig(t, nil)
		r.crawl(ctx, t)
		r.post(ctx, t)
		r.outlets.Publish(2)
		r.lose(t)
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s was not met", point)
				}
			}()
			o := r.o
			o.Boundary = func(p string) {
				if p == point {
					panic(p)
				}
			}
			if err := r.App.Close(); err != nil {
				t.Fatal(err)
			}
			a, err := New(ctx, o)
			if err != nil {
				t.Fatal(err)
			}
			r.App = a
			r.crawl(ctx, t)
		}()
		r.reopen(t)
		r.crawl(ctx, t)
		if res := r.post(ctx, t); res.Topics[0].Digest == "" {
			t.Errorf("%s: what is new is lost: %+v", point, res)
		}
		r.onceEach(t, testChannel)
	}
}

// TestSlotOnceAfterLoss holds that a slot which stands in the channel is not posted again, with stories
// or without.
func TestSlotOnceAfterLoss(t *testing.T) {
	t.Parallel()
	unraced(t)
	ctx := t.Context()
	r := newRig(t, nil)
	r.crawl(ctx, t)
	slots := []time.Time{r.now().Truncate(time.Minute).Add(-time.Minute), r.now().Truncate(time.Minute)}
	for _, slot := range slots {
		if err := r.postSlot(ctx, r.topics[0], slot); err != nil {
			t.Fatal(err)
		}
		r.post(ctx, t) // delivers it
	}
	posted := len(r.slack.Messages(testChannel))
	r.lose(t)
	r.outlets.Publish(2)
	r.crawl(ctx, t)
	for _, slot := range slots {
		if err := r.postSlot(ctx, r.topics[0], slot); err != nil {
			t.Fatal(err)
		}
	}
	if last, ok, err := r.db.LastSlot(ctx, r.topics[0].Key()); err != nil || !ok || !last.Equal(slots[1]) {
		t.Errorf("the last slot is %v, want %v (%v)", last, slots[1], err)
	}
	if n, err := r.db.Queued(ctx); err != nil || n != 0 || len(r.slack.Messages(testChannel)) != posted {
		t.Errorf("%d messages queued, %v", n, err)
	}
	if res := r.post(ctx, t); res.Topics[0].Digest == "" {
		t.Errorf("what is new waits for ever: %+v", res)
	}
	r.onceEach(t, testChannel)
}

// TestRecallByTopic holds that topics in one channel and in two are recalled apart.
func TestRecallByTopic(t *testing.T) {
	t.Parallel()
	unraced(t)
	for _, second := range []string{"#practice", "#second"} {
		ctx := t.Context()
		r := newRig(t, func(c *config.Config) {
			other := c.Topics[0]
			other.Name, other.Channel = "The Same Again", second
			c.Topics = append(c.Topics, other)
		})
		r.slack.AddChannel(slack.Channel{ID: "C0SECOND", Name: "second"})
		r.crawl(ctx, t)
		if _, err := r.PostDigests(ctx, r.cfg.Topics[0].Name, time.Minute); err != nil {
			t.Fatal(err)
		}
		r.lose(t)
		r.crawl(ctx, t)
		res := r.post(ctx, t)
		if res.Topics[0].Digest != "" || res.Topics[1].Stories == 0 {
			t.Errorf("%s: %+v", second, res)
		}
		r.lose(t)
		r.crawl(ctx, t)
		if res := r.post(ctx, t); res.Topics[0].Digest != "" || res.Topics[1].Digest != "" {
			t.Errorf("%s: posted again: %+v", second, res)
		}
	}
}

// TestRecallTrustsNobody holds that what others wrote makes no piece count as announced and uses up no
// slot.
func TestRecallTrustsNobody(t *testing.T) {
	t.Parallel()
	unraced(t)
	ctx := t.Context()
	honest, r := newRig(t, nil), newRig(t, nil)
	slot := r.now().Truncate(time.Minute)
	for _, p := range r.outlets.Pieces() {
		r.slack.Plant(slack.Message{
			Channel: testChannel, User: slack.Person, Text: "<" + p.URL + ">",
			Metadata: json.RawMessage(`{"event_type":"newsvigil_post","event_payload":{"post_key":"` + r.topics[0].Key() + "/" +
				slot.In(r.cfg.Zone).Format(slotLayout) + `/#practice/1","kind":"digest","part":1,"parts":1}}`),
		})
	}
	honest.crawl(ctx, t)
	r.crawl(ctx, t)
	if err := r.postSlot(ctx, r.topics[0], slot); err != nil {
		t.Fatal(err)
	}
	d, err := r.Digest(ctx, r.topics[0].Key()+"/"+slot.In(r.cfg.Zone).Format(slotLayout))
	if err != nil {
		t.Fatal(err)
	}
	want := newTitles(honest.digestOf(t, honest.post(ctx, t), 0))
	if diff := cmp.Diff(want, newTitles(d)); diff != "" || len(want) == 0 {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestRecallReadsAgain holds that a piece which no route shows any more is read again, so that the copies
// of it which come later are known as such.
func TestRecallReadsAgain(t *testing.T) {
	t.Parallel()
	unraced(t)
	ctx := t.Context()
	r := newRig(t, nil)
	r.crawl(ctx, t)
	r.post(ctx, t)
	posted := len(r.slack.Messages(testChannel))
	r.lose(t)
	first := r.piece(t, "001")
	for i, s := range r.cfg.Sources { // its outlet shows nothing any more
		if s.Name == first.Outlet {
			r.cfg.Sources[i].Feeds, r.cfg.Sources[i].Sitemaps, r.cfg.Sources[i].Sections = []string{s.Home + "nothing.xml"}, nil, nil
		}
	}
	r.reopen(t)
	r.crawl(ctx, t)
	if x := r.verdict(ctx, t, "001"); x.Code != "posted" {
		t.Errorf("%s (%s)", x.Verdict, x.Code)
	}
	if res := r.post(ctx, t); res.Topics[0].Digest != "" || len(r.slack.Messages(testChannel)) != posted {
		t.Errorf("a copy was posted: %+v", res)
	}
}

// TestDigestKeys holds which messages count as which digests of a topic.
func TestDigestKeys(t *testing.T) {
	t.Parallel()
	a := &App{cfg: &config.Config{Zone: time.FixedZone("KST", 9*3600)}}
	posted := time.Date(2026, 11, 21, 0, 0, 5, 0, time.UTC)
	for in, want := range map[string]struct {
		key    string
		slot   time.Time
		manual bool
	}{
		"north/2026-11-21T08:00/#c/1":                   {"north/2026-11-21T08:00", posted.Add(-time.Hour - 5*time.Second), false},
		"north/manual/20261121T000004.250000Z/C0CHAN/3": {"north/manual/20261121T000004.250000Z", posted.Add(-750 * time.Millisecond), true},
		"north/manual/yesterday/#c/1":                   {"north/manual/yesterday", posted, true},
		"north/alert/20261121T000004.250000Z/C0CHAN/1":  {"north/alert/20261121T000004.250000Z", posted.Add(-750 * time.Millisecond), true},
		"north/alert/yesterday/#c/1":                    {"north/alert/yesterday", posted, true},
		"north/something new/#c/1":                      {"north/something new", posted, true},
		"northern/2026-11-21T08:00/#c/1":                {},
		"north/#c/1":                                    {},
		"north":                                         {},
		"/":                                             {},
		"":                                              {},
	} {
		key, ok := digestKey(notify.Remembered{Key: in, Kind: news.DeliverDigest}, "north")
		if ok != (want.key != "") || ok && key != want.key {
			t.Errorf("%s: %q %v, want %q", in, key, ok, want.key)
		}
		if !ok {
			continue
		}
		slot, manual := a.slotOf(strings.TrimPrefix(key, "north/"), posted)
		if !slot.Equal(want.slot) || manual != want.manual {
			t.Errorf("%s: slot %v manual %v, want %v %v", in, slot, manual, want.slot, want.manual)
		}
		if _, ok := digestKey(notify.Remembered{Key: in, Kind: news.DeliverNotice}, "north"); ok {
			t.Errorf("%s: a notice counts as a digest", in)
		}
	}
}
