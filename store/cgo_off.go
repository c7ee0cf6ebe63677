//go:build !cgo

package store

import _ "github.com/mattn/go-sqlite3" // so that both builds need the same modules

const withSQLite = false

func hint(error) string { return "" }
