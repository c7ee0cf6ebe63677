package store

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// errCrash ends a call at a boundary as the death of the process would.
var errCrash = errors.New("crash")

// crashing runs do and reports whether it reached the boundary with this number, where it ended.
func crashing(number int, do func(Options) error) (crashed bool, err error) {
	seen := 0
	defer func() {
		if v := recover(); v != nil {
			if v != errCrash {
				panic(v)
			}
			crashed = true
		}
	}()
	return false, do(Options{Now: func() time.Time { return clock }, Boundary: func(string) {
		if seen++; seen > number {
			panic(errCrash)
		}
	}})
}

// A crash at any boundary of a recovery, and at any of the recovery from it, leads to the same end.
func TestCrashInRecovery(t *testing.T) {
	t.Parallel()
	template := build(t)
	overwrite(t, template.path, damages["pages"])
	ok(t, os.WriteFile(template.path+"-wal", []byte("a log"), 0o600))
	hurt := must(os.ReadFile(template.path))(t)
	start := func(h house) func(Options) error {
		return func(o Options) error {
			db, _, err := OpenSound(t.Context(), h.path, h.backups, o)
			if err == nil {
				err = db.Close()
			}
			return err
		}
	}
	rounds := 0
	for first := range 99 {
		h := template.copied(t)
		crashed, err := crashing(first, start(h))
		ok(t, err)
		if !crashed {
			break
		}
		for second := range 99 {
			h := h.copied(t)
			rehome(t, h, template)
			crashed, err := crashing(second, start(h))
			ok(t, err)
			rounds++
			db, rec := h.open(t)
			want := Recovery{Damaged: h.path + ".damaged-20260314T150926Z", Why: rec.Why, Backup: h.copies[0], BackupAt: clock.Truncate(time.Second).Add(time.Second)}
			same(t, "recovery", rec, want)
			if !bytes.Equal(must(os.ReadFile(rec.Damaged))(t), hurt) {
				t.Fatalf("crashes %d and %d: another file was set aside", first, second)
			}
			sound(t, db)
			h.has(t, db, h.early, true)
			ok(t, db.Close())
			left := slices.DeleteFunc(h.files(t), func(name string) bool { return strings.HasSuffix(name, "-shm") })
			same(t, "files", left, []string{"newsvigil.db.damaged-20260314T150926Z", "newsvigil.db.damaged-20260314T150926Z-wal", "newsvigil.db.recovery"})
			if !crashed {
				break
			}
		}
	}
	if rounds < 20 {
		t.Errorf("only %d rounds", rounds)
	}
}

// rehome gives a note that was copied with its folder the names of the new folder.
func rehome(t *testing.T, h, from house) {
	t.Helper()
	b, err := os.ReadFile(notePath(h.path))
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	ok(t, err)
	n, _, err := readNote(h.path)
	ok(t, err)
	old := filepath.Dir(n.Aside)
	ok(t, os.WriteFile(notePath(h.path), bytes.ReplaceAll(b, []byte(old), []byte(h.dir)), 0o600))
}

// A restore by hand that is interrupted is finished by the next start, and no log of the former
// database is taken for one of the copy.
func TestCrashInRestore(t *testing.T) {
	t.Parallel()
	template := build(t)
	seen := map[bool]int{}
	for number := range 99 {
		h := template.copied(t)
		former := openAt(t, h.path)
		later, _ := save(t, former, placed(95, relevant("north", 0.8)))
		wal := must(os.ReadFile(h.path + "-wal"))(t)
		file := must(os.ReadFile(h.path))(t)
		ok(t, former.Close())
		ok(t, os.WriteFile(h.path, file, 0o600)) // as a killed daemon leaves it
		ok(t, os.WriteFile(h.path+"-wal", wal, 0o600))
		crashed, err := crashing(number, func(o Options) error {
			_, err := restore(t.Context(), h.copies[0], h.path, o)
			return err
		})
		ok(t, err)
		db, rec := h.open(t)
		same(t, "recovery", rec, Recovery{Why: byHand, Backup: h.copies[0], BackupAt: clock.Truncate(time.Second).Add(time.Second)})
		sound(t, db)
		h.has(t, db, h.early, true)
		h.has(t, db, later, false)
		ok(t, db.Close())
		old := openAt(t, h.path+".before-restore-1")
		h.has(t, old, later, true)
		sound(t, old)
		ok(t, old.Close())
		seen[crashed]++
		if !crashed {
			break
		}
	}
	if seen[true] < 5 {
		t.Errorf("crashes: %v", seen)
	}
}

// A log that lies where there is no database is not taken for one of the copy that is restored.
func TestRestoreBesideStrayLog(t *testing.T) {
	t.Parallel()
	h := build(t)
	former := openAt(t, h.path)
	later, _ := save(t, former, placed(95, relevant("north", 0.8)))
	wal := must(os.ReadFile(h.path + "-wal"))(t)
	ok(t, former.Close())
	ok(t, os.Remove(h.path))
	ok(t, os.WriteFile(h.path+"-wal", wal, 0o600))
	if kept := must(Restore(t.Context(), h.copies[0], h.path))(t); kept != "" {
		t.Errorf("kept %s", kept)
	}
	db, _ := h.open(t)
	sound(t, db)
	h.has(t, db, h.early, true)
	h.has(t, db, later, false)
}
