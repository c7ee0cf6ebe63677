package extract

import (
	"encoding/json"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"

	"newsvigil/news"
	"newsvigil/text"
)

const fundusData = "../../../shared/data/fundus"

type fundusPiece struct {
	Authors []string `json:"authors"`
	Title   string   `json:"title"`
	Date    string   `json:"publishing_date"`
	Body    struct {
		Summary  []string `json:"summary"`
		Sections []struct {
			Headline   []string `json:"headline"`
			Paragraphs []string `json:"paragraphs"`
		} `json:"sections"`
	} `json:"body"`
}

func (f fundusPiece) text() string {
	lines := append([]string(nil), f.Body.Summary...)
	for _, s := range f.Body.Sections {
		lines = append(append(lines, s.Headline...), s.Paragraphs...)
	}
	return strings.Join(lines, "\n")
}

// TestFundus measures title, authors, date and body on pages of four countries. Each page is
// compared with that version of its publisher's expectation whose body is nearest.
func TestFundus(t *testing.T) {
	pages, _ := filepath.Glob(filepath.Join(fundusData, "*", "*.html.gz"))
	if len(pages) == 0 {
		t.Skip("the labelled pages of fundus are not here: ", fundusData)
	}
	sort.Strings(pages)
	var precision, recall float64
	var n, titles, authors, hours, days, wrongDays int
	for _, file := range pages {
		publisher, _, _ := strings.Cut(filepath.Base(file), "_")
		versions := make(map[string]fundusPiece)
		readJSON(t, filepath.Join(filepath.Dir(file), publisher+".json"), &versions)
		var meta map[string]struct{ URL string }
		readJSON(t, filepath.Join(filepath.Dir(file), "meta.info"), &meta)
		p, err := Parse(unzip(t, file), meta[filepath.Base(file)].URL)
		if err != nil {
			t.Fatal(err)
		}
		a, err := Article(p, Hints{Source: news.Source{Name: publisher}})
		if err != nil {
			t.Log(filepath.Base(file), err)
		}
		want, pr, rc := nearest(versions, a.Text)
		if want.text() == "" {
			continue
		}
		n++
		precision, recall = precision+pr, recall+rc
		if f := 2 * pr * rc / max(pr+rc, 1e-9); f < 0.9 {
			t.Logf("body %s P %.3f R %.3f", filepath.Base(file), pr, rc)
		}
		if text.Fold(a.Title) == text.Fold(want.Title) {
			titles++
		} else {
			t.Logf("title %s %q, want %q", filepath.Base(file), a.Title, want.Title)
		}
		if sameNames(a.Authors, want.Authors) {
			authors++
		} else {
			t.Logf("authors %s %q, want %q", filepath.Base(file), a.Authors, want.Authors)
		}
		date, err := time.Parse("2006-01-02 15:04:05-07:00", want.Date)
		switch {
		case err != nil:
		case a.Published.Time.Equal(date):
			hours++
			days++
		case a.Published.Time.UTC().YearDay() == date.UTC().YearDay():
			days++
			t.Logf("date %s %v, want %s", filepath.Base(file), a.Published, want.Date)
		default:
			wrongDays++
			t.Logf("date %s %v, want %s", filepath.Base(file), a.Published, want.Date)
		}
	}
	precision, recall = precision/float64(n), recall/float64(n)
	f1 := 2 * precision * recall / (precision + recall)
	t.Logf("%d pages: body precision %.4f recall %.4f F1 %.4f; titles %d, authors %d, instants %d, days %d, wrong or no day %d", n, precision, recall, f1, titles, authors, hours, days, wrongDays)
	if f1 < 0.955 {
		t.Errorf("body F1 is %.4f, below 0.955", f1)
	}
}

func readJSON(t *testing.T, name string, v any) {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, v); err != nil {
		t.Fatal(err)
	}
}

func nearest(versions map[string]fundusPiece, got string) (best fundusPiece, precision, recall float64) {
	top := -1.0
	for _, v := range versions {
		p, r := overlap(v.text(), got)
		if p+r > top {
			top, best, precision, recall = p+r, v, p, r
		}
	}
	return best, precision, recall
}

func sameNames(a, b []string) bool {
	fold := func(list []string) string {
		var out []string
		for _, s := range list {
			out = append(out, text.Fold(s))
		}
		sort.Strings(out)
		return strings.Join(out, "|")
	}
	return fold(a) == fold(b)
}
