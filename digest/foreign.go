package digest

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"newsvigil/news"
	"newsvigil/text"
)

const (
	// sameEvent is how far apart the first pieces of two stories may lie that tell of one event.
	sameEvent = 48 * time.Hour
	// leastConcepts is how many of the rarer concepts of the topic two such stories share, and
	// manyConcepts how many where they share but one number, that of both headlines.
	leastConcepts = 2
	manyConcepts  = 3
	// leastPoints is what the numbers and names that they share must weigh, two of them at least. An
	// exact number or a name weighs 2, a round number 1.
	leastPoints = 3
	// commonShare is from which share of the other stories and examples on, two of them at least, a concept
	// says nothing of an event.
	commonShare = 1.0 / 3
	// maxForeign bounds the stories below one item; what has no room there stands by itself.
	maxForeign = 3
)

// joined hangs a story below one in another language that tells of the same event and ranks higher, as
// "also in Korean". It keeps its title and its link, so that a wrong join loses nothing; all the same two
// stories are joined only where each is the other's best match, and no second one is as good. Rs are sorted
// by rank, and nothing else decides.
func (e editor) joined(rs []ranked) []ranked {
	if !slices.ContainsFunc(rs, func(r ranked) bool { return !slices.Equal(r.languages, rs[0].languages) }) {
		return rs
	}
	m := e.matches(rs)
	hung := make(map[int]bool)
	for i := range rs {
		if hung[i] {
			continue
		}
		for _, j := range m.mutual(i) {
			if j < i || hung[j] || len(rs[i].item.Foreign) == maxForeign {
				continue
			}
			hung[j] = true
			host, below := rs[i].item, rs[j].item
			if below.Language == e.language() && host.Language != below.Language && len(host.Foreign) == 0 && rs[i].strong == rs[j].strong {
				host, below = below, host // what readers can read stands for both
			}
			rs[i].item = hang(host, below)
		}
	}
	var out []ranked
	for i, r := range rs {
		if !hung[i] {
			out = append(out, r)
		}
	}
	return out
}

// hang puts a story below another one, and the outlets that carry it, too, among that one's.
func hang(host, it news.Item) news.Item {
	host.Foreign = append(host.Foreign, news.Also{
		Outlet: it.Outlet, URL: it.URL, Title: it.Title, Language: it.Language, Relation: news.RelationStory,
		Story: it.Story, Article: it.Article,
	})
	others := slices.DeleteFunc(slices.Clone(it.Also), func(a news.Also) bool { return a.Outlet == host.Outlet })
	host.Also = grown(host.Also, others)
	host.Articles = slices.Concat(host.Articles, it.Articles)
	slices.Sort(host.Articles)
	host.Articles = slices.Compact(host.Articles)
	return host
}

// matching says how well stories match those in other languages, 0 for not at all.
type matching struct {
	rs     []ranked
	points [][]int
}

// mutual are the stories that are the best match of story i in their language, as i is theirs in its own.
func (m matching) mutual(i int) []int {
	var out []int
	for j := range m.rs {
		if m.points[i][j] > 0 && m.best(i, m.rs[j].languages) == j && m.best(j, m.rs[i].languages) == i {
			out = append(out, j)
		}
	}
	return out
}

// best is the story that matches i best among those that share a language with the given ones; -1 where
// none does, or two do equally well.
func (m matching) best(i int, languages []string) int {
	at, most := -1, 0
	for j, n := range m.points[i] {
		switch {
		case n == 0 || n < most || !overlap(m.rs[j].languages, languages):
		case n == most:
			at = -1
		default:
			at, most = j, n
		}
	}
	return at
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

// matches compares all stories that may be of one event.
func (e editor) matches(rs []ranked) matching {
	m := matching{rs: rs, points: make([][]int, len(rs))}
	clues, rare := e.clues(rs)
	for i := range rs {
		m.points[i] = make([]int, len(rs))
	}
	for i, a := range rs {
		for j, b := range rs[:i] {
			if foreign(a, b) && a.first.Sub(b.first).Abs() <= sameEvent {
				n := clues[i].match(clues[j], rare)
				m.points[i][j], m.points[j][i] = n, n
			}
		}
	}
	return m
}

// foreign reports whether two stories have no language in common, and all of theirs are known.
func foreign(a, b ranked) bool {
	return !slices.Contains(a.languages, "") && !slices.Contains(b.languages, "") && !overlap(a.languages, b.languages)
}

// background is what a concept or a name is rare or common in: the stories at hand, and the topic's examples.
type background struct {
	common map[string]bool // concepts
	shared map[string]int  // how many stories hold a number or name
	most   int             // how many may
}

// clues reads the stories, and finds what is common in them.
func (e editor) clues(rs []ranked) ([]clues, background) {
	topic := e.o.Topic
	lexicon, listed := compiled(topic.Concepts), compiled(slices.Concat(topic.Concepts, topic.Facets))
	held := make(map[string]int)
	count := func(concepts map[string]bool) {
		for c := range concepts {
			held[c]++
		}
	}
	all := make([]clues, len(rs))
	rare := background{common: make(map[string]bool), shared: make(map[string]int), most: 2 + len(rs)/20}
	for i, r := range rs {
		all[i] = read(r.item.Title, e.o.Texts[r.item.Article], lexicon)
		count(all[i].concepts)
		for c := range all[i].told {
			rare.shared[c]++
		}
	}
	known := make(map[string]int)
	for _, x := range topic.Exemplars {
		count(conceptsIn(x.Title+"\n"+x.About, lexicon))
		for w := range x.Terms {
			known[w]++
		}
	}
	for _, c := range all {
		c.belittle(func(word string) bool { return known[word] > 1 }, listed)
	}
	others := len(rs) + len(topic.Exemplars) - 2
	for _, c := range topic.Concepts {
		facet := func(f news.WordList) bool { return strings.EqualFold(f.Name, c.Name) }
		rare.common[c.Name] = slices.ContainsFunc(topic.Facets, facet) || float64(held[c.Name]-2) > max(1, commonShare*float64(others))
	}
	return all, rare
}

// compiled makes word lists searchable. Lists that cannot be read find nothing, and so join nothing.
func compiled(lists []news.WordList) *text.Lexicon {
	lexicon, err := text.Compile(lists)
	if err != nil {
		lexicon, _ = text.Compile(nil)
	}
	return lexicon
}

// match is how surely two pieces in different languages tell of the same event; 0 where it is not sure.
func (c clues) match(d clues, rare background) int {
	concepts := 0
	for name := range c.concepts {
		if d.concepts[name] && !rare.common[name] {
			concepts++
		}
	}
	if concepts < leastConcepts || c.denies(d) || d.denies(c) {
		return 0
	}
	points, found, headline := 0, 0, 0
	var rows []string
	for _, clue := range slices.Sorted(maps.Keys(c.told)) {
		n := min(c.told[clue], d.told[clue])
		row := cmp.Or(c.names[clue].row, d.names[clue].row)
		if n == 0 || rare.shared[clue] > rare.most || slices.ContainsFunc(rows, func(r string) bool { return related(r, row) }) {
			continue
		}
		if row != "" {
			rows = append(rows, row) // a first name and a family name are one name
		}
		found++
		points += n
		if n == exact && c.title[clue] && d.title[clue] {
			headline = 1
		}
	}
	if found >= 2 && points >= leastPoints || headline > 0 && concepts >= manyConcepts {
		return 10*points + headline + concepts
	}
	return 0
}

// related reports whether two rows of words have one in common.
func related(a, b string) bool { return overlap(strings.Fields(a), strings.Fields(b)) }
