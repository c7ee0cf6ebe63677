package app

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"newsvigil/store"
)

// TestRestoredLate holds that a copy which is brought back weeks later repeats nothing of what was posted
// since, although all of it is older than what is read.
func TestRestoredLate(t *testing.T) {
	t.Parallel()
	unraced(t)
	ctx := t.Context()
	r := newRig(t, nil)
	r.crawl(ctx, t)
	r.post(ctx, t)
	r.outlets.Publish(2)
	r.crawl(ctx, t)
	backup := filepath.Join(t.TempDir(), "backup.db")
	if err := r.db.Backup(ctx, backup); err != nil {
		t.Fatal(err)
	}
	r.post(ctx, t)
	r.clock.advance(20 * 24 * time.Hour)
	r.swap(t, func(database string) error { _, err := store.Restore(ctx, backup, database); return err })
	if res := r.post(ctx, t); res.Topics[0].Digest != "" {
		t.Errorf("%+v", res.Topics)
	}
	r.onceEach(t, testChannel)
}

// TestRestoredFolded holds that a digest which the copy has queued, and which was folded into a later one
// after the copy was made, is not posted beside that.
func TestRestoredFolded(t *testing.T) {
	t.Parallel()
	unraced(t)
	ctx := t.Context()
	r := newRig(t, nil)
	r.crawl(ctx, t)
	if _, err := r.PostDigests(ctx, "", time.Nanosecond); err != nil { // queued
		t.Fatal(err)
	}
	backup := filepath.Join(t.TempDir(), "backup.db")
	if err := r.db.Backup(ctx, backup); err != nil {
		t.Fatal(err)
	}
	r.outlets.Publish(2)
	r.crawl(ctx, t)
	if err := r.postSlot(ctx, r.topics[0], r.now().Truncate(time.Minute)); err != nil {
		t.Fatal(err)
	}
	r.deliverAll(ctx, t)
	if n := len(r.digests()); n != 1 {
		t.Fatalf("%d digests, want the one into which the other was folded", n)
	}
	r.swap(t, func(database string) error { _, err := store.Restore(ctx, backup, database); return err })
	r.crawl(ctx, t)
	r.post(ctx, t)
	r.deliverAll(ctx, t)
	if n := len(r.digests()); n != 1 {
		t.Errorf("%d digests, want 1", n)
	}
	r.onceEach(t, testChannel)
}

// TestRestoredDatabase holds that what was posted after a backup was made is neither posted again nor
// lost when the backup takes the place of the database.
func TestRestoredDatabase(t *testing.T) {
	t.Parallel()
	unraced(t)
	for _, queued := range []bool{false, true} {
		ctx := t.Context()
		r := newRig(t, nil)
		r.crawl(ctx, t)
		if !queued {
			r.post(ctx, t)
			r.outlets.Publish(2)
		} else if _, err := r.PostDigests(ctx, "", time.Nanosecond); err != nil { // in the outbox at the time of the backup
			t.Fatal(err)
		}
		backup := filepath.Join(t.TempDir(), "backup.db")
		if err := r.db.Backup(ctx, backup); err != nil {
			t.Fatal(err)
		}
		r.crawl(ctx, t)
		r.post(ctx, t)
		posted := len(r.slack.Messages(testChannel))
		if posted == 0 {
			t.Fatal("nothing was posted")
		}
		r.swap(t, func(database string) error { _, err := store.Restore(ctx, backup, database); return err })
		r.crawl(ctx, t)
		res := r.post(ctx, t)
		if n := len(r.slack.Messages(testChannel)); n != posted || res.Queued != 0 || res.Topics[0].Digest != "" {
			t.Errorf("queued %v: %d messages, want %d; %+v", queued, n, posted, res)
		}
		r.onceEach(t, testChannel)
		r.outlets.Publish(2)
		r.crawl(ctx, t)
		r.post(ctx, t)
		r.onceEach(t, testChannel)
		kept := newRig(t, nil)
		text := r.wording(t, testChannel)
		for round := 1; round <= 2; round++ {
			kept.outlets.Publish(round)
			kept.crawl(ctx, t)
			for _, title := range newTitles(kept.digestOf(t, kept.post(ctx, t), 0)) {
				if !strings.Contains(text, title) {
					t.Errorf("queued %v: %q is lost", queued, title)
				}
			}
		}
	}
}
