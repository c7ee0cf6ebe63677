package store

import (
	"strings"
	"testing"
	"time"

	"newsvigil/news"
)

// usual is an article of the usual size: about 3 kB of text and 69 sampled hashes, none of them shared
// with another number.
func usual(n int) Placed {
	p := placed(n, relevant("north", 0.5), graded("south", 0, news.GradeNone))
	p.Article.Text = strings.Repeat(p.Article.Title+" said in the border town on Tuesday. ", 60)
	p.Fingerprint = news.Fingerprint{Text: uint64(n), Words: 500}
	for i := range 69 {
		p.Fingerprint.Shingles = append(p.Fingerprint.Shingles, (uint64(n)<<16+uint64(i)+1)*0x9e3779b97f4a7c15)
	}
	return p
}

func BenchmarkSaveArticle(b *testing.B) {
	db := open(b)
	n := 0
	for b.Loop() {
		n++
		save(b, db, usual(n))
	}
}

// BenchmarkSharing looks for near-copies of an article of which two stand among 2,000.
func BenchmarkSharing(b *testing.B) {
	db := open(b)
	for n := range 2000 {
		save(b, db, usual(n))
	}
	twin := usual(7000)
	twin.Fingerprint.Shingles = usual(100).Fingerprint.Shingles
	save(b, db, twin)
	for b.Loop() {
		got, err := db.Sharing(b.Context(), twin.Fingerprint.Shingles, time.Time{})
		if err != nil || len(got) != 2 {
			b.Fatalf("found %d, error %v", len(got), err)
		}
	}
}
