package app

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"newsvigil/digest"
	"newsvigil/news"
	"newsvigil/notify/page"
	"newsvigil/notify/slack"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// day is one golden digest: what was read, and when it was told.
type day struct {
	stories, near []news.Story
	o             digest.Options
	sent          time.Time
}

var goldenOutlets = []news.Source{
	{Name: "Harbor Wire", Home: "https://wire.example", Wire: true}, {Name: "The Gazette", Home: "https://gazette.example", Label: "state media"},
	{Name: "Herald", Home: "https://herald.example"}, {Name: "한강일보", Home: "https://hangang.example"},
}

// newDay is a day of a topic in a zone; nothing happened on it yet.
func newDay(t *testing.T, zoneName, slot string) *day {
	t.Helper()
	loc := zone(t, zoneName)
	at, err := time.ParseInLocation(wallClock, slot, loc)
	if err != nil {
		t.Fatal(err)
	}
	return &day{sent: at.Add(3 * time.Minute), o: digest.Options{
		Key: "harvest/" + at.Format(slotLayout), Topic: news.Topic{Name: "Harvest", Channel: "#harvest", Language: "en"},
		Slot: at, Since: at.AddDate(0, 0, -1), Sources: goldenOutlets,
	}}
}

// piece is one that an outlet published so many hours before the slot.
func (d *day) piece(id int64, outlet int, hours float64, title string) news.Member {
	src := goldenOutlets[outlet%len(goldenOutlets)]
	at := d.o.Slot.Add(-time.Duration(hours * float64(time.Hour)))
	m := news.Member{
		Article: news.Article{
			ID: id, Source: src.Name, URL: fmt.Sprintf("%s/%d", src.Home, id), Title: title, Language: "en", Kind: news.KindFull,
			Published: news.Instant{Time: at}, Fetched: at.Add(time.Minute),
		},
		Relation: news.RelationNew,
		Score: news.Score{Value: 3, Cut: 1, Grade: news.GradeStrong, Reasons: news.Reasons{
			Facets: []news.Hit{{Name: "harvest", Words: []string{"harvest"}, Counts: []int{2}}}, Nearest: "The harvest is counted",
		}},
	}
	if outlet%len(goldenOutlets) == 3 {
		m.Article.Language = "ko"
	}
	return m
}

func (d *day) story(members ...news.Member) *news.Story {
	d.stories = append(d.stories, news.Story{ID: int64(len(d.stories) + 1), Members: members})
	return &d.stories[len(d.stories)-1]
}

// digest composes the day.
func (d *day) digest() news.Digest {
	o := d.o
	o.Near = d.near
	for _, s := range d.stories {
		o.Totals.OnTopic += len(s.Members)
	}
	o.Totals.Read, o.Totals.Outlets, o.Totals.Trouble = 10*len(d.stories)+40, len(goldenOutlets), len(o.Troubles)
	g := digest.Compose(d.stories, o)
	g.Totals.Stories = g.Stories()
	return g
}

// TestGoldenDigests compares what readers get on special days, as text and as Slack takes it, with the
// files of testdata/golden.
func TestGoldenDigests(t *testing.T) {
	t.Parallel()
	for name, make := range goldenDays() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := make(t)
			g := d.digest()
			g.Sent = d.sent
			var text bytes.Buffer
			shown := slack.Arrange(g)
			if err := page.Text(&text, shown, page.Options{Zone: g.Slot.Location()}); err != nil {
				t.Fatal(err)
			}
			goldenFile(t, name+".txt", text.Bytes())
			var message bytes.Buffer
			e := json.NewEncoder(&message)
			e.SetEscapeHTML(false)
			e.SetIndent("", " ")
			for part := 1; part <= min(2, slack.Parts(g)); part++ {
				if err := e.Encode(slack.Render(g, part, 0)); err != nil {
					t.Fatal(err)
				}
			}
			goldenFile(t, name+".json", message.Bytes())
			asSent(t, g, shown)
		})
	}
}

// asSent holds that a preview names what the messages name, in their order.
func asSent(t *testing.T, g, shown news.Digest) {
	t.Helper()
	var want, got []string
	for part := 1; part <= slack.Parts(g); part++ {
		data, err := json.Marshal(slack.Render(g, part, 0).Blocks)
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, linksInOrder(t, data)...)
	}
	for _, list := range [][]news.Item{shown.Lead, shown.Lines, shown.Rest, shown.Near} {
		for _, it := range list {
			got = append(got, it.URL)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the preview is not what is sent (-sent +preview):\n%s", diff)
	}
}

// linksInOrder are the addresses of the stories in blocks: the first link of each section, and each behind a bullet.
func linksInOrder(t *testing.T, blocks []byte) (all []string) {
	t.Helper()
	type element struct {
		Type, URL, Text string
		Elements        []json.RawMessage
	}
	var walk func(raw json.RawMessage)
	walk = func(raw json.RawMessage) {
		var e element
		if err := json.Unmarshal(raw, &e); err != nil {
			return // a text object or the like
		}
		begins := true // a story: where lines stand in one section, each begins with a bullet
		for _, inner := range e.Elements {
			var leaf element
			switch err := json.Unmarshal(inner, &leaf); {
			case err == nil && leaf.Type == "link" && begins:
				all, begins = append(all, leaf.URL), false
			case err == nil && leaf.Type == "text":
				begins = begins || strings.HasSuffix(leaf.Text, "\n• ")
			default:
				walk(inner)
			}
		}
	}
	var list []json.RawMessage
	if err := json.Unmarshal(blocks, &list); err != nil {
		t.Fatal(err)
	}
	for _, b := range list {
		walk(b)
	}
	return all
}

func goldenFile(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", "golden", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}
