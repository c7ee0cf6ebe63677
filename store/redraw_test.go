package store

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"newsvigil/news"
)

// posted stores a digest of a topic whose first message stands, with further parts in these states.
func posted(t *testing.T, db *DB, minute int, d news.Digest, states ...news.DeliveryState) {
	t.Helper()
	d.Slot = at(minute)
	ds := make([]news.Delivery, 1+len(states))
	for i := range ds {
		ds[i] = delivery(d.Key+"/"+string(rune('1'+i)), i+1, len(ds))
		ds[i].State, ds[i].ChannelID, ds[i].TS = news.DeliverySent, "C1", "1.00000"+string(rune('1'+i))
		if i > 0 && states[i-1] != news.DeliverySent {
			ds[i].State, ds[i].TS = states[i-1], ""
		}
	}
	must(db.SaveDigest(t.Context(), "north", false, d, ds))(t)
}

// TestDrawAnew: a message that another process asks for is drawn where its delivery stands, and one that is
// not posted yet once it is.
func TestDrawAnew(t *testing.T) {
	t.Parallel()
	db := open(t)
	ctx := t.Context()
	posted(t, db, 10, news.Digest{Key: "north/1"}, news.DeliverySending)
	ok(t, db.DrawAnew(ctx, "north/1", 1, 2))
	ok(t, db.DrawAnew(ctx, "nowhere", 1))
	first := Redraw{Digest: "north/1", Part: 1, ChannelID: "C1", TS: "1.000001", Revision: 1}
	same(t, "what is posted", must(db.Redraws(ctx))(t), []Redraw{first})
	ok(t, db.SaveRedrawn(ctx, first))
	if yes := must(db.Undrawn(ctx, "north/1"))(t); !yes {
		t.Error("nobody knows that the second message waits")
	}
	d, _, err := db.PartOf(ctx, "north/1", 2)
	ok(t, err)
	d.State, d.ChannelID, d.TS = news.DeliverySent, "C1", "1.000002"
	ok(t, db.Save(ctx, d))
	same(t, "what came late", must(db.Redraws(ctx))(t), []Redraw{{Digest: "north/1", Part: 2, ChannelID: "C1", TS: "1.000002", Revision: 1}})
}

// TestRedrawAfterSweep: of two messages a sweep may leave the one that was not changed.
func TestRedrawAfterSweep(t *testing.T) {
	t.Parallel()
	db := open(t)
	ctx := t.Context()
	posted(t, db, 10, news.Digest{Key: "north/1"})
	ok(t, db.DrawAnew(ctx, "north/1", 1))
	ok(t, db.SaveRedrawn(ctx, must(db.Redraws(ctx))(t)[0]))
	d, _, err := db.PartOf(ctx, "north/1", 1)
	ok(t, err)
	d.Swept = true
	ok(t, db.Save(ctx, d))
	same(t, "the same one stays", len(must(db.Redraws(ctx))(t)), 0)
	d.TS = "0.000009"
	ok(t, db.Save(ctx, d))
	same(t, "another one stays", must(db.Redraws(ctx))(t), []Redraw{{Digest: "north/1", Part: 1, ChannelID: "C1", TS: "0.000009", Revision: 2}})
}

// TestSweepUnderQuarantine: the message that a sweep leaves may lead to a quarantined outlet where the one that
// was known never did, also in a brief, which is a notice.
func TestSweepUnderQuarantine(t *testing.T) {
	t.Parallel()
	db := open(t)
	ctx := t.Context()
	must(db.SaveNotice(ctx, news.Notice{Key: "brief/north/1", Channel: "#c"}, news.Delivery{Key: "brief/north/1/1", Channel: "#c", Part: 1, Parts: 1}))(t)
	for i, want := range []int{0, 1} {
		d, _, err := db.NoticePart(ctx, "brief/north/1", 1)
		ok(t, err)
		d.State, d.ChannelID, d.TS = news.DeliverySent, "C1", fmt.Sprintf("0.00000%d", 8-2*i)
		ok(t, db.Save(ctx, d))
		d.TS = fmt.Sprintf("0.00000%d", 7-2*i)
		ok(t, db.Save(ctx, d))
		same(t, "messages to draw anew", len(must(db.Redraws(ctx))(t)), want)
		must(db.Quarantine(ctx, news.Quarantine{Source: "herald", Outlet: "Herald", Since: at(0), At: at(1)}))(t)
	}
}

// TestPostponeRedraw: a message that cannot be changed waits, also when more comes to its stories, and no
// longer when somebody presses it.
func TestPostponeRedraw(t *testing.T) {
	t.Parallel()
	db := open(t)
	ctx := t.Context()
	posted(t, db, 10, news.Digest{Key: "north/1"})
	ok(t, db.DrawAnew(ctx, "north/1", 1))
	ok(t, db.PostponeRedraw(ctx, must(db.Redraws(ctx))(t)[0], db.now().Add(time.Hour)))
	ok(t, db.DrawAnew(ctx, "north/1", 1))
	same(t, "while it waits", len(must(db.Redraws(ctx))(t)), 0)
	ok(t, db.SavePress(ctx, Press{Digest: "north/1", Part: 1, ChannelID: "C1", TS: "1.000001"}))
	want := Redraw{Digest: "north/1", Part: 1, ChannelID: "C1", TS: "1.000001", Revision: 3, Fails: 1}
	same(t, "pressed", must(db.Redraws(ctx))(t), []Redraw{want})
	ok(t, db.PostponeRedraw(ctx, want, db.now().AddDate(1, 0, 0))) // by a clock that was wrong
	want.Fails = 2
	same(t, "a wait that nothing explains", must(db.Redraws(ctx))(t), []Redraw{want})
	ok(t, db.SaveRedrawn(ctx, want))
	ok(t, db.DrawAnew(ctx, "north/1", 1))
	same(t, "once it was drawn", must(db.Redraws(ctx))(t)[0].Fails, 0)
}

// TestGrown holds which posted digests may have something to change.
func TestGrown(t *testing.T) {
	t.Parallel()
	db := open(t)
	ctx := t.Context()
	a, story := save(t, db, placed(1, relevant("north", 0.8)))
	b, other := save(t, db, placed(2, relevant("north", 0.8)))
	near, _ := save(t, db, placed(3, graded("north", 0.4, news.GradeWeak)))
	posted(t, db, 10, news.Digest{Key: "north/1", Lead: []news.Item{item(news.ItemNew, a), item(news.ItemNew, b)}, Near: []news.Item{item(news.ItemNear, near)}})
	must(db.SaveDigest(ctx, "north", false, news.Digest{Key: "north/2", Slot: at(20), Lead: []news.Item{item(news.ItemNew, a)}}, []news.Delivery{delivery("north/2/1", 1, 1)}))(t)
	list := func() []Growth { return must(db.Grown(ctx, "north", at(0)))(t) }
	same(t, "before anything came", len(list()), 0)
	late := joining(4, news.RelationCopy, story, a)
	late.Article.Fetched = at(60 * 24)
	save(t, db, late)
	same(t, "a copy", list(), []Growth{{Digest: "north/1", Stories: []int64{story}}})
	more := joining(5, news.RelationUpdate, other, b)
	more.Article.Fetched = at(60 * 24)
	save(t, db, more)
	same(t, "and an update", list(), []Growth{{Digest: "north/1", Stories: []int64{story, other}}})
	same(t, "of a later time", len(must(db.Grown(ctx, "north", at(11)))(t)), 0)
	same(t, "of another topic", len(must(db.Grown(ctx, "south", at(0)))(t)), 0)
}

// TestSaveRevision: a digest changes together with what is to be drawn, or not at all.
func TestSaveRevision(t *testing.T) {
	t.Parallel()
	var full error
	db := must(Open(t.Context(), t.TempDir()+"/x.db", Options{Now: func() time.Time { return clock }, Fault: func(string) error { return full }}))(t)
	t.Cleanup(func() { db.Close() })
	ctx := t.Context()
	posted(t, db, 10, news.Digest{Key: "north/1", Topic: "North"}, news.DeliverySent)
	change := func(d news.Digest) (Revision, bool) {
		d.Topic += "!"
		return Revision{Digest: d, Parts: []int{2}}, true
	}
	full = errors.New("no room")
	if changed, err := db.SaveRevision(ctx, "north/1", change); changed || err == nil {
		t.Errorf("changed %v, %v", changed, err)
	}
	full = nil
	if d := must(db.Digest(ctx, "north/1"))(t); d.Topic != "North" || len(must(db.Redraws(ctx))(t)) != 0 {
		t.Errorf("half of it was kept: %q", d.Topic)
	}
	if changed := must(db.SaveRevision(ctx, "north/1", change))(t); !changed {
		t.Error("nothing changed")
	}
	if changed := must(db.SaveRevision(ctx, "north/1", func(d news.Digest) (Revision, bool) { return Revision{}, false }))(t); changed {
		t.Error("changed to nothing")
	}
	list := must(db.Redraws(ctx))(t)
	if d := must(db.Digest(ctx, "north/1"))(t); d.Topic != "North!" || len(list) != 1 || list[0].Part != 2 || list[0].TS != "1.000002" {
		t.Errorf("%q, %+v", d.Topic, list)
	}
	if _, err := db.SaveRevision(ctx, "nowhere", change); err == nil {
		t.Error("a digest that is not there was changed")
	}
}
