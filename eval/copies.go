package eval

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"newsvigil/dedup"
	"newsvigil/news"
	"newsvigil/text"
)

// copySet names the figures on edited copies.
const copySet = "near-copies"

const (
	// leastWords is how long a text must be to be copied, in words: a short one has no quarter.
	leastWords = 80
	// shortest is how long an edit must be to count. Below it, only equal texts are looked for, as
	// captions and teasers repeat.
	shortest = 60
	// donorEvery is how many texts there are to one that is kept out of the index and gives new
	// sentences, headlines and words to the edits of others.
	donorEvery = 8
	// copySeed fixes every random choice, so that a figure moves only when the program does.
	copySeed = 20261122
)

// CopyFigures measures how surely edited copies of texts are found again, and whether different
// texts are left alone. All originals are placed one after the other; then every edit of each is
// placed against all of them. An edit counts as found when its relation is one that the edit may have
// and the piece it is said to be of is its original. Texts must be different articles; those shorter
// than 80 words are passed over. The same texts give the same figures.
func CopyFigures(ctx context.Context, texts []string) ([]Figure, error) {
	d, err := newCopyDesk(ctx, texts)
	if err != nil {
		return nil, err
	}
	apart, err := d.placeOriginals(ctx)
	if err != nil {
		return nil, err
	}
	figures := []Figure{apart}
	for _, e := range edits {
		f, err := d.found(ctx, e)
		if err != nil {
			return nil, err
		}
		figures = append(figures, f)
	}
	return figures, nil
}

// copyDesk holds the originals and what edits are made from.
type copyDesk struct {
	placer    *dedup.Placer
	memory    *dedup.Memory
	originals []news.Article
	// donors are the texts that are not in the index, by language; "" has those of all.
	donors map[string]donor
}

// donor is what edits are made from: sentences of strange texts, and their words.
type donor struct{ sentences, words []string }

// stranger is a donor that writes in the language, or else one of all languages.
func (d *copyDesk) stranger(language string) donor {
	if own, ok := d.donors[language]; ok {
		return own
	}
	return d.donors[""]
}

func newCopyDesk(ctx context.Context, texts []string) (*copyDesk, error) {
	day := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	d := &copyDesk{memory: dedup.NewMemory(), donors: make(map[string]donor)}
	d.placer = dedup.NewPlacer(d.memory, dedup.Options{Now: func() time.Time { return day }})
	for i, t := range texts {
		words := strings.Fields(t)
		switch {
		case len(text.Words(t)) < leastWords:
		case i%donorEvery == 0:
			for _, language := range []string{"", text.Language(t, "")} {
				from := d.donors[language]
				d.donors[language] = donor{append(from.sentences, sentences(t)...), append(from.words, words...)}
			}
		default:
			at := day.Add(time.Duration(i) * time.Minute)
			d.originals = append(d.originals, news.Article{
				ID: int64(i + 1), Source: fmt.Sprintf("Outlet %d", i), Title: strings.Join(words[:min(9, len(words))], " "), Text: t,
				Language: text.Language(t, ""), Keys: []string{fmt.Sprintf("url:example.org/%d", i)}, Published: news.Instant{Time: at}, Fetched: at,
			})
		}
	}
	if len(d.originals) < 3 || len(d.donors) == 0 {
		return nil, fmt.Errorf("%d texts of at least %d words are too few to make copies of", len(texts), leastWords)
	}
	return d, ctx.Err()
}

// placeOriginals fills the index. Its figure is the share of texts that were not taken for a copy of
// another one.
func (d *copyDesk) placeOriginals(ctx context.Context) (Figure, error) {
	f := Figure{Set: copySet, Measure: "different texts left alone", N: len(d.originals)}
	right := 0
	for _, a := range d.originals {
		p, err := d.placer.Place(ctx, a)
		if err != nil {
			return f, err
		}
		if p.Relation == news.RelationNew || p.Relation == news.RelationStory {
			right++
		} else {
			f.Failures = append(f.Failures, Failure{Item: named(a), Want: "no copy of another text", Got: fmt.Sprintf("%s of %s", p.Relation, d.nameOf(p.Of))})
		}
		s := d.memory.Put(a, 0)
		d.placer.Add(s.Article, s.Story)
	}
	f.Value = float64(right) / float64(f.N)
	return f, nil
}

// found places one edit of every original. Nothing is added to the index.
func (d *copyDesk) found(ctx context.Context, e edit) (Figure, error) {
	f := Figure{Set: copySet, Measure: e.name}
	placed, err := each(ctx, len(d.originals), func(i int) (*news.Placement, error) { return d.placeEdit(ctx, e, i) })
	if err != nil {
		return f, err
	}
	right := 0
	for i, p := range placed {
		if p == nil {
			continue
		}
		f.N++
		a := d.originals[i]
		if slices.Contains(e.want, p.Relation) && (p.Of == a.ID || p.Relation == news.RelationRoundup) {
			right++
			continue
		}
		f.Failures = append(f.Failures, Failure{
			Item: named(a), Want: fmt.Sprintf("%s of it", e.want[0]), Got: fmt.Sprintf("%s of %s, similarity %.2f", p.Relation, d.nameOf(p.Of), p.Similarity),
		})
	}
	if f.N > 0 {
		f.Value = float64(right) / float64(f.N)
	}
	return f, nil
}

// placeEdit places one edit of original i; nil where the original does not lend itself to it.
func (d *copyDesk) placeEdit(ctx context.Context, e edit, i int) (*news.Placement, error) {
	a := d.originals[i]
	s := scissors{desk: d, from: d.stranger(a.Language), rng: rand.New(rand.NewPCG(copySeed, uint64(i)))}
	copied, ok := e.make(s, i)
	if !ok || len(text.Words(copied.Text)) < shortest {
		return nil, nil
	}
	copied.Source, copied.Keys = "Another outlet", []string{fmt.Sprintf("url:example.net/%d", i)}
	copied.Language = a.Language
	copied.Published.Time = a.Published.Time.Add(5 * time.Hour)
	copied.Fetched = copied.Published.Time
	p, err := d.placer.Place(ctx, copied)
	return &p, err
}

func (d *copyDesk) nameOf(id int64) string {
	for _, a := range d.originals {
		if a.ID == id {
			return named(a)
		}
	}
	return "nothing"
}

func named(a news.Article) string { return fmt.Sprintf("text %d (%s …)", a.ID, a.Title) }
