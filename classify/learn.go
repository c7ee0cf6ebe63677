package classify

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"newsvigil/news"
	"newsvigil/text"
)

// Labelled is a piece that a reader judged: on the topic (a like, or "should have been in") or off it
// (a dislike with the reason "off topic"). Other reasons for a dislike say nothing of the topic and do
// not belong here.
type Labelled struct {
	Article news.Article
	Like    bool
	// At is when it was judged. Of two labels of one piece the later one holds.
	At time.Time
}

// Learn learns a topic from its exemplars, the background and what readers said of earlier pieces. The
// order of the labels, of the exemplars and of the background does not matter, and the same input gives
// the same model. The error is that of Fit.
func Learn(t news.Topic, b Background, labels []Labelled) (*Model, error) {
	likes, dislikes := partLabels(labels)
	return learn(t, b, likes, dislikes)
}

// partLabels puts labels in an order that depends on the pieces alone, and keeps one a piece: the latest.
func partLabels(labels []Labelled) (likes, dislikes []news.Article) {
	sorted := slices.Clone(labels)
	slices.SortStableFunc(sorted, func(a, b Labelled) int {
		return cmp.Or(sameness(a.Article, b.Article), a.At.Compare(b.At), cmp.Compare(side(a.Like), side(b.Like)))
	})
	for i, l := range sorted {
		if i+1 < len(sorted) && sameness(l.Article, sorted[i+1].Article) == 0 {
			continue
		}
		if l.Like {
			likes = append(likes, l.Article)
		} else {
			dislikes = append(dislikes, l.Article)
		}
	}
	return likes, dislikes
}

// sameness orders pieces by what a model sees of them; 0 means that it sees no difference.
func sameness(a, b news.Article) int {
	return cmp.Or(cmp.Compare(a.Title, b.Title), cmp.Compare(a.Text, b.Text), cmp.Compare(a.Language, b.Language))
}

// inOrder sorts exemplars by what they are, so that the order in which files were read tells nothing.
func inOrder(exemplars []news.Exemplar) []news.Exemplar {
	return slices.SortedStableFunc(slices.Values(exemplars), func(a, b news.Exemplar) int {
		if c := cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Title, b.Title), cmp.Compare(a.URL, b.URL)); c != 0 {
			return c
		}
		return bytes.Compare(Encode(a), Encode(b))
	})
}

// apart is the background without the pieces that readers judged, in an order that depends on the pieces
// alone and mixes them well, as learnLine needs.
func (b Background) apart(judged ...[]news.Article) []news.Article {
	type look struct{ title, text string }
	known := map[look]bool{}
	for _, a := range slices.Concat(judged...) {
		known[look{a.Title, a.Text}] = true
	}
	kept := slices.DeleteFunc(slices.Clone(b.Articles), func(a news.Article) bool { return known[look{a.Title, a.Text}] })
	place := make(map[look]uint64, len(kept))
	for _, a := range kept {
		place[look{a.Title, a.Text}] = text.Hash(a.Title + "\n" + a.Text[:min(len(a.Text), leadBytes)])
	}
	slices.SortStableFunc(kept, func(a, b news.Article) int {
		return cmp.Or(cmp.Compare(place[look{a.Title, a.Text}], place[look{b.Title, b.Text}]), sameness(a, b))
	})
	return kept
}

// bare reads pieces of which no reasons will be told.
func (r *reader) bare(pieces []news.Article) []document {
	docs := make([]document, len(pieces))
	for i, a := range pieces {
		docs[i] = r.article(a)
		docs[i].hits = found{}
	}
	return docs
}

func side(like bool) int {
	if like {
		return 1
	}
	return 0
}
