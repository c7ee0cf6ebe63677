package slack

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"newsvigil/news"
)

// places says which story stands where in every message, and in which form.
func places(sheets []sheet) string {
	var b strings.Builder
	for _, s := range sheets {
		fmt.Fprintf(&b, "[%+v %d %d %d %d %d:", s.form, s.page, s.threaded, s.nears, s.restPages, s.more)
		for _, list := range [][]news.Item{s.lead, s.lines, s.rest, s.near} {
			for _, it := range list {
				fmt.Fprintf(&b, " %d", it.Story)
			}
			b.WriteString(" /")
		}
		b.WriteString("]")
	}
	return b.String()
}

// genChange is a digest whose stories have grown: named by more outlets, or led to a newer version.
func genChange(t *rapid.T, d news.Digest) news.Digest {
	grow := func(items []news.Item) []news.Item {
		items = slices.Clone(items)
		for i := range items {
			other := genItem(t)
			if rapid.Bool().Draw(t, "updated") {
				items[i].Title, items[i].URL, items[i].Outlet, items[i].Updated = other.Title, other.URL, other.Outlet, true
			}
			if rapid.Bool().Draw(t, "named") {
				items[i].Also = slices.Concat(items[i].Also, other.Also)
			}
			if rapid.IntRange(0, 9).Draw(t, "below") == 0 {
				items[i].Foreign = slices.Clone(items[i].Foreign)
				for j := range items[i].Foreign {
					items[i].Foreign[j].Title, items[i].Foreign[j].URL = other.Title, other.URL
				}
			}
		}
		return items
	}
	d.Lead, d.Lines, d.Rest = grow(d.Lead), grow(d.Lines), grow(d.Rest)
	return d
}

// TestAnyRevisionFits is the law of changes: whatever comes to the stories of a posted digest, nothing moves,
// every message is one that Slack takes, the messages named are those that differ, and a second change fits too.
func TestAnyRevisionFits(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := genDigest(t)
		d.Lead, d.Lines, d.Rest, d.Near = d.Lead[:min(3, len(d.Lead))], d.Lines[:min(3, len(d.Lines))], d.Rest[:min(4, len(d.Rest))], d.Near[:min(1, len(d.Near))]
		for range 2 {
			for i, items := range [][]news.Item{d.Lead, d.Lines, d.Rest, d.Near} {
				for j := range items {
					items[j].Story = int64(100*i + j + 1)
				}
			}
			got, parts := Revised(d, genChange(t, d))
			sheets, before := plan(got), plan(d)
			if a, b := places(before), places(sheets); a != b {
				t.Fatalf("stood\n%s\nstands\n%s", a, b)
			}
			for i := range sheets {
				m := render(got, sheets, i+1, 0)
				fits(t, m, fmt.Sprintf("part %d of the changed digest", i+1))
				same := reflect.DeepEqual(m, render(d, before, i+1, 0))
				if !same && !slices.Contains(parts, i+1) {
					t.Fatalf("part %d differs, and only %v are drawn anew", i+1, parts)
				}
			}
			d = got
		}
	})
}

// TestRevisedWhereThereIsNoRoom holds that what has no room in a message that is full leaves its story as it
// was, and that what stood there keeps its links.
func TestRevisedWhereThereIsNoRoom(t *testing.T) {
	t.Parallel()
	d := normal("ko")
	d.Buttons = true
	for i := range d.Lead {
		d.Lead[i].Title = strings.Repeat("농작물 보고서 ", 5*i)
		d.Lead[i].Also = []news.Also{{Outlet: "The Herald", URL: "https://herald.example/1", Language: "en"}}
	}
	for i := range d.Lines {
		d.Lines[i].Title = strings.Repeat("농작물 보고서 ", 22)
	}
	wanted := d
	wanted.Lead = slices.Clone(d.Lead)
	for i := range wanted.Lead {
		it := &wanted.Lead[i]
		it.Updated, it.Also = true, slices.Clone(it.Also)
		if i == 2 {
			continue // has room
		}
		for j := range 6 {
			it.Also = append(it.Also, news.Also{Outlet: strings.Repeat("새 신문 ", 20) + fmt.Sprint(j), URL: "https://paper.example/" + strings.Repeat("long/", 80)})
		}
		it.Title = strings.Repeat("농작물 보고서 개정 ", 22)
	}
	got, parts := Revised(d, wanted)
	if !slices.Equal(parts, []int{1}) || places(plan(got)) != places(plan(d)) {
		t.Fatalf("parts %v; stood\n%s\nstands\n%s", parts, places(plan(d)), places(plan(got)))
	}
	changed := 0
	for i, it := range got.Lead {
		if it.Also[0] != d.Lead[i].Also[0] {
			t.Errorf("what stood there became %+v", it.Also[0])
		}
		if it.Updated {
			changed++
		}
	}
	if changed == 0 || changed == len(d.Lead) {
		t.Errorf("%d of %d stories changed", changed, len(d.Lead))
	}
	if bare := bareAlso(d.Lead[0], wanted.Lead[0]); bare.Also[0].URL == "" || bare.Also[1].URL != "" || wanted.Lead[0].Also[1].URL == "" {
		t.Errorf("%+v", bare.Also)
	}
}

// TestLayoutOfAnother: a layout that does not fit its digest is not believed.
func TestLayoutOfAnother(t *testing.T) {
	t.Parallel()
	d := normal("en")
	want := places(plan(d))
	for _, l := range []*news.Layout{
		{Full: 99}, {Full: -1}, {Full: 1, Brief: -1}, {Form: 99}, {Form: -1},
		{Full: 1, Thread: []news.Sheet{{Rest: 999}}}, {Full: 1, Thread: []news.Sheet{{Near: -1}}},
	} {
		d.Layout = l
		if got := places(plan(d)); got != want {
			t.Errorf("%+v: %s", l, got)
		}
	}
	d.Layout = layoutOf(plan(normal("en")))
	if got := places(plan(d)); got != want {
		t.Errorf("its own: %s, want %s", got, want)
	}
}
