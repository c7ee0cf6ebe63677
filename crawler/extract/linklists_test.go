package extract

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"newsvigil/text"
)

// listWords is what link-list pages are made of in one language: an invented piece, and the headlines
// of other pieces with what stands around them.
type listWords struct {
	lang, site, title, byline, subhead string
	// body are the paragraphs of the piece; quote and items stand in a blockquote and a list.
	body  []string
	quote string
	items []string
	// links are words of the first paragraph that lead elsewhere.
	links string
	// most, related and more head lists; read stands before a single headline.
	most, related, more, read string
	headlines                 []string
	// teaser is the sentence below a headline in a card; when its date, counted comments; all leads to
	// the whole list.
	teaser, when, counted, all string
}

var listLanguages = []listWords{
	{
		lang: "en", site: "The Lantern Post", title: "Island schools open their archives to families", byline: "By Mara Ellison", subhead: "What the boxes hold",
		body: []string{
			"Three schools on the northern islands opened their record rooms on Monday, after years in which families had asked in vain to see what was written about their children.",
			"The first visitors came before eight in the morning, many of them with photographs in their hands, and were led in small groups to long tables in the old gymnasium.",
			"Nobody had counted the boxes until last winter, when two retired teachers began to number them with chalk and found that a third of them had never been opened.",
			"It was a slow beginning.",
			"The council has set aside money for four clerks, who will copy each page and hand the originals over to whoever can show that the name on it is theirs.",
			"Some of the letters are so faded that only a lamp held low over the table brings the words back, and a painter from the harbour has offered to trace them.",
			"Lawyers warn that the reading may wake old quarrels, because several families learned only now who had signed the papers that sent their sons to the mainland.",
			"A second opening is planned for the spring, when the ferries run more often and the families who moved away are expected to return for a week.",
		},
		quote: "We did not come for money, we came for the two lines that my mother wrote and that nobody ever sent.",
		items: []string{"registers of pupils from the first forty years", "letters that were kept back by the headmasters", "a ledger of the meals and of those who missed them"},
		links: "opened their record rooms",
		most:  "Most read", related: "Related articles", more: "More from this section", read: "Read more:",
		headlines: []string{
			"Harbour master resigns after crane falls on empty quay", "Why the price of honey has doubled in the valley", "Painter finds lost map under a kitchen floor",
			"Night trains return to the coast line this autumn", "Volunteers count owls in the frozen marsh", "Court lets the old cinema keep its sign",
		},
		teaser: "The story in short.", when: "September 26, 2026", counted: "12 comments", all: "See all",
	},
	{
		lang: "ko", site: "등불일보", title: "섬 학교들, 기록실을 가족에게 열다", byline: "한바다 기자", subhead: "상자 속에 남은 것들",
		body: []string{
			"북쪽 섬의 세 학교가 월요일 기록실을 열었다. 아이들에 대해 무엇이 적혀 있는지 보게 해 달라는 가족들의 요청이 여러 해 동안 받아들여지지 않은 끝에 나온 결정이다.",
			"첫 방문객들은 아침 여덟 시가 되기도 전에 도착했다. 사진을 손에 든 이들이 많았고, 작은 무리로 나뉘어 옛 체육관의 긴 탁자 앞으로 안내되었다.",
			"지난겨울까지는 아무도 상자의 수를 세지 않았다. 은퇴한 교사 두 명이 분필로 번호를 매기기 시작했고, 상자 셋 가운데 하나는 한 번도 열리지 않았다는 사실이 드러났다.",
			"시작은 더뎠다.",
			"의회는 서기 네 명을 둘 예산을 마련했다. 이들은 종이를 한 장씩 베껴 적고, 그 위에 적힌 이름이 자기 것임을 보이는 사람에게 원본을 건네게 된다.",
			"어떤 편지는 너무 바래서 등불을 탁자 가까이 낮게 비추어야 글자가 되살아난다. 항구의 한 화가가 그 글자들을 따라 그려 주겠다고 나섰다.",
			"변호사들은 이 열람이 오래된 다툼을 깨울 수 있다고 경고한다. 아들을 육지로 보낸 서류에 누가 서명했는지를 이제야 알게 된 집안이 여럿이기 때문이다.",
			"두 번째 공개는 봄으로 예정되어 있다. 배편이 늘어나는 때여서 섬을 떠난 가족들도 한 주 동안 돌아올 것으로 보인다.",
		},
		quote: "우리는 돈을 바라고 온 것이 아니라 어머니가 썼지만 아무도 부쳐 주지 않은 두 줄을 찾으러 왔습니다.",
		items: []string{"처음 사십 년 동안의 학생 명부", "교장들이 부치지 않고 보관한 편지", "끼니와 굶은 아이들을 적은 장부"},
		links: "기록실을 열었다",
		most:  "많이 본 뉴스", related: "관련 기사", more: "이 섹션의 다른 기사", read: "관련기사:",
		headlines: []string{
			"빈 부두에 기중기 쓰러져…항만장 사퇴", "골짜기 꿀값이 두 배로 뛴 까닭은", "부엌 바닥 밑에서 잃어버린 지도 찾은 화가",
			"올가을 해안선에 밤기차 다시 달린다", "얼어붙은 늪에서 올빼미 세는 사람들", "법원 “옛 영화관 간판 그대로 둬도 된다”",
		},
		teaser: "짧은 소개 글이다.", when: "2026.09.26", counted: "댓글 12", all: "전체 보기",
	},
	{
		lang: "ja", site: "灯台新報", title: "島の学校、記録室を家族に開く", byline: "浜野みお記者", subhead: "箱に残されたもの",
		body: []string{
			"北の島々の三つの学校が月曜日、記録室を開いた。子どもについて何が書かれているのかを見せてほしいという家族の願いは、長年かなえられないままだった。",
			"最初の訪問者は朝八時より前に着いた。写真を手にした人が多く、小さな組に分かれて古い体育館の長い机へと案内された。",
			"去年の冬まで、箱の数を数えた人はいなかった。退職した教師二人が白墨で番号を付け始め、三分の一は一度も開けられていないことが分かった。",
			"始まりは遅かった。",
			"議会は書記四人を置くための予算を決めた。書記は一枚ずつ書き写し、そこにある名前が自分のものだと示せる人に原本を渡すことになる。",
			"手紙の中には色あせて、机の上に低く灯りをかざさなければ文字が読めないものもある。港の画家がその文字をなぞることを申し出た。",
			"弁護士たちは、閲覧が古い争いを呼び起こすかもしれないと警告する。息子を本土へ送る書類に誰が署名したのかを、今になって知った家がいくつもあるからだ。",
			"二回目の公開は春に予定されている。船の便が増える時期であり、島を離れた家族も一週間ほど戻ってくるとみられる。",
		},
		quote: "お金のために来たのではなく、母が書いたのに誰も送らなかった二行を探しに来たのです。",
		items: []string{"最初の四十年間の生徒の名簿", "校長が送らずに保管していた手紙", "食事と欠食した子を記した帳面"},
		links: "記録室を開いた",
		most:  "人気記事", related: "関連記事", more: "このコーナーの記事", read: "関連記事：",
		headlines: []string{
			"無人の岸壁でクレーン倒れる、港湾長が辞任", "谷の蜂蜜が二倍に値上がりした理由", "台所の床下から失われた地図、画家が発見",
			"海岸線に夜行列車が戻る、この秋から", "凍った湿原でふくろうを数える人たち", "裁判所、古い映画館の看板を認める",
		},
		teaser: "短い紹介です。", when: "2026年9月26日", counted: "コメント12件", all: "一覧へ",
	},
}

func href(i int) string { return fmt.Sprintf("/news/%d", 7000+i) }

// links writes the headlines by a format that takes an address and a headline, in this order.
func (w listWords) linksIn(format string) string {
	var b strings.Builder
	for i, h := range w.headlines {
		fmt.Fprintf(&b, format, href(i), h)
	}
	return b.String()
}

// numbered is linksIn for formats that take the rank first.
func (w listWords) numbered(format string) string {
	var b strings.Builder
	for i, h := range w.headlines {
		fmt.Fprintf(&b, format, i+1, href(i), h)
	}
	return b.String()
}

// listMarkups are the ways in which outlets set lists of other pieces into the article.
var listMarkups = map[string]func(w listWords) string{
	"ul": func(w listWords) string {
		return "<h3>" + w.most + "</h3><ul>" + w.linksIn(`<li><a href="%s">%s</a></li>`) + "</ul>"
	},
	"ul in a div": func(w listWords) string {
		return `<div class="box"><h4>` + w.most + "</h4><ul>" + w.linksIn(`<li><a href="%s">%s</a></li>`) + "</ul></div>"
	},
	"ul, bold head": func(w listWords) string {
		return "<p><strong>" + w.related + "</strong></p><ul>" + w.linksIn(`<li><a href="%s">%s</a></li>`) + "</ul>"
	},
	"ol": func(w listWords) string {
		return "<h3>" + w.most + "</h3><ol>" + w.linksIn(`<li><a href="%s">%s</a></li>`) + "</ol>"
	},
	"ranking": func(w listWords) string {
		return `<div class="rank"><strong class="tit">` + w.most + `</strong><ol>` + w.numbered(`<li><span class="num">%d</span><a href="%s"><span>%s</span></a></li>`) + "</ol></div>"
	},
	"li with dates": func(w listWords) string {
		return "<h3>" + w.more + "</h3><ul>" + w.linksIn(`<li><a href="%s">%s</a> <span class="date">`+w.when+`</span></li>`) + "</ul>"
	},
	"li with comments": func(w listWords) string {
		return "<h3>" + w.more + "</h3><ul>" + w.linksIn(`<li><a href="%s">%s</a> <em>`+w.counted+`</em> <time>`+w.when+`</time></li>`) + "</ul>"
	},
	"div rows": func(w listWords) string {
		return "<div><div>" + w.most + "</div>" + w.linksIn(`<div><a href="%s">%s</a></div>`) + "</div>"
	},
	"div cards": func(w listWords) string {
		return `<div class="cards"><h2>` + w.more + `</h2>` + w.linksIn(`<div class="card"><a href="%s"><img src="/i.jpg" alt=""><h3>%s</h3></a><p>`+w.teaser+`</p><span>`+w.when+`</span></div>`) + "</div>"
	},
	"bare cards": func(w listWords) string {
		return w.linksIn(`<div class="card"><a href="%s"><img src="/i.jpg" alt=""></a><h3>%s</h3></div>`)
	},
	"figure cards": func(w listWords) string {
		return "<h3>" + w.more + "</h3><div>" + w.linksIn(`<figure><a href="%s"><img src="/i.jpg" alt=""><figcaption>%s</figcaption></a></figure>`) + "</div>"
	},
	"table": func(w listWords) string {
		return "<table><caption>" + w.most + "</caption>" + w.numbered(`<tr><td>%d</td><td><a href="%s">%s</a></td></tr>`) + "</table>"
	},
	"dl": func(w listWords) string {
		return "<dl><dt>" + w.most + "</dt>" + w.linksIn(`<dd><a href="%s">%s</a></dd>`) + "</dl>"
	},
	"p with br": func(w listWords) string {
		return "<p><b>" + w.related + "</b><br>" + w.linksIn(`<a href="%s">%s</a><br>`) + "</p>"
	},
	"p with marks": func(w listWords) string {
		return "<p>[" + w.related + "]<br>" + w.linksIn(`▶ <a href="%s">%s</a><br/>`) + "</p>"
	},
	"paragraphs": func(w listWords) string { return "<p>" + w.related + "</p>" + w.linksIn(`<p><a href="%s">%s</a></p>`) },
	"bold paragraphs": func(w listWords) string {
		return "<p><strong>" + w.related + "</strong></p>" + w.linksIn(`<p><strong><a href="%s">%s</a></strong></p>`)
	},
	"pointed paragraphs": func(w listWords) string { return w.linksIn(`<p>☞ <a href="%s">%s</a></p>`) },
	"nav": func(w listWords) string {
		return "<nav><h3>" + w.more + "</h3>" + w.linksIn(`<a href="%s">%s</a>`) + "</nav>"
	},
	"aside": func(w listWords) string {
		return "<aside><h3>" + w.related + "</h3>" + w.linksIn(`<p><a href="%s">%s</a></p>`) + "</aside>"
	},
	"section": func(w listWords) string {
		return "<section><h2>" + w.more + "</h2>" + w.linksIn(`<h3><a href="%s">%s</a></h3>`) + "</section>"
	},
	"articles in a section": func(w listWords) string {
		return "<section><h2>" + w.more + "</h2>" + w.linksIn(`<article><h3><a href="%s">%s</a></h3><p>`+w.teaser+`</p><time>`+w.when+`</time></article>`) + "</section>"
	},
	"headings": func(w listWords) string { return "<h2>" + w.more + "</h2>" + w.linksIn(`<h3><a href="%s">%s</a></h3>`) },
	"spans": func(w listWords) string {
		return "<div><b>" + w.most + "</b> " + w.linksIn(`<span><a href="%s">%s</a></span> | `) + "</div>"
	},
	"read more": func(w listWords) string {
		return fmt.Sprintf(`<p>%s <a href="%s">%s</a></p>`, w.read, href(0), w.headlines[0])
	},
	"read more, bold": func(w listWords) string {
		return fmt.Sprintf(`<p><strong>%s</strong> <a href="%s"><em>%s</em></a></p>`, w.read, href(1), w.headlines[1])
	},
	"one related box": func(w listWords) string {
		return fmt.Sprintf(`<div class="related"><span>%s</span><a href="%s"><img src="/i.jpg" alt=""><strong>%s</strong></a></div>`, w.related, href(2), w.headlines[2])
	},
	"details": func(w listWords) string {
		return "<details><summary>" + w.related + "</summary><ul>" + w.linksIn(`<li><a href="%s">%s</a></li>`) + "</ul></details>"
	},
	"tabs": func(w listWords) string {
		list := "<ul>" + w.linksIn(`<li><a href="%s">%s</a></li>`) + "</ul>"
		return `<div class="tabs"><ul><li><a href="#a">` + w.most + `</a></li><li><a href="#b">` + w.more + `</a></li></ul><div id="a">` + list + `</div><div id="b">` + list + "</div></div>"
	},
	"ul with a link to all": func(w listWords) string {
		return `<div class="hd"><h3>` + w.most + "</h3></div><ul>" + w.linksIn(`<li><a href="%s">%s</a></li>`) + `</ul><p><a href="/all">` + w.all + "</a></p>"
	},
	"cards with long teasers": func(w listWords) string {
		return `<div class="grid">` + w.linksIn(`<div><h4><a href="%s">%s</a></h4><p>`+w.teaser+" "+w.teaser+" "+w.teaser+" "+w.teaser+`</p></div>`) + "</div>"
	},
	"li with pictures and teasers": func(w listWords) string {
		return "<ul>" + w.linksIn(`<li><a href="%s"><img src="/i.jpg" alt=""><strong>%s</strong></a><p>`+w.teaser+" "+w.teaser+" "+w.teaser+`</p></li>`) + "</ul>"
	},
	"table with dates": func(w listWords) string {
		return "<h3>" + w.most + "</h3><table><tbody>" + w.numbered(`<tr><td>%d</td><td><a href="%s">%s</a></td><td>`+w.when+"</td><td>"+w.counted+"</td></tr>") + "</tbody></table>"
	},
	"numbered lines": func(w listWords) string {
		return "<div>" + w.most + "<br>" + w.numbered(`%d. <a href="%s">%s</a><br>`) + "</div>"
	},
	"lone paragraph": func(w listWords) string { return fmt.Sprintf(`<p><a href="%s">%s</a></p>`, href(3), w.headlines[3]) },
	"lone pointed paragraph": func(w listWords) string {
		return fmt.Sprintf(`<p>▶ <strong><a href="%s">%s</a></strong></p>`, href(4), w.headlines[4])
	},
	"bracketed label": func(w listWords) string {
		return fmt.Sprintf(`<p>[%s] <a href="%s">%s</a></p>`, w.related, href(5), w.headlines[5])
	},
	"bracketed line": func(w listWords) string {
		return fmt.Sprintf(`<div>[%s <a href="%s">%s</a>]</div>`, w.read, href(0), w.headlines[0])
	},
	"headed paragraphs": func(w listWords) string {
		return "<h4>" + w.related + "</h4>" + w.linksIn(`<p><a href="%s">%s</a></p>`)
	},
	"two lists": func(w listWords) string {
		list := "<ul>" + w.linksIn(`<li><a href="%s">%s</a></li>`) + "</ul>"
		return "<h4>" + w.related + "</h4>" + list + "<h4>" + w.most + "</h4>" + list
	},
	"blockquote": func(w listWords) string {
		return "<blockquote><p>" + w.related + "</p><ul>" + w.linksIn(`<li><a href="%s">%s</a></li>`) + "</ul></blockquote>"
	},
}

// listPlaces are where in the article the list stands: before the paragraph of this number, of which
// the third has a subheading.
var listPlaces = map[string]int{"top": 1, "below the subheading": 3, "middle": 4, "end": 8}

// unheaded are lists that take a subheading above them for their own, as nothing tells that it is not.
var unheaded = []string{"bare cards", "cards with long teasers", "li with pictures and teasers", "pointed paragraphs"}

// listPage is the page of the piece with a list in it, in the frame of an outlet.
func listPage(w listWords, list string, place int) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<!doctype html><html lang="%s"><head><meta charset="utf-8"><title>%s | %s</title><meta property="og:title" content="%[2]s"><meta property="og:type" content="article"></head><body>`, w.lang, w.title, w.site)
	b.WriteString(`<header><nav><ul><li><a href="/">` + w.site + `</a></li><li><a href="/world/">World</a></li><li><a href="/culture/">Culture</a></li></ul></nav></header><main><article>`)
	fmt.Fprintf(&b, `<h1>%s</h1><p class="byline">%s</p><div class="text">`, w.title, w.byline)
	for i, p := range w.body {
		if i == 3 {
			b.WriteString("<h2>" + w.subhead + "</h2>")
		}
		switch i {
		case place:
			b.WriteString(list)
		case 6:
			b.WriteString("<ul><li>" + strings.Join(w.items, "</li><li>") + "</li></ul>")
		}
		if i == 0 {
			p = strings.Replace(p, w.links, `<a href="/topic/archives">`+w.links+`</a>`, 1)
		}
		b.WriteString("<p>" + p + "</p>\n")
		if i == 4 {
			b.WriteString("<blockquote><p>" + w.quote + "</p></blockquote>")
		}
	}
	if place >= len(w.body) {
		b.WriteString(list)
	}
	b.WriteString(`</div></article></main><footer><p>` + w.site + `</p><ul><li><a href="/about">About</a></li><li><a href="/contact">Contact</a></li></ul></footer></body></html>`)
	return b.String()
}

// TestLinkLists holds that no list of other pieces gets into an article, whatever it is made of,
// wherever it stands, and that nothing of the piece is lost with it.
func TestLinkLists(t *testing.T) {
	t.Parallel()
	for _, w := range listLanguages {
		for markup, list := range listMarkups {
			for place, at := range listPlaces {
				if at == 3 && slices.Contains(unheaded, markup) {
					continue
				}
				t.Run(w.lang+"/"+markup+"/"+place, func(t *testing.T) {
					t.Parallel()
					checkListPage(t, w, listPage(w, list(w), at))
				})
			}
		}
	}
}

func checkListPage(t *testing.T, w listWords, page string) {
	t.Helper()
	p, err := Parse([]byte(page), "https://www.example.kr/article/7")
	if err != nil {
		t.Fatal(err)
	}
	a, err := Article(p, Hints{Source: outlet(t), Fetched: fetched})
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(a.Text, "\n\n")
	for _, part := range slices.Concat(w.body, w.items, []string{w.quote, w.subhead}) {
		if !slices.ContainsFunc(lines, func(l string) bool { return text.Fold(l) == text.Fold(part) }) {
			t.Errorf("lost: %s", part)
		}
	}
	whole := text.Fold(a.Text)
	for _, h := range slices.Concat([]string{w.most, w.related, w.more, w.teaser, w.counted, w.all}, w.headlines) {
		if strings.Contains(whole, text.Fold(h)) {
			t.Errorf("leaked: %s", h)
		}
	}
	if len(lines) > len(w.body)+len(w.items)+2 && !t.Failed() {
		t.Errorf("more than the piece: %q", lines)
	}
	if a.Title != w.title {
		t.Errorf("title %q", a.Title)
	}
}

// TestPruneKeeps: what looks like a list of links and is part of a piece stays.
func TestPruneKeeps(t *testing.T) {
	t.Parallel()
	const long = "The keeper of the lighthouse counted the boats that came in before the storm, wrote their names down, and read them out at noon to everybody who was waiting on the quay for somebody to come back from the sea."
	prose := "<p>" + long + "</p>"
	for name, in := range map[string]string{
		"a card by itself":      `<div><p><a href="/n/1">Night trains return to the coast line</a></p><p>From the autumn on.</p></div>`,
		"a review of three":     `<div>` + strings.Repeat(`<div><h3><a href="https://hotel.example/">The old harbour hotel</a></h3><p>`+long+`</p></div>`, 3) + `</div>`,
		"a bibliography":        `<ul>` + strings.Repeat(`<li>Ann Miller and Bo Chen, from the papers of the council, volume four, with notes: <a href="/n/1">Letters of the keepers</a></li>`, 3) + `</ul>`,
		"a linked sentence":     prose + `<p><a href="/n/1">The council has published the whole report on the archives.</a></p>` + prose,
		"a linked short word":   prose + `<p><a href="/n/1">Download</a></p>` + prose,
		"a bare address":        prose + `<p><a href="https://council.example/report/archives">https://council.example/report/archives</a></p>` + prose,
		"a link within a page":  prose + `<p><a href="#notes">To the notes on the archives</a></p>` + prose,
		"pictures with legends": `<div>` + strings.Repeat(`<figure><a href="/i.jpg"><img src="/i.jpg" alt=""></a><figcaption>The tower in the old days of the port</figcaption></figure>`, 3) + `</div>`,
		"a table of data":       `<table>` + strings.Repeat(`<tr><td><a href="/b/1">The Tern</a></td><td>came in at nine in the morning with forty people and a cargo of wool</td></tr>`, 3) + `</table>`,
		"a sentence above":      prose + `<p>It was slow.</p><ul><li><a href="/n/1">Night trains return to the coast line</a></li><li><a href="/n/2">Volunteers count owls in the marsh</a></li></ul>`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := parseSnippet(in)
			want := render(root)
			if name == "a sentence above" {
				want = want[:2]
			}
			pruneLinkLists(root)
			if diff := cmp.Diff(want, render(root)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
