package store

import (
	"errors"
	"testing"

	"newsvigil/news"
)

// TestUnposted holds which queued digests count as certainly not posted.
func TestUnposted(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		in   news.Delivery // of part 2; part 1 is pending and was not tried
		want bool
	}{
		{"not tried", news.Delivery{State: news.DeliveryPending}, true},
		{"refused", news.Delivery{State: news.DeliveryPending, Tries: 3, Looks: news.LooksRefused}, true},
		{"refused for good", news.Delivery{State: news.DeliveryBlocked, Tries: 1, Looks: news.LooksRefused}, true},
		{"refused for its form", news.Delivery{State: news.DeliveryBlocked, Tries: 1, Looks: news.LooksRefused, Level: 2}, false},
		{"looked for in vain", news.Delivery{State: news.DeliveryPending, Tries: 1, Looks: 2}, false},
		{"refused after a doubt", news.Delivery{State: news.DeliveryPending, Tries: 2}, false},
		{"being sent", news.Delivery{State: news.DeliverySending, Tries: 1}, false},
		{"unknown", news.Delivery{State: news.DeliveryUnknown, Tries: 1}, false},
		{"sent", news.Delivery{State: news.DeliverySent, Tries: 1}, false},
	} {
		db := open(t)
		d := tt.in
		d.Key, d.Channel, d.Part, d.Parts = "north/1/2", "#north", 2, 2
		must(db.SaveDigest(t.Context(), "north", false, news.Digest{Key: "north/1", Slot: at(60)}, []news.Delivery{delivery("north/1/1", 1, 2), d}))(t)
		must(db.SaveDigest(t.Context(), "south", false, news.Digest{Key: "south/1", Slot: at(60)}, []news.Delivery{delivery("south/1/1", 1, 1)}))(t)
		got := must(db.Unposted(t.Context(), "north"))(t)
		if len(got) == 1 != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
	db := open(t)
	must(db.SaveDigest(t.Context(), "north", false, news.Digest{Key: "north/1", Slot: at(60)}, nil))(t)
	if got := must(db.Unposted(t.Context(), "north"))(t); len(got) != 0 {
		t.Errorf("a digest without messages is queued: %v", got)
	}
}

// TestFold takes two queued digests back in favour of a third, which has what they had.
func TestFold(t *testing.T) {
	t.Parallel()
	db := open(t)
	a, _ := save(t, db, placed(1, relevant("north", 0.8)))
	b, _ := save(t, db, placed(2, relevant("north", 0.8)))
	near, _ := save(t, db, placed(3, graded("north", 0.3, news.GradeWeak)))
	posted := news.Digest{Key: "north/0", Slot: at(10)}
	must(db.SaveDigest(t.Context(), "north", false, posted, nil))(t)
	one, two := fullDigest("north/1", a), fullDigest("north/2", b)
	one.Near, two.Slot = []news.Item{item(news.ItemNear, near)}, at(120)
	must(db.SaveDigest(t.Context(), "north", false, one, []news.Delivery{delivery("north/1/1", 1, 2), delivery("north/1/2", 2, 2)}))(t)
	must(db.SaveDigest(t.Context(), "north", true, two, []news.Delivery{delivery("north/2/1", 1, 1)}))(t)
	if got := must(db.Stories(t.Context(), "north", at(0)))(t); len(got) != 0 {
		t.Fatalf("what waits is %+v", got)
	}
	without := db.Without(must(db.Unposted(t.Context(), "north"))(t))
	same(t, "stories", len(must(without.Stories(t.Context(), "north", at(0)))(t)), 2)
	same(t, "near misses", len(must(without.NearMisses(t.Context(), "north", at(0), 9))(t)), 1)
	if last, _, err := without.LastDigest(t.Context(), "north"); err != nil || !last.Equal(at(10)) {
		t.Errorf("the last digest is of %v, %v", last, err)
	}
	if last, _, err := without.LastSlot(t.Context(), "north"); err != nil || !last.Equal(at(10)) {
		t.Errorf("the last slot is %v, %v", last, err)
	}
	// The same key again changes nothing.
	if must(without.SaveDigest(t.Context(), "north", false, fullDigest("north/0", a, b), nil))(t) {
		t.Error("created twice")
	}
	same(t, "queued", must(db.Queued(t.Context()))(t), 3)
	// One of them is taken for posting in between: nothing changes.
	due := must(db.Due(t.Context(), at(1000)))(t)
	if _, claimed, err := db.Claim(t.Context(), due[0].ID, at(5)); !claimed || err != nil {
		t.Fatal(claimed, err)
	}
	three := fullDigest("north/3", a, b)
	three.Slot = at(180)
	if created, err := without.SaveDigest(t.Context(), "north", false, three, []news.Delivery{delivery("north/3/1", 1, 1)}); created || !errors.Is(err, ErrUnderWay) {
		t.Errorf("a digest that is being posted was taken back: %v", err)
	}
	same(t, "queued", must(db.Queued(t.Context()))(t), 3)
	refused := due[0]
	refused.Tries, refused.Looks = 1, news.LooksRefused
	ok(t, db.Save(t.Context(), refused))
	if !must(without.SaveDigest(t.Context(), "north", false, three, []news.Delivery{delivery("north/3/1", 1, 1)}))(t) {
		t.Fatal("not created")
	}
	same(t, "queued", must(db.Queued(t.Context()))(t), 1)
	if _, err := db.Digest(t.Context(), "north/1"); err == nil {
		t.Error("a digest that was taken back is still there")
	}
	if got := must(db.Stories(t.Context(), "north", at(0)))(t); len(got) != 0 {
		t.Errorf("what waits is %+v", got)
	}
	sound(t, db)
}
