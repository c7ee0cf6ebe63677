package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// Recovery says what became of a database that could not be used as it was found. The zero value
// stands for: it was sound, or there was none yet.
type Recovery struct {
	// Damaged is the name under which the damaged file was set aside; "" where none was.
	Damaged string `json:"damaged,omitempty"`
	// Why says in plain words what was wrong.
	Why string `json:"why,omitempty"`
	// Backup is the copy that took its place. "" beside Damaged: no copy was whole, and a new database
	// was begun. A Backup without Damaged was restored by hand.
	Backup string `json:"backup,omitempty"`
	// BackupAt is when that copy was made.
	BackupAt time.Time `json:"backup_at,omitzero"`
	// Lost says that there was no database file although the folder of backups holds copies. A new one
	// was begun: the file may have been deleted on purpose.
	Lost bool `json:"lost,omitempty"`
}

// OpenSound is Open for a program that must go on whatever happened to the file: it looks through it
// first, sets a damaged one aside and puts the newest whole copy of the folder backups in its place.
// Nothing is deleted. What another program or a newer newsvigil wrote is refused as by Open, and a disk
// that gives errors is no damage. The caller holds the lock of the database's folder.
//
// The same Recovery comes again at every start until ForgetRecovery is called, so that a crash before
// the caller has acted on it loses nothing. A crash at any moment within is made good by the next call.
func OpenSound(ctx context.Context, path, backups string, o Options) (*DB, Recovery, error) {
	db, err := prepare(path, o)
	if err != nil {
		return nil, Recovery{}, err
	}
	r := recovering{DB: db, backups: backups}
	rec, err := r.heal(ctx)
	if err == nil {
		err = db.trust()
	}
	if err != nil {
		return nil, rec, err
	}
	sound, err := Open(ctx, path, o)
	if Damaged(err) { // only a migration or a check that was cut short comes here
		if rec, err = r.replace(ctx, err.Error()); err != nil {
			return nil, rec, err
		}
		sound, err = Open(ctx, path, o)
	}
	return sound, rec, err
}

// ForgetRecovery ends the repetition of a Recovery: its caller has acted on it.
func (db *DB) ForgetRecovery() error {
	if db.write == nil {
		return fmt.Errorf("forget the recovery: %w", ErrReadOnly)
	}
	if err := os.Remove(notePath(db.path)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return advised("forget the recovery", err)
	}
	return nil
}

// recovering is a DB that is not open yet, with what its recovery needs.
type recovering struct {
	*DB
	backups string
}

// heal finishes what a crash interrupted and answers damage.
func (r recovering) heal(ctx context.Context) (Recovery, error) {
	n, noted, err := r.noted()
	if err != nil {
		return Recovery{}, err
	}
	if noted && !n.Done {
		if err := r.finish(&n); err != nil {
			return n.Recovery, err
		}
	}
	why, err := r.diagnose(ctx)
	switch {
	case errors.Is(err, fs.ErrNotExist) && noted:
		return n.Recovery, nil // begun anew, and interrupted before the first commit
	case errors.Is(err, fs.ErrNotExist):
		return r.lost()
	case err == nil && why != "":
		return r.replace(ctx, why)
	}
	return n.Recovery, err
}

// noted reads the note. One that cannot be understood is as good as none: it must not keep the program
// from starting.
func (r recovering) noted() (n note, found bool, err error) {
	n, found, err = readNote(r.path)
	if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
		r.log.Warn("the note of a recovery is passed over", "err", err)
		return note{}, false, nil
	}
	return n, found, err
}

// lost notes that the file is gone, where there was one.
func (r recovering) lost() (Recovery, error) {
	copies, err := Backups(r.backups)
	if err != nil || len(copies) == 0 {
		return Recovery{}, err
	}
	n := note{Recovery: Recovery{Lost: true}}
	return n.Recovery, r.carryOut(&n, r.damagedName)
}

// replace puts the newest whole backup, or nothing, in the place of the damaged file.
func (r recovering) replace(ctx context.Context, why string) (Recovery, error) {
	n := note{Recovery: Recovery{Why: why}}
	if err := r.choose(ctx, &n); err != nil {
		return Recovery{}, err
	}
	err := r.carryOut(&n, r.damagedName)
	if err == nil {
		r.log.Error("the database was damaged and was set aside", "file", r.path, "aside", n.Damaged, "why", why, "backup", n.Backup)
	}
	return n.Recovery, err
}

func (r recovering) damagedName(i int) string {
	return r.path + ".damaged-" + r.now().UTC().Add(time.Duration(i-1)*time.Second).Format(stampLayout)
}

// carryOut finds a name for what is in the way, writes the note and does what it says.
func (r recovering) carryOut(n *note, name func(int) string) error {
	var err error
	if n.Aside, err = firstFree(name); err != nil {
		return advised("move "+r.path+" aside", err)
	}
	if n.Taken, err = exists(r.path); err != nil {
		return advised("move "+r.path+" aside", err)
	}
	if n.Taken && n.Why != byHand {
		n.Damaged = n.Aside
	}
	if err := n.write(r.path); err != nil {
		return err
	}
	return r.finish(n)
}

// choose brings the newest whole backup beside the database. There may be none.
func (r recovering) choose(ctx context.Context, n *note) error {
	copies, err := Backups(r.backups)
	if err != nil {
		return err
	}
	for _, c := range copies {
		if err := checkFile(ctx, c.Path); err != nil {
			if ctx.Err() != nil {
				return err
			}
			r.log.Warn("a backup is passed over", "backup", c.Path, "err", err)
			continue
		}
		n.Backup, n.BackupAt = c.Path, c.At
		return r.bring(ctx, c.Path)
	}
	return nil
}

// bring copies a backup to the name from which finish takes it.
func (r recovering) bring(ctx context.Context, from string) error {
	part := r.path + partSuffix
	err := copyFile(from, part)
	if err == nil {
		err = markCopy(ctx, part, r.now())
	}
	if err == nil {
		err = syncFile(part)
	}
	if err != nil {
		os.Remove(part)
		return advised("restore "+from, err)
	}
	return nil
}

// finish does what a note says. Every step looks first whether it was done, so that it may be repeated
// after a crash anywhere. The database itself is moved before its log: between the two there is no file
// of its name, which no reader opens.
func (r recovering) finish(n *note) error {
	there, err := exists(r.path)
	if err == nil && there && n.Taken {
		var moved bool
		if moved, err = exists(n.Aside); err == nil && !moved {
			r.boundary("before set-aside")
			err, there = os.Rename(r.path, n.Aside), false
		}
	}
	if err == nil && !there {
		err = r.clear(n.Aside)
	}
	if err != nil {
		return advised("move "+r.path+" aside", err)
	}
	if !there && n.Backup != "" {
		r.boundary("before restored")
		if err := settle(r.path+partSuffix, r.path); err != nil {
			return advised("restore "+n.Backup, err)
		}
	}
	n.Done = true
	r.boundary("after restored")
	return n.write(r.path)
}

// clear moves away what an absent database left behind: SQLite would take an old log for that of the
// database that comes.
func (r recovering) clear(aside string) error {
	for _, suffix := range []string{"-wal", "-shm"} {
		r.boundary("before set-aside " + suffix[1:])
		if err := os.Rename(r.path+suffix, aside+suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := narrow(aside, aside+"-wal", aside+"-shm"); err != nil {
		return err
	}
	if err := syncFolder(r.path); err != nil {
		return err
	}
	r.boundary("after set-aside")
	return nil
}

// byHand is the reason of a Recovery that Restore noted.
const byHand = "restored by hand"

// note is a Recovery on the disk, written before the first file is moved.
type note struct {
	Recovery
	// Aside is where what is in the way goes, and Taken whether a database is: else there may be a log
	// without one.
	Aside string `json:"aside"`
	Taken bool   `json:"taken"`
	// Done says that all of it was carried out; what is left to do is to tell.
	Done bool `json:"done"`
}

func notePath(path string) string { return path + ".recovery" }

func readNote(path string) (n note, found bool, err error) {
	b, err := os.ReadFile(notePath(path))
	if errors.Is(err, fs.ErrNotExist) {
		return n, false, nil
	}
	if err != nil {
		return n, false, advised("read the note of a recovery", err)
	}
	if err := json.Unmarshal(b, &n); err != nil {
		return n, false, fmt.Errorf("read %s: %w", notePath(path), err)
	}
	return n, true, nil
}

func (n note) write(path string) error {
	b, err := json.MarshalIndent(n, "", "\t")
	if err != nil {
		return err
	}
	part := notePath(path) + partSuffix
	if err := os.WriteFile(part, append(b, '\n'), 0o600); err != nil {
		return advised("note the recovery", err)
	}
	return advised("note the recovery", settle(part, notePath(path)))
}
