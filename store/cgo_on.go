//go:build cgo

package store

import (
	"errors"
	"io/fs"
	"syscall"

	"github.com/mattn/go-sqlite3"
)

// withSQLite says whether this binary holds SQLite, which is C.
const withSQLite = true

// hint says what an admin can do about an error of SQLite; "" where there is nothing to add.
func hint(err error) string {
	var e sqlite3.Error
	if !errors.As(err, &e) {
		switch {
		case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
			return "give the user that runs newsvigil the right to read and write the data folder"
		case errors.Is(err, syscall.ENOSPC):
			return hintFull
		}
		return ""
	}
	switch e.Code {
	case sqlite3.ErrFull:
		return hintFull
	case sqlite3.ErrReadonly, sqlite3.ErrPerm, sqlite3.ErrCantOpen, sqlite3.ErrAuth:
		return "give the user that runs newsvigil the right to read and write the data folder"
	case sqlite3.ErrNotADB:
		return "data_dir must hold a database of newsvigil; move this file away, or set another data_dir"
	case sqlite3.ErrCorrupt:
		return "stop newsvigil, move the file away and bring back the newest backup with `newsvigil restore FILE`"
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return "another program holds the database; close it and try again"
	case sqlite3.ErrIoErr:
		return "the disk gave an error; look at the system's log"
	}
	return ""
}

const hintFull = "the disk is full: make room; newsvigil goes on by itself"
