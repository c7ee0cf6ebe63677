package classify

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"newsvigil/news"
)

// The laws hold for invented topics: exemplars of topic words among ordinary ones, a background of
// ordinary words with or without some pieces on the topic, with or without labels.

func topicWord(i int) string    { return fmt.Sprintf("topic%c%c", 'a'+i%26, 'a'+i/26) }
func ordinaryWord(i int) string { return fmt.Sprintf("plain%c%c", 'a'+i%26, 'a'+i/26) }

// prosaic draws sentences of ordinary words, of which the given share in ten is on the topic.
func prosaic(t *rapid.T, name string, share, least int) string {
	seed := rapid.Uint64().Draw(t, name)
	random := rand.New(rand.NewPCG(seed, seed))
	var b strings.Builder
	for i := range least + random.IntN(2*least) {
		n := random.IntN(1000)
		if n%10 < share {
			b.WriteString(topicWord(n / 10 % 12))
		} else {
			b.WriteString(ordinaryWord(n / 10))
		}
		if i%9 == 8 {
			b.WriteByte('.')
		}
		b.WriteByte(' ')
	}
	return strings.TrimSpace(b.String()) + "."
}

// case of a law: a topic with what its model is learned from.
type lawCase struct {
	topic      news.Topic
	texts      []string // of the exemplars
	background Background
	labels     []Labelled
}

func drawCase(t *rapid.T, labels bool) lawCase {
	c := lawCase{topic: news.Topic{Name: "Law"}}
	for i := range rapid.IntRange(2, 4).Draw(t, "exemplars") {
		body := prosaic(t, "exemplar", 4, 25)
		c.texts = append(c.texts, body)
		c.topic.Exemplars = append(c.topic.Exemplars, NewExemplar(news.Exemplar{Title: fmt.Sprint("Exemplar ", i), Language: "en"}, body))
	}
	about := rapid.SampledFrom([]int{0, 0, 0, 4}).Draw(t, "about")
	for i := range rapid.SampledFrom([]int{0, 3, 8}).Draw(t, "background") {
		share := 0
		if i%4 == 3 {
			share = about
		}
		c.background.Articles = append(c.background.Articles, news.Article{Title: fmt.Sprint("Piece ", i), Text: prosaic(t, "piece", share, 12), Language: "en"})
	}
	if labels {
		for i := range rapid.IntRange(0, 5).Draw(t, "labels") {
			like := i%2 == 0
			c.labels = append(c.labels, Labelled{
				Article: news.Article{Title: fmt.Sprint("Judged ", i), Text: prosaic(t, "judged", 4*side(like), 12), Language: "en"},
				Like:    like, At: time.Unix(int64(i), 0),
			})
		}
	}
	return c
}

func (c lawCase) learn(t *rapid.T) *Model {
	m, err := Learn(c.topic, c.background, c.labels)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestPieceEqualToASeedIsStrong(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := drawCase(t, false)
		m := c.learn(t)
		for i, body := range c.texts {
			if s := m.Score(news.Article{Title: c.topic.Exemplars[i].Title, Text: body, Language: "en"}); s.Grade != news.GradeStrong {
				t.Fatalf("exemplar %d of %d is %s: %.3f of %.3f, background %d", i, len(c.texts), s.Grade, s.Value, s.Cut, len(c.background.Articles))
			}
		}
	})
}

// TestATermMoreNeverLowers holds for the exemplars' part of the score: for all of it where no piece is
// disliked, and for the query and the concepts with dislikes too.
func TestATermMoreNeverLowers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := drawCase(t, rapid.Bool().Draw(t, "labels"))
		if facets := rapid.Bool().Draw(t, "facets"); facets {
			c.topic.Facets = []news.WordList{{Name: "a", Any: []string{topicWord(0), topicWord(1)}}}
		}
		m := c.learn(t)
		words := strings.Fields(prosaic(t, "text", 2, 10))
		at := rapid.IntRange(0, len(words)-1).Draw(t, "at")
		end := strings.TrimLeft(words[at], "abcdefghijklmnopqrstuvwxyz")
		words[at] = "unheardof" + end
		before := m.Score(news.Article{Text: strings.Join(words, " "), Language: "en"})
		beforeRanks := m.ranker.ranks(m.reader.article(news.Article{Text: strings.Join(words, " "), Language: "en"}))
		words[at] = topicWord(rapid.IntRange(0, 11).Draw(t, "word")) + end
		a := news.Article{Text: strings.Join(words, " "), Language: "en"}
		after, ranks := m.Score(a), m.ranker.ranks(m.reader.article(a))
		const rounding = 1e-12
		if ranks.all < beforeRanks.all-rounding || ranks.concepts < beforeRanks.concepts-rounding {
			t.Fatalf("%s lowers %+v to %+v", words[at], beforeRanks, ranks)
		}
		if disliked := slices.ContainsFunc(c.labels, func(l Labelled) bool { return !l.Like }); !disliked && after.Value < before.Value-rounding {
			t.Fatalf("%s lowers %v to %v", words[at], before.Value, after.Value)
		}
	})
}

func TestOrderOfTrainingDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := drawCase(t, true)
		m := c.learn(t)
		c.topic.Exemplars = rapid.Permutation(c.topic.Exemplars).Draw(t, "order")
		c.background.Articles = rapid.Permutation(c.background.Articles).Draw(t, "background")
		c.labels = rapid.Permutation(c.labels).Draw(t, "labels")
		again := c.learn(t)
		a := news.Article{Title: "Any", Text: prosaic(t, "text", 3, 10), Language: "en"}
		if diff := cmp.Diff(m.Score(a), again.Score(a)); diff != "" || m.Version() != again.Version() {
			t.Fatalf("versions %s and %s: %s", m.Version(), again.Version(), diff)
		}
	})
}

// TestScoresAddUp holds that scores are finite, that what the terms add is the score, that an empty text
// scores nothing, and that a model learned again from exemplars that were written and read scores alike.
func TestScoresAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := drawCase(t, true)
		m := c.learn(t)
		for i, e := range c.topic.Exemplars {
			again, err := decode("", Encode(e))
			if err != nil {
				t.Fatal(err)
			}
			c.topic.Exemplars[i] = again
		}
		restarted := c.learn(t)
		for _, share := range []int{0, 2, 10} {
			a := news.Article{Text: prosaic(t, "text", share, 2), Language: "en"}
			s := m.Score(a)
			if math.IsNaN(s.Value) || math.IsInf(s.Value, 0) || s.Value < 0 || s.Value != restarted.Score(a).Value {
				t.Fatalf("%v, after a restart %v", s.Value, restarted.Score(a).Value)
			}
			sum := m.ranker.facetShare(m.reader.article(a))
			for _, x := range m.ranker.shares(m.reader.article(a)) {
				sum += x.value
			}
			if math.Abs(sum-s.Value) > 1e-9 {
				t.Fatalf("the terms add up to %v, the score is %v", sum, s.Value)
			}
		}
		if s := m.Score(news.Article{Text: " \n", Language: "en"}); s.Value != 0 || s.Grade != news.GradeNone {
			t.Fatalf("an empty text scores %v, %s", s.Value, s.Grade)
		}
	})
}
