package slack

import (
	"slices"
	"strings"
	"testing"
	"time"

	"newsvigil/digest"
	"newsvigil/news"
)

// TestRevised renders the change of a posted digest: a copy that came on the same day, and an update.
func TestRevised(t *testing.T) {
	t.Parallel()
	d := normal("en")
	sources := []news.Source{{Name: "Outlet 2", Home: "https://outlet2.example"}, {Name: "Outlet 3", Home: "https://outlet3.example"}, {Name: "The Courier", Home: "https://courier.example"}}
	member := func(it news.Item) news.Member {
		return news.Member{
			Article:   news.Article{ID: it.Article, Source: it.Outlet, URL: it.URL, Title: it.Title, Language: it.Language, Published: it.Published, Kind: news.KindFull},
			Score:     news.Score{Grade: news.GradeStrong, Value: 2, Cut: 1, Reasons: it.Reasons},
			Announced: true, Relation: news.RelationNew,
		}
	}
	copied, updated := member(d.Lead[1]), member(d.Lead[2])
	copied.Article.ID, copied.Article.Source, copied.Article.URL = 92, "The Courier", "https://courier.example/2"
	copied.Relation, copied.Of, copied.Announced = news.RelationCopy, d.Lead[1].Article, false
	updated.Article.ID, updated.Article.URL, updated.Article.Title = 93, "https://outlet3.example/a/93", "Harvest report 3, with the figures of the south"
	updated.Article.Published = news.Instant{Time: d.Slot.Add(2 * time.Hour)}
	updated.Relation, updated.Of, updated.Announced = news.RelationUpdate, d.Lead[2].Article, false
	for i := range d.Lead {
		d.Lead[i].Articles = []int64{d.Lead[i].Article}
	}
	stories := []news.Story{
		{ID: d.Lead[1].Story, Members: []news.Member{member(d.Lead[1]), copied}},
		{ID: d.Lead[2].Story, Members: []news.Member{member(d.Lead[2]), updated}},
	}
	revised, changed := digest.Revise(d, stories, 24*time.Hour, digest.Options{Sources: sources})
	if !changed || Parts(revised) != Parts(d) {
		t.Fatalf("changed %v; %d parts became %d", changed, Parts(d), Parts(revised))
	}
	revised, pages := Revised(d, revised)
	if !slices.Equal(pages, []int{1}) {
		t.Errorf("the change concerns the messages %v, want the first", pages)
	}
	golden(t, "revised", parts(revised, 0)...)
	text := parts(revised, 0)[0].Text
	if !strings.Contains(text, "with the figures of the south") || strings.Contains(text, "Harvest report 3 ") {
		t.Errorf("the update is not what the message says: %s", text)
	}
}

// TestArranged holds that a preview has what the messages have: all that is told, in order, and counted
// what is not.
func TestArranged(t *testing.T) {
	t.Parallel()
	d := normal("en")
	for i := range d.Lead {
		d.Lead[i].Title = strings.Repeat("농작물 보고서 ", 40)
		d.Lead[i].Outlet, d.Lead[i].Reasons.Nearest = strings.Repeat("먼 고을 신문", 9), d.Lead[i].Title
		for range 9 {
			d.Lead[i].Also = append(d.Lead[i].Also, news.Also{Outlet: strings.Repeat("먼 고을 신문 ", 9), URL: "https://paper.example/" + strings.Repeat("long/", 20)})
		}
	}
	for range 8 {
		d.Troubles = append(d.Troubles, d.Troubles[0])
	}
	got := Arrange(d)
	if len(got.Lead)+len(got.Lines)+len(got.Rest)+got.Beyond != d.Stories() {
		t.Errorf("%d of %d stories", got.Stories(), d.Stories())
	}
	if len(got.Lead) == len(d.Lead) && len(got.Lines) == len(d.Lines) {
		t.Error("the digest fits as it is, and shows nothing")
	}
	if digest.Headline(got) != digest.Headline(d) || digest.TotalsLine(got) != digest.TotalsLine(d) || digest.TroublesHead(got) != digest.TroublesHead(d) {
		t.Errorf("the preview says %q, %q", digest.Headline(got), digest.TroublesHead(got))
	}
	for _, it := range got.Lead {
		if len(it.Also)+it.MoreAlso != 9 && len(it.Also)+it.MoreAlso != 13 {
			t.Errorf("%d outlets named and %d counted", len(it.Also), it.MoreAlso)
		}
	}
	if again := Arrange(got); len(again.Lead) != len(got.Lead) || len(again.Rest) != len(got.Rest) {
		t.Errorf("arranged again: %d and %d", len(again.Lead), len(again.Rest))
	}
}

// TestFitted holds that what has no room in the messages counts as not told.
func TestFitted(t *testing.T) {
	t.Parallel()
	d := normal("en")
	if got := Fitted(d); len(got.Rest) != len(d.Rest) || got.Beyond != d.Beyond {
		t.Errorf("%d stories in the thread, %d beyond", len(got.Rest), got.Beyond)
	}
	for i := range 100 {
		it := item(100+i, strings.Repeat("Very long title ", 11))
		it.URL = "https://outlet.example/" + strings.Repeat("a", 2900)
		d.Rest = append(d.Rest, it)
	}
	got := Fitted(d)
	if len(got.Rest) >= len(d.Rest) || got.Stories() != d.Stories() {
		t.Errorf("%d of %d in the thread, %d stories of %d", len(got.Rest), len(d.Rest), got.Stories(), d.Stories())
	}
	if more := plan(got)[0].more; more != got.Beyond {
		t.Errorf("%d without room, %d counted", more, got.Beyond)
	}
}
