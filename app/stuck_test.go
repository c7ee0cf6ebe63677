package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"newsvigil/config"
	"newsvigil/internal/practice/outlets"
	"newsvigil/internal/practice/slack"
	"newsvigil/news"
)

// gate stands before the practice Slack and answers in its place while it is shut.
type gate struct {
	*httptest.Server
	answer atomic.Pointer[func(w http.ResponseWriter, method string) (done bool)]
}

func newGate(t *testing.T, s *slack.Server) *gate {
	t.Helper()
	to, err := url.Parse(strings.TrimSuffix(s.URL(), "/api/"))
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{}
	through := httputil.NewSingleHostReverseProxy(to)
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if f := g.answer.Load(); f != nil && (*f)(w, strings.TrimPrefix(r.URL.Path, "/api/")) {
			return
		}
		through.ServeHTTP(w, r)
	}))
	t.Cleanup(g.Close)
	return g
}

// shut lets the methods, or all where none is named, be answered so.
func (g *gate) shut(answer http.HandlerFunc, methods ...string) {
	f := func(w http.ResponseWriter, method string) bool {
		if len(methods) > 0 && !slices.Contains(methods, method) {
			return false
		}
		answer(w, nil)
		return true
	}
	g.answer.Store(&f)
}

func (g *gate) open() { g.answer.Store(nil) }

// says is an answer with an error word of Slack's.
func says(s string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"ok":false,"error":%q,"needed":"chat:write"}`, s)
	}
}

// errors are the lines of the log at error level.
func (r *rig) errors() (list []string) {
	for l := range strings.Lines(r.log.String()) {
		if strings.Contains(l, "level=ERROR") {
			list = append(list, l)
		}
	}
	return list
}

// gated is a rig whose Slack stands behind a gate, with one outlet.
func gated(t *testing.T, change func(*config.Config)) (*rig, *gate) {
	t.Helper()
	var g *gate
	r := newRig(t, nil)
	g = newGate(t, r.slack)
	r.cfg.Sources = r.cfg.Sources[:1]
	r.cfg.Slack.APIURL = g.URL + "/api/"
	if change != nil {
		change(r.cfg)
	}
	r.reopen(t)
	return r, g
}

// TestRefusals runs a daemon over a digest's slot while Slack refuses in one way, for several tries, and holds
// that one line in the log says so, that the admin channel hears of it once where it can be reached, and that
// the digest comes, once, within six minutes after the cause was mended.
func TestRefusals(t *testing.T) {
	t.Parallel()
	html := func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "<html><body>Sign in to the hotel's network</body></html>")
	}
	busy := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusTooManyRequests)
	}
	topic := slack.Channel{ID: testChannel, Name: "practice"}
	with := func(change func(*slack.Channel)) slack.Channel { c := topic; change(&c); return c }
	for name, tt := range map[string]struct {
		shut func(*rig, *gate)
		// says stands in the one line of the log, or there is none where it is empty.
		says string
		// told counts the notices while it lasts, well those of its end.
		told, well int
		// lasts is how long it lasts anyway.
		lasts time.Duration
		mend  func(*rig, *gate)
	}{
		"revoked":          {says: "token was revoked", well: 1, shut: func(_ *rig, g *gate) { g.shut(says("token_revoked")) }},
		"inactive":         {says: "account_inactive", well: 1, shut: func(_ *rig, g *gate) { g.shut(says("account_inactive")) }},
		"scope of posting": {says: "chat:write", well: 1, shut: func(_ *rig, g *gate) { g.shut(says("missing_scope"), "chat.postMessage") }},
		"scope of reading": {shut: func(_ *rig, g *gate) {
			g.shut(says("missing_scope"), "conversations.history", "conversations.replies")
		}},
		"hotel":    {says: "nothing can be posted", well: 1, shut: func(_ *rig, g *gate) { g.shut(html) }},
		"too fast": {says: "pause", well: 1, lasts: time.Hour, shut: func(_ *rig, g *gate) { g.shut(busy, "chat.postMessage") }},
		"archived": {says: "is archived", told: 1, well: 1,
			shut: func(r *rig, _ *gate) { r.slack.AddChannel(with(func(c *slack.Channel) { c.Archived = true })) },
			mend: func(r *rig, _ *gate) { r.slack.AddChannel(topic) }},
		"not a member": {says: "/invite", told: 1, well: 1,
			shut: func(r *rig, _ *gate) { r.slack.AddChannel(with(func(c *slack.Channel) { c.Outside = true })) },
			mend: func(r *rig, _ *gate) { r.slack.AddChannel(topic) }},
		"deleted": {says: "no such channel", told: 1, well: 1,
			shut: func(r *rig, _ *gate) {
				r.slack.AddChannel(slack.Channel{ID: testChannel, Name: "x", Private: true, Outside: true})
			},
			mend: func(r *rig, _ *gate) { r.slack.AddChannel(slack.Channel{ID: "C0ANEW", Name: "practice"}) }},
		"renamed": {shut: func(r *rig, _ *gate) { r.slack.AddChannel(with(func(c *slack.Channel) { c.Name = "another" })) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, g := gated(t, nil)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			done := r.start(ctx)
			r.first(t)
			tt.shut(r, g)
			r.clock.advance(r.nextSlot(r.topics[0], r.now()).Add(time.Minute).Sub(r.now()))
			if tt.says != "" {
				r.wait(t, "the line in the log", func() bool { r.clock.advance(time.Minute); return len(r.errors()) > 0 })
			}
			for range 12 {
				r.clock.advance(max(6*time.Minute, tt.lasts/20))
				time.Sleep(30 * time.Millisecond)
			}
			if list := r.errors(); tt.says == "" && len(list) != 0 || tt.says != "" && (len(list) != 1 || !strings.Contains(list[0], tt.says)) {
				t.Errorf("%d lines at error level, want one that says %q:\n%s", len(list), tt.says, strings.Join(list, ""))
			}
			if n := r.notices("cannot be posted"); n != tt.told {
				t.Errorf("%d notices while it lasts, want %d", n, tt.told)
			}
			g.open()
			if tt.mend != nil {
				tt.mend(r, g)
			}
			r.clock.advance(max(6*time.Minute, tt.lasts))
			channel := testChannel
			if name == "deleted" {
				channel = "C0ANEW"
			}
			// The clock goes on: a try that was under way when the cause was mended may still be refused.
			r.wait(t, "the digest", func() bool { r.clock.advance(10 * time.Second); return len(r.slack.Messages(channel)) > 0 })
			well := func() int { return r.notices("is posted now") + r.notices("can post to Slack again") }
			r.wait(t, "the notices of its end", func() bool { return well() == tt.well })
			r.wait(t, "an empty outbox", func() bool { n, err := r.db.Queued(t.Context()); return err == nil && n == 0 })
			if n := well(); n != tt.well {
				t.Errorf("%d notices of its end, want %d", n, tt.well)
			}
			cancel()
			if err := <-done; err != nil {
				t.Error(err)
			}
			r.keysOnce(t, channel)
			r.keysOnce(t, testOps)
		})
	}
}

// TestAdminChannelRefused: an admin channel that is archived is one line in the log, stops no digest, and gets
// what waited when it is there again.
func TestAdminChannelRefused(t *testing.T) {
	t.Parallel()
	r, _ := gated(t, nil)
	r.slack.AddChannel(slack.Channel{ID: testOps, Name: "practice-ops", Archived: true})
	r.outlets.Break(r.outlets.Outlets()[0].Name, outlets.Fault{Status: 503})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := r.start(ctx)
	r.first(t)
	r.wait(t, "the line in the log", func() bool { r.clock.advance(20 * time.Minute); return len(r.errors()) > 0 })
	for range 10 {
		r.clock.advance(6 * time.Minute)
		time.Sleep(20 * time.Millisecond)
	}
	r.clock.advance(r.nextSlot(r.topics[0], r.now()).Add(time.Minute).Sub(r.now()))
	r.wait(t, "the digest", func() bool { r.clock.advance(time.Second); return len(r.digests()) > 0 })
	if list := r.errors(); len(list) != 1 || !strings.Contains(list[0], "is archived") || !strings.Contains(list[0], "practice-ops") {
		t.Errorf("lines at error level:\n%s", strings.Join(list, ""))
	}
	r.slack.AddChannel(slack.Channel{ID: testOps, Name: "practice-ops"})
	r.clock.advance(6 * time.Minute)
	r.wait(t, "the notice", func() bool { r.clock.advance(10 * time.Second); return r.notices("is in trouble") == 1 })
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if r.keysOnce(t, testOps); r.notices("cannot be posted") != 0 {
		t.Error("the admin channel was told of itself")
	}
}

// TestTokenFileReplaced: a revoked token is replaced in its file, and the digest comes without a restart.
func TestTokenFileReplaced(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "token")
	write := func(token string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(token), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("xoxb-revoked")
	r, _ := gated(t, func(c *config.Config) { c.Slack.TokenEnv, c.Slack.TokenFile = "", file })
	r.known(t)
	if err := r.postSlot(t.Context(), r.topics[0], r.now()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := r.start(ctx)
	r.wait(t, "the line in the log", func() bool { return len(r.errors()) > 0 })
	if list := r.errors(); len(list) != 1 || !strings.Contains(list[0], "invalid_auth") || !strings.Contains(list[0], file) {
		t.Errorf("lines at error level:\n%s", strings.Join(list, ""))
	}
	write("")
	write(slack.DefaultToken)
	r.wait(t, "the digest", func() bool { return len(r.digests()) == 1 })
	r.wait(t, "the notice", func() bool { return r.notices("can post to Slack again") == 1 })
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if log := r.log.String(); strings.Contains(log, "xoxb-revoked") || strings.Contains(log, slack.DefaultToken) {
		t.Error("the log shows a token")
	}
}

// TestStuckOnce: a spell is told once, also by a program that was started anew within it, and so is its end;
// the next spell is told again.
func TestStuckOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	d := news.Delivery{Kind: news.DeliverDigest, Of: r.topics[0].Key() + "/x", Channel: "#practice", Error: "The channel is archived."}
	count := func(want int) {
		t.Helper()
		if all, err := r.db.NoticesSince(t.Context(), runStuck, time.Time{}); err != nil || len(all) != want {
			t.Errorf("%d notices, want %d; %v", len(all), want, err)
		}
	}
	for spell := range 2 {
		for range 3 {
			if err := r.begins(t.Context(), r.refusedBy(d)); err != nil {
				t.Fatal(err)
			}
			count(2*spell + 1)
			r.reopen(t)
			r.clock.advance(time.Hour)
		}
		d.Channel = "#moved" // the topic was given another channel meanwhile
		for range 2 {
			r.delivered(d)
			count(2*spell + 2)
		}
		d.Channel = "#practice"
	}
}

// TestRoom: a disk that fills up is told of once, and its end once, however much it goes up and down between.
func TestRoom(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	for i, tt := range []struct {
		free  int64
		known bool
		want  int // notices so far
	}{
		{10 * leastRoom, true, 0}, {leastRoom - 1, true, 1}, {leastRoom / 2, true, 1}, {leastRoom + 1, true, 1}, {leastRoom - 1, true, 1},
		{0, false, 1}, {2 * leastRoom, true, 2}, {leastRoom, true, 2}, {leastRoom - 1, true, 3},
	} {
		r.room = func(string) (int64, bool) { return tt.free, tt.known }
		r.clock.advance(time.Hour)
		if err := r.watchRoom(t.Context()); err != nil {
			t.Fatal(err)
		}
		if all, err := r.db.NoticesSince(t.Context(), runStuck+"room/", time.Time{}); err != nil || len(all) != tt.want {
			t.Errorf("step %d: %d notices, want %d; %v", i, len(all), tt.want, err)
		}
	}
}

// TestReloadToldOnce: the same mistakes are told once, other ones again, and that they are mended.
func TestReloadToldOnce(t *testing.T) {
	t.Parallel()
	a := &App{cfg: &config.Config{Zone: time.UTC}, log: slog.New(slog.DiscardHandler)}
	at := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	a.now = func() time.Time { return at }
	for i, tt := range []struct {
		in   string
		wait time.Duration
		want string
	}{
		{"", 0, ""}, {"3:1: a", 0, "has a mistake"}, {"3:1: a", time.Hour, ""}, {"4:1: b", time.Minute, "has a mistake"}, {"5:1: c\n6:1: d\n7:1: e", time.Minute, "config.toml has 3 mistakes; "}, {"4:1: b", time.Minute, "has a mistake"},
		{"4:1: b", 25 * time.Hour, "has a mistake"}, {"", time.Hour, "in force"}, {"", time.Hour, ""}, {"4:1: b", time.Hour, "has a mistake"},
	} {
		at = at.Add(tt.wait)
		var err error
		if tt.in != "" {
			err = errors.New(tt.in)
		}
		got := ""
		if n := a.refusedReload(err); n != nil {
			got = n.Title
		}
		if (got == "") != (tt.want == "") || !strings.Contains(got, tt.want) {
			t.Errorf("step %d: told %q, want %q", i, got, tt.want)
		}
	}
}

// TestDeaf: buttons that do not work are told of once, and when they work again.
func TestDeaf(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	for range 2 {
		for range 3 {
			if err := r.begins(t.Context(), r.deaf(errors.New("slack refused the token"))); err != nil {
				t.Fatal(err)
			}
		}
		r.hearsAgain(t.Context())
		r.hearsAgain(t.Context())
		r.clock.advance(time.Minute)
	}
	r.flushed(t)
	if bad, well := r.notices("do not work"), r.notices("work again"); bad != 2 || well != 2 || len(r.errors()) != 2 {
		t.Errorf("%d notices, %d of the end, %d lines in the log; want 2 each", bad, well, len(r.errors()))
	}
}

// TestStuckClockSetBack: a spell that a clock of the future noted ends, and the next one is told.
func TestStuckClockSetBack(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	d := news.Delivery{Kind: news.DeliverDigest, Of: r.topics[0].Key() + "/x", Channel: "#practice", Error: "The channel is archived."}
	r.clock.advance(48 * time.Hour)
	for spell := range 3 {
		if err := r.begins(t.Context(), r.refusedBy(d)); err != nil {
			t.Fatal(err)
		}
		if spell == 0 {
			r.clock.advance(-48 * time.Hour)
		}
		r.delivered(d)
		r.delivered(d)
		if all, err := r.db.NoticesSince(t.Context(), runStuck, time.Time{}); err != nil || len(all) != 2*spell+2 {
			t.Errorf("%d notices after %d spells; %v", len(all), spell+1, err)
		}
	}
}
