package app

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"newsvigil/config"
	"newsvigil/internal/practice/outlets"
	"newsvigil/internal/practice/slack"
)

// rig is an App between practice outlets and a practice Slack, with a clock that tests move.
type rig struct {
	*App
	outlets *outlets.Network
	slack   *slack.Server
	clock   *clock
	log     *syncBuffer
	cfg     *config.Config
	// level is from where on the log is kept: from info on, where it is not set.
	level slog.Level
	// fault decides whether a commit fails; nil fails none.
	fault atomic.Pointer[func(point string) error]
}

// diskFull makes every commit fail, as a full disk does.
func (r *rig) diskFull() {
	full := func(string) error { return syscall.ENOSPC }
	r.fault.Store(&full)
}

func (r *rig) diskWell() { r.fault.Store(nil) }

// clock runs with the real one, offset by what the test adds.
type clock struct {
	mu    sync.Mutex
	ahead time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

const (
	testChannel = "C0PRACTICE"
	testOps     = "C0PRACTICEOPS"
	practiceApp = "PRACTICE_APP"
)

// newRig starts everything; change may alter the configuration before the App is opened.
func newRig(t *testing.T, change func(*config.Config)) *rig {
	t.Helper()
	r := &rig{clock: &clock{}, log: &syncBuffer{}}
	var err error
	if r.outlets, err = outlets.Start(outlets.Options{}); err != nil {
		t.Fatal(err)
	}
	r.slack, err = slack.New(slack.Options{Every: -1, Now: r.clock.now, Channels: []slack.Channel{{ID: testChannel, Name: "practice"}, {ID: testOps, Name: "practice-ops"}}})
	if err != nil {
		t.Fatal(err)
	}
	r.cfg = testConfig(t, r.outlets.Outlets())
	r.cfg.DataDir = t.TempDir()
	r.cfg.Slack = config.Slack{
		Configured: true, APIURL: r.slack.URL(), TokenEnv: "PRACTICE", AdminChannel: "#practice-ops",
		Settle: []time.Duration{200 * time.Millisecond, 500 * time.Millisecond}, Timeout: 5 * time.Second, Pace: time.Millisecond,
	}
	if change != nil {
		change(r.cfg)
	}
	r.reopen(t)
	t.Cleanup(func() {
		for _, close := range []func() error{r.App.Close, r.outlets.Close, r.slack.Close} {
			if err := close(); err != nil {
				t.Error(err)
			}
		}
	})
	return r
}

// reopen opens the App over the same data, as a restart would.
func (r *rig) reopen(t *testing.T) {
	t.Helper()
	if r.App != nil {
		if err := r.App.Close(); err != nil {
			t.Fatal(err)
		}
	}
	a, err := New(t.Context(), Options{
		Config: r.cfg, Now: r.clock.now, Log: slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: r.level})),
		Getenv: func(name string) (string, bool) {
			if name == practiceApp {
				return slack.DefaultAppToken, true
			}
			return slack.DefaultToken, true
		},
		Fault: func(point string) error {
			if f := r.fault.Load(); f != nil {
				return (*f)(point)
			}
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	a.pulse, a.patience = 20*time.Millisecond, 20*time.Millisecond
	r.App = a
}

// testConfig is the shape of a configuration file with the practice outlets as sources.
func testConfig(t *testing.T, list []outlets.Outlet) *config.Config {
	t.Helper()
	var b strings.Builder
	b.WriteString(testTopic)
	for _, o := range list {
		fmt.Fprintf(&b, "\n[[source]]\nname = %q\nhome = %q\ntimezone = %q\nlanguage = %q\nwire = %v\n", o.Name, o.Home, o.Timezone, o.Language, o.Wire)
		for key, values := range map[string][]string{"feeds": o.Feeds, "sitemaps": o.Sitemaps, "sections": o.Sections} {
			if len(values) > 0 {
				fmt.Fprintf(&b, "%s = [\"%s\"]\n", key, strings.Join(values, `", "`))
			}
		}
		fmt.Fprintf(&b, "article = '%s'\nid = '%s'\n", o.Article, o.ID)
	}
	cfg, err := config.Parse("test.toml", []byte(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	cfg.Jitter = 0
	cfg.Coverage = "" // or a test that runs on a Monday would see one message more
	cfg.Crawler.Delay = time.Millisecond
	cfg.Crawler.AllowPrivate = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	return cfg
}

// testTopic uses the built-in exemplars.
const testTopic = `
timezone = "Asia/Seoul"
[schedule]
crawl = "*/20 * * * *"
[crawl]
contact = "newsdesk@example.org"
[[topic]]
name = "Rights in the North"
channel = "#practice"
digest = ["0 8 * * *"]
  [[topic.facet]]
  name = "North"
  any = ["north korea*", "dprk", "pyongyang", "북한", "탈북", "북송"]
  [[topic.facet]]
  name = "rights"
  any = ["human rights", "prison camp*", "political prison*", "tortur*", "repatriat*", "forced labour", "defector*", "escapee*", "abduct*", "인권", "탈북", "처형", "북송", "납북"]
  [[topic.concept]]
  name = "North"
  any = ["north korea*", "pyongyang", "북한"]
  [[topic.concept]]
  name = "rights"
  any = ["human rights", "인권"]
  [[topic.concept]]
  name = "execution"
  any = ["public execution*", "처형"]
`

// stories are the titles that stand in the topic's channel, in order.
func (r *rig) digests() []slack.Message {
	var heads []slack.Message
	for _, m := range r.slack.Messages(testChannel) {
		if m.Thread == "" {
			heads = append(heads, m)
		}
	}
	return heads
}

func (r *rig) crawl(ctx context.Context, t *testing.T) CrawlReport {
	t.Helper()
	report, err := r.Crawl(ctx, CrawlOptions{All: true})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func (r *rig) post(ctx context.Context, t *testing.T) PostResult {
	t.Helper()
	res, err := r.PostDigests(ctx, "", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// piece is the practice piece with this number.
func (r *rig) piece(t *testing.T, id string) outlets.Piece {
	t.Helper()
	for _, p := range r.outlets.Pieces() {
		if p.ID == id {
			return p
		}
	}
	t.Fatalf("there is no piece %s", id)
	return outlets.Piece{}
}

func (r *rig) verdict(ctx context.Context, t *testing.T, id string) Explanation {
	t.Helper()
	x, err := r.Explain(ctx, r.piece(t, id).URL)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// unraced skips a test whose steps come one after the other under the race detector, which finds little in
// it and makes a crawl ten times slower; the gate runs it without the detector.
func unraced(t *testing.T) {
	t.Helper()
	if racing {
		t.Skip("its steps come one after the other: run it without the race detector")
	}
}
