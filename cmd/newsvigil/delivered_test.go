package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"newsvigil/internal/practice/otherslack"
	"newsvigil/internal/practice/slack"
	"newsvigil/news"
	"newsvigil/store"
)

// messagesVariable is how many messages TestDelivered queues; few without it.
const (
	messagesVariable = "NEWSVIGIL_MESSAGES"
	fewMessages      = 8
)

// workspace is a Slack of which one can ask what stands in its channels.
type workspace interface {
	URL() string
	Close() error
	// standing are how many messages of the app carry each key.
	standing() map[string]int
	// ill makes a share of all requests fail, and another of those that read; well ends that.
	ill(seed uint64, all, reads float64)
	well()
	// figures say what was asked.
	figures() string
}

// practiced is the practice Slack, other the second one.
type (
	practiced struct{ *slack.Server }
	other     struct{ *otherslack.Server }
)

func (f practiced) standing() map[string]int {
	n := map[string]int{}
	for _, m := range append(f.Messages("C0PRACTICE"), f.Messages("C0PRACTICEOPS")...) {
		n[m.Key()]++
	}
	return n
}

func (f practiced) ill(seed uint64, all, reads float64) {
	for method, share := range map[string]float64{"chat.postMessage": all, "chat.delete": all, "conversations.list": all, "auth.test": all,
		"conversations.history": reads, "conversations.replies": reads} {
		f.Chaos(method, share, seed, slack.AllFaults()...)
	}
}

func (f practiced) well() { f.ill(0, 0, 0) }

func (f practiced) figures() string { return fmt.Sprint(f.Calls("chat.postMessage"), " posts") }

func (o other) standing() map[string]int {
	n := map[string]int{}
	for key, list := range o.Standing() {
		n[key] = len(list)
	}
	return n
}

func (o other) ill(uint64, float64, float64) {} // it is born so

func (o other) well() { o.Calm() }

func (o other) figures() string {
	s := o.Stats()
	return fmt.Sprintf("%d requests, %d of %d reads and %d of the others faulty in %d ways, %d posts", s.Requests, s.FaultyReads, s.Reads, s.Faulty, len(s.Kinds), s.Posts)
}

// delivery is an installation with messages in its outbox whose program is killed again and again.
type delivery struct {
	*mortal
	workspace
	dice *rand.Rand
	mu   sync.Mutex
	who  *process
	// dies is which post of the process in hand ends it, 0 none; heard says that Slack has stored it then.
	dies  int
	heard bool
	// ends counts the deaths by where they were died.
	ends map[string]int
}

// TestDelivered queues messages and kills the program, by kill -9, at random moments, at both sides of the
// commits around a post, and while a post is under way, until all is delivered; Slack fails all the while.
// In the end every message stands once: in the practice Slack and in the second one.
func TestDelivered(t *testing.T) {
	t.Parallel()
	if racing {
		t.Skip("starts hundreds of processes, which the race detector slows down tenfold; without it this runs")
	}
	messages, seed := int(number(t, messagesVariable, fewMessages)), uint64(number(t, seedVariable, time.Now().UnixNano()))
	t.Logf("%s=%d %s=%d", messagesVariable, messages, seedVariable, seed)
	for _, name := range []string{"practice Slack", "another"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDelivery(t, name == "another", seed)
			queued := d.fill(messages)
			d.ill(seed, 0.35, 0.15)
			for n := 0; d.queued() != 0; n++ {
				if n > 50*messages {
					t.Fatalf("%d messages are still queued after %d lives", d.queued(), n)
				}
				d.kill()
				d.later(20 * time.Minute)
			}
			twice := doubles(d.standing())
			d.well()
			d.sweep()
			stands := d.standing()
			lost := 0
			for _, key := range queued {
				if stands[key] == 0 {
					lost++
				}
			}
			t.Logf("%d messages, %s, killed %v: %d stood twice before the sweep; %d lost, %d doubled", messages, d.figures(), d.ends, twice, lost, doubles(stands))
			if lost > 0 || doubles(stands) > 0 {
				t.Errorf("%d lost, %d doubled", lost, doubles(stands))
			}
			if want := []string{"before claim", "after claim", "before delivery", "after delivery", "unheard", "heard", "random"}; messages >= 100 && len(d.ends) != len(want) {
				t.Errorf("died at %v, want all of %q", d.ends, want)
			}
		})
	}
}

func doubles(stands map[string]int) (n int) {
	for _, times := range stands {
		n += times - 1
	}
	return n
}

func newDelivery(t *testing.T, second bool, seed uint64) *delivery {
	t.Helper()
	d := &delivery{dice: rand.New(rand.NewPCG(seed, 7)), ends: map[string]int{}}
	d.mortal = &mortal{door: newDoor(t), installation: &installation{dir: t.TempDir(), t: t}}
	d.now = d.clock
	var err error
	if second {
		var s *otherslack.Server
		s, err = otherslack.New(otherslack.Options{Channels: []string{"practice", "practice-ops"}, Token: demoToken, Faulty: 0.35, FaultyReads: 0.15,
			Kinds: slices.DeleteFunc(otherslack.Kinds(), func(k string) bool { return k == "429 huge" || k == "drip" }), // which cost real time
			Seed:  seed, Now: d.clock, Watch: d.watch})
		d.workspace = other{s}
	} else {
		var s *slack.Server
		s, err = slack.New(slack.Options{Token: demoToken, Every: -1, Now: d.clock, Late: lateBy,
			Channels: []slack.Channel{{ID: "C0PRACTICE", Name: "practice"}, {ID: "C0PRACTICEOPS", Name: "practice-ops"}}})
		d.workspace = practiced{s}
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.workspace.Close() })
	api := d.URL()
	if !second {
		if err := d.door.leadTo(api); err != nil {
			t.Fatal(err)
		}
		d.door.fate = d.fate
		api = d.door.URL + "/api/"
	}
	d.configure(api)
	return d
}

// configure writes a configuration with one source, which nobody asks.
func (d *delivery) configure(api string) {
	d.t.Helper()
	file, err := writeDemoConfig(d.dir, nil, api)
	if err != nil {
		d.t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		d.t.Fatal(err)
	}
	text = append(text, "\n[[source]]\nname = \"Nobody\"\nhome = \"https://nobody.example\"\nfeeds = [\"https://nobody.example/feed\"]\n"...)
	text = bytes.Replace(text, []byte("[slack]\n"), []byte("[slack]\ntimeout = \"0.3s\"\n"), 1)
	if err := os.WriteFile(filepath.Join(d.dir, "practice.toml"), text, 0o600); err != nil {
		d.t.Fatal(err)
	}
}

// fill queues digests of two messages and notices, and returns their keys.
func (d *delivery) fill(messages int) (keys []string) {
	d.t.Helper()
	cfg := d.config()
	if err := os.MkdirAll(cfg.DataDir, 0o700); err != nil {
		d.t.Fatal(err)
	}
	db, err := store.Open(d.t.Context(), d.database(), store.Options{Now: d.clock})
	if err != nil {
		d.t.Fatal(err)
	}
	defer db.Close()
	topic := cfg.Topics[0].Key()
	for n := 0; len(keys) < messages; n++ {
		if n%3 == 2 {
			key := fmt.Sprint("note/", n)
			note := news.Notice{Key: key, Channel: demoAdminChannel, Title: key, At: d.clock()}
			_, err = db.SaveNotice(d.t.Context(), note, news.Delivery{Key: key, Channel: note.Channel})
			keys = append(keys, key)
		} else {
			g := news.Digest{Key: fmt.Sprintf("%s/manual/%d", topic, n), Topic: cfg.Topics[0].Name, Channel: demoChannel, Slot: d.clock(), Language: "en",
				Rest: []news.Item{{Title: "A piece", Outlet: "Nobody", URL: fmt.Sprint("https://nobody.example/", n), Kind: news.ItemNew}}}
			parts := []news.Delivery{}
			for p := 1; p <= min(2, messages-len(keys)); p++ {
				parts = append(parts, news.Delivery{Key: fmt.Sprintf("%s/%s/%d", g.Key, g.Channel, p), Channel: g.Channel, Part: p, Parts: min(2, messages-len(keys))})
			}
			_, err = db.SaveDigest(d.t.Context(), topic, true, g, parts)
			for _, p := range parts {
				keys = append(keys, p.Key)
			}
		}
		if err != nil {
			d.t.Fatal(err)
		}
	}
	return keys
}

// kill lets the program deliver and ends it somewhere.
func (d *delivery) kill() {
	d.t.Helper()
	where, at := "random", ""
	d.mu.Lock()
	d.dies = 0
	switch n := d.dice.IntN(8); {
	case n < 4:
		where = []string{"before claim", "after claim", "before delivery", "after delivery"}[n]
		at = fmt.Sprintf("%s#%d", where, 1+d.dice.IntN(4))
	case n < 6:
		d.heard, d.dies = n == 4, 1+d.dice.IntN(3)
		where = map[bool]string{true: "heard", false: "unheard"}[d.heard]
	}
	d.mu.Unlock()
	p := d.start(at, "digest", "--wait", "1s")
	d.mu.Lock()
	d.who = p
	d.mu.Unlock()
	patience := time.Duration(d.dice.IntN(300)) * time.Millisecond
	if where != "random" {
		patience = 2 * time.Second
	}
	select {
	case <-p.ended:
	case <-time.After(patience):
		where = "random"
	}
	p.kill()
	if p.killed() {
		d.ends[where]++
		return
	}
	if c := code(p.err); c != exitDone && c != exitPartial {
		d.t.Errorf("exit code %d; log:\n%s", c, p.log)
	}
}

// fate is what the door before the practice Slack does with a post.
func (d *delivery) fate(int) fate {
	switch d.fatal() {
	case false:
		return lives
	default:
		return map[bool]fate{true: diesHeard, false: diesUnheard}[d.heard]
	}
}

// fatal counts a post and reports whether it is the one that ends the process.
func (d *delivery) fatal() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.dies--
	return d.dies == 0
}

// watch ends the process when the second Slack is asked, or has stored, its last post.
func (d *delivery) watch(method string, done bool) {
	if strings.HasSuffix(method, "postMessage") && done == d.heard && d.fatal() {
		d.mu.Lock()
		who := d.who
		d.mu.Unlock()
		if who != nil {
			who.kill()
		}
	}
}

// sweep lets the program look for doubles until it has none left to look for.
func (d *delivery) sweep() {
	d.t.Helper()
	for range 20 {
		d.later(time.Hour)
		d.try(step{name: "sweep", args: []string{"digest", "--wait", "5s"}, lenient: true}, "")
		left := 0
		err := d.read(func(db *store.DB) error {
			list, err := db.Unswept(d.t.Context())
			left = len(list)
			return err
		})
		if err == nil && left == 0 {
			return
		}
	}
	d.t.Error("the sweep never ends")
}
