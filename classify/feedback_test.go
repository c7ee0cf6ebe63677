package classify

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"newsvigil/news"
)

// sport are pieces of one outlet that readers call off topic, camps are stories on the topic.
var (
	sport = []string{
		"North Korea's women win again|PYONGYANG: North Korea's footballers beat their guests three to nil in front of the leader. The team trains at a camp by the sea.",
		"Lifters defend their titles|North Korean weightlifters took four gold medals. Their camp before the games lasted three months, and the trainers were strict.",
		"Wrestler suspended for a year|The North Korean wrestler was suspended after a test. The federation released a statement from Pyongyang about human error.",
		"Table tennis pair reaches the final|A North Korean pair will play China in the final on Sunday. They were escorted from their hotel by officials.",
		"Marathon returns to Pyongyang|Runners from forty nations ran through Pyongyang. North Korean guards stood along the road and families cheered.",
	}
	camps = []string{
		"Former inmate describes years in North Korean prison camp|She was held in a political prison camp in North Korea for nine years and saw public executions. Human rights groups recorded her testimony.",
		"Satellite images show North Korean prison camp growing|Analysts found new guard posts at a political prison camp. A human rights group in Seoul says that torture and forced labor are common there.",
	}
)

// TestDislikesOfSportSinkNoCampStory holds that five dislikes of one outlet's sport pieces leave a camp
// story about where it was: in the digest, and as strong.
func TestDislikesOfSportSinkNoCampStory(t *testing.T) {
	t.Parallel()
	topic := shippedTopic(t)
	for name, background := range map[string][]news.Article{"none": nil, "exam": articlesOf(exam(t)), "mixed": slices.Concat(articlesOf(exam(t)), pieces(sport, offWater))} {
		var labels []Labelled
		for i, a := range pieces(sport) {
			labels = append(labels, Labelled{Article: a, At: time.Unix(int64(i), 0)})
		}
		before := fit(t, topic, background...)
		after, err := Learn(topic, Background{Articles: background}, labels)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range pieces(camps) {
			was, is := before.Score(a), after.Score(a)
			if is.Grade != was.Grade || is.Value < 0.85*was.Value {
				t.Errorf("background %s: %q had %.2f of %.2f, %s; with dislikes %.2f of %.2f, %s", name, a.Title, was.Value, was.Cut, was.Grade, is.Value, is.Cut, is.Grade)
			}
		}
		for _, a := range pieces(sport) {
			if was, is := before.Score(a), after.Score(a); is.Value > was.Value+0.05 || is.Relevant() {
				t.Errorf("background %s: %q had %.2f, disliked it has %.2f, %s", name, a.Title, was.Value, is.Value, is.Grade)
			}
		}
	}
}

// TestLabelsTeach holds that a liked piece raises its kin, that a disliked one lowers them, and that the
// later of two labels of one piece holds.
func TestLabelsTeach(t *testing.T) {
	t.Parallel()
	background := pieces(onWater, offWater, trapWater)
	kin := piece("Glacier shrinks|The glacier lost a metre. Hikers saw the crevasse, and a guide measured the moraine.")
	like := Labelled{Article: piece("Glacier guide|A guide showed hikers the glacier, its crevasse and the moraine."), Like: true, At: time.Unix(1, 0)}
	dislike := like
	dislike.Like, dislike.At = false, time.Unix(2, 0)
	value := func(labels ...Labelled) float64 {
		m, err := Learn(water(4), Background{Articles: background}, labels)
		if err != nil {
			t.Fatal(err)
		}
		return m.Score(kin).Value
	}
	none, liked := value(), value(like)
	if liked <= none {
		t.Errorf("a like of its kin moves a piece from %.3f to %.3f", none, liked)
	}
	if got := value(dislike, like); got != value(dislike) || got > none {
		t.Errorf("liked, then disliked: %.3f; disliked %.3f; without %.3f", got, value(dislike), none)
	}
}

// TestProbabilityNeedsFiftyLabels holds that no probability is told before fifty labels, and that it then
// rises with the score.
func TestProbabilityNeedsFiftyLabels(t *testing.T) {
	t.Parallel()
	var labels []Labelled
	for i := range 60 {
		a := piece(slices.Concat(onWater, offWater, trapWater)[i%9])
		a.Text += fmt.Sprintf(" Report number%d came later.", i)
		labels = append(labels, Labelled{Article: a, Like: i%9 < len(onWater), At: time.Unix(int64(i), 0)})
	}
	for n, want := range map[int]bool{0: false, 49: false, 60: true} {
		m, err := Learn(water(4), Background{}, labels[:n])
		if err != nil {
			t.Fatal(err)
		}
		on, off := m.Score(piece(onWater[0])), m.Score(piece(offWater[0]))
		if got := on.Probability > 0; got != want {
			t.Errorf("%d labels: probability %v", n, on.Probability)
		}
		if want && (on.Probability < 0.7 || off.Probability > 0.3 || on.Probability > 1) {
			t.Errorf("%d labels: on the topic %.2f, off it %.2f", n, on.Probability, off.Probability)
		}
	}
}

// TestPlatt recovers the sigmoid by which labels were made.
func TestPlatt(t *testing.T) {
	t.Parallel()
	var all []scored
	for i := range 4000 {
		score := float64(i%40) / 10
		chance := (sigmoid{-3, 6}).at(score)
		all = append(all, scored{score, float64(i/40%100)+0.5 < 100*chance})
	}
	got := platt(all)
	for _, score := range []float64{0, 1, 2, 3, 4} {
		if want := (sigmoid{-3, 6}).at(score); got.at(score) < want-0.02 || got.at(score) > want+0.02 {
			t.Errorf("at %v: %.3f, want %.3f", score, got.at(score), want)
		}
	}
	if s := platt([]scored{{1, false}, {2, false}, {0, true}, {0, true}}); s != (sigmoid{}) {
		t.Errorf("a probability that falls with the score: %v", s)
	}
}
