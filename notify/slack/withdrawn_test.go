package slack

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"newsvigil/digest"
	"newsvigil/news"
)

// hijacked is an outlet whose links are withdrawn, and honest another one.
var (
	hijacked = news.Source{Name: "Hijacked Herald", Home: "https://herald.example/"}
	honest   = news.Source{Name: "Honest Courier", Home: "https://courier.example/"}
)

func withoutHerald() digest.Links {
	return digest.Links{Sources: []news.Source{hijacked, honest}, Quarantines: []news.Quarantine{{Source: hijacked.Key(), Sites: []string{hijacked.Home}}}}
}

// mixed is a digest of both outlets' pieces, with links as long as they may be.
func mixed(t *rapid.T) news.Digest {
	one := func(label string) (outlet, address string) {
		src := rapid.SampledFrom([]news.Source{hijacked, honest}).Draw(t, label)
		path := strings.Repeat(rapid.SampledFrom([]string{"a", "long/", "%ea%b0%80", "가", "7"}).Draw(t, "path"), rapid.IntRange(1, 300).Draw(t, "length"))
		return src.Name, src.Home + path
	}
	also := func(most int) (list []news.Also) {
		for range rapid.IntRange(0, most).Draw(t, "also") {
			a := news.Also{Title: strings.Repeat("Also ", rapid.IntRange(1, 20).Draw(t, "title")), Language: "ko"}
			a.Outlet, a.URL = one("also of")
			list = append(list, a)
		}
		return list
	}
	n := int64(0)
	items := func(most int) (list []news.Item) {
		for range rapid.IntRange(0, most).Draw(t, "items") {
			n++
			it := item(int(n), strings.Repeat("Report ", rapid.IntRange(1, 30).Draw(t, "title")))
			it.Outlet, it.URL = one("of")
			it.Also, it.Foreign = also(6), also(2)
			list = append(list, it)
		}
		return list
	}
	d := normal(rapid.SampledFrom([]string{"en", "ko"}).Draw(t, "language"))
	d.Buttons = rapid.Bool().Draw(t, "buttons")
	d.Lead, d.Lines, d.Rest, d.Near = items(5), items(5), items(12), items(4)
	return d
}

// TestWithdrawnLaw holds, of any digest: no message leads to the quarantined outlet, all other links stay,
// each story stays in the message that it was posted in, and no message becomes too heavy.
func TestWithdrawnLaw(t *testing.T) {
	t.Parallel()
	digests := rapid.Custom(mixed)
	for seed := range 20 {
		d := digests.Example(seed)
		w := withoutHerald().Withdraw(d)
		if Parts(w) != Parts(d) {
			t.Fatalf("%d messages became %d", Parts(d), Parts(w))
		}
		for part := 1; part <= Parts(d); part++ {
			for _, level := range []int{levelFull, 1 + seed%levelPlain} {
				unlinked(t, Render(d, part, level), Render(w, part, level), level)
			}
		}
	}
}

func unlinked(t *testing.T, before, after Message, level int) {
	t.Helper()
	var kept []string
	for _, l := range before.Links() {
		if !strings.HasPrefix(l, hijacked.Home) {
			kept = append(kept, l)
		}
	}
	if got := after.Links(); level < levelPlain && fmt.Sprint(got) != fmt.Sprint(kept) {
		t.Errorf("level %d: links\n%v\nwant\n%v", level, got, kept)
	}
	if all := fmt.Sprint(after.Links()) + after.Text; strings.Contains(all, "herald.example") {
		t.Errorf("level %d leads to the outlet: %s", level, all)
	}
	if level < levelPlain && stories(before) != stories(after) {
		t.Errorf("level %d tells of %s instead of %s", level, stories(after), stories(before))
	}
	if n, was := weigh(after.Blocks...), weigh(before.Blocks...); n > max(was, maxWeight) {
		t.Errorf("level %d weighs %d instead of %d", level, n, was)
	}
}

// stories are the ids of a message's blocks, which hold what is told in it and what can be pressed.
func stories(m Message) string {
	var ids []string
	for _, b := range m.Blocks {
		ids = append(ids, b.ID())
	}
	return strings.Join(ids, " ")
}

// TestWithdrawn shows a message with links that were withdrawn.
func TestWithdrawn(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "ko"} {
		d := normal(lang)
		d.Lead[0].Outlet, d.Lead[0].URL = hijacked.Name, hijacked.Home+"casino"
		d.Lead[1].Also = []news.Also{{Outlet: honest.Name, URL: honest.Home + "1"}, {Outlet: hijacked.Name, URL: "https://www.herald.example/2"}}
		d.Lead[1].Foreign = []news.Also{{Outlet: hijacked.Name, URL: hijacked.Home + "3", Title: "Ein Bericht", Language: "de"}}
		d.Lead, d.Lines, d.Rest, d.Near = d.Lead[:2], nil, nil, nil
		d.Lead[0].Also = nil
		l := withoutHerald()
		l.Sources = append(l.Sources, news.Source{Name: "Outlet 2", Home: "https://outlet2.example/"})
		golden(t, "withdrawn-"+lang, parts(l.Withdraw(d), 0)...)
	}
}
