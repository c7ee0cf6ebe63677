package store

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"newsvigil/news"
)

func quarantineOf(name string, since, from time.Time) news.Quarantine {
	return news.Quarantine{Source: news.Slug(name), Outlet: name, Sites: []string{"https://post.example/", "post-news.example"}, Since: since, At: from}
}

func TestQuarantineRoundTrip(t *testing.T) {
	t.Parallel()
	db := open(t)
	ctx := t.Context()
	first := must(db.Quarantine(ctx, quarantineOf("Border Post", at(0), at(5))))(t)
	again := must(db.Quarantine(ctx, quarantineOf("Border Post", at(-9), at(6))))(t)
	if again.ID != first.ID || !again.At.Equal(at(5)) || !again.Since.Equal(at(-9)) {
		t.Errorf("again %+v", again)
	}
	other := must(db.Quarantine(ctx, quarantineOf("Other", at(0), at(7))))(t)
	same(t, "all", must(db.Quarantines(ctx))(t), []news.Quarantine{other, again})

	lifted, was, err := db.LiftQuarantine(ctx, "border-post")
	if err != nil || !was || lifted.Stands() {
		t.Errorf("lifted %+v, %v, %v", lifted, was, err)
	}
	if _, was, err := db.LiftQuarantine(ctx, "border-post"); was || err != nil {
		t.Errorf("lifted twice: %v, %v", was, err)
	}
	anew := must(db.Quarantine(ctx, quarantineOf("Border Post", at(8), at(9))))(t)
	if anew.ID == first.ID || !anew.Stands() || len(must(db.Quarantines(ctx))(t)) != 3 {
		t.Errorf("anew %+v", anew)
	}
	ok(t, db.Rename(ctx, "border-post", "Border Post International"))
	if all := must(db.Quarantines(ctx))(t); all[0].Source != "border-post-international" || all[0].Outlet != "Border Post International" {
		t.Errorf("renamed %+v", all)
	}
}

// TestQuarantinedArticle: nothing of a quarantined outlet is stored, and what waits of it goes on waiting.
func TestQuarantinedArticle(t *testing.T) {
	t.Parallel()
	db := open(t)
	p := placed(1, relevant("north", 0.8))
	must(db.Quarantine(t.Context(), quarantineOf(p.Article.Source, at(0), at(0))))(t)
	if _, _, err := db.SaveArticle(t.Context(), p); !errors.Is(err, ErrQuarantined) {
		t.Errorf("stored, or %v", err)
	}
	if _, _, err := db.LiftQuarantine(t.Context(), news.Slug(p.Article.Source)); err != nil {
		t.Fatal(err)
	}
	save(t, db, p)
}

// TestKeepQuarantines: the file and the database make good what the other one has lost.
func TestKeepQuarantines(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db := open(t)
	file := filepath.Join(filepath.Dir(db.path), quarantineName)
	if back := must(db.KeepQuarantines(ctx))(t); len(back) != 0 {
		t.Errorf("nothing was quarantined, and %+v comes back", back)
	}
	q := must(db.Quarantine(ctx, quarantineOf("Border Post", at(0), at(5))))(t)
	must(db.KeepQuarantines(ctx))(t)
	noted, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}

	young := open(t)
	ok(t, os.WriteFile(filepath.Join(filepath.Dir(young.path), quarantineName), append([]byte("{half a li\n"), noted...), 0o600))
	back := must(young.KeepQuarantines(ctx))(t)
	if len(back) != 1 || back[0].Outlet != "Border Post" || !back[0].At.Equal(q.At) || len(back[0].Sites) != 2 {
		t.Errorf("back comes %+v", back)
	}
	if back := must(young.KeepQuarantines(ctx))(t); len(back) != 0 || len(must(young.Quarantines(ctx))(t)) != 1 {
		t.Errorf("a second time %+v", back)
	}

	_, _, err = db.LiftQuarantine(ctx, "border-post")
	ok(t, err)
	must(db.KeepQuarantines(ctx))(t)
	if _, err := os.Stat(file); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the file still stands: %v", err)
	}
	ok(t, os.WriteFile(file, noted, 0o600)) // a crash between the database and the file
	if back := must(db.KeepQuarantines(ctx))(t); len(back) != 0 {
		t.Errorf("what was lifted comes back: %+v", back)
	}
}

// TestWithdrawals: each message is looked at once, and drawn anew at the beginning and the end.
func TestWithdrawals(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db := open(t)
	d := news.Digest{Key: "north/1", Topic: "North", Channel: "#north", Slot: at(1)}
	var ds []news.Delivery
	for part := 1; part <= 3; part++ {
		ds = append(ds, news.Delivery{Key: d.Key + string(rune('0'+part)), Kind: news.DeliverDigest, Of: d.Key, Channel: "#north", ChannelID: "C1", TS: "1.00" + string(rune('0'+part)),
			Part: part, Parts: 3, State: news.DeliverySent, Claimed: at(2)})
	}
	if made := must(db.SaveDigest(ctx, "north", false, d, ds))(t); !made {
		t.Fatal("no digest was stored")
	}
	q := must(db.Quarantine(ctx, quarantineOf("Border Post", at(2), at(5))))(t)
	posted := must(db.Unwithdrawn(ctx, q, at(6)))(t)
	if len(posted) != 3 {
		t.Fatalf("posted %+v", posted)
	}
	if late := must(db.Unwithdrawn(ctx, news.Quarantine{ID: q.ID, Since: at(3)}, at(6)))(t); len(late) != 0 {
		t.Errorf("posted before: %+v", late)
	}
	found := []news.Withdrawal{
		{Digest: d.Key, Part: 1, ChannelID: "C1", TS: "1.001", Links: 2}, {Digest: d.Key, Part: 2}, {Digest: d.Key, Part: 3, Links: 1, Problem: "printed"},
	}
	for range 2 {
		ok(t, db.SaveWithdrawals(ctx, q, found))
	}
	if left := must(db.Unwithdrawn(ctx, q, at(6)))(t); len(left) != 0 {
		t.Errorf("looked at again: %+v", left)
	}
	draws := must(db.Redraws(ctx))(t)
	if len(draws) != 1 || draws[0].Part != 1 || draws[0].Revision != 1 {
		t.Fatalf("draws %+v", draws)
	}
	list := must(db.Withdrawals(ctx, q))(t)
	if len(list) != 2 || list[0].Shown || list[0].Links != 2 || list[1].Problem != "printed" || !list[0].Slot.Equal(at(1)) || list[0].Channel != "#north" {
		t.Errorf("list %+v", list)
	}
	ok(t, db.SaveRedrawn(ctx, draws[0]))
	if list := must(db.Withdrawals(ctx, q))(t); !list[0].Shown || list[1].Shown {
		t.Errorf("shown: %+v", list)
	}
	ok(t, db.SaveWithdrawalProblem(ctx, d.Key, 1, "gone"))
	ok(t, db.SaveWithdrawalProblem(ctx, d.Key, 2, "none of its links"))
	if list := must(db.Withdrawals(ctx, q))(t); list[0].Problem != "gone" || list[0].Shown {
		t.Errorf("gone: %+v", list)
	}
	ok(t, db.SaveWithdrawalProblem(ctx, d.Key, 1, ""))
	if _, _, err := db.LiftQuarantine(ctx, "border-post"); err != nil {
		t.Fatal(err)
	}
	if draws := must(db.Redraws(ctx))(t); len(draws) != 1 || draws[0].Revision != 2 {
		t.Errorf("after it was lifted, draws %+v", draws)
	}
}
