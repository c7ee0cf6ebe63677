package app

import (
	"encoding/json"
	"fmt"
	"html"
	"slices"
	"strings"
	"testing"
	"time"

	"newsvigil/address"
	"newsvigil/config"
	"newsvigil/internal/practice/slack"
	"newsvigil/news"
	client "newsvigil/notify/slack"
)

// traps are addresses under which a feed shows pieces: all but the first lead away from the outlet, whatever
// they look like.
func traps(p *press) []string {
	host := p.host()
	port := host[strings.LastIndex(host, ":"):]
	return []string{
		p.URL + "/1", "https://casino.example/win", "https://t.co/abcdef", "https://localhost@casino.example/a", "http://" + host + "@casino.example/b",
		"http://user:word@" + host + "/c", "http://127.0.0.1:9/d", "http://127.0.0.1.casino.example" + port + "/e", "https://xn--80ak6aa92e.example/f",
		"//casino.example/g", "javascript:alert(1)", "http://" + host + ".casino.example/h", "https://casino.example/?u=" + p.URL + "/1",
	}
}

// newTrap is a rig whose readers may press buttons, with an outlet beside the practice outlets that does what
// it can to be linked elsewhere.
func newTrap(t *testing.T) (*readers, *press, news.Source) {
	t.Helper()
	p := newPress(t)
	now := time.Now()
	lure := "visit https://casino.example/title www.casino.example <https://casino.example|here> and [bonus](https://casino.example/md)"
	body := "<p>" + strings.Repeat("North Korea and human rights, a political prison camp, torture and repatriation: a report. ", 12) + html.EscapeString(lure) + "</p>"
	var entries []entry
	for i, u := range traps(p) {
		entries = append(entries, entry{link: u, at: now.Add(-time.Duration(i+1) * time.Minute), more: "<description>" + html.EscapeString(body) + fmt.Sprintf(" %d</description><guid>%d</guid>", i, i)})
	}
	entries = append(entries, entry{link: "/moved", at: now.Add(-time.Hour), more: "<description>" + html.EscapeString(body) + "</description>"})
	p.feed("/feed", entries...)
	page := report(1, now.Add(-time.Minute))
	p.page("/1", strings.ReplaceAll(page, "prison camp of", "prison camp "+html.EscapeString(lure)+" of"))
	p.say("/moved", 302, "text/html", "https://casino.example/moved")
	src := news.Source{Name: "Trap https://casino.example/name", Home: p.URL + "/", Feeds: []string{p.URL + "/feed"}, FullTextFeed: true, Weight: 1}
	a := newReaders(t, func(c *config.Config) { c.Sources = append(c.Sources, src) })
	return a, p, src
}

// shownAddresses are all addresses that anybody was shown in Slack as a link, or that Slack makes one of.
func (a *readers) shownAddresses(users ...string) (links []string) {
	add := func(text string, blocks json.RawMessage) {
		links = append(links, addressesIn(a.t, blocks)...)
		links = append(links, plainLink.FindAllString(text, -1)...)
	}
	for _, channel := range []string{testChannel, testOps} {
		for _, m := range a.slack.Messages(channel) {
			add(m.Text, m.Blocks)
		}
	}
	for _, u := range users {
		for _, e := range a.slack.Ephemerals(u) {
			add(e.Text, e.Blocks)
		}
		for _, v := range a.slack.Views(u) {
			add("", v.Body)
		}
	}
	for _, s := range a.slack.Scheduled() {
		add(s.Text, nil)
	}
	return links
}

// TestLinksLeadToOutlets walks all that is posted, answered and opened: each link leads to an outlet that is
// watched, whatever an outlet writes into its feed, pages and titles.
func TestLinksLeadToOutlets(t *testing.T) {
	t.Parallel()
	unraced(t)
	a, p, src := newTrap(t)
	ctx := t.Context()
	d := a.digest()
	told := slices.Concat(d.Lead, d.Lines, d.Rest)
	if !slices.ContainsFunc(told, func(it news.Item) bool { return it.Outlet == src.Name && it.URL == p.URL+"/1" }) {
		t.Errorf("the piece that is the outlet's own is not linked: %+v", told)
	}
	if !slices.ContainsFunc(told, func(it news.Item) bool { return it.Outlet == src.Name && it.URL == "" }) {
		t.Error("none of the traps is told")
	}
	for _, it := range d.Lead {
		a.on(it.Story, "U0ONE", client.ActionKeep, "")
		a.on(it.Story, "U0ONE", client.ActionMore, client.OptionMore)
	}
	a.await("modals", func() bool { return len(a.slack.Views("U0ONE")) == len(d.Lead) })
	for _, line := range []string{"find prison camp", "find report", "kept", "sources", "status", "help", "muted", "why " + p.URL + "/1", "why https://casino.example/win", "missed https://casino.example/missed", "find https://casino.example"} {
		a.ask(line)
	}
	if _, err := a.PostBriefs(ctx, "", a.now().Add(-week), time.Minute); err != nil {
		t.Error(err)
	}
	a.lawful("U0ONE", "")
}

// lawful holds that all links lead to sources that are configured now.
func (a *readers) lawful(users ...string) {
	a.t.Helper()
	links := a.shownAddresses(users...)
	if len(links) < 10 {
		a.t.Errorf("only %d links were posted", len(links))
	}
	for _, l := range links {
		if !slices.ContainsFunc(a.cfg.Sources, func(s news.Source) bool { return address.Belongs(s, l) }) || strings.Contains(l, "casino") || strings.Contains(l, "@") {
			a.t.Errorf("a link leads to %s", l)
		}
	}
}

// TestLinksOfRemovedSource: a source that is taken out of the configuration is linked no more in what is drawn
// or answered from then on; one that is switched off is.
func TestLinksOfRemovedSource(t *testing.T) {
	t.Parallel()
	unraced(t)
	a, _, _ := newTrap(t)
	links := a.linksPosted(t, testChannel)
	gone, off := a.someLinked(t), ""
	a.stop()
	a.cfg.Sources = slices.DeleteFunc(slices.Clone(a.cfg.Sources), func(s news.Source) bool { return s.Name == gone.Name })
	for i, s := range a.cfg.Sources {
		if theirs(links, s) > 0 && off == "" {
			off, a.cfg.Sources[i].Off = s.Name, true
		}
	}
	a.reopen(t)
	a.start()
	for _, it := range a.digest().Lead {
		a.on(it.Story, "U0ONE", client.ActionKeep, "")
	}
	a.shows("Keep · 1")
	a.await("message without it", func() bool { return theirs(addressesIn(t, a.head().Blocks), gone) == 0 })
	if src, ok := a.configured(off); !ok || theirs(a.linksPosted(t, testChannel), src) != theirs(links, src) {
		t.Errorf("%s is switched off, and its links are gone", off)
	}
	answer := a.ask("find prison")
	if theirs(addressesIn(t, answer.Blocks), gone) != 0 {
		t.Errorf("an answer leads to it: %s", answer.Blocks)
	}
}

// TestQuarantineEverywhere: no message, answer or modal that comes after a quarantine leads to the outlet.
func TestQuarantineEverywhere(t *testing.T) {
	t.Parallel()
	unraced(t)
	a := newReaders(t, nil)
	ctx := t.Context()
	d := a.digest()
	src, _ := a.configured(d.Lead[0].Outlet)
	for _, it := range d.Lead {
		a.on(it.Story, "U0ONE", client.ActionKeep, "")
	}
	a.shows("Keep · 1")
	if _, err := a.PostBriefs(ctx, "", a.now().Add(-week), time.Minute); err != nil {
		t.Fatal(err)
	}
	if theirs(a.shownAddresses(), src) < 2 {
		t.Fatalf("%s is not linked in digest and brief", src.Name)
	}
	q, err := a.Quarantine(ctx, src.Name, a.now().Add(-week))
	if err == nil {
		q, err = a.AwaitRedrawn(ctx, q.Quarantine, time.Minute)
	}
	if _, waiting, fixed := q.Count(); err != nil || waiting+fixed != 0 {
		t.Fatalf("%+v, %v", q.Messages, err)
	}
	for _, m := range a.slack.Messages(testChannel) {
		if strings.Contains(string(m.Blocks)+m.Text, address.Host(src.Home)) {
			t.Errorf("a message names the host: %s", m.Blocks)
		}
	}
	a.on(d.Lead[0].Story, "U0TWO", client.ActionKeep, "")
	a.shows("Keep · 2")
	a.on(d.Lead[0].Story, "U0TWO", client.ActionMore, client.OptionMore)
	a.await("modal", func() bool { return len(a.slack.Views("U0TWO")) == 1 })
	for _, line := range []string{"find prison", "find north", "kept", "sources", "status", "why " + d.Lead[0].URL} {
		a.ask(line)
	}
	if err := a.db.SaveFeedback(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := a.PostBriefs(ctx, "", a.now().Add(-week+time.Hour), time.Minute); err != nil {
		t.Fatal(err)
	}
	if n := theirs(a.shownAddresses("U0TWO", slack.Person), src); n != 0 {
		t.Errorf("%d links lead to it", n)
	}
	briefs, err := a.Briefs(ctx, "", a.now().Add(-week))
	if err != nil || len(briefs) == 0 || slices.ContainsFunc(briefs[0].Stories, func(k news.Kept) bool { return address.Belongs(src, k.URL) }) {
		t.Errorf("a brief leads to it: %+v, %v", briefs, err)
	}
}
