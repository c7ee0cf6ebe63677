package page

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"pgregory.net/rapid"

	"newsvigil/news"
)

// brief is what readers kept of the full digest.
func brief(lang string) news.Brief {
	d := full()
	b := news.Brief{Key: "b", Topic: d.Topic, TopicKey: "north-korean-human-rights", Language: lang, Since: at(13, 9, 0), Until: at(20, 9, 0)}
	if lang == "ko" {
		b.Topic = "북한 인권"
	}
	for i, it := range append(d.Lead, d.Lines[2]) {
		it.Authors = [][]string{{"Jane Doe"}, {"김민수", "이영희"}, {"A. One", "B. Two", "C. Three", "D. Four"}, nil}[i]
		b.Stories = append(b.Stories, news.Kept{Item: it, Readers: 3 - i/2, At: at(18, 10, 0)})
	}
	b.Stories[0].Gloss = "The wall is 3.5 km long, the institute said. It was not there in May."
	b.Stories[1].Gloss, b.Stories[1].Against = "여성 30여 명이 구류장으로 옮겨졌다.", 1
	b.Stories[2].Before = true
	b.Stories[3].Readers = 1
	return b
}

func TestMarkdown(t *testing.T) {
	t.Parallel()
	nothing := brief("en")
	nothing.Stories = nil
	hostile := brief("en")
	hostile.Stories = hostile.Stories[:2]
	k := &hostile.Stories[0]
	k.Title = "# <img src=x onerror=alert(1)> [click](javascript:alert(1)) `rm -rf` | *now* _please_ ![x](http://evil.example/p.png)\n## Forged\u202e heading"
	k.Gloss = "> Ask @octocat & user@evil.example &lt;script&gt; at https://evil.example or www.evil.example, $\\sqrt{x}$ :tada: ~~no~~"
	k.URL = "https://news.example/a_(b)?x=[1]|2&lt;=`3`#*"
	k.Outlet, k.Authors, k.Also = "1. [Outlet]", []string{"- Eve\n- Mallory", "<b>Bob</b>"}, []news.Also{{Outlet: "](javascript:alert(1))", URL: "javascript:alert(1)"}, {Outlet: "Good", URL: "https://good.example/"}}
	hostile.Stories[1].Title, hostile.Stories[1].URL = "مرحبا بالعالم (prices rise by $5)", "https://user:pw@news.example/"
	for name, b := range map[string]news.Brief{"brief.md": brief("en"), "brief-korean.md": brief("ko"), "brief-nothing.md": nothing, "brief-hostile.md": hostile} {
		var out bytes.Buffer
		if err := Markdown(&out, b, Options{Zone: seoul}); err != nil {
			t.Fatal(err)
		}
		golden(t, name, out.Bytes())
	}
}

// unescaped matches what is markup in Markdown where no backslash stands before it.
var (
	backslashed = regexp.MustCompile(`\\[!-/:-@\[-` + "`" + `{-~]`)
	ourLink     = regexp.MustCompile(`\]\(https?://[^\s()<>"|\\` + "`" + `*]+\)|<https?://[^\s()<>"|\\` + "`" + `*]+>`)
	ourFrame    = regexp.MustCompile(`(?m)^# |^## \d+\. \[?|^> “|^- |, \[|: \[|(?:^|[ ,”])\*[^*]+\*(?:,|$)`)
)

// TestAnyMarkdownIsText is the law of escaping: whatever outlets write, all that is markup is ours, every
// link is one to http or https, and every story stands on lines of its own.
func TestAnyMarkdownIsText(t *testing.T) {
	t.Parallel()
	nasty := rapid.OneOf(rapid.SampledFrom([]string{
		"](javascript:alert(1))", "[a](b)", "`code`", "```", "| a | b |\n|---|---|", "# head", "## 7. head", "1. one", "- item", "> quote", "***", "---", "===",
		"<script>alert(1)</script>", "<!-- -->", "&lt;b&gt;", "\\", "\\\\*a*", "a\\", "!", "![", "[^1]", "@here", "$a$", ":tada:", "www.evil.example", "HTTPS://evil.example/x",
		"\u202e\u2066x", "a\nb\r\nc\u2028d\u0085e", "مرحبا", strings.Repeat("*", 400), "\x00\xff", "*", "_a_", "~~x~~", "", "  x  ", "mailto:a@b.example", "ftp://evil.example",
	}), rapid.String())
	address := rapid.SampledFrom([]string{"", "https://news.example/a", "javascript:alert(1)", "https://news.example/a)b(c", "https://news.example/?a=<b>&lt;c|d`e*f", "https://news.example/뉴스 x", "//x",
		"http://[::1]/x", "https://news.example/\\", "https://u@news.example/", "https://news.example/#[x](y)"})
	rapid.Check(t, func(t *rapid.T) {
		item := rapid.Custom(func(t *rapid.T) news.Kept {
			return news.Kept{
				Item: news.Item{Title: nasty.Draw(t, "title"), Outlet: nasty.Draw(t, "outlet"), Label: nasty.Draw(t, "label"), URL: address.Draw(t, "url"), Authors: rapid.SliceOfN(nasty, 0, 5).Draw(t, "authors"),
					Reasons: news.Reasons{Nearest: nasty.Draw(t, "nearest"), Facets: []news.Hit{{Name: nasty.Draw(t, "facet"), Words: []string{nasty.Draw(t, "word")}}}},
					Also:    []news.Also{{Outlet: nasty.Draw(t, "also"), URL: address.Draw(t, "also url"), Language: nasty.Draw(t, "language")}}},
				Gloss: nasty.Draw(t, "gloss"), Readers: 1,
			}
		})
		b := news.Brief{Topic: nasty.Draw(t, "topic"), Language: rapid.SampledFrom([]string{"en", "ko"}).Draw(t, "lang"), Until: at(20, 9, 0), Stories: rapid.SliceOfN(item, 0, 4).Draw(t, "stories")}
		pieces := []string{BriefTop(b, Options{Zone: time.UTC})}
		for i := range b.Stories {
			pieces = append(pieces, BriefStory(b, i, Options{Zone: time.UTC}))
		}
		for i, s := range pieces {
			if i > 0 && !strings.HasPrefix(s, fmt.Sprintf("## %d. ", i)) || strings.Count(s, "\n## ")+strings.Count(s, "\n# ") > 0 {
				t.Fatalf("headings that are not ours:\n%s", s)
			}
			if bad := strings.IndexFunc(s, func(r rune) bool {
				return r != '\n' && unicode.IsControl(r) || r == '\u202e' || r == '\u2066' || r == '\u2028'
			}); bad >= 0 {
				t.Fatalf("control characters:\n%q", s)
			}
			bare := backslashed.ReplaceAllString(s, "x")
			bare = ourLink.ReplaceAllString(bare, "")
			bare = ourFrame.ReplaceAllString(bare, "")
			if at := strings.IndexAny(bare, "\\`*_<>|~]"); at >= 0 {
				t.Fatalf("%q is not escaped in\n%s\nof which is left\n%s", bare[at], s, bare)
			}
			if regexp.MustCompile(`(?i)https?://|ftp://|www\.`).MatchString(bare) {
				t.Fatalf("an address that is linked by itself:\n%s", bare)
			}
		}
	})
}
