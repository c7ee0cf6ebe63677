package extract

import (
	"regexp"
	"strings"
	"unicode"

	"newsvigil/address"
	"newsvigil/news"
	"newsvigil/text"
)

// The lengths that decide, in words.
const (
	minArticle     = 25  // below it a page holds no article
	minTeaser      = 40  // below it a teaser takes the page's description if that is longer
	minFeedArticle = 150 // from it on a feed carries the whole piece
	maxPaywalled   = 250 // beyond it a piece behind a paywall was printed whole
	maxExcuse      = 150 // pages that only say that something is wrong are shorter
)

// wallWords, goneWords and payWords stand, folded, in the title or the few words of pages that
// keep programs out, of pages that are gone, and of pages that want money.
var (
	wallWords = []string{
		"just a moment", "attention required", "checking your browser", "verify you are human", "are you a robot", "ddos protection by",
		"pardon our interruption", "request unsuccessful", "enable javascript and cookies to continue", "captcha", "access denied", "bot verification", "security check",
	}
	goneTitle = regexp.MustCompile(`(?i)^(?:error\s*)?404\b|\b404\s+(?:error|not found)|(?:page|article|story|file|content)\s+(?:was\s+|could\s+not\s+be\s+|cannot\s+be\s+|can't\s+be\s+|is\s+)?(?:not\s+found|found|no longer (?:exists|available)|unavailable|missing)|^not found\b|nothing found|(?:페이지|기사|게시물|게시글|문서|주소|자료)[을를이가은는]? ?(?:존재하지 않|찾을 수 없|삭제되)|(?:존재하지 않는|찾을 수 없는|삭제된) ?(?:페이지|기사|게시물|게시글|문서|주소)|없는 ?(?:페이지|게시물|게시글|주소)|^(?:찾을 수 없습니다|존재하지 않습니다)|見つかりません|seite nicht gefunden|page introuvable`)
	goneBody  = regexp.MustCompile(`(?i)(?:page|article|story)(?: that| which)?(?: you(?:'re| are| were)? (?:requested|looking for|trying))?[^.]{0,40}(?:not (?:be )?found|doesn't exist|does not exist|no longer (?:exists|available)|(?:been|was) (?:removed|moved|deleted))|존재하지 않는 (?:기사|페이지)|삭제되었거나|페이지를 찾을 수 없|삭제된 기사|ページが見つかりません`)
	payWords  = regexp.MustCompile(`(?i)subscribe (?:now|today|to (?:continue|read|unlock|access))|subscribers? only|(?:already|become) a (?:subscriber|member)|for subscribers|sign (?:in|up) to (?:continue|read)|log ?in to (?:continue|read)|continue reading|to read the (?:full|rest)|premium (?:article|content)|members only|유료 ?(?:기사|회원)|구독(?:자 ?전용|자만|하고 (?:계속|전체|더|나머지)|하시면)|로그인 후 이용|有料会員|会員限定|nur für abonnenten|jetzt abonnieren|réservé aux abonnés`)
)

var loginLine = regexp.MustCompile(`(?i)^(?:log ?in|sign ?in|subscribe|register|sign ?up|로그인|구독하기|ログイン)[^\p{L}\p{N}]*$`)

func saysAny(s string, words []string) bool {
	s = text.Fold(s)
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// blocked reports whether the page is a bot wall: it says so in its title and says little else.
func (d *document) blocked(size int) bool {
	if d.linked.found || size > maxExcuse {
		return false
	}
	if saysAny(d.titleText, wallWords) {
		return true
	}
	return d.words < maxExcuse && saysAny(line(d.p.Root, 20000), wallWords)
}

// gone reports whether the page is a soft 404.
func (d *document) gone(size int) bool {
	if d.linked.published != "" || size > maxExcuse {
		return false
	}
	if goneTitle.MatchString(d.titleText) || goneTitle.MatchString(d.head()) {
		return true
	}
	return size < 60 && d.words < 400 && goneBody.MatchString(line(d.p.Root, 40000))
}

// kind tells a whole piece from a teaser. Pages that say they are closed but print the whole
// piece count as whole.
func (d *document) kind(body string, size int) news.Kind {
	closed := d.linked.closed || strings.EqualFold(d.meta("article:content_tier"), "locked") || strings.EqualFold(d.meta("isaccessibleforfree"), "false")
	switch {
	case closed && size < maxPaywalled:
		return news.KindTeaser
	case closed && d.linked.words > 2*size:
		return news.KindTeaser
	case size < 120 && payWords.MatchString(line(d.p.Root, 60000)) && d.paywalled(body):
		return news.KindTeaser
	}
	return news.KindFull
}

// paywalled reports whether a short body stops where a paywall begins: it ends in the middle of a
// sentence, or the demand for money follows it within the article.
func (d *document) paywalled(body string) bool {
	if payWords.MatchString(body) {
		return true
	}
	end := strings.TrimRight(body, " \n")
	if strings.HasSuffix(end, "…") || strings.HasSuffix(end, "...") {
		return true
	}
	for n := range all(d.p.Root) {
		mark := strings.ToLower(attr(n, "class") + " " + attr(n, "id"))
		if strings.Contains(mark, "paywall") || strings.Contains(mark, "subscriber-only") || strings.Contains(mark, "premium-content") {
			return true
		}
	}
	return false
}

// said is what the page says of itself in one or two sentences.
func (d *document) said() string {
	return clean(firstOf(d.linked.description, d.meta("og:description", "description", "twitter:description"), d.h.Candidate.Summary))
}

// listing reports whether the page is a front or section page rather than an article.
func (d *document) listing(body string, size int) bool {
	if home, err := address.Canonical(d.h.Source.Home); err == nil {
		if here, err := address.Canonical(d.p.URL); err == nil && here == home {
			return true
		}
	}
	article := d.linked.found && strings.Contains(strings.ToLower(d.linked.kind), "article") || strings.EqualFold(d.meta("og:type"), "article")
	if article || d.headlines < 6 {
		return false
	}
	after := make(map[string]string, len(d.page))
	for i := 1; i < len(d.page); i++ {
		after[d.page[i]] = d.page[i-1]
	}
	teasers, total := 0, 0
	for _, l := range strings.Split(body, "\n\n") {
		total++
		if d.anchors[text.Fold(l)] || d.anchors[text.Fold(after[l])] {
			teasers++
		}
	}
	return teasers >= 3 && teasers*5 >= total*2
}

// withoutDemands drops the lines of a teaser that ask for money or a login.
func withoutDemands(body string) string {
	var kept []string
	for _, l := range strings.Split(body, "\n\n") {
		if len(l) <= 200 && (payWords.MatchString(l) || loginLine.MatchString(l)) {
			continue
		}
		kept = append(kept, l)
	}
	return join(kept)
}

// length counts words; two characters of a script without spaces count as one.
func length(s string) int {
	words, chars := 0, 0
	in := false
	for _, r := range s {
		switch {
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai):
			chars++
			in = false
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if !in {
				words++
			}
			in = true
		case unicode.IsSpace(r):
			in = false
		}
	}
	return words + chars/2
}
