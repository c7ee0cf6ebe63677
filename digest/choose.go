package digest

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"newsvigil/news"
	"newsvigil/text"
)

// item is what a story tells the topic's readers now; false where it tells them nothing new.
func (e editor) item(s news.Story) (ranked, bool) {
	members := relevant(s.Members)
	kind, candidates := e.news(s, members)
	if kind == "" {
		return ranked{}, false
	}
	return e.rank(s.ID, kind, members, candidates), true
}

// news says what kind of item a story is, and which members may stand for it.
func (e editor) news(s news.Story, members []news.Member) (news.ItemKind, []news.Member) {
	var updates, unseen []news.Member
	shown := false
	for _, m := range members {
		if m.Announced {
			shown = shown || !m.Seen // what was only marked as seen has told nobody of the story
			continue
		}
		unseen = append(unseen, m)
		if m.Relation == news.RelationUpdate {
			updates = append(updates, m)
		}
	}
	announced := !s.Announced.IsZero() || s.AnnouncedKind != "" || shown
	switch {
	case len(members) == 0 || !announced && len(unseen) == 0:
		return "", nil
	case e.o.Alert && !announced:
		return news.ItemAlerted, unseen
	case e.o.Alert:
		return "", nil
	case !announced:
		return news.ItemNew, standing(unseen)
	case s.AlertOnly:
		return news.ItemAlerted, standing(members)
	case len(updates) > 0:
		return news.ItemUpdated, updates
	}
	return "", nil
}

// standing leaves out the members that the same outlet has replaced by a longer version: readers are
// led to the newest one. Feeds show the newest first, so the old version may well arrive second, as a
// piece that is contained in the new one.
func standing(members []news.Member) []news.Member {
	byID := make(map[int64]news.Member, len(members))
	for _, m := range members {
		byID[m.Article.ID] = m
	}
	replaced := make(map[int64]bool)
	for _, m := range members {
		of, ok := byID[m.Of]
		if !ok || of.Article.Source != m.Article.Source {
			continue
		}
		switch m.Relation {
		case news.RelationUpdate:
			replaced[of.Article.ID] = true
		case news.RelationCopy:
			replaced[m.Article.ID] = replaced[m.Article.ID] || m.Article.When().Before(of.Article.When())
		}
	}
	return slices.DeleteFunc(slices.Clone(members), func(m news.Member) bool { return replaced[m.Article.ID] })
}

// near turns the stories below the cut into items, the nearest to it first. A story that is in the
// digest, or was in one before, is no near miss, whatever else carries it.
func (e editor) near(stories []news.Story, told map[int64]bool) []news.Item {
	var rs []ranked
	for _, s := range stories {
		members := slices.DeleteFunc(slices.Clone(s.Members), muted)
		if len(members) > 0 && !told[s.ID] && s.Announced.IsZero() && s.AnnouncedKind == "" {
			told[s.ID] = true
			rs = append(rs, e.rank(s.ID, news.ItemNear, members, members))
		}
	}
	slices.SortFunc(rs, byRank)
	return items(rs[:min(max(e.o.Topic.NearMisses, 0), len(rs))])
}

func muted(m news.Member) bool { return m.Score.Reasons.Muted != "" }

// rank builds the item of a story. One of candidates stands for it; members are all that count.
func (e editor) rank(story int64, kind news.ItemKind, members, candidates []news.Member) ranked {
	best := slices.MinFunc(candidates, e.better)
	if kind == news.ItemUpdated {
		best = slices.MinFunc(candidates, e.fresher)
	}
	a := best.Article
	title := text.Clean(a.Title)
	it := news.Item{
		Story: story, Article: a.ID, Kind: kind, Title: title, URL: e.link(a),
		Outlet: a.Source, Label: e.source(a.Source).Label, Published: a.Published, Fetched: a.Fetched,
		Language: a.Language, ArticleKind: a.Kind, Authors: a.Authors,
		Grade: best.Score.Grade, Reasons: best.Score.Reasons, Also: e.also(members, best),
	}
	r := ranked{item: it, outlets: 1 + len(it.Also)}
	for _, m := range members {
		r.strong = r.strong || m.Score.Grade == news.GradeStrong
		r.weight = max(r.weight, clearness(m.Score)*e.weight(m.Article.Source))
		if w := m.Article.When(); w.After(r.newest) {
			r.newest = w
		}
		if w := m.Article.When(); r.first.IsZero() || w.Before(r.first) {
			r.first = w
		}
		if !slices.Contains(r.languages, m.Article.Language) {
			r.languages = append(r.languages, m.Article.Language)
		}
		if !m.Announced || m.Article.ID == a.ID {
			r.item.Articles = append(r.item.Articles, m.Article.ID)
		}
	}
	slices.Sort(r.item.Articles)
	return r
}

// clearness is how far a score lies above its cut, so that pieces scored by different models compare.
func clearness(s news.Score) float64 {
	if s.Cut <= 0 {
		return s.Value
	}
	return s.Value / s.Cut
}

func (e editor) weight(source string) float64 {
	if w := e.source(source).Weight; w > 0 {
		return w
	}
	return 1
}

// better orders members by how well each stands for the story: one that could be read whole, in the
// topic's language, linked, the wire's own piece, one that credits nobody, of the weightiest outlet, the
// earliest.
func (e editor) better(a, b news.Member) int {
	return cmp.Or(
		cmp.Compare(kindOrder(a.Article.Kind), kindOrder(b.Article.Kind)),
		trueFirst(a.Article.Language == e.language(), b.Article.Language == e.language()),
		trueFirst(e.link(a.Article) != "", e.link(b.Article) != ""),
		trueFirst(e.source(a.Article.Source).Wire, e.source(b.Article.Source).Wire),
		trueFirst(a.Article.Credit == "", b.Article.Credit == ""),
		cmp.Compare(e.weight(b.Article.Source), e.weight(a.Article.Source)),
		a.Article.When().Compare(b.Article.When()),
		cmp.Compare(a.Article.ID, b.Article.ID),
		strings.Compare(a.Article.Source, b.Article.Source),
	)
}

// fresher orders updates: the latest that could be read whole stands for the story.
func (e editor) fresher(a, b news.Member) int {
	return cmp.Or(
		cmp.Compare(kindOrder(a.Article.Kind), kindOrder(b.Article.Kind)),
		trueFirst(e.link(a.Article) != "", e.link(b.Article) != ""),
		b.Article.When().Compare(a.Article.When()),
		e.better(a, b),
	)
}

// language is the one readers are told the news in.
func (e editor) language() string {
	return cmp.Or(e.o.Topic.Language, "en")
}

func kindOrder(k news.Kind) int {
	switch k {
	case news.KindTeaser:
		return 1
	case news.KindPDF:
		return 2
	}
	return 0
}

func trueFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// also lists the other outlets that carry the story by name, each with its best member.
func (e editor) also(members []news.Member, best news.Member) []news.Also {
	byOutlet := make(map[string]news.Member)
	for _, m := range members {
		name := m.Article.Source
		if name == best.Article.Source {
			continue
		}
		if old, ok := byOutlet[name]; !ok || e.better(m, old) < 0 {
			byOutlet[name] = m
		}
	}
	var out []news.Also
	for name, m := range byOutlet {
		out = append(out, news.Also{
			Outlet: name, URL: e.link(m.Article), Title: text.Clean(m.Article.Title),
			Language: m.Article.Language, Relation: m.Relation,
		})
	}
	slices.SortFunc(out, func(a, b news.Also) int { return strings.Compare(a.Outlet, b.Outlet) })
	return out
}

// relevant leaves out the members that are not on the topic or hold a word that readers do not want.
func relevant(ms []news.Member) []news.Member {
	var out []news.Member
	for _, m := range ms {
		if m.Score.Relevant() && !muted(m) {
			out = append(out, m)
		}
	}
	return out
}

// isWeb reports whether raw is an absolute http or https address that a message may link to.
func isWeb(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil
}
