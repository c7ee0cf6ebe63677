package extract

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"newsvigil/when"
)

const (
	maxFrame = 6  // lines above a piece that are looked at
	minProse = 12 // words from which on a line begins the piece
)

// hashtags are lines of tags: "#China #North Korea". One tag alone counts only at the ends of a piece.
var (
	hashtag  = regexp.MustCompile(`^#[^\s#\p{Nd}][^#.!?。]{0,40}$`)
	hashtags = regexp.MustCompile(`^#[^\s#\p{Nd}][^#.!?。]{0,40}(?:#[^\s#\p{Nd}][^#.!?。]{0,40})+$`)
)

// unframe takes off what stands around a piece: above it today's date, its own, menus, tags and
// names; below it the names and tags again. What stands between paragraphs stays.
func (s sweeper) unframe(lines []string) []string {
	kept := make([]string, 0, len(lines))
	for i, l := range lines {
		if i >= maxFrame || length(l) >= minProse && !s.frames(l) {
			kept = append(kept, lines[i:]...)
			break
		}
		if !s.frames(l) {
			kept = append(kept, l)
		}
	}
	for len(kept) > 1 {
		last := len(kept) - 1
		if last > 1 && strings.HasPrefix(kept[last], "(") && lastParenthesis.FindString(kept[last]) == kept[last] {
			last-- // the name may stand above the credit
		}
		if !s.frames(kept[last]) {
			break
		}
		kept = slices.Delete(kept, last, last+1)
	}
	if len(kept) == 0 {
		return lines
	}
	return kept
}

// frames reports whether a line holds only a date, links, tags, or names of authors or the outlet.
func (s sweeper) frames(l string) bool {
	if i, ok := s.at[solid(l)]; ok && i < len(s.menus) && s.menus[i] {
		return true
	}
	n := utf8.RuneCountInString(l)
	return n <= 60 && isDate(l) || n <= 100 && hashtag.MatchString(l) || n <= 60 && bare(l) != "" && isOutlet(l, s.names) || n <= 80 && s.signs(l)
}

// signs reports whether a line names authors of the piece and nothing else.
func (s sweeper) signs(l string) bool {
	names := tidyAuthors([]string{l}, s.names)
	for _, name := range names {
		if !among(name, s.authors) {
			return false
		}
	}
	return len(names) > 0
}

func among(name string, list []string) bool {
	for _, other := range list {
		if strings.EqualFold(name, other) {
			return true
		}
	}
	return false
}

// isOutlet reports whether s is one of the outlet's names in full.
func isOutlet(s string, names []string) bool {
	key := bare(s)
	for _, name := range names {
		if bare(name) == key {
			return true
		}
	}
	return false
}

func isDate(s string) bool {
	_, err := when.Parse(s, nil)
	return err == nil
}
