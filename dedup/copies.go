package dedup

import (
	"cmp"
	"slices"

	"newsvigil/news"
	"newsvigil/text"
)

const (
	minCommon    = 10   // five-word runs that a copy shares with its original at least
	muchLonger   = 1.5  // an update is so many times longer than what it contains
	serialCommon = 0.8  // two parts of a series are copies only from here on
	heldCommon   = 0.8  // a piece brings nothing new when so much of it stands in a stored one
	formCommon   = 0.66 // two pieces of one outlet that differ in day or headline are copies only from here on
	formTitle    = 0.6  // headlines differ where they share less of the shorter one's words
	// Two short pieces in the words of one form ("filed with the commission for an offering of up to …")
	// share few runs, and nearly half of them: where so few are shared, it takes fewMore to be a copy.
	fewCommon = 32
	fewMore   = 0.1
	// Where words were changed here and there, every changed one breaks five runs of five words. Such a
	// copy shows in its runs of three, of which it must share looseMore more, as those are more often
	// shared by chance. They are looked at where it shares looseLeast of the runs of five that it should.
	looseWords = 3
	looseMore  = 0.1
	looseLeast = 0.5
)

// overlap is what the piece at hand and a stored one have in common, word for word.
type overlap struct {
	piece  news.Stored
	set    []uint64
	common int
	// newInOld and oldInNew are the shares of the one's five-word runs that stand in the other, or else
	// those of its three-word runs, less looseMore.
	newInOld, oldInNew float64
	// longer is how many times longer the new piece is.
	longer float64
	// serial says that the two are different parts of a series and not nearly the same text, form
	// that they are two pieces in the words of one outlet's form.
	serial, form bool
}

func (o overlap) most() float64 { return max(o.newInOld, o.oldInNew) }

// relation is what the overlap makes of the new piece, "" if nothing: old inside a new one that is
// much longer is an update, anything else alike a copy.
func (o overlap) relation(threshold float64) news.Relation {
	switch {
	case o.common < minCommon || o.serial || o.form || o.most() < threshold:
		return ""
	case o.common < fewCommon && o.most() < threshold+fewMore:
		return ""
	case o.oldInNew >= threshold && o.longer >= muchLonger:
		return news.RelationUpdate
	}
	return news.RelationCopy
}

// compare measures the piece against those that share sampled shingles with it, on the full texts,
// by containment (Broder 1997). Other languages are left out.
func (p *Placer) compare(a news.Article, words []string, stored []news.Stored) []overlap {
	if len(stored) == 0 || len(words) < minWords {
		return nil
	}
	set := runs(words, shingleWords)
	mine := headingOf(a)
	var out []overlap
	for _, s := range stored {
		old := text.Words(s.Article.Text)
		if len(old) < minWords || !sameLanguage(a.Language, s.Article.Language) {
			continue
		}
		o := overlap{piece: s, set: runs(old, shingleWords), longer: float64(len(words)) / float64(len(old))}
		o.common = common(set, o.set)
		o.share(o.common, set, o.set, 0)
		if o.most() < p.o.CopySimilarity && o.most() >= looseLeast*p.o.CopySimilarity {
			loose, oldLoose := runs(words, looseWords), runs(old, looseWords)
			o.share(common(loose, oldLoose), loose, oldLoose, looseMore)
		}
		o.serial = o.most() < serialCommon && otherPart(mine, headingOf(s.Article))
		o.form = o.most() < formCommon && a.Source == s.Article.Source && a.Source != "" &&
			(!within(p.o.StoryWindow, a.When(), s.Article.When()) || !sameTitle(a.Title, s.Article.Title))
		out = append(out, o)
	}
	slices.SortStableFunc(out, func(x, y overlap) int {
		return cmp.Or(cmp.Compare(y.most(), x.most()), cmp.Compare(y.common, x.common), cmp.Compare(x.piece.Article.ID, y.piece.Article.ID))
	})
	return out
}

// sameTitle reports whether two headlines of one outlet are versions of one.
func sameTitle(a, b string) bool {
	x, y := runs(text.Words(a), 1), runs(text.Words(b), 1)
	return float64(common(x, y)) >= formTitle*float64(min(len(x), len(y)))
}

// share raises the shares to those of n runs in common, less the given.
func (o *overlap) share(n int, set, old []uint64, less float64) {
	o.newInOld = max(o.newInOld, float64(n)/float64(len(set))-less)
	o.oldInNew = max(o.oldInNew, float64(n)/float64(len(old))-less)
}

// copied places a piece that shares its text with stored ones; false where it shares too little.
// Stories that hold another part of its series are barred.
func (p *Placer) copied(all []overlap, barred map[int64]bool) (news.Placement, bool) {
	var alike []overlap
	for _, o := range all {
		if o.relation(p.o.CopySimilarity) != "" && (!barred[o.piece.Story] || o.most() >= serialCommon) {
			alike = append(alike, o)
		}
	}
	if len(alike) == 0 {
		return news.Placement{}, false
	}
	best := p.printed(alike)
	if parts := p.held(alike); len(parts) > 1 {
		return news.Placement{Relation: news.RelationRoundup, Of: best.piece.Article.ID, Similarity: best.most()}, true
	}
	return news.Placement{
		Story: best.piece.Story, Relation: best.relation(p.o.CopySimilarity),
		Of: best.piece.Article.ID, Similarity: best.most(),
	}, true
}

// printed is the piece that decides: the one that shares most. Where the new piece would be an update
// of that one, and another piece of the story holds nearly all of it already, it is a copy of the
// other: readers were told of the update.
func (p *Placer) printed(alike []overlap) overlap {
	best := alike[0]
	if best.relation(p.o.CopySimilarity) != news.RelationUpdate {
		return best
	}
	for _, o := range alike {
		if o.piece.Story == best.piece.Story && o.newInOld >= heldCommon && o.relation(p.o.CopySimilarity) == news.RelationCopy {
			return o
		}
	}
	return best
}

// held are the different stories whose pieces stand inside the new one. A piece that itself stands
// inside another of them is passed over: a copy of a roundup holds the roundup, not its parts.
func (p *Placer) held(alike []overlap) map[int64]bool {
	stories := make(map[int64]bool)
	for i, o := range alike {
		if o.oldInNew < p.o.CopySimilarity {
			continue
		}
		inside := false
		for j, other := range alike {
			if i != j && other.oldInNew >= p.o.CopySimilarity && p.inside(o, other) && (!p.inside(other, o) || j < i) {
				inside = true
				break
			}
		}
		if !inside {
			stories[o.piece.Story] = true
		}
	}
	return stories
}

// inside reports whether the text of x stands in that of y.
func (p *Placer) inside(x, y overlap) bool {
	return float64(common(x.set, y.set)) >= p.o.CopySimilarity*float64(len(x.set))
}
