package notify

import (
	"context"
	"time"

	"newsvigil/news"
)

// Recaller is the ability to read in a channel what was posted there before, whether or not the outbox
// knows of it: it may be new, or a copy of what it once was.
type Recaller interface {
	// Posted returns the messages that this very account posted into the channel since then, those in
	// threads among them, in any order. ErrBlind says that looking is not possible at all, and will not
	// be; any other error that nothing is known, and that it may be asked again. Where the history is
	// longer than what can be looked through, the newest part of it is the answer.
	Posted(ctx context.Context, channel string, since time.Time) ([]Remembered, error)
}

// Remembered is a message as its channel shows it.
type Remembered struct {
	// Key is that of the delivery.
	Key  string
	Kind news.DeliveryKind
	// At is when it was posted.
	At time.Time
	// Links are the addresses of the pieces it tells of, Near those of near misses.
	Links, Near []string
}
