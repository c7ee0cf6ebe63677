package store

import (
	"testing"
	"time"

	"newsvigil/news"
)

// A clock that ran years ahead and was set back leaves tries that are due in years. They are due now,
// and the waits that somebody asked for are kept.
func TestClockSetBack(t *testing.T) {
	t.Parallel()
	now := clock.Add(3 * 365 * 24 * time.Hour)
	db := ticking(t, &now)
	c := candidate(1)
	polled(t, db, c)
	ok(t, db.SavePage(t.Context(), news.Page{Candidate: c, Outcome: news.OutcomeRetry, Fetched: now, Retry: now.Add(time.Hour)}))
	n := news.Notice{Key: "n", Title: "t"}
	must(db.SaveNotice(t.Context(), n, news.Delivery{Key: "k", Kind: news.DeliverNotice, Of: "n", Channel: "#a", Next: now.Add(time.Hour)}))(t)
	ok(t, db.SaveRun(t.Context(), "crawl", now))
	id, _ := save(t, db, placed(7, relevant("north", 0.9)))
	told(t, db, 60, news.Digest{Lead: []news.Item{item(news.ItemNew, id)}})

	waiting := func() (pages, deliveries int) {
		t.Helper()
		return len(must(db.Pending(t.Context(), c.Source, now))(t)), len(must(db.Due(t.Context(), now))(t))
	}
	if pages, deliveries := waiting(); pages != 0 || deliveries != 0 {
		t.Errorf("before their time %d pages and %d deliveries are due", pages, deliveries)
	}
	now = clock
	if pages, deliveries := waiting(); pages != 1 || deliveries != 1 {
		t.Errorf("after the clock was set back %d pages and %d deliveries are due", pages, deliveries)
	}
	d := must(db.Due(t.Context(), now))(t)[0]
	if !d.Next.IsZero() {
		t.Errorf("its next step is due %v", d.Next)
	}
	d.Next = now.Add(24 * time.Hour) // the longest that Slack may ask for
	ok(t, db.Save(t.Context(), d))
	if pages, deliveries := waiting(); pages != 1 || deliveries != 0 {
		t.Errorf("%d pages and %d deliveries are due", pages, deliveries)
	}
	sound(t, db)
}
