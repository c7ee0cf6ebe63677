package app

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"newsvigil/classify"
	"newsvigil/store"
)

const (
	// countedAtOnce is how many pieces are counted between two commits: some seconds of work, and a few
	// megabytes to write.
	countedAtOnce = 5000
	// textsAtOnce is how many of their texts are in memory at a time.
	textsAtOnce = 250
)

// background is what is known of ordinary pieces: the newest stored ones, of all before them how often each
// term stands there, and until there are enough of both the table that the program brings. No piece is
// in it twice: the newest ones are those that were not counted yet.
func (a *App) background(ctx context.Context) (b classify.Background, err error) {
	if a.db != nil {
		var counted int64
		if b.Known, counted, err = a.knownWords(ctx); err != nil {
			return b, err
		}
		if b.Articles, err = a.db.Background(ctx, counted, a.compared); err != nil {
			return b, fmt.Errorf("read the background: %w", err)
		}
	}
	starter, err := classify.Starter(len(b.Articles) + b.Known.Articles)
	b.Known.Join(starter)
	return b, err
}

// knownWords is the stored table of terms, with the number of the last article in it. A damaged one is passed
// over, as if nothing had been counted.
func (a *App) knownWords(ctx context.Context) (classify.Frequencies, int64, error) {
	f, err := a.db.Frequencies(ctx)
	var table classify.Frequencies
	if err == nil {
		if table, err = classify.ReadFrequencies(strings.NewReader(f.Table)); err == nil {
			return table, f.Last, nil
		}
	} else if !errors.Is(err, store.ErrFrequencies) {
		return table, 0, err
	}
	a.log.Warn("the table of known words is passed over; the daily upkeep counts again the texts that are left", "err", err)
	return classify.Frequencies{}, 0, nil
}

// count adds to the table of known words the pieces that are no longer among the newest, or whose texts are
// about to be dropped because they are older than before (zero where nothing will be). Each commit adds
// some of them, so that a restart goes on where it was.
func (a *App) count(ctx context.Context, before time.Time) error {
	table, last, err := a.knownWords(ctx)
	if err != nil {
		return err
	}
	upTo, err := a.db.Leaving(ctx, last, a.compared, before)
	if err != nil {
		return err
	}
	for last < upTo {
		if last, err = a.countSome(ctx, &table, last, upTo); err != nil {
			return err
		}
		var text strings.Builder
		if err := table.Write(&text); err != nil {
			return fmt.Errorf("write the table of known words: %w", err)
		}
		if err := a.db.SaveFrequencies(ctx, store.Frequencies{Last: last, Table: text.String()}); err != nil {
			return err
		}
		a.log.Info("words of older pieces counted", "pieces", table.Articles, "terms", len(table.In))
	}
	return nil
}

// countSome adds pieces after one number, up to another, and returns the number up to which all are added.
func (a *App) countSome(ctx context.Context, table *classify.Frequencies, after, upTo int64) (int64, error) {
	for left := a.atOnce; left > 0; {
		pieces, err := a.db.TextsBetween(ctx, after, upTo, min(left, textsAtOnce))
		if err != nil {
			return after, err
		}
		if len(pieces) == 0 {
			return upTo, nil
		}
		for _, p := range pieces {
			table.Add(p)
			after = p.ID
		}
		left -= len(pieces)
	}
	return after, nil
}
