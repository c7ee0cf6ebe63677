package slack

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"newsvigil/internal/practice/slack"
	"newsvigil/news"
	"newsvigil/notify"
	"newsvigil/store"
)

// TestExactlyOnceOverTheStore is TestExactlyOnce, smaller, with the real database: every life opens
// it anew.
func TestExactlyOnceOverTheStore(t *testing.T) {
	t.Parallel()
	c := &clock{now: time.Date(2126, 11, 21, 8, 0, 0, 0, time.UTC)}
	s := practice(t, slack.Options{Now: c.Now})
	s.Chaos("chat.postMessage", 0.35, 5, slack.AllFaults()...)
	s.Chaos("conversations.history", 0.15, 6, slack.AllFaults()...)
	file := filepath.Join(t.TempDir(), "newsvigil.db")
	fill(t, file)

	dice := rand.New(rand.NewPCG(3, 3))
	dead := 0
	for alive := false; !alive; {
		db := open(t, file)
		box := &mortal{Outbox: db, rand: dice, rate: 0.05}
		sender := client(t, Options{APIURL: s.URL(), Timeout: 250 * time.Millisecond, Channels: db})
		alive = life(t, &notify.Worker{Outbox: box, Sender: sender, Now: c.Now, After: c.After, Pace: 1100 * time.Millisecond})
		dead += box.dead
		db.Close()
	}
	db := open(t, file)
	defer db.Close()
	sweeper := &notify.Worker{Outbox: db, Sender: client(t, Options{APIURL: s.URL(), Timeout: 250 * time.Millisecond, Channels: db}), Now: c.Now, After: c.After}
	for left := 1; left > 0; {
		c.After(time.Hour)
		sweeper.Sweep(t.Context())
		list, err := db.Unswept(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		left = len(list)
	}
	stands := standing(s)
	if len(stands) != 20 || dead == 0 {
		t.Errorf("%d of 20 messages stand after %d kills", len(stands), dead)
	}
	for key, m := range stands {
		if len(m) != 1 {
			t.Errorf("%s stands %d times", key, len(m))
		}
	}
}

func open(t *testing.T, file string) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), file, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// fill queues five digests of two messages and ten notices.
func fill(t *testing.T, file string) {
	t.Helper()
	db := open(t, file)
	defer db.Close()
	for i := range 5 {
		d := empty()
		d.Key = fmt.Sprint("digest ", i)
		d.Rest = []news.Item{item(1, "In the thread")}
		var parts []news.Delivery
		for p := 1; p <= Parts(d); p++ {
			parts = append(parts, news.Delivery{Key: fmt.Sprint(d.Key, "/", p), Channel: d.Channel, Part: p, Parts: Parts(d)})
		}
		d.Rest[0].Article, d.Rest[0].Articles = 0, nil
		if _, err := db.SaveDigest(t.Context(), "freedonia", true, d, parts); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 10 {
		n := notice()
		n.Key = fmt.Sprint("notice ", i)
		if _, err := db.SaveNotice(t.Context(), n, news.Delivery{Key: n.Key, Channel: n.Channel}); err != nil {
			t.Fatal(err)
		}
	}
}
