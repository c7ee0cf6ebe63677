package app

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"newsvigil/config"
	"newsvigil/internal/practice/slack"
	"newsvigil/news"
	"newsvigil/notify"
	"newsvigil/store"
)

// atTen is a rig at ten in the morning; the clock is moved once for the rest of its test, so that a day
// never ends by chance.
func atTen(t *testing.T, change func(*config.Config)) *rig {
	t.Helper()
	return newRig(t, func(c *config.Config) {
		since := time.Now().UTC().Sub(time.Now().UTC().Truncate(24 * time.Hour))
		c.Zone = time.FixedZone("TEN", 60*int((10*time.Hour-since).Minutes()))
		if change != nil {
			change(c)
		}
	})
}

// newEdited is a rig that has posted a digest of a few invented stories.
func newEdited(t *testing.T) *rig {
	t.Helper()
	r := atTen(t, nil)
	for n := range 6 {
		r.also(t, r.cfg.Sources[n%3].Name, news.RelationNew, news.Item{}, 100+n)
	}
	r.slot(t)
	if n := r.flushed(t); n != 0 {
		t.Fatalf("%d messages wait", n)
	}
	return r
}

// changed is how many messages were changed.
func (r *rig) changed() int { return r.slack.Calls("chat.update") }

// holding is the message of the channel that holds a text; the first one where several do.
func (r *rig) holding(t *testing.T, text string) slack.Message {
	t.Helper()
	all := r.slack.Messages(testChannel)
	i := slices.IndexFunc(all, func(m slack.Message) bool { return strings.Contains(string(m.Blocks), text) })
	if i < 0 {
		t.Fatalf("no message holds %q", text)
	}
	return all[i]
}

// also stores an invented piece that has come to a story.
func (r *rig) also(t *testing.T, outlet string, rel news.Relation, it news.Item, n int) news.Article {
	t.Helper()
	src, ok := r.configured(outlet)
	if !ok {
		t.Fatalf("no outlet %s", outlet)
	}
	url := fmt.Sprintf("%s/invented/%d", strings.TrimSuffix(src.Home, "/"), n)
	a := news.Article{
		Source: src.Name, URL: url, Canonical: url, Keys: r.keysOf(url), Title: fmt.Sprintf("Report %d as it stands now", n), Language: "en", Kind: news.KindFull,
		Published: news.Instant{Time: r.now()}, Fetched: r.now(), Text: fmt.Sprintf("Invented text %d.", n),
	}
	_, _, err := r.db.SaveArticle(t.Context(), store.Placed{
		Article: a, Placement: news.Placement{Relation: rel, Story: it.Story, Of: it.Article},
		Scores: []news.Score{{Topic: r.topics[0].Key(), Value: 2, Cut: 1, Grade: news.GradeStrong}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (r *rig) reviseNow(t *testing.T) {
	t.Helper()
	if err := r.revise(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.Redraw(t.Context())
}

// lastDigest is the digest that was posted last, as it is stored.
func (r *rig) lastDigest(t *testing.T) news.Digest {
	t.Helper()
	d, err := r.Digest(t.Context(), r.keyOfLast(t))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// header is the headline of a message.
func header(t *testing.T, m slack.Message) string {
	t.Helper()
	var blocks []struct {
		Type string
		ID   string `json:"block_id"`
		Text struct{ Text string }
	}
	if err := json.Unmarshal(m.Blocks, &blocks); err != nil || blocks[0].Type != "header" {
		t.Fatalf("%s: %v", m.Blocks, err)
	}
	return blocks[0].ID + " " + blocks[0].Text.Text
}

// TestEdited is the whole way: a digest is posted, a copy and an update come with a later crawl, and the
// message as it stands names the one and leads to the other. Its place, key and headline stay. The next
// digest has a line of the update, the one after it nothing.
func TestEdited(t *testing.T) {
	t.Parallel()
	unraced(t)
	ctx := t.Context()
	r := atTen(t, nil)
	r.crawl(ctx, t)
	r.post(ctx, t)
	before := r.slack.Messages(testChannel)
	head := r.digests()[0]
	r.outlets.Publish(2)
	r.crawl(ctx, t)
	if n := r.changed(); n != 0 {
		t.Errorf("%d messages changed by a crawl alone", n)
	}
	r.Redraw(ctx)
	update := r.piece(t, "026")
	after := r.slack.Messages(testChannel)
	if len(after) != len(before) || r.changed() != 1 {
		t.Fatalf("%d messages became %d; %d were changed", len(before), len(after), r.changed())
	}
	for i := range after {
		if after[i].TS != before[i].TS || after[i].Key() != before[i].Key() || after[i].Thread != before[i].Thread {
			t.Errorf("%+v became %+v", before[i], after[i])
		}
	}
	now := r.holding(t, update.URL)
	if !strings.Contains(string(now.Blocks), " · updated") || !strings.Contains(string(now.Blocks), "Bridge Notes") {
		t.Errorf("the message does not say what came: %s", now.Blocks)
	}
	if now := r.digests()[0]; header(t, now) != header(t, head) {
		t.Errorf("the headline %q became %q", header(t, head), header(t, now))
	}
	for id, want := range map[string]string{
		"067": "its outlet is named under the story in the message of ",
		"026": "leads to it now, marked as updated, and the next digest has a line of it.",
	} {
		x := r.verdict(ctx, t, id)
		if x.Code != "part-of-story" || !strings.Contains(x.Verdict, want) || strings.Contains(x.Verdict, "stands with") {
			t.Errorf("%s: %s (%s)\n%s", id, x.Verdict, x.Code, strings.Join(x.Lines, "\n"))
		}
	}
	r.post(ctx, t)
	kinds := map[string]news.ItemKind{}
	d := r.lastDigest(t)
	for _, it := range slices.Concat(d.Lead, d.Lines, d.Rest) {
		kinds[it.URL] = it.Kind
	}
	if kinds[update.URL] != news.ItemUpdated || kinds[r.piece(t, "067").URL] != "" {
		t.Errorf("the next digest has %v", kinds)
	}
	edits := r.changed()
	r.crawl(ctx, t)
	if res := r.post(ctx, t); res.Topics[0].Digest != "" || r.changed() != edits {
		t.Errorf("once more: %+v, %d edits became %d", res, edits, r.changed())
	}
}

// TestEditAfterCrash: what a full disk or a death keeps from being noted, or Slack from being shown, comes with
// the next look, once.
func TestEditAfterCrash(t *testing.T) {
	t.Parallel()
	unraced(t)
	ctx := t.Context()
	r := newEdited(t)
	story := r.lastDigest(t).Lead[0]
	r.also(t, "Bridge Notes", news.RelationCopy, story, 1)
	full := func(point string) error {
		if point == "revise" {
			return syscall.ENOSPC
		}
		return nil
	}
	r.fault.Store(&full)
	if err := r.revise(ctx); err == nil {
		t.Error("a full disk is no error")
	}
	r.diskWell()
	r.reopen(t)
	if err := r.revise(ctx); err != nil { // and the program dies before it comes to draw
		t.Fatal(err)
	}
	r.reopen(t)
	r.slack.Script("chat.update", slack.DropStored, slack.TooFast)
	r.Redraw(ctx) // is shown, and nobody knows
	r.clock.advance(unclearPause + time.Second)
	r.Redraw(ctx) // waits as it is told
	r.holding(t, "Bridge Notes")
	n := r.changed()
	r.reviseNow(t)
	if n != 3 || r.changed() != n {
		t.Errorf("%d tries, and %d with another look", n, r.changed())
	}
}

// TestEditBurst: thirty copies of one crawl change a message once.
func TestEditBurst(t *testing.T) {
	t.Parallel()
	r := newEdited(t)
	d := r.lastDigest(t)
	for n := range 30 {
		it := d.Lead[n%len(d.Lead)]
		r.also(t, r.cfg.Sources[n%len(r.cfg.Sources)].Name, news.RelationCopy, it, n)
	}
	r.reviseNow(t)
	if r.changed() != 1 {
		t.Errorf("%d changes", r.changed())
	}
	if now := r.lastDigest(t); len(now.Lead[0].Also) <= len(d.Lead[0].Also) || now.Layout == nil {
		t.Errorf("nothing new is named: %+v", now.Lead[0].Also)
	}
}

// TestEditRace: a digest that is queued is not changed, nor one that is just being posted; the change comes
// once it stands.
func TestEditRace(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := newEdited(t)
	d := r.lastDigest(t)
	part, _, err := r.db.PartOf(ctx, d.Key, 1)
	if err != nil {
		t.Fatal(err)
	}
	sent := part
	for _, state := range []news.DeliveryState{news.DeliveryPending, news.DeliverySending, news.DeliveryUnknown} {
		part.State, part.TS = state, ""
		if err := r.db.Save(ctx, part); err != nil {
			t.Fatal(err)
		}
		r.also(t, "Bridge Notes", news.RelationCopy, d.Lead[0], len(state))
		r.reviseNow(t)
		if now := r.lastDigest(t); r.changed() != 0 || now.Layout != nil {
			t.Errorf("%s: changed", state)
		}
	}
	if err := r.db.Save(ctx, sent); err != nil {
		t.Fatal(err)
	}
	r.reviseNow(t)
	r.holding(t, "Bridge Notes")
	if r.changed() != 1 {
		t.Errorf("%d changes", r.changed())
	}
}

// TestEditMuted: what readers muted appears by no change, and not later, when it is shown again.
func TestEditMuted(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := newEdited(t)
	story := r.lastDigest(t).Lead[0]
	mute := news.Mute{Channel: "#practice", Outlet: "Bridge Notes", Source: "bridge-notes", Until: r.now().Add(muteFor)}
	if err := r.db.SavePress(ctx, store.Press{Mute: &mute}); err != nil {
		t.Fatal(err)
	}
	r.also(t, "Bridge Notes", news.RelationCopy, story, 1)
	r.reviseNow(t)
	if now := r.lastDigest(t); r.changed() != 0 || now.Layout != nil {
		t.Error("a muted outlet is named")
	}
	r.also(t, r.cfg.Sources[1].Name, news.RelationCopy, story, 2)
	r.reviseNow(t)
	for _, a := range r.lastDigest(t).Lead[0].Also {
		if a.Outlet == "Bridge Notes" {
			t.Error("a muted outlet comes with another one")
		}
	}
	r.clock.advance(time.Minute)
	r.slot(t)
	r.flushed(t)
	r.clock.advance(time.Minute)
	if err := r.db.SavePress(ctx, store.Press{Unmute: &mute}); err != nil {
		t.Fatal(err)
	}
	n := r.changed()
	r.reviseNow(t)
	if r.changed() != n {
		t.Error("what was left out comes when the outlet is shown again")
	}
}

// TestEditRefused: a channel that takes no changes is asked seldom and complained of once; a message that
// people deleted is left alone; one that is old is given up.
func TestEditRefused(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := newEdited(t)
	d := r.lastDigest(t)
	closed := slack.Channel{ID: testChannel, Name: "practice", Archived: true}
	r.slack.AddChannel(closed)
	r.also(t, "Bridge Notes", news.RelationCopy, d.Lead[0], 1)
	for range 4 {
		r.reviseNow(t)
		r.clock.advance(3 * time.Minute)
	}
	if n := r.changed(); n != 1 {
		t.Errorf("%d tries within twelve minutes", n)
	}
	for range 24 * 6 {
		r.clock.advance(10 * time.Minute)
		r.Redraw(ctx)
	}
	if n := r.changed(); n < 4 || n > 10 {
		t.Errorf("%d tries in a day", n)
	}
	closed.Archived = false
	r.slack.AddChannel(closed)
	r.clock.advance(longestPutOff)
	r.Redraw(ctx)
	r.holding(t, "Bridge Notes")
	if n := strings.Count(r.log.String(), "a message cannot be changed"); n != 1 {
		t.Errorf("it was said %d times", n)
	}
	closed.Archived = true
	r.slack.AddChannel(closed)
	if err := r.db.DrawAnew(ctx, d.Key, 1); err != nil {
		t.Fatal(err)
	}
	r.clock.advance(redrawFor)
	for range 3 {
		r.Redraw(ctx)
		r.clock.advance(longestPutOff + time.Hour)
	}
	if n := strings.Count(r.log.String(), "an old message cannot be changed any more"); n != 1 {
		t.Errorf("given up %d times", n)
	}
	if left, err := r.db.Undrawn(ctx, d.Key); left || err != nil {
		t.Errorf("it is tried for ever: %v, %v", left, err)
	}
}

// TestEditOfADeletedMessage: people may delete what was posted.
func TestEditOfADeletedMessage(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := newEdited(t)
	d := r.lastDigest(t)
	part, _, err := r.db.PartOf(ctx, d.Key, 1)
	if err != nil {
		t.Fatal(err)
	}
	c, why := r.redrawer()
	if why != "" {
		t.Fatal(why)
	}
	if err := c.Delete(ctx, receipt(part)); err != nil {
		t.Fatal(err)
	}
	r.also(t, "Bridge Notes", news.RelationCopy, d.Lead[0], 1)
	r.reviseNow(t)
	if left, err := r.db.Undrawn(ctx, d.Key); left || err != nil || r.changed() != 1 {
		t.Errorf("%d tries; waits %v, %v", r.changed(), left, err)
	}
}

// TestEditOfAnAlert: an alert is a message like another, and its story comes once more, as a line.
func TestEditOfAnAlert(t *testing.T) {
	t.Parallel()
	unraced(t)
	ctx := t.Context()
	r := newAlertRig(t, nil)
	r.slot(t)
	r.flushed(t)
	r.outlets.Publish(2)
	r.round(t)
	alert := r.alerts()[0]
	key, _, _ := strings.Cut(alert.Key(), "/#")
	d, err := r.Digest(ctx, key)
	if err != nil {
		t.Fatal(err)
	}
	newest := r.also(t, d.Lead[0].Outlet, news.RelationUpdate, d.Lead[0], 2)
	r.also(t, "Bridge Notes", news.RelationCopy, d.Lead[0], 1)
	r.reviseNow(t)
	now := r.alerts()
	if len(now) != 1 || !strings.Contains(string(now[0].Blocks), "Bridge Notes") || !strings.Contains(string(now[0].Blocks), newest.URL) || header(t, now[0]) != header(t, alert) {
		t.Fatalf("%d alerts: %s", len(now), now[0].Blocks)
	}
	r.clock.advance(time.Hour)
	lines := 0
	next := r.slot(t)
	for _, it := range slices.Concat(next.Lead, next.Lines, next.Rest) {
		if it.Story == d.Lead[0].Story {
			lines++
			if it.Kind != news.ItemAlerted || it.URL != newest.URL {
				t.Errorf("the digest has %+v", it)
			}
		}
	}
	if lines != 1 {
		t.Errorf("%d lines of the alert", lines)
	}
}

// TestEditsByABotTokenOnly: what a webhook posted, or a terminal showed, stays as it is, also when a token
// comes later.
func TestEditsByABotTokenOnly(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := newRig(t, func(c *config.Config) { c.Slack.Configured = false })
	bot := r.cfg.Slack
	r.crawl(ctx, t)
	printed := r.post(ctx, t).Topics[0].Digest
	r.outlets.Publish(2)
	r.crawl(ctx, t)
	if x := r.verdict(ctx, t, "067"); !slices.ContainsFunc(x.Lines, func(l string) bool { return strings.Contains(l, "what is posted stays as it is") }) {
		t.Errorf("%s\n%s", x.Verdict, strings.Join(x.Lines, "\n"))
	}
	bot.Configured = true
	r.cfg.Slack = bot
	r.reopen(t)
	r.known(t)
	r.reviseNow(t)
	if d, err := r.Digest(ctx, printed); err != nil || d.Layout != nil || r.changed() != 0 {
		t.Errorf("what was printed is changed: %v, %d calls", err, r.changed())
	}
}

// TestEditsAreRecalled: when the database is lost after a message was changed, nothing that it names comes again.
func TestEditsAreRecalled(t *testing.T) {
	t.Parallel()
	unraced(t)
	ctx := t.Context()
	r := atTen(t, nil)
	r.crawl(ctx, t)
	r.post(ctx, t)
	r.outlets.Publish(2)
	r.crawl(ctx, t)
	r.Redraw(ctx)
	r.post(ctx, t)
	n := len(r.slack.Messages(testChannel))
	r.lose(t)
	r.crawl(ctx, t)
	edits := r.changed()
	if res := r.post(ctx, t); len(r.slack.Messages(testChannel)) != n || res.Topics[0].Digest != "" || r.changed() != edits {
		t.Errorf("%d messages became %d; %+v", n, len(r.slack.Messages(testChannel)), res)
	}
}

func receipt(d news.Delivery) notify.Receipt { return notify.Receipt{ChannelID: d.ChannelID, TS: d.TS} }
