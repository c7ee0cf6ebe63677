package page

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rivo/uniseg"
	"golang.org/x/net/html"
	"pgregory.net/rapid"

	"newsvigil/news"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var seoul = time.FixedZone("KST", 9*3600)

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := "testdata/" + name
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

func at(day, hour, minute int) time.Time {
	return time.Date(2026, 11, day, hour, minute, 0, 0, seoul)
}

// full is a digest with everything in it.
func full() news.Digest {
	reasons := news.Reasons{
		Facets:   []news.Hit{{Name: "North Korea", Words: []string{"Pyongyang", "DPRK"}}, {Name: "human rights", Words: []string{"prison camp"}}},
		Concepts: []news.Hit{{Name: "forced labour", Words: []string{"forced labor"}}},
		Terms:    []string{"detainees", "satellite", "perimeter"}, Nearest: "Why North Korean human rights concern the international community, Part 2",
	}
	item := func(id int64, kind news.ItemKind, title, outlet, lang string) news.Item {
		return news.Item{
			Story: id, Article: id, Kind: kind, Title: title, Outlet: outlet, Language: lang, URL: "https://news.example/article/" + strings.Repeat("0", int(id)),
			Published: news.Instant{Time: at(20, 9+int(id), 5)}, Fetched: at(21, 7, 50), ArticleKind: news.KindFull, Reasons: reasons,
		}
	}
	lead := []news.Item{
		item(1, news.ItemNew, "Satellite images show new wall at prison camp in North Hamgyong", "The Peninsula Post", "en"),
		item(2, news.ItemNew, "북·중 접경서 강제북송된 여성 30여 명, 구류장 이송 확인… 가족들 “생사조차 알 수 없어” 국제사회 개입 호소", "국경일보", "ko"),
		item(3, news.ItemNew, "UN committee adopts resolution by consensus for the twenty-first year running, names prisoners sent abroad", "Gazette", "en"),
	}
	lead[0].Also = []news.Also{{Outlet: "Border Bulletin", URL: "https://bulletin.example/1"}, {Outlet: "국경일보", URL: "https://border.example/1", Language: "ko"}, {Outlet: "Unlinked"}}
	lead[0].Foreign = []news.Also{{Outlet: "국경일보", URL: "https://border.example/2", Title: "위성사진에 새 담장", Language: "ko"}}
	lead[2].Label, lead[2].ArticleKind = "state media", news.KindTeaser
	lines := []news.Item{
		item(4, news.ItemUpdated, "Court strikes down ban on leaflet balloons", "The Peninsula Post", "en"),
		item(5, news.ItemAlerted, "Envoy named after two empty years", "Border Bulletin", "en"),
		item(6, news.ItemNew, "Report on religious freedom (PDF)", "Institute for Peace", "en"),
	}
	lines[2].ArticleKind, lines[2].Published, lines[2].URL = news.KindPDF, news.Instant{}, ""
	rest := []news.Item{item(7, news.ItemNew, "Pupils from the North fall behind in maths, study finds", "Gazette", "en"), item(8, news.ItemNew, "탈북민 정착지원 예산 삭감 논란", "국경일보", "ko")}
	rest[1].Foreign = []news.Also{{Outlet: "Gazette", Title: "Cut to settlement money disputed", Language: "en"}}
	near := []news.Item{item(9, news.ItemNear, "Rations cut as harvest fails", "Gazette", "en")}
	near[0].Reasons = news.Reasons{Facets: []news.Hit{{Name: "North Korea", Words: []string{"Pyongyang"}}, {Name: "human rights"}}}
	return news.Digest{
		Key: "k", Topic: "North Korean human rights", Channel: "#nk-human-rights", Language: "en", Slot: at(21, 8, 0), Since: at(20, 8, 0),
		Totals: news.Totals{Read: 214, Outlets: 31, OnTopic: 38, Stories: 12, Trouble: 1},
		Lead:   lead, Lines: lines, Rest: rest, Beyond: 4, Near: near,
		Troubles: []news.SourceTrouble{{Source: "NK Monitor", Trouble: news.TroubleBlocked, Since: at(19, 4, 0), Detail: "HTTP 403"}},
	}
}

func nothing() news.Digest {
	return news.Digest{
		Key: "k2", Topic: "North Korean human rights", Channel: "#nk-human-rights", Language: "en", Slot: at(22, 8, 0), Since: at(21, 8, 0),
		Totals: news.Totals{Read: 12, Outlets: 31},
	}
}

func korean() news.Digest {
	d := full()
	d.Language, d.Topic = "ko", "북한 인권"
	return d
}

func TestText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		in   news.Digest
		o    Options
	}{
		{"full.txt", full(), Options{Zone: seoul}},
		{"narrow.txt", full(), Options{Zone: seoul, Width: 40}},
		{"korean.txt", korean(), Options{Zone: seoul}},
		{"color.txt", full(), Options{Zone: seoul, Color: true}},
		{"nothing.txt", nothing(), Options{Zone: seoul}},
	} {
		var b bytes.Buffer
		if err := Text(&b, c.in, c.o); err != nil {
			t.Fatal(err)
		}
		golden(t, c.name, b.Bytes())
		width := c.o.Width
		if width == 0 {
			width = 80
		}
		for line := range strings.Lines(b.String()) {
			if w := uniseg.StringWidth(strings.TrimRight(line, "\n")); w > width && !c.o.Color && !strings.Contains(line, "https://") {
				t.Errorf("%s: %d columns: %s", c.name, w, line)
			}
		}
	}
}

// TestWrapLaws: no line is wider than asked, and nothing but blanks is lost.
func TestWrapLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		s := rapid.StringOf(rapid.SampledFrom([]rune("ab -.,한국어日本あ é👩‍👧 x"))).Draw(rt, "s")
		width := rapid.IntRange(16, 60).Draw(rt, "width")
		lines := wrap(s, width)
		for _, l := range lines {
			if uniseg.StringWidth(l) > width {
				rt.Fatalf("%q is wider than %d", l, width)
			}
		}
		squeeze := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		if squeeze(strings.Join(lines, "")) != squeeze(s) {
			rt.Fatalf("%q became %q", s, lines)
		}
	})
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("pipe closed") }

func TestTextSaysWhenItCannotWrite(t *testing.T) {
	t.Parallel()
	if err := Text(broken{}, nothing(), Options{}); err == nil || !strings.Contains(err.Error(), "pipe closed") {
		t.Errorf("got %v", err)
	}
}

func TestHTML(t *testing.T) {
	t.Parallel()
	for name, d := range map[string]news.Digest{"full.html": full(), "korean.html": korean(), "nothing.html": nothing()} {
		got, err := HTML(d, Options{Zone: seoul})
		if err != nil {
			t.Fatal(err)
		}
		golden(t, name, got)
	}
}

// TestPage: messages stand in their channels in order of time, sections below.
func TestPage(t *testing.T) {
	t.Parallel()
	notices := []news.Notice{{Key: "n", Channel: "#newsvigil-ops", Title: "NK Monitor is in trouble", Lines: []string{"It refuses automatic readers (HTTP 403).", "Nothing to do: newsvigil tries again by itself."}, At: at(21, 7, 55)}}
	extra := []Section{{Title: "What was left out, and why", Lines: []string{"Weather for the coast: below the cut, nothing on human rights.", "Old photographs: older than a week."}}}
	got, err := Page([]news.Digest{nothing(), full()}, notices, extra, Options{Zone: seoul})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "page.html", got)
	s, last := string(got), 0
	for _, want := range []string{"#nk-human-rights", "10 new stories", "nothing new", "#newsvigil-ops", "NK Monitor is in trouble", "What was left out"} {
		i := strings.Index(s[last:], want)
		if i < 0 {
			t.Fatalf("%q does not follow what stands before it", want)
		}
		last += i
	}
}

// hostile is a digest in which every foreign string tries something.
func hostile() news.Digest {
	d := full()
	bad := `<script>alert(1)</script>" onmouseover="x` + "\u202egnp.exe\x1b[31m\x07"
	addresses := []string{
		"javascript:alert(1)", "javascript://evil.example/%0aalert(1)", "data:text/html,x", "https://user:pass@evil.example/",
		"//evil.example/", "https://a.example/\"onclick=x", "ftp://evil.example/x", "https://a.example/\u202egnp.exe", "https://a.example/\x1b[31m",
	}
	n := 0
	for _, list := range [][]news.Item{d.Lead, d.Lines, d.Rest, d.Near} {
		for i := range list {
			list[i].Title, list[i].Outlet, list[i].Label, list[i].Language = bad, bad, bad, `en" onload="x`
			list[i].URL = addresses[n%len(addresses)]
			n++
			list[i].Reasons.Nearest, list[i].Reasons.Terms = bad, []string{bad}
			list[i].Also = []news.Also{{Outlet: bad, URL: "JaVaScRiPt:alert(1)", Language: bad}, {Outlet: "b", URL: "vbscript:x"}}
		}
	}
	d.Troubles[0].Source, d.Troubles[0].Detail = bad, bad
	d.Topic, d.Channel, d.Language = bad, bad, "en"
	return d
}

func TestInjection(t *testing.T) {
	t.Parallel()
	bad := hostile().Topic
	got, err := Page([]news.Digest{hostile()}, []news.Notice{{Channel: bad, Title: bad, Lines: []string{bad}}}, []Section{{Title: bad, Lines: []string{bad}}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	root, err := html.Parse(bytes.NewReader(got))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "script", "img", "iframe", "object", "embed", "base", "form", "link", "svg":
			t.Errorf("the page holds <%s>", n.Data)
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "src" || a.Key == "style" {
				t.Errorf("<%s> has the attribute %s=%q", n.Data, a.Key, a.Val)
			}
			if a.Key == "href" && !strings.HasPrefix(a.Val, "https://") && !strings.HasPrefix(a.Val, "http://") {
				t.Errorf("a link leads to %q", a.Val)
			}
			if a.Key == "href" && strings.Contains(a.Val, "@") {
				t.Errorf("a link shows a false host: %q", a.Val)
			}
		}
	}
	var b bytes.Buffer
	if err := Text(&b, hostile(), Options{}); err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]string{"page": string(got), "text": b.String()} {
		if i := strings.IndexAny(s, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\x1b\x07"); i >= 0 {
			t.Errorf("the %s holds the control character %U", name, []rune(s[i:])[0])
		}
	}
	for _, scheme := range []string{"javascript:", "data:text", "vbscript:", "ftp:"} {
		if strings.Contains(strings.ToLower(b.String()), scheme) {
			t.Errorf("the text shows a %s address", scheme)
		}
	}
}

func TestEmptyPage(t *testing.T) {
	t.Parallel()
	if got, err := Page(nil, nil, nil, Options{}); err != nil || !bytes.Contains(got, []byte("</html>")) {
		t.Errorf("got %v, %s", err, got)
	}
}

// TestSafeLink holds that no address carries what a terminal obeys, or a name and password.
func TestSafeLink(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"https://a.example/x?q=1": "https://a.example/x?q=1", "https://a.example/x?q=\u009b31m": "", "https://a.example/x?q=\x1b[31m": "",
		"https://a.example/?q=\u202e": "", "https://me@a.example/": "", "javascript:alert(1)": "", "//a.example/": "",
	} {
		if got := safeLink(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
