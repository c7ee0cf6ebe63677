package dedup

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"newsvigil/news"
)

func TestFingerprint(t *testing.T) {
	t.Parallel()
	long := Fingerprint(news.Article{Text: essay(1, 700)})
	if long.Words != 700 || long.Text == 0 {
		t.Errorf("got %+v", long)
	}
	// 120/4 of the head, and 696*2/29 of all, of which some stand in the head's sample: 75, give or take.
	if n := len(long.Shingles); n < 60 || n > 90 {
		t.Errorf("%d shingles of 700 words", n)
	}
	if !slices.IsSorted(long.Shingles) {
		t.Error("the shingles are not sorted")
	}
	for _, h := range long.Shingles {
		if n := int64(h); n < math.MinInt32 || n > math.MaxInt32 {
			t.Errorf("shingle %d takes more than 32 bits", n)
		}
	}
	if short := Fingerprint(news.Article{Title: "T", Text: essay(1, 59)}); short.Text == 0 || len(short.Shingles) != 0 || short.Words != 59 {
		t.Errorf("got %+v", short)
	}
	if tiny := Fingerprint(news.Article{Title: "T", Text: essay(1, 11)}); tiny.Text != 0 {
		t.Errorf("got %+v", tiny)
	}
	if empty := Fingerprint(news.Article{}); empty.Text != 0 || empty.Words != 0 || empty.Shingles != nil {
		t.Errorf("got %+v", empty)
	}
}

// TestFingerprintStands: the hashes stand in databases, so they may never change.
func TestFingerprintStands(t *testing.T) {
	t.Parallel()
	var text string
	for i := range 200 {
		text += fmt.Sprintf("word%d ", i*i)
	}
	got := Fingerprint(news.Article{Text: text})
	if got.Text != 0x4d84bb001dfd99f6 || len(got.Shingles) != 32 || got.Shingles[0] != 0xce9192 {
		t.Errorf("the fingerprint has changed: text %#x, %d shingles, the first %#x; a migration must make all anew", got.Text, len(got.Shingles), got.Shingles[0])
	}
}

// TestExcerptsAreFound: 60 words from anywhere share two sampled runs with their original at least, and so
// become a candidate.
func TestExcerptsAreFound(t *testing.T) {
	t.Parallel()
	whole := strings.Fields(essay(3, 1500))
	sample := Fingerprint(news.Article{Text: strings.Join(whole, " ")}).Shingles
	for at := range len(whole) - minWords + 1 {
		excerpt := Fingerprint(news.Article{Text: strings.Join(whole[at:at+minWords], " ")}).Shingles
		if n := common(sample, excerpt); n < MinShared {
			t.Fatalf("the 60 words from %d on share %d sampled runs", at, n)
		}
	}
}

func TestMemory(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	m := NewMemory()
	body := essay(7, 300)
	for i := range Boilerplate - 1 {
		m.Put(news.Article{Text: body, Fetched: noon.Add(time.Duration(i) * time.Minute)}, 0)
	}
	sample := Fingerprint(news.Article{Text: body}).Shingles
	got, err := m.Sharing(ctx, sample, noon)
	if err != nil || len(got) != MaxSharing || got[0].Article.ID != 1 {
		t.Errorf("%d pieces share, %v; want the %d oldest", len(got), err, MaxSharing)
	}
	if got, _ = m.Sharing(ctx, sample, noon.Add(3*time.Hour)); len(got) != MaxSharing-1 {
		t.Errorf("%d pieces share since the third hour, want 19", len(got))
	}
	if got, _ = m.Sharing(ctx, sample[:1], noon); len(got) != 0 {
		t.Errorf("%d pieces share one shingle only", len(got))
	}
	if got, _ = m.Sharing(ctx, []uint64{sample[0], sample[0]}, noon); len(got) != 0 {
		t.Error("one shingle given twice counts twice")
	}
	if got, _ = m.Since(ctx, noon.Add(3*time.Hour)); len(got) != 19 {
		t.Errorf("%d pieces since the third hour, want 19", len(got))
	}
	hash := Fingerprint(news.Article{Text: body}).Text
	if s, ok, _ := m.ByText(ctx, hash, noon.Add(3*time.Hour)); !ok || s.Article.ID != 181 {
		t.Errorf("the text since the third hour is piece %d, want 181", s.Article.ID)
	}
	if _, ok, _ := m.ByText(ctx, hash, noon.Add(4*time.Hour)); ok {
		t.Error("a text from before the window is found")
	}
	m.Put(news.Article{Text: body, Fetched: noon}, 0)
	if got, _ = m.Sharing(ctx, sample, noon); len(got) != 0 {
		t.Errorf("%d pieces found by boilerplate", len(got))
	}
	a := m.Put(news.Article{Keys: []string{"k1", "k2"}}, 3)
	b := m.Put(news.Article{Keys: []string{"k2", "k3"}}, 0)
	if b.Story <= a.Story || a.Article.ID == b.Article.ID {
		t.Errorf("numbers %d in %d, %d in %d", a.Article.ID, a.Story, b.Article.ID, b.Story)
	}
	if s, ok, _ := m.ByKeys(ctx, []string{"none", "k2"}); !ok || s.Article.ID != a.Article.ID {
		t.Errorf("k2 leads to %d, want the first piece that had it", s.Article.ID)
	}
	if _, ok, _ := m.ByKeys(ctx, nil); ok {
		t.Error("no key leads somewhere")
	}
}
