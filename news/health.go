package news

import "time"

// Health is how a source is doing.
type Health struct {
	Source string
	// Polled is the last poll, Good the last one that gave what was expected.
	Polled, Good time.Time
	// Trouble and Detail say what is wrong now; empty when all is well. Since is when it began.
	Trouble Trouble
	Detail  string
	Since   time.Time
	// Failures counts the polls in a row that failed.
	Failures int
	// Told says that the admin channel knows of the trouble.
	Told bool
	// Next is the earliest time of the next poll.
	Next time.Time
}

// PollState is what is remembered of one feed, sitemap or section between two polls.
type PollState struct {
	Source string
	URL    string
	Route  Route
	// ETag and LastModified are the validators of the last full answer.
	ETag, LastModified string
	// Hash is that of the last full body, so that an unchanged answer without validators is known.
	Hash string
	// Polled is the last poll, Changed the last one with a new body.
	Polled, Changed time.Time
	// Candidates is how many pieces the last full answer showed.
	Candidates int
	// Next are the addresses the last full answer led on to (child sitemaps, announced feeds), so that
	// an unchanged answer still leads there; the address itself where it led nowhere, and empty where
	// nobody remembers.
	Next []string
	// Heads are the keys of the newest pieces that the last answer with pieces showed, at most five;
	// Newest is when the newest was published, as far as is known. While something is owed they are
	// those up to which nothing is missing.
	Heads  []string
	Newest time.Time
	// Owes says that pieces may be missing since OwedSince, for OwedPolls polls now, and why.
	Owes      Owing
	OwedSince time.Time
	OwedPolls int
}

// Owing is why other routes of a source must be read before nothing can be missing.
type Owing string

// The reasons for which a feed alone is not enough.
const (
	OwesNothing Owing = ""
	// OwesFirst: at its first poll a feed did not reach back as far as pieces count.
	OwesFirst Owing = "first"
	// OwesGap: a feed showed next to nothing of what it showed the last time.
	OwesGap Owing = "gap"
)

// HostState is what is remembered of one host (with its port where that is not the usual one).
type HostState struct {
	Host string
	// Robots is the last good robots.txt, RobotsStatus the status of the last answer (0: none).
	Robots       string
	RobotsStatus int
	// RobotsFetched is when robots.txt was last asked for, RobotsGood when it last could be had.
	RobotsFetched, RobotsGood time.Time
	// NotBefore is the earliest time of the next request, set by Retry-After or the breaker.
	NotBefore time.Time
	// Failures counts the failures in a row, Opened how often the breaker opened since a success.
	Failures, Opened int
	// Throttle is added to the delay; it grows when the host complains and shrinks when it does not.
	Throttle time.Duration
}
