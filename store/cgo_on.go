//go:build cgo

package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
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
	case sqlite3.ErrCorrupt, sqlite3.ErrNotADB:
		return "the database is damaged; " + hintDamaged
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return "another program holds the database; close it and try again"
	case sqlite3.ErrIoErr:
		return "the disk gave an error; look at the system's log"
	}
	return ""
}

// sqliteOutage is the part of Outage that knows SQLite's errors.
func sqliteOutage(err error) string {
	var e sqlite3.Error
	if !errors.As(err, &e) {
		return ""
	}
	switch e.Code {
	case sqlite3.ErrFull:
		return outFull
	case sqlite3.ErrIoErr:
		if e.SystemErrno == syscall.ENOSPC || e.SystemErrno == syscall.EDQUOT {
			return outFull
		}
		return outBroken
	case sqlite3.ErrReadonly:
		return outReadOnly
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return outHeld
	}
	return ""
}

// sqliteDamage says what SQLite found damaged; "" where the error is another one.
func sqliteDamage(err error) string {
	var e sqlite3.Error
	if errors.As(err, &e) && (e.Code == sqlite3.ErrCorrupt || e.Code == sqlite3.ErrNotADB) {
		return e.Error()
	}
	return ""
}

// connector opens connections that begin with statements of their own, which the driver's name of a
// file has no words for.
type connector struct {
	driver *sqlite3.SQLiteDriver
	name   string
}

func (c connector) Connect(context.Context) (driver.Conn, error) { return c.driver.Open(c.name) }
func (c connector) Driver() driver.Driver                        { return c.driver }

// pool is like sql.Open, and runs begin on every new connection.
func pool(name, begin string) *sql.DB {
	return sql.OpenDB(connector{&sqlite3.SQLiteDriver{ConnectHook: func(c *sqlite3.SQLiteConn) error {
		_, err := c.Exec(begin, nil)
		return err
	}}, name})
}
