package slack

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
)

// What no reader should meet, as patterns of texts that Slack parses.
var (
	anyTag    = regexp.MustCompile(`<[^>]*>?`)
	ownTag    = regexp.MustCompile(`^<https?://[!-;=?-~]+>$`)
	entity    = regexp.MustCompile(`&(amp|lt|gt);`)
	emojiWord = regexp.MustCompile(`:[^\s:]+:`)
	mention   = regexp.MustCompile(`(?i)@(channel|here|everyone)\b`)
	address   = regexp.MustCompile(`(?i)\bhttps?://[^\s>]+`)
	hostLike  = regexp.MustCompile(`(?i)^[\p{L}\d-]+(\.[\p{L}\d-]+)*\.\p{L}{2,}$`)
	// score is what readers are never shown of how a piece was judged.
	score = regexp.MustCompile(`(?i)\b0\.\d{2}\b|\bscore\b|\bexample \d|예 \d|\d ?%`)
)

// lint finds what Slack takes and readers should not be shown. Links may lead to hosts only.
type lint struct {
	hosts  []string
	faults []string
}

func (l *lint) fault(what, s string) {
	if len(s) > 200 {
		s = s[:200]
	}
	l.faults = append(l.faults, what+": "+s)
}

// parsed looks at a text that Slack parses.
func (l *lint) parsed(s string) {
	l.letters(s)
	for _, tag := range anyTag.FindAllString(s, -1) {
		if !ownTag.MatchString(tag) {
			l.fault("a tag", tag)
			continue
		}
		l.link(strings.ReplaceAll(strings.Trim(tag, "<>"), "&amp;", "&"))
	}
	bare := entity.ReplaceAllString(anyTag.ReplaceAllString(s, " "), "")
	if strings.ContainsAny(bare, "<>&") {
		l.fault("not escaped", bare)
	}
	for what, pattern := range map[string]*regexp.Regexp{"an emoji": emojiWord, "a mention": mention, "a bare address": address} {
		if found := pattern.FindString(bare); found != "" {
			l.fault(what, found)
		}
	}
}

// letters looks for what cannot be seen or turns the direction. An isolate must end where it began.
func (l *lint) letters(s string) {
	depth := 0
	for _, r := range s {
		switch {
		case r == '\u2068':
			depth++
		case r == '\u2069':
			depth--
		case r == '\n', r == '\u200c', r == '\u200d':
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r), r == '\u2028', r == '\u2029', r >= 0xe0000 && r <= 0xe0fff && !unicode.Is(unicode.Variation_Selector, r):
			l.fault("a hidden character", string([]rune{'"', r, '"'})+" in "+s)
		}
		if depth < 0 || depth > 1 {
			l.fault("isolates that do not match", s)
			return
		}
	}
	if depth != 0 {
		l.fault("an isolate that does not end", s)
	}
}

func (l *lint) link(raw string) {
	u, err := url.Parse(raw)
	if err != nil || !slices.Contains(l.hosts, strings.ToLower(u.Hostname())) {
		l.fault("a link elsewhere", raw)
	}
}

// shown looks at all blocks: every string in them, every link, and every type.
func (l *lint) shown(v any) {
	switch v := v.(type) {
	case string:
		l.letters(v)
	case []any:
		for _, e := range v {
			l.shown(e)
		}
	case object:
		if v["type"] == "rich_text_preformatted" {
			return // Markdown to copy, which Slack shows as it is; joiners keep its readers from reading links into it
		}
		l.element(v)
		for _, e := range v {
			l.shown(e)
		}
	}
}

func (l *lint) element(o object) {
	switch o["type"] {
	case "mrkdwn", "markdown", "user", "usergroup", "channel", "broadcast", "emoji", "image":
		l.fault("an element", o["type"].(string))
	case "link":
		raw, _ := o["url"].(string)
		text, _ := o["text"].(string)
		l.link(raw)
		host := ""
		if u, err := url.Parse(raw); err == nil {
			host = u.Hostname()
		}
		for _, shown := range address.FindAllString(text, -1) {
			if u, err := url.Parse(shown); err != nil || u.Hostname() != host {
				l.fault("a link that shows another address", text+" -> "+raw)
			}
		}
		if bare := strings.Trim(text, "\u2068\u2069 "); hostLike.MatchString(bare) && bare != host {
			l.fault("a link that shows another host", text+" -> "+raw)
		}
		if strings.TrimSpace(text) == "" {
			l.fault("a link without words", raw)
		}
	}
}

// request looks at a request of a method, its fields and what is in them.
func (l *lint) request(method string, form url.Values) {
	text := form.Get("text")
	if strings.TrimSpace(text) == "" {
		l.fault("no text", method)
	}
	if n := len(utf16.Encode([]rune(text))); n > 3000 || len(text) > 4000 {
		l.fault("a long text", text)
	}
	l.parsed(text)
	for key, want := range map[string][]string{"unfurl_links": {"false"}, "unfurl_media": {"false"}} {
		if method != "chat.postEphemeral" && method != "chat.update" && !slices.Contains(want, form.Get(key)) {
			l.fault(key, form.Get(key))
		}
	}
	for _, key := range []string{"reply_broadcast", "link_names", "attachments"} {
		if form.Has(key) && form.Get(key) != "false" {
			l.fault(key, form.Get(key))
		}
	}
	if p := form.Get("parse"); p != "" && p != "none" {
		l.fault("parse", p)
	}
}
