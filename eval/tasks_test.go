package eval

import (
	"errors"
	"io/fs"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"newsvigil/text"
)

// TestTasksFollowTheRule holds that the tables of tasks are what the rule selects from the collection,
// so that no task was left out or taken in for its figure.
func TestTasksFollowTheRule(t *testing.T) {
	t.Parallel()
	if underRace {
		t.Skip("27 MB are read without the race detector, under which they take a minute")
	}
	stories, err := readReuters(labelled + "/reuters")
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the labelled files are not here: ", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	train, test := map[task]int{}, map[task]int{}
	before := 0
	for _, s := range stories {
		counts := test
		if s.article.Fetched.Before(split()) {
			counts = train
			before++
		}
		for _, topic := range s.topics {
			counts[task{topic: topic}]++
			for _, place := range s.places {
				counts[task{topic, place}]++
			}
		}
	}
	if after := len(stories) - before; before != 8943 || after != 3469 {
		t.Errorf("%d stories before the split and %d after it, want 8943 and 3469", before, after)
	}
	var singles, pairs []task
	for x, n := range train {
		switch {
		case x.place == "" && n >= topicTrain && test[x] >= topicTest:
			singles = append(singles, x)
		case x.place != "" && n >= pairTrain && test[x] >= pairTest:
			pairs = append(pairs, x)
		}
	}
	for want, got := range map[*[]task][]task{&singles: tasks(false), &pairs: tasks(true)} {
		if diff := cmp.Diff(sortedNames(*want), sortedNames(got)); diff != "" {
			t.Error(diff)
		}
	}
}

func sortedNames(ts []task) []string {
	var out []string
	for _, t := range ts {
		out = append(out, t.name())
	}
	slices.Sort(out)
	return out
}

// TestTasks holds the numbers of tasks, and that every pair has two word lists and every list a pair.
func TestTasks(t *testing.T) {
	t.Parallel()
	if s, p := len(tasks(false)), len(tasks(true)); s != 18 || p != 46 {
		t.Errorf("%d topics and %d pairs, want 18 and 46", s, p)
	}
	topics, places := map[string]bool{}, map[string]bool{}
	for _, x := range tasks(true) {
		topics[x.topic], places[x.place] = true, true
		if lists := topicOf(x, nil).Facets; len(lists) != 2 || len(lists[0].Any) == 0 || len(lists[1].Any) == 0 {
			t.Errorf("%s lacks a word list: %v", x.name(), lists)
		} else if _, err := text.Compile(lists); err != nil {
			t.Errorf("%s: %v", x.name(), err)
		}
	}
	for _, x := range tasks(false) {
		if lists := topicOf(x, nil).Facets; len(lists) > 0 {
			t.Errorf("%s is a single topic and has word lists", x.name())
		}
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(topicWords)), slices.Sorted(maps.Keys(topics))); diff != "" {
		t.Error("word lists without a pair, or the reverse: ", diff)
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(placeWords)), slices.Sorted(maps.Keys(places))); diff != "" {
		t.Error("word lists without a pair, or the reverse: ", diff)
	}
}

// TestDraw holds that a draw is the same on every run, that draws differ, and that what is drawn
// carries the task's tags and makes an exemplar.
func TestDraw(t *testing.T) {
	t.Parallel()
	w := &wire{}
	for i := range 40 {
		s := wireStory{topics: []string{"tin"}, places: []string{"usa"}}
		s.article.ID = int64(i)
		s.article.Text = "Tin was sold at a price that pleased nobody."
		switch {
		case i%4 == 1:
			s.places = nil
		case i%4 == 2:
			s.article.Text = "" // as of a story of tables alone
		}
		w.train = append(w.train, s)
	}
	ids := func(t task, n int) (out []int64) {
		for _, a := range w.draw(t, n) {
			out = append(out, a.ID)
		}
		return out
	}
	pair := task{"tin", "usa"}
	first := ids(pair, 0)
	if len(first) != exemplarsDrawn || !slices.Equal(first, ids(pair, 0)) || slices.Equal(first, ids(pair, 1)) {
		t.Errorf("draws %v, %v, %v", first, ids(pair, 0), ids(pair, 1))
	}
	for _, id := range first {
		if id%4 == 1 || id%4 == 2 {
			t.Errorf("story %d was drawn", id)
		}
	}
	if got := ids(task{"zinc", ""}, 0); len(got) != 0 {
		t.Errorf("drew %v for a topic without stories", got)
	}
}
