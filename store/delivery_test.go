package store

import (
	"testing"

	"newsvigil/news"
)

// queued is a database with a digest of three parts in the outbox and a notice behind it.
func queued(t *testing.T) *DB {
	t.Helper()
	db := open(t)
	ds := []news.Delivery{delivery("d/1", 1, 3), delivery("d/2", 2, 3), delivery("d/3", 3, 3)}
	must(db.SaveDigest(t.Context(), "north", false, news.Digest{Key: "d", Slot: clock}, ds))(t)
	must(db.SaveNotice(t.Context(), news.Notice{Key: "n", Title: "T"}, news.Delivery{Key: "n/1", Channel: "#admin"}))(t)
	return db
}

func due(t *testing.T, db *DB, minute int) []string {
	t.Helper()
	var keys []string
	for _, d := range must(db.Due(t.Context(), at(minute)))(t) {
		keys = append(keys, d.Key)
	}
	return keys
}

func claim(t *testing.T, db *DB, id int64, minute int) news.Delivery {
	t.Helper()
	d, claimed, err := db.Claim(t.Context(), id, at(minute))
	ok(t, err)
	if !claimed {
		t.Fatalf("delivery %d could not be claimed", id)
	}
	return d
}

func TestDeliveryRoundTrip(t *testing.T) {
	t.Parallel()
	db := queued(t)
	want := news.Delivery{ID: 1, Key: "d/1", Kind: news.DeliverDigest, Of: "d", Channel: "#north", Part: 1, Parts: 3, State: news.DeliveryPending}
	same(t, "new delivery", must(db.Due(t.Context(), clock))(t)[0], want)
	want.Channel, want.Level, want.State, want.Tries, want.Looks = "#south", 2, news.DeliveryUnknown, 3, 1
	want.ChannelID, want.TS, want.Thread = "C1", "1.2", "0.9"
	want.Next, want.Claimed, want.Error, want.Swept = at(-1), at(-2), "a refusal", true
	ok(t, db.Save(t.Context(), full(t, want)))
	same(t, "delivery", must(db.Due(t.Context(), clock))(t)[0], want)
	want.Key = "another"
	if err := db.Save(t.Context(), want); err == nil {
		t.Error("a delivery changed its key")
	}
	if err := db.Save(t.Context(), news.Delivery{ID: 99, Key: "d/1", State: news.DeliverySent}); err == nil {
		t.Error("a delivery that is not there was saved")
	}
}

func TestThreadWaitsForItsFirstPart(t *testing.T) {
	t.Parallel()
	db := queued(t)
	same(t, "due at first", due(t, db, 0), []string{"d/1", "n/1"})
	if _, claimed, err := db.Claim(t.Context(), 2, clock); claimed || err != nil {
		t.Errorf("part 2 was claimed before part 1: %v", err)
	}
	first := claim(t, db, 1, 1)
	same(t, "claimed", first, news.Delivery{ID: 1, Key: "d/1", Kind: news.DeliverDigest, Of: "d", Channel: "#north", Part: 1, Parts: 3,
		State: news.DeliverySending, Tries: 1, Claimed: at(1)})
	same(t, "due while part 1 is in flight", due(t, db, 1), []string{"d/1", "n/1"})
	first.State, first.ChannelID, first.TS = news.DeliverySent, "C1", "171.000100"
	ok(t, db.Save(t.Context(), first))
	same(t, "due after part 1", due(t, db, 1), []string{"d/2", "d/3", "n/1"})
	second := claim(t, db, 2, 2)
	if second.Thread != "171.000100" || second.ChannelID != "C1" || second.TS != "" {
		t.Errorf("part 2 goes to thread %q in %q", second.Thread, second.ChannelID)
	}
	if got := must(db.Due(t.Context(), at(2)))(t)[1]; got.Thread != "171.000100" {
		t.Errorf("part 3 is due in thread %q", got.Thread)
	}
	sound(t, db)
}

func TestClaimOnlyPending(t *testing.T) {
	t.Parallel()
	db := queued(t)
	d := claim(t, db, 1, 1)
	for _, state := range []news.DeliveryState{news.DeliverySending, news.DeliveryUnknown, news.DeliveryBlocked, news.DeliverySent} {
		d.State = state
		ok(t, db.Save(t.Context(), d))
		if got, claimed, err := db.Claim(t.Context(), 1, at(2)); claimed || err != nil || got != (news.Delivery{}) {
			t.Errorf("%s was claimed: %+v, %v", state, got, err)
		}
	}
	if _, claimed, err := db.Claim(t.Context(), 99, at(2)); claimed || err != nil {
		t.Errorf("a delivery that is not there was claimed: %v", err)
	}
	d.State, d.Looks = news.DeliveryPending, 2 // two clean looks
	ok(t, db.Save(t.Context(), d))
	again := claim(t, db, 1, 3)
	if again.Tries != 2 || again.Looks != 0 || !again.Claimed.Equal(at(3)) {
		t.Errorf("claimed again as %+v", again)
	}
}

func TestDueStates(t *testing.T) {
	t.Parallel()
	db := queued(t)
	d := must(db.Due(t.Context(), clock))(t)[0]
	for _, state := range []news.DeliveryState{news.DeliveryPending, news.DeliverySending, news.DeliveryUnknown,
		news.DeliveryBlocked, news.DeliverySent} {
		want := state != news.DeliverySent
		d.State, d.Next = state, at(5)
		ok(t, db.Save(t.Context(), d))
		early, late := due(t, db, 4), due(t, db, 5)
		if early[0] == d.Key || (late[0] == d.Key) != want {
			t.Errorf("%s: due early %q, in time %q", state, early, late)
		}
	}
	if n := must(db.Queued(t.Context()))(t); n != 3 {
		t.Errorf("%d are queued", n)
	}
}

func TestUnswept(t *testing.T) {
	t.Parallel()
	db := queued(t)
	d := claim(t, db, 1, 1)
	d.State = news.DeliverySent
	ok(t, db.Save(t.Context(), d))
	if got := must(db.Unswept(t.Context()))(t); len(got) != 0 {
		t.Errorf("one try needs no sweep: %+v", got)
	}
	d.Tries = 2
	ok(t, db.Save(t.Context(), d))
	same(t, "unswept", must(db.Unswept(t.Context()))(t), []news.Delivery{d})
	if n := must(db.Queued(t.Context()))(t); n != 3 {
		t.Errorf("%d are queued", n)
	}
	d.Swept = true
	ok(t, db.Save(t.Context(), d))
	if got := must(db.Unswept(t.Context()))(t); len(got) != 0 {
		t.Errorf("swept twice: %+v", got)
	}
}

func TestNotice(t *testing.T) {
	t.Parallel()
	db := open(t)
	n := news.Notice{Key: "trouble/s/1", Channel: "#admin", Title: "S is blocked", Lines: []string{"a <b>", "c"}, At: at(1),
		Brief: &news.Brief{Key: "b", Topic: "T <b>", Since: at(0), Until: at(1), Stories: []news.Kept{{Item: item(news.ItemNew, 1), Gloss: "“g”", Readers: 2, Against: 1, At: at(1), Before: true}}},
		Hello: &news.Hello{Language: "ko", Next: at(9), Sample: &news.Digest{Topic: "T <b>", Slot: at(2)}}}
	if !must(db.SaveNotice(t.Context(), full(t, n), news.Delivery{Key: "k", Channel: "#admin"}))(t) {
		t.Fatal("not created")
	}
	if must(db.SaveNotice(t.Context(), news.Notice{Key: n.Key}, news.Delivery{Key: "k2"}))(t) {
		t.Error("created twice")
	}
	same(t, "notice", must(db.Notice(t.Context(), n.Key))(t), n)
	same(t, "delivery", must(db.Due(t.Context(), clock))(t), []news.Delivery{{ID: 1, Key: "k", Kind: news.DeliverNotice, Of: n.Key,
		Channel: "#admin", Part: 1, Parts: 1, State: news.DeliveryPending}})
	sound(t, db)
}

// TestRedirect holds that the queued messages of a digest follow the topic to another channel together,
// and that those whose first part may stand in its channel stay with it.
func TestRedirect(t *testing.T) {
	t.Parallel()
	for state, want := range map[news.DeliveryState]int{
		news.DeliveryPending: 3, news.DeliveryBlocked: 3, news.DeliverySending: 0, news.DeliveryUnknown: 0, news.DeliverySent: 0,
	} {
		db := queued(t)
		same(t, "another topic's", must(db.Redirect(t.Context(), "south", "#south"))(t), 0)
		d := must(db.Due(t.Context(), clock))(t)[0]
		d.State, d.ChannelID, d.Next = state, "C1", at(60)
		ok(t, db.Save(t.Context(), d))
		same(t, string(state), must(db.Redirect(t.Context(), "north", "#south"))(t), want)
		same(t, string(state)+", again", must(db.Redirect(t.Context(), "north", "#south"))(t), 0)
		for _, d := range must(db.Due(t.Context(), at(0)))(t) {
			if d.Of == "d" && (d.Channel != "#south" || d.ChannelID != "") && want > 0 || d.Of == "n" && d.Channel != "#admin" {
				t.Errorf("%s: %+v", state, d)
			}
		}
	}
}
