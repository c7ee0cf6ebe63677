package crawler

import (
	"cmp"
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/net/html"

	"newsvigil/address"
	"newsvigil/news"
	"newsvigil/text"
)

// HomePage is what a front page says of its outlet beside its pieces, for those who set a source up.
type HomePage struct {
	// Name is what the page calls the outlet; "" where it says nothing of use.
	Name string
	// Feeds are links that look like feeds, Sections links that look like pages that list pieces; both lie
	// within the outlet, are few, and may be of no use.
	Feeds, Sections []string
}

const (
	mostLinkedFeeds    = 3
	mostLinkedSections = 4
)

var (
	feedLink = regexp.MustCompile(`(?i)(?:^|[/._-])(?:rss|feeds?|atom|rdf)(?:[0-9]*|[/._-].*)$`)
	// listLink is the path of a page that most likely lists pieces.
	listLink = regexp.MustCompile(`(?i)(?:^|[/_-])(?:news|latest|stories|articles?|commentar(?:y|ies)|analysis|reports?|blog|press|posts?|list|archive|world|politics|asia|nation|뉴스|기사)(?:[/_.-]|$)`)
	// noList is the path of a page that every site has and that lists nothing.
	noList = regexp.MustCompile(`(?i)(?:^|[/_-])(?:about|contact|login|log-in|sign-?(?:in|up)|register|account|subscri\w*|newsletters?|privacy|terms|cookies?|legal|imprint|impressum|search|donate|jobs|careers?|advertis\w*|help|faq|shop|store|cart|podcasts?|videos?|photos?|gallery|apps?|comments?|sitemap|tags?|authors?)(?:[/_.-]|$)`)
)

// homePage reads what a front page says of its outlet.
func homePage(src news.Source, a answer) *HomePage {
	h := &HomePage{Name: siteName(a.root)}
	base := a.url.String()
	seen := map[string]bool{base: true, src.Home: true}
	var likely, others []string
	for n := range a.root.Descendants() {
		if n.Type != html.ElementNode || n.Data != "a" {
			continue
		}
		to, err := address.Resolve(base, attribute(n, "href"))
		if to, _, _ = strings.Cut(to, "#"); err != nil || seen[to] || !address.Belongs(src, to) {
			continue
		}
		seen[to] = true
		u, err := url.Parse(to)
		path := ""
		if err == nil {
			path = strings.Trim(u.Path, "/")
		}
		switch {
		case path == "" || noList.MatchString(path):
		case feedLink.MatchString(path):
			h.Feeds = append(h.Feeds, to)
		case listLink.MatchString(path) && strings.Count(path, "/") < 3:
			likely = append(likely, to)
		case !strings.Contains(path, "/") && len(path) < 20:
			others = append(others, to)
		}
	}
	h.Feeds = first(h.Feeds, mostLinkedFeeds)
	h.Sections = first(append(likely, others...), mostLinkedSections)
	return h
}

func first(list []string, n int) []string { return list[:min(n, len(list))] }

// longestSiteName bounds a name, in letters; a longer one is a slogan.
const longestSiteName = 80

var (
	// slogan parts an outlet's name from what else its front page's title says.
	slogan = regexp.MustCompile(` *[|｜] *| +[-–—·:»]+ +|: +`)
	// entrance is a title's part that names the page, not the outlet.
	entrance = regexp.MustCompile(`(?i)^(?:home(?: ?page)?|front ?page|start(?:seite)?|welcome|index|main|latest(?: news)?|홈|메인)$`)
)

// siteName is what a front page calls its outlet: by og:site_name, else by application-name, else by
// its title without the slogan; "" where it says nothing of use.
func siteName(root *html.Node) string {
	var og, app, title string
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "meta":
			switch content := attribute(n, "content"); {
			case og == "" && strings.EqualFold(attribute(n, "property"), "og:site_name"):
				og = usable(content)
			case app == "" && strings.EqualFold(attribute(n, "name"), "application-name"):
				app = usable(content)
			}
		case "title":
			if title == "" && n.FirstChild != nil {
				title = titleName(n.FirstChild.Data)
			}
		case "body":
			return cmp.Or(og, app, title)
		}
	}
	return cmp.Or(og, app, title)
}

// titleName is the first part of a title that may be a name.
func titleName(title string) string {
	for _, part := range slogan.Split(text.Clean(title), -1) {
		if part = usable(part); part != "" && !entrance.MatchString(part) {
			return part
		}
	}
	return ""
}

func usable(s string) string {
	if s = text.Clean(s); len([]rune(s)) > longestSiteName {
		return ""
	}
	return s
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
