package digest

import (
	"reflect"
	"slices"
	"time"

	"newsvigil/news"
	"newsvigil/text"
)

// Revise is a posted digest as its messages should read now: an outlet that has come to carry a story
// since is named under "also in", where it came on the day of the post, and a story with an update leads
// to the newest version and says that it was updated, where it came within the window. Order, kinds and
// counts stay, and so does all that readers may have pressed. The day is that of Sent, or of Slot where
// that is not known, in Slot's zone.
//
// Stories are those of the digest as they are now, without what is not to be shown; what is not among
// them stays as it was. False means that nothing is to be changed, and a second look changes nothing
// more. Near misses are never changed. The update stands once more in the next digest, as a line of its
// own: see Compose.
func Revise(d news.Digest, stories []news.Story, window time.Duration, o Options) (news.Digest, bool) {
	r := reviser{editor: newEditor(o), posted: d.Slot, window: window, stories: make(map[int64]news.Story, len(stories))}
	if !d.Sent.IsZero() {
		r.posted = d.Sent.In(d.Slot.Location())
	}
	for _, s := range stories {
		r.stories[s.ID] = s
	}
	changed := false
	revise := func(items []news.Item) []news.Item {
		out := slices.Clone(items)
		for i, it := range out {
			out[i] = r.item(it)
			changed = changed || !reflect.DeepEqual(out[i], it)
		}
		return out
	}
	d.Lead, d.Lines, d.Rest = revise(d.Lead), revise(d.Lines), revise(d.Rest)
	return d, changed
}

// reviser is an editor of a digest that was posted.
type reviser struct {
	editor
	posted  time.Time
	window  time.Duration
	stories map[int64]news.Story
}

// item is an item with what its story, and those below it in other languages, have got since.
func (r reviser) item(it news.Item) news.Item {
	old := it
	if s, ok := r.stories[it.Story]; ok {
		it = r.updated(it, relevant(s.Members))
		it = r.named(it, old, relevant(s.Members))
	}
	for i, f := range it.Foreign {
		s, ok := r.stories[f.Story]
		if !ok {
			continue
		}
		members := relevant(s.Members)
		if m, all, ok := r.newest(it, f.Article, members); ok {
			it.Foreign = slices.Clone(it.Foreign)
			it.Foreign[i] = news.Also{Outlet: m.Article.Source, URL: r.link(m.Article), Title: text.Clean(m.Article.Title), Language: m.Article.Language,
				Relation: f.Relation, Story: f.Story, Article: m.Article.ID}
			it.Articles = joinIDs(it.Articles, all)
		}
		it = r.named(it, old, members)
	}
	return it
}

// newest is the latest version of what stands in an item as an article, with the numbers of all newer
// ones; false where there is none. What is off topic by now, or gone, stays as it was posted.
func (r reviser) newest(it news.Item, article int64, members []news.Member) (news.Member, []int64, bool) {
	i := slices.IndexFunc(members, func(m news.Member) bool { return m.Article.ID == article })
	if i < 0 {
		return news.Member{}, nil, false
	}
	now := members[i]
	var newer []news.Member
	var all []int64
	for _, m := range members {
		late := m.Article.Fetched.Sub(r.posted) > r.window
		if m.Relation == news.RelationUpdate && !slices.Contains(it.Articles, m.Article.ID) && !late && !m.Seen && r.newer(m, now) {
			newer, all = append(newer, m), append(all, m.Article.ID)
		}
	}
	if len(newer) == 0 {
		return news.Member{}, nil, false
	}
	return slices.MinFunc(newer, r.fresher), all, true
}

// newer reports whether a version came after another one and is no worse to be led to.
func (r reviser) newer(m, now news.Member) bool {
	a, b := m.Article, now.Article
	return a.ID > b.ID && !a.When().Before(b.When()) && kindOrder(a.Kind) <= kindOrder(b.Kind) && (r.link(a) != "" || r.link(b) == "")
}

// updated is an item that leads to the newest version of its story.
func (r reviser) updated(it news.Item, members []news.Member) news.Item {
	m, all, ok := r.newest(it, it.Article, members)
	if !ok {
		return it
	}
	old := it
	it = r.rank(old.Story, news.ItemUpdated, members, []news.Member{m}).item
	it.Kind, it.Updated, it.Foreign = old.Kind, true, old.Foreign
	it.Articles = joinIDs(old.Articles, all)
	it.Also = slices.DeleteFunc(slices.Clone(old.Also), func(a news.Also) bool { return a.Outlet == it.Outlet })
	if len(it.Also) == 0 {
		it.Also = nil
	}
	if old.Outlet != it.Outlet && !slices.ContainsFunc(it.Foreign, func(f news.Also) bool { return f.Outlet == old.Outlet }) {
		it.Also = append(it.Also, news.Also{Outlet: old.Outlet, URL: old.URL, Title: old.Title, Language: old.Language})
	}
	return it
}

// named is an item that names the outlets that have come to carry it on the day of the post, behind those
// that it names: readers know where they stood. What was told of elsewhere is none of them.
func (r reviser) named(it, posted news.Item, members []news.Member) news.Item {
	stands := func(outlet string) bool {
		return it.Outlet == outlet || slices.ContainsFunc(it.Also, func(a news.Also) bool { return a.Outlet == outlet }) ||
			slices.ContainsFunc(it.Foreign, func(a news.Also) bool { return a.Outlet == outlet })
	}
	var fresh []news.Member
	for _, m := range members {
		if !m.Announced && !slices.Contains(posted.Articles, m.Article.ID) && r.sameDay(m.Article.Fetched) {
			fresh = append(fresh, m)
		}
	}
	for _, a := range r.also(fresh, news.Member{Article: news.Article{Source: it.Outlet}}) {
		if !stands(a.Outlet) {
			it.Also = append(slices.Clip(it.Also), a)
		}
	}
	var all []int64
	for _, m := range fresh {
		all = append(all, m.Article.ID)
	}
	it.Articles = joinIDs(it.Articles, all)
	return it
}

// sameDay reports whether something came by the end of the day of the post.
func (r reviser) sameDay(came time.Time) bool {
	return came.In(r.posted.Location()).Format(time.DateOnly) <= r.posted.Format(time.DateOnly)
}

// joinIDs adds numbers to a list that does not have them yet, in order.
func joinIDs(list, more []int64) []int64 {
	if len(more) == 0 {
		return list
	}
	out := slices.Concat(list, more)
	slices.Sort(out)
	return slices.Compact(out)
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
