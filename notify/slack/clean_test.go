package slack

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"newsvigil/internal/practice/slack"
	"newsvigil/news"
)

func TestLink(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want string }{
		{"https://outlet.example/a?b=1&c=2", "https://outlet.example/a?b=1&c=2"},
		{"http://outlet.example/뉴스", "http://outlet.example/%EB%89%B4%EC%8A%A4"},
		{"https://북한.example:8080/a?q=북한&x=1|2", "https://xn--pr3b894b.example:8080/a?q=%EB%B6%81%ED%95%9C&x=1%7C2"},
		{"https://outlet.example@evil.example/", ""},
		{"https://user:pw@outlet.example/", ""},
		{"javascript:alert(1)", ""}, {"//outlet.example/a", ""}, {"/a", ""}, {"", ""}, {"https://", ""}, {"https://outlet.example/a b", ""},
		{"https://outlet.example/" + strings.Repeat("x", 3000), ""},
		{"https://outlet.example/" + strings.Repeat("뉴", 900), ""}, // escaped it is too long
	}
	for _, tt := range tests {
		if got := link(tt.in); got != tt.want {
			t.Errorf("link(%.60q) = %.60q, want %.60q", tt.in, got, tt.want)
		}
	}
}

func TestClipBetweenGraphemes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in   string
		n    int
		want string
	}{
		{"short", 5, "short"},
		{"a word or two", 8, "a word…"},
		{"👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 15, "👩‍👩‍👧‍👦…"}, // 11 units each
		{"한국어", 3, "한국어"},
		{"한국어", 2, "한…"},
		{"e" + strings.Repeat("\u0301", 100), 4, "e\u0301\u0301…"}, // one grapheme, cut within
	}
	for _, tt := range tests {
		if got := clip(tt.in, tt.n); got != tt.want {
			t.Errorf("clip(%q, %d) = %q, want %q", tt.in, tt.n, got, tt.want)
		}
	}
}

func TestEscape(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want string }{
		{"<!channel> & co", "&lt;!channel&gt; &amp; co"},
		{"at 08:00, :: and a: b", "at 08:00, :: and a: b"},
		{":tada:", ":tada" + colon}, {":a:b:", ":a" + colon + "b" + colon}, {"::tada::", "::tada" + colon + colon},
		{"Since 08:00: two", "Since 08:00, two"}, {"10:30:15", "10:30" + colon + "15"},
	}
	for _, tt := range tests {
		if got := escape(tt.in); got != tt.want {
			t.Errorf("escape(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

// TestWhatFindsNoRoomIsCounted fills more messages than a thread may have.
func TestWhatFindsNoRoomIsCounted(t *testing.T) {
	t.Parallel()
	d := normal("en")
	for i := range 100 {
		it := item(100+i, "A story with a long address")
		it.URL = "https://outlet.example/" + strings.Repeat("y", 2900)
		d.Rest = append(d.Rest, it)
	}
	sheets := plan(d)
	if len(sheets) != maxParts {
		t.Errorf("%d messages, want %d", len(sheets), maxParts)
	}
	told := sheets[0].more
	for _, s := range sheets {
		told += len(s.lead) + len(s.lines) + len(s.rest)
	}
	if told != d.Stories() || sheets[0].more <= d.Beyond {
		t.Errorf("%d of %d stories told, %d counted", told, d.Stories(), sheets[0].more)
	}
	if b := payload(t, Render(d, 1, 0)); !strings.Contains(string(b), "more stories found no room here") {
		t.Error("the message does not say how many stories found no room")
	}
}

// TestPlainLosesNothing holds that the message of last resort has every story, shorter where need be, in
// English and in Korean, and that it says so where one has no room even so.
func TestPlainLosesNothing(t *testing.T) {
	t.Parallel()
	for _, title := range []string{strings.Repeat("long title ", 16), strings.Repeat("긴 제목 ", 40), "짧은 제목", strings.Repeat("&", 200), "مرحبا بالعالم " + strings.Repeat("x", 200)} {
		d := news.Digest{Topic: "Freedonia", Slot: normal("en").Slot, Language: "ko"}
		for i := range 40 {
			d.Lines = append(d.Lines, item(i, title))
		}
		d.Near, d.Troubles = d.Lines[:3], normal("en").Troubles
		for part := 1; part <= Parts(d); part++ {
			s := plan(d)[part-1]
			got := Render(d, part, 4).Text
			want := len(s.lead) + len(s.lines) + len(s.rest) + len(s.near) + len(d.Troubles)*(2-min(part, 2))
			if shown := strings.Count(got, "• "); shown != want || units(got) > maxText || len(got) > maxTextBytes {
				t.Errorf("%.20q, part %d: %d of %d lines in %d bytes:\n%s", title, part, shown, want, len(got), got)
			}
		}
	}
	w := words{lang: "en", zone: time.UTC}
	d := news.Digest{Topic: "Freedonia", Slot: normal("en").Slot}
	foreign := item(1, "A story")
	foreign.Foreign = slices.Repeat([]news.Also{{Title: strings.Repeat("기사 ", 60), Outlet: "신문", Language: "ko"}}, 30)
	got := plain(d, sheet{page: 1, lines: slices.Repeat([]news.Item{foreign}, 30)}, w)
	if !strings.Contains(got, "newsvigil export") {
		t.Errorf("nothing says what was left out:\n%s", got)
	}
}

func TestRedirectIsNotFollowed(t *testing.T) {
	t.Parallel()
	called := make(chan string, 4)
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { called <- r.URL.Path }))
	defer elsewhere.Close()
	for _, status := range []int{302, 307, 308} {
		srv := httptest.NewServer(http.RedirectHandler(elsewhere.URL, status))
		m := message(empty(), 1)
		m.Delivery.ChannelID = channelOne
		for _, o := range []Options{{Token: news.NewSecret(slack.DefaultToken), APIURL: srv.URL}, {Webhook: news.NewSecret(srv.URL)}} {
			if _, err := client(t, o).Send(t.Context(), m); err == nil {
				t.Errorf("%d: a redirect was taken for success", status)
			}
		}
		srv.Close()
	}
	if len(called) > 0 {
		t.Errorf("the message went elsewhere %d times", len(called))
	}
}
