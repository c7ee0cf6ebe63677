package news

import "time"

// Route is the way by which a piece was found.
type Route string

// The routes by which an outlet shows its pieces.
const (
	RouteFeed    Route = "feed"
	RouteSitemap Route = "sitemap"
	RouteSection Route = "section"
	// RouteWordPress is the interface for programs that outlets built with WordPress have.
	RouteWordPress Route = "wordpress"
	// RouteReader is a reader who says that the piece should have been in a digest.
	RouteReader Route = "reader"
	// RouteRecall is a message of our own: the piece was told of before the database was lost.
	RouteRecall Route = "recall"
)

// Candidate is a piece that an outlet showed and that has not been read yet.
type Candidate struct {
	// Source is the name of the source that showed it.
	Source string
	// URL is its absolute http or https address, as the outlet wrote it.
	URL string
	// Key identifies the piece whatever form its address takes; see address.Key.
	Key string
	// Route and Via say how it was found, Via being the address of the feed, sitemap or section.
	Route Route
	Via   string
	// Title, Summary, Authors and Language are what the route said of it; each may be empty.
	Title, Summary string
	Authors        []string
	Language       string
	// Content is the whole article as HTML where a feed carries it.
	Content string
	// Published is what the route said; zero where it said nothing.
	Published Instant
	// Baseline says that it was shown when its source, or the feed, sitemap or section that showed it,
	// was looked at for the first time: it may be of any age.
	Baseline bool
	// Attempts counts the tries so far to read it.
	Attempts int
}

// Instant is a point in time that knows how far it can be trusted.
type Instant struct {
	// Time is the moment; the zero time means unknown. Its location is the zone it was written in.
	Time time.Time `json:"time,omitzero"`
	// DateOnly says that only the day was given; Time is then noon of that day in its zone.
	DateOnly bool `json:"date_only,omitempty"`
	// Zone says where the zone came from.
	Zone ZoneOrigin `json:"zone,omitempty"`
	// Confidence says how far the date can be trusted.
	Confidence Confidence `json:"confidence,omitempty"`
}

// IsZero reports whether nothing is known.
func (i Instant) IsZero() bool { return i.Time.IsZero() }

// ZoneOrigin says where the zone of an instant came from.
type ZoneOrigin string

// The origins of a zone, from best to worst.
const (
	ZoneStated  ZoneOrigin = "stated"  // the text carried an offset or a zone name
	ZoneOutlet  ZoneOrigin = "outlet"  // the outlet's configured zone was applied
	ZoneAssumed ZoneOrigin = "assumed" // nothing was known: UTC
)

// Confidence is how far a value read from a page can be trusted.
type Confidence string

// The degrees of confidence.
const (
	ConfidenceHigh   Confidence = "high"   // structured data of the page, or a feed
	ConfidenceMedium Confidence = "medium" // a labelled or marked-up date
	ConfidenceLow    Confidence = "low"    // found in running text, or clamped from the future
)
