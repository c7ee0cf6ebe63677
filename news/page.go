package news

import "time"

// Page is what became of one candidate: an article that was read, or the reason why not. The
// crawler streams pages; their order carries no meaning.
type Page struct {
	Candidate Candidate
	// URL is the address after redirects; empty where nothing was fetched.
	URL string
	// Status is the HTTP status of the last answer; 0 where there was none.
	Status  int
	Fetched time.Time
	Outcome Outcome
	// Detail says in plain words what went wrong, and Trouble what kind of failure of the request it was;
	// empty where nothing did.
	Detail  string
	Trouble Trouble
	// Outside is the host of another site, to which the piece's address leads; empty where it does not.
	Outside string
	// Retry is the earliest time of the next try where Outcome is OutcomeRetry.
	Retry time.Time
	// Article is set where Outcome is OutcomeRead.
	Article Article
	// Reader names what read the body off the page; empty where nothing did. Selected tells of each of
	// the source's selectors whether the page had what it names. Neither is stored.
	Reader   string
	Selected []Selected
}

// Outcome is what became of a candidate.
type Outcome string

// The outcomes. Only OutcomeRetry is tried again.
const (
	OutcomeRead       Outcome = "read"        // an article, whole or as a teaser
	OutcomeRetry      Outcome = "retry"       // a passing failure
	OutcomeRefused    Outcome = "refused"     // robots.txt forbids it
	OutcomeBlocked    Outcome = "blocked"     // a bot wall, 401, 403 or 451
	OutcomeGone       Outcome = "gone"        // 404, 410, a soft 404, a redirect to the front page
	OutcomeOld        Outcome = "old"         // older than max_age
	OutcomeNotArticle Outcome = "not-article" // a section page, a video, a file that is no text
	OutcomeOutside    Outcome = "outside"     // leads to another site than the outlet's, or a private address
	OutcomeFailed     Outcome = "failed"      // three tries were not enough, or it cannot be read
)

// Trouble names why a source or one of its routes gave nothing.
type Trouble string

// The troubles of a source. The empty one means that all is well.
const (
	TroubleNone        Trouble = ""
	TroubleUnreachable Trouble = "unreachable"  // the name is not known, or no connection came about
	TroubleTLS         Trouble = "tls"          // a certificate that is not valid, or no secure connection
	TroubleTimeout     Trouble = "slow"         // no answer, or not all of it, in time
	TroubleRobots      Trouble = "robots"       // robots.txt forbids the route, or cannot be had
	TroubleBlocked     Trouble = "blocked"      // a bot wall, 401, 403, 451
	TroubleMissing     Trouble = "gone"         // 404, 410
	TroubleMoved       Trouble = "moved"        // redirects to another site
	TroubleRedirects   Trouble = "redirects"    // redirects in a circle, or too many of them
	TroubleWrongType   Trouble = "wrong-type"   // a picture, a video or another file where a feed or page was expected
	TroubleServer      Trouble = "server-error" // 5xx and other statuses
	TroubleThrottled   Trouble = "throttled"    // 429, or Retry-After not over yet
	TroubleNotFeed     Trouble = "not-a-feed"   // HTML or something else where a feed was expected
	TroubleEmpty       Trouble = "empty"        // a feed, sitemap or section without a single piece
	TroubleStale       Trouble = "stale"        // the newest item is older than a year
	TroubleSilent      Trouble = "silent"       // the routes answer, and show nothing new for longer than usual
	TroubleGap         Trouble = "gap"          // the feed turned over between two polls, and no other route shows what was in between
	TroubleTooLarge    Trouble = "too-large"    // over the cap
	TroublePrivate     Trouble = "private"      // a private address that allow_private does not name
	TroubleNoRoute     Trouble = "no-route"     // no feed, sitemap or section is known or was found
	TroublePaused      Trouble = "paused"       // the breaker of the host is open
	TroubleBadAddress  Trouble = "bad-address"  // not an http or https address
	TroubleQuarantined Trouble = "quarantined"  // an admin keeps it away from readers
	TroubleOther       Trouble = "other"        // anything else; the detail says what
)
