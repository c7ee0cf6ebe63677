package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"newsvigil/news"
)

// Four goroutines write while others read, among them a second DB as a command beside the daemon has
// it. Nobody is told that the database is locked, and every reader sees whole transactions.
func TestWritersAndReaders(t *testing.T) {
	t.Parallel()
	db := open(t)
	beside := must(OpenReader(t.Context(), db.Path(), Options{}))(t)
	defer beside.Close()
	const writers, each = 4, 15
	errs := make(chan error, 64)
	reading, stop := context.WithCancel(t.Context())
	var write, read sync.WaitGroup
	for w := range writers {
		write.Go(func() {
			for i := range each {
				if err := writeAll(t.Context(), db, w*each+i); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	for _, r := range []*DB{db, db, beside} {
		read.Go(func() {
			for reading.Err() == nil {
				if err := readAll(t.Context(), r); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	write.Wait()
	stop()
	read.Wait()
	close(errs)
	for err := range errs {
		t.Error(err)
	}
	if got := must(beside.Since(t.Context(), at(-99)))(t); len(got) != writers*each {
		t.Errorf("%d articles", len(got))
	}
	if n := must(beside.Queued(t.Context()))(t); n != writers*each {
		t.Errorf("%d deliveries", n)
	}
	sound(t, db)
}

func writeAll(ctx context.Context, db *DB, n int) error {
	id, _, err := db.SaveArticle(ctx, placed(n, relevant("north", 0.7)))
	key := fmt.Sprint("d-", n)
	_, err2 := db.SaveDigest(ctx, "north", false, news.Digest{Key: key, Slot: at(n), Lead: []news.Item{item(news.ItemNew, id)}},
		[]news.Delivery{delivery(key, 1, 1)})
	return errors.Join(err, err2, db.SaveHealth(ctx, news.Health{Source: fmt.Sprint("s", n%3)}),
		db.Polled(ctx, news.PollState{URL: "u"}, []news.Candidate{candidate(n)}))
}

// readAll reads what changes most, and checks that an article never comes without its other rows.
func readAll(ctx context.Context, db *DB) error {
	stored, err := db.Since(ctx, at(-99))
	if err != nil {
		return err
	}
	for _, s := range stored {
		if s.Article.Text == "" || len(s.Article.Keys) != 3 || s.Story == 0 {
			return fmt.Errorf("half an article: %+v", s)
		}
	}
	_, err1 := db.Sharing(ctx, []uint64{77, 1, 2, 3}, at(-99))
	stories, err2 := db.Stories(ctx, "north", at(-99))
	for _, s := range stories {
		if len(s.Members) == 0 || s.Members[0].Score.Model == "" {
			return fmt.Errorf("half a story: %+v", s)
		}
	}
	_, err3 := db.Due(ctx, clock)
	return errors.Join(err1, err2, err3)
}

// A cancelled context stops a call and leaves the writer free for the next one.
func TestCancelled(t *testing.T) {
	t.Parallel()
	db := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := db.SaveArticle(ctx, placed(1, relevant("north", 1))); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if _, err := db.Due(ctx, clock); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	save(t, db, placed(1, relevant("north", 1)))
	sound(t, db)
}
