package dedup

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"newsvigil/news"
)

// prose makes a text of n words with the frequencies of a natural language: few words often, most of
// them rarely (Zipf).
func prose(rng *rand.Rand, n int) string {
	zipf := rand.NewZipf(rng, 1.1, 8, 60000)
	var b strings.Builder
	for range n {
		fmt.Fprintf(&b, "%s ", spell(zipf.Uint64()))
	}
	return b.String()
}

// spell turns a number into a pronounceable word.
func spell(n uint64) string {
	var b strings.Builder
	for n += 7; n > 0; n /= 60 {
		b.WriteByte("bcdfghjklmnp"[n%12])
		b.WriteByte("aeiou"[n/12%5])
	}
	return b.String()
}

// stocked is a placer with n pieces of 350 words, all within the event window.
func stocked(tb testing.TB, n int) (*Placer, []news.Article) {
	tb.Helper()
	rng := rand.New(rand.NewPCG(1, 2))
	m := NewMemory()
	p := NewPlacer(m, Options{})
	day := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	var all []news.Article
	for i := range n {
		at := day.Add(time.Duration(i) * 20 * time.Second)
		a := news.Article{
			Source: fmt.Sprintf("Outlet %d", i%50), Title: prose(rng, 9), Text: prose(rng, 350), Language: "en",
			Keys: []string{fmt.Sprintf("url:example.org/%d", i)}, Published: news.Instant{Time: at}, Fetched: at,
		}
		s := m.Put(a, 0)
		p.Add(s.Article, s.Story)
		all = append(all, s.Article)
	}
	return p, all
}

func BenchmarkPlaceNew(b *testing.B) {
	p, all := stocked(b, 10_000)
	rng := rand.New(rand.NewPCG(3, 4))
	fresh := all[0]
	fresh.ID, fresh.Keys, fresh.Title, fresh.Text = 0, []string{"url:example.org/new"}, prose(rng, 9), prose(rng, 350)
	fresh.Published.Time = all[len(all)-1].When()
	b.ReportAllocs()
	for b.Loop() {
		if got, err := p.Place(context.Background(), fresh); err != nil || got.Relation != news.RelationNew {
			b.Fatal(got, err)
		}
	}
}

func BenchmarkPlaceCopy(b *testing.B) {
	p, all := stocked(b, 10_000)
	words := strings.Fields(all[5000].Text)
	copied := all[5000]
	copied.ID, copied.Keys, copied.Text, copied.Source = 0, []string{"url:example.org/copy"}, strings.Join(words[:200], " "), "Other"
	b.ReportAllocs()
	for b.Loop() {
		if got, err := p.Place(context.Background(), copied); err != nil || got.Relation != news.RelationCopy {
			b.Fatal(got, err)
		}
	}
}

func BenchmarkAdd(b *testing.B) {
	p, all := stocked(b, 10_000)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		a := all[i%len(all)]
		a.ID = int64(20_000 + i)
		p.Add(a, a.ID)
	}
}

func BenchmarkFingerprint(b *testing.B) {
	a := news.Article{Text: prose(rand.New(rand.NewPCG(5, 6)), 700)}
	b.ReportAllocs()
	for b.Loop() {
		Fingerprint(a)
	}
}
