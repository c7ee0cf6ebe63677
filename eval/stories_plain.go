package eval

import (
	"math"
	"slices"
	"strings"

	"newsvigil/text"
)

// plainTitle is how often the words of a title count for the plain method.
const plainTitle = 3

// plainStories groups reports as is usual: in one pass, each to the story to whose reports its TF-IDF
// vector is most alike on average, from the threshold on. Document frequencies are those of all reports,
// later ones too, and time counts for nothing.
func plainStories(reports []reported, threshold float64) []int64 {
	vectors := plainVectors(reports)
	story := make([]int64, len(reports))
	var members [][]int
	for i, v := range vectors {
		best, most := len(members), threshold
		for s, of := range members {
			var sum float64
			for _, j := range of {
				sum += dotOf(v, vectors[j])
			}
			if average := sum / float64(len(of)); average >= most {
				best, most = s, average
			}
		}
		if best == len(members) {
			members = append(members, nil)
		}
		members[best] = append(members[best], i)
		story[i] = int64(best)
	}
	return story
}

// plainTerm is a word with its weight in a vector of length 1.
type plainTerm struct {
	word   string
	weight float64
}

// plainVectors are the vectors of the reports, sorted by word.
func plainVectors(reports []reported) [][]plainTerm {
	counts := make([]map[string]int, len(reports))
	df := make(map[string]int)
	for i, r := range reports {
		counts[i] = make(map[string]int)
		for part, times := range map[string]int{r.article.Text: 1, r.article.Title: plainTitle} {
			for w, n := range text.SingleTerms(part) {
				counts[i][w] += times * n
			}
		}
		for w := range counts[i] {
			df[w]++
		}
	}
	out := make([][]plainTerm, len(reports))
	for i, c := range counts {
		for w, n := range c {
			out[i] = append(out[i], plainTerm{w, (1 + math.Log(float64(n))) * math.Log(float64(len(reports)+1)/float64(df[w]))})
		}
		slices.SortFunc(out[i], func(a, b plainTerm) int { return strings.Compare(a.word, b.word) })
		length := math.Sqrt(dotOf(out[i], out[i]))
		for j := range out[i] {
			out[i][j].weight = ratio(out[i][j].weight, length)
		}
	}
	return out
}

// dotOf is the dot product of two vectors.
func dotOf(a, b []plainTerm) float64 {
	var sum float64
	for len(a) > 0 && len(b) > 0 {
		switch strings.Compare(a[0].word, b[0].word) {
		case 0:
			sum += a[0].weight * b[0].weight
			a, b = a[1:], b[1:]
		case -1:
			a = a[1:]
		default:
			b = b[1:]
		}
	}
	return sum
}
