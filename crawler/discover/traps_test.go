package discover

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"newsvigil/news"
)

// soundFeed is a feed of three pieces that a trap spoils in one way. Its dates are Korean.
const soundFeed = `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>항구 신문</title><link>https://www.example.kr/</link><description>항구 소식</description>
<item><title>첫째 소식</title><link>https://www.example.kr/news/1.html</link><pubDate>2026년 9월 27일 오후 7:00</pubDate></item>
<item><title>둘째 소식</title><link>https://www.example.kr/news/2.html</link><pubDate>2026.09.27 18:30</pubDate></item>
<item><title>셋째 소식</title><link>https://www.example.kr/news/3.html</link><pubDate>Sun, 27 Sep 2026 18:00:00 +0900</pubDate></item>
</channel></rss>
`

// sound is what soundFeed shows: links, and when they were published in Seoul.
var sound = map[string]string{"/news/1.html": "2026-09-27 19:00", "/news/2.html": "2026-09-27 18:30", "/news/3.html": "2026-09-27 18:00"}

// spoil replaces parts of soundFeed, old and new by turns.
func spoil(parts ...string) string { return strings.NewReplacer(parts...).Replace(soundFeed) }

// undated is sound without some of its dates, which are given by the numbers of their pieces.
func undated(numbers ...int) map[string]string {
	out := map[string]string{}
	for path, at := range sound {
		out[path] = at
	}
	for _, n := range numbers {
		out[fmt.Sprintf("/news/%d.html", n)] = ""
	}
	return out
}

func inUTF16(s string, order binary.ByteOrder, mark bool) []byte {
	var b bytes.Buffer
	units := utf16.Encode([]rune(s))
	if mark {
		units = append([]uint16{0xfeff}, units...)
	}
	for _, u := range units {
		_ = binary.Write(&b, order, u)
	}
	return b.Bytes()
}

// brokenFeeds are the ways in which feeds are broken, one each, with what must be found all the same.
func brokenFeeds(t testing.TB) map[string]struct {
	in   []byte
	want map[string]string
} {
	type trap = struct {
		in   []byte
		want map[string]string
	}
	whole := func(s string) trap { return trap{[]byte(s), sound} }
	latin := strings.ReplaceAll(spoil("항구 신문", "Caf\xe9 du port", "첫째 소식", "\xc9t\xe9 au port", "항구 소식", "Port", "둘째 소식", "Deux", "셋째 소식", "Trois"), "2026년 9월 27일 오후 7:00", "2026-09-27 19:00:00")
	bomb := `<!DOCTYPE rss [<!ENTITY a "항구항구항구항구항구">` + func() string {
		var b strings.Builder
		for c := 'b'; c <= 'p'; c++ {
			fmt.Fprintf(&b, `<!ENTITY %c "%s">`, c, strings.Repeat(fmt.Sprintf("&%c;", c-1), 20))
		}
		return b.String()
	}() + `]>`
	return map[string]trap{
		"sound":                       whole(soundFeed),
		"ampersands in links":         {[]byte(spoil("news/1.html", "news/1.html?a=1&b=2")), map[string]string{"/news/1.html?a=1&b=2": sound["/news/1.html"], "/news/2.html": sound["/news/2.html"], "/news/3.html": sound["/news/3.html"]}},
		"ampersands in titles":        whole(spoil("첫째 소식", "R&D & Q&A <b>첫째</b> & &nbsp;&bogus; &#x1F600; &#99999999; 소식")),
		"unclosed at the end":         whole(spoil("</item>\n</channel></rss>", "")),
		"unclosed items":              whole(strings.ReplaceAll(soundFeed, "</item>", "")),
		"unclosed titles":             whole(strings.ReplaceAll(soundFeed, "</title><link>", "<link>")),
		"crossed end tags":            whole(strings.ReplaceAll(soundFeed, "</title>", "</b></title></i>")),
		"no quotes at attributes":     whole(spoil(`version="2.0"`, "version=2.0 lang=ko hidden")),
		"latin-1 that says utf-8":     {[]byte(latin), sound},
		"windows-1252 without a word": {[]byte(strings.Replace(latin, ` encoding="UTF-8"`, "", 1)), sound},
		"junk before":                 whole("\n\n<br />\n<b>Warning</b>: mysql_connect() in <b>/www/db.php</b> on line <b>7</b><br />\n" + soundFeed),
		"junk after":                  whole(soundFeed + "<!-- 0.31 s --><script>track('a' && 'b')</script>\n<rss><channel></channel>"),
		"two declarations":            whole(`<?xml version="1.0"?>` + soundFeed),
		"a comment before":            whole("<!-- cached <rss> -->" + soundFeed),
		"future date":                 {[]byte(spoil("2026년 9월 27일 오후 7:00", "2031년 9월 27일 오후 7:00")), map[string]string{"/news/1.html": "2026-09-28 09:00", "/news/2.html": sound["/news/2.html"], "/news/3.html": sound["/news/3.html"]}},
		"invalid date":                {[]byte(spoil("2026년 9월 27일 오후 7:00", "어제 저녁", "2026.09.27 18:30", "2026.13.45 29:99")), undated(1, 2)},
		"no dates":                    {[]byte(spoil("<pubDate>2026년 9월 27일 오후 7:00</pubDate>", "", "<pubDate>2026.09.27 18:30</pubDate>", "<pubDate/>", "<pubDate>Sun, 27 Sep 2026 18:00:00 +0900</pubDate>", "<pubDate> </pubDate>")), undated(1, 2, 3)},
		"guid only":                   whole(strings.NewReplacer("<link>https://www.example.kr/news", `<guid isPermaLink="true">https://www.example.kr/news`, "html</link>", "html</guid>").Replace(soundFeed)),
		"guid without a word":         whole(strings.NewReplacer("<link>https://www.example.kr/news", `<guid>https://www.example.kr/news`, "html</link>", "html</guid>").Replace(soundFeed)),
		"link in an attribute":        whole(strings.NewReplacer("<link>https://www.example.kr/news", `<atom:link rel="alternate" href="https://www.example.kr/news`, "html</link>", `html"/>`).Replace(soundFeed)),
		"gzipped file":                {packed(t, []byte(soundFeed)), sound},
		"gzipped twice":               {packed(t, packed(t, []byte(soundFeed))), sound},
		"utf-16 little":               {inUTF16(spoil("UTF-8", "UTF-16"), binary.LittleEndian, true), sound},
		"utf-16 big":                  {inUTF16(spoil("UTF-8", "UTF-16"), binary.BigEndian, true), sound},
		"utf-16 without a mark":       {inUTF16(spoil("UTF-8", "UTF-16"), binary.LittleEndian, false), sound},
		"cdata everywhere":            whole(strings.NewReplacer("<link>", "<link><![CDATA[ ", "</link>", "\n]]></link>", "<pubDate>", "<pubDate><![CDATA[", "</pubDate>", "]]></pubDate>").Replace(soundFeed)),
		"cdata unclosed at the end":   whole(spoil("</channel></rss>", "<item><title><![CDATA[ 끝")),
		"relative links":              whole(strings.ReplaceAll(soundFeed, "https://www.example.kr/news/", "/news/")),
		"links without a scheme":      whole(strings.ReplaceAll(soundFeed, "https://www.example.kr/news/", "//www.example.kr/news/")),
		"links with blanks":           whole(strings.NewReplacer("<link>", "<link>\n\t ", "</link>", " \r\n</link>").Replace(soundFeed)),
		"entity bomb":                 whole(strings.Replace(spoil("첫째 소식", "&p;"), "<rss", bomb+"<rss", 1)),
		"outside entity":              whole(strings.Replace(spoil("첫째 소식", "&x;"), "<rss", `<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss`, 1)),
		"zero bytes":                  whole(spoil("첫째", "첫\x00째", "<item>", "\x00<item>\x08")),
		"capital tags":                whole(strings.NewReplacer("<item>", "<ITEM>", "</item>", "</ITEM>", "<link>", "<LINK>", "</link>", "</LINK>").Replace(soundFeed)),
		"prefix without a namespace":  whole(strings.NewReplacer("<pubDate>", "<dc:date>", "</pubDate>", "</dc:date>").Replace(soundFeed)),
		"the same item twice":         whole(spoil("</channel>", soundFeed[strings.Index(soundFeed, "<item>"):strings.Index(soundFeed, "</item>")]+"</item></channel>")),
		"javascript and mail links":   whole(spoil("</channel>", "<item><link>javascript:alert(1)</link></item><item><link>mailto:a@example.kr</link></item><item><link>file:///etc/passwd</link></item></channel>")),
	}
}

func TestBrokenFeeds(t *testing.T) {
	t.Parallel()
	zone := seoul(t)
	for name, tt := range brokenFeeds(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := Feed(outlet(t), "https://feeds.example.kr/rss/all.xml", tt.in, testNow)
			got := map[string]string{}
			for _, c := range r.Candidates {
				at := ""
				if !c.Published.IsZero() {
					at = c.Published.Time.In(zone).Format("2006-01-02 15:04")
				}
				got[strings.TrimPrefix(c.URL, "https://www.example.kr")] = at
			}
			if diff := cmp.Diff(tt.want, got); diff != "" || r.Trouble != news.TroubleNone {
				t.Errorf("%q %q (-want +got):\n%s", r.Trouble, r.Detail, diff)
			}
		})
	}
}

// TestFeedOfFiveThousand holds that a huge feed is read whole, and quickly.
func TestFeedOfFiveThousand(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString(`<rss version="2.0"><channel><title>t</title><link>https://www.example.kr/</link>`)
	for i := range 5000 {
		fmt.Fprintf(&b, `<item><title>소식 %d</title><link>https://www.example.kr/news/%d.html</link><description>R&D &amp; %d</description><pubDate>2026.09.27 18:30</pubDate></item>`, i, i, i)
	}
	if r := Feed(outlet(t), "https://www.example.kr/rss", []byte(b.String()+"</channel></rss>"), testNow); len(r.Candidates) != 5000 {
		t.Errorf("%d of 5000 pieces, %q", len(r.Candidates), r.Detail)
	}
}

// bounded runs f and fails if it allocates more than most bytes, or takes longer than a minute: inputs
// that hang or grow do so by orders of magnitude.
func bounded(t *testing.T, what string, most uint64, f func()) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	f()
	if took := time.Since(start); took > time.Minute {
		t.Errorf("%s took %v", what, took)
	}
	if runtime.ReadMemStats(&after); after.TotalAlloc-before.TotalAlloc > most {
		t.Errorf("%s allocated %d MiB", what, (after.TotalAlloc-before.TotalAlloc)>>20)
	}
}

// TestFeedsCutShort holds that a feed which ends anywhere gives the pieces that are whole until there,
// and never makes the reader fail.
func TestFeedsCutShort(t *testing.T) {
	src := outlet(t)
	ends := map[int]string{}
	for path := range sound {
		ends[strings.Index(soundFeed, path)+len(path)+len("</link>")] = path
	}
	bounded(t, "reading feeds cut short", 4<<30, func() {
		for n := range len(soundFeed) {
			got := map[string]bool{}
			for _, c := range Feed(src, "https://feeds.example.kr/rss", []byte(soundFeed[:n]), testNow).Candidates {
				got[strings.TrimPrefix(c.URL, "https://www.example.kr")] = true
			}
			for end, path := range ends {
				if end <= n && !got[path] {
					t.Errorf("cut after %d bytes, %s is lost", n, path)
				}
			}
		}
		for _, body := range [][]byte{packed(t, []byte(soundFeed)), inUTF16(soundFeed, binary.BigEndian, true)} {
			for n := 0; n < len(body); n += 5 {
				Feed(src, "https://feeds.example.kr/rss", body[:n], testNow)
				Sitemap(src, "https://www.example.kr/sitemap.xml", bytes.NewReader(body[:n]), testNow)
			}
		}
	})
}

// TestSpoiltAtRandom holds that feeds, sitemaps, section pages and lists of posts that are spoilt anywhere
// neither hang nor grow.
func TestSpoiltAtRandom(t *testing.T) {
	src := outlet(t)
	r := rand.New(rand.NewPCG(1, 2))
	var inputs [][]byte
	for _, pattern := range []string{"feeds/*.xml", "sitemaps/*.xml", "sections/*.html"} {
		files, _ := filepath.Glob("testdata/" + pattern)
		for _, file := range files {
			if body, err := os.ReadFile(file); err == nil {
				inputs = append(inputs, body)
			}
		}
	}
	inputs = append(inputs, []byte(soundFeed), []byte(`[{"link":"https://example.kr/news/1.html","date_gmt":"2026-09-27T10:00:00","title":{"rendered":"a"}}]`))
	const rounds = 2
	bounded(t, "reading spoilt answers", uint64(rounds*len(inputs))*24<<20, func() {
		for range rounds {
			for _, body := range inputs {
				spoilt := mutate(r, body, inputs)
				Feed(src, "https://feeds.example.kr/rss", spoilt, testNow)
				Sitemap(src, "https://www.example.kr/sitemap.xml", bytes.NewReader(spoilt), testNow)
				Posts(src, "https://www.example.kr/wp-json/", spoilt, testNow)
				if root, err := html.Parse(bytes.NewReader(spoilt)); err == nil {
					Section(src, "https://www.example.kr/", root)
				}
			}
		}
	})
}

// mutate changes, doubles, drops and mixes bytes of a body at random places.
func mutate(r *rand.Rand, body []byte, others [][]byte) []byte {
	out := bytes.Clone(body)
	for range 1 + r.IntN(12) {
		if len(out) == 0 {
			return out
		}
		at := r.IntN(len(out))
		end := min(len(out), at+1+r.IntN(200))
		switch r.IntN(6) {
		case 0:
			out[at] = byte(r.IntN(256))
		case 1:
			out = append(out[:at:at], out[end:]...)
		case 2:
			out = append(out[:end:end], out[at:]...)
		case 3:
			other := others[r.IntN(len(others))]
			from := r.IntN(len(other) + 1)
			out = append(append(out[:at:at], other[from:min(len(other), from+300)]...), out[at:]...)
		case 4:
			out[at] = "<>&\"'=/![]-;"[r.IntN(12)]
		case 5:
			out = append(append(out[:at:at], bytes.Repeat(out[at:min(end, at+8)], 200)...), out[at:]...)
		}
	}
	return out
}
