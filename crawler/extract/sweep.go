package extract

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"newsvigil/text"
)

// The patterns name what is no letter or digit in full: \W knows ASCII only, and would take a whole
// Korean sentence for punctuation. A Korean word of theirs must not be one that sentences use too:
// "무단 배포" is said of criminals, "무단 배포 금지" of the page.
var (
	stampLine  = regexp.MustCompile(`(?i)^[^\p{L}\p{N}]*(?:posted|updated|published|last (?:updated|modified)|first published|modified|입력|수정|등록|승인|송고|기사입력|기사수정|최종수정|公開|更新|配信)(?:일시|일|日時?|시간|\s*(?:on|at|by)\b)?(?:\s*[:：|]\s*.{0,40}\p{Nd}{4}|\s*(?:[a-zéäû.]{3,10},?\s+){0,2}(?:\p{Nd}{4}|[\p{Nd}(].{0,12}(?:\p{Nd}{4}|\p{Nd}:\p{Nd}{2}))(?:.*(?:[^.!?。다]|[ap]\.m\.))?$)`)
	shareLine  = regexp.MustCompile(`(?i)^(?:[^\p{L}\p{N}]*(?:share|share (?:this|on)(?: (?:article|story|page|post))?|tweet|facebook|twitter|x|linkedin|whatsapp|telegram|reddit|pinterest|email|e-mail|print|copy (?:link|url)|save|bookmark|kakao(?:talk)?|line|band|naver|url|sns|공유(?:하기)?|인쇄(?:하기)?|프린트|스크랩|카카오톡|페이스북|트위터|밴드|네이버 ?(?:밴드|블로그|포스트)?|카카오 ?스토리|라인|블로그|(?:url|링크|주소|기사) ?복사|이메일|메일|(?:댓글|좋아요|훈훈해요|슬퍼요|화나요|(?:후속 ?)?기사 ?원해요|추천)(?: ?\p{Nd}+)?|글(?:자|씨) ?(?:크기|크게|작게)|본문 ?듣기|가|シェア|ツイート)[^\p{L}\p{N}]*)+$`)
	copyLine   = regexp.MustCompile(`(?i)(?:무단 ?(?:전재|복제|배포|사용)|재배포).{0,30}(?:금지(?:$|합니다|[^\p{L}])|금합니다|불허)|all rights reserved|^(?:copyright|©|ⓒ|\(c\))\s|無断(?:転載|複製|引用).{0,20}(?:禁|不可)`)
	pitchLine  = regexp.MustCompile(`(?i)^(?:read (?:more|also|next)|see (?:more|also)|also read|related(?: (?:article|stor(?:y|ies)|news|content))?s?|more (?:on this|from)|don't miss|must read|recommended|lesen sie auch|mehr zum thema|auch interessant|lire aussi|à lire aussi|leggi anche|lea también|leia também|leia mais|관련 ?기사|관련 ?뉴스|関連記事)\s*(?:[:：|»>]|$)|^click here to\b|\b(?:sign up|subscribe|register)\b.{0,60}\bnewsletters?\b|\bnewsletters?\b.{0,40}\b(?:sign up|subscribe)\b|^(?:continue reading|story continues|advertisement|article continues) ?(?:below|after)?|^download (?:the|our) .{0,30}\bapp\b|^follow (?:us|him|her|me|them|@)\b.{0,60}\b(?:twitter|facebook|instagram|x|telegram|whatsapp)\b|^you must (?:log|be logged) in to\b|^(?:anzeige|werbung|publicité|광고)$|(?:구독|추가|제보)(?:하세요|해 ?주세요)[.!]?$|^(?:기사 ?)?제보(?:하기|는)?\s*[:：]`)
	captionTop = regexp.MustCompile(`^[△▽▲▼◀▶]`)
	captionTag = regexp.MustCompile(`사진\s*[=:|/]|/사진|사진 ?제공|제공\s*$|\(사진|photo (?:by|courtesy)|\[사진`)
)

// sweeper knows of a page what tells its boilerplate from the piece.
type sweeper struct {
	// anchors are the folded texts of links, heads the folded headlines.
	anchors map[string]bool
	heads   []string
	// page are all lines of the page, solid the same without white space, at their places.
	page, solid []string
	at          map[string]int
	// menus tells which lines of the page are links; authors and names are those of the piece and
	// of the outlet.
	menus          []bool
	authors, names []string
}

// sweep drops the lines of a reading that are no part of the piece: the headline, runs of link
// texts, captions, date stamps, share buttons, copyright notices, signatures, advertising for
// other pieces.
func (s sweeper) sweep(lines []string) []string {
	lines = dropLinkRuns(s.unglue(lines), s.anchors)
	kept := make([]string, 0, len(lines))
	for i, l := range lines {
		if boilerplate(l) || i < 6 && (s.isHead(l) || bylines(l)) {
			continue
		}
		kept = append(kept, l)
	}
	return kept
}

// unglue restores what readers lose when they take markup out: spaces within a line, and breaks
// between lines.
func (s sweeper) unglue(lines []string) []string {
	out := make([]string, 0, len(lines))
	for _, l := range lines {
		key := solid(l)
		if i, ok := s.at[key]; ok {
			out = append(out, s.page[i])
		} else if parts := s.split(key); len(parts) > 1 {
			out = append(out, parts...)
		} else {
			out = append(out, l)
		}
	}
	return out
}

// split finds the successive lines of the page of which a solid line is made; none where it is not.
func (s sweeper) split(key string) []string {
	for i, start := range s.solid {
		if start == "" || !strings.HasPrefix(key, start) {
			continue
		}
		rest, parts := key[len(start):], []string{s.page[i]}
		for j := i + 1; j < len(s.solid) && j < i+400 && rest != ""; j++ {
			if s.solid[j] != "" && strings.HasPrefix(rest, s.solid[j]) {
				rest = rest[len(s.solid[j]):]
				parts = append(parts, s.page[j])
			}
		}
		if rest == "" {
			return parts
		}
	}
	return nil
}

// solid is s without white space.
func solid(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

// isHead reports whether a line repeats the headline, alone or with a kicker before it.
func (s sweeper) isHead(l string) bool {
	fold := text.Fold(l)
	for _, h := range s.heads {
		if fold == h || len(h) >= 20 && len(fold) <= len(h)+60 && strings.HasSuffix(fold, h) {
			return true
		}
	}
	return false
}

// linkMark is what stands before a link in lists of them: "▶ ", "- ", "1. ".
var linkMark = regexp.MustCompile(`^[^\p{L}\p{N}"'(\[<«「『]*(?:\p{Nd}{1,2}[.)] +)?`)

// dropLinkRuns drops runs of two or more lines that are link texts of the page, with the short line
// above them that is no sentence: their heading.
func dropLinkRuns(lines []string, anchors map[string]bool) []string {
	if len(anchors) == 0 {
		return lines
	}
	isLink := make([]bool, len(lines))
	for i, l := range lines {
		fold := text.Fold(l)
		isLink[i] = anchors[fold] || anchors[linkMark.ReplaceAllString(fold, "")]
	}
	kept := make([]string, 0, len(lines))
	for i, l := range lines {
		before, behind := i > 0 && isLink[i-1], i+1 < len(lines) && isLink[i+1]
		if isLink[i] && (before || behind) || behind && !isLink[i] && heads(l, isLink[i+1:]) {
			continue
		}
		kept = append(kept, l)
	}
	return kept
}

// heads reports whether a line above links is their heading: short, no sentence, and either ended by
// a colon or a bracket, or above at least three.
func heads(l string, below []bool) bool {
	count := 0
	for count < len(below) && below[count] {
		count++
	}
	return count >= minListLinks && utf8.RuneCountInString(l) <= maxListHeader && !sentence(l) &&
		(count >= minCards || strings.ContainsAny(lastOf(l), ":：]】"))
}

func boilerplate(l string) bool {
	n := utf8.RuneCountInString(l)
	switch {
	case n > 250:
		return false
	case strings.HasPrefix(l, "△") && strings.Count(l, "△") == 1, strings.Contains(l, "ⓒ"):
		return true
	case captionTop.MatchString(l) && captionTag.MatchString(l):
		return true
	case n <= 120 && (hashtags.MatchString(l) || stampLine.MatchString(l)):
		return true
	case n <= 120 && shareLine.MatchString(l):
		return true
	case copyLine.MatchString(l), n <= 200 && pitchLine.MatchString(unbracket(l)):
		return true
	case n <= 80 && mailAddress.MatchString(l) && len(strings.Fields(mailAddress.ReplaceAllString(l, ""))) <= 6:
		return true
	}
	return false
}

// unbracket takes the brackets off a line that stands in them as a whole, and marks off its beginning.
func unbracket(l string) string {
	l = strings.TrimLeft(l, "▶▷►☞→■◆●•· ")
	if first, size := utf8.DecodeRuneInString(l); strings.ContainsRune("[【(<", first) && strings.ContainsAny(lastOf(l), "]】)>") {
		return strings.TrimSpace(l[size : len(l)-len(lastOf(l))])
	}
	return l
}
