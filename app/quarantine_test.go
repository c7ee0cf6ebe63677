package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"newsvigil/address"
	"newsvigil/config"
	"newsvigil/internal/practice/slack"
	"newsvigil/news"
	"newsvigil/store"
)

// plainLink is an address in a text that Slack parses, whether or not it is marked as a link.
var plainLink = regexp.MustCompile(`https?://[^\s<>|"]+`)

// addressesIn are all addresses in blocks: those of links, and those that stand in texts.
func addressesIn(t *testing.T, blocks json.RawMessage) (links []string) {
	t.Helper()
	if len(blocks) == 0 {
		return nil
	}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			for k, e := range v {
				if s, ok := e.(string); ok && (strings.HasSuffix(k, "url") || k == "text" && v["type"] == "mrkdwn") {
					links = append(links, plainLink.FindAllString(s, -1)...)
				}
				walk(e)
			}
		}
	}
	var tree any
	if err := json.Unmarshal(blocks, &tree); err != nil {
		t.Fatal(err)
	}
	walk(tree)
	return links
}

// linksPosted are all addresses that messages of a channel lead to.
func (r *rig) linksPosted(t *testing.T, channel string) (links []string) {
	t.Helper()
	for _, m := range r.slack.Messages(channel) {
		links = append(links, addressesIn(t, m.Blocks)...)
		links = append(links, plainLink.FindAllString(m.Text, -1)...)
	}
	return links
}

// theirs counts the links to a source.
func theirs(links []string, src news.Source) (n int) {
	for _, l := range links {
		if address.Belongs(src, l) {
			n++
		}
	}
	return n
}

// someLinked is a source with links in the channel, and not the only one.
func (r *rig) someLinked(t *testing.T) news.Source {
	t.Helper()
	links := r.linksPosted(t, testChannel)
	for _, s := range r.cfg.Sources {
		if n := theirs(links, s); n > 0 && n < len(links) {
			return s
		}
	}
	t.Fatalf("no source is linked among others: %q", links)
	return news.Source{}
}

// posted is a rig with a crawl and a digest.
func postedRig(t *testing.T, change func(*config.Config)) *rig {
	r := newRig(t, change)
	r.crawl(t.Context(), t)
	if res := r.post(t.Context(), t); res.Queued != 0 {
		t.Fatalf("%+v", res)
	}
	return r
}

func week7(r *rig) time.Time { return r.now().Add(-week) }

// TestQuarantine: the outlet's links are plain text in all that was posted, and come back; nothing else of
// the messages changes; nothing is read meanwhile; the admin channel is told once.
func TestQuarantine(t *testing.T) {
	t.Parallel()
	unraced(t)
	ctx := t.Context()
	r := postedRig(t, func(c *config.Config) { c.Slack.AppTokenEnv = practiceApp })
	src := r.someLinked(t)
	before, links := r.slack.Messages(testChannel), r.linksPosted(t, testChannel)
	would, err := r.Quarantinable(ctx, src.Name, week7(r))
	if err != nil || would.Links() != theirs(links, src) || len(r.linksPosted(t, testChannel)) != len(links) {
		t.Errorf("a dry run finds %d links of %d, %v", would.Links(), theirs(links, src), err)
	}
	for range 2 { // repeated, it changes nothing more
		q, err := r.Quarantine(ctx, strings.ToUpper(src.Name), week7(r))
		if err != nil {
			t.Fatal(err)
		}
		if q, err = r.AwaitRedrawn(ctx, q.Quarantine, time.Minute); err != nil {
			t.Fatal(err)
		}
		if shown, waiting, fixed := q.Count(); shown == 0 || waiting+fixed > 0 || q.Links() != theirs(links, src) {
			t.Errorf("%d changed, %d waiting, %d cannot be; %d links of %d", shown, waiting, fixed, q.Links(), theirs(links, src))
		}
	}
	now := r.linksPosted(t, testChannel)
	if n := theirs(now, src); n != 0 || len(now) != len(links)-theirs(links, src) {
		t.Errorf("%d links to the outlet are left, %d of %d in all", n, len(now), len(links))
	}
	r.sameForm(t, before, src)
	r.notRead(t, src)
	if res := r.post(ctx, t); res.Queued != 0 || r.told(src.Name+" is quarantined") != 1 {
		t.Errorf("%d messages are queued; the admin channel was told %d times", res.Queued, r.told(src.Name+" is quarantined"))
	}

	lifted, err := r.LiftQuarantine(ctx, src.Key())
	if err == nil {
		lifted, err = r.AwaitRedrawn(ctx, lifted.Quarantine, time.Minute)
	}
	back := theirs(r.linksPosted(t, testChannel), src)
	if _, waiting, _ := lifted.Count(); err != nil || waiting != 0 || back != theirs(links, src) {
		t.Errorf("lifted: %d wait, %v; %d links of %d", waiting, err, back, theirs(links, src))
	}
	if _, err := r.LiftQuarantine(ctx, src.Name); !errors.As(err, new(*UsageError)) {
		t.Errorf("lifted twice: %v", err)
	}
	if n := r.crawl(ctx, t); !slices.ContainsFunc(n.Sources, func(s SourceReport) bool { return s.Source == src.Name && s.Polled }) {
		t.Error("the outlet is not read again")
	}
	r.post(ctx, t)
	if r.told(src.Name+" is read again") != 1 {
		t.Error("nobody is told that the outlet is read again")
	}
}

// told counts the messages of the admin channel that hold words.
func (r *rig) told(words string) (n int) {
	for _, m := range r.slack.Messages(testOps) {
		if strings.Contains(m.Text, words) {
			n++
		}
	}
	return n
}

// sameForm holds that messages kept their metadata, and the ids of their blocks but for the revision in
// those that can be pressed.
func (r *rig) sameForm(t *testing.T, before []slack.Message, src news.Source) {
	t.Helper()
	revision := regexp.MustCompile(`"act\.\d+\.`)
	ids := regexp.MustCompile(`"(block_id|action_id)":"[^"]*"`)
	noted := 0
	for i, m := range r.slack.Messages(testChannel) {
		form := func(m slack.Message) string {
			return fmt.Sprint(ids.FindAllString(revision.ReplaceAllString(string(m.Blocks), `"act.`), -1), string(m.Metadata), m.TS, m.Thread)
		}
		if form(m) != form(before[i]) {
			t.Errorf("message %d has another form:\n%s\nwas\n%s", i, form(m), form(before[i]))
		}
		if m.Text != before[i].Text {
			t.Errorf("message %d says %s\nwas %s", i, m.Text, before[i].Text)
		}
		noted += strings.Count(string(m.Blocks), "(link withdrawn)")
	}
	if noted == 0 {
		t.Errorf("nothing says that links to %s were withdrawn", src.Name)
	}
}

// notRead holds what else knows of the quarantine.
func (r *rig) notRead(t *testing.T, src news.Source) {
	t.Helper()
	ctx := t.Context()
	r.outlets.Publish(3)
	report := r.crawl(ctx, t)
	if slices.ContainsFunc(report.Sources, func(s SourceReport) bool { return s.Source == src.Name }) {
		t.Errorf("%s is crawled: %+v", src.Name, report.Sources)
	}
	x, err := r.Explain(ctx, src.Home)
	if err != nil || x.Code != "quarantined" {
		t.Errorf("explain: %s, %v", x.Verdict, err)
	}
	list, err := r.Sources(ctx)
	if err != nil || !slices.ContainsFunc(list, func(s SourceState) bool { return s.Source == src.Name && s.Trouble == news.TroubleQuarantined }) {
		t.Errorf("sources do not know of it: %v", err)
	}
	next, err := r.Preview(ctx, "")
	if err != nil {
		t.Fatal(err)
	}
	d := next[0]
	if !slices.Equal(d.Quarantined, []string{src.Name}) {
		t.Errorf("the digest names %q as quarantined", d.Quarantined)
	}
	for _, it := range slices.Concat(d.Lead, d.Lines, d.Rest, d.Near) {
		if it.Outlet == src.Name || slices.ContainsFunc(it.Also, func(a news.Also) bool { return a.Outlet == src.Name }) {
			t.Errorf("%q is told with %s", it.Title, src.Name)
		}
	}
	if slices.ContainsFunc(d.Troubles, func(s news.SourceTrouble) bool { return s.Source == src.Name }) {
		t.Error("it counts as an outlet in trouble")
	}
}

// TestQuarantineBeside: an admin quarantines an outlet beside a running daemon, which changes the messages.
func TestQuarantineBeside(t *testing.T) {
	t.Parallel()
	r := postedRig(t, nil)
	src := r.someLinked(t)
	stop := r.daemon(t)
	defer stop()
	b, err := New(t.Context(), Options{Config: r.cfg, Now: r.clock.now, Beside: true, Log: slog.New(slog.DiscardHandler), Getenv: os.LookupEnv})
	if err != nil || !b.Beside() {
		t.Fatalf("beside: %v", err)
	}
	defer b.Close()
	q, err := b.Quarantine(t.Context(), src.Name, week7(r))
	if err == nil {
		q, err = b.AwaitRedrawn(t.Context(), q.Quarantine, time.Minute)
	}
	if _, waiting, _ := q.Count(); err != nil || waiting != 0 || theirs(r.linksPosted(t, testChannel), src) != 0 {
		t.Errorf("%d wait, %v; %d links are left", waiting, err, theirs(r.linksPosted(t, testChannel), src))
	}
}

// TestQuarantineKilled: what was recorded, and nothing more, before the program died, is done after the next
// start, although Slack asks for pauses and fails meanwhile.
func TestQuarantineKilled(t *testing.T) {
	t.Parallel()
	unraced(t)
	r := postedRig(t, nil)
	src := r.someLinked(t)
	if _, err := r.db.Quarantine(t.Context(), news.Quarantine{Source: src.Key(), Outlet: src.Name, Sites: addressesOf(src), Since: week7(r), At: r.now()}); err != nil {
		t.Fatal(err)
	}
	r.reopen(t)
	r.slack.Script("chat.update", slack.TooFast, slack.TooFast)
	stop := r.daemon(t)
	defer stop()
	r.until(t, "messages without the links", func() bool { return theirs(r.linksPosted(t, testChannel), src) == 0 })
	r.until(t, "notice", func() bool { return r.told(src.Name+" is quarantined") == 1 })
}

// daemon runs what of the daemon sees to quarantines and posts notices.
func (r *rig) daemon(t *testing.T) (stop func()) {
	t.Helper()
	ctx, cancel := contextOf(t)
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx, nil) }()
	return func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func (r *rig) until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("no %s; the log:\n%s", what, r.log)
		}
	}
}

// TestQuarantineQueued: a digest that waited to be posted leads to the outlet no more.
func TestQuarantineQueued(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := newRig(t, nil)
	r.crawl(ctx, t)
	ds, err := r.Preview(ctx, "")
	if err != nil {
		t.Fatal(err)
	}
	src, ok := r.configured(ds[0].Lead[0].Outlet)
	d, created, err := r.save(ctx, r.topics[0], edition{key: "queued", slot: r.now()})
	if err != nil || !created || !ok || d.Lead[0].URL == "" {
		t.Fatalf("queued %v, %v", created, err)
	}
	if _, err := r.Quarantine(ctx, address.Host(src.Home), week7(r)); err != nil {
		t.Fatal(err)
	}
	if res := r.post(ctx, t); res.Sent == 0 || res.Queued != 0 {
		t.Fatalf("%+v", res)
	}
	links := r.linksPosted(t, testChannel)
	if theirs(links, src) != 0 || len(links) == 0 {
		t.Errorf("%d of %d links lead to the outlet", theirs(links, src), len(links))
	}
}

// TestQuarantineLifted: what a digest left out while the outlet was quarantined does not come later; what
// the outlet publishes afterwards does.
func TestQuarantineLifted(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	p := newPress(t)
	d := newDesk(t, fmt.Sprintf("\n[[source]]\nname = \"Press\"\nhome = %q\nfeeds = [%q]\n", p.URL+"/", p.URL+"/feed"))
	now := d.now()
	p.page("/1", report(1, now.Add(-2*time.Hour)))
	p.page("/2", report(2, now.Add(-time.Hour)))
	p.feed("/feed", entry{link: "/1", at: now.Add(-2 * time.Hour)})
	d.poll(t, "Press")
	if len(d.told(t)) != 1 {
		t.Fatalf("told %v", d.told(t))
	}
	if _, err := d.Quarantine(ctx, "press", now); err != nil {
		t.Fatal(err)
	}
	if x := d.explain(t, p.URL+"/1"); len(d.told(t)) != 0 || x.Code != "quarantined" {
		t.Errorf("told %v; %s", d.told(t), x.Verdict)
	}
	d.clock.advance(time.Hour)
	if _, _, err := d.save(ctx, d.topics[0], edition{key: "meanwhile", slot: d.now()}); err != nil {
		t.Fatal(err)
	}
	d.clock.advance(time.Hour)
	if _, err := d.LiftQuarantine(ctx, p.host()); err != nil {
		t.Fatal(err)
	}
	later := d.now()
	p.page("/3", report(3, later))
	p.feed("/feed", entry{link: "/3", at: later}, entry{link: "/2", at: now.Add(-time.Hour)}, entry{link: "/1", at: now.Add(-2 * time.Hour)})
	d.clock.advance(time.Hour)
	d.poll(t, "Press")
	if told := d.told(t); len(told) != 1 || told["/3"].Title == "" {
		t.Errorf("told %v; want the piece that came later, and no other", told)
	}
}

// TestQuarantineOutlivesDatabase: a copy from before the quarantine takes the place of the database, and the
// outlet stays quarantined; one from within a quarantine that was lifted since does not.
func TestQuarantineOutlivesDatabase(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := newRig(t, nil)
	name := r.cfg.Sources[0].Name
	early := filepath.Join(t.TempDir(), "early.db")
	if _, err := r.Backup(ctx, early); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Quarantine(ctx, name, week7(r)); err != nil {
		t.Fatal(err)
	}
	if err := r.App.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Restore(ctx, early, filepath.Join(r.cfg.DataDir, DatabaseName)); err != nil {
		t.Fatal(err)
	}
	r.App = nil
	r.reopen(t)
	if stand, err := r.standing(ctx); err != nil || len(stand) != 1 || stand[0].Outlet != name {
		t.Errorf("standing %+v, %v", stand, err)
	}
	if _, err := r.LiftQuarantine(ctx, name); err != nil {
		t.Fatal(err)
	}
	r.reopen(t)
	if stand, err := r.standing(ctx); err != nil || len(stand) != 0 {
		t.Errorf("lifted, and standing %+v, %v", stand, err)
	}
}

// TestQuarantineWebhook: what a webhook posted is listed, with why it cannot be changed.
func TestQuarantineWebhook(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(c *config.Config) { c.Slack.TokenEnv, c.Slack.WebhookEnv = "", "HOOK" })
	r.reopenWith(t, r.slack.Webhook(testChannel), nil)
	r.sickSource(t)
	r.post(t.Context(), t)
	src := r.someLinked(t)
	q, err := r.Quarantine(t.Context(), src.Name, week7(r))
	if err == nil {
		q, err = r.AwaitRedrawn(t.Context(), q.Quarantine, time.Minute)
	}
	shown, waiting, fixed := q.Count()
	if err != nil || shown+waiting > 0 || fixed == 0 || q.Messages[0].Title == "" || !strings.Contains(q.Messages[0].Problem, "webhook") {
		t.Errorf("%d changed, %d waiting: %+v, %v", shown, waiting, q.Messages, err)
	}
}

// TestQuarantineWho: an outlet is found by name, key, host and address, and a slip of the pen is answered.
func TestQuarantineWho(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	src := r.cfg.Sources[0]
	for _, in := range []string{src.Name, src.Key(), " " + strings.ToLower(src.Name), address.Host(src.Home), src.Home, src.Home + "any/piece?x=1"} {
		if got, err := r.sourceToHold(t.Context(), in); err != nil || got.Name != src.Name {
			t.Errorf("%q is %s, %v", in, got.Name, err)
		}
	}
	_, err := r.sourceToHold(t.Context(), src.Name[:len(src.Name)-1]+"x")
	if !errors.As(err, new(*UsageError)) || !strings.Contains(err.Error(), "did you mean \""+src.Name) {
		t.Errorf("a slip of the pen: %v", err)
	}
}

func contextOf(t *testing.T) (context.Context, context.CancelFunc) {
	return context.WithCancel(t.Context())
}

// TestQuarantineTimes: what would be changed is named by the same times as what is changed; a brief by that of
// its post.
func TestQuarantineTimes(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := postedRig(t, nil)
	src := r.someLinked(t)
	arts, err := r.db.Background(ctx, 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(arts, func(a news.Article) bool { return news.Slug(a.Source) == src.Key() })
	r.keep(t, "U0ONE", news.LabelLike, time.Minute, arts[i].ID)
	list, err := r.Briefs(ctx, "", week7(r))
	if err != nil || len(list[0].Stories) != 1 {
		t.Fatal(list, err)
	}
	b := list[0]
	b.Key, b.Until = manualBrief(b), r.now()
	if _, err := r.saveBrief(ctx, b, false); err != nil {
		t.Fatal(err)
	}
	r.clock.advance(time.Minute)
	if err := r.deliverNow(ctx, ctx); err != nil {
		t.Fatal(err)
	}
	would, err := r.Quarantinable(ctx, src.Name, week7(r))
	if err != nil {
		t.Fatal(err)
	}
	is, err := r.Quarantine(ctx, src.Name, week7(r))
	if err != nil {
		t.Fatal(err)
	}
	times := func(q Quarantined) (out []string) {
		for _, w := range q.Messages {
			out = append(out, r.Clock(w.Slot)+" "+w.Title)
			if strings.HasPrefix(w.Digest, briefKey) && w.Slot.Sub(b.Until) < time.Minute {
				t.Errorf("%s: %s, posted at %s", w.Digest, r.Clock(w.Slot), r.Clock(w.Posted))
			}
		}
		return out
	}
	if diff := cmp.Diff(times(would), times(is)); diff != "" || len(is.Messages) < 2 {
		t.Errorf("%d messages, (-would +is):\n%s", len(is.Messages), diff)
	}
}
