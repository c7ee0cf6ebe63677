package dedup

import (
	"context"
	"time"

	"newsvigil/news"
)

// Index is what dedup asks of the stored articles. *store.DB and *Memory implement it.
type Index interface {
	// ByKeys returns the article that has one of the keys; the first key that is known decides.
	ByKeys(ctx context.Context, keys []string) (news.Stored, bool, error)
	// ByText returns the oldest article placed since then whose text hash is hash; of all where since is
	// zero.
	ByText(ctx context.Context, hash uint64, since time.Time) (news.Stored, bool, error)
	// Sharing returns the articles placed since then that share at least two of the sampled
	// shingles, those with most first, at most twenty, their text loaded. Shingles that stand in 200
	// or more articles are boilerplate and count for nothing.
	Sharing(ctx context.Context, shingles []uint64, since time.Time) ([]news.Stored, error)
	// Since returns all articles placed since then, oldest first, their text loaded.
	Since(ctx context.Context, since time.Time) ([]news.Stored, error)
	// Before returns the newest articles placed before then, at most limit, oldest first, their text
	// loaded.
	Before(ctx context.Context, before time.Time, limit int) ([]news.Stored, error)
}
