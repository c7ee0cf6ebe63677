package discover

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"newsvigil/news"
)

var update = flag.Bool("update", false, "rewrite the expected files")

var testNow = time.Date(2026, 9, 28, 0, 0, 0, 0, time.UTC)

func seoul(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Seoul")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func outlet(t testing.TB) news.Source {
	return news.Source{Name: "Example", Home: "https://www.example.kr/", Hosts: []string{"example.jp"}, Zone: seoul(t)}
}

// shown is what of a result stands in a golden file.
type shown struct {
	Trouble    news.Trouble `json:"trouble,omitempty"`
	Detail     string       `json:"detail,omitempty"`
	Next       []string     `json:"next,omitempty"`
	Feeds      []string     `json:"feeds,omitempty"`
	Candidates []piece      `json:"candidates,omitempty"`
}

type piece struct {
	URL       string          `json:"url"`
	Key       string          `json:"key"`
	Title     string          `json:"title"`
	Summary   string          `json:"summary,omitempty"`
	Authors   []string        `json:"authors,omitempty"`
	Language  string          `json:"language,omitempty"`
	Content   string          `json:"content,omitempty"`
	Published string          `json:"published,omitempty"`
	Zone      news.ZoneOrigin `json:"zone,omitempty"`
	Trust     string          `json:"trust,omitempty"`
}

func show(r Result) shown {
	s := shown{Trouble: r.Trouble, Detail: r.Detail, Next: r.Next, Feeds: r.Feeds}
	for _, c := range r.Candidates {
		p := piece{URL: c.URL, Key: c.Key, Title: c.Title, Summary: c.Summary, Authors: c.Authors, Language: c.Language, Content: c.Content}
		if !c.Published.IsZero() {
			p.Published, p.Zone, p.Trust = c.Published.Time.Format(time.RFC3339), c.Published.Zone, string(c.Published.Confidence)
		}
		s.Candidates = append(s.Candidates, p)
	}
	return s
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

func TestFeedTraps(t *testing.T) {
	files, _ := filepath.Glob("testdata/feeds/*.xml")
	if len(files) < 33 {
		t.Fatalf("found %d feeds", len(files))
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".xml"), func(t *testing.T) {
			t.Parallel()
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, file, show(Feed(outlet(t), "https://feeds.example.kr/rss/all.xml", body, testNow)))
		})
	}
}

func TestFeedGzipped(t *testing.T) {
	t.Parallel()
	body, err := os.ReadFile("testdata/feeds/date_iso_offset.xml")
	if err != nil {
		t.Fatal(err)
	}
	plain := Feed(outlet(t), "https://example.kr/rss", body, testNow)
	if diff := cmp.Diff(show(plain), show(Feed(outlet(t), "https://example.kr/rss", packed(t, body), testNow))); diff != "" {
		t.Error(diff)
	}
	cutShort := packed(t, bytes.Repeat(body, 20))
	if r := Feed(outlet(t), "https://example.kr/rss", cutShort[:len(cutShort)-12], testNow); len(r.Candidates) != 1 {
		t.Errorf("a stream cut short gave %d pieces: %s", len(r.Candidates), r.Detail)
	}
}

func packed(t testing.TB, body []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	zw := gzip.NewWriter(&b)
	if _, err := zw.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestFeedCaps(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString(`<rss version="2.0"><channel><title>t</title><link>https://example.kr/</link>`)
	for i := range maxItems + 500 {
		b.WriteString(`<item><title>n</title><link>https://example.kr/a/` + strings.Repeat("1", i%7) + time.Unix(int64(i), 0).UTC().Format("150405") + `</link></item>`)
	}
	r := Feed(outlet(t), "https://example.kr/rss", []byte(b.String()), testNow)
	if len(r.Candidates) == 0 || len(r.Candidates) > maxItems {
		t.Errorf("%d candidates", len(r.Candidates))
	}
	deep := `<rss><channel><item><title>deep</title><link>https://example.kr/a/1</link><x:a xmlns:x="x">` + strings.Repeat("<x:b>", 200000) + `</x:a></item></channel></rss>`
	if r := Feed(outlet(t), "https://example.kr/rss", []byte(deep), testNow); len(r.Candidates) != 1 {
		t.Errorf("a deep feed gave %d candidates: %s", len(r.Candidates), r.Detail)
	}
	bomb := packed(t, bytes.Repeat([]byte(" "), maxFeedBytes+10))
	if r := Feed(outlet(t), "https://example.kr/rss", bomb, testNow); r.Trouble != news.TroubleTooLarge {
		t.Errorf("trouble of a gzip bomb is %q", r.Trouble)
	}
}

func TestFeedArticlePattern(t *testing.T) {
	t.Parallel()
	body := []byte(`<rss><channel><link>https://example.kr/</link><item><title>Section</title><link>https://example.kr/asia/</link></item><item><title>Piece</title><link>https://example.kr/asia/article/12/</link></item></channel></rss>`)
	src := outlet(t)
	src.Article = mustCompile(`/article/\d+/?$`)
	if r := Feed(src, "https://example.kr/rss", body, testNow); len(r.Candidates) != 1 || r.Candidates[0].Title != "Piece" {
		t.Errorf("got %+v", show(r))
	}
	src.Article = mustCompile(`/story/\d+/?$`)
	if r := Feed(src, "https://example.kr/rss", body, testNow); len(r.Candidates) != 2 || r.Detail == "" {
		t.Errorf("a pattern that fits nothing must not lose the feed: %+v", show(r))
	}
}

func FuzzFeed(f *testing.F) {
	files, _ := filepath.Glob("testdata/feeds/*.xml")
	for _, file := range files {
		if body, err := os.ReadFile(file); err == nil {
			f.Add(body)
		}
	}
	src := outlet(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, c := range Feed(src, "https://example.kr/rss", body, testNow).Candidates {
			if c.Key == "" || c.URL == "" || c.Source != src.Name || c.Published.Time.After(testNow.Add(futureSlack)) {
				t.Errorf("candidate %+v", c)
			}
		}
	})
}

// TestFeedLocalTimeLabelledGMT: an outlet in Seoul that labels its local time GMT is nine hours in
// the future until its own zone is applied.
func TestFeedLocalTimeLabelledGMT(t *testing.T) {
	t.Parallel()
	body, err := os.ReadFile("testdata/feeds/kst_labelled_gmt.xml")
	if err != nil {
		t.Fatal(err)
	}
	soon := time.Date(2026, 9, 27, 10, 30, 0, 0, time.UTC)
	got := Feed(outlet(t), "https://example.kr/rss", body, soon).Candidates[0].Published
	want := time.Date(2026, 9, 27, 19, 0, 0, 0, seoul(t))
	if !got.Time.Equal(want) || got.Zone != news.ZoneOutlet || got.Confidence != news.ConfidenceLow {
		t.Errorf("published %+v, want %v", got, want)
	}
}
