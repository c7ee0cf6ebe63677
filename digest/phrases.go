package digest

import (
	"fmt"
	"time"

	"newsvigil/news"
)

// phrases are all words of one interface language. What must agree with a count gets it.
type phrases struct {
	// The headline's parts.
	stories, updated, alerts func(n int) string
	nothing                  string
	// The line of totals: one of the first four opens it.
	nothingSince, since      func(since string, read, outlets int) string
	nothingYet, first        func(read, outlets int) string
	onTopic, merged, trouble func(n int) string
	atOnce                   string
	join, stop               string
	// Dates.
	day, moment, weekday func(t time.Time) string
	unknownDate          func(seen string) string
	sinceDay             func(day string) string
	// Reasons.
	terms, closest, missing, muted, always func(s string) string
	// Heads and lines around the items.
	more                          func(n int) string
	near, rest, troubles, replies func(n int) string
	also, why, lines              string
	inLanguage                    func(name string) string
	// Words for the domain's own values.
	kinds        map[news.ItemKind]string
	articleKinds map[news.Kind]string
	languages    map[string]string
	mishaps      map[news.Trouble]string
	mishap       string
}

// phrasesIn is the table of a language; any code but "ko" is answered in English.
func phrasesIn(lang string) phrases {
	if lang == "ko" {
		return korean()
	}
	return english()
}

// count is n with the word that agrees with it.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func english() phrases {
	return phrases{
		stories: func(n int) string { return count(n, "new story", "new stories") },
		updated: func(n int) string { return fmt.Sprintf("%d updated", n) },
		alerts:  func(n int) string { return count(n, "alert", "alerts") },
		nothing: "nothing new",
		nothingSince: func(since string, read, outlets int) string {
			return "Nothing new on this topic since " + since + "; " + enRead(read, outlets, "piece", "pieces")
		},
		nothingYet: func(read, outlets int) string {
			return "Nothing on this topic yet; " + enRead(read, outlets, "piece", "pieces")
		},
		since: func(since string, read, outlets int) string {
			return "Since " + since + ": " + enRead(read, outlets, "new piece", "new pieces")
		},
		first: func(read, outlets int) string {
			return "First digest: " + enRead(read, outlets, "piece", "pieces")
		},
		onTopic:     func(n int) string { return fmt.Sprintf("%d on topic", n) },
		merged:      func(n int) string { return count(n, "story", "stories") + " after merging copies" },
		trouble:     func(n int) string { return count(n, "source", "sources") + " in trouble" },
		join:        ", ",
		stop:        ". ",
		day:         func(t time.Time) string { return t.Format("2 Jan 2006") },
		moment:      func(t time.Time) string { return t.Format("2 Jan 2006, 15:04 MST") },
		weekday:     func(t time.Time) string { return t.Format("Mon 2 Jan 15:04") },
		unknownDate: func(seen string) string { return "date unknown, first seen " + seen },
		terms:       func(s string) string { return "terms: " + s },
		closest:     func(s string) string { return "closest to “" + s + "”" },
		missing:     func(s string) string { return "nothing on " + s },
		muted:       func(s string) string { return "muted by “" + s + "”" },
		always:      func(s string) string { return "always shown: " + s },
		more: func(n int) string {
			return count(n, "more story", "more stories") + " found no room here; what no digest has shown comes with the next one."
		},
		near:         func(n int) string { return fmt.Sprintf("Near misses, just below the cut (%d)", n) },
		rest:         func(n int) string { return fmt.Sprintf("More stories (%d)", n) },
		troubles:     func(n int) string { return fmt.Sprintf("Sources in trouble (%d)", n) },
		replies:      func(n int) string { return count(n, "reply", "replies") },
		also:         "Also in",
		why:          "Why",
		lines:        "In brief",
		inLanguage:   func(name string) string { return "in " + name },
		sinceDay:     func(day string) string { return "since " + day },
		kinds:        map[news.ItemKind]string{news.ItemNew: "new", news.ItemUpdated: "updated", news.ItemAlerted: "alert", news.ItemNear: "near miss"},
		articleKinds: map[news.Kind]string{news.KindTeaser: "teaser only", news.KindPDF: "PDF"},
		languages: map[string]string{
			"ar": "Arabic", "de": "German", "en": "English", "es": "Spanish", "fa": "Persian", "fr": "French", "he": "Hebrew",
			"hi": "Hindi", "id": "Indonesian", "it": "Italian", "ja": "Japanese", "ko": "Korean", "mn": "Mongolian", "nl": "Dutch",
			"pl": "Polish", "pt": "Portuguese", "ru": "Russian", "sv": "Swedish", "th": "Thai", "tr": "Turkish", "uk": "Ukrainian",
			"vi": "Vietnamese", "zh": "Chinese",
		},
		mishap: "something is wrong",
		atOnce: "Sent at once. It comes again as a line of the next digest.",
		mishaps: map[news.Trouble]string{
			news.TroubleUnreachable: "cannot be reached", news.TroubleTimeout: "does not answer in time",
			news.TroubleRobots: "robots.txt forbids reading it", news.TroubleBlocked: "refuses automatic readers",
			news.TroubleMissing: "the address is gone", news.TroubleServer: "its server reports errors",
			news.TroubleThrottled: "asks us to slow down", news.TroubleNotFeed: "sends something that is not a feed",
			news.TroubleEmpty: "shows no pieces at all", news.TroubleStale: "shows nothing newer than a year",
			news.TroubleTooLarge: "sends more than we read",
			news.TroublePrivate:  "its address is a private one", news.TroubleNoRoute: "no feed, sitemap or section is known",
			news.TroublePaused: "paused after failures in a row", news.TroubleBadAddress: "its address is not a web address",
		},
	}
}

func enRead(read, outlets int, one, many string) string {
	return count(read, one, many) + " read in " + count(outlets, "outlet", "outlets")
}

func korean() phrases {
	return phrases{
		stories: func(n int) string { return fmt.Sprintf("새 소식 %d건", n) },
		updated: func(n int) string { return fmt.Sprintf("업데이트 %d건", n) },
		alerts:  func(n int) string { return fmt.Sprintf("긴급 알림 %d건", n) },
		nothing: "새 소식 없음",
		nothingSince: func(since string, read, outlets int) string {
			return since + " 이후 이 주제의 새 소식이 없습니다. " + koRead(read, outlets)
		},
		nothingYet: func(read, outlets int) string {
			return "아직 이 주제의 소식이 없습니다. " + koRead(read, outlets)
		},
		since:       func(since string, read, outlets int) string { return since + " 이후: " + koRead(read, outlets) },
		first:       func(read, outlets int) string { return "첫 소식: " + koRead(read, outlets) },
		onTopic:     func(n int) string { return fmt.Sprintf("주제 관련 %d건", n) },
		merged:      func(n int) string { return fmt.Sprintf("중복을 합쳐 %d건", n) },
		trouble:     func(n int) string { return fmt.Sprintf("문제가 있는 매체 %d곳", n) },
		join:        ", ",
		stop:        ". ",
		day:         func(t time.Time) string { return t.Format("2006년 1월 2일") },
		moment:      func(t time.Time) string { return t.Format("2006년 1월 2일 15:04 MST") },
		weekday:     koWeekday,
		unknownDate: func(seen string) string { return "날짜 미상, 처음 발견 " + seen },
		terms:       func(s string) string { return "공통어: " + s },
		closest:     func(s string) string { return "가장 가까운 예: “" + s + "”" },
		missing:     func(s string) string { return s + " 관련 내용 없음" },
		muted:       func(s string) string { return "“" + s + "” 때문에 숨김" },
		always:      func(s string) string { return "항상 표시: " + s },
		more: func(n int) string {
			return fmt.Sprintf("자리가 없어 싣지 못한 소식이 %d건 있습니다. 아직 알리지 않은 소식은 다음 다이제스트에 실립니다.", n)
		},
		near:         func(n int) string { return fmt.Sprintf("기준에 조금 못 미친 기사 (%d)", n) },
		rest:         func(n int) string { return fmt.Sprintf("그 밖의 소식 (%d)", n) },
		troubles:     func(n int) string { return fmt.Sprintf("문제가 있는 매체 (%d)", n) },
		replies:      func(n int) string { return fmt.Sprintf("댓글 %d개", n) },
		also:         "다른 매체",
		why:          "이유",
		lines:        "간단히",
		inLanguage:   func(name string) string { return name },
		sinceDay:     func(day string) string { return day + "부터" },
		kinds:        map[news.ItemKind]string{news.ItemNew: "새 소식", news.ItemUpdated: "업데이트", news.ItemAlerted: "긴급 알림", news.ItemNear: "기준 미달"},
		articleKinds: map[news.Kind]string{news.KindTeaser: "요약만 있음", news.KindPDF: "PDF"},
		languages: map[string]string{
			"ar": "아랍어", "de": "독일어", "en": "영어", "es": "스페인어", "fa": "페르시아어", "fr": "프랑스어", "he": "히브리어",
			"hi": "힌디어", "id": "인도네시아어", "it": "이탈리아어", "ja": "일본어", "ko": "한국어", "mn": "몽골어", "nl": "네덜란드어",
			"pl": "폴란드어", "pt": "포르투갈어", "ru": "러시아어", "sv": "스웨덴어", "th": "태국어", "tr": "튀르키예어", "uk": "우크라이나어",
			"vi": "베트남어", "zh": "중국어",
		},
		mishap: "문제가 있음",
		atOnce: "즉시 보내는 소식입니다. 다음 정기 소식에 한 줄로 다시 나옵니다.",
		mishaps: map[news.Trouble]string{
			news.TroubleUnreachable: "접속할 수 없음", news.TroubleTimeout: "응답이 너무 늦음",
			news.TroubleRobots: "robots.txt가 읽기를 막음", news.TroubleBlocked: "자동 읽기를 거부함",
			news.TroubleMissing: "주소가 없어짐", news.TroubleServer: "서버 오류",
			news.TroubleThrottled: "요청을 줄이라고 함", news.TroubleNotFeed: "피드가 아닌 것을 보냄",
			news.TroubleEmpty: "기사가 하나도 없음", news.TroubleStale: "1년 넘게 새 글이 없음",
			news.TroubleTooLarge: "너무 큼",
			news.TroublePrivate:  "내부망 주소임", news.TroubleNoRoute: "피드나 목록을 찾지 못함",
			news.TroublePaused: "연속 실패로 잠시 멈춤", news.TroubleBadAddress: "웹 주소가 아님",
		},
	}
}

func koRead(read, outlets int) string {
	return fmt.Sprintf("매체 %d곳에서 글 %d건 읽음", outlets, read)
}

// koWeekday is written out because the time package knows English names only.
func koWeekday(t time.Time) string {
	days := [...]string{"일", "월", "화", "수", "목", "금", "토"}
	return fmt.Sprintf("%d월 %d일(%s) %s", t.Month(), t.Day(), days[t.Weekday()], t.Format("15:04"))
}
