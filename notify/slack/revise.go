package slack

import (
	"reflect"
	"slices"
	"time"

	"newsvigil/news"
)

// reviseSpare is kept free in a message that is changed: its dates may be spelled a little longer.
const reviseSpare = 100

// Revised is a posted digest changed to what is wanted, as far as its messages have room, and the parts
// that show a difference, counted from 1. Nothing moves: every story stays in its message and its place,
// told in the same form, and no story comes or goes. Where the room is short, outlets that are named
// newly are named without a link, and where even that does not fit the story stays as it was. Both digests
// must have the same stories in the same order.
func Revised(posted, wanted news.Digest) (news.Digest, []int) {
	before := plan(posted)
	was := posted
	was.Layout = layoutOf(before)
	now := was
	now.Lead, now.Lines, now.Rest = slices.Clone(was.Lead), slices.Clone(was.Lines), slices.Clone(was.Rest)
	all := wanted
	all.Layout, all.Near, all.Beyond, all.Troubles = was.Layout, was.Near, was.Beyond, was.Troubles
	fits := func(d news.Digest) bool { return bears(was, before, d) }
	if fits(all) {
		now = all
	} else {
		reviseEach(now.Lead, wanted.Lead, func() bool { return fits(now) })
		reviseEach(now.Lines, wanted.Lines, func() bool { return fits(now) })
		reviseEach(now.Rest, wanted.Rest, func() bool { return fits(now) })
	}
	var parts []int
	for i, s := range plan(now) {
		if !alike(before[i], s) {
			parts = append(parts, s.page)
		}
	}
	return now, parts
}

// reviseEach puts the wanted items one by one in the place of those of a list, where they fit.
func reviseEach(to, wanted []news.Item, fits func() bool) {
	for i := range min(len(to), len(wanted)) {
		old := to[i]
		if reflect.DeepEqual(old, wanted[i]) {
			continue
		}
		for _, it := range []news.Item{wanted[i], bareAlso(old, wanted[i])} {
			if to[i] = it; fits() {
				break
			}
			to[i] = old
		}
	}
}

// bareAlso is an item whose other outlets are named without a link where the old item did not name them.
func bareAlso(old, it news.Item) news.Item {
	it.Also = slices.Clone(it.Also)
	for i, a := range it.Also {
		if !slices.ContainsFunc(old.Also, func(b news.Also) bool { return b.Outlet == a.Outlet }) {
			it.Also[i].URL = ""
		}
	}
	return it
}

// bears reports whether Slack takes every message of a changed digest as well as it took those of the one
// that was posted, spread as before, whatever readers press; and whether nothing moves.
func bears(was news.Digest, before []sheet, now news.Digest) bool {
	after := plan(now)
	if len(after) != len(before) {
		return false
	}
	for i, s := range after {
		b := before[i]
		if s.form != b.form || len(s.lead) != len(b.lead) || len(s.lines) != len(b.lines) || len(s.rest) != len(b.rest) || len(s.near) != len(b.near) {
			return false
		}
		if alike(b, s) {
			continue
		}
		spare := reviseSpare
		if muting(now) && s.page == 1 {
			spare += mutedRoom
		}
		m := sheetMass(now, s)
		if !m.light(spare) && (!m.bearable(spare) || sheetMass(was, b).light(spare)) {
			return false
		}
	}
	return true
}

// sheetMass is what a message weighs with buttons that many have pressed.
func sheetMass(d news.Digest, s sheet) mass {
	d.Muted, d.Revision, d.Marks = nil, 99, make(map[int64]news.Mark, len(s.lead))
	for _, it := range s.lead {
		d.Marks[it.Story] = news.Mark{Kept: 99, Disliked: 99}
	}
	w := words{d.Language, d.Slot.Location()}
	if s.page == 1 {
		return massOf(first(d, s, w)...)
	}
	return massOf(thread(d, s, w)...)
}

// alike reports whether two messages show the same stories with the same words.
func alike(a, b sheet) bool {
	return slices.EqualFunc(slices.Concat(a.lead, a.lines, a.rest), slices.Concat(b.lead, b.lines, b.rest), func(x, y news.Item) bool {
		x.Articles, y.Articles = nil, nil
		return reflect.DeepEqual(x, y)
	})
}

// layoutOf counts what messages carry; nil where it cannot be put so.
func layoutOf(sheets []sheet) *news.Layout {
	l := &news.Layout{Full: len(sheets[0].lead), Brief: len(sheets[0].lines), Form: slices.Index(shapes(), sheets[0].form)}
	if l.Form < 0 {
		return nil
	}
	for _, s := range sheets[1:] {
		l.Thread = append(l.Thread, news.Sheet{Rest: len(s.rest), Near: len(s.near)})
		l.Dated = s.form.line.dated
	}
	return l
}

// laid spreads a digest as its layout says; false where it has none, or one that is not its own.
func laid(d news.Digest) ([]sheet, bool) {
	l := d.Layout
	if l == nil || l.Form < 0 || l.Form >= len(shapes()) {
		return nil, false
	}
	all, near := slices.Concat(d.Lead, d.Lines, d.Rest), nearItems(d)
	head := l.Full + l.Brief
	if l.Full < 0 || l.Brief < 0 || head > len(d.Lead)+len(d.Lines) {
		return nil, false
	}
	one := sheet{page: 1, form: shapes()[l.Form], lead: all[:l.Full], lines: all[l.Full:head]}
	sheets := []sheet{one}
	rest := all[head:]
	for i, p := range l.Thread {
		if p.Rest < 0 || p.Near < 0 || p.Rest > len(rest) || p.Near > len(near) {
			return nil, false
		}
		s := sheet{page: i + 2, form: shape{line: threadLine(l.Dated)}, rest: rest[:p.Rest], near: near[:p.Near]}
		rest, near = rest[p.Rest:], near[p.Near:]
		sheets = append(sheets, s)
	}
	for i := range sheets {
		s := &sheets[i]
		s.threaded, s.more, s.nears = len(all)-head-len(rest), d.Beyond+len(rest), len(d.Near)-len(near)
		for _, p := range l.Thread {
			if p.Rest > 0 {
				s.restPages++
			}
		}
	}
	return sheets, true
}

// PostedAt is when the message of a ts was posted; false where it is none of Slack's.
func PostedAt(ts string) (time.Time, bool) {
	at, err := timeOf(ts)
	return at, err == nil && at.Unix() > 0
}
