package crawler

import (
	"bytes"
	"fmt"
	"net/http"
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
)

// benchSites serves 20 outlets with a feed and 100 pages of about 60 KiB each.
func benchSites(b *testing.B) []*site {
	b.Helper()
	filler := strings.Repeat("<div class=\"menu\"><a href=\"/somewhere/else\">A link of the menu</a></div>\n", 750)
	var sites []*site
	for range benchHosts {
		s := newSite(b)
		var paths []string
		for i := range benchPages {
			p := fmt.Sprintf("/news/harbour-report-%d", i)
			s.text(p, "text/html; charset=utf-8", strings.Replace(story(i), "</body>", "<nav>"+filler+"</nav></body>", 1))
			paths = append(paths, p)
		}
		s.text("/feed.xml", "application/rss+xml", s.feed(paths...))
		sites = append(sites, s)
	}
	return sites
}

func BenchmarkRun(b *testing.B) {
	sites := benchSites(b)
	var due []news.Source
	for _, s := range sites {
		due = append(due, s.source())
	}
	pages := 0
	for b.Loop() {
		_, err := New(NewMemory(), quick()).Run(b.Context(), due, func(p news.Page) error {
			if p.Outcome == news.OutcomeRead {
				pages++
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(pages)/b.Elapsed().Seconds(), "pages/s")
	if pages != benchHosts*benchPages*b.N {
		b.Fatalf("%d pages read", pages)
	}
}

// BenchmarkBare asks for the same pages with net/http and goquery and extracts them, without any of
// the care: a goroutine a host, no robots.txt, no caps.
func BenchmarkBare(b *testing.B) {
	sites := benchSites(b)
	pages := 0
	for b.Loop() {
		var wg sync.WaitGroup
		for _, s := range sites {
			src := s.source()
			wg.Go(func() {
				for i := range benchPages {
					bareFetch(b, fmt.Sprintf("%s/news/harbour-report-%d", s.URL, i), src)
				}
			})
		}
		wg.Wait()
		pages += benchHosts * benchPages
	}
	b.ReportMetric(float64(pages)/b.Elapsed().Seconds(), "pages/s")
}

func bareFetch(b *testing.B, address string, src news.Source) {
	resp, err := http.Get(address)
	if err != nil {
		b.Error(err)
		return
	}
	defer resp.Body.Close()
	var body bytes.Buffer
	if _, err := body.ReadFrom(resp.Body); err != nil {
		b.Error(err)
		return
	}
	doc, err := goquery.NewDocumentFromReader(&body)
	if err != nil {
		b.Error(err)
		return
	}
	hints := extract.Hints{Source: src, Candidate: news.Candidate{URL: address}, Fetched: time.Now()}
	if _, err := extract.Article(&extract.Parsed{Root: doc.Nodes[0], URL: address}, hints); err != nil {
		b.Error(err)
	}
}
