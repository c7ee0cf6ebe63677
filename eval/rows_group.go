package eval

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"newsvigil/address"
	"newsvigil/dedup"
	"newsvigil/news"
	"newsvigil/when"
)

// GroupOptions say how rows are placed.
type GroupOptions struct {
	// Placing holds the thresholds; its clock is not used, as time is what the rows say.
	Placing dedup.Options
	// Sources are the watched outlets. A row whose address belongs to one is named as that outlet's
	// pieces are; others by their address alone.
	Sources []news.Source
}

// groupRow is a row of `eval group`.
type groupRow struct {
	piece
	URL       string  `json:"url"`
	Published *string `json:"published"`
	Source    string  `json:"source"`
}

func (r groupRow) problem() string {
	if p := r.identified(); p != "" {
		return p
	}
	if _, err := r.published(); err != nil {
		return fmt.Sprintf("%q is no date; write %q as 2026-11-22T08:30:00+09:00 or 2026-11-22, or null where it is not known", *r.Published, "published")
	}
	return ""
}

func (r groupRow) published() (news.Instant, error) {
	if r.Published == nil || strings.TrimSpace(*r.Published) == "" {
		return news.Instant{}, nil
	}
	return when.Parse(*r.Published, nil)
}

// grouped is what is printed of a row.
type grouped struct {
	ID         rowID         `json:"id"`
	Story      rowID         `json:"story"`
	Relation   news.Relation `json:"relation"`
	Of         rowID         `json:"of"`
	Similarity float64       `json:"similarity"`
}

// Group places the rows of a file one after the other as the program would place pieces that arrive in
// this order, all of them relevant, and writes a JSON line for each once all are placed. A story is
// named by the id of its first row. Nothing is stored.
//
// Time is what the rows say: a row arrives when it was published, or with the row before it where it
// has no date or an earlier one. An *InputError names the line that is wrong; nothing is written then.
func Group(ctx context.Context, in Input, o GroupOptions, out io.Writer) error {
	d := newDesk(o)
	for r, err := range rows[groupRow](in) {
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = d.place(ctx, r)
		}
		if err != nil {
			return err
		}
	}
	enc := encoder(out)
	for _, g := range d.result() {
		if err := writeLine(enc, g); err != nil {
			return err
		}
	}
	return nil
}

// desk places rows and remembers what became of each.
type desk struct {
	o      GroupOptions
	placer *dedup.Placer
	memory *dedup.Memory
	// clock is the latest time of publication so far; zero until a row has one.
	clock time.Time
	// ids are the rows' ids, the article's number being the index plus one; placed is by row.
	ids    []rowID
	placed []news.Placement
	// first is each story's first row.
	first map[int64]int
}

func newDesk(o GroupOptions) *desk {
	d := &desk{o: o, memory: dedup.NewMemory(), first: make(map[int64]int)}
	o.Placing.Now = func() time.Time { return d.clock }
	d.placer = dedup.NewPlacer(d.memory, o.Placing)
	return d
}

func (d *desk) place(ctx context.Context, r groupRow) error {
	a := r.article()
	a.ID = int64(len(d.ids) + 1)
	a.URL = r.URL
	a.Source, a.Keys = d.identify(r)
	a.Published, _ = r.published()
	if a.Published.Time.After(d.clock) {
		d.clock = a.Published.Time
	}
	a.Fetched = d.clock
	p, err := d.placer.Place(ctx, a)
	if err != nil {
		return err
	}
	// As in the program, a second reading of one address is no second piece.
	if p.Relation != news.RelationAddress {
		s := d.memory.Put(a, p.Story)
		d.placer.Add(s.Article, s.Story)
		p.Story = s.Story
	}
	if _, ok := d.first[p.Story]; !ok {
		d.first[p.Story] = len(d.ids)
	}
	p.Neighbours = nil
	d.ids, d.placed = append(d.ids, r.ID), append(d.placed, p)
	return nil
}

// identify gives a row's outlet and the identities of its piece. A row without an address has none; an
// address that is none of a web page stands for itself.
func (d *desk) identify(r groupRow) (source string, keys []string) {
	raw := strings.TrimSpace(r.URL)
	src := news.Source{Name: r.Source}
	for _, s := range d.o.Sources {
		if address.Belongs(s, raw) {
			src = s
			break
		}
	}
	source = r.Source
	if source == "" {
		source = address.Host(raw)
	}
	if raw == "" {
		return source, nil
	}
	key, err := address.Key(src, raw)
	if err != nil {
		key = "row:" + raw
	}
	return source, []string{key}
}

func (d *desk) result() []grouped {
	out := make([]grouped, len(d.ids))
	for i, p := range d.placed {
		out[i] = grouped{ID: d.ids[i], Story: d.ids[d.first[p.Story]], Relation: p.Relation, Similarity: p.Similarity}
		if p.Of != 0 {
			out[i].Of = d.ids[p.Of-1]
		}
	}
	return out
}
