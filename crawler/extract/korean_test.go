package extract

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/korean"

	"newsvigil/news"
	"newsvigil/text"
)

// koreanBody is an invented piece, koreanFrame what Korean systems print into the body around it.
var koreanBody = []string{
	"등대섬 주민들이 사십 년 만에 다시 문을 연 도서관 앞에 모였다. 지난해 겨울 폭풍으로 지붕이 날아간 뒤 책은 마을 회관의 창고에 쌓여 있었다.",
	"군청은 수리비 삼억 원을 마련했고, 목수 여섯 명이 다섯 달 동안 서까래를 새로 올렸다. 뼛속까지 시린 바람 속에서도 일은 하루도 멈추지 않았다.",
	"“아이들이 비를 맞지 않고 책을 읽을 수 있게 되었습니다.”",
	"사서 고은별 씨는 개관식에서 이렇게 말했다. 그는 물에 젖은 책 구백 권을 한 장씩 말려 다시 꿰맸다고 한다.",
	"■ 남은 과제",
	"섬을 오가는 배가 하루 두 번뿐이어서 새 책이 들어오려면 일주일이 걸린다. 주민들은 뭍의 도서관과 책을 나누는 방안을 군청과 의논하고 있다.",
	"군청 관계자는 “봄까지는 답을 내겠다”고 밝혔다. 다음 모임은 시월 첫째 주에 열린다.",
}

var koreanFrame = struct{ above, below []string }{
	above: []string{"△ 새로 문을 연 등대섬 도서관 전경 (사진=등대섬 군청)", "▲ 개관식에 모인 주민들. 사진 제공=등대섬 군청", "도서관 앞마당 ⓒ 물결신문"},
	below: []string{
		"고물결 기자 wave.go@example.kr", "wave@example.kr", "<저작권자 ⓒ 물결신문, 무단전재 및 재배포 금지>", "저작권자 © 물결신문 무단전재-재배포, AI 학습 및 활용 금지",
		"Copyright ⓒ 물결신문. All rights reserved.", "페이스북 트위터 카카오톡 URL복사", "글자크기 가 가", "인쇄하기", "#등대섬 #도서관",
		"카카오스토리 네이버밴드 링크복사", "좋아요 0 슬퍼요 0 후속기사 원해요 0", "댓글 0", "기사제보 jebo@example.kr", "네이버에서 물결신문을 구독하세요", "관련기사",
	},
}

const koreanTitle = "등대섬 도서관, 폭풍 뒤 다시 문 열다"

// koreanLayouts are the ways in which a body is set.
var koreanLayouts = map[string]func(lines []string) string{
	"paragraphs":       func(l []string) string { return "<p>" + strings.Join(l, "</p>\n<p>") + "</p>" },
	"divs":             func(l []string) string { return "<div>" + strings.Join(l, "</div><div>") + "</div>" },
	"br":               func(l []string) string { return strings.Join(l, "<br>") },
	"br br":            func(l []string) string { return strings.Join(l, "<br><br>\n") },
	"br in one p":      func(l []string) string { return "<p>" + strings.Join(l, "<br /><br />&nbsp;<br />") + "</p>" },
	"spans with br":    func(l []string) string { return "<span>" + strings.Join(l, "</span><br><br><span>") + "</span>" },
	"font with breaks": func(l []string) string { return "<font size=3>" + strings.Join(l, "<br>\r\n<br>\r\n") + "</font>" },
	"table":            func(l []string) string { return "<table><tr><td>" + strings.Join(l, "<br><br>") + "</td></tr></table>" },
}

func koreanPage(meta, head, body string) string {
	escape := strings.NewReplacer("<저", "&lt;저", "금지>", "금지&gt;")
	return `<!doctype html><html lang="ko"><head>` + meta + `<title>` + koreanTitle + ` - 물결신문</title><meta property="og:site_name" content="물결신문"></head><body>` +
		`<div id="gnb"><ul><li><a href="/">물결신문</a></li><li><a href="/section/1">정치</a></li><li><a href="/section/2">사회</a></li></ul><span class="today">2026년 9월 28일 월요일</span></div>` +
		`<div class="view"><h1>` + koreanTitle + `</h1>` + head + `<div class="sns"><button>공유</button><a href="#">페이스북</a><a href="#">트위터</a></div><div id="article-body">` + escape.Replace(body) +
		`</div></div><div id="footer">등록번호 서울 아00000 | 등록일 2011.03.02 | 발행인 나물결 | 청소년보호책임자 나물결</div></body></html>`
}

func readKorean(t *testing.T, page []byte, zone *time.Location) news.Article {
	t.Helper()
	p, err := Parse(page, "https://www.example.kr/article/31")
	if err != nil {
		t.Fatal(err)
	}
	src := outlet(t)
	src.Zone = zone
	a, err := Article(p, Hints{Source: src, Fetched: fetched})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestKoreanLayouts: the same piece with captions above it and the usual lines below it gives the same
// paragraphs however they are set.
func TestKoreanLayouts(t *testing.T) {
	t.Parallel()
	for name, set := range koreanLayouts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lines := slices.Concat(koreanFrame.above, koreanBody, koreanFrame.below)
			a := readKorean(t, []byte(koreanPage(`<meta charset="utf-8">`, `<p class="info">고물결 기자 | 입력 2026.09.27 19:00</p>`, set(lines))), nil)
			if diff := cmp.Diff(koreanBody, strings.Split(a.Text, "\n\n")); diff != "" {
				t.Errorf("paragraphs (-want +got):\n%s", diff)
			}
			if a.Title != koreanTitle || a.Language != "ko" {
				t.Errorf("title %q, language %q", a.Title, a.Language)
			}
		})
	}
}

// TestKoreanOneLine: a body without any break is one paragraph, whole.
func TestKoreanOneLine(t *testing.T) {
	t.Parallel()
	whole := strings.Join(koreanBody, " ")
	for _, body := range []string{whole, "<p>" + whole + "</p>", "<div><span>" + strings.ReplaceAll(whole, " ", "&nbsp;") + "</span></div>"} {
		a := readKorean(t, []byte(koreanPage(`<meta charset="utf-8">`, "", body)), nil)
		if text.Fold(a.Text) != text.Fold(whole) {
			t.Errorf("of %.30s… read %q", body, a.Text)
		}
	}
}

// TestKoreanCharsets: the same page in each charset under each label, in the page and in the header,
// reads the same. 뼛 and 뷁 stand in CP949 only, not in the older EUC-KR.
func TestKoreanCharsets(t *testing.T) {
	t.Parallel()
	body := slices.Clone(koreanBody)
	body[1] += " 목수들은 “뷁”이라고 새긴 낡은 들보를 남겨 두었다."
	metas := map[string]string{
		"none": "", "utf-8": `<meta charset="utf-8">`, "euc-kr": `<meta charset="euc-kr">`, "cp949": `<meta http-equiv="Content-Type" content="text/html; charset=ks_c_5601-1987">`,
		"latin": `<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">`, "japanese": `<meta charset="shift_jis">`,
	}
	for _, in := range []string{"utf-8", "cp949", "euc-kr"} {
		for label, meta := range metas {
			for _, header := range []string{"", "text/html", "text/html; charset=utf-8", "text/html; charset=EUC-KR", "text/html; charset=iso-8859-1"} {
				t.Run(fmt.Sprintf("%s/%s/%s", in, label, header), func(t *testing.T) {
					t.Parallel()
					want := body
					if in == "euc-kr" {
						want = koreanBody
					}
					page := []byte(koreanPage(meta, "", "<p>"+strings.Join(want, "</p><p>")+"</p>"))
					if in != "utf-8" {
						var err error
						if page, err = korean.EUCKR.NewEncoder().Bytes(page); err != nil {
							t.Fatal(err)
						}
					}
					decoded, charset := text.Decode(page, header)
					if wantSet := strings.Replace(in, "cp949", "euc-kr", 1); charset != wantSet {
						t.Errorf("taken for %s", charset)
					}
					for _, page := range [][]byte{page, decoded} {
						a := readKorean(t, page, nil)
						if diff := cmp.Diff(want, strings.Split(a.Text, "\n\n")); diff != "" {
							t.Errorf("paragraphs (-want +got):\n%s", diff)
						}
						if a.Title != koreanTitle {
							t.Errorf("title %q", a.Title)
						}
					}
				})
			}
		}
	}
}

// TestKoreanDates reads dates and bylines as Korean systems print them, with the outlet's zone known
// and not known.
func TestKoreanDates(t *testing.T) {
	t.Parallel()
	seoul := outlet(t).Zone
	const evening, day = "2026-09-27 19:00", "2026-09-27"
	for _, tt := range []struct{ in, at, by string }{
		{`<p class="info">고물결 기자 | 입력 2026.09.27 19:00 | 수정 2026.09.27 21:30</p>`, evening, "고물결"},
		{`<p class="info">입력 : 2026-09-27 19:00:00 수정 : 2026-09-27 21:30:00</p>`, evening, ""},
		{`<div class="date">수정 2026.09.27. 오후 9:30 입력 2026.09.27. 오후 7:00</div><span class="byline">고물결 기자</span>`, evening, "고물결"},
		{`<span class="t11">2026.09.27. 오후 7:00</span><span class="author">고물결·나바다 기자</span>`, "", "고물결, 나바다"},
		{`<span class="date">2026.09.27 오후 7:00</span>`, evening, ""},
		{`<span class="date">2026년 9월 27일 오후 7시</span>`, evening, ""},
		{`<span class="date">2026년 9월 27일 오후 7시 00분</span>`, evening, ""},
		{`<span class="date">2026년 09월 27일 19:00</span>`, evening, ""},
		{`<span class="date">2026년 9월 27일(일) 19:00</span>`, evening, ""},
		{`<span class="date">2026/09/27 19:00</span>`, evening, ""},
		{`<span class="date">2026.9.27 19:00 KST</span>`, evening + " KST", ""},
		{`<span class="date">2026-09-27T19:00:00+09:00</span>`, evening + " KST", ""},
		{`<p>기사입력 2026-09-27 오후 7:00:00</p>`, evening, ""},
		{`<p>등록 2026-09-27 19:00 | 고물결 기자</p>`, evening, ""},
		{`<p>승인 2026.09.27 19:00</p>`, evening, ""},
		{`<p>기사등록 2026/09/27 19:00:00</p><p>최종수정 2026/09/27 21:30:00</p>`, evening, ""},
		{`<ul class="infomation"><li><i></i>고물결 기자</li><li><i></i>입력 2026.09.27 19:00</li><li>수정 2026.09.28 06:30</li><li>댓글 0</li></ul>`, evening, ""},
		{`<em>작성일 : 2026년 9월 27일</em>`, day, ""},
		{`<span class="date">2026.09.27</span>`, day, ""},
		{`<span class="date">26.09.27 19:00</span>`, "seoul " + evening, ""},
	} {
		for zone, loc := range map[string]*time.Location{"seoul": seoul, "none": nil} {
			a := readKorean(t, []byte(koreanPage(`<meta charset="utf-8">`, tt.in, "<p>"+strings.Join(koreanBody, "</p><p>")+"</p>")), loc)
			got := a.Published.Time.Format("2006-01-02 15:04")
			want, stated := strings.CutSuffix(tt.at, " KST")
			want, only := strings.CutPrefix(want, "seoul ")
			if want == "" || only && loc == nil {
				want = got
			}
			if a.Published.DateOnly {
				got = a.Published.Time.Format(time.DateOnly)
			}
			origin := news.ZoneAssumed
			if stated {
				origin = news.ZoneStated
			} else if loc != nil {
				origin = news.ZoneOutlet
			}
			if got != want || tt.at != "" && !only && a.Published.Zone != origin {
				t.Errorf("%s, zone %s: %s by zone %s, want %s by zone %s", tt.in, zone, got, a.Published.Zone, want, origin)
			}
			if by := strings.Join(a.Authors, ", "); tt.by != "" && by != tt.by {
				t.Errorf("%s: by %q, want %q", tt.in, by, tt.by)
			}
			if strings.Contains(a.Text, "입력") || strings.Contains(a.Text, "19:00") {
				t.Errorf("%s: its date is in the text: %.80s", tt.in, a.Text)
			}
		}
	}
}
