package store

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"newsvigil/news"
)

func TestBackupAndRestore(t *testing.T) {
	t.Parallel()
	db := open(t)
	kept, _ := save(t, db, placed(1, relevant("north", 0.8)))
	file := filepath.Join(t.TempDir(), "it's a backup.db")
	reader := must(OpenReader(t.Context(), db.Path(), Options{}))(t)
	ok(t, reader.Backup(t.Context(), file))
	ok(t, reader.Close())
	if err := db.Backup(t.Context(), file); err == nil || !strings.Contains(err.Error(), "exists already") {
		t.Errorf("a file was overwritten: %v", err)
	}
	later, _ := save(t, db, placed(2, relevant("north", 0.8)))
	ok(t, db.Check(t.Context()))
	ok(t, db.Close())

	aside := must(Restore(t.Context(), file, db.Path()))(t)
	again := openAt(t, db.Path())
	if _, err := again.Article(t.Context(), kept); err != nil {
		t.Error(err)
	}
	if _, err := again.Article(t.Context(), later); err == nil {
		t.Error("the backup was not restored")
	}
	old := openAt(t, aside)
	if _, err := old.Article(t.Context(), later); err != nil {
		t.Errorf("what stood there is lost: %v", err)
	}
	sound(t, again)
	if parts := must(filepath.Glob(filepath.Join(filepath.Dir(file), "*.part*")))(t); len(parts) > 0 {
		t.Errorf("left over: %v", parts)
	}
	elsewhere := filepath.Join(t.TempDir(), "sub", "newsvigil.db")
	if aside := must(Restore(t.Context(), file, elsewhere))(t); aside != "" {
		t.Errorf("set aside %q", aside)
	}
	openAt(t, elsewhere)
}

func TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	to := filepath.Join(dir, "newsvigil.db")
	db := openAt(t, to)
	save(t, db, placed(1, relevant("north", 0.8)))
	newer, text, foreign := filepath.Join(dir, "newer.db"), filepath.Join(dir, "text.db"), filepath.Join(dir, "foreign.db")
	pragma(t, newer, "user_version = 999")
	pragma(t, foreign, "application_id = 5")
	ok(t, os.WriteFile(text, []byte("no database at all"), 0o600))
	ok(t, db.Close())
	before := must(os.ReadFile(to))(t)
	var schema *SchemaError
	if _, err := Restore(t.Context(), newer, to); !errors.As(err, &schema) {
		t.Errorf("newer: %v", err)
	}
	if _, err := Restore(t.Context(), foreign, to); err == nil || !strings.HasSuffix(err.Error(), "is the database of another program; name a copy that newsvigil made") {
		t.Errorf("foreign: %v", err)
	}
	for _, from := range []string{text, filepath.Join(dir, "absent.db"), dir} {
		if _, err := Restore(t.Context(), from, to); err == nil {
			t.Errorf("%s was restored", from)
		}
	}
	if !bytes.Equal(before, must(os.ReadFile(to))(t)) {
		t.Error("the database was touched")
	}
}

// A damaged page is found by Check, and a copy of a damaged file never becomes a backup.
func TestDamage(t *testing.T) {
	t.Parallel()
	db := open(t)
	for n := range 120 {
		save(t, db, placed(n, relevant("north", 0.8)))
	}
	path := db.Path()
	ok(t, db.Close())
	b := must(os.ReadFile(path))(t)
	for i := len(b) * 3 / 4; i+4096 < len(b); i += 4096 * 2 { // behind the schema, so that the file opens
		copy(b[i:], bytes.Repeat([]byte{0xaa}, 2048))
	}
	ok(t, os.WriteFile(path, b, 0o600))
	hurt := openAt(t, path)
	err := hurt.Check(t.Context())
	if !Damaged(err) || !strings.Contains(err.Error(), "the next start of `newsvigil run`, `once` or `digest` moves it aside") {
		t.Errorf("check says %v", err)
	}
	copied := filepath.Join(t.TempDir(), "copy.db")
	if err := hurt.Backup(t.Context(), copied); err == nil {
		t.Error("a damaged file was backed up")
	}
	if _, err := os.Stat(copied); err == nil {
		t.Error("a damaged copy carries the name")
	}
}

func TestPrune(t *testing.T) {
	t.Parallel()
	db := open(t)
	shown, _ := save(t, db, placed(1, graded("north", 0.2, news.GradeWeak)))
	liked, _ := save(t, db, placed(2, graded("north", 0, news.GradeNone)))
	good, _ := save(t, db, placed(3, relevant("north", 0.8)))
	dull, _ := save(t, db, placed(4, graded("north", 0, news.GradeNone)))
	young, _ := save(t, db, placed(30, graded("north", 0, news.GradeNone)))
	told(t, db, 60, news.Digest{Near: []news.Item{item(news.ItemNear, shown)}})
	ok(t, db.SaveFeedback(t.Context(), Said{Feedback: news.Feedback{Topic: "north", URL: "u", Article: liked}}))

	same(t, "nothing", must(db.Prune(t.Context(), Retention{}))(t), Pruned{})
	got := must(db.Prune(t.Context(), Retention{Text: at(20), Fingerprints: at(8)}))(t)
	same(t, "pruned", got, Pruned{Texts: 1, Shingles: 6}) // samples 1 and 2 are older than minute 8
	for _, id := range []int64{shown, liked, good, dull, young} {
		a := must(db.Article(t.Context(), id))(t)
		if (a.Text == "") != (id == dull) {
			t.Errorf("article %d has text %q", id, a.Text)
		}
	}
	for _, a := range must(db.Rescorable(t.Context(), "north", at(0)))(t) {
		if a.ID == dull {
			t.Error("an article without its text would be scored anew")
		}
	}
	if known := must(db.Known(t.Context(), placed(4).Article.Keys))(t); len(known) != 2 {
		t.Error("a pruned article is not known any more")
	}
}

// Pruning gives room back to the file system.
func TestPruneShrinksTheFile(t *testing.T) {
	t.Parallel()
	db := open(t)
	for n := range 40 {
		p := placed(n, graded("north", 0, news.GradeNone))
		for i := range 2000 {
			p.Fingerprint.Shingles = append(p.Fingerprint.Shingles, uint64(n)<<32+uint64(i)*0x9e3779b97f4a7c15)
		}
		save(t, db, p)
	}
	pages := func() int {
		var n int
		ok(t, db.write.QueryRow(`PRAGMA page_count`).Scan(&n))
		return n
	}
	before := pages()
	must(db.Prune(t.Context(), Retention{Fingerprints: at(999)}))(t)
	if after := pages(); after > before/4 {
		t.Errorf("%d pages became %d", before, after)
	}
}
