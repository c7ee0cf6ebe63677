package app

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"newsvigil/config"
	"newsvigil/internal/practice/slack"
	"newsvigil/news"
	client "newsvigil/notify/slack"
	"newsvigil/store"
)

// briefs are the messages of briefs in the topic's channel, in order.
func (r *rig) briefs() []slack.Message {
	return slices.DeleteFunc(r.slack.Messages(testChannel), func(m slack.Message) bool { return !strings.HasPrefix(m.Key(), briefKey) })
}

func (r *rig) gathered(ctx context.Context, t *testing.T) news.Brief {
	t.Helper()
	list, err := r.Briefs(ctx, "", r.now().Add(-week))
	if err != nil || len(list) != 1 {
		t.Fatal(len(list), err)
	}
	return list[0]
}

// said keeps a reader's word, as of a while ago.
func (r *rig) keep(t *testing.T, by string, label news.Label, ago time.Duration, article int64) {
	t.Helper()
	art, err := r.db.Article(t.Context(), article)
	if err != nil {
		t.Fatal(err)
	}
	f := news.Feedback{Topic: r.topics[0].Key(), URL: art.URL, Article: article, By: by, Label: label, At: r.now().Add(-ago)}
	if err := r.db.SaveFeedback(t.Context(), store.Said{Feedback: f}); err != nil {
		t.Fatal(err)
	}
}

// TestKeptInBrief presses Keep, Not relevant and Rescue, and finds what they make of the brief, and the same
// stories in the answer to /newsvigil kept.
func TestKeptInBrief(t *testing.T) {
	t.Parallel()
	a := newReaders(t, nil)
	ctx := t.Context()
	d := a.digest()
	if b := a.gathered(ctx, t); len(b.Stories) != 0 {
		t.Fatalf("before any press: %+v", b.Stories)
	}
	if got := a.ask("kept").Text; !strings.Contains(got, "Nothing was kept in the last seven days. The button “Keep”") {
		t.Error(got)
	}
	one, two, three, four := d.Lead[0], d.Lead[1], d.Lead[2], d.Lead[3]
	a.on(one.Story, "U0ONE", client.ActionKeep, "")
	a.on(one.Story, "U0TWO", client.ActionKeep, "")
	a.on(one.Story, "U0THREE", client.ActionNot, "")
	a.on(two.Story, "U0ONE", client.ActionKeep, "")
	a.on(two.Story, "U0ONE", client.ActionNot, "") // the same person's last word
	a.on(three.Story, "U0ONE", client.ActionKeep, "")
	a.keep(t, "", news.LabelLike, 0, four.Article) // the admin's word is for the model
	off := a.piece(t, "035")                       // on another topic altogether
	stored, ok, err := a.db.ByKeys(ctx, a.keysOf(off.URL))
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	a.keep(t, "U0NINE", news.LabelRescue, time.Hour, stored.Article.ID)
	a.keep(t, "U0OLD", news.LabelLike, 8*24*time.Hour, d.Lead[4].Article)
	a.keep(t, "U0OLD", news.LabelMissed, 0, d.Lead[4].Article)
	b := a.gathered(ctx, t)
	var told []string
	for _, k := range b.Stories {
		told = append(told, k.Title)
	}
	if len(told) != 3 || told[0] != one.Title || !slices.Contains(told, three.Title) || !slices.Contains(told, stored.Article.Title) {
		t.Fatalf("kept %q", told)
	}
	if k := b.Stories[0]; k.Readers != 2 || k.Against != 1 || k.Before || k.Gloss == "" || k.URL == "" || len(k.Also) != len(one.Also) {
		t.Errorf("%+v", k)
	}
	got := a.ask("kept").Text
	for _, want := range []string{"Kept in the last seven days:", one.Title, three.Title, stored.Article.Title, "Kept by 2 readers, “Not relevant” for 1 reader"} {
		if !strings.Contains(got, want) {
			t.Errorf("/newsvigil kept lacks %q:\n%s", want, got)
		}
	}
	if strings.Contains(got, two.Title) || strings.Contains(got, "U0") {
		t.Errorf("/newsvigil kept shows too much:\n%s", got)
	}
}

// TestBriefSlots: a slot is posted once, whatever is restarted; one that was missed is caught up on, and no
// kept story is in none; no digest is moved by it.
func TestBriefSlots(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(c *config.Config) { c.Topics[0].Brief = []string{"0 9 * * *"} })
	ctx := t.Context()
	r.crawl(ctx, t)
	r.post(ctx, t)
	var d news.Digest
	for _, m := range r.digests() {
		d, _ = r.Digest(ctx, strings.TrimSuffix(m.Key(), "/#practice/1"))
	}
	last, _, _ := r.db.LastDigest(ctx, r.topics[0].Key())
	messages := len(r.slack.Messages(testChannel))
	slot := r.now().Truncate(time.Minute)
	run := func(slot time.Time) {
		t.Helper()
		if err := (&briefing{App: r.App, topic: r.topics[0]}).run(ctx, slot, true); err != nil {
			t.Fatal(err)
		}
		if err := r.deliverNow(ctx, ctx); err != nil {
			t.Fatal(err)
		}
	}
	r.keep(t, "U0ONE", news.LabelLike, time.Hour, d.Lead[0].Article)
	r.keep(t, "U0ONE", news.LabelLike, 30*time.Hour, d.Lead[1].Article) // before the slot before this one
	run(slot)
	r.keep(t, "U0ONE", news.LabelLike, 0, d.Lead[2].Article) // after the slot
	run(slot)
	r.reopen(t)
	run(slot)
	got := r.briefs()
	if len(got) != 2 || got[0].Thread != "" || got[1].Thread != got[0].TS {
		t.Fatalf("%d messages of one brief", len(got))
	}
	if text := string(got[0].Blocks); !strings.Contains(text, d.Lead[0].URL) || strings.Contains(text, d.Lead[1].URL) || strings.Contains(text, d.Lead[2].URL) {
		t.Errorf("the brief shows what was kept at another time: %s", text)
	}
	if !strings.Contains(string(got[1].Blocks), "rich_text_preformatted") || !strings.Contains(string(got[0].Metadata), `"kind":"brief"`) {
		t.Errorf("no text to copy, or not marked as a brief: %s", got[0].Metadata)
	}
	// Three days later: two slots were missed, and the last of them has all since the brief before.
	r.clock.advance(72 * time.Hour)
	r.keep(t, "U0TWO", news.LabelLike, 50*time.Hour, d.Lead[3].Article)
	run(slot.Add(72 * time.Hour))
	if got = r.briefs(); len(got) != 4 || !strings.Contains(string(got[2].Blocks), d.Lead[2].URL) || !strings.Contains(string(got[2].Blocks), d.Lead[3].URL) {
		t.Errorf("%d messages; what was kept while the program was down is missing", len(got))
	}
	run(slot.Add(73 * time.Hour))
	if got = r.briefs(); len(got) != 5 || !strings.Contains(got[4].Text, "nothing kept") {
		t.Errorf("an empty time is not said in words: %+v", got[len(got)-1].Text)
	}
	if now, _, _ := r.db.LastDigest(ctx, r.topics[0].Key()); !now.Equal(last) {
		t.Errorf("the last digest was at %v, by now at %v", last, now)
	}
	if n := len(r.slack.Messages(testChannel)); n != messages+5 {
		t.Errorf("%d messages in the channel, want %d", n, messages+5)
	}
}

// TestBriefOfLostDatabase: an older copy of the database that was brought back does not post a brief again
// that stands in the channel, and no recall takes a brief for a digest.
func TestBriefOfLostDatabase(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(c *config.Config) { c.Topics[0].Brief = []string{"0 9 * * *"} })
	ctx := t.Context()
	b := news.Brief{Key: briefKey + "t/2026-11-20T09:00", Topic: "t", TopicKey: "t", Channel: "#practice", Language: "en", Since: r.now().Add(-week), Until: r.now().Add(-time.Hour),
		Stories: []news.Kept{{Item: news.Item{Title: "A", Outlet: "O"}, Readers: 1}}}
	for range 2 { // as from two databases
		if _, err := r.saveBrief(ctx, b, true); err != nil {
			t.Fatal(err)
		}
		if err := r.deliverNow(ctx, ctx); err != nil {
			t.Fatal(err)
		}
		if got := r.briefs(); len(got) != 2 {
			t.Fatalf("%d messages, want 2", len(got))
		}
		r.cfg.DataDir = t.TempDir()
		r.reopen(t)
	}
	sender, err := r.sender(r.cfg)
	if err != nil {
		t.Fatal(err)
	}
	found, err := sender.(*client.Client).Posted(ctx, "#practice", r.now().Add(-week))
	if err != nil || len(found) != 2 {
		t.Fatal(len(found), err)
	}
	if list, again := r.recalled(r.topics[0], found); len(list)+len(again) != 0 {
		t.Errorf("briefs recalled as %d digests and %d pieces", len(list), len(again))
	}
}

// TestPostBrief: a person who posts twice on one day has posted once, and another list is another brief; lost
// answers double nothing, and a channel that is mended gets what waits.
func TestPostBrief(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(c *config.Config) { c.Topics[0].Channel = "#practise" })
	ctx := t.Context()
	r.crawl(ctx, t)
	list, err := r.db.Background(ctx, 0, 2)
	if err != nil || len(list) != 2 {
		t.Fatal(len(list), err)
	}
	post := func(wait time.Duration) BriefResult {
		t.Helper()
		res, err := r.PostBriefs(ctx, "", r.now().Add(-week), wait)
		if err != nil || len(res) != 1 {
			t.Fatal(res, err)
		}
		return res[0]
	}
	if res := post(time.Minute); res.Brief != "" || len(r.briefs()) != 0 {
		t.Errorf("nothing was kept: %+v", res)
	}
	r.keep(t, "U0ONE", news.LabelLike, time.Minute, list[0].ID)
	if res := post(300 * time.Millisecond); res.Queued != 2 || len(r.briefs()) != 0 {
		t.Errorf("to no channel: %+v", res)
	}
	r.cfg.Topics[0].Channel, r.topics[0].Channel = "#practice", "#practice"
	r.slack.Chaos("chat.postMessage", 0.5, 7, slack.DropStored, slack.EmptyStored, slack.InternalError, slack.Drop)
	for range 3 {
		if res := post(20 * time.Second); !res.Repeated || res.Stories != 1 || res.Queued != 0 {
			t.Errorf("%+v; the log:\n%s", res, r.log)
		}
	}
	r.keep(t, "U0ONE", news.LabelLike, time.Minute, list[1].ID)
	if res := post(20 * time.Second); res.Repeated || res.Stories != 2 || res.Queued != 0 {
		t.Errorf("%+v", res)
	}
	count := map[string]int{}
	for _, m := range r.briefs() {
		count[m.Key()]++
	}
	if len(count) != 4 || len(r.briefs()) != 4 {
		t.Errorf("posted %v", count)
	}
}

// TestBriefJob holds that cron knows the brief, that a slot missed while the machine slept is caught up on, and
// that a restart within the slot posts nothing.
func TestBriefJob(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(c *config.Config) { c.Topics[0].Brief = []string{"0 9 * * *"} })
	ctx := t.Context()
	turn := func() {
		t.Helper()
		jobs := r.jobs()
		i := slices.IndexFunc(jobs, func(j job) bool { return j.name == "brief/rights-in-the-north/0" })
		if i < 0 {
			t.Fatal("cron does not know the brief")
		}
		sched, err := parseSpec(jobs[i].spec)
		if err != nil {
			t.Fatal(err)
		}
		k := &keeper{app: r.App, job: jobs[i], sched: slots{sched, r.cfg.Zone}}
		for k.turn(ctx) <= 0 {
		}
		if err := r.deliverNow(ctx, ctx); err != nil {
			t.Fatal(err)
		}
	}
	for i, want := range []int{0, 1, 1, 2} {
		if i%2 == 1 {
			r.clock.advance(24 * time.Hour)
		}
		turn()
		if got := r.briefs(); len(got) != want {
			t.Fatalf("turn %d: %d messages, want %d", i, len(got), want)
		}
	}
	if got := r.briefs()[1]; !strings.Contains(got.Text, "nothing kept") || got.Thread != "" {
		t.Errorf("%+v", got)
	}
}

// TestBriefLatePress: what was pressed before a brief's slot and came into the database after the brief was made
// is in the next one; what the brief told is not told again.
func TestBriefLatePress(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	ctx := t.Context()
	r.crawl(ctx, t)
	r.post(ctx, t)
	d, err := r.Digest(ctx, strings.TrimSuffix(r.digests()[0].Key(), "/#practice/1"))
	if err != nil {
		t.Fatal(err)
	}
	slot := r.now().Truncate(time.Minute)
	run := func(slot time.Time) string {
		t.Helper()
		if err := (&briefing{App: r.App, topic: r.topics[0]}).run(ctx, slot, false); err != nil {
			t.Fatal(err)
		}
		b, ok, err := r.db.LastBrief(ctx, r.topics[0].Key(), slot.Add(time.Second))
		if err != nil || !ok || !b.Until.Equal(slot) {
			t.Fatal(b.Until, ok, err)
		}
		var told []string
		for _, k := range b.Stories {
			told = append(told, k.Title)
		}
		return strings.Join(told, "; ")
	}
	r.keep(t, "U0ONE", news.LabelLike, time.Hour, d.Lead[0].Article)
	first := run(slot)
	r.keep(t, "U0TWO", news.LabelLike, 2*time.Hour, d.Lead[0].Article) // no later than the word that was told
	r.keep(t, "U0TWO", news.LabelLike, time.Hour, d.Lead[1].Article)
	second, third := run(slot.Add(24*time.Hour)), run(slot.Add(48*time.Hour))
	if first != d.Lead[0].Title || second != d.Lead[1].Title || third != "" {
		t.Errorf("told %q, then %q, then %q", first, second, third)
	}
}

// TestBriefPrintedLate: without Slack a brief that is caught up on is printed, as there is nowhere to look for it.
func TestBriefPrintedLate(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(c *config.Config) { c.Slack = config.Slack{} })
	var out bytes.Buffer
	r.o.Out = &out
	if err := (&briefing{App: r.App, topic: r.topics[0]}).run(t.Context(), r.now().Add(-time.Hour), false); err != nil {
		t.Fatal(err)
	}
	if err := r.deliverNow(t.Context(), t.Context()); err != nil || !strings.Contains(out.String(), "nothing kept") {
		t.Errorf("%v; printed %q", err, out.String())
	}
}
