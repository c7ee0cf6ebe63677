package digest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestPhraseFile holds that every line of the file is a remark or a phrase, none twice, that a Korean
// phrase fills in what the English does, and lists the phrases without Korean.
func TestPhraseFile(t *testing.T) {
	t.Parallel()
	brace := regexp.MustCompile(`\{\w+\}`)
	shape := regexp.MustCompile(`^[a-z_.-]+ += \S.*$`)
	seen := map[string]bool{}
	for i, line := range strings.Split(phraseFile, "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if !shape.MatchString(line) || strings.Count(line, "|") > 1 {
			t.Errorf("phrases.txt:%d: not a phrase: %s", i+1, line)
		}
		key := strings.TrimSpace(strings.SplitN(line, "=", 2)[0])
		if seen[key] {
			t.Errorf("phrases.txt:%d: %s stands twice", i+1, key)
		}
		seen[key] = true
	}
	var missing []string
	for key, p := range book {
		if p["en"] == "" {
			t.Errorf("%s says nothing in English", key)
		}
		if p["ko"] == "" && !strings.HasSuffix(key, ".one") {
			missing = append(missing, key)
		}
		if key == "day" || key == "moment" || key == "weekday" || key == "long" || p["ko"] == "" {
			continue
		}
		en, ko := brace.FindAllString(p["en"], -1), brace.FindAllString(p["ko"], -1)
		slices.Sort(en)
		slices.Sort(ko)
		if !slices.Equal(en, ko) {
			t.Errorf("%s fills in %v in English and %v in Korean", key, en, ko)
		}
	}
	slices.Sort(missing)
	if len(missing) > 0 {
		t.Errorf("without Korean, so shown in English: %s", strings.Join(missing, ", "))
	}
}

// TestPhrasesInUse holds that every key which this package or notify/slack says is in the file, that the file
// holds no other, and that every trouble of a source has its words.
func TestPhrasesInUse(t *testing.T) {
	t.Parallel()
	used := map[string]bool{"weekdays": true, "months": true, "monthnames": true}
	for _, file := range slices.Concat(goFiles(t, "."), goFiles(t, "../notify/slack")) {
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if s, err := strconv.Unquote(lit.Value); err == nil {
					used[s] = true
				}
			}
			return true
		})
	}
	for key := range book {
		prefix, _, dotted := strings.Cut(key, ".")
		if dotted && strings.HasSuffix(key, ".one") {
			key = prefix
		} else if dotted {
			key = prefix + "."
		}
		if !used[key] {
			t.Errorf("nothing says %q", key)
		}
	}
	for _, file := range goFiles(t, "../news") {
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Names) != 1 || !strings.HasPrefix(spec.Names[0].Name, "Trouble") || len(spec.Values) != 1 {
				return true
			}
			if lit, ok := spec.Values[0].(*ast.BasicLit); ok && lit.Value != `""` {
				word, _ := strconv.Unquote(lit.Value)
				if _, ok := find("en", "mishap."+word); !ok {
					t.Errorf("phrases.txt has no mishap.%s", word)
				}
			}
			return true
		})
	}
}

func goFiles(t *testing.T, dir string) (files []*ast.File) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(names) == 0 {
		t.Fatal("no files", err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, data, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	return files
}

func TestSay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ got, want string }{
		{Say("en", "stories", "n", 1), "1 new story"},
		{Say("en", "stories", "n", 21), "21 new stories"},
		{Say("ko", "stories", "n", 1), "새 소식 1건"},
		{Say("fr", "stories", "n", 2), "2 new stories"}, // a language that the file does not have
		{Say("en", "alert_of", "title", "{n} {title}"), "Alert: {n} {title}"},
		{Say("en", "no such phrase"), ""},
		{InThread(1, "en"), "One more story is in the thread."},
		{InThread(7, "ko"), "나머지 7건은 아래 스레드에 있습니다."},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
	half := readPhrases("only = in English\nboth = one | 하나\n# a = remark | 말\n\nnothing")
	if len(half) != 2 || half["only"]["ko"] != "" || half["both"]["ko"] != "하나" {
		t.Errorf("read %v", half)
	}
}

// TestDates holds that dates are in words of the language, by the clock of their zone, on the nights on
// which clocks change, too.
func TestDates(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	night := time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC)
	for _, c := range []struct{ got, want string }{
		{date("en", "moment", night.In(berlin)), "25 Oct 2026, 02:30 CEST"},
		{date("en", "moment", night.Add(time.Hour).In(berlin)), "25 Oct 2026, 02:30 CET"},
		{date("ko", "moment", night.In(berlin)), "2026년 10월 25일 02:30 CEST"},
		{date("en", "weekday", night.In(berlin)), "Sun 25 Oct 02:30"},
		{date("ko", "weekday", night.In(berlin)), "10월 25일(일) 02:30"},
		{date("en", "day", night.In(berlin)), "25 Oct 2026"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
