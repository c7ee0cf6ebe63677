package discover

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"newsvigil/news"
)

func TestSitemaps(t *testing.T) {
	files, _ := filepath.Glob("testdata/sitemaps/*.xml")
	if len(files) < 6 {
		t.Fatalf("found %d sitemaps", len(files))
	}
	since := testNow.AddDate(0, 0, -7)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := show(Sitemap(outlet(t), "https://www.example.kr/sitemap.xml", iotest.OneByteReader(bytes.NewReader(body)), since))
			golden(t, file, got)
			if again := show(Sitemap(outlet(t), "https://www.example.kr/sitemap.xml", bytes.NewReader(packed(t, body)), since)); len(again.Candidates) != len(got.Candidates) || len(again.Next) != len(got.Next) {
				t.Errorf("packed: %+v", again)
			}
		})
	}
}

func TestSitemapCaps(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString(`<urlset>`)
	for i := range maxSitemapEntries + 100 {
		fmt.Fprintf(&b, "<url><loc>https://example.kr/a/%d</loc></url>", 100000+i)
	}
	r := Sitemap(outlet(t), "https://example.kr/sitemap.xml", strings.NewReader(b.String()), time.Time{})
	if len(r.Candidates) != maxItems {
		t.Errorf("%d candidates", len(r.Candidates))
	}
	endless := Sitemap(outlet(t), "https://example.kr/sitemap.xml", endless{}, time.Time{})
	if endless.Trouble == news.TroubleNone {
		t.Error("an endless body is no trouble")
	}
}

// endless is a body without end that never closes an element.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	return copy(p, bytes.Repeat([]byte("<urlset>"), len(p)/8+1)[:len(p)]), nil
}

func FuzzSitemap(f *testing.F) {
	files, _ := filepath.Glob("testdata/sitemaps/*.xml")
	for _, file := range files {
		if body, err := os.ReadFile(file); err == nil {
			f.Add(body)
		}
	}
	src := outlet(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, c := range Sitemap(src, "https://example.kr/sitemap.xml", bytes.NewReader(body), testNow).Candidates {
			if c.Key == "" || c.Source != src.Name {
				t.Errorf("candidate %+v", c)
			}
		}
	})
}
