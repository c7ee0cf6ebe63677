package store

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"newsvigil/news"
)

func fileSize(t *testing.T, name string) int64 {
	t.Helper()
	return must(os.Stat(name))(t).Size()
}

// bulky is a piece with a text of many pages.
func bulky(n int) Placed {
	p := placed(n, relevant("north", 0.7))
	var b strings.Builder
	for i := range 12000 {
		fmt.Fprintf(&b, "%x ", (n+1)*(i+1)*2654435761)
	}
	p.Article.Text = b.String()
	return p
}

// The log begins anew while a reader is between two reads, and it is cut back after one that held it.
func TestLogIsBounded(t *testing.T) {
	t.Parallel()
	db := open(t)
	_, err := db.write.Exec(`PRAGMA journal_size_limit = 1000000; PRAGMA wal_autocheckpoint = 50`)
	ok(t, err)
	const most = 1500000
	grow := func(from, to int) int64 {
		for n := from; n < to; n++ {
			save(t, db, bulky(n))
			must(db.Article(t.Context(), int64(n+1)))(t)
		}
		return fileSize(t, db.path+"-wal")
	}
	if size := grow(0, 25); size > most {
		t.Errorf("with readers that come and go the log has %d bytes", size)
	}
	tx := must(db.read.BeginTx(t.Context(), nil))(t) // a reader that holds its snapshot
	var n int
	ok(t, tx.QueryRow(`SELECT count(*) FROM articles`).Scan(&n))
	if size := grow(25, 55); size < most {
		t.Errorf("beside a reader that stays the log has only %d bytes: the test shows nothing", size)
	}
	ok(t, tx.Rollback())
	if size := grow(55, 58); size > most {
		t.Errorf("after that reader the log has %d bytes", size)
	}
	for pragma, want := range map[string]string{"journal_size_limit": "16777216", "wal_autocheckpoint": "1000"} {
		var got string
		ok(t, open(t).write.QueryRow("PRAGMA "+pragma).Scan(&got))
		if got != want {
			t.Errorf("%s is %s", pragma, got)
		}
	}
}

// A reader of an export that waits for its terminal holds no snapshot.
func TestExportHoldsNothing(t *testing.T) {
	t.Parallel()
	db := open(t)
	_, err := db.write.Exec(`PRAGMA synchronous = OFF`)
	ok(t, err)
	const all = exportStep + 20
	for n := range all {
		save(t, db, placed(n, relevant("north", 0.7), graded("south", 0, news.GradeNone)))
	}
	seen := map[string]int{}
	last := int64(0)
	ok(t, db.Export(t.Context(), at(0), func(e Exported) error {
		seen[fmt.Sprint(e.Article.ID, e.Score.Topic)]++
		if e.Article.ID < last {
			t.Errorf("article %d after %d", e.Article.ID, last)
		}
		last = e.Article.ID
		if len(seen)%400 == 1 {
			var busy, log, folded int
			ok(t, db.write.QueryRow(`PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &log, &folded))
			if busy != 0 {
				t.Errorf("the export holds the log at article %d", e.Article.ID)
			}
		}
		return nil
	}))
	if len(seen) != 2*all {
		t.Errorf("%d of %d rows", len(seen), 2*all)
	}
	for row, n := range seen {
		if n != 1 {
			t.Errorf("%s came %d times", row, n)
		}
	}
}

// What pruning frees goes back to the disk, while the program runs and another reads.
func TestPruneShrinksTheFileOnDisk(t *testing.T) {
	t.Parallel()
	db := open(t)
	for n := range 20 {
		p := bulky(n)
		p.Scores = []news.Score{graded("north", 0, news.GradeNone)}
		save(t, db, p)
	}
	ok(t, db.fold(t.Context()))
	before := fileSize(t, db.path)
	must(db.Prune(t.Context(), Retention{Text: at(999), Fingerprints: at(999)}))(t)
	if after := fileSize(t, db.path); after > before/4 {
		t.Errorf("%d bytes became %d", before, after)
	}
	soundOld(t, db)
}

// soundOld checks what holds of a database whose old texts were dropped.
func soundOld(t *testing.T, db *DB) {
	t.Helper()
	ok(t, db.Check(context.WithoutCancel(t.Context())))
	rows, err := db.read.Query(`SELECT "table" FROM pragma_foreign_key_check`)
	bad, err := collect(rows, err, func(r row) (s string, err error) { err = r.Scan(&s); return s, err })
	ok(t, err)
	if len(bad) > 0 {
		t.Errorf("references to nothing: %v", bad)
	}
}

// A pruned piece is recognised by its address and by its text, and its story is no new one.
func TestPrunedPieceIsStillKnown(t *testing.T) {
	t.Parallel()
	db := open(t)
	p := placed(1, graded("north", 0, news.GradeNone))
	id, story := save(t, db, p)
	shown, _ := save(t, db, placed(2, relevant("north", 0.9)))
	told(t, db, 60, news.Digest{Lead: []news.Item{item(news.ItemNew, shown)}})
	must(db.Prune(t.Context(), Retention{Text: at(999), Fingerprints: at(999)}))(t)

	got, found, err := db.ByKeys(t.Context(), []string{p.Article.Keys[1]})
	if !found || err != nil || got.Article.ID != id || got.Story != story {
		t.Errorf("by its address: %v, %v, %v", got, found, err)
	}
	got, found, err = db.ByText(t.Context(), p.Fingerprint.Text, at(-99))
	if !found || err != nil || got.Article.ID != id || got.Story != story {
		t.Errorf("by its text: %v, %v, %v", got, found, err)
	}
	if known := must(db.Known(t.Context(), []string{p.CandidateKey, p.Article.Keys[0]}))(t); len(known) != 2 {
		t.Errorf("known are %v", known)
	}
	again, its := save(t, db, p)
	if again != id || its != story {
		t.Errorf("read again it is article %d of story %d", again, its)
	}
	stories := must(db.Stories(t.Context(), "north", at(-99)))(t)
	for _, s := range stories {
		for _, m := range s.Members {
			if m.Article.ID == shown && !m.Announced {
				t.Error("a pruned announcement is forgotten")
			}
		}
	}
}
