package eval

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"newsvigil/news"
)

func TestJudgeDate(t *testing.T) {
	t.Parallel()
	const want = "2024-05-04 00:30:00+02:00"
	at := func(s string) news.Instant {
		when, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return news.Instant{Time: when}
	}
	dateOnly := func(s string) news.Instant {
		i := at(s + "T12:00:00Z")
		i.DateOnly = true
		return i
	}
	for _, c := range []struct {
		name, want          string
		in                  news.Instant
		day, instant, zoned bool
	}{
		{name: "the same", want: want, in: at("2024-05-04T00:30:00+02:00")},
		{name: "the same instant in another zone", want: want, in: at("2024-05-03T22:30:00Z")},
		{name: "the clock's time in the wrong zone", want: want, in: at("2024-05-04T00:30:00Z"), instant: true, zoned: true},
		{name: "the wrong zone moves the day", want: want, in: at("2024-05-04T00:30:00+09:00"), day: true, instant: true, zoned: true},
		{name: "a zone of a half hour", want: want, in: at("2024-05-04T00:30:00+05:30"), day: true, instant: true, zoned: true},
		{name: "seconds apart", want: want, in: at("2024-05-04T00:30:18+02:00"), instant: true},
		{name: "another day at the same time", want: want, in: at("2024-05-05T00:30:00+02:00"), day: true, instant: true},
		{name: "the day alone", want: want, in: dateOnly("2024-05-04"), instant: true},
		{name: "the wrong day alone", want: want, in: dateOnly("2024-05-03"), day: true, instant: true},
		{name: "nothing", want: want, day: true, instant: true},
		{name: "nothing is expected", want: "", in: at("2024-05-04T00:30:00+02:00")},
	} {
		var r fundusRead
		judgeDate(&r, Failure{Want: c.want}, c.in)
		if (r.day != nil) != c.day || (r.instant != nil) != c.instant || (r.zoned != nil) != c.zoned {
			t.Errorf("%s: day %v, instant %v, zone %v", c.name, r.day, r.instant, r.zoned)
		}
	}
}

// page is an article page with so many sentences of its own; each is a paragraph.
func page(title, author, date string, sentences int) (html, body string) {
	var paragraphs []string
	for i := range sentences {
		paragraphs = append(paragraphs, fmt.Sprintf("Sentence number %d speaks at some length of the harbour, the weather and what the fishermen of place %d had to say.", i, i*7))
	}
	return fmt.Sprintf(`<html lang="en"><head><title>%s</title><meta property="og:title" content="%s"><meta property="og:type" content="article">
<meta name="author" content="%s"><meta property="article:published_time" content="%s"></head><body><article><h1>%s</h1><p>%s</p></article></body></html>`,
		title, title, author, date, title, strings.Join(paragraphs, "</p><p>")), strings.Join(paragraphs, "\n")
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if strings.HasSuffix(name, ".gz") {
		z := gzip.NewWriter(f)
		_, err = z.Write([]byte(content))
		err = errors.Join(err, z.Close())
	} else {
		_, err = f.WriteString(content)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// values are the figures by name, rounded to what the table shows, with the numbers of failures.
func values(figures []Figure) map[string]string {
	out := map[string]string{}
	for _, f := range figures {
		out[f.Name()] = fmt.Sprintf("%s of %d, %d listed", share(f.Value), f.N, len(f.Failures))
	}
	return out
}

func TestAEBFigures(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := AEBFigures(t.Context(), dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an empty folder: %v", err)
	}
	good, body := page("The harbour", "Ann Bell", "2024-05-04T10:00:00Z", 12)
	body += "\n" + strings.ReplaceAll(body, "harbour", "mountain") // 261 of 525 shingles are on the page
	write(t, filepath.Join(dir, "html", "aaaaaaaa.html.gz"), good)
	write(t, filepath.Join(dir, "html", "bbbbbbbb.html.gz"), "<html><body><p>Nothing.</p></body></html>")
	write(t, filepath.Join(dir, "ground-truth.json"), fmt.Sprintf(
		`{"aaaaaaaa": {"articleBody": %q, "url": "https://a.example/1"}, "bbbbbbbb": {"articleBody": %q, "url": "https://b.example/2"}}`, body, body))
	figures, err := AEBFigures(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"AEB: body precision": ".5000 of 2, 0 listed",
		"AEB: body recall":    ".2486 of 2, 0 listed",
		"AEB: body F1":        ".3321 of 2, 2 listed",
	}
	if diff := cmp.Diff(want, values(figures)); diff != "" {
		t.Error(diff)
	}
	bad := figures[2].Failures[1]
	if bad.Item != "bbbbbbbb https://b.example/2" || !strings.Contains(bad.Got, "holds no article") {
		t.Errorf("the failure is %+v", bad)
	}
	write(t, filepath.Join(dir, "ground-truth.json"), `{"cccccccc": {"articleBody": "x", "url": "https://a.example/1"}}`)
	if _, err := AEBFigures(t.Context(), dir); err == nil {
		t.Error("a labelled page that is not there is not missed")
	}
}

func TestFundusFigures(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := FundusFigures(t.Context(), dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an empty folder: %v", err)
	}
	first, body := page("The Harbour", "Ann Bell", "2024-05-04T10:00:00+02:00", 12)
	second, other := page("The quay", "Carl Day", "2024-05-05T10:00:00Z", 20)
	write(t, filepath.Join(dir, "xx", "Paper_1.html.gz"), first)
	write(t, filepath.Join(dir, "xx", "Paper_2.html.gz"), second)
	write(t, filepath.Join(dir, "xx", "meta.info"), `{"Paper_1.html.gz": {"url": "https://a.example/1"}, "Paper_2.html.gz": {"url": "https://a.example/2"}}`)
	summary, rest, _ := strings.Cut(other, "\n") // a summary that the page shows as its first paragraph
	version := func(title, summary, body, date string) string {
		return fmt.Sprintf(`{"authors": ["ANN BELL"], "title": %q, "publishing_date": %q, "body": {"summary": [%q], "sections": [{"headline": [], "paragraphs": [%q]}]}}`, title, date, summary, body)
	}
	write(t, filepath.Join(dir, "xx", "Paper.json"), fmt.Sprintf(`{"V1": %s, "V2": %s, "V3": {"title": "without a body"}}`,
		version("the harbour", "A summary that the page does not show at all.", body, "2024-05-04 10:00:00+02:00"),
		version("The quays", summary, rest, "2024-05-05 10:00:00+02:00")))
	figures, err := FundusFigures(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"fundus: body precision":               "1.0000 of 2, 0 listed",
		"fundus: body recall":                  "1.0000 of 2, 0 listed",
		"fundus: body F1":                      "1.0000 of 2, 0 listed",
		"fundus: title as expected":            ".5000 of 2, 1 listed",
		"fundus: authors as expected":          ".5000 of 2, 1 listed",
		"fundus: day of publication right":     "1.0000 of 2, 0 listed",
		"fundus: instant of publication right": ".5000 of 2, 1 listed",
		"fundus: date not off by a zone":       ".5000 of 2, 1 listed",
	}
	if diff := cmp.Diff(want, values(figures)); diff != "" {
		t.Error(diff)
	}
	for _, f := range figures {
		for _, bad := range f.Failures {
			if bad.Item != "Paper_2" || bad.Want == "" || bad.Got == "" {
				t.Errorf("%s lists %+v", f.Name(), bad)
			}
		}
	}
}
