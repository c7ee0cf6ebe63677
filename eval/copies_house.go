package eval

import (
	"regexp"
	"strings"
)

// otherHouse sets a text by the rules of another house: British spelling for American, numbers in words,
// titles left out, other quotes, long names for abbreviations.
func otherHouse(s string) string {
	s = houseRules.Replace(otherTypography(s))
	s = wordIzing.ReplaceAllString(s, "${1}is$2")
	return wordOring.ReplaceAllString(s, "${1}our$2")
}

var (
	wordIzing  = regexp.MustCompile(`\b(\pL{3,})iz(e|ed|es|ing|ation|ations)\b`)
	wordOring  = regexp.MustCompile(`\b(\pL*(?:col|lab|fav|hon|neighb|behavi))or(s|ed|ing|able|ite)?\b`)
	houseRules = strings.NewReplacer(
		" percent", " per cent", "%", " per cent", "U.S.", "US", "U.N.", "UN", "United States", "US", "center", "centre", "Center", "Centre",
		" 2 ", " two ", " 3 ", " three ", " 4 ", " four ", " 5 ", " five ", " 6 ", " six ", " 7 ", " seven ", " 8 ", " eight ", " 9 ", " nine ",
		" two ", " 2 ", " three ", " 3 ", " four ", " 4 ", " five ", " 5 ", " ten ", " 10 ", "Mr. ", "", "Mrs. ", "", "Ms. ", "", "Dr. ", "",
		"defense", "defence", "program ", "programme ", "traveled", "travelled", "canceled", "cancelled", "toward ", "towards ",
		"$", "US$", "Jan. ", "January ", "Feb. ", "February ", "Aug. ", "August ", "Sept. ", "September ", "Oct. ", "October ", "Nov. ", "November ",
		"Dec. ", "December ", "don't", "do not", "doesn't", "does not", "isn't", "is not", "can't", "cannot", "won't", "will not", "it's", "it is",
		" said ", " says ", "St. ", "Street ", " million", "m", " billion", "bn",
	)
)

// captioned puts a strange sentence behind every fourth, as captions and links are read along with a text.
func captioned(s scissors, all []string) string {
	var out []string
	for i, one := range all {
		out = append(out, one)
		if i%4 == 3 {
			out = append(out, s.sentences(1))
		}
	}
	return strings.Join(out, " ")
}
