package store

import (
	"math"
	"os"
	"testing"
)

// TestHashesAreCut: the migration that cuts hashes to 32 bits keeps the lowest of them, as a signed number.
func TestHashesAreCut(t *testing.T) {
	t.Parallel()
	db := open(t)
	id, _ := save(t, db, shingled(1))
	for _, h := range []int64{7, 1<<40 + 8, -1, math.MinInt64, 1<<33 + 1<<31, math.MinInt64 + 7} {
		must(db.write.Exec(`INSERT INTO shingles VALUES (?, ?)`, h, id))(t)
	}
	step := must(os.ReadFile("migrations/0009_fingerprints.sql"))(t)
	must(db.write.Exec(string(step)))(t)
	rows, err := db.read.Query(`SELECT hash FROM shingles WHERE article = ? ORDER BY hash`, id)
	got := must(collect(rows, err, func(r row) (int64, error) {
		var h int64
		err := r.Scan(&h)
		return h, err
	}))(t)
	same(t, "hashes", got, []int64{math.MinInt32, -1, 0, 7, 8})
}

// TestPruneInSteps: hashes of the young stay, in every step of the walk through all of them, and those that
// are so many that a step ends among equal ones.
func TestPruneInSteps(t *testing.T) {
	t.Parallel()
	db := open(t)
	left := func() (n int) {
		ok(t, db.read.QueryRow(`SELECT count(*) FROM shingles`).Scan(&n))
		return n
	}
	for _, n := range []int{1, 20} {
		p := shingled(n, 1<<63, 1<<63-1)
		for i := range pruneHashes {
			p.Fingerprint.Shingles = append(p.Fingerprint.Shingles, uint64(i))
		}
		save(t, db, p)
	}
	all := left()
	if got := must(db.Prune(t.Context(), Retention{Fingerprints: at(0)}))(t); got.Shingles != 0 || left() != all {
		t.Errorf("%+v of young pieces", got)
	}
	if got := must(db.Prune(t.Context(), Retention{Fingerprints: at(15)}))(t); got.Shingles != all/2 || left() != all/2 {
		t.Errorf("%+v, %d of %d left", got, left(), all)
	}
	if shared := must(db.Sharing(t.Context(), []uint64{1 << 63, 1<<63 - 1}, at(-99)))(t); len(shared) != 1 || shared[0].Article.ID != 2 {
		t.Errorf("the young piece is found as %v", numbersOf(shared))
	}
	if got := must(db.Prune(t.Context(), Retention{Fingerprints: at(99)}))(t); got.Shingles != all/2 || left() != 0 {
		t.Errorf("%+v, %d left", got, left())
	}
}
