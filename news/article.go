package news

import "time"

// Article is one piece as it was read from its page or feed.
type Article struct {
	// ID is the store's number; 0 before it is stored.
	ID int64 `json:"id,omitempty"`
	// Source is the name of the outlet that is watched.
	Source string `json:"source"`
	// URL is the address that was read, after redirects.
	URL string `json:"url"`
	// Canonical is the address the page gives itself where that can be trusted, else the folded URL.
	Canonical string `json:"canonical"`
	// Keys are all identities of the piece, the best first: outlet id, canonical address, fetched
	// address, address in the feed. See address.Key.
	Keys []string `json:"-"`
	// Title is the headline without the outlet's name; never a slug.
	Title   string   `json:"title"`
	Authors []string `json:"authors,omitempty"`
	// Published is never in the future of Fetched.
	Published Instant   `json:"published"`
	Fetched   time.Time `json:"fetched"`
	// Language is an ISO 639-1 code; "" means unknown.
	Language string `json:"language"`
	// Text is the body, paragraphs separated by a blank line.
	Text string `json:"text,omitempty"`
	Kind Kind   `json:"kind"`
	// Route is how the piece was found.
	Route Route `json:"route,omitempty"`
	// Credit names the wire that the piece credits itself to; "" where none is.
	Credit string `json:"credit,omitempty"`
}

// When is the time by which the article is ordered: its publication, or where that is unknown the
// time of fetching.
func (a Article) When() time.Time {
	if a.Published.IsZero() {
		return a.Fetched
	}
	return a.Published.Time
}

// Kind says how much of a piece could be read.
type Kind string

// The kinds of article.
const (
	KindFull   Kind = "full"
	KindTeaser Kind = "teaser" // a paywall, or a feed summary in place of a page that could not be read
	KindPDF    Kind = "pdf"    // only title and address are known
)
