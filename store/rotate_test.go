package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// at gives a DB whose clock the test moves.
func ticking(t *testing.T, now *time.Time) *DB {
	t.Helper()
	db, err := Open(t.Context(), filepath.Join(t.TempDir(), "newsvigil.db"), Options{Now: func() time.Time { return *now }})
	ok(t, err)
	t.Cleanup(func() { db.Close() })
	return db
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	var all []string
	for _, e := range must(os.ReadDir(dir))(t) {
		all = append(all, e.Name())
	}
	return all
}

func TestBackupsRotate(t *testing.T) {
	t.Parallel()
	now := clock
	db := ticking(t, &now)
	dir := filepath.Join(t.TempDir(), "deep", "backup")
	same(t, "of a folder that is not there", must(Backups(dir))(t), []BackupFile(nil))
	if file, err := db.BackupInto(t.Context(), dir, 0); file != "" || err != nil {
		t.Errorf("keep 0 gave %q, %v", file, err)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("keep 0 made a folder")
	}
	for day := range 5 {
		now = clock.Add(time.Duration(day) * 24 * time.Hour).In(time.FixedZone("KST", 9*3600))
		save(t, db, placed(day, relevant("north", 0.7)))
		file := must(db.BackupInto(t.Context(), dir, 3))(t)
		if want := fmt.Sprintf("newsvigil-202603%dT150926Z.db", 14+day); filepath.Base(file) != want {
			t.Errorf("%s, want %s", file, want)
		}
	}
	same(t, "files", names(t, dir), []string{"newsvigil-20260316T150926Z.db", "newsvigil-20260317T150926Z.db", "newsvigil-20260318T150926Z.db"})
	all := must(Backups(dir))(t)
	for i, b := range all {
		copied := openAt(t, b.Path)
		if got := must(copied.Since(t.Context(), at(-99)))(t); len(got) != 5-i {
			t.Errorf("%s holds %d articles", b.Path, len(got))
		}
		ok(t, copied.Close())
		if want := clock.Add(time.Duration(4-i) * 24 * time.Hour).Truncate(time.Second); !b.At.Equal(want) || b.At.Location() != time.UTC || b.Size < 4096 {
			t.Errorf("%+v", b)
		}
	}
}

// What is not ours in the folder stays; what a crash left goes.
func TestBackupFolderIsShared(t *testing.T) {
	t.Parallel()
	db := open(t)
	dir := t.TempDir()
	theirs := []string{"newsvigil-20200101T000000Z.db.gz", "newsvigil-20200101T000000Z.db.partly", "newsvigil-backup.db", "notes.txt", "other.part", "xnewsvigil-20200101T000000Z.db"}
	left := []string{"newsvigil-20200102T000000Z.db.part", "newsvigil-20200103T000000Z.db.part", "newsvigil-20200103T000000Z.db.part-journal"}
	for _, name := range append(slices.Clone(theirs), left...) {
		ok(t, os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600))
	}
	must(db.BackupInto(t.Context(), dir, 1))(t)
	must(db.BackupInto(t.Context(), dir, 1))(t)
	want := append(slices.Clone(theirs), "newsvigil-20260314T150927Z.db")
	slices.Sort(want)
	same(t, "files", names(t, dir), want)
}

// A clock that was set back makes no copy look older than those that were made before it.
func TestBackupAfterClockWasSetBack(t *testing.T) {
	t.Parallel()
	now := clock
	db := ticking(t, &now)
	dir := t.TempDir()
	must(db.BackupInto(t.Context(), dir, 1))(t)
	id, _ := save(t, db, placed(1, relevant("north", 0.7)))
	now = clock.Add(-365 * 24 * time.Hour)
	file := must(db.BackupInto(t.Context(), dir, 1))(t)
	same(t, "files", names(t, dir), []string{filepath.Base(file)})
	copied := openAt(t, file)
	if _, err := copied.Article(t.Context(), id); err != nil {
		t.Errorf("the older copy was kept: %v", err)
	}
}

func TestNoRoomForBackup(t *testing.T) {
	t.Parallel()
	db := open(t)
	dir := t.TempDir()
	file := must(db.BackupInto(t.Context(), dir, 1))(t)
	before := must(os.ReadFile(file))(t)
	for _, free := range []uint64{0, uint64(len(before))} {
		db.tuning.free = func(string) (uint64, error) { return free, nil }
		_, err := db.BackupInto(t.Context(), dir, 1)
		if reason, ok := Outage(err); !ok || reason != outFull || !strings.Contains(err.Error(), "the old backups stay") || !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("with %d bytes free: %v", free, err)
		}
	}
	same(t, "files", names(t, dir), []string{filepath.Base(file)})
	if free := must(freeSpace(dir))(t); free == 0 {
		t.Error("the disk of the tests has no room")
	}
}

// A crash before a new copy is whole leaves the old ones, and one after it leaves the new one.
func TestCrashInBackup(t *testing.T) {
	t.Parallel()
	h := build(t)
	points := 0
	for number := range 9 {
		h := h.copied(t)
		crashed, err := crashing(number, func(o Options) error {
			db, err := Open(t.Context(), h.path, o)
			if err != nil {
				return err
			}
			defer db.Close()
			_, err = db.BackupInto(t.Context(), h.backups, 1)
			return err
		})
		ok(t, err)
		whole := 0
		for _, b := range must(Backups(h.backups))(t) {
			ok(t, checkFile(t.Context(), b.Path))
			whole++
		}
		if crashed && whole != 2+number { // the old ones; from the second boundary on the new one, too
			t.Errorf("boundary %d: %d copies are there", number, whole)
		}
		db, rec := h.open(t)
		same(t, "recovery", rec, Recovery{})
		file := must(db.BackupInto(t.Context(), h.backups, 1))(t)
		same(t, "files", names(t, h.backups), []string{filepath.Base(file)})
		if points = number; !crashed {
			break
		}
	}
	if points != 2 {
		t.Errorf("%d boundaries", points)
	}
}

// A damaged database is no reason to delete a whole copy of it.
func TestDamagedIsNotBackedUp(t *testing.T) {
	t.Parallel()
	h := build(t)
	db := openAt(t, h.path)
	save(t, db, placed(98, relevant("north", 0.7)))
	ok(t, db.Close())
	overwrite(t, h.path, damages["pages"])
	hurt := openAt(t, h.path)
	if _, err := hurt.BackupInto(t.Context(), h.backups, 1); !Damaged(err) {
		t.Errorf("error %v", err)
	}
	for _, name := range h.copies {
		ok(t, checkFile(t.Context(), name))
	}
}

// A migration that is interrupted anywhere is finished by the next start, and the copy is of the file
// as it was.
func TestCrashInMigration(t *testing.T) {
	t.Parallel()
	template := house{dir: t.TempDir()}
	template.path = filepath.Join(template.dir, "newsvigil.db")
	older(t, template.path)
	crashes := 0
	for number := range 99 {
		h := template.copied(t)
		h.backups = ""
		crashed, err := crashing(number, func(o Options) error {
			db, _, err := OpenSound(t.Context(), h.path, h.backups, o)
			if err == nil {
				err = db.Close()
			}
			return err
		})
		ok(t, err)
		db, rec := h.open(t)
		same(t, "recovery", rec, Recovery{})
		if db.Schema() != Latest() {
			t.Errorf("schema %d", db.Schema())
		}
		if _, found, err := db.LastRun(t.Context(), "crawl"); !found || err != nil {
			t.Errorf("boundary %d: a run is lost, %v", number, err)
		}
		sound(t, db)
		ok(t, checkFile(t.Context(), h.path+".schema-1"))
		if !crashed {
			break
		}
		crashes++
	}
	if crashes < 4 {
		t.Errorf("%d boundaries", crashes)
	}
}

// older makes a database of the first schema with one run in it.
func older(t *testing.T, path string) {
	t.Helper()
	db := must(prepare(path, Options{}))(t)
	must(create(path))(t)
	settings := writerSettings(db.tuning)
	settings.Set("_auto_vacuum", "incremental")
	db.write = pool(dsn(path, settings), keepLogShort)
	db.write.SetMaxOpenConns(1)
	must(db.migrate(t.Context(), must(shipped())(t)[:1]))(t)
	ok(t, db.SaveRun(t.Context(), "crawl", clock))
	ok(t, db.Close())
}
