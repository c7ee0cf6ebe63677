package dedup

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"newsvigil/news"
)

// Bounds of a look-up by shingles, the same for every Index.
const (
	MinShared   = 2   // sampled shingles that two pieces must share to be compared
	MaxSharing  = 20  // pieces compared at most
	Boilerplate = 200 // a shingle in so many pieces tells nothing
)

// Memory is an Index that lives in memory: for labelled files, practice and tests. It may be used
// by several goroutines.
type Memory struct {
	mu       sync.RWMutex
	pieces   []news.Stored
	stories  int64
	byKey    map[string]int
	byText   map[uint64][]int
	postings postings
}

// postings are the pieces that hold a shingle, in chains: a slice for each of the shingles, most of
// which stand in one piece alone, would take three times the memory.
type postings struct {
	// last is the number of a shingle's newest entry, plus one.
	last    map[uint64]int32
	entries []entry
}

// entry is a piece that holds a shingle, and the number of the entry before it, plus one.
type entry struct{ piece, before int32 }

func (p *postings) add(shingle uint64, piece int) {
	p.entries = append(p.entries, entry{int32(piece), p.last[shingle]})
	p.last[shingle] = int32(len(p.entries))
}

// of appends the pieces that hold a shingle, up to one more than limit.
func (p *postings) of(shingle uint64, to []int32, limit int) []int32 {
	for n := p.last[shingle]; n != 0 && len(to) <= limit; n = p.entries[n-1].before {
		to = append(to, p.entries[n-1].piece)
	}
	return to
}

// NewMemory returns an empty index.
func NewMemory() *Memory {
	return &Memory{byKey: make(map[string]int), byText: make(map[uint64][]int), postings: postings{last: make(map[uint64]int32)}}
}

// Put stores an article in a story and returns it with its numbers: an article without an ID gets
// the next one, and story 0 opens a new story. A known key stays with the first piece that had
// it.
func (m *Memory) Put(a news.Article, story int64) news.Stored {
	fp := Fingerprint(a)
	m.mu.Lock()
	defer m.mu.Unlock()
	n := len(m.pieces)
	if a.ID == 0 {
		a.ID = int64(n + 1)
	}
	if story == 0 {
		story = m.stories + 1
	}
	m.stories = max(m.stories, story)
	s := news.Stored{Article: a, Story: story}
	m.pieces = append(m.pieces, s)
	for _, key := range a.Keys {
		if _, ok := m.byKey[key]; !ok {
			m.byKey[key] = n
		}
	}
	if fp.Text != 0 {
		m.byText[fp.Text] = append(m.byText[fp.Text], n)
	}
	for _, h := range fp.Shingles {
		m.postings.add(h, n)
	}
	return s
}

// ByKeys returns the article that has one of the keys; the first key that is known decides.
func (m *Memory) ByKeys(_ context.Context, keys []string) (news.Stored, bool, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for _, key := range keys {
		if n, ok := m.byKey[key]; ok {
			return m.pieces[n], true, nil
		}
	}
	return news.Stored{}, false, nil
}

// ByText returns the first article placed since then whose text hash is hash.
func (m *Memory) ByText(_ context.Context, hash uint64, since time.Time) (news.Stored, bool, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for _, n := range m.byText[hash] {
		if !arrivedBefore(m.pieces[n].Article, since) {
			return m.pieces[n], true, nil
		}
	}
	return news.Stored{}, false, nil
}

// Sharing returns the articles placed since then that share at least MinShared of the shingles,
// those with most first and the older first among equals, at most MaxSharing.
func (m *Memory) Sharing(_ context.Context, shingles []uint64, since time.Time) ([]news.Stored, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	shared := make(map[int]int)
	seen := make(map[uint64]bool, len(shingles))
	var holders []int32
	for _, h := range shingles {
		holders = m.postings.of(h, holders[:0], Boilerplate)
		if seen[h] || len(holders) >= Boilerplate {
			continue
		}
		seen[h] = true
		for _, n := range holders {
			shared[int(n)]++
		}
	}
	var hits []int
	for n, count := range shared {
		if count >= MinShared && !arrivedBefore(m.pieces[n].Article, since) {
			hits = append(hits, n)
		}
	}
	slices.SortFunc(hits, func(a, b int) int { return cmp.Or(cmp.Compare(shared[b], shared[a]), cmp.Compare(a, b)) })
	var out []news.Stored
	for _, n := range hits[:min(MaxSharing, len(hits))] {
		out = append(out, m.pieces[n])
	}
	return out, nil
}

// Since returns all articles placed since then, oldest first.
func (m *Memory) Since(_ context.Context, since time.Time) ([]news.Stored, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	var out []news.Stored
	for _, s := range m.pieces {
		if !arrivedBefore(s.Article, since) {
			out = append(out, s)
		}
	}
	return out, nil
}

// Before returns the newest articles placed before then, at most limit, oldest first.
func (m *Memory) Before(_ context.Context, before time.Time, limit int) ([]news.Stored, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	var out []news.Stored
	for _, s := range m.pieces {
		if arrivedBefore(s.Article, before) {
			out = append(out, s)
		}
	}
	return out[max(0, len(out)-limit):], nil
}

// arrivedBefore reports whether a piece arrived before since. A piece without any time never did.
func arrivedBefore(a news.Article, since time.Time) bool {
	at := arrival(a)
	return !at.IsZero() && at.Before(since)
}

// arrival is when a piece came to us, as far as it knows.
func arrival(a news.Article) time.Time {
	if a.Fetched.IsZero() {
		return a.Published.Time
	}
	return a.Fetched
}
