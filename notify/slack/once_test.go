package slack

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"newsvigil/internal/practice/slack"
	"newsvigil/news"
	"newsvigil/notify"
)

// clock is shared by the worker and the practice Slack. Whoever waits on it moves it.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) After(d time.Duration) <-chan time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	ch := make(chan time.Time, 1)
	ch <- c.now
	return ch
}

// errKilled is what the program dies of in these tests.
var errKilled = errors.New("killed")

// mortal is an outbox whose program is killed now and then around its commits: after a claim is
// durable and before the post, and after the post and before what came of it is durable.
type mortal struct {
	notify.Outbox
	rand *rand.Rand
	rate float64
	dead int
}

func (m *mortal) die() {
	if m.rand.Float64() < m.rate {
		m.dead++
		panic(errKilled)
	}
}

func (m *mortal) Claim(ctx context.Context, id int64, now time.Time) (news.Delivery, bool, error) {
	d, ok, err := m.Outbox.Claim(ctx, id, now)
	m.die()
	return d, ok, err
}

func (m *mortal) Save(ctx context.Context, d news.Delivery) error {
	m.die()
	err := m.Outbox.Save(ctx, d)
	m.die()
	return err
}

// life runs one worker until nothing is queued or it is killed.
func life(t *testing.T, w *notify.Worker) (alive bool) {
	t.Helper()
	defer func() {
		if r := recover(); r != nil && r != any(errKilled) {
			panic(r)
		}
	}()
	_, queued, err := w.Flush(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return queued == 0
}

// TestExactlyOnce is the promise of the whole room: a hundred messages, a third of all requests
// failing in every known way, looks failing too, the program killed around its commits; in the end
// every message stands once.
func TestExactlyOnce(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			exactlyOnce(t, seed)
		})
	}
}

func exactlyOnce(t *testing.T, seed uint64) {
	c := &clock{now: time.Date(2126, 11, 21, 8, 0, 0, 0, time.UTC)}
	s := practice(t, slack.Options{Now: c.Now})
	s.Chaos("chat.postMessage", 0.35, seed, slack.AllFaults()...)
	s.Chaos("conversations.history", 0.15, seed+10, slack.AllFaults()...)
	s.Chaos("conversations.replies", 0.15, seed+20, slack.AllFaults()...)
	s.Chaos("conversations.list", 0.15, seed+30, slack.Drop, slack.Empty, slack.Unavailable)
	s.Chaos("chat.delete", 0.15, seed+40, slack.DropStored, slack.Drop, slack.EmptyStored)

	box := notify.NewMemory()
	for i := range 40 {
		d := normal("en")
		d.Key = fmt.Sprint("digest ", i)
		box.AddDigest(d, Parts(d))
	}
	for i := range 20 {
		n := notice()
		n.Key = fmt.Sprint("notice ", i)
		box.AddNotice(n)
	}
	deadly := &mortal{Outbox: box, rand: rand.New(rand.NewPCG(seed, 1)), rate: 0.03}
	lives := 0
	for alive := false; !alive; lives++ {
		if lives > 1000 {
			t.Fatal("it never ends")
		}
		sender := client(t, Options{APIURL: s.URL(), Timeout: 250 * time.Millisecond})
		alive = life(t, &notify.Worker{Outbox: deadly, Sender: sender, Now: c.Now, After: c.After, Pace: 1100 * time.Millisecond})
	}
	if deadly.dead == 0 {
		t.Error("the program was never killed; the test shows nothing")
	}
	sweeper := &notify.Worker{Outbox: box, Sender: client(t, Options{APIURL: s.URL(), Timeout: 250 * time.Millisecond}), Now: c.Now, After: c.After}
	for left := 1; left > 0; {
		c.After(time.Hour)
		sweeper.Sweep(t.Context())
		list, err := box.Unswept(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		left = len(list)
	}
	stands := standing(s)
	lost, doubled := 0, 0
	for _, d := range box.Deliveries() {
		switch n := len(stands[d.Key]); {
		case n == 0:
			lost++
		case n > 1:
			doubled++
		case stands[d.Key][0].TS != d.TS:
			t.Errorf("%s stands as %s, the outbox says %s", d.Key, stands[d.Key][0].TS, d.TS)
		case d.Part > 1 && stands[d.Key][0].Thread == "":
			t.Errorf("%s stands outside its thread", d.Key)
		}
	}
	t.Logf("seed %d: %d deliveries, %d posts, %d lives, %d lost, %d doubled", seed, len(box.Deliveries()), s.Calls("chat.postMessage"), lives, lost, doubled)
	if lost > 0 || doubled > 0 {
		t.Errorf("%d lost, %d doubled", lost, doubled)
	}
}

// standing are the messages of all channels by key.
func standing(s *slack.Server) map[string][]slack.Message {
	out := map[string][]slack.Message{}
	for _, m := range slices.Concat(s.Messages("freedonia"), s.Messages("ops")) {
		out[m.Key()] = append(out[m.Key()], m)
	}
	return out
}

// TestCrashPoints kills the program at every commit of one post, one after the other, for every way
// in which the post can fail, and checks that the message stands once.
func TestCrashPoints(t *testing.T) {
	t.Parallel()
	for _, fault := range append(slack.AllFaults(), slack.None) {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			for point := range 8 {
				c := &clock{now: time.Date(2126, 11, 21, 8, 0, 0, 0, time.UTC)}
				s := practice(t, slack.Options{Now: c.Now})
				s.Script("chat.postMessage", fault)
				box := notify.NewMemory()
				box.AddNotice(notice())
				once := &atPoint{Outbox: box, left: point}
				for alive := false; !alive; {
					sender := client(t, Options{APIURL: s.URL(), Timeout: 250 * time.Millisecond})
					alive = life(t, &notify.Worker{Outbox: once, Sender: sender, Now: c.Now, After: c.After, Pace: 1100 * time.Millisecond})
				}
				c.After(time.Hour)
				w := &notify.Worker{Outbox: box, Sender: client(t, Options{APIURL: s.URL()}), Now: c.Now, After: c.After}
				if _, err := w.Sweep(t.Context()); err != nil {
					t.Fatal(err)
				}
				if n := len(s.Messages("ops")); n != 1 {
					t.Errorf("killed at point %d: %d messages stand", point, n)
				}
			}
		})
	}
}

// atPoint dies once, at one commit point.
type atPoint struct {
	notify.Outbox
	left int
}

func (a *atPoint) die() {
	a.left--
	if a.left == -1 {
		panic(errKilled)
	}
}

func (a *atPoint) Claim(ctx context.Context, id int64, now time.Time) (news.Delivery, bool, error) {
	a.die()
	d, ok, err := a.Outbox.Claim(ctx, id, now)
	a.die()
	return d, ok, err
}

func (a *atPoint) Save(ctx context.Context, d news.Delivery) error {
	a.die()
	err := a.Outbox.Save(ctx, d)
	a.die()
	return err
}
