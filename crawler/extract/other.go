package extract

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"

	"newsvigil/news"
)

var (
	loginPath  = regexp.MustCompile(`(?i)/(?:log-?in|sign-?in|sso|auth|register|signup|member/login)(?:[/.?]|$)`)
	loginTitle = regexp.MustCompile(`(?i)^(?:log ?in|sign ?in|anmelden|einloggen|connexion|se connecter|iniciar sesión|accedi|로그인|회원 ?로그인|ログイン)(?:$|[^\p{L}])`)
	videoHost  = regexp.MustCompile(`(?i)youtube\.com|youtube-nocookie|youtu\.be|vimeo\.com|dailymotion|tv\.naver|kakao\.com/.*cliplink|brightcove|jwplayer|jwplatform|soundcloud|spotify\.com/embed`)
)

// minPhotos is how many pictures a page of pictures has at least.
const minPhotos = 3

// whatElse is the error that says what a page without an article is.
func (d *document) whatElse(body string, size int) error {
	videos, photos, passwords := 0, 0, 0
	for n := range all(d.p.Root) {
		switch {
		case element(n, "video", "audio"), element(n, "iframe") && videoHost.MatchString(attr(n, "src")+attr(n, "data-src")):
			videos++
		case element(n, "img") && !within(n, aside) && !within(n, func(p *html.Node) bool { return element(p, "header", "a") }):
			photos++
		case element(n, "input") && strings.EqualFold(attr(n, "type"), "password"):
			passwords++
		}
	}
	kind := strings.ToLower(d.linked.kind)
	switch {
	case d.listing(body, size):
		return ErrListing
	case loginTitle.MatchString(d.head()) || loginTitle.MatchString(d.titleText) || passwords > 0 && (size < minArticle/2 || loginPath.MatchString(d.p.URL)):
		return ErrLogin
	case strings.Contains(kind, "video") || strings.Contains(kind, "audio") || strings.Contains(kind, "podcast") || strings.HasPrefix(d.meta("og:type"), "video") || videos > 0:
		return ErrVideo
	case strings.Contains(kind, "gallery") || photos >= minPhotos:
		return ErrPhotos
	case d.headlines >= 6:
		return ErrListing
	}
	return ErrNotArticle
}

// selectors tells of each of the source's selectors whether the page has what it names.
func (d *document) selectors() []news.Selected {
	s := d.h.Source.Select
	var list []news.Selected
	add := func(field, selector string) {
		if selector != "" {
			list = append(list, news.Selected{Field: field, Selector: selector, Matched: len(matches(d.p.Root, selector)) > 0})
		}
	}
	add("title", s.Title)
	add("body", s.Body)
	add("date", s.Date)
	for _, r := range s.Remove {
		add("remove", r)
	}
	return list
}
