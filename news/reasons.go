package news

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"
)

// Lines are the reasons as short lines of plain English, in the order in which a person would ask for
// them. There are none where nothing of the topic was found. Percentages are of the score that the piece
// has by itself; they and "all other words" make a hundred, but for rounding.
func (r Reasons) Lines() []string {
	lines := []string{}
	if r.Muted != "" {
		lines = append(lines, fmt.Sprintf("muted by the word %q (never_match)", r.Muted))
	}
	for _, f := range r.Facets {
		if len(f.Words) == 0 {
			lines = append(lines, fmt.Sprintf("facet %q: no word found", f.Name))
			continue
		}
		lines = append(lines, fmt.Sprintf("facet %q: %s", f.Name, f.counted()))
	}
	own := r.own()
	for _, c := range r.Concepts {
		lines = append(lines, fmt.Sprintf("concept %q: %s%s", c.Name, c.counted(), percent(c.Share, own)))
	}
	if len(r.Terms) > 0 {
		terms := make([]string, len(r.Terms))
		for i, t := range r.Terms {
			terms[i] = t
			if i < len(r.Shares) {
				terms[i] += percent(r.Shares[i], own)
			}
		}
		lines = append(lines, "shared with the exemplars: "+strings.Join(terms, ", "))
	}
	if rest := percent(r.Rest, own); rest != "" {
		lines = append(lines, "all other words:"+rest)
	}
	if r.Nearest != "" {
		lines = append(lines, fmt.Sprintf("closest exemplar: “%s”", r.Nearest))
	}
	if r.Always != "" {
		lines = append(lines, fmt.Sprintf("lifted to the cut by the concept %q (always)", r.Always))
	}
	if r.Rescued {
		lines = append(lines, "put into the digest by a reader, whatever its score")
	}
	return lines
}

// own is the score that the piece has by itself.
func (r Reasons) own() float64 {
	sum := r.Rest
	for _, c := range r.Concepts {
		sum += c.Share
	}
	for _, s := range r.Shares {
		sum += s
	}
	return sum
}

// percent is a share of the whole in words, a space before it; "" where it rounds to nothing.
func percent(share, whole float64) string {
	if p := math.Round(100 * share / whole); whole > 0 && p != 0 {
		return fmt.Sprintf(" %.0f %%", p)
	}
	return ""
}

// counted are the words of a hit as they stand in the piece, with how often each stands there where that is more than once. What a
// reader of English cannot read stands in square brackets.
func (h Hit) counted() string {
	words := slices.Clone(h.Forms())
	for i, w := range words {
		if Foreign(w, "en") {
			words[i] = "[" + w + "]"
		}
		if i < len(h.Counts) && h.Counts[i] > 1 {
			words[i] = fmt.Sprintf("%s ×%d", words[i], h.Counts[i])
		}
	}
	return strings.Join(words, ", ")
}

// Foreign reports whether a word holds letters that readers of a language (en, ko) need not know.
func Foreign(word, language string) bool {
	own := unicode.Latin
	if language == "ko" {
		own = unicode.Hangul
	}
	return strings.ContainsFunc(word, func(r rune) bool { return unicode.IsLetter(r) && !unicode.Is(own, r) })
}
