package extract

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"newsvigil/news"
)

// wires are the agencies whose credit in a dateline or at the end is looked for.
var wires = regexp.MustCompile(`(?:[(\[（［【]\s*(?:[^()\[\]（）［］【】]{1,20}=\s*)?|【[^()\[\]【】]{1,12}?|^[A-Z][A-Z .]+,?[^()]{0,20}\()(AP|(?:The )?Associated Press|AFP(?:時事)?|Agence France-Presse|Reuters|REUTERS|Yonhap(?: News(?: Agency)?)?|Xinhua|Kyodo(?: News)?|Jiji(?: Press)?|UPI|dpa|DPA|EFE|ANSA|TASS|IANS|PTI|ANI|Newsis|News1|Bloomberg|연합뉴스|뉴시스|뉴스1|로이터|共同(?:通信)?|時事(?:通信)?|ロイター|聯合ニュース)(?:\s*[/=-]\s*[^()\[\]（）［］【】]{1,20})?\s*[)\]）］】]`)

var (
	lastParenthesis = regexp.MustCompile(`[(\[（［]\s*([^()\[\]（）［］]{1,40}?)\s*[)\]）］][.。]?$`)
	endMark         = regexp.MustCompile(`(?i)^(?:end|ends|the end|more|끝|계속|終わり|おわり|完|了|続く|つづく)$`)
	notACredit      = regexp.MustCompile(`(?i)^(?:continued|to be continued|updated?|photos?|file|file photo|images?|pictures?|videos?|laughs?|laughter|applause|sic|translation|opinion|advertisement|sponsored|사진|자료|자료사진|영상|동영상|웃음|박수|종합|속보|写真|動画|笑い?|拍手)$`)
	creditName      = regexp.MustCompile(`^(?:\p{Lu}[\p{L}\p{M}'’.-]*|&)(?: (?:\p{Lu}[\p{L}\p{M}'’.-]*|&|of|the|and|for|de|du|des|der|die|das)){0,4}$`)
	agencyWord      = regexp.MustCompile(`(?i)\b(?:news|agency|press|times|post|wire|service|media|radio|tv|journal|daily|herald|today|network|review|view|report|bureau)\b|통신|뉴스|신문|일보|방송|미디어|저널|타임[스즈]|포스트|通信|新聞|ニュース|放送`)
)

// cutCredit takes the credit in parentheses off the end of a body, so that copies of one text stay
// alike: a name alone on the last line, or behind the last sentence where it is that of a wire or
// begins an author's. Marks of the end are taken off with it.
func cutCredit(body string, authors []string) (rest, name string) {
	for range 3 {
		body = strings.TrimSpace(body)
		m := lastParenthesis.FindStringSubmatchIndex(body)
		if m == nil {
			break
		}
		said, before := body[m[2]:m[3]], strings.TrimRight(body[:m[0]], " ")
		alone := strings.HasSuffix(before, "\n\n")
		switch wire := wires.FindStringSubmatch("(" + said + ")"); {
		case before == "":
			return body, name
		case endMark.MatchString(said) && (alone || ended(before)):
		case name != "":
			return body, name
		case wire != nil && (alone || ended(before)):
			name = wire[1]
		case alone && looksCredit(said), ended(before) && looksCredit(said) && begins(said, authors):
			name = said
		default:
			return body, name
		}
		body = before
	}
	return strings.TrimSpace(body), name
}

// ended reports whether s ends with a whole sentence.
func ended(s string) bool {
	s = strings.TrimRight(s, ` "'”’」』)`)
	return strings.HasSuffix(s, ".") || strings.HasSuffix(s, "!") || strings.HasSuffix(s, "?") || strings.HasSuffix(s, "。") || strings.HasSuffix(s, "다")
}

// looksCredit reports whether words in parentheses are a short name: capitalised words, or one to
// three words of Hangul, Han or kana.
func looksCredit(s string) bool {
	if utf8.RuneCountInString(s) < 2 || notACredit.MatchString(s) {
		return false
	}
	if !wide(s) {
		return creditName.MatchString(s)
	}
	other := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && r != ' ' && r != 'ー' && r != '·' })
	return other < 0 && utf8.RuneCountInString(s) <= 15 && len(strings.Fields(s)) <= 3
}

// begins reports whether a name is that of an author, or its beginning.
func begins(name string, authors []string) bool {
	key := bare(name)
	return key != "" && slices.ContainsFunc(authors, func(a string) bool { return strings.HasPrefix(bare(a), key) })
}

// credit names whom a piece credits: the wire in its dateline, the name that was cut off its end,
// a wire in the last lines or the byline. An outlet that is itself a wire credits nobody, none
// credits itself, and a person who signs is no credit.
func credit(src news.Source, names []string, signed, body string, authors []string) string {
	runes := []rune(body)
	name := ""
	if m := wires.FindStringSubmatch(string(runes[:min(len(runes), 200)])); m != nil {
		name = m[1]
	} else if signed != "" && !(among(signed, authors) && isPersonal(signed)) {
		name = signed
	} else if m := wires.FindAllStringSubmatch(string(runes[max(0, len(runes)-160):]), -1); len(m) > 0 {
		name = m[len(m)-1][1]
	}
	for _, a := range authors {
		if name == "" {
			if m := wires.FindStringSubmatch("(" + a + ")"); m != nil {
				name = m[1]
			}
		}
	}
	if name == "" || src.Wire || isName(name, names) || strings.Contains(bare(src.Name), bare(name)) {
		return ""
	}
	return name
}

// isPersonal reports whether a name may be a person's: two words or more, or a few letters of a
// script without spaces, and no word of the trade.
func isPersonal(name string) bool {
	return !agencyWord.MatchString(name) && !wires.MatchString("("+name+")") && (wide(name) || len(strings.Fields(name)) > 1)
}
