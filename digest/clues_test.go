package digest

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"newsvigil/news"
)

func TestNumbers(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"In 2025, 12 women and 2,025 men":               "12 2025",
		"제34차 회의에 여성 열두 명, 아이 두 명":                      "12 2",
		"on Nov. 20 at 14:30, or 3 p.m. of 21 November": "",
		"20일 15시, 11월, 2024년, 징역 12년":                   "12",
		"3만 5천 명과 1만2000명, 4천만 원":                       "35000 12000 40000000",
		"thirty-four of 3.5 million; two hundred more":  "3500000 34 200",
		"28% and 28 percent, 28퍼센트, 28":                 "28% 28% 28% 28",
		"the 34th, the twelfth, an F16, no one":         "",
		"스물두 명, 서른 명; 책상머리두 명은 이름":                      "22 30",
	} {
		var got []string
		for _, n := range numbers(in) {
			got = append(got, n.key)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestNamesBySound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		latin, hangul string
		want          bool
	}{
		{"Hyesan", "혜산에서", true}, {"Kim Chol Su", "김철수는", true}, {"Kim Cheol-su", "김철수", true}, {"Dandong", "단둥", true},
		{"Pyongyang", "평양의", true}, {"Hoeryong", "회령", true}, {"Elizabeth", "엘리자베스", true}, {"Darusman", "다루스만", true},
		{"Musan", "무선", false}, {"Onsong", "온천", false}, {"Kim", "김씨", false}, {"hyesan", "혜산", false}, {"Hyesan", "신혜산", false},
	} {
		hangul := names(c.hangul)
		got := slices.ContainsFunc(slices.Collect(maps.Keys(names(c.latin))), func(key string) bool { _, ok := hangul[key]; return ok })
		if got != c.want {
			t.Errorf("%s and %s: got %v", c.latin, c.hangul, got)
		}
	}
}

const (
	baseKo = "북송 여성 12명 증언집 | 북송된 여성 12명의 증언이다. 구류장 34곳이 나온다."
	baseEn = "Book on 12 women repatriated | The testimony of 12 women sent back names 34 detention cells."
)

// TestForeignRules holds that each of the rules keeps two stories apart that all others would join.
func TestForeignRules(t *testing.T) {
	t.Parallel()
	type pair struct {
		stories []news.Story
		o       Options
	}
	more := func(p *pair, ids []int64, lang, piece string) {
		for _, id := range ids {
			p.stories = append(p.stories, spoken(id, lang, piece, p.o.Texts))
		}
	}
	quiet := make([]int64, 40) // stories that make a number of three others a rare one
	for i := range quiet {
		quiet[i] = int64(100 + 2*i)
	}
	for name, change := range map[string]func(*pair){
		"too far apart":      func(p *pair) { p.stories[0].Members[0].Article.Published.Time = foreignDay.Add(-49 * time.Hour) },
		"language unknown":   func(p *pair) { p.stories[0].Members[0].Article.Language = "" },
		"one concept":        func(p *pair) { p.o.Topic.Concepts = p.o.Topic.Concepts[2:3] },
		"an alert":           func(p *pair) { p.o.Alert = true },
		"other headline":     func(p *pair) { p.stories[1].Members[0].Article.Title = "Book on 13 women repatriated" },
		"headline elsewhere": func(p *pair) { p.stories[0].Members[0].Article.Title = "북송 여성 77명 증언집" },
		"round numbers": func(p *pair) {
			p.stories[0].Members[0].Article.Title, p.stories[1].Members[0].Article.Title = "북송 여성", "Women repatriated"
			p.o.Texts[1], p.o.Texts[2] = "여성 40명과 500명이 북송됐다.", "Of 500 women 40 were repatriated."
		},
		"told before": func(p *pair) {
			p.stories[0].Announced, p.stories[0].AnnouncedKind, p.stories[0].Members[0].Announced = foreignDay, news.ItemNew, true
		},
		"two as good":     func(p *pair) { more(p, []int64{4}, "en", baseEn); more(p, quiet, "en", "Weather | It rained.") },
		"two as good, ko": func(p *pair) { more(p, []int64{3}, "ko", baseKo); more(p, quiet, "en", "Weather | It rained.") },
		"common numbers":  func(p *pair) { more(p, []int64{4, 6, 8}, "en", "Weather | It rained on 12 of 34 days.") },
		"common concepts": func(p *pair) { more(p, []int64{4, 6, 8}, "en", "Women repatriated | Testimony from detention cells.") },
	} {
		for _, with := range []bool{false, true} {
			p := pair{o: foreignOptions(make(map[int64]string))}
			more(&p, []int64{1}, "ko", baseKo)
			more(&p, []int64{2}, "en", baseEn)
			if with {
				change(&p)
			}
			if d := Compose(p.stories, p.o); len(hanging(d)) > 0 == with {
				t.Errorf("%s (%v): %v hang", name, with, hanging(d))
			}
		}
	}
}

// TestForeignBelow holds what an item with a story below it says and announces, that what readers can read
// stands above, and that an update of the message keeps it.
func TestForeignBelow(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string]int64{"en": 2, "ko": 1} {
		o := foreignOptions(make(map[int64]string))
		o.Topic.Language = lang
		stories := []news.Story{spoken(1, "ko", baseKo, o.Texts), spoken(2, "en", baseEn, o.Texts)}
		carrier := stories[0].Members[0]
		carrier.Article.ID, carrier.Article.Source, carrier.Relation, carrier.Of = 11, "이웃신문", news.RelationCopy, 1
		stories[0].Members = append(stories[0].Members, carrier)
		d := Compose(stories, o)
		it := d.Lead[0]
		if d.Stories() != 1 || it.Story != want || len(it.Foreign) != 1 || it.Foreign[0].Story != 3-want || it.Foreign[0].Title == "" || it.Foreign[0].URL == "" {
			t.Errorf("%s: %+v", lang, it)
		}
		if !slices.Equal(it.Articles, []int64{1, 2, 11}) || len(it.Also) != 1 || it.Also[0].Outlet != "이웃신문" {
			t.Errorf("%s: announces %v, also in %+v", lang, it.Articles, it.Also)
		}
		i := want - 1
		update := stories[i].Members[0]
		update.Article.ID, update.Relation = 20, news.RelationUpdate
		stories[i].Members = append(stories[i].Members, update)
		below := stories[1-i].Members[0]
		below.Article.ID, below.Article.Title, below.Relation = 21, "Newer", news.RelationUpdate
		stories[1-i].Members = append(stories[1-i].Members, below)
		revised, changed := Revise(d, stories, 72*time.Hour, o)
		if got := revised.Lead[0]; !changed || !got.Updated || got.Kind != news.ItemNew || got.Article != 20 || len(got.Foreign) != 1 ||
			got.Foreign[0].Article != 21 || got.Foreign[0].Title != "Newer" || !slices.Equal(got.Articles, []int64{1, 2, 11, 20, 21}) {
			t.Errorf("%s, revised: %+v", lang, got)
		}
	}
}

// TestForeignBestMatch holds that a story hangs below the one that is its best match, not below a worse one
// that ranks higher.
func TestForeignBestMatch(t *testing.T) {
	t.Parallel()
	o := foreignOptions(make(map[int64]string))
	stories := []news.Story{
		spoken(1, "ko", baseKo, o.Texts), spoken(2, "en", baseEn, o.Texts),
		spoken(4, "en", "Report on 12 women repatriated | The testimony is of detention cells.", o.Texts),
	}
	stories[2].Members[0].Score.Value = 9
	for i := range int64(40) {
		stories = append(stories, spoken(100+2*i, "en", "Weather | It rained.", o.Texts))
	}
	if got := hanging(Compose(stories, o)); len(got) != 1 || got[1] != 2 {
		t.Errorf("%v hang", got)
	}
}
