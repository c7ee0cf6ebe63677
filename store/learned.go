package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// LearnedLabel is a label that a model was learned from.
type LearnedLabel struct {
	Article int64 `json:"article"`
	// Like says that the piece is on the topic, else it is off it.
	Like bool      `json:"like"`
	At   time.Time `json:"at"`
}

// Learned is what a topic's model has learned from readers.
type Learned struct {
	// Labels are those that were accepted last, by article.
	Labels []LearnedLabel
	// Model is the version of the model that they gave, and At when.
	Model string
	At    time.Time
	// Refused identifies what was refused last, and Why says why; both empty where nothing was.
	Refused, Why string
}

// Learned is what was accepted last for a topic; the zero value where nothing was.
func (db *DB) Learned(ctx context.Context, topicKey string) (Learned, error) {
	var l Learned
	err := db.read.QueryRowContext(ctx, `SELECT labels, model, at, refused, why FROM learned WHERE topic = ?`, topicKey).
		Scan(decoded{&l.Labels}, &l.Model, instant{&l.At}, &l.Refused, &l.Why)
	if errors.Is(err, sql.ErrNoRows) {
		return Learned{}, nil
	}
	return l, advised("read what was learned for "+topicKey, err)
}

// SaveLearned keeps what was accepted and refused for a topic.
func (db *DB) SaveLearned(ctx context.Context, topicKey string, l Learned) error {
	labels, err := list(l.Labels)
	if err != nil {
		return err
	}
	return db.update(ctx, "learned", "save what was learned for "+topicKey, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO learned (topic, labels, model, at, refused, why) VALUES (?, ?, ?, ?, ?, ?)`,
			topicKey, labels, l.Model, stamp(l.At), l.Refused, l.Why)
		return err
	})
}
