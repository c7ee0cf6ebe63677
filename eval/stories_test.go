package eval

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBCubed(t *testing.T) {
	t.Parallel()
	events := []int64{1, 1, 1, 2, 3}
	placed := []int64{7, 7, 8, 8, 9}
	all := []int{0, 1, 2, 3, 4}
	// Two in two right, then one of two twice, then one alone.
	if got, want := bCubed(placed, events, all), (1+1+0.5+0.5+1)/5; math.Abs(got-want) > 1e-12 {
		t.Errorf("precision %v, want %v", got, want)
	}
	if got, want := bCubed(events, placed, all), (2.0/3+2.0/3+1.0/3+1+1)/5; math.Abs(got-want) > 1e-12 {
		t.Errorf("recall %v, want %v", got, want)
	}
	if got := bCubed(placed, events, nil); got != 0 {
		t.Errorf("of nothing: %v", got)
	}
}

// TestStoryFigures: the figures tell reports brought together rightly, wrongly and not at all.
func TestStoryFigures(t *testing.T) {
	t.Parallel()
	reports := make([]reported, 4)
	for i := range reports {
		reports[i].article.ID = int64(i)
		reports[i].event = int64(i / 2)
	}
	figures := storyFigures("plain ", []int64{5, 5, 5, 6}, reports, []int64{0, 0, 1, 1})
	var names []string
	for _, f := range figures {
		names = append(names, f.Measure)
	}
	want := []string{
		"plain B³ precision", "plain B³ recall", "plain B³ F1",
		"plain B³ precision, of several reports", "plain B³ recall, of several reports", "plain B³ F1, of several reports",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
	if f := figures[0]; math.Abs(f.Value-(2.0/3+2.0/3+1.0/3+1)/4) > 1e-12 || len(f.Failures) != 1 || f.Failures[0].Item != "2 " {
		t.Errorf("%+v", f)
	}
	if f := figures[1]; f.Value != 0.75 || len(f.Failures) != 1 || f.Failures[0].Item != "3 " {
		t.Errorf("%+v", f)
	}
}

// TestPlainStories: the plain method joins what shares its words and nothing else.
func TestPlainStories(t *testing.T) {
	t.Parallel()
	var reports []reported
	for _, s := range []string{"the tanker ran aground off Brest", "a tanker aground near Brest", "coffee talks end in London", "rain in Lima"} {
		r := reported{}
		r.article.Text = s
		reports = append(reports, r)
	}
	if diff := cmp.Diff([]int64{0, 0, 1, 2}, plainStories(reports, 0.2)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int64{0, 1, 2, 3}, plainStories(reports, 0.9)); diff != "" {
		t.Error(diff)
	}
}

func TestReadPairs(t *testing.T) {
	t.Parallel()
	got, err := readPairs("7\t3\n4\t5\n")
	if diff := cmp.Diff(map[[2]int64]bool{{3, 7}: true, {4, 5}: true}, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if _, err := readPairs("7\n"); err == nil {
		t.Error("half a pair was taken")
	}
	if _, err := readPairs(repeatLabels); err != nil {
		t.Error(err)
	}
}
