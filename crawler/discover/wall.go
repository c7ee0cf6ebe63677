package discover

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"

	"newsvigil/news"
	"newsvigil/text"
)

var (
	pageTitle   = regexp.MustCompile(`(?is)<title[^>]*>(.{0,300}?)</title>`)
	metaRefresh = regexp.MustCompile(`(?is)<meta[^>]{0,100}http-equiv\s*=\s*["']?refresh["']?[^>]{0,100}?url\s*=\s*["']?([^"'>\s]{1,500})`)
)

// wallWords stand in the title or the few words of pages that keep programs out.
var wallWords = []string{
	"just a moment", "attention required", "checking your browser", "verify you are human", "are you a robot",
	"ddos protection by", "pardon our interruption", "request unsuccessful", "enable javascript and cookies to continue",
	"captcha", "access denied", "bot verification", "security check",
}

const wallDetail = "the outlet answered with a page that keeps programs out"

// notFeed says what an answer is that is no feed.
func notFeed(url, raw string) Result {
	head := raw[:min(len(raw), 64<<10)]
	root, err := html.Parse(strings.NewReader(head))
	if err != nil || !htmlStart.MatchString(head) {
		return Result{Trouble: news.TroubleNotFeed, Detail: "the answer is neither a feed nor a page"}
	}
	if wall(head) {
		return Result{Trouble: news.TroubleBlocked, Detail: wallDetail}
	}
	res := Result{Trouble: news.TroubleNotFeed, Detail: "the answer is a web page, not a feed", Feeds: Links(root, url)}
	if m := metaRefresh.FindStringSubmatch(head); m != nil {
		res.Detail = "the answer is a web page that sends browsers on to " + cut(text.Clean(m[1]), 200)
	} else if len(res.Feeds) > 0 {
		res.Detail += "; it names " + res.Feeds[0]
	}
	return res
}

// wall reports whether a page is a bot wall: it says so in its title, or it says little else.
func wall(page string) bool {
	if m := pageTitle.FindStringSubmatch(page); m != nil && saysWall(m[1]) {
		return true
	}
	words := plain(page)
	return len(strings.Fields(words)) < 120 && saysWall(words)
}

// walled is wall for a page that is parsed already.
func walled(root *html.Node) bool {
	var b strings.Builder
	if err := html.Render(&b, root); err != nil {
		return false
	}
	return wall(b.String()[:min(b.Len(), 64<<10)])
}

func saysWall(s string) bool {
	s = text.Fold(s)
	for _, w := range wallWords {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}
