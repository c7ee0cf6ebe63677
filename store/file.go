package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// create makes the folder and an empty file with narrow rights where they are missing: what is
// stored tells what the readers are interested in. It reports whether the file is empty.
func create(path string) (empty bool, err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return false, advised("create data folder", err)
	}
	if err := inspect(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return false, advised("open database", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return false, advised("open database", err)
	}
	return info.Size() == 0, nil
}

// magic begins every SQLite file.
const magic = "SQLite format 3\x00"

// inspect refuses what is no SQLite file before SQLite touches it. An empty file is a new database.
func inspect(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return advised("open database", err)
	}
	if info.IsDir() {
		return fmt.Errorf("open database: %s is a folder, not a file: remove it, or set another data_dir", path)
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("open database: %s is no ordinary file: remove it, or set another data_dir", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return advised("open database", err)
	}
	defer f.Close()
	head := make([]byte, len(magic))
	n, err := f.Read(head)
	if n == 0 && info.Size() == 0 {
		return nil
	}
	if err != nil {
		return advised("read database", err)
	}
	if string(head[:n]) != magic {
		return fmt.Errorf("%s is not a database: move it away, or set another data_dir", path)
	}
	return nil
}
