package classify

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"newsvigil/news"
)

func TestParseSeedFile(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, file, in string
		meta           news.Exemplar
		body           string
	}{
		{"front matter", "a.txt", "---\ntitle: \"Low water: what now\"\nauthor: 'Ann'\ndate: 2026-11-21\nlang: en\nurl: https://a.example/1\nnote: ignored\n---\nBody.\n",
			news.Exemplar{Title: "Low water: what now", Authors: []string{"Ann"}, Published: "2026-11-21", Language: "en", URL: "https://a.example/1"}, "Body."},
		{"list of authors, Windows lines, mark", "a.txt", "\uFEFF---\r\ntitle: T\r\nauthors: [Ann, \"Bo\"]\r\noutlet: O\r\nabout: Two. Sentences.\r\n---\r\nBody.",
			news.Exemplar{Title: "T", Authors: []string{"Ann", "Bo"}, Outlet: "O", About: "Two. Sentences."}, "Body."},
		{"no front matter", "low-water.txt", "Just text.\n---\nMore.", news.Exemplar{Title: "low water"}, "Just text.\n---\nMore."},
		{"unclosed front matter is text", "x.txt", "---\ntitle: T\nBody.", news.Exemplar{Title: "x"}, "---\ntitle: T\nBody."},
		{"only front matter", "x.txt", "---\ntitle: T\n---\n", news.Exemplar{Title: "T"}, ""},
		{"markdown", "x.md", "# Low *water*\n\n![dam](d.png)\n> Rain [came](https://a.example) **late**.\n\n## Then\n- [Other news](https://a.example/2)\n- snow, too\n",
			news.Exemplar{Title: "Low *water*"}, "\n\nRain came late.\n\nThen\nsnow, too"},
		{"html", "x.html", `<!doctype html><html lang="en-GB"><head><title>T | O</title><meta property="og:title" content="T &amp; U"><meta name="author" content="Ann">
			<link rel="canonical" href="https://a.example/c"><meta property="article:published_time" content="2026-11-21T10:00:00+09:00"><meta property="og:site_name" content="O"></head>
			<body><nav><a href=/>Home</a></nav><h1>T and U</h1><div><p>One.</p>Loose.<ul><li><a href=/2>Two things</a></li><li><a href=/3>Three</a></li></ul>
			<figure><figcaption>A dam</figcaption></figure><script>var x = "no"</script><p>Four<br>five.</p></div><footer>©</footer></body></html>`,
			news.Exemplar{Title: "T & U", Authors: []string{"Ann"}, URL: "https://a.example/c", Published: "2026-11-21T10:00:00+09:00", Outlet: "O", Language: "en"},
			"One.\n\nLoose.\n\nFour\nfive."},
		{"html heading in header", "y.htm", `<header><h1>In the header</h1><p>menu</p></header><article>Text in one block.<br><br>More.</article>`,
			news.Exemplar{Title: "In the header"}, "Text in one block.\n\nMore."},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			meta, body, err := ParseSeedFile(c.file, []byte(c.in))
			if err != nil {
				t.Fatal(err)
			}
			c.meta.File = c.file
			if diff := cmp.Diff(c.meta, meta); diff != "" {
				t.Errorf("meta (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(strings.TrimSpace(c.body), body); diff != "" {
				t.Errorf("body (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNewExemplarLeavesOutCaptionsAndLinkLists(t *testing.T) {
	t.Parallel()
	body := `The water level fell again.

△ Officials at the dam

An overview of the dam ⓒ Agency

Rain in spring
A heading

It did not rain.

Weekly best articles
Pop star marries
Dog saves child
Ten recipes for autumn
https://a.example/more`
	e := NewExemplar(news.Exemplar{Title: " Low\u202e  water "}, body)
	want := map[string]int{"water": 1, "level": 1, "fell": 1, "water level": 1, "level fell": 1, "rain": 2, "spring": 1, "heading": 1}
	if diff := cmp.Diff(want, e.Terms); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if e.Title != "Low water" {
		t.Errorf("title %q", e.Title)
	}
}
