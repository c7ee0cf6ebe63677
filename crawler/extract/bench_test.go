package extract

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// benchPage is an invented page of about 150 kB: an article of 40 paragraphs within the menus, teasers
// and scripts of an outlet.
func benchPage() []byte {
	var b strings.Builder
	b.WriteString(`<!doctype html><html lang="en"><head><title>Ferry to the island runs again | Harbour Post</title>
<meta property="article:published_time" content="2026-09-27T08:00:00+09:00"><script>` + strings.Repeat("var a = {\"k\": [1, 2, 3]};\n", 800) + `</script></head><body><nav><ul>`)
	for i := range 450 {
		fmt.Fprintf(&b, `<li class="menu item-%d"><a href="/section/%d">Section number %d</a></li>`+"\n", i, i, i)
	}
	b.WriteString(`</ul></nav><main><article><h1>Ferry to the island runs again</h1><p class="byline">By Ann Miller</p>`)
	for i := range 40 {
		fmt.Fprintf(&b, "<p>In paragraph %d the harbour office says that it counted %d boats this week, and that the <a href=\"/ferry\">ferry</a> to the island will run again from Monday morning, as the captain told a meeting of the <em>town council</em>.</p>\n", i, 100+i)
	}
	b.WriteString(`</article><aside>`)
	for i := range 560 {
		fmt.Fprintf(&b, `<div class="teaser"><h3><a href="/article/%d">Another story, number %d</a></h3><img src="/i/%d.jpg" alt=""><p>A short line on it.</p></div>`+"\n", 1000+i, i, i)
	}
	b.WriteString(`</aside></main></body></html>`)
	return []byte(b.String())
}

// BenchmarkRead reads pages beside parsing them with x/net/html alone: the invented one, and those of the
// article extraction benchmark where it is at hand. An iteration is each page once either way; the
// figures are milliseconds of computing a page (not of waiting, which a busy machine adds).
func BenchmarkRead(b *testing.B) {
	b.Run("invented", func(b *testing.B) { benchRead(b, [][]byte{benchPage()}) })
	b.Run("aeb", func(b *testing.B) {
		files, err := filepath.Glob("../../../shared/data/aeb/html/*.html.gz")
		if err != nil || len(files) == 0 {
			b.Skip("the pages of the article extraction benchmark are not at ../shared/data/aeb")
		}
		var pages [][]byte
		for _, file := range files {
			page, err := readGzip(file)
			if err != nil {
				b.Fatal(err)
			}
			pages = append(pages, page)
		}
		benchRead(b, pages)
	})
}

func readGzip(file string) ([]byte, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

func benchRead(b *testing.B, pages [][]byte) {
	b.Helper()
	size := 0
	for _, p := range pages {
		size += len(p)
	}
	hints := Hints{Source: outlet(b), Fetched: fetched}
	var parse, read []float64
	for b.Loop() {
		parse = append(parse, perPage(pages, func(page []byte) {
			if _, err := html.Parse(bytes.NewReader(page)); err != nil {
				b.Fatal(err)
			}
		}))
		read = append(read, perPage(pages, func(page []byte) {
			parsed, err := Parse(page, "https://www.example.kr/article/1")
			if err == nil {
				_, _ = Article(parsed, hints) // a page that is no article is read as well
			}
		}))
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(size)/float64(len(pages))/1000, "kB/page")
	b.ReportMetric(middle(parse), "parse-ms")
	b.ReportMetric(middle(read), "read-ms")
	b.ReportMetric(middle(read)/middle(parse), "read/parse")
}

// perPage is how long f computes over a page, in milliseconds, on average. Small sets are gone through
// several times, because the system counts computing time roughly.
func perPage(pages [][]byte, f func([]byte)) float64 {
	times := max(1, 20/len(pages))
	start := computed()
	for range times {
		for _, p := range pages {
			f(p)
		}
	}
	return (computed() - start).Seconds() * 1000 / float64(times*len(pages))
}

// computed is how long the processors have worked for this process so far.
func computed() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func middle(list []float64) float64 { return slices.Sorted(slices.Values(list))[len(list)/2] }
