package crawler

import (
	"context"
	"time"

	"newsvigil/news"
)

// Catalog knows which pieces have been seen.
type Catalog interface {
	// Known gives true for every key of a piece that is held in any state: read, waiting to be read,
	// or given up. Aliases of an article that was read count. Keys without an entry are new.
	Known(ctx context.Context, keys []string) (map[string]bool, error)
}

// Polls remembers what the feeds, sitemaps and sections answered last.
type Polls interface {
	// Poll gives what was last saved for the address, and the zero value for one never polled.
	Poll(ctx context.Context, url string) (news.PollState, error)
	// Polled saves the state and keeps the candidates as pending, in one transaction: a validator
	// that outlives its candidates would lose them for ever. A candidate whose key is held already
	// is left as it is.
	Polled(ctx context.Context, state news.PollState, found []news.Candidate) error
}

// Backlog holds the candidates that wait to be read.
type Backlog interface {
	// Pending gives the source's waiting candidates whose time to try has come by before, in the
	// order in which they are to be read. A candidate leaves when its page is recorded with an outcome
	// other than OutcomeRetry; with OutcomeRetry it stays, is due at Page.Retry, and its Attempts are
	// one more: the history counts, the page carries the candidate as it was handed out.
	Pending(ctx context.Context, source string, before time.Time) ([]news.Candidate, error)
}

// Hosts remembers how hosts are to be treated.
type Hosts interface {
	// Host gives what was last saved for the host, and a state with only its name for a new one.
	Host(ctx context.Context, host string) (news.HostState, error)
	// SaveHost replaces what is remembered of the host.
	SaveHost(ctx context.Context, state news.HostState) error
}

// History is all that the crawler remembers between two runs. Its methods are called from several
// goroutines at a time. An error ends the run: without its memory a crawler is impolite.
type History interface {
	Catalog
	Polls
	Backlog
	Hosts
}
