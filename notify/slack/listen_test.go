package slack

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"newsvigil/internal/practice/slack"
	"newsvigil/news"
	"newsvigil/notify"
)

// ear is a Handler that keeps what it was told.
type ear struct {
	mu    sync.Mutex
	heard []Action
	// wait holds every answer back until it is closed; nil holds none.
	wait chan struct{}
	// says is what Handle returns.
	says func(Action) (func(context.Context), error)
}

func (e *ear) Handle(_ context.Context, a Action) (func(context.Context), error) {
	if e.wait != nil {
		<-e.wait
	}
	e.mu.Lock()
	e.heard = append(e.heard, a)
	says := e.says
	e.mu.Unlock()
	if says == nil {
		return nil, nil
	}
	return says(a)
}

// answers changes what Handle returns, while it may be at work.
func (e *ear) answers(says func(Action) (func(context.Context), error)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.says = says
}

func (e *ear) all() []Action {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.heard
}

// listening starts Listen against a practice Slack; stop ends it and gives its error.
func listening(t *testing.T, s *slack.Server, o Options, e *ear) (c *Client, stop func() error) {
	t.Helper()
	o.APIURL = s.URL()
	if !o.AppToken.IsSet() {
		o.AppToken = news.NewSecret(slack.DefaultAppToken)
	}
	c = client(t, o)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- c.Listen(ctx, e) }()
	await(t, func() bool { return s.Sockets() == 1 })
	stop = sync.OnceValue(func() error { cancel(); return <-ended })
	t.Cleanup(func() { stop() })
	return c, stop
}

// await waits until something holds that another goroutine does.
func await(t *testing.T, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it does not come true")
		}
	}
}

// pressable is the normal digest, posted with buttons.
func pressable(t *testing.T, s *slack.Server, c *Client) (d news.Digest, ts []string) {
	t.Helper()
	d = normal("en")
	d.Buttons, d.Channel = true, "#freedonia"
	thread := ""
	for part := 1; part <= Parts(d); part++ {
		m := message(d, part)
		m.Delivery.Thread = thread
		r, err := c.Send(t.Context(), m)
		if err != nil {
			t.Fatal(err)
		}
		ts = append(ts, r.TS)
		thread = ts[0]
	}
	return d, ts
}

func TestPressesAreHeard(t *testing.T) {
	t.Parallel()
	s := practice(t, slack.Options{Every: -1})
	e := &ear{}
	c, stop := listening(t, s, Options{}, e)
	d, ts := pressable(t, s, c)
	ref := Ref{Digest: d.Key, Part: 1, Story: 2}
	for _, p := range []slack.Press{
		{Channel: channelOne, TS: ts[0], Block: ref.id(0), Action: ActionKeep},
		{Channel: channelOne, TS: ts[0], Block: ref.id(0), Action: ActionMore, Option: OptionMute, User: "U0OTHER"},
		{Channel: channelOne, TS: ts[1], Action: ActionRescue + ".1"},
	} {
		if _, err := s.Press(p); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Command("", channelOne, "/newsvigil why https://outlet.example/1"); err != nil {
		t.Fatal(err)
	}
	if err := stop(); err != nil {
		t.Errorf("stopped: %v", err)
	}
	got := e.all()
	for i := range got {
		if !got[i].Answer.IsSet() || got[i].Trigger == "" {
			t.Errorf("%+v cannot be answered", got[i])
		}
		got[i].Answer, got[i].Trigger, got[i].At = news.Secret{}, "", time.Time{}
	}
	want := []Action{
		{Kind: KindPress, User: slack.Person, ChannelID: channelOne, TS: ts[0], Ref: ref, Name: ActionKeep, Value: "keep"},
		{Kind: KindPress, User: "U0OTHER", ChannelID: channelOne, TS: ts[0], Ref: ref, Name: ActionMore, Option: OptionMute},
		{Kind: KindPress, User: slack.Person, ChannelID: channelOne, TS: ts[1], Ref: Ref{Digest: d.Key, Part: 2}, Name: ActionRescue + ".1", Value: "12"},
		{Kind: KindCommand, User: slack.Person, ChannelID: channelOne, Name: "/newsvigil", Value: "why https://outlet.example/1"},
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b news.Secret) bool { return a.Reveal() == b.Reveal() })); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
}

// TestUpdateShowsMarks draws messages anew: what readers said, new ids for the buttons, the same key.
func TestUpdateShowsMarks(t *testing.T) {
	t.Parallel()
	s := practice(t, slack.Options{Every: -1})
	c := client(t, Options{APIURL: s.URL()})
	d, ts := pressable(t, s, c)
	d.Revision, d.Marks = 3, map[int64]news.Mark{2: {Kept: 2, Disliked: 1}, 12: {Rescued: 1}}
	d.Muted = []news.Mute{{Source: "outlet-1", Outlet: "Outlet 1", Until: d.Slot.AddDate(0, 0, 30)}}
	for part := range ts {
		m := message(d, part+1)
		m.Delivery.ChannelID, m.Delivery.TS = channelOne, ts[part]
		if err := c.Update(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	all := s.Messages(channelOne)
	if len(all) != len(ts) || all[0].Key() != d.Key+"/1" {
		t.Fatalf("%d messages, key %q", len(all), all[0].Key())
	}
	for i, want := range [][]string{
		{"Keep · 2", "Not relevant · 1", `"act.3.1.2.` + d.Key + `"`, "Muted in this channel: Outlet 1 until 21 Dec 2026.", "Show Outlet 1 again"},
		{"Rescue 1 ✓", `"act.3.2.0.` + d.Key + `"`, `"style":"ordered"`},
	} {
		for _, w := range want {
			if !strings.Contains(string(all[i].Blocks), w) {
				t.Errorf("message %d lacks %s:\n%s", i+1, w, all[i].Blocks)
			}
		}
	}
	m := message(d, 1)
	m.Delivery.ChannelID, m.Delivery.TS = channelOne, "1.000000"
	if err := c.Update(t.Context(), m); !errors.Is(err, ErrGone) {
		t.Errorf("a message that is gone: %v", err)
	}
}

// TestAnswerComesAfterStoring: while a handler has not returned, and where it failed, Slack is told
// nothing.
func TestAnswerComesAfterStoring(t *testing.T) {
	t.Parallel()
	s := practice(t, slack.Options{Every: -1, Ack: 300 * time.Millisecond})
	broken := errors.New("the disk is full")
	e := &ear{says: func(Action) (func(context.Context), error) { return nil, broken }}
	c, stop := listening(t, s, Options{}, e)
	_, ts := pressable(t, s, c)
	p := slack.Press{Channel: channelOne, TS: ts[0], Action: ActionKeep}
	if _, err := s.Press(p); err == nil {
		t.Error("a press that could not be stored was confirmed")
	}
	e.answers(func(Action) (func(context.Context), error) { panic("stumbled") })
	if _, err := s.Press(p); err == nil {
		t.Error("a press over which the program stumbled was confirmed")
	}
	if err := stop(); err != nil || len(e.all()) != 2 {
		t.Errorf("%d heard, %v", len(e.all()), err)
	}
}

// TestStopAnswersFirst: what came in before the end is stored and confirmed.
func TestStopAnswersFirst(t *testing.T) {
	t.Parallel()
	s := practice(t, slack.Options{Every: -1})
	e := &ear{wait: make(chan struct{})}
	c, stop := listening(t, s, Options{}, e)
	_, ts := pressable(t, s, c)
	pressed := make(chan error, 1)
	go func() {
		_, err := s.Press(slack.Press{Channel: channelOne, TS: ts[0], Action: ActionKeep})
		pressed <- err
	}()
	await(t, func() bool { return len(s.Envelopes()) == 1 })
	stopped := make(chan error, 1)
	go func() { stopped <- stop() }()
	time.AfterFunc(2*linger, func() { close(e.wait) }) // longer than a stop that waits for nobody
	if err := <-pressed; err != nil {
		t.Errorf("pressed before the end: %v", err)
	}
	if err := <-stopped; err != nil || len(e.all()) != 1 {
		t.Errorf("%d heard, %v", len(e.all()), err)
	}
	await(t, func() bool { return s.Sockets() == 0 })
}

// TestListenAgain: a connection that ends is made anew, whoever ended it.
func TestListenAgain(t *testing.T) {
	t.Parallel()
	s := practice(t, slack.Options{Every: -1})
	e := &ear{}
	listening(t, s, Options{}, e)
	for i, end := range []func(){func() { s.Disconnect("refresh_requested") }, s.CutSockets, func() { s.Script("apps.connections.open", slack.Unavailable, slack.HTML); s.CutSockets() }} {
		end()
		await(t, func() bool { return s.Sockets() == 1 })
		if _, err := s.Command("", channelOne, "/newsvigil help"); err != nil {
			t.Errorf("after end %d: %v", i+1, err)
		}
	}
}

// TestListenRefused: a token that is refused ends it, and stands in no error and no log.
func TestListenRefused(t *testing.T) {
	t.Parallel()
	s := practice(t, slack.Options{})
	var log bytes.Buffer
	c := client(t, Options{APIURL: s.URL(), AppToken: news.NewSecret("planted-app-token-31415926"), Log: slog.New(slog.NewTextHandler(&log, nil))})
	s.Script("apps.connections.open", slack.Unavailable)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	err := c.Listen(ctx, &ear{})
	if err == nil {
		t.Fatalf("it goes on; its log:\n%s", &log)
	}
	if notify.ClassOf(err) != notify.ClassAuth {
		t.Errorf("class %s (%v), want %s", notify.ClassOf(err), err, notify.ClassAuth)
	}
	for _, text := range []string{err.Error(), log.String()} {
		if strings.Contains(text, "31415926") || strings.Contains(text, "ticket-") {
			t.Errorf("a secret is shown: %s", text)
		}
	}
	if err := client(t, Options{APIURL: s.URL()}).Listen(t.Context(), &ear{}); err == nil {
		t.Error("listened without a token")
	}
}

func TestWhisperAndModals(t *testing.T) {
	t.Parallel()
	s := practice(t, slack.Options{Every: -1})
	e := &ear{}
	c, _ := listening(t, s, Options{}, e)
	d, ts := pressable(t, s, c)
	if _, err := s.Press(slack.Press{Channel: channelOne, TS: ts[0], Action: ActionNot}); err != nil {
		t.Fatal(err)
	}
	a := e.all()[0]
	lines := []Line{{Text: nasty[0], URL: "https://outlet.example/1"}}
	for range 80 {
		lines = append(lines, Line{Text: strings.Repeat("북한 <!channel> ", 200), URL: "javascript:alert(1)"})
	}
	w := Whisper{Title: "Why?", Lines: lines, Ref: a.Ref, Choices: []Choice{{ActionReason + ".1", "repeat", "A repeat"}}}
	if err := c.Whisper(t.Context(), a, w); err != nil {
		t.Fatal(err)
	}
	seen := s.Ephemerals("")
	if len(seen) != 1 || strings.Contains(seen[0].Text, "<!channel>") || !strings.Contains(string(seen[0].Blocks), `"value":"repeat"`) {
		t.Fatalf("seen %+v", seen)
	}
	if _, err := s.Press(slack.Press{Channel: channelOne, TS: seen[0].TS, Action: ActionReason + ".1"}); err != nil {
		t.Fatal(err)
	}
	why := e.all()[1]
	if why.TS != "" || why.Ref != a.Ref || why.Value != "repeat" {
		t.Errorf("the reason came as %+v", why)
	}
	if err := c.Whisper(t.Context(), why, Whisper{Title: "Thank you.", Replace: true}); err != nil {
		t.Fatal(err)
	}
	if err := c.Whisper(t.Context(), Action{User: slack.Person, ChannelID: channelOne}, Whisper{Title: "By the other way."}); err != nil {
		t.Fatal(err)
	}
	if seen := s.Ephemerals(""); len(seen) != 2 || seen[0].Text != "Thank you." {
		t.Errorf("seen %+v", seen)
	}
	if _, err := s.Press(slack.Press{Channel: channelOne, TS: ts[0], Action: ActionMore, Option: OptionMore}); err != nil {
		t.Fatal(err)
	}
	a = e.all()[2] // what opens a modal is good for three seconds
	m := Modal{Title: strings.Repeat("x", 40), Name: ModalMute, Submit: "Mute", Close: "Cancel", Lines: lines, Ref: a.Ref, ChannelID: a.ChannelID, TS: a.TS,
		Choices: []Choice{{ActionBack, "back", "Take back"}}}
	if err := c.Open(t.Context(), a, m); err != nil {
		t.Fatal(err)
	}
	open := s.Views("")
	if len(open) != 1 {
		t.Fatalf("%d modals", len(open))
	}
	if _, err := s.Press(slack.Press{View: open[0].ID, Action: ActionBack}); err != nil {
		t.Fatal(err)
	}
	back := e.all()[3]
	if back.View != open[0].ID || back.Ref != a.Ref || back.TS != ts[0] || back.ChannelID != channelOne {
		t.Errorf("pressed in a modal: %+v", back)
	}
	if err := c.Open(t.Context(), back, Modal{Title: "Done", Ref: back.Ref, Name: ModalMute, Submit: "Again", Lines: lines[:1]}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Submit(open[0].ID, "", nil); err != nil {
		t.Fatal(err)
	}
	if got := e.all()[4]; got.Kind != KindSubmit || got.Name != ModalMute || got.Ref.Digest != d.Key {
		t.Errorf("submitted: %+v", got)
	}
}
