package extract

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"newsvigil/news"
	"newsvigil/text"
)

// fullName is a name in Latin or Cyrillic letters of two to four words, as a byline spells it.
const fullName = `\p{Lu}[\p{L}\p{M}'’.-]*(?:\s+(?:(?:de|del|della|di|da|dos|van|von|vom|der|den|zu|zur|la|le|el|al|bin|ten|ter)\s+)*\p{Lu}[\p{L}\p{M}'’.-]*){1,3}`

var (
	labelName = regexp.MustCompile(`(?i)^(?:written\s+by|words\s+by|story\s+by|reported\s+by|verfasst\s+von|geschrieben\s+von|écrit\s+par|escrito\s+por|scritto\s+da|authors?|autor(?:in|en|es)?(?:\s*/\s*autor(?:in)?)?|autora|autore|auteure?s?|redakteur(?:in)?|글쓴이|작성자|필자|著者|執筆者|筆者|作者)(?:\s*[:：=/]\s*|\s+)`)
	// shortLabel are words that are a label before a colon only.
	shortLabel   = regexp.MustCompile(`(?i)^(?:text|texte|texto|testo|words|story|글|글[·ㆍ]사진|취재|기자|文|取材・文|文・写真|取材|記者|聞き手)\s*[:：=＝]\s*`)
	bylineStart  = regexp.MustCompile(`(?i)^(?:written\s+)?(?:by|von|par|por|di|da|av|af|door)\s*:?\s+`)
	bylineNames  = regexp.MustCompile(`^(?:V[oO][nN]|P[aA][rR]|P[oO][rR]|D[iI]|D[aA]|A[vV]|A[fF]|D[oO][oO][rR])\s+` + fullName + `(?:\s*(?:,|&|/|\sund|\set|\sy|\se|\soch|\sog|\sen)\s+` + fullName + `)*(?:\s*,\s*\p{Lu}[\p{L}\p{M} -]{1,25})?$`)
	labelledName = regexp.MustCompile(`^` + fullName + `$|^[\p{Hangul}\p{Han}\p{Hiragana}\p{Katakana}\s・ー]{2,12}$`)
	bylineEnd    = regexp.MustCompile(`(?i)\s*(?:(?:선임|인턴|수습|전문|객원|시민)?기자|특파원|칼럼니스트|논설위원|記者|特派員|編集委員|論説委員|支局長|[,|·•–—]\s*(?:staff|special|contributing|senior|chief)?\s*(?:reporter|writer|correspondent|editor|columnist)s?\b.*)$`)
	bylineSplit  = regexp.MustCompile(`(?i)\s*(?:[;|·•ㆍ、]|\s/\s|\s+(?:and|und|et|y|with|mit|och|og)\s+|\s&\s)\s*`)
	roleWords    = regexp.MustCompile(`(?i)(?:^|\s|-)(?:\p{L}*redakteur(?:in)?|\p{L}*korrespondent(?:in)?|reporter(?:in)?|correspondent|corresponsal|correspondante?|journalist(?:in|e|a)?|periodista|giornalista|inviat[oa]|rédact(?:eur|rice)|redactora?|columnist|kolumnist(?:in)?|editor|producer|writer|envoyée?)(?:\s|$)|^(?:編集委員|論説委員|特派員|記者|ライター)$`)
	koreanName   = regexp.MustCompile(`^[\p{Hangul}]{2,4}$`)
	koreanRole   = regexp.MustCompile(`(?:기자|특파원|논설위원|칼럼니스트|교수|연구원|연구위원|위원|소장|대표|앵커|변호사|작가|편집인|편집장|에디터|통신원|평론가|박사|원장|센터장|국장|부장|실장)$`)
	japaneseRole = regexp.MustCompile(`^(?:編集委員|論説委員|特派員|記者|聞き手|構成|取材|文|ライター)(?:[・\s　]+)`)
	placeFirst   = regexp.MustCompile(`^.*[=＝]`) // "서울=김민지 기자"
	sourceLabel  = regexp.MustCompile(`(?i)^(?:quelle|source|fuente|fonte|출처|자료)\s*[:：]`)
	mailAddress  = regexp.MustCompile(`[\w.+-]+@[\w-]+\.[\w.]+`)
	notAName     = regexp.MustCompile(`(?i)^(?:admin|administrator|editor|editors|editorial|newsroom|staff|staff (?:writer|reporter)|unknown|guest|webmaster|redaktion|redacción|rédaction|la rédaction|redazione|online|web ?desk|news ?desk|authors?|autor(?:in|en|es)?|von|by|follow|folgen|abonnieren|suivre|seguir|segui|구독|フォロー|share|contact|posted|published|updated|n/a|null|none|undefined|views|(?:온라인|디지털|인터넷|국제|사회|정치)? ?(?:편집|뉴스|취재)(?:국|부|팀)|관리자|운영자|기자|編集部|記者|管理者)$`)
	reporterLine = regexp.MustCompile(`^(?:[\p{Hangul}]{2,6}\s*=\s*)?(?:[\p{Hangul}]{2,4}\s*[·,]\s*)*[\p{Hangul}]{2,4}\s*(?:(?:[\p{Hangul}]{1,6}(?:부|팀|국|센터|본부|담당)\s*)?(?:선임|인턴|수습|전문|객원|시민)?기자|(?:[\p{Hangul}]{2,6}\s+)?특파원|논설위원|칼럼니스트)$|^(?:[\p{Han}\p{Hiragana}\p{Katakana}]{2,8}\s*[・、]\s*)*[\p{Han}\p{Hiragana}\p{Katakana}]{2,8}\s*(?:記者|特派員)$`)
	parenthesis  = regexp.MustCompile(`\s*[(\[（［【][^)\]）］】]*[)\]）］】]\s*`)
	houseEnd     = regexp.MustCompile(`^([^,]+ [^,]+),\s+\p{Lu}{3,5}$`)
	agencyEnd    = regexp.MustCompile(`^(.+?),\s+(\p{Ll}{2,5}|(?:AFP|AP|Reuters|dpa|ANSA|EFE|SDA|APA|Keystone-SDA))$`)
	placeEnd     = regexp.MustCompile(`^([^,]+\s[^,]+),\s+\p{Lu}\p{Ll}[\p{L}\p{M}-]+$`)
	countEnd     = regexp.MustCompile(`(?i)(?:^|[\s|·,(])(?:(?:\d[\d.,]*\s*[km]?\s*)?(?:views|comments|shares|likes|replies)|\d[\d.,]*\s*[km]?\s*(?:view|comment|share|like|reply|reads?)|\d+[\s-]*min(?:ute)?s?\s+read|조회수?|댓글수?|추천수?|閲覧数?|コメント数?)\s*[:：]?\s*(?:\d[\d.,]*\s*[km만천]?\s*(?:회|건|개|件|回)?)?\)?$`)
	organisation = regexp.MustCompile(`(?i)https?://|www\.|\.(?:com|org|net)\b`)
)

// tidyAuthors splits, cleans and checks names: no addresses, no e-mail, no roles, no places, not the
// outlet, no doubles.
func tidyAuthors(said, names []string) []string {
	var list []string
	for _, s := range said {
		if organisation.MatchString(s) || sourceLabel.MatchString(strings.TrimSpace(s)) {
			continue
		}
		s = withoutCounts(unlabelled(mailAddress.ReplaceAllString(clean(s), "")))
		for _, name := range splitNames(s) {
			name = tidyName(name)
			if !isPerson(name, names) || among(name, list) {
				continue
			}
			list = append(list, name)
		}
	}
	if slices.ContainsFunc(list, func(n string) bool { return strings.Contains(n, " ") }) {
		// Beside whole names, a longer word in small letters is no person's; shorter ones are agencies.
		list = slices.DeleteFunc(list, func(n string) bool {
			return utf8.RuneCountInString(n) > 5 && !strings.Contains(n, " ") && !wide(n) && n == strings.ToLower(n)
		})
	}
	return list[:min(len(list), 20)]
}

// tidyName takes everything but the name off one author.
func tidyName(name string) string {
	name = strings.TrimSpace(parenthesis.ReplaceAllString(name, " "))
	if wide(name) {
		name = placeFirst.ReplaceAllString(name, "")
	}
	name = japaneseRole.ReplaceAllString(strings.TrimSpace(name), "")
	if words := strings.Fields(name); len(words) > 1 && koreanRole.MatchString(name) {
		if n := koreanAmong(words[:len(words)-1]); n != "" {
			return n
		}
	}
	name = strings.Trim(bylineEnd.ReplaceAllString(name, ""), " ,.:;|-–—/")
	name = houseEnd.ReplaceAllString(name, "$1")
	name = placeEnd.ReplaceAllString(name, "$1")
	return unlabelled(name)
}

// koreanAmong is the word that is most likely a person's name, of those before a role: three
// letters rather than two or four, the first rather than later ones; never a department.
func koreanAmong(words []string) string {
	best := ""
	for _, w := range words {
		if !koreanName.MatchString(w) || strings.HasSuffix(w, "부") || strings.HasSuffix(w, "팀") {
			continue
		}
		if best == "" || utf8.RuneCountInString(w) == 3 && utf8.RuneCountInString(best) != 3 {
			best = w
		}
	}
	return best
}

// unlabelled takes "By", "Autor:" and the like off the beginning.
func unlabelled(s string) string {
	s = strings.TrimSpace(s)
	for range 2 {
		for _, label := range []*regexp.Regexp{labelName, shortLabel, bylineStart} {
			s = label.ReplaceAllString(s, "")
		}
	}
	return s
}

// houses are those of the said authors that are the outlet itself, or a desk that bears its name.
func houses(said, names []string) []string {
	var list []string
	for _, s := range said {
		s = strings.TrimSpace(unlabelled(clean(s)))
		size := utf8.RuneCountInString(s)
		if size < 2 || size > 60 || strings.ContainsAny(s, "@/") || notAName.MatchString(s) || among(s, list) {
			continue
		}
		key := bare(s)
		if slices.ContainsFunc(names, func(name string) bool {
			n := bare(name)
			return n != "" && (n == key || len(n) >= 3 && strings.Contains(key, n))
		}) {
			list = append(list, s)
		}
	}
	return list
}

// byLine reports whether a line only names who wrote the piece.
func byLine(l string) bool {
	if len(l) > 100 || l == "" {
		return false
	}
	if strings.HasPrefix(l, "By ") || strings.HasPrefix(l, "BY ") {
		return len(strings.Fields(l)) <= 10 && !strings.HasSuffix(l, ".")
	}
	return bylineNames.MatchString(l) || sure(l)
}

// bylines reports whether a line holds nothing but who wrote the piece, between bars with dates.
func bylines(l string) bool {
	if len(l) > 200 {
		return false
	}
	found := false
	for _, part := range strings.FieldsFunc(l, func(r rune) bool { return r == '|' || r == '｜' }) {
		part = strings.TrimSpace(part)
		switch {
		case byLine(part):
			found = true
		case stampLine.MatchString(part), isDate(part), mailAddress.FindString(part) == part:
		default:
			return false
		}
	}
	return found
}

// sure reports whether a line names who wrote the piece behind a label, or before a role.
func sure(l string) bool {
	if reporterLine.MatchString(l) {
		return true
	}
	for _, label := range []*regexp.Regexp{labelName, shortLabel} {
		if at := label.FindStringIndex(l); at != nil && labelledName.MatchString(strings.TrimSpace(bylineEnd.ReplaceAllString(l[at[1]:], ""))) {
			return true
		}
	}
	return false
}

// withoutCounts cuts off what counters print behind a name: "Views", "12 comments", "조회 3".
func withoutCounts(s string) string {
	for {
		cut := strings.TrimSpace(countEnd.ReplaceAllString(s, ""))
		if cut == s {
			return s
		}
		s = cut
	}
}

// splitNames splits a byline at conjunctions, and at commas where every part has two words:
// "Kim, Min-ji" is one name, "Kim Min-ji, Lee Jun" are two. What stands behind a comma may also be
// an agency, which is another author, or a role, which is none.
func splitNames(s string) []string {
	var list []string
	for _, part := range splitSlashes(bylineSplit.Split(s, -1)) {
		var names []string
		for _, p := range strings.Split(part, ",") {
			if p = strings.TrimSpace(p); !roleWords.MatchString(p) {
				names = append(names, p)
			}
		}
		whole := len(names) > 1
		for _, p := range names {
			if len(strings.Fields(p)) < 2 && !wide(p) {
				whole = false
			}
		}
		part = strings.Join(names, ", ")
		if m := agencyEnd.FindStringSubmatch(part); m != nil && !whole && strings.Contains(m[1], " ") {
			list = append(append(list, splitNames(m[1])...), m[2])
			continue
		}
		if !whole {
			list = append(list, part)
			continue
		}
		list = append(list, names...)
	}
	return list
}

// splitSlashes splits at slashes between names: "AP/AFP", "김민지/이준호". Codes such as "srf/hosb"
// are one.
func splitSlashes(parts []string) []string {
	var list []string
	for _, p := range parts {
		names := strings.Split(p, "/")
		for _, n := range names {
			first, _ := utf8.DecodeRuneInString(strings.TrimSpace(n))
			if unicode.IsLower(first) {
				names = []string{p}
				break
			}
		}
		list = append(list, names...)
	}
	return list
}

func isPerson(s string, names []string) bool {
	count := utf8.RuneCountInString(s)
	if count < 2 || count > 60 || len(strings.Fields(s)) > 6 || notAName.MatchString(s) {
		return false
	}
	letters := 0
	for _, r := range s {
		switch {
		case unicode.IsDigit(r):
			return false
		case unicode.IsLetter(r):
			letters++
		}
	}
	if letters < 2 {
		return false
	}
	return news.Slug(s) != "" && !isOutlet(s, names) && text.Fold(s) != ""
}

// wide reports whether s is written in Hangul, Han or kana.
func wide(s string) bool {
	for _, r := range s {
		if unicode.In(r, unicode.Hangul, unicode.Han, unicode.Hiragana, unicode.Katakana) {
			return true
		}
	}
	return false
}
