package extract

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/korean"

	"newsvigil/news"
)

// deadline ends a reading that hangs. It says nothing of how fast a page should be read: the slowest
// of boundPages takes about a second on a quiet machine.
const deadline = 5 * time.Minute

const boundSentence = "The keeper of the lighthouse counted the boats that came in before the storm and wrote their names down. "

// boundPages are pages of sizes and shapes that no outlet has.
func boundPages() map[string]string {
	const sentence = boundSentence
	noise := make([]byte, 1<<19)
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
		"one word of 1 MB":       "<p>" + strings.Repeat("boat", 1<<18),
		"korean line of 1 MB":    "<p>" + strings.Repeat("등대지기가 배를 세었다. ", 1<<20/33),
		"breaks of 1 MB":         strings.Repeat(sentence+"<br>", 1<<20/len(sentence)),
		"200,000 links":          links.String(),
		"20,000 links in a p":    "<p>" + links.String()[:1<<20] + "</p>",
		"5,000 lists":            lists.String(),
		"binary noise":           string(noise),
		"binary in a page":       "<html><body><p>" + string(noise) + "</p>",
		"picture":                "\x89PNG\r\n\x1a\n" + string(noise[:1<<16]),
		"deep tables":            strings.Repeat("<table><tr><td>", 2000) + sentence + strings.Repeat("</td></tr></table>", 2000),
		"deep lists of links":    strings.Repeat("<ul><li><a href=/x>Some headline here</a>", 10_000),
		"deep divs with links":   strings.Repeat("<div><a href=/x>Some headline here</a><a href=/y>Some headline here</a>", 10_000),
		"giant attribute":        `<p class="` + strings.Repeat("byline date ", 100_000) + `">` + sentence + "</p>",
		"giant attributes":       strings.Repeat(`<p class="`+strings.Repeat("author ", 10_000)+`">`+sentence+"</p>", 10),
		"giant address":          `<a href="/` + strings.Repeat("a/", 1<<20) + `">` + sentence + "</a>",
		"title of 1 MB":          "<title>" + strings.Repeat("Boats - ", 1<<17) + "</title>" + strings.Repeat("<p>"+sentence+"</p>", 20),
		"headline of 256 kB":     "<h1>" + strings.Repeat("Boats | ", 1<<15) + "</h1>" + strings.Repeat("<p>"+sentence+"</p>", 20),
		"byline of 180 kB":       `<p class="author">` + strings.Repeat("By Ann and ", 1<<14) + "</p>" + strings.Repeat("<p>"+sentence+"</p>", 20),
		"date of 180 kB":         `<p class="date">Posted : ` + strings.Repeat("2026-09-27 ", 1<<14) + "</p>" + strings.Repeat("<p>"+sentence+"</p>", 20),
		"meta of 1 MB":           `<meta name="description" content="` + strings.Repeat(sentence, 1<<13) + `">` + strings.Repeat("<p>"+sentence+"</p>", 20),
		"5,000 metas":            strings.Repeat(`<meta property="article:author" content="Ann Miller and Bo Chen"><meta name="date" content="2026">`, 5000),
		"5,000 JSON-LD scripts":  scripts.String() + strings.Repeat("<p>"+sentence+"</p>", 20),
		"deep JSON-LD":           `<script type="application/ld+json">` + strings.Repeat(`{"@graph":[`, 100_000) + strings.Repeat("]}", 100_000) + "</script>",
		"wide JSON-LD":           `<script type="application/ld+json">[` + strings.Repeat(`{"@type":"NewsArticle","author":[[[["x"]]]]},`, 40_000) + `{}]</script>`,
		"articleBody of 2 MB":    `<script type="application/ld+json">{"@type":"NewsArticle","headline":"Boats","articleBody":"` + strings.Repeat(sentence, 1<<21/len(sentence)-10) + `"}</script>`,
		"comments":               strings.Repeat("<!-- -- >", 300_000) + sentence,
		"character references":   strings.Repeat("&amp;&#x41;&nosuch;", 40_000),
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
		if underRace { // which makes everything ten times as slow, and does not care for size
			page = page[:min(len(page), 1<<16)]
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), deadline)
			defer cancel()
			done := make(chan struct{})
			go func() {
				defer close(done)
				readBound(t, page, strings.HasSuffix(name, "of 5 MB"))
			}()
			select {
			case <-done:
			case <-ctx.Done():
				t.Fatal("still reading at the deadline")
			}
		})
	}
}

// readBound reads a page from its outlet, and where it is small enough for one, from a feed. A page that
// is only too long is cut, not refused.
func readBound(t *testing.T, page string, long bool) {
	h := Hints{Source: outlet(t), Fetched: fetched}
	p, err := Parse([]byte(page), "https://www.example.kr/2026/09/27/x")
	if err == nil {
		var a news.Article
		a, err = Article(p, h)
		if err == nil && (a.Title == "" || a.Text == "" || len(a.Title) > 2000 || len(a.Authors) > 20) {
			t.Errorf("an article of %d bytes with a title of %d and %d authors", len(a.Text), len(a.Title), len(a.Authors))
		}
		if long && !strings.HasPrefix(a.Text, strings.TrimSpace(boundSentence)) {
			t.Errorf("read %.80q, %v", a.Text, err)
		}
	}
	if h.Candidate.URL, h.Candidate.Content = "https://www.example.kr/a/1", page; len(page) > 1<<20 {
		return
	}
	if a, err := FromFeed(h); err == nil && a.Text == "" && a.Title == "" {
		t.Error("a feed's article of nothing")
	}
}

// maxAllocated is what reading a page may allocate for each byte of it: 16 MB for one of 150 kB.
const maxAllocated = 16 << 20 / 150_000

// TestAllocation bounds what reading allocates, on an invented page of 150 kB and on those of the article
// extraction benchmark, where these are at hand, taken together. It is not parallel: others' memory would count.
func TestAllocation(t *testing.T) {
	if underRace {
		t.Skip("allocation is measured without the race detector, which empties pools at random")
	}
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

// seedTraps gives the fuzzer one page of each kind of list, of each Korean layout, and the smaller
// hostile ones.
func seedTraps(f *testing.F) {
	kinds := slices.Sorted(maps.Keys(listMarkups))
	for i, kind := range kinds {
		w := listLanguages[i%len(listLanguages)]
		f.Add([]byte(listPage(w, listMarkups[kind](w), 4)))
	}
	for _, name := range slices.Sorted(maps.Keys(koreanLayouts)) {
		page := koreanPage(`<meta charset="euc-kr">`, `<p class="info">입력 2026.09.27. 오후 7:00</p>`, koreanLayouts[name](koreanBody))
		f.Add([]byte(page))
		if packed, err := korean.EUCKR.NewEncoder().String(page); err == nil {
			f.Add([]byte(packed))
		}
	}
	for _, page := range boundPages() {
		if len(page) <= 1<<12 {
			f.Add([]byte(page))
		} else {
			f.Add([]byte(page[:1<<12]))
		}
	}
}
