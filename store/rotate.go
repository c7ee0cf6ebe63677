package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"
)

// BackupFile is one of the copies that BackupInto made.
type BackupFile struct {
	Path string
	// At is when it was made, in UTC, as its name says.
	At time.Time
	// Size is in bytes.
	Size int64
}

// stampLayout is an instant in a file's name, always of UTC.
const stampLayout = "20060102T150405Z"

const partSuffix = ".part"

// backupName is what BackupInto calls its files; nothing else in the folder is touched.
var backupName = regexp.MustCompile(`^newsvigil-(\d{8}T\d{6}Z)\.db(\.part)?$`)

// Backups lists the copies in a folder, the newest first. A folder that does not exist holds none.
func Backups(dir string) ([]BackupFile, error) {
	if dir == "" {
		return nil, nil
	}
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, advised("list the backups", err)
	}
	var all []BackupFile
	for _, e := range entries {
		at := named(e.Name())
		if at.IsZero() || !e.Type().IsRegular() {
			continue
		}
		info, err := e.Info()
		if err != nil {
			continue // deleted meanwhile
		}
		all = append(all, BackupFile{Path: filepath.Join(dir, e.Name()), At: at, Size: info.Size()})
	}
	slices.SortFunc(all, func(a, b BackupFile) int { return b.At.Compare(a.At) })
	return all, nil
}

// named is the instant in the name of a backup; zero where it is none.
func named(base string) time.Time {
	m := backupName.FindStringSubmatch(base)
	if m == nil || m[2] != "" {
		return time.Time{}
	}
	at, err := time.Parse(stampLayout, m[1])
	if err != nil {
		return time.Time{} // no date
	}
	return at
}

// madeAt is when a copy was made: as its name says, else when it was last written to.
func madeAt(file string) time.Time {
	if at := named(filepath.Base(file)); !at.IsZero() {
		return at
	}
	info, err := os.Stat(file)
	if err != nil {
		return time.Time{}
	}
	return info.ModTime().UTC()
}

// BackupInto writes a checked copy of the database to the folder dir, which it creates (0700), and then
// deletes the oldest of its earlier copies so that keep are left. With keep 0 it does nothing. The copy
// is named after the clock, but always as newer than the copies that are there. Where the disk has no
// room for it the error is an Outage, where the database is damaged it is Damaged, and the old copies
// stay. It is safe beside writers.
func (db *DB) BackupInto(ctx context.Context, dir string, keep int) (file string, err error) {
	if keep <= 0 {
		return "", nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", advised("create the folder of backups", err)
	}
	if err := sweepParts(dir); err != nil {
		return "", err
	}
	if err := db.roomFor(dir); err != nil {
		return "", fmt.Errorf("back up to %s: %w", dir, err)
	}
	// A copy of a damaged database can be whole and lack what stood on the damaged pages.
	if err := db.Check(ctx); err != nil {
		return "", err
	}
	old, err := Backups(dir)
	if err != nil {
		return "", err
	}
	at := db.now().UTC().Truncate(time.Second)
	if len(old) > 0 && !at.After(old[0].At) { // twice in a second, or the clock was set back
		at = old[0].At.Add(time.Second)
	}
	file = filepath.Join(dir, "newsvigil-"+at.Format(stampLayout)+".db")
	if err := db.copyTo(ctx, file, "backup"); err != nil {
		return "", err
	}
	for i := keep - 1; i < len(old); i++ {
		if err := os.Remove(old[i].Path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return file, advised("delete an old backup", err)
		}
	}
	return file, nil
}

// sweepParts removes what crashed backups left.
func sweepParts(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return advised("list the backups", err)
	}
	for _, e := range entries {
		if !backupName.MatchString(e.Name()) && !backupName.MatchString(strings.TrimSuffix(e.Name(), "-journal")) ||
			!strings.Contains(e.Name(), partSuffix) {
			continue
		}
		if err := os.Remove(filepath.Join(dir, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return advised("remove what is left of a backup", err)
		}
	}
	return nil
}

// roomFor makes sure that the disk holds a copy and a tenth more.
func (db *DB) roomFor(dir string) error {
	var size uint64
	for _, name := range []string{db.path, db.path + "-wal"} {
		if info, err := os.Stat(name); err == nil {
			size += uint64(info.Size())
		}
	}
	free, err := db.tuning.free(dir)
	if err != nil {
		return err
	}
	if need := size + size/10; free < need {
		return fmt.Errorf("the copy needs %d MB and the disk has %d MB free; the old backups stay: make room: %w",
			need>>20+1, free>>20, syscall.ENOSPC)
	}
	return nil
}

// freeSpace is how many bytes of the disk that holds dir are free to this user.
func freeSpace(dir string) (uint64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, fmt.Errorf("look for room on the disk: %w", err)
	}
	return s.Bavail * uint64(s.Bsize), nil
}
