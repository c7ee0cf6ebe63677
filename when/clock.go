package when

import (
	"strings"
	"time"
)

// clock reads a time of day: 19:00, 7:00:05.123, 7시 5분, 19時30分, 19h30, 5 pm.
func (p *parser) clock() bool {
	h := p.small(0)
	if p.timed || h < 0 {
		return false
	}
	next := p.peek(1)
	switch {
	case p.isMark(1, ":") && p.small(2) >= 0 && !p.peek(2).spaced:
		return p.colons(h)
	case p.dotted():
		return p.colons(h)
	case next.kind != letters:
		return false
	}
	switch next.text {
	case "시", "時", "时", "点":
		return p.units(h)
	case "h", "uhr":
		return p.hours(h)
	}
	if _, ok := halves[next.text]; ok && h >= 1 && h <= 12 && !east(firstRune(next.text)) && p.half == "" {
		if p.setTime(h, 0, 0) {
			p.take(1)
			return true
		}
	}
	return false
}

// dotted reports whether a time with a point stands here, as in "19.00" or "7.05pm": behind a date, and
// of two digits or before a half of the day.
func (p *parser) dotted() bool {
	h, m := p.peek(0), p.peek(2)
	if !p.complete() || !p.isMark(1, ".") || p.small(2) < 0 || len(m.text) != 2 || m.spaced || p.peek(1).spaced || p.isMark(3, ".") && p.peek(4).kind == number {
		return false
	}
	_, half := halves[p.peek(3).text]
	return len(h.text) == 2 || half
}

// colons reads the hour, the minutes and, where they follow, the seconds.
func (p *parser) colons(h int) bool {
	m, s, n, nano := p.small(2), 0, 3, 0
	if p.isMark(3, ":") && p.small(4) >= 0 {
		s, n = p.small(4), 5
		if p.isMark(5, ".,") && p.peek(6).kind == number && !p.peek(6).spaced {
			nano, n = fraction(p.peek(6).text), 7
		}
	}
	if !p.setTime(h, m, s) {
		return false
	}
	p.nano = nano
	p.take(n)
	return true
}

// fraction turns the digits behind the point of a second into nanoseconds.
func fraction(digits string) int {
	v := 0
	for i := range 9 {
		v *= 10
		if i < len(digits) {
			v += int(digits[i] - '0')
		}
	}
	return v
}

func (p *parser) units(h int) bool {
	m, s, n := 0, 0, 2
	if u := p.peek(3).text; p.small(2) >= 0 && (u == "분" || u == "分") {
		m, n = p.small(2), 4
		if u := p.peek(5).text; p.small(4) >= 0 && (u == "초" || u == "秒") {
			s, n = p.small(4), 6
		}
	}
	if !p.setTime(h, m, s) {
		return false
	}
	p.take(n)
	return true
}

func (p *parser) hours(h int) bool {
	m, n := 0, 2
	if t := p.peek(2); p.small(2) >= 0 && len(t.text) == 2 && !t.spaced {
		m, n = p.small(2), 3
	}
	if !p.setTime(h, m, 0) {
		return false
	}
	p.take(n)
	return true
}

// packedTime reads the time behind a T: 19:00:00, 190000, 1900.
func (p *parser) packedTime() {
	t := p.peek(0)
	if p.clock() {
		return
	}
	v := int(t.value)
	switch len(t.text) {
	case 4:
		v *= 100
	case 6:
	default:
		return
	}
	if p.setTime(v/10000, v/100%100, v%100) {
		p.take(1)
	}
}

// setTime keeps a time of day where it is one. 24:00 is the end of the day and second 60 a leap
// second; time.Date carries both over.
func (p *parser) setTime(h, m, s int) bool {
	if h > 24 || m > 59 || s > 60 || h == 24 && m+s > 0 {
		return false
	}
	p.hour, p.min, p.sec, p.timed = h, m, s, true
	if p.half != "" {
		return p.applyHalf()
	}
	return true
}

// offset reads +0900, +09:00, +09 or +9 at the place of its sign.
func (p *parser) offset(negative bool) bool {
	d := p.peek(1)
	if !p.timed && p.zone == nil && !p.complete() || d.kind != number || d.spaced || p.fixed() {
		return false
	}
	h, m, n := int(d.value), 0, 2
	switch {
	case len(d.text) == 4:
		h, m = int(d.value)/100, int(d.value)%100
	case len(d.text) > 2:
		return false
	case p.isMark(2, ":") && p.small(3) >= 0:
		m, n = p.small(3), 4
	case !p.timed:
		return false
	}
	if h > 14 || m > 59 {
		return false
	}
	secs := h*3600 + m*60
	if negative {
		secs = -secs
	}
	p.zone = time.FixedZone("", secs)
	p.take(n)
	return true
}

// fixed reports whether an offset is known already; UTC may be followed by one, as in "GMT+9".
func (p *parser) fixed() bool { return p.zone != nil && p.zone != time.UTC }

// zoneName reads a zone by name. Behind an offset a name says the same again.
func (p *parser) zoneName(name string) bool {
	if _, ok := zones[name]; ok && p.zone != nil {
		p.take(1)
		return true
	}
	if p.zone != nil {
		return false
	}
	if off, ok := zones[name]; ok {
		p.zone = time.FixedZone(strings.ToUpper(name), off*60)
		if off == 0 {
			p.zone = time.UTC
		}
		p.take(1)
		return true
	}
	if place, ok := places[name]; ok {
		if loc, err := time.LoadLocation(place); err == nil {
			p.zone = loc
			p.take(1)
			return true
		}
	}
	return false
}

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}
