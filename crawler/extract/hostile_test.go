package extract

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// TestHostilePages: no page takes the program down, whatever its shape. Before the bounds were
// set each of these took minutes or overflowed the stack.
func TestHostilePages(t *testing.T) {
	head := "<title>Shape</title><h1>Shape</h1>"
	shapes := map[string]string{
		"nested divs":        strings.Repeat("<div>", 300000) + "text",
		"nested unclosed":    strings.Repeat("<b><i>", 100000) + "text",
		"nested tables":      strings.Repeat("<table><tr><td>", 100000) + "text",
		"nested lists":       strings.Repeat("<ul><li>", 50000) + "text",
		"nested headers":     strings.Repeat("<header class=date>", 400) + strings.Repeat("<span class=date>x</span>", 50000),
		"wide paragraphs":    strings.Repeat("<p>Some words of a paragraph that says little.</p>", 20000),
		"nested bylines":     strings.Repeat("<div class=byline>", 400) + strings.Repeat("<span class=author></span><h2 class=title></h2>", 20000),
		"wide links":         strings.Repeat("<a href=/x>A link with some words</a> ", 20000),
		"wide empty":         strings.Repeat("<span class=date></span>", 50000),
		"one long line":      strings.Repeat("word ", 200000),
		"attributes":         "<p " + strings.Repeat("a=b ", 200000) + ">text</p>",
		"many breaks":        strings.Repeat("words and words<br>", 20000),
		"many headings":      strings.Repeat("<h1><a href=/a/1>Some headline of a piece</a></h1>", 5000),
		"deep and wide":      strings.Repeat("<div class=meta>", 300) + strings.Repeat("<p><span class=time>x</span></p>", 20000),
		"json-ld":            `<script type="application/ld+json">` + strings.Repeat(`{"@graph":[`, 5000) + `</script>`,
		"unclosed textarea":  "<textarea>" + strings.Repeat("<p>x</p>", 20000),
		"same byte":          strings.Repeat("\x00", 1<<20),
		"table of one text":  "<table>" + strings.Repeat("text<tr>", 50000),
		"select with option": "<select>" + strings.Repeat("<option>x", 20000),
	}
	for name, shape := range shapes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := Parse([]byte(head+shape), "https://www.example.kr/2026/09/27/x")
			if err != nil {
				t.Fatal(err)
			}
			if a, err := Article(p, Hints{Source: outlet(t), Fetched: fetched}); err == nil && a.Title == "" {
				t.Error("an article without a title")
			}
		})
	}
}

func FuzzArticle(f *testing.F) {
	seedPages(f)
	seedTraps(f)
	src := outlet(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		p, err := Parse(body, "https://www.example.kr/2026/09/27/x")
		if err != nil {
			return
		}
		a, err := Article(p, Hints{Source: src, Fetched: fetched})
		if err != nil {
			return
		}
		if a.Text == "" || !utf8.ValidString(a.Text+a.Title) || a.Published.Time.After(fetched.Add(slack)) || len(a.Keys) == 0 {
			t.Errorf("article %+v", a)
		}
		h := Hints{Source: src, Fetched: fetched}
		h.Candidate.URL, h.Candidate.Content = "https://www.example.kr/a/1", string(body)
		if _, err := FromFeed(h); err != nil && h.Candidate.Content == "" {
			t.Error(err)
		}
	})
}

func FuzzScripts(f *testing.F) {
	f.Add(`window.__STATE__={"a":[{"text":"` + strings.Repeat("Some words of a paragraph. ", 6) + `"},{"text":" and more"}],"b":"{\"html\":\"<p>x</p>\"}"}`)
	f.Add(`self.__next_f.push([1,"1c:[\"$\",\"p\",null,{\"children\":\"` + strings.Repeat("Some words. ", 10) + `\"}]"])`)
	f.Add(`content:"` + strings.Repeat("Some words. ", 10) + `",]]}}{"`)
	f.Fuzz(func(t *testing.T, code string) {
		s := scripts{keys: make(map[string]int)}
		s.scan(code, 0)
		if len(s.open) > 0 {
			t.Errorf("%d runs are left open", len(s.open))
		}
		for _, r := range s.done {
			r.lines()
		}
	})
}
