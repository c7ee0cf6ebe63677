package slack

import (
	"encoding/json"
	"strings"
	"testing"

	"newsvigil/news"
)

// TestForeignIsAlwaysNamed holds that a story in another language stands below its item with title and
// link at every level, wherever the item stands: nothing else tells of it.
func TestForeignIsAlwaysNamed(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "ko"} {
		d := normal(lang)
		d.Lead[0].Foreign = []news.Also{{Outlet: "신문", URL: "https://sinmun.example/lead", Title: "수확량 발표", Language: "ko"}}
		d.Lines[1].Foreign = []news.Also{{Outlet: "Zeitung", URL: "https://zeitung.example/line", Title: "Die Ernte <ist> da", Language: "de"}}
		d.Rest[0].Foreign = []news.Also{{Outlet: "新聞", URL: "https://shimbun.example/rest", Title: "収穫", Language: "ja"}}
		for level := 0; level <= 4; level++ {
			all := ""
			for part := 1; part <= Parts(d); part++ {
				m := Render(d, part, level)
				blocks, err := json.Marshal(m.Blocks)
				if err != nil {
					t.Fatal(err)
				}
				if len(m.Blocks) == 0 {
					blocks = nil
				}
				all += string(blocks)
				if level == levelPlain {
					all += m.Text
				}
			}
			for _, want := range []string{"sinmun.example/lead", "zeitung.example/line", "shimbun.example/rest", "수확량 발표", "Zeitung", "収穫"} {
				if strings.Count(all, want) != 1 {
					t.Errorf("%s, level %d: %s stands %d times", lang, level, want, strings.Count(all, want))
				}
			}
			head := map[string]string{"en": "Also in Korean: ", "ko": "한국어 기사: "}[lang]
			if !strings.Contains(all, head) {
				t.Errorf("%s, level %d: nothing says %q", lang, level, head)
			}
		}
	}
}
