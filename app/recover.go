package app

import (
	"context"
	"fmt"
	"path/filepath"

	"newsvigil/news"
	"newsvigil/store"
)

// backupFolder is the folder of the daily copies within the data folder.
const backupFolder = "backup"

func (a *App) path() string { return filepath.Join(a.cfg.DataDir, DatabaseName) }

func (a *App) backups() string { return filepath.Join(a.cfg.DataDir, backupFolder) }

func (a *App) storeOptions() store.Options {
	return store.Options{Now: a.now, Log: a.log, Boundary: a.o.Boundary, Fault: a.o.Fault}
}

// openSound opens the database, whatever became of its file, and tells the admin channel what did.
func (a *App) openSound(ctx context.Context) error {
	return a.patiently(ctx, func() error {
		db, rec, err := store.OpenSound(ctx, a.path(), a.backups(), a.storeOptions())
		if err != nil {
			return err
		}
		a.db = db
		err = a.recovered(ctx, rec)
		if err == nil {
			err = a.keepQuarantines(ctx)
		}
		if err != nil {
			a.db = nil
			return joinClose(err, db)
		}
		return nil
	})
}

// patiently repeats do while the disk is full or the like, where the App was told to be patient.
func (a *App) patiently(ctx context.Context, do func() error) error {
	for n := 1; ; n++ {
		err := do()
		reason, passes := store.Outage(err)
		if err == nil || !passes || !a.o.Patient {
			return err
		}
		a.log.Error("cannot begin, because "+reason+"; trying again", "err", err)
		if err := sleep(ctx, a.pause(n)); err != nil {
			return err
		}
	}
}

func joinClose(err error, db *store.DB) error {
	if cerr := db.Close(); cerr != nil {
		return fmt.Errorf("%w; then close the database: %w", err, cerr)
	}
	return err
}

// recovered tells the admin what became of the database. What was posted since its copy was made is
// recalled before anything is composed; see recall.
func (a *App) recovered(ctx context.Context, rec store.Recovery) error {
	if rec == (store.Recovery{}) {
		return nil
	}
	if err := a.tell(ctx, a.recoveryNotice(rec)); err != nil {
		return err
	}
	return a.db.ForgetRecovery()
}

// recoveryKey is the same when the program is started anew before it could act on the recovery.
func recoveryKey(rec store.Recovery) string {
	if rec.Lost {
		return "recovery/lost"
	}
	return "recovery/" + filepath.Base(rec.Damaged) + "/" + filepath.Base(rec.Backup)
}

// recoveryNotice says what was found, what was done, what may be missing and what to do.
func (a *App) recoveryNotice(rec store.Recovery) news.Notice {
	n := news.Notice{Key: recoveryKey(rec), At: a.now()}
	recalled := "What was posted is looked up in the channels, so that nothing comes twice."
	switch {
	case !a.cfg.Slack.Configured:
		recalled = "Digests are printed here, so what was printed since then may come once more."
	case a.cfg.Slack.WebhookEnv != "":
		recalled = "A webhook shows nothing of what was posted since then, so pieces may come a second time, none older than max_age."
	}
	switch {
	case rec.Lost:
		n.Title = "The database is gone; newsvigil has begun a new one"
		n.Lines = []string{
			fmt.Sprintf("There was no %s, although %s holds copies of it. If somebody deleted it on purpose, nothing needs doing.", a.path(), a.backups()),
			recalled,
			fmt.Sprintf("To have the old one back: stop newsvigil, then `newsvigil restore FILE` with the newest file of %s.", a.backups()),
		}
	case rec.Damaged == "":
		n.Title = "The database was restored from a backup by hand"
		n.Lines = []string{fmt.Sprintf("It holds the state of %s (%s).", a.clock(rec.BackupAt), rec.Backup), recalled}
	case rec.Backup == "":
		n.Title = "The database was damaged, and newsvigil has begun a new one"
		n.Lines = []string{
			sentence(rec.Why), "There was no whole backup to go on with. " + recalled,
			damagedKept(rec),
		}
	default:
		n.Title = "The database was damaged; newsvigil goes on with a backup"
		n.Lines = []string{
			sentence(rec.Why),
			fmt.Sprintf("It goes on with the copy of %s (%s). Pieces read since then are read again as far as the outlets still show them. %s", a.clock(rec.BackupAt), rec.Backup, recalled),
			damagedKept(rec),
		}
	}
	return n
}

func damagedKept(rec store.Recovery) string {
	return fmt.Sprintf("The damaged file is kept as %s; delete it when you need it no more. Damage comes from the disk or the memory of the machine, or from programs that write into the file: have them looked at.", rec.Damaged)
}

// mend opens the database anew after it turned out to be damaged. Nothing is at work on it now.
func (a *App) mend(ctx context.Context, n int) error {
	if n > 1 { // it did not help the last time: a sick disk must not be run against all the time
		if err := sleep(ctx, a.pause(n)); err != nil {
			return err
		}
	}
	if err := a.db.Close(); err != nil {
		a.log.Warn("close the damaged database", "err", err)
	}
	a.db = nil
	if err := a.openSound(ctx); err != nil {
		return fmt.Errorf("the database is damaged, and opening it anew did not help; the next start tries once more: %w", err)
	}
	select {
	case <-a.damage: // what another part said of the old file
	default:
	}
	return nil
}
