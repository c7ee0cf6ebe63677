package digest

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// number is a count that a text gives, in figures or in words.
type number struct {
	// key is its value, with % behind shares.
	key string
	// weight is exact, round, or 0 for one that is too small to tell anything.
	weight int
}

var (
	// figures are numbers with the Korean multipliers that may stand between them: 3만 5천.
	figures = regexp.MustCompile(`\d+(?:,\d{3})*(?:\.\d+)?(?:\s?(?:[천백]?[조억만]|천)(?:\s?\d+(?:,\d{3})*)?)*`)
	part    = regexp.MustCompile(`(\d+(?:,\d{3})*(?:\.\d+)?)\s?([천백]?[조억만]|천)?`)
	// english are numbers in words below a hundred, and native those of Korean with what is counted.
	english = regexp.MustCompile(`\b(?:(twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[- ](one|two|three|four|five|six|seven|eight|nine))?|(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen))\b`)
	native  = regexp.MustCompile(`(열|스물|서른|마흔|쉰|예순|일흔|여든|아흔)?(한|두|세|네|다섯|여섯|일곱|여덟|아홉|스무)?\s?(?:명|사람|살|곳|건|차례|가지|가구|달|개)`)
	// times are what follows a number that is a date, a time of day, an ordinal or a decade, before is what
	// stands ahead of one.
	times  = regexp.MustCompile(`^(?:(?:st|nd|rd|th)\b|:\d|\s?[ap]\.?m\b|\s?(?:일|월|시|분|초|차|호|회|대|주년|번째)|\s(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b)`)
	before = regexp.MustCompile(`(?:제\s?|\d:|[a-z]|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s)$`)
	scaled = regexp.MustCompile(`^[\s-](hundred|thousand|million|billion|trillion)\b`)
	shares = regexp.MustCompile(`^\s?(?:%|％|percent\b|per cent\b|퍼센트|프로)`)
)

// values are those of number words and multipliers.
var values = map[string]float64{
	"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
	"thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "one": 1,
	"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
	"hundred": 100, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12,
	"한": 1, "두": 2, "세": 3, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9, "스무": 20,
	"열": 10, "스물": 20, "서른": 30, "마흔": 40, "쉰": 50, "예순": 60, "일흔": 70, "여든": 80, "아흔": 90,
	"천": 1e3, "만": 1e4, "억": 1e8, "조": 1e12, "천만": 1e7, "백만": 1e6, "천억": 1e11, "백억": 1e10, "천조": 1e15, "백조": 1e14,
}

// numbers finds the counts of a text in English or Korean. Dates, times, years and ordinals are none: they
// stand in the pieces of other events of the same days as well.
func numbers(s string) []number {
	s = strings.ToLower(s)
	var out []number
	for _, at := range figures.FindAllStringIndex(s, -1) {
		value := 0.0
		plain := true
		for _, p := range part.FindAllStringSubmatch(s[at[0]:at[1]], -1) {
			n, err := strconv.ParseFloat(strings.ReplaceAll(p[1], ",", ""), 64)
			if p[2] != "" {
				n, plain = n*values[p[2]], false
			}
			if err == nil {
				value += n
			}
		}
		out = add(out, s, counted{at[0], at[1], value, plain && !strings.Contains(s[at[0]:at[1]], ",")})
	}
	for _, m := range english.FindAllStringSubmatchIndex(s, -1) {
		out = add(out, s, counted{m[0], m[1], sum(s, m), false})
	}
	for _, m := range native.FindAllStringSubmatchIndex(s, -1) {
		if r, _ := utf8.DecodeLastRuneInString(s[:m[0]]); !unicode.In(r, unicode.Hangul) {
			out = add(out, s, counted{m[0], m[1], sum(s, m), false})
		}
	}
	return out
}

// sum adds the number words that a match captured.
func sum(s string, m []int) (n float64) {
	for i := 2; i < len(m); i += 2 {
		if m[i] >= 0 {
			n += values[s[m[i]:m[i+1]]]
		}
	}
	return n
}

// counted is a number with its place in a text; year says that it is written as a year may be.
type counted struct {
	from, to int
	value    float64
	year     bool
}

// add adds a number to those found, if it is a count of two or more.
func add(out []number, s string, c counted) []number {
	after := s[c.to:]
	if c.year && c.value >= 1900 && c.value <= 2100 || before.MatchString(s[max(0, c.from-16):c.from]) || times.MatchString(after) {
		return out
	}
	if m := scaled.FindStringSubmatch(after); m != nil {
		c.value *= values[m[1]]
	}
	if c.value < 2 || math.IsInf(c.value, 0) {
		return out
	}
	n := number{key: strconv.FormatFloat(c.value, 'f', -1, 64)}
	digits := strings.TrimRight(n.key, "0")
	switch {
	case c.value < 10:
	case len(digits) == 1:
		n.weight = round
	default:
		n.weight = exact
	}
	if shares.MatchString(after) {
		n.key += "%"
	}
	return append(out, n)
}
