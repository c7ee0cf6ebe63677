package dedup

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"newsvigil/news"
	"newsvigil/store"
)

// benchEnd is when the last piece of a stock came; they come at an even pace, 100,000 in 14 days.
var benchEnd = time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)

const benchPace = 14 * 24 * time.Hour / 100_000

// BenchmarkPlaceStored places pieces of 350 words, one new and one cut from a stored piece in turn,
// among 10,000 and 100,000 pieces in the real database, or as many as NEWSVIGIL_PIECES says (a million takes
// hours to store and 3 GB). p50-ms and p99-ms are of single placings, the same
// with cpu- in front without the waiting that other work on the machine adds; index-kB is what the placer
// holds in memory for a piece of the last three days, db-kB what the database holds for a piece, text included,
// and prints-kB the part of it that finding copies takes, which pruning gives back.
func BenchmarkPlaceStored(b *testing.B) {
	sizes := []int{10_000, 100_000}
	if n, err := strconv.Atoi(os.Getenv("NEWSVIGIL_PIECES")); err == nil {
		sizes = []int{n}
	}
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) { benchPlace(b, n) })
	}
}

func benchPlace(b *testing.B, n int) {
	// In memory where the system offers it: filling a database on a disk takes many minutes, and placing
	// writes nothing.
	dir, err := os.MkdirTemp("/dev/shm", "newsvigil-bench-")
	if err != nil {
		dir = b.TempDir()
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "newsvigil.db")
	now := func() time.Time { return benchEnd }
	db, err := store.Open(b.Context(), file, store.Options{Now: now})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	fill(b, db, n)

	before := heap()
	p := NewPlacer(db, Options{Now: now})
	if err := p.Warm(b.Context()); err != nil {
		b.Fatal(err)
	}
	kept := float64(heap()-before) / 1000
	info, err := os.Stat(file)
	if err != nil {
		b.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(3, 4))
	var took, worked []float64
	var allocated uint64
	for b.Loop() {
		a, want := benchPiece(rng, n+len(took)), news.RelationNew
		a.Published.Time, a.Fetched = benchEnd, benchEnd
		if len(took)%2 == 1 {
			stored := stockPiece(n - 1 - rng.IntN(n*9/10))
			a.Text, want = strings.Join(strings.Fields(stored.Text)[:220], " "), news.RelationCopy
		}
		start, idle, made := time.Now(), computed(), allocations()
		got, err := p.Place(b.Context(), a)
		allocated += allocations() - made
		took, worked = append(took, time.Since(start).Seconds()*1000), append(worked, (computed()-idle).Seconds()*1000)
		if err != nil || got.Relation != want {
			b.Fatalf("placing %d: %v, want %s; error %v", len(took), got, want, err)
		}
	}
	slices.Sort(took)
	slices.Sort(worked)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(took[len(took)/2], "p50-ms")
	b.ReportMetric(took[len(took)*99/100], "p99-ms")
	b.ReportMetric(worked[len(worked)/2], "cpu-p50-ms")
	b.ReportMetric(worked[len(worked)*99/100], "cpu-p99-ms")
	b.ReportMetric(kept/float64(min(n, int(3*24*time.Hour/benchPace))), "index-kB")
	b.ReportMetric(float64(allocated)/float64(len(took)), "allocs/piece")
	b.ReportMetric(float64(info.Size())/1000/float64(n), "db-kB")
	if _, err := db.Prune(b.Context(), store.Retention{Fingerprints: benchEnd.AddDate(1, 0, 0)}); err != nil {
		b.Fatal(err)
	}
	pruned, err := os.Stat(file)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(info.Size()-pruned.Size())/1000/float64(n), "prints-kB")
}

// allocations is how many objects were made so far.
func allocations() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:objects"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// stockPiece is a stored piece by its number, made anew from it.
func stockPiece(i int) news.Article { return benchPiece(rand.New(rand.NewPCG(uint64(i), 1)), i) }

func benchPiece(rng *rand.Rand, i int) news.Article {
	address := fmt.Sprintf("https://outlet-%d.example/news/%d", i%50, i)
	return news.Article{
		Source: fmt.Sprintf("Outlet %d", i%50), URL: address, Canonical: address, Keys: []string{"url:" + address},
		Title: prose(rng, 9), Text: prose(rng, 350), Language: "en", Kind: news.KindFull,
	}
}

// fill stores n pieces, each a story of its own; they are made on a second core.
func fill(b *testing.B, db *store.DB, n int) {
	b.Helper()
	made := make(chan store.Placed, 64)
	go func() {
		defer close(made)
		for i := range n {
			a := stockPiece(i)
			a.Fetched = benchEnd.Add(-time.Duration(n-1-i) * benchPace)
			a.Published = news.Instant{Time: a.Fetched}
			made <- store.Placed{Article: a, Fingerprint: Fingerprint(a), Placement: news.Placement{Relation: news.RelationNew}}
		}
	}()
	for p := range made {
		if _, _, err := db.SaveArticle(b.Context(), p); err != nil {
			b.Fatal(err)
		}
	}
}

// computed is how long the processors have worked for this process so far.
func computed() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// heap is the memory in use after all that is not was given back.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
