package store

import (
	"testing"

	"newsvigil/news"
)

// TestTelling holds which messages a change of a story concerns, and that the story is given whole.
func TestTelling(t *testing.T) {
	t.Parallel()
	db := open(t)
	a, story := save(t, db, placed(1, relevant("north", 0.8), relevant("south", 0.8)))
	b, _ := save(t, db, placed(2, relevant("north", 0.8)))
	post := func(topic, key string, minute int, state news.DeliveryState, d news.Digest) {
		d.Key, d.Slot = key, at(minute)
		v := delivery(key+"/1", 1, 1)
		v.State = state
		must(db.SaveDigest(t.Context(), topic, false, d, []news.Delivery{v}))(t)
	}
	post("north", "north/1", 10, news.DeliverySent, news.Digest{Lead: []news.Item{item(news.ItemNew, a)}})
	post("north", "north/2", 20, news.DeliverySent, news.Digest{Lines: []news.Item{item(news.ItemUpdated, a)}})
	post("north", "north/3", 30, news.DeliveryPending, news.Digest{Lines: []news.Item{item(news.ItemUpdated, a)}})
	post("north", "north/4", 40, news.DeliverySent, news.Digest{Lead: []news.Item{item(news.ItemNew, b)}, Near: []news.Item{item(news.ItemNear, a)}})
	post("south", "south/1", 50, news.DeliverySent, news.Digest{Lead: []news.Item{item(news.ItemNew, a)}})
	same(t, "keys", must(db.Telling(t.Context(), "north", story))(t), []string{"north/2", "north/1"})
	if got := must(db.Telling(t.Context(), "east", story))(t); len(got) != 0 {
		t.Errorf("another topic: %v", got)
	}
	copied, _ := save(t, db, joining(3, news.RelationCopy, story, a))
	got := must(db.StoryNow(t.Context(), "north", story))(t)
	same(t, "members", members(got), []int64{a, copied})
	if got.Announced.IsZero() || !got.Members[0].Announced || got.Members[1].Announced {
		t.Errorf("the story is %+v", got)
	}
	if none := must(db.StoryNow(t.Context(), "north", 999))(t); len(none.Members) != 0 || none.ID != 999 {
		t.Errorf("a story that is not there: %+v", none)
	}
}
