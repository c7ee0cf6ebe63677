package app

import (
	"os"
	"strings"
	"testing"
	"time"

	"newsvigil/config"
	"newsvigil/news"
)

// TestLookAlikesOfTheConfiguration holds which hosts `check` names, and that it names none of the
// outlets that are shipped.
func TestLookAlikesOfTheConfiguration(t *testing.T) {
	t.Parallel()
	times := block("Times", "https://www.koreatimes.co.kr", "")
	for _, tt := range []struct {
		name, in string
		want     []string
	}{
		{"one outlet", times, nil},
		{"a slip in the feed's host", block("Times", "https://www.koreatimes.co.kr", `feeds = ["https://feed.koreatime.co.kr/rss"]`), []string{"feed.koreatime.co.kr is one letter off koreatimes.co.kr"}},
		{"another ending", times + block("Herald", "https://koreaherald.com", `feeds = ["https://koreatimes.com/rss"]`), []string{"koreatimes.com has the name of koreatimes.co.kr under another ending"}},
		{"two homes", times + block("Second", "https://k0reatimes.com", ""), []string{"look like those of koreatimes.co.kr"}},
		{"scripts", block("T", "https://kоreatimes.co.kr", ""), []string{"mixes letters of several scripts"}},
		{"namesakes in two countries", block("Daily NK", "https://www.dailynk.com", "") + block("Daily NK Japan", "https://dailynk.jp", ""), nil},
		{"no namesakes", block("Daily NK", "https://www.dailynk.com", "") + block("Another", "https://dailynk.jp", ""), []string{"under another ending"}},
		{"two sources of one site", block("A", "https://www.dailynk.com/english", "") + block("B", "https://dailynk.com", `feeds = ["https://feeds.dailynk.com/x"]`), nil},
	} {
		cfg, err := config.Parse("test.toml", []byte(testTopic+tt.in))
		if err != nil {
			t.Fatal(tt.name, err)
		}
		got := lookAlikes(cfg)
		if len(got) != len(tt.want) {
			t.Errorf("%s: %q", tt.name, got)
			continue
		}
		for i, w := range tt.want {
			if !strings.Contains(got[i], w) {
				t.Errorf("%s: %q, want %q", tt.name, got[i], w)
			}
		}
	}
	text, err := os.ReadFile("../config.toml")
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Parse("config.toml", text)
	if err != nil {
		t.Fatal(err)
	}
	if got := lookAlikes(cfg); len(got) != 0 || len(cfg.Sources) < 30 {
		t.Errorf("of %d shipped outlets: %q", len(cfg.Sources), got)
	}
}

// TestLinksToAnotherSite holds that a piece whose address leads to another site, by itself or by a
// redirect, is told without a link, that the other site is not asked, and that the admin hears of each
// such site once.
func TestLinksToAnotherSite(t *testing.T) {
	t.Parallel()
	p, other := newPress(t), newPress(t)
	at := time.Now().Add(-2 * time.Hour)
	p.page("/news/1.html", report(1, at))
	p.say("/news/2.html", 302, "", "https://koreatimes.example/away")
	other.page("/news/3.html", report(3, at))
	p.feed("/feed", entry{link: "/news/1.html", at: at}, entry{link: "/news/2.html", at: at, more: "<description>" + summary(2) + "</description>"},
		entry{link: other.URL + "/news/3.html", at: at, more: "<description>" + summary(3) + "</description>"})
	d := newDesk(t, block("Press", p.URL, `feeds = ["`+p.URL+`/feed"]`)+block("Times", "https://koreatimes.test", "off = true"))
	d.poll(t, "Press")
	plain := 0
	list, err := d.Preview(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, it := range append(append(list[0].Lead, list[0].Lines...), list[0].Near...) {
		switch {
		case it.URL == "" && it.ArticleKind == news.KindTeaser:
			plain++
		case it.URL != p.URL+"/news/1.html":
			t.Errorf("a link that leads away: %+v", it)
		}
	}
	if plain != 2 {
		t.Errorf("%d pieces without a link, want 2: %+v", plain, list[0])
	}
	if n := len(other.asked); n != 0 {
		t.Errorf("the other site was asked: %v", other.asked)
	}
	d.clock.advance(time.Hour)
	p.feed("/feed", entry{link: "/news/4.html"}, entry{link: other.URL + "/news/5.html", at: at, more: "<description>" + summary(5) + "</description>"}, entry{link: "/news/1.html", at: at})
	d.poll(t, "Press")
	if n := d.notices("lead to another site, " + other.host()); n != 1 {
		t.Errorf("%d notices of %s, want 1", n, other.host())
	}
	if n := d.notices("the host koreatimes.example has the name of koreatimes.test under another ending"); n != 1 {
		t.Errorf("%d warnings, want 1: %s", n, d.log.String())
	}
	if x := d.explain(t, other.URL+"/news/3.html"); x.Code == "not-watched" || x.Code == "not-shown" {
		t.Errorf("explain: %+v", x)
	}
}

func summary(n int) string {
	text := report(n, time.Time{})
	_, text, _ = strings.Cut(text, "<p>")
	text, _, _ = strings.Cut(text, "</p>")
	return text
}
