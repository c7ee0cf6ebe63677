package eval

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Point is what a cut would give: the share of the relevant items that are chosen, and the share of the
// chosen items that are relevant.
type Point struct {
	Recall    float64 `json:"recall"`
	Precision float64 `json:"precision"`
}

// Curve is the precision and recall of every cut that makes a difference, the highest cut first. Items of
// one score are chosen together. It is empty where nothing is relevant.
func Curve(items []Judged) []Point {
	ranked := slices.Clone(items)
	slices.SortFunc(ranked, func(a, b Judged) int { return cmp.Compare(b.Score, a.Score) })
	relevant := 0.0
	for _, it := range ranked {
		relevant += float64(order(it.Relevant))
	}
	if relevant == 0 {
		return nil
	}
	var points []Point
	found := 0.0
	for i, it := range ranked {
		found += float64(order(it.Relevant))
		if i+1 == len(ranked) || ranked[i+1].Score != it.Score {
			points = append(points, Point{found / relevant, found / float64(i+1)})
		}
	}
	return points
}

// The size of the plot in characters, without its axes.
const (
	plotColumns = 50
	plotRows    = 10
)

// Plot draws a curve in text: recall from left to right, precision upwards. Where the cut stands there
// is an O.
func Plot(points []Point, cut Point) string {
	grid := make([][]byte, plotRows+1)
	for i := range grid {
		grid[i] = bytes.Repeat([]byte{' '}, plotColumns+1)
	}
	put := func(p Point, c byte) {
		grid[plotRows-int(math.Round(p.Precision*plotRows))][int(math.Round(p.Recall*plotColumns))] = c
	}
	for _, p := range between(points) {
		put(p, '*')
	}
	put(cut, 'O')
	var b strings.Builder
	b.WriteString("precision\n")
	for i, row := range grid {
		label := "    "
		if i%5 == 0 {
			label = fmt.Sprintf("%3.1f ", 1-float64(i)/plotRows)
		}
		fmt.Fprintf(&b, "%s|%s\n", label, strings.TrimRight(string(row), " "))
	}
	fmt.Fprintf(&b, "    +%s\n    0.0%s0.5%s1.0  recall    O: the cut\n", strings.Repeat("-", plotColumns+1), strings.Repeat(" ", plotColumns/2-3), strings.Repeat(" ", plotColumns/2-3))
	return b.String()
}

// between fills the gaps of a curve so that its columns are all drawn: until the next point is reached,
// precision is at best on the line to it.
func between(points []Point) []Point {
	var all []Point
	for i, p := range points {
		all = append(all, p)
		if i == 0 {
			continue
		}
		last := points[i-1]
		for n := 1.0; n < plotColumns*(p.Recall-last.Recall); n++ {
			t := n / (plotColumns * (p.Recall - last.Recall))
			all = append(all, Point{last.Recall + t*(p.Recall-last.Recall), last.Precision + t*(p.Precision-last.Precision)})
		}
	}
	return all
}

// The size of the picture in pixels, and of the field within it.
const (
	svgWidth, svgHeight = 560, 440
	svgLeft, svgTop     = 70, 50
	svgField            = 320
	svgFieldWidth       = 440
)

// SVG draws a curve as a picture of its own, with axes, labels and the cut. The title may hold anything.
func SVG(title string, points []Point, cut Point) []byte {
	var b bytes.Buffer
	at := func(p Point) (x, y float64) {
		return svgLeft + p.Recall*svgFieldWidth, svgTop + (1-p.Precision)*svgField
	}
	say := func(attributes, s string) {
		fmt.Fprintf(&b, "<text %s>", attributes)
		_ = xml.EscapeText(&b, []byte(s)) // a buffer takes everything
		b.WriteString("</text>\n")
	}
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" font-family="sans-serif" font-size="13" fill="#222">`+"\n", svgWidth, svgHeight, svgWidth, svgHeight)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#fff"/>`+"\n", svgWidth, svgHeight)
	say(fmt.Sprintf(`x="%d" y="28" font-size="15" font-weight="bold"`, svgLeft), shortTitle(title))
	for i := range 11 {
		v := float64(i) / 10
		x, y := at(Point{v, v})
		fmt.Fprintf(&b, `<path d="M%.1f %d V%d M%d %.1f H%d" stroke="#ddd"/>`+"\n", x, svgTop, svgTop+svgField, svgLeft, y, svgLeft+svgFieldWidth)
		if i%2 == 0 {
			say(fmt.Sprintf(`x="%.1f" y="%d" text-anchor="middle"`, x, svgTop+svgField+20), fmt.Sprintf("%.1f", v))
			say(fmt.Sprintf(`x="%d" y="%.1f" text-anchor="end"`, svgLeft-8, y+4), fmt.Sprintf("%.1f", v))
		}
	}
	say(fmt.Sprintf(`x="%d" y="%d" text-anchor="middle"`, svgLeft+svgFieldWidth/2, svgTop+svgField+45), "recall: the share of the relevant pieces that is found")
	say(fmt.Sprintf(`transform="translate(22 %d) rotate(-90)" text-anchor="middle"`, svgTop+svgField/2), "precision: the share of what is found that is relevant")
	var path strings.Builder
	for i, p := range points {
		x, y := at(p)
		fmt.Fprintf(&path, "%c%.1f %.1f ", "ML"[min(i, 1)], x, y)
	}
	fmt.Fprintf(&b, `<path d="%s" fill="none" stroke="#1f5fa8" stroke-width="2.5" stroke-linejoin="round"/>`+"\n", strings.TrimSpace(path.String()))
	x, y := at(cut)
	for _, dot := range [][2]float64{{x, y}, {svgLeft + 16, svgTop + svgField - 17}} { // on the curve, and in the corner that curves leave free
		fmt.Fprintf(&b, `<circle cx="%.1f" cy="%.1f" r="6" fill="#c2410c"/>`+"\n", dot[0], dot[1])
	}
	say(fmt.Sprintf(`x="%d" y="%d" fill="#c2410c" paint-order="stroke" stroke="#fff" stroke-width="4"`, svgLeft+28, svgTop+svgField-12), fmt.Sprintf("the cut: precision %.2f, recall %.2f", cut.Precision, cut.Recall))
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// shortTitle keeps a title within the picture.
func shortTitle(s string) string {
	if r := []rune(s); len(r) > 52 {
		return string(r[:51]) + "…"
	}
	return s
}
