package crawler

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"newsvigil/news"
)

const (
	benchHosts = 20
	benchPages = 100
)

// TestMain is also the main of the children that TestTrial starts.
func TestMain(m *testing.M) {
	if order := os.Getenv(trialTask); order != "" {
		if err := runTrial(order); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// BenchmarkCrawl reads 20 outlets on loopback, a feed and 100 pages of about 60 KiB each, with the
// crawler and with net/http and goquery, each in a process of its own, extraction included on both
// sides. An iteration is one run of each, in turn; the figures are medians.
func BenchmarkCrawl(b *testing.B) {
	var hosts []string
	for _, s := range benchSites(b) {
		hosts = append(hosts, s.URL)
	}
	program := benchProgram(b)
	sides := []string{"newsvigil", "bare"}
	rates, peaks, works := map[string][]float64{}, map[string][]float64{}, map[string][]float64{}
	for b.Loop() {
		for _, side := range sides {
			got := runSide(b, program, side, hosts)
			rates[side], peaks[side], works[side] = append(rates[side], got.Rate), append(peaks[side], got.RSS), append(works[side], got.work)
		}
		slices.Reverse(sides) // neither is always the one that comes first
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(rates["newsvigil"]), "pages/s")
	b.ReportMetric(median(rates["bare"]), "bare-pages/s")
	b.ReportMetric(median(rates["newsvigil"])/median(rates["bare"]), "speed-ratio")
	b.ReportMetric(median(works["newsvigil"]), "cpu-ms/page")
	b.ReportMetric(median(works["bare"]), "bare-cpu-ms/page")
	b.ReportMetric(median(works["newsvigil"])/median(works["bare"]), "cpu-ratio")
	b.ReportMetric(median(peaks["newsvigil"]), "peak-MiB")
	b.ReportMetric(median(peaks["bare"]), "bare-peak-MiB")
	b.ReportMetric(median(peaks["newsvigil"])/median(peaks["bare"]), "memory-ratio")
}

// BenchmarkCrawlFloor reads 8 outlets of 21 to 25 requests each at a delay of 100 ms. It cannot take less
// than the delay for every request of the busiest host but the first, which is the floor.
func BenchmarkCrawlFloor(b *testing.B) {
	const hosts, least, delay = 8, 19, 100 * time.Millisecond
	var due []news.Source
	var sites []*site
	for i := range hosts {
		s := newSite(b)
		s.text("/feed.xml", "application/rss+xml", s.feed(s.stories(least+i)...))
		sites, due = append(sites, s), append(due, s.source())
	}
	var over []float64
	for b.Loop() {
		for _, s := range sites {
			s.forget()
		}
		o := quick()
		o.Delay = delay
		start := time.Now()
		if _, err := New(NewMemory(), o).Run(b.Context(), due, func(news.Page) error { return nil }); err != nil {
			b.Fatal(err)
		}
		took, busiest := time.Since(start), 0
		for _, s := range sites {
			busiest = max(busiest, len(s.paths()))
		}
		over = append(over, took.Seconds()/(time.Duration(busiest-1)*delay).Seconds())
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(over), "x-of-floor")
}

func median(list []float64) float64 {
	list = slices.Sorted(slices.Values(list))
	return (list[(len(list)-1)/2] + list[len(list)/2]) / 2
}

// sideResult is what one run came to: pages a second, MiB at most, and milliseconds of computing a page.
type sideResult struct{ Rate, RSS, work float64 }

// benchProgram builds the program that is both sides.
func benchProgram(b *testing.B) string {
	b.Helper()
	program := filepath.Join(b.TempDir(), "bench")
	if out, err := exec.CommandContext(b.Context(), "go", "build", "-o", program, "./testdata/bench").CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	return program
}

func runSide(b *testing.B, program, side string, hosts []string) (got sideResult) {
	b.Helper()
	c := exec.CommandContext(b.Context(), program, append([]string{side, strconv.Itoa(benchPages)}, hosts...)...)
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err == nil {
		err = json.Unmarshal(out, &got)
	}
	if err != nil {
		b.Fatalf("%s: %v: %s", side, err, out)
	}
	work := c.ProcessState.UserTime() + c.ProcessState.SystemTime()
	got.work = work.Seconds() * 1000 / float64(len(hosts)*(benchPages+1))
	return got
}

// benchSites serves the outlets.
func benchSites(b testing.TB) []*site {
	b.Helper()
	filler := strings.Repeat("<div class=\"menu\"><a href=\"/somewhere/else\">A link of the menu</a></div>\n", 750)
	var sites []*site
	for range benchHosts {
		s := newSite(b)
		var paths []string
		for i := range benchPages {
			s.text(benchPath(i), "text/html; charset=utf-8", strings.Replace(story(i), "</body>", "<nav>"+filler+"</nav></body>", 1))
			paths = append(paths, benchPath(i))
		}
		s.text("/feed.xml", "application/rss+xml", s.feed(paths...))
		sites = append(sites, s)
	}
	return sites
}

func benchPath(i int) string { return fmt.Sprintf("/news/harbour-report-%d", i) }
