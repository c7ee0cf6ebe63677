package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"newsvigil/config"
	"newsvigil/internal/practice/slack"
	"newsvigil/news"
	client "newsvigil/notify/slack"
)

// readers is a rig whose readers can press buttons.
type readers struct {
	*rig
	t    *testing.T
	stop func()
}

func newReaders(t *testing.T, change func(*config.Config)) *readers {
	t.Helper()
	r := newRig(t, func(c *config.Config) {
		c.Slack.AppTokenEnv = practiceApp
		if change != nil {
			change(c)
		}
	})
	a := &readers{rig: r, t: t}
	r.crawl(t.Context(), t)
	if res := r.post(t.Context(), t); res.Queued != 0 {
		t.Fatalf("%+v", res)
	}
	a.start()
	return a
}

// start listens as the daemon does.
func (a *readers) start() {
	a.t.Helper()
	s, err := a.sender(a.cfg)
	if err != nil {
		a.t.Fatal(err)
	}
	// Slack may take a moment to notice that a connection has ended, and would still send over it.
	a.await("end of the last connection", func() bool { return a.slack.Sockets() == 0 })
	ctx, cancel := context.WithCancel(a.t.Context())
	var done sync.WaitGroup
	c := s.(*client.Client)
	done.Go(func() { a.listen(ctx, c) })
	done.Go(func() { a.drawing(ctx, c) })
	a.await("a connection", func() bool { return a.slack.Sockets() == 1 })
	a.stop = sync.OnceFunc(func() { cancel(); done.Wait(); a.running.Wait() })
	a.t.Cleanup(a.stop)
}

func (a *readers) await(what string, holds func() bool) {
	a.t.Helper()
	for end := time.Now().Add(20 * time.Second); !holds(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			a.t.Fatalf("no %s; the log:\n%s", what, a.log)
		}
	}
}

// head is the digest's first message, digest what it shows.
func (a *readers) head() slack.Message { return a.digests()[0] }

func (a *readers) digest() news.Digest {
	a.t.Helper()
	d, err := a.Digest(a.t.Context(), strings.TrimSuffix(a.head().Key(), "/#practice/1"))
	if err != nil {
		a.t.Fatal(err)
	}
	return d
}

// on presses a button of a story in the head.
func (a *readers) on(story int64, user, action, option string) slack.Envelope {
	a.t.Helper()
	e, err := a.slack.Press(slack.Press{User: user, Channel: testChannel, TS: a.head().TS, Action: action, Option: option, Block: a.block(a.head(), story)})
	if err != nil {
		a.t.Errorf("%s: %v", action, err)
	}
	return e
}

// block is the id of a story's buttons, whatever its revision.
func (a *readers) block(m slack.Message, story int64) string {
	for _, part := range strings.Split(string(m.Blocks), `"block_id":"`)[1:] {
		id, _, _ := strings.Cut(part, `"`)
		if strings.HasPrefix(id, "act.") && strings.Contains(id, fmt.Sprintf(".1.%d.", story)) {
			return id
		}
	}
	a.t.Errorf("story %d has no buttons", story)
	return ""
}

func (a *readers) shows(text string) {
	a.t.Helper()
	a.await("message with "+text, func() bool { return strings.Contains(string(a.head().Blocks), text) })
}

func (a *readers) said() []news.Feedback {
	a.t.Helper()
	list, err := a.Feedback(a.t.Context(), "")
	if err != nil {
		a.t.Fatal(err)
	}
	return list
}

// TestKeepAndNotRelevant: two people and double presses, a reason, a word taken back, and an old message
// after a restart.
func TestKeepAndNotRelevant(t *testing.T) {
	t.Parallel()
	a := newReaders(t, nil)
	d := a.digest()
	one, two := d.Lead[0].Story, d.Lead[1].Story
	for range 2 {
		if e := a.on(one, "U0ONE", client.ActionKeep, ""); e.Took() > 3*time.Second {
			t.Errorf("confirmed after %s", e.Took())
		}
	}
	a.on(one, "U0TWO", client.ActionKeep, "")
	a.shows("Keep · 2")
	a.on(two, "U0ONE", client.ActionNot, "")
	a.shows("Not relevant · 1")
	a.await("question", func() bool { return len(a.slack.Ephemerals("U0ONE")) == 1 })
	ask := a.slack.Ephemerals("U0ONE")[0]
	if _, err := a.slack.Press(slack.Press{User: "U0ONE", Channel: testChannel, TS: ask.TS, Action: client.ActionReason + ".2"}); err != nil {
		t.Error(err)
	}
	a.await("thanks", func() bool { return strings.Contains(a.slack.Ephemerals("U0ONE")[0].Text, "Noted: A repeat.") })
	said := a.said()
	if len(said) != 3 || !slices.ContainsFunc(said, func(f news.Feedback) bool {
		return f.By == "U0ONE" && f.Label == news.LabelDislike && f.Reason == news.ComplaintRepeat && f.Article == d.Lead[1].Article
	}) {
		t.Errorf("said %+v", said)
	}
	a.stop()
	a.reopen(t)
	a.start()
	a.on(one, "U0THREE", client.ActionNot, "")
	a.on(one, "U0THREE", client.ActionKeep, "")
	a.shows("Keep · 3")
	a.on(one, "U0THREE", client.ActionMore, client.OptionMore)
	a.await("modal", func() bool { return len(a.slack.Views("U0THREE")) == 1 })
	view := a.slack.Views("U0THREE")[0]
	art, err := a.db.Article(t.Context(), d.Lead[0].Article)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{d.Lead[0].Title, "Why: ", firstSentences(art.Text)[:20], "Take my answer back"} {
		if !strings.Contains(view.Words(), want) {
			t.Errorf("the modal lacks %q:\n%s", want, view.Words())
		}
	}
	if _, err := a.slack.Press(slack.Press{User: "U0THREE", View: view.ID, Action: client.ActionBack}); err != nil {
		t.Error(err)
	}
	a.shows("Keep · 2")
	a.await("word", func() bool { return strings.Contains(a.slack.Views("U0THREE")[0].Words(), "taken back") })
	if len(a.said()) != 3 {
		t.Errorf("said %+v", a.said())
	}
}

// TestRescueButton puts a near miss into the next digest.
func TestRescueButton(t *testing.T) {
	t.Parallel()
	a := newReaders(t, func(c *config.Config) { c.Topics[0].Threshold = 2.2 }) // which most pieces miss
	d := a.digest()
	if len(d.Near) == 0 {
		t.Fatal("the practice outlets have no near miss")
	}
	at := func() slack.Message {
		all := a.slack.Messages(testChannel)
		return all[len(all)-1]
	}
	if _, err := a.slack.Press(slack.Press{Channel: testChannel, TS: at().TS, Action: client.ActionRescue + ".1"}); err != nil {
		t.Fatal(err)
	}
	a.await("mark", func() bool { return strings.Contains(string(at().Blocks), "Rescue 1 ✓") })
	next, err := a.Preview(t.Context(), "")
	if err != nil || len(next[0].Lead) != 1 {
		t.Fatalf("next digest %+v, %v; want the rescued story in it", next[0].Lead, err)
	}
	if !slices.ContainsFunc(d.Near, func(it news.Item) bool { return it.Story == next[0].Lead[0].Story }) {
		t.Errorf("story %d was rescued, which was no near miss", next[0].Lead[0].Story)
	}
}

// TestMuteButton: asked first, named in the digest, undone there; the outlet's pieces stay out meanwhile.
func TestMuteButton(t *testing.T) {
	t.Parallel()
	a := newReaders(t, nil)
	d := a.digest()
	one := d.Lead[0].Story
	a.on(one, "", client.ActionMore, client.OptionMute)
	a.await("modal", func() bool { return len(a.slack.Views("")) == 1 })
	view := a.slack.Views("")[0]
	art, err := a.db.Article(t.Context(), d.Lead[0].Article)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(view.Words(), art.Source+" will not be shown in this channel until ") {
		t.Errorf("the modal says:\n%s", view.Words())
	}
	if list, _ := a.db.Mutes(t.Context(), "", a.now()); len(list) != 0 {
		t.Error("muted before it was confirmed")
	}
	if _, err := a.slack.Submit(view.ID, "", nil); err != nil {
		t.Fatal(err)
	}
	a.shows("Muted in this channel: " + art.Source + " until ")
	muted := func() []news.Mute {
		list, err := a.db.Mutes(t.Context(), "#practice", a.now())
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	if list := muted(); len(list) != 1 || list[0].Until.Sub(a.now()).Round(time.Hour) != muteFor {
		t.Errorf("muted %+v", list)
	}
	next, err := a.Preview(t.Context(), "")
	if err != nil || len(next[0].Muted) != 1 {
		t.Errorf("the next digest names %+v, %v", next[0].Muted, err)
	}
	a.clock.advance(muteFor + time.Hour)
	if list := muted(); len(list) != 0 {
		t.Errorf("still muted after its time: %+v", list)
	}
	a.clock.advance(-muteFor - time.Hour)
	if _, err := a.slack.Press(slack.Press{Channel: testChannel, TS: a.head().TS, Action: client.ActionUnmute + ".1"}); err != nil {
		t.Fatal(err)
	}
	a.await("end of it", func() bool { return !strings.Contains(string(a.head().Blocks), "Muted in this channel") })
	if list := muted(); len(list) != 0 {
		t.Errorf("still muted: %+v", list)
	}
}

func TestUnmuted(t *testing.T) {
	t.Parallel()
	topic := news.Topic{Always: []string{"execution"}}
	member := func(source string, facets bool, concept string) news.Member {
		m := news.Member{Article: news.Article{Source: source}}
		hit := news.Hit{Name: "North"}
		if facets {
			hit.Words = []string{"north"}
		}
		m.Score.Reasons.Facets = []news.Hit{hit}
		m.Score.Reasons.Concepts = []news.Hit{{Name: concept, Words: []string{"x"}}}
		return m
	}
	in := []news.Story{
		{ID: 1, Members: []news.Member{member("The Gazette", true, "rights"), member("Other", true, "rights")}},
		{ID: 2, Members: []news.Member{member("The Gazette", true, "rights")}},
		{ID: 3, Members: []news.Member{member("The Gazette", true, "execution")}},
		{ID: 4, Members: []news.Member{member("The Gazette", false, "execution")}},
	}
	got := unmuted(in, topic, []news.Mute{{Source: "the-gazette"}})
	if len(got) != 2 || got[0].ID != 1 || len(got[0].Members) != 1 || got[1].ID != 3 {
		t.Errorf("left %+v", got)
	}
	if len(in[0].Members) != 2 || len(unmuted(in, topic, nil)) != 4 {
		t.Error("what was given has changed")
	}
}

// TestPressBesideSending: with a database that takes its time over every commit, and while a digest is
// being sent, a press is stored and confirmed within three seconds.
func TestPressBesideSending(t *testing.T) {
	t.Parallel()
	a := newReaders(t, nil)
	one := a.digest().Lead[0].Story
	a.outlets.Publish(2)
	a.crawl(t.Context(), t)
	slow := func(string) error { time.Sleep(300 * time.Millisecond); return nil }
	a.fault.Store(&slow)
	var sending sync.WaitGroup
	sending.Go(func() { a.post(t.Context(), t) })
	for n := range 3 {
		if e := a.on(one, fmt.Sprintf("U0READER%d", n), client.ActionKeep, ""); e.Acked.IsZero() || e.Took() >= 3*time.Second {
			t.Errorf("press %d was confirmed after %s", n+1, e.Took())
		}
		if len(a.said()) != n+1 {
			t.Errorf("%d words are stored after %d presses", len(a.said()), n+1)
		}
	}
	sending.Wait()
	a.shows("Keep · 3")
}

// TestNoPressLost stops the program while people press: whatever was confirmed is stored, and shown after
// the next start.
func TestNoPressLost(t *testing.T) {
	t.Parallel()
	a := newReaders(t, nil)
	ts := a.head().TS
	slow := func(string) error { time.Sleep(30 * time.Millisecond); return nil } // so that the stop finds work in hand
	a.fault.Store(&slow)
	var mu sync.Mutex
	var confirmed []string
	var pressing sync.WaitGroup
	for n := range 40 {
		pressing.Go(func() {
			user := fmt.Sprintf("U0READER%d", n)
			e, err := a.slack.Press(slack.Press{User: user, Channel: testChannel, TS: ts, Action: client.ActionKeep, Block: "act.*"})
			if err == nil && !e.Acked.IsZero() {
				mu.Lock()
				defer mu.Unlock()
				confirmed = append(confirmed, user)
			}
		})
	}
	a.await("first confirmations", func() bool { mu.Lock(); defer mu.Unlock(); return len(confirmed) >= 5 })
	a.stop()
	pressing.Wait()
	a.diskWell()
	a.reopen(t)
	stored := map[string]bool{}
	for _, f := range a.said() {
		stored[f.By] = true
	}
	for _, user := range confirmed {
		if !stored[user] {
			t.Errorf("the press of %s was confirmed, and is lost", user)
		}
	}
	a.start()
	if len(stored) > 0 {
		a.shows(fmt.Sprintf("Keep · %d", len(stored)))
	}
	t.Logf("%d confirmed, %d stored", len(confirmed), len(stored))
}

// TestUnknownMessage: of a message that this database knows nothing of nothing is noted, and the reader is
// told so.
func TestUnknownMessage(t *testing.T) {
	t.Parallel()
	a := newReaders(t, nil)
	m := a.head()
	m.Blocks = []byte(strings.ReplaceAll(string(m.Blocks), a.digest().Key, "of-another-database"))
	ts := a.slack.Plant(m)
	if _, err := a.slack.Press(slack.Press{Channel: testChannel, TS: ts, Action: client.ActionKeep}); err != nil {
		t.Fatal(err)
	}
	a.await("word", func() bool { return len(a.slack.Ephemerals("")) == 1 })
	if seen := a.slack.Ephemerals("")[0]; !strings.Contains(seen.Text, "nothing was noted") || len(a.said()) != 0 {
		t.Errorf("told %q, said %+v", seen.Text, a.said())
	}
}

// TestNoButtonsWithoutSocket: without an app-level token nobody listens, and there is nothing to press.
func TestNoButtonsWithoutSocket(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	r.crawl(t.Context(), t)
	r.post(t.Context(), t)
	for _, m := range r.slack.Messages(testChannel) {
		if strings.Contains(string(m.Blocks), `"actions"`) {
			t.Errorf("a message has buttons: %s", m.Blocks)
		}
	}
}
