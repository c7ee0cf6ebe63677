package digest

import (
	"strings"
	"testing"

	"newsvigil/news"
)

// TestWhyTerms leaves out terms that add next to nothing where the lists give reasons, and keeps them
// where they are all there is.
func TestWhyTerms(t *testing.T) {
	t.Parallel()
	r := news.Reasons{Terms: []string{"harvest", "talks"}, Shares: []float64{0.2, 0.01}, Rest: 0.79}
	if got, want := Why(news.Item{Reasons: r}, "en"), "terms: harvest, talks"; got != want {
		t.Errorf("terms alone: got %q, want %q", got, want)
	}
	r.Facets = []news.Hit{{Name: "grain", Words: []string{"rice"}}}
	if got, want := Why(news.Item{Reasons: r}, "en"), "grain (rice) · terms: harvest"; got != want {
		t.Errorf("beside a facet: got %q, want %q", got, want)
	}
	r.Shares = nil
	if got, want := Why(news.Item{Reasons: r}, "en"), "grain (rice) · terms: harvest, talks"; got != want {
		t.Errorf("of unknown share: got %q, want %q", got, want)
	}
}

// TestWhyRescued says of a piece that a reader asked for that one did, also in a line.
func TestWhyRescued(t *testing.T) {
	t.Parallel()
	it := news.Item{Reasons: news.Reasons{Facets: []news.Hit{{Name: "grain"}}, Rescued: true}}
	for _, got := range []string{Why(it, "en"), WhyBrief(it, "en")} {
		if want := "nothing on grain · put here by a reader"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestWhyMissing names a facet of which nothing stands in a piece in the language of the topic.
func TestWhyMissing(t *testing.T) {
	t.Parallel()
	it := news.Item{Reasons: news.Reasons{Facets: []news.Hit{{Name: "grain", Told: "곡물"}}}}
	if got, want := Why(it, "ko"), "곡물 관련 내용 없음"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestTotalsOfRescued does not speak of merged copies where a digest holds more stories than new pieces
// are on topic.
func TestTotalsOfRescued(t *testing.T) {
	t.Parallel()
	d := news.Digest{Language: "en", Lead: []news.Item{{Kind: news.ItemNew}}, Totals: news.Totals{Read: 3, Outlets: 2, Stories: 1}}
	if got := TotalsLine(d); strings.Contains(got, "merging") {
		t.Errorf("got %q", got)
	}
}

// TestTotalsOfMuted says of pieces that a mute left out just that, and that copies were merged only where
// they were.
func TestTotalsOfMuted(t *testing.T) {
	t.Parallel()
	one := []news.Item{{Kind: news.ItemNew}}
	for _, tt := range []struct {
		language string
		lead     []news.Item
		in       news.Totals
		want     string
	}{
		{"en", one, news.Totals{OnTopic: 4, Muted: 3, Stories: 1}, "First digest: 9 pieces read in 2 outlets, 4 on topic, 3 left out because their outlet is muted."},
		{"en", one, news.Totals{OnTopic: 4, Muted: 1, Stories: 1}, "First digest: 9 pieces read in 2 outlets, 4 on topic, 1 left out because its outlet is muted, 1 story after merging copies."},
		{"en", nil, news.Totals{OnTopic: 3, Muted: 3}, "Nothing on this topic yet; 9 pieces read in 2 outlets, 3 left out because their outlet is muted."},
		{"ko", one, news.Totals{OnTopic: 4, Muted: 3, Stories: 1}, "첫 소식: 매체 2곳에서 글 9건 읽음, 주제 관련 4건, 숨긴 매체의 글 3건 제외."},
	} {
		tt.in.Read, tt.in.Outlets = 9, 2
		if got := TotalsLine(news.Digest{Language: tt.language, Lead: tt.lead, Totals: tt.in}); got != tt.want {
			t.Errorf("got  %s\nwant %s", got, tt.want)
		}
	}
}
