package classify

import "math"

// A score becomes a probability by a sigmoid that is fitted to what readers said of pieces (Platt,
// "Probabilistic Outputs for Support Vector Machines", 1999, in the numerically safe form of Lin, Lin and
// Weng, 2007). Every judged piece is scored by a model that was made without it, as a model knows its own
// examples too well. Without enough labels there is no probability: a figure that is not true is worse
// than none.
const (
	// labelsToCalibrate is how many judged pieces it takes, fewestOfASide how many of them on each side.
	labelsToCalibrate = 50
	fewestOfASide     = 10
	// parts is how many models are made, each without one part of the judged pieces.
	parts = 5
)

// sigmoid is the probability 1 / (1 + exp(slope · score + shift)); the zero value stands for none.
type sigmoid struct{ slope, shift float64 }

func (s sigmoid) at(score float64) float64 {
	if s == (sigmoid{}) {
		return 0
	}
	return 1 / (1 + math.Exp(s.slope*score+s.shift))
}

// scored is a judged piece and what a model that never saw it says.
type scored struct {
	score float64
	like  bool
}

// calibrate learns the sigmoid where labels carry it. likes are the last exemplars.
func (t *trainer) calibrate(likes int) sigmoid {
	if likes+len(t.disliked) < labelsToCalibrate || likes < fewestOfASide || len(t.disliked) < fewestOfASide {
		return sigmoid{}
	}
	own := len(t.exemplars) - likes
	var all []scored
	for part := range parts {
		var f fold
		var out []int
		for i, d := range t.exemplars {
			if i >= own && (i-own)%parts == part {
				out = append(out, i)
				continue
			}
			f.others, f.from = append(f.others, d), append(f.from, t.positive[i])
		}
		var off []document
		for i, d := range t.disliked {
			if i%parts == part {
				off = append(off, d)
				continue
			}
			f.disliked, f.negative = append(f.disliked, d), append(f.negative, t.negative[i])
		}
		t.queries(&f)
		t.draw(&f)
		r := t.ranker(f)
		for _, i := range out {
			all = append(all, scored{r.score(t.exemplars[i]), true})
		}
		for _, d := range off {
			all = append(all, scored{r.score(d), false})
		}
	}
	return platt(all)
}

// platt fits the sigmoid by Newton's method. The targets are drawn a little towards the middle, as Platt
// has it, so that few labels do not make certainties. A sigmoid that fell with the score would be worse
// than none.
func platt(all []scored) sigmoid {
	var likes float64
	for _, x := range all {
		likes += float64(side(x.like))
	}
	dislikes := float64(len(all)) - likes
	target := map[bool]float64{true: (likes + 1) / (likes + 2), false: 1 / (dislikes + 2)}
	s := sigmoid{0, math.Log((dislikes + 1) / (likes + 1))}
	loss := func(s sigmoid) float64 {
		sum := 0.0
		for _, x := range all {
			z := s.slope*x.score + s.shift
			sum += target[x.like]*z + math.Log1p(math.Exp(-math.Abs(z))) + math.Max(-z, 0)
		}
		return sum
	}
	now := loss(s)
	for range 100 {
		h11, h22, h21, g1, g2 := 1e-12, 1e-12, 0.0, 0.0, 0.0
		for _, x := range all {
			p := 1 / (1 + math.Exp(s.slope*x.score+s.shift))
			d, w := target[x.like]-p, p*(1-p)
			h11, h22, h21 = h11+w*square(x.score), h22+w, h21+w*x.score
			g1, g2 = g1+d*x.score, g2+d
		}
		det := h11*h22 - h21*h21
		da, db := -(h22*g1-h21*g2)/det, -(h11*g2-h21*g1)/det
		step, better := 1.0, false
		for ; step > 1e-10 && !better; step /= 2 {
			next := sigmoid{s.slope + step*da, s.shift + step*db}
			if l := loss(next); l < now {
				s, now, better = next, l, true
			}
		}
		if !better || math.Abs(g1) < 1e-6 && math.Abs(g2) < 1e-6 {
			break
		}
	}
	if s.slope >= 0 || math.IsNaN(s.slope+s.shift) {
		return sigmoid{}
	}
	return s
}
