package app

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"newsvigil/config"
	"newsvigil/news"
	"newsvigil/store"
)

// BenchmarkDigest composes a digest of a week in which 10,000 pieces were stored: one in ten is on the
// topic, and every third of these is another report of the story before it. Nothing is posted.
func BenchmarkDigest(b *testing.B) {
	now := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	a := benchApp(b, now)
	t := a.topics[0]
	benchWeek(b, a, now)
	var took []float64
	var d news.Digest
	b.ReportAllocs()
	for b.Loop() {
		start := time.Now()
		var err error
		if d, err = a.compose(b.Context(), a.db, t, now); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(start).Seconds()*1000)
	}
	if d.Totals.Read != benchPieces || d.Stories() == 0 {
		b.Fatalf("the digest tells of %d pieces and %d stories", d.Totals.Read, d.Stories())
	}
	slices.Sort(took)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(took[len(took)/2], "p50-ms")
	b.ReportMetric(took[len(took)*99/100], "p99-ms")
	b.ReportMetric(float64(d.Stories()), "stories")
}

const benchPieces = 10_000

// benchApp is an App on a database in memory where the system offers that, so that filling it is quick.
func benchApp(b *testing.B, now time.Time) *App {
	b.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "newsvigil-bench-")
	if err != nil {
		dir = b.TempDir()
	}
	b.Cleanup(func() { _ = os.RemoveAll(dir) })
	cfg, err := config.Parse("bench.toml", []byte(testTopic+"[[source]]\nname = \"Outlet 0\"\nhome = \"https://outlet-0.example/\"\n"))
	if err != nil {
		b.Fatal(err)
	}
	cfg.DataDir = dir
	a, err := New(b.Context(), Options{Config: cfg, Now: func() time.Time { return now }})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = a.Close() })
	return a
}

// benchWeek stores the pieces, at an even pace.
func benchWeek(b *testing.B, a *App, now time.Time) {
	b.Helper()
	ctx := context.WithoutCancel(b.Context())
	var story int64
	for i := range benchPieces {
		at := now.Add(-time.Duration(benchPieces-i) * 7 * 24 * time.Hour / (benchPieces + 1))
		outlet := fmt.Sprintf("outlet-%d.example", i%50)
		p := store.Placed{
			Article: news.Article{
				Source: fmt.Sprintf("Outlet %d", i%50), URL: fmt.Sprintf("https://%s/news/%d", outlet, i), Canonical: fmt.Sprintf("https://%s/news/%d", outlet, i),
				Keys: []string{fmt.Sprintf("url:%s/news/%d", outlet, i)}, Title: fmt.Sprintf("Report number %d of the day", i), Language: "en",
				Text: strings.Repeat("The harbour office said on Tuesday that the ferry will run again. ", 40), Kind: news.KindFull,
				Published: news.Instant{Time: at}, Fetched: at,
			},
			Placement: news.Placement{Relation: news.RelationNew},
			Scores:    []news.Score{{Topic: a.topics[0].Key(), Value: 0.1, Cut: 0.5, Grade: news.GradeNone}},
		}
		if i%10 == 0 {
			p.Scores[0].Value, p.Scores[0].Grade = 0.8, news.GradeStrong
		}
		if i%30 == 20 {
			p.Placement.Relation, p.Placement.Story = news.RelationStory, story
		}
		_, placed, err := a.db.SaveArticle(ctx, p)
		if err != nil {
			b.Fatal(err)
		}
		if i%10 == 0 {
			story = placed
		}
	}
}
