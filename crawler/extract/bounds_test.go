package extract

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"newsvigil/text"
)

// deadline ends a reading that hangs. It says nothing of how fast a page should be read: each of
// boundPages takes well under a second on a quiet machine.
const deadline = 60 * time.Second

// boundPages are pages of sizes and shapes that no outlet has.
func boundPages() map[string]string {
	const sentence = "The keeper of the lighthouse counted the boats that came in before the storm and wrote their names down. "
	noise := make([]byte, 2<<20)
	r := rand.NewChaCha8([32]byte{1})
	_, _ = r.Read(noise) // it never fails
	var links, scripts, lists strings.Builder
	for i := range 200_000 {
		fmt.Fprintf(&links, `<a href="/n/%d">Headline number %d of the day</a> `, i, i)
	}
	for i := range 5000 {
		fmt.Fprintf(&scripts, `<script type="application/ld+json">{"@type":"NewsArticle","@id":"#%d","headline":"Boats %d","datePublished":"2026-09-27","author":{"@id":"#%d"}}</script>`, i, i, i+1)
		fmt.Fprintf(&lists, `<div><h3>List %d</h3><ul><li><a href="/%d">Headline number %d</a></li><li><a href="/x">Another headline</a></li></ul></div>`, i, i, i)
	}
	return map[string]string{
		"empty":                  "",
		"blank":                  strings.Repeat(" \n", 1<<20),
		"one byte":               "<",
		"paragraphs of 5 MB":     strings.Repeat("<p>"+sentence+"</p>\n", 5<<20/len(sentence)),
		"one line of 5 MB":       "<p>" + strings.Repeat(sentence, 5<<20/len(sentence)),
		"one word of 5 MB":       "<p>" + strings.Repeat("boat", 5<<20/4),
		"korean line of 5 MB":    "<p>" + strings.Repeat("등대지기가 배를 세었다. ", 5<<20/33),
		"breaks of 5 MB":         strings.Repeat(sentence+"<br>", 5<<20/len(sentence)),
		"200,000 links":          links.String(),
		"200,000 links in a p":   "<p>" + links.String() + "</p>",
		"5,000 lists":            lists.String(),
		"binary noise":           string(noise),
		"binary in a page":       "<html><body><p>" + string(noise) + "</p>",
		"picture":                "\x89PNG\r\n\x1a\n" + string(noise[:1<<16]),
		"deep tables":            strings.Repeat("<table><tr><td>", 2000) + sentence + strings.Repeat("</td></tr></table>", 2000),
		"deep lists of links":    strings.Repeat("<ul><li><a href=/x>Some headline here</a>", 20_000),
		"deep divs with links":   strings.Repeat("<div><a href=/x>Some headline here</a><a href=/y>Some headline here</a>", 20_000),
		"giant attribute":        `<p class="` + strings.Repeat("byline date ", 400_000) + `">` + sentence + "</p>",
		"giant attributes":       strings.Repeat(`<p class="`+strings.Repeat("author ", 10_000)+`">`+sentence+"</p>", 40),
		"giant address":          `<a href="/` + strings.Repeat("a/", 1<<20) + `">` + sentence + "</a>",
		"title of 1 MB":          "<title>" + strings.Repeat("Boats - ", 1<<17) + "</title>" + strings.Repeat("<p>"+sentence+"</p>", 20),
		"headline of 1 MB":       "<h1>" + strings.Repeat("Boats | ", 1<<17) + "</h1>" + strings.Repeat("<p>"+sentence+"</p>", 20),
		"byline of 1 MB":         `<p class="author">` + strings.Repeat("By Ann and ", 1<<17) + "</p>" + strings.Repeat("<p>"+sentence+"</p>", 20),
		"date of 1 MB":           `<p class="date">Posted : ` + strings.Repeat("2026-09-27 ", 1<<17) + "</p>" + strings.Repeat("<p>"+sentence+"</p>", 20),
		"meta of 1 MB":           `<meta name="description" content="` + strings.Repeat(sentence, 1<<13) + `">` + strings.Repeat("<p>"+sentence+"</p>", 20),
		"5,000 metas":            strings.Repeat(`<meta property="article:author" content="Ann Miller and Bo Chen"><meta name="date" content="2026">`, 5000),
		"5,000 JSON-LD scripts":  scripts.String() + strings.Repeat("<p>"+sentence+"</p>", 20),
		"deep JSON-LD":           `<script type="application/ld+json">` + strings.Repeat(`{"@graph":[`, 100_000) + strings.Repeat("]}", 100_000) + "</script>",
		"wide JSON-LD":           `<script type="application/ld+json">[` + strings.Repeat(`{"@type":"NewsArticle","author":[[[["x"]]]]},`, 40_000) + `{}]</script>`,
		"articleBody of 2 MB":    `<script type="application/ld+json">{"@type":"NewsArticle","headline":"Boats","articleBody":"` + strings.Repeat(sentence, 1<<21/len(sentence)-10) + `"}</script>`,
		"comments":               strings.Repeat("<!-- -- >", 300_000) + sentence,
		"character references":   strings.Repeat("&amp;&#x41;&nosuch;", 200_000),
		"paragraphs in brackets": strings.Repeat("<p>("+strings.Repeat("(", 500)+"</p>", 2000),
		"marks and spaces":       strings.Repeat("<p>"+strings.Repeat("| ", 200)+"</p>", 2000),
		"forms within forms":     strings.Repeat("<form><table><form><b><p>", 5000) + sentence,
		"formatting":             strings.Repeat("<p><b><i><u><font>x", 5000),
	}
}

// TestBounds: whatever the page, there is an article or an error, and soon.
func TestBounds(t *testing.T) {
	t.Parallel()
	for name, page := range boundPages() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), deadline)
			defer cancel()
			done := make(chan struct{})
			go func() {
				defer close(done)
				readBound(t, page)
			}()
			select {
			case <-done:
			case <-ctx.Done():
				t.Fatal("still reading at the deadline")
			}
		})
	}
}

func readBound(t *testing.T, page string) {
	h := Hints{Source: outlet(t), Fetched: fetched}
	if p, err := Parse([]byte(page), "https://www.example.kr/2026/09/27/x"); err == nil {
		if a, err := Article(p, h); err == nil && (a.Title == "" || a.Text == "" || len(a.Title) > 2000 || len(a.Authors) > 20) {
			t.Errorf("an article of %d bytes with a title of %d and %d authors", len(a.Text), len(a.Title), len(a.Authors))
		}
	}
	h.Candidate.URL, h.Candidate.Content = "https://www.example.kr/a/1", page
	if a, err := FromFeed(h); err == nil && a.Text == "" && a.Title == "" {
		t.Error("a feed's article of nothing")
	}
}

// maxAllocated is what reading a page may allocate for each byte of it: 16 MB for one of 150 kB.
const maxAllocated = 16 << 20 / 150_000

// TestAllocation bounds what reading allocates, on an invented page of 150 kB and on those of the article
// extraction benchmark, where these are at hand, taken together. It is not parallel: others' memory would count.
func TestAllocation(t *testing.T) {
	pages := [][]byte{benchPage(), []byte(listPage(listLanguages[1], strings.Repeat(listMarkups["div cards"](listLanguages[1]), 70), 4))}
	for _, page := range pages {
		checkAllocation(t, [][]byte{page})
	}
	files, err := filepath.Glob("../../../shared/data/aeb/html/*.html.gz")
	if err != nil || len(files) == 0 {
		t.Skip("the rest needs the pages of the article extraction benchmark in ../shared/data/aeb")
	}
	pages = nil
	for _, file := range files[:40] {
		page, err := readGzip(file)
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, page)
	}
	checkAllocation(t, pages)
}

func checkAllocation(t *testing.T, pages [][]byte) {
	t.Helper()
	var before, after runtime.MemStats
	size := 0
	readAll(t, pages[:1]) // what is compiled once is no page's
	runtime.ReadMemStats(&before)
	readAll(t, pages)
	runtime.ReadMemStats(&after)
	for _, p := range pages {
		size += len(p)
	}
	allocated := after.TotalAlloc - before.TotalAlloc
	t.Logf("%d pages of %d kB on average: %.1f MB for 150 kB", len(pages), size/len(pages)/1000, float64(allocated)/float64(size)*150_000/(1<<20))
	if allocated > uint64(size)*maxAllocated {
		t.Errorf("reading %d bytes allocates %d, more than %d for a byte", size, allocated, maxAllocated)
	}
}

func readAll(t *testing.T, pages [][]byte) {
	t.Helper()
	h := Hints{Source: outlet(t), Fetched: fetched}
	for _, page := range pages {
		if p, err := Parse(page, "https://www.example.kr/article/1"); err == nil {
			_, _ = Article(p, h) // a page that is no article is read as well
		}
	}
}

// TestBoundsKeepText: a page larger than the bounds is cut, not refused.
func TestBoundsKeepText(t *testing.T) {
	t.Parallel()
	const sentence = "The keeper of the lighthouse counted the boats that came in before the storm and wrote their names down."
	p, err := Parse([]byte("<title>Boats</title><article>"+strings.Repeat("<p>"+sentence+"</p>", 60_000)+"</article>"), "https://www.example.kr/article/1")
	if err != nil {
		t.Fatal(err)
	}
	a, err := Article(p, Hints{Source: outlet(t), Fetched: fetched})
	if err != nil || !strings.HasPrefix(text.Fold(a.Text), text.Fold(sentence)) {
		t.Errorf("%.80q, %v", a.Text, err)
	}
}
