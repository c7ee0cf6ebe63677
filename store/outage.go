package store

import (
	"errors"
	"fmt"
	"syscall"
)

// Outage says whether an error comes from a state outside of newsvigil that passes: the disk is full
// or gives errors, the file system is read-only, or another program holds the database. Nothing was
// written; the caller pauses, tells reason to the admin and tries again with the same DB.
func Outage(err error) (reason string, ok bool) {
	if reason := sqliteOutage(err); reason != "" {
		return reason, true
	}
	for errno, reason := range map[syscall.Errno]string{
		syscall.ENOSPC: outFull, syscall.EDQUOT: outFull, syscall.EFBIG: outFull, syscall.EROFS: outReadOnly, syscall.EIO: outBroken,
	} {
		if errors.Is(err, errno) {
			return reason, true
		}
	}
	return "", false
}

const (
	outFull     = "the disk is full"
	outBroken   = "the disk gives errors"
	outReadOnly = "the data folder may not be written to"
	outHeld     = "another program holds the database"
)

// Damaged says whether an error means that the database file itself is not whole. The program that
// meets it stops; its next start sets the file aside. See OpenSound.
func Damaged(err error) bool {
	var damage *damageError
	return errors.As(err, &damage) || sqliteDamage(err) != ""
}

// damageError says that a file is not whole.
type damageError struct{ file, why string }

// Error names the file and what is wrong with it.
func (e *damageError) Error() string { return fmt.Sprintf("%s is damaged (%s)", e.file, e.why) }

// damageOf turns what SQLite says of a damaged file into a damageError; other errors stay as they are.
func damageOf(path string, err error) error {
	if why := sqliteDamage(err); why != "" {
		return &damageError{path, why}
	}
	return err
}
