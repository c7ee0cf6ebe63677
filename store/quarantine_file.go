package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"newsvigil/news"
)

// quarantineName is the file beside the database that names the outlets that are quarantined. It outlives
// a database that is damaged, lost, or brought back from a copy made before: the outlet would else be read
// and linked to again, and nobody would be told.
const quarantineName = "quarantined.jsonl"

// KeepQuarantines makes the database and the file beside it agree on what is quarantined, and returns what
// the database had forgotten. Only a database that knows that a quarantine was lifted ends it.
func (db *DB) KeepQuarantines(ctx context.Context) (forgotten []news.Quarantine, err error) {
	file := filepath.Join(filepath.Dir(db.path), quarantineName)
	noted, err := notedQuarantines(file)
	if err != nil {
		return nil, advised("read "+file, err)
	}
	known, err := db.Quarantines(ctx)
	if err != nil {
		return nil, err
	}
	for _, q := range noted {
		if !knows(known, q) {
			forgotten = append(forgotten, q)
		}
	}
	if len(forgotten) > 0 {
		if err := db.update(ctx, "quarantine", "take over what is quarantined", func(tx *sql.Tx) error {
			return addQuarantines(ctx, tx, forgotten)
		}); err != nil {
			return nil, err
		}
	}
	var stand []news.Quarantine
	for _, q := range append(known, forgotten...) {
		if q.Stands() {
			stand = append(stand, q)
		}
	}
	return forgotten, advised("write "+file, noteQuarantines(file, stand))
}

// knows reports whether a quarantine is among those of the database, under whatever name.
func knows(known []news.Quarantine, q news.Quarantine) bool {
	for _, k := range known {
		if k.At.Equal(q.At) || k.Source == q.Source && k.Stands() {
			return true
		}
	}
	return false
}

func addQuarantines(ctx context.Context, tx *sql.Tx, all []news.Quarantine) error {
	for _, q := range all {
		sites, err := list(q.Sites)
		if err == nil {
			err = addQuarantine(ctx, tx, q, sites)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// notedQuarantines reads the file. A line that nobody can read is passed over: it must not keep the
// program from starting.
func notedQuarantines(file string) ([]news.Quarantine, error) {
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var all []news.Quarantine
	for line := range bytes.Lines(data) {
		var q news.Quarantine
		if json.Unmarshal(line, &q) == nil && q.Source != "" && q.Stands() && !q.At.IsZero() {
			all = append(all, q)
		}
	}
	return all, err
}

// noteQuarantines writes the file anew where it does not say what stands; nothing stands in no file.
func noteQuarantines(file string, stand []news.Quarantine) error {
	var b bytes.Buffer
	for _, q := range stand {
		line, err := object(q)
		if err != nil {
			return err
		}
		b.WriteString(line + "\n")
	}
	old, err := os.ReadFile(file)
	missing := errors.Is(err, fs.ErrNotExist)
	switch {
	case err != nil && !missing:
		return err
	case bytes.Equal(old, b.Bytes()):
		return nil
	case b.Len() == 0:
		if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return syncFolder(file)
	}
	// The command and the daemon may write it at the same moment: each under a name of its own.
	part, err := os.CreateTemp(filepath.Dir(file), quarantineName+".*"+partSuffix)
	if err != nil {
		return err
	}
	_, err = part.Write(b.Bytes())
	if err = errors.Join(err, part.Close()); err == nil {
		err = settle(part.Name(), file)
	}
	if err != nil {
		os.Remove(part.Name())
	}
	return err
}
