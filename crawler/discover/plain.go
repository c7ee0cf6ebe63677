package discover

import (
	"strings"

	"golang.org/x/net/html"
)

// plain is the text of a snippet of HTML; block elements become spaces.
func plain(s string) string {
	if !strings.ContainsAny(s, "<&") {
		return s
	}
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(s))
	hidden := 0
	for {
		switch z.Next() {
		case html.ErrorToken:
			// A second layer of escaping is common in titles.
			return html.UnescapeString(b.String())
		case html.TextToken:
			if hidden == 0 {
				b.Write(z.Text())
			}
		case html.StartTagToken:
			name, _ := z.TagName()
			if n := string(name); n == "script" || n == "style" {
				hidden++
			} else if !inline(n) {
				b.WriteByte(' ')
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if n := string(name); (n == "script" || n == "style") && hidden > 0 {
				hidden--
			} else if !inline(n) {
				b.WriteByte(' ')
			}
		case html.SelfClosingTagToken:
			b.WriteByte(' ')
		}
	}
}

func inline(tag string) bool {
	switch tag {
	case "a", "b", "i", "em", "strong", "span", "u", "s", "sup", "sub", "font", "small", "mark", "code", "abbr", "q", "cite":
		return true
	}
	return false
}
