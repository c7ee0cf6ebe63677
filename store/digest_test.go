package store

import (
	"testing"
	"time"

	"newsvigil/news"
)

// fullDigest has something in every field.
func fullDigest(key string, articles ...int64) news.Digest {
	it := item(news.ItemAlerted, articles...)
	it.Story, it.URL, it.Outlet, it.Label = 1, "https://post.example/?a=<b>&c", "Border Post", "opinion"
	it.Published = news.Instant{Time: at(1).In(time.FixedZone("KST", 9*3600)), DateOnly: true, Zone: news.ZoneStated, Confidence: news.ConfidenceLow}
	it.Fetched, it.Language, it.ArticleKind, it.Authors = at(2), "ko", news.KindTeaser, []string{"Kim"}
	it.Grade, it.Reasons = news.GradeStrong, relevant("north", 1).Reasons
	it.Also = []news.Also{{Outlet: "Other", URL: "https://other.example", Title: "T", Language: "en", Relation: news.RelationCopy}}
	return news.Digest{
		Key: key, Topic: "North", Channel: "#north", Language: "ko", Slot: at(60), Since: at(0),
		Totals: news.Totals{Read: 9, Outlets: 2, OnTopic: 3, Stories: 1, Trouble: 1},
		Lead:   []news.Item{it}, Lines: []news.Item{}, Beyond: 2, Near: nil,
		Troubles: []news.SourceTrouble{{Source: "S", Trouble: news.TroubleBlocked, Detail: "403", Since: at(-9)}},
	}
}

func delivery(key string, part, parts int) news.Delivery {
	return news.Delivery{Key: key, Channel: "#north", Part: part, Parts: parts}
}

func TestDigestRoundTrip(t *testing.T) {
	t.Parallel()
	db := open(t)
	a, _ := save(t, db, placed(1, relevant("north", 0.8)))
	want := fullDigest("north/1", a)
	must(db.SaveDigest(t.Context(), "north", false, want, nil))(t)
	want.Lines = nil // an empty list comes back as none
	same(t, "digest", must(db.Digest(t.Context(), want.Key))(t), want)
	if _, err := db.Digest(t.Context(), "north/2"); err == nil {
		t.Error("a digest that is not there was read")
	}
}

func TestSaveDigestOnce(t *testing.T) {
	t.Parallel()
	db := open(t)
	a, _ := save(t, db, placed(1, relevant("north", 0.8)))
	b, _ := save(t, db, placed(2, relevant("north", 0.8)))
	first := fullDigest("north/1", a)
	ds := []news.Delivery{delivery("north/1/1", 1, 2), delivery("north/1/2", 2, 2)}
	if !must(db.SaveDigest(t.Context(), "north", false, first, ds))(t) {
		t.Fatal("not created")
	}
	second := fullDigest("north/1", b)
	second.Beyond = 99
	if must(db.SaveDigest(t.Context(), "north", false, second, []news.Delivery{delivery("other", 1, 1)}))(t) {
		t.Fatal("created twice")
	}
	if got := must(db.Digest(t.Context(), "north/1"))(t); got.Beyond != first.Beyond {
		t.Error("the digest was replaced")
	}
	if n := must(db.Queued(t.Context()))(t); n != 2 {
		t.Errorf("%d deliveries", n)
	}
	if got := must(db.Stories(t.Context(), "north", at(0)))(t); len(got) != 1 || members(got[0])[0] != b {
		t.Errorf("what waits is %+v", got)
	}
	sound(t, db)
}

func TestSaveDigestIsOneTransaction(t *testing.T) {
	t.Parallel()
	db := open(t)
	a, _ := save(t, db, placed(1, relevant("north", 0.8)))
	twice := []news.Delivery{delivery("k", 1, 1), delivery("k", 1, 1)}
	if created, err := db.SaveDigest(t.Context(), "north", false, fullDigest("north/1", a), twice); err == nil || created {
		t.Errorf("two deliveries of one key: created %v, error %v", created, err)
	}
	if created, err := db.SaveDigest(t.Context(), "north", false, fullDigest("north/1", a, 99), nil); err == nil || created {
		t.Errorf("an article that is not there: created %v, error %v", created, err)
	}
	if _, found, err := db.LastDigest(t.Context(), "north"); found || err != nil {
		t.Errorf("half a digest was kept: %v", err)
	}
	if got := must(db.Stories(t.Context(), "north", at(0)))(t); len(got) != 1 {
		t.Error("the story does not wait any more")
	}
	sound(t, db)
}

func TestSlots(t *testing.T) {
	t.Parallel()
	db := open(t)
	for i, in := range []struct {
		topic  string
		minute int
		manual bool
	}{{"north", 60, false}, {"north", 120, false}, {"north", 150, true}, {"south", 300, true}} {
		d := news.Digest{Key: string(rune('a' + i)), Slot: at(in.minute)}
		must(db.SaveDigest(t.Context(), in.topic, in.manual, d, nil))(t)
	}
	check := func(what string, want time.Time, last func() (time.Time, bool, error)) {
		t.Helper()
		got, found, err := last()
		ok(t, err)
		if !got.Equal(want) || found == want.IsZero() {
			t.Errorf("%s: %v, %v; want %v", what, got, found, want)
		}
	}
	check("digest of north", at(150), func() (time.Time, bool, error) { return db.LastDigest(t.Context(), "north") })
	check("slot of north", at(120), func() (time.Time, bool, error) { return db.LastSlot(t.Context(), "north") })
	check("digest of south", at(300), func() (time.Time, bool, error) { return db.LastDigest(t.Context(), "south") })
	check("slot of south", time.Time{}, func() (time.Time, bool, error) { return db.LastSlot(t.Context(), "south") })
	check("digest of east", time.Time{}, func() (time.Time, bool, error) { return db.LastDigest(t.Context(), "east") })
}

// TestLastComposed holds that what is read counts from the moment of composing, but from the slot where that
// moment is not known.
func TestLastComposed(t *testing.T) {
	t.Parallel()
	now := clock
	db := ticking(t, &now)
	counts := func(what string, db *DB, want time.Time) {
		t.Helper()
		same(t, what, must(db.LastComposed(t.Context(), "north"))(t), want)
	}
	made := func(key string, minute int, d news.Digest, ds ...news.Delivery) {
		t.Helper()
		now, d.Key = at(minute), key
		must(db.SaveDigest(t.Context(), "north", false, d, ds))(t)
	}
	counts("before the first", db, time.Time{})
	made("north/1", 12, news.Digest{Slot: at(10)})
	counts("after the crawl of its slot", db, at(12))
	must(db.SaveDigest(t.Context(), "south", false, news.Digest{Key: "south/1", Slot: at(12)}, nil))(t)
	made("north/3", 40, news.Digest{Slot: at(40)})
	made("north/2", 42, news.Digest{Slot: at(20)})
	counts("late, for a slot before the last digest's", db, at(42))
	made("north/4", 63, news.Digest{Slot: at(60)}, delivery("north/4/1", 1, 1))
	counts("queued", db, at(63))
	counts("folded", db.Without(must(db.Unposted(t.Context(), "north"))(t)), at(42))
	made("north/5", 300, news.Digest{Slot: at(70)})
	now = at(100)
	counts("made while the clock was wrong", db, at(70))
	back := recalledDigest(80, "url:unknown.example/x")
	back.Posted = at(95)
	mustRecall(t, db, []Recalled{back})
	counts("posted hours late, and recalled", db, at(80))
	made("north/6", 100, news.Digest{Slot: at(9000)})
	counts("of a day to come", db, at(80))
}

func TestTotals(t *testing.T) {
	t.Parallel()
	db := open(t)
	save(t, db, placed(1, relevant("north", 0.8)))
	save(t, db, placed(20, relevant("north", 0.8)))
	save(t, db, placed(21, graded("north", 0.8, news.GradeStrong)))
	save(t, db, placed(22, graded("north", 0.3, news.GradeWeak), relevant("south", 0.8)))
	ok(t, db.SaveHealth(t.Context(), news.Health{Source: "A", Good: at(30)}))
	ok(t, db.SaveHealth(t.Context(), news.Health{Source: "B", Good: at(9)}))
	ok(t, db.SaveHealth(t.Context(), news.Health{Source: "C", Polled: at(30)}))
	same(t, "since minute 10", must(db.Totals(t.Context(), "north", at(10)))(t), news.Totals{Read: 3, OnTopic: 2, Outlets: 1})
	same(t, "ever", must(db.Totals(t.Context(), "north", time.Time{}))(t), news.Totals{Read: 4, OnTopic: 3, Outlets: 2})
}
