package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"newsvigil/config"
	"newsvigil/store"
)

// Contents says what a database holds, so that a person can tell one copy from another.
type Contents struct {
	File string
	// Size is in bytes.
	Size int64
	// Pieces and Sources count what was read, and from how many outlets.
	Pieces, Sources int
	// Newest is when the newest piece was published, Digest the slot of the newest digest; zero where
	// there is none.
	Newest, Digest time.Time
}

// Backup writes a checked copy of the database to a file that must not exist yet, beside a running
// daemon. A name that cannot be used is a *UsageError.
func (a *App) Backup(ctx context.Context, file string) (Contents, error) {
	if err := freeName(file); err != nil {
		return Contents{}, err
	}
	file, err := filepath.Abs(file)
	if err != nil {
		return Contents{}, fmt.Errorf("name the backup: %w", err)
	}
	if err := a.db.Backup(ctx, file); err != nil {
		return Contents{}, err
	}
	return contentsOf(ctx, a.cfg, file)
}

// freeName refuses names at which no new file can be made, in words that say what to give instead.
func freeName(file string) error {
	info, err := os.Lstat(file)
	switch {
	case err == nil && info.IsDir():
		return &UsageError{Text: fmt.Sprintf("%s is a folder; name a file in it, such as %s", file, filepath.Join(file, "newsvigil-backup.db"))}
	case err == nil:
		return &UsageError{Text: fmt.Sprintf("%s exists already and is not written over; name another file", file)}
	}
	if dir := filepath.Dir(file); file != "" {
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			return &UsageError{Text: fmt.Sprintf("there is no folder %s to put %s in; make it first", dir, filepath.Base(file))}
		}
	}
	return nil
}

// Restored says what Restore did.
type Restored struct {
	// Contents is what the database holds now. Only File and Size are set where Older is.
	Contents
	// Kept is the name under which the former database was set aside; "" where there was none.
	Kept string
	// Older says that the backup has an older schema, which the next start brings up to date.
	Older bool
}

// Restore puts a backup in the place of the database, after checking it, and sets aside what stood
// there. It takes the lock of the data folder, so that no newsvigil is at work meanwhile; the error is
// then a *store.LockedError. A file that is missing or the database itself is a *UsageError.
func Restore(ctx context.Context, cfg *config.Config, file string) (Restored, error) {
	to := filepath.Join(cfg.DataDir, DatabaseName)
	if err := backupName(file, to); err != nil {
		return Restored{}, err
	}
	lock, err := store.LockDir(cfg.DataDir)
	if err != nil {
		return Restored{}, err
	}
	r, err := restore(ctx, cfg, file)
	return r, errors.Join(err, lock.Unlock())
}

func restore(ctx context.Context, cfg *config.Config, file string) (r Restored, err error) {
	to := filepath.Join(cfg.DataDir, DatabaseName)
	switch r.Kept, err = store.Restore(ctx, file, to); {
	case err != nil && r.Kept != "":
		return r, fmt.Errorf("the restore broke off; the next start goes on with it. The former database stands at %s: %w", r.Kept, err)
	case err != nil:
		return r, fmt.Errorf("nothing was restored, and nothing was changed: %w", err)
	}
	r.Contents, err = contentsOf(ctx, cfg, to)
	if schema := (*store.SchemaError)(nil); errors.As(err, &schema) {
		r.Older, err = true, nil
	}
	return r, err
}

// backupName refuses what can be told to be no backup without opening it.
func backupName(file, database string) error {
	info, err := os.Stat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &UsageError{Text: fmt.Sprintf("there is no file %s; give the name of a backup", file)}
	case err != nil:
		return fmt.Errorf("look at the backup: %w", err)
	case info.IsDir():
		return &UsageError{Text: fmt.Sprintf("%s is a folder; name the backup in it", file)}
	case info.Size() == 0:
		return &UsageError{Text: fmt.Sprintf("%s is empty, so it is no backup", file)}
	}
	if now, err := os.Stat(database); err == nil && os.SameFile(info, now) {
		return &UsageError{Text: fmt.Sprintf("%s is the database itself; name a backup of it", file)}
	}
	return nil
}

// contentsOf looks into a database of this program's own schema.
func contentsOf(ctx context.Context, cfg *config.Config, file string) (Contents, error) {
	c := Contents{File: file}
	info, err := os.Stat(file)
	if err != nil {
		return c, fmt.Errorf("look at %s: %w", file, err)
	}
	c.Size = info.Size()
	db, err := store.OpenReader(ctx, file, store.Options{})
	if err != nil {
		return c, err
	}
	defer db.Close()
	stats, err := db.SourceStats(ctx, time.Time{}, nil)
	if err != nil {
		return c, err
	}
	for _, s := range stats {
		c.Sources++
		c.Pieces += s.New
		c.Newest = later(c.Newest, s.LastArticle)
	}
	for _, t := range cfg.Topics {
		slot, _, err := db.LastDigest(ctx, t.Key())
		if err != nil {
			return c, err
		}
		c.Digest = later(c.Digest, slot)
	}
	return c, nil
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
