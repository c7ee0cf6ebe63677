package eval

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	pageHead = `<!doctype html><html lang="en"><head><title>The dam is to be mended</title>`
	pageBody = `</head><body><article><h1>The dam is to be mended</h1>
<p>The dam at Lower Weir is to be mended before the spring floods, the water board said on Friday after a meeting that lasted into the night.</p>
<p>Engineers had found eleven cracks in the northern wall, two of them wide enough for a hand, and asked for the lake to be lowered by three metres.</p></article></body></html>`
)

// read extracts pages that are written for the test and returns their lines.
func read(t *testing.T, pages []PageFile, content map[string]string) ([]extracted, int) {
	t.Helper()
	dir := t.TempDir()
	for name, s := range content {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for i := range pages {
		pages[i].Dir = dir
	}
	var out bytes.Buffer
	failed, err := Extract(t.Context(), pages, &out)
	if err != nil {
		t.Fatal(err)
	}
	var all []extracted
	for l := range strings.Lines(out.String()) {
		var x extracted
		if err := json.Unmarshal([]byte(l), &x); err != nil {
			t.Fatalf("%s: %v", l, err)
		}
		all = append(all, x)
	}
	if len(all) != len(pages) {
		t.Fatalf("%d lines for %d pages", len(all), len(pages))
	}
	return all, failed
}

func TestExtractDates(t *testing.T) {
	t.Parallel()
	meta := func(s string) string {
		return pageHead + `<meta property="article:published_time" content="` + s + `">` + pageBody
	}
	content := map[string]string{
		"offset": meta("2026-11-20T08:30:00-03:30"), "utc": meta("2026-11-20T08:30:00Z"), "day": meta("2026-11-20"),
		"none": pageHead + pageBody, "gz": zipped(t, meta("2026-11-20T08:30:00+09:00")),
	}
	want := map[string]string{"offset": "2026-11-20T08:30:00-03:30", "utc": "2026-11-20T08:30:00Z", "day": "2026-11-20", "none": "", "gz": "2026-11-20T08:30:00+09:00"}
	var pages []PageFile
	for name := range content {
		pages = append(pages, PageFile{File: name})
	}
	lines, failed := read(t, pages, content)
	got := map[string]string{}
	for _, x := range lines {
		got[x.File] = ""
		if x.Published != nil {
			got[x.File] = *x.Published
		}
		if x.Authors == nil || x.Error != nil || strings.Count(x.Text, "\n\n") != 1 {
			t.Errorf("%s: %+v", x.File, x)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" || failed != 0 {
		t.Error(diff, failed)
	}
}

// TestExtractAddress: the canonical address is the page's own as far as its address allows to trust
// it; a page that is known by no address is asked for one.
func TestExtractAddress(t *testing.T) {
	t.Parallel()
	content := map[string]string{
		"silent":    pageHead + pageBody,
		"canonical": pageHead + `<meta property="og:url" content="https://b.example/1"><link rel="canonical" href="https://a.example/1">` + pageBody,
		"both":      pageHead + `<link rel="canonical" href="https://a.example/1"><meta property="og:url" content="https://b.example/1">` + pageBody,
		"og":        pageHead + `<base href="https://c.example/"><meta property="og:url" content="https://b.example/1">` + pageBody,
		"odd":       pageHead + `<link rel="canonical" href="/relative">` + pageBody,
	}
	cases := []struct {
		in   PageFile
		want string
	}{
		{PageFile{File: "silent"}, ""},
		{PageFile{File: "silent", URL: "https://www.d.example/x?utm_source=y"}, "https://d.example/x"},
		{PageFile{File: "canonical"}, "https://a.example/1"},
		{PageFile{File: "canonical", URL: "https://d.example/x"}, "https://d.example/x"},
		{PageFile{File: "canonical", URL: "https://m.a.example/x"}, "https://a.example/1"},
		{PageFile{File: "both"}, "https://a.example/1"},
		{PageFile{File: "og"}, "https://b.example/1"},
		{PageFile{File: "odd"}, ""},
	}
	var pages []PageFile
	for _, c := range cases {
		pages = append(pages, c.in)
	}
	lines, _ := read(t, pages, content)
	for i, c := range cases {
		if lines[i].Canonical != c.want || lines[i].Error != nil {
			t.Errorf("%s %s: %q, want %q; %+v", c.in.File, c.in.URL, lines[i].Canonical, c.want, lines[i].Error)
		}
	}
}

// TestExtractHostile: whatever the file is, there is a line that says so, and the next page is read.
func TestExtractHostile(t *testing.T) {
	t.Parallel()
	whole := zipped(t, pageHead+pageBody)
	content := map[string]string{
		"huge": strings.Repeat("<p>x</p>\n", maxPage/8), "bomb.gz": zipped(t, strings.Repeat(" ", 3*maxPage)),
		"nested": strings.Repeat("<div>", 200_000) + "text", "open": strings.Repeat("<b><i>", 50_000), "zero": strings.Repeat("\x00", 1<<16),
		"cut.gz": whole[:len(whole)-20], "no.gz": "\x1f\x8bxx", "empty": "", "blank": " \n\n", "empty.gz": zipped(t, ""),
		"pdf": "%PDF-1.7\n%\xe2\xe3", "text": "not a page", "good": pageHead + pageBody,
	}
	names := []string{"huge", "bomb.gz", "nested", "open", "zero", "cut.gz", "no.gz", "empty", "blank", "empty.gz", "pdf", "text", ".", "missing", "bad\xffname", "good"}
	var pages []PageFile
	for _, n := range names {
		pages = append(pages, PageFile{File: n})
	}
	lines, failed := read(t, pages, content)
	if failed != len(names)-1 {
		t.Errorf("%d of %d failed", failed, len(names))
	}
	for i, x := range lines {
		if want := names[i] != "good"; (x.Error != nil) != want {
			t.Errorf("%s: %+v", names[i], x)
		}
		if x.Error != nil && (*x.Error == "" || x.Text != "" || x.Authors == nil) {
			t.Errorf("%s: %+v", names[i], x)
		}
	}
	for i, want := range map[int]string{0: "larger than 10 MB", 1: "larger than 10 MB", 5: "ends early", 7: "the file is empty", 12: "no file with a page", 13: "there is no file missing"} {
		if e := lines[i].Error; e == nil || !strings.Contains(*e, want) {
			t.Errorf("%s: %v, want %q", names[i], lines[i].Error, want)
		}
	}
}
