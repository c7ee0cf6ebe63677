package extract

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"newsvigil/address"
	"newsvigil/news"
	"newsvigil/text"
)

var (
	separators = regexp.MustCompile(`\s+(?:[|\-–—:»«·•/]|::|&gt;|>)\s+|\s*[|｜]\s*|:::`)
	titleClass = regexp.MustCompile(`(?i)(?:^|[\s_-])(?:title|headline|tit|subject)(?:$|[\s_-])`)
	slugLike   = regexp.MustCompile(`^[a-z0-9]+(?:[-_][a-z0-9]+)+$`)
)

// title is the headline: the admin's selector, what the page says of itself for machines, its main
// heading, its <title>, what the feed said, and last the beginning of the body.
func (d *document) title(body string) string {
	if s := d.selected(d.h.Source.Select.Title); s != "" {
		return text.Clean(s)
	}
	head := d.head()
	og := d.meta("og:title", "twitter:title", "dc.title", "title")
	for _, s := range d.ordered(head, og) {
		if t := tidyTitle(s, d.names); t != "" && !d.house(t) {
			return t
		}
	}
	if t := tidyTitle(d.titled, d.names); len(d.heads) == 0 && t != "" && !d.house(t) {
		return t
	}
	start, _, _ := strings.Cut(body, "\n")
	return shorten(start, 120)
}

// ordered lists the candidates, the best first. A headline in JSON-LD that was cut short is worse
// than the whole one.
func (d *document) ordered(head, og string) []string {
	list := []string{d.linked.headline, og, head, d.titleText, d.h.Candidate.Title}
	if short := strings.TrimRight(d.linked.headline, ".… "); d.linked.headline != "" {
		for _, whole := range []string{og, head} {
			if t := tidyTitle(whole, d.names); len(t) > len(short)+3 && strings.HasPrefix(text.Fold(t), text.Fold(short)) &&
				(short != d.linked.headline || utf8.RuneCountInString(short) >= 100) {
				return append([]string{t}, list...)
			}
		}
	}
	return list
}

// head is the text of the h1 that is most likely the headline: the only one, or the one that
// <title> repeats.
func (d *document) head() string {
	var only string
	for _, n := range d.heads {
		s := text.Clean(line(n, 1000))
		if s == "" || d.house(s) {
			continue
		}
		if strings.Contains(text.Fold(d.titleText), text.Fold(s)) {
			return s
		}
		if only == "" {
			only = s
		}
	}
	return only
}

// house reports whether a title is only the outlet's name.
func (d *document) house(s string) bool {
	key := news.Slug(s)
	for _, name := range d.names {
		if key == news.Slug(name) {
			return true
		}
	}
	return key == "home" || key == "news" || key == ""
}

// siteNames are the names an outlet goes by, for cutting them off titles and bylines.
func siteNames(src news.Source, said []string) []string {
	names := []string{src.Name}
	for _, s := range said {
		if s = clean(s); s != "" && utf8.RuneCountInString(s) <= 60 {
			names = append(names, s)
		}
	}
	if host := address.Host(src.Home); host != "" {
		names = append(names, strings.TrimPrefix(host, "www."))
	}
	return names
}

// tidyTitle decodes entities, cuts the outlet's name off and refuses slugs.
func tidyTitle(s string, names []string) string {
	s = clean(s)
	for range 3 {
		cutAt := cutName(s, names)
		if cutAt == s {
			break
		}
		s = cutAt
	}
	if slugLike.MatchString(s) && !strings.Contains(s, " ") {
		return ""
	}
	return shorten(s, 400)
}

// cutName cuts a name of the outlet off the end or the beginning of a title, at a separator.
func cutName(s string, names []string) string {
	at := separators.FindAllStringIndex(s, -1)
	if len(at) == 0 {
		return s
	}
	head, tail := at[0], at[len(at)-1]
	if isName(s[tail[1]:], names) && tail[0] > 0 {
		return strings.TrimSpace(s[:tail[0]])
	}
	if isName(s[:head[0]], names) && head[1] < len(s) {
		return strings.TrimSpace(s[head[1]:])
	}
	return s
}

func isName(s string, names []string) bool {
	key := bare(s)
	if key == "" {
		return true
	}
	for _, name := range names {
		if n := bare(name); n != "" && (n == key || len(key) >= 4 && len(n) >= 4 && (strings.HasPrefix(n, key) || strings.HasPrefix(key, n))) {
			return true
		}
	}
	return false
}

// bare is a name without spaces, article and domain, so that "The Daily Post", "dailypost.com"
// and "Daily Post" are one.
func bare(s string) string {
	s = strings.TrimPrefix(news.Slug(s), "the-")
	for _, end := range []string{"-co-kr", "-or-kr", "-com", "-org", "-net", "-kr", "-jp", "-de"} {
		s = strings.TrimSuffix(s, end)
	}
	return strings.ReplaceAll(s, "-", "")
}

// shorten cuts s at a word end within max characters.
func shorten(s string, max int) string {
	if utf8.RuneCountInString(s) <= max {
		return s
	}
	cut := string([]rune(s)[:max])
	if i := strings.LastIndexByte(cut, ' '); i > max/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,;:") + "…"
}
