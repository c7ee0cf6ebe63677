package digest

import (
	"regexp"
	"strings"

	"github.com/rivo/uniseg"

	"newsvigil/text"
)

const (
	// glossLetters bounds a gloss, in characters, and glossSentences its sentences: a short quotation, not
	// the piece.
	glossLetters   = 280
	glossSentences = 2
	// glossAmong is how much of a text is looked at, in bytes.
	glossAmong = 8000
)

// abbreviated matches a sentence that ends with an abbreviation or an initial rather than a full stop.
var abbreviated = regexp.MustCompile(`(?:^|[\s(“"'])(?:\p{Lu}|\p{Lu}\.(?:\p{Lu}\.)*\p{Lu}|Mr|Mrs|Ms|Dr|Prof|St|Gen|Lt|Col|Sgt|Capt|Rep|Sen|Gov|Amb|Rev|Jr|Sr|No|vs|etc|cf|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.$`)

// Gloss is how a piece begins, in the outlet's own words: a sentence or two, cut where they are long. A first
// line that only repeats the title is passed over. It is "" where there is no text.
func Gloss(body, title string) string {
	if len(body) > glossAmong {
		body = strings.ToValidUTF8(body[:glossAmong], "")
	}
	if first, rest, ok := strings.Cut(strings.TrimSpace(body), "\n"); ok && text.Fold(text.Clean(first)) == text.Fold(text.Clean(title)) {
		body = rest
	}
	body = text.Clean(body)
	gloss := ""
	for _, s := range sentences(body, glossSentences) {
		if next := strings.TrimSpace(gloss + " " + s); gloss == "" || len([]rune(next)) <= glossLetters {
			gloss = next
			continue
		}
		break
	}
	return shorten(gloss, glossLetters)
}

// sentences are the first sentences of a text without line breaks, n at most.
func sentences(s string, n int) []string {
	var out []string
	state, whole := -1, ""
	for s != "" && len(out) < n {
		var one string
		one, s, state = uniseg.FirstSentenceInString(s, state)
		whole += one
		if t := strings.TrimSpace(whole); t != "" && (s == "" || !abbreviated.MatchString(t)) {
			out, whole = append(out, t), ""
		}
	}
	return out
}
