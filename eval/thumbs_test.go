package eval

import (
	"math"
	"testing"
)

func TestLearnWithThumbs(t *testing.T) {
	t.Parallel()
	w := smallWire(t)
	l, err := w.learn(task{topic: "gold"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := l.ap[0]; !ok {
		t.Error("nothing is judged without labels")
	}
	for labels, ap := range l.ap {
		if ap != 1 {
			t.Errorf("after %d labels the AP is %v", labels, ap)
		}
	}
	days := w.days(w.draw(task{topic: "gold"}, 0))
	told := 0
	for _, day := range days {
		told += len(day)
	}
	if len(days) != thumbDays || told != len(w.train)-exemplarsDrawn || l.likes == 0 || l.likes > told {
		t.Errorf("%d days tell %d stories, %d liked", len(days), told, l.likes)
	}
	if _, err := w.learn(task{topic: "zinc"}, 0); err == nil {
		t.Error("a task without stories is learned")
	}
	figures := lessonFigures("set", []lesson{l, {ap: map[int]float64{}, f1: map[int]float64{}, said: []chance{{0.5, true}, {0.5, false}}}})
	if got := figures[0]; got.Value != 0.5 || !got.Baseline {
		t.Errorf("%+v", got)
	}
	if got := figures[len(figures)-1]; got.N < 1 || got.Value < 0.5 {
		t.Errorf("%+v", got)
	}
}

// TestCalibrationError works two bins by hand: three items at .1 of which one is relevant, one at .9 that
// is: (|.3 - 1| + |.9 - 1|) / 4.
func TestCalibrationError(t *testing.T) {
	t.Parallel()
	said := []chance{{0.1, false}, {0.1, true}, {0.1, false}, {0.9, true}}
	if got := calibrationError(said); math.Abs(got-0.2) > 1e-12 {
		t.Errorf("%v, want .2", got)
	}
	if got := calibrationError(nil); got != 0 {
		t.Errorf("of nothing: %v", got)
	}
}
