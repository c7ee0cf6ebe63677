package extract

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"newsvigil/news"
)

var update = flag.Bool("update", false, "rewrite the expected files")

var fetched = time.Date(2026, 9, 28, 0, 0, 0, 0, time.UTC)

// Pages name their address, and the date their feed gave, in comments.
var (
	urlNote  = regexp.MustCompile(`<!--url (\S+) -->`)
	feedNote = regexp.MustCompile(`<!--feed (\S+)-->`)
)

func outlet(t testing.TB) news.Source {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Seoul")
	if err != nil {
		t.Fatal(err)
	}
	return news.Source{
		Name: "Example", Home: "https://www.example.kr/", Zone: zone,
		ID: regexp.MustCompile(`/article/(\d+)|[?&]cd=([A-Z]{3}\d{6})|[?&]idxno=(\d+)|/790_(\d+)\.html`),
	}
}

// shown is what of a reading stands in a golden file.
type shown struct {
	Error     string    `json:"error,omitempty"`
	Title     string    `json:"title,omitempty"`
	Authors   []string  `json:"authors,omitempty"`
	Published string    `json:"published,omitempty"`
	Date      string    `json:"date,omitempty"` // how far it can be trusted
	Language  string    `json:"language,omitempty"`
	Canonical string    `json:"canonical,omitempty"`
	Keys      []string  `json:"keys,omitempty"`
	Kind      news.Kind `json:"kind,omitempty"`
	Reader    string    `json:"reader,omitempty"`
	Credit    string    `json:"credit,omitempty"`
	Text      []string  `json:"text,omitempty"`
}

func show(r Reading, err error) shown {
	a := r.Article
	for _, known := range []error{ErrListing, ErrVideo, ErrPhotos, ErrLogin, ErrNotArticle, ErrBlocked, ErrGone} {
		if errors.Is(err, known) {
			return shown{Error: known.Error()}
		}
	}
	if err != nil {
		return shown{Error: err.Error()}
	}
	s := shown{Title: a.Title, Authors: a.Authors, Language: a.Language, Canonical: a.Canonical, Keys: a.Keys, Kind: a.Kind, Reader: r.Reader, Credit: a.Credit, Text: strings.Split(a.Text, "\n\n")}
	if !a.Published.IsZero() {
		s.Published = a.Published.Time.Format(time.RFC3339)
		s.Date = string(a.Published.Zone) + " " + string(a.Published.Confidence)
		if a.Published.DateOnly {
			s.Date += " day"
		}
	}
	return s
}

func TestPages(t *testing.T) {
	files, _ := filepath.Glob("testdata/pages/*.html")
	if len(files) < 25 {
		t.Fatalf("found %d pages", len(files))
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".html"), func(t *testing.T) {
			t.Parallel()
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			h := Hints{Source: outlet(t), Fetched: fetched}
			if m := feedNote.FindSubmatch(body); m != nil {
				at, err := time.Parse(time.RFC3339, string(m[1]))
				if err != nil {
					t.Fatal(err)
				}
				h.Candidate.Published = news.Instant{Time: at, Zone: news.ZoneStated, Confidence: news.ConfidenceHigh}
			}
			p, err := Parse(body, string(urlNote.FindSubmatch(body)[1]))
			if err != nil {
				t.Fatal(err)
			}
			before := rendered(t, p.Root)
			got := show(Read(p, h))
			if rendered(t, p.Root) != before {
				t.Error("reading changed the shared tree")
			}
			golden(t, file, got)
		})
	}
}

func rendered(t *testing.T, root *html.Node) string {
	t.Helper()
	var b strings.Builder
	if err := html.Render(&b, root); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func golden(t *testing.T, input string, got shown) {
	t.Helper()
	name := strings.TrimSuffix(input, filepath.Ext(input)) + ".json"
	raw, err := json.MarshalIndent(got, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(name, append(raw, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(raw)+"\n"); diff != "" {
		t.Errorf("%s (-want +got):\n%s", input, diff)
	}
}

func seedPages(f *testing.F) {
	files, _ := filepath.Glob("testdata/pages/*.html")
	for _, file := range files {
		if body, err := os.ReadFile(file); err == nil {
			f.Add(body)
		}
	}
}
