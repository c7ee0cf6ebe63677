package app

import (
	"strings"
	"testing"
	"time"

	"newsvigil/config"
	"newsvigil/news"
)

// TestTrySourceWithAFeedElsewhere holds that a feed on another host is accepted where the home page
// itself announces it, and that the block names what it takes for the pieces on that host to belong to
// the outlet.
func TestTrySourceWithAFeedElsewhere(t *testing.T) {
	t.Parallel()
	at := time.Now().Add(-3 * time.Hour)
	const path = "/2026/11/20/dam-keepers-compare-clocks"
	piece := map[string]string{path: pieceOf("Dam keepers compare clocks", at)}
	for _, where := range []string{"pieces at home", "pieces elsewhere"} {
		pages := map[string]string{}
		other := newSite(t, pages)
		home := newSite(t, map[string]string{
			path: piece[path],
			"/":  `<html><head><link rel="alternate" type="application/rss+xml" href="` + other.URL + `/rss.xml"></head><body></body></html>`,
		})
		pages["/rss.xml"] = strings.ReplaceAll(feedOf("Dam keepers", at), "%s", home.URL)
		if where == "pieces elsewhere" {
			pages["/rss.xml"], pages[path] = feedOf("Dam keepers", at), piece[path]
		}
		got := home.try(t, nil)
		if got.Trouble != news.TroubleNone || got.Read() != 1 || !strings.Contains(got.Block, `feeds = ["`+other.URL+`/rss.xml"]`) {
			t.Errorf("%s: %+v\n%s", where, got, got.Block)
			continue
		}
		cfg, err := config.Parse("pasted.toml", []byte(testTopic+"\n"+got.Block))
		if err != nil {
			t.Fatal(err)
		}
		if hosts := strings.Contains(got.Block, "hosts ="); hosts != (where == "pieces elsewhere") {
			t.Errorf("%s:\n%s", where, got.Block)
		}
		if len(cfg.Sources) != 1 {
			t.Errorf("%s: %d sources", where, len(cfg.Sources))
		}
	}
}
