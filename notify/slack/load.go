package slack

import (
	api "github.com/slack-go/slack"

	"newsvigil/digest"
	"newsvigil/news"
)

// load is what a first message weighs in a shape: all but the stories, and each of them in full and as
// a line.
type load struct {
	base       mass
	full, line []mass
}

// whole is the weight with the first stories in full and all others as lines.
func (l load) whole(full int) mass {
	m := l.base
	for i := range l.full {
		if i < full {
			m = m.plus(l.full[i])
		} else {
			m = m.plus(l.line[i])
		}
	}
	return m
}

// scale weighs the stories of a first message, each of them once in every way it may be told.
type scale struct {
	d          news.Digest
	w          words
	muting     bool // room is kept for what is muted
	all        []news.Item
	full, line map[shape][]mass
}

func newScale(d news.Digest, all []news.Item, w words) scale {
	room := muting(d)
	d.Muted = nil // comes and goes; room is kept for it
	return scale{d: d, w: w, muting: room, all: tidied(all), full: map[shape][]mass{}, line: map[shape][]mass{}}
}

// muting reports whether room is kept for what is muted: some stay muted where the buttons were taken away.
func muting(d news.Digest) bool { return d.Buttons || len(d.Muted) > 0 }

// tidied are items with titles and names as they are shown, which saves to clean and cut them for every way.
func tidied(items []news.Item) []news.Item {
	out := make([]news.Item, len(items))
	for i, it := range items {
		it.Title, it.Outlet, it.Label = shown(it.Title, maxTitle), shown(it.Outlet, maxOutlet), shown(it.Label, maxLabel)
		also := make([]news.Also, len(it.Also))
		for j, a := range it.Also {
			if also[j] = a; j < maxAlsoNames {
				also[j].Outlet = shown(a.Outlet, maxOutlet)
			}
		}
		it.Also = also
		out[i] = it
	}
	return out
}

func (on scale) load(s sheet) load {
	l := load{base: massOf(head(on.d, s.form)...).plus(spared(spareWeight))}
	if on.muting {
		l.base = l.base.plus(spared(mutedRoom))
	}
	if s.form.joined {
		l.base = l.base.plus(massOf(on.w.joined(s, footText(on.d, s, on.w))))
		if !s.form.dense { // the first line does not continue the heading
			l.base = l.base.plus(things(1))
		}
	} else {
		l.base = l.base.plus(massOf(on.w.list("lines", digest.LinesHead(on.w.lang), nil, s.form.line)))
		if b := foot(on.d, s, on.w); b != nil {
			l.base = l.base.plus(massOf(b))
		}
	}
	f := s.form
	l.full = on.each(on.full, shape{also: f.also, brief: f.brief, dense: f.dense}, func(it news.Item) mass {
		return massOf(api.NewRichTextBlock("", on.w.full(it, f))).plus(storyButtonsMass(on.d, it, on.w))
	})
	l.line = on.each(on.line, shape{line: f.line, joined: f.joined}, func(it news.Item) mass { return on.w.lineMass(it, f) })
	return l
}

// each weighs all items in a way that is known by what tells it from others.
func (on scale) each(known map[shape][]mass, way shape, weigh func(news.Item) mass) []mass {
	list, ok := known[way]
	if !ok {
		for _, it := range on.all {
			list = append(list, weigh(it))
		}
		known[way] = list
	}
	return list
}

// lineMass is what a line adds to its message. Among joined lines it needs no section, and its first words
// continue the text before it where that does not end in a link or date.
func (w words) lineMass(it news.Item, f shape) mass {
	if !f.joined {
		return massOfElement(w.lineSection(it, f.line))
	}
	var r run
	r.text("\n• ")
	w.line(&r, it, f.line)
	m := massOfElement(r.section())
	saved := 1
	if _, text := r.elements[len(r.elements)-1].(*api.RichTextSectionTextElement); text {
		saved = 2
	}
	return m.plus(things(-saved))
}

// spared is room that is kept free.
func spared(n int) mass { return mass{read: n, letters: n} }

// overfull reports whether perhaps not all stories have room in a thread; it knows without rendering them.
func overfull(rest []news.Item) bool {
	n := 0
	for _, it := range rest {
		n += 4*perThing + min(len(it.Title), 3*maxTitle) + min(len(it.URL), maxURL) + 3*maxBrief
	}
	return n > maxParts*planWeight/2
}
