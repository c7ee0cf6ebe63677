package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// journalName is the file beside the database with what readers pressed while that could not be written.
const journalName = "presses.jsonl"

// Journal keeps presses on the disk while the database takes nothing in, because another program holds it:
// a reader is confirmed within three seconds what would else wait for longer. What it names is still true
// after the database was renewed or restored: addresses and keys, no numbers of its rows.
type Journal struct {
	path string
}

// Journal is the journal beside the database. It is a file only while there is something in it.
func (db *DB) Journal() Journal {
	return Journal{filepath.Join(filepath.Dir(db.path), journalName)}
}

// Append keeps a press, which is on the disk when it returns nil.
func (j Journal) Append(p Press) error {
	if p.Said != nil { // what follows from a word is worked out anew
		said := Said{Feedback: p.Said.Feedback}
		said.Article = 0
		p.Said = &said
	}
	if p.Back != nil {
		back := *p.Back
		back.Article = 0
		p.Back = &back
	}
	line, err := json.Marshal(p)
	if err == nil {
		err = j.write(append(line, '\n'))
	}
	if err != nil {
		return advised("keep a press beside the database", err)
	}
	return nil
}

func (j Journal) write(line []byte) error {
	f, err := os.OpenFile(j.path, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if info.Size() > 0 { // a line that a crash cut off must not spoil the next one
		line = append([]byte{'\n'}, line...)
	}
	if _, err := f.Write(line); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	return syncFolder(j.path)
}

// Presses are those in the journal, in their order. A line that was cut off was confirmed to nobody.
func (j Journal) Presses() ([]Press, error) {
	data, err := os.ReadFile(j.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, advised("read the presses kept beside the database", err)
	}
	var list []Press
	for line := range bytes.Lines(data) {
		var p Press
		if json.Unmarshal(line, &p) == nil {
			list = append(list, p)
		}
	}
	return list, nil
}

// Clear empties the journal: all that was in it is in the database.
func (j Journal) Clear() error {
	err := os.Remove(j.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = syncFolder(j.path)
	}
	if err != nil {
		return fmt.Errorf("empty %s: %w", j.path, err)
	}
	return nil
}
