package classify

import (
	"fmt"
	"math/rand"
	"newsvigil/news"
	"slices"
	"sort"
	"testing"
)

func TestRR(t *testing.T) {
	r := reutersAll(t)
	rng := rand.New(rand.NewSource(1))
	rng.Shuffle(len(r), func(i, j int) { r[i], r[j] = r[j], r[i] })
	count := map[string]int{}
	for _, x := range r {
		for _, a := range x.topics {
			count["T "+a]++
			for _, b := range x.places {
				count["P "+a+"|"+b]++
			}
		}
	}
	var tops, pairs []string
	for k, n := range count {
		if k[0] == 'T' {
			tops = append(tops, k)
		} else if n >= 30 {
			pairs = append(pairs, k)
		}
	}
	sort.Slice(tops, func(i, j int) bool {
		if count[tops[i]] != count[tops[j]] {
			return count[tops[i]] > count[tops[j]]
		}
		return tops[i] < tops[j]
	})
	tops = tops[:18]
	sort.Slice(pairs, func(i, j int) bool {
		if count[pairs[i]] != count[pairs[j]] {
			return count[pairs[i]] > count[pairs[j]]
		}
		return pairs[i] < pairs[j]
	})
	if len(pairs) > 46 {
		pairs = pairs[:46]
	}
	fmt.Println(len(tops), len(pairs), pairs[len(pairs)-1])
	for _, set := range [][]string{tops, pairs} {
		var ap, p, rc, f1 float64
		for _, name := range set {
			has := func(x reut) bool {
				for _, a := range x.topics {
					if "T "+a == name {
						return true
					}
					for _, b := range x.places {
						if "P "+a+"|"+b == name {
							return true
						}
					}
				}
				return false
			}
			var ex []news.Exemplar
			var bg []news.Article
			var items []labelled
			for i, x := range r {
				if has(x) && len(ex) < 5 {
					ex = append(ex, NewExemplar(news.Exemplar{Title: x.a.Title, Language: "en"}, x.a.Title+".\n"+x.a.Text))
					continue
				}
				if i%4 == 0 && len(bg) < 1500 {
					bg = append(bg, x.a)
					continue
				}
				if i%8 == 1 {
					items = append(items, labelled{Label: has(x), Language: "en", Title: x.a.Title, Text: x.a.Text})
				}
			}
			m, err := Fit(news.Topic{Name: name, Exemplars: ex}, Background{bg})
			if err != nil {
				t.Fatal(err)
			}
			f := measure(judge(m, items))
			ap += f.ap
			p += f.precision
			rc += f.recall
			if f.precision+f.recall > 0 {
				f1 += 2 * f.precision * f.recall / (f.precision + f.recall)
			}
		}
		n := float64(len(set))
		fmt.Printf("AP %.3f P %.3f R %.3f F1 %.3f\n", ap/n, p/n, rc/n, f1/n)
	}
	_ = slices.Max[[]int]
}
