// Command bench reads the outlets of BenchmarkCrawl, as newsvigil does or bare. It is a program of its own, so that
// its memory is neither that of the outlets nor that of the testing machinery.
//
//	bench newsvigil|bare PAGES HOST...
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/PuerkitoBio/goquery"

	"newsvigil/crawler"
	"newsvigil/crawler/extract"
	"newsvigil/news"
)

func main() {
	if err := run(os.Args[1], os.Args[2], os.Args[3:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(side, number string, hosts []string) error {
	pages, err := strconv.Atoi(number)
	if err != nil {
		return err
	}
	start := time.Now()
	if side == "newsvigil" {
		err = crawlAll(hosts, pages)
	} else {
		err = fetchAll(hosts, pages)
	}
	rate := float64(len(hosts)*(pages+1)) / time.Since(start).Seconds()
	rss, rssErr := peakRSS()
	fmt.Printf("{\"rate\":%f,\"rss\":%f}\n", rate, rss)
	return errors.Join(err, rssErr)
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

func source(host string) news.Source {
	return news.Source{Name: "Harbour " + strings.TrimPrefix(host, "http://127.0.0.1:"), Home: host + "/", Feeds: []string{host + "/feed.xml"}}
}

// crawlAll reads the hosts as the program does.
func crawlAll(hosts []string, pages int) error {
	var due []news.Source
	for _, h := range hosts {
		due = append(due, source(h))
	}
	defer crawler.Frugal()() // as the program does
	o := crawler.Options{
		UserAgent: "newsvigil/1.0", Delay: time.Nanosecond, Timeout: 20 * time.Second,
		AllowPrivate: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
	}
	read := 0
	_, err := crawler.New(crawler.NewMemory(), o).Run(context.Background(), due, func(p news.Page) error {
		if p.Outcome == news.OutcomeRead {
			read++
		}
		return nil
	})
	if err == nil && read != len(hosts)*pages {
		err = fmt.Errorf("%d pages read", read)
	}
	return err
}

// fetchAll asks for the same pages with net/http and goquery and extracts them, without any of the
// care: a goroutine a host, no robots.txt, no caps.
func fetchAll(hosts []string, pages int) error {
	var wg sync.WaitGroup
	errs := make([]error, len(hosts))
	for n, host := range hosts {
		wg.Go(func() {
			_, errs[n] = get(host + "/feed.xml")
			for i := range pages {
				errs[n] = errors.Join(errs[n], read(fmt.Sprintf("%s/news/harbour-report-%d", host, i), source(host)))
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

func get(address string) (*bytes.Buffer, error) {
	resp, err := http.Get(address)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var body bytes.Buffer
	_, err = io.Copy(&body, resp.Body)
	return &body, err
}

func read(address string, src news.Source) error {
	body, err := get(address)
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
