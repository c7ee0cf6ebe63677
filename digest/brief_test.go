package digest

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"newsvigil/news"
)

func keptMember(id int64, outlet, url string, grade news.Grade) news.Member {
	at := time.Date(2026, 11, 18, 9, 30, 0, 0, time.FixedZone("KST", 9*3600))
	return news.Member{
		Article: news.Article{ID: id, Source: outlet, URL: url, Title: outlet + " reports", Authors: []string{"Jane Doe"}, Published: news.Instant{Time: at.Add(time.Duration(id) * time.Hour)},
			Fetched: at.Add(30 * time.Hour), Language: "en", Kind: news.KindFull},
		Score: news.Score{Grade: grade},
	}
}

// TestBrief holds by which piece a kept story is told, and who else is named.
func TestBrief(t *testing.T) {
	t.Parallel()
	until := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	since := until.AddDate(0, 0, -7)
	o := BriefOptions{
		Topic: news.Topic{Name: "Rights", Channel: "#r"}, Since: since, Until: until,
		Sources: []news.Source{{Name: "One", Home: "https://one.example"}, {Name: "Two", Home: "https://two.example", Label: "state media"}, {Name: "Three", Home: "https://three.example"}},
		Texts:   map[int64]string{2: "Two reports\n\nIt rained on Mr. Kim. Then 3.5 million went home. A third sentence."},
	}
	one, two := keptMember(1, "One", "https://one.example/1", news.GradeStrong), keptMember(2, "Two", "https://two.example/2", news.GradeWeak)
	off, elsewhere := keptMember(3, "Three", "https://three.example/3", news.GradeNone), keptMember(4, "Two", "https://elsewhere.example/4", news.GradeStrong)
	b := Brief([]news.Keeping{
		{Story: news.Story{ID: 7, Members: []news.Member{one, two, off}}, Articles: []int64{2}, Readers: 2, Against: 1, First: since.Add(-time.Hour), Last: until.Add(-time.Hour)},
		{Story: news.Story{ID: 8, Members: []news.Member{elsewhere}}, Articles: []int64{4}, Readers: 1, First: until, Last: until},
		{Story: news.Story{ID: 9, Members: []news.Member{off}}, Articles: []int64{99}, Readers: 1},
	}, o)
	if len(b.Stories) != 2 || b.TopicKey != "rights" || b.Language != "en" {
		t.Fatalf("%+v", b)
	}
	k := b.Stories[0]
	if k.Article != 2 || k.Outlet != "Two" || k.Label != "state media" || k.Gloss != "It rained on Mr. Kim. Then 3.5 million went home." || !k.Before {
		t.Errorf("told by %+v", k)
	}
	if len(k.Also) != 1 || k.Also[0].Outlet != "One" {
		t.Errorf("also in %+v, want One alone: what is off the topic was not kept", k.Also)
	}
	if got, want := KeptLine(k, "en"), "Kept by 2 readers, “Not relevant” for 1 reader, kept before that time, too"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if k := b.Stories[1]; k.URL != "" || k.Before {
		t.Errorf("a link that leads elsewhere: %+v", k)
	}
	if got, want := BriefCommand(b), "newsvigil brief --topic rights --since 7d > brief.md"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestCitation is the usual form, and what it does where something is not known.
func TestCitation(t *testing.T) {
	t.Parallel()
	seoul := time.FixedZone("KST", 9*3600)
	at := time.Date(2026, 11, 18, 23, 30, 0, 0, time.FixedZone("EST", -5*3600))
	full := news.Item{Title: "Rain in the north", Outlet: "The Gazette", URL: "https://gazette.example/1", Authors: []string{"Jane Doe"},
		Published: news.Instant{Time: at}, Fetched: time.Date(2026, 11, 19, 20, 0, 0, 0, time.UTC)}
	change := func(f func(*news.Item)) news.Item { it := full; f(&it); return it }
	cases := []struct {
		in   news.Item
		lang string
		want string
	}{
		{full, "en", "Jane Doe, “Rain in the north,” The Gazette, 18 November 2026, https://gazette.example/1, read 20 November 2026."},
		{full, "ko", "Jane Doe, “Rain in the north”, The Gazette, 2026년 11월 18일, https://gazette.example/1, 2026년 11월 20일 열람."},
		{change(func(it *news.Item) { it.Authors = []string{"A", " ", "B", "C"} }), "en", "A, B and C, “Rain in the north,” The Gazette, 18 November 2026, https://gazette.example/1, read 20 November 2026."},
		{change(func(it *news.Item) { it.Authors = []string{"A", "B", "C", "D"} }), "ko", "A 외, “Rain in the north”, The Gazette, 2026년 11월 18일, https://gazette.example/1, 2026년 11월 20일 열람."},
		{change(func(it *news.Item) { it.Title, it.URL, it.Authors = "Rain?", "", nil }), "en", "“Rain?” The Gazette, 18 November 2026, read 20 November 2026."},
		{change(func(it *news.Item) {
			it.Published, it.Fetched = news.Instant{}, time.Time{}
			it.Title = "\u202eevil\nline"
		}), "en", "Jane Doe, “evil line,” The Gazette, date unknown, https://gazette.example/1."},
	}
	for _, c := range cases {
		b := news.Brief{Language: c.lang, Until: time.Date(2026, 11, 20, 9, 0, 0, 0, seoul)}
		if diff := cmp.Diff(c.want, Citation(b, c.in, Markup{})); diff != "" {
			t.Error(diff)
		}
	}
}

// TestGloss is how a piece begins.
func TestGloss(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, title, want string }{
		{"", "T", ""},
		{"T\n\nOne. Two. Three.", "t", "One. Two."},
		{"Only a line without an end", "T", "Only a line without an end"},
		{"The U.S. Army said so. It rained. No.", "T", "The U.S. Army said so. It rained."},
		{"평양에 비가 내렸다. 사람들이 집으로 갔다. 그 뒤로는 모른다.", "T", "평양에 비가 내렸다. 사람들이 집으로 갔다."},
		{strings.Repeat("word ", 2000), "T", strings.TrimSpace(strings.Repeat("word ", 55)) + "…"},
		{"Short. A" + strings.Repeat(" word", 100) + ".", "T", "Short."},
		{"a\u202eb\x00\xff\nc. D.", "T", "ab\ufffd c. D."},
	} {
		if got := Gloss(c.in, c.title); got != c.want {
			t.Errorf("Gloss(%.40q) = %q, want %q", c.in, got, c.want)
		}
	}
}
