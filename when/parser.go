package when

import (
	"strings"
	"time"
)

// parser reads tokens from left to right and keeps what it learned. It stops at the first token that
// cannot belong to a date.
type parser struct {
	in []token
	at int

	year, month, day     int
	hour, min, sec, nano int
	timed                bool
	half                 string // "am" or "pm"
	doubtful             bool   // the month may have been a weekday
	shortYearFirst       bool   // 26.09.27 begins with its year
	zone                 *time.Location
	era                  int // the year before the era's first
	unix                 bool
	unixMilli            int64
	stop                 bool
}

func (p *parser) read() {
	for p.at < len(p.in) && !p.stop {
		before := p.at
		switch t := p.in[p.at]; t.kind {
		case number:
			p.number(t)
		case letters:
			p.word(t)
		default:
			p.mark(t)
		}
		if p.at == before {
			p.stop = true
		}
	}
}

// complete reports whether a whole day is known.
func (p *parser) complete() bool {
	return p.unix || p.year != 0 && p.month != 0 && p.day != 0
}

// skip passes the marks that may stand behind a date.
func (p *parser) skip() {
	for p.at < len(p.in) && p.in[p.at].kind == mark && strings.Contains(".,;)|]", p.in[p.at].text) {
		p.at++
	}
}

// take moves on past n tokens.
func (p *parser) take(n int) { p.at += n }

// peek is the token n places on; the zero token behind the end.
func (p *parser) peek(n int) token {
	if p.at+n < len(p.in) {
		return p.in[p.at+n]
	}
	return token{}
}

// isMark reports whether the token n places on is one of marks.
func (p *parser) isMark(n int, marks string) bool {
	t := p.peek(n)
	return t.kind == mark && strings.Contains(marks, t.text)
}

// small is the value of the token n places on where it is a number of one or two digits, else -1.
func (p *parser) small(n int) int {
	if t := p.peek(n); t.kind == number && len(t.text) <= 2 {
		return int(t.value)
	}
	return -1
}

func (p *parser) mark(t token) {
	switch {
	case (t.text == "(" || t.text == "[") && p.zone != nil && p.aside():
	case (t.text == "+" || t.text == "-" || t.text == "−") && p.offset(t.text != "+"):
	case strings.Contains(",.;()[]|/-–—·:~'", t.text):
		p.at++
	}
}

// aside passes what stands in brackets behind a zone: "(Korean Standard Time)", "[Asia/Seoul]".
func (p *parser) aside() bool {
	for n := 1; n < 8; n++ {
		if p.isMark(n, ")]") {
			p.at += n + 1
			return true
		}
	}
	return false
}

// word reads a month, a half of the day, a zone or a word without meaning.
func (p *parser) word(t token) {
	if m, ok := months[t.text]; ok && (p.month == 0 || p.doubtful) {
		// "mar" is March or, in French and Spanish, Tuesday: a month name behind it decides.
		p.month, p.doubtful = m, t.text == "mar"
		p.take(1)
		return
	}
	if half, ok := halves[t.text]; ok && p.meridiem(half) {
		p.take(1)
		return
	}
	if t.text == "t" && p.complete() && !p.timed && p.peek(1).kind == number {
		p.at++
		p.packedTime()
		return
	}
	if (p.timed || p.complete()) && p.zoneName(t.text) {
		return
	}
	if before, ok := eras[t.text]; ok && p.year == 0 {
		p.era = before
		p.at++
		return
	}
	if _, ok := noise[t.text]; ok || weekday(t.text) {
		p.at++
	}
}

// meridiem takes note of a half of the day before the time, or applies it behind.
func (p *parser) meridiem(half string) bool {
	if p.half != "" {
		return false
	}
	p.half = half
	if p.timed && !p.applyHalf() {
		p.half = "" // the "am" of "19:00 am 27. September"
		return false
	}
	return true
}

func (p *parser) applyHalf() bool {
	if p.hour > 12 {
		return p.half == "pm" // "19:00 PM": the hour is right already
	}
	switch {
	case p.half == "pm" && p.hour < 12:
		p.hour += 12
	case p.half == "am" && p.hour == 12:
		p.hour = 0
	}
	return true
}

// number reads the parts of a date or time that begin with a number.
func (p *parser) number(t token) {
	if p.clock() || p.suffixed(t) {
		return
	}
	if len(t.text) >= 8 || len(t.text) > 2 && len(t.text) != 4 {
		p.packed(t)
		return
	}
	if p.year == 0 && p.day == 0 && p.month == 0 && (p.yearFirst(t) || p.yearLast(t)) {
		return
	}
	p.loose(t)
}

// loose reads a number that stands for itself: the day, the month in figures behind it, or the year.
func (p *parser) loose(t token) {
	v := int(t.value)
	switch {
	case len(t.text) == 4 && p.year == 0:
		p.year = v
	case len(t.text) > 2:
		return
	case p.day == 0:
		p.day = v
	case p.month == 0:
		p.month = v
	case p.year == 0:
		p.year = century(v)
	default:
		return
	}
	p.take(1)
	if s := p.peek(0); s.kind == letters && !s.spaced {
		if _, ok := ordinals[s.text]; ok {
			p.take(1)
		}
	}
}

// century completes a year of two digits as POSIX does.
func century(y int) int {
	if y < 69 {
		return 2000 + y
	}
	return 1900 + y
}

// yearFirst reads 2026-09-27, 2026.09.27., 2026/9/27.
func (p *parser) yearFirst(t token) bool {
	if len(t.text) != 4 || !p.isMark(1, "-./") || !p.isMark(3, "-./") || p.small(4) < 0 {
		return false
	}
	month, named := months[p.peek(2).text]
	if !named {
		month = p.small(2)
	}
	if month < 0 {
		return false
	}
	p.year, p.month, p.day = int(t.value), month, p.small(4)
	p.take(5)
	return true
}

// yearLast reads 9/27/2026, 27.09.2026, 27-Sep-26.
func (p *parser) yearLast(t token) bool {
	if len(t.text) > 2 || !p.isMark(1, "-./") || !p.isMark(3, "-./") || p.peek(4).kind != number {
		return false
	}
	y := p.peek(4)
	year := int(y.value)
	switch len(y.text) {
	case 2:
		year = century(year)
	case 4:
	default:
		return false
	}
	first, second := int(t.value), p.small(2)
	switch m, named := months[p.peek(2).text]; {
	case named:
		p.year, p.month, p.day = year, m, first
	case second < 0:
		return false
	case p.shortYearFirst && len(y.text) == 2 && !p.isMark(1, "/") && second <= 12 && y.value <= 31:
		p.year, p.month, p.day = century(first), second, int(y.value)
	case p.isMark(1, ".") || first > 12:
		p.year, p.month, p.day = year, second, first
	default:
		p.year, p.month, p.day = year, first, second
	}
	p.take(5)
	return true
}

// suffixed reads a number followed by its unit: 2026년 9월 27일.
func (p *parser) suffixed(t token) bool {
	unit := p.peek(1)
	if unit.kind != letters || unit.spaced && !koreanUnit(unit.text) {
		return false
	}
	v := int(t.value)
	switch unit.text {
	case "년", "年":
		switch {
		case p.era != 0 && v < 100:
			v += p.era
		case len(t.text) == 2:
			v = century(v)
		}
		return len(t.text) <= 4 && p.set(&p.year, v)
	case "월", "月":
		return len(t.text) <= 2 && p.set(&p.month, v)
	case "일", "日":
		return len(t.text) <= 2 && p.set(&p.day, v)
	}
	return false
}

func koreanUnit(s string) bool { return s == "년" || s == "월" || s == "일" }

func (p *parser) set(field *int, v int) bool {
	if *field != 0 {
		return false
	}
	*field = v
	p.take(2)
	return true
}

// packed reads numbers that hold a whole date or moment.
func (p *parser) packed(t token) {
	if p.year != 0 || p.month != 0 || p.day != 0 {
		return
	}
	v := t.value
	switch len(t.text) {
	case 8:
		p.year, p.month, p.day = int(v/10000), int(v/100%100), int(v%100)
	case 12, 14:
		if len(t.text) == 12 {
			v *= 100
		}
		p.year, p.month, p.day = int(v/1e10), int(v/1e8%100), int(v/1e6%100)
		if !p.setTime(int(v/1e4%100), int(v/100%100), int(v%100)) {
			return
		}
	case 9, 10:
		p.unix, p.unixMilli, p.stop = true, v*1000, true
	case 13:
		p.unix, p.unixMilli, p.stop = true, v, true
	default:
		return
	}
	p.take(1)
}

// newParser makes a parser of folded text for an outlet in zone, which may be nil.
func newParser(s string, zone *time.Location) *parser {
	p := &parser{in: lex(s)}
	if zone != nil {
		_, offset := time.Date(2020, 1, 1, 0, 0, 0, 0, zone).Zone()
		p.shortYearFirst = offset == 8*3600 || offset == 9*3600
	}
	if p.isMark(0, "-+−./,") {
		p.stop = true // a negative number or the rest of something else
	}
	return p
}
