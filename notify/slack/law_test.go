package slack

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"pgregory.net/rapid"

	"newsvigil/internal/practice/slack"
	"newsvigil/news"
)

// trialVariable makes `make slack` draw as many cases as there is time for; a few are drawn without it.
const trialVariable = "NEWSVIGIL_SLACK_TRIAL"

// TestMain draws fewer cases for each law than rapid does by itself.
func TestMain(m *testing.M) {
	if os.Getenv(trialVariable) == "" {
		if err := flag.Set("rapid.checks", "30"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// nasty are strings that outlets should not write.
var nasty = []string{
	"<!channel> everyone", "<@U123> <https://evil.example|click>", ":tada: :a:b: ::", "*bold* _it_ `code`", "&amp; < >",
	"\u202egnirts\u202c \u2066x\u2069", "line\nbreak\ttab\x00\x07", "\xff\xfe broken", "", "   ", "مرحبا بالعالم", "שלום :tada:",
	strings.Repeat("북한", 300), strings.Repeat("x", 4000), "e" + strings.Repeat("\u0301", 2000), strings.Repeat("👩‍👩‍👧‍👦", 200), "https://evil.example/a",
	strings.Repeat("🇰🇷", 500), "\ufffd", "a\u2028b\u2029c", strings.Repeat("&", 3000), strings.Repeat("<", 500),
}

var addresses = []string{
	"", "https://outlet.example/a", "javascript:alert(1)", "/relative", "https://user:pw@outlet.example/", "http://outlet.example/" + strings.Repeat("x", 3000),
	"https://outlet.example/a b", "https://outlet.example/\"><script>", "https://outlet.example/뉴스?q=북한", "ftp://x/", "https://", "https://outlet.example/" + strings.Repeat("뉴", 900),
	"https://outlet.example/" + strings.Repeat("y", 2900), "\x00", "https://[::1", "https://outlet.example/|x|",
}

func genText(t *rapid.T, label string) string {
	return rapid.OneOf(rapid.SampledFrom(nasty), rapid.String(), rapid.StringN(0, 60, 200)).Draw(t, label)
}

func genTime(t *rapid.T) time.Time {
	return rapid.SampledFrom([]time.Time{{}, time.Unix(-5, 0), time.Unix(0, 0), time.Date(2026, 11, 21, 8, 0, 0, 0, seoul), time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}).Draw(t, "time")
}

func genItem(t *rapid.T) news.Item {
	hits := func() []news.Hit {
		return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) news.Hit {
			return news.Hit{Name: genText(t, "hit"), Words: rapid.SliceOfN(rapid.SampledFrom(nasty), 0, 4).Draw(t, "words")}
		}), 0, 3).Draw(t, "hits")
	}
	return news.Item{
		Story: rapid.Int64Range(0, 3).Draw(t, "story"), Kind: rapid.SampledFrom([]news.ItemKind{news.ItemNew, news.ItemUpdated, news.ItemAlerted, ""}).Draw(t, "kind"),
		Title: genText(t, "title"), URL: rapid.SampledFrom(addresses).Draw(t, "url"), Outlet: genText(t, "outlet"), Label: genText(t, "label"),
		Published: news.Instant{Time: genTime(t), DateOnly: rapid.Bool().Draw(t, "dateonly")}, Fetched: genTime(t),
		Language: rapid.SampledFrom([]string{"", "en", "ko", "xx", nasty[0]}).Draw(t, "language"), ArticleKind: rapid.SampledFrom([]news.Kind{"", news.KindPDF}).Draw(t, "article"),
		Reasons: news.Reasons{Facets: hits(), Concepts: hits(), Terms: rapid.SliceOfN(rapid.SampledFrom(nasty), 0, 5).Draw(t, "terms"), Nearest: genText(t, "nearest")},
		Also: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) news.Also {
			return news.Also{Outlet: genText(t, "also"), URL: rapid.SampledFrom(addresses).Draw(t, "url"), Language: rapid.SampledFrom([]string{"", "ko", nasty[1]}).Draw(t, "language")}
		}), 0, 12).Draw(t, "alsos"),
		Foreign: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) news.Also {
			return news.Also{Outlet: genText(t, "outlet"), Title: genText(t, "foreign"), URL: rapid.SampledFrom(addresses).Draw(t, "url"), Language: rapid.SampledFrom([]string{"ko", nasty[1]}).Draw(t, "language")}
		}), 0, 3).Draw(t, "foreigns"),
	}
}

func genDigest(t *rapid.T) news.Digest {
	items := func(label string, most int) []news.Item {
		return rapid.SliceOfN(rapid.Custom(genItem), 0, most).Draw(t, label)
	}
	return news.Digest{
		Key: "k", Topic: genText(t, "topic"), Language: rapid.SampledFrom([]string{"en", "ko", ""}).Draw(t, "lang"),
		Slot: time.Date(2026, 11, 21, 8, 0, 0, 0, seoul), Since: genTime(t),
		Totals:  news.Totals{Read: 1 << 30, Outlets: 3, OnTopic: 9, Stories: 7, Trouble: 2},
		Buttons: rapid.Bool().Draw(t, "buttons"), Revision: rapid.IntRange(0, 99).Draw(t, "revision"),
		Marks: map[int64]news.Mark{1: {Kept: 2, Disliked: 99}, 2: {Rescued: 1}},
		Muted: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) news.Mute {
			return news.Mute{Source: news.Slug(genText(t, "muted")), Outlet: genText(t, "muted"), Until: genTime(t)}
		}), 0, 3).Draw(t, "mutes"),
		Lead: items("lead", 7), Lines: items("lines", 8), Rest: items("rest", 16), Near: items("near", 6), Beyond: rapid.IntRange(0, 3).Draw(t, "beyond"),
		Troubles: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) news.SourceTrouble {
			return news.SourceTrouble{Source: genText(t, "source"), Trouble: news.TroubleTimeout, Detail: genText(t, "detail"), Since: genTime(t)}
		}), 0, 12).Draw(t, "troubles"),
	}
}

var (
	tags    = regexp.MustCompile(`<[^>]*>?`)
	safeTag = regexp.MustCompile(`^<https?://[^<>| ]+>$`)
)

var emoji = regexp.MustCompile(`:[^\s:<>]+:`)

// fits fails the test where the message is not one that Slack takes and shows as it is meant.
func fits(t *rapid.T, m Message, what string) {
	var blocks []byte
	if len(m.Blocks) > 0 {
		blocks, _ = json.Marshal(m.Blocks)
	}
	if word := slack.Check(m.Text, blocks, nil); word != "" {
		t.Fatalf("%s: refused with %q\n%s", what, word, blocks)
	}
	if n := units(m.Text); n > maxText {
		t.Fatalf("%s: the text has %d units", what, n)
	}
	if e := emoji.FindString(tags.ReplaceAllString(m.Text, "")); e != "" {
		t.Fatalf("%s: the text has an emoji: %q", what, e)
	}
	for _, tag := range tags.FindAllString(m.Text, -1) {
		if !safeTag.MatchString(tag) {
			t.Fatalf("%s: the text has the tag %q", what, tag)
		}
	}
	for _, s := range append(strs(blocks), m.Text) {
		if strings.Count(s, isolate) != strings.Count(s, popIsolate) {
			t.Fatalf("%s: isolates do not match in %q", what, s)
		}
		bad := strings.IndexFunc(s, func(r rune) bool {
			return r != '\n' && (unicode.IsControl(r) || r == '\u2028' || r == '\u202e' || r == '\u2066')
		})
		if bad >= 0 {
			t.Fatalf("%s: control or direction character in %q", what, s)
		}
	}
}

// strs are all strings in a JSON document.
func strs(raw []byte) []string {
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return nil
	}
	var out []string
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			out = append(out, v)
		case []any:
			for _, x := range v {
				walk(x)
			}
		case map[string]any:
			for _, x := range v {
				walk(x)
			}
		}
	}
	walk(v)
	return out
}

// TestAnyDigestFits is the law of rendering: whatever outlets write, at every level every message
// is one that Slack takes, and no story is lost between the messages.
func TestAnyDigestFits(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := genDigest(t)
		sheets := plan(d)
		n := len(sheets)
		if n < 1 || n > maxParts {
			t.Fatalf("%d parts", n)
		}
		told, near := 0, 0
		for _, s := range sheets {
			told += len(s.lead) + len(s.lines) + len(s.rest)
			near += len(s.near)
			if s.page == 1 {
				told += s.more
			}
		}
		if told != d.Stories() || near > len(d.Near) {
			t.Fatalf("%d stories and %d near misses told of %d and %d", told, near, d.Stories(), len(d.Near))
		}
		for level := 0; level <= 4; level++ {
			for part := 1; part <= n; part++ {
				m := render(d, sheets, part, level)
				fits(t, m, fmt.Sprintf("part %d of %d at level %d", part, n, level))
				if m := massOf(m.Blocks...); !m.bearable(0) || part > 1 && !m.light(0) {
					t.Fatalf("part %d at level %d weighs %+v", part, level, m)
				}
			}
		}
	})
}

// TestPartsAreTheSameOnceStored checks that neither JSON nor a zone changes how a digest is spread.
func TestPartsAreTheSameOnceStored(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := genDigest(t)
		raw, err := json.Marshal(d)
		if err != nil {
			t.Skip("a time that JSON does not take")
		}
		var stored news.Digest
		if err := json.Unmarshal(raw, &stored); err != nil {
			t.Fatal(err)
		}
		elsewhere := stored
		elsewhere.Slot = stored.Slot.In(time.FixedZone("America/Somewhere_With_A_Long_Name", -11*3600))
		if a, b, c := spread(d), spread(stored), spread(elsewhere); a != b || a != c {
			t.Fatalf("spread %s, stored %s, in another zone %s", a, b, c)
		}
	})
}

// spread says how many items of each kind every message has.
func spread(d news.Digest) string {
	var b strings.Builder
	for _, s := range plan(d) {
		fmt.Fprintf(&b, "[%d %d %d %d]", len(s.lead), len(s.lines), len(s.rest), len(s.near))
	}
	return b.String()
}

func TestAnyNoticeFits(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := news.Notice{Key: "n", Title: genText(t, "title"), Lines: rapid.SliceOfN(rapid.SampledFrom(nasty), 0, 80).Draw(t, "lines")}
		for level := 0; level <= 4; level++ {
			fits(t, RenderNotice(n, level), fmt.Sprintf("level %d", level))
		}
	})
}

func TestClip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s, n := clean(genText(t, "s")), rapid.IntRange(3, 200).Draw(t, "n")
		got := clip(s, n)
		if units(got) > n {
			t.Fatalf("clip(%q, %d) has %d units", s, n, units(got))
		}
		if units(s) <= n && got != s {
			t.Fatalf("clip(%q, %d) = %q, want it whole", s, n, got)
		}
		if !strings.HasPrefix(s, strings.TrimSuffix(got, "…")) {
			t.Fatalf("clip(%q, %d) = %q", s, n, got)
		}
	})
}
