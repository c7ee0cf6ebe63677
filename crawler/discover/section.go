package discover

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"

	"newsvigil/address"
	"newsvigil/news"
	"newsvigil/text"
)

// Section reads a front or section page: every link that looks like an article. With an article
// pattern in the source that alone decides; without one the address and the words of the link do.
// Next holds the following page where the page names one, Feeds the feeds it announces.
func Section(src news.Source, url string, root *html.Node) Result {
	g := gather(src, news.RouteSection, url)
	best := make(map[string]int)
	base := baseOf(root, url)
	next, numbered := "", ""
	for n := root; n != nil; {
		inside := true
		switch {
		case n.Type != html.ElementNode:
		case skipped(n):
			inside = false
		case n.Data == "a" || n.Data == "area":
			a := readAnchor(n, base)
			if next == "" && a.next {
				next = a.url
			}
			if numbered == "" && a.words == followingPage(url) && pageNumber(a.url) == a.words {
				numbered = a.url
			}
			takeAnchor(g, best, a)
		}
		n = after(n, root, inside)
	}
	res := Result{Candidates: g.list, Feeds: Links(root, url), API: API(root, url)}
	if next == "" {
		next = numbered
	}
	if next != "" && next != url && address.Belongs(src, next) {
		res.Next = []string{next}
	}
	if len(g.list) == 0 && walled(root) {
		return Result{Trouble: news.TroubleBlocked, Detail: wallDetail}
	}
	if len(g.list) == 0 {
		feeds, api := res.Feeds, res.API
		res = g.empty("section page")
		res.Feeds, res.API = feeds, api
		if src.Article != nil {
			res.Detail = "no link on the page matches the article pattern of this source; check article"
		}
	}
	return res
}

// anchor is a link of a page. rank tells how likely its words are a headline.
type anchor struct {
	url, words string
	rank       int
	next       bool
	inMenu     bool
}

func takeAnchor(g *gathering, best map[string]int, a anchor) {
	if a.url == "" || !wanted(g.src, a) {
		return
	}
	title := a.words
	if generic(title) || a.rank == 0 {
		title = ""
	}
	if !g.add(news.Candidate{URL: a.url, Title: title}) {
		return
	}
	key, err := address.Key(g.src, a.url)
	if err != nil || title == "" {
		return
	}
	// A headline beats other words; among equals the longest is the whole one.
	if weight := a.rank*10000 + len(title); weight > best[key] {
		best[key] = weight
		g.list[g.at[key]].Title = title
	}
}

func wanted(src news.Source, a anchor) bool {
	if src.Article != nil {
		return isArticle(src, a.url)
	}
	if a.inMenu || !articleAddress(a.url) {
		return false
	}
	return a.rank >= 2 || long(a.words) || a.words == ""
}

// readAnchor takes the address and the best words of a link: a heading inside or around it, else
// all its text, else the words of its picture.
func readAnchor(n *html.Node, base string) anchor {
	var a anchor
	href := strings.TrimSpace(attr(n, "href"))
	if href == "" || strings.HasPrefix(href, "#") || len(href) > 2000 {
		return a
	}
	abs, err := address.Resolve(base, href)
	if err != nil {
		return a
	}
	a.url, _, _ = strings.Cut(abs, "#")
	for p := n.Parent; p != nil; p = p.Parent {
		if heading(p) {
			a.rank = 3
		}
		if menu(p) {
			a.inMenu = true
		}
	}
	a.words = words(n)
	for c := range all(n) {
		if c != n && heading(c) {
			if w := words(c); w != "" {
				a.words, a.rank = w, 2
				break
			}
		}
	}
	if a.rank == 0 && a.words != "" {
		a.rank = 1
	}
	if len(a.words) > maxTitle {
		a.words = cut(a.words, maxTitle)
	}
	a.next = strings.EqualFold(attr(n, "rel"), "next") || slices.Contains(nextWords, strings.Trim(text.Fold(a.words), ` "»›→>`))
	return a
}

// nextWords are what links to the following page of a list say.
var nextWords = []string{
	"next", "next page", "older", "older posts", "older articles", "older stories", "more articles", "다음", "다음 페이지", "次へ", "次のページ",
}

func words(n *html.Node) string {
	var b strings.Builder
	for c := range all(n) {
		if c.Type == html.TextNode && (c.Parent == nil || c.Parent.Data != "style" && c.Parent.Data != "script") {
			b.WriteString(c.Data)
		} else if c.Type == html.ElementNode && !inline(c.Data) {
			b.WriteByte(' ')
		}
		if b.Len() > 4000 {
			break
		}
	}
	return text.Clean(b.String())
}

func heading(n *html.Node) bool {
	return n.Type == html.ElementNode && len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6'
}

// skipped are elements that show no pieces.
func skipped(n *html.Node) bool {
	switch n.Data {
	case "script", "style", "noscript", "template", "svg", "form", "iframe":
		return true
	}
	return false
}

// menu reports whether an element is navigation. A header within a card of a piece is none.
func menu(n *html.Node) bool {
	if n.Type != html.ElementNode {
		return false
	}
	switch n.Data {
	case "nav", "footer":
		return true
	case "header":
		for p := n.Parent; p != nil; p = p.Parent {
			if p.Data == "article" || p.Data == "section" || p.Data == "main" || p.Data == "li" {
				return false
			}
		}
		return true
	}
	return strings.EqualFold(attr(n, "role"), "navigation")
}

// long reports whether words are enough for a headline: four words, or ten characters in scripts
// that write words without or with few spaces.
func long(s string) bool {
	wide := 0
	for _, r := range s {
		if unicode.In(r, unicode.Hangul, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai) {
			wide++
		}
	}
	return wide >= 8 || len(s) >= 20 && len(strings.Fields(s)) >= 4
}

// generic are words of links that say nothing of the piece.
func generic(s string) bool {
	switch text.Fold(s) {
	case "read more", "more", "continue reading", "full story", "read", "comments", "share", "view", "watch", "listen", "더보기", "자세히", "자세히 보기", "続きを読む", "もっと見る":
		return true
	}
	return false
}
