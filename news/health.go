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
}

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

// Feedback is what a reader said of a piece.
type Feedback struct {
	Topic   string // key
	URL     string
	Article int64
	Label   string // relevant or not
	By      string
	At      time.Time
}
