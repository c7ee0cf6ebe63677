package extract

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

const aebData = "../../../shared/data/aeb"

// TestArticleExtractionBenchmark measures body F1 on 181 labelled pages, with the metric of the
// benchmark: bags of four-word shingles, precision and recall averaged over pages.
func TestArticleExtractionBenchmark(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(aebData, "ground-truth.json"))
	if err != nil {
		t.Skip("the labelled pages of the article extraction benchmark are not here: ", aebData)
	}
	var truth map[string]struct {
		ArticleBody string `json:"articleBody"`
		URL         string `json:"url"`
	}
	if err := json.Unmarshal(raw, &truth); err != nil {
		t.Fatal(err)
	}
	var precision, recall float64
	var took, parsing time.Duration
	for key, want := range truth {
		page := unzip(t, filepath.Join(aebData, "html", key+".html.gz"))
		start := time.Now()
		if _, err := html.Parse(strings.NewReader(string(page))); err != nil {
			t.Fatal(err)
		}
		parsing += time.Since(start)
		p, err := Parse(page, want.URL)
		if err != nil {
			t.Fatal(err)
		}
		start = time.Now()
		a, err := Article(p, Hints{})
		took += time.Since(start)
		if err != nil {
			t.Log(key[:8], want.URL, err)
		}
		pr, rc := overlap(want.ArticleBody, a.Text)
		if f := 2 * pr * rc / max(pr+rc, 1e-9); f < 0.9 && testing.Verbose() {
			t.Logf("%s P %.3f R %.3f %s", key[:8], pr, rc, want.URL)
		}
		precision += pr
		recall += rc
	}
	n := float64(len(truth))
	precision, recall = precision/n, recall/n
	f1 := 2 * precision * recall / (precision + recall)
	t.Logf("%d pages: precision %.4f recall %.4f F1 %.4f; reading takes %.1f times as long as parsing", len(truth), precision, recall, f1, float64(took)/float64(parsing))
	if f1 < 0.970 {
		t.Errorf("F1 is %.4f, below 0.970", f1)
	}
}

func unzip(t *testing.T, name string) []byte {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	zr, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	page, err := io.ReadAll(zr)
	if err != nil {
		t.Fatal(err)
	}
	return page
}

var wordRun = regexp.MustCompile(`[\pL\pM\pN_]+`)

func overlap(want, got string) (precision, recall float64) {
	a, b := bag(want), bag(got)
	both, na, nb := 0, 0, 0
	for s, n := range a {
		both += min(n, b[s])
		na += n
	}
	for _, n := range b {
		nb += n
	}
	if na == 0 && nb == 0 {
		return 1, 1
	}
	return float64(both) / float64(max(nb, 1)), float64(both) / float64(max(na, 1))
}

func bag(s string) map[string]int {
	words := wordRun.FindAllString(s, -1)
	bag := make(map[string]int)
	if n := len(words); n > 0 && n < 4 {
		bag[strings.Join(words, " ")]++
	}
	for i := 0; i+4 <= len(words); i++ {
		bag[strings.Join(words[i:i+4], " ")]++
	}
	return bag
}
