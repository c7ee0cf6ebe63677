package news

import (
	"regexp"
	"strings"
	"time"
	"unicode"
)

// Source is one outlet as an admin configured it.
type Source struct {
	// Name is what readers see. It is unique among the configured sources.
	Name string
	// Home is the address of the outlet's front page.
	Home string
	// Feeds, Sitemaps and Sections are the addresses at which new pieces are looked for.
	Feeds, Sitemaps, Sections []string
	// Hosts are further host names that belong to the outlet, beside those of Home and Feeds.
	Hosts []string
	// Article, when set, matches every address of an article and of nothing else.
	Article *regexp.Regexp
	// ID, when set, names an article by its first non-empty group, whatever the host and section.
	ID *regexp.Regexp
	// Select holds CSS selectors for pages that general reading gets wrong.
	Select Selectors
	// Label stands beside the outlet's name in digests: "state media", "opinion".
	Label string
	// Language is the outlet's usual language as an ISO 639-1 code; "" means mixed or unknown.
	Language string
	// Zone applies to dates printed without a zone; nil means UTC.
	Zone *time.Location
	// FullTextFeed says that the feed carries whole articles, which then stand in for blocked pages.
	FullTextFeed bool
	// Wire says that other outlets print this outlet's pieces and credit it.
	Wire bool
	// Weight multiplies the rank of the outlet's pieces in a digest; 0 is read as 1.
	Weight float64
	// Every is the shortest time between two polls; 0 leaves it to the outlet's rhythm.
	Every time.Duration
	// QuietAfter is the silence worth an alarm; 0 learns it from the outlet's rhythm.
	QuietAfter time.Duration
	// Off keeps the source in the file without watching it.
	Off bool
}

// Selectors are CSS selectors; an empty one is not used.
type Selectors struct {
	Body, Title, Date string
	// Remove lists elements that are taken out before the page is read.
	Remove []string
}

// Selected tells whether a page had what one of its source's selectors names.
type Selected struct {
	// Field is title, body, date or remove.
	Field    string `json:"field"`
	Selector string `json:"selector"`
	Matched  bool   `json:"matched"`
}

// Key is the source's name folded to lower-case letters, digits and single hyphens. It stands in
// the database and in article keys, so renaming an outlet's capitals or spacing changes nothing.
func (s Source) Key() string { return Slug(s.Name) }

// Location is Zone, or UTC where no zone is set.
func (s Source) Location() *time.Location {
	if s.Zone == nil {
		return time.UTC
	}
	return s.Zone
}

// Slug folds a name to lower-case letters and digits of any script, joined by single hyphens.
func Slug(name string) string {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(name) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			b.WriteRune(r)
			gap = false
			continue
		}
		gap = true
	}
	return b.String()
}
