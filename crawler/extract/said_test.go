package extract

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestHouses(t *testing.T) {
	t.Parallel()
	names := []string{"Salzach Nachrichten", "SN", "salzach.at"}
	in := []string{"Salzach Nachrichten", "Redaktion Salzach Nachrichten", "salzach.at", "Redaktion", "sn@salzach.at", "Jane Roe", "https://salzach.at/sn"}
	if diff := cmp.Diff([]string{"Salzach Nachrichten", "Redaktion Salzach Nachrichten", "salzach.at"}, houses(in, names)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestByLine(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"By Jane Roe", "BY JANE ROE AND JOHN DOE", "Von Anna Martel", "VON ANNA MARTEL", "Von Anna Martel und Lea Wagner, Nairobi", "Par Ève Martin et Luc Petit", "Por Ana María de la Cruz",
		"Author: Jane Roe", "Autorin/Autor Anna Martel", "Auteur : Luc Petit", "김민지 기자", "김민지 정치부 기자", "부산=김민지 기자", "이준호 워싱턴 특파원", "글 : 김민지", "글쓴이 김민지", "山田太郎記者", "文：山田太郎", "著者：山田 太郎",
	} {
		if !byLine(s) {
			t.Errorf("%q names who wrote a piece", s)
		}
	}
	for _, s := range []string{
		"", "By the river they sat down.", "Von Berlin nach Paris", "Von Montag an wird gestreikt", "Par exemple", "Por fin", "Author: of many books that were sold out", "Text: 1204 words", "Authors met in Seoul on Monday",
		"그는 전직 기자", "기자", "정부가 기자를 불렀다", "文：それは長い夏の日のことで、誰もが待っていた。", "記者会見",
	} {
		if byLine(s) {
			t.Errorf("%q names nobody", s)
		}
	}
}

// TestHeadline: what a page says of its headline, and the one that is taken.
func TestHeadline(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"the one for links", `<meta property="og:title" content="Harbour closes its basin"><title>Harbour storm: basin closed</title><h1>Harbour storm: basin closed</h1>`, "Harbour closes its basin"},
		{"a name that only the heading lacks", `<meta property="og:title" content="Harbour closes its basin | Coast Gazette"><h1>Harbour closes its basin</h1>`, "Harbour closes its basin"},
		{"name and date", `<meta property="og:site_name" content="Küstenblatt"><meta property="og:title" content="Hafen schließt – Küstenblatt – 27.09.2026">`, "Hafen schließt"},
		{"a date that is no stamp", `<meta property="og:title" content="Lagebericht - 27.09.2026">`, "Lagebericht - 27.09.2026"},
		{"an attribute cut at a quotation mark", `<meta property="og:title" content="Hamburg marathon: winner and"><title>Hamburg marathon: winner and "royal visit"</title>`, `Hamburg marathon: winner and "royal visit"`},
		{"a slogan on every page", `<meta property="og:title" content="Your window on the coast"><script type="application/ld+json">{"@type":"NewsArticle","headline":"Harbour closes its basin"}</script><h1>Harbour closes its basin</h1>`, "Harbour closes its basin"},
		{"dressed for search engines", `<meta property="og:title" content="Harbour storm 2026: basin closed"><title>Harbour storm 2026: basin closed</title><script type="application/ld+json">{"@type":"NewsArticle","headline":"The day the harbour closed"}</script><h1>Harbour storm 2026: basin closed</h1>`, "The day the harbour closed"},
		{"a headline of something else", `<meta property="og:title" content="Harbour storm 2026: basin closed"><title>Harbour storm 2026: basin closed</title><script type="application/ld+json">{"@type":"NewsArticle","headline":"Weather, traffic and more"}</script><h1>Harbour storm 2026: basin closed</h1>`, "Harbour storm 2026: basin closed"},
		{"a kicker that is a word of the name", `<meta property="og:title" content="Example - the word that nobody used">`, "the word that nobody used"},
		{"a kicker that begins the name", `<meta property="og:site_name" content="Korea Herald of the Coast"><meta property="og:title" content="Korea - a harbour closes">`, "Korea - a harbour closes"},
		{"Korean", `<meta property="og:site_name" content="예시신문"><meta property="og:title" content="항구, 부두 닫는다 : 정치 : 예시신문"><h1>항구, 부두 닫는다</h1>`, "항구, 부두 닫는다"},
		{"Japanese", `<meta property="og:site_name" content="灯台新報"><meta property="og:title" content="港、内側の岸壁を閉鎖｜灯台新報">`, "港、内側の岸壁を閉鎖"},
		{"soft hyphens", `<meta property="og:title" content="Heli&shy;kopter lande&shy;platz">`, "Helikopter landeplatz"},
	}
	for _, tt := range tests {
		p, err := Parse([]byte("<html><head>"+tt.in+"<body>"+pieces+strings.Repeat("<p>The harbour closed its basin at noon.</p>", 3)), "https://www.example.kr/2026/09/27/x")
		if err != nil {
			t.Fatal(err)
		}
		a, err := Article(p, Hints{Source: outlet(t), Fetched: fetched})
		if err != nil || a.Title != tt.want {
			t.Errorf("%s: %q, %v; want %q", tt.name, a.Title, err, tt.want)
		}
	}
}

// TestAuthorsOnPages: where on a page the names of authors are found, and where not.
func TestAuthorsOnPages(t *testing.T) {
	t.Parallel()
	const far = "<p>" + "Many words of the piece stand before it, one after the other, in a long row that does not end soon. "
	tests := []struct {
		name, in string
		want     []string
	}{
		{"the outlet itself", `<meta name="author" content="Example">`, []string{"Example"}},
		{"a person before the outlet", `<meta name="author" content="Example"><body><p class="author">Jane Roe</p>`, []string{"Jane Roe"}},
		{"an address", `<meta name="author" content="j.roe@example.kr">`, nil},
		{"elements of a byline", `<body><div class="article-byline"><span>Ann Roe</span> <span>Bea Maria Doe</span> <span>Cy Bell</span></div>`, []string{"Ann Roe", "Bea Maria Doe", "Cy Bell"}},
		{"a name in two elements", `<body><div class="byline"><span>Jane</span> <span>Roe</span></div>`, []string{"Jane Roe"}},
		{"links to authors' pages", `<body><h1>Title of it</h1><ul><li><a href="/autoren/name/a-roe">Ann Roe</a></li><li><a href="/autoren/name/b-doe">Bea Doe</a></li></ul>`, []string{"Ann Roe", "Bea Doe"}},
		{"a link far below", `<body><h1>Title of it</h1>` + strings.Repeat(far, 40) + `<p><a href="/author/a-roe">Ann Roe</a></p>`, nil},
		{"the byline of another piece", `<body><h1>Title of it</h1><a href="/x"><b>Another piece</b><span>Von Ann Roe, Berlin</span></a>`, nil},
		{"a line far below", `<body><h1>Title of it</h1>` + strings.Repeat(far, 40) + `<p>Von Ann Roe</p>`, nil},
		{"a labelled line far below", `<body><h1>Title of it</h1>` + strings.Repeat(far, 40) + `<p>Autorin/Autor Ann Roe</p>`, []string{"Ann Roe"}},
		{"a button", `<body><div class="author"><button>Follow the author</button></div>`, nil},
		{"related", `<body><div class="related"><p class="author">Jane Roe</p></div>`, nil},
		{"a card", `<meta name="twitter:label1" content="Verfasst von"><meta name="twitter:data1" content="Jane Roe">`, []string{"Jane Roe"}},
		{"another card", `<meta name="twitter:label1" content="Price"><meta name="twitter:data1" content="Twelve Dollars">`, nil},
	}
	for _, tt := range tests {
		p, err := Parse([]byte("<html><head>"+tt.in+pieces), "https://www.example.kr/2026/09/27/x")
		if err != nil {
			t.Fatal(err)
		}
		d := survey(p, Hints{Source: outlet(t), Fetched: fetched})
		if diff := cmp.Diff(tt.want, d.by); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}
