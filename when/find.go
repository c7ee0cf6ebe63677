package when

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"newsvigil/news"
)

const (
	// findBytes is how far into a text a labelled date is looked for.
	findBytes = 64 << 10
	// reach is how many bytes behind a label a date may take.
	reach = 120
)

// labels stand before the date of publication. Labels of corrections ("Updated", "수정") are left out.
var labels = []string{
	"posted", "published", "publication date", "date published", "publish date", "pubdate", "first published", "release date", "date",
	"기사입력", "기사등록", "최초입력", "입력", "등록", "게재", "승인", "작성", "발행", "송고", "게시",
	"公開日", "公開", "配信", "掲載", "投稿", "更新日", "发布", "發佈", "发表",
	"veröffentlicht", "erstellt", "publié", "publie", "publicado", "pubblicato", "publiziert", "mis en ligne", "gepubliceerd",
}

// Find reads the first date in running text that stands behind a label such as "Posted :", "입력" or
// "Published". It looks at the first 64 KiB. The confidence is medium. See Parse for zone.
func Find(s string, zone *time.Location) (news.Instant, bool) {
	s = normal(s[:min(len(s), findBytes)])
	for _, end := range labelEnds(s) {
		if i, ok := behind(s[end:], zone); ok {
			i.Confidence = news.ConfidenceMedium
			return i, true
		}
	}
	return news.Instant{}, false
}

// labelEnds is where the labels in s end, in order.
func labelEnds(s string) []int {
	var ends []int
	for _, l := range labels {
		for i := 0; ; {
			k := strings.Index(s[i:], l)
			if k < 0 {
				break
			}
			i += k + len(l)
			if bounded(s, i-len(l), i) {
				ends = append(ends, i)
			}
		}
	}
	slices.Sort(ends)
	return slices.Compact(ends)
}

// bounded reports whether s[i:j] is a whole word; scripts without spaces have no such bounds.
func bounded(s string, i, j int) bool {
	first, _ := utf8.DecodeRuneInString(s[i:])
	if east(first) {
		return true
	}
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	after, _ := utf8.DecodeRuneInString(s[j:])
	return !unicode.IsLetter(before) && !unicode.IsLetter(after)
}

// behind reads the date right behind a label: "posted on : ", "입력일시 ", "입력 ".
func behind(s string, zone *time.Location) (news.Instant, bool) {
	s = strings.ToValidUTF8(s[:min(len(s), reach)], "")
	for range 4 {
		s = strings.TrimLeft(s, " \t\r\n:：|=-–>·.[(")
		for _, w := range []string{"일시", "일자", "시간", "시각", "날짜", "日時", "于", "於", "on ", "at ", "am ", "le ", "el ", "date", "time"} {
			s = strings.TrimPrefix(s, w)
		}
	}
	p := newParser(s, zone)
	p.read()
	if !p.complete() || p.unix {
		return news.Instant{}, false
	}
	i, err := p.instant(zone)
	return i, err == nil
}
