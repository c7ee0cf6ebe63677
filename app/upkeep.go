package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"newsvigil/news"
	"newsvigil/store"
)

const (
	// upkeepSpec is when the daemon looks after its database: before the morning's digests, and not at
	// a full hour, when other programs work.
	upkeepSpec  = "40 3 * * *"
	upkeepEvery = 24 * time.Hour
	// sinceUpkeep is how long the last upkeep may be ago for anything to be dropped: after a leap of the
	// clock nothing is, until it has stood for a day.
	sinceUpkeep = 30 * 24 * time.Hour
	// keepReaders is how long it is known who said what of a piece.
	keepReaders = 90 * 24 * time.Hour
	// The names under which the database knows when it was looked after, and when a backup failed or
	// succeeded last.
	runUpkeep, runBackupFailed, runBackupGood = "upkeep", "backup/failed", "backup/good"
)

// Upkeep looks after the database where nobody did for a day: a check, a backup, and dropping what is
// past its time. The daemon does it by itself.
func (a *App) Upkeep(ctx context.Context) error {
	last, ran, err := a.db.LastRun(ctx, runUpkeep)
	if err != nil {
		return fmt.Errorf("find the last upkeep: %w", err)
	}
	now := a.now()
	if since := now.Sub(last); ran && since >= 0 && since < upkeepEvery {
		return nil
	}
	if err := a.upkeepJob(ctx, now, false); err != nil {
		return err
	}
	return a.db.SaveRun(ctx, runUpkeep, now)
}

func (a *App) upkeepJob(ctx context.Context, _ time.Time, _ bool) error {
	// First of all: a damaged database must not take the place of a good backup.
	if err := a.db.Check(ctx); err != nil {
		return err
	}
	return errors.Join(a.backUp(ctx), a.prune(ctx))
}

// backUp makes the daily copy. A failure is told to the admin channel once, and so is its end.
func (a *App) backUp(ctx context.Context) error {
	file, err := a.db.BackupInto(ctx, a.backups(), a.cfg.Store.Backups)
	if ctx.Err() != nil || store.Damaged(err) {
		return err
	}
	if terr := a.tellBackup(ctx, err); terr != nil {
		return errors.Join(err, terr)
	}
	if err != nil {
		return &backupError{err}
	}
	if file != "" {
		a.log.Info("backup", "file", file)
	}
	return nil
}

// backupError is a backup that failed. It stops nothing else, and the admin channel was told: it is no
// outage of the database, whatever the reason.
type backupError struct{ cause error }

func (e *backupError) Error() string { return "daily backup: " + e.cause.Error() }

// tellBackup tells how the backup went, where that is news.
func (a *App) tellBackup(ctx context.Context, failure error) error {
	failed, _, err := a.db.LastRun(ctx, runBackupFailed)
	if err != nil {
		return err
	}
	good, _, err := a.db.LastRun(ctx, runBackupGood)
	if err != nil {
		return err
	}
	sick := !failed.IsZero() && !good.After(failed)
	now := a.now()
	n := news.Notice{At: now}
	switch {
	case failure == nil && sick:
		n.Key, n.Title = fmt.Sprintf("backup/well/%d", failed.Unix()), "The daily backup works again"
		n.Lines = []string{fmt.Sprintf("It had failed since %s. Nothing needs doing.", a.clock(failed))}
	case failure != nil && !sick:
		n.Key, n.Title = fmt.Sprintf("backup/failed/%d", now.Unix()), "The daily backup of the database failed"
		n.Lines = []string{
			sentence(failure.Error()),
			"Everything else goes on, and the earlier backups in " + a.backups() + " stay. It is tried again by itself, and you will be told when it works.",
		}
	}
	if n.Key != "" {
		if err := a.tell(ctx, n); err != nil {
			return err
		}
	}
	switch {
	case failure == nil:
		return a.db.SaveRun(ctx, runBackupGood, now)
	case !sick:
		return a.db.SaveRun(ctx, runBackupFailed, now)
	}
	return nil
}

// prune drops what is past its time, and counts first the words of what it drops.
func (a *App) prune(ctx context.Context) error {
	now := a.now()
	last, ran, err := a.db.LastRun(ctx, runUpkeep)
	if err != nil {
		return err
	}
	if ran && now.Sub(last) > sinceUpkeep {
		a.log.Info("nothing is dropped today: the last upkeep was long ago, or the clock was set", "last", last)
		return a.count(ctx, time.Time{})
	}
	s := a.cfg.Store
	keep := store.Retention{Text: now.Add(-s.KeepText), Fingerprints: now.Add(-s.KeepFingerprints)}
	// Before the texts are dropped; but where the disk is full, dropping them is what helps.
	uncounted := a.count(ctx, keep.Text)
	erased, err := a.db.EraseReaders(ctx, now.Add(-keepReaders))
	if err != nil {
		return errors.Join(uncounted, err)
	}
	p, err := a.db.Prune(ctx, keep)
	if err != nil {
		return errors.Join(uncounted, err)
	}
	a.log.Info("upkeep", "user_ids_erased", erased, "texts_dropped", p.Texts, "fingerprints_dropped", p.Shingles)
	return uncounted
}
