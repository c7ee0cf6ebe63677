package eval

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"regexp"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"newsvigil/classify"
	"newsvigil/news"
)

// newsRows are n rows of 350 to 700 words with the frequencies of a natural language, all of one day,
// which is the most work for grouping; one in five is an edited copy or an update of an earlier one.
func newsRows(b *testing.B, n int) []byte {
	b.Helper()
	rng := rand.New(rand.NewPCG(7, 7))
	zipf := rand.NewZipf(rng, 1.1, 8, 60_000)
	prose := func(n int) []string {
		out := make([]string, n)
		for i := range out {
			out[i] = "w" + strconv.FormatUint(zipf.Uint64()*7919, 36)
		}
		return out
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	var texts [][]string
	for i := range n {
		words := prose(350 + rng.IntN(350))
		if i > 0 && i%5 == 0 {
			words = append([]string(nil), texts[rng.IntN(len(texts))]...)
			for k := range words {
				if rng.IntN(20) == 0 {
					words[k] = "changed"
				}
			}
			if i%20 == 0 {
				words = append(words, prose(len(words))...)
			}
		}
		if texts = append(texts, words); len(texts) > 500 {
			texts = texts[1:]
		}
		row := map[string]any{
			"id": i, "url": fmt.Sprintf("https://outlet%d.example/%d", i%50, i), "title": strings.Join(prose(9), " "), "text": strings.Join(words, " "),
			"published": time.Date(2026, 11, 20, 0, 0, i, 0, time.UTC), "source": fmt.Sprintf("Outlet %d", i%50), "language": "en", "label": i%7 == 0,
		}
		if err := enc.Encode(row); err != nil {
			b.Fatal(err)
		}
	}
	return out.Bytes()
}

var peak = regexp.MustCompile(`VmHWM:\s*(\d+) kB`)

// reportPeak adds the most memory that the process ever had, the rows themselves among it. It means
// something where one benchmark alone is run.
func reportPeak(b *testing.B, rows int) {
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	status, err := os.ReadFile("/proc/self/status")
	if m := peak.FindSubmatch(status); err == nil && m != nil {
		kb, _ := strconv.Atoi(string(m[1]))
		b.ReportMetric(float64(kb)/1024, "peak-MB")
	}
}

// inFile puts the rows into a file, so that they take no memory.
func inFile(b *testing.B, n int) *os.File {
	b.Helper()
	f, err := os.Create(b.TempDir() + "/rows.jsonl")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { f.Close() })
	if _, err := f.Write(newsRows(b, n)); err != nil {
		b.Fatal(err)
	}
	debug.FreeOSMemory()
	return f
}

func BenchmarkRowsScore(b *testing.B) {
	const n = 10_000
	f := inFile(b, n)
	m, err := classify.Fit(news.Topic{Name: "T", Exemplars: []news.Exemplar{{Title: "One", Terms: map[string]int{"dam": 5, "flood": 3, "weir": 2}}}}, classify.Background{})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			b.Fatal(err)
		}
		if total, err := Score(b.Context(), Input{"rows", f}, m, io.Discard); err != nil || total.Rows != n {
			b.Fatal(total, err)
		}
	}
	reportPeak(b, n)
}

func BenchmarkRowsGroup(b *testing.B) {
	const n = 10_000
	f := inFile(b, n)
	defer debug.SetGCPercent(debug.SetGCPercent(25)) // as the command does
	for b.Loop() {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			b.Fatal(err)
		}
		if err := Group(b.Context(), Input{"rows", f}, GroupOptions{}, io.Discard); err != nil {
			b.Fatal(err)
		}
	}
	reportPeak(b, n)
}
