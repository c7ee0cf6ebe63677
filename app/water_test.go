package app

import (
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"newsvigil/config"
	"newsvigil/internal/practice/slack"
	"newsvigil/news"
)

// waterChannel is the channel of the second topic, which has nothing to do with the shipped one.
const waterChannel = "C0WATER"

// waterPiece is a piece of the small outlet; expect is on-topic, off-topic or both.
type waterPiece struct{ url, title, language, expect, body string }

// waterOutlet serves a feed and the pieces of testdata/water.
type waterOutlet struct {
	*httptest.Server
	pieces []waterPiece
}

func newWaterOutlet(t *testing.T) *waterOutlet {
	t.Helper()
	files, err := filepath.Glob("testdata/water/pieces/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no pieces: %v", err)
	}
	o := &waterOutlet{}
	o.Server = httptest.NewServer(o)
	t.Cleanup(o.Close)
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		head, body, _ := strings.Cut(string(data), "\n---\n")
		p := waterPiece{url: o.URL + "/news/" + strings.TrimSuffix(filepath.Base(f), ".txt"), body: strings.TrimSpace(body)}
		for line := range strings.Lines(head) {
			key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
			switch key {
			case "title":
				p.title = value
			case "language":
				p.language = value
			case "expect":
				p.expect = value
			}
		}
		o.pieces = append(o.pieces, p)
	}
	return o
}

// ServeHTTP answers with the feed at /feed.xml and with pieces below /news/.
func (o *waterOutlet) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	published := func(i int) time.Time { return time.Now().Add(-time.Duration(i+1) * time.Hour) }
	if r.URL.Path == "/feed.xml" {
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprint(w, `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>The Valley Post</title>`)
		for i, p := range o.pieces {
			fmt.Fprintf(w, "<item><title>%s</title><link>%s</link><pubDate>%s</pubDate></item>", html.EscapeString(p.title), p.url, published(i).Format(time.RFC1123Z))
		}
		fmt.Fprint(w, "</channel></rss>")
		return
	}
	i := slices.IndexFunc(o.pieces, func(p waterPiece) bool { return strings.HasSuffix(p.url, r.URL.Path) && r.URL.Path != "/" })
	if i < 0 {
		http.NotFound(w, r)
		return
	}
	p := o.pieces[i]
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, `<!doctype html><html lang=%q><head><title>%s</title><meta property="article:published_time" content=%q></head><body><nav><a href="/">Home</a></nav><article><h1>%s</h1>`,
		p.language, html.EscapeString(p.title), published(i).Format(time.RFC3339), html.EscapeString(p.title))
	for para := range strings.SplitSeq(p.body, "\n\n") {
		fmt.Fprintf(w, "<p>%s</p>", html.EscapeString(para))
	}
	fmt.Fprint(w, "</article></body></html>")
}

// source is the outlet's block in a configuration.
func (o *waterOutlet) source() string {
	return fmt.Sprintf("\n[[source]]\nname = \"The Valley Post\"\nhome = %q\nfeeds = [%q]\nlanguage = \"en\"\n", o.URL+"/", o.URL+"/feed.xml")
}

// waterTopic is a topic of another domain; %s takes further keys.
const waterTopic = `
[[topic]]
name = "Drinking water"
seeds = "water"
channel = "#water"
digest = ["30 7 * * *"]
%s
  [[topic.facet]]
  name = "water supply"
  any = ["reservoir*", "drinking water", "tap water", "catchment*", "저수지", "저수율", "상수원", "식수", "수돗물"]
  [[topic.facet]]
  name = "drought"
  any = ["drought*", "water restriction*", "rationing", "hosepipe ban*", "가뭄", "제한급수"]
  [[topic.concept]]
  name = "reservoir"
  any = ["reservoir*", "저수지", "저수율"]
  [[topic.concept]]
  name = "drinking water"
  any = ["drinking water", "tap water", "상수원", "식수", "수돗물"]
  [[topic.concept]]
  name = "drought"
  any = ["drought*", "가뭄"]
  [[topic.concept]]
  name = "islands"
  any = ["islander*", "섬마을"]
`

// loadFrom writes a configuration with a folder of seeds for the water topic beside it, and reads it
// as the program would.
func loadFrom(t *testing.T, text string) *config.Config {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "water"), os.DirFS("testdata/water/seeds")); err != nil {
		t.Fatal(err)
	}
	return loadIn(t, dir, text)
}

func loadIn(t *testing.T, dir, text string) *config.Config {
	t.Helper()
	file := filepath.Join(dir, "config.toml")
	if !strings.Contains(text, "[schedule]") {
		text = "timezone = \"Asia/Seoul\"\n[schedule]\ncrawl = \"*/20 * * * *\"\n[crawl]\ncontact = \"newsdesk@example.org\"\n" + text
	}
	if !strings.Contains(text, "[[source]]") {
		text += "\n[[source]]\nname = \"Switched off\"\nhome = \"https://off.example/\"\noff = true\n"
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// follow makes a rig's configuration follow the topics of another one, and its sources too.
func follow(c, from *config.Config) {
	c.Topics, c.SeedsSet = from.Topics, from.SeedsSet
	c.Sources = append(c.Sources, from.Sources...)
}

// waterRig is a rig with the water topic on its outlet alone; keys are further keys of the topic.
func waterRig(t *testing.T, keys string) (*rig, *waterOutlet) {
	t.Helper()
	o := newWaterOutlet(t)
	r := newRig(t, func(c *config.Config) {
		c.Sources = nil
		follow(c, loadFrom(t, fmt.Sprintf(waterTopic, keys)+o.source()))
	})
	r.slack.AddChannel(slack.Channel{ID: waterChannel, Name: "water"})
	return r, o
}

// stories are all items that readers of a digest are shown as news.
func stories(d news.Digest) []news.Item { return slices.Concat(d.Lead, d.Lines, d.Rest) }

// titlesOf are the titles of a digest's items, those of copies and further reports among them.
func titlesOf(d news.Digest) map[string]bool {
	out := map[string]bool{}
	for _, it := range stories(d) {
		out[it.Title] = true
		for _, a := range it.Also {
			out[a.Title] = true
		}
	}
	return out
}

// digestOf is the digest of the topic with this number that a call of PostDigests made.
func (r *rig) digestOf(t *testing.T, res PostResult, topic int) news.Digest {
	t.Helper()
	if len(res.Topics) <= topic || res.Topics[topic].Digest == "" {
		t.Fatalf("no digest: %+v", res)
	}
	d, err := r.Digest(t.Context(), res.Topics[topic].Digest)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// wording is all that stands in a channel, threads included.
func (r *rig) wording(t *testing.T, channel string) string {
	t.Helper()
	var b strings.Builder
	for _, m := range r.slack.Messages(channel) {
		b.WriteString(m.Text + "\n")
		if m.Blocks == nil {
			continue
		}
		var v any
		if err := json.Unmarshal(m.Blocks, &v); err != nil {
			t.Fatal(err)
		}
		texts(v, &b)
	}
	return b.String()
}

// texts writes every "text" within blocks.
func texts(v any, b *strings.Builder) {
	switch v := v.(type) {
	case map[string]any:
		if s, ok := v["text"].(string); ok {
			b.WriteString(s + "\n")
		}
		for _, e := range v {
			texts(e, b)
		}
	case []any:
		for _, e := range v {
			texts(e, b)
		}
	}
}

// onlyWater holds that a digest shows exactly the pieces that are expected of the water topic.
func onlyWater(t *testing.T, o *waterOutlet, d news.Digest) {
	t.Helper()
	shown := titlesOf(d)
	for _, p := range o.pieces {
		if want := p.expect != "off-topic"; shown[p.title] != want {
			t.Errorf("%q is %s; shown: %v", p.title, p.expect, shown[p.title])
		}
		delete(shown, p.title)
	}
	for title := range shown {
		t.Errorf("%q is not the outlet's, or was changed", title)
	}
}
