package digest

import (
	"cmp"
	"slices"
	"strings"

	"newsvigil/news"
	"newsvigil/text"
)

// Bounds that keep a line of reasons readable on a phone.
const (
	maxHits    = 4  // concepts and facets named
	maxWords   = 3  // spellings named of each
	maxTerms   = 4  // shared terms named
	maxNearest = 80 // characters of the nearest exemplar's title
	// worthTelling is the share of the score below which a term is no reason beside words of the lists.
	worthTelling = 0.03
)

// Why says in words why an item was chosen: facet and concept words that stand in it, the terms it
// shares with the exemplars, the nearest exemplar. It never shows a number. It is empty where no
// reason is known.
func Why(it news.Item, lang string) string {
	parts := found(it.Reasons, lang)
	if terms := telling(it.Reasons, len(parts) > 0); len(terms) > 0 {
		parts = append(parts, Say(lang, "terms", "words", strings.Join(terms[:min(maxTerms, len(terms))], join)))
	}
	parts = append(parts, decided(it.Reasons, lang)...)
	if it.Reasons.Nearest != "" {
		parts = append(parts, Say(lang, "closest", "title", shorten(it.Reasons.Nearest, maxNearest)))
	}
	return text.Clean(strings.Join(parts, between))
}

// WhyBrief is what of Why has room in a line: what the piece is about. Terms and the nearest exemplar
// say little to who has the headline before them, and stand alone where there is nothing else.
func WhyBrief(it news.Item, lang string) string {
	parts := append(found(it.Reasons, lang), decided(it.Reasons, lang)...)
	if len(parts) == 0 {
		return Why(it, lang)
	}
	return text.Clean(strings.Join(parts, between))
}

// telling are the shared terms that say something. Beside the words of facets and concepts, those that add
// next to nothing to the score would only puzzle; where nothing else is known, and where nobody knows
// what they add, all of them are shown.
func telling(r news.Reasons, others bool) []string {
	if !others || len(r.Shares) != len(r.Terms) {
		return r.Terms
	}
	whole := r.Rest
	for _, c := range r.Concepts {
		whole += c.Share
	}
	for _, s := range r.Shares {
		whole += s
	}
	var terms []string
	for i, t := range r.Terms {
		if r.Shares[i] >= worthTelling*whole {
			terms = append(terms, t)
		}
	}
	return terms
}

// between stands between two reasons.
const between = " · "

// found are the lists of which something stands in a piece, and the facets of which nothing does.
func found(r news.Reasons, lang string) []string {
	var parts, missing []string
	seen := make(map[string]bool)
	for _, hit := range append(append([]news.Hit(nil), r.Facets...), r.Concepts...) {
		name := strings.ToLower(hit.Name)
		if hit.Name == "" || seen[name] {
			continue
		}
		seen[name] = true
		if len(hit.Words) > 0 && len(parts) < maxHits {
			parts = append(parts, hitText(hit))
		}
	}
	for _, hit := range r.Facets {
		if len(hit.Words) == 0 {
			missing = append(missing, cmp.Or(hit.Told, hit.Name))
		}
	}
	if len(missing) > 0 {
		parts = append(parts, Say(lang, "missing", "words", strings.Join(missing, join)))
	}
	return parts
}

// decided is what decided on a piece whatever its score.
func decided(r news.Reasons, lang string) (parts []string) {
	if r.Always != "" {
		parts = append(parts, Say(lang, "always", "words", r.Always))
	}
	if r.Rescued {
		parts = append(parts, Say(lang, "rescued"))
	}
	if r.Muted != "" {
		parts = append(parts, Say(lang, "muted", "words", r.Muted))
	}
	return parts
}

// hitText is a list's name with the spellings found, without the one that is the name itself.
func hitText(hit news.Hit) string {
	if hit.Told != "" {
		return hit.Told
	}
	var words []string
	for _, w := range hit.Forms() {
		known := func(k string) bool { return strings.EqualFold(k, w) }
		if !known(hit.Name) && !slices.ContainsFunc(words, known) && len(words) < maxWords {
			words = append(words, w)
		}
	}
	if len(words) == 0 {
		return hit.Name
	}
	return hit.Name + " (" + strings.Join(words, ", ") + ")"
}

// WhyHead is the word that stands before Why.
func WhyHead(lang string) string { return Say(lang, "why") }
