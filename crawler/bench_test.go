package crawler

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"newsvigil/crawler/extract"
	"newsvigil/news"
)

const (
	benchHosts = 20
	benchPages = 100
	// benchSide tells a child process of BenchmarkCrawl which client it is; benchHome lists the hosts.
	benchSide = "NEWSVIGIL_BENCH_SIDE"
	benchHome = "NEWSVIGIL_BENCH_HOSTS"
)

// TestMain is also the main of the children that BenchmarkCrawl and TestTrial start: one client a process, so that
// its memory is its own, and neither that of the other one nor that of the outlets.
func TestMain(m *testing.M) {
	if order := os.Getenv(trialTask); order != "" {
		if err := runTrial(order); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	side := map[string]func([]string) (int, error){"newsvigil": crawlAll, "bare": fetchAll}[os.Getenv(benchSide)]
	if side == nil {
		os.Exit(m.Run())
	}
	start := time.Now()
	pages, err := side(strings.Split(os.Getenv(benchHome), " "))
	took := time.Since(start)
	rss, rssErr := peakRSS()
	if err := errors.Join(err, rssErr); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("{\"rate\":%f,\"rss\":%f}\n", float64(pages)/took.Seconds(), rss)
}

// peakRSS is the most memory that this process has held, in MiB.
func peakRSS() (float64, error) {
	data, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, fmt.Errorf("peak memory is known on Linux only: %w", err)
	}
	_, rest, _ := strings.Cut(string(data), "VmHWM:")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0, errors.New("/proc/self/status names no VmHWM")
	}
	kb, err := strconv.ParseFloat(fields[0], 64)
	return kb / 1024, err
}

// BenchmarkCrawl reads 20 outlets on loopback, a feed and 100 pages of about 60 KiB each, with the
// crawler and with net/http and goquery, each in a process of its own, extraction included on both
// sides. An iteration is one run of each, in turn; the figures are medians.
func BenchmarkCrawl(b *testing.B) {
	var hosts []string
	for _, s := range benchSites(b) {
		hosts = append(hosts, s.URL)
	}
	sides := []string{"newsvigil", "bare"}
	rates, peaks, works := map[string][]float64{}, map[string][]float64{}, map[string][]float64{}
	for b.Loop() {
		for _, side := range sides {
			got := runSide(b, side, hosts)
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

func runSide(b *testing.B, side string, hosts []string) (got sideResult) {
	b.Helper()
	c := exec.CommandContext(b.Context(), os.Args[0])
	c.Env = append(os.Environ(), benchSide+"="+side, benchHome+"="+strings.Join(hosts, " "))
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

func benchSource(host string) news.Source {
	return news.Source{Name: "Harbour " + strings.TrimPrefix(host, "http://127.0.0.1:"), Home: host + "/", Feeds: []string{host + "/feed.xml"}}
}

// crawlAll reads the hosts as the program does and returns the number of requests that a page or feed came of.
func crawlAll(hosts []string) (int, error) {
	var due []news.Source
	for _, h := range hosts {
		due = append(due, benchSource(h))
	}
	defer Frugal()() // as the program does
	read := 0
	_, err := New(NewMemory(), quick()).Run(context.Background(), due, func(p news.Page) error {
		if p.Outcome == news.OutcomeRead {
			read++
		}
		return nil
	})
	if err == nil && read != len(hosts)*benchPages {
		err = fmt.Errorf("%d pages read", read)
	}
	return read + len(hosts), err
}

// fetchAll asks for the same pages with net/http and goquery and extracts them, without any of the
// care: a goroutine a host, no robots.txt, no caps.
func fetchAll(hosts []string) (int, error) {
	var wg sync.WaitGroup
	errs := make([]error, len(hosts))
	for n, host := range hosts {
		wg.Go(func() {
			_, errs[n] = bareGet(host + "/feed.xml")
			for i := range benchPages {
				errs[n] = errors.Join(errs[n], bareRead(host+benchPath(i), benchSource(host)))
			}
		})
	}
	wg.Wait()
	return len(hosts) * (benchPages + 1), errors.Join(errs...)
}

func bareGet(address string) (*bytes.Buffer, error) {
	resp, err := http.Get(address)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var body bytes.Buffer
	_, err = io.Copy(&body, resp.Body)
	return &body, err
}

func bareRead(address string, src news.Source) error {
	body, err := bareGet(address)
	if err != nil {
		return err
	}
	doc, err := goquery.NewDocumentFromReader(body)
	if err != nil {
		return err
	}
	hints := extract.Hints{Source: src, Candidate: news.Candidate{URL: address}, Fetched: time.Now()}
	_, err = extract.Article(&extract.Parsed{Root: doc.Nodes[0], URL: address}, hints)
	return err
}
