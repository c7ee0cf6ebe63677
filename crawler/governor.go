package crawler

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"newsvigil/news"
)

const (
	// longestPark bounds what a Retry-After can ask for, so that no answer silences an outlet for good.
	longestPark = 24 * time.Hour
	// blindPark is the pause after a 429 that does not say how long.
	blindPark = 5 * time.Minute
	// patience is how long a run waits for a parked host; a longer park ends the host's work in this run.
	patience = 15 * time.Second
	// firstThrottle and longestThrottle bound the delay added for a host that complains.
	firstThrottle   = time.Second
	longestThrottle = time.Minute
)

// complains reports whether a host says that it is asked too much.
func complains(status int, header http.Header) bool {
	return status == http.StatusTooManyRequests ||
		status == http.StatusServiceUnavailable && header.Get("Retry-After") != ""
}

// retryAfter is how long an answer of status 400 or more asks to be left alone, at most a day; 0
// where it does not say. The header holds seconds or a date (RFC 9110 section 10.2.3).
func retryAfter(status int, header http.Header, now time.Time) time.Duration {
	raw := strings.TrimSpace(header.Get("Retry-After"))
	if status < 400 || raw == "" {
		if status == http.StatusTooManyRequests {
			return blindPark
		}
		return 0
	}
	if seconds, err := strconv.ParseFloat(raw, 64); err == nil && seconds >= 0 {
		return time.Duration(min(seconds, longestPark.Seconds()) * float64(time.Second))
	}
	if at, err := http.ParseTime(raw); err == nil {
		// The date has whole seconds, and the host's clock may be a little ahead of ours.
		return min(max(at.Sub(now)+time.Second, 0), longestPark)
	}
	return blindPark
}

// reaction is what an answer means for its host.
type reaction int

const (
	reactWell     reaction = iota // the host works
	reactComplain                 // the host asks for less
	reactFail                     // the host did not answer, or not sensibly
	reactNone                     // the answer says nothing of the host, or the request never reached it
)

// weigh says what an answer means for its host.
func weigh(a answer) reaction {
	switch how := weighFirst(a); {
	case how == reactFail && a.again:
		return reactNone // one bad page, asked three times, is no failing host
	default:
		return how
	}
}

func weighFirst(a answer) reaction {
	switch {
	case a.err == nil && complains(a.status, a.header):
		return reactComplain
	case a.err == nil && a.header.Get("Cf-Mitigated") != "":
		return reactNone // the host works; it keeps programs out
	case a.err == nil && a.status >= 500:
		return reactFail
	case a.err == nil || a.status != 0 || isTooLarge(a.err):
		return reactWell
	case refusedHere(a.err) || !hostFailed(a.err):
		return reactNone
	}
	return reactFail
}

// hostFailed reports whether an error is its host's: a name that is not known, no connection, no
// security, no headers in time. A body that drips or breaks off is its page's.
func hostFailed(err error) bool {
	var late *timeoutError
	if errors.As(err, &late) && late.body || errors.Is(err, io.ErrUnexpectedEOF) {
		return false
	}
	switch trouble, _ := diagnoseError(err); trouble {
	case news.TroubleUnreachable, news.TroubleTLS, news.TroubleTimeout:
		return true
	}
	return false
}

// learn changes what is remembered of a host by one answer, and says whether that must be saved.
func learn(s *news.HostState, a answer, now time.Time) (save bool) {
	before := *s
	how := weigh(a)
	switch how {
	case reactComplain:
		s.Throttle = min(max(2*s.Throttle, firstThrottle), longestThrottle)
	case reactFail:
		breakerFail(s, now)
	case reactWell:
		breakerClose(s)
		// A tenth less for every good answer: trust grows slower than it is lost.
		if s.Throttle = s.Throttle * 9 / 10; s.Throttle < 100*time.Millisecond {
			s.Throttle = 0
		}
	}
	if a.err == nil {
		if park := retryAfter(a.status, a.header, now); park > 0 {
			s.NotBefore = later(s.NotBefore, now.Add(park))
		}
	}
	// A throttle that shrinks is saved with the rest at the end of the run.
	return how == reactComplain || !s.NotBefore.Equal(before.NotBefore) || s.Failures != before.Failures || s.Opened != before.Opened
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
