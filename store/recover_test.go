package store

import (
	"bytes"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"newsvigil/news"
)

// house is a data folder: a database of which there are two copies, the newer without its last piece.
type house struct {
	dir, path, backups string
	// copies are the backups, the newest first.
	copies []string
	// early and late are pieces that all copies have and that none has.
	early, late int64
}

func build(t *testing.T) house {
	t.Helper()
	h := house{dir: t.TempDir()}
	h.path, h.backups = filepath.Join(h.dir, "newsvigil.db"), filepath.Join(h.dir, "backup")
	db := openAt(t, h.path)
	_, err := db.write.Exec(`PRAGMA synchronous = OFF`)
	ok(t, err)
	h.early, _ = save(t, db, placed(1, relevant("north", 0.8)))
	for n := range 60 {
		save(t, db, placed(n+2, relevant("north", 0.8)))
	}
	for range 2 {
		h.copies = append([]string{must(db.BackupInto(t.Context(), h.backups, 7))(t)}, h.copies...)
	}
	h.late, _ = save(t, db, placed(90, relevant("north", 0.8)))
	ok(t, db.Close())
	return h
}

// copied is the same house in a folder of its own.
func (h house) copied(t *testing.T) house {
	t.Helper()
	dir := t.TempDir()
	ok(t, os.CopyFS(dir, os.DirFS(h.dir)))
	for i := range h.copies {
		h.copies = slices.Clone(h.copies)
		h.copies[i] = filepath.Join(dir, "backup", filepath.Base(h.copies[i]))
	}
	h.dir, h.path, h.backups = dir, filepath.Join(dir, "newsvigil.db"), filepath.Join(dir, "backup")
	return h
}

func (h house) open(t *testing.T) (*DB, Recovery) {
	t.Helper()
	db, rec, err := OpenSound(t.Context(), h.path, h.backups, Options{Now: func() time.Time { return clock }})
	ok(t, err)
	t.Cleanup(func() { db.Close() })
	return db, rec
}

// files lists the data folder without the database, its log and the backups.
func (h house) files(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, e := range must(os.ReadDir(h.dir))(t) {
		if name := e.Name(); name != "backup" && name != "newsvigil.db" && name != "newsvigil.db-wal" && name != "newsvigil.db-shm" {
			names = append(names, name)
		}
	}
	return names
}

func (h house) has(t *testing.T, db *DB, id int64, want bool) {
	t.Helper()
	if _, err := db.Article(t.Context(), id); (err == nil) != want {
		t.Errorf("article %d: %v", id, err)
	}
}

// overwrite changes a file as do does with its content.
func overwrite(t *testing.T, file string, do func([]byte) []byte) []byte {
	t.Helper()
	b := do(must(os.ReadFile(file))(t))
	ok(t, os.WriteFile(file, b, 0o600))
	return b
}

func fill(b []byte, from, to int) []byte {
	for i := from; i < min(to, len(b)); i++ {
		b[i] = 0xa5
	}
	return b
}

var damages = map[string]func([]byte) []byte{
	"header":                  func(b []byte) []byte { return fill(b, 0, 100) },
	"header but its name":     func(b []byte) []byte { return fill(b, len(magic), 60) },
	"first page empty":        func(b []byte) []byte { clear(b[:4096]); return b },
	"table of tables":         func(b []byte) []byte { return fill(b, 100, 4096) },
	"pages":                   func(b []byte) []byte { return fill(b, len(b)/2, len(b)/2+8192) },
	"last page":               func(b []byte) []byte { return fill(b, len(b)-4096, len(b)) },
	"half of it gone":         func(b []byte) []byte { return b[:len(b)/8192*4096] },
	"cut within a page":       func(b []byte) []byte { return b[:len(b)-100] },
	"one page left":           func(b []byte) []byte { return b[:4096] },
	"less than a page left":   func(b []byte) []byte { return b[:1000] },
	"three bytes left":        func(b []byte) []byte { return b[:3] },
	"nothing left":            func([]byte) []byte { return nil },
	"zeroes":                  func(b []byte) []byte { clear(b); return b },
	"a text in its place":     func([]byte) []byte { return []byte("dear diary, this is longer than a header") },
	"garbage behind a header": func([]byte) []byte { return []byte(magic + strings.Repeat("garbage ", 2000)) },
}

// A damaged file is set aside as it is, and the newest copy takes its place.
func TestDamagedFileIsReplaced(t *testing.T) {
	t.Parallel()
	template := build(t)
	for name, do := range damages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := template.copied(t)
			hurt := overwrite(t, h.path, do)
			ok(t, os.WriteFile(h.path+"-wal", []byte("a log"), 0o644))
			db, rec := h.open(t)
			want := Recovery{Damaged: h.path + ".damaged-20260314T150926Z", Why: rec.Why, Backup: h.copies[0], BackupAt: clock.Truncate(time.Second).Add(time.Second)}
			same(t, "recovery", rec, want)
			if rec.Why == "" || strings.ContainsAny(rec.Why, "\n") {
				t.Errorf("the reason is %q", rec.Why)
			}
			if !bytes.Equal(must(os.ReadFile(rec.Damaged))(t), hurt) {
				t.Error("the file that was set aside is not the damaged one")
			}
			if got := must(os.ReadFile(rec.Damaged + "-wal"))(t); string(got) != "a log" && string(got) != "" {
				t.Errorf("its log is %q", got)
			}
			sound(t, db)
			h.has(t, db, h.early, true)
			h.has(t, db, h.late, false)
			save(t, db, placed(99, relevant("north", 0.8)))
			if due := must(db.RecallDue(t.Context(), "north"))(t); !due {
				t.Error("what was posted since the copy was made is not looked for")
			}
			for _, name := range h.files(t) {
				if mode := must(os.Stat(filepath.Join(h.dir, name)))(t).Mode().Perm(); mode != 0o600 || strings.HasSuffix(name, partSuffix) {
					t.Errorf("%s has rights %o", name, mode)
				}
			}
			ok(t, db.Close())

			again, told := h.open(t)
			same(t, "recovery at the next start", told, rec)
			ok(t, again.ForgetRecovery())
			ok(t, again.Close())
			last, told := h.open(t)
			same(t, "recovery after it was told", told, Recovery{})
			h.has(t, last, h.early, true)
		})
	}
}

// Bytes overwritten anywhere: the program always starts, with a database in which it can work.
func TestRandomDamage(t *testing.T) {
	t.Parallel()
	template := build(t)
	replaced := 0
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 1))
		h := template.copied(t)
		overwrite(t, h.path, func(b []byte) []byte {
			for range 1 + r.IntN(3) {
				at := r.IntN(len(b))
				for i := at; i < min(at+1+r.IntN(3000), len(b)); i++ {
					b[i] = byte(r.Uint32())
				}
			}
			return b
		})
		db, rec := h.open(t)
		if rec.Damaged != "" {
			replaced++
			sound(t, db)
		} else {
			ok(t, db.Check(t.Context()))
		}
		save(t, db, placed(99, relevant("north", 0.8)))
		ok(t, db.Close())
	}
	t.Logf("%d of 40 were replaced", replaced)
	if replaced < 5 { // SQLite has no checksums: other bytes in a text are no damage to it
		t.Errorf("only %d of 40 were found damaged", replaced)
	}
}

func TestSoundFileIsLeftAlone(t *testing.T) {
	t.Parallel()
	h := build(t)
	db, rec := h.open(t)
	same(t, "recovery", rec, Recovery{})
	h.has(t, db, h.late, true)
	same(t, "files", h.files(t), []string(nil))
	if due := must(db.RecallDue(t.Context(), "north"))(t); !due {
		return // a database that was never recalled
	}
}

// Copies that are damaged themselves, or written by a newer program, or no copies at all, are passed over.
func TestNewestWholeCopyIsTaken(t *testing.T) {
	t.Parallel()
	h := build(t)
	overwrite(t, h.path, damages["pages"])
	overwrite(t, h.copies[0], damages["pages"])
	newer := filepath.Join(h.backups, "newsvigil-20290101T000000Z.db")
	ok(t, copyFile(h.copies[1], newer))
	pragma(t, newer, "user_version = 99")
	for name, content := range map[string]string{"newsvigil-20280101T000000Z.db": "", "newsvigil-20280102T000000Z.db.part": "x",
		"newsvigil-20289999T000000Z.db": "y", "notes.txt": "z", "newsvigil-20280103T000000Z.db": "text"} {
		ok(t, os.WriteFile(filepath.Join(h.backups, name), []byte(content), 0o600))
	}
	ok(t, os.Mkdir(filepath.Join(h.backups, "newsvigil-20280104T000000Z.db"), 0o700))
	db, rec := h.open(t)
	if rec.Backup != h.copies[1] {
		t.Errorf("restored %+v", rec)
	}
	h.has(t, db, h.early, true)
}

// Without a whole copy a new database is begun; the damaged one is kept.
func TestDamageWithoutCopies(t *testing.T) {
	t.Parallel()
	for _, left := range []string{"none", "damaged"} {
		h := build(t)
		overwrite(t, h.path, damages["pages"])
		for _, c := range h.copies {
			if left == "none" {
				ok(t, os.Remove(c))
			} else {
				overwrite(t, c, damages["header"])
			}
		}
		db, rec := h.open(t)
		if rec.Damaged == "" || rec.Backup != "" || !rec.BackupAt.IsZero() || rec.Lost {
			t.Errorf("%s: %+v", left, rec)
		}
		h.has(t, db, h.early, false)
		sound(t, db)
	}
}

// A file that is gone is noticed where there are copies of it; it is not brought back unasked.
func TestLostFile(t *testing.T) {
	t.Parallel()
	h := build(t)
	ok(t, os.Remove(h.path))
	ok(t, os.WriteFile(h.path+"-wal", []byte("left over"), 0o600))
	db, rec := h.open(t)
	same(t, "recovery", rec, Recovery{Lost: true})
	h.has(t, db, h.early, false)
	sound(t, db)
	ok(t, db.Close())
	again, rec := h.open(t)
	same(t, "recovery at the next start", rec, Recovery{Lost: true})
	ok(t, again.ForgetRecovery())
	ok(t, again.Close())

	fresh := house{dir: filepath.Join(t.TempDir(), "new")}
	fresh.path, fresh.backups = filepath.Join(fresh.dir, "newsvigil.db"), filepath.Join(fresh.dir, "backup")
	_, rec = fresh.open(t)
	same(t, "the very first start", rec, Recovery{})
}

// What another program or a newer newsvigil wrote is not damaged, and nothing is moved.
func TestRefusedIsNotDamaged(t *testing.T) {
	t.Parallel()
	template := build(t)
	for name, do := range map[string]func(t *testing.T, h house){
		"newer":  func(t *testing.T, h house) { pragma(t, h.path, "user_version = 99") },
		"other":  func(t *testing.T, h house) { pragma(t, h.path, "application_id = 5") },
		"folder": func(t *testing.T, h house) { ok(t, os.Remove(h.path)); ok(t, os.Mkdir(h.path, 0o700)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := template.copied(t)
			do(t, h)
			_, rec, err := OpenSound(t.Context(), h.path, h.backups, Options{})
			if err == nil || rec != (Recovery{}) || Damaged(err) {
				t.Errorf("%+v, %v", rec, err)
			}
			if _, out := Outage(err); out {
				t.Errorf("taken for an outage: %v", err)
			}
			same(t, "files", h.files(t), []string(nil))
		})
	}
}

// A reader changes nothing, and says what will.
func TestReaderOfDamagedFile(t *testing.T) {
	t.Parallel()
	template := build(t)
	for _, name := range []string{"header", "header but its name", "zeroes", "table of tables", "three bytes left"} {
		h := template.copied(t)
		hurt := overwrite(t, h.path, damages[name])
		_, err := OpenReader(t.Context(), h.path, Options{})
		if !Damaged(err) || !strings.Contains(err.Error(), "the next start of `newsvigil run`, `once` or `digest` moves it aside and goes on with the newest whole backup") {
			t.Errorf("%s: %v", name, err)
		}
		if !bytes.Equal(must(os.ReadFile(h.path))(t), hurt) {
			t.Errorf("%s: a reader changed the file", name)
		}
	}
}

// The check at the start is bounded, and what it did not reach is no damage.
func TestCheckAtTheStartIsBounded(t *testing.T) {
	t.Parallel()
	h := build(t)
	o := Options{tuning: tuning{check: time.Nanosecond}}
	db, rec, err := OpenSound(t.Context(), h.path, h.backups, o)
	ok(t, err)
	same(t, "recovery", rec, Recovery{})
	ok(t, db.Close())
}

// A note that cannot be read keeps nobody from starting.
func TestUnreadableNote(t *testing.T) {
	t.Parallel()
	h := build(t)
	ok(t, os.WriteFile(notePath(h.path), []byte("{"), 0o600))
	db, rec := h.open(t)
	same(t, "recovery", rec, Recovery{})
	h.has(t, db, h.late, true)
}

// The damaged file may be deleted once it was looked at; an old note does not move the new database.
func TestAsideFileIsDeleted(t *testing.T) {
	t.Parallel()
	h := build(t)
	overwrite(t, h.path, damages["pages"])
	db, rec := h.open(t)
	id, _ := save(t, db, placed(99, relevant("north", 0.8)))
	ok(t, db.Close())
	ok(t, os.Remove(rec.Damaged))
	again, told := h.open(t)
	same(t, "recovery", told, rec)
	h.has(t, again, id, true)
}

// The boundaries have names that say where a crash test ends the process.
func TestBoundariesOfRecovery(t *testing.T) {
	t.Parallel()
	h := build(t)
	overwrite(t, h.path, damages["pages"])
	points := map[string]int{}
	db, _, err := OpenSound(t.Context(), h.path, h.backups, Options{Boundary: func(p string) { points[p]++ }})
	ok(t, err)
	ok(t, db.Close())
	got := slices.Sorted(maps.Keys(points))
	same(t, "boundaries", got, []string{"after restored", "after set-aside", "before restored", "before set-aside",
		"before set-aside shm", "before set-aside wal"})
}

// An index that does not agree with its table passes the quick check, and stops every write that meets
// it. The start after that looks closer.
func TestDamageThatOnlyWritesMeet(t *testing.T) {
	t.Parallel()
	h := build(t)
	db := openAt(t, h.path)
	db.write.SetMaxIdleConns(0) // each statement reads the schema anew
	for _, q := range []string{
		`PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE INDEX ' || name || ' ON candidates (key) WHERE 0'
			WHERE name IN ('candidates_pending', 'candidates_published')`,
		`INSERT INTO candidates (key, source, source_key, url, route, via, title, summary, authors, language, published, published_offset,
			published_day, published_zone, published_confidence, state, outcome, attempts, found)
			VALUES ('hidden', 's', 's', 'u', 'feed', '', '', '', '', '', 0, 0, 0, '', '', 'pending', '', 0, 0)`,
		`PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = CASE name
			WHEN 'candidates_pending' THEN 'CREATE INDEX candidates_pending ON candidates (source_key, found) WHERE state = ' || quote('pending')
			ELSE 'CREATE INDEX candidates_published ON candidates (source_key, published) WHERE state <> ' || quote('read') END
			WHERE name IN ('candidates_pending', 'candidates_published')`,
	} {
		_, err := db.write.Exec(q)
		ok(t, err)
	}
	ok(t, db.Close())

	db, rec := h.open(t)
	same(t, "recovery before a write", rec, Recovery{})
	c := news.Candidate{Key: "hidden", URL: "u", Source: "s"}
	if err := db.SavePage(t.Context(), news.Page{Candidate: c, Outcome: news.OutcomeBlocked}); !Damaged(err) {
		t.Fatalf("the write met %v", err)
	}
	ok(t, db.Close())
	db, rec = h.open(t)
	if rec.Damaged == "" || rec.Backup != h.copies[0] {
		t.Errorf("recovery %+v", rec)
	}
	sound(t, db)
	if there := must(exists(suspectPath(h.path)))(t); there {
		t.Error("the new database is suspected")
	}
}

// An entry of an index whose row is gone passes the quick check, too, and stops every read that comes by.
// Who meets it says so, and the start after that looks closer.
func TestDamageThatOnlyReadsMeet(t *testing.T) {
	t.Parallel()
	h := build(t)
	db := openAt(t, h.path)
	db.write.SetMaxIdleConns(0) // each statement reads the schema anew
	for _, q := range []string{
		`INSERT INTO digests (key, topic, slot, manual, created, body) VALUES ('stray', 'north', 1, 0, 1, '{}');
			PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE INDEX digests_topic ON digests (topic, slot) WHERE 0'
			WHERE name = 'digests_topic'`,
		`DELETE FROM digests WHERE key = 'stray';
			INSERT INTO digests (rowid, key, topic, slot, manual, created, body) VALUES (99, 'hidden', 'south', 1, 0, 1, '{}');
			PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE INDEX digests_topic ON digests (topic, slot)'
			WHERE name = 'digests_topic'`,
	} {
		_, err := db.write.Exec(q)
		ok(t, err)
	}
	ok(t, db.Close())

	db, rec := h.open(t)
	same(t, "recovery before a read", rec, Recovery{})
	_, _, err := db.LastDigest(t.Context(), "north")
	if !Damaged(err) {
		t.Fatalf("the read met %v", err)
	}
	db.Suspect(err)
	ok(t, db.Close())
	db, rec = h.open(t)
	if rec.Damaged == "" || rec.Backup != h.copies[0] {
		t.Errorf("recovery %+v", rec)
	}
	sound(t, db)
}
