package when

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var dateElement = regexp.MustCompile(`<(?:pubDate|dc:date)>([^<]*)<`)

// TestFeeds reads the date of every feed in testdata/feeds as that of an outlet in Seoul.
func TestFeeds(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/feeds/*.xml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no feeds: %v", err)
	}
	var b strings.Builder
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString(filepath.Base(file))
		m := dateElement.FindSubmatch(body)
		if m == nil {
			b.WriteString(": none\n")
			continue
		}
		i, err := Parse(string(m[1]), seoul)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		b.WriteString(": " + show(i) + "\n")
	}
	const golden = "testdata/feeds.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("dates of feeds (-want +got):\n%s", diff)
	}
}
