package slack

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"newsvigil/internal/practice/slack"
	"newsvigil/news"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var seoul = time.FixedZone("KST", 9*3600)

func item(n int, title string) news.Item {
	return news.Item{
		Story: int64(n), Article: int64(n), Kind: news.ItemNew, Title: title, URL: fmt.Sprintf("https://outlet%d.example/a/%d?x=1&y=2", n, n),
		Outlet: fmt.Sprintf("Outlet %d", n), Published: news.Instant{Time: time.Date(2026, 11, 20, 22, n, 0, 0, time.UTC)},
		Fetched: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC), Language: "en", Grade: news.GradeStrong,
		Reasons: news.Reasons{
			Facets:  []news.Hit{{Name: "Freedonia", Words: []string{"freedonia"}, Counts: []int{3}}, {Name: "harvest", Words: []string{"harvest", "grain"}, Counts: []int{2, 1}}},
			Nearest: "Freedonia counts its grain",
		},
	}
}

// normal is a digest as readers get it every day.
func normal(lang string) news.Digest {
	d := news.Digest{
		Key: "freedonia/2026-11-21T08:00", Topic: "Freedonia", Channel: "#freedonia", Language: lang,
		Slot: time.Date(2026, 11, 21, 8, 0, 0, 0, seoul), Since: time.Date(2026, 11, 20, 8, 0, 0, 0, seoul),
		Totals: news.Totals{Read: 214, Outlets: 31, OnTopic: 18, Stories: 13, Trouble: 1}, Beyond: 2,
		Troubles: []news.SourceTrouble{{Source: "The Gazette", Trouble: news.TroubleBlocked, Detail: "HTTP 403", Since: time.Date(2026, 11, 19, 3, 0, 0, 0, time.UTC)}},
	}
	for i := 1; i <= 5; i++ {
		d.Lead = append(d.Lead, item(i, fmt.Sprintf("Harvest report %d reaches the capital", i)))
	}
	d.Lead[0].Label, d.Lead[0].Also = "state media", []news.Also{
		{Outlet: "The Herald", URL: "https://herald.example/1", Language: "en"}, {Outlet: "신문", URL: "https://sinmun.example/1", Language: "ko"},
		{Outlet: "Radio One", URL: "ftp://radio.example/1", Language: "en"}, {Outlet: "The Post", URL: "https://post.example/1", Language: "en"},
	}
	d.Lead[1].Title, d.Lead[1].Language = "수확량 보고서 발표", "ko"
	d.Lead[2].Published.DateOnly, d.Lead[2].ArticleKind = true, news.KindTeaser
	d.Lead[3].Published, d.Lead[3].Kind = news.Instant{}, news.ItemUpdated
	d.Lead[4].Title, d.Lead[4].Language, d.Lead[4].URL = "تقرير الحصاد", "ar", "javascript:alert(1)"
	for i := 6; i <= 10; i++ {
		d.Lines = append(d.Lines, item(i, fmt.Sprintf("Short report %d", i)))
	}
	d.Lines[0].Kind = news.ItemUpdated
	d.Rest = []news.Item{item(11, "The rest <of> & all :tada: it")}
	near := item(12, "Nearly on topic")
	near.Kind, near.Reasons = news.ItemNear, news.Reasons{Facets: []news.Hit{{Name: "Freedonia", Words: []string{"freedonia"}}, {Name: "harvest"}}}
	d.Near = []news.Item{near}
	return d
}

func empty() news.Digest {
	d := normal("en")
	return news.Digest{Key: d.Key, Topic: d.Topic, Channel: d.Channel, Language: "en", Slot: d.Slot, Since: d.Since, Totals: news.Totals{Read: 80, Outlets: 31}}
}

func notice() news.Notice {
	return news.Notice{Key: "n1", Channel: "#ops", Title: "The Gazette is in trouble", At: normal("en").Slot,
		Lines: []string{"It refuses automatic readers (HTTP 403) since 19 Nov 2026.", "Look at it with: newsvigil try-source \"The Gazette\"", "<!channel> :tada:"}}
}

// payload is the message as it goes over the wire.
func payload(t testing.TB, m Message) (blocks []byte) {
	t.Helper()
	if len(m.Blocks) == 0 {
		return nil
	}
	b, err := json.Marshal(m.Blocks)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func golden(t *testing.T, name string, messages ...Message) {
	t.Helper()
	var out bytes.Buffer
	for _, m := range messages {
		if word := slack.Check(m.Text, payload(t, m), nil); word != "" {
			t.Errorf("%s: the strict Slack refuses it with %q", name, word)
		}
		e := json.NewEncoder(&out)
		e.SetEscapeHTML(false)
		e.SetIndent("", " ")
		if err := e.Encode(map[string]any{"text": m.Text, "blocks": m.Blocks}); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join("testdata", name+".json")
	if *update {
		if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), out.String()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// parts renders all messages of a digest.
func parts(d news.Digest, level int) []Message {
	var out []Message
	for p := 1; p <= Parts(d); p++ {
		out = append(out, Render(d, p, level))
	}
	return out
}

func TestGolden(t *testing.T) {
	golden(t, "normal", parts(normal("en"), 0)...)
	golden(t, "korean", parts(normal("ko"), 0)...)
	golden(t, "nothing-new", parts(empty(), 0)...)
	golden(t, "notice", RenderNotice(notice(), 0))
	for level := 1; level <= 4; level++ {
		golden(t, fmt.Sprintf("level-%d", level), parts(normal("en"), level)...)
	}
}
