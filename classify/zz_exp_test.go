package classify

import (
	"encoding/json"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"

	"newsvigil/news"
)

func kcnaAll(t testing.TB) []news.Article {
	data, err := os.ReadFile("../../shared/data/kcna.json")
	if err != nil {
		t.Skip(err)
	}
	var rows []struct {
		Headline, Story_text string
		Link                 string
	}
	if err := json.Unmarshal(data, &rows); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	var out []news.Article
	for _, r := range rows {
		if seen[r.Story_text] {
			continue
		}
		seen[r.Story_text] = true
		out = append(out, news.Article{Title: r.Headline, Text: r.Story_text, Language: "en"})
	}
	return out
}

type reut struct {
	a              news.Article
	topics, places []string
}

var rxDoc = regexp.MustCompile(`(?s)<REUTERS.*?</REUTERS>`)
var rxD = regexp.MustCompile(`<D>(.*?)</D>`)

func between(s, a, b string) string {
	i := strings.Index(s, a)
	if i < 0 {
		return ""
	}
	s = s[i+len(a):]
	j := strings.Index(s, b)
	if j < 0 {
		return ""
	}
	return s[:j]
}
func ds(s string) []string {
	var o []string
	for _, m := range rxD.FindAllStringSubmatch(s, -1) {
		o = append(o, m[1])
	}
	return o
}
func reutersAll(t testing.TB) []reut {
	files, _ := filepath.Glob("../../shared/data/reuters/*.sgm")
	var out []reut
	for _, f := range files {
		data, _ := os.ReadFile(f)
		s := strings.ToValidUTF8(string(data), " ")
		for _, d := range rxDoc.FindAllString(s, -1) {
			body := between(d, "<BODY>", "</BODY>")
			if body == "" {
				continue
			}
			out = append(out, reut{news.Article{Title: html.UnescapeString(between(d, "<TITLE>", "</TITLE>")), Text: html.UnescapeString(body), Language: "en"}, ds(between(d, "<TOPICS>", "</TOPICS>")), ds(between(d, "<PLACES>", "</PLACES>"))})
		}
	}
	return out
}

func report(t *testing.T, name string, m *Model, items []judged) {
	f := measure(items)
	for _, g := range []string{"en", "ko"} {
		x := measure(ofLanguage(items, g))
		name += fmt.Sprintf(" [%s %.3f P%.2f R%.2f]", g, x.ap, x.precision, x.recall)
	}
	fmt.Printf("%-40s AP %.3f P %.3f R %.3f cut %.3f\n", name, f.ap, f.precision, f.recall, m.Cut())
}

func TestZZ(t *testing.T) {
	topic, items := shippedTopic(t), exam(t)
	k, r := kcnaAll(t), reutersAll(t)
	fmt.Println(len(k), len(r))
	var own []news.Article
	for _, it := range items {
		own = append(own, it.article())
	}
	var mix []news.Article
	for i := 0; i < 1500; i++ {
		mix = append(mix, r[i*12].a)
	}
	for i := 0; i < 400; i++ {
		mix = append(mix, k[i*2])
	}
	mixown := append(append([]news.Article{}, mix...), own...)
	var hay []labelled
	for i := 0; i < 400; i++ {
		hay = append(hay, labelled{ID: "kcna", Language: "en", Title: k[i*2+1].Title, Text: k[i*2+1].Text})
	}
	for i := 0; i < 1500; i++ {
		x := r[i*12+5].a
		hay = append(hay, labelled{ID: "reut", Language: "en", Title: x.Title, Text: x.Text})
	}
	for _, bg := range []struct {
		n string
		a []news.Article
	}{{"none", nil}, {"own", own}, {"mix", mix}, {"mixown", mixown}, {"reuters", mix[:1500]}, {"kcna", mix[1500:]}} {
		m := fit(t, topic, bg.a...)
		j := judge(m, items)
		report(t, bg.n+" exam", m, j)
		h := judge(m, hay)
		all := append(append([]judged{}, j...), h...)
		report(t, bg.n+" haystack", m, all)
		if os.Getenv("V") == bg.n {
			for _, x := range j {
				if x.Label != x.score.Relevant() {
					fmt.Printf("   %s %.2f %s %v\n", x.ID, x.score.Value, x.Title, x.score.Reasons.Facets)
				}
			}
			sort.Slice(h, func(a, b int) bool { return h[a].score.Value > h[b].score.Value })
			for _, x := range h[:40] {
				fmt.Printf("   %.2f %s %s | %v | %v\n", x.score.Value, x.score.Grade, x.Title, x.score.Reasons.Facets, len(x.Text))
			}
		}
	}
}
