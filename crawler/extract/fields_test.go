package extract

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"newsvigil/news"
)

func TestTidyTitle(t *testing.T) {
	t.Parallel()
	names := []string{"The Korea Times", "koreatimes.co.kr"}
	tests := []struct{ in, want string }{
		{"Records &amp; memory - The Korea Times", "Records & memory"},
		{"Records | Korea Times", "Records"},
		{"The Korea Times :: Records", "Records"},
		{"Records – koreatimes.co.kr", "Records"},
		{"Part 1 - Part 2", "Part 1 - Part 2"},
		{"North-South talks", "North-South talks"},
		{"untitled-55", ""},
		{"a-slug-of-five-words", ""},
		{"Covid-19", "Covid-19"},
		{"  Two\n lines ", "Two lines"},
		{"The Korea Times", "The Korea Times"},
		{strings.Repeat("word ", 200), strings.TrimSpace(strings.Repeat("word ", 80)) + "…"},
	}
	for _, tt := range tests {
		if got := tidyTitle(tt.in, names); got != tt.want {
			t.Errorf("tidyTitle(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestTidyAuthors(t *testing.T) {
	t.Parallel()
	names := []string{"Example Times", "example.kr"}
	tests := []struct {
		in   []string
		want []string
	}{
		{[]string{"By Kim Min-ji and Jane Roe"}, []string{"Kim Min-ji", "Jane Roe"}},
		{[]string{"Kim Min-ji, Jane Roe & John Doe"}, []string{"Kim Min-ji", "Jane Roe", "John Doe"}},
		{[]string{"Roe, Jane"}, []string{"Roe, Jane"}},
		{[]string{"김민지 기자"}, []string{"김민지"}},
		{[]string{"김민지·이준호 기자"}, []string{"김민지", "이준호"}},
		{[]string{"Jane Roe (jane@example.kr)"}, []string{"Jane Roe"}},
		{[]string{"jane@example.kr"}, nil},
		{[]string{"https://www.facebook.com/example"}, nil},
		{[]string{"Example Times", "The Example Times"}, nil},
		{[]string{"admin", "Staff Writer", "Unknown"}, nil},
		{[]string{"Jane Roe", "JANE ROE"}, []string{"Jane Roe"}},
		{[]string{"2026-09-27"}, nil},
		{[]string{"AFP"}, []string{"AFP"}},
		{[]string{"Mina Seo Views"}, []string{"Mina Seo"}},
		{[]string{"By Mina Seo, 1,204 Views 3 comments"}, []string{"Mina Seo"}},
		{[]string{"Mina Seo | Views : 12"}, []string{"Mina Seo"}},
		{[]string{"Mina Seo · 5 min read"}, []string{"Mina Seo"}},
		{[]string{"김민지 기자 조회수 1,204회 댓글 3"}, []string{"김민지"}},
		{[]string{"山田太郎、鈴木花子記者（ソウル）"}, []string{"山田太郎", "鈴木花子"}},
		{[]string{"Views", "Comments0", "디지털뉴스팀"}, nil},
		{[]string{"Viewson Park", "Ada Read", "Jane Roe, CNN"}, []string{"Viewson Park", "Ada Read", "Jane Roe"}},
		{[]string{"Von Anna Martel und Lea Wagner, Nairobi"}, []string{"Anna Martel", "Lea Wagner"}},
		{[]string{"Felix Roe und Jörg Doe, dpa"}, []string{"Felix Roe", "Jörg Doe", "dpa"}},
		{[]string{"Autorin/Autor Anna Martel"}, []string{"Anna Martel"}},
		{[]string{"Anna Martel, Leitende Wirtschaftsredakteurin"}, []string{"Anna Martel"}},
		{[]string{"Par Ève Martin et Luc Petit (envoyé spécial à Séoul)"}, []string{"Ève Martin", "Luc Petit"}},
		{[]string{"Por Ana Ruiz, corresponsal"}, []string{"Ana Ruiz"}},
		{[]string{"srf/hosb;kesm"}, []string{"srf/hosb", "kesm"}},
		{[]string{"AP/Reuters"}, []string{"AP", "Reuters"}},
		{[]string{"capital", "von Jane Roe"}, []string{"Jane Roe"}},
		{[]string{"부산=김민지 정치부 기자"}, []string{"김민지"}},
		{[]string{"이준호 워싱턴 특파원"}, []string{"이준호"}},
		{[]string{"김민지 한강대 교수"}, []string{"김민지"}},
		{[]string{"글·사진=김민지 기자"}, []string{"김민지"}},
		{[]string{"[서울=뉴시스] 김민지 기자"}, []string{"김민지"}},
		{[]string{"編集委員 山田太郎"}, []string{"山田太郎"}},
		{[]string{"ソウル＝山田太郎"}, []string{"山田太郎"}},
		{[]string{"文・山田太郎", "聞き手：鈴木花子"}, []string{"山田太郎", "鈴木花子"}},
		{[]string{"Quelle: dpa", "Folgen", "La rédaction"}, nil},
		{[]string{"example.kr", "EXAMPLE TIMES"}, nil},
		{[]string{"Ilana Roe, MS, RDN"}, []string{"Ilana Roe, MS, RDN"}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, tidyAuthors(tt.in, names)); diff != "" {
			t.Errorf("tidyAuthors(%q) (-want +got):\n%s", tt.in, diff)
		}
	}
}

func TestCredit(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("Many words follow here. ", 40)
	tests := []struct {
		source, in string
		authors    []string
		want       string
	}{
		{"Example", "SEOUL, Sept. 27 (Yonhap) -- Delegates met. " + long, nil, "Yonhap"},
		{"Example", "(서울=연합뉴스) 김민지 기자 = 대표들이 만났다. " + long, nil, "연합뉴스"},
		{"Example", long + "(AP)", nil, "AP"},
		{"Example", long + "[Reuters]", nil, "Reuters"},
		{"Example", long + "He works for the AP in Seoul (since 2012).", nil, ""},
		{"Example", long + "Delegates (AP) met. " + long, nil, ""},
		{"Example", long, []string{"AFP"}, "AFP"},
		{"Yonhap News Agency", "SEOUL, Sept. 27 (Yonhap) -- Delegates met. " + long, nil, ""},
		{"Example", long + "\n\n(Hangang)", nil, "Hangang"},
		{"Example", long + "\n\n（한강통신）", nil, "한강통신"},
		{"Example", "책이 나왔다. " + long + "\n\n(한강통신)", []string{"한강통신"}, "한강통신"},
		{"Example", long + "\n\n[The Peninsula View]\n\n(END)", nil, "The Peninsula View"},
		{"Example", long + "(Hangang)", []string{"Hangang News Agency"}, "Hangang"},
		{"Example", "【ソウル共同】代表が集まった。" + long, nil, "共同"},
		{"Example", long + "（時事）", nil, "時事"},
		{"Example", long + "\n\n(Mina Seo)", []string{"Mina Seo"}, ""},
		{"Hangang News Agency", long + "\n\n(Hangang)", nil, ""},
		{"Example", long + "\n\n(끝)", nil, ""},
		{"Example", long + "\n\n(Laughs)", nil, ""},
	}
	for _, tt := range tests {
		src := news.Source{Name: tt.source}
		body, signed := cutCredit(tt.in, tt.authors)
		if got := credit(src, siteNames(src, nil), signed, body, tt.authors); got != tt.want {
			t.Errorf("credit(%.40q, %v) = %q, want %q", tt.in, tt.authors, got, tt.want)
		}
	}
}

// TestCutCredit: a credit leaves the text, so that copies of one text stay alike; other words in
// parentheses stay.
func TestCutCredit(t *testing.T) {
	t.Parallel()
	const body = "Delegates met in the capital.\n\nThey will meet again."
	cut := []string{
		"", "\n\n(Hangang)", "\n\n(한강통신)", " (AP)", "\n\n(서울=연합뉴스)", "\n\n[Peninsula View]", "\n\n(끝)", "\n\n(Hangang)\n\n(END)", " (END)", "（共同）", "\n\n(Mina Seo)",
	}
	for _, end := range cut {
		if got, _ := cutCredit(body+end, nil); got != body {
			t.Errorf("with %q: %q", end, got)
		}
	}
	keep := []string{
		"\n\n(Laughs)", "\n\n(사진)", "\n\n(Part 2)", "\n\n(the last of three parts)", " (Applause)", " The agency is old (AP)", "\n\n(He spoke in the hall of the old town.)", "\n\n(회의는 사흘 동안 열린다.)", " (Hangang)",
	}
	for _, end := range keep {
		if got, name := cutCredit(body+end, nil); got != body+end || name != "" {
			t.Errorf("with %q: %q, credit %q", end, got, name)
		}
	}
	if got, _ := cutCredit("(AP)", nil); got != "(AP)" {
		t.Errorf("a body of one credit became %q", got)
	}
}

// TestUnframe: what stands around a piece goes, what stands between its paragraphs stays.
func TestUnframe(t *testing.T) {
	t.Parallel()
	one := "Delegates from thirty countries met in the capital on Monday to discuss how records can be kept."
	s := sweeper{authors: []string{"Mina Seo", "한강통신"}, names: []string{"The Example Times"}, at: map[string]int{"HomeNation": 0}, menus: []bool{true}}
	tests := []struct{ in, want []string }{
		{[]string{"Sunday, September 27, 2026", "Home Nation", one}, []string{one}},
		{[]string{"The Example Times", "Special report", "2026년 9월 27일", one}, []string{"Special report", one}},
		{[]string{"#China", "#North Korea", "#Sanctions & Human Rights", "Mina Seo", one}, []string{one}},
		{[]string{one, "Mina Seo"}, []string{one}},
		{[]string{one, one, "Mina Seo", "(Hangang)", "Home Nation"}, []string{one, one, "(Hangang)"}},
		{[]string{one, "한강통신"}, []string{one}},
		{[]string{one, "September 27, 2026", one, "#1 The hall", "Mina Seo", one}, []string{one, "September 27, 2026", one, "#1 The hall", "Mina Seo", one}},
		{[]string{"#MeToo has reached the capital, where thirty people spoke of what they had lived through.", one}, []string{"#MeToo has reached the capital, where thirty people spoke of what they had lived through.", one}},
		{[]string{one, "Mina Seo lives in Seoul.", "In September 2026"}, []string{one, "Mina Seo lives in Seoul.", "In September 2026"}},
		{[]string{"Mina Seo"}, []string{"Mina Seo"}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, s.unframe(append([]string(nil), tt.in...))); diff != "" {
			t.Errorf("unframe(%q) (-want +got):\n%s", tt.in, diff)
		}
	}
}

// TestKoreanWordsInUse: words that notices of a site share with the news decide nothing alone.
func TestKoreanWordsInUse(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"삭제된 기록, 북한 인권 보고서 논란", "찾을 수 없는 납북자들", "면허 없는 기사 열 명 적발", "존재하지 않는 나라"} {
		if goneTitle.MatchString(s) {
			t.Errorf("%q was taken for the title of a page that is gone", s)
		}
	}
	for _, s := range []string{"페이지를 찾을 수 없습니다", "존재하지 않는 기사입니다", "삭제된 게시물입니다", "찾을 수 없습니다", "요청하신 페이지가 존재하지 않습니다", "없는 페이지입니다"} {
		if !goneTitle.MatchString(s) {
			t.Errorf("%q was not taken for the title of a page that is gone", s)
		}
	}
	for _, s := range []string{"그의 유튜브 구독자는 10만 명이다.", "구독하고 있는 신문은 세 개다."} {
		if payWords.MatchString(s) {
			t.Errorf("%q was taken for a demand for money", s)
		}
	}
	for _, s := range []string{"구독자 전용 기사입니다", "구독하고 계속 읽기", "유료기사입니다", "로그인 후 이용하실 수 있습니다"} {
		if !payWords.MatchString(s) {
			t.Errorf("%q was not taken for a demand for money", s)
		}
	}
}

func TestBoilerplateLines(t *testing.T) {
	t.Parallel()
	drop := []string{
		"Posted : 2021-05-27 11:26", "Updated : 2021-05-28 16:43", "입력 2026.09.27 19:00", "수정 : 2026-09-27 오후 9:30", "△ A picture of the hall", "The hall ⓒ Example 2024",
		"Share", "Facebook Twitter Email", "카카오톡 페이스북 트위터", "Copyright © Example. All rights reserved.", "저작권자 예시신문, 무단전재 및 재배포 금지", "minji@example.kr",
		"Jane Roe, jane.roe@example.kr", "READ MORE: Storm closes airports", "관련기사",
		"등록 2026.09.27 15:04 | 수정 2026.09.27 15:10", "更新２０２６年９月２７日", "Updated Nov. 19, 2019 8:21 am ET / Original Nov. 19, 2019 8:02 p.m.", "Published on 27 September 2026 by Jane Roe", "無断転載を禁じます",
		"무단 복제 및 배포를 금합니다.", "<저작권자 ⓒ 예시신문, 재배포 금지>", "#북한 #인권 #유엔", "Sign up for our daily newsletter", "Advertisement",
	}
	keep := []string{
		"Posted to the border in 2021, he saw what happened there and wrote it down for his children, who were then far away in the capital, as he said in an interview of two hours with this newspaper last week.",
		"He asked readers to write to him at jane@example.kr if they knew anybody who had worked in the camp in those years.",
		"Share prices fell.", "They want to share the records.", "△▽ " + strings.Repeat("A long paragraph is kept. ", 20), "Updated rules will apply from January.", "Read more books, she said.", "Related parties were heard.",
		// Short Korean sentences that hold a word of the lists: \W of a pattern would match Hangul.
		"정부가 책임을 묻겠다고 말했다.", "작품이 인기를 끌었다고 업계가 평가했다.", "의회는 수정안을 2026년 안에 처리하기로 했다.",
		"등록 탈북민은 2025년 말 3만4000명이다.", "등록된 탈북민은 3만4000명 시대", "승인 절차는 2027년에 끝난다.", "公開された2026年の資料による。", "Published in 2019, the report sold out.", "경찰은 드라마를 무단 배포한 일당을 붙잡았다.",
		"그는 사진을 무단 복제했다고 말했다.", "새 법은 영상의 무단 복제를 금지한다.", "市は写真を無断転載した疑いで調べた。", "△국제형사재판소 회부 △제재 강화 △증인 보호를 권고했다.", "#MeToo reached the capital",
		"단체는 등록 절차가 2025년부터 막혔다고 설명했다.", "그는 로그인 기록을 증거로 냈다.",
	}
	for _, l := range drop {
		if !boilerplate(l) {
			t.Errorf("kept %q", l)
		}
	}
	for _, l := range keep {
		if boilerplate(l) {
			t.Errorf("dropped %q", l)
		}
	}
}

const pieces = `<p>Delegates from thirty countries met in the capital on Monday to discuss how information about life inside closed states can be kept.</p>
<p>The meeting heard testimony from seven witnesses who described how local officials had treated them after they were sent back.</p>`

func TestSelectors(t *testing.T) {
	t.Parallel()
	page := `<html><body><h1>Wrong</h1><h4 class="t">Right</h4><i class="d" title="x">27.09.2026 19:00</i><div class="b">` + pieces + `<p class="ad">Buy these records now.</p></div><div><p>` + strings.Repeat("Other words of the page. ", 100) + `</p></div></body></html>`
	src := outlet(t)
	src.Select = news.Selectors{Body: "div.b", Title: ".t", Date: ".d", Remove: []string{".ad"}}
	p, err := Parse([]byte(page), "https://www.example.kr/a/12345")
	if err != nil {
		t.Fatal(err)
	}
	a, err := Article(p, Hints{Source: src, Fetched: fetched})
	if err != nil {
		t.Fatal(err)
	}
	r, err := Read(p, Hints{Source: src, Fetched: fetched})
	if err != nil || r.Reader != "select" || len(r.Selected) != 4 || !r.Selected[0].Matched || !r.Selected[3].Matched {
		t.Errorf("read by %s, %+v, %v", r.Reader, r.Selected, err)
	}
	if a.Title != "Right" || strings.Contains(a.Text, "Buy") || strings.Contains(a.Text, "Other") || !strings.HasPrefix(a.Text, "Delegates") {
		t.Errorf("title %q, text %q", a.Title, a.Text)
	}
	if want := time.Date(2026, 9, 27, 10, 0, 0, 0, time.UTC); !a.Published.Time.Equal(want) || a.Published.Confidence != news.ConfidenceHigh {
		t.Errorf("published %+v", a.Published)
	}
	src.Select = news.Selectors{Body: "p[[", Title: "::", Date: "#none"}
	r, err = Read(p, Hints{Source: src, Fetched: fetched})
	if err != nil || r.Article.Title != "Wrong" || r.Reader == "select" {
		t.Errorf("wrong selectors must be passed over: %q by %s, %v", r.Article.Title, r.Reader, err)
	}
	for _, s := range r.Selected {
		if s.Matched {
			t.Errorf("%+v", s)
		}
	}
}

func TestDates(t *testing.T) {
	t.Parallel()
	at := func(s string) time.Time {
		v, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	feed := news.Instant{Time: at("2026-09-27T19:00:00+09:00"), Zone: news.ZoneStated, Confidence: news.ConfidenceHigh}
	tests := []struct {
		name, in string
		feed     news.Instant
		want     string // "" for none
	}{
		{"local time labelled GMT", `<meta property="article:published_time" content="2026-09-28T08:30:00Z">`, news.Instant{}, "2026-09-28T08:30:00+09:00"},
		{"no zone", `<meta property="article:published_time" content="2026-09-27 19:00:00">`, news.Instant{}, "2026-09-27T19:00:00+09:00"},
		{"day on the page, hour in the feed", `<meta name="date" content="2026-09-27">`, feed, "2026-09-27T19:00:00+09:00"},
		{"another day on the page", `<meta name="date" content="2026-09-20">`, feed, "2026-09-20T12:00:00+09:00"},
		{"none on the page", ``, feed, "2026-09-27T19:00:00+09:00"},
		{"none at all", ``, news.Instant{}, ""},
		{"future on the page", `<meta name="date" content="2037-01-01T00:00:00Z">`, feed, "2026-09-27T19:00:00+09:00"},
		{"today above the headline", `<body><div class="date">2026.09.28</div>`, news.Instant{}, ""},
		{"today below the headline", `<body><h1>Title of it</h1><div class="today"><span class="date">2026.09.20</span></div>`, news.Instant{}, ""},
		{"date of a related piece", `<body><div class="related"><time datetime="2020-01-01T00:00:00Z">x</time></div>`, news.Instant{}, ""},
		{"midnight in data, hour on the page", `<meta name="date" content="2026-09-27T00:00:00+09:00"><body><span class="date">2026-09-27 19:00</span>`, news.Instant{}, "2026-09-27T19:00:00+09:00"},
		{"itemprop", `<body><span itemprop="datePublished" content="2026-09-27T19:00:00+09:00">27 Sep</span>`, news.Instant{}, "2026-09-27T19:00:00+09:00"},
		{"modified only", `<meta property="article:modified_time" content="2026-09-27T19:00:00+09:00">`, news.Instant{}, ""},
	}
	for _, tt := range tests {
		p, err := Parse([]byte("<html><head>"+tt.in+"<h1>Title of it</h1>"+pieces), "https://www.example.kr/2020/01/a-slug")
		if err != nil {
			t.Fatal(err)
		}
		a, err := Article(p, Hints{Source: outlet(t), Fetched: fetched, Candidate: news.Candidate{Published: tt.feed}})
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		if tt.want == "" {
			if !a.Published.IsZero() {
				t.Errorf("%s: published %+v, want none", tt.name, a.Published)
			}
		} else if !a.Published.Time.Equal(at(tt.want)) {
			t.Errorf("%s: published %+v, want %s", tt.name, a.Published, tt.want)
		}
	}
}

func TestFromFeed(t *testing.T) {
	t.Parallel()
	src := outlet(t)
	c := news.Candidate{
		URL: "https://www.example.kr/asia/article/77/?utm_source=rss", Title: "A piece | Example", Authors: []string{"Jane Roe", "jane@example.kr"}, Route: news.RouteFeed,
		Content:   strings.Repeat(pieces, 6) + `<p>ⓒ Example</p><script>alert(1)</script>`,
		Summary:   "Two lines of summary.",
		Published: news.Instant{Time: fetched.Add(-time.Hour), Confidence: news.ConfidenceHigh},
	}
	a, err := FromFeed(Hints{Source: src, Candidate: c, Fetched: fetched})
	if err != nil {
		t.Fatal(err)
	}
	if a.Kind != news.KindFull || a.Title != "A piece" || a.Keys[0] != "id:example:77" || strings.Contains(a.Text, "ⓒ") || strings.Contains(a.Text, "alert") || a.Language != "en" {
		t.Errorf("got %+v", a)
	}
	if diff := cmp.Diff([]string{"Jane Roe"}, a.Authors); diff != "" {
		t.Error(diff)
	}
	c.Content = ""
	if a, err = FromFeed(Hints{Source: src, Candidate: c, Fetched: fetched}); err != nil || a.Kind != news.KindTeaser || a.Text != "Two lines of summary." {
		t.Errorf("got %+v, %v", a, err)
	}
	c.Title, c.Summary = "", ""
	if _, err = FromFeed(Hints{Source: src, Candidate: c, Fetched: fetched}); !errors.Is(err, ErrNotArticle) {
		t.Errorf("error %v", err)
	}
}

func TestTrustedCanonical(t *testing.T) {
	t.Parallel()
	src := outlet(t)
	src.Article = regexp.MustCompile(`/view\?(?:[^#]*&)?cd=|/\d{4}/`)
	tests := []struct {
		page, in string
		want     bool
	}{
		{"https://www.example.kr/2026/a", "https://example.kr/2026/a", true},
		{"https://www.example.kr/2026/a/amp/", "https://example.kr/2026/a/", true},
		{"https://www.example.kr/2026/a", "/2026/b", true},
		{"https://www.example.kr/2026/a", "https://www.example.kr/", false},
		{"https://www.example.kr/2026/a", "https://www.example.kr/2026/", false},
		{"https://www.example.kr/2026/a", "https://other.com/2026/a", false},
		{"https://www.example.kr/view?cd=COM000100", "https://www.example.kr/view", false},
		{"https://www.example.kr/view?cd=COM000100", "https://www.example.kr/view?cd=COM000100", true},
		{"https://www.example.kr/2026/a", "javascript:alert(1)", false},
		{"https://www.example.kr/2026/a", "", false},
	}
	for _, tt := range tests {
		d := &document{p: &Parsed{URL: tt.page}, h: Hints{Source: src}}
		if got := d.trusted(tt.in); got != tt.want {
			t.Errorf("trusted(%q) on %q = %v", tt.in, tt.page, got)
		}
	}
}

func TestIdentify(t *testing.T) {
	t.Parallel()
	canonical, keys := identify(outlet(t), "https://www.example.kr/2026/a", "https://www.example.kr/2026/a?x=1", "https://m.example.kr/article/77")
	if canonical != "https://example.kr/2026/a" {
		t.Errorf("canonical %q", canonical)
	}
	if diff := cmp.Diff([]string{"id:example:77", "url:example.kr/2026/a", "url:example.kr/2026/a?x=1"}, keys); diff != "" {
		t.Error(diff)
	}
}

func TestLinkRuns(t *testing.T) {
	t.Parallel()
	s := sweeper{anchors: map[string]bool{"storm closes airports": true, "budget is adopted": true, "a lone link in the piece": true}}
	got := s.sweep([]string{"First paragraph.", "Storm closes airports", "Budget is adopted", "Second one.", "A lone link in the piece", "Third."})
	if diff := cmp.Diff([]string{"First paragraph.", "Second one.", "A lone link in the piece", "Third."}, got); diff != "" {
		t.Error(diff)
	}
}

func TestUnglue(t *testing.T) {
	t.Parallel()
	page := []string{"Head line", "Two words here", "Next one"}
	s := sweeper{page: page, solid: []string{"Headline", "Twowordshere", "Nextone"}, at: map[string]int{"Headline": 0, "Twowordshere": 1, "Nextone": 2}}
	got := s.unglue([]string{"Twowords here", "Head lineTwo words hereNext one", "Unknown line"})
	if diff := cmp.Diff([]string{"Two words here", "Head line", "Two words here", "Next one", "Unknown line"}, got); diff != "" {
		t.Error(diff)
	}
}

// TestFeedVotes: where a page shows only the beginning and the feed carries the whole piece, the feed's
// counts; a page without text, or with another text, is not replaced.
func TestFeedVotes(t *testing.T) {
	t.Parallel()
	whole := pieces + strings.Repeat(pieces[:140]+strings.Repeat(" More words of the piece that only the feed carries, as the captain told them.", 4)+"</p>", 5)
	h := Hints{Source: outlet(t), Fetched: fetched, Candidate: news.Candidate{Content: whole}}
	for _, tt := range []struct{ name, in, want string }{
		{"the beginning", pieces, "feed"},
		{"another text", "<p>" + strings.Repeat("Something else stands on this page, in words of its own. ", 5) + "</p>", "trafilatura"},
		{"none", "<video src=x></video>", ""},
	} {
		p, err := Parse([]byte("<h1>Title of it</h1><article>"+tt.in+"</article>"), "https://www.example.kr/article/1")
		if err != nil {
			t.Fatal(err)
		}
		if r, err := Read(p, h); r.Reader != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("%s: read by %q, %v; want %q", tt.name, r.Reader, err, tt.want)
		}
	}
}
