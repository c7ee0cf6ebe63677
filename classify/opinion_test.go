package classify

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"newsvigil/news"
)

func word(url, by string, stands news.Label, minute int) news.Feedback {
	return news.Feedback{URL: url, By: by, Stands: stands, At: time.Date(2026, 11, 2, 8, minute, 0, 0, time.UTC)}
}

// TestOpinions holds that the majority of the readers' last words decides, and that nobody is heard twice.
func TestOpinions(t *testing.T) {
	t.Parallel()
	const like, dislike = news.LabelLike, news.LabelDislike
	cases := map[string]struct {
		in   []news.Feedback
		want []Opinion
	}{
		"one reader": {
			[]news.Feedback{word("u", "U1", like, 1)},
			[]Opinion{{URL: "u", Likes: 1, At: word("", "", "", 1).At}},
		},
		"a later word replaces the earlier": {
			[]news.Feedback{word("u", "U1", dislike, 2), word("u", "U1", like, 1)},
			[]Opinion{{URL: "u", Dislikes: 1, At: word("", "", "", 2).At}},
		},
		"two against one": {
			[]news.Feedback{word("u", "U1", like, 1), word("u", "U2", dislike, 9), word("u", "U3", like, 3)},
			[]Opinion{{URL: "u", Likes: 2, Dislikes: 1, At: word("", "", "", 3).At}},
		},
		"evenly divided": {
			[]news.Feedback{word("u", "U1", like, 1), word("u", "U2", dislike, 2)}, nil,
		},
		"those whose names were erased count once each": {
			[]news.Feedback{word("u", news.Forgotten+"1", like, 1), word("u", news.Forgotten+"2", like, 2), word("u", "U1", dislike, 3)},
			[]Opinion{{URL: "u", Likes: 2, Dislikes: 1, At: word("", "", "", 2).At}},
		},
		"nothing said of the topic": {
			[]news.Feedback{word("u", "U1", "", 1)}, nil,
		},
		"one article under two addresses": {
			[]news.Feedback{{URL: "a", Article: 7, By: "U1", Stands: like, At: word("", "", "", 1).At}, {URL: "b", Article: 7, By: "U1", Stands: dislike, At: word("", "", "", 2).At}},
			[]Opinion{{URL: "b", Article: 7, Dislikes: 1, At: word("", "", "", 2).At}},
		},
	}
	for name, c := range cases {
		if diff := cmp.Diff(c.want, Opinions(c.in)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestOpinionsKnowNoOrder is the law that it does not matter in which order words are read.
func TestOpinionsKnowNoOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		said := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) news.Feedback {
			f := word(rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "url"), fmt.Sprint(rapid.IntRange(1, 4).Draw(t, "by")),
				rapid.SampledFrom([]news.Label{news.LabelLike, news.LabelDislike, ""}).Draw(t, "stands"), rapid.IntRange(0, 1000).Draw(t, "minute"))
			f.Article = rapid.SampledFrom([]int64{0, 1, 2}).Draw(t, "article")
			return f
		}), 0, 20).Draw(t, "said")
		// Two words of one reader at one instant do not occur: the clock has nanoseconds.
		for i := range said {
			said[i].At = said[i].At.Add(time.Duration(i) * time.Nanosecond)
		}
		mixed := slices.Clone(said)
		rand.New(rand.NewPCG(1, uint64(len(said)))).Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		if diff := cmp.Diff(Opinions(said), Opinions(mixed)); diff != "" {
			t.Fatal(diff)
		}
	})
}
