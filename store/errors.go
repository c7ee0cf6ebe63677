package store

import (
	"errors"
	"fmt"
)

// ErrNoDatabase is in the error of OpenReader where the file does not exist yet.
var ErrNoDatabase = errors.New("there is no database yet: run `newsvigil once` first")

// ErrReadOnly is in the error of every writing method of a DB that OpenReader gave.
var ErrReadOnly = errors.New("the database was opened for reading only")

// errNoCGO is the answer of a binary that was built without a C compiler.
var errNoCGO = errors.New("this newsvigil was built without SQLite, which is written in C: install gcc, set CGO_ENABLED=1 and build again")

// SchemaError says that the file's schema is not the one this program knows.
type SchemaError struct {
	File string
	// Have is the schema of the file, Want the one of the program.
	Have, Want int
}

// Error says which side is newer and what to do.
func (e *SchemaError) Error() string {
	if e.Have > e.Want {
		return fmt.Sprintf("%s was written by a newer newsvigil (its schema is %d, this program knows %d): "+
			"install the newer version, or bring back an older backup with `newsvigil restore FILE`", e.File, e.Have, e.Want)
	}
	return fmt.Sprintf("%s was written by an older newsvigil (its schema is %d, this program needs %d): "+
		"run `newsvigil once`, which brings it up to date", e.File, e.Have, e.Want)
}

// LockedError says that another newsvigil holds the data folder.
type LockedError struct {
	// PID is the holder's process id; 0 where the holder did not say.
	PID int
	Dir string
}

// Error names the holder.
func (e *LockedError) Error() string {
	if e.PID == 0 {
		return fmt.Sprintf("another newsvigil is at work in %s: wait for it, or stop it", e.Dir)
	}
	return fmt.Sprintf("another newsvigil (process %d) is at work in %s: wait for it, or stop it", e.PID, e.Dir)
}

// advised adds the hint for err, where there is one, to what was being done.
func advised(doing string, err error) error {
	if err == nil {
		return nil
	}
	if damage := (*damageError)(nil); errors.As(err, &damage) {
		return fmt.Errorf("%s: %w; %s", doing, err, hintDamaged)
	}
	h := hint(err)
	if h != "" {
		return fmt.Errorf("%s: %s: %w", doing, h, err)
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// The hints that do not depend on SQLite.
const (
	hintFull    = "the disk is full: make room; newsvigil goes on by itself"
	hintDamaged = "the next start of `newsvigil run`, `once` or `digest` moves it aside and goes on with the newest whole backup"
)
