package store

import (
	"errors"
	"fmt"
	"io"
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
	if err := narrow(path, path+"-wal", path+"-shm"); err != nil {
		return false, advised("open database", err)
	}
	if err := inspect(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, advised("open database", err)
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

// ordinary refuses what is no file.
func ordinary(path string) (fs.FileInfo, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, advised("open database", err)
	case info.IsDir():
		return nil, fmt.Errorf("open database: %s is a folder, not a file: remove it, or set another data_dir", path)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("open database: %s is no ordinary file: remove it, or set another data_dir", path)
	}
	return info, nil
}

// inspect refuses what is no SQLite file before SQLite touches it. An empty file is a new database. No
// DB of this process may have the file open: the system drops a process's locks on a file, those of
// SQLite among them, as soon as the process closes it anywhere.
func inspect(path string) error {
	info, err := ordinary(path)
	if err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return advised("open database", err)
	}
	defer f.Close()
	head := make([]byte, len(magic))
	n, err := io.ReadFull(f, head)
	if n == 0 && info.Size() == 0 {
		return nil
	}
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return advised("read database", err)
	}
	if string(head[:n]) != magic {
		return &damageError{path, "it does not begin as a database does"}
	}
	return nil
}

// narrow takes the rights of all others from files, where they exist: the database is nobody else's
// business, whatever the umask was when it was made. Folders keep the rights they have: the admin may
// have opened one so that a group can read the log beside the database. Files of another user, who
// gave this one the right to write, stay as they are.
func narrow(files ...string) error {
	for _, name := range files {
		info, err := os.Lstat(name)
		if err != nil || !info.Mode().IsRegular() || info.Mode().Perm()&0o077 == 0 {
			continue
		}
		if err := os.Chmod(name, info.Mode().Perm()&0o700); err != nil && !errors.Is(err, fs.ErrPermission) && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// exists says whether there is something of this name.
func exists(path string) (bool, error) {
	_, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// firstFree is the first of the names that nothing has, counted from 1.
func firstFree(name func(int) string) (string, error) {
	for i := 1; ; i++ {
		taken, err := exists(name(i))
		if err != nil || !taken {
			return name(i), err
		}
	}
}

// syncFolder brings the names in the folder of a file to the disk.
func syncFolder(path string) error { return syncFile(filepath.Dir(path)) }
