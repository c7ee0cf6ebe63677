package when

import "strings"

// months by their folded names in English, German, French, Spanish, Italian and Portuguese; none means
// two different months in two of them.
var months = numbered(
	"january jan januar jänner janvier janv enero ene gennaio gen janeiro",
	"february feb febr februar feber février fevrier févr fevr fév febrero febbraio fevereiro fev",
	"march mar märz maerz mär mrz mars marzo março marco",
	"april apr avril avr abril abr aprile",
	"may mai mayo maggio mag maio",
	"june jun juni juin junio giugno giu junho",
	"july jul juli juillet juil julio luglio lug julho",
	"august aug août aout agosto ago",
	"september sep sept septembre septiembre setiembre settembre set setembro",
	"october oct oktober okt octobre octubre ottobre ott outubro out",
	"november nov novembre noviembre novembro",
	"december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro",
)

// weekdays are read over: where one contradicts its date, the date is right.
var weekdays = numbered(`monday mon tuesday tue tues wednesday wed weds thursday thu thur thurs friday fri saturday sat sunday sun
montag mo dienstag di mittwoch mi donnerstag do freitag fr samstag sa sonnabend sonntag so
lundi lun mardi mercredi mer jeudi jeu vendredi ven samedi sam dimanche dim
lunes martes miércoles miercoles mié jueves jue viernes vie sábado sabado sáb domingo dom
월 화 수 목 금 토 일 월요일 화요일 수요일 목요일 금요일 토요일 일요일
月 火 水 木 金 土 日 月曜日 火曜日 水曜日 木曜日 金曜日 土曜日 日曜日 月曜 火曜 水曜 木曜 金曜 土曜 日曜
星期一 星期二 星期三 星期四 星期五 星期六 星期日 星期天 周一 周二 周三 周四 周五 周六 周日`)

// halves are the names of the halves of the day.
var halves = map[string]string{
	"am": "am", "pm": "pm", "오전": "am", "오후": "pm", "午前": "am", "午後": "pm", "上午": "am", "下午": "pm",
}

// ordinals stand behind a day.
var ordinals = numbered("st nd rd th er º ª")

// noise are words without meaning inside a date.
var noise = numbered("am at on um uhr à a las los de del le den der the of o'clock el em às il alle h hrs hours klo time")

// eras are the years before the first of a Japanese era.
var eras = map[string]int{"令和": 2018, "平成": 1988}

func numbered(lists ...string) map[string]int {
	out := make(map[string]int, 64)
	for i, list := range lists {
		for w := range strings.FieldsSeq(list) {
			out[w] = i + 1
		}
	}
	return out
}

func weekday(w string) bool {
	_, ok := weekdays[w]
	return ok
}

// zones are the zone names that mean one thing in news, in minutes east of UTC. IST is India's, CST
// and the other American names are America's, as in RFC 822.
var zones = map[string]int{
	"z": 0, "utc": 0, "gmt": 0, "ut": 0, "wet": 0,
	"kst": 9 * 60, "jst": 9 * 60, "pyt": 9 * 60, "hkt": 8 * 60, "sgt": 8 * 60, "awst": 8 * 60, "pht": 8 * 60, "myt": 8 * 60,
	"ict": 7 * 60, "wib": 7 * 60, "ist": 5*60 + 30, "pkt": 5 * 60, "msk": 3 * 60, "eat": 3 * 60, "trt": 3 * 60,
	"cet": 60, "mez": 60, "cest": 2 * 60, "mesz": 2 * 60, "bst": 60, "west": 60, "eet": 2 * 60, "eest": 3 * 60, "sast": 2 * 60,
	"est": -5 * 60, "edt": -4 * 60, "cst": -6 * 60, "cdt": -5 * 60, "mst": -7 * 60, "mdt": -6 * 60, "pst": -8 * 60, "pdt": -7 * 60,
	"akst": -9 * 60, "akdt": -8 * 60, "hst": -10 * 60, "brt": -3 * 60, "art": -3 * 60,
	"acst": 9*60 + 30, "aest": 10 * 60, "aedt": 11 * 60, "nzst": 12 * 60, "nzdt": 13 * 60,
}

// places are zone names whose offset depends on the day.
var places = map[string]string{
	"et": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver", "pt": "America/Los_Angeles",
}
