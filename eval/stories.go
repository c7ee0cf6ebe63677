package eval

import (
	"bufio"
	"context"
	_ "embed" // the labels
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"
)

// storySet names the figures on reports of one event.
const storySet = "events of Reuters"

// eventLabels are our labels of stories of Reuters-21578: the NEWID and the number of the event, a line
// each. Left out of the days that were read are stories of which people may think either way, such as
// reactions and consequences.
//
//go:embed testdata/events.tsv
var eventLabels string

// reported is a labelled report of an event.
type reported struct {
	wireStory
	event int64
}

// StoryFigures measures how well reports of one event are brought together and others kept apart: the
// labelled stories of Reuters-21578 in the folder, placed one after the other as `eval group` places rows.
// Precision and recall are B³ (Bagga and Baldwin 1998), over all stories, and over those of events
// with several reports alone, as single ones are easy. Beside them stands what is usual, an average link
// of plain TF-IDF vectors at two thresholds.
func StoryFigures(ctx context.Context, dir string) ([]Figure, error) {
	reports, err := readReports(dir)
	if err != nil {
		return nil, err
	}
	events := make([]int64, len(reports))
	for i, r := range reports {
		events[i] = r.event
	}
	placed, err := placeReports(ctx, reports)
	if err != nil {
		return nil, err
	}
	figures := storyFigures("", placed, reports, events)
	for _, threshold := range []float64{0.20, 0.34} {
		plain := plainStories(reports, threshold)
		for _, f := range storyFigures(fmt.Sprintf("plain TF-IDF at %.2f, ", threshold), plain, reports, events) {
			f.Baseline, f.Failures = true, nil
			figures = append(figures, f)
		}
	}
	return figures, nil
}

// readReports reads the labelled stories in order of time.
func readReports(dir string) ([]reported, error) {
	events := make(map[int64]int64)
	for line := range strings.Lines(eventLabels) {
		id, event, _ := strings.Cut(strings.TrimSpace(line), "\t")
		n, err := strconv.ParseInt(id, 10, 64)
		if err == nil {
			events[n], err = strconv.ParseInt(event, 10, 64)
		}
		if err != nil {
			return nil, fmt.Errorf("read the label %q: %w", strings.TrimSpace(line), err)
		}
	}
	all, err := readReutersWhole(dir)
	if err != nil {
		return nil, err
	}
	var out []reported
	for _, s := range all {
		if event, ok := events[s.article.ID]; ok {
			out = append(out, reported{s, event})
		}
	}
	if len(out) != len(events) {
		return nil, fmt.Errorf("%d of %d labelled stories are in %s: %w", len(out), len(events), dir, fs.ErrNotExist)
	}
	return out, nil
}

// placeReports places the stories and returns the story of each.
func placeReports(ctx context.Context, reports []reported) ([]int64, error) {
	d := newDesk(GroupOptions{})
	for _, r := range reports {
		a, at := r.article, r.article.Fetched.Format(time.RFC3339)
		row := groupRow{
			piece:     piece{ID: rowID(strconv.FormatInt(a.ID, 10)), Title: &a.Title, Text: &a.Text, Language: a.Language},
			Published: &at, Source: "Reuters",
		}
		if err := d.place(ctx, row); err != nil {
			return nil, err
		}
	}
	out := make([]int64, len(reports))
	for i, p := range d.placed {
		out[i] = p.Story
	}
	return out, nil
}

// storyFigures are precision, recall and F1 of the stories that pieces were placed in.
func storyFigures(name string, placed []int64, reports []reported, events []int64) []Figure {
	of := make(map[int64]int)
	for _, e := range events {
		of[e]++
	}
	all := make([]int, 0, len(events))
	var several []int
	for i, e := range events {
		all = append(all, i)
		if of[e] > 1 {
			several = append(several, i)
		}
	}
	var out []Figure
	for _, part := range []struct {
		of    string
		items []int
	}{{"", all}, {", of several reports", several}} {
		p, r := bCubed(placed, events, part.items), bCubed(events, placed, part.items)
		for _, f := range []Figure{{Measure: "B³ precision", Value: p}, {Measure: "B³ recall", Value: r}, {Measure: "B³ F1", Value: harmonic(p, r)}} {
			f.Set, f.Measure, f.N = storySet, name+f.Measure+part.of, len(part.items)
			out = append(out, f)
		}
	}
	out[0].Failures = joinedWrongly(placed, reports)
	out[1].Failures = joinedWrongly(events, relabelled(reports, placed))
	return out
}

// relabelled are the reports with other events.
func relabelled(reports []reported, events []int64) []reported {
	out := make([]reported, len(reports))
	for i, r := range reports {
		out[i] = reported{r.wireStory, events[i]}
	}
	return out
}

// joinedWrongly names the reports that share a group with an earlier report of another event.
func joinedWrongly(groups []int64, reports []reported) []Failure {
	var out []Failure
	first := make(map[int64]int)
	for i, g := range groups {
		j, ok := first[g]
		if !ok {
			first[g] = i
		} else if reports[i].event != reports[j].event {
			out = append(out, Failure{
				Item: fmt.Sprintf("%d %s", reports[i].article.ID, reports[i].article.Title), Want: "apart",
				Got: fmt.Sprintf("beside %d %s", reports[j].article.ID, reports[j].article.Title),
			})
		}
	}
	return out
}

// bCubed is the mean, over the items, of the share of an item's group in a that stands with it in b.
func bCubed(a, b []int64, items []int) float64 {
	size, both := make(map[int64]int), make(map[[2]int64]int)
	for i := range a {
		size[a[i]]++
		both[[2]int64{a[i], b[i]}]++
	}
	var sum float64
	for _, i := range items {
		sum += float64(both[[2]int64{a[i], b[i]}]) / float64(size[a[i]])
	}
	return ratio(sum, float64(len(items)))
}

// readPairs reads pairs of numbers, one a line.
func readPairs(s string) (map[[2]int64]bool, error) {
	out := make(map[[2]int64]bool)
	sc := bufio.NewScanner(strings.NewReader(s))
	for sc.Scan() {
		var a, b int64
		if _, err := fmt.Sscan(sc.Text(), &a, &b); err != nil {
			return nil, fmt.Errorf("read the pair %q: %w", sc.Text(), err)
		}
		out[[2]int64{min(a, b), max(a, b)}] = true
	}
	return out, sc.Err()
}
