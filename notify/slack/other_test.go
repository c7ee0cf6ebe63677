package slack

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"newsvigil/internal/practice/otherslack"
	"newsvigil/news"
	"newsvigil/notify"
	"newsvigil/store"
)

// seedsVariable lets TestOnceElsewhere run its whole size, from that many seeds, beside the two ways of
// posting that everybody thinks of first.
const seedsVariable = "NEWSVIGIL_ONCE_SEEDS"

// elsewhere is one trial against the other practice Slack.
type elsewhere struct {
	*otherslack.Server
	clock *clock
	file  string
	// queued are the deliveries as they were put in.
	queued []news.Delivery
	dice   *rand.Rand
}

func newElsewhere(t *testing.T, seed uint64, messages int) *elsewhere {
	t.Helper()
	c := &clock{now: time.Date(2126, 11, 21, 8, 0, 0, 0, time.UTC)}
	ahead := []time.Duration{0, 40 * time.Minute, -40 * time.Minute}[seed%3]
	s, err := otherslack.New(otherslack.Options{
		Channels: []string{"freedonia", "sylvania", "ops"}, Faulty: 0.35, FaultyReads: 0.15, Seed: seed, Now: c.Now, Ahead: ahead, Every: time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	e := &elsewhere{Server: s, clock: c, file: filepath.Join(t.TempDir(), "newsvigil.db"), dice: rand.New(rand.NewPCG(seed, 1))}
	e.fill(t, messages)
	return e
}

// fill queues digests of one to three messages for two topics and three channels, and notices.
func (e *elsewhere) fill(t *testing.T, messages int) {
	t.Helper()
	db := open(t, e.file)
	defer db.Close()
	for i := 0; len(e.queued) < messages; i++ {
		if i%4 == 3 {
			n := notice()
			n.Key, n.Channel = fmt.Sprint("notice ", i), "#ops"
			d := news.Delivery{Key: n.Key, Kind: news.DeliverNotice, Channel: n.Channel, Part: 1, Parts: 1}
			if _, err := db.SaveNotice(t.Context(), n, d); err != nil {
				t.Fatal(err)
			}
			e.queued = append(e.queued, d)
			continue
		}
		d := empty()
		d.Key, d.Channel = fmt.Sprint("digest ", i), []string{"#freedonia", "#sylvania"}[i%2]
		n := min(1+i%3, messages-len(e.queued))
		var parts []news.Delivery
		for p := 1; p <= n; p++ {
			parts = append(parts, news.Delivery{Key: fmt.Sprint(d.Key, "/", p), Kind: news.DeliverDigest, Channel: d.Channel, Part: p, Parts: n})
		}
		for len(d.Rest) < 3 {
			it := item(len(d.Rest), fmt.Sprintf("In the thread %d", len(d.Rest)))
			it.Article, it.Articles = 0, nil
			d.Rest = append(d.Rest, it)
		}
		if _, err := db.SaveDigest(t.Context(), []string{"north", "south"}[i/2%2], true, d, parts); err != nil {
			t.Fatal(err)
		}
		e.queued = append(e.queued, parts...)
	}
}

func (e *elsewhere) client(t *testing.T, db *store.DB) *Client {
	t.Helper()
	return client(t, Options{APIURL: e.URL(), Token: news.NewSecret(otherslack.Token), Timeout: 250 * time.Millisecond, Channels: db})
}

// deliver leads lives that are killed around their commits until all is delivered, and sweeps. It returns
// how many lives it took, how many messages stood twice before the sweep, and what an admin was told of.
func (e *elsewhere) deliver(t *testing.T) (lives, before int, told map[string]bool) {
	t.Helper()
	told = map[string]bool{}
	for alive := false; !alive; lives++ {
		if lives > 1000 {
			t.Fatal("it never ends")
		}
		db := open(t, e.file)
		w := &notify.Worker{
			Outbox: &mortal{Outbox: db, rand: e.dice, rate: 0.03}, Sender: e.client(t, db), Now: e.clock.Now, After: e.clock.After, Pace: 1100 * time.Millisecond,
			OnTrouble: func(d news.Delivery, _ notify.Class) { told[d.Key] = true },
		}
		alive = life(t, w)
		db.Close()
		e.clock.After(time.Minute) // until somebody starts it again
	}
	_, before = e.count()
	db := open(t, e.file)
	defer db.Close()
	w := &notify.Worker{Outbox: db, Sender: e.client(t, db), Now: e.clock.Now, After: e.clock.After}
	for left := 1; left > 0; {
		e.clock.After(time.Hour)
		_, _ = w.Sweep(t.Context()) // what fails is swept the next time
		list, err := db.Unswept(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		left = len(list)
	}
	return lives, before, told
}

// count says of how many deliveries no message stands, and how many messages stand beside the first.
func (e *elsewhere) count() (lost, doubled int) {
	stands := e.Standing()
	for _, d := range e.queued {
		switch n := len(stands[d.Key]); n {
		case 0:
			lost++
		default:
			doubled += n - 1
		}
	}
	return lost, doubled
}

// TestOnceElsewhere is TestExactlyOnce against a server that was written by itself: its clock is off by
// forty minutes, its pages are short, what stands is seen only seconds later, strangers copy our keys, and
// requests fail in thirty ways.
func TestOnceElsewhere(t *testing.T) {
	t.Parallel()
	seeds, messages := 1, 24
	whole := os.Getenv(seedsVariable)
	if whole != "" {
		n, err := strconv.Atoi(whole)
		if err != nil {
			t.Fatal(err)
		}
		seeds, messages = n, 100
	}
	for seed := range uint64(seeds) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			e := newElsewhere(t, seed, messages)
			lives, before, told := e.deliver(t)
			lost, doubled := e.count()
			s := e.Stats()
			t.Logf("%d messages, %d requests, %d of %d reads and %d of the others faulty in %d ways, %d posts, %d lives: %d stood twice before the sweep; %d lost, %d doubled",
				len(e.queued), s.Requests, s.FaultyReads, s.Reads, s.Faulty, len(s.Kinds), s.Posts, lives, before, lost, doubled)
			if lost+doubled > 0 || lives < 2 {
				t.Errorf("%d lost, %d doubled after the sweep, %d lives", lost, doubled, lives)
			}
			e.inOrder(t, told)
			if whole != "" {
				lost, doubled = e.compared(t, seed, messages, retrying)
				markedLost, marked := e.compared(t, seed, messages, markingFirst)
				t.Logf("beside it: retrying on errors %d lost, %d doubled; marking first %d lost, %d doubled", lost, doubled, markedLost, marked)
			}
		})
	}
}

// inOrder holds that what heads a thread or stands alone is in the order of its making, channel by channel,
// and every other part within its thread. What an admin had to be told of was overtaken on purpose.
func (e *elsewhere) inOrder(t *testing.T, told map[string]bool) {
	t.Helper()
	stands, last, head := e.Standing(), map[string]string{}, ""
	for _, d := range e.queued {
		if len(stands[d.Key]) == 0 {
			continue
		}
		m := stands[d.Key][0]
		if d.Part > 1 {
			if m.Thread != head {
				t.Errorf("%s stands in the thread %q, its head is %q", d.Key, m.Thread, head)
			}
			continue
		}
		head = m.TS
		if told[d.Key] {
			continue
		}
		if was := last[m.Channel]; compareTS(m.TS, was) <= 0 && was != "" {
			t.Errorf("%s stands before what was made before it", d.Key)
		}
		last[m.Channel] = m.TS
	}
}

// retrying posts again after every error, a few times; a kill repeats what was not written down.
func retrying(ctx context.Context, c *Client, m notify.Message, killed func() bool) {
	for range 5 {
		_, err := c.Send(ctx, m)
		if err == nil && !killed() {
			return
		}
	}
}

// markingFirst writes down that a message is posted before it posts it, and posts again what was refused
// for the pace.
func markingFirst(ctx context.Context, c *Client, m notify.Message, killed func() bool) {
	for range 5 {
		if killed() {
			return
		}
		if _, err := c.Send(ctx, m); notify.ClassOf(err) != notify.ClassWait {
			return
		}
	}
}

// compared posts as many messages in a way without a look, to a server of the same kind.
func (e *elsewhere) compared(t *testing.T, seed uint64, messages int, way func(context.Context, *Client, notify.Message, func() bool)) (lost, doubled int) {
	t.Helper()
	o := newElsewhere(t, seed, messages)
	db := open(t, o.file)
	defer db.Close()
	c := o.client(t, db)
	threads := map[string]string{}
	for _, d := range slices.Clone(o.queued) {
		d.Claimed, d.Thread = o.clock.Now(), threads[d.Of]
		way(t.Context(), c, notify.Message{Delivery: d, Digest: empty(), Notice: notice()}, func() bool {
			o.clock.After(2 * time.Second)
			return o.dice.Float64() < 0.03
		})
		o.clock.After(2 * time.Second)
	}
	o.clock.After(time.Hour)
	return o.count()
}
