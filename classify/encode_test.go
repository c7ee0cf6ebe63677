package classify

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"newsvigil/news"
)

func TestEncodeIsReadable(t *testing.T) {
	t.Parallel()
	got := string(Encode(news.Exemplar{
		Title: `He said "no"`, Outlet: "A\\B", Authors: []string{"Ann", "Bo"}, Published: "2026-11-21", Language: "en", About: "One.\nTwo.",
		Terms: map[string]int{"water level": 2, "dam": 3, "저수": 1},
	}))
	want := `title = "He said \"no\""
outlet = "A\\B"
authors = ["Ann", "Bo"]
published = "2026-11-21"
language = "en"
about = "One.\nTwo."

# How often each word and pair of neighbouring words stands in the body.
[terms]
"dam" = 3
"water level" = 2
"저수" = 1
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestEncodeDecode is the law that an exemplar survives its file, whatever is in its strings.
func TestEncodeDecode(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringN(0, 20, -1)
		e := news.Exemplar{
			Title: "t" + text.Draw(t, "title"), Outlet: text.Draw(t, "outlet"), URL: text.Draw(t, "url"), Published: text.Draw(t, "published"),
			Language: text.Draw(t, "language"), About: text.Draw(t, "about"), File: "a.toml",
			Terms: rapid.MapOfN(rapid.StringN(1, 12, -1), rapid.IntRange(1, maxCount), 1, 8).Draw(t, "terms"),
		}
		if a := rapid.SliceOfN(text, 0, 3).Draw(t, "authors"); len(a) > 0 {
			e.Authors = a
		}
		got, err := decode("a.toml", Encode(e))
		if err != nil {
			t.Fatalf("%v\n%s", err, Encode(e))
		}
		if diff := cmp.Diff(e, got); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

func FuzzLoad(f *testing.F) {
	f.Add("a.toml", "title = \"x\"\n[terms]\n\"a\" = 1\n")
	f.Add("a.md", "---\ntitle: x\nauthor: [a, b]\n---\n# h\n- [x](y)\ntext")
	f.Add("a.html", "<html lang=en><h1>x</h1><ul><li><a href=/>y</a></ul><p>z")
	f.Add("a.txt", "---\n---\n")
	f.Fuzz(func(t *testing.T, name, content string) {
		if strings.ContainsAny(name, "/\\") || name == "" || name == "." || name == ".." {
			return
		}
		got, err := LoadExemplars(folder(map[string]string{name: content}))
		if err == nil && (len(got) != 1 || got[0].Title == "" || len(got[0].Terms) == 0) {
			t.Fatalf("%q gave %+v", name, got)
		}
	})
}
