package eval

import (
	"context"
	_ "embed" // the labels
	"fmt"
	"slices"
	"time"

	"newsvigil/dedup"
	"newsvigil/news"
	"newsvigil/text"
)

// wireEvery is how many stories of Reuters there are to one that is compared with all others.
const wireEvery = 8

// repeatLabels are our labels of those stories of Reuters-21578 that are indeed one text twice: the NEWIDs
// of two, a line each.
//
//go:embed testdata/repeats.tsv
var repeatLabels string

// pairFigures measures whether different articles are left alone: the given texts and every eighth story of
// Reuters-21578, each as of its own outlet and time, in one window. Its figure is the share of all pairs
// that were not taken for copies of each other, those labelled as repeats aside.
func pairFigures(ctx context.Context, texts []string, reuters string) ([]Figure, error) {
	all, err := differentArticles(texts, reuters)
	if err != nil {
		return nil, err
	}
	repeats, err := readPairs(repeatLabels)
	if err != nil {
		return nil, err
	}
	f := Figure{Set: copySet, Measure: "pairs of different articles left alone", N: len(all) * (len(all) - 1) / 2}
	memory := dedup.NewMemory()
	placer := dedup.NewPlacer(memory, dedup.Options{Window: 100 * 365 * 24 * time.Hour})
	byID := make(map[int64]news.Article, len(all))
	for _, a := range all {
		p, err := placer.Place(ctx, a)
		if err != nil {
			return nil, err
		}
		byID[a.ID] = a
		for _, n := range p.Neighbours {
			known := repeats[[2]int64{min(n.Article, a.ID), max(n.Article, a.ID)}]
			if n.Relation != news.RelationStory && !known {
				f.Failures = append(f.Failures, Failure{Item: named(a), Want: "no copy", Got: fmt.Sprintf("%s of %s, similarity %.2f", n.Relation, named(byID[n.Article]), n.Similarity)})
			}
		}
		s := memory.Put(a, 0)
		placer.Add(s.Article, s.Story)
	}
	f.Value = 1 - ratio(float64(len(f.Failures)), float64(f.N))
	return []Figure{f}, nil
}

// differentArticles are the texts, each of an outlet of its own, and every eighth story of Reuters, as far as
// they are long enough to be compared. The texts are numbered below zero.
func differentArticles(texts []string, reuters string) ([]news.Article, error) {
	wires, err := readReutersWhole(reuters)
	if err != nil {
		return nil, err
	}
	var all []news.Article
	for i, t := range texts {
		at := time.Date(2026, 11, 20, 8, i, 0, 0, time.UTC)
		all = append(all, news.Article{ID: int64(-1 - i), Source: fmt.Sprintf("Outlet %d", i), Text: t, Title: excerpt(t, 0), Language: text.Language(t, ""), Fetched: at})
	}
	for i, w := range wires {
		if i%wireEvery == 0 {
			w.article.Source = "Reuters"
			all = append(all, w.article)
		}
	}
	return slices.DeleteFunc(all, func(a news.Article) bool { return len(text.Words(a.Text)) < shortest }), nil
}
