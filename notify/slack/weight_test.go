package slack

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"newsvigil/news"
)

// korean is a usual day of a Korean topic: as many stories as the default shows, each in four other outlets,
// with the reasons that the shipped topic gives, one outlet muted and one in trouble.
func korean(long bool) news.Digest {
	d := normal("ko")
	d.Topic, d.Buttons, d.Beyond = "북한 인권", true, 0
	outlets := []string{"서울저녁신문", "통일연합뉴스", "북녘데일리", "자유아시아소식", "한반도인권소식"}
	titles := []string{"강제북송된 주민 30여 명, 국경 구금시설에서 조사받은 뒤 행방 묘연…유엔 조사 촉구", "북한 청소년 강제노동 보고서 “열네 살에 건설 돌격대로”", "탈북민 정착지원 예산 삭감 논란…국회서 공방", "유엔 총회, 22년 연속 북한인권결의 합의로 채택", "국군포로 가족, 유엔 강제실종 실무그룹에 진정서 제출"}
	address := func(n, i int) string {
		u := fmt.Sprintf("https://www.outlet%d.example/politics/article/202611210%d0%d", n, n, i)
		if long {
			u += "/" + url.PathEscape(strings.ReplaceAll(titles[i%5], " ", "-"))
		}
		return u
	}
	fill := func(items []news.Item) {
		for i := range items {
			it := &items[i]
			it.Title, it.Language, it.Outlet, it.Label, it.URL = titles[i%5], "ko", outlets[i%5], "", address(i%5, i)
			it.ArticleKind, it.Kind, it.Also = news.KindFull, news.ItemNew, nil
			it.Published = d.Lines[1].Published
			it.Reasons = news.Reasons{
				Facets:   []news.Hit{{Name: "북한", Words: []string{"북한", "탈북"}, Told: "북한 (탈북)"}, {Name: "인권", Words: []string{"강제북송", "강제노동"}, Told: "인권 (강제북송, 구금시설)"}},
				Concepts: []news.Hit{{Name: "강제북송", Words: []string{"강제북송"}, Told: "강제북송 (강제송환)"}, {Name: "수용소", Words: []string{"교화소"}, Told: "수용소 (교화소)"}},
				Nearest:  "Why North Korean human rights concern the international community, Part 2",
			}
			for n := range 4 {
				it.Also = append(it.Also, news.Also{Outlet: outlets[(i+n+1)%5], URL: address((i+n+1)%5, i), Language: "ko"})
			}
		}
	}
	fill(d.Lead)
	fill(d.Lines)
	fill(d.Rest)
	return d
}

// TestWeights shows what the messages of a usual Korean day weigh. Nothing of the default may be left out:
// all stories that are to stand in full stand in full, with buttons, all other outlets named, and all lines
// below them.
func TestWeights(t *testing.T) {
	t.Parallel()
	for _, long := range []bool{false, true} {
		for _, buttons := range []bool{true, false} {
			d := korean(long)
			d.Buttons = buttons
			s := plan(d)[0]
			m := massOf(Render(d, 1, 0).Blocks...)
			t.Logf("long addresses %v, buttons %v: %d in full, %d lines, shape %+v: %d read, %d hidden", long, buttons, len(s.lead), len(s.lines), s.form, m.read, m.hidden)
			if len(s.lead) != 5 || len(s.lines) != 5 || s.form.also == alsoNone || s.form.line.bare {
				t.Errorf("%d stories in full and %d lines", len(s.lead), len(s.lines))
			}
			blocks := string(payload(t, Render(d, 1, 0)))
			for _, want := range []string{"서울저녁신문", "통일연합뉴스", "북녘데일리", "자유아시아소식", "한반도인권소식"} {
				if n := strings.Count(blocks, want); n < 6 { // once at its own stories, and at four others
					t.Errorf("%s stands %d times", want, n)
				}
			}
			if buttons && strings.Count(blocks, `"overflow"`) != 5 || strings.Count(blocks, `"date"`) < 5 {
				t.Errorf("no buttons or dates in %s", blocks)
			}
			d.Muted = []news.Mute{{Source: "hanbando", Outlet: "한반도인권소식", Until: d.Slot}}
			if m := massOf(Render(d, 1, 0).Blocks...); !m.bearable(0) {
				t.Errorf("with an outlet muted since it weighs %+v", m)
			}
			d.Muted = nil
			for level := 1; level < levelPlain; level++ {
				m := massOf(Render(d, 1, level).Blocks...)
				t.Logf("  level %d: %d read, %d hidden", level, m.read, m.hidden)
			}
		}
	}
}
