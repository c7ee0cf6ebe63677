package store

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"newsvigil/news"
)

// recalledDigest is a digest of the topic north that stands in a channel, posted at the sample's time n.
func recalledDigest(n int, keys ...string) Recalled {
	return Recalled{
		Digest: news.Digest{Key: "north/" + at(n).Format("2006-01-02T15:04"), Topic: "North", Channel: "#c", Slot: at(n)},
		Posted: at(n), Keys: keys,
	}
}

func mustRecall(t *testing.T, db *DB, found []Recalled, again ...news.Candidate) {
	t.Helper()
	ok(t, db.SaveRecall(t.Context(), "north", found, again))
}

func newStories(t *testing.T, db *DB, topic string) []news.Story {
	t.Helper()
	var out []news.Story
	for _, s := range must(db.Stories(t.Context(), topic, time.Time{}))(t) {
		if s.Announced.IsZero() && s.AnnouncedKind == "" {
			out = append(out, s)
		}
	}
	return out
}

func TestRecallDue(t *testing.T) {
	t.Parallel()
	db := open(t)
	due := func() bool { return must(db.RecallDue(t.Context(), "north"))(t) }
	if !due() {
		t.Error("a new database must be recalled")
	}
	mustRecall(t, db, nil)
	if due() {
		t.Error("recalled once is enough")
	}
	if !must(db.RecallDue(t.Context(), "south"))(t) {
		t.Error("another topic counts as recalled")
	}
}

// Whether a piece is stored before or after the recall, it counts as announced to its topic alone.
func TestRecallBothOrders(t *testing.T) {
	t.Parallel()
	for _, first := range []bool{true, false} {
		db := open(t)
		p := placed(1, relevant("north", 0.7), relevant("south", 0.7))
		d := recalledDigest(5, "url:unknown.example/x", p.Article.Keys[0])
		if first {
			mustRecall(t, db, []Recalled{d})
		}
		id, _ := save(t, db, p)
		if !first {
			mustRecall(t, db, []Recalled{d})
		}
		if got := newStories(t, db, "north"); len(got) != 0 {
			t.Errorf("recall first %v: %d stories are new to north", first, len(got))
		}
		if got := newStories(t, db, "south"); len(got) != 1 {
			t.Errorf("recall first %v: %d stories are new to south, want 1", first, len(got))
		}
		trail := must(db.Trail(t.Context(), p.Article.Keys))(t)
		if len(trail.Digests) != 1 || trail.Digests[0].Key != d.Digest.Key || trail.Article.ID != id {
			t.Errorf("recall first %v: shown in %+v", first, trail.Digests)
		}
		if slot, known, err := db.LastSlot(t.Context(), "north"); err != nil || !known || !slot.Equal(at(5)) {
			t.Errorf("last slot %v %v %v", slot, known, err)
		}
		created, err := db.SaveDigest(t.Context(), "north", false, d.Digest, nil)
		if err != nil || created {
			t.Errorf("the recalled slot is posted again: %v %v", created, err)
		}
	}
}

// The others of a recalled story are known too, unless they came after the message.
func TestRecallStory(t *testing.T) {
	t.Parallel()
	for _, first := range []bool{true, false} {
		db := open(t)
		lead := placed(1, relevant("north", 0.7))
		d := recalledDigest(5, lead.Article.Keys[0])
		if first {
			mustRecall(t, db, []Recalled{d})
		}
		of, story := save(t, db, lead)
		ids := map[int]int64{}
		for _, n := range []int{3, 9} {
			p := placed(n, relevant("north", 0.7))
			p.Placement = news.Placement{Story: story, Relation: news.RelationUpdate, Of: of}
			ids[n], _ = save(t, db, p)
		}
		if !first {
			mustRecall(t, db, []Recalled{d})
		}
		all := must(db.Stories(t.Context(), "north", time.Time{}))(t)
		if len(all) != 1 || len(all[0].Members) != 3 {
			t.Fatalf("recall first %v: %d stories", first, len(all))
		}
		for _, s := range all {
			for _, m := range s.Members {
				if want := m.Article.ID != ids[9]; m.Announced != want {
					t.Errorf("recall first %v: article %d (%s) announced %v, want %v", first, m.Article.ID, m.Article.URL, m.Announced, want)
				}
			}
		}
	}
}

// A near miss that was shown is shown no more, and may still be announced.
func TestRecallNear(t *testing.T) {
	t.Parallel()
	db := open(t)
	weak, both := placed(1, graded("north", 0.2, news.GradeWeak)), placed(2, relevant("north", 0.7))
	d := recalledDigest(5, both.Article.Keys[0])
	d.Near = []string{weak.Article.Keys[0], both.Article.Keys[0]}
	mustRecall(t, db, []Recalled{d})
	save(t, db, weak)
	save(t, db, both)
	if near := must(db.NearMisses(t.Context(), "north", time.Time{}, 9))(t); len(near) != 0 {
		t.Errorf("%d near misses", len(near))
	}
	kinds := map[string]int{}
	rows, err := db.read.Query(`SELECT kind FROM announced`)
	for _, k := range must(collect(rows, err, func(r row) (k string, err error) { return k, r.Scan(&k) }))(t) {
		kinds[k]++
	}
	same(t, "kinds", kinds, map[string]int{"near": 1, "new": 1})
}

// What is stored already is neither changed nor read again; what is not becomes a candidate.
func TestRecallKeepsWhatIsKnown(t *testing.T) {
	t.Parallel()
	db := open(t)
	id, _ := save(t, db, placed(1, relevant("north", 0.7)))
	d := recalledDigest(5).Digest
	d.Lead = []news.Item{item(news.ItemNew, id)}
	if created := must(db.SaveDigest(t.Context(), "north", false, d, []news.Delivery{delivery(d.Key+"/1", 1, 1)}))(t); !created {
		t.Fatal("not stored")
	}
	r := recalledDigest(5, "url:other.example/piece")
	known := candidate(1)
	known.Key = placed(1).Article.Keys[0]
	for range 2 {
		mustRecall(t, db, []Recalled{r, recalledDigest(6, "url:other.example/piece")}, candidate(2), known)
	}
	if got := must(db.Digest(t.Context(), d.Key))(t); len(got.Lead) != 1 {
		t.Error("the stored digest was replaced")
	}
	var n, pending int
	ok(t, db.read.QueryRow(`SELECT count(*), (SELECT count(*) FROM candidates WHERE state = 'pending') FROM recalled`).Scan(&n, &pending))
	if n != 1 || pending != 1 {
		t.Errorf("%d keys recalled, %d candidates, want 1 and 1", n, pending)
	}
}

// Every way to bring a copy back leads to a recall, and to a look before anything that waited is posted. A
// digest of which nothing was posted is taken back: it may have been folded into another since.
func TestCopiesAreRecalled(t *testing.T) {
	t.Parallel()
	db := open(t)
	mustRecall(t, db, nil)
	d := recalledDigest(5).Digest
	begun := delivery(d.Key+"/1", 1, 2)
	begun.State, begun.Tries, begun.TS = news.DeliverySent, 1, "1.0"
	must(db.SaveDigest(t.Context(), "north", false, d, []news.Delivery{begun, delivery(d.Key+"/2", 2, 2)}))(t)
	queued := recalledDigest(6).Digest
	must(db.SaveDigest(t.Context(), "north", false, queued, []news.Delivery{
		delivery(queued.Key+"/1", 1, 2), {Key: queued.Key + "/2", Part: 2, Parts: 2, State: news.DeliveryBlocked, Tries: 3, Looks: news.LooksRefused},
	}))(t)
	file := filepath.Join(t.TempDir(), "copy.db")
	ok(t, db.Backup(t.Context(), file))
	raw := filepath.Join(t.TempDir(), "raw.db") // as by a program that knew no marks
	ok(t, db.vacuumInto(t.Context(), raw))
	for name, restore := range map[string]func(to string) error{
		"by hand": func(to string) error { return copyFile(file, to) },
		"restore": func(to string) error { _, err := Restore(t.Context(), raw, to); return err },
	} {
		to := filepath.Join(t.TempDir(), "newsvigil.db")
		ok(t, restore(to))
		back := openAt(t, to)
		if !must(back.RecallDue(t.Context(), "north"))(t) {
			t.Errorf("%s: nothing is recalled", name)
		}
		if keys := must(back.Unposted(t.Context(), "north"))(t); len(keys) != 0 {
			t.Errorf("%s: %v count as never posted", name, keys)
		}
		if _, err := back.Digest(t.Context(), queued.Key); err == nil {
			t.Errorf("%s: a digest of which nothing was posted is not taken back", name)
		}
		due := must(back.Due(t.Context(), clock.Add(time.Hour)))(t)
		if len(due) != 1 || due[0].Tries == 0 || due[0].Looks != 0 || due[0].Claimed.IsZero() {
			t.Errorf("%s: not one delivery to be looked for: %+v", name, due)
		}
	}
	if must(db.RecallDue(t.Context(), "north"))(t) || len(must(db.Unposted(t.Context(), "north"))(t)) != 1 {
		t.Error("the database itself was marked")
	}
}

// A file of the first schema counts as recalled for the topics it knows, unless it is a copy.
func TestRecallAfterMigration(t *testing.T) {
	t.Parallel()
	for _, copied := range []bool{false, true} {
		path := filepath.Join(t.TempDir(), "newsvigil.db")
		db := firstSchema(t, path)
		_, err := db.write.Exec(`INSERT INTO digests VALUES ('north/1', 'north', 1, 0, 1, '{}')`)
		ok(t, err)
		ok(t, db.Close())
		if copied {
			ok(t, markCopy(t.Context(), path, clock))
		}
		now := openAt(t, path)
		if due := must(now.RecallDue(t.Context(), "north"))(t); due != copied {
			t.Errorf("copied %v: recall due %v", copied, due)
		}
		if !must(now.RecallDue(t.Context(), "south"))(t) {
			t.Errorf("copied %v: a topic nobody knows counts as recalled", copied)
		}
	}
}

// firstSchema makes a database as the first program did.
func firstSchema(t *testing.T, path string) *DB {
	t.Helper()
	db := must(prepare(path, Options{}))(t)
	must(create(db.path))(t)
	db.write = pool(dsn(path, writerSettings(db.tuning)), keepLogShort)
	db.write.SetMaxOpenConns(1)
	must(db.migrate(t.Context(), must(shipped())(t)[:1]))(t)
	return db
}

// The marks of a piece are found by index, whatever the size of the database.
func TestRecallIsIndexed(t *testing.T) {
	t.Parallel()
	db := open(t)
	for name, query := range map[string]string{"pieces": itsPieces, "story": itsStory} {
		rows, err := db.read.Query(`EXPLAIN QUERY PLAN `+query, 1)
		plan := must(collect(rows, err, func(r row) (string, error) {
			var id, parent, unused int
			var line string
			err := r.Scan(&id, &parent, &unused, &line)
			return line, err
		}))(t)
		for _, line := range plan {
			if strings.HasPrefix(line, "SCAN ") {
				t.Errorf("%s: %s", name, strings.Join(plan, "\n\t"))
			}
		}
	}
}
