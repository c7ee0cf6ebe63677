package slack

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"newsvigil/news"
)

// kept is a brief of n stories.
func kept(lang string, n int) news.Brief {
	d := normal(lang)
	b := news.Brief{Key: "brief/t/2026-11-20T09:00", Topic: d.Topic, TopicKey: "t", Channel: d.Channel, Language: lang, Since: d.Slot.AddDate(0, 0, -7), Until: d.Slot}
	items := append(append(append([]news.Item{}, d.Lead...), d.Lines...), d.Rest...)
	for i := range n {
		it := items[i%len(items)]
		it.Story = int64(i + 1)
		it.Authors = []string{"Jane Doe"}
		k := news.Kept{Item: it, Readers: 1 + i%3, Gloss: "The harvest was poor, the ministry said. Nobody was asked."}
		if i == 1 {
			k.Against, k.Before = 1, true
		}
		b.Stories = append(b.Stories, k)
	}
	return b
}

func briefParts(b news.Brief, level int) []Message {
	var out []Message
	sheets := planBrief(b)
	for p := range sheets {
		out = append(out, renderBrief(b, sheets, p+1, level))
	}
	return out
}

func TestBriefGolden(t *testing.T) {
	golden(t, "brief", briefParts(kept("en", 3), 0)...)
	golden(t, "brief-korean", briefParts(kept("ko", 2), 0)...)
	golden(t, "brief-nothing", briefParts(kept("en", 0), 0)...)
	golden(t, "brief-plain", briefParts(kept("en", 2), 4)...)
}

// boxes is what stands in the boxes of messages to be copied.
func boxes(t testing.TB, messages []Message) string {
	t.Helper()
	var all strings.Builder
	for _, m := range messages {
		var blocks []struct {
			Elements []struct {
				Type     string
				Elements []struct{ Type, Text string }
			}
		}
		raw, err := json.Marshal(m.Blocks)
		if err == nil {
			err = json.Unmarshal(raw, &blocks)
		}
		if err != nil && !strings.Contains(err.Error(), "array") { // other blocks hold something else there
			t.Fatal(err)
		}
		for _, b := range blocks {
			for _, e := range b.Elements {
				for _, leaf := range e.Elements {
					if e.Type == "rich_text_preformatted" {
						all.WriteString(leaf.Text)
					}
				}
				if e.Type == "rich_text_preformatted" {
					all.WriteString("\n\n")
				}
			}
		}
	}
	return all.String()
}

// TestBriefSizes holds at every size that a brief is accepted, that each story is shown or counted, and that
// its citation can be copied or is counted.
func TestBriefSizes(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 4, 5, 6, 7, 20, 41, 100, 200, 300} {
		b := kept("ko", n)
		for i := range b.Stories {
			b.Stories[i].Title = fmt.Sprintf("소식 %d번", i+1)
		}
		sheets := planBrief(b)
		shown, cited, counted := 0, 0, [2]int{}
		for _, s := range sheets {
			if s.copies > 0 {
				cited += len(s.stories)
				counted[1] += s.more
			} else {
				shown += len(s.stories)
				counted[0] += s.more
			}
		}
		if shown+counted[0] != n || cited+counted[1] != n {
			t.Errorf("%d stories: %d shown, %d counted; %d cited, %d counted", n, shown, counted[0], cited, counted[1])
		}
		if n > 0 && n <= 200 && counted != [2]int{} {
			t.Errorf("%d stories: %v have no room", n, counted)
		}
		if most := 1 + maxBriefRest + maxCopies; len(sheets) > most {
			t.Errorf("%d stories take %d messages", n, len(sheets))
		}
		text := boxes(t, briefParts(b, 0))
		for i := range cited {
			if !strings.Contains(text, fmt.Sprintf("“소식 %d번”", i+1)) {
				t.Errorf("%d stories: nothing to copy of story %d", n, i+1)
			}
		}
	}
}

// TestAnyBriefFits is the law of rendering, for briefs.
func TestAnyBriefFits(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		item := rapid.Custom(func(t *rapid.T) news.Kept {
			it := genItem(t)
			it.Authors = rapid.SliceOfN(rapid.SampledFrom(nasty), 0, 5).Draw(t, "authors")
			return news.Kept{Item: it, Gloss: genText(t, "gloss"), Readers: rapid.IntRange(1, 99).Draw(t, "readers"), Against: rapid.IntRange(0, 2).Draw(t, "against"), Before: rapid.Bool().Draw(t, "before")}
		})
		few := rapid.SliceOfN(item, 0, 6).Draw(t, "stories")
		b := news.Brief{Topic: genText(t, "topic"), TopicKey: news.Slug(genText(t, "key")), Language: rapid.SampledFrom([]string{"en", "ko", ""}).Draw(t, "lang"),
			Since: genTime(t), Until: time.Date(2026, 11, 20, 9, 0, 0, 0, seoul)}
		for n := rapid.SampledFrom([]int{1, 1, 1, 2, 12}).Draw(t, "times"); n > 0; n-- {
			b.Stories = append(b.Stories, few...)
		}
		sheets := planBrief(b)
		for level := 0; level <= 4; level++ {
			for part := 1; part <= len(sheets); part++ {
				m := renderBrief(b, sheets, part, level)
				fits(t, m, fmt.Sprintf("part %d of %d at level %d", part, len(sheets), level))
				if w := weigh(m.Blocks...); level < 4 && w > maxWeight {
					t.Fatalf("part %d at level %d weighs %d", part, level, w)
				}
			}
		}
		elsewhere := b
		elsewhere.Until = b.Until.In(time.FixedZone("America/Somewhere_With_A_Long_Name", -11*3600))
		if got := len(planBrief(elsewhere)); got != len(sheets) {
			t.Fatalf("%d messages, in another zone %d", len(sheets), got)
		}
	})
}
