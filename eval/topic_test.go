package eval

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"newsvigil/news"
)

func judgedOf(scores ...float64) []Judged { // the relevant ones are above 0
	out := make([]Judged, len(scores))
	for i, s := range scores {
		out[i] = Judged{Score: math.Abs(s), Relevant: s > 0}
	}
	return out
}

func TestCurve(t *testing.T) {
	t.Parallel()
	cases := []struct {
		in   []Judged
		want []Point
	}{
		{judgedOf(4, 3, -2, 1), []Point{{1.0 / 3, 1}, {2.0 / 3, 1}, {2.0 / 3, 2.0 / 3}, {1, 0.75}}},
		{judgedOf(1, 1, -1, -1), []Point{{1, 0.5}}},
		{judgedOf(-2, 1), []Point{{0, 0}, {1, 0.5}}},
		{judgedOf(-2, -1), nil},
		{nil, nil},
	}
	for _, c := range cases {
		if diff := cmp.Diff(c.want, Curve(c.in)); diff != "" {
			t.Errorf("%v (-want +got):\n%s", c.in, diff)
		}
	}
}

// TestCurveNeverTurnsBack is the law that a lower cut never finds less, and finds all in the end.
func TestCurveNeverTurnsBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		items := judgedOf(rapid.SliceOfN(rapid.Float64Range(-3, 3), 1, 40).Draw(t, "scores")...)
		points := Curve(items)
		for i, p := range points {
			if p.Precision < 0 || p.Precision > 1 || i > 0 && p.Recall < points[i-1].Recall {
				t.Fatalf("%v", points)
			}
		}
		if n := len(points); n > 0 && points[n-1].Recall != 1 {
			t.Fatalf("the lowest cut finds %v", points[n-1].Recall)
		}
		Plot(points, points0(points)) // draws whatever comes
	})
}

func points0(points []Point) Point {
	if len(points) == 0 {
		return Point{}
	}
	return points[0]
}

func TestPlot(t *testing.T) {
	t.Parallel()
	got := Plot([]Point{{0.5, 1}, {0.5, 0.5}, {1, 0.6}}, Point{0.5, 1})
	for _, want := range []string{"precision\n1.0 |                         O\n", "0.5 |                         *****", "*\n", "recall", "0.0                      0.5                      1.0"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	for line := range strings.Lines(got) {
		if len([]rune(line)) > 80 {
			t.Errorf("%d letters: %s", len(line), line)
		}
	}
}

// TestSVGIsWellFormed holds that the picture is XML whatever a topic is called, and that no title becomes
// an element.
func TestSVGIsWellFormed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		title := rapid.String().Draw(t, "title") + `</text><script>alert("&")</script>`
		data := SVG(title, []Point{{0.5, 1}, {1, 0.6}}, Point{0.5, 1})
		d := xml.NewDecoder(strings.NewReader(string(data)))
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				t.Fatalf("%v in\n%s", err, data)
			}
			if e, ok := token.(xml.StartElement); ok && !strings.Contains(" svg rect path text circle ", " "+e.Name.Local+" ") {
				t.Fatalf("an element %s", e.Name.Local)
			}
		}
	})
}

func verdict(name string, label bool, share float64) Verdict {
	v := Verdict{Name: name, Where: name, Label: label, Score: news.Score{Value: share / 2, Cut: 0.5, Grade: news.GradeNone}}
	if share >= 1 {
		v.Score.Grade = news.GradeLikely
	}
	return v
}

// TestReport holds the figures, and that the worst mistakes come first whichever side they are on, twenty
// at most.
func TestReport(t *testing.T) {
	t.Parallel()
	r := Report("T", []Verdict{
		verdict("found", true, 3), verdict("near", true, 0.9), verdict("far", true, 0), verdict("wrong", false, 4), verdict("just", false, 1.1), verdict("out", false, 0.1),
	})
	if r.Pieces != 6 || r.Relevant != 3 || r.Chosen != 3 || r.Recall != 1.0/3 || r.Precision != 1.0/3 {
		t.Errorf("%+v", r)
	}
	var order []string
	for _, m := range r.Mistakes {
		order = append(order, m.Name)
	}
	if diff := cmp.Diff([]string{"far", "wrong", "near", "just"}, order); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var many []Verdict
	for i := range 50 {
		many = append(many, verdict(fmt.Sprint(i), true, 0.5))
	}
	if n := len(Report("T", many).Mistakes); n != 20 {
		t.Errorf("%d mistakes are told", n)
	}
}
