package store

import (
	"testing"
	"time"

	"newsvigil/news"
)

// alerted saves an alert of the topic north about articles at a minute.
func alerted(t *testing.T, db *DB, minute int, articles ...int64) {
	t.Helper()
	d := news.Digest{Key: "north/alert/" + at(minute).Format("150405"), Slot: at(minute), Lead: []news.Item{item(news.ItemAlerted, articles...)}}
	if !must(db.SaveAlert(t.Context(), "north", at(minute), d, []news.Delivery{delivery(d.Key+"/1", 1, 1)}))(t) {
		t.Fatalf("alert %s was there", d.Key)
	}
}

// TestAlert holds that an alert is none of the digests that the next one counts from, and that its story
// comes again until a digest has told of it.
func TestAlert(t *testing.T) {
	t.Parallel()
	db := open(t)
	a, story := save(t, db, placed(1, relevant("north", 0.8)))
	told(t, db, 10, news.Digest{})
	alerted(t, db, 30, a)
	for name, last := range map[string]func() (time.Time, bool, error){
		"digest": func() (time.Time, bool, error) { return db.LastDigest(t.Context(), "north") },
		"slot":   func() (time.Time, bool, error) { return db.LastSlot(t.Context(), "north") },
	} {
		if got, _, err := last(); err != nil || !got.Equal(at(10)) {
			t.Errorf("the last %s is of %v, %v", name, got, err)
		}
	}
	if got, found, err := db.Considered(t.Context(), "north"); err != nil || !found || !got.Equal(at(30)) {
		t.Errorf("considered up to %v, %v, %v", got, found, err)
	}
	owed := func() []news.Story { t.Helper(); return must(db.Stories(t.Context(), "north", at(0)))(t) }
	if got := owed(); len(got) != 1 || got[0].ID != story || !got[0].AlertOnly || got[0].AnnouncedKind != news.ItemAlerted || !got[0].Members[0].Announced {
		t.Fatalf("after the alert: %+v", got)
	}
	if got := must(db.Stories(t.Context(), "north", at(31)))(t); len(got) != 0 {
		t.Errorf("an alert before the time asked for: %+v", got)
	}
	if got := must(db.Stories(t.Context(), "south", at(0)))(t); len(got) != 0 {
		t.Errorf("another topic's alert: %+v", got)
	}
	told(t, db, 60, news.Digest{Lines: []news.Item{item(news.ItemAlerted, a)}})
	if got := owed(); len(got) != 1 || got[0].AlertOnly {
		t.Errorf("after the digest: %+v", got)
	}
	b, _ := save(t, db, joining(40, news.RelationUpdate, story, a, relevant("north", 0.8)))
	if got := owed(); len(got) != 1 || got[0].AlertOnly {
		t.Errorf("with an update %d: %+v", b, got)
	}
	sound(t, db)
}

// TestAlertFolded holds that an alert which was not posted can be taken back like a digest, and then tells
// nothing.
func TestAlertFolded(t *testing.T) {
	t.Parallel()
	db := open(t)
	a, _ := save(t, db, placed(1, relevant("north", 0.8)))
	alerted(t, db, 30, a)
	queued := must(db.Unposted(t.Context(), "north"))(t)
	if len(queued) != 1 {
		t.Fatalf("queued: %v", queued)
	}
	without := db.Without(queued)
	if got := must(without.Stories(t.Context(), "north", at(0)))(t); len(got) != 1 || got[0].AlertOnly || got[0].Members[0].Announced {
		t.Errorf("without the alert: %+v", got)
	}
	d := news.Digest{Key: "north/1", Slot: at(60), Lead: []news.Item{item(news.ItemNew, a)}}
	must(without.SaveDigest(t.Context(), "north", false, d, nil))(t)
	if n := must(db.Alerted(t.Context(), "north", at(0)))(t); n != 0 {
		t.Errorf("%d stories were alerts", n)
	}
	sound(t, db)
}

// TestAlertedToday counts the stories that alerts told, not the messages and not the pieces.
func TestAlertedToday(t *testing.T) {
	t.Parallel()
	db := open(t)
	a, story := save(t, db, placed(1, relevant("north", 0.8)))
	copied, _ := save(t, db, joining(2, news.RelationCopy, story, a))
	b, _ := save(t, db, placed(3, relevant("north", 0.8)))
	alerted(t, db, 30, a, copied)
	alerted(t, db, 40, b)
	told(t, db, 50, news.Digest{Lines: []news.Item{item(news.ItemAlerted, a)}})
	for minute, want := range map[int]int{0: 2, 30: 2, 31: 1, 41: 0} {
		if got := must(db.Alerted(t.Context(), "north", at(minute)))(t); got != want {
			t.Errorf("since minute %d: %d, want %d", minute, got, want)
		}
	}
}

// TestAlertOfNothing notes the time and stores no digest; a key that stands already stays as it is.
func TestAlertOfNothing(t *testing.T) {
	t.Parallel()
	db := open(t)
	a, _ := save(t, db, placed(1, relevant("north", 0.8)))
	if must(db.SaveAlert(t.Context(), "north", at(20), news.Digest{Key: "north/alert/none"}, []news.Delivery{delivery("none", 1, 1)}))(t) {
		t.Error("an alert of nothing was made")
	}
	if n := must(db.Queued(t.Context()))(t); n != 0 {
		t.Errorf("%d messages", n)
	}
	alerted(t, db, 30, a)
	again := news.Digest{Key: "north/alert/" + at(30).Format("150405"), Slot: at(30), Lead: []news.Item{item(news.ItemAlerted, a)}}
	if must(db.SaveAlert(t.Context(), "north", at(30), again, []news.Delivery{delivery("twice", 1, 1)}))(t) {
		t.Error("an alert was made twice")
	}
	if got, _, err := db.Considered(t.Context(), "north"); err != nil || !got.Equal(at(30)) {
		t.Errorf("considered up to %v, %v", got, err)
	}
	bad := news.Digest{Key: "north/alert/bad", Slot: at(40), Lead: []news.Item{item(news.ItemAlerted, 99)}}
	if _, err := db.SaveAlert(t.Context(), "north", at(40), bad, nil); err == nil {
		t.Error("an article that is not there was alerted")
	}
	if got, _, err := db.Considered(t.Context(), "north"); err != nil || !got.Equal(at(30)) {
		t.Errorf("half an alert was kept: considered up to %v, %v", got, err)
	}
	sound(t, db)
}

// TestAlertRecalled holds that an alert which stands in a channel counts as one after the database was lost.
func TestAlertRecalled(t *testing.T) {
	t.Parallel()
	db := open(t)
	p := placed(1, relevant("north", 0.8))
	r := Recalled{Digest: news.Digest{Key: "north/alert/1", Slot: at(30)}, Manual: true, Alert: true, Posted: at(30), Keys: p.Article.Keys}
	ok(t, db.SaveRecall(t.Context(), "north", []Recalled{r}, nil))
	save(t, db, p)
	if _, found, err := db.LastDigest(t.Context(), "north"); found || err != nil {
		t.Errorf("the alert counts as a digest: %v", err)
	}
	if got := must(db.Stories(t.Context(), "north", at(0)))(t); len(got) != 1 || !got[0].AlertOnly {
		t.Errorf("stories %+v", got)
	}
}
