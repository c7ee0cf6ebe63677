package crawler

import (
	"fmt"
	"time"

	"newsvigil/news"
)

const (
	// breakAfter failures in a row open the breaker of a host.
	breakAfter = 5
	// firstBreak is the first pause; every further one in a row is twice as long, up to longestBreak.
	firstBreak   = 15 * time.Minute
	longestBreak = 24 * time.Hour
)

// breakerFail counts a failure and opens the breaker where there were too many. After a pause one
// request is tried; the count still stands, so that its failure opens the breaker again at once.
func breakerFail(s *news.HostState, now time.Time) {
	s.Failures++
	if s.Failures < breakAfter {
		return
	}
	pause := longestBreak
	if s.Opened < 7 { // 15 min doubled seven times is more than a day
		pause = min(firstBreak<<s.Opened, longestBreak)
	}
	s.Opened++
	s.NotBefore = later(s.NotBefore, now.Add(pause))
}

// breakerClose forgets the failures of a host that works.
func breakerClose(s *news.HostState) { s.Failures, s.Opened = 0, 0 }

// halt is why a host is asked no more in this run.
type halt struct {
	trouble news.Trouble
	detail  string
}

// parkedBy says why a host may not be asked before its time.
func parkedBy(s news.HostState) halt {
	until := s.NotBefore.UTC().Format("2006-01-02 15:04 UTC")
	if s.Failures >= breakAfter {
		return halt{news.TroublePaused, fmt.Sprintf("%d requests in a row failed; asked again after %s", s.Failures, until)}
	}
	return halt{news.TroubleThrottled, "the host asked to be left alone until " + until}
}
