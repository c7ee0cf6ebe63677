package digest

import (
	"reflect"
	"slices"
	"time"

	"newsvigil/news"
)

// Revise is a posted digest as its message should read now: an outlet that has come to carry a story
// since is named under "also in", on the day of the post only, and a story with an update leads to the
// newest version and says that it was updated. The order, and all that readers may have pressed, stays.
// Stories are those of the digest as they are now; what is not among them stays as it was. False means
// that nothing is to be changed. Near misses are never changed.
//
// The update stands once more in the next digest, as a line of its own: see Compose.
func Revise(d news.Digest, stories []news.Story, now time.Time, o Options) (news.Digest, bool) {
	e := newEditor(o)
	byID := make(map[int64]news.Story, len(stories))
	for _, s := range stories {
		byID[s.ID] = s
	}
	sameDay := now.In(d.Slot.Location()).Format(time.DateOnly) == d.Slot.Format(time.DateOnly)
	changed := false
	revise := func(items []news.Item) []news.Item {
		out := slices.Clone(items)
		for i, it := range out {
			s, ok := byID[it.Story]
			if !ok {
				continue
			}
			out[i] = e.revised(it, s, sameDay)
			changed = changed || !reflect.DeepEqual(out[i], it)
		}
		return out
	}
	d.Lead, d.Lines, d.Rest = revise(d.Lead), revise(d.Lines), revise(d.Rest)
	return d, changed
}

// revised is an item with what its story has got since.
func (e editor) revised(it news.Item, s news.Story, sameDay bool) news.Item {
	told := func(m news.Member) bool { return slices.Contains(it.Articles, m.Article.ID) }
	members := relevant(s.Members)
	i := slices.IndexFunc(members, func(m news.Member) bool { return m.Article.ID == it.Article })
	if i < 0 {
		return it // off topic by now, or gone: what was posted stays
	}
	lead := members[i]
	updates := slices.DeleteFunc(slices.Clone(members), func(m news.Member) bool {
		return told(m) || m.Relation != news.RelationUpdate
	})
	if len(updates) > 0 {
		old := it
		lead = slices.MinFunc(updates, e.fresher)
		it = e.rank(s.ID, news.ItemUpdated, members, []news.Member{lead}).item
		it.Articles = slices.Clone(old.Articles)
		for _, m := range updates {
			it.Articles = append(it.Articles, m.Article.ID)
		}
		it.Also = slices.DeleteFunc(slices.Clone(old.Also), func(a news.Also) bool { return a.Outlet == it.Outlet })
		it.Foreign = old.Foreign
		if old.Kind == news.ItemAlerted {
			it.Kind = old.Kind
		}
	}
	if !sameDay {
		members = slices.DeleteFunc(members, func(m news.Member) bool { return !told(m) && m.Article.ID != lead.Article.ID })
	}
	if also := grown(it.Also, e.also(members, lead)); len(also) > 0 {
		it.Also = also
	}
	return it
}

// grown adds the outlets that are not named yet behind those that are: readers know where they stood.
func grown(old, now []news.Also) []news.Also {
	out := slices.Clone(old)
	for _, a := range now {
		if !slices.ContainsFunc(out, func(b news.Also) bool { return b.Outlet == a.Outlet }) {
			out = append(out, a)
		}
	}
	return out
}
