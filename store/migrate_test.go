package store

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestMigrateOlderFile(t *testing.T) {
	t.Parallel()
	db := open(t)
	id, _ := save(t, db, placed(1, relevant("north", 0.7)))
	have := db.Schema()
	steps := append(must(shipped())(t),
		migration{"9998_mood.sql", `ALTER TABLE stories ADD COLUMN mood TEXT NOT NULL DEFAULT 'calm'; CREATE TABLE extra (n INTEGER) STRICT;`},
		migration{"9999_rows.sql", `INSERT INTO extra SELECT id FROM articles;`})
	got := must(db.migrate(t.Context(), steps))(t)
	if got != have+2 {
		t.Errorf("schema %d", got)
	}
	var n int64
	ok(t, db.write.QueryRow(`SELECT n FROM extra`).Scan(&n))
	if n != id {
		t.Errorf("the migration saw article %d", n)
	}

	kept := fmt.Sprintf("%s.schema-%d", db.Path(), have)
	info := must(os.Stat(kept))(t)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the copy has rights %o", info.Mode().Perm())
	}
	old := openAt(t, kept)
	if _, err := old.Article(t.Context(), id); err != nil || old.Schema() != have {
		t.Errorf("the copy has schema %d, error %v", old.Schema(), err)
	}
	var vacuum int
	ok(t, old.write.QueryRow(`PRAGMA auto_vacuum`).Scan(&vacuum))
	if vacuum != 2 {
		t.Errorf("the copy's auto_vacuum is %d", vacuum)
	}
	if again := must(db.migrate(t.Context(), steps))(t); again != have+2 {
		t.Errorf("a second run reaches %d", again)
	}
}

func TestFailedMigrationChangesNothing(t *testing.T) {
	t.Parallel()
	db := open(t)
	steps := append(must(shipped())(t), migration{"9998_bad.sql", `CREATE TABLE extra (n INTEGER) STRICT; INSERT INTO extra VALUES ('x');`})
	have, err := db.migrate(t.Context(), steps)
	if err == nil || !strings.Contains(err.Error(), "9998_bad.sql") {
		t.Errorf("error %v", err)
	}
	if have != db.Schema() {
		t.Errorf("schema %d", have)
	}
	if got := must(version(t.Context(), db.read, db.path))(t); got != db.Schema() {
		t.Errorf("the file says schema %d", got)
	}
	var tables int
	ok(t, db.read.QueryRow(`SELECT count(*) FROM sqlite_schema WHERE name = 'extra'`).Scan(&tables))
	if tables != 0 {
		t.Error("half a migration was kept")
	}
}

// Every table is STRICT, so a value of a wrong type is an error and not a surprise later.
func TestStrict(t *testing.T) {
	t.Parallel()
	db := open(t)
	var loose int
	ok(t, db.read.QueryRow(`SELECT count(*) FROM pragma_table_list WHERE type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%'`).Scan(&loose))
	if loose != 0 {
		t.Errorf("%d tables are not STRICT", loose)
	}
	for _, bad := range []string{
		`INSERT INTO runs VALUES ('crawl', 'yesterday')`,
		`INSERT INTO runs VALUES (NULL, 1)`,
		`INSERT INTO stories (created) VALUES (1.5)`,
		`INSERT INTO shingles VALUES (1, 99)`,
		`INSERT INTO aliases VALUES ('k', 99, 0)`,
		`INSERT INTO texts VALUES (1, 'text')`,
		`INSERT INTO candidates (key, state) VALUES ('k', 'lost')`,
	} {
		if _, err := db.write.Exec(bad); err == nil {
			t.Errorf("allowed: %s", bad)
		}
	}
}
