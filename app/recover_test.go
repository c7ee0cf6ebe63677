package app

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"newsvigil/config"
	"newsvigil/store"
)

// spoil overwrites all of the database but its first page, as a sick disk does.
func (r *rig) spoil(t *testing.T) {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(r.cfg.DataDir, DatabaseName), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt(bytes.Repeat([]byte{0xAA}, int(info.Size())-4096), 4096); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// closed closes the App until the next reopen.
func (r *rig) closed(t *testing.T) {
	t.Helper()
	if err := r.App.Close(); err != nil {
		t.Log(err) // of a damaged file
	}
	r.App = nil
}

// upkept makes the daily backup now.
func (r *rig) upkept(ctx context.Context, t *testing.T) {
	t.Helper()
	if err := r.upkeepJob(ctx, r.now(), false); err != nil {
		t.Fatal(err)
	}
}

// TestDamagedWhileRunning spoils the database under a running daemon: it goes on with the backup, tells
// the admin channel once, and posts everything once.
func TestDamagedWhileRunning(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r := newRig(t, nil)
	r.crawl(ctx, t)
	r.upkept(ctx, t)
	r.post(ctx, t) // the backup knows nothing of it
	before := len(r.shownOnce(t))
	r.reopen(t) // folds the write-ahead log into the file
	done := r.start(ctx)
	r.first(t)
	r.spoil(t)
	r.outlets.Publish(2)
	r.wait(t, "the notice", func() bool {
		r.clock.advance(10 * time.Minute)
		return r.notices("damaged; newsvigil goes on with a backup") > 0
	})
	r.wait(t, "the next digest", func() bool { r.clock.advance(10 * time.Minute); return len(r.digests()) > 1 })
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if after := len(r.shownOnce(t)); after <= before || r.notices("damaged; newsvigil goes on with a backup") != 1 {
		t.Errorf("%d links before and %d after; %d notices", before, after, r.notices("damaged"))
	}
	aside, err := filepath.Glob(filepath.Join(r.cfg.DataDir, DatabaseName+".damaged-*"))
	if err != nil || len(aside) == 0 {
		t.Errorf("the damaged file is not kept: %v %v", aside, err)
	}
	r.reopen(t)
	r.keysOnce(t, testOps)
}

// TestDamagedAtStart holds that a damaged database is told once, whatever command finds it, and that a
// message which the backup has queued and which was posted since is not posted again.
func TestDamagedAtStart(t *testing.T) {
	t.Parallel()
	for name, backups := range map[string]int{"with a backup": 7, "without": 0} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			r := newRig(t, func(c *config.Config) { c.Store.Backups = backups })
			r.crawl(ctx, t)
			if _, err := r.PostDigests(ctx, "", time.Nanosecond); err != nil { // queued, not posted
				t.Fatal(err)
			}
			r.upkept(ctx, t)
			r.post(ctx, t)
			r.closed(t)
			r.spoil(t)
			r.reopen(t)
			r.reopen(t)
			r.crawl(ctx, t)
			r.post(ctx, t)
			r.deliverAll(ctx, t)
			want := map[bool]string{true: "goes on with a backup", false: "has begun a new one"}[backups > 0]
			if n := r.notices("The database was damaged"); n != 1 || r.notices(want) != 1 {
				t.Errorf("%d notices of damage, %d with %q", n, r.notices(want), want)
			}
			if n := len(r.digests()); n != 1 {
				t.Errorf("%d digests, want the one that was posted", n)
			}
			r.shownOnce(t)
		})
	}
}

// TestRecoveryToldOnce holds that a crash before the recovery was forgotten repeats no notice, and that it
// is forgotten then.
func TestRecoveryToldOnce(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := newRig(t, nil)
	for _, rec := range []store.Recovery{
		{Damaged: "x.db.damaged-1", Why: "It was damaged", Backup: "b-1.db", BackupAt: r.now()}, {Damaged: "x.db.damaged-2", Why: "It was damaged"},
		{Backup: "b-2.db", BackupAt: r.now()}, {Lost: true},
	} {
		note := r.path() + ".recovery"
		for range 2 {
			if err := os.WriteFile(note, []byte("{}"), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := r.recovered(ctx, rec); err != nil {
				t.Fatal(err)
			}
			if _, err := os.Stat(note); !os.IsNotExist(err) {
				t.Errorf("the recovery is not forgotten: %v", err)
			}
		}
	}
	r.deliverAll(ctx, t)
	if n := len(r.slack.Messages(testOps)); n != 4 {
		t.Errorf("%d notices, want 4", n)
	}
}

// TestLost deletes the database: a new one is begun, the admin channel hears how to bring a backup
// back, and nothing comes twice.
func TestLost(t *testing.T) {
	t.Parallel()
	unraced(t)
	ctx := t.Context()
	r := newRig(t, nil)
	r.crawl(ctx, t)
	r.post(ctx, t)
	r.upkept(ctx, t)
	r.closed(t)
	for _, f := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(filepath.Join(r.cfg.DataDir, DatabaseName+f)); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	r.reopen(t)
	r.reopen(t)
	r.crawl(ctx, t)
	r.post(ctx, t)
	r.deliverAll(ctx, t)
	if n := r.notices("The database is gone"); n != 1 {
		t.Errorf("%d notices", n)
	}
	if text := r.wording(t, testOps); !strings.Contains(text, "newsvigil restore") || !strings.Contains(text, r.backups()) {
		t.Errorf("the notice does not say how to bring a backup back:\n%s", text)
	}
	if n := len(r.digests()); n != 1 {
		t.Errorf("%d digests, want the one that was posted", n)
	}
	r.shownOnce(t)
}

// TestBackups holds that the daily copies are made and rotated, that `once` makes one when a day has
// gone by, and that a failure is told once and so is its end.
func TestBackups(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := newRig(t, func(c *config.Config) { c.Store.Backups = 2 })
	for range 4 {
		if err := r.Upkeep(ctx); err != nil {
			t.Fatal(err)
		}
		if err := r.Upkeep(ctx); err != nil { // too early for another
			t.Fatal(err)
		}
		r.clock.advance(25 * time.Hour)
	}
	made, err := store.Backups(r.backups())
	if err != nil || len(made) != 2 || made[0].At.Sub(made[1].At) < 24*time.Hour {
		t.Errorf("%+v, %v", made, err)
	}
	good := r.backups() + ".good"
	if err := os.Rename(r.backups(), good); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(r.backups(), []byte("a file in the way"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := r.Upkeep(ctx); err == nil {
			t.Error("a backup that failed is a secret")
		}
		r.clock.advance(25 * time.Hour)
	}
	r.deliverAll(ctx, t)
	if n := r.notices("daily backup of the database failed"); n != 1 {
		t.Errorf("%d notices of one failure", n)
	}
	if err := os.Remove(r.backups()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := r.Upkeep(ctx); err != nil {
			t.Fatal(err)
		}
		r.clock.advance(25 * time.Hour)
	}
	r.deliverAll(ctx, t)
	if n := r.notices("daily backup works again"); n != 1 {
		t.Errorf("its end was told %d times", n)
	}
}

// TestUpkeepJob holds that the daemon makes its backup by itself, and goes on without one when the disk
// has no room for it.
func TestUpkeepJob(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := r.start(ctx)
	r.first(t)
	if made, err := store.Backups(r.backups()); err != nil || len(made) != 0 {
		t.Fatalf("%v, %v before its time", made, err)
	}
	r.clock.advance(25 * time.Hour)
	r.wait(t, "the backup", func() bool {
		made, err := store.Backups(r.backups())
		return err == nil && len(made) == 1
	})
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

// TestPrunedAfterALeap holds that nothing is dropped right after a leap of the clock.
func TestPrunedAfterALeap(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := newRig(t, nil)
	r.crawl(ctx, t)
	if err := r.Upkeep(ctx); err != nil {
		t.Fatal(err)
	}
	r.clock.advance(3 * 365 * 24 * time.Hour)
	if err := r.Upkeep(ctx); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(r.log.String(), "nothing is dropped today") || strings.Contains(r.log.String(), "fingerprints_dropped=1") {
		t.Errorf("log:\n%s", r.log)
	}
	r.clock.advance(25 * time.Hour) // the clock has stood
	if err := r.Upkeep(ctx); err != nil {
		t.Fatal(err)
	}
	log := r.log.String()
	if last := log[max(0, strings.LastIndex(log, "fingerprints_dropped=")):]; !strings.HasPrefix(last, "fingerprints_dropped=") || strings.HasPrefix(last, "fingerprints_dropped=0") {
		t.Error("nothing is dropped ever")
	}
}

// TestLastWords holds that a daemon whose database can be neither used nor replaced says so and ends.
func TestLastWords(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r := newRig(t, nil)
	r.crawl(ctx, t)
	r.reopen(t) // folds the write-ahead log into the file
	done := r.start(ctx)
	r.first(t)
	if err := os.Mkdir(r.path()+".recovery", 0o700); err != nil { // the note of the recovery cannot be written
		t.Fatal(err)
	}
	r.spoil(t)
	var err error
	r.wait(t, "the end", func() bool {
		r.clock.advance(10 * time.Minute)
		select {
		case err = <-done:
			return true
		default:
			return false
		}
	})
	if err == nil || !strings.Contains(err.Error(), "opening it anew did not help") {
		t.Errorf("ended with %v", err)
	}
	if n := r.notices("newsvigil has stopped"); n != 1 {
		t.Errorf("%d notices", n)
	}
}
