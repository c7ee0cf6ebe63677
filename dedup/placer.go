package dedup

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"newsvigil/news"
	"newsvigil/text"
)

// bodyShare is the part of StorySimilarity that the bodies alone must reach, however near in time two
// pieces are. Recurring headlines ("Press statement of …", two deals of one company) lift the cosine of all
// words over it.
const bodyShare = 0.5

// maxNeighbours bounds the neighbours named for an explanation.
const maxNeighbours = 5

// Options hold the thresholds. A zero value stands for the default named with it.
type Options struct {
	// CopySimilarity is the share of a piece's five-word runs that must stand in another one for it
	// to be a copy, within 0 and 1; 0.40.
	CopySimilarity float64
	// StorySimilarity is the average cosine to the three pieces of a story most like it from which on a piece
	// published two days before or after them is another report of its event, within 0 and 1; 0.34. For
	// pieces of one hour seven tenths of it suffice.
	StorySimilarity float64
	// Window is how far back copies are looked for; 14 days.
	Window time.Duration
	// StoryWindow is how far apart two reports of one event may be published; 72 hours.
	StoryWindow time.Duration
	// Now is the clock; time.Now.
	Now func() time.Time
}

// Placer says which story a piece belongs to. It keeps the pieces of the last days in memory to
// recognise events; Warm fills that memory at the start and Add keeps it in step with the index.
// Place may be called from several goroutines, but not beside Warm or Add.
type Placer struct {
	index  Index
	o      Options
	events *events
	// last is the piece that was tallied last: what is placed is mostly added next.
	last atomic.Pointer[tallied]
}

// tallied is a piece's words.
type tallied struct {
	title, text string
	words       []wordCount
}

func (p *Placer) tally(a news.Article) []wordCount {
	if l := p.last.Load(); l != nil && l.title == a.Title && l.text == a.Text {
		return l.words
	}
	l := &tallied{a.Title, a.Text, tally(a)}
	p.last.Store(l)
	return l.words
}

// NewPlacer returns a placer over an index.
func NewPlacer(ix Index, o Options) *Placer {
	o.CopySimilarity = cmp.Or(o.CopySimilarity, 0.40)
	o.StorySimilarity = cmp.Or(o.StorySimilarity, 0.34)
	o.Window = cmp.Or(o.Window, 14*24*time.Hour)
	o.StoryWindow = cmp.Or(o.StoryWindow, 72*time.Hour)
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Placer{index: ix, o: o, events: newEvents(o.StoryWindow)}
}

// Warm reads the pieces of the last StoryWindow from the index, and as many before it as make up a
// background. It forgets what the placer knew.
func (p *Placer) Warm(ctx context.Context) error {
	horizon := p.o.Now().Add(-p.o.StoryWindow)
	stored, err := p.index.Since(ctx, horizon)
	if err != nil {
		return fmt.Errorf("read the pieces of the last %s: %w", p.o.StoryWindow, err)
	}
	var older []news.Stored
	if n := background - len(stored); n > 0 {
		if older, err = p.index.Before(ctx, horizon, n); err != nil {
			return fmt.Errorf("read the pieces before those of the last %s: %w", p.o.StoryWindow, err)
		}
	}
	p.events = newEvents(p.o.StoryWindow)
	for _, s := range append(older, stored...) {
		p.Add(s.Article, s.Story)
	}
	return nil
}

// Add tells the placer of a piece that has been committed to a story, so that later reports of the
// event find it. Pieces too short to compare are passed over.
func (p *Placer) Add(a news.Article, story int64) {
	if len(text.Words(a.Text)) >= minWords {
		p.events.add(a, p.tally(a), story)
	}
}

// Place says where a belongs. The first rung of the ladder that holds decides: same address, same
// text, near-copy, same event; else a is a new story. It changes nothing. Errors are the index's.
func (p *Placer) Place(ctx context.Context, a news.Article) (news.Placement, error) {
	found, ok, err := p.index.ByKeys(ctx, a.Keys)
	if err != nil {
		return news.Placement{}, fmt.Errorf("look up the addresses of %s: %w", a.URL, err)
	}
	if ok {
		return same(found, news.RelationAddress), nil
	}
	since := arrival(a)
	if since.IsZero() {
		since = p.o.Now()
	}
	since = since.Add(-p.o.Window)
	words := text.Words(a.Text)
	fp := fingerprint(a.Title, words)
	if fp.Text != 0 {
		back := since
		if fp.Words >= minWords {
			back = time.Time{} // a caption may come again; so many equal words are an old piece printed anew
		}
		found, ok, err = p.index.ByText(ctx, fp.Text, back)
		if err != nil {
			return news.Placement{}, fmt.Errorf("look up the text of %s: %w", a.URL, err)
		}
		if ok {
			return same(found, news.RelationText), nil
		}
	}
	if fp.Words < minWords {
		return news.Placement{Relation: news.RelationNew}, nil
	}
	sharing, err := p.index.Sharing(ctx, fp.Shingles, since)
	if err != nil {
		return news.Placement{}, fmt.Errorf("look for copies of %s: %w", a.URL, err)
	}
	return p.weigh(a, words, sharing), nil
}

// same is the placement of a piece that is stored already.
func same(s news.Stored, r news.Relation) news.Placement {
	return news.Placement{
		Story: s.Story, Relation: r, Of: s.Article.ID, Similarity: 1,
		Neighbours: []news.Neighbour{{Article: s.Article.ID, Story: s.Story, Similarity: 1, Relation: r}},
	}
}

// weigh decides between copy, update, roundup, same event and new.
func (p *Placer) weigh(a news.Article, words []string, sharing []news.Stored) news.Placement {
	copies := p.compare(a, words, sharing)
	reports, families := p.events.nearest(a, p.tally(a))
	barred := p.serials(a, reports)
	for _, c := range copies {
		if c.serial {
			barred[c.piece.Story] = true
		}
	}
	neighbours := p.neighbours(copies, reports)
	if place, ok := p.copied(copies, barred); ok {
		place.Neighbours = neighbours
		return place
	}
	for _, f := range families {
		if f.average < p.o.StorySimilarity {
			break
		}
		if !barred[f.story] && f.body >= bodyShare*p.o.StorySimilarity {
			return news.Placement{
				Story: f.story, Relation: news.RelationStory, Of: p.events.docs[f.nearest.doc].id,
				Similarity: f.average, Neighbours: neighbours,
			}
		}
	}
	return news.Placement{Relation: news.RelationNew, Neighbours: neighbours}
}

// serials are the stories that hold another part of the series a belongs to.
func (p *Placer) serials(a news.Article, reports []report) map[int64]bool {
	out := make(map[int64]bool)
	mine := headingOf(a)
	for _, r := range reports {
		if d := p.events.docs[r.doc]; otherPart(mine, d.heading) {
			out[d.story] = true
		}
	}
	return out
}

// neighbours are the nearest stored pieces, by what they share word for word or else by subject.
func (p *Placer) neighbours(copies []overlap, reports []report) []news.Neighbour {
	var out []news.Neighbour
	seen := make(map[int64]bool)
	for _, c := range copies {
		if relation := c.relation(p.o.CopySimilarity); relation != "" {
			seen[c.piece.Article.ID] = true
			out = append(out, news.Neighbour{Article: c.piece.Article.ID, Story: c.piece.Story, Similarity: c.most(), Relation: relation})
		}
	}
	for _, r := range reports[:min(maxNeighbours+len(out), len(reports))] {
		d := p.events.docs[r.doc]
		if !seen[d.id] && r.like > 0 {
			out = append(out, news.Neighbour{Article: d.id, Story: d.story, Similarity: r.like, Relation: news.RelationStory})
		}
	}
	slices.SortStableFunc(out, func(x, y news.Neighbour) int { return cmp.Compare(y.Similarity, x.Similarity) })
	return out[:min(maxNeighbours, len(out))]
}
