package app

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"newsvigil/classify"
	"newsvigil/news"
	"newsvigil/store"
)

// files is a shelf of which the newest ten pieces are compared one by one. Every piece has a word of its
// own, so that one that is counted twice or never shows.
type files struct {
	*shelf
	held int
}

// filesOf stores so many pieces.
func filesOf(t *testing.T, n int) *files {
	t.Helper()
	f := &files{shelf: &shelf{newRig(t, nil), map[string]int64{}}}
	f.small()
	f.add(t, n)
	return f
}

// small makes the numbers small enough for a test; a reopened App needs it again.
func (f *files) small() { f.compared, f.atOnce = 10, 4 }

func (f *files) add(t *testing.T, n int) {
	t.Helper()
	for range n {
		f.put(t, fmt.Sprintf("Piece %d", f.held), fmt.Sprintf("reservoir item%d", f.held))
		f.held++
	}
}

func (f *files) count(t *testing.T) {
	t.Helper()
	if err := f.App.count(t.Context(), time.Time{}); err != nil {
		t.Fatal(err)
	}
}

// each holds that every piece is known once, from the table or as an article, and returns how many the
// table has.
func (f *files) each(t *testing.T) int {
	t.Helper()
	table, _, err := f.knownWords(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	f.compared = 1000
	defer f.small()
	b, err := f.background(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all, told := classify.Frequencies{}, classify.Frequencies{}
	all.Join(table)
	starter, err := classify.Starter(table.Articles + len(b.Articles))
	if err != nil {
		t.Fatal(err)
	}
	told.Join(table)
	told.Join(starter)
	if diff := cmp.Diff(told, b.Known); diff != "" {
		t.Errorf("models are told something else than the table (-table +told):\n%s", diff)
	}
	for _, a := range b.Articles {
		all.Add(a)
	}
	if all.Articles != f.held || all.In["reservoir"] != f.held {
		t.Errorf("%d pieces are known, the common word in %d; want %d", all.Articles, all.In["reservoir"], f.held)
	}
	for i := range f.held {
		if n := all.In[fmt.Sprintf("item%d", i)]; n != 1 {
			t.Errorf("piece %d is known %d times", i, n)
		}
	}
	return table.Articles
}

// TestCount holds that the table grows by what has left the newest pieces, and by nothing else.
func TestCount(t *testing.T) {
	t.Parallel()
	f := filesOf(t, 9)
	for _, test := range []struct{ add, want int }{{0, 0}, {1, 0}, {1, 1}, {0, 1}, {20, 21}, {0, 21}, {3, 24}} {
		f.add(t, test.add)
		f.count(t)
		if got := f.each(t); got != test.want {
			t.Errorf("of %d pieces %d are counted, want %d", f.held, got, test.want)
		}
		b, err := f.background(t.Context())
		if err != nil || len(b.Articles) != min(f.held, 10) {
			t.Errorf("%d articles are compared with, %v", len(b.Articles), err)
		}
	}
	if n := strings.Count(f.log.String(), "words of older pieces counted"); n != 1+5+1 {
		t.Errorf("%d commits; four pieces each make 7:\n%s", n, f.log)
	}
}

// TestCountCrash holds that no piece is counted twice or never where the program ends before or after any
// commit of counting, or the disk is full.
func TestCountCrash(t *testing.T) {
	t.Parallel()
	f := filesOf(t, 30)
	for n := range 5 {
		left := n % 3
		crash := func(point string) error {
			if left--; point == "frequencies" && left < 0 {
				return errors.New("the power fails")
			}
			return nil
		}
		f.fault.Store(&crash)
		if err := f.App.count(t.Context(), time.Time{}); err == nil && f.each(t) < 20 {
			t.Error("a commit that failed is a secret")
		}
		f.fault.Store(nil)
		f.reopen(t)
		f.small()
		f.each(t)
	}
	f.count(t)
	if got := f.each(t); got != 20 {
		t.Errorf("%d are counted, want 20", got)
	}
}

// TestCountedBeforeDropped holds that the daily upkeep counts the words of the texts that it drops.
func TestCountedBeforeDropped(t *testing.T) {
	t.Parallel()
	f := filesOf(t, 8)
	f.cfg.Store.KeepText = 5 * 24 * time.Hour
	upkeep := func() {
		t.Helper()
		if err := f.Upkeep(t.Context()); err != nil {
			t.Fatal(err)
		}
		f.clock.advance(25 * time.Hour)
	}
	upkeep()
	if got := f.each(t); got != 0 {
		t.Errorf("%d are counted, and none is old", got)
	}
	for time.Until(f.clock.now()) < f.cfg.Store.KeepText-25*time.Hour {
		upkeep()
	}
	f.add(t, 3)
	for range 3 {
		upkeep()
	}
	if got := f.each(t); got != 8 {
		t.Errorf("%d are counted, want the 8 whose texts were dropped", got)
	}
	if b, err := f.db.Background(t.Context(), 0, 99); err != nil || len(b) != 3 {
		t.Errorf("%d texts are left, %v", len(b), err)
	}
}

// TestTableOutlivesRestarts holds that the same database gives the same model and scores after a restart,
// and that a grown table changes neither what was learned nor a score that a digest has judged.
func TestTableOutlivesRestarts(t *testing.T) {
	t.Parallel()
	f := &files{shelf: stock(t, map[string]string{campStory: camp, "Final": sport}), held: 2}
	f.small()
	f.say(t, campStory, "U1", news.LabelLike)
	f.add(t, 30)
	f.judge(t)
	f.post(t.Context(), t)
	f.clock.advance(25 * time.Hour)
	f.add(t, 1)
	told, learned, bare := f.told(t), f.learned(t), f.fitted(t)
	f.count(t)
	grown := f.fitted(t)
	if bare == grown {
		t.Error("the table tells the model nothing")
	}
	f.judge(t)
	score := f.score("A camp in the north", camp)
	f.reopen(t)
	f.small()
	if again := f.fitted(t); again != grown {
		t.Errorf("model %s, after a restart %s", grown, again)
	}
	for what, diff := range map[string]string{
		"a score changed by a restart":                 cmp.Diff(score, f.score("A camp in the north", camp)),
		"the table changed what was learned":           cmp.Diff(learned, f.learned(t)),
		"the table changed a score that a digest told": cmp.Diff(told, f.told(t)),
	} {
		if diff != "" {
			t.Errorf("%s:\n%s", what, diff)
		}
	}
}

// judge scores what no digest has judged.
func (f *files) judge(t *testing.T) {
	t.Helper()
	if err := f.settle(t.Context(), true); err != nil {
		t.Fatal(err)
	}
}

// told are the stored scores of the first pieces.
func (f *files) told(t *testing.T) (all []news.Score) {
	t.Helper()
	for _, title := range []string{campStory, "Final", "Piece 5"} {
		trail, err := f.db.Trail(t.Context(), []string{"url:" + strings.TrimPrefix(addressOf(title), "https://")})
		if err != nil || len(trail.Scores) != 1 {
			t.Fatalf("%d scores of %q, %v", len(trail.Scores), title, err)
		}
		all = append(all, trail.Scores...)
	}
	return all
}

// fitted is the version of the first topic's model, fitted now.
func (f *files) fitted(t *testing.T) string {
	t.Helper()
	if err := f.fitStored(t.Context()); err != nil {
		t.Fatal(err)
	}
	return f.model().Version()
}

// TestDamagedTable holds that a table that cannot be read is passed over with a line in the log, and is
// counted again from the texts that are left.
func TestDamagedTable(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]store.Frequencies{
		"no count":       {Last: 15, Table: "many\n"},
		"a line is torn": {Last: 15, Table: "15\n3x\treservoir\n"},
		"empty":          {Last: 15},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := filesOf(t, 25)
			f.count(t)
			if err := f.db.SaveFrequencies(t.Context(), spoil); err != nil {
				t.Fatal(err)
			}
			b, err := f.background(t.Context())
			if err != nil || len(b.Articles) != 10 || !strings.Contains(f.log.String(), "table of known words is passed over") {
				t.Errorf("%d articles, %v; log:\n%s", len(b.Articles), err, f.log)
			}
			f.fitted(t)
			f.count(t)
			if got := f.each(t); got != 15 {
				t.Errorf("%d are counted again, want 15", got)
			}
		})
	}
}

// TestTableReadBeside holds that commands that only read use the table of the running daemon.
func TestTableReadBeside(t *testing.T) {
	t.Parallel()
	f := filesOf(t, 25)
	f.count(t)
	want := f.fitted(t)
	beside, err := New(t.Context(), Options{Config: f.cfg, ReadOnly: true, Now: f.clock.now, Log: f.App.log})
	if err != nil {
		t.Fatal(err)
	}
	beside.compared = f.compared
	err = beside.fitStored(t.Context())
	if got := beside.topics[0].model.Version(); err != nil || got != want {
		t.Errorf("model %s, %v; want %s", got, err, want)
	}
	if err := beside.Close(); err != nil {
		t.Error(err)
	}
}
